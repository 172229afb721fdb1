/* The database of a batch. Everything that a report says can be asked of it in SQL. */
#include "archive/store.h"

#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCHEMA_VERSION = 1, PATH_ROOM = 4096, BUSY_MS = 10000 };

struct store {
  sqlite3 *db;
  char path[PATH_ROOM];
  bool changed;
};

static const char SCHEMA[] =
    /* who wrote it: version, settings */
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    /* photos as last read; path below the input's folder */
    "CREATE TABLE file(path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed_ns INTEGER NOT NULL,"
    " sha256 TEXT NOT NULL, looked INTEGER NOT NULL, taken TEXT NOT NULL, yaw_deg REAL)"
    " WITHOUT ROWID;"
    /* reason: why the whole subject failed, '' it did not */
    "CREATE TABLE subject(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, reason TEXT NOT NULL);"
    /* status: done, refused (not comparable), not_aligned, failed; key: SHA-256 of both photos,
     * settings and version */
    "CREATE TABLE pair(id INTEGER PRIMARY KEY,"
    " subject_id INTEGER NOT NULL REFERENCES subject(id) ON DELETE CASCADE,"
    " view TEXT NOT NULL, session_before TEXT NOT NULL, session_after TEXT NOT NULL,"
    " key TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, comparability TEXT,"
    " folder TEXT NOT NULL, before_sha256 TEXT, after_sha256 TEXT, taken_before TEXT,"
    " taken_after TEXT,"
    " UNIQUE(subject_id, view, session_before, session_after));"
    /* as metrics[] of result.json; place: its order there */
    "CREATE TABLE metric(pair_id INTEGER NOT NULL REFERENCES pair(id) ON DELETE CASCADE,"
    " place INTEGER NOT NULL, name TEXT NOT NULL, zone TEXT NOT NULL, unit TEXT NOT NULL,"
    " before REAL, after REAL, change REAL, ci_low REAL, ci_high REAL, mdc REAL,"
    " verdict TEXT NOT NULL, reason TEXT, PRIMARY KEY(pair_id, place)) WITHOUT ROWID;"
    /* as scars[] of result.json */
    "CREATE TABLE scar(pair_id INTEGER NOT NULL REFERENCES pair(id) ON DELETE CASCADE,"
    " number INTEGER NOT NULL, kind TEXT NOT NULL, kind_probability REAL, score REAL,"
    " state TEXT NOT NULL, zone TEXT NOT NULL, x REAL, y REAL, diameter_mm REAL,"
    " contrast_before REAL, contrast_after REAL, change REAL, ci_low REAL, ci_high REAL,"
    " PRIMARY KEY(pair_id, number)) WITHOUT ROWID;"
    "CREATE INDEX metric_by_name ON metric(name, zone);"
    "PRAGMA user_version = 1;";

/* ---- SQL ---------------------------------------------------------------------------------- */

static sd_status failed(const store *s, sd_diag *diag) {
  int code = s->db != NULL ? sqlite3_errcode(s->db) : SQLITE_NOMEM;
  if (code == SQLITE_NOMEM)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", s->path);
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
    return sd_fail(diag, SD_UNREADABLE, "%s: is damaged or no database of scardelta (%s)", s->path,
                   sqlite3_errmsg(s->db));
  return sd_fail(diag, SD_NOT_WRITTEN, "%s: cannot be written (%s)", s->path,
                 sqlite3_errmsg(s->db));
}

static sd_status run(store *s, const char *sql, sd_diag *diag) {
  return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? SD_OK : failed(s, diag);
}

/* Binds by letters: t text (NULL: null), i int64_t, d double (NaN: null). NULL when that failed. */
static sqlite3_stmt *ask(store *s, const char *sql, const char *letters, ...) {
  sqlite3_stmt *statement = NULL;
  va_list values;
  int bad = sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL);
  va_start(values, letters);
  for (int k = 0; bad == SQLITE_OK && letters[k] != '\0'; k++) {
    if (letters[k] == 't') {
      bad = sqlite3_bind_text(statement, k + 1, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
    } else if (letters[k] == 'i') {
      bad = sqlite3_bind_int64(statement, k + 1, va_arg(values, int64_t));
    } else {
      double value = va_arg(values, double);
      bad = isfinite(value) ? sqlite3_bind_double(statement, k + 1, value)
                            : sqlite3_bind_null(statement, k + 1);
    }
  }
  va_end(values);
  if (bad == SQLITE_OK)
    return statement;
  sqlite3_finalize(statement);
  return NULL;
}

