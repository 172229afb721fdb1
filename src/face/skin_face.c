/* Hair, beard and spectacles on a face, told apart from skin by comparing with the face's own skin.
 *
 * Reference: the malar cheeks and the nose, which are bare on nearly everyone, give the face's
 * colour and texture (medians) and, spread by normalised convolution, the light it should have
 * elsewhere. Hair and frames are darker than the skin around them and long, large, or joined to the
 * brows or the rim of the face. Marks, moles and scars may be as dark but are small islands in
 * clean skin: these stay measured, they are what the program is for. Fringes and stubble that are
 * too fine to be seen as regions show as texture: many times the fine contrast of the cheeks. Edges
 * of the face, the nose and the lips are single lines: texture counts near them only where all
 * sides have it. Where whiskers are certain, the rest of the beard is looked for more closely. */
#include "face/hair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lengths are in eye distances (about 63 mm). */
static const double DETAIL = 0.006;       /* what single pixels are smoothed with: 0.4 mm */
static const double FINE = 0.014;         /* texture is what lies between DETAIL and this: 0.9 mm */
static const double TEXTURE_AREA = 0.035; /* ... averaged over 2.2 mm */
/* Near the rim of the face texture is averaged more narrowly, and asked for up to this far away. */
static const double RIM_AREA = 0.02, RIM_STEP = 0.05;
static const double NEAR = 0.035; /* surroundings of a hair or a frame: 2.2 mm */
static const double FAR = 0.45;   /* reach of the cheeks' light over the face */
static const double RIM = 0.012;  /* half-dark rim around hair */
/* The core ends above the mouth (down, in eye distances), where beards begin. */
static const double CORE_LOWEST = 0.72;
/* Folds and rims of lids, nostrils and lips are busy without hair: none is looked for this near. */
static const double FEATURE_MARGIN = 0.09;
/* Whiskers reach the lips, whose own edges show no farther than this. */
static const double MOUTH_MARGIN = 0.03;
/* Folds and shade beside the nose and the lips lie within this. */
static const double NOSE_MARGIN = 0.1, SHADE_MARGIN = 0.09;
/* The ends of a moustache lie this near the lips. */
static const double MOUSTACHE = 0.28;
/* Near the rim of the face lies background or hair beside it. */
static const double RIM_BAND = 0.1;
/* The contrast of the outline shows in the texture up to here, wherever the mesh puts it. */
static const double CALM_BAND = 0.18;
/* The forehead has no such outline, but hair above it (down, in eye distances). */
static const double CALM_HIGHEST = -0.4;

static void work_clear(hair_work *w) {
  sd_map *maps[] = {&w->smooth, &w->broad, &w->tint, &w->warm, &w->texture,
                    &w->quiet,  &w->near,  &w->far,  &w->down};
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
    sd_map_clear(maps[i]);
  sd_mask_clear(&w->keep);
  sd_mask_clear(&w->dark);
  sd_mask_clear(&w->features);
  sd_mask_clear(&w->mouth_rim);
  sd_mask_clear(&w->beside);
  sd_mask_clear(&w->mouth);
  sd_mask_clear(&w->calm);
  sd_mask_clear(&w->islands);
  sd_mask_clear(&w->rim);
  sd_mask_clear(&w->above);
  sd_mask_clear(&w->seed);
}

static bool in_core(const hair_work *w, size_t i) {
  uint8_t label = w->field->label.v[i];
  if (!hair_is_open(w->field, i) ||
      (label != SD_ZONE_NOSE && label != SD_ZONE_LEFT_CHEEK && label != SD_ZONE_RIGHT_CHEEK))
    return false;
  double down = hair_down_of(w, i);
  return down > 0.1 && down < CORE_LOWEST;
}

/* ---- maps ---------------------------------------------------------------------------------- */

/* The least of the places RIM_STEP around (i, j) that are open: `straight` pixels away along rows
 * and columns, `slanting` along both. */
