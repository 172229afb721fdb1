/* The colours say what they should, also to colour-blind eyes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "render/colormap.h"
#include "render/nice.h"

#include <math.h>

static void lab_of(const uint8_t rgb[3], double lab[3]) {
  double linear[3];
  for (int c = 0; c < 3; c++)
    linear[c] = sd_srgb_to_linear(rgb[c] / 255.0);
  sd_lab_from_linear(linear, lab);
}

static void diverging_lab(double t, double lab[3]) {
  uint8_t rgb[3];
  sd_colormap_diverging(t, rgb);
  lab_of(rgb, lab);
}

static void diverging_is_even_and_symmetric(void **state) {
  (void)state;
  enum { STEPS = 20 };
  double middle[3], last;
  diverging_lab(0, middle);
  assert_true(middle[0] > 94 && hypot(middle[1], middle[2]) < 4);
  last = middle[0];
  for (int i = 1; i <= STEPS; i++) {
    double left[3], right[3];
    diverging_lab(-(double)i / STEPS, left);
    diverging_lab((double)i / STEPS, right);
    assert_true(fabs(left[0] - right[0]) < 1.2);
    /* 54 units of L* in 20 even steps, within the rounding to 8 bits */
    assert_float_equal(last - right[0], 54.0 / STEPS, 0.7);
    last = right[0];
  }
}

static void sequential_darkens_throughout(void **state) {
  (void)state;
  double last = 101;
  for (int i = 0; i <= 40; i++) {
    uint8_t rgb[3];
    double lab[3];
    sd_colormap_sequential(i / 40.0, rgb);
    lab_of(rgb, lab);
    assert_true(lab[0] < last);
    last = lab[0];
  }
  assert_true(last < 30);
}

/* What a deuteranope sees: Machado, Oliveira and Fernandes 2009, severity 1, on linear sRGB. */
static void deuteranope_lab(double t, double lab[3]) {
  static const double M[9] = {0.367322, 0.860646,  -0.227968, 0.280085, 0.672501,
                              0.047413, -0.011820, 0.042940,  0.968881};
  uint8_t rgb[3];
  double in[3], seen[3] = {0};
  sd_colormap_diverging(t, rgb);
  for (int c = 0; c < 3; c++)
    in[c] = sd_srgb_to_linear(rgb[c] / 255.0);
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      seen[r] += M[3 * r + c] * in[c];
  sd_lab_from_linear(seen, lab);
}

static void signs_stay_apart_for_deuteranopes(void **state) {
  (void)state;
  for (int i = 1; i <= 10; i++) {
    double left[3], right[3], middle[3];
    deuteranope_lab(-i / 10.0, left);
    deuteranope_lab(i / 10.0, right);
    deuteranope_lab(0, middle);
    /* a difference of 2.3 is just noticeable (Mahy et al. 1994) */
    assert_true(sd_ciede2000(left, right) > 4.0 * i);
    assert_true(sd_ciede2000(left, middle) > 2.3);
    assert_true(sd_ciede2000(right, middle) > 2.3);
  }
}

static void values_beyond_the_ends_are_clamped(void **state) {
  (void)state;
  uint8_t end[3], beyond[3];
  sd_colormap_diverging(1, end);
  sd_colormap_diverging(7, beyond);
  assert_memory_equal(end, beyond, 3);
  sd_colormap_sequential(0, end);
  sd_colormap_sequential(-3, beyond);
  assert_memory_equal(end, beyond, 3);
}

static void round_lengths(void **state) {
  (void)state;
  const double cases[][3] = {{7.3, 5, 10},     {3, 2, 5},          {1.5, 1, 2},     {20, 20, 20},
                             {0.34, 0.2, 0.5}, {0.05, 0.05, 0.05}, {999, 500, 1000}};
  for (int i = 0; i < 7; i++) {
    assert_float_equal(sd_nice_below(cases[i][0]), cases[i][1], 1e-9);
    assert_float_equal(sd_nice_above(cases[i][0]), cases[i][2], 1e-9);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(diverging_is_even_and_symmetric),
      cmocka_unit_test(sequential_darkens_throughout),
      cmocka_unit_test(signs_stay_apart_for_deuteranopes),
      cmocka_unit_test(values_beyond_the_ends_are_clamped),
      cmocka_unit_test(round_lengths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
