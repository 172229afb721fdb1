/* Thin dark structures: single strands and frames, and the spots that are none. See skin_face.c for
 * the method. */
#include "face/hair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lengths are in eye distances (about 63 mm). */
static const double ISLAND_MAX = 0.16;  /* a mark is no longer than 10 mm ... */
static const double ISLAND_FILL = 0.35; /* ... and fills this much of its bounding box */
static const double ISLAND_ROUND = 0.5; /* a disc fills 0.79 of its box */
static const double ISLAND_MIN = 0.02;  /* smaller specks are too many in hair to mean a mark */
static const double CROWD_REACH = 0.15; /* with more than CROWD_MAX others this near it is hair */
static const double CROWD_SIDE = 0.02;  /* what counts as another */
enum { CROWD_MAX = 2 };
static const double ISLAND_HALO = 0.11; /* how far a spot's rim shows in the texture */
/* Frames are darker than any crease of skin. */
static const float FRAME_DARK = 0.6f;
static const double FRAME_MIN = 0.6;
/* ... and reach below the eyes, where lids and brows do not. Down in eye distances. */
static const double FRAME_LOWEST = 0.15, FRAME_HIGHEST = -0.45, UPPER_FACE_TOP = -0.2,
                    UPPER_FACE_END = 0.55;
/* A fold is no greyer than the skin within 2 mm. */
static const double FOLD_REDDER = -0.01;

/* What lies so much beside the nose or the lips is the crease there, which a lamp from the side
 * fills with the colour of its shade. */
static const double CREASE_SHARE = 0.5;

/* ---- strands, frames and islands ----------------------------------------------------------- */

static bool touches(const hair_work *w, const sd_component *c, const int32_t *number,
                    int32_t which) {
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

static bool is_island(const hair_work *w, const sd_component *c, const int32_t *number,
                      int32_t which) {
  double width = c->x1 - c->x0 + 1, height = c->y1 - c->y0 + 1;
  double side = fmax(width, height), limit = ISLAND_MAX * w->field->unit;
  if (side > limit)
    return false;
  bool compact = (double)c->area >= ISLAND_FILL * side * side;
  /* A speck of a few pixels has no shape; it stays unless it is the end of a strand. */
  bool speck = side <= 0.03 * w->field->unit;
  return (compact || speck) && !touches(w, c, number, which);
}

static float darkest_of(const hair_work *w, const sd_component *c, const int32_t *number,
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
static bool is_fold(const hair_work *w, const sd_component *c, const int32_t *number,
                    int32_t which) {
  double sum = 0;
  for (int y = c->y0; y <= c->y1; y++)
    for (int x = c->x0; x <= c->x1; x++) {
      size_t i = (size_t)y * (size_t)w->dark.width + (size_t)x;
      if (number[i] == which)
        sum += (double)w->field->tint.v[i] - (double)w->tint.v[i];
    }
  return sum / (double)c->area > FOLD_REDDER;
}

static bool is_spot(const hair_work *w, const sd_component *c) {
  double side = fmax(c->x1 - c->x0, c->y1 - c->y0) + 1;
  return side >= ISLAND_MIN * w->field->unit && side <= ISLAND_MAX * w->field->unit &&
         (double)c->area >= ISLAND_ROUND * side * side;
}

/* Hair makes many dark and bright places side by side, a mark or a reflection stands nearly alone.
 */
static bool is_alone(const hair_work *w, const sd_component *list, int count, int which) {
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
static sd_status add_islands(hair_work *w, float sign, int32_t *number, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  sd_component *list = NULL;
  int count = 0;
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] =
        hair_is_open(w->field, i) && sign * (w->smooth.v[i] - w->near.v[i]) > DARK_MIN / 2;
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
sd_status hair_find_islands(hair_work *w, sd_diag *diag) {
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
static double row_down(const hair_work *w, const sd_component *c, int y) {
  return sd_eye_line_below(&w->eyes, (c->x0 + c->x1) / 2.0, y);
}

static uint8_t reason_of(const hair_work *w, const sd_component *c, const int32_t *number,
                         int32_t which, size_t rim_pixels) {
  size_t middle =
      (size_t)((c->y0 + c->y1) / 2) * (size_t)w->dark.width + (size_t)((c->x0 + c->x1) / 2);
  double down = hair_down_of(w, middle), width = c->x1 - c->x0 + 1;
  bool at_rim = (double)rim_pixels >= RIM_SHARE * (double)c->area;
  if (down < UPPER_FACE_TOP || down > UPPER_FACE_END || at_rim)
    return is_fold(w, c, number, which) ? SD_MEASURED : hair_kind(w, c->first, at_rim);
  /* Between brows and nose tip, wide and far darker than a crease: nothing that grows there. */
  bool frame = width > FRAME_MIN * w->field->unit && row_down(w, c, c->y1) > FRAME_LOWEST &&
               row_down(w, c, c->y0) > FRAME_HIGHEST;
  frame = frame && darkest_of(w, c, number, which) > FRAME_DARK && !is_fold(w, c, number, which);
  return frame ? SD_EXCLUDED_SPECTACLES : SD_MEASURED;
}

/* Nothing grows on the nose that is not an island; but frames cross its bridge. */
static bool can_hold_strand(const hair_work *w, size_t i) {
  if (!hair_is_open(w->field, i) || w->features.v[i] != 0)
    return false;
  return w->field->label.v[i] != SD_ZONE_NOSE || hair_down_of(w, i) < FRAME_LOWEST;
}

sd_status hair_mark_strands(hair_work *w, sd_diag *diag) {
  sd_field *field = w->field;
  size_t total = sd_field_count(field);
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  uint8_t *reasons = NULL;
  sd_status status = SD_OK;
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  size_t *at_rim = NULL, *beside = NULL;
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = can_hold_strand(w, i) && w->smooth.v[i] < w->near.v[i] - DARK_MIN;
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  SD_TRY(hair_count_in(&at_rim, &w->rim, count, number, diag));
  SD_TRY(hair_count_in(&beside, &w->beside, count, number, diag));
  reasons = calloc((size_t)count + 1, 1);
  if (reasons == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    goto done;
  }
  for (int c = 0; c < count; c++) {
    bool crease = (double)beside[c + 1] > CREASE_SHARE * (double)list[c].area;
    reasons[c + 1] = crease || is_island(w, &list[c], number, c + 1)
                         ? SD_MEASURED
                         : reason_of(w, &list[c], number, c + 1, at_rim[c + 1]);
  }
  for (size_t i = 0; i < total; i++)
    if (number[i] > 0)
      field->excluded.v[i] = reasons[number[i]];
done:
  free(beside);
  free(at_rim);
  free(number);
  free(list);
  free(reasons);
  return status;
}
