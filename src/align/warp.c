/* Maps on a grid of nodes, interpolated by Catmull-Rom cubics (Keys 1981): smooth and exact for
 * affine maps. Beyond the border the nodes are continued linearly. */
#include "align/maps.h"
#include "base/between.h"
#include "base/clones.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void sd_warp_clear(sd_warp *warp) {
  free(warp->x);
  free(warp->y);
  free(warp->valid);
  *warp = (sd_warp){0};
}

/* Node value, continued linearly by one node beyond the border and constant in slope after it. */
static float node(const sd_warp *warp, const float *v, int i, int j) {
  int ci = i < 0 ? 0 : i >= warp->columns ? warp->columns - 1 : i;
  int cj = j < 0 ? 0 : j >= warp->rows ? warp->rows - 1 : j;
  float value = v[(size_t)cj * (size_t)warp->columns + (size_t)ci];
  if (i != ci && warp->columns > 1) {
    int inner = ci == 0 ? 1 : ci - 1;
    float slope = value - v[(size_t)cj * (size_t)warp->columns + (size_t)inner];
    value += slope * (float)abs(i - ci);
  }
  if (j != cj && warp->rows > 1) {
    int inner = cj == 0 ? 1 : cj - 1;
    float at_edge = v[(size_t)cj * (size_t)warp->columns + (size_t)ci];
    float slope = at_edge - v[(size_t)inner * (size_t)warp->columns + (size_t)ci];
    value += slope * (float)abs(j - cj);
  }
  return value;
}

static SD_CLONED void cubic(double t, double w[4]) {
  double t2 = t * t, t3 = t2 * t;
  w[0] = -0.5 * t3 + t2 - 0.5 * t;
  w[1] = 1.5 * t3 - 2.5 * t2 + 1;
  w[2] = -1.5 * t3 + 2 * t2 + 0.5 * t;
  w[3] = 0.5 * t3 - 0.5 * t2;
}

static int whole_below(double x) {
  int cut = (int)x;
  return x < cut ? cut - 1 : cut;
}

/* A place in nodes. Far outside, a cell index would leave int: nobody has a use for the map there.
 */
static double column_of(const sd_warp *warp, double x) {
  return sd_held((x - warp->domain.x) / warp->step_px, -4.0 * warp->columns - 8,
                 5.0 * warp->columns + 8);
}

static double row_of(const sd_warp *warp, double y) {
  return sd_held((y - warp->domain.y) / warp->step_px, -4.0 * warp->rows - 8, 5.0 * warp->rows + 8);
}

/* Whether all 16 nodes around a cell are there. */
static bool is_inner(const sd_warp *warp, int i, int j) {
  return i >= 1 && j >= 1 && i + 2 < warp->columns && j + 2 < warp->rows;
}

static bool is_trusted(const sd_warp *warp, double u, double v) {
  if (!(u >= 0 && v >= 0 && u <= warp->columns - 1 && v <= warp->rows - 1))
    return false;
  return warp->valid[(size_t)(int)(v + 0.5) * (size_t)warp->columns + (size_t)(int)(u + 0.5)] != 0;
}

/* The nodes around a cell near the border, with those beyond it continued. */
static void rim_nodes(const sd_warp *warp, const float *v, int i, int j, float out[4][4]) {
  for (int b = 0; b < 4; b++)
    for (int a = 0; a < 4; a++)
      out[b][a] = node(warp, v, i + a - 1, j + b - 1);
}

/* As many points of one cell as are blended side by side. */
enum { BLOCK = 8 };

/* Blends the 16 nodes around a cell, rows `stride` apart, for points `t` of the way across. Each
 * point's sum runs over the nodes row by row, whoever it is blended with. */
