/* Hair, beard and spectacles on a face, told apart from skin by comparing with the face's own skin.
 *
 * Reference: the malar cheeks and the nose, which are bare on nearly everyone, give the face's
 * colour and texture (medians) and, spread by normalised convolution, the light it should have
 * elsewhere. Hair and frames are darker than the skin around them and long, large, or joined to the
 * brows or the rim of the face. Marks, moles and scars may be as dark but are small islands in
 * clean skin: these stay measured, they are what the program is for. Fringes and stubble that are
 * too fine to be seen as regions show as texture: many times the fine contrast of the cheeks. */
#include "face/skin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All lengths in eye distances (about 63 mm). */
static const double DETAIL = 0.006;       /* what single pixels are smoothed with: 0.4 mm */
static const double FINE = 0.014;         /* texture is what lies between DETAIL and this: 0.9 mm */
static const double TEXTURE_AREA = 0.035; /* ... averaged over 2.2 mm */
static const double NEAR = 0.035;         /* surroundings of a hair or a frame: 2.2 mm */
static const double FAR = 0.45;           /* reach of the cheeks' light over the face */
static const double ISLAND_MAX = 0.16;    /* a mark is no longer than 10 mm ... */
static const double ISLAND_FILL = 0.35;   /* ... and fills this much of its bounding box */
static const double RIM = 0.012;          /* half-dark rim around hair */

/* A thin dark structure: a fifth darker than what lies 2 mm around it. */
static const float DARK_MIN = 0.22f;
/* Frames are darker than any crease of skin. */
static const float FRAME_DARK = 0.6f;
static const double FRAME_MIN = 0.45;
/* ... and reach below the eyes, where lids and brows do not. Down in eye distances. */
static const double FRAME_LOWEST = 0.15, UPPER_FACE_TOP = -0.2, UPPER_FACE_END = 0.55;
/* A fold is no greyer than the skin within 2 mm. */
static const double FOLD_REDDER = -0.01;
/* The core ends above the mouth (down, in eye distances), where beards begin. */
static const double CORE_LOWEST = 0.72, BEARD_HIGHEST = 0.55;
/* Texture of hair: over three times the cheeks', and never below 6 % contrast. */
static const double HAIR_TEXTURE = 3.0, HAIR_TEXTURE_MIN = 0.06;
/* Smaller busy places (7 mm) are scars, pimples or pores, not hair. */
static const double BUSY_MIN = 0.11;
/* ... and a lone round one up to this size is a mole: 15 mm with its blurred edge. */
static const double LONE_MAX = 0.24;
/* A region far darker than the face's light allows, and nearer to grey than skin in shade is: shade
 * keeps the skin's colour or reddens it. */
static const float REGION_DARK = 0.8f, REGION_GREYER = 0.12f;
/* Stubble: short hairs seen as grain of 1.5 times the cheeks', darker by a sixth, and greyer. */
static const double STUBBLE_TEXTURE = 1.5, STUBBLE_TEXTURE_MIN = 0.025;
static const float STUBBLE_DARK = 0.18f, STUBBLE_GREYER = 0.03f;
/* Folds and rims of lids, nostrils and lips are busy without hair: none is looked for this near. */
static const double FEATURE_MARGIN = 0.09;
/* What stays this near to the rim of the face is background or hair beside it, never a beard. */
static const double RIM_BAND = 0.1, RIM_SHARE = 0.8;

typedef struct reference {
  double light, tint, warm, texture; /* medians of the core */
} reference;

typedef struct work {
  sd_field *field;
  const sd_face *face;
  sd_map smooth;     /* light without grain */
  sd_map broad;      /* light at TEXTURE_AREA */
  sd_map tint, warm; /* colour at TEXTURE_AREA */
  sd_map texture;    /* rms fine contrast */
  sd_map near, far;  /* light the skin around has; light the cheeks let expect */
  sd_mask keep, dark;
  sd_mask features; /* near eyes, nostrils, lips */
  sd_mask rim;      /* 1: near the outside of the face, or outside */
  reference skin;
} work;

static void work_clear(work *w) {
  sd_map *maps[] = {&w->smooth, &w->broad, &w->tint, &w->warm, &w->texture, &w->near, &w->far};
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
    sd_map_clear(maps[i]);
  sd_mask_clear(&w->keep);
  sd_mask_clear(&w->dark);
  sd_mask_clear(&w->features);
  sd_mask_clear(&w->rim);
}

static bool is_open(const sd_field *field, size_t i) {
  return field->label.v[i] != 0 && field->excluded.v[i] == SD_MEASURED;
}

static double down_of(const work *w, size_t i) {
  size_t width = (size_t)w->field->label.width;
  return sd_zones_down(w->field, w->face, (double)(i % width), (double)(i / width));
}

