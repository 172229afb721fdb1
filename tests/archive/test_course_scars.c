/* Scars through the sessions of a course: from what each photo's comparison said of them. */
#include "archive/timeline.h"
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOTS = 6 };
static const double MM_PER_PX = 0.1;

/* Shots of sessions 0, 0, 1, 2, 2, 3; the first one is the reference. */
typedef struct fixture {
  shot v[SHOTS];
  scar_sighting seen[SHOTS][4];
  shots all;
  sd_course_scar *scars;
  size_t count;
} fixture;

static fixture *begin(void) {
  static const int SESSIONS[SHOTS] = {0, 0, 1, 2, 2, 3};
  fixture *f = calloc(1, sizeof *f);
  for (int k = 0; k < SHOTS; k++) {
    f->v[k].session = SESSIONS[k];
    f->v[k].scars = f->seen[k];
  }
  f->all = (shots){.v = f->v, .count = SHOTS, .sessions = 4};
  return f;
}

static scar_sighting *see(fixture *f, int photo, double x, double y, sd_scar_kind kind,
                          sd_scar_state state, double change) {
  scar_sighting *s = &f->seen[photo][f->v[photo].scar_count++];
  bool seen = state != SD_SCAR_UNMATCHED;
  *s = (scar_sighting){.x = x,
                       .y = y,
                       .diameter_mm = 2,
                       .diameter_low_mm = 1,
                       .diameter_high_mm = 4,
                       .score = 0.9 - 0.01 * photo,
                       .kind = kind,
                       .kind_probability = 0.9,
                       .zone = "left_cheek",
                       .state = state,
                       .before = seen ? 0.2 : NAN,
                       .after = seen ? 0.2 * exp(change) : NAN,
                       .change = seen ? change : NAN,
                       .ci_low = seen ? change - 0.1 : NAN,
                       .ci_high = seen ? change + 0.1 : NAN,
                       .mdc = seen ? 0.1 : NAN};
  snprintf(s->reason, sizeof s->reason, "%s", seen ? "" : "at the edge");
  return s;
}

static void follow(fixture *f) {
  sd_diag diag = {{0}};
  assert_int_equal(course_scars_follow(&f->scars, &f->count, &f->all, 0, MM_PER_PX, &diag), SD_OK);
}

static void end(fixture *f) {
  course_scars_clear(f->scars, f->count);
  free(f);
}

static void one_place_is_one_scar(void **state) {
  (void)state;
  fixture *f = begin();
  see(f, 2, 100, 100, SD_BOXCAR, SD_SCAR_UNCHANGED, -0.05);
  see(f, 3, 104, 97, SD_ROLLING, SD_SCAR_REDUCED, -0.4); /* looks like another kind that day */
  see(f, 5, 98, 103, SD_BOXCAR, SD_SCAR_RESOLVED, -1.2);
  see(f, 5, 100, 100, SD_BROWN_MARK, SD_SCAR_UNCHANGED, 0); /* colour on the same skin */
  see(f, 5, 111, 100, SD_BOXCAR, SD_SCAR_UNCHANGED, 0);     /* more than half a diameter away */
  follow(f);
  assert_int_equal(f->count, 3);
  const sd_course_scar *s = &f->scars[0]; /* what changed comes first */
  assert_int_equal(s->kind, SD_BOXCAR);
  assert_int_equal(s->points[0].state, SD_SCAR_UNCHANGED);
  check_near(s->points[0].change, 0, 0);
  check_near(s->points[0].contrast, 0.2, 1e-12);
  assert_int_equal(s->points[1].state, SD_SCAR_UNCHANGED);
  assert_int_equal(s->points[2].state, SD_SCAR_REDUCED);
  check_near(s->points[2].ci_low, -0.5, 1e-12);
  check_near(s->points[2].ci_high, -0.3, 1e-12);
  assert_int_equal(s->points[3].state, SD_SCAR_RESOLVED);
  check_near(s->points[3].change, -1.2, 1e-12);
  end(f);
}

