/* --share: what leaves shows skin and no face. The photos themselves are blanked outside the chosen
 * zones before anything is drawn, so that no picture can show what is no longer there; names,
 * hashes, cameras and days go, and only the weeks between the sessions stay. */
#include "archive/session.h"
#include "scardelta/trend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char DEFAULT_ZONES[] = "left_cheek,right_cheek";
enum { BLANK_8 = 118, LABELS = 256 };

static void tell_weeks(sd_photo *before, sd_photo *after) {
  double weeks = (sd_day_of(after->capture.taken) - sd_day_of(before->capture.taken)) / 7;
  before->capture = (sd_capture){.white_balance = -1, .flash = -1, .orientation = 1};
  after->capture = before->capture;
  if (isnan(weeks))
    return;
  snprintf(before->capture.taken, sizeof before->capture.taken, "week 0");
  snprintf(after->capture.taken, sizeof after->capture.taken, "week %ld", lround(weeks));
}

/* More of the face than this is a face to whoever knows it; both cheeks are about a third. */
static const double FACE_SHARE_MAX = 0.4;
/* The surroundings of an eye, in eye distances, and the share of them that shows it. */
static const double EYE_REACH = 0.35, EYE_SHARE = 0.3;

/* Labels that may be shown: those that are asked for, else of a face the cheeks, and of what was
 * drawn all. */
static void choose_labels(bool shown[LABELS], const sd_skin *skin, const char *zones) {
  const char *list = zones == NULL && skin->from_landmarks ? DEFAULT_ZONES : zones;
  memset(shown, 0, LABELS * sizeof *shown);
  for (int z = 0; z < skin->zone_count; z++)
    shown[skin->zones[z].label] = sd_zone_is_wanted(list, skin->zones[z].name);
}

/* Skin, as it is or as it shines; no eye, brow, lip, nostril or hair. */
static bool is_skin(int excluded) {
  return excluded == SD_MEASURED || excluded == SD_EXCLUDED_GLARE ||
         excluded == SD_EXCLUDED_CLIPPED || excluded == SD_EXCLUDED_SHADOW ||
         excluded == SD_EXCLUDED_BEARD;
}

static bool is_shown(const sd_skin *skin, const bool shown[LABELS], int x, int y) {
  int u = x - skin->crop.x, v = y - skin->crop.y;
  size_t k = (size_t)v * (size_t)skin->crop.width + (size_t)u;
  return u >= 0 && v >= 0 && u < skin->crop.width && v < skin->crop.height &&
         shown[skin->label.v[k]] && is_skin(skin->excluded.v[k]);
}

/* Share of the disc about an eye that would be shown. */
static double eye_share(const session *s, const bool shown[LABELS], int eye) {
  const sd_point *eyes = s->face.eyes;
  double reach = EYE_REACH * hypot(eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y);
  double seen = 0, all = 0;
  for (int y = (int)(eyes[eye].y - reach); y <= eyes[eye].y + reach; y++)
    for (int x = (int)(eyes[eye].x - reach); x <= eyes[eye].x + reach; x++)
      if (hypot(x - eyes[eye].x, y - eyes[eye].y) <= reach) {
        all++;
        seen += is_shown(&s->skin, shown, x, y);
      }
  return all > 0 ? seen / all : 0;
}

/* Shown skin as a share of the ellipse about all landmarks. */
static double face_share(const session *s, const bool shown[LABELS]) {
  const sd_landmark *l = s->face.landmarks;
  double left = l[0].x, right = l[0].x, top = l[0].y, low = l[0].y, seen = 0;
  for (int k = 1; k < SD_LANDMARKS; k++) {
    left = fmin(left, l[k].x);
    right = fmax(right, l[k].x);
    top = fmin(top, l[k].y);
    low = fmax(low, l[k].y);
  }
  for (int y = (int)top; y <= low; y++)
    for (int x = (int)left; x <= right; x++)
      seen += is_shown(&s->skin, shown, x, y);
  return seen / (0.785398 * fmax(1, (right - left) * (low - top)));
}

