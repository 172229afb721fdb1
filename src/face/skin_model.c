/* Skin without landmarks, as in a close-up of a cheek: the largest region of one colour that is
 * smooth at the scale of hair and cloth. Nothing is assumed of the tone; only that skin reflects
 * more red than green and blue, which melanin and haemoglobin see to in everyone and every usual
 * light. The colour is the photo's own: the mode of its histogram of log R/G and log G/B, over
 * smooth skin-like pixels with weight on the middle of the picture, where people put what they
 * photograph. */
#include "face/skin.h"

#include "base/angle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Colours that skin has under any light worth measuring in: log R/G and log G/B. */
static const float TINT_MIN = 0.05f, TINT_MAX = 2.0f, WARM_MIN = -0.5f, WARM_MAX = 1.8f;
/* And the sum, log R/B: skin is never bluer than it is red. */
static const float RED_BLUE_MIN = 0.15f;
/* In usual light skin is redder than this (0.28 and 0.44 at least in 110 portraits of every tone);
 * a grey wall in warm light is not (0.12 and 0.28). */
static const float TINT_USUAL = 0.20f, RED_BLUE_USUAL = 0.36f;
/* With this share of the picture in usual skin colours, the skin is among them: a hand's breadth of
 * wall is often larger and smoother. */
static const double USUAL_SHARE = 0.03;
/* Histogram cells of 4 %, pooled 3 x 3 by smoothing. */
enum { CELLS = 64 };
static const float CELL = 0.04f;
/* Distance from the mode in units of these spreads: shading, redness and tan of one person. */
static const float TINT_SPREAD = 0.13f, WARM_SPREAD = 0.15f, FAR_SPREADS = 2.5f;
/* Light within a factor 12 of the region's median. */
static const float LIGHT_RANGE = 2.5f;
/* Lengths in field units (0.4 of the longer side). */
static const double COLOUR_AREA = 0.02, FINE = 0.012, TEXTURE_AREA = 0.05, HOLE = 0.05;
/* Fine contrast of hair and cloth, as a multiple of the region's median and at least 9 %. */
static const double BUSY = 3.5, BUSY_MIN = 0.09;
/* Where a face was sighted its colours may spread further (half in red shade, half in sheen), but
 * what is darker than a fifth of its usual light is hair or beard before it is skin. */
static const float SIGHTED_FAR_SPREADS = 4.0f, SIGHTED_DARK = 1.55f;
/* Separate parts count from a fifth of the largest. */
static const double PART_MIN = 0.2;

/* Whiskers of a sighted face: from the upper lip to the throat (along the face from the mouth, in
 * sides of the detector's square), half as busy again as the face's skin and darker than the skin
 * within 8 mm by a tenth, and no smaller than 6 mm square. */
static const double WHISKERS_ABOVE = 0.13, WHISKERS_BELOW = 0.42;
static const double WHISKER_TEXTURE = 1.6, WHISKER_AROUND = 0.25, WHISKERS_MIN = 0.07;
static const float WHISKER_DARK = 0.1f;

/* ---- where a face was sighted --------------------------------------------------------------- */

/* Half axes across and along the face, in sides of the detector's square: what is surely face, to
 * learn its colour from; how far skin can reach, neck included; eyes with lids and brows, and
 * the mouth, both with room for the detector's error. */
typedef struct extent {
  double across, along;
} extent;
static const extent SURELY_FACE = {0.42, 0.55}, FACE_REACH = {0.66, 0.85};
static const extent EYE_EXTENT = {0.17, 0.12}, MOUTH_EXTENT = {0.22, 0.13};
static const double BROW_ABOVE_EYE = 0.05;

/* On the grid, upright with the sighted face. */
typedef struct ellipse {
  double x, y, across[2], along[2]; /* middle; unit circle coordinates by grid x and y */
} ellipse;

