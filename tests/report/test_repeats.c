/* Limits of agreement with their intervals, and the page with the plots. */
#include "check.h"
#include "scardelta/repeats.h"

#include <math.h>
#include <string.h>

enum { SUBJECTS = 17 };

/* Peak expiratory flow by the large and by the mini Wright meter: Bland and Altman (1986), table 1.
 */
static const double LARGE[SUBJECTS] = {494, 395, 516, 434, 476, 557, 413, 442, 650,
                                       433, 417, 656, 267, 478, 178, 423, 427};
static const double MINI[SUBJECTS] = {512, 430, 520, 428, 500, 600, 364, 380, 658,
                                      445, 432, 626, 260, 477, 259, 350, 451};

static void pairs_of_example(sd_repeat v[SUBJECTS]) {
  for (int k = 0; k < SUBJECTS; k++)
    v[k] = (sd_repeat){MINI[k], LARGE[k], LARGE[k] - MINI[k], 20};
}

/* They give a mean of -2.1 l/min (-22.0 to 17.8), with 2 SD for 1.96 limits of -79.7 (-114.3 to
 * -45.1) and 75.5 (40.9 to 110.1), each 1.5 further out, and 3 s^2 / n for the limits' variance,
 * which makes intervals of 34.6 to either side where the later formula makes 34.8. */
static void the_published_example(void **state) {
  (void)state;
  sd_repeat v[SUBJECTS];
  sd_repeatability_row row = {0};
  pairs_of_example(v);
  sd_repeatability_of(&row, v, SUBJECTS, false);
  check_near(row.bias, -2.1, 0.05);
  check_near(row.bias_low, -22.0, 0.1);
  check_near(row.bias_high, 17.8, 0.1);
  sd_limits l = sd_limits_of(&row);
  check_near(l.low, -79.7 + 1.55, 0.1);
  check_near(l.high, 75.5 - 1.55, 0.1);
  check_near(l.low_low, -114.3 + 1.55, 0.7);
  check_near(l.low_high, -45.1 + 1.55, 0.7);
  check_near(l.high_low, 40.9 - 1.55, 0.7);
  check_near(l.high_high, 110.1 - 1.55, 0.7);
}

/* The limits' intervals hold the true limits in 95 of 100 repetitions. */
static void intervals_hold(void **state) {
  enum { TIMES = 3000, PAIRS = 20 };
  const double bias = 0.3, sd = 0.2;
  (void)state;
  sd_random random = {5};
  int held = 0;
  for (int time = 0; time < TIMES; time++) {
    sd_repeat v[PAIRS];
    sd_repeatability_row row = {0};
    for (int k = 0; k < PAIRS; k++) {
      double change = bias + sd * sd_random_normal(&random);
      v[k] = (sd_repeat){0, change, change, sd};
    }
    sd_repeatability_of(&row, v, PAIRS, false);
    sd_limits l = sd_limits_of(&row);
    held += l.high_low <= bias + 1.959964 * sd && bias + 1.959964 * sd <= l.high_high;
    held += l.low_low <= bias - 1.959964 * sd && bias - 1.959964 * sd <= l.low_high;
  }
  check_near(held / (2.0 * TIMES), 0.95, 0.015);
}

static size_t count_of(const char *text, const char *what) {
  size_t n = 0;
  for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what))
    n++;
  return n;
}

/* A plot for each metric and zone with a point a pair; names are data. */
static void every_row_has_a_plot(void **state) {
  (void)state;
  size_t kinds;
  sd_repeat v[SUBJECTS];
  sd_text page = {0};
  sd_repeats_series series[3] = {0};
  const sd_metric_kind *all = sd_metric_kinds(&kinds);
  pairs_of_example(v);
  for (int k = 0; k < 3; k++) {
    series[k] = (sd_repeats_series){.kind = &all[k / 2], .pairs = v};
    sd_repeatability_of(&series[k].row, v, k == 1 ? 2 : SUBJECTS, false);
  }
  snprintf(series[1].row.zone, sizeof series[1].row.zone, "<b>\"z");
  for (int german = 0; german < 2; german++) {
    assert_int_equal(sd_report_repeats_html(&page, series, 3, 17, 20, german ? "de" : "en", NULL),
                     SD_OK);
    assert_int_equal(count_of(page.v, "<svg "), 3);
    assert_int_equal(count_of(page.v, "<circle "), 2 * SUBJECTS + 2);
    assert_int_equal(count_of(page.v, "<details"), 2);
    assert_int_equal(count_of(page.v, "class=\"limit\""), 2 * 3);
    assert_int_equal(count_of(page.v, "<b>"), 0);
    static const char *const NO_FIGURES[] = {"nan ", "nan)", "nan\"", "nan<", "nan\xc2",
                                             "inf ", "inf)", "inf\"", "inf<"};
    for (size_t k = 0; k < sizeof NO_FIGURES / sizeof *NO_FIGURES; k++)
      assert_int_equal(count_of(page.v, NO_FIGURES[k]), 0);
    sd_text_clear(&page);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_published_example),
                                     cmocka_unit_test(intervals_hold),
                                     cmocka_unit_test(every_row_has_a_plot)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
