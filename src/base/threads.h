/* When a loop over pixels is worth more than one thread. */
#ifndef SD_BASE_THREADS_H
#define SD_BASE_THREADS_H

#include "scardelta/base.h"

/* Waking a thread that sleeps takes 20 to 50 microseconds: as long as a filter needs for some ten
 * thousand pixels. Comparisons of small crops make thousands of such loops. */
static inline bool sd_worth_threads(int width, int height) {
  enum { PIXELS = 1 << 16 };
  return (int64_t)width * height >= PIXELS;
}

/* Of parts that went side by side: the failure of the first that failed, whoever was faster. */
static inline sd_status sd_first_failure(const sd_status *status, const sd_diag *told, int count,
                                         sd_diag *diag) {
  for (int k = 0; k < count; k++)
    if (status[k] != SD_OK) {
      if (diag != NULL)
        *diag = told[k];
      return status[k];
    }
  return SD_OK;
}

#endif
