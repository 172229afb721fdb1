/* Discovery: folders below the input are subjects, dates and views come from the names of files and
 * of the folders between. Links are not followed, so that no loop can be entered; pipes and devices
 * are no photos. */
#include "archive/plan.h"

#include "archive/files.h"
#include "base/list.h"
#include "scardelta/trend.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { PATH_ROOM = 4096, DEPTH_MAX = 16 };

void plan_subject_clear(plan_subject *subject) {
  for (size_t k = 0; k < subject->count; k++)
    free(subject->photos[k].path);
  for (size_t k = 0; k < subject->count; k++)
    free(subject->photos[k].treatment);
  free(subject->photos);
  *subject = (plan_subject){0};
}

static sd_status no_memory(sd_diag *diag) {
  return sd_fail(diag, SD_NO_MEMORY, "not enough memory to plan the comparisons");
}

/* ---- names -------------------------------------------------------------------------------- */

/* The first of the words front, frontal, left and right that stands alone in the name. */
static void view_in(char out[8], const char *name) {
  static const char *const WORDS[] = {"frontal", "front", "left", "right"};
  for (const char *at = name; *at != '\0';) {
    size_t length = 0;
    while (isalpha((unsigned char)at[length]))
      length++;
    for (size_t k = 0; k < sizeof WORDS / sizeof *WORDS && length > 0; k++)
      if (strlen(WORDS[k]) == length && strncasecmp(at, WORDS[k], length) == 0) {
        snprintf(out, 8, "%s", k < 2 ? "front" : WORDS[k]);
        return;
      }
    at += length > 0 ? length : 1;
  }
}

static bool is_photo_name(const char *name) {
  static const char *const SUFFIXES[] = {".jpg", ".jpeg", ".png",  ".heic", ".heif",
                                         ".tif", ".tiff", ".webp", ".jpe"};
  const char *dot = strrchr(name, '.');
  for (size_t k = 0; dot != NULL && k < sizeof SUFFIXES / sizeof *SUFFIXES; k++)
    if (strcasecmp(dot, SUFFIXES[k]) == 0)
      return true;
  return false;
}

void plan_safe_name(char out[128], const char *name) {
  enum { KEPT = 90 };
  char hash[65];
  size_t n = 0;
  bool same = true;
  for (size_t k = 0; name[k] != '\0' && n < KEPT; k++) {
    unsigned char c = (unsigned char)name[k];
    bool kept = c >= 0x80 || isalnum(c) || (strchr("._-", c) != NULL && !(k == 0 && c != '_'));
    same = same && kept;
    out[n++] = (char)(kept ? c : '_');
  }
  same = same && name[n] == '\0' && n > 0;
  out[n] = '\0';
  if (same)
    return;
  while (n > 0 && ((unsigned char)out[n - 1] & 0xC0) == 0x80) /* no torn letter at the cut */
    out[--n] = '\0';
  if (n > 0 && (unsigned char)out[n - 1] >= 0xC0)
    out[--n] = '\0';
  sd_sha256_hex(name, strlen(name), hash);
  snprintf(out + n, 128 - n, "~%.12s", hash);
}

/* ---- photos of a subject ------------------------------------------------------------------ */

static plan_photo *add_photo(plan_subject *s, const char *path) {
  if (!sd_list_grow(&s->photos, &s->room, s->count, sizeof *s->photos))
    return NULL;
  plan_photo *photo = &s->photos[s->count];
  *photo = (plan_photo){.path = strdup(path)};
  if (photo->path == NULL)
    return NULL;
  s->count++;
  return photo;
}

static void set_date(plan_photo *photo, const char *text) {
  char date[11];
  date_in_name(date, text, strlen(text));
  photo->dated = date[0] != '\0';
  if (photo->dated)
    snprintf(photo->session, sizeof photo->session, "%s", date);
}

/* The file's own name speaks first, then the folders, the nearest first. */
static void read_name(plan_photo *photo, const char *below_subject) {
  char part[PATH_ROOM];
  snprintf(part, sizeof part, "%s", below_subject);
  for (;;) {
    char *slash = strrchr(part, '/');
    const char *name = slash != NULL ? slash + 1 : part;
    if (!photo->dated)
      set_date(photo, name);
    if (photo->view[0] == '\0')
      view_in(photo->view, name);
    if (slash == NULL)
      return;
    *slash = '\0';
  }
}

