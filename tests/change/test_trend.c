/* Trends with known truth: lines are found, intervals hold what they promise, gaps stay gaps. */
#include "scardelta/trend.h"
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 12 };

static sd_slope slope_of(const double *t, const double *y, const double *se, const int *camera,
                         size_t count) {
  sd_slope s;
  assert_int_equal(sd_slope_find(&s, t, y, se, camera, count, 20, NULL), SD_OK);
  return s;
}

static void theil_sen_finds_the_line_past_an_outlier(void **state) {
  (void)state;
  const double t[] = {0, 1, 2, 3, 4, 5}, se[] = {.1, .1, .1, .1, .1, .1};
  double y[] = {1, 1.5, 2, 9, 3, 3.5};
  sd_slope s = slope_of(t, y, se, NULL, 6);
  assert_true(fabs(s.slope - 0.5) < 1e-9); /* least squares: 0.63 */
  for (int k = 0; k < 6; k++)
    y[k] += 7 - 2 * t[k]; /* equivariance */
  sd_slope moved = slope_of(t, y, se, NULL, 6);
  assert_true(fabs(moved.slope + 1.5) < 1e-9);
  assert_true(fabs(moved.se - s.se) < 1e-9);
  for (int k = 0; k < 6; k++)
    y[k] = -y[k];
  assert_true(fabs(slope_of(t, y, se, NULL, 6).slope - 1.5) < 1e-9);
}

/* Sen 1968 gives the slope as the median of the pairs': by hand for four points,
 * slopes 1, 2, 3, 3, 4, 5. */
static void slope_is_the_median_of_the_pairs(void **state) {
  (void)state;
  const double t[] = {0, 1, 2, 3}, y[] = {0, 1, 4, 9}, se[] = {1, 1, 1, 1};
  assert_true(fabs(slope_of(t, y, se, NULL, 4).slope - 3) < 1e-12);
}

static void another_camera_is_an_offset_and_no_slope(void **state) {
  (void)state;
  const double t[] = {0, 1, 2, 3, 4, 5}, se[] = {.01, .01, .01, .01, .01, .01};
  const int camera[] = {0, 0, 0, 1, 1, 1};
  double y[6];
  for (int k = 0; k < 6; k++)
    y[k] = -0.1 * t[k] + (camera[k] == 1 ? 0.8 : 0);
  sd_slope s = slope_of(t, y, se, camera, 6);
  assert_true(fabs(s.slope + 0.1) < 1e-9);
  assert_true(fabs(s.camera[1].value - 0.8) < 1e-9);
  assert_true(s.camera[1].ci_low < 0.8 && s.camera[1].ci_high > 0.8);
  const int each[] = {0, 1, 2, 3, 4, 5};
  assert_true(isnan(slope_of(t, y, se, each, 6).slope));
}

/* Share of simulated courses whose interval holds the true slope. `stated`: the errors as told are
 * this share of what they are. */
static double coverage(int sessions, double stated, uint64_t seed) {
  enum { COURSES = 600 };
  sd_random random = {seed};
  int held = 0;
  for (int c = 0; c < COURSES; c++) {
    double t[MAX], y[MAX], se[MAX];
    for (int k = 0; k < sessions; k++) {
      t[k] = 1.4 * k + 0.5 * sd_random_uniform(&random);
      double error = 0.05 + 0.05 * sd_random_uniform(&random);
      y[k] = -0.07 * t[k] + error * sd_random_normal(&random);
      se[k] = stated * error;
    }
    sd_slope s = slope_of(t, y, se, NULL, (size_t)sessions);
    held += fabs(s.slope + 0.07) <= sd_student_reach(0.05, s.freedom) * s.se;
  }
  return (double)held / COURSES;
}

