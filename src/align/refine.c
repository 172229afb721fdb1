/* Dense registration, coarse to fine: Gauss-Newton steps on the residual of locally normalised log
 * luminance (Lucas and Kanade 1981; Baker and Matthews 2004), every step one linear system over the
 * nodes of the field with a membrane that keeps it smooth around its own affine part (Horn and
 * Schunck 1981, with windowed data terms as in Bruhn et al. 2005). Residuals beyond what
 * registration can explain are down-weighted by a Cauchy weight, so that a mark that came or went
 * does not steer. */
#include "align/field.h"
#include "align/solid.h"
#include "align/terms.h"

#include <math.h>
#include <string.h>

/* Rounds of re-linearisation per level: the coarsest two start furthest off. At the finest, and
 * where the crop's longer side has more pixels than any expression needs, the last steps are
 * fractions of a pixel, and what more rounds find there is noise: on pairs of known truth fewer do
 * better. */
enum { ROUNDS_COARSE = 8, ROUNDS = 4, ROUNDS_FINEST = 2, ROUNDS_DETAIL = 1, DETAIL_SIDE_PX = 1100 };
/* Membrane stiffness against the mean data term: softer where expressions are found (coarse
 * levels), stiffer where noise would be (the finest two). */
static const double STIFFNESS_COARSE = 0.08, STIFFNESS_FINE = 0.6;
/* Pull towards the start against the mean data term: where the photos disagree (the data terms are
 * small there), landmarks know better than chance; where they agree it is too weak to matter. */
static const double TRUST = 0.002;
/* The level this far above the coarsest is entered in two ways, see prefer_better; its pixels are
 * small enough for landmarks to lead there, and large enough for a smile. A difference of agreement
 * that decides, and the reach of the decision. */
enum { LEVELS_CAUGHT = 2 };
static const float AGREEMENT_STEP = 0.05f;
static const double PREFERENCE_SIGMA_NODES = 3;
/* Below this correlation of the finest detail, as the next coarser level lays it on itself, noise
 * and the turned shading of pores lead the finest level astray: on pairs of known truth the map is
 * 5 to 12 % better without it there, and up to 40 % better with it above. */
static const double DETAIL_AGREEMENT_MIN = 0.37;
/* Of a smaller picture the finest level is no detail: it shows eyes, brows and lips, which lead. */
enum { ONLY_DETAIL_SIDE_PX = 640 };
/* A step longer than this many level pixels leaves the range where the linearisation holds. */
static const float STEP_MAX_PX = 2.0f;

/* What one level's rounds work with. */
typedef struct stage {
  terms_of data;
  const field *begin, *depth;
  double stiffness;
} stage;

/* Of one level, over its nodes: the start and the depth there, and room for a round. */
typedef struct workspace {
  field begin, depth; /* depth.columns 0: flat */
  terms terms;
  sd_map before_x, before_y, back_x, back_y, x, y;
} workspace;

static void workspace_clear(workspace *w) {
  sd_map *const maps[] = {&w->before_x, &w->before_y, &w->back_x, &w->back_y, &w->x, &w->y};
  field_clear(&w->begin);
  field_clear(&w->depth);
  terms_clear(&w->terms);
  for (size_t k = 0; k < sizeof maps / sizeof *maps; k++)
    sd_map_clear(maps[k]);
}

static sd_status workspace_make(workspace *w, const field *f, const stage *s, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map *const maps[] = {&w->before_x, &w->before_y, &w->back_x, &w->back_y, &w->x, &w->y};
  SD_TRY(field_make(&w->begin, s->data.source, diag));
  field_resample(&w->begin, s->begin);
  if (s->depth->columns > 0) {
    SD_TRY(field_make(&w->depth, s->data.source, diag));
    field_resample(&w->depth, s->depth);
  }
  SD_TRY(terms_make(&w->terms, f->columns, f->rows, diag));
  for (size_t k = 0; k < sizeof maps / sizeof *maps; k++)
    SD_TRY(sd_map_make(maps[k], f->columns, f->rows, diag));
done:
  return status;
}

/* In target level pixels: the field's deviation from the solid head that fits it best, and how far
 * the start lies from the field. False: nothing overlaps. */
