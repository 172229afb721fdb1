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
static const double ISLAND_ROUND = 0.5;   /* a disc fills 0.79 of its box */
static const double ISLAND_MIN = 0.02;    /* smaller specks are too many in hair to mean a mark */
static const double CROWD_REACH = 0.15;   /* with more than CROWD_MAX others this near it is hair */
static const double CROWD_SIDE = 0.02;    /* what counts as another */
enum { CROWD_MAX = 2 };
static const double ISLAND_HALO = 0.11; /* how far a spot's rim shows in the texture */

/* A thin dark structure: a fifth darker than what lies 2 mm around it. */
static const float DARK_MIN = 0.22f;
/* Frames are darker than any crease of skin. */
static const float FRAME_DARK = 0.6f;
static const double FRAME_MIN = 0.6;
/* ... and reach below the eyes, where lids and brows do not. Down in eye distances. */
static const double FRAME_LOWEST = 0.15, FRAME_HIGHEST = -0.45, UPPER_FACE_TOP = -0.2,
                    UPPER_FACE_END = 0.55;
/* A fold is no greyer than the skin within 2 mm. */
static const double FOLD_REDDER = -0.01;
/* The core ends above the mouth (down, in eye distances), where beards begin. */
static const double CORE_LOWEST = 0.72, BEARD_HIGHEST = 0.55;
/* Texture of hair: over three times the cheeks', and never below 6 % contrast. */
static const double HAIR_TEXTURE = 3.0, HAIR_TEXTURE_MIN = 0.06;
/* Smaller busy places (7 mm) are scars, pimples or pores, not hair. */
static const double BUSY_MIN = 0.11;
/* Away from the rim hair is at least this wide: moustache, beard on the chin. */
static const double WIDE_MIN = 0.3;
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
  sd_mask islands;  /* spots and what their rims do to the texture around them */
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
  sd_mask_clear(&w->islands);
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
  return w->features.v[i] == 0 && w->islands.v[i] == 0 && !is_lid(w, i) &&
         (double)w->texture.v[i] > limit;
}

/* Smooth dark hair, cloth: far too dark, and greyer than shaded skin. */
static bool is_dark_region(const work *w, size_t i) {
  return w->broad.v[i] < w->far.v[i] - REGION_DARK &&
         (double)w->tint.v[i] < w->skin.tint - (double)REGION_GREYER;
}

static bool is_stubble(const work *w, size_t i) {
  double limit = fmax(STUBBLE_TEXTURE * w->skin.texture, STUBBLE_TEXTURE_MIN);
  return w->features.v[i] == 0 && w->islands.v[i] == 0 && is_lower_face(w, i) &&
         (double)w->texture.v[i] > limit && w->broad.v[i] < w->far.v[i] - STUBBLE_DARK &&
         (double)w->tint.v[i] < w->skin.tint - (double)STUBBLE_GREYER;
}

/* Per component, numbered from 1: how many of its pixels are near the rim of the face. */
static sd_status count_at_rim(size_t **out, const work *w, int count, const int32_t *number,
                              sd_diag *diag) {
  size_t *at_rim = calloc((size_t)count + 1, sizeof *at_rim);
  if (at_rim == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < sd_field_count(w->field); i++)
    if (number[i] > 0 && w->rim.v[i] != 0)
      at_rim[number[i]]++;
  *out = at_rim;
  return SD_OK;
}

static uint8_t kind_of_hair(const work *w, size_t i, bool at_rim) {
  return is_lower_face(w, i) && !at_rim ? SD_EXCLUDED_BEARD : SD_EXCLUDED_HAIR;
}

/* Hair is joined to the rim of the face, or wide; a busy place inside the face is a scar, a mark
 * with a sharp rim, a reflection: those stay. */
static bool is_hair_region(const work *w, const sd_component *c, size_t at_rim) {
  double width = c->x1 - c->x0 + 1, height = c->y1 - c->y0 + 1;
  double side = fmax(width, height) / w->field->unit;
  return side >= WIDE_MIN || (side >= BUSY_MIN && at_rim > 0);
}

