/* The parts that result.json, alignment.json and `inspect --json` share. Each gives a new value,
 * NULL when memory ran out. */
#ifndef SCARDELTA_REPORT_JSON_PARTS_H
#define SCARDELTA_REPORT_JSON_PARTS_H

#include "scardelta/report.h"

#include <jansson.h>

/* `face` object as in photos{}; with `points` also confidence, eyes and the 478 landmarks. */
json_t *sd_json_face(const sd_face *face, bool points);
/* The `photos` object of one photo. Parts of `side` may be NULL: their values are null. */
json_t *sd_json_photo(const sd_side *side, const char *file, bool points);
/* Zone name -> share of the skin, and `excluded` reason -> share. */
json_t *sd_json_zones(const sd_skin *skin, bool roi);
/* scar_sizes[] and ratings[]: of the photos of a pair, or of the sessions of a course. */
json_t *sd_json_scar_sizes(const sd_scar_size *sizes);
json_t *sd_json_ratings(const sd_rating *ratings, size_t count, bool course);
json_t *sd_json_comparability(const sd_comparability *pair);
json_t *sd_json_alignment(const sd_alignment *alignment);
/* A kept registration: where its nodes go and the stated error there. */
json_t *sd_json_transform(const sd_transform *transform);

#endif
