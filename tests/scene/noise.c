/* Gradient noise on a cubic lattice (Perlin 2002) with its analytic gradient. */
#include "scene/parts.h"

static uint64_t mix(uint64_t v) {
  v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u;
  v = (v ^ (v >> 27)) * 0x94d049bb133111ebu;
  return v ^ (v >> 31);
}

static uint64_t lattice_hash(uint64_t seed, int64_t x, int64_t y, int64_t z) {
  return mix(seed + (uint64_t)x * 0x9e3779b97f4a7c15u + (uint64_t)y * 0xc2b2ae3d27d4eb4fu +
             (uint64_t)z * 0x165667b19e3779f9u);
}

static scene_vector lattice_gradient(uint64_t hash) {
  const double unit_of_21_bits = 2.0 / 2097151.0;
  return (scene_vector){(double)(hash & 0x1fffff) * unit_of_21_bits - 1,
                        (double)((hash >> 21) & 0x1fffff) * unit_of_21_bits - 1,
                        (double)((hash >> 42) & 0x1fffff) * unit_of_21_bits - 1};
}

/* Weight of the low (0) and high (1) lattice side and its derivative: quintic, so that the gradient
 * of the noise is smooth too. */
static void fade(double t, double weight[2], double slope[2]) {
  weight[1] = t * t * t * (t * (t * 6 - 15) + 10);
  weight[0] = 1 - weight[1];
  slope[1] = 30 * t * t * (t * (t - 2) + 1);
  slope[0] = -slope[1];
}

double noise_at(uint64_t seed, scene_vector p, scene_vector *gradient) {
  double base[3] = {floor(p.x), floor(p.y), floor(p.z)};
  scene_vector f = {p.x - base[0], p.y - base[1], p.z - base[2]};
  double wx[2], wy[2], wz[2], dx[2], dy[2], dz[2], value = 0;
  fade(f.x, wx, dx);
  fade(f.y, wy, dy);
  fade(f.z, wz, dz);
  scene_vector total = {0};
  for (int k = 0; k < 8; k++) {
    int i = k & 1, j = (k >> 1) & 1, l = k >> 2;
    scene_vector g = lattice_gradient(
        lattice_hash(seed, (int64_t)base[0] + i, (int64_t)base[1] + j, (int64_t)base[2] + l));
    double d = g.x * (f.x - i) + g.y * (f.y - j) + g.z * (f.z - l);
    double w = wx[i] * wy[j] * wz[l];
    value += w * d;
    total.x += w * g.x + d * dx[i] * wy[j] * wz[l];
    total.y += w * g.y + d * wx[i] * dy[j] * wz[l];
    total.z += w * g.z + d * wx[i] * wy[j] * dz[l];
  }
  const double to_unit_range = 1.6; /* the sum above seldom leaves +-0.6 */
  if (gradient)
    *gradient = times(total, to_unit_range);
  return value * to_unit_range;
}
