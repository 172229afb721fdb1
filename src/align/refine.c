/* Dense registration, coarse to fine: Gauss-Newton steps on the residual of locally normalised log
 * luminance (Lucas and Kanade 1981; Baker and Matthews 2004), every step one linear system over the
 * nodes of the field with a membrane that keeps it smooth around its own affine part (Horn and
 * Schunck 1981, with windowed data terms as in Bruhn et al. 2005). Residuals beyond what
 * registration can explain are down-weighted by a Cauchy weight, so that a mark that came or went
 * does not steer. The system is solved by red-black relaxation, whose result does not depend on
 * thread order. */
#include "align/field.h"
#include "align/solid.h"
#include "base/threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rounds of re-linearisation per level: the coarsest two start furthest off. Where the crop's
 * longer side has more pixels than any expression needs, the last steps are fractions of a pixel,
 * and what more rounds find there is noise: on pairs of known truth fewer do better. */
enum { ROUNDS_COARSE = 8, ROUNDS = 4, ROUNDS_DETAIL = 1, DETAIL_SIDE_PX = 1100 };
enum { SWEEPS = 20, DATA_TERMS = 6 };
/* Cauchy scale in units of the normalised feature (SD about 1). */
static const float RESIDUAL_SCALE = 1.2f;
/* Window of the data term in nodes. */
static const double WINDOW_SIGMA_NODES = 2.5;
/* Membrane stiffness against the mean data term: softer where expressions are found (coarse
 * levels), stiffer where noise would be (the finest two). */
static const double STIFFNESS_COARSE = 0.08, STIFFNESS_FINE = 0.6;
/* Pull towards the start against the mean data term: where the photos disagree (the data terms are
 * small there), landmarks know better than chance; where they agree it is too weak to matter. */
static const double TRUST = 0.002;
/* Weight of the tint beside luminance; at the finest level compression and sensor leave too little
 * colour detail. */
static const float TINT_WEIGHT = 1;
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
/* Over-relaxation of the sweeps. */
static const float RELAXATION = 1.6f;
/* A step longer than this many level pixels leaves the range where the linearisation holds. */
static const float STEP_MAX_PX = 2.0f;

/* Data terms of one node: wxx, wxy, wyy, wx r, wy r and the weight itself, as maps over nodes. */
typedef struct terms {
  sd_map v[DATA_TERMS];
} terms;

static void terms_clear(terms *t) {
  for (int k = 0; k < DATA_TERMS; k++)
    sd_map_clear(&t->v[k]);
}

static sd_status terms_make(terms *t, int columns, int rows, sd_diag *diag) {
  sd_status status = SD_OK;
  for (int k = 0; k < DATA_TERMS && status == SD_OK; k++)
    status = sd_map_make(&t->v[k], columns, rows, diag);
  return status;
}

/* Bilinear value with gradient of a feature map. */
static inline float sample(const sd_map *m, float x, float y, float *gx, float *gy) {
  int i = (int)x, j = (int)y;
  float p = x - (float)i, q = y - (float)j;
  const float *r = m->v + (size_t)j * (size_t)m->width + (size_t)i;
  const float *s = r + m->width, *above = r - m->width, *below = s + m->width;
  float a = r[0], b = r[1], c = s[0], d = s[1];
  /* central differences at the four corners, interpolated like the value */
  float gxa = b - r[-1], gxb = r[2] - a, gxc = d - s[-1], gxd = s[2] - c;
  float gya = c - above[0], gyb = d - above[1], gyc = below[0] - a, gyd = below[1] - b;
  float w00 = (1 - p) * (1 - q), w10 = p * (1 - q), w01 = (1 - p) * q, w11 = p * q;
  *gx = 0.5f * (w00 * gxa + w10 * gxb + w01 * gxc + w11 * gxd);
  *gy = 0.5f * (w00 * gya + w10 * gyb + w01 * gyc + w11 * gyd);
  /* cubic value: the bilinear one would blur the target and bias the sub-pixel position */
  float cx0 = ((-0.5f * p + 1) * p - 0.5f) * p, cx1 = (1.5f * p - 2.5f) * p * p + 1;
  float cx2 = ((-1.5f * p + 2) * p + 0.5f) * p, cx3 = (0.5f * p - 0.5f) * p * p;
  float cy0 = ((-0.5f * q + 1) * q - 0.5f) * q, cy1 = (1.5f * q - 2.5f) * q * q + 1;
  float cy2 = ((-1.5f * q + 2) * q + 0.5f) * q, cy3 = (0.5f * q - 0.5f) * q * q;
  float row0 = cx0 * above[-1] + cx1 * above[0] + cx2 * above[1] + cx3 * above[2];
  float row1 = cx0 * r[-1] + cx1 * a + cx2 * b + cx3 * r[2];
  float row2 = cx0 * s[-1] + cx1 * c + cx2 * d + cx3 * s[2];
  float row3 = cx0 * below[-1] + cx1 * below[0] + cx2 * below[1] + cx3 * below[2];
  return cy0 * row0 + cy1 * row1 + cy2 * row2 + cy3 * row3;
}

