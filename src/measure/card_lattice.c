/* Lattices of blobs. Two neighbours of a blob that lie a little further than its own sides, at
 * right angles in the blob's own metric, are the first basis; from node to node the next is looked
 * for one basis vector on, and the basis follows the perspective. */
#include "measure/card_search.h"

#include <math.h>
#include <string.h>

/* Squared distance of neighbours in the blob's own deviations: 12 k^2 where k is pitch over side.
 * Patches take nine tenths of the pitch; small ones lose their blended rims. */
static const double NEAR2_MIN = 11, NEAR2_MAX = 45;
/* Cosine between basis vectors, and ratio of their squared lengths, in the blob's own metric. */
static const double ANGLE_COS_MAX = 0.3, BASIS_RATIO2_MAX = 2;
/* How far a node may lie from where the last ones foretell it, in basis vectors. */
static const double MISS_MAX = 0.28;
enum { NEIGHBOURS_MAX = 24, BASES_MAX = 6, SOLID = 6, ENOUGH = 12, MIDDLE = LATTICE_SPAN / 2 };

typedef struct step {
  double x, y;
} step;

typedef struct growth {
  blobs *b;
  lattice *l;
  bool taken[LATTICE_SPAN][LATTICE_SPAN];
  step right[LATTICE_NODES_MAX], down[LATTICE_NODES_MAX];
} growth;

static int collect_neighbours(step *out, const blobs *b, int seed) {
  const blob *s = &b->v[seed];
  /* half axes of the ellipse blob_length2 = NEAR2_MAX along x and y */
  double det = s->inverse[0] * s->inverse[2] - s->inverse[1] * s->inverse[1];
  double reach_x = sqrt(NEAR2_MAX * s->inverse[2] / det);
  double reach_y = sqrt(NEAR2_MAX * s->inverse[0] / det);
  int left = (int)fmax((s->x - reach_x) / b->bin_px, 0), count = 0;
  int right = (int)fmin((s->x + reach_x) / b->bin_px, b->columns - 1);
  int top = (int)fmax((s->y - reach_y) / b->bin_px, 0);
  int bottom = (int)fmin((s->y + reach_y) / b->bin_px, b->rows - 1);
  for (int row = top; row <= bottom; row++)
    for (int column = left; column <= right; column++)
      for (int k = b->bin[(size_t)row * (size_t)b->columns + (size_t)column];
           k >= 0 && count < NEIGHBOURS_MAX; k = b->v[k].next) {
        double dx = b->v[k].x - s->x, dy = b->v[k].y - s->y, d = blob_length2(s, dx, dy);
        if (d >= NEAR2_MIN && d <= NEAR2_MAX && blobs_alike(s, &b->v[k]))
          out[count++] = (step){dx, dy};
      }
  return count;
}

static bool is_basis(const blob *s, step u, step v) {
  double uu = blob_length2(s, u.x, u.y), vv = blob_length2(s, v.x, v.y);
  double uv = s->inverse[0] * u.x * v.x + s->inverse[1] * (u.x * v.y + u.y * v.x) +
              s->inverse[2] * u.y * v.y;
  return u.x * v.y - u.y * v.x > 0 && fabs(uv) < ANGLE_COS_MAX * sqrt(uu * vv) &&
         uu < BASIS_RATIO2_MAX * vv && vv < BASIS_RATIO2_MAX * uu;
}

static void add_node(growth *g, int node, int column, int row, step right, step down) {
  int at = g->l->count++;
  g->l->node[at] = node;
  g->l->column[at] = column;
  g->l->row[at] = row;
  g->right[at] = right;
  g->down[at] = down;
  g->taken[row][column] = true;
}

static bool is_in(const lattice *l, int node) {
  for (int k = 0; k < l->count; k++)
    if (l->node[k] == node)
      return true;
  return false;
}

/* The step just made replaces half of what was thought of it. */
static step learn(step old, double x, double y) {
  return (step){0.5 * (old.x + x), 0.5 * (old.y + y)};
}

static void try_step(growth *g, int from, int along, int down) {
  const lattice *l = g->l;
  int column = l->column[from] + along, row = l->row[from] + down;
  if (column < 0 || row < 0 || column >= LATTICE_SPAN || row >= LATTICE_SPAN ||
      g->taken[row][column] || l->count == LATTICE_NODES_MAX)
    return;
  const blob *here = &g->b->v[l->node[from]];
  step u = g->right[from], v = g->down[from];
  double x = along * u.x + down * v.x, y = along * u.y + down * v.y;
  double reach = MISS_MAX * fmin(hypot(u.x, u.y), hypot(v.x, v.y));
  int node = blobs_nearest(g->b, here, here->x + x, here->y + y, reach);
  if (node < 0 || is_in(l, node))
    return;
  double sign = along + down;
  x = sign * (g->b->v[node].x - here->x);
  y = sign * (g->b->v[node].y - here->y);
  add_node(g, node, column, row, along != 0 ? learn(u, x, y) : u, down != 0 ? learn(v, x, y) : v);
}

static void grow_from(lattice *out, blobs *b, int seed, step u, step v) {
  growth g; /* steps are set with their nodes */
  g.b = b;
  g.l = out;
  memset(g.taken, 0, sizeof g.taken);
  out->count = 0;
  add_node(&g, seed, MIDDLE, MIDDLE, u, v);
  for (int k = 0; k < out->count; k++) {
    try_step(&g, k, 1, 0);
    try_step(&g, k, 0, 1);
    try_step(&g, k, -1, 0);
    try_step(&g, k, 0, -1);
  }
}

void lattice_grow(lattice *out, blobs *b, int seed) {
  step near[NEIGHBOURS_MAX];
  int count = collect_neighbours(near, b, seed), bases = 0;
  lattice grown;
  out->count = 0;
  for (int i = 0; i < count; i++)
    for (int j = 0; j < count && bases < BASES_MAX && out->count < ENOUGH; j++) {
      if (!is_basis(&b->v[seed], near[i], near[j]))
        continue;
      bases++;
      grow_from(&grown, b, seed, near[i], near[j]);
      if (grown.count > out->count)
        *out = grown;
    }
  for (int k = 0; k < out->count && out->count >= SOLID; k++)
    b->v[out->node[k]].used = true;
}