static ellipse ellipse_of(const sd_field *field, const sd_sighting *face, sd_point about,
                          extent e) {
  double half = 0.5 * (field->shrink - 1);
  double c = cos(face->roll_deg * SD_RADIANS_PER_DEGREE),
         s = sin(face->roll_deg * SD_RADIANS_PER_DEGREE);
  double across = e.across * face->side_px / field->shrink;
  double along = e.along * face->side_px / field->shrink;
  return (ellipse){(about.x - field->crop.x - half) / field->shrink,
                   (about.y - field->crop.y - half) / field->shrink,
                   {c / across, s / across},
                   {-s / along, c / along}};
}

static bool within(const ellipse *e, int width, size_t i) {
  double dx = (double)(i % (size_t)width) - e->x, dy = (double)(i / (size_t)width) - e->y;
  double across = e->across[0] * dx + e->across[1] * dy;
  double along = e->along[0] * dx + e->along[1] * dy;
  return across * across + along * along < 1;
}

static ellipse eye_of(const sd_field *field, const sd_sighting *face, int eye) {
  double up = BROW_ABOVE_EYE * face->side_px, roll = face->roll_deg * SD_RADIANS_PER_DEGREE;
  sd_point at = {face->eyes[eye].x + up * sin(roll), face->eyes[eye].y - up * cos(roll)};
  return ellipse_of(field, face, at, EYE_EXTENT);
}

static void exclude_features(sd_field *field, const sd_sighting *face) {
  ellipse right = eye_of(field, face, 0), left = eye_of(field, face, 1);
  ellipse mouth = ellipse_of(field, face, face->mouth, MOUTH_EXTENT);
  int width = field->label.width;
  for (size_t i = 0; i < sd_field_count(field); i++) {
    if (within(&right, width, i) || within(&left, width, i))
      field->excluded.v[i] = SD_EXCLUDED_EYE;
    else if (within(&mouth, width, i))
      field->excluded.v[i] = SD_EXCLUDED_LIPS;
  }
}

/* ---- the model ------------------------------------------------------------------------------ */

typedef struct model {
  sd_map tint, warm, light, texture;
  float mode_tint, mode_warm;
  double median_light, median_texture;
  bool sighted;
  ellipse surely, reach; /* when sighted */
} model;

static void model_clear(model *m) {
  sd_map_clear(&m->tint);
  sd_map_clear(&m->warm);
  sd_map_clear(&m->light);
  sd_map_clear(&m->texture);
}

static sd_status make_maps(model *m, const sd_field *field, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map fine = {0};
  size_t total = sd_field_count(field);
  double area = COLOUR_AREA * field->unit;
  SD_TRY(sd_map_blur(&m->tint, &field->tint, area, diag));
  SD_TRY(sd_map_blur(&m->warm, &field->warm, area, diag));
  SD_TRY(sd_map_blur(&m->light, &field->light, area, diag));
  SD_TRY(sd_map_blur(&fine, &field->light, FINE * field->unit, diag));
  for (size_t i = 0; i < total; i++) {
    float d = field->light.v[i] - fine.v[i];
    fine.v[i] = d * d;
  }
  SD_TRY(sd_map_blur(&m->texture, &fine, TEXTURE_AREA * field->unit, diag));
  for (size_t i = 0; i < total; i++)
    m->texture.v[i] = sqrtf(fmaxf(m->texture.v[i], 0));
done:
  sd_map_clear(&fine);
  return status;
}

static bool skin_like(const model *m, size_t i) {
  float tint = m->tint.v[i], warm = m->warm.v[i];
  return tint > TINT_MIN && tint < TINT_MAX && warm > WARM_MIN && warm < WARM_MAX &&
         tint + warm > RED_BLUE_MIN;
}

static bool usual(const model *m, size_t i) {
  return skin_like(m, i) && m->tint.v[i] > TINT_USUAL &&
         m->tint.v[i] + m->warm.v[i] > RED_BLUE_USUAL;
}

/* 1 in the middle, a third in the corners; on a sighted face 1, beside it 0. */
static float centre_weight(const model *m, const sd_field *field, size_t i) {
  int width = field->label.width, height = field->label.height;
  if (m->sighted)
    return within(&m->surely, width, i) ? 1 : 0;
  double x = 2.0 * (double)(i % (size_t)width) / width - 1;
  double y = 2.0 * (double)(i / (size_t)width) / height - 1;
  return (float)(1 / (1 + x * x + y * y));
}

