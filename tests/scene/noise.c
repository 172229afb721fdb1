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

/* A cube of the lattice with the gradients of its corners; corner k is high in x, y, z where bits
 * 0, 1, 2 of k are set. */
typedef struct cube {
  bool known;
  uint64_t seed;
  int64_t x, y, z;
  double gx[8], gy[8], gz[8];
} cube;

static void find_gradients(cube *c, uint64_t seed, int64_t x, int64_t y, int64_t z) {
  const double unit_of_21_bits = 2.0 / 2097151.0;
  *c = (cube){.known = true, .seed = seed, .x = x, .y = y, .z = z};
  for (int k = 0; k < 8; k++) {
    uint64_t hash = lattice_hash(seed, x + (k & 1), y + ((k >> 1) & 1), z + (k >> 2));
    c->gx[k] = (double)(hash & 0x1fffff) * unit_of_21_bits - 1;
    c->gy[k] = (double)((hash >> 21) & 0x1fffff) * unit_of_21_bits - 1;
    c->gz[k] = (double)((hash >> 42) & 0x1fffff) * unit_of_21_bits - 1;
  }
}

/* Neighbouring pixels mostly lie in one cube, so the last of each seed is kept; the seeds of one
 * subject differ by less than 64. */
static const cube *cube_at(uint64_t seed, int64_t x, int64_t y, int64_t z) {
  static _Thread_local cube last[64];
  cube *c = &last[seed % 64];
  if (!c->known || c->seed != seed || c->x != x || c->y != y || c->z != z)
    find_gradients(c, seed, x, y, z);
  return c;
}

static int64_t floor_of(double v) {
  int64_t whole = (int64_t)v;
  return whole - (v < (double)whole);
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
  const double to_unit_range = 1.6; /* the sum below seldom leaves +-0.6 */
  int64_t x = floor_of(p.x), y = floor_of(p.y), z = floor_of(p.z);
  scene_vector f = {p.x - (double)x, p.y - (double)y, p.z - (double)z};
  const cube *c = cube_at(seed, x, y, z);
  double wx[2], wy[2], wz[2], dx[2], dy[2], dz[2], plane[8], value = 0;
  fade(f.x, wx, dx);
  fade(f.y, wy, dy);
  fade(f.z, wz, dz);
  for (int k = 0; k < 8; k++) {
    int i = k & 1, j = (k >> 1) & 1, l = k >> 2;
    plane[k] = c->gx[k] * (f.x - i) + c->gy[k] * (f.y - j) + c->gz[k] * (f.z - l);
    value += wx[i] * wy[j] * wz[l] * plane[k];
  }
  if (gradient) {
    scene_vector total = {0};
    for (int k = 0; k < 8; k++) {
      int i = k & 1, j = (k >> 1) & 1, l = k >> 2;
      double w = wx[i] * wy[j] * wz[l];
      total.x += w * c->gx[k] + plane[k] * dx[i] * wy[j] * wz[l];
      total.y += w * c->gy[k] + plane[k] * wx[i] * dy[j] * wz[l];
      total.z += w * c->gz[k] + plane[k] * wx[i] * wy[j] * dz[l];
    }
    *gradient = times(total, to_unit_range);
  }
  return value * to_unit_range;
}
