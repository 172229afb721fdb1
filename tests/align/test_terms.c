/* The sums that a step is made of, against their definition; the step, against its equations; and
 * the same bits of both on every processor. */
#define SD_NO_CLONES
#define terms_clear plain_terms_clear
#define terms_make plain_terms_make
#define terms_gather plain_terms_gather
#define terms_mean plain_terms_mean
#define membrane_relax plain_membrane_relax
#include "align/terms.c"
#include "align/membrane.c"
#undef terms_clear
#undef terms_make
#undef terms_gather
#undef terms_mean
#undef membrane_relax
void terms_clear(terms *t);
sd_status terms_gather(terms *t, const field *f, const terms_of *of, sd_diag *diag);
sd_status terms_make(terms *t, int columns, int rows, sd_diag *diag);
sd_status membrane_relax(const membrane *m, sd_map *x, sd_map *y, sd_diag *diag);

#include "check.h"

#include <string.h>

static void smooth_noise(sd_map *map, int width, int height, uint64_t seed) {
  sd_random random = {seed};
  assert_int_equal(sd_map_make(map, width, height, NULL), SD_OK);
  for (int k = 0; k < width * height; k++)
    map->v[k] = 4 * (float)sd_random_normal(&random);
  assert_int_equal(sd_map_blur(map, map, 1.5, NULL), SD_OK);
}

static void make_level(frame_level *level, int width, int height, uint64_t seed) {
  sd_random random = {seed + 77};
  *level = (frame_level){.scale = 1};
  smooth_noise(&level->feature, width, height, seed);
  smooth_noise(&level->tint, width, height, seed + 1);
  assert_int_equal(sd_map_make(&level->weight, width, height, NULL), SD_OK);
  for (int k = 0; k < width * height; k++)
    level->weight.v[k] = (float)sd_random_uniform(&random);
}

static void clear_level(frame_level *level) {
  sd_map_clear(&level->feature);
  sd_map_clear(&level->tint);
  sd_map_clear(&level->weight);
}

/* A turned, stretched, shifted and ruffled map. */
static void make_field(field *f, const frame_level *level, double stretch, double shift) {
  sd_random random = {5};
  assert_int_equal(field_make(f, level, NULL), SD_OK);
  for (int j = 0; j < f->rows; j++)
    for (int i = 0; i < f->columns; i++) {
      double x = f->origin_x + i * f->step, y = f->origin_y + j * f->step;
      size_t k = (size_t)j * (size_t)f->columns + (size_t)i;
      f->x[k] = (float)(stretch * (0.96 * x - 0.28 * y) + shift + 0.3 * sd_random_normal(&random));
      f->y[k] = (float)(stretch * (0.28 * x + 0.96 * y) - shift + 0.3 * sd_random_normal(&random));
    }
}

