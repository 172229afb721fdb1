/* Spectacles: a rim runs all around each eye and is greyer than the skin on both of its sides, be
 * it black, of bare metal or clear with an edge; nothing that grows or folds there does so all the
 * way round. Around each eye the closed path of most such evidence is found by dynamic programming
 * in polar coordinates (as in rubber-sheet iris segmentation); the share of its directions in
 * which a rim is seen decides. Brows, lashes and whatever else is no open skin speak neither for
 * nor against. What lies inside the rims is seen through glass and is not measured either. */
#include "face/hair.h"

#include "base/angle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lengths are in eye distances (about 63 mm). */
/* Rims lie 13 to 40 mm from a place a little below the pupil. */
static const double RADIUS_MIN = 0.2, RADIUS_STEP = 0.0125, CENTRE_BELOW = 0.06;
enum { DIRECTIONS = 96, RADII = 33 };
/* From one direction to the next a path turns off the circle by no more than 45 degrees. */
enum { TURN_MAX = 2 };
/* Grain and chroma subsampling are smoothed over this. */
static const double RIM_DETAIL = 0.008;
/* Skin beside the rim is looked for this far from its middle: rims of 2 to 8 mm. */
static const double BESIDE[] = {0.04, 0.07, 0.1};
enum { BESIDES = sizeof BESIDE / sizeof *BESIDE };
/* log R/G under that of the skin on both sides; more than the second says no more. */
static const float GREYER_MIN = 0.12f, GREYER_ENOUGH = 0.25f;
/* Darker than any fold; what is beyond counts as so much greyer. */
static const float BLACK_MIN = 0.4f, BLACK_WEIGHT = 0.3f;
/* Of the directions in which skin is seen, in so many a rim, and skin in so many of all. */
static const double SEEN_MIN = 0.85, OPEN_MIN = 0.35;
/* Bridge and temples go on from the rims: so much greyer than around. */
static const double AROUND = 0.035;
static const float JOINED_GREYER = 0.05f;
/* Shade of the rims on the skin, and blurred edges: they would read as the texture of hair. */
static const double SHADE = 0.02;
static const double JOINED_LOWEST = 0.2, JOINED_HIGHEST = -0.35;

/* What speaks for a rim around one eye, per direction and radius; NAN: nothing does either way. */
typedef struct polar {
  double x, y, unit; /* grid */
  float evidence[DIRECTIONS][RADII];
  int path[DIRECTIONS];
} polar;

typedef struct maps {
  sd_map tint, light;
} maps;

static sd_point polar_point(const polar *p, int direction, double radius) {
  double angle = 2 * SD_PI * direction / DIRECTIONS;
  return (sd_point){p->x + radius * p->unit * cos(angle), p->y + radius * p->unit * sin(angle)};
}

static double radius_of(int step) {
  return RADIUS_MIN + RADIUS_STEP * step;
}

/* The value of the open pixel there; NAN elsewhere. */
static float open_value(const hair_work *w, const sd_map *map, sd_point at) {
  long x = lround(at.x), y = lround(at.y);
  if (x < 0 || y < 0 || x >= map->width || y >= map->height)
    return NAN;
  size_t i = (size_t)y * (size_t)map->width + (size_t)x;
  return hair_is_open(w->field, i) ? map->v[i] : NAN;
}

/* How much greyer than the skin on both sides; black frames, which may be of any colour, also by
 * how much darker. What is redder is a fold. */
static float evidence_at(const hair_work *w, const maps *m, const polar *p, int direction,
                         double radius) {
  sd_point here = polar_point(p, direction, radius);
  float tint = open_value(w, &m->tint, here), light = open_value(w, &m->light, here), best = NAN;
  for (int k = 0; k < BESIDES; k++) {
    sd_point in = polar_point(p, direction, radius - BESIDE[k]);
    sd_point out = polar_point(p, direction, radius + BESIDE[k]);
    float greyer_in = open_value(w, &m->tint, in) - tint;
    float greyer_out = open_value(w, &m->tint, out) - tint;
    if (isnan(greyer_in) || isnan(greyer_out) || isnan(tint))
      continue;
    float darker = fminf(open_value(w, &m->light, in), open_value(w, &m->light, out)) - light;
    float evidence = fminf(greyer_in, greyer_out);
    if (evidence > 0)
      evidence += BLACK_WEIGHT * fmaxf(darker - BLACK_MIN, 0);
    best = fmaxf(best, evidence); /* fmaxf passes over NAN */
  }
  return best;
}

