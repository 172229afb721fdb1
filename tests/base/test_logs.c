/* Logarithms of rows: near the library's, and the same bits on every processor. */
#define SD_NO_CLONES
#define sd_log_row plain_log_row
#include "base/logs.c"
#undef sd_log_row
void sd_log_row(float *v, int count);

#include "check.h"

#include <float.h>

enum { COUNT = 10007 }; /* no multiple of a vector */

static void fill(float v[COUNT], float from, float factor) {
  for (int k = 0; k < COUNT; k++, from *= factor)
    v[k] = from;
}

static void near_the_library(void **state) {
  (void)state;
  static float v[COUNT], logs[COUNT];
  for (int end = 0; end < 2; end++) {
    /* all of what a float can be, and close to 1, where a logarithm is small */
    fill(v, end == 0 ? FLT_MIN : 0.99f, end == 0 ? 1.0176f : 1.000002f);
    memcpy(logs, v, sizeof logs);
    sd_log_row(logs, COUNT);
    for (int k = 0; k < COUNT && isfinite(v[k]); k++) {
      double truth = log((double)v[k]);
      check_near((double)logs[k], truth, fmax(fabs(truth) * 2.4e-7, 2e-7));
    }
  }
}

static void clones_round_as_their_twin(void **state) {
  (void)state;
  static float cloned[COUNT], plain[COUNT];
  fill(cloned, 0.002f, 1.0007f);
  memcpy(plain, cloned, sizeof plain);
  for (int count = 0; count < 40; count++) { /* lengths that fill no vector */
    sd_log_row(cloned + 100 * count, count);
    plain_log_row(plain + 100 * count, count);
  }
  assert_memory_equal(cloned, plain, sizeof plain);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(near_the_library),
      cmocka_unit_test(clones_round_as_their_twin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