static float least_around(const hair_work *w, const sd_map *map, int i, int j, int straight,
                          int slanting) {
  static const int ways[8][2] = {{-1, -1}, {0, -1}, {1, -1}, {-1, 0},
                                 {1, 0},   {-1, 1}, {0, 1},  {1, 1}};
  float least = map->v[(size_t)j * (size_t)map->width + (size_t)i];
  for (int k = 0; k < 8; k++) {
    int step = ways[k][0] != 0 && ways[k][1] != 0 ? slanting : straight;
    int x = i + ways[k][0] * step, y = j + ways[k][1] * step;
    if (x < 0 || y < 0 || x >= map->width || y >= map->height)
      continue;
    size_t at = (size_t)y * (size_t)map->width + (size_t)x;
    bool nose = w->field->label.v[at] == SD_ZONE_NOSE;
    if (w->keep.v[at] != 0 && !nose && !isnan(map->v[at]))
      least = fminf(least, map->v[at]);
  }
  return least;
}

/* The outline of a face against the background is one line of high contrast, hair is many: near the
 * rim a place is as busy as the least busy of its surroundings. */
static sd_status calm_rim(hair_work *w, const sd_map *squares, sd_diag *diag) {
  sd_map narrow = {0};
  int straight = (int)lround(RIM_STEP * w->field->unit);
  int slanting = (int)lround(RIM_STEP * sqrt(0.5) * w->field->unit);
  sd_status status =
      sd_map_blur_masked(&narrow, squares, &w->keep, RIM_AREA * w->field->unit, diag);
  for (int j = 0; j < narrow.height && status == SD_OK; j++)
    for (int i = 0; i < narrow.width; i++) {
      size_t at = (size_t)j * (size_t)narrow.width + (size_t)i;
      if ((w->calm.v[at] | w->beside.v[at]) != 0 && w->keep.v[at] != 0)
        w->quiet.v[at] = fminf(w->quiet.v[at], least_around(w, &narrow, i, j, straight, slanting));
      if (w->calm.v[at] != 0 && w->beside.v[at] == 0)
        w->texture.v[at] = w->quiet.v[at];
    }
  sd_map_clear(&narrow);
  return status;
}

static sd_status make_texture(hair_work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map fine = {0};
  size_t total = sd_field_count(w->field);
  SD_TRY(sd_map_blur(&fine, &w->field->light, FINE * w->field->unit, diag));
  for (size_t i = 0; i < total; i++) {
    float d = w->smooth.v[i] - fine.v[i];
    fine.v[i] = d * d;
  }
  /* Only over open skin, or the contrast of brows and lips would spill onto their surroundings. */
  SD_TRY(sd_map_blur_masked(&w->texture, &fine, &w->keep, TEXTURE_AREA * w->field->unit, diag));
  SD_TRY(sd_map_make(&w->quiet, fine.width, fine.height, diag));
  memcpy(w->quiet.v, w->texture.v, total * sizeof *w->quiet.v);
  SD_TRY(calm_rim(w, &fine, diag));
  for (size_t i = 0; i < total; i++) {
    w->texture.v[i] = isnan(w->texture.v[i]) ? 0 : sqrtf(w->texture.v[i]);
    w->quiet.v[i] = isnan(w->quiet.v[i]) ? 0 : sqrtf(w->quiet.v[i]);
  }
done:
  sd_map_clear(&fine);
  return status;
}