static bool in_core(const work *w, size_t i) {
  uint8_t label = w->field->label.v[i];
  if (!is_open(w->field, i) ||
      (label != SD_ZONE_NOSE && label != SD_ZONE_LEFT_CHEEK && label != SD_ZONE_RIGHT_CHEEK))
    return false;
  double down = down_of(w, i);
  return down > 0.1 && down < CORE_LOWEST;
}

/* ---- maps ---------------------------------------------------------------------------------- */

static sd_status make_texture(work *w, sd_diag *diag) {
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
  for (size_t i = 0; i < total; i++)
    w->texture.v[i] = isnan(w->texture.v[i]) ? 0 : sqrtf(w->texture.v[i]);
done:
  sd_map_clear(&fine);
  return status;
}

static sd_status make_maps(work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_field *field = w->field;
  size_t total = sd_field_count(field);
  double area = TEXTURE_AREA * field->unit;
  SD_TRY(sd_mask_make(&w->keep, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&w->dark, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&w->features, field->label.width, field->label.height, diag));
  for (size_t i = 0; i < total; i++) {
    uint8_t reason = field->excluded.v[i];
    w->features.v[i] =
        reason == SD_EXCLUDED_EYE || reason == SD_EXCLUDED_NOSTRIL || reason == SD_EXCLUDED_LIPS;
  }
  SD_TRY(sd_shape_grow(&w->features, 1, FEATURE_MARGIN * field->unit, diag));
  SD_TRY(sd_mask_make(&w->rim, field->label.width, field->label.height, diag));
  for (size_t i = 0; i < total; i++)
    w->rim.v[i] = field->label.v[i] == 0;
  SD_TRY(sd_shape_grow(&w->rim, 1, RIM_BAND * field->unit, diag));
  for (size_t i = 0; i < total; i++)
    w->keep.v[i] = is_open(field, i) ? 255 : 0;
  SD_TRY(sd_map_blur(&w->smooth, &field->light, DETAIL * field->unit, diag));
  SD_TRY(sd_map_blur_masked(&w->broad, &field->light, &w->keep, area, diag));
  SD_TRY(sd_map_blur_masked(&w->tint, &field->tint, &w->keep, area, diag));
  SD_TRY(sd_map_blur_masked(&w->warm, &field->warm, &w->keep, area, diag));
  SD_TRY(make_texture(w, diag));
done:
  return status;
}

static double median_of_core(const work *w, const sd_map *map, float *room) {
  size_t total = sd_field_count(w->field), count = 0;
  for (size_t i = 0; i < total; i++)
    if (in_core(w, i))
      room[count++] = map->v[i];
  return sd_median(room, count);
}