static bool measure_field(workspace *w, const field *f, const frame_level *target) {
  solid base;
  const float *depth = w->depth.columns > 0 ? w->depth.x : NULL;
  if (!solid_fit_nodes(&base, f, depth, w->terms.v[WEIGHT].v))
    return false;
  for (int j = 0; j < f->rows; j++)
    for (int i = 0; i < f->columns; i++) {
      size_t k = (size_t)j * (size_t)f->columns + (size_t)i;
      sd_point p = solid_at(&base, f->origin_x + i * f->step, f->origin_y + j * f->step,
                            depth != NULL ? (double)depth[k] : 0);
      w->before_x.v[k] = (float)((f->x[k] - p.x) / target->scale);
      w->before_y.v[k] = (float)((f->y[k] - p.y) / target->scale);
      w->back_x.v[k] = (float)((w->begin.x[k] - f->x[k]) / target->scale);
      w->back_y.v[k] = (float)((w->begin.y[k] - f->y[k]) / target->scale);
    }
  return true;
}

static float bounded(float step) {
  return step > STEP_MAX_PX ? STEP_MAX_PX : step < -STEP_MAX_PX ? -STEP_MAX_PX : step;
}

static sd_status one_round(field *f, workspace *w, const stage *s, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(terms_gather(&w->terms, f, &s->data, diag));
  if (!measure_field(w, f, s->data.target))
    goto done; /* leave the field as it is */
  double data = terms_mean(&w->terms);
  membrane m = {.terms = &w->terms,
                .x = w->before_x.v,
                .y = w->before_y.v,
                .back_x = w->back_x.v,
                .back_y = w->back_y.v,
                .alpha = (float)(s->stiffness * data + 1e-6),
                .beta = (float)(TRUST * data)};
  size_t count = (size_t)f->columns * (size_t)f->rows;
  memcpy(w->x.v, w->before_x.v, count * sizeof *w->x.v);
  memcpy(w->y.v, w->before_y.v, count * sizeof *w->y.v);
  SD_TRY(membrane_relax(&m, &w->x, &w->y, diag));
  for (size_t k = 0; k < count; k++) {
    f->x[k] += bounded(w->x.v[k] - w->before_x.v[k]) * (float)s->data.target->scale;
    f->y[k] += bounded(w->y.v[k] - w->before_y.v[k]) * (float)s->data.target->scale;
  }
done:
  return status;
}

/* Twice the signed area of the parallelogram that a cell of nodes becomes. */
static float cell_area(const field *f, int i, int j) {
  size_t k = (size_t)j * (size_t)f->columns + (size_t)i, down = k + (size_t)f->columns;
  return (f->x[k + 1] - f->x[k]) * (f->y[down] - f->y[k]) -
         (f->y[k + 1] - f->y[k]) * (f->x[down] - f->x[k]);
}

/* Smooths the field around cells that fold over (area turned or nearly gone) until none is left.
 * The affine part is fold-free, so this ends; real skin never folds. */
static void unfold(field *f) {
  enum { PASSES = 60 };
  const float smallest = 0.1f * (float)(f->step * f->step);
  for (int pass = 0; pass < PASSES; pass++) {
    bool folded = false;
    for (int j = 0; j + 1 < f->rows; j++)
      for (int i = 0; i + 1 < f->columns; i++) {
        if (cell_area(f, i, j) > smallest * 0.25f)
          continue;
        folded = true;
        int reach = 2 + pass / 10;
        for (int b = j - reach; b <= j + 1 + reach; b++)
          for (int a = i - reach; a <= i + 1 + reach; a++) {
            if (a < 1 || b < 1 || a + 1 >= f->columns || b + 1 >= f->rows)
              continue;
            size_t k = (size_t)b * (size_t)f->columns + (size_t)a, s = (size_t)f->columns;
            f->x[k] = 0.25f * (f->x[k - 1] + f->x[k + 1] + f->x[k - s] + f->x[k + s]);
            f->y[k] = 0.25f * (f->y[k - 1] + f->y[k + 1] + f->y[k - s] + f->y[k + s]);
          }
      }
    if (!folded)
      return;
  }
}

/* The field on the nodes of a finer level. */
static sd_status descend(field *f, const frame_level *level, sd_diag *diag) {
  field finer = {0};
  sd_status status = field_make(&finer, level, diag);
  if (status != SD_OK)
    return status;
  field_resample(&finer, f);
  field_clear(f);
  *f = finer;
  return SD_OK;
}

