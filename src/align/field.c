#include "align/field.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void field_clear(field *f) {
  free(f->x);
  free(f->y);
  *f = (field){0};
}

sd_status field_make(field *out, const frame_level *level, sd_diag *diag) {
  field made = {0};
  made.columns = (level->feature.width + CELL_PX - 1) / CELL_PX;
  made.rows = (level->feature.height + CELL_PX - 1) / CELL_PX;
  made.step = CELL_PX * level->scale;
  made.origin_x = frame_to_photo_x(level, (CELL_PX - 1) / 2.0);
  made.origin_y = frame_to_photo_y(level, (CELL_PX - 1) / 2.0);
  size_t nodes = (size_t)made.columns * (size_t)made.rows;
  made.x = calloc(nodes, sizeof *made.x);
  made.y = calloc(nodes, sizeof *made.y);
  if (made.x == NULL || made.y == NULL) {
    field_clear(&made);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  }
  field_clear(out);
  *out = made;
  return SD_OK;
}

void field_at(const field *f, double photo_x, double photo_y, double *x, double *y) {
  double u = (photo_x - f->origin_x) / f->step, v = (photo_y - f->origin_y) / f->step;
  int i = (int)floor(fmin(fmax(u, 0), f->columns - 2)),
      j = (int)floor(fmin(fmax(v, 0), f->rows - 2));
  i = i < 0 ? 0 : i;
  j = j < 0 ? 0 : j;
  int i1 = i + 1 < f->columns ? i + 1 : i, j1 = j + 1 < f->rows ? j + 1 : j;
  double p = u - i, q = v - j;
  size_t a = (size_t)j * (size_t)f->columns, b = (size_t)j1 * (size_t)f->columns;
  *x = (1 - q) * ((1 - p) * f->x[a + (size_t)i] + p * f->x[a + (size_t)i1]) +
       q * ((1 - p) * f->x[b + (size_t)i] + p * f->x[b + (size_t)i1]);
  *y = (1 - q) * ((1 - p) * f->y[a + (size_t)i] + p * f->y[a + (size_t)i1]) +
       q * ((1 - p) * f->y[b + (size_t)i] + p * f->y[b + (size_t)i1]);
}

void field_resample(field *out, const field *in) {
  for (int j = 0; j < out->rows; j++)
    for (int i = 0; i < out->columns; i++) {
      double x, y;
      field_at(in, out->origin_x + i * out->step, out->origin_y + j * out->step, &x, &y);
      size_t k = (size_t)j * (size_t)out->columns + (size_t)i;
      out->x[k] = (float)x;
      out->y[k] = (float)y;
    }
}

void field_node_geometry(const field *f, const frame_level *target, int i, int j, double at[2],
                         double slope[4]) {
  size_t k = (size_t)j * (size_t)f->columns + (size_t)i;
  int left = i > 0 ? i - 1 : i, right = i + 1 < f->columns ? i + 1 : i;
  int up = j > 0 ? j - 1 : j, down = j + 1 < f->rows ? j + 1 : j;
  size_t row = (size_t)j * (size_t)f->columns;
  size_t row_up = (size_t)up * (size_t)f->columns, row_down = (size_t)down * (size_t)f->columns;
  double across = 1 / (target->scale * CELL_PX * (right > left ? right - left : 1));
  double along = 1 / (target->scale * CELL_PX * (down > up ? down - up : 1));
  at[0] = (f->x[k] - target->origin_x) / target->scale;
  at[1] = (f->y[k] - target->origin_y) / target->scale;
  slope[0] = (f->x[row + (size_t)right] - f->x[row + (size_t)left]) * across;
  slope[1] = (f->x[row_down + (size_t)i] - f->x[row_up + (size_t)i]) * along;
  slope[2] = (f->y[row + (size_t)right] - f->y[row + (size_t)left]) * across;
  slope[3] = (f->y[row_down + (size_t)i] - f->y[row_up + (size_t)i]) * along;
}

/* ---- affine maps -------------------------------------------------------------------------- */

