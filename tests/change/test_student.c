/* Student's t against the tables (Abramowitz and Stegun 26.10). */
#include "change/metrics.h"
#include "check.h"

static void chance_of_what_the_table_holds(void **state) {
  (void)state;
  check_near(student_p(12.706205, 1), 0.05, 1e-7);
  check_near(student_p(2.776445, 4), 0.05, 1e-7);
  check_near(student_p(4.587, 10), 0.001, 1e-6);
  check_near(student_p(-2.228139, 10), 0.05, 1e-7);
  check_near(student_p(1.959964, 1e7), 0.05, 1e-6);
  check_near(student_p(0, 3), 1, 1e-12);
}

static void reach_is_the_inverse(void **state) {
  (void)state;
  static const double freedoms[] = {1, 1.7, 5, 12.3, 240};
  check_near(student_reach(0.05, 4), 2.776445, 1e-6);
  for (size_t k = 0; k < sizeof freedoms / sizeof *freedoms; k++) {
    check_near(student_p(student_reach(0.05, freedoms[k]), freedoms[k]), 0.05, 1e-9);
    check_near(student_p(student_reach(1e-5, freedoms[k]), freedoms[k]), 1e-5, 1e-9);
  }
}

/* Few places widen the interval, many leave it that of the normal distribution. */
static void fewer_places_say_less(void **state) {
  (void)state;
  assert_true(student_reach(0.05, 1) > 6 * student_reach(0.05, 30));
  check_near(student_reach(0.05, 1e6), 1.959964, 1e-4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chance_of_what_the_table_holds),
      cmocka_unit_test(reach_is_the_inverse),
      cmocka_unit_test(fewer_places_say_less),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
