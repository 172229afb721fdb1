/* ln x = e ln 2 + ln m with m between sqrt(1/2) and sqrt(2), and ln m by the minimax polynomial of
 * Moshier's Cephes library (logf). */
#include "base/logs.h"

#include "base/clones.h"

#include <stdint.h>
#include <string.h>

typedef union word {
  float value;
  int32_t bits;
} word;

static SD_CLONED float log_of(float x) {
  enum { MANTISSA_BITS = 23, ROOT_HALF = 0x3f3504f3 /* of 0.70710678f */ };
  word m = {x};
  int32_t exponent = (m.bits - ROOT_HALF) >> MANTISSA_BITS;
  m.bits -= (int32_t)((uint32_t)exponent << MANTISSA_BITS);
  float e = (float)exponent, t = m.value - 1, square = t * t;
  float p = 7.0376836292e-2f;
  p = p * t - 1.1514610310e-1f;
  p = p * t + 1.1676998740e-1f;
  p = p * t - 1.2420140846e-1f;
  p = p * t + 1.4249322787e-1f;
  p = p * t - 1.6668057665e-1f;
  p = p * t + 2.0000714765e-1f;
  p = p * t - 2.4999993993e-1f;
  p = p * t + 3.3333331174e-1f;
  float small = p * t * square - 2.12194440e-4f * e - 0.5f * square;
  return t + small + 0.693359375f * e; /* ln 2 in two parts, the first exact */
}

SD_CLONES void sd_log_row(float *v, int count) {
  for (int k = 0; k < count; k++)
    v[k] = log_of(v[k]);
}