static sd_status mark_regions(work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t total = sd_field_count(w->field), *at_rim = NULL;
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] =
        is_open(w->field, i) && (is_busy(w, i) || is_dark_region(w, i) || is_stubble(w, i));
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  SD_TRY(count_at_rim(&at_rim, w, count, number, diag));
  for (size_t i = 0; i < total; i++) {
    int32_t which = number[i];
    if (which > 0 && is_hair_region(w, &list[which - 1], at_rim[which])) {
      bool mostly = (double)at_rim[which] >= RIM_SHARE * (double)list[which - 1].area;
      w->field->excluded.v[i] = kind_of_hair(w, i, mostly);
    }
  }
done:
  free(at_rim);
  free(number);
  free(list);
  return status;
}

/* ---- strands, frames and islands ----------------------------------------------------------- */

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

static bool is_spot(const work *w, const sd_component *c) {
  double side = fmax(c->x1 - c->x0, c->y1 - c->y0) + 1;
  return side >= ISLAND_MIN * w->field->unit && side <= ISLAND_MAX * w->field->unit &&
         (double)c->area >= ISLAND_ROUND * side * side;
}

/* Hair makes many dark and bright places side by side, a mark or a reflection stands nearly alone.
 */
static bool is_alone(const work *w, const sd_component *list, int count, int which) {
  const sd_component *c = &list[which];
  double reach = CROWD_REACH * w->field->unit, x = (c->x0 + c->x1) / 2.0, y = (c->y0 + c->y1) / 2.0;
  int others = 0;
  for (int k = 0; k < count; k++) {
    double dx = (list[k].x0 + list[k].x1) / 2.0 - x, dy = (list[k].y0 + list[k].y1) / 2.0 - y;
    double side = fmax(list[k].x1 - list[k].x0, list[k].y1 - list[k].y0) + 1;
    if (k != which && side >= CROWD_SIDE * w->field->unit && dx * dx + dy * dy < reach * reach)
      others++;
  }
  return others <= CROWD_MAX;
}

/* sign -1: darker than around; +1: brighter. One at a time, or a spot and its ringing would be one.
 */
static sd_status add_islands(work *w, float sign, int32_t *number, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  sd_component *list = NULL;
  int count = 0;
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = is_open(w->field, i) && sign * (w->smooth.v[i] - w->near.v[i]) > DARK_MIN / 2;
  bool *island = NULL;
  sd_status status = sd_shape_components(&list, &count, number, &w->dark, diag);
  if (status == SD_OK && (island = calloc((size_t)count + 1, sizeof *island)) == NULL)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (int c = 0; c < count && status == SD_OK; c++)
    island[c + 1] = is_spot(w, &list[c]) && is_alone(w, list, count, c);
  for (size_t i = 0; i < total && status == SD_OK; i++)
    if (number[i] > 0 && island[number[i]] && w->rim.v[i] == 0)
      w->islands.v[i] = 1;
  free(island);
  free(list);
  return status;
}

/* Single compact spots, dark or bright, are marks, moles or reflections. Their rims would read as
 * the texture of hair. */
