/* What would be compared with what: subjects, their sessions and views, and the pairs of a batch.
 * Names and dates only; no photo is opened here. Private to archive. */
#ifndef SD_ARCHIVE_PLAN_H
#define SD_ARCHIVE_PLAN_H

#include "scardelta/archive.h"

enum { PLAN_NAME_ROOM = 256, PLAN_REASON_ROOM = 200 };

typedef struct plan_photo {
  char *path;                   /* below the root; owned */
  char session[PLAN_NAME_ROOM]; /* an ISO date where one is known, else a name */
  char view[8];                 /* "front", "left", "right", "auto"; "" while it is not known */
  bool dated, given;            /* the session is a date; said by a manifest */
  char *treatment;              /* done on that day, after the photo; NULL: none is told; owned */
  char left_out[PLAN_REASON_ROOM]; /* why it takes no part; "" it does */
  char sha256[65];                 /* of the file; "" until it was read */
} plan_photo;

typedef struct plan_subject {
  char name[PLAN_NAME_ROOM];
  plan_photo *photos; /* owned; in order of session, view and path after plan_order */
  size_t count, room;
} plan_subject;
void plan_subject_clear(plan_subject *subject);

/* Before and after of one comparison: the first session of a view and a later one. */
typedef struct plan_pair {
  const plan_photo *before, *after; /* borrowed from the subject */
} plan_pair;

/* Told each subject in order of name; SD_OK goes on. */
typedef sd_status (*plan_visit)(void *context, plan_subject *subject, sd_diag *diag);
/* Subjects of a folder (one folder each) or of a manifest (subject,session,view,path[,treatment]).
 * Memory grows with the number of subjects of a folder and the size of the largest, and with the
 * rows of a manifest. SD_UNREADABLE when the input is neither or cannot be read. */
sd_status plan_walk(const char *input, plan_visit visit, void *context, sd_diag *diag);
/* The same for the names alone: of a folder no photo is listed, which takes a moment. */
sd_status plan_walk_names(const char *input, plan_visit visit, void *context, sd_diag *diag);
/* The folder that the paths of the photos are below: the input, or the manifest's. */
void plan_root(char room[4096], const char *input);

/* Must the photo be looked at, because its name tells no date, or no view where several photos of a
 * session or `view_asked` ask for one? */
bool plan_needs_look(const plan_subject *subject, const plan_photo *photo, bool view_asked);
/* What looking told: date ("" none) and head's turn (NaN: no face). */
void plan_tell(plan_photo *photo, const char *taken, double yaw_deg);
/* Puts the photos in order, leaves repeats out, and gives the pairs: at most photos - 1. */
sd_status plan_order(plan_subject *subject, plan_pair **pairs, size_t *pair_count, sd_diag *diag);

/* What a manifest tells that was done from one session of a pair on until the day of the other: all
 * photos of the subject count, whatever they show. `out` has room for subject->count; gives how
 * many. */
size_t plan_treatments(sd_treatment *out, const plan_subject *subject, const plan_pair *pair);

/* A name for a folder: letters, digits, . _ - and what is not ASCII stay; where anything else had
 * to go, or the name is too long, a hash keeps it apart from others. */
void plan_safe_name(char out[128], const char *name);

#endif