typedef struct listing {
  const char *root; /* the input */
  plan_subject *subject;
} listing;

static sd_status leave_out(plan_subject *s, const char *path, const char *why, sd_diag *diag) {
  plan_photo *photo = add_photo(s, path);
  if (photo == NULL)
    return no_memory(diag);
  snprintf(photo->left_out, sizeof photo->left_out, "%s", why);
  return SD_OK;
}

/* Does the folder hold a result of this program? Its pictures show faces, but are no photos. */
static bool is_result(const char *folder) {
  static const size_t BYTES_MAX = (size_t)1 << 20;
  static const char HEAD[] = "# scardelta ";
  char path[3 * PATH_ROOM];
  sd_text manifest = {0};
  snprintf(path, sizeof path, "%s/manifest.sha256", folder);
  bool ours = file_read(&manifest, path, BYTES_MAX, NULL) == SD_OK && manifest.v != NULL &&
              strncmp(manifest.v, HEAD, sizeof HEAD - 1) == 0;
  sd_text_clear(&manifest);
  return ours;
}

static sd_status list_folder(listing *l, const char *below, int depth, sd_diag *diag);

static sd_status list_entry(listing *l, const char *below, const char *name, int depth,
                            sd_diag *diag) {
  char path[PATH_ROOM], whole[2 * PATH_ROOM];
  struct stat facts;
  if (snprintf(path, sizeof path, "%s/%s", below, name) >= (int)sizeof path)
    return leave_out(l->subject, name, "its path is too long", diag);
  snprintf(whole, sizeof whole, "%s/%s", l->root, path);
  if (lstat(whole, &facts) != 0)
    return leave_out(l->subject, path, "it cannot be read", diag);
  if (S_ISDIR(facts.st_mode) && strcmp(name, "images") == 0) {
    snprintf(whole, sizeof whole, "%s/%s", l->root, below);
    if (is_result(whole))
      return leave_out(l->subject, path, "pictures that scardelta made", diag);
  }
  if (S_ISDIR(facts.st_mode))
    return depth < DEPTH_MAX ? list_folder(l, path, depth + 1, diag)
                             : leave_out(l->subject, path, "too many folders in folders", diag);
  if (S_ISLNK(facts.st_mode) && (stat(whole, &facts) != 0 || !S_ISREG(facts.st_mode)))
    return leave_out(l->subject, path, "a link, but not to a file", diag);
  if (!S_ISREG(facts.st_mode))
    return leave_out(l->subject, path, "no ordinary file", diag);
  if (!is_photo_name(name))
    return leave_out(l->subject, path, "not named as a photo is (.jpg, .png, .heic, ...)", diag);
  plan_photo *photo = add_photo(l->subject, path);
  if (photo == NULL)
    return no_memory(diag);
  read_name(photo, path + strlen(l->subject->name) + 1);
  return SD_OK;
}

