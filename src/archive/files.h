/* Files below the spine: reading inputs whole, writing outputs safely. Private to archive. */
#ifndef SD_ARCHIVE_FILES_H
#define SD_ARCHIVE_FILES_H

#include "scardelta/archive.h"

/* The whole file, at most `limit` bytes; a sentence names the path otherwise. */
sd_status file_read(sd_text *out, const char *path, size_t limit, sd_diag *diag);

/* Hand correspondences from CSV with the header x_before,y_before,x_after,y_after. */
sd_status points_read(sd_pair_point **out, size_t *count, const char *path, sd_diag *diag);
/* Points to map from CSV with the header x_before,y_before. */
sd_status map_points_read(sd_point **out, size_t *count, const char *path, sd_diag *diag);

/* The map of an alignment.json that `align` wrote. SD_UNREADABLE with what is wrong. */
sd_status transform_read(sd_transform *out, const char *path, sd_diag *diag);

/* Treatments from CSV with the header date,label, by date. */
sd_status treatments_read(sd_treatment **out, size_t *count, const char *path, sd_diag *diag);

/* The file name without its folders. */
const char *file_name(const char *path);

/* What was written to a folder, for the manifest. */
typedef struct outputs {
  const char *folder;
  const char *inputs[2]; /* the photos: never written over, never removed; NULL: none */
  sd_text manifest;      /* "hash  name" lines */
} outputs;
sd_status outputs_add(outputs *out, const char *name, const void *bytes, size_t length,
                      sd_diag *diag);
/* Removes a file of an earlier run that this run did not write. Absent is fine. */
void outputs_remove(const outputs *out, const char *name);
void outputs_clear(outputs *out);

/* The correspondences of a run: given, or kept in its folder by an earlier run on the same photos.
 */
typedef struct hand_points {
  sd_pair_point *v; /* owned */
  size_t count;
  bool reused;  /* kept by an earlier run */
  sd_text text; /* as it is kept: the photos, the header, the rows; owned */
} hand_points;
/* `given` NULL: what `folder` keeps for these photos, else nothing. */
sd_status hand_points_take(hand_points *out, const char *given, const char *folder,
                           const char *before_sha256, const char *after_sha256, sd_diag *diag);
/* Writes points.csv, or removes one that was kept for other photos. */
sd_status hand_points_keep(const hand_points *points, outputs *out, sd_diag *diag);
void hand_points_clear(hand_points *points);

#endif
