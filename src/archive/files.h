/* Files below the spine: reading inputs whole, writing outputs safely. Private to archive. */
#ifndef SD_ARCHIVE_FILES_H
#define SD_ARCHIVE_FILES_H

#include "scardelta/archive.h"

/* The whole file, at most `limit` bytes; a sentence names the path otherwise. */
sd_status file_read(sd_text *out, const char *path, size_t limit, sd_diag *diag);

/* Hand correspondences from CSV with the header x_before,y_before,x_after,y_after. */
sd_status points_read(sd_pair_point **out, size_t *count, const char *path, sd_diag *diag);
/* Is it a list that an earlier run kept, and may write again? */
bool points_are_kept(const char *path);
/* Points to map from CSV with the header x_before,y_before. */
sd_status map_points_read(sd_point **out, size_t *count, const char *path, sd_diag *diag);

/* The map of an alignment.json that `align` wrote. SD_UNREADABLE with what is wrong. */
sd_status transform_read(sd_transform *out, const char *path, sd_diag *diag);

/* Treatments from CSV with the header date,label, by date. */
sd_status treatments_read(sd_treatment **out, size_t *count, const char *path, sd_diag *diag);
/* All that the options tell: of the file and of the list, by date. */
sd_status treatments_collect(sd_treatment **out, size_t *count, const sd_job_options *options,
                             sd_diag *diag);

/* A rater's forms, from CSV with the header date,rater,form,item,value. Clear with ratings_clear.
 */
typedef struct ratings {
  sd_rating *v; /* owned */
  size_t count;
} ratings;
void ratings_clear(ratings *all);
/* SD_UNREADABLE with what is wrong, and where. Their sessions are not known yet. */
sd_status ratings_read(ratings *out, const char *path, sd_diag *diag);
/* Keeps those of the photos' days ("" unknown) or of "before" and "after"; `left_out` are of other
 * days. SD_USAGE when none remains, or the days do not say which photo is meant. */
sd_status ratings_of_pair(ratings *all, const char *before, const char *after, const char *path,
                          size_t *left_out, sd_diag *diag);
typedef struct rating_day {
  const char *date;
  int session;
} rating_day;
/* Keeps those of the sessions' days. SD_USAGE when none remains. */
sd_status ratings_of_course(ratings *all, const rating_day *days, size_t count, const char *path,
                            size_t *left_out, sd_diag *diag);

/* The whole CSV file as text with commas between the cells and without a byte order mark. Where the
 * header has semicolons they separate, and with `numbers` a decimal comma becomes a point. Line
 * numbers stay. Fails as file_read. */
sd_status csv_read(sd_text *out, const char *path, size_t limit, bool numbers, sd_diag *diag);
/* Cuts one record of a CSV text into fields in place; gives where the next one starts, NULL when a
 * quote is left open. `count` may exceed `room`: the fields beyond are not kept. */
char *csv_cut_record(char *at, const char *field[], int room, int *count);

/* The day in a name: YYYY-MM-DD, YYYY_MM_DD, YYYY.MM.DD or YYYYMMDD of the years 1990 to 2099, not
 * part of a longer number. `out` is "" without one. */
void date_in_name(char out[11], const char *name, size_t length);

/* The file name without its folders. */
const char *file_name(const char *path);
/* The folder of a file: "." or "/" where the path names none. */
enum { FOLDER_PATH_ROOM = 4096 };
void file_folder(char out[FOLDER_PATH_ROOM], const char *path);

/* Makes the folder and those above it. */
sd_status folders_make(const char *folder, sd_diag *diag);
/* Those above a path. */
/* One that only this user may look into, where it is not there yet; SD_NOT_WRITTEN. */
sd_status folder_make_private(const char *folder, sd_diag *diag);
/* Removes results that a crash left half-written under their temporary names: those that no process
 * holds any more. */
