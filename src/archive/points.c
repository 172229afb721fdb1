/* Point lists as CSV: a header line, then numbers; blank lines are fine. */
#include "archive/files.h"

#include "base/list.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 4 };
static const size_t FILE_MAX = (size_t)64 << 20;

/* Parses `columns` comma-separated finite numbers and nothing else; advances to the next line. */
static bool parse_row(char **at, double *values, int columns) {
  for (int c = 0; c < columns; c++) {
    char *end;
    values[c] = strtod(*at, &end);
    if (end == *at || !isfinite(values[c]))
      return false;
    end += strspn(end, " \t");
    if (c + 1 < columns && *end != ',')
      return false;
    *at = c + 1 < columns ? end + 1 : end;
  }
  *at += strspn(*at, "\r");
  if (**at != '\n' && **at != '\0')
    return false;
  *at += **at == '\n';
  return true;
}

static bool blank_line(char **at) {
  size_t space = strspn(*at, " \t\r");
  if ((*at)[space] != '\n')
    return false;
  *at += space + 1;
  return true;
}

static bool header_line(char **at, const char *header) {
  size_t length = strlen(header);
  if (strncmp(*at, header, length) != 0)
    return false;
  char *end = *at + length;
  end += strspn(end, " \t\r");
  if (*end != '\n' && *end != '\0')
    return false;
  *at = end + (*end == '\n');
  return true;
}

/* All rows, `columns` numbers each, in one block the caller frees. */
static sd_status read_rows(double **out, size_t *count, const char *path, const char *header,
                           int columns, sd_diag *diag) {
  sd_text text = {0};
  double *rows = NULL;
  size_t room = 0, found = 0;
  sd_status status = csv_read(&text, path, FILE_MAX, true, diag);
  if (status != SD_OK)
    return status;
  char *at = text.v != NULL ? text.v : (char[]){""};
  size_t line = 2;
  if (strlen(at) != text.length) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: is not text: it holds a zero byte", path);
    goto done;
  }
  if (*at == '#') { /* a kept list names its photos first */
    at += strcspn(at, "\n");
    at += *at == '\n';
    line++;
  }
  if (!header_line(&at, header)) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: the first line must be \"%s\"", path, header);
    goto done;
  }
  for (; *at != '\0'; line++) {
    if (blank_line(&at))
      continue;
    if (!sd_list_grow(&rows, &room, found, COLUMNS_MAX * sizeof *rows)) {
      status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
      goto done;
    }
    if (!parse_row(&at, rows + found * (size_t)columns, columns)) {
      status = sd_fail(diag, SD_UNREADABLE,
                       "%s: line %zu is not %d numbers with commas or semicolons between them",
                       path, line, columns);
      goto done;
    }
    found++;
  }
  *out = rows;
  *count = found;
  rows = NULL;
done:
  free(rows);
  sd_text_clear(&text);
  return status;
}

/* The rows as an array of `columns` numbers each: what both kinds of points are. */
static sd_status read_points(void **out, size_t *count, const char *path, const char *header,
                             int columns, sd_diag *diag) {
  double *rows = NULL;
  size_t found = 0;
  sd_status status = read_rows(&rows, &found, path, header, columns, diag);
  if (status == SD_OK && rows == NULL) /* no row at all: still something to free */
    rows = calloc(COLUMNS_MAX, sizeof *rows);
  if (status == SD_OK && rows == NULL)
    status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
  if (status != SD_OK)
    return status;
  *out = rows;
  *count = found;
  return SD_OK;
}

_Static_assert(sizeof(sd_pair_point) == 4 * sizeof(double), "a row of four is a pair");
_Static_assert(sizeof(sd_point) == 2 * sizeof(double), "a row of two is a point");

static const char PAIR_HEADER[] = "x_before,y_before,x_after,y_after";