/* One pixel's share in the sums: residual r, target gradient (gx, gy), weight before robustness. */
static inline void add_residual(float sum[DATA_TERMS], float r, float gx, float gy, float weight) {
  float ratio = r / RESIDUAL_SCALE;
  float w = weight / (1 + ratio * ratio);
  sum[0] += w * gx * gx;
  sum[1] += w * gx * gy;
  sum[2] += w * gy * gy;
  sum[3] += w * gx * r;
  sum[4] += w * gy * r;
  sum[5] += w;
}

/* Sums of one cell's pixels. (at) are target level pixels of its centre; `slope` how they move with
 * the source level pixel. */
static void cell_terms(float sum[DATA_TERMS], const frame_level *source, const frame_level *target,
                       int column, int row, const double at[2], const double slope[4],
                       bool with_tint) {
  const sd_map *a = &source->feature, *b = &target->feature;
  for (int k = 0; k < DATA_TERMS; k++)
    sum[k] = 0;
  for (int y = row * CELL_PX; y < (row + 1) * CELL_PX && y < a->height; y++)
    for (int x = column * CELL_PX; x < (column + 1) * CELL_PX && x < a->width; x++) {
      double u = x - (column * CELL_PX + (CELL_PX - 1) / 2.0);
      double v = y - (row * CELL_PX + (CELL_PX - 1) / 2.0);
      float tx = (float)(at[0] + slope[0] * u + slope[1] * v);
      float ty = (float)(at[1] + slope[2] * u + slope[3] * v);
      if (!(tx >= 1 && ty >= 1 && tx < (float)(b->width - 2) && ty < (float)(b->height - 2)))
        continue;
      size_t k = (size_t)y * (size_t)a->width + (size_t)x;
      size_t nearest = (size_t)(ty + 0.5f) * (size_t)b->width + (size_t)(tx + 0.5f);
      float w = source->weight.v[k] * target->weight.v[nearest], gx, gy;
      float value = sample(b, tx, ty, &gx, &gy);
      add_residual(sum, a->v[k] - value, gx, gy, w);
      if (with_tint) {
        value = sample(&target->tint, tx, ty, &gx, &gy);
        add_residual(sum, source->tint.v[k] - value, gx, gy, TINT_WEIGHT * w);
      }
    }
}

static sd_status gather(terms *t, const field *f, const frame_level *source,
                        const frame_level *target, bool with_tint, sd_diag *diag) {
  sd_status status = SD_OK;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < f->rows; j++)
    for (int i = 0; i < f->columns; i++) {
      double at[2], slope[4];
      float sum[DATA_TERMS];
      field_node_geometry(f, target, i, j, at, slope);
      cell_terms(sum, source, target, i, j, at, slope, with_tint);
      for (int k = 0; k < DATA_TERMS; k++)
        t->v[k].v[(size_t)j * (size_t)f->columns + (size_t)i] = sum[k];
    }
  for (int k = 0; k < DATA_TERMS && status == SD_OK; k++)
    status = sd_map_blur(&t->v[k], &t->v[k], WINDOW_SIGMA_NODES, diag);
  return status;
}

static double mean_data(const terms *t) {
  double sum = 0, weight = 0;
  size_t count = (size_t)t->v[0].width * (size_t)t->v[0].height;
  for (size_t k = 0; k < count; k++) {
    sum += t->v[5].v[k] * 0.5 * (t->v[0].v[k] + t->v[2].v[k]);
    weight += t->v[5].v[k];
  }
  return weight > 0 ? sum / weight : 0;
}