/* Beside nose and lips; and around the mouth, where beards grow. */
static sd_status mark_beside(hair_work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_field *field = w->field;
  size_t total = sd_field_count(field);
  sd_mask lips = {0};
  SD_TRY(sd_mask_make(&w->beside, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&lips, field->label.width, field->label.height, diag));
  for (size_t i = 0; i < total; i++) {
    w->beside.v[i] =
        field->label.v[i] == SD_ZONE_NOSE || field->excluded.v[i] == SD_EXCLUDED_NOSTRIL;
    lips.v[i] = field->excluded.v[i] == SD_EXCLUDED_LIPS;
  }
  SD_TRY(sd_shape_grow(&w->beside, 1, NOSE_MARGIN * field->unit, diag));
  SD_TRY(sd_mask_make(&w->mouth, field->label.width, field->label.height, diag));
  memcpy(w->mouth.v, lips.v, total);
  SD_TRY(sd_shape_grow(&w->mouth, 1, MOUSTACHE * field->unit, diag));
  SD_TRY(sd_shape_grow(&lips, 1, SHADE_MARGIN * field->unit, diag));
  for (size_t i = 0; i < total; i++) {
    w->beside.v[i] |= lips.v[i];
    w->mouth.v[i] |= field->label.v[i] == SD_ZONE_PERIORAL || field->label.v[i] == SD_ZONE_CHIN;
  }
done:
  sd_mask_clear(&lips);
  return status;
}

/* Where the outline of the face is near, in two widths. */
static sd_status mark_rim(hair_work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_field *field = w->field;
  SD_TRY(sd_mask_make(&w->rim, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&w->calm, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&w->above, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&w->seed, field->label.width, field->label.height, diag));
  for (size_t i = 0; i < sd_field_count(field); i++) {
    w->above.v[i] = hair_down_of(w, i) < BEARD_HIGHEST;
    w->rim.v[i] = field->label.v[i] == 0;
    w->calm.v[i] = w->rim.v[i] != 0 && hair_down_of(w, i) > CALM_HIGHEST;
  }
  SD_TRY(sd_shape_grow(&w->rim, 1, RIM_BAND * field->unit, diag));
  SD_TRY(sd_shape_grow(&w->calm, 1, CALM_BAND * field->unit, diag));
done:
  return status;
}

static sd_status mark_features(hair_work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_field *field = w->field;
  size_t total = sd_field_count(field);
  SD_TRY(sd_mask_make(&w->features, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&w->mouth_rim, field->label.width, field->label.height, diag));
  for (size_t i = 0; i < total; i++) {
    uint8_t reason = field->excluded.v[i];
    w->features.v[i] =
        reason == SD_EXCLUDED_EYE || reason == SD_EXCLUDED_NOSTRIL || reason == SD_EXCLUDED_LIPS;
  }
  memcpy(w->mouth_rim.v, w->features.v, total);
  SD_TRY(sd_shape_grow(&w->mouth_rim, 1, MOUTH_MARGIN * field->unit, diag));
  SD_TRY(sd_shape_grow(&w->features, 1, FEATURE_MARGIN * field->unit, diag));
done:
  return status;
}

static sd_status make_down(hair_work *w, sd_diag *diag) {
  int width = w->field->label.width, height = w->field->label.height;
  sd_status status = sd_map_make(&w->down, width, height, diag);
  w->eyes = sd_zones_eye_line(w->field, w->face);
  for (int y = 0; y < height && status == SD_OK; y++)
    for (int x = 0; x < width; x++)
      w->down.v[(size_t)y * (size_t)width + (size_t)x] = (float)sd_eye_line_below(&w->eyes, x, y);
  return status;
}

static sd_status make_maps(hair_work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_field *field = w->field;
  sd_map areas[3] = {{0}};
  double area = TEXTURE_AREA * field->unit;
  SD_TRY(sd_mask_make(&w->keep, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&w->dark, field->label.width, field->label.height, diag));
  SD_TRY(make_down(w, diag));
  SD_TRY(mark_features(w, diag));
  SD_TRY(mark_beside(w, diag));
  SD_TRY(mark_rim(w, diag));
  /* First of all, or the contrast of their rims would read as the texture of hair. */
  SD_TRY(hair_mark_spectacles(w, diag));
  for (size_t i = 0; i < sd_field_count(field); i++)
    w->keep.v[i] = hair_is_open(field, i) ? 255 : 0;
  SD_TRY(sd_map_blur(&w->smooth, &field->light, DETAIL * field->unit, diag));
  SD_TRY(sd_maps_blur_masked(areas,
                             (const sd_map *const[]){&field->light, &field->tint, &field->warm}, 3,
                             &w->keep, area, NULL, diag));
  w->broad = areas[0];
  w->tint = areas[1];
  w->warm = areas[2];
  memset(areas, 0, sizeof areas);
  SD_TRY(make_texture(w, diag));
done:
  for (int k = 0; k < 3; k++)
    sd_map_clear(&areas[k]);
  return status;
}

