/* Results in OUT of pairs and subjects that exist no more: the database has forgotten them, and
 * their folders stay, because photos may be gone for a day only. Private to archive. */
#ifndef SD_ARCHIVE_OLDER_H
#define SD_ARCHIVE_OLDER_H

#include "scardelta/base.h"

#include <stddef.h>

typedef struct older {
  const char *folder; /* OUT; NULL: nothing is looked for */
  uint64_t *subjects; /* of those that exist, by their folders; owned */
  size_t count, room;
} older;
void older_clear(older *o);

/* Told the path of a result below OUT. */
typedef void (*older_visit)(void *context, const char *path);
/* The subject of this folder name (below OUT/subjects) exists. SD_NO_MEMORY. */
sd_status older_add_subject(older *o, const char *subject, sd_diag *diag);
/* Folders of the subject that are none of these (below OUT), by name. */
sd_status older_pairs(const older *o, const char *subject, char (*const planned)[512], size_t count,
                      older_visit visit, void *context, sd_diag *diag);
/* Folders of no subject that was added, by name. */
sd_status older_subjects(older *o, older_visit visit, void *context, sd_diag *diag);

#endif