/* Runs a statement that gives no rows. */
static sd_status finish(store *s, sqlite3_stmt *statement, sd_diag *diag) {
  bool done = statement != NULL && sqlite3_step(statement) == SQLITE_DONE;
  sd_status status = done ? SD_OK : failed(s, diag);
  sqlite3_finalize(statement);
  return status;
}

static const char *text_at(sqlite3_stmt *row, int column) {
  const char *text = (const char *)sqlite3_column_text(row, column);
  return text != NULL ? text : "";
}

static double number_at(sqlite3_stmt *row, int column) {
  return sqlite3_column_type(row, column) == SQLITE_NULL ? NAN : sqlite3_column_double(row, column);
}

/* The seal of the overview goes before the first change, and for good: a run that is killed after
 * it leaves none, by which the next one knows that the overview tells less than the database. */
static void break_seal(store *s) {
  char path[PATH_ROOM + 32];
  if (s->changed)
    return;
  s->changed = true;
  size_t folder = strlen(s->path) - strlen(STORE_NAME);
  snprintf(path, sizeof path, "%.*s%s", (int)folder, s->path, STORE_SEAL);
  if (unlink(path) != 0)
    return;
  snprintf(path, sizeof path, "%.*s", (int)folder, s->path);
  int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file >= 0) {
    fsync(file);
    close(file);
  }
}

bool store_changed(const store *s) {
  return s->changed;
}

/* ---- opening ------------------------------------------------------------------------------ */

static int64_t schema_version(store *s) {
  int64_t version = -1;
  sqlite3_stmt *row = ask(s, "PRAGMA user_version", "");
  if (row != NULL && sqlite3_step(row) == SQLITE_ROW)
    version = sqlite3_column_int64(row, 0);
  sqlite3_finalize(row);
  return version;
}

static sd_status meta_get(store *s, const char *key, sd_text *value, sd_diag *diag) {
  sqlite3_stmt *row = ask(s, "SELECT value FROM meta WHERE key = ?", "t", key);
  if (row == NULL)
    return failed(s, diag);
  if (sqlite3_step(row) == SQLITE_ROW)
    sd_text_add(value, text_at(row, 0));
  sqlite3_finalize(row);
  return value->failed ? sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", s->path) : SD_OK;
}

static sd_status meta_check(store *s, const char *key, const char *want, const char *what,
                            sd_diag *diag) {
  sd_text value = {0};
  sd_status status = meta_get(s, key, &value, diag);
  if (status == SD_OK && (value.v == NULL || strcmp(value.v, want) != 0))
    status = sd_fail(diag, SD_USAGE,
                     "%s: was made with other %s; choose another folder with -o, or go on with "
                     "the same",
                     s->path, what);
  sd_text_clear(&value);
  return status;
}

/* The only migration so far: from nothing. */
static sd_status make_schema(store *s, const char *settings, sd_diag *diag) {
  static const char PUT[] = "INSERT INTO meta VALUES (?, ?)";
  sd_status status = SD_OK;
  break_seal(s);
  SD_TRY(run(s, "BEGIN IMMEDIATE", diag));
  if (schema_version(s) == 0) { /* no other run was faster */
    SD_TRY(run(s, SCHEMA, diag));
    SD_TRY(finish(s, ask(s, PUT, "tt", "version", sd_version()), diag));
    SD_TRY(finish(s, ask(s, PUT, "tt", "settings", settings), diag));
  }
  SD_TRY(run(s, "COMMIT", diag));
done:
  return status;
}

static sd_status check_version(store *s, sd_diag *diag) {
  int64_t version = schema_version(s);
  if (version < 0)
    return failed(s, diag);
  if (version == SCHEMA_VERSION)
    return SD_OK;
  return sd_fail(diag, SD_UNREADABLE,
                 "%s: has schema %lld, this program knows %d; use the version that made it",
                 s->path, (long long)version, SCHEMA_VERSION);
}

