/* What a batch has done, in OUT/scardelta.sqlite: SQLite in WAL mode, foreign keys, user_version 1.
 * The schema is in store.c and in METHODS.md. Private to archive. */
#ifndef SD_ARCHIVE_STORE_H
#define SD_ARCHIVE_STORE_H

#include "scardelta/archive.h"

#define STORE_NAME "scardelta.sqlite"
/* Written last: where it is, the overview tells all that the database knows. */
#define STORE_SEAL "manifest.sha256"

typedef struct store store;

/* Opens, or makes, the database of `folder` and holds it against this program's version and the
 * settings: SD_USAGE when they are others. SD_NOT_WRITTEN when it cannot be written, SD_UNREADABLE
 * when it is none. Close with store_close; NULL is fine. */
sd_status store_open(store **out, const char *folder, const char *settings, sd_diag *diag);
/* The same of a finished folder, for reading only; its settings go to `settings` (cleared by the
 * caller). */
sd_status store_open_finished(store **out, const char *folder, sd_text *settings, sd_diag *diag);
void store_close(store *s);
/* Was anything changed since it was opened? The seal is broken then. */
bool store_changed(const store *s);

/* What is known of a photo's file since it was last read. */
typedef struct store_file {
  int64_t size, changed_ns; /* of the file when it was read */
  char sha256[65];
  bool looked;    /* taken and yaw are known */
  char taken[32]; /* "" when the photo does not say */
  double yaw_deg; /* NaN: no face */
} store_file;
/* False when nothing is known of `path`, or it has another size or time. */
bool store_file_get(store *s, const char *path, store_file *file);
sd_status store_file_put(store *s, const char *path, const store_file *file, sd_diag *diag);

typedef struct store_pair {
  const char *subject, *view, *session_before, *session_after;
  const char *key;    /* hash of photos, settings and version */
  const char *status; /* done, refused, not_aligned, failed */
  const char *reason; /* one sentence; "" none */
  const char *folder; /* of the report below OUT; "" none */
} store_pair;
enum { STORE_REASON_ROOM = 700 };
/* Was this very pair finished under this key? Then `failure` says why it failed; "" it did not. */
bool store_pair_done(store *s, const store_pair *pair, char failure[STORE_REASON_ROOM]);
/* Puts a pair and the figures of its result.json (NULL: none) in, in one transaction, replacing
 * what was there. */
sd_status store_pair_put(store *s, const store_pair *pair, const sd_text *result, sd_diag *diag);
/* Forgets the pairs of a subject that are not among these. */
sd_status store_keep_only(store *s, const char *subject, const store_pair *pairs, size_t count,
                          sd_diag *diag);
/* Why a subject as a whole failed; "" it did not. */
sd_status store_subject_put(store *s, const char *subject, const char *reason, sd_diag *diag);

/* Copies everything of a finished folder's database; the same twice changes nothing. */
sd_status store_join(store *s, const char *folder, sd_diag *diag);

/* The figures of all pairs, and the pairs with their counts of verdicts; both in order of subject,
 * view and sessions, figures then as in result.json. */
typedef sd_status (*store_visit_row)(void *context, const sd_summary_row *row, sd_diag *diag);
sd_status store_rows(store *s, store_visit_row visit, void *context, sd_diag *diag);
typedef sd_status (*store_visit_line)(void *context, const sd_index_line *line, sd_diag *diag);
sd_status store_lines(store *s, store_visit_line visit, void *context, sd_diag *diag);

/* Are summary.csv and index.html there as they were sealed? */
bool overview_is_whole(const char *folder);
/* summary.csv and index.html out of the database (overview.c). */
sd_status overview_write(store *s, const char *folder, const char *language, sd_diag *diag);
/* manifest.sha256 over them and the closed database. */
sd_status overview_seal(const char *folder, const char *settings_hash, const char *sign_path,
                        sd_diag *diag);

#endif
