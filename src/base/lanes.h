/* Four neighbouring floats at once, by the vector types that gcc and clang share: hot loops get
 * vector code on every processor, and each lane is computed exactly as a scalar would be. Passed by
 * pointer, since passing them by value depends on the processor. */
#ifndef SD_BASE_LANES_H
#define SD_BASE_LANES_H

#include <string.h>

enum { SD_LANES = 4 };
typedef float sd_lanes __attribute__((vector_size(SD_LANES * sizeof(float))));

/* Unaligned: any four floats of an array. */
static inline void sd_lanes_load(sd_lanes *out, const float *in) {
  memcpy(out, in, sizeof *out);
}

static inline void sd_lanes_store(float *out, const sd_lanes *in) {
  memcpy(out, in, sizeof *in);
}

/* Eight at once, for loops that are cloned for AVX2 (clones.h); elsewhere they are two by four. */
enum { SD_WIDE = 8 };
typedef float sd_wide __attribute__((vector_size(SD_WIDE * sizeof(float))));

static inline void sd_wide_load(sd_wide *out, const float *in) {
  memcpy(out, in, sizeof *out);
}

static inline void sd_wide_store(float *out, const sd_wide *in) {
  memcpy(out, in, sizeof *in);
}

#endif