/* The linear system of a round: v is the smooth part so far, g the way back to the start, d the
 * step sought. */
typedef struct linear_system {
  const terms *terms;
  const float *vx, *vy, *gx, *gy;
  float *dx, *dy;
  float alpha, beta;
} linear_system;

/* Over-relaxes one node by the neighbours it has. */
static inline void relax_node(const linear_system *s, size_t k, const size_t *around,
                              int neighbours) {
  const sd_map *t = s->terms->v;
  float sx = 0, sy = 0;
  for (int n = 0; n < neighbours; n++) {
    sx += s->vx[around[n]] + s->dx[around[n]] - s->vx[k];
    sy += s->vy[around[n]] + s->dy[around[n]] - s->vy[k];
  }
  float stiff = s->alpha * (float)neighbours + s->beta;
  float a = t[0].v[k] + stiff, b = t[1].v[k], c = t[2].v[k] + stiff;
  float p = t[3].v[k] + s->alpha * sx + s->beta * s->gx[k];
  float q = t[4].v[k] + s->alpha * sy + s->beta * s->gy[k];
  float determinant = a * c - b * b;
  if (!(determinant > 1e-20f))
    return;
  float nx = (c * p - b * q) / determinant, ny = (a * q - b * p) / determinant;
  s->dx[k] += RELAXATION * (nx - s->dx[k]);
  s->dy[k] += RELAXATION * (ny - s->dy[k]);
}

static void relax_rim_node(const linear_system *s, int columns, int rows, int i, int j) {
  size_t k = (size_t)j * (size_t)columns + (size_t)i, around[4];
  int neighbours = 0;
  if (i > 0)
    around[neighbours++] = k - 1;
  if (i + 1 < columns)
    around[neighbours++] = k + 1;
  if (j > 0)
    around[neighbours++] = k - (size_t)columns;
  if (j + 1 < rows)
    around[neighbours++] = k + (size_t)columns;
  relax_node(s, k, around, neighbours);
}

/* One half-sweep over the nodes of one colour. */
static void half_sweep(const linear_system *s, int columns, int rows, int colour) {
#pragma omp parallel for schedule(static) if (sd_worth_threads(columns, rows))
  for (int j = 0; j < rows; j++)
    for (int i = (j + colour) & 1; i < columns; i += 2) {
      size_t k = (size_t)j * (size_t)columns + (size_t)i, stride = (size_t)columns;
      if (i > 0 && j > 0 && i + 1 < columns && j + 1 < rows)
        relax_node(s, k, (const size_t[4]){k - 1, k + 1, k - stride, k + stride}, 4);
      else
        relax_rim_node(s, columns, rows, i, j);
    }
}

/* The field's deviation from the solid head that fits it best, in target level pixels. */
static bool smooth_part(sd_map *vx, sd_map *vy, const field *f, const field *depth, const terms *t,
                        const frame_level *target) {
  solid base;
  if (!solid_fit_nodes(&base, f, depth, t->v[5].v))
    return false;
  for (int j = 0; j < f->rows; j++)
    for (int i = 0; i < f->columns; i++) {
      size_t k = (size_t)j * (size_t)f->columns + (size_t)i;
      sd_point p = solid_apply(&base, depth, f->origin_x + i * f->step, f->origin_y + j * f->step);
      vx->v[k] = (float)((f->x[k] - p.x) / target->scale);
      vy->v[k] = (float)((f->y[k] - p.y) / target->scale);
    }
  return true;
}

/* How far the start lies from the field, in target level pixels. */
static void way_back(sd_map *gx, sd_map *gy, const field *f, const field *begin,
                     const frame_level *target) {
  for (int j = 0; j < f->rows; j++)
    for (int i = 0; i < f->columns; i++) {
      size_t k = (size_t)j * (size_t)f->columns + (size_t)i;
      double x, y;
      field_at(begin, f->origin_x + i * f->step, f->origin_y + j * f->step, &x, &y);
      gx->v[k] = (float)((x - f->x[k]) / target->scale);
      gy->v[k] = (float)((y - f->y[k]) / target->scale);
    }
}

