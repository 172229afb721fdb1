/* Labels and exclusions are found on a shrunken copy, carried to native pixels, and there clipped
 * and transparent pixels and those outside the region of interest are taken out. */
#include "face/skin.h"

#include "base/logs.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/* Eye distance on the working grid: enough for a hair's shadow, little enough to be quick. */
static const double UNIT_MIN_PX = 130;
/* Longer side of the working grid without a face, and the share of it that stands for the eye
 * distance there: a close-up of a cheek shows about this much of a face. */
enum { MODEL_SIDE = 640 };
static const double MODEL_UNIT_SHARE = 0.4;
/* Of a face that the detector saw: eye distance and half the side of what is looked at, in sides of
 * its square (the square is 2.1 eye distances wide in frontal portraits). */
static const double SIGHTING_UNIT_SHARE = 0.47, SIGHTING_REACH = 0.9;
/* Keeps logarithms of black finite: a quarter of one 8-bit step of the darkest coded values. */
static const float LOG_FLOOR = 0.002f;

const char *sd_excluded_name(sd_excluded reason) {
  static const char *const names[SD_EXCLUDED_REASONS] = {
      "measured", "outside",    "eye",   "brow",    "lips",   "nostril",    "hair",
      "beard",    "spectacles", "glare", "clipped", "shadow", "transparent"};
  return (unsigned)reason < SD_EXCLUDED_REASONS ? names[reason] : "outside";
}

void sd_skin_clear(sd_skin *skin) {
  sd_mask_clear(&skin->label);
  sd_mask_clear(&skin->excluded);
  *skin = (sd_skin){0};
}

/* ---- the working grid ---------------------------------------------------------------------- */

void sd_field_clear(sd_field *field) {
  sd_map_clear(&field->light);
  sd_map_clear(&field->tint);
  sd_map_clear(&field->warm);
  sd_mask_clear(&field->label);
  sd_mask_clear(&field->excluded);
  *field = (sd_field){0};
}

size_t sd_field_count(const sd_field *field) {
  return (size_t)field->label.width * (size_t)field->label.height;
}

static void take_logarithms(sd_field *field, const sd_picture *picture) {
  float linear[256];
  for (int i = 0; i < 256; i++)
    linear[i] = (float)sd_srgb_to_linear(i / 255.0) + LOG_FLOOR;
  size_t width = (size_t)picture->width;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < picture->height; y++) {
    size_t first = (size_t)y * width;
    for (size_t i = first; i < first + width; i++) {
      float r = linear[picture->v[3 * i]], g = linear[picture->v[3 * i + 1]];
      float b = linear[picture->v[3 * i + 2]];
      field->light.v[i] = 0.2126f * r + 0.7152f * g + 0.0722f * b;
      field->tint.v[i] = r / g;
      field->warm.v[i] = g / b;
    }
    sd_log_row(field->light.v + first, picture->width);
    sd_log_row(field->tint.v + first, picture->width);
    sd_log_row(field->warm.v + first, picture->width);
  }
}

sd_status sd_field_make(sd_field *out, const sd_photo *photo, sd_rect crop, int shrink, double unit,
                        sd_diag *diag) {
  sd_status status = SD_OK;
  sd_picture picture = {0};
  sd_field field = {.crop = crop, .shrink = shrink, .unit = unit};
  SD_TRY(sd_photo_picture(&picture, photo, crop, shrink, diag));
  SD_TRY(sd_map_make(&field.light, picture.width, picture.height, diag));
  SD_TRY(sd_map_make(&field.tint, picture.width, picture.height, diag));
  SD_TRY(sd_map_make(&field.warm, picture.width, picture.height, diag));
  SD_TRY(sd_mask_make(&field.label, picture.width, picture.height, diag));
  SD_TRY(sd_mask_make(&field.excluded, picture.width, picture.height, diag));
  take_logarithms(&field, &picture);
  *out = field;
  field = (sd_field){0};
done:
  sd_picture_clear(&picture);
  sd_field_clear(&field);
  return status;
}

/* ---- native pixels ------------------------------------------------------------------------- */

/* A sample at either end of its range says only that the light was there or beyond. */
static bool is_clipped(const sd_photo *photo, size_t pixel) {
  for (size_t k = 0; k < 3; k++) {
    unsigned value, end;
    if (photo->sample_bytes == 1) {
      value = ((const uint8_t *)photo->samples)[3 * pixel + k];
      end = 255;
    } else {
      value = ((const uint16_t *)photo->samples)[3 * pixel + k];
      end = 65535;
    }
    if (value == 0 || value == end)
      return true;
  }
  return false;
}

