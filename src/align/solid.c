/* First-order parallax: under a turn by a small angle and a change of distance, a point of depth z
 * moves by terms in z, u z and v z (the image motion of a rigid scene, Longuet-Higgins and Prazdny
 * 1980). Depth is known up to the accuracy of the landmarks' mesh; the six coefficients of an axis
 * absorb its scale. */
#include "align/solid.h"

#include "base/eliminate.h"

#include <math.h>
#include <stdlib.h>

/* Landmarks carry noise in depth; this reach (share of the eye distance) smooths it and keeps the
 * nose. */
static const double DEPTH_REACH = 0.10;
/* Where no landmark is near, all of them speak, the nearer the louder. */
static const double FAR_SHARE = 1e-4;
/* Beyond this many reaches, squared, the bell curve is less than a millionth of that. */
static const double NEAR_R2 = 64;
/* Ridge on the parallax terms against the number of samples: a flat scene leaves them at 0. */
static const double RIDGE = 1e-5;

sd_status solid_depth(field *depth, const sd_face *face, const frame_level *level, sd_diag *diag) {
  sd_status status = field_make(depth, level, diag);
  if (status != SD_OK)
    return status;
  double reach = DEPTH_REACH * face->eye_distance_px;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < depth->rows; j++)
    for (int i = 0; i < depth->columns; i++) {
      double x = depth->origin_x + i * depth->step, y = depth->origin_y + j * depth->step;
      double sum = 0, weight = 0;
      for (int k = 0; k < SD_LANDMARKS; k++) {
        double dx = (x - face->landmarks[k].x) / reach, dy = (y - face->landmarks[k].y) / reach;
        double r2 = dx * dx + dy * dy;
        double w = FAR_SHARE / (1 + r2 * r2);
        if (r2 < NEAR_R2)
          w += exp(-0.5 * r2);
        sum += w * face->landmarks[k].z;
        weight += w;
      }
      depth->x[(size_t)j * (size_t)depth->columns + (size_t)i] = (float)(sum / weight);
    }
  return SD_OK;
}

static double depth_at(const field *depth, double x, double y) {
  double z = 0, unused;
  if (depth != NULL && depth->columns > 0)
    field_at(depth, x, y, &z, &unused);
  return z;
}

static void terms_at(double t[SOLID_TERMS], const solid *map, double x, double y, double z_px) {
  double u = (x - map->middle_x) / map->unit_px, v = (y - map->middle_y) / map->unit_px;
  double z = z_px / map->unit_px;
  t[0] = 1;
  t[1] = u;
  t[2] = v;
  t[3] = z;
  t[4] = u * z;
  t[5] = v * z;
}

/* Normal equations with two right sides. */
typedef struct normal {
  double a[SOLID_TERMS][SOLID_TERMS + 2];
  double weight;
} normal;

static void add(normal *n, const double t[SOLID_TERMS], double x, double y, double w) {
  for (int r = 0; r < SOLID_TERMS; r++) {
    for (int c = r; c < SOLID_TERMS; c++)
      n->a[r][c] += w * t[r] * t[c];
    n->a[r][SOLID_TERMS] += w * t[r] * x;
    n->a[r][SOLID_TERMS + 1] += w * t[r] * y;
  }
  n->weight += w;
}

/* With the ridge the matrix is definite. Only its upper half was summed. */
static bool solve(solid *out, normal *n) {
  for (int r = 1; r < SOLID_TERMS; r++)
    for (int c = 0; c < r; c++)
      n->a[r][c] = n->a[c][r];
  for (int k = 3; k < SOLID_TERMS; k++)
    n->a[k][k] += RIDGE * n->weight;
  if (!eliminate(n->a[0], SOLID_TERMS, 2, 1e-12 * n->weight))
    return false;
  for (int k = 0; k < SOLID_TERMS; k++) {
    out->x[k] = n->a[k][SOLID_TERMS];
    out->y[k] = n->a[k][SOLID_TERMS + 1];
  }
  return true;
}

