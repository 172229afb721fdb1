/* Statistics of repeats against published examples and against truth. */
#include "check.h"
#include "scardelta/repeatability.h"

#include <math.h>

static void near(double value, double want, double error) {
  if (!(fabs(value - want) <= error))
    fail_msg("%.6g is not %.6g within %g", value, want, error);
}

/* Peak expiratory flow of 17 subjects by the Wright meter, first and second reading: Bland and
 * Altman (1986), table 1; they give a repeatability coefficient (2 SD of the differences) of
 * 43.2 l/min and a mean difference of 4.9 between first and second readings. */
static void the_published_example(void **state) {
  static const double FLOW[17][2] = {{494, 490}, {395, 397}, {516, 512}, {434, 401}, {476, 470},
                                     {557, 611}, {413, 415}, {442, 431}, {650, 638}, {433, 429},
                                     {417, 420}, {656, 633}, {267, 275}, {478, 492}, {178, 165},
                                     {423, 372}, {427, 421}};
  sd_repeat v[17];
  sd_repeatability_row row = {0};
  (void)state;
  for (int k = 0; k < 17; k++)
    v[k] = (sd_repeat){FLOW[k][0], FLOW[k][1], FLOW[k][1] - FLOW[k][0], 20};
  sd_repeatability_of(&row, v, 17, false);
  assert_int_equal(row.count, 17);
  near(row.bias, -4.94, 0.01);
  near(2 * sqrt(2) * row.within, 43.2, 0.3);
  near(row.icc, 0.983, 0.004);
  assert_true(row.icc_low > 0.94 && row.icc_high < 0.997);
  assert_true(row.within_low < row.within && row.within < row.within_high);
  assert_true(isnan(row.cv));
}

/* Intervals hold the truth in 95 of 100 repetitions, and the factor finds errors stated too small.
 */
static void intervals_hold(void **state) {
  enum { TIMES = 2000, PAIRS = 20 };
  const double within = 0.07, stated = 0.5;
  sd_random random = {11};
  int held_within = 0, held_bias = 0;
  double factor = 0;
  (void)state;
  for (int time = 0; time < TIMES; time++) {
    sd_repeat v[PAIRS];
    sd_repeatability_row row = {0};
    for (int k = 0; k < PAIRS; k++) {
      double level = sd_random_normal(&random);
      double before = level + within * sd_random_normal(&random);
      double after = level + within * sd_random_normal(&random);
      v[k] = (sd_repeat){before, after, after - before, stated * sqrt(2) * within};
    }
    sd_repeatability_of(&row, v, PAIRS, true);
    held_within += row.within_low <= within && within <= row.within_high;
    held_bias += row.bias_low <= 0 && 0 <= row.bias_high;
    factor += row.factor / TIMES;
  }
  near(held_within / (double)TIMES, 0.95, 0.015);
  near(held_bias / (double)TIMES, 0.95, 0.015);
  near(factor, sqrt((10 + PAIRS * 4) / (10.0 + PAIRS)), 0.05);
}

static void factors_are_found_by_zone(void **state) {
  sd_repeatability_row rows[] = {{.metric = "rough_mid", .zone = "", .factor = 1.5},
                                 {.metric = "rough_mid", .zone = "chin", .factor = 2}};
  const sd_repeatability all = {2, rows};
  (void)state;
  assert_true(sd_repeatability_factor(&all, "rough_mid", "chin") == 2);
  assert_true(sd_repeatability_factor(&all, "rough_mid", "nose") == 1.5);
  assert_true(sd_repeatability_factor(&all, "hb_rel", "nose") == 1);
  assert_true(sd_repeatability_factor(NULL, "rough_mid", "nose") == 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_published_example),
                                     cmocka_unit_test(intervals_hold),
                                     cmocka_unit_test(factors_are_found_by_zone)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