/* `keep`: where the core is. */
static double median_of_core(const hair_work *w, const sd_map *map, float *room) {
  size_t total = sd_field_count(w->field), count = 0;
  for (size_t i = 0; i < total; i++)
    if (w->keep.v[i] != 0)
      room[count++] = map->v[i];
  return sd_median(room, count);
}

static sd_status make_reference(hair_work *w, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  float *room = malloc(total * sizeof *room);
  if (room == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    w->keep.v[i] = in_core(w, i) ? 255 : 0;
  w->skin.light = median_of_core(w, &w->broad, room);
  w->skin.tint = median_of_core(w, &w->tint, room);
  w->skin.warm = median_of_core(w, &w->warm, room);
  w->skin.texture = median_of_core(w, &w->texture, room);
  free(room);
  /* Light over the face from the core alone, without its own dark spots. */
  for (size_t i = 0; i < total; i++)
    if (!((double)w->broad.v[i] > w->skin.light - (double)REGION_DARK))
      w->keep.v[i] = 0;
  return sd_map_blur_masked(&w->far, &w->broad, &w->keep, FAR * w->field->unit, diag);
}

/* The light around each pixel, without the dark structures themselves. */
static sd_status make_near(hair_work *w, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  for (size_t i = 0; i < total; i++)
    w->keep.v[i] = hair_is_open(w->field, i) ? 255 : 0;
  for (int round = 0; round < 2; round++) {
    sd_status status =
        sd_map_blur_masked(&w->near, &w->smooth, &w->keep, NEAR * w->field->unit, diag);
    if (status != SD_OK)
      return status;
    for (size_t i = 0; i < total; i++)
      if (hair_is_open(w->field, i))
        w->keep.v[i] = w->smooth.v[i] > w->near.v[i] - DARK_MIN / 2 ? 255 : 0;
  }
  return SD_OK;
}

/* The blurred rim of what was found; growing may only take open pixels. */
static sd_status grow_found(hair_work *w, sd_diag *diag) {
  static const uint8_t found[] = {SD_EXCLUDED_HAIR, SD_EXCLUDED_BEARD, SD_EXCLUDED_SPECTACLES};
  sd_field *field = w->field;
  size_t total = sd_field_count(field);
  for (size_t k = 0; k < sizeof found; k++) {
    for (size_t i = 0; i < total; i++)
      w->dark.v[i] = field->excluded.v[i] == found[k] ? 1 : 0;
    sd_status status = sd_shape_grow(&w->dark, 1, RIM * field->unit, diag);
    if (status != SD_OK)
      return status;
    for (size_t i = 0; i < total; i++)
      if (w->dark.v[i] != 0 && hair_is_open(field, i))
        field->excluded.v[i] = found[k];
  }
  return SD_OK;
}

sd_status sd_skin_exclude(sd_field *field, const sd_face *face, sd_diag *diag) {
  sd_status status = SD_OK;
  hair_work w = {.field = field, .face = face};
  SD_TRY(make_maps(&w, diag));
  SD_TRY(make_reference(&w, diag));
  SD_TRY(make_near(&w, diag));
  SD_TRY(hair_find_islands(&w, diag));
  SD_TRY(hair_mark_strands(&w, diag));
  SD_TRY(hair_mark_regions(&w, diag));
  SD_TRY(hair_close_gaps(&w, diag));
  SD_TRY(grow_found(&w, diag));
  SD_TRY(sd_skin_exclude_light(field, diag));
  sd_zones_exclude_oblique(field, face);
done:
  work_clear(&w);
  return status;
}