static sd_status make_reference(work *w, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  float *room = malloc(total * sizeof *room);
  if (room == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  w->skin.light = median_of_core(w, &w->broad, room);
  w->skin.tint = median_of_core(w, &w->tint, room);
  w->skin.warm = median_of_core(w, &w->warm, room);
  w->skin.texture = median_of_core(w, &w->texture, room);
  free(room);
  /* Light over the face from the core alone, without its own dark spots. */
  for (size_t i = 0; i < total; i++)
    w->keep.v[i] =
        in_core(w, i) && (double)w->broad.v[i] > w->skin.light - (double)REGION_DARK ? 255 : 0;
  return sd_map_blur_masked(&w->far, &w->broad, &w->keep, FAR * w->field->unit, diag);
}

/* The light around each pixel, without the dark structures themselves. */
static sd_status make_near(work *w, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  for (size_t i = 0; i < total; i++)
    w->keep.v[i] = is_open(w->field, i) ? 255 : 0;
  for (int round = 0; round < 2; round++) {
    sd_status status =
        sd_map_blur_masked(&w->near, &w->smooth, &w->keep, NEAR * w->field->unit, diag);
    if (status != SD_OK)
      return status;
    for (size_t i = 0; i < total; i++)
      if (is_open(w->field, i))
        w->keep.v[i] = w->smooth.v[i] > w->near.v[i] - DARK_MIN / 2 ? 255 : 0;
  }
  return SD_OK;
}

/* ---- regions ------------------------------------------------------------------------------- */

static bool is_lower_face(const work *w, size_t i) {
  uint8_t label = w->field->label.v[i];
  if (label == SD_ZONE_PERIORAL || label == SD_ZONE_CHIN)
    return true;
  return (label == SD_ZONE_LEFT_CHEEK || label == SD_ZONE_RIGHT_CHEEK || label == SD_ZONE_OTHER) &&
         down_of(w, i) > BEARD_HIGHEST;
}

static bool is_lid(const work *w, size_t i) {
  uint8_t label = w->field->label.v[i];
  return label == SD_ZONE_LEFT_PERIORBITAL || label == SD_ZONE_RIGHT_PERIORBITAL;
}

/* Fringe, sideburns, beard: busy as hair. */
static bool is_busy(const work *w, size_t i) {
  double limit = fmax(HAIR_TEXTURE * w->skin.texture, HAIR_TEXTURE_MIN);
  return w->features.v[i] == 0 && !is_lid(w, i) && (double)w->texture.v[i] > limit;
}

/* Smooth dark hair, cloth: far too dark, and greyer than shaded skin. */
static bool is_dark_region(const work *w, size_t i) {
  return w->broad.v[i] < w->far.v[i] - REGION_DARK &&
         (double)w->tint.v[i] < w->skin.tint - (double)REGION_GREYER;
}

static bool is_stubble(const work *w, size_t i) {
  double limit = fmax(STUBBLE_TEXTURE * w->skin.texture, STUBBLE_TEXTURE_MIN);
  return w->features.v[i] == 0 && is_lower_face(w, i) && (double)w->texture.v[i] > limit &&
         w->broad.v[i] < w->far.v[i] - STUBBLE_DARK &&
         (double)w->tint.v[i] < w->skin.tint - (double)STUBBLE_GREYER;
}

/* Per component, numbered from 1: does it keep to the rim of the face? */
static bool *find_rim_components(const work *w, const sd_component *list, int count,
                                 const int32_t *number) {
  bool *out = calloc((size_t)count + 1, sizeof *out);
  size_t *inside = calloc((size_t)count + 1, sizeof *inside);
  if (out != NULL && inside != NULL) {
    for (size_t i = 0; i < sd_field_count(w->field); i++)
      if (number[i] > 0 && w->rim.v[i] != 0)
        inside[number[i]]++;
    for (int c = 0; c < count; c++)
      out[c + 1] = (double)inside[c + 1] >= RIM_SHARE * (double)list[c].area;
    free(inside);
    return out;
  }
  free(out);
  free(inside);
  return NULL;
}

static uint8_t kind_of_hair(const work *w, size_t i, bool at_rim) {
  return is_lower_face(w, i) && !at_rim ? SD_EXCLUDED_BEARD : SD_EXCLUDED_HAIR;
}

static bool touches(const work *w, const sd_component *c, const int32_t *number, int32_t which) {
  int width = w->dark.width, height = w->dark.height;
  for (int y = c->y0; y <= c->y1; y++)
    for (int x = c->x0; x <= c->x1; x++) {
      if (number[(size_t)y * (size_t)width + (size_t)x] != which)
        continue;
      for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
          int nx = x + dx, ny = y + dy;
          if (nx < 0 || ny < 0 || nx >= width || ny >= height)
            return true;
          size_t at = (size_t)ny * (size_t)width + (size_t)nx;
          uint8_t reason = w->field->excluded.v[at];
          if (w->field->label.v[at] == 0 || reason == SD_EXCLUDED_BROW ||
              reason == SD_EXCLUDED_HAIR || reason == SD_EXCLUDED_BEARD)
            return true;
        }
    }
  return false;
}

/* A dark mole is busy at its edge, too; but it is small, round and alone, which hair is not. */
static bool is_lone_mark(const work *w, const sd_component *c, const int32_t *number,
                         int32_t which) {
  double width = c->x1 - c->x0 + 1, height = c->y1 - c->y0 + 1, side = fmax(width, height);
  return side < LONE_MAX * w->field->unit && fmin(width, height) > 0.6 * side &&
         (double)c->area > 0.5 * width * height && !touches(w, c, number, which);
}

static sd_status mark_regions(work *w, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] =
        is_open(w->field, i) && (is_busy(w, i) || is_dark_region(w, i) || is_stubble(w, i));
  bool *at_rim = NULL;
  sd_status status = sd_shape_components(&list, &count, number, &w->dark, diag);
  if (status == SD_OK && (at_rim = find_rim_components(w, list, count, number)) == NULL)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (int c = 0; c < count && status == SD_OK; c++)
    if (is_lone_mark(w, &list[c], number, c + 1))
      list[c].x1 = list[c].x0 - 1; /* an empty box is too small for a region */
  for (size_t i = 0; i < total && status == SD_OK; i++) {
    if (number[i] == 0 || list[number[i] - 1].x1 < list[number[i] - 1].x0)
      continue;
    const sd_component *c = &list[number[i] - 1];
    double width = c->x1 - c->x0 + 1, height = c->y1 - c->y0 + 1;
    if (fmax(width, height) >= BUSY_MIN * w->field->unit)
      w->field->excluded.v[i] = kind_of_hair(w, i, at_rim[number[i]]);
  }
  free(at_rim);
  free(number);
  free(list);
  return status;
}

/* ---- strands, frames and islands ----------------------------------------------------------- */

