/* Sums over the pixels of each cell of residuals against gradients (Lucas and Kanade 1981), each
 * pixel weighted by how far off it is (Cauchy). The finest levels spend most of a registration
 * here, so the four neighbours of a cell's row go side by side; what lies beyond a picture's rim
 * goes along without weight. */
#include "align/terms.h"

#include "base/clones.h"
#include "base/lanes.h"

#include <math.h>

/* Cauchy scale in units of the normalised feature (SD about 1). */
static const float RESIDUAL_SCALE = 1.2f;
/* Window of the data term in nodes. */
static const double WINDOW_SIGMA_NODES = 2.5;
/* Weight of the tint beside luminance. */
static const float TINT_WEIGHT = 1;

void terms_clear(terms *t) {
  for (int k = 0; k < DATA_TERMS; k++)
    sd_map_clear(&t->v[k]);
}

sd_status terms_make(terms *t, int columns, int rows, sd_diag *diag) {
  sd_status status = SD_OK;
  for (int k = 0; k < DATA_TERMS && status == SD_OK; k++)
    status = sd_map_make(&t->v[k], columns, rows, diag);
  return status;
}

/* ---- four pixels ---------------------------------------------------------------------------- */

/* A cell laid over no more than this is placed four by four. */
enum { APART = 64 };

typedef int int_lanes __attribute__((vector_size(SD_LANES * sizeof(int))));

/* Where four neighbours of a source row go: index of the target pixel up and left of each place,
 * and how far beyond it the place lies. */
typedef struct places {
  int_lanes at;
  sd_lanes p, q, weight; /* weight: of both photos, before robustness */
  int from[SD_LANES];    /* index of each source pixel */
  bool in_a_row;         /* from[] counts up */
} places;

/* The places of a cell's row `v` from its middle, counted from a pixel up and left of all of them:
 * small numbers are exact enough in single precision, and conversion cuts positive ones down. */
static SD_CLONED void place_four(places *out, const terms_of *of, int first, const double at[2],
                                 const double slope[4], float v) {
  const float h = (CELL_PX - 1) / 2.0f;
  const sd_lanes u = {-h, 1 - h, 2 - h, 3 - h};
  const sd_map *weight = &of->target->weight;
  int column = (int)at[0] - APART, row = (int)at[1] - APART, width = weight->width;
  sd_lanes x = (float)(at[0] - column) + (float)slope[1] * v + (float)slope[0] * u;
  sd_lanes y = (float)(at[1] - row) + (float)slope[3] * v + (float)slope[2] * u;
  int_lanes i = __builtin_convertvector(x, int_lanes), j = __builtin_convertvector(y, int_lanes);
  int_lanes near_i = __builtin_convertvector(x + 0.5f, int_lanes);
  int_lanes near_j = __builtin_convertvector(y + 0.5f, int_lanes);
  int_lanes nearest = (near_j + row) * width + near_i + column;
  out->p = x - __builtin_convertvector(i, sd_lanes);
  out->q = y - __builtin_convertvector(j, sd_lanes);
  out->at = (j + row) * width + i + column;
  out->in_a_row = true;
  out->from[0] = first;
  sd_lanes_load(&out->weight, of->source->weight.v + first);
  for (int k = 0; k < SD_LANES; k++)
    out->weight[k] *= weight->v[nearest[k]];
}

/* The same where some pixels are beyond the source or go beyond the target: they weigh nothing, and
 * stand where nothing is read that is not there. False where all of them are. */
static SD_CLONED bool place_rim(places *out, const terms_of *of, int column, int y,
                                const double at[2], const double slope[4], double v) {
  const sd_map *source = &of->source->weight, *target = &of->target->weight;
  bool any = false;
  *out = (places){.in_a_row = false};
  for (int k = 0; k < SD_LANES; k++) {
    int x = column * CELL_PX + k;
    double u = k - (CELL_PX - 1) / 2.0;
    float tx = (float)(at[0] + slope[0] * u + slope[1] * v);
    float ty = (float)(at[1] + slope[2] * u + slope[3] * v);
    bool inside = x < source->width && tx >= 1 && ty >= 1 && tx < (float)(target->width - 2) &&
                  ty < (float)(target->height - 2);
    tx = inside ? tx : 1;
    ty = inside ? ty : 1;
    int i = (int)tx, j = (int)ty;
    out->p[k] = tx - (float)i;
    out->q[k] = ty - (float)j;
    out->at[k] = j * target->width + i;
    out->from[k] = y * source->width + (x < source->width ? x : source->width - 1);
    out->weight[k] = inside ? source->v[out->from[k]] *
                                  target->v[(int)(ty + 0.5f) * target->width + (int)(tx + 0.5f)]
                            : 0;
    any = any || inside;
  }
  return any;
}