/* Why this native pixel is not measured, given what the working grid says. */
static uint8_t native_reason(const sd_photo *photo, const sd_skin_options *options, size_t pixel,
                             uint8_t label, uint8_t reason) {
  if (label == 0)
    return SD_EXCLUDED_OUTSIDE;
  if (options != NULL && options->roi != NULL && options->roi->v[pixel] == 0)
    return SD_EXCLUDED_OUTSIDE;
  if (photo->opaque.v != NULL && photo->opaque.v[pixel] == 0)
    return SD_EXCLUDED_TRANSPARENT;
  if (reason == SD_MEASURED || reason == SD_EXCLUDED_GLARE)
    return is_clipped(photo, pixel) ? SD_EXCLUDED_CLIPPED : reason;
  return reason;
}

static sd_status to_native(sd_skin *out, const sd_photo *photo, const sd_field *field,
                           const sd_skin_options *options, sd_diag *diag) {
  const sd_mask *zone_map = options == NULL ? NULL : options->zone_map;
  sd_rect crop = field->crop;
  sd_status status = sd_mask_make(&out->label, crop.width, crop.height, diag);
  if (status == SD_OK)
    status = sd_mask_make(&out->excluded, crop.width, crop.height, diag);
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < crop.height; y++)
    for (int x = 0; x < crop.width; x++) {
      size_t to = (size_t)y * (size_t)crop.width + (size_t)x;
      size_t from =
          (size_t)(y / field->shrink) * (size_t)field->label.width + (size_t)(x / field->shrink);
      size_t pixel = (size_t)(crop.y + y) * (size_t)photo->width + (size_t)(crop.x + x);
      uint8_t label = zone_map != NULL ? zone_map->v[pixel] : field->label.v[from];
      out->label.v[to] = label;
      out->excluded.v[to] = native_reason(photo, options, pixel, label, field->excluded.v[from]);
    }
  out->crop = crop;
  return SD_OK;
}

/* ---- zones and shares ---------------------------------------------------------------------- */

static void count_pixels(size_t counts[256][SD_EXCLUDED_REASONS], const sd_skin *skin) {
  size_t total = (size_t)skin->crop.width * (size_t)skin->crop.height;
  for (size_t i = 0; i < total; i++)
    counts[skin->label.v[i]][skin->excluded.v[i]]++;
}

static void fill_zone(sd_zone *zone, int label, const size_t counts[SD_EXCLUDED_REASONS]) {
  zone->label = (uint8_t)label;
  zone->measured = counts[SD_MEASURED];
  for (int r = 0; r < SD_EXCLUDED_REASONS; r++)
    zone->pixels += counts[r];
  for (int r = 1; r < SD_EXCLUDED_REASONS && zone->pixels > 0; r++)
    zone->excluded[r] = (double)counts[r] / (double)zone->pixels;
}

static void name_zone(sd_zone *zone, const sd_skin *skin, bool mapped) {
  if (mapped)
    snprintf(zone->name, sizeof zone->name, "z%d", zone->label);
  else
    snprintf(zone->name, sizeof zone->name, "%s",
             skin->from_landmarks ? sd_zone_name(zone->label) : "skin");
}

/* Face zones are listed even when nothing of them is in the picture, so that tables keep their
 * rows. */
