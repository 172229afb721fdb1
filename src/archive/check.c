/* What can be known to be wrong before minutes of work: options, lists, names of zones; and for a
 * dry run the photos and masks too. */
#include "archive/session.h"

#include "archive/decoder.h"
#include "archive/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "z1" to "z255". */
static bool is_drawn_zone(const char *name, size_t length) {
  if (length < 2 || length > 4 || name[0] != 'z' || name[1] == '0')
    return false;
  int value = 0;
  for (size_t k = 1; k < length; k++) {
    if (name[k] < '0' || name[k] > '9')
      return false;
    value = 10 * value + name[k] - '0';
  }
  return value <= 255;
}

static bool is_name(const char *name, size_t length, const char *known) {
  return strlen(known) == length && strncmp(name, known, length) == 0;
}

/* What a photo as a whole is called in the results. */
static const char *whole_name(const sd_job_options *o) {
  return o->roi_path != NULL ? "roi" : "all_skin";
}

/* Zones that some photo can have with these options; "skin" is the zone of one without a face. */
static bool is_zone(const char *name, size_t length, const sd_job_options *o) {
  static const char *const FACE[] = {
      "forehead",         "glabella",          "nose",     "left_cheek", "right_cheek",
      "left_periorbital", "right_periorbital", "perioral", "chin",       "skin"};
  if (o->zone_map_path != NULL)
    return is_drawn_zone(name, length);
  for (size_t k = 0; k < sizeof FACE / sizeof *FACE; k++)
    if (is_name(name, length, FACE[k]))
      return true;
  return false;
}

static sd_status no_such_zone(const char *name, size_t length, const char *option,
                              const sd_job_options *o, sd_diag *diag) {
  int shown = length < 60 ? (int)length : 60;
  if (is_name(name, length, "roi"))
    return sd_fail(diag, SD_USAGE, "%s: the zone 'roi' needs its mask, given with --roi", option);
  if (is_name(name, length, "all_skin") && o->roi_path != NULL)
    return sd_fail(diag, SD_USAGE, "%s: with --roi the whole is called 'roi', not 'all_skin'",
                   option);
  return sd_fail(diag, SD_USAGE, "%s: there is no zone '%.*s'; the zones are %s and %s", option,
                 shown, name,
                 o->zone_map_path != NULL
                     ? "z1 to z255 of the zone map"
                     : "forehead, glabella, nose, left_cheek, right_cheek, left_periorbital, "
                       "right_periorbital, perioral, chin, skin (of photos without a face)",
                 whole_name(o));
}

static sd_status check_zones(const sd_job_options *o, sd_diag *diag) {
  for (const char *at = o->zones; at != NULL;) {
    size_t length = strcspn(at, ",");
    if (!is_zone(at, length, o) && !is_name(at, length, whole_name(o)))
      return no_such_zone(at, length, "--zones", o, diag);
    at = at[length] == ',' ? at + length + 1 : NULL;
  }
  return SD_OK;
}

/* One zone, and a part: the whole cannot be the reference of itself. */
static sd_status check_control_zone(const sd_job_options *o, sd_diag *diag) {
  const char *zone = o->control_zone;
  if (zone == NULL || is_zone(zone, strlen(zone), o))
    return SD_OK;
  if (strchr(zone, ',') != NULL)
    return sd_fail(diag, SD_USAGE, "--control-zone: takes one zone, not '%.60s'", zone);
  if (strcmp(zone, whole_name(o)) == 0)
    return sd_fail(diag, SD_USAGE, "--control-zone: takes a part of the skin, not all of it ('%s')",
                   zone);
  return no_such_zone(zone, strlen(zone), "--control-zone", o, diag);
}

/* A zone that is named must be in the photo: of a zone map, some pixels must have its value. */
static sd_status zone_is_there(const char *name, size_t length, const char *option,
                               const sd_skin *skin, const sd_job_options *o, sd_diag *diag) {
  bool there = is_name(name, length, whole_name(o));
  for (int z = 0; z < skin->zone_count && !there; z++)
    there = is_name(name, length, skin->zones[z].name);
  if (there)
    return SD_OK;
  if (o->zone_map_path != NULL)
    return sd_fail(diag, SD_USAGE, "%s: no pixel of the zone map has the value of '%.*s'", option,
                   (int)length, name);
  return sd_fail(diag, SD_USAGE, "%s: there is no zone '%.*s' in this photo: %s", option,
                 (int)length, name,
                 skin->from_landmarks
                     ? "a face was found in it, which has its own zones"
                     : "no face was found in it; its zones are skin and all_skin, or give your own "
                       "with --zone-map");
}

sd_status zones_check(const sd_skin *skin, const sd_job_options *o, sd_diag *diag) {
  sd_status status = SD_OK;
  const char *control = o->control_zone;
  for (const char *at = o->zones; at != NULL && status == SD_OK;) {
    size_t length = strcspn(at, ",");
    status = zone_is_there(at, length, "--zones", skin, o, diag);
    at = at[length] == ',' ? at + length + 1 : NULL;
  }
  if (status == SD_OK && control != NULL)
    status = zone_is_there(control, strlen(control), "--control-zone", skin, o, diag);
  return status;
}