static int cell_of(float value, float low) {
  int cell = (int)((value - low) / CELL);
  return cell < 0 ? 0 : cell >= CELLS ? CELLS - 1 : cell;
}

static double pooled(const double *histogram, int x, int y) {
  double sum = 0;
  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++)
      if (x + dx >= 0 && y + dy >= 0 && x + dx < CELLS && y + dy < CELLS)
        sum += histogram[(y + dy) * CELLS + x + dx];
  return sum;
}

/* false: nothing in the photo has a colour of skin. */
static bool find_mode(model *m, const sd_field *field) {
  static const double SMOOTH_WEIGHT = 0.02;
  double histogram[CELLS * CELLS] = {0}, best = 0;
  size_t total = sd_field_count(field), usuals = 0;
  for (size_t i = 0; i < total; i++)
    usuals += usual(m, i);
  bool choosy = (double)usuals > USUAL_SHARE * (double)total;
  for (size_t i = 0; i < total; i++)
    if (choosy ? usual(m, i) : skin_like(m, i)) {
      double weight =
          (double)centre_weight(m, field, i) / (SMOOTH_WEIGHT + (double)m->texture.v[i]);
      histogram[cell_of(m->warm.v[i], WARM_MIN) * CELLS + cell_of(m->tint.v[i], TINT_MIN)] +=
          weight;
    }
  for (int y = 0; y < CELLS; y++)
    for (int x = 0; x < CELLS; x++)
      if (pooled(histogram, x, y) > best) {
        best = pooled(histogram, x, y);
        m->mode_tint = TINT_MIN + ((float)x + 0.5f) * CELL;
        m->mode_warm = WARM_MIN + ((float)y + 0.5f) * CELL;
      }
  return best > 0;
}

static bool near_mode(const model *m, float far, size_t i) {
  float tint = (m->tint.v[i] - m->mode_tint) / TINT_SPREAD;
  float warm = (m->warm.v[i] - m->mode_warm) / WARM_SPREAD;
  return skin_like(m, i) && tint * tint + warm * warm < far * far;
}

