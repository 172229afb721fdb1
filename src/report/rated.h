/* Ratings and sizes in the words of a report. */
#ifndef SCARDELTA_REPORT_RATED_H
#define SCARDELTA_REPORT_RATED_H

#include "render/strings.h"
#include "scardelta/report.h"

/* One rater's form of both photos, either of which may be NULL; how many ratings it took. */
typedef struct sd_rated_pair {
  const sd_rating *of[2];
  size_t taken;
} sd_rated_pair;
/* The pair that begins at ratings[at] of a list by form, rater and photo. */
sd_rated_pair sd_rated_pair_at(const sd_rating *ratings, size_t count, size_t at);

/* "under 2 mm", "2 to 4 mm". */
enum { SD_SIZE_TEXT = 48 };
void sd_size_words(char out[SD_SIZE_TEXT], const sd_strings *strings, const sd_scar_size *size);

#endif
