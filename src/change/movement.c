/* How much the skin itself was stretched between the photos. A head that turned or stands elsewhere
 * moves its picture by an affine map, parallax by depth and a little perspective; what is left of
 * the map is expression. Its local stretch says where folds, blood and light may have changed with
 * it, and where nothing moved. */
#include "change/pair.h"

#include <math.h>
#include <string.h>

enum { TERMS = 9, FLAT_TERMS = 6 };
/* Stretch is taken over this distance on the skin: two tiles. */
static const double REACH_MM = 3.3;
/* Landmarks carry noise in depth; this reach (share of the eye distance) smooths it and keeps the
 * nose. */
static const double DEPTH_REACH = 0.10;
/* Where no landmark is near, all of them speak, the nearer the louder. */
static const double FAR_SHARE = 1e-4;
/* Ridge against the number of tiles: terms that the tiles do not tell apart stay 0. */
static const double RIDGE = 1e-6;

typedef struct rigid {
  double x[TERMS], y[TERMS];
  double middle_x, middle_y, unit_px;
  const sd_face *face; /* NULL: depth unknown */
} rigid;

static double depth_at(const sd_face *face, double x, double y) {
  double reach = DEPTH_REACH * face->eye_distance_px, sum = 0, weight = 0;
  for (int k = 0; k < SD_LANDMARKS; k++) {
    double dx = (x - face->landmarks[k].x) / reach, dy = (y - face->landmarks[k].y) / reach;
    double r2 = dx * dx + dy * dy;
    double w = exp(-0.5 * r2) + FAR_SHARE / (1 + r2 * r2);
    sum += w * face->landmarks[k].z;
    weight += w;
  }
  return sum / weight;
}

static int terms_of(double t[TERMS], const rigid *r, double x, double y) {
  double u = (x - r->middle_x) / r->unit_px, v = (y - r->middle_y) / r->unit_px;
  double z = r->face != NULL ? depth_at(r->face, x, y) / r->unit_px : 0;
  const double all[TERMS] = {1, u, v, u * u, u * v, v * v, z, u * z, v * z};
  memcpy(t, all, sizeof all);
  return r->face != NULL ? TERMS : FLAT_TERMS;
}

/* Gauss-Jordan with row pivots on n rows of n + 2 columns. */
static bool solve(double m[TERMS][TERMS + 2], int n) {
  for (int c = 0; c < n; c++) {
    int best = c;
    for (int r = c + 1; r < n; r++)
      best = fabs(m[r][c]) > fabs(m[best][c]) ? r : best;
    if (!(fabs(m[best][c]) > 0))
      return false;
    for (int k = 0; k < n + 2; k++) {
      double swap = m[c][k];
      m[c][k] = m[best][k];
      m[best][k] = swap;
    }
    for (int r = 0; r < n; r++)
      for (int k = n + 1; r != c && k >= c; k--)
        m[r][k] -= m[r][c] / m[c][c] * m[c][k];
  }
  return true;
}

static sd_point centre_of(const pair *p, const tile *t) {
  double x = p->grid.region.x + t->centre_x * p->grid.shrink;
  double y = p->grid.region.y + t->centre_y * p->grid.shrink;
  return (sd_point){x, y};
}

static bool fit(rigid *r, const pair *p, const sd_warp *forward) {
  double m[TERMS][TERMS + 2] = {{0}}, t[TERMS];
  int n = 0;
  for (size_t k = 0; k < p->tile_count; k++) {
    sd_point at = centre_of(p, &p->tiles[k]), to;
    sd_warp_at(forward, at.x, at.y, &to);
    n = terms_of(t, r, at.x, at.y);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++)
        m[i][j] += t[i] * t[j];
      m[i][n] += t[i] * (to.x - at.x);
      m[i][n + 1] += t[i] * (to.y - at.y);
    }
  }
  for (int i = 0; i < n; i++)
    m[i][i] += RIDGE * (double)p->tile_count;
  if (p->tile_count < 2 * TERMS || !solve(m, n))
    return false;
  for (int i = 0; i < n; i++) {
    r->x[i] = m[i][n] / m[i][i];
    r->y[i] = m[i][n + 1] / m[i][i];
  }
  return true;
}

static sd_point left_over(const rigid *r, const sd_warp *forward, double x, double y) {
  double t[TERMS];
  sd_point to;
  int n = terms_of(t, r, x, y);
  sd_warp_at(forward, x, y, &to);
  to.x -= x;
  to.y -= y;
  for (int k = 0; k < n; k++) {
    to.x -= r->x[k] * t[k];
    to.y -= r->y[k] * t[k];
  }
  return to;
}

/* Root of the mean squared derivative of what the rigid head leaves over. */
static double stretch_at(const rigid *r, const sd_warp *forward, sd_point at, double reach) {
  sd_point east = left_over(r, forward, at.x + reach, at.y);
  sd_point west = left_over(r, forward, at.x - reach, at.y);
  sd_point south = left_over(r, forward, at.x, at.y + reach);
  sd_point north = left_over(r, forward, at.x, at.y - reach);
  double xx = east.x - west.x, xy = east.y - west.y, yx = south.x - north.x, yy = south.y - north.y;
  return sqrt((xx * xx + xy * xy + yx * yx + yy * yy) / 2) / (2 * reach);
}

void pair_add_movement(pair *p, const sd_side *before, const sd_alignment *alignment) {
  const sd_warp *forward = &alignment->forward;
  const sd_rect *crop = &p->grid.region;
  double longer = crop->width > crop->height ? crop->width : crop->height;
  rigid r = {.middle_x = crop->x + crop->width / 2.0,
             .middle_y = crop->y + crop->height / 2.0,
             .unit_px = longer / 2,
             .face = before->face != NULL && before->face->found ? before->face : NULL};
  if (!fit(&r, p, forward))
    return;
  double reach = REACH_MM / p->nominal_mm * p->grid.shrink;
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < p->tile_count; k++)
    p->tiles[k].stretch =
        stretch_at(&r, forward, centre_of(p, &p->tiles[k]), reach) / alignment->scale_ratio;
}