/* A face that is not found may be there all the same: from the side, half hidden, or too near. */
static sd_status check_without_face(const session *s, const sd_job_options *o, sd_diag *diag) {
  if (o->zone_map_path != NULL || o->roi_path != NULL)
    return SD_OK;
  return sd_fail(diag, SD_USAGE,
                 "--share: no face was found in %s, so that what its skin shows cannot be checked; "
                 "draw what may be shown with --zone-map or --roi",
                 file_name(s->path));
}

sd_status share_check(const session *s, const sd_job_options *options, sd_diag *diag) {
  bool shown[LABELS];
  const char *zones = options->zones;
  if (!s->face.found)
    return check_without_face(s, options, diag);
  if (s->skin.from_landmarks && zones != NULL && sd_zone_is_wanted(zones, "all_skin"))
    return sd_fail(diag, SD_USAGE,
                   "--share: all_skin is all of the face, and no face may leave; name the zones to "
                   "be shown, such as --zones left_cheek,chin");
  choose_labels(shown, &s->skin, zones);
  double share = face_share(s, shown);
  if (share > FACE_SHARE_MAX)
    return sd_fail(diag, SD_USAGE,
                   "--share: these zones show %.0f %% of the face, and no face may leave; name "
                   "fewer zones, which together show at most %.0f %%",
                   100 * fmin(share, 1), 100 * FACE_SHARE_MAX);
  if (eye_share(s, shown, 0) > EYE_SHARE && eye_share(s, shown, 1) > EYE_SHARE)
    return sd_fail(diag, SD_USAGE,
                   "--share: these zones show the surroundings of both eyes, by which a face is "
                   "known; leave one of them out");
  return SD_OK;
}

/* Takes the label off whatever may not be shown. */
static void hide_labels(sd_skin *skin, const bool shown[LABELS]) {
  size_t pixels = (size_t)skin->label.width * (size_t)skin->label.height;
  for (size_t k = 0; k < pixels; k++)
    if (!shown[skin->label.v[k]] || !is_skin(skin->excluded.v[k])) {
      skin->label.v[k] = SD_ZONE_NONE;
      skin->excluded.v[k] = SD_EXCLUDED_OUTSIDE;
    }
}

/* The smallest part of the crop that holds all labels; its first pixel when there are none. */
static sd_rect shown_part(const sd_skin *skin) {
  int left = skin->label.width, top = skin->label.height, right = -1, low = -1;
  for (int y = 0; y < skin->label.height; y++)
    for (int x = 0; x < skin->label.width; x++)
      if (skin->label.v[(size_t)y * (size_t)skin->label.width + (size_t)x] != SD_ZONE_NONE) {
        left = x < left ? x : left;
        right = x > right ? x : right;
        top = y < top ? y : top;
        low = y;
      }
  return right < 0 ? (sd_rect){0, 0, 1, 1} : (sd_rect){left, top, right - left + 1, low - top + 1};
}

static sd_status cut_mask(sd_mask *mask, sd_rect part, sd_diag *diag) {
  sd_mask cut = {0};
  sd_status status = sd_mask_make(&cut, part.width, part.height, diag);
  if (status != SD_OK)
    return status;
  for (int y = 0; y < part.height; y++)
    memcpy(cut.v + (size_t)y * (size_t)part.width,
           mask->v + (size_t)(part.y + y) * (size_t)mask->width + (size_t)part.x,
           (size_t)part.width);
  sd_mask_clear(mask);
  *mask = cut;
  return SD_OK;
}

static sd_status cut_skin(sd_skin *skin, sd_diag *diag) {
  sd_rect part = shown_part(skin);
  sd_status status = cut_mask(&skin->label, part, diag);
  if (status == SD_OK)
    status = cut_mask(&skin->excluded, part, diag);
  if (status == SD_OK)
    skin->crop = (sd_rect){skin->crop.x + part.x, skin->crop.y + part.y, part.width, part.height};
  return status;
}

