/* Zones and reasons per photo pixel: drawn and judged at mask resolution (a face of about 600
 * cells), laid on the native pixels, and completed there by what only native pixels know. */
#include "face/skin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cells along the longer side of the crop. */
enum { MASK_SIDE = 700 };
/* Linear light of a channel at which it counts as at its end. */
static const float CLIPPED = 0.985f;
/* Without a face: eye distance a crop of this size would have. */
static const double EYE_SHARE = 0.33;

const char *sd_excluded_name(sd_excluded reason) {
  static const char *const NAMES[SD_EXCLUDED_REASONS] = {
      "measured", "outside",    "eye",   "brow",    "lips",   "nostril",    "hair",
      "beard",    "spectacles", "glare", "clipped", "shadow", "transparent"};
  return reason < SD_EXCLUDED_REASONS ? NAMES[reason] : "outside";
}

void sd_skin_clear(sd_skin *skin) {
  sd_mask_clear(&skin->label);
  sd_mask_clear(&skin->excluded);
  *skin = (sd_skin){0};
}

static skin_grid grid_of(sd_rect crop, double eye_distance_px) {
  int longer = crop.width > crop.height ? crop.width : crop.height;
  int shrink = (longer + MASK_SIDE - 1) / MASK_SIDE;
  shrink = shrink < 1 ? 1 : shrink;
  skin_grid grid = {.crop = crop,
                    .shrink = shrink,
                    .width = (crop.width + shrink - 1) / shrink,
                    .height = (crop.height + shrink - 1) / shrink};
  grid.eye_distance = (eye_distance_px > 0 ? eye_distance_px : EYE_SHARE * longer) / shrink;
  return grid;
}

static sd_status check_size(const sd_mask *mask, const sd_photo *photo, const char *what,
                            sd_diag *diag) {
  if (mask == NULL || (mask->width == photo->width && mask->height == photo->height))
    return SD_OK;
  return sd_fail(
      diag, SD_USAGE,
      "the %s is %d x %d pixels, but the photo is %d x %d upright: make it the same size", what,
      mask->width, mask->height, photo->width, photo->height);
}

/* Labels and reasons at mask resolution -> native. */
static void spread_to_pixels(sd_skin *skin, const skin_grid *grid, const sd_mask *label,
                             const sd_mask *reason) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < skin->crop.height; y++)
    for (int x = 0; x < skin->crop.width; x++) {
      size_t from = (size_t)(y / grid->shrink) * (size_t)grid->width + (size_t)(x / grid->shrink);
      size_t to = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      skin->label.v[to] = label->v[from];
      skin->excluded.v[to] = label->v[from] == 0 && reason->v[from] == 0
                                 ? (uint8_t)SD_EXCLUDED_OUTSIDE
                                 : reason->v[from];
    }
}

static sd_status from_looks(sd_skin *skin, const sd_photo *photo, const sd_face *face,
                            sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask label = {0}, reason = {0};
  skin_grid grid = grid_of(skin->crop, face->found ? face->eye_distance_px : 0);
  SD_TRY(sd_mask_make(&label, grid.width, grid.height, diag));
  SD_TRY(sd_mask_make(&reason, grid.width, grid.height, diag));
  if (face->found) {
    zones_draw(&label, &reason, &grid, face);
    SD_TRY(looks_judge(&reason, &label, &grid, photo, face, diag));
  } else {
    SD_TRY(looks_find_skin(&label, &grid, photo, diag));
  }
  spread_to_pixels(skin, &grid, &label, &reason);
done:
  sd_mask_clear(&label);
  sd_mask_clear(&reason);
  return status;
}

static void from_zone_map(sd_skin *skin, const sd_mask *map) {
  for (int y = 0; y < skin->crop.height; y++)
    for (int x = 0; x < skin->crop.width; x++) {
      size_t k = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      skin->label.v[k] = map->v[k];
      skin->excluded.v[k] = map->v[k] != 0 ? SD_MEASURED : SD_EXCLUDED_OUTSIDE;
    }
}

