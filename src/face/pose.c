/* Head pose: the rotation, scale and shift that bring the canonical face closest to the mesh,
 * weighted least squares (Horn 1987, unit quaternions: the largest eigenvector of a symmetric 4 x 4
 * matrix, found by Jacobi rotations). The mesh's depth is in units of its x, so no camera model is
 * needed. */
#include "face/find.h"

#include "base/angle.h"

#include <math.h>
#include <string.h>

enum { JACOBI_SWEEPS = 30 };

typedef struct fit_sums {
  double weight, from_mean[3], to_mean[3], from_square;
  double product[3][3]; /* sum of weight * from_i * to_j, both centred */
} fit_sums;

/* The mesh in the canonical directions: y up, z towards the viewer. */
static void upright(double out[3], const double in[3]) {
  out[0] = in[0];
  out[1] = -in[1];
  out[2] = -in[2];
}

static void add_means(fit_sums *sums, const sd_geometry *geometry, const sd_mesh *mesh) {
  for (int i = 0; i < SD_CANONICAL_POINTS; i++) {
    double to[3], weight = (double)geometry->weights[i];
    upright(to, mesh->v[i]);
    sums->weight += weight;
    for (int k = 0; k < 3; k++) {
      sums->from_mean[k] += weight * (double)geometry->points[3 * i + k];
      sums->to_mean[k] += weight * to[k];
    }
  }
  for (int k = 0; k < 3; k++) {
    sums->from_mean[k] /= sums->weight;
    sums->to_mean[k] /= sums->weight;
  }
}

static void add_products(fit_sums *sums, const sd_geometry *geometry, const sd_mesh *mesh) {
  for (int i = 0; i < SD_CANONICAL_POINTS; i++) {
    double to[3], from[3], weight = (double)geometry->weights[i];
    upright(to, mesh->v[i]);
    for (int k = 0; k < 3; k++)
      from[k] = (double)geometry->points[3 * i + k] - sums->from_mean[k];
    for (int k = 0; k < 3; k++) {
      sums->from_square += weight * from[k] * from[k];
      for (int j = 0; j < 3; j++)
        sums->product[k][j] += weight * from[k] * (to[j] - sums->to_mean[j]);
    }
  }
}

static void rotate_jacobi(double a[4][4], double v[4][4], int p, int q) {
  if (fabs(a[p][q]) < 1e-300)
    return;
  double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  double t = copysign(1 / (fabs(theta) + sqrt(theta * theta + 1)), theta);
  double c = 1 / sqrt(t * t + 1), s = t * c;
  for (int k = 0; k < 4; k++) {
    double kp = a[k][p], kq = a[k][q];
    a[k][p] = c * kp - s * kq;
    a[k][q] = s * kp + c * kq;
  }
  for (int k = 0; k < 4; k++) {
    double pk = a[p][k], qk = a[q][k], vp = v[k][p], vq = v[k][q];
    a[p][k] = c * pk - s * qk;
    a[q][k] = s * pk + c * qk;
    v[k][p] = c * vp - s * vq;
    v[k][q] = s * vp + c * vq;
  }
}

/* Unit eigenvector of the largest eigenvalue of the symmetric matrix `a`, which is used up. */
static void largest_eigenvector(double out[4], double a[4][4]) {
  double v[4][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
  for (int sweep = 0; sweep < JACOBI_SWEEPS; sweep++)
    for (int p = 0; p < 3; p++)
      for (int q = p + 1; q < 4; q++)
        rotate_jacobi(a, v, p, q);
  int best = 0;
  for (int i = 1; i < 4; i++)
    if (a[i][i] > a[best][best])
      best = i;
  for (int k = 0; k < 4; k++)
    out[k] = v[k][best];
}

static void rotation_of(double r[3][3], double s[3][3]) {
  double n[4][4] = {
      {s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]},
      {0, s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2]},
      {0, 0, s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1]},
      {0, 0, 0, s[2][2] - s[0][0] - s[1][1]}};
  double q[4];
  for (int i = 1; i < 4; i++)
    for (int j = 0; j < i; j++)
      n[i][j] = n[j][i];
  largest_eigenvector(q, n);
  double w = q[0], x = q[1], y = q[2], z = q[3];
  double rows[3][3] = {{1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
                       {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
                       {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}};
  memcpy(r, rows, sizeof rows);
}

static double scale_of(const fit_sums *sums, double r[3][3]) {
  double sum = 0;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      sum += r[j][i] * sums->product[i][j];
  return sum / sums->from_square;
}

static double residual_of(const fit_sums *sums, double r[3][3], double scale,
                          const sd_geometry *geometry, const sd_mesh *mesh) {
  double square = 0;
  for (int i = 0; i < SD_CANONICAL_POINTS; i++) {
    double to[3];
    upright(to, mesh->v[i]);
    for (int k = 0; k < 2; k++) { /* across the picture only: depth is the network's guess */
      double at = sums->to_mean[k];
      for (int j = 0; j < 3; j++)
        at += scale * r[k][j] * ((double)geometry->points[3 * i + j] - sums->from_mean[j]);
      square += (double)geometry->weights[i] * (at - to[k]) * (at - to[k]);
    }
  }
  return sqrt(square / sums->weight) / sd_mesh_eye_distance(mesh);
}

void sd_pose_fit(sd_pose *out, const sd_geometry *geometry, const sd_mesh *mesh) {
  fit_sums sums = {0};
  double r[3][3];
  add_means(&sums, geometry, mesh);
  add_products(&sums, geometry, mesh);
  rotation_of(r, sums.product);
  out->scale_px_per_cm = scale_of(&sums, r);
  out->residual = residual_of(&sums, r, out->scale_px_per_cm, geometry, mesh);
  /* Where the face's own forward direction (0, 0, 1) points. */
  out->yaw_deg = atan2(r[0][2], r[2][2]) * SD_DEGREES_PER_RADIAN;
  out->pitch_deg = asin(fmin(fmax(r[1][2], -1), 1)) * SD_DEGREES_PER_RADIAN;
}