static bool is_labelled(const sd_skin *skin, int x, int y) {
  int u = x - skin->crop.x, v = y - skin->crop.y;
  return u >= 0 && v >= 0 && u < skin->crop.width && v < skin->crop.height &&
         skin->label.v[(size_t)v * (size_t)skin->crop.width + (size_t)u] != SD_ZONE_NONE;
}

static void blank_photo(sd_photo *photo, const sd_skin *skin) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < photo->height; y++)
    for (int x = 0; x < photo->width; x++) {
      size_t at = 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
      if (is_labelled(skin, x, y))
        continue;
      for (size_t c = 0; c < 3; c++)
        if (photo->sample_bytes == 1)
          ((uint8_t *)photo->samples)[at + c] = BLANK_8;
        else
          ((uint16_t *)photo->samples)[at + c] = BLANK_8 * 257;
    }
}

static void forget_file(sd_photo *photo) {
  memset(photo->file_sha256, 0, sizeof photo->file_sha256);
  memset(photo->coding.profile, 0, sizeof photo->coding.profile);
}

static sd_status hide(session *s, const char *zones, sd_diag *diag) {
  bool shown[LABELS];
  choose_labels(shown, &s->skin, zones);
  hide_labels(&s->skin, shown);
  sd_status status = cut_skin(&s->skin, diag);
  if (status != SD_OK)
    return status;
  blank_photo(&s->photo, &s->skin);
  forget_file(&s->photo);
  memset(s->face.landmarks, 0, sizeof s->face.landmarks);
  return SD_OK;
}

/* A map of change has the outline of eyes and mouth as well as a photo has. */
static void hide_map(sd_change_map *map, const sd_skin *skin) {
  const sd_grid *grid = &map->grid;
  for (int j = 0; map->value.v != NULL && j < map->value.height; j++)
    for (int i = 0; i < map->value.width; i++) {
      int x = grid->region.x + i * grid->shrink + grid->shrink / 2;
      int y = grid->region.y + j * grid->shrink + grid->shrink / 2;
      size_t k = (size_t)j * (size_t)map->value.width + (size_t)i;
      if (is_labelled(skin, x, y))
        continue;
      map->value.v[k] = NAN;
      map->certain.v[k] = 0;
    }
}

/* Scars elsewhere would be rings around nothing. */
static void hide_scars(sd_change *change, const sd_skin *skin) {
  size_t kept = 0;
  for (size_t k = 0; k < change->scar_count; k++)
    if (is_labelled(skin, (int)lround(change->scars[k].scar.x),
                    (int)lround(change->scars[k].scar.y)))
      change->scars[kept++] = change->scars[k];
  change->scar_count = kept;
}

/* Reasons speak of days in one place. */
static void hide_days(sd_comparability *c) {
  for (int k = 0; k < c->reason_count; k++)
    if (strcmp(c->reasons[k].code, "order") == 0)
      snprintf(c->reasons[k].text, sizeof c->reasons[k].text,
               "The photo called before was taken after the other one: every change reads "
               "backwards.");
}

sd_status sessions_share(session *before, session *after, sd_change *change, const char *zones,
                         sd_diag *diag) {
  sd_status status = hide(before, zones, diag);
  if (status == SD_OK)
    status = hide(after, zones, diag);
  if (status != SD_OK)
    return status;
  sd_change_map *maps[] = {&change->melanin, &change->haemoglobin, &change->relief};
  for (size_t k = 0; k < sizeof maps / sizeof *maps; k++)
    hide_map(maps[k], &before->skin);
  hide_scars(change, &before->skin);
  if (sd_scars_counted(change))
    status = sd_scars_total(change, diag);
  tell_weeks(&before->photo, &after->photo);
  hide_days(&change->comparability);
  return status;
}
