/* How much memory a photo takes before it is done with: measured, as it is the sum of what all
 * floors keep at once. Peaks grow in proportion to the pixels, from a floor that is the face's
 * networks, maps of fixed size and pictures of the report. Made with two threads, Release, on
 * x86-64; each further thread takes some MB more.
 *
 *   Mpx of each photo       3    12    24    48   100
 *   compare        MB     466   594   709  1309  2449
 *   align          MB     203   264   490   905  1771
 *   inspect        MB      49    94   166   309   618
 *   timeline of 3  MB           610
 *
 * Photos of 16 bits take 3 bytes a pixel more each. The decoder of a photo (decoder.c) has its
 * memory while nothing else is at its peak. */
#include "scardelta/archive.h"

typedef struct need {
  double base_mb, per_megapixel_mb;
} need;

double sd_memory_megapixels(sd_memory_use use, double megabytes) {
  static const need NEEDS[] = {[SD_MEMORY_COMPARE] = {500, 34},
                               [SD_MEMORY_ALIGN] = {250, 25},
                               [SD_MEMORY_INSPECT] = {100, 12},
                               [SD_MEMORY_TIMELINE] = {600, 40}};
  const need *n = &NEEDS[use <= SD_MEMORY_TIMELINE ? use : SD_MEMORY_TIMELINE];
  return (megabytes - n->base_mb) / n->per_megapixel_mb;
}