void leftovers_remove(const char *folder);
sd_status folders_make_above(const char *path, sd_diag *diag);
/* Puts the folder `made` at the place of `folder` in one step; what was there goes. */
sd_status folder_replace(const char *made, const char *folder, sd_diag *diag);
/* A lock on the folder itself, which ends with the process; close it to let go. SD_NOT_WRITTEN when
 * another one holds it. */
sd_status folder_lock(int *lock, const char *folder, sd_diag *diag);
/* Removes a folder with all that is in it; links in it are removed, not followed. */
void folder_remove(const char *folder);

/* A file of a result, or one of an earlier run that has to go. */
typedef struct output_file {
  char name[64];
  sd_text bytes;  /* owned */
  bool stale;     /* to be removed */
  bool temporary; /* stands under its temporary name */
  int lock;       /* that is held then; 0: none */
} output_file;

enum { OUTPUTS_MAX = 64, OUTPUT_INPUTS_MAX = 16 };

/* What a run writes to a folder: gathered first, then put there all at once. */
typedef struct outputs {
  const char *folder;
  const char *inputs[OUTPUT_INPUTS_MAX]; /* every file given: never written over, never removed */
  size_t input_count;
  const char *const *photos; /* further ones: those of a course; NULL: none */
  size_t photo_count;
  output_file files[OUTPUTS_MAX];
  size_t count;
  sd_text manifest;      /* "hash  name" lines */
  const char *sign_path; /* private key; NULL: no signature */
} outputs;
/* For these photos and the files of the options. Clear with outputs_clear. */
outputs outputs_of(const char *folder, const char *before, const char *after,
                   const sd_job_options *options);
/* Another file that must stay as it is; NULL: none. The path is borrowed. */
void outputs_input(outputs *out, const char *path);
/* SD_NOT_WRITTEN when the folder, or that of its pictures, cannot be written to. */
sd_status outputs_check_folders(const outputs *out, sd_diag *diag);
/* SD_NOT_WRITTEN when the result of this name would take the place of an input or of a folder. */
sd_status outputs_protect(const outputs *out, const char *name, sd_diag *diag);
/* Takes the bytes over ({0} afterwards); SD_NO_MEMORY when the text failed. */
sd_status outputs_add(outputs *out, const char *name, sd_text *bytes, sd_diag *diag);
/* The last one to add: `head`, then the hashes of all that was added; with its signature where
 * there is a key. */
sd_status outputs_add_manifest(outputs *out, const char *head, sd_diag *diag);
/* A file of an earlier run that this run does not write goes too. Absent is fine, an input stays.
 */
void outputs_remove(outputs *out, const char *name);
/* Everything or nothing: SD_NOT_WRITTEN leaves the files of an earlier run as they were, unless the
 * disk fails between two renames; no manifest tells of them then. */
sd_status outputs_commit(outputs *out, sd_diag *diag);
void outputs_clear(outputs *out);

/* A file written piece by piece under a temporary name. */
typedef struct output_stream {
  char path[4096];
  int file; /* 0: none */
  int lock; /* of the file; 0: none */
  sd_text waiting;
} output_stream;
sd_status output_stream_open(output_stream *out, const char *folder, const char *name,
                             sd_diag *diag);
/* Where pieces are added; hands them on to the disk when there are many. */
sd_status output_stream_flush(output_stream *out, bool all, sd_diag *diag);
/* Gives the file its name. */
sd_status output_stream_commit(output_stream *out, sd_diag *diag);
/* Drops what was not committed. */
void output_stream_clear(output_stream *out);

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
/* SD_USAGE when the folder keeps points of other photos, which these would replace. */
sd_status hand_points_fit(const hand_points *points, const char *folder, sd_diag *diag);
/* Adds points.csv where the alignment by them worked, or removes one that was kept for other
 * photos. Takes the text over. */
sd_status hand_points_keep(hand_points *points, bool aligned, outputs *out, sd_diag *diag);
enum { BLAME_ROOM = 320 };
/* What to add to the sentence of an alignment that failed: nothing unless kept points steered it.
 */
void hand_points_blame(const hand_points *points, const char *folder, char room[BLAME_ROOM]);
void hand_points_clear(hand_points *points);

#endif
