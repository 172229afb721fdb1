/* Points set by hand for the photos of a course: photo,x_before,y_before,x_after,y_after, BEFORE
 * being the first photo and `photo` the other one by its file name. They are kept in the folder by
 * the photos' hashes, and used again by the next run that begins with the same photo. */
#include "archive/timeline.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 5, PATH_ROOM = 4096 };
static const size_t FILE_MAX = (size_t)64 << 20;
static const char KEPT_FILE[] = "points.csv", KEPT_HEAD[] = "# points of course ",
                  HASH_MARK[] = "sha256:";
static const char HEADER[] = "photo,x_before,y_before,x_after,y_after";

void course_points_clear(course_points *points) {
  free(points->v);
  sd_text_clear(&points->text);
  sd_text_clear(&points->kept);
  *points = (course_points){0};
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool take_number(double *out, const char *cell) {
  char *end;
  *out = strtod(cell, &end);
  return end != cell && end[strspn(end, " \t")] == '\0' && isfinite(*out);
}

static bool take_row(course_point *out, const char *const field[FIELDS], int fields, size_t line) {
  double *to[] = {&out->pair.before.x, &out->pair.before.y, &out->pair.after.x, &out->pair.after.y};
  *out = (course_point){.photo = field[0], .line = line};
  bool good = fields == FIELDS && field[0][0] != '\0';
  for (int k = 1; good && k < FIELDS; k++)
    good = take_number(to[k - 1], field[k]);
  return good;
}

/* The header, as one line of text again. */
static bool is_header(const char *const field[FIELDS], int fields) {
  char line[128] = "";
  for (int k = 0; k < fields && k < FIELDS; k++)
    snprintf(line + strlen(line), sizeof line - strlen(line), "%s%s", k > 0 ? "," : "", field[k]);
  return fields == FIELDS && strcmp(line, HEADER) == 0;
}

static sd_status cut_rows(course_points *out, const char *path, sd_diag *diag) {
  char *at = out->text.v;
  size_t line = 1;
  if (*at == '#') { /* a kept list names its first photo */
    at += strcspn(at, "\n");
    at += *at == '\n';
    line++;
  }
  for (bool header = true; *at != '\0' || header; line++) {
    const char *field[FIELDS] = {"", "", "", "", ""};
    int fields = 0;
    at = csv_cut_record(at, field, FIELDS, &fields);
    if (at == NULL)
      return sd_fail(diag, SD_UNREADABLE, "%s: line %zu: a quote is left open", path, line);
    if (header && !is_header(field, fields))
      return sd_fail(diag, SD_UNREADABLE,
                     "%s: the first line must be \"%s\": a course has many photos, and each point "
                     "names the one it is for",
                     path, HEADER);
    bool blank = fields == 1 && field[0][strspn(field[0], " \t")] == '\0';
    if (!header && !blank && !take_row(&out->v[out->count++], field, fields, line))
      return sd_fail(diag, SD_UNREADABLE, "%s: line %zu is not a photo's name and four numbers",
                     path, line);
    header = false;
  }
  return out->count > 0 ? SD_OK : sd_fail(diag, SD_UNREADABLE, "%s: holds no points", path);
}

static sd_status read_list(course_points *out, const char *path, sd_diag *diag) {
  size_t lines = 2;
  sd_status status = csv_read(&out->text, path, FILE_MAX, true, diag);
  if (status != SD_OK)
    return status;
  if (out->text.v == NULL || strlen(out->text.v) != out->text.length)
    return sd_fail(diag, SD_UNREADABLE, "%s: is no list of points", path);
  for (const char *at = out->text.v; *at != '\0'; at++)
    lines += *at == '\n' || *at == '\r';
  out->v = calloc(lines, sizeof *out->v);
  if (out->v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
  return cut_rows(out, path, diag);
}

/* ---- kept ----------------------------------------------------------------------------------- */

static void kept_path(char path[PATH_ROOM], const char *folder) {
  snprintf(path, PATH_ROOM, "%.4000s/%s", folder, KEPT_FILE);
}

/* Does the folder keep points of a course that begins with this photo? */
static bool keeps_for(const char *folder, const char *first_sha256) {
  char path[PATH_ROOM], line[128];
  sd_text text = {0};
  kept_path(path, folder);
  snprintf(line, sizeof line, "%s%s\n", KEPT_HEAD, first_sha256);
  bool same = file_read(&text, path, FILE_MAX, NULL) == SD_OK && text.v != NULL &&
              strncmp(text.v, line, strlen(line)) == 0;
  sd_text_clear(&text);
  return same;
}

sd_status course_points_read(course_points *out, const char *given, const char *folder,
                             const char *first_sha256, sd_diag *diag) {
  char path[PATH_ROOM];
  if (given == NULL && !keeps_for(folder, first_sha256))
    return SD_OK;
  kept_path(path, folder);
  out->reused = given == NULL;
  snprintf(out->path, sizeof out->path, "%s", given != NULL ? given : path);
  return read_list(out, out->path, diag);
}

/* ---- whose they are ------------------------------------------------------------------------- */

/* By the hash, the path as it was given, or its end: "2025-03-04/front.jpg", "front.jpg". */
static bool is_named(const shot *s, const char *name) {
  size_t length = strlen(s->path), end = strlen(name);
  if (strncmp(name, HASH_MARK, sizeof HASH_MARK - 1) == 0)
    return strcmp(name + sizeof HASH_MARK - 1, s->facts.file_sha256) == 0;
  return end <= length && strcmp(s->path + length - end, name) == 0 &&
         (end == length || s->path[length - end - 1] == '/');
}

static sd_status find_shot(course_point *p, const shots *all, const course_points *points,
                           sd_diag *diag) {
  size_t found = 0;
  p->shot = SIZE_MAX;
  for (size_t k = 0; k < all->count; k++)
    if (is_named(&all->v[k], p->photo)) {
      p->shot = k;
      found++;
    }
  if (points->reused && found == 0) /* the photo is gone, or another one now */
    return SD_OK;
  if (found != 1)
    return sd_fail(diag, SD_USAGE, "%s: line %zu: %s photo of the course is named %.200s",
                   points->path, p->line, found == 0 ? "no" : "more than one", p->photo);
  if (p->shot == 0)
    return sd_fail(diag, SD_USAGE,
                   "%s: line %zu: %.200s is the first photo, which all points have as their BEFORE",
                   points->path, p->line, p->photo);
  const sd_photo *photo[2] = {&all->v[0].facts, &all->v[p->shot].facts};
  const sd_point *at[2] = {&p->pair.before, &p->pair.after};
  for (int side = 0; side < 2; side++)
    if (!(at[side]->x >= -0.5 && at[side]->y >= -0.5 && at[side]->x <= photo[side]->width - 0.5 &&
          at[side]->y <= photo[side]->height - 0.5))
      return sd_fail(
          diag, SD_USAGE, "%s: line %zu: (%g, %g) lies outside %s, which has %d x %d pixels",
          points->path, p->line, at[side]->x, at[side]->y,
          file_name(all->v[side == 0 ? 0 : p->shot].path), photo[side]->width, photo[side]->height);
  return SD_OK;
}

sd_status course_points_assign(course_points *points, const shots *all, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t kept = 0;
  for (size_t k = 0; k < points->count; k++) {
    SD_TRY(find_shot(&points->v[k], all, points, diag));
    if (points->v[k].shot != SIZE_MAX)
      points->v[kept++] = points->v[k];
  }
  points->count = kept;
  sd_text_addf(&points->kept, "%s%s\n%s\n", KEPT_HEAD, all->v[0].facts.file_sha256, HEADER);
  for (size_t k = 0; k < kept; k++) {
    const course_point *p = &points->v[k];
    sd_text_addf(&points->kept, "%s%s,%.17g,%.17g,%.17g,%.17g\n", HASH_MARK,
                 all->v[p->shot].facts.file_sha256, p->pair.before.x, p->pair.before.y,
                 p->pair.after.x, p->pair.after.y);
  }
  if (points->kept.failed)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the points");
done:
  return status;
}

sd_status course_points_of(hand_points *out, const course_points *points, size_t photo,
                           sd_diag *diag) {
  *out = (hand_points){.reused = points->reused};
  if (points->count == 0)
    return SD_OK;
  out->v = calloc(points->count, sizeof *out->v);
  if (out->v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the points");
  for (size_t k = 0; k < points->count; k++)
    if (points->v[k].shot == photo)
      out->v[out->count++] = points->v[k].pair;
  return SD_OK;
}

sd_status course_points_fit(const course_points *points, const char *folder,
                            const char *first_sha256, sd_diag *diag) {
  char path[PATH_ROOM];
  kept_path(path, folder);
  if (points->count > 0 && points_are_kept(path) && !keeps_for(folder, first_sha256))
    return sd_fail(diag, SD_USAGE,
                   "%s: was kept there for other photos; give these another folder (-o)", path);
  return SD_OK;
}

sd_status course_points_keep(course_points *points, outputs *out, sd_diag *diag) {
  char path[PATH_ROOM];
  if (points->count > 0)
    return outputs_add(out, KEPT_FILE, &points->kept, diag);
  kept_path(path, out->folder);
  if (points_are_kept(path)) /* of other photos; a list of the user's own stays */
    outputs_remove(out, KEPT_FILE);
  return SD_OK;
}