sd_status points_read(sd_pair_point **out, size_t *count, const char *path, sd_diag *diag) {
  void *rows = NULL;
  size_t found = 0;
  sd_status status = read_points(&rows, &found, path, PAIR_HEADER, 4, diag);
  if (status == SD_OK && found == 0) {
    free(rows);
    return sd_fail(diag, SD_UNREADABLE, "%s: holds no points", path);
  }
  if (status == SD_OK) {
    *out = rows;
    *count = found;
  }
  return status;
}

sd_status map_points_read(sd_point **out, size_t *count, const char *path, sd_diag *diag) {
  void *rows = NULL;
  sd_status status = read_points(&rows, count, path, "x_before,y_before", 2, diag);
  if (status == SD_OK)
    *out = rows;
  return status;
}

/* ---- points that stay with a result ---- */

static const char KEPT_FILE[] = "points.csv";

/* The first line of a kept list: the photos that it belongs to. */
static void kept_line(char line[192], const char *before_sha256, const char *after_sha256) {
  snprintf(line, 192, "# points of %s %s\n", before_sha256, after_sha256);
}

static bool starts_with_line(const char *path, const char *line) {
  sd_text text = {0};
  bool same = file_read(&text, path, FILE_MAX, NULL) == SD_OK && text.v != NULL &&
              strncmp(text.v, line, strlen(line)) == 0;
  sd_text_clear(&text);
  return same;
}

sd_status hand_points_take(hand_points *out, const char *given, const char *folder,
                           const char *before_sha256, const char *after_sha256, sd_diag *diag) {
  char kept[4096], line[192];
  snprintf(kept, sizeof kept, "%s/%s", folder != NULL ? folder : "", KEPT_FILE);
  kept_line(line, before_sha256, after_sha256);
  out->reused = folder != NULL && given == NULL && starts_with_line(kept, line);
  if (given == NULL && !out->reused)
    return SD_OK;
  sd_status status = points_read(&out->v, &out->count, out->reused ? kept : given, diag);
  if (status != SD_OK)
    return status;
  sd_text_addf(&out->text, "%s%s\n", line, PAIR_HEADER);
  for (size_t k = 0; k < out->count; k++)
    sd_text_addf(&out->text, "%.17g,%.17g,%.17g,%.17g\n", out->v[k].before.x, out->v[k].before.y,
                 out->v[k].after.x, out->v[k].after.y);
  return out->text.failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for the points") : SD_OK;
}

sd_status hand_points_fit(const hand_points *points, const char *folder, sd_diag *diag) {
  char kept[4096], line[192];
  snprintf(kept, sizeof kept, "%s/%s", folder, KEPT_FILE);
  const char *end = points->text.v != NULL ? strchr(points->text.v, '\n') : NULL;
  snprintf(line, sizeof line, "%.*s", end != NULL ? (int)(end - points->text.v) : 0,
           end != NULL ? points->text.v : "");
  if (points_are_kept(kept) && !starts_with_line(kept, line))
    return sd_fail(diag, SD_USAGE,
                   "%s: was kept there for other photos; give these another folder (-o)", kept);
  return SD_OK;
}

bool points_are_kept(const char *path) {
  return starts_with_line(path, "# points of ");
}

sd_status hand_points_keep(hand_points *points, bool aligned, outputs *out, sd_diag *diag) {
  char kept[4096];
  if (points->count > 0 && !aligned) /* would spoil the next run too; what was kept stays */
    return SD_OK;
  if (points->count > 0)
    return outputs_add(out, KEPT_FILE, &points->text, diag);
  snprintf(kept, sizeof kept, "%s/%s", out->folder, KEPT_FILE);
  if (points_are_kept(kept)) /* of other photos; a list of the user's own stays */
    outputs_remove(out, KEPT_FILE);
  return SD_OK;
}

void hand_points_blame(const hand_points *points, const char *folder, char room[BLAME_ROOM]) {
  room[0] = '\0';
  if (points->reused)
    snprintf(room, BLAME_ROOM,
             " (with the points kept in %.200s/%s; remove that file to align without)", folder,
             KEPT_FILE);
}

void hand_points_clear(hand_points *points) {
  free(points->v);
  sd_text_clear(&points->text);
  *points = (hand_points){0};
}