static sd_status find_islands(work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  int32_t *number = malloc(sd_field_count(w->field) * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  SD_TRY(sd_mask_make(&w->islands, w->dark.width, w->dark.height, diag));
  SD_TRY(add_islands(w, -1, number, diag));
  SD_TRY(add_islands(w, 1, number, diag));
  SD_TRY(sd_shape_grow(&w->islands, 1, ISLAND_HALO * w->field->unit, diag));
done:
  free(number);
  return status;
}

/* How far down the face a row of its box is. */
static double row_down(const work *w, const sd_component *c, int y) {
  return sd_zones_down(w->field, w->face, (c->x0 + c->x1) / 2.0, y);
}

static uint8_t reason_of(const work *w, const sd_component *c, const int32_t *number, int32_t which,
                         size_t rim_pixels) {
  size_t middle =
      (size_t)((c->y0 + c->y1) / 2) * (size_t)w->dark.width + (size_t)((c->x0 + c->x1) / 2);
  double down = down_of(w, middle), width = c->x1 - c->x0 + 1;
  bool at_rim = (double)rim_pixels >= RIM_SHARE * (double)c->area;
  if (down < UPPER_FACE_TOP || down > UPPER_FACE_END || at_rim)
    return is_fold(w, c, number, which) ? SD_MEASURED : kind_of_hair(w, c->first, at_rim);
  /* Between brows and nose tip, wide and far darker than a crease: nothing that grows there. */
  bool frame = width > FRAME_MIN * w->field->unit && row_down(w, c, c->y1) > FRAME_LOWEST &&
               row_down(w, c, c->y0) > FRAME_HIGHEST;
  frame = frame && darkest_of(w, c, number, which) > FRAME_DARK;
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
  size_t *at_rim = NULL;
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = can_hold_strand(w, i) && w->smooth.v[i] < w->near.v[i] - DARK_MIN;
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  SD_TRY(count_at_rim(&at_rim, w, count, number, diag));
  reasons = calloc((size_t)count + 1, 1);
  if (reasons == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    goto done;
  }
  for (int c = 0; c < count; c++)
    reasons[c + 1] = is_island(w, &list[c], number, c + 1)
                         ? SD_MEASURED
                         : reason_of(w, &list[c], number, c + 1, at_rim[c + 1]);
  for (size_t i = 0; i < total; i++)
    if (number[i] > 0)
      field->excluded.v[i] = reasons[number[i]];
done:
  free(at_rim);
  free(number);
  free(list);
  free(reasons);
  return status;
}

static bool is_hair(const sd_field *field, size_t i) {
  return field->excluded.v[i] == SD_EXCLUDED_HAIR || field->excluded.v[i] == SD_EXCLUDED_BEARD;
}

/* Counts the neighbours right and below of every place: pairs of an island's pixel with hair, with
 * open skin. */
static void count_neighbours(size_t (*pairs)[2], const work *w, const int32_t *number) {
  const sd_field *field = w->field;
  size_t width = (size_t)field->label.width, total = sd_field_count(field);
  for (size_t i = 0; i < total; i++) {
    size_t steps[2] = {i % width + 1 < width ? 1 : 0, i + width < total ? width : 0};
    for (int k = 0; k < 2; k++) {
      size_t next = i + steps[k], in = number[i] > 0 ? i : next, out = number[i] > 0 ? next : i;
      if (steps[k] == 0 || number[in] == 0 || number[out] != 0)
        continue;
      pairs[number[in]][0] += is_hair(field, out);
      pairs[number[in]][1] += is_open(field, out);
    }
  }
}

/* What looked like a mark but has hair all around is a gap between hairs. */
static sd_status close_gaps(work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_field *field = w->field;
  size_t total = sd_field_count(field);
  size_t(*pairs)[2] = NULL;
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = w->islands.v[i] != 0 && is_open(field, i);
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  pairs = calloc((size_t)count + 1, sizeof *pairs);
  if (pairs == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    goto done;
  }
  count_neighbours(pairs, w, number);
  for (size_t i = 0; i < total; i++)
    if (number[i] > 0 && pairs[number[i]][0] > pairs[number[i]][1])
      field->excluded.v[i] = kind_of_hair(w, i, false);
done:
  free(pairs);
  free(list);
  free(number);
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
  SD_TRY(find_islands(&w, diag));
  SD_TRY(mark_strands(&w, diag));
  SD_TRY(mark_regions(&w, diag));
  SD_TRY(close_gaps(&w, diag));
  SD_TRY(grow_found(&w, diag));
  SD_TRY(sd_skin_exclude_light(field, diag));
done:
  work_clear(&w);
  return status;
}