static void interval_holds_the_truth_as_often_as_it_says(void **state) {
  (void)state;
  count_without_sanitizers();
  for (int n = 4; n <= 10; n += 2) {
    double honest = coverage(n, 1, 5 + (uint64_t)n),
           optimistic = coverage(n, 0.5, 90 + (uint64_t)n);
    print_message("%d sessions: %.3f with true errors, %.3f with errors stated at half\n", n,
                  honest, optimistic);
    assert_true(honest >= 0.94 && honest <= 0.995);
    assert_true(optimistic >= 0.82); /* four sessions cannot know better */
  }
}

static void days_are_those_of_the_calendar(void **state) {
  (void)state;
  assert_true(sd_day_of("1970-01-01") == 0);
  assert_true(sd_day_of("2000-03-01") == 11017);
  assert_true(sd_day_of("2025-03-04T10:22:31+01:00") == 20151);
  assert_true(sd_day_of("2024-03-01") - sd_day_of("2024-02-28") == 2);
  assert_true(isnan(sd_day_of("2025-02-29")) && isnan(sd_day_of("2025-13-01")));
  assert_true(isnan(sd_day_of("")) && isnan(sd_day_of("4 March")));
}

/* ---- whole courses -------------------------------------------------------------------------- */

static const sd_metric_kind *kind_of(const char *name) {
  size_t count;
  const sd_metric_kind *kinds = sd_metric_kinds(&count);
  for (size_t k = 0; k < count; k++)
    if (strcmp(kinds[k].name, name) == 0)
      return &kinds[k];
  fail_msg("%s is no metric", name);
  return NULL;
}

static sd_metric row(const char *name, const char *zone, double change, double se) {
  sd_metric m = {.kind = kind_of(name), .before = 2, .after = 2, .change = change, .freedom = 20};
  double half = sd_student_reach(0.05, 20) * se;
  snprintf(m.zone, sizeof m.zone, "%s", zone);
  m.ci_low = change - half;
  m.ci_high = change + half;
  m.mdc = half;
  m.se_sampling = 0.5 * se;
  m.p_value = m.p_holm = sd_student_p(change / se, 20);
  m.verdict = SD_NO_DETECTABLE_CHANGE;
  return m;
}

enum { ROWS = 5 };
typedef struct course {
  sd_metric rows[MAX][ROWS];
  sd_change change[MAX];
  sd_trend_session sessions[MAX];
  sd_trend_shot shots[MAX];
} course;

static const char *const NAMES[ROWS] = {"rough_mid", "brown_load", "red_load", "melanin_index",
                                        "scar_relief"};

/* Sessions 30 days apart, everything 0.1 less each time. */
static course *course_of(size_t count) {
  course *c = calloc(1, sizeof *c);
  for (size_t k = 0; k < count; k++) {
    c->sessions[k] = (sd_trend_session){.day = 20000 + 30.0 * (double)k, .healing_days = NAN};
    c->shots[k] = (sd_trend_shot){.session = (int)k, .reference = k == 0};
    if (k == 0)
      continue;
    for (int r = 0; r < ROWS; r++)
      c->rows[k][r] = row(NAMES[r], "left_cheek", -0.1 * (double)k, 0.02);
    c->change[k] = (sd_change){.metric_count = ROWS, .metrics = c->rows[k]};
    c->shots[k].change = &c->change[k];
  }
  return c;
}

static sd_trends trends_of(const course *c, size_t sessions, size_t shots, const char *control) {
  sd_trends t = {0};
  assert_int_equal(sd_trends_find(&t, c->sessions, sessions, c->shots, shots, control, NULL),
                   SD_OK);
  return t;
}

static const sd_series *series_of(const sd_trends *t, const char *name) {
  for (size_t k = 0; k < t->series_count; k++)
    if (strcmp(t->series[k].kind->name, name) == 0)
      return &t->series[k];
  fail_msg("no series %s", name);
  return NULL;
}