static sd_status find_medians(model *m, const sd_field *field, sd_diag *diag) {
  size_t total = sd_field_count(field), count = 0;
  float *room = malloc(2 * total * sizeof *room);
  if (room == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    if (near_mode(m, FAR_SPREADS, i) && centre_weight(m, field, i) > 0) {
      room[count] = m->light.v[i];
      room[total + count++] = m->texture.v[i];
    }
  m->median_light = sd_median(room, count);
  m->median_texture = sd_median(room + total, count);
  free(room);
  return SD_OK;
}

static void choose(sd_mask *skin, const model *m) {
  size_t total = (size_t)skin->width * (size_t)skin->height;
  double busy = fmax(BUSY * m->median_texture, BUSY_MIN);
  float far = m->sighted ? SIGHTED_FAR_SPREADS : FAR_SPREADS;
  double dark = (double)(m->sighted ? SIGHTED_DARK : LIGHT_RANGE);
  for (size_t i = 0; i < total; i++) {
    double light = (double)m->light.v[i] - m->median_light;
    skin->v[i] = near_mode(m, far, i) && (double)m->texture.v[i] < busy && light > -dark &&
                 light < (double)LIGHT_RANGE && (!m->sighted || within(&m->reach, skin->width, i));
  }
}

/* Removes the parts of `mask` smaller than area_min, or than PART_MIN of the largest when that is
 * 0. */
static sd_status drop_small(sd_mask *mask, size_t area_min, sd_diag *diag) {
  size_t total = (size_t)mask->width * (size_t)mask->height;
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  sd_status status = sd_shape_components(&list, &count, number, mask, diag);
  size_t largest = 0;
  for (int c = 0; c < count; c++)
    largest = list[c].area > largest ? list[c].area : largest;
  if (area_min == 0)
    area_min = (size_t)(PART_MIN * (double)largest);
  for (size_t i = 0; i < total && status == SD_OK; i++)
    if (number[i] > 0 && list[number[i] - 1].area < area_min)
      mask->v[i] = 0;
  free(number);
  free(list);
  return status;
}

static void invert(sd_mask *mask) {
  size_t total = (size_t)mask->width * (size_t)mask->height;
  for (size_t i = 0; i < total; i++)
    mask->v[i] = !mask->v[i];
}

static bool is_whiskery(const model *m, const sd_field *field, const sd_sighting *face,
                        const sd_map *around, size_t i) {
  ellipse down = ellipse_of(field, face, face->mouth, (extent){1, 1});
  double dx = (double)(i % (size_t)field->label.width) - down.x;
  double dy = (double)(i / (size_t)field->label.width) - down.y;
  double along = down.along[0] * dx + down.along[1] * dy;
  return along > -WHISKERS_ABOVE && along < WHISKERS_BELOW &&
         (double)m->texture.v[i] > WHISKER_TEXTURE * m->median_texture &&
         m->light.v[i] < around->v[i] - WHISKER_DARK;
}

/* Beard and stubble that passed for skin: its colour shows between the hairs. */
static sd_status exclude_whiskers(sd_field *field, const model *m, const sd_sighting *face,
                                  sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map around = {0};
  sd_mask keep = {0}, whiskers = {0};
  size_t total = sd_field_count(field);
  double least = WHISKERS_MIN * field->unit;
  SD_TRY(sd_mask_make(&keep, field->label.width, field->label.height, diag));
  SD_TRY(sd_mask_make(&whiskers, field->label.width, field->label.height, diag));
  for (size_t i = 0; i < total; i++)
    keep.v[i] = field->label.v[i] != 0 && field->excluded.v[i] == SD_MEASURED ? 255 : 0;
  SD_TRY(sd_map_blur_masked(&around, &field->light, &keep, WHISKER_AROUND * field->unit, diag));
  for (size_t i = 0; i < total; i++)
    whiskers.v[i] = keep.v[i] != 0 && is_whiskery(m, field, face, &around, i);
  SD_TRY(drop_small(&whiskers, (size_t)(least * least), diag));
  SD_TRY(sd_shape_grow(&whiskers, 1, 0.5 * TEXTURE_AREA * field->unit, diag));
  for (size_t i = 0; i < total; i++)
    if (whiskers.v[i] != 0 && keep.v[i] != 0)
      field->excluded.v[i] = SD_EXCLUDED_BEARD;
done:
  sd_map_clear(&around);
  sd_mask_clear(&keep);
  sd_mask_clear(&whiskers);
  return status;
}

sd_status sd_skin_model(sd_field *field, const sd_sighting *sighting, sd_diag *diag) {
  sd_status status = SD_OK;
  model m = {.sighted = sighting != NULL};
  sd_mask skin = {0};
  if (m.sighted) {
    m.surely = ellipse_of(field, sighting, sighting->middle, SURELY_FACE);
    m.reach = ellipse_of(field, sighting, sighting->middle, FACE_REACH);
  }
  SD_TRY(make_maps(&m, field, diag));
  if (!find_mode(&m, field))
    goto done;
  SD_TRY(find_medians(&m, field, diag));
  SD_TRY(sd_mask_make(&skin, field->label.width, field->label.height, diag));
  choose(&skin, &m);
  SD_TRY(drop_small(&skin, 0, diag));
  /* Spots and moles are holes in the skin: small ones are skin again. */
  double hole = HOLE * field->unit;
  invert(&skin);
  SD_TRY(drop_small(&skin, (size_t)(hole * hole), diag));
  /* Colours were smoothed: the rim of the region is mixed with what is beside it. */
  SD_TRY(sd_shape_grow(&skin, 1, 1.5 * COLOUR_AREA * field->unit, diag));
  invert(&skin);
  for (size_t i = 0; i < sd_field_count(field); i++)
    field->label.v[i] = skin.v[i] != 0 ? SD_ZONE_OTHER : 0;
  if (sighting != NULL) {
    exclude_features(field, sighting);
    SD_TRY(exclude_whiskers(field, &m, sighting, diag));
  }
done:
  model_clear(&m);
  sd_mask_clear(&skin);
  return status;
}
