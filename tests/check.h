/* cmocka with the headers it wants, and what every test program shares. */
#ifndef SD_TESTS_CHECK_H
#define SD_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Fails with both numbers when they differ by more than the tolerance (or either is NaN). */
#define check_near(actual, wanted, tolerance)                                                      \
  do {                                                                                             \
    double actual_ = (actual), wanted_ = (wanted);                                                 \
    if (!(fabs(actual_ - wanted_) <= (tolerance)))                                                 \
      fail_msg("%s is %.9g, not %.9g +- %g", #actual, actual_, wanted_, (double)(tolerance));      \
  } while (0)

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Sanitizers make everything four times as slow, and what they look for a few cases show as well as
 * many: tests that count over many cases take every `n`th of them there. All are counted in a
 * Release build, which tests/run makes too (label "extent"). */
static inline int every(int n) {
  return SANITIZED ? n : 1;
}

/* The longest counts take every `n`th case in a plain run of tests/run, and all with --all. */
static inline int thinned(int n) {
  return getenv("SD_TESTS_ALL") != NULL ? 1 : n;
}

/* For tests that only count what others do as well. */
static inline void count_without_sanitizers(void) {
  if (SANITIZED) {
    print_message("skipped: counted in the Release build\n");
    skip();
  }
}

#endif
