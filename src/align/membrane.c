/* Red-black successive over-relaxation (Young 1954) of the step over all nodes. Within a half-sweep
 * nodes of one colour see only the other colour, so the result hangs on no order; whole rows are
 * computed side by side and the other colour's nodes take a step of zero. */
#include "align/terms.h"

#include "base/clones.h"
#include "base/lanes.h"

/* The next round goes on where these end: on pairs of known truth twice as many change nothing. */
enum { SWEEPS = 10 };
/* Over-relaxation of the sweeps. */
static const float RELAXATION = 1.6f;

/* What stays the same over the sweeps: of each node's two equations the inverse matrix (symmetric)
 * and the right side without its neighbours, and the deviation before the step. x and y are the
 * deviation with the step so far. */
typedef struct sweep {
  float *v[5]; /* inverse xx, xy, yy; right side of x, of y */
  const float *before_x, *before_y;
  float *x, *y;
  float alpha;
  int columns, rows;
} sweep;

enum { INVERSE_XX, INVERSE_XY, INVERSE_YY, RIGHT_X, RIGHT_Y, PARTS };

static int neighbours_of(int columns, int rows, int i, int j) {
  return (i > 0) + (j > 0) + (i + 1 < columns) + (j + 1 < rows);
}

static void prepare_row(const sweep *s, const membrane *m, int j) {
  const sd_map *t = m->terms->v;
  for (int i = 0; i < s->columns; i++) {
    size_t k = (size_t)j * (size_t)s->columns + (size_t)i;
    float held = m->alpha * (float)neighbours_of(s->columns, s->rows, i, j);
    float a = t[XX].v[k] + held + m->beta, b = t[XY].v[k], c = t[YY].v[k] + held + m->beta;
    float determinant = a * c - b * b;
    float inverse = determinant > 1e-20f ? 1 / determinant : 0;
    s->v[INVERSE_XX][k] = c * inverse;
    s->v[INVERSE_XY][k] = -b * inverse;
    s->v[INVERSE_YY][k] = a * inverse;
    s->v[RIGHT_X][k] = t[XR].v[k] + m->beta * m->back_x[k] - held * s->before_x[k];
    s->v[RIGHT_Y][k] = t[YR].v[k] + m->beta * m->back_y[k] - held * s->before_y[k];
  }
}

static SD_CLONED void relax_rim_node(const sweep *s, int i, int j) {
  size_t stride = (size_t)s->columns, k = (size_t)j * stride + (size_t)i;
  float x = 0, y = 0;
  if (i > 0) {
    x += s->x[k - 1];
    y += s->y[k - 1];
  }
  if (i + 1 < s->columns) {
    x += s->x[k + 1];
    y += s->y[k + 1];
  }
  if (j > 0) {
    x += s->x[k - stride];
    y += s->y[k - stride];
  }
  if (j + 1 < s->rows) {
    x += s->x[k + stride];
    y += s->y[k + stride];
  }
  x = s->v[RIGHT_X][k] + s->alpha * x;
  y = s->v[RIGHT_Y][k] + s->alpha * y;
  float step_x = s->v[INVERSE_XX][k] * x + s->v[INVERSE_XY][k] * y;
  float step_y = s->v[INVERSE_XY][k] * x + s->v[INVERSE_YY][k] * y;
  s->x[k] += RELAXATION * (s->before_x[k] + step_x - s->x[k]);
  s->y[k] += RELAXATION * (s->before_y[k] + step_y - s->y[k]);
}

/* The four around each of eight nodes, summed. */
static SD_CLONED void sum_around(sd_wide *sum, const float *v, size_t k, size_t stride) {
  sd_wide left, right, up, down;
  sd_wide_load(&left, v + k - 1);
  sd_wide_load(&right, v + k + 1);
  sd_wide_load(&up, v + k - stride);
  sd_wide_load(&down, v + k + stride);
  *sum = left + right + up + down;
}