/* Keys' cubic at a distance. */
static double cubic_weight(double t) {
  t = fabs(t);
  return t < 1 ? (1.5 * t - 2.5) * t * t + 1 : t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

static double line_weight(double t) {
  return fmax(1 - fabs(t), 0);
}

/* Value at (x, y), and gradient: central differences of the pixels, interpolated on a line. */
static void sampled(double out[3], const sd_map *m, double x, double y) {
  out[0] = out[1] = out[2] = 0;
  for (int j = (int)y - 1; j <= (int)y + 2; j++)
    for (int i = (int)x - 1; i <= (int)x + 2; i++) {
      const float *v = m->v + j * m->width + i;
      double line = line_weight(x - i) * line_weight(y - j);
      out[0] += cubic_weight(x - i) * cubic_weight(y - j) * (double)*v;
      if (line > 0) {
        out[1] += line * (double)(v[1] - v[-1]) / 2;
        out[2] += line * (double)(v[m->width] - v[-m->width]) / 2;
      }
    }
}

static void add_by_definition(double sum[DATA_TERMS], const sd_map *from, const sd_map *to,
                              const double at[2], size_t k, double weight) {
  double s[3];
  sampled(s, to, at[0], at[1]);
  double r = (double)from->v[k] - s[0], scaled = r / (double)RESIDUAL_SCALE;
  double w = weight / (1 + scaled * scaled);
  const double share[DATA_TERMS] = {s[1] * s[1], s[1] * s[2], s[2] * s[2], s[1] * r, s[2] * r, 1};
  for (int t = 0; t < DATA_TERMS; t++)
    sum[t] += w * share[t];
}

/* Of one cell, pixel by pixel. */
static void sums_by_definition(double sum[DATA_TERMS], const terms_of *of, const field *f, int i,
                               int j) {
  const frame_level *a = of->source, *b = of->target;
  double at[2], slope[4];
  field_node_geometry(f, b, i, j, at, slope);
  for (int y = j * CELL_PX; y < (j + 1) * CELL_PX && y < a->feature.height; y++)
    for (int x = i * CELL_PX; x < (i + 1) * CELL_PX && x < a->feature.width; x++) {
      double u = x - i * CELL_PX - 1.5, v = y - j * CELL_PX - 1.5;
      double to[2] = {at[0] + slope[0] * u + slope[1] * v, at[1] + slope[2] * u + slope[3] * v};
      if (!(to[0] >= 1 && to[1] >= 1 && to[0] < b->feature.width - 2 &&
            to[1] < b->feature.height - 2))
        continue;
      size_t k = (size_t)y * (size_t)a->feature.width + (size_t)x;
      double weight =
          (double)a->weight.v[k] *
          (double)b->weight.v[(int)(to[1] + 0.5) * b->weight.width + (int)(to[0] + 0.5)];
      add_by_definition(sum, &a->feature, &b->feature, to, k, weight);
      add_by_definition(sum, &a->tint, &b->tint, to, k, weight);
    }
}

/* Inside and at every rim, where the source ends amid a cell and the target ends before it. */
static void cells_are_summed_as_defined(void **state) {
  (void)state;
  frame_level a, b;
  field f = {0};
  int inner = 0, rim = 0;
  make_level(&a, 91, 70, 1);
  make_level(&b, 81, 66, 2);
  make_field(&f, &a, 1.1, 3.7);
  const terms_of of = {&a, &b, true, -1};
  for (int j = 0; j < f.rows; j++)
    for (int i = 0; i < f.columns; i++) {
      double at[2], slope[4], wanted[DATA_TERMS] = {0};
      float sum[DATA_TERMS] = {0};
      field_node_geometry(&f, &b, i, j, at, slope);
      sum_cell(sum, &of, &f, i, j);
      sums_by_definition(wanted, &of, &f, i, j);
      for (int k = 0; k < DATA_TERMS; k++)
        check_near((double)sum[k], wanted[k], 2e-3 * (1 + fabs(wanted[k])));
      bool all = stays_inside(&of, i, j, at, slope);
      inner += all;
      rim += !all && wanted[WEIGHT] > 0;
    }
  assert_true(inner > 100 && rim > 20);
  field_clear(&f);
  clear_level(&a);
  clear_level(&b);
}

/* Whatever the map: outside, folded, torn, not a number. */
static void any_map_is_survived(void **state) {
  (void)state;
  static const double STRETCH[] = {1, 0, -1, 30, 1e6, 1e30};
  static const int SIDES[][2] = {{1, 1}, {3, 40}, {64, 2}, {33, 30}};
  frame_level b;
  make_level(&b, 40, 37, 2);
  for (size_t s = 0; s < sizeof SIDES / sizeof *SIDES; s++)
    for (size_t k = 0; k < sizeof STRETCH / sizeof *STRETCH; k++) {
      frame_level a;
      field f = {0};
      terms t = {{{0}}};
      make_level(&a, SIDES[s][0], SIDES[s][1], 1);
      make_field(&f, &a, STRETCH[k], 2);
      f.x[0] = NAN;
      f.y[f.columns * f.rows - 1] = INFINITY;
      assert_int_equal(terms_make(&t, f.columns, f.rows, NULL), SD_OK);
      assert_int_equal(terms_gather(&t, &f, &(terms_of){&a, &b, true, -1}, NULL), SD_OK);
      for (int n = 0; n < f.columns * f.rows; n++)
        assert_true(isfinite(t.v[WEIGHT].v[n]) && isfinite(t.v[XX].v[n]));
      terms_clear(&t);
      field_clear(&f);
      clear_level(&a);
    }
  clear_level(&b);
}

static void background_says_nothing(void **state) {
  (void)state;
  frame_level a, b;
  field f = {0};
  terms t = {{{0}}};
  make_level(&a, 64, 64, 1);
  make_level(&b, 64, 64, 2);
  make_field(&f, &a, 1, 0);
  for (int k = 0; k < 64 * 64; k++)
    a.weight.v[k] = 0.1f;
  assert_int_equal(terms_make(&t, f.columns, f.rows, NULL), SD_OK);
  assert_int_equal(terms_gather(&t, &f, &(terms_of){&a, &b, false, 0.1f}, NULL), SD_OK);
  for (int n = 0; n < f.columns * f.rows; n++)
    assert_true(t.v[WEIGHT].v[n] == 0);
  terms_clear(&t);
  field_clear(&f);
  clear_level(&a);
  clear_level(&b);
}

/* Data terms over nodes as photos give them, and a field before the step. */
typedef struct scene {
  terms t;
  sd_map before[2], back[2];
  membrane m;
} scene;

static void make_scene(scene *s, int columns, int rows) {
  frame_level a, b;
  field f = {0};
  memset(s, 0, sizeof *s);
  make_level(&a, CELL_PX * columns, CELL_PX * rows, 3);
  make_level(&b, CELL_PX * columns, CELL_PX * rows, 3);
  make_field(&f, &a, 1, 0.4);
  assert_int_equal(terms_make(&s->t, columns, rows, NULL), SD_OK);
  assert_int_equal(terms_gather(&s->t, &f, &(terms_of){&a, &b, false, -1}, NULL), SD_OK);
  for (int k = 0; k < 2; k++) {
    smooth_noise(&s->before[k], columns, rows, 10 + (uint64_t)k);
    smooth_noise(&s->back[k], columns, rows, 20 + (uint64_t)k);
  }
  double data = plain_terms_mean(&s->t);
  s->m = (membrane){&s->t,
                    s->before[0].v,
                    s->before[1].v,
                    s->back[0].v,
                    s->back[1].v,
                    (float)(0.1 * data + 1e-6),
                    (float)(0.002 * data)};
  field_clear(&f);
  clear_level(&a);
  clear_level(&b);
}

static void clear_scene(scene *s) {
  terms_clear(&s->t);
  for (int k = 0; k < 2; k++) {
    sd_map_clear(&s->before[k]);
    sd_map_clear(&s->back[k]);
  }
}

/* What the equations of node (i, j) leave over, of the step from `before` to (x, y). */
static double left_over(const scene *s, const sd_map *x, const sd_map *y, int i, int j) {
  static const int WAYS[4][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
  const sd_map *t = s->t.v;
  size_t k = (size_t)j * (size_t)x->width + (size_t)i;
  double dx = (double)x->v[k] - (double)s->before[0].v[k];
  double dy = (double)y->v[k] - (double)s->before[1].v[k], beta = (double)s->m.beta;
  double p = (double)t[XR].v[k] + beta * (double)s->back[0].v[k];
  double q = (double)t[YR].v[k] + beta * (double)s->back[1].v[k];
  p -= ((double)t[XX].v[k] + beta) * dx + (double)t[XY].v[k] * dy;
  q -= (double)t[XY].v[k] * dx + ((double)t[YY].v[k] + beta) * dy;
  for (int n = 0; n < 4; n++) {
    int u = i + WAYS[n][0], v = j + WAYS[n][1];
    if (u < 0 || v < 0 || u >= x->width || v >= x->height)
      continue;
    size_t other = (size_t)v * (size_t)x->width + (size_t)u;
    p += (double)s->m.alpha * ((double)x->v[other] - (double)x->v[k]);
    q += (double)s->m.alpha * ((double)y->v[other] - (double)y->v[k]);
  }
  return hypot(p, q);
}

static void check_relaxed(int columns, int rows) {
  scene s;
  sd_map x = {0}, y = {0}, plain_x = {0}, plain_y = {0};
  make_scene(&s, columns, rows);
  assert_int_equal(sd_map_copy(&x, &s.before[0], NULL), SD_OK);
  assert_int_equal(sd_map_copy(&y, &s.before[1], NULL), SD_OK);
  assert_int_equal(sd_map_copy(&plain_x, &s.before[0], NULL), SD_OK);
  assert_int_equal(sd_map_copy(&plain_y, &s.before[1], NULL), SD_OK);
  assert_int_equal(membrane_relax(&s.m, &x, &y, NULL), SD_OK);
  assert_int_equal(plain_membrane_relax(&s.m, &plain_x, &plain_y, NULL), SD_OK);
  size_t bytes = (size_t)columns * (size_t)rows * sizeof *x.v;
  assert_memory_equal(x.v, plain_x.v, bytes);
  assert_memory_equal(y.v, plain_y.v, bytes);
  for (int more = 0; more < 40; more++) /* goes on where it ended */
    assert_int_equal(membrane_relax(&s.m, &x, &y, NULL), SD_OK);
  double scale = plain_terms_mean(&s.t) + 1e-6;
  for (int j = 0; j < rows; j++)
    for (int i = 0; i < columns; i++)
      check_near(left_over(&s, &x, &y, i, j) / scale, 0, 2e-4);
  sd_map_clear(&x);
  sd_map_clear(&y);
  sd_map_clear(&plain_x);
  sd_map_clear(&plain_y);
  clear_scene(&s);
}

static void the_step_solves_its_equations(void **state) {
  (void)state;
  check_relaxed(1, 1);
  check_relaxed(2, 7);
  check_relaxed(9, 10); /* no eight inner nodes in a row */
  check_relaxed(10, 3);
  check_relaxed(31, 22);
  check_relaxed(34, 17);
}

static void clones_round_as_their_twin(void **state) {
  (void)state;
  frame_level a, b;
  field f = {0};
  terms cloned = {{{0}}}, plain = {{{0}}};
  make_level(&a, 90, 70, 1);
  make_level(&b, 101, 66, 2);
  make_field(&f, &a, 1.1, 3.7);
  const terms_of of = {&a, &b, true, -1};
  assert_int_equal(terms_make(&cloned, f.columns, f.rows, NULL), SD_OK);
  assert_int_equal(terms_make(&plain, f.columns, f.rows, NULL), SD_OK);
  assert_int_equal(terms_gather(&cloned, &f, &of, NULL), SD_OK);
  assert_int_equal(plain_terms_gather(&plain, &f, &of, NULL), SD_OK);
  for (int k = 0; k < DATA_TERMS; k++)
    assert_memory_equal(cloned.v[k].v, plain.v[k].v,
                        (size_t)f.columns * (size_t)f.rows * sizeof(float));
  terms_clear(&cloned);
  terms_clear(&plain);
  field_clear(&f);
  clear_level(&a);
  clear_level(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_are_summed_as_defined),
      cmocka_unit_test(any_map_is_survived),
      cmocka_unit_test(background_says_nothing),
      cmocka_unit_test(the_step_solves_its_equations),
      cmocka_unit_test(clones_round_as_their_twin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