static int longer_side(const frame_level *level) {
  const sd_map *pixels = &level->feature;
  return pixels->width > pixels->height ? pixels->width : pixels->height;
}

/* The finest level, and it shows pores and marks rather than eyes, brows and lips. */
static bool only_detail(const frame_level *level, int number) {
  return number == 0 && longer_side(level) > ONLY_DETAIL_SIDE_PX;
}

static int rounds_at(const frame *source, int level) {
  const frame_level *at = &source->level[level];
  if (level + 2 >= source->level_count)
    return ROUNDS_COARSE;
  if (longer_side(at) > DETAIL_SIDE_PX)
    return ROUNDS_DETAIL;
  return only_detail(at, level) ? ROUNDS_FINEST : ROUNDS;
}

/* Rounds of one level. */
static sd_status settle(field *f, const stage *s, int rounds, sd_diag *diag) {
  sd_status status = SD_OK;
  workspace w = {0};
  SD_TRY(workspace_make(&w, f, s, diag));
  for (int round = 0; round < rounds; round++)
    SD_TRY(one_round(f, &w, s, diag));
  unfold(f);
done:
  workspace_clear(&w);
  return status;
}

/* How much a node trusts the way over the coarser levels (0) or the one straight from the start
 * (1), from the agreement that either leads to. */
static float preference(float coarse, float direct) {
  if (isnan(coarse) || isnan(direct))
    return 0;
  return 1 / (1 + expf((coarse - direct) / AGREEMENT_STEP));
}

/* The coarser levels catch large movements, but where a lamp moved they follow its shading, which
 * is all that bare skin shows there. So this level is entered straight from the start as well, and
 * every place keeps the way that agrees better. */
static sd_status prefer_better(field *f, const stage *s, const frame *source, const frame *target,
                               int level, sd_diag *diag) {
  sd_status status = SD_OK;
  field direct = {0};
  sd_map share = {0}, other = {0};
  SD_TRY(field_make(&direct, s->data.source, diag));
  field_resample(&direct, s->begin);
  SD_TRY(settle(&direct, s, ROUNDS_COARSE, diag));
  SD_TRY(field_agreement(&share, f, source, target, level, false, diag));
  SD_TRY(field_agreement(&other, &direct, source, target, level, false, diag));
  size_t count = (size_t)f->columns * (size_t)f->rows;
  for (size_t k = 0; k < count; k++)
    share.v[k] = preference(share.v[k], other.v[k]);
  SD_TRY(sd_map_blur(&share, &share, PREFERENCE_SIGMA_NODES, diag));
  for (size_t k = 0; k < count; k++) {
    f->x[k] += share.v[k] * (direct.x[k] - f->x[k]);
    f->y[k] += share.v[k] * (direct.y[k] - f->y[k]);
  }
  unfold(f);
done:
  field_clear(&direct);
  sd_map_clear(&share);
  sd_map_clear(&other);
  return status;
}

sd_status field_refine(field *out, const field *begin, const field *depth, const frame *source,
                       const frame *target, sd_diag *diag) {
  sd_status status = SD_OK;
  field now = {0};
  int coarsest = source->level_count - 1;
  double scale = field_scale(begin);
  SD_TRY(field_make(&now, &source->level[coarsest], diag));
  field_resample(&now, begin);
  for (int l = coarsest; l >= 0; l--) {
    const frame_level *from = &source->level[l];
    stage s = {
        .data = {.source = from,
                 .target = &target->level[frame_matching_level(target, from->scale * scale)],
                 .with_tint = l > 0, /* sensor and compression leave too little colour detail */
                 .weight_over = only_detail(from, l) ? FRAME_WEIGHT_BACKGROUND : -1},
        .begin = begin,
        .depth = depth,
        .stiffness = l <= 1 ? STIFFNESS_FINE : STIFFNESS_COARSE};
    if (l != coarsest)
      SD_TRY(descend(&now, from, diag));
    if (only_detail(from, l) &&
        field_mean_agreement(&now, from, s.data.target) < DETAIL_AGREEMENT_MIN)
      break;
    SD_TRY(settle(&now, &s, rounds_at(source, l), diag));
    if (l == coarsest - LEVELS_CAUGHT)
      SD_TRY(prefer_better(&now, &s, source, target, l, diag));
  }
  field_clear(out);
  *out = now;
  now = (field){0};
done:
  field_clear(&now);
  return status;
}