static sd_status open_file(store **out, const char *folder, int flags, sd_diag *diag) {
  store *s = calloc(1, sizeof *s);
  if (s == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the database");
  snprintf(s->path, sizeof s->path, "%.4000s/%s", folder, STORE_NAME);
  if (sqlite3_open_v2(s->path, &s->db, flags, NULL) != SQLITE_OK) {
    sd_status status = failed(s, diag);
    store_close(s);
    return status;
  }
  sqlite3_busy_timeout(s->db, BUSY_MS);
  *out = s;
  return SD_OK;
}

sd_status store_open(store **out, const char *folder, const char *settings, sd_diag *diag) {
  store *s = NULL;
  sd_status status = open_file(
      &s, folder, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, diag);
  if (status != SD_OK)
    return status;
  /* FULL: what was told as finished is so after the power failed too */
  SD_TRY(run(s, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
             diag));
  int64_t version = schema_version(s);
  if (version <
      0) { /* it could not be read; a moment later it might, and would be taken for empty */
    status = failed(s, diag);
    goto done;
  }
  if (version == 0)
    SD_TRY(make_schema(s, settings, diag));
  SD_TRY(check_version(s, diag));
  SD_TRY(meta_check(s, "version", sd_version(), "program version", diag));
  SD_TRY(meta_check(s, "settings", settings, "settings", diag));
  *out = s;
  s = NULL;
done:
  store_close(s);
  return status;
}

sd_status store_open_finished(store **out, const char *folder, sd_text *settings, sd_diag *diag) {
  store *s = NULL;
  char path[PATH_ROOM];
  struct stat facts;
  snprintf(path, sizeof path, "%.4000s/%s", folder, STORE_NAME);
  if (stat(path, &facts) != 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: holds no %s: it is no output of 'scardelta batch'",
                   folder, STORE_NAME);
  sd_status status = open_file(&s, folder, SQLITE_OPEN_READWRITE, diag);
  if (status != SD_OK)
    return status;
  SD_TRY(check_version(s, diag));
  SD_TRY(meta_check(s, "version", sd_version(), "program version", diag));
  SD_TRY(meta_get(s, "settings", settings, diag));
  *out = s;
  s = NULL;
done:
  store_close(s);
  return status;
}

void store_close(store *s) {
  if (s == NULL)
    return;
  sqlite3_close(s->db);
  free(s);
}

/* ---- files -------------------------------------------------------------------------------- */

bool store_file_get(store *s, const char *path, store_file *file) {
  sqlite3_stmt *row = ask(s,
                          "SELECT sha256, looked, taken, yaw_deg FROM file"
                          " WHERE path = ? AND size = ? AND changed_ns = ?",
                          "tii", path, file->size, file->changed_ns);
  bool found = row != NULL && sqlite3_step(row) == SQLITE_ROW;
  if (found) {
    snprintf(file->sha256, sizeof file->sha256, "%s", text_at(row, 0));
    file->looked = sqlite3_column_int(row, 1) != 0;
    snprintf(file->taken, sizeof file->taken, "%s", text_at(row, 2));
    file->yaw_deg = number_at(row, 3);
  }
  sqlite3_finalize(row);
  return found;
}

sd_status store_file_put(store *s, const char *path, const store_file *f, sd_diag *diag) {
  break_seal(s);
  return finish(s,
                ask(s, "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)", "tiititd", path,
                    f->size, f->changed_ns, f->sha256, (int64_t)f->looked, f->taken, f->yaw_deg),
                diag);
}

/* ---- subjects and pairs ------------------------------------------------------------------- */

static int64_t subject_id(store *s, const char *name) {
  int64_t id = -1;
  sqlite3_stmt *row = ask(s, "SELECT id FROM subject WHERE name = ?", "t", name);
  if (row != NULL && sqlite3_step(row) == SQLITE_ROW)
    id = sqlite3_column_int64(row, 0);
  sqlite3_finalize(row);
  return id;
}

/* Is the subject known with this reason? */
static bool subject_is(store *s, const char *subject, const char *reason) {
  sqlite3_stmt *row =
      ask(s, "SELECT 1 FROM subject WHERE name = ? AND reason = ?", "tt", subject, reason);
  bool same = row != NULL && sqlite3_step(row) == SQLITE_ROW;
  sqlite3_finalize(row);
  return same;
}

sd_status store_subject_put(store *s, const char *subject, const char *reason, sd_diag *diag) {
  if (subject_is(s, subject, reason))
    return SD_OK;
  break_seal(s);
  return finish(s,
                ask(s,
                    "INSERT INTO subject(name, reason) VALUES (?, ?)"
                    " ON CONFLICT(name) DO UPDATE SET reason = excluded.reason",
                    "tt", subject, reason),
                diag);
}

static bool is_among(sqlite3_stmt *row, const store_pair *pairs, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (strcmp(pairs[k].view, text_at(row, 1)) == 0 &&
        strcmp(pairs[k].session_before, text_at(row, 2)) == 0 &&
        strcmp(pairs[k].session_after, text_at(row, 3)) == 0)
      return true;
  return false;
}

sd_status store_keep_only(store *s, const char *subject, const store_pair *pairs, size_t count,
                          sd_diag *diag) {
  int64_t gone[16];
  size_t found;
  sd_status status = SD_OK;
  do { /* a few at a time: most often none */
    found = 0;
    sqlite3_stmt *row =
        ask(s, "SELECT id, view, session_before, session_after FROM pair WHERE subject_id = ?", "i",
            subject_id(s, subject));
    if (row == NULL)
      return failed(s, diag);
    while (found < sizeof gone / sizeof *gone && sqlite3_step(row) == SQLITE_ROW)
      if (!is_among(row, pairs, count))
        gone[found++] = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    if (found > 0)
      break_seal(s);
    for (size_t k = 0; k < found && status == SD_OK; k++)
      status = finish(s, ask(s, "DELETE FROM pair WHERE id = ?", "i", gone[k]), diag);
  } while (found > 0 && status == SD_OK);
  return status;
}

bool store_pair_done(store *s, const store_pair *p, char failure[STORE_REASON_ROOM]) {
  sqlite3_stmt *row =
      ask(s,
          "SELECT status, reason FROM pair WHERE subject_id = ? AND view = ?"
          " AND session_before = ? AND session_after = ? AND key = ?",
          "itttt", subject_id(s, p->subject), p->view, p->session_before, p->session_after, p->key);
  bool done = row != NULL && sqlite3_step(row) == SQLITE_ROW;
  bool with_failure = done && strcmp(text_at(row, 0), "failed") == 0;
  snprintf(failure, STORE_REASON_ROOM, "%s", with_failure ? text_at(row, 1) : "");
  sqlite3_finalize(row);
  return done;
}

static const char *json_text(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}

static double json_number(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static sd_status put_metrics(store *s, int64_t pair, const json_t *root, sd_diag *diag) {
  const json_t *list = json_object_get(root, "metrics");
  sd_status status = SD_OK;
  for (size_t k = 0; k < json_array_size(list) && status == SD_OK; k++) {
    const json_t *m = json_array_get(list, k);
    status =
        finish(s,
               ask(s, "INSERT INTO metric VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   "iitttddddddtt", pair, (int64_t)k, json_text(m, "name"), json_text(m, "zone"),
                   json_text(m, "unit") != NULL ? json_text(m, "unit") : "",
                   json_number(m, "before"), json_number(m, "after"), json_number(m, "change"),
                   json_number(m, "ci_low"), json_number(m, "ci_high"), json_number(m, "mdc"),
                   json_text(m, "verdict"), json_text(m, "reason")),
               diag);
  }
  return status;
}

static sd_status put_scars(store *s, int64_t pair, const json_t *root, sd_diag *diag) {
  const json_t *list = json_object_get(root, "scars");
  sd_status status = SD_OK;
  for (size_t k = 0; k < json_array_size(list) && status == SD_OK; k++) {
    const json_t *v = json_array_get(list, k);
    status = finish(
        s,
        ask(s, "INSERT INTO scar VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            "iitddttdddddddd", pair, (int64_t)json_integer_value(json_object_get(v, "id")),
            json_text(v, "kind"), json_number(v, "kind_probability"), json_number(v, "score"),
            json_text(v, "state"), json_text(v, "zone") != NULL ? json_text(v, "zone") : "",
            json_number(v, "x"), json_number(v, "y"), json_number(v, "diameter_mm"),
            json_number(v, "contrast_before"), json_number(v, "contrast_after"),
            json_number(v, "change"), json_number(v, "ci_low"), json_number(v, "ci_high")),
        diag);
  }
  return status;
}

static sd_status put_row(store *s, const store_pair *p, const json_t *root, sd_diag *diag) {
  const json_t *photos = json_object_get(root, "photos");
  const json_t *before = json_object_get(photos, "before"),
               *after = json_object_get(photos, "after");
  int64_t subject = subject_id(s, p->subject);
  sd_status status =
      finish(s,
             ask(s,
                 "DELETE FROM pair WHERE subject_id = ? AND view = ? AND session_before = ?"
                 " AND session_after = ?",
                 "ittt", subject, p->view, p->session_before, p->session_after),
             diag);
  if (status != SD_OK)
    return status;
  return finish(
      s,
      ask(s,
          "INSERT INTO pair(subject_id, view, session_before, session_after, key, status, reason,"
          " comparability, folder, before_sha256, after_sha256, taken_before, taken_after)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          "ittttttttttt"
          "t",
          subject, p->view, p->session_before, p->session_after, p->key, p->status, p->reason,
          json_text(json_object_get(root, "comparability"), "verdict"), p->folder,
          json_text(before, "file_sha256"), json_text(after, "file_sha256"),
          json_text(before, "taken"), json_text(after, "taken")),
      diag);
}

static sd_status put_all(store *s, const store_pair *p, const json_t *root, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(store_subject_put(s, p->subject, "", diag));
  SD_TRY(put_row(s, p, root, diag));
  int64_t id = sqlite3_last_insert_rowid(s->db);
  SD_TRY(put_metrics(s, id, root, diag));
  SD_TRY(put_scars(s, id, root, diag));
done:
  return status;
}

sd_status store_pair_put(store *s, const store_pair *p, const sd_text *result, sd_diag *diag) {
  json_error_t error;
  json_t *root = result != NULL && result->v != NULL
                     ? json_loadb(result->v, result->length, 0, &error)
                     : json_object();
  if (root == NULL)
    return sd_fail(diag, SD_UNREADABLE, "%s: its result.json is damaged", p->folder);
  break_seal(s);
  sd_status status = run(s, "BEGIN IMMEDIATE", diag);
  if (status == SD_OK) {
    status = put_all(s, p, root, diag);
    if (status == SD_OK)
      status = run(s, "COMMIT", diag);
    if (status != SD_OK)
      sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
  }
  json_decref(root);
  return status;
}

/* ---- merging ------------------------------------------------------------------------------ */

/* Rows are told apart by what they are about, not by the numbers they have in either database. */
static const char JOIN[] =
    "INSERT OR REPLACE INTO file SELECT * FROM other.file;"
    "INSERT INTO subject(name, reason) SELECT name, reason FROM other.subject WHERE true"
    " ON CONFLICT(name) DO UPDATE SET reason = excluded.reason;"
    "CREATE TEMP TABLE twin(was INTEGER PRIMARY KEY, subject_id INTEGER);"
    "INSERT INTO twin SELECT o.id, s.id FROM other.subject o JOIN main.subject s ON s.name = "
    "o.name;"
    "DELETE FROM main.pair WHERE id IN (SELECT p.id FROM main.pair p JOIN twin t"
    " ON t.subject_id = p.subject_id JOIN other.pair o ON o.subject_id = t.was"
    " AND o.view = p.view AND o.session_before = p.session_before"
    " AND o.session_after = p.session_after);"
    "INSERT INTO main.pair(subject_id, view, session_before, session_after, key, status, reason,"
    " comparability, folder, before_sha256, after_sha256, taken_before, taken_after)"
    " SELECT t.subject_id, view, session_before, session_after, key, status, reason,"
    " comparability, folder, before_sha256, after_sha256, taken_before, taken_after"
    " FROM other.pair o JOIN twin t ON t.was = o.subject_id;"
    "CREATE TEMP TABLE twin_pair(was INTEGER PRIMARY KEY, pair_id INTEGER);"
    "INSERT INTO twin_pair SELECT o.id, p.id FROM other.pair o JOIN twin t ON t.was = o.subject_id"
    " JOIN main.pair p ON p.subject_id = t.subject_id AND p.view = o.view"
    " AND p.session_before = o.session_before AND p.session_after = o.session_after;"
    "INSERT INTO main.metric SELECT w.pair_id, place, name, zone, unit, before, after, change,"
    " ci_low, ci_high, mdc, verdict, reason FROM other.metric m JOIN twin_pair w"
    " ON w.was = m.pair_id;"
    "INSERT INTO main.scar SELECT w.pair_id, number, kind, kind_probability, score, state, zone, x,"
    " y, diameter_mm, contrast_before, contrast_after, change, ci_low, ci_high FROM other.scar m"
    " JOIN twin_pair w ON w.was = m.pair_id;"
    "DROP TABLE twin; DROP TABLE twin_pair;";

sd_status store_join(store *s, const char *folder, sd_diag *diag) {
  char path[PATH_ROOM];
  snprintf(path, sizeof path, "%.4000s/%s", folder, STORE_NAME);
  break_seal(s);
  sd_status status = finish(s, ask(s, "ATTACH DATABASE ? AS other", "t", path), diag);
  if (status != SD_OK)
    return status;
  SD_TRY(run(s, "BEGIN IMMEDIATE", diag));
  status = run(s, JOIN, diag);
  if (status == SD_OK)
    status = run(s, "COMMIT", diag);
  if (status != SD_OK)
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
done:
  sqlite3_exec(s->db, "DETACH DATABASE other", NULL, NULL, NULL);
  return status;
}

/* ---- reading it back ---------------------------------------------------------------------- */

#define PAIR_ORDER "s.name, p.view, p.session_before, p.session_after"

sd_status store_rows(store *s, store_visit_row visit, void *context, sd_diag *diag) {
  sqlite3_stmt *row =
      ask(s,
          "SELECT s.name, p.view, p.session_before, p.session_after, p.status, p.comparability,"
          " m.zone, m.name, m.unit, m.verdict, m.reason, m.before, m.after, m.change, m.ci_low,"
          " m.ci_high, m.mdc FROM metric m JOIN pair p ON p.id = m.pair_id"
          " JOIN subject s ON s.id = p.subject_id ORDER BY " PAIR_ORDER ", m.place",
          "");
  sd_status status = row != NULL ? SD_OK : failed(s, diag);
  int code = SQLITE_DONE;
  while (status == SD_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
    sd_summary_row r = {.subject = text_at(row, 0),
                        .view = text_at(row, 1),
                        .session_before = text_at(row, 2),
                        .session_after = text_at(row, 3),
                        .status = text_at(row, 4),
                        .comparability = text_at(row, 5),
                        .zone = text_at(row, 6),
                        .metric = text_at(row, 7),
                        .unit = text_at(row, 8),
                        .verdict = text_at(row, 9),
                        .reason = text_at(row, 10),
                        .before = number_at(row, 11),
                        .after = number_at(row, 12),
                        .change = number_at(row, 13),
                        .ci_low = number_at(row, 14),
                        .ci_high = number_at(row, 15),
                        .mdc = number_at(row, 16)};
    status = visit(context, &r, diag);
  }
  if (status == SD_OK && code != SQLITE_DONE)
    status = failed(s, diag);
  sqlite3_finalize(row);
  return status;
}

#define COUNT_OF(verdict)                                                                          \
  "(SELECT count(*) FROM metric m WHERE m.pair_id = p.id AND m.verdict = '" verdict "')"

sd_status store_lines(store *s, store_visit_line visit, void *context, sd_diag *diag) {
  sqlite3_stmt *row = ask(
      s,
      "SELECT s.name, p.view, p.session_before, p.session_after,"
      " coalesce(p.status, CASE WHEN s.reason <> '' THEN 'failed' ELSE 'nothing' END),"
      " p.comparability,"
      " coalesce(p.reason, s.reason), "
      "p.folder," COUNT_OF("improved") "," COUNT_OF("worsened") "," COUNT_OF("changed") "," COUNT_OF(
          "no_detectable_change") "," COUNT_OF("not_measurable") " FROM subject s LEFT JOIN "
                                                                 "pair p ON s.id = "
                                                                 "p.subject_id ORDER "
                                                                 "BY " PAIR_ORDER,
      "");
  sd_status status = row != NULL ? SD_OK : failed(s, diag);
  int code = SQLITE_DONE;
  while (status == SD_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
    sd_index_line l = {text_at(row, 0),
                       text_at(row, 1),
                       text_at(row, 2),
                       text_at(row, 3),
                       text_at(row, 4),
                       text_at(row, 5),
                       text_at(row, 6),
                       text_at(row, 7),
                       sqlite3_column_int64(row, 8),
                       sqlite3_column_int64(row, 9),
                       sqlite3_column_int64(row, 10),
                       sqlite3_column_int64(row, 11),
                       sqlite3_column_int64(row, 12)};
    status = visit(context, &l, diag);
  }
  if (status == SD_OK && code != SQLITE_DONE)
    status = failed(s, diag);
  sqlite3_finalize(row);
  return status;
}