static SD_CLONED void take_source(sd_lanes *out, const sd_map *m, const places *to) {
  if (to->in_a_row)
    sd_lanes_load(out, m->v + to->from[0]);
  else
    for (int k = 0; k < SD_LANES; k++)
      (*out)[k] = m->v[to->from[k]];
}

/* Rows become columns. */
static SD_CLONED void transpose(sd_lanes m[4]) {
  sd_lanes low01 = __builtin_shufflevector(m[0], m[1], 0, 4, 1, 5);
  sd_lanes low23 = __builtin_shufflevector(m[2], m[3], 0, 4, 1, 5);
  sd_lanes high01 = __builtin_shufflevector(m[0], m[1], 2, 6, 3, 7);
  sd_lanes high23 = __builtin_shufflevector(m[2], m[3], 2, 6, 3, 7);
  m[0] = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
  m[1] = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
  m[2] = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
  m[3] = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
}

/* Values by the cubic convolution (Keys 1981): the bilinear one would blur the target and bias the
 * sub-pixel position. Gradients by central differences at the four corners, interpolated. Each
 * place's rows are blended first, then all columns at once. */
static SD_CLONED void sample_four(const sd_map *m, const places *to, sd_lanes *value, sd_lanes *gx,
                                  sd_lanes *gy) {
  sd_lanes p = to->p, q = to->q, blend[4], line[4], slope[4];
  sd_lanes y0 = ((-0.5f * q + 1) * q - 0.5f) * q, y1 = (1.5f * q - 2.5f) * q * q + 1;
  sd_lanes y2 = ((-1.5f * q + 2) * q + 0.5f) * q, y3 = (0.5f * q - 0.5f) * q * q;
  for (int k = 0; k < SD_LANES; k++) {
    const float *row = m->v + to->at[k] - 1;
    sd_lanes above, here, below, beyond;
    sd_lanes_load(&above, row - m->width);
    sd_lanes_load(&here, row);
    sd_lanes_load(&below, row + m->width);
    sd_lanes_load(&beyond, row + 2 * (size_t)m->width);
    blend[k] = y0[k] * above + y1[k] * here + y2[k] * below + y3[k] * beyond;
    line[k] = (1 - q[k]) * here + q[k] * below;
    slope[k] = (1 - q[k]) * (below - above) + q[k] * (beyond - here);
  }
  transpose(blend);
  transpose(line);
  transpose(slope);
  sd_lanes x0 = ((-0.5f * p + 1) * p - 0.5f) * p, x1 = (1.5f * p - 2.5f) * p * p + 1;
  sd_lanes x2 = ((-1.5f * p + 2) * p + 0.5f) * p, x3 = (0.5f * p - 0.5f) * p * p;
  *gx = 0.5f * ((1 - p) * (line[2] - line[0]) + p * (line[3] - line[1]));
  *gy = 0.5f * ((1 - p) * slope[1] + p * slope[2]);
  *value = x0 * blend[0] + x1 * blend[1] + x2 * blend[2] + x3 * blend[3];
}

/* Their share in the sums. */
static SD_CLONED void add_four(sd_lanes sum[DATA_TERMS], const sd_map *source, const sd_map *target,
                               const places *to, float share) {
  sd_lanes value, gx, gy, r;
  sample_four(target, to, &value, &gx, &gy);
  take_source(&r, source, to);
  r -= value;
  sd_lanes ratio = r / RESIDUAL_SCALE;
  sd_lanes w = share * to->weight / (1 + ratio * ratio);
  sum[XX] += w * gx * gx;
  sum[XY] += w * gx * gy;
  sum[YY] += w * gy * gy;
  sum[XR] += w * gx * r;
  sum[YR] += w * gy * r;
  sum[WEIGHT] += w;
}

