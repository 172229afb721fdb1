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

/* Fails with both numbers when they differ by more than the tolerance (or either is NaN). */
#define check_near(actual, wanted, tolerance)                                                      \
  do {                                                                                             \
    double actual_ = (actual), wanted_ = (wanted);                                                 \
    if (!(fabs(actual_ - wanted_) <= (tolerance)))                                                 \
      fail_msg("%s is %.9g, not %.9g +- %g", #actual, actual_, wanted_, (double)(tolerance));      \
  } while (0)

#endif