/* Not found, hidden, not laid on the first session: a gap with its reason, never resolved. */
static void what_is_not_compared_is_a_gap(void **state) {
  (void)state;
  fixture *f = begin();
  see(f, 2, 100, 100, SD_ICE_PICK, SD_SCAR_REDUCED, -0.5);
  see(f, 3, 100, 100, SD_ICE_PICK, SD_SCAR_UNMATCHED, 0);
  see(f, 4, 100, 100, SD_ICE_PICK, SD_SCAR_UNMATCHED, 0);
  snprintf(f->v[5].problem, sizeof f->v[5].problem, "cannot be laid on the first session: dark");
  follow(f);
  assert_int_equal(f->count, 1);
  const sd_course_scar_point *p = f->scars[0].points;
  assert_int_equal(p[1].state, SD_SCAR_REDUCED);
  assert_int_equal(p[2].state, SD_SCAR_UNMATCHED);
  assert_string_equal(p[2].reason, "at the edge");
  assert_true(isnan(p[2].change) && isnan(p[2].ci_low) && isnan(p[2].contrast));
  assert_int_equal(p[3].state, SD_SCAR_UNMATCHED);
  assert_string_equal(p[3].reason, "cannot be laid on the first session: dark");
  end(f);
  f = begin();
  see(f, 2, 100, 100, SD_ICE_PICK, SD_SCAR_UNCHANGED, 0);
  follow(f);
  assert_int_equal(f->scars[0].points[3].state, SD_SCAR_UNMATCHED);
  assert_true(strstr(f->scars[0].points[3].reason, "not found") != NULL);
  end(f);
}

/* Photos of one day count together, less what the first day's own photos differ by. */
static void repeats_count_together(void **state) {
  (void)state;
  fixture *f = begin();
  see(f, 1, 100, 100, SD_ROLLING, SD_SCAR_UNCHANGED, -0.2); /* with the reference's 0: -0.1 */
  see(f, 3, 100, 100, SD_ROLLING, SD_SCAR_REDUCED, -0.6);
  see(f, 4, 100, 100, SD_ROLLING, SD_SCAR_RESOLVED, -0.8);
  see(f, 5, 100, 100, SD_ROLLING, SD_SCAR_REDUCED, -0.15); /* the first day's scatter explains it */
  follow(f);
  const sd_course_scar_point *p = f->scars[0].points;
  assert_int_equal(f->count, 1);
  assert_int_equal(p[2].photos, 2);
  check_near(p[2].change, -0.6, 1e-12);
  check_near(p[2].ci_low, -0.7, 1e-12); /* repeats share the reference: no narrower for them */
  check_near(p[2].ci_high, -0.5, 1e-12);
  assert_int_equal(p[2].state, SD_SCAR_REDUCED); /* the lesser of the two claims */
  assert_int_equal(p[3].state, SD_SCAR_UNCHANGED);
  end(f);
  f = begin(); /* photos of one day that contradict each other */
  see(f, 3, 100, 100, SD_ROLLING, SD_SCAR_REDUCED, -0.6);
  see(f, 4, 100, 100, SD_ROLLING, SD_SCAR_ENLARGED, 0.6);
  follow(f);
  assert_int_equal(f->scars[0].points[2].state, SD_SCAR_UNCHANGED);
  end(f);
}

static void a_naevus_that_fades_is_a_mark(void **state) {
  (void)state;
  fixture *f = begin();
  see(f, 2, 100, 100, SD_NAEVUS, SD_SCAR_UNCHANGED, 0);
  see(f, 5, 101, 100, SD_BROWN_MARK, SD_SCAR_REDUCED, -0.9);
  see(f, 2, 300, 100, SD_NAEVUS, SD_SCAR_UNCHANGED, 0);
  follow(f);
  assert_int_equal(f->count, 2);
  assert_int_equal(f->scars[0].kind, SD_BROWN_MARK);
  check_near(f->scars[0].kind_probability, 0.5, 1e-12);
  assert_int_equal(f->scars[1].kind, SD_NAEVUS);
  end(f);
}

static void no_scar_is_no_row(void **state) {
  (void)state;
  fixture *f = begin();
  follow(f);
  assert_int_equal(f->count, 0);
  end(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_place_is_one_scar),  cmocka_unit_test(what_is_not_compared_is_a_gap),
      cmocka_unit_test(repeats_count_together), cmocka_unit_test(a_naevus_that_fades_is_a_mark),
      cmocka_unit_test(no_scar_is_no_row),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