/* ---- cells ---------------------------------------------------------------------------------- */

/* Whether every pixel of the cell goes where the sixteen pixels around it are in the target. */
static SD_CLONED bool stays_inside(const terms_of *p, int column, int row, const double at[2],
                                   const double slope[4]) {
  const double half = (CELL_PX - 1) / 2.0, rounding = 0.01;
  const sd_map *a = &p->source->feature, *b = &p->target->feature;
  double across = half * (fabs(slope[0]) + fabs(slope[1])) + rounding;
  double along = half * (fabs(slope[2]) + fabs(slope[3])) + rounding;
  return across < APART && along < APART && (column + 1) * CELL_PX <= a->width &&
         (row + 1) * CELL_PX <= a->height && at[0] - across >= 1 && at[1] - along >= 1 &&
         at[0] + across < b->width - 2 && at[1] + along < b->height - 2;
}

static SD_CLONED bool speaks(const terms_of *p, int column, int row) {
  const sd_map *weight = &p->source->weight;
  int x = column * CELL_PX + CELL_PX / 2, y = row * CELL_PX + CELL_PX / 2;
  x = x < weight->width ? x : weight->width - 1;
  y = y < weight->height ? y : weight->height - 1;
  return weight->v[(size_t)y * (size_t)weight->width + (size_t)x] > p->weight_over;
}

static SD_CLONED void sum_cell(float sum[DATA_TERMS], const terms_of *p, const field *f, int column,
                               int row) {
  const frame_level *source = p->source, *target = p->target;
  double at[2], slope[4];
  sd_lanes sums[DATA_TERMS] = {{0}};
  field_node_geometry(f, target, column, row, at, slope);
  bool inner = stays_inside(p, column, row, at, slope);
  for (int n = 0; n < CELL_PX && row * CELL_PX + n < source->feature.height; n++) {
    int y = row * CELL_PX + n;
    places to;
    if (inner)
      place_four(&to, p, y * source->feature.width + column * CELL_PX, at, slope,
                 n - (CELL_PX - 1) / 2.0f);
    else if (!place_rim(&to, p, column, y, at, slope, n - (CELL_PX - 1) / 2.0))
      continue;
    add_four(sums, &source->feature, &target->feature, &to, 1);
    if (p->with_tint)
      add_four(sums, &source->tint, &target->tint, &to, TINT_WEIGHT);
  }
  for (int k = 0; k < DATA_TERMS; k++)
    sum[k] = (sums[k][0] + sums[k][1]) + (sums[k][2] + sums[k][3]);
}

SD_CLONES static void gather_row(terms *t, const field *f, const terms_of *p, int j) {
  for (int i = 0; i < f->columns; i++) {
    float sum[DATA_TERMS] = {0};
    if (speaks(p, i, j))
      sum_cell(sum, p, f, i, j);
    for (int k = 0; k < DATA_TERMS; k++)
      t->v[k].v[(size_t)j * (size_t)f->columns + (size_t)i] = sum[k];
  }
}

sd_status terms_gather(terms *t, const field *f, const terms_of *of, sd_diag *diag) {
  _Static_assert((int)CELL_PX == (int)SD_LANES, "a cell's row goes side by side");
  sd_status status = SD_OK;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < f->rows; j++)
    gather_row(t, f, of, j);
  for (int k = 0; k < DATA_TERMS && status == SD_OK; k++)
    status = sd_map_blur(&t->v[k], &t->v[k], WINDOW_SIGMA_NODES, diag);
  return status;
}

double terms_mean(const terms *t) {
  double sum = 0, weight = 0;
  size_t count = (size_t)t->v[WEIGHT].width * (size_t)t->v[WEIGHT].height;
  for (size_t k = 0; k < count; k++) {
    sum += t->v[WEIGHT].v[k] * 0.5 * (t->v[XX].v[k] + t->v[YY].v[k]);
    weight += t->v[WEIGHT].v[k];
  }
  return weight > 0 ? sum / weight : 0;
}
