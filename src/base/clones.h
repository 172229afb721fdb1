/* Hot row loops compiled twice, once for processors with AVX2: the program takes the one that fits
 * when it starts. Neither may round otherwise than the other, so nothing is contracted into fused
 * operations (-ffp-contract=off) and no sum is reordered (tests/base/test_clones.c compares bits).
 * Sanitizers run before the choice can be made, and clang 14 makes no clones of static functions:
 * there the plain twin alone is built. */
#ifndef SD_BASE_CLONES_H
#define SD_BASE_CLONES_H

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(SD_NO_CLONES)
#define SD_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define SD_CLONES
#endif

/* What a clone calls must be part of it: plain code amid AVX2's slows both down tenfold. */
#if defined(__GNUC__)
#define SD_CLONED inline __attribute__((always_inline))
#else
#define SD_CLONED inline
#endif

#endif