sd_point affine_apply(const affine *m, sd_point p) {
  return (sd_point){m->a[0] * p.x + m->a[1] * p.y + m->a[2],
                    m->a[3] * p.x + m->a[4] * p.y + m->a[5]};
}

typedef struct centroid {
  double weight;
  sd_point from, to;
} centroid;

static centroid centroid_of(const match *matches, size_t count) {
  centroid c = {0};
  for (size_t i = 0; i < count; i++) {
    double w = matches[i].weight;
    c.weight += w;
    c.from.x += w * matches[i].from.x;
    c.from.y += w * matches[i].from.y;
    c.to.x += w * matches[i].to.x;
    c.to.y += w * matches[i].to.y;
  }
  if (c.weight > 0) {
    c.from.x /= c.weight;
    c.from.y /= c.weight;
    c.to.x /= c.weight;
    c.to.y /= c.weight;
  }
  return c;
}

/* Closed form of the least-squares similarity in the plane (Umeyama 1991, without reflection). */
bool affine_similarity(affine *out, const match *matches, size_t count) {
  centroid c = centroid_of(matches, count);
  if (!(c.weight > 0))
    return false;
  double power = 0, along = 0, across = 0;
  for (size_t i = 0; i < count; i++) {
    double w = matches[i].weight;
    double fx = matches[i].from.x - c.from.x, fy = matches[i].from.y - c.from.y;
    double tx = matches[i].to.x - c.to.x, ty = matches[i].to.y - c.to.y;
    power += w * (fx * fx + fy * fy);
    along += w * (fx * tx + fy * ty);
    across += w * (fx * ty - fy * tx);
  }
  double a = power > 0 ? along / power : 1, b = power > 0 ? across / power : 0;
  *out = (affine){
      {a, -b, c.to.x - a * c.from.x + b * c.from.y, b, a, c.to.y - b * c.from.x - a * c.from.y}};
  return a * a + b * b > 1e-8;
}

bool affine_fit(affine *out, const match *matches, size_t count) {
  centroid c = centroid_of(matches, count);
  double xx = 0, xy = 0, yy = 0, ux = 0, uy = 0, vx = 0, vy = 0;
  for (size_t i = 0; i < count; i++) {
    double w = matches[i].weight;
    double fx = matches[i].from.x - c.from.x, fy = matches[i].from.y - c.from.y;
    double tx = matches[i].to.x - c.to.x, ty = matches[i].to.y - c.to.y;
    xx += w * fx * fx;
    xy += w * fx * fy;
    yy += w * fy * fy;
    ux += w * fx * tx;
    uy += w * fy * tx;
    vx += w * fx * ty;
    vy += w * fy * ty;
  }
  double d = xx * yy - xy * xy;
  if (count < 3 || !(d > 1e-9 * (xx + yy) * (xx + yy)))
    return affine_similarity(out, matches, count);
  double a = (ux * yy - uy * xy) / d, b = (uy * xx - ux * xy) / d;
  double e = (vx * yy - vy * xy) / d, f = (vy * xx - vx * xy) / d;
  *out = (affine){
      {a, b, c.to.x - a * c.from.x - b * c.from.y, e, f, c.to.y - e * c.from.x - f * c.from.y}};
  return true;
}

bool field_affine(affine *out, const field *f, const float *weight) {
  size_t count = (size_t)f->columns * (size_t)f->rows;
  match *matches = malloc(count * sizeof *matches);
  if (matches == NULL)
    return false;
  for (size_t k = 0; k < count; k++) {
    double i = (double)(k % (size_t)f->columns), j = (double)(k / (size_t)f->columns);
    matches[k] = (match){{f->origin_x + i * f->step, f->origin_y + j * f->step},
                         {f->x[k], f->y[k]},
                         weight != NULL ? weight[k] : 1};
  }
  bool fitted = affine_fit(out, matches, count);
  free(matches);
  return fitted;
}

double field_scale(const field *f) {
  affine base;
  if (!field_affine(&base, f, NULL))
    return 1;
  double d = fabs(base.a[0] * base.a[4] - base.a[1] * base.a[3]);
  return d > 1e-6 ? sqrt(d) : 1;
}
