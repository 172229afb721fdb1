/* Point lists as CSV: a header line, then numbers; blank lines and a byte order mark are fine. */
#include "archive/files.h"

#include <errno.h>
#include <math.h>
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
  if (strncmp(*at, "\xEF\xBB\xBF", 3) == 0)
    *at += 3;
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
  sd_status status = file_read(&text, path, FILE_MAX, diag);
  if (status != SD_OK)
    return status;
  char *at = text.v != NULL ? text.v : (char[]){""};
  if (strlen(at) != text.length) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: is not text: it holds a zero byte", path);
    goto done;
  }
  if (!header_line(&at, header)) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: the first line must be \"%s\"", path, header);
    goto done;
  }
  for (size_t line = 2; *at != '\0'; line++) {
    if (blank_line(&at))
      continue;
    if (found == room) {
      room = room == 0 ? 256 : 2 * room;
      double *grown = realloc(rows, room * COLUMNS_MAX * sizeof *grown);
      if (grown == NULL) {
        status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
        goto done;
      }
      rows = grown;
    }
    if (!parse_row(&at, rows + found * (size_t)columns, columns)) {
      status =
          sd_fail(diag, SD_UNREADABLE, "%s: line %zu is not %d numbers with commas between them",
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

sd_status points_read(sd_pair_point **out, size_t *count, const char *path, sd_diag *diag) {
  double *rows = NULL;
  size_t n = 0;
  sd_status status = read_rows(&rows, &n, path, "x_before,y_before,x_after,y_after", 4, diag);
  if (status != SD_OK)
    return status;
  sd_pair_point *points = malloc((n + 1) * sizeof *points);
  if (points == NULL)
    status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
  else if (n == 0)
    status = sd_fail(diag, SD_UNREADABLE, "%s: holds no points", path);
  for (size_t k = 0; status == SD_OK && k < n; k++)
    points[k] = (sd_pair_point){{rows[4 * k], rows[4 * k + 1]}, {rows[4 * k + 2], rows[4 * k + 3]}};
  free(rows);
  if (status != SD_OK) {
    free(points);
    return status;
  }
  *out = points;
  *count = n;
  return SD_OK;
}

sd_status map_points_read(sd_point **out, size_t *count, const char *path, sd_diag *diag) {
  double *rows = NULL;
  size_t n = 0;
  sd_status status = read_rows(&rows, &n, path, "x_before,y_before", 2, diag);
  if (status != SD_OK)
    return status;
  sd_point *points = malloc((n + 1) * sizeof *points);
  if (points == NULL)
    status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
  for (size_t k = 0; status == SD_OK && k < n; k++)
    points[k] = (sd_point){rows[2 * k], rows[2 * k + 1]};
  free(rows);
  if (status == SD_OK) {
    *out = points;
    *count = n;
  }
  return status;
}