bool solid_fit_nodes(solid *out, const field *f, const float *depth, const float *weight) {
  normal n = {0};
  *out = (solid){.middle_x = f->origin_x + 0.5 * f->step * f->columns,
                 .middle_y = f->origin_y + 0.5 * f->step * f->rows,
                 .unit_px = 0.5 * f->step * (f->columns > f->rows ? f->columns : f->rows)};
  for (int j = 0; j < f->rows; j++)
    for (int i = 0; i < f->columns; i++) {
      size_t k = (size_t)j * (size_t)f->columns + (size_t)i;
      double w = weight != NULL ? weight[k] : 1, t[SOLID_TERMS];
      if (!(w > 0))
        continue;
      terms_at(t, out, f->origin_x + i * f->step, f->origin_y + j * f->step,
               depth != NULL ? (double)depth[k] : 0);
      add(&n, t, f->x[k], f->y[k], w);
    }
  return solve(out, &n);
}

bool solid_fit(solid *out, const match *matches, size_t count, const field *depth) {
  normal n = {0};
  double weight = 0, spread = 0;
  *out = (solid){0};
  for (size_t i = 0; i < count; i++) {
    weight += matches[i].weight;
    out->middle_x += matches[i].weight * matches[i].from.x;
    out->middle_y += matches[i].weight * matches[i].from.y;
  }
  if (!(weight > 0))
    return false;
  out->middle_x /= weight;
  out->middle_y /= weight;
  for (size_t i = 0; i < count; i++)
    spread =
        fmax(spread, hypot(matches[i].from.x - out->middle_x, matches[i].from.y - out->middle_y));
  out->unit_px = fmax(spread, 1);
  for (size_t i = 0; i < count; i++) {
    double t[SOLID_TERMS];
    sd_point p = matches[i].from;
    terms_at(t, out, p.x, p.y, depth_at(depth, p.x, p.y));
    add(&n, t, matches[i].to.x, matches[i].to.y, matches[i].weight);
  }
  return solve(out, &n);
}

sd_point solid_at(const solid *map, double x, double y, double z_px) {
  double t[SOLID_TERMS];
  sd_point p = {0, 0};
  terms_at(t, map, x, y, z_px);
  for (int k = 0; k < SOLID_TERMS; k++) {
    p.x += map->x[k] * t[k];
    p.y += map->y[k] * t[k];
  }
  return p;
}

sd_point solid_apply(const solid *map, const field *depth, double x, double y) {
  return solid_at(map, x, y, depth_at(depth, x, y));
}

solid solid_of_affine(const affine *flat) {
  return (solid){.x = {flat->a[2], flat->a[0], flat->a[1]},
                 .y = {flat->a[5], flat->a[3], flat->a[4]},
                 .unit_px = 1};
}

double solid_scale(const solid *map) {
  return sqrt(fabs(map->x[1] * map->y[2] - map->x[2] * map->y[1])) / map->unit_px;
}

/* One node: where the solid map and the residuals of the matches around put it. */
static void spread_to(field *out, int i, int j, const solid *base, const field *depth,
                      const match *matches, const sd_point *residual, size_t count,
                      double reach_px) {
  /* so much weight stands for "no residual": far from every match the solid map rules */
  const double prior = 0.05, far2 = 20;
  sd_point p = {out->origin_x + i * out->step, out->origin_y + j * out->step};
  double weight = prior, rx = 0, ry = 0;
  for (size_t m = 0; m < count; m++) {
    double dx = (p.x - matches[m].from.x) / reach_px, dy = (p.y - matches[m].from.y) / reach_px;
    double r2 = dx * dx + dy * dy;
    if (r2 > far2)
      continue;
    double w = matches[m].weight * exp(-0.5 * r2);
    weight += w;
    rx += w * residual[m].x;
    ry += w * residual[m].y;
  }
  sd_point at = solid_apply(base, depth, p.x, p.y);
  size_t k = (size_t)j * (size_t)out->columns + (size_t)i;
  out->x[k] = (float)(at.x + rx / weight);
  out->y[k] = (float)(at.y + ry / weight);
}

sd_status solid_spread(field *out, const solid *base, const field *depth, const match *matches,
                       size_t count, double reach_px, sd_diag *diag) {
  sd_point *residual = malloc((count + 1) * sizeof *residual);
  if (residual == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  for (size_t m = 0; m < count; m++) {
    sd_point p = solid_apply(base, depth, matches[m].from.x, matches[m].from.y);
    residual[m] = (sd_point){matches[m].to.x - p.x, matches[m].to.y - p.y};
  }
#pragma omp parallel for schedule(static)
  for (int j = 0; j < out->rows; j++)
    for (int i = 0; i < out->columns; i++)
      spread_to(out, i, j, base, depth, matches, residual, count, reach_px);
  free(residual);
  return SD_OK;
}
