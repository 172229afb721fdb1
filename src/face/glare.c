/* Specular reflection adds the colour of the lamp to that of the skin: the place is brighter than
 * its surroundings and nearer to grey. Both are asked for, relative to the skin around, so that the
 * method is the same for every skin tone; a pale scar is brighter but keeps most of its colour, and
 * vellus shine over the whole face is no local departure. */
#include "face/skin.h"

#include <math.h>
#include <stdlib.h>

/* Surroundings: 7 mm around. The sheen that shades a whole cheek is wider and stays. */
static const double AROUND_SHARE = 0.11;
/* The pixel itself, smoothed over half a millimetre so that single grains do not count. */
static const double DETAIL_SHARE = 0.008;
/* exp(0.18) = 20 % brighter, and R/B nearer to 1 by 6 %: a reflection of a fifth of the skin's own
 * light lowers R/B of light skin (about 2) by 8 %. */
static const float BRIGHTER_MIN = 0.18f, GREYER_MIN = 0.07f;
/* So bright that no colour is left to compare. */
static const float BRIGHTER_SURE = 0.7f;
/* Rim of a reflection that is still mixed. */
static const double RIM_SHARE = 0.01;
/* Too dark to measure: 2 % of white is sRGB code 39, where one step is already 4 %; or a sixth of
 * the light of the skin as a whole. For very dark skin in dim light the second limit holds alone
 * down to 0.6 % of white (code 15). */
static const float SHADOW_LOG = -3.9f, SHADOW_BELOW_SKIN = 1.8f, SHADOW_SURE_LOG = -5.1f;

static bool counts(const sd_field *field, size_t i) {
  return field->label.v[i] != 0 && field->excluded.v[i] == SD_MEASURED;
}

static double median_light(const sd_field *field, sd_status *status, sd_diag *diag) {
  size_t total = sd_field_count(field), count = 0;
  float *values = malloc((total > 0 ? total : 1) * sizeof *values);
  if (values == NULL) {
    *status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    return 0;
  }
  for (size_t i = 0; i < total; i++)
    if (counts(field, i))
      values[count++] = field->light.v[i];
  double median = sd_median(values, count);
  free(values);
  return median;
}

static void mark_shadow(sd_field *field, double median) {
  size_t total = sd_field_count(field);
  for (size_t i = 0; i < total; i++) {
    float light = field->light.v[i];
    bool dark = light < SHADOW_SURE_LOG ||
                (light < SHADOW_LOG && light < (float)median - SHADOW_BELOW_SKIN);
    if (dark && counts(field, i))
      field->excluded.v[i] = SD_EXCLUDED_SHADOW;
  }
}

static sd_status mark_glare(sd_field *field, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t total = sd_field_count(field);
  int width = field->label.width, height = field->label.height;
  sd_mask keep = {0}, glare = {0};
  sd_map light = {0}, colour = {0}, around[2] = {{0}};
  SD_TRY(sd_mask_make(&keep, width, height, diag));
  SD_TRY(sd_mask_make(&glare, width, height, diag));
  SD_TRY(sd_map_make(&colour, width, height, diag));
  for (size_t i = 0; i < total; i++) {
    keep.v[i] = counts(field, i) ? 255 : 0;
    colour.v[i] = field->tint.v[i] + field->warm.v[i];
  }
  SD_TRY(sd_maps_blur_masked(around, (const sd_map *const[]){&field->light, &colour}, 2, &keep,
                             AROUND_SHARE * field->unit, NULL, diag));
  SD_TRY(sd_map_blur(&light, &field->light, DETAIL_SHARE * field->unit, diag));
  SD_TRY(sd_map_blur(&colour, &colour, DETAIL_SHARE * field->unit, diag));
  for (size_t i = 0; i < total; i++) {
    float brighter = light.v[i] - around[0].v[i];
    float greyer = fabsf(around[1].v[i]) - fabsf(colour.v[i]);
    bool shines = brighter > BRIGHTER_SURE || (brighter > BRIGHTER_MIN && greyer > GREYER_MIN);
    glare.v[i] = keep.v[i] != 0 && shines ? 1 : 0;
  }
  SD_TRY(sd_shape_grow(&glare, 1, RIM_SHARE * field->unit, diag));
  for (size_t i = 0; i < total; i++)
    if (glare.v[i] != 0 && counts(field, i))
      field->excluded.v[i] = SD_EXCLUDED_GLARE;
done:
  sd_mask_clear(&keep);
  sd_mask_clear(&glare);
  sd_map_clear(&light);
  sd_map_clear(&colour);
  sd_map_clear(&around[0]);
  sd_map_clear(&around[1]);
  return status;
}

sd_status sd_skin_exclude_light(sd_field *field, sd_diag *diag) {
  sd_status status = SD_OK;
  double median = median_light(field, &status, diag);
  if (status != SD_OK)
    return status;
  mark_shadow(field, median);
  return mark_glare(field, diag);
}
