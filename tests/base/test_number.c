/* Student's t against the printed tables (Fisher and Yates 1963; NIST/SEMATECH 1.3.6.7.2). */
#include "check.h"

#include "scardelta/base.h"

#include <math.h>

static void student_as_in_the_tables(void **state) {
  static const struct {
    double t, freedom, p;
  } TABLE[] = {{12.706, 1, 0.05},  {63.657, 1, 0.01}, {2.571, 5, 0.05},  {4.032, 5, 0.01},
               {2.228, 10, 0.05},  {3.169, 10, 0.01}, {2.042, 30, 0.05}, {2.750, 30, 0.01},
               {1.984, 100, 0.05}, {6.869, 5, 0.001}, {4.587, 10, 0.001}};
  (void)state;
  for (size_t k = 0; k < sizeof TABLE / sizeof *TABLE; k++)
    check_near(sd_student_p(TABLE[k].t, TABLE[k].freedom) / TABLE[k].p, 1, 2e-3);
}

static void student_at_its_ends(void **state) {
  (void)state;
  check_near(sd_student_p(0, 7), 1, 1e-12);
  check_near(sd_student_p(-2.5, 7), sd_student_p(2.5, 7), 0);
  check_near(sd_student_p(1, 1), 0.5, 1e-12); /* Cauchy */
  check_near(sd_student_p(2.5, 1e7), erfc(2.5 / sqrt(2)), 1e-6);
  assert_true(sd_student_p(INFINITY, 3) == 0);
  assert_true(isnan(sd_student_p(NAN, 3)) && isnan(sd_student_p(1, 0)));
}

static void reach_undoes_the_chance(void **state) {
  (void)state;
  check_near(sd_student_reach(0.05, 4), 2.776445, 1e-6);
  check_near(sd_student_reach(0.05, 12), 2.178813, 1e-6);
  check_near(sd_student_reach(0.05, 1e7), 1.959964, 1e-5);
  assert_true(isnan(sd_student_reach(0, 4)) && isnan(sd_student_reach(0.05, 0)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(student_as_in_the_tables),
      cmocka_unit_test(reach_undoes_the_chance),
      cmocka_unit_test(student_at_its_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