static void steady_healing_is_a_trend(void **state) {
  (void)state;
  course *c = course_of(6);
  sd_trends t = trends_of(c, 6, 6, NULL);
  const sd_series *s = series_of(&t, "rough_mid");
  assert_int_equal(t.series_count, ROWS);
  assert_true(fabs(s->trend.change + 0.1 * SD_DAYS_PER_MONTH / 30) < 1e-9);
  assert_int_equal(s->trend.verdict, SD_IMPROVED);
  assert_true(s->points[0].change == 0 && fabs(s->points[5].change + 0.5) < 1e-12);
  for (int k = 0; k < 6; k++)
    assert_false(t.sessions[k].outlying);
  sd_trends_clear(&t);
  t = trends_of(c, 3, 3, NULL);
  assert_int_equal(series_of(&t, "rough_mid")->trend.verdict, SD_NOT_MEASURABLE);
  assert_non_null(strstr(series_of(&t, "rough_mid")->trend.reason, "3 sessions"));
  sd_trends_clear(&t);
  c->sessions[2].day = NAN;
  t = trends_of(c, 6, 6, NULL);
  assert_int_equal(series_of(&t, "rough_mid")->trend.verdict, SD_NOT_MEASURABLE);
  sd_trends_clear(&t);
  free(c);
}

static void healing_keeps_redness_out_of_the_trend(void **state) {
  (void)state;
  course *c = course_of(6);
  c->sessions[3].healing_days = 3;
  for (int r = 0; r < ROWS; r++)
    c->rows[3][r] = row(NAMES[r], "left_cheek", 1.5, 0.02);
  sd_trends t = trends_of(c, 6, 6, NULL);
  const sd_series *red = series_of(&t, "red_load"), *relief = series_of(&t, "rough_mid");
  assert_true(red->left_out[3] && !relief->left_out[3]);
  assert_int_equal(red->trend_sessions, 5);
  assert_int_equal(relief->trend_sessions, 6);
  assert_true(red->points[3].change == 1.5); /* shown all the same */
  assert_true(fabs(red->trend.change + 0.1015) < 0.001);
  assert_true(relief->outlying[3]);
  assert_true(t.sessions[3].outlying);
  sd_trends_clear(&t);
  free(c);
}

/* From the fourth session on another camera, that shows half as much again: an offset of its own,
 * and the slope is what it is. With a camera each there is none. */
static void a_second_camera_has_an_offset(void **state) {
  (void)state;
  course *c = course_of(8);
  for (int k = 4; k < 8; k++) {
    c->sessions[k].camera = 1;
    for (int r = 0; r < ROWS; r++)
      c->rows[k][r] = row(NAMES[r], "left_cheek", -0.1 * k + 0.5, 0.02);
  }
  sd_trends t = trends_of(c, 8, 8, NULL);
  const sd_series *s = series_of(&t, "rough_mid");
  assert_true(fabs(s->trend.change + 0.1 * SD_DAYS_PER_MONTH / 30) < 1e-6);
  assert_int_equal(s->trend.verdict, SD_IMPROVED);
  assert_true(fabs(s->camera[1].value - 0.5) < 1e-6);
  assert_true(s->camera[1].ci_low < 0.5 && 0.5 < s->camera[1].ci_high);
  assert_true(isnan(s->camera[2].value));
  sd_trends_clear(&t);
  for (int k = 0; k < 8; k++)
    c->sessions[k].camera = k;
  t = trends_of(c, 8, 8, NULL);
  assert_int_equal(series_of(&t, "rough_mid")->trend.verdict, SD_NOT_MEASURABLE);
  sd_trends_clear(&t);
  free(c);
}

static void missing_sessions_are_gaps(void **state) {
  (void)state;
  course *c = course_of(6);
  c->shots[2].change = NULL;
  c->rows[4][0].verdict = SD_NOT_MEASURABLE;
  c->rows[4][0].change = NAN;
  snprintf(c->rows[4][0].reason, sizeof c->rows[4][0].reason, "too blurred");
  sd_trends t = trends_of(c, 6, 6, NULL);
  const sd_series *s = series_of(&t, "rough_mid");
  assert_true(isnan(s->points[2].change) && isnan(s->points[4].change));
  assert_int_equal(s->points[2].verdict, SD_NOT_MEASURABLE);
  assert_true(s->points[2].reason[0] != '\0');
  assert_string_equal(s->points[4].reason, "too blurred");
  assert_int_equal(s->trend_sessions, 4);
  assert_true(fabs(s->trend.change + 0.1015) < 0.001);
  assert_int_equal(t.sessions[2].measured_shots, 0);
  sd_trends_clear(&t);
  free(c);
}