static sd_status fill_zones(sd_skin *skin, bool mapped, sd_diag *diag) {
  size_t(*counts)[SD_EXCLUDED_REASONS] = calloc(256, sizeof *counts);
  if (counts == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  size_t pixels = 0, measured = 0;
  count_pixels(counts, skin);
  for (int label = 1; label < 256; label++) {
    sd_zone *zone = &skin->zones[skin->zone_count];
    fill_zone(zone, label, counts[label]);
    bool listed = skin->from_landmarks ? label < SD_FACE_LABELS
                                       : zone->pixels > 0 || (!mapped && label == SD_ZONE_OTHER);
    if (!listed) {
      *zone = (sd_zone){0};
      continue;
    }
    name_zone(zone, skin, mapped);
    pixels += zone->pixels;
    measured += zone->measured;
    for (int r = 1; r < SD_EXCLUDED_REASONS; r++)
      skin->excluded_share[r] += (double)counts[label][r];
    skin->zone_count++;
  }
  for (int z = 0; z < skin->zone_count && measured > 0; z++)
    skin->zones[z].share_of_skin = (double)skin->zones[z].measured / (double)measured;
  for (int r = 1; r < SD_EXCLUDED_REASONS && pixels > 0; r++)
    skin->excluded_share[r] /= (double)pixels;
  free(counts);
  return SD_OK;
}

/* ---- the three ways ------------------------------------------------------------------------ */

static int shrink_to(double side, double target) {
  int shrink = (int)floor(side / target);
  return shrink < 1 ? 1 : shrink;
}

static sd_status from_face(sd_field *out, const sd_photo *photo, const sd_face *face,
                           sd_diag *diag) {
  sd_rect crop = sd_zones_crop(photo, face);
  int shrink = shrink_to(face->eye_distance_px, UNIT_MIN_PX);
  if (crop.width < 1 || crop.height < 1)
    return sd_fail(diag, SD_NO_FACE, "the face lies outside the photo");
  sd_status status = sd_field_make(out, photo, crop, shrink, face->eye_distance_px / shrink, diag);
  if (status == SD_OK)
    status = sd_zones_paint(out, face, diag);
  if (status == SD_OK)
    status = sd_skin_exclude(out, face, diag);
  return status;
}

static sd_status whole_field(sd_field *out, const sd_photo *photo, sd_diag *diag) {
  int side = photo->width > photo->height ? photo->width : photo->height;
  int shrink = shrink_to(side, MODEL_SIDE);
  sd_rect whole = {0, 0, photo->width, photo->height};
  return sd_field_make(out, photo, whole, shrink, MODEL_UNIT_SHARE * side / shrink, diag);
}

static sd_status from_map(sd_field *out, const sd_photo *photo, const sd_mask *zone_map,
                          sd_diag *diag) {
  sd_status status = whole_field(out, photo, diag);
  if (status != SD_OK)
    return status;
  for (int y = 0; y < photo->height; y++)
    for (int x = 0; x < photo->width; x++) {
      uint8_t label = zone_map->v[(size_t)y * (size_t)photo->width + (size_t)x];
      if (label != 0)
        out->label
            .v[(size_t)(y / out->shrink) * (size_t)out->label.width + (size_t)(x / out->shrink)] =
            label;
    }
  return sd_skin_exclude_light(out, diag);
}

/* Around a face that the detector saw, at the scale of that face. */
static sd_status sighted_field(sd_field *out, const sd_photo *photo, const sd_sighting *face,
                               sd_diag *diag) {
  double unit = SIGHTING_UNIT_SHARE * face->side_px, reach = SIGHTING_REACH * face->side_px;
  double x0 = fmax(floor(face->middle.x - reach), 0), y0 = fmax(floor(face->middle.y - reach), 0);
  double x1 = fmin(ceil(face->middle.x + reach), photo->width);
  double y1 = fmin(ceil(face->middle.y + reach), photo->height);
  int shrink = shrink_to(unit, UNIT_MIN_PX);
  sd_rect crop = {(int)x0, (int)y0, (int)(x1 - x0), (int)(y1 - y0)};
  return sd_field_make(out, photo, crop, shrink, unit / shrink, diag);
}

/* A sighting whose surroundings are no picture worth looking at is none. */
static const sd_sighting *usable_sighting(const sd_photo *photo, const sd_face *face) {
  static const double SIDE_MIN_PX = 40;
  if (face == NULL || !face->sighting.sure || !(face->sighting.side_px >= SIDE_MIN_PX))
    return NULL;
  sd_point middle = face->sighting.middle;
  bool inside =
      middle.x >= 0 && middle.y >= 0 && middle.x < photo->width && middle.y < photo->height;
  return inside ? &face->sighting : NULL;
}

static sd_status from_model(sd_field *out, const sd_photo *photo, const sd_face *face,
                            sd_diag *diag) {
  const sd_sighting *sighting = usable_sighting(photo, face);
  sd_status status =
      sighting != NULL ? sighted_field(out, photo, sighting, diag) : whole_field(out, photo, diag);
  if (status == SD_OK)
    status = sd_skin_model(out, sighting, diag);
  if (status == SD_OK)
    status = sd_skin_exclude_light(out, diag);
  return status;
}

static sd_status check_size(const sd_mask *mask, const sd_photo *photo, const char *what,
                            sd_diag *diag) {
  if (mask == NULL || (mask->width == photo->width && mask->height == photo->height))
    return SD_OK;
  return sd_fail(diag, SD_USAGE, "the %s is %d x %d pixels but the upright photo is %d x %d", what,
                 mask->width, mask->height, photo->width, photo->height);
}

int sd_skin_label(const sd_skin *skin, const char *zone) {
  for (int z = 0; z < skin->zone_count && zone != NULL; z++)
    if (strcmp(skin->zones[z].name, zone) == 0)
      return skin->zones[z].label;
  return 0;
}

sd_status sd_skin_find(sd_skin *out, const sd_photo *photo, const sd_face *face,
                       const sd_skin_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_skin *skin = calloc(1, sizeof *skin); /* too large for the stack of a thread */
  sd_field field = {0};
  const sd_mask *zone_map = options == NULL ? NULL : options->zone_map;
  if (skin == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  SD_TRY(check_size(zone_map, photo, "zone map", diag));
  SD_TRY(check_size(options == NULL ? NULL : options->roi, photo, "region of interest", diag));
  skin->from_landmarks = zone_map == NULL && face != NULL && face->found;
  if (zone_map != NULL)
    SD_TRY(from_map(&field, photo, zone_map, diag));
  else if (skin->from_landmarks)
    SD_TRY(from_face(&field, photo, face, diag));
  else
    SD_TRY(from_model(&field, photo, face, diag));
  SD_TRY(to_native(skin, photo, &field, options, diag));
  SD_TRY(fill_zones(skin, zone_map != NULL, diag));
  sd_skin_clear(out);
  *out = *skin;
  *skin = (sd_skin){0};
done:
  sd_field_clear(&field);
  sd_skin_clear(skin);
  free(skin);
  return status;
}