/* A step of `share` (0 for nodes of the other colour) towards what the neighbours ask for. */
static SD_CLONED void approach(sd_wide *out, const float *now, const float *before,
                               const sd_wide *step, const sd_wide *share) {
  sd_wide from;
  sd_wide_load(out, now);
  sd_wide_load(&from, before);
  *out += *share * (from + *step - *out);
}

/* Eight nodes that have all their neighbours: where they are after this half-sweep. */
static SD_CLONED void relax_eight(sd_wide *to_x, sd_wide *to_y, const sweep *s, size_t k,
                                  const sd_wide *share) {
  sd_wide x, y, step_x, step_y, part[PARTS];
  sum_around(&x, s->x, k, (size_t)s->columns);
  sum_around(&y, s->y, k, (size_t)s->columns);
  for (int n = 0; n < PARTS; n++)
    sd_wide_load(&part[n], s->v[n] + k);
  x = part[RIGHT_X] + s->alpha * x;
  y = part[RIGHT_Y] + s->alpha * y;
  step_x = part[INVERSE_XX] * x + part[INVERSE_XY] * y;
  step_y = part[INVERSE_XY] * x + part[INVERSE_YY] * y;
  approach(to_x, s->x + k, s->before_x + k, &step_x, share);
  approach(to_y, s->y + k, s->before_y + k, &step_y, share);
}

/* Inner nodes of a row from the second on, eight at a time; returns the first that is left. What
 * eight become is written when the next eight have been read: a read across what was just written
 * waits for it, and the nodes it is read for do not hang on it. */
static SD_CLONED int relax_inner(const sweep *s, int j, int first) {
  const float w = RELAXATION;
  const sd_wide share[2] = {{w, 0, w, 0, w, 0, w, 0}, {0, w, 0, w, 0, w, 0, w}};
  size_t row = (size_t)j * (size_t)s->columns;
  sd_wide x, y, next_x, next_y;
  int i = 1;
  relax_eight(&x, &y, s, row + 1, &share[(1 + first) & 1]);
  for (i += SD_WIDE; i + SD_WIDE < s->columns; i += SD_WIDE) {
    relax_eight(&next_x, &next_y, s, row + (size_t)i, &share[(i + first) & 1]);
    sd_wide_store(s->x + row + i - SD_WIDE, &x);
    sd_wide_store(s->y + row + i - SD_WIDE, &y);
    x = next_x;
    y = next_y;
  }
  sd_wide_store(s->x + row + i - SD_WIDE, &x);
  sd_wide_store(s->y + row + i - SD_WIDE, &y);
  return i;
}

SD_CLONES static void relax_row(const sweep *s, int j, int colour) {
  bool inner = j > 0 && j + 1 < s->rows;
  int first = (j + colour) & 1, i = first;
  if (inner && s->columns > SD_WIDE + 1) {
    if (first == 0)
      relax_rim_node(s, 0, j);
    i = relax_inner(s, j, first);
    i += (i + first) & 1;
  }
  for (; i < s->columns; i += 2)
    relax_rim_node(s, i, j);
}

sd_status membrane_relax(const membrane *m, sd_map *x, sd_map *y, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map parts[PARTS] = {{0}};
  sweep s = {.before_x = m->x,
             .before_y = m->y,
             .x = x->v,
             .y = y->v,
             .alpha = m->alpha,
             .columns = x->width,
             .rows = x->height};
  for (int k = 0; k < PARTS; k++) {
    SD_TRY(sd_map_make(&parts[k], x->width, x->height, diag));
    s.v[k] = parts[k].v;
  }
  for (int j = 0; j < s.rows; j++)
    prepare_row(&s, m, j);
  for (int sweeps = 0; sweeps < SWEEPS; sweeps++)
    for (int colour = 0; colour < 2; colour++)
      for (int j = 0; j < s.rows; j++)
        relax_row(&s, j, colour);
done:
  for (int k = 0; k < PARTS; k++)
    sd_map_clear(&parts[k]);
  return status;
}