/* What only native pixels tell: clipped, too dark, transparent, outside the ROI. */
static void complete(sd_skin *skin, const sd_photo *photo, const sd_mask *roi) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < skin->crop.height; y++)
    for (int x = 0; x < skin->crop.width; x++) {
      size_t k = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      int px = skin->crop.x + x, py = skin->crop.y + y;
      size_t at = (size_t)py * (size_t)photo->width + (size_t)px;
      if (roi != NULL && roi->v[at] == 0) {
        skin->label.v[k] = 0;
        skin->excluded.v[k] = SD_EXCLUDED_OUTSIDE;
      }
      if (skin->excluded.v[k] != SD_MEASURED)
        continue;
      if (photo->opaque.v != NULL && photo->opaque.v[at] == 0) {
        skin->excluded.v[k] = SD_EXCLUDED_TRANSPARENT;
        continue;
      }
      float rgb[3];
      sd_photo_linear_at(photo, px, py, rgb);
      if (rgb[0] > CLIPPED || rgb[1] > CLIPPED || rgb[2] > CLIPPED)
        skin->excluded.v[k] = SD_EXCLUDED_CLIPPED;
      else if (rgb[0] < 0.001f && rgb[1] < 0.001f && rgb[2] < 0.001f)
        skin->excluded.v[k] = SD_EXCLUDED_SHADOW;
    }
}

static void name_zone(sd_zone *zone, const sd_skin_options *options, uint8_t label) {
  zone->label = label;
  if (options->zone_map != NULL)
    snprintf(zone->name, sizeof zone->name, "z%d", label);
  else
    snprintf(zone->name, sizeof zone->name, "%s", zone_name((sd_zone_label)label));
}

/* Counts pixels per zone and reason. */
static void count_zones(sd_skin *skin, const sd_skin_options *options) {
  size_t(*tally)[SD_EXCLUDED_REASONS] = calloc(SD_ZONES_MAX, sizeof *tally);
  size_t count = (size_t)skin->crop.width * (size_t)skin->crop.height;
  size_t labelled = 0, measured = 0, reasons[SD_EXCLUDED_REASONS] = {0};
  if (tally == NULL)
    return;
  for (size_t k = 0; k < count; k++)
    if (skin->label.v[k] != 0)
      tally[skin->label.v[k]][skin->excluded.v[k]]++;
  for (int label = 1; label < SD_ZONES_MAX; label++) {
    sd_zone zone = {0};
    for (int r = 0; r < SD_EXCLUDED_REASONS; r++) {
      zone.pixels += tally[label][r];
      reasons[r] += tally[label][r];
    }
    if (zone.pixels == 0)
      continue;
    name_zone(&zone, options, (uint8_t)label);
    zone.measured = tally[label][SD_MEASURED];
    for (int r = 1; r < SD_EXCLUDED_REASONS; r++)
      zone.excluded[r] = (double)tally[label][r] / (double)zone.pixels;
    labelled += zone.pixels;
    measured += zone.measured;
    skin->zones[skin->zone_count++] = zone;
  }
  for (int z = 0; z < skin->zone_count && measured > 0; z++)
    skin->zones[z].share_of_skin = (double)skin->zones[z].measured / (double)measured;
  for (int r = 1; r < SD_EXCLUDED_REASONS && labelled > 0; r++)
    skin->excluded_share[r] = (double)reasons[r] / (double)labelled;
  free(tally);
}

sd_status sd_skin_find(sd_skin *out, const sd_photo *photo, const sd_face *face,
                       const sd_skin_options *options, sd_diag *diag) {
  static const sd_skin_options NONE = {0};
  const sd_skin_options *o = options != NULL ? options : &NONE;
  sd_status status = SD_OK;
  sd_skin *skin = calloc(1, sizeof *skin);
  if (skin == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  SD_TRY(check_size(o->zone_map, photo, "zone map", diag));
  SD_TRY(check_size(o->roi, photo, "mask of --roi", diag));
  bool by_face = face->found && o->zone_map == NULL;
  skin->crop = by_face ? zones_crop(photo, face) : (sd_rect){0, 0, photo->width, photo->height};
  skin->from_landmarks = by_face;
  SD_TRY(sd_mask_make(&skin->label, skin->crop.width, skin->crop.height, diag));
  SD_TRY(sd_mask_make(&skin->excluded, skin->crop.width, skin->crop.height, diag));
  if (o->zone_map != NULL)
    from_zone_map(skin, o->zone_map);
  else
    SD_TRY(from_looks(skin, photo, face, diag));
  complete(skin, photo, o->roi);
  count_zones(skin, o);
  sd_skin_clear(out);
  *out = *skin;
  *skin = (sd_skin){0};
done:
  sd_skin_clear(skin);
  free(skin);
  return status;
}