static void make_polar(polar *p, const hair_work *w, const maps *m, int eye) {
  const sd_field *field = w->field;
  const sd_face *face = w->face;
  double dx = face->eyes[1].x - face->eyes[0].x, dy = face->eyes[1].y - face->eyes[0].y;
  p->unit = field->unit;
  p->x = (face->eyes[eye].x - CENTRE_BELOW * dy + 0.5 - field->crop.x) / field->shrink - 0.5;
  p->y = (face->eyes[eye].y + CENTRE_BELOW * dx + 0.5 - field->crop.y) / field->shrink - 0.5;
  for (int d = 0; d < DIRECTIONS; d++)
    for (int r = 0; r < RADII; r++)
      p->evidence[d][r] = evidence_at(w, m, p, d, radius_of(r));
}

static float worth(float evidence) {
  return isnan(evidence) ? 0 : fminf(evidence, GREYER_ENOUGH) - GREYER_MIN;
}

/* The path of most evidence; twice around, of which the second round is kept, so that it closes. */
static void find_path(polar *p) {
  float sum[2][RADII] = {{0}};
  int8_t from[2 * DIRECTIONS][RADII];
  for (int turn = 0; turn < 2 * DIRECTIONS; turn++) {
    const float *before = sum[turn % 2];
    for (int r = 0; r < RADII; r++) {
      int best = r;
      for (int step = -TURN_MAX; step <= TURN_MAX; step++)
        if (r + step >= 0 && r + step < RADII && before[r + step] > before[best])
          best = r + step;
      from[turn][r] = (int8_t)best;
      sum[(turn + 1) % 2][r] = before[best] + worth(p->evidence[turn % DIRECTIONS][r]);
    }
  }
  int r = 0;
  for (int k = 0; k < RADII; k++)
    r = sum[0][k] > sum[0][r] ? k : r;
  for (int turn = 2 * DIRECTIONS - 1; turn >= DIRECTIONS; turn--) {
    p->path[turn - DIRECTIONS] = r;
    r = from[turn][r];
  }
}

static bool is_rim(const polar *p) {
  int seen = 0, open = 0;
  for (int d = 0; d < DIRECTIONS; d++) {
    float evidence = p->evidence[d][p->path[d]];
    open += !isnan(evidence);
    seen += evidence > GREYER_MIN;
  }
  return open >= OPEN_MIN * DIRECTIONS && seen >= SEEN_MIN * open;
}

/* The rims and what is inside. */
static void fill_rims(hair_work *w, const polar *rims) {
  sd_point corners[DIRECTIONS];
  for (int eye = 0; eye < 2; eye++) {
    for (int d = 0; d < DIRECTIONS; d++)
      corners[d] = polar_point(&rims[eye], d, radius_of(rims[eye].path[d]) + BESIDE[0] / 2);
    sd_shape_fill(&w->seed, corners, DIRECTIONS, 1);
  }
}

static bool is_joined(const hair_work *w, const sd_map *tint, const sd_map *around, size_t i) {
  if (!hair_is_open(w->field, i) || !(tint->v[i] < around->v[i] - JOINED_GREYER))
    return false;
  double down = hair_down_of(w, i);
  return down > JOINED_HIGHEST && down < JOINED_LOWEST;
}

/* Into w->dark: what is inside the rims or joined to them. */
static sd_status join_rims(hair_work *w, const sd_map *tint, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t total = sd_field_count(w->field);
  sd_map around = {0};
  int32_t *number = malloc(total * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    w->keep.v[i] = hair_is_open(w->field, i) ? 255 : 0;
  SD_TRY(sd_map_blur_masked(&around, tint, &w->keep, AROUND * w->field->unit, diag));
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = is_joined(w, tint, &around, i);
  SD_TRY(hair_keep_seeded(w, number, diag));
done:
  free(number);
  sd_map_clear(&around);
  return status;
}

static sd_status mark_rims(hair_work *w, const sd_map *tint, const polar *rims, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t total = sd_field_count(w->field);
  memset(w->seed.v, 0, total);
  fill_rims(w, rims);
  SD_TRY(join_rims(w, tint, diag));
  SD_TRY(sd_shape_grow(&w->dark, 1, SHADE * w->field->unit, diag));
  for (size_t i = 0; i < total; i++)
    if (w->dark.v[i] != 0 && hair_is_open(w->field, i))
      w->field->excluded.v[i] = SD_EXCLUDED_SPECTACLES;
done:
  return status;
}

sd_status hair_mark_spectacles(hair_work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  maps m = {0};
  polar rims[2];
  SD_TRY(sd_map_blur(&m.tint, &w->field->tint, RIM_DETAIL * w->field->unit, diag));
  SD_TRY(sd_map_blur(&m.light, &w->field->light, RIM_DETAIL * w->field->unit, diag));
  for (int eye = 0; eye < 2; eye++) {
    make_polar(&rims[eye], w, &m, eye);
    find_path(&rims[eye]);
  }
  if (is_rim(&rims[0]) && is_rim(&rims[1]))
    SD_TRY(mark_rims(w, &m.tint, rims, diag));
done:
  sd_map_clear(&m.tint);
  sd_map_clear(&m.light);
  return status;
}
