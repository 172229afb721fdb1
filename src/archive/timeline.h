/* The photos of a course: found, dated and put in order. Private to archive. */
#ifndef SD_ARCHIVE_TIMELINE_H
#define SD_ARCHIVE_TIMELINE_H

#include "archive/spine.h"

#include "scardelta/course.h"

/* More would keep a clinic's whole archive in one chart. */
enum { COURSE_PHOTOS_MAX = 512 };

/* One photo: what stays known while its pixels are not in memory. */
typedef struct shot {
  char *path;     /* owned */
  sd_photo facts; /* without pixels */
  sd_face face;
  sd_quality quality;
  sd_colour_reference reference;
  char date[11]; /* "": unknown */
  sd_date_source source;
  size_t given; /* place in the order given */
  int session;
  bool same_as_before; /* the bytes of an earlier photo: left out */
  sd_alignment
      *to_template;         /* template -> this one; owned; NULL: it is the template, or left out */
  sd_alignment *from_first; /* reference -> this one; owned; NULL: it is the reference */
  sd_change change;         /* metrics and comparability only */
  char problem[320];
} shot;

typedef struct shots {
  shot *v; /* owned */
  size_t count;
  size_t left_out; /* copies of another photo */
  bool dated;
  int sessions;
} shots;
/* Paths of photos and folders of photos; folders are looked through two levels deep, by name, for
 * what begins like a photo. SD_USAGE when there are fewer than two photos. */
sd_status shots_find(shots *out, const char *const *inputs, size_t count, sd_diag *diag);
/* Once the facts are there: dates, copies left out, order, sessions. */
void shots_order(shots *all);
void shots_clear(shots *all);

#endif