SD_CLONES static void blend_block(const float *to_x, const float *to_y, size_t stride,
                                  const double t[BLOCK], double down, double x[BLOCK],
                                  double y[BLOCK]) {
  double across[4][BLOCK], wy[4];
  cubic(down, wy);
  for (int k = 0; k < BLOCK; k++) {
    double w[4];
    cubic(t[k], w);
    for (int a = 0; a < 4; a++)
      across[a][k] = w[a];
    x[k] = y[k] = 0;
  }
  for (int b = 0; b < 4; b++)
    for (int a = 0; a < 4; a++)
      for (int k = 0; k < BLOCK; k++) {
        double w = across[a][k] * wy[b];
        x[k] += w * to_x[(size_t)b * stride + (size_t)a];
        y[k] += w * to_y[(size_t)b * stride + (size_t)a];
      }
}

/* Points in one cell (i, j), BLOCK at most. */
static void place_block(const sd_warp *warp, int i, int j, const double t[BLOCK], double down,
                        int count, sd_point *out) {
  double x[BLOCK], y[BLOCK];
  if (is_inner(warp, i, j)) {
    size_t k = (size_t)(j - 1) * (size_t)warp->columns + (size_t)(i - 1);
    blend_block(warp->x + k, warp->y + k, (size_t)warp->columns, t, down, x, y);
  } else {
    float rim[2][4][4];
    rim_nodes(warp, warp->x, i, j, rim[0]);
    rim_nodes(warp, warp->y, i, j, rim[1]);
    blend_block(rim[0][0], rim[1][0], 4, t, down, x, y);
  }
  for (int k = 0; k < count; k++)
    out[k] = (sd_point){x[k], y[k]};
}

void sd_warp_row_at(const sd_warp *warp, const double *x, double y, int count, sd_point *out,
                    bool *trusted) {
  double v = row_of(warp, y), t[BLOCK] = {0};
  int j = whole_below(v);
  for (int first = 0, n; first < count && warp->columns > 0; first += n) {
    int i = whole_below(column_of(warp, x[first]));
    for (n = 0; n < BLOCK && first + n < count; n++) {
      double u = column_of(warp, x[first + n]);
      if (whole_below(u) != i)
        break;
      t[n] = u - i;
      if (trusted != NULL)
        trusted[first + n] = is_trusted(warp, u, v);
    }
    place_block(warp, i, j, t, v - j, n, out + first);
  }
  for (int k = 0; k < count && warp->columns == 0; k++) {
    out[k] = (sd_point){NAN, NAN};
    if (trusted != NULL)
      trusted[k] = false;
  }
}

bool sd_warp_at(const sd_warp *warp, double x, double y, sd_point *out) {
  if (warp->columns == 0) {
    *out = (sd_point){NAN, NAN};
    return false;
  }
  double u = column_of(warp, x), v = row_of(warp, y);
  int i = whole_below(u), j = whole_below(v);
  double wx[4], wy[4], sx = 0, sy = 0;
  float rim[2][4][4];
  const float *to_x = rim[0][0], *to_y = rim[1][0];
  size_t stride = 4;
  cubic(u - i, wx);
  cubic(v - j, wy);
  if (is_inner(warp, i, j)) {
    stride = (size_t)warp->columns;
    to_x = warp->x + (size_t)(j - 1) * stride + (size_t)(i - 1);
    to_y = warp->y + (size_t)(j - 1) * stride + (size_t)(i - 1);
  } else {
    rim_nodes(warp, warp->x, i, j, rim[0]);
    rim_nodes(warp, warp->y, i, j, rim[1]);
  }
  for (size_t b = 0; b < 4; b++)
    for (size_t a = 0; a < 4; a++) {
      sx += wx[a] * wy[b] * to_x[b * stride + a];
      sy += wx[a] * wy[b] * to_y[b * stride + a];
    }
  *out = (sd_point){sx, sy};
  return is_trusted(warp, u, v);
}

/* Node column i blended along y. */
static double blended_column(const sd_warp *warp, const float *v, int i, int j,
                             const double wy[4]) {
  double sum = 0;
  if (i >= 0 && i < warp->columns && j >= 1 && j + 2 < warp->rows) {
    const float *at = v + (size_t)(j - 1) * (size_t)warp->columns + (size_t)i;
    for (int b = 0; b < 4; b++, at += warp->columns)
      sum += wy[b] * (double)*at;
    return sum;
  }
  for (int b = 0; b < 4; b++)
    sum += wy[b] * (double)node(warp, v, i, j + b - 1);
  return sum;
}