/* Repeats: the mean of both days, with less error than one photo has and more than none. */
static void repeats_are_used_together(void **state) {
  (void)state;
  course *c = course_of(4);
  c->sessions[1] = (sd_trend_session){.day = 20030, .healing_days = NAN};
  c->sessions[0].day = 20000;
  for (int k = 0; k < 4; k++)
    c->shots[k].session = k / 2; /* two photos a session */
  for (int r = 0; r < ROWS; r++) {
    c->rows[1][r] = row(NAMES[r], "left_cheek", 0.02, 0.02);
    c->rows[2][r] = row(NAMES[r], "left_cheek", -0.20, 0.02);
    c->rows[3][r] = row(NAMES[r], "left_cheek", -0.30, 0.02);
  }
  sd_trends t = trends_of(c, 2, 4, NULL);
  const sd_series *s = series_of(&t, "rough_mid");
  assert_true(fabs(s->points[1].change - (-0.25 - 0.01)) < 1e-12);
  double half = 0.5 * (s->points[1].ci_high - s->points[1].ci_low), one = c->rows[2][0].mdc;
  assert_true(half < one && half > 0.5 * one); /* the sampling half of the error stays */
  assert_int_equal(s->points[1].verdict, SD_IMPROVED);
  assert_true(fabs(s->repeat_sd[1] - 0.1 / sqrt(2)) < 1e-9);
  assert_int_equal(t.sessions[0].shots, 2);
  sd_trends_clear(&t);
  free(c);
}

static void a_tan_is_named(void **state) {
  (void)state;
  course *c = course_of(2);
  const char *zones[ROWS] = {"forehead", "nose", "left_cheek", "right_cheek", "chin"};
  for (int r = 0; r < ROWS; r++)
    c->rows[1][r] = row("melanin_index", zones[r], 3 + 0.1 * r, 0.5);
  sd_trends t = trends_of(c, 2, 2, NULL);
  assert_int_equal(t.sessions[1].shared, SD_SHARED_DARKER);
  sd_trends_clear(&t);
  for (int r = 0; r < ROWS; r++) /* one zone alone is no tan */
    c->rows[1][r] = row("melanin_index", zones[r], r == 1 ? 3 : 0.1, 0.5);
  t = trends_of(c, 2, 2, NULL);
  assert_int_equal(t.sessions[1].shared, SD_SHARED_NONE);
  sd_trends_clear(&t);
  t = trends_of(c, 2, 2, "nose"); /* unless it is the untreated one */
  assert_int_equal(t.sessions[1].shared, SD_SHARED_DARKER);
  sd_trends_clear(&t);
  t = trends_of(c, 2, 2, "glabella");
  assert_int_equal(t.sessions[1].shared, SD_SHARED_UNKNOWN);
  sd_trends_clear(&t);
  free(c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(theil_sen_finds_the_line_past_an_outlier),
      cmocka_unit_test(slope_is_the_median_of_the_pairs),
      cmocka_unit_test(another_camera_is_an_offset_and_no_slope),
      cmocka_unit_test(interval_holds_the_truth_as_often_as_it_says),
      cmocka_unit_test(days_are_those_of_the_calendar),
      cmocka_unit_test(steady_healing_is_a_trend),
      cmocka_unit_test(healing_keeps_redness_out_of_the_trend),
      cmocka_unit_test(a_second_camera_has_an_offset),
      cmocka_unit_test(missing_sessions_are_gaps),
      cmocka_unit_test(repeats_are_used_together),
      cmocka_unit_test(a_tan_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