static bool is_island(const work *w, const sd_component *c, const int32_t *number, int32_t which) {
  double width = c->x1 - c->x0 + 1, height = c->y1 - c->y0 + 1;
  double side = fmax(width, height), limit = ISLAND_MAX * w->field->unit;
  if (side > limit)
    return false;
  bool compact = (double)c->area >= ISLAND_FILL * side * side;
  /* A speck of a few pixels has no shape; it stays unless it is the end of a strand. */
  bool speck = side <= 0.03 * w->field->unit;
  return (compact || speck) && !touches(w, c, number, which);
}

static float darkest_of(const work *w, const sd_component *c, const int32_t *number,
                        int32_t which) {
  float darkest = 0;
  for (int y = c->y0; y <= c->y1; y++)
    for (int x = c->x0; x <= c->x1; x++) {
      size_t i = (size_t)y * (size_t)w->dark.width + (size_t)x;
      if (number[i] == which)
        darkest = fminf(darkest, w->smooth.v[i] - w->near.v[i]);
    }
  return -darkest;
}

/* Wrinkles and smile lines are as long as hairs but as red as skin, or redder: light reaches their
 * bottom by way of skin. Hair is greyer. */
static bool is_fold(const work *w, const sd_component *c, const int32_t *number, int32_t which) {
  double sum = 0;
  for (int y = c->y0; y <= c->y1; y++)
    for (int x = c->x0; x <= c->x1; x++) {
      size_t i = (size_t)y * (size_t)w->dark.width + (size_t)x;
      if (number[i] == which)
        sum += (double)w->field->tint.v[i] - (double)w->tint.v[i];
    }
  return sum / (double)c->area > FOLD_REDDER;
}

/* How far down the face its box reaches. */
static double lowest_of(const work *w, const sd_component *c) {
  double x = (c->x0 + c->x1) / 2.0;
  return sd_zones_down(w->field, w->face, x, c->y1);
}

static uint8_t reason_of(const work *w, const sd_component *c, const int32_t *number,
                         int32_t which) {
  size_t middle =
      (size_t)((c->y0 + c->y1) / 2) * (size_t)w->dark.width + (size_t)((c->x0 + c->x1) / 2);
  double down = down_of(w, middle), width = c->x1 - c->x0 + 1;
  bool at_rim = w->rim.v[c->first] != 0;
  if (down < UPPER_FACE_TOP || down > UPPER_FACE_END || at_rim)
    return is_fold(w, c, number, which) ? SD_MEASURED : kind_of_hair(w, c->first, at_rim);
  /* Between brows and nose tip, wide and far darker than a crease: nothing that grows there. */
  bool frame = width > FRAME_MIN * w->field->unit && lowest_of(w, c) > FRAME_LOWEST &&
               darkest_of(w, c, number, which) > FRAME_DARK;
  return frame ? SD_EXCLUDED_SPECTACLES : SD_MEASURED;
}

/* Nothing grows on the nose that is not an island; but frames cross its bridge. */
static bool can_hold_strand(const work *w, size_t i) {
  if (!is_open(w->field, i) || w->features.v[i] != 0)
    return false;
  return w->field->label.v[i] != SD_ZONE_NOSE || down_of(w, i) < FRAME_LOWEST;
}

static sd_status mark_strands(work *w, sd_diag *diag) {
  sd_field *field = w->field;
  size_t total = sd_field_count(field);
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  uint8_t *reasons = NULL;
  sd_status status = SD_OK;
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = can_hold_strand(w, i) && w->smooth.v[i] < w->near.v[i] - DARK_MIN;
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  reasons = calloc((size_t)count + 1, 1);
  if (reasons == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    goto done;
  }
  for (int c = 0; c < count; c++)
    reasons[c + 1] =
        is_island(w, &list[c], number, c + 1) ? SD_MEASURED : reason_of(w, &list[c], number, c + 1);
  for (size_t i = 0; i < total; i++)
    if (number[i] > 0)
      field->excluded.v[i] = reasons[number[i]];
done:
  free(number);
  free(list);
  free(reasons);
  return status;
}

/* The blurred rim of what was found; growing may only take open pixels. */
static sd_status grow_found(work *w, sd_diag *diag) {
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
      if (w->dark.v[i] != 0 && is_open(field, i))
        field->excluded.v[i] = found[k];
  }
  return SD_OK;
}

sd_status sd_skin_exclude(sd_field *field, const sd_face *face, sd_diag *diag) {
  sd_status status = SD_OK;
  work w = {.field = field, .face = face};
  SD_TRY(make_maps(&w, diag));
  SD_TRY(make_reference(&w, diag));
  SD_TRY(make_near(&w, diag));
  SD_TRY(mark_regions(&w, diag));
  SD_TRY(mark_strands(&w, diag));
  SD_TRY(grow_found(&w, diag));
  SD_TRY(sd_skin_exclude_light(field, diag));
done:
  work_clear(&w);
  return status;
}