/* The four node columns around a cell, and the coefficients of the cubic in the place within it. */
typedef struct cell_row {
  double column[4], cubic[4];
} cell_row;

/* The columns around cell i; those around cell `known` are there already. */
static void enter_cell(cell_row *c, const sd_warp *warp, const float *v, int i, int j,
                       const double wy[4], int known) {
  int kept = i == known + 1 ? 3 : 0;
  memmove(c->column, c->column + 1, (size_t)kept * sizeof *c->column);
  for (int a = kept; a < 4; a++)
    c->column[a] = blended_column(warp, v, i + a - 1, j, wy);
  const double *k = c->column;
  c->cubic[0] = k[1];
  c->cubic[1] = 0.5 * (k[2] - k[0]);
  c->cubic[2] = k[0] - 2.5 * k[1] + 2 * k[2] - 0.5 * k[3];
  c->cubic[3] = 0.5 * (k[3] - k[0]) + 1.5 * (k[1] - k[2]);
}

static double cubic_at(const double c[4], double t) {
  return ((c[3] * t + c[2]) * t + c[1]) * t + c[0];
}

void warp_row(const sd_warp *warp, double y, double x0, double dx, int count, sd_point *out) {
  double v = (y - warp->domain.y) / warp->step_px, wy[4];
  cell_row to_x = {{0}, {0}}, to_y = {{0}, {0}};
  v = fmin(fmax(v, -4.0 * warp->rows - 8), 5.0 * warp->rows + 8);
  int j = (int)floor(v), cell = INT_MIN / 2;
  cubic(v - j, wy);
  for (int k = 0; k < count; k++) {
    double u = (x0 + k * dx - warp->domain.x) / warp->step_px;
    u = fmin(fmax(u, -4.0 * warp->columns - 8), 5.0 * warp->columns + 8);
    int i = (int)floor(u);
    if (i != cell) {
      enter_cell(&to_x, warp, warp->x, i, j, wy, cell);
      enter_cell(&to_y, warp, warp->y, i, j, wy, cell);
      cell = i;
    }
    out[k] = (sd_point){cubic_at(to_x.cubic, u - i), cubic_at(to_y.cubic, u - i)};
  }
}

double sd_warp_scale_at(const sd_warp *warp, double x, double y) {
  sd_point left, right, up, down;
  double h = warp->step_px;
  sd_warp_at(warp, x - h, y, &left);
  sd_warp_at(warp, x + h, y, &right);
  sd_warp_at(warp, x, y - h, &up);
  sd_warp_at(warp, x, y + h, &down);
  double determinant = (right.x - left.x) * (down.y - up.y) - (right.y - left.y) * (down.x - up.x);
  return determinant > 0 ? sqrt(determinant) / (2 * h) : 0;
}

const char *sd_alignment_status_name(sd_alignment_status status) {
  static const char *const NAMES[] = {"failed", "partly", "ok"};
  return NAMES[status];
}

void sd_alignment_clear(sd_alignment *alignment) {
  sd_warp_clear(&alignment->forward);
  sd_warp_clear(&alignment->inverse);
  sd_map_clear(&alignment->error_map);
  sd_map_clear(&alignment->likeness_map);
  sd_map_clear(&alignment->inverse_error_map);
  sd_map_clear(&alignment->inverse_likeness_map);
  *alignment = (sd_alignment){0};
}

double sd_alignment_error_at(const sd_alignment *alignment, double x, double y) {
  const sd_warp *warp = &alignment->forward;
  double u = (x - warp->domain.x) / warp->step_px, v = (y - warp->domain.y) / warp->step_px;
  if (warp->columns == 0 || alignment->error_map.v == NULL ||
      !(u > -0.5 && v > -0.5 && u < warp->columns - 0.5 && v < warp->rows - 0.5))
    return NAN;
  return alignment->error_map.v[(size_t)(v + 0.5) * (size_t)warp->columns + (size_t)(u + 0.5)];
}
