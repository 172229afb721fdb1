/* When a loop over pixels is worth more than one thread. */
#ifndef SD_BASE_THREADS_H
#define SD_BASE_THREADS_H

#include "scardelta/base.h"

#ifdef _OPENMP
#include <omp.h>
#endif

/* Waking a thread that sleeps takes 20 to 50 microseconds: as long as a filter needs for some ten
 * thousand pixels. Comparisons of small crops make thousands of such loops. Within a part that goes
 * beside others there is no thread left to wake. */
static inline bool sd_worth_threads(int width, int height) {
  enum { PIXELS = 1 << 16 };
#ifdef _OPENMP
  if (omp_in_parallel())
    return false;
#endif
  return (int64_t)width * height >= PIXELS;
}

/* `call` for every row `y` below `rows`, on all cores if it is worth it. An OpenMP loop with an
 * `if` makes a team of one where it is not, which costs as much as filtering a thousand pixels. */
#define SD_EACH_ROW(y, rows, worth, call)                                                          \
  do {                                                                                             \
    if (worth) {                                                                                   \
      _Pragma("omp parallel for schedule(static)") for (int y = 0; y < (rows); y++) call;          \
    } else {                                                                                       \
      for (int y = 0; y < (rows); y++)                                                             \
        call;                                                                                      \
    }                                                                                              \
  } while (0)

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