static int by_text(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

/* Hidden files are nobody's photos. */
static int is_shown(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static void free_list(struct dirent **v, int count) {
  for (int k = 0; k < count; k++)
    free(v[k]);
  free(v);
}

static sd_status list_folder(listing *l, const char *below, int depth, sd_diag *diag) {
  char whole[2 * PATH_ROOM];
  struct dirent **v = NULL;
  snprintf(whole, sizeof whole, "%s/%s", l->root, below);
  int count = scandir(whole, &v, is_shown, by_text);
  if (count < 0)
    return errno == ENOMEM ? no_memory(diag)
                           : leave_out(l->subject, below, "the folder cannot be read", diag);
  sd_status status = SD_OK;
  for (int k = 0; k < count && status == SD_OK; k++)
    status = list_entry(l, below, v[k]->d_name, depth, diag);
  free_list(v, count);
  return status;
}

/* ---- a folder of subjects ----------------------------------------------------------------- */

static bool is_folder(const char *root, const char *name) {
  char whole[2 * PATH_ROOM];
  struct stat facts;
  snprintf(whole, sizeof whole, "%s/%s", root, name);
  return lstat(whole, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static sd_status walk_folder(const char *root, bool names_only, plan_visit visit, void *context,
                             sd_diag *diag) {
  struct dirent **v = NULL;
  int count = scandir(root, &v, is_shown, by_text);
  if (count < 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: cannot be read (%s)", root, strerror(errno));
  sd_status status = SD_OK;
  for (int k = 0; k < count && status == SD_OK; k++) {
    plan_subject subject = {0};
    listing l = {root, &subject};
    if (!is_folder(root, v[k]->d_name))
      continue;
    snprintf(subject.name, sizeof subject.name, "%s", v[k]->d_name);
    if (!names_only)
      status = list_folder(&l, v[k]->d_name, 0, diag);
    if (status == SD_OK)
      status = visit(context, &subject, diag);
    plan_subject_clear(&subject);
  }
  free_list(v, count);
  return status;
}

/* ---- a manifest --------------------------------------------------------------------------- */

enum { FIELDS = 5 };
static const size_t MANIFEST_BYTES_MAX = (size_t)1 << 30;

typedef struct row {
  const char *field[FIELDS]; /* subject, session, view, path, treatment */
  size_t line;
} row;

static bool is_view(const char *view) {
  return *view == '\0' || strcmp(view, "front") == 0 || strcmp(view, "left") == 0 ||
         strcmp(view, "right") == 0 || strcmp(view, "auto") == 0;
}

static sd_status check_row(const row *r, int count, const char *path, sd_diag *diag) {
  const char *wrong = NULL;
  if (count < 4 || count > FIELDS)
    wrong = "needs subject,session,view,path and may have a treatment";
  else if (r->field[0][0] == '\0' || strlen(r->field[0]) >= PLAN_NAME_ROOM)
    wrong = "has no subject, or one longer than 255 bytes";
  else if (r->field[1][0] == '\0' || strlen(r->field[1]) >= PLAN_NAME_ROOM)
    wrong = "has no session, or one longer than 255 bytes";
  else if (!is_view(r->field[2]))
    wrong = "has a view that is not front, left, right, auto or empty";
  else if (r->field[3][0] == '\0' || strlen(r->field[3]) >= PATH_ROOM / 2)
    wrong = "has no path, or one that is too long";
  else if (strlen(r->field[4]) + strlen(r->field[1]) + 2 >= sizeof((sd_treatment *)0)->label)
    wrong = "has a treatment that is too long: with its session 117 bytes are the most";
  return wrong == NULL ? SD_OK : sd_fail(diag, SD_USAGE, "%s: line %zu %s", path, r->line, wrong);
}

static int by_subject(const void *a, const void *b) {
  const row *p = a, *q = b;
  int order = strcmp(p->field[0], q->field[0]);
  return order != 0 ? order : (p->line > q->line) - (p->line < q->line);
}

static sd_status cut_rows(row *rows, size_t *count, char *text, const char *path, sd_diag *diag) {
  char *at = text;
  for (size_t line = 1; *at != '\0'; line++) {
    const char *field[FIELDS + 1];
    int fields = 0;
    at = csv_cut_record(at, field, FIELDS + 1, &fields);
    if (at == NULL)
      return sd_fail(diag, SD_USAGE, "%s: line %zu: a quote is left open", path, line);
    row r = {.line = line};
    for (int k = 0; k < FIELDS; k++)
      r.field[k] = k < fields ? field[k] : "";
    if (line == 1 &&
        (fields < 4 || strcmp(r.field[0], "subject") != 0 || strcmp(r.field[1], "session") != 0 ||
         strcmp(r.field[2], "view") != 0 || strcmp(r.field[3], "path") != 0))
      return sd_fail(diag, SD_USAGE,
                     "%s: is no folder, and its first line is not subject,session,view,path", path);
    if (line == 1 || (fields == 1 && r.field[0][0] == '\0'))
      continue;
    sd_status status = check_row(&r, fields, path, diag);
    if (status != SD_OK)
      return status;
    rows[(*count)++] = r;
  }
  return SD_OK;
}

static sd_status take_row(plan_subject *s, const row *r, sd_diag *diag) {
  plan_photo *photo = add_photo(s, r->field[3]);
  if (photo == NULL)
    return no_memory(diag);
  photo->given = true;
  photo->dated = strlen(r->field[1]) == 10 && !isnan(sd_day_of(r->field[1]));
  snprintf(photo->session, sizeof photo->session, "%s", r->field[1]);
  snprintf(photo->view, sizeof photo->view, "%.7s", r->field[2]);
  if (r->field[4][0] == '\0')
    return SD_OK;
  photo->treatment = strdup(r->field[4]);
  return photo->treatment != NULL ? SD_OK : no_memory(diag);
}

static sd_status visit_rows(const row *rows, size_t count, plan_visit visit, void *context,
                            sd_diag *diag) {
  sd_status status = SD_OK;
  for (size_t k = 0; k < count && status == SD_OK;) {
    plan_subject subject = {0};
    const char *name = rows[k].field[0];
    snprintf(subject.name, sizeof subject.name, "%s", name);
    for (; k < count && strcmp(rows[k].field[0], name) == 0 && status == SD_OK; k++)
      status = take_row(&subject, &rows[k], diag);
    if (status == SD_OK)
      status = visit(context, &subject, diag);
    plan_subject_clear(&subject);
  }
  return status;
}

static sd_status walk_manifest(const char *path, plan_visit visit, void *context, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_text text = {0};
  row *rows = NULL;
  size_t lines = 1, count = 0;
  SD_TRY(csv_read(&text, path, MANIFEST_BYTES_MAX, false, diag));
  if (text.v == NULL || strlen(text.v) != text.length) {
    status = sd_fail(diag, SD_USAGE, "%s: is neither a folder nor a manifest", path);
    goto done;
  }
  for (const char *at = text.v; *at != '\0'; at++)
    lines += *at == '\n' || *at == '\r';
  rows = malloc((lines + 1) * sizeof *rows);
  if (rows == NULL) {
    status = no_memory(diag);
    goto done;
  }
  SD_TRY(cut_rows(rows, &count, text.v, path, diag));
  qsort(rows, count, sizeof *rows, by_subject);
  status = visit_rows(rows, count, visit, context, diag);
done:
  free(rows);
  sd_text_clear(&text);
  return status;
}

static sd_status walk(const char *input, bool names_only, plan_visit visit, void *context,
                      sd_diag *diag) {
  struct stat facts;
  if (stat(input, &facts) != 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: cannot be opened (%s)", input, strerror(errno));
  return S_ISDIR(facts.st_mode) ? walk_folder(input, names_only, visit, context, diag)
                                : walk_manifest(input, visit, context, diag);
}

sd_status plan_walk(const char *input, plan_visit visit, void *context, sd_diag *diag) {
  return walk(input, false, visit, context, diag);
}

sd_status plan_walk_names(const char *input, plan_visit visit, void *context, sd_diag *diag) {
  return walk(input, true, visit, context, diag);
}

void plan_root(char room[PATH_ROOM], const char *input) {
  struct stat facts;
  if (stat(input, &facts) == 0 && S_ISDIR(facts.st_mode))
    snprintf(room, PATH_ROOM, "%s", input);
  else
    file_folder(room, input);
}

/* ---- sessions and views ------------------------------------------------------------------- */

static bool takes_part(const plan_photo *photo) {
  return photo->left_out[0] == '\0';
}

bool plan_needs_look(const plan_subject *subject, const plan_photo *photo, bool view_asked) {
  if (!takes_part(photo))
    return false;
  if (!photo->dated && !photo->given)
    return true;
  if (photo->view[0] != '\0' || view_asked)
    return photo->view[0] == '\0';
  for (size_t k = 0; k < subject->count; k++) {
    const plan_photo *other = &subject->photos[k];
    if (other == photo || !takes_part(other))
      continue;
    if (other->view[0] != '\0' || strcmp(other->session, photo->session) == 0)
      return true;
  }
  return false;
}

/* A head turned further than this shows a side. */
static const double SIDE_YAW_DEG = 20;

void plan_tell(plan_photo *photo, const char *taken, double yaw_deg) {
  if (!photo->dated && !photo->given)
    set_date(photo, taken);
  if (photo->view[0] == '\0' &&
      !isnan(yaw_deg)) /* the left side faces the lens when turned right */
    snprintf(photo->view, sizeof photo->view, "%s",
             fabs(yaw_deg) <= SIDE_YAW_DEG ? "front"
             : yaw_deg < 0                 ? "left"
                                           : "right");
}

static void complete(plan_photo *photo) {
  if (photo->session[0] == '\0') { /* no date: its name keeps the order that names have */
    const char *name = file_name(photo->path);
    snprintf(photo->session, sizeof photo->session, "%s", name);
    char *dot = strrchr(photo->session, '.');
    if (dot != NULL && dot != photo->session)
      *dot = '\0';
  }
  if (photo->view[0] == '\0')
    snprintf(photo->view, sizeof photo->view, "auto");
}

/* Dated sessions come before undated ones. */
static int by_session(const plan_photo *p, const plan_photo *q) {
  return p->dated != q->dated ? (p->dated ? -1 : 1) : strcmp(p->session, q->session);
}

/* View, then dated sessions before undated ones, then paths; those left out come last. */
static int in_order(const void *a, const void *b) {
  const plan_photo *p = a, *q = b;
  if (takes_part(p) != takes_part(q))
    return takes_part(p) ? -1 : 1;
  int order = takes_part(p) ? strcmp(p->view, q->view) : 0;
  if (order == 0 && takes_part(p))
    order = by_session(p, q);
  return order != 0 ? order : strcmp(p->path, q->path);
}

size_t plan_treatments(sd_treatment *out, const plan_subject *s, const plan_pair *pair) {
  size_t count = 0;
  for (size_t k = 0; k < s->count; k++) {
    const plan_photo *photo = &s->photos[k];
    sd_treatment t = {.date = ""};
    bool told = photo->treatment == NULL || by_session(photo, pair->before) < 0 ||
                by_session(photo, pair->after) >= 0;
    if (told)
      continue;
    if (photo->dated)
      snprintf(t.date, sizeof t.date, "%.10s", photo->session);
    /* what a manifest says fits (check_row) */
    told = snprintf(t.label, sizeof t.label, "%s%s%s", photo->dated ? "" : photo->session,
                    photo->dated ? "" : ": ", photo->treatment) < 0;
    for (size_t i = 0; i < count && !told; i++) /* every view of the day may say it */
      told = strcmp(out[i].date, t.date) == 0 && strcmp(out[i].label, t.label) == 0;
    if (!told)
      out[count++] = t;
  }
  return count;
}

static void leave_repeats(plan_subject *s) {
  for (size_t k = 1; k < s->count; k++) {
    const plan_photo *first = &s->photos[k - 1];
    plan_photo *photo = &s->photos[k];
    for (size_t n = k; n-- > 0 && !takes_part(first);)
      first = &s->photos[n];
    if (takes_part(photo) && takes_part(first) && strcmp(first->view, photo->view) == 0 &&
        strcmp(first->session, photo->session) == 0)
      snprintf(photo->left_out, sizeof photo->left_out,
               "another photo of this session and view is there: %.120s", file_name(first->path));
  }
}

sd_status plan_order(plan_subject *s, plan_pair **pairs, size_t *pair_count, sd_diag *diag) {
  plan_pair *made = malloc((s->count + 1) * sizeof *made);
  size_t n = 0;
  if (made == NULL)
    return no_memory(diag);
  for (size_t k = 0; k < s->count; k++)
    complete(&s->photos[k]);
  if (s->count > 1)
    qsort(s->photos, s->count, sizeof *s->photos, in_order);
  leave_repeats(s);
  const plan_photo *first = NULL;
  for (size_t k = 0; k < s->count; k++) {
    const plan_photo *photo = &s->photos[k];
    if (!takes_part(photo))
      continue;
    if (first == NULL || strcmp(first->view, photo->view) != 0)
      first = photo;
    else
      made[n++] = (plan_pair){first, photo};
  }
  for (size_t k = 0; k < s->count; k++) { /* a view seen once has nothing to compare with */
    plan_photo *photo = &s->photos[k];
    bool used = !takes_part(photo);
    for (size_t p = 0; p < n && !used; p++)
      used = made[p].before == photo || made[p].after == photo;
    if (!used)
      snprintf(photo->left_out, sizeof photo->left_out, "the only photo of its view (%s)",
               photo->view);
  }
  *pairs = made;
  *pair_count = n;
  return SD_OK;
}
