/* When a loop over pixels is worth more than one thread. */
#ifndef SD_BASE_THREADS_H
#define SD_BASE_THREADS_H

#include <stdbool.h>
#include <stdint.h>

/* Waking a thread that sleeps takes 20 to 50 microseconds: as long as a filter needs for some ten
 * thousand pixels. Comparisons of small crops make thousands of such loops. */
static inline bool sd_worth_threads(int width, int height) {
  enum { PIXELS = 1 << 16 };
  return (int64_t)width * height >= PIXELS;
}

#endif