static float bounded(float step) {
  return step > STEP_MAX_PX ? STEP_MAX_PX : step < -STEP_MAX_PX ? -STEP_MAX_PX : step;
}

/* What one level's rounds work with. */
typedef struct stage {
  const frame_level *source, *target;
  const field *begin, *depth;
  double stiffness;
  bool with_tint;
} stage;

enum { SMOOTH_X, SMOOTH_Y, BACK_X, BACK_Y, STEP_X, STEP_Y, WORK_MAPS };

/* Relaxes one round's system; the step is left in work[STEP_X], work[STEP_Y]. */
static void relax(sd_map work[WORK_MAPS], const terms *t, double stiffness) {
  double data = mean_data(t);
  linear_system s = {.terms = t,
                     .vx = work[SMOOTH_X].v,
                     .vy = work[SMOOTH_Y].v,
                     .gx = work[BACK_X].v,
                     .gy = work[BACK_Y].v,
                     .dx = work[STEP_X].v,
                     .dy = work[STEP_Y].v,
                     .alpha = (float)(stiffness * data + 1e-6),
                     .beta = (float)(TRUST * data)};
  for (int sweep = 0; sweep < SWEEPS; sweep++)
    for (int colour = 0; colour < 2; colour++)
      half_sweep(&s, work[STEP_X].width, work[STEP_X].height, colour);
}

static sd_status one_round(field *f, terms *t, const stage *s, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map work[WORK_MAPS] = {{0}};
  SD_TRY(gather(t, f, s->source, s->target, s->with_tint, diag));
  for (int k = 0; k < WORK_MAPS; k++)
    SD_TRY(sd_map_make(&work[k], f->columns, f->rows, diag));
  if (!smooth_part(&work[SMOOTH_X], &work[SMOOTH_Y], f, s->depth, t, s->target))
    goto done; /* nothing overlaps: leave the field as it is */
  way_back(&work[BACK_X], &work[BACK_Y], f, s->begin, s->target);
  relax(work, t, s->stiffness);
  size_t count = (size_t)f->columns * (size_t)f->rows;
  for (size_t k = 0; k < count; k++) {
    f->x[k] += bounded(work[STEP_X].v[k]) * (float)s->target->scale;
    f->y[k] += bounded(work[STEP_Y].v[k]) * (float)s->target->scale;
  }
done:
  for (int k = 0; k < WORK_MAPS; k++)
    sd_map_clear(&work[k]);
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

static int rounds_at(const frame *source, int level) {
  const sd_map *pixels = &source->level[level].feature;
  int side = pixels->width > pixels->height ? pixels->width : pixels->height;
  if (level + 2 >= source->level_count)
    return ROUNDS_COARSE;
  return side > DETAIL_SIDE_PX ? ROUNDS_DETAIL : ROUNDS;
}

/* Rounds of one level. */
static sd_status settle(field *f, const stage *s, int rounds, sd_diag *diag) {
  sd_status status = SD_OK;
  terms t = {0};
  SD_TRY(terms_make(&t, f->columns, f->rows, diag));
  for (int round = 0; round < rounds; round++)
    SD_TRY(one_round(f, &t, s, diag));
  unfold(f);
done:
  terms_clear(&t);
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
  SD_TRY(field_make(&direct, s->source, diag));
  field_resample(&direct, s->begin);
  SD_TRY(settle(&direct, s, ROUNDS_COARSE, diag));
  SD_TRY(field_agreement(&share, f, source, target, level, diag));
  SD_TRY(field_agreement(&other, &direct, source, target, level, diag));
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

static bool only_detail(const frame_level *level) {
  const sd_map *pixels = &level->feature;
  return (pixels->width > pixels->height ? pixels->width : pixels->height) > ONLY_DETAIL_SIDE_PX;
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
    stage s = {.source = from,
               .target = &target->level[frame_matching_level(target, from->scale * scale)],
               .begin = begin,
               .depth = depth,
               .stiffness = l <= 1 ? STIFFNESS_FINE : STIFFNESS_COARSE,
               .with_tint = l > 0};
    if (l != coarsest)
      SD_TRY(descend(&now, from, diag));
    if (l == 0 && only_detail(from) &&
        field_mean_agreement(&now, from, s.target) < DETAIL_AGREEMENT_MIN)
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