sd_status job_check(const sd_job_options *o, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_pair_point *pairs = NULL;
  sd_point *points = NULL;
  sd_treatment *treatments = NULL;
  ratings rated = {0};
  sd_transform transform = {0};
  size_t count;
  SD_TRY(check_zones(o, diag));
  SD_TRY(check_control_zone(o, diag));
  if (o->transform_path != NULL && o->points_path != NULL) {
    status = sd_fail(diag, SD_USAGE,
                     "--transform and --points exclude each other: the transform "
                     "is used as it is");
    goto done;
  }
  if (o->transform_path != NULL)
    SD_TRY(transform_read(&transform, o->transform_path, diag));
  if (o->points_path != NULL)
    SD_TRY(points_read(&pairs, &count, o->points_path, diag));
  if (o->map_points_path != NULL)
    SD_TRY(map_points_read(&points, &count, o->map_points_path, diag));
  if (o->treatments_path != NULL)
    SD_TRY(treatments_read(&treatments, &count, o->treatments_path, diag));
  if (o->rating_path != NULL)
    SD_TRY(ratings_read(&rated, o->rating_path, diag));
  if (o->sign_path != NULL)
    SD_TRY(sign_check(o->sign_path, diag));
done:
  free(pairs);
  free(points);
  free(treatments);
  ratings_clear(&rated);
  sd_transform_clear(&transform);
  return status;
}

/* The place given for a colour reference must be in the photo. */
static sd_status card_check(const sd_photo *photo, const char *path, const sd_card_request *card,
                            sd_diag *diag) {
  session s = {.path = path, .photo = *photo};
  return session_find_card(&s, card, diag);
}

sd_status sd_photo_check(const char *path, const sd_job_options *options, bool masked,
                         sd_diag *diag) {
  sd_status status = SD_OK;
  sd_photo photo = {0};
  sd_mask roi = {0}, zones = {0};
  sd_photo_options limits = {.max_megapixels = options->max_megapixels};
  SD_TRY(photo_read(&photo, path, &limits, options, diag));
  if (masked) {
    SD_TRY(mask_read(&roi, options->roi_path, ROI_WORDS, &photo, options, diag));
    SD_TRY(mask_read(&zones, options->zone_map_path, ZONE_MAP_WORDS, &photo, options, diag));
  }
  /* of two photos the one with masks is BEFORE */
  const sd_card_request *card = &options->card[masked ? 0 : 1];
  if (card->source == SD_CARD_CORNERS || card->source == SD_CARD_GREY)
    SD_TRY(card_check(&photo, path, card, diag));
done:
  sd_mask_clear(&roi);
  sd_mask_clear(&zones);
  sd_photo_clear(&photo);
  return status;
}

/* A name that a run may write to must not be an input's: known before minutes of work. */
static sd_status protect_all(const outputs *out, const char *const *names, sd_diag *diag) {
  sd_status status = SD_OK;
  for (; status == SD_OK && *names != NULL; names++)
    status = outputs_protect(out, *names, diag);
  return status;
}

sd_status compare_outputs_check(const outputs *out, const sd_job_options *options, sd_diag *diag) {
  static const char *const NAMES[] = {"report.html",     "result.json",  "metrics.csv",
                                      "scars.csv",       "report.pdf",   "scar-totals.csv",
                                      "manifest.sha256", "manifest.sig", NULL};
  static const char *const SUFFIXES[] = {".jpg", ".png"};
  char name[64];
  sd_status status = SD_OK;
  SD_TRY(outputs_check_folders(out, diag));
  SD_TRY(protect_all(out, NAMES, diag));
  if (options->points_path != NULL)
    SD_TRY(outputs_protect(out, "points.csv", diag));
  for (int panel = 0; panel < SD_PANELS; panel++)
    for (int s = 0; s < 2; s++) {
      snprintf(name, sizeof name, "images/%s%s", sd_panel_name((sd_panel)panel), SUFFIXES[s]);
      SD_TRY(outputs_protect(out, name, diag));
    }
done:
  return status;
}

sd_status align_outputs_check(const outputs *out, const sd_job_options *options, sd_diag *diag) {
  const char *names[] = {"alignment.json",
                         options->lossless ? "aligned-after.png" : "aligned-after.jpg", NULL, NULL,
                         NULL};
  size_t count = 2;
  if (options->points_path != NULL)
    names[count++] = "points.csv";
  if (options->map_points_path != NULL)
    names[count++] = "mapped-points.csv";
  sd_status status = sd_output_check(out->folder, diag);
  return status == SD_OK ? protect_all(out, names, diag) : status;
}

/* Which zones BEFORE has is known once its face was looked for. */
static sd_status before_check(const char *before, const sd_models *models,
                              const sd_job_options *options, sd_diag *diag) {
  session s = {0};
  if (options->zones == NULL && options->control_zone == NULL)
    return sd_photo_check(before, options, true, diag);
  sd_status status = session_read(&s, before, models, options, true, diag);
  if (status == SD_OK)
    note_session(options, &s);
  if (status == SD_OK)
    status = zones_check(&s.skin, options, diag);
  session_clear(&s);
  return status;
}

static sd_status pair_check(const char *before, const char *after, const sd_job_options *options,
                            sd_diag *diag) {
  sd_status status = SD_OK;
  sd_models *models = NULL;
  SD_TRY(job_check(options, diag));
  SD_TRY(sd_models_read(&models, options->models_path, diag));
  SD_TRY(before_check(before, models, options, diag));
  SD_TRY(sd_photo_check(after, options, false, diag));
done:
  sd_models_free(models);
  return status;
}

sd_status sd_compare_check(const char *before, const char *after, const char *folder,
                           const sd_job_options *options, sd_diag *diag) {
  outputs out = outputs_of(folder, before, after, options);
  sd_status status = compare_outputs_check(&out, options, diag);
  return status == SD_OK ? pair_check(before, after, options, diag) : status;
}

sd_status sd_align_check(const char *before, const char *after, const char *folder,
                         const sd_job_options *options, sd_diag *diag) {
  outputs out = outputs_of(folder, before, after, options);
  sd_status status = align_outputs_check(&out, options, diag);
  return status == SD_OK ? pair_check(before, after, options, diag) : status;
}
