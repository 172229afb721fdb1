/* Treatments as CSV: the header date,label, then a day and words for people a line. */
#include "archive/files.h"
#include "scardelta/trend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t FILE_MAX = (size_t)1 << 20;

static bool is_date(const char *text, size_t length) {
  return length == 10 && !isnan(sd_day_of(text));
}

/* The rest of the line: as it stands, or in quotes with "" for a quote (RFC 4180). */
static bool take_label(char *out, size_t room, const char *at, size_t length) {
  bool quoted = length >= 2 && at[0] == '"' && at[length - 1] == '"';
  size_t n = 0, end = quoted ? length - 1 : length;
  for (size_t k = quoted ? 1 : 0; k < end; k++) {
    if (quoted && at[k] == '"' && (k + 1 >= end || at[++k] != '"'))
      return false;
    if (!quoted && (at[k] == '"' || at[k] == ','))
      return false;
    if (n + 1 >= room)
      return false;
    out[n++] = at[k];
  }
  out[n] = '\0';
  return n > 0;
}

static bool parse_line(sd_treatment *out, const char *line, size_t length) {
  while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == ' '))
    length--;
  const char *comma = memchr(line, ',', length);
  if (comma == NULL || !is_date(line, (size_t)(comma - line)))
    return false;
  memcpy(out->date, line, 10);
  out->date[10] = '\0';
  return take_label(out->label, sizeof out->label, comma + 1, length - (size_t)(comma + 1 - line));
}

static int by_date(const void *a, const void *b) {
  const sd_treatment *x = a, *y = b;
  int order = strcmp(x->date, y->date);
  return order != 0 ? order : strcmp(x->label, y->label);
}

static sd_status parse_text(sd_treatment **out, size_t *count, const char *text, const char *path,
                            sd_diag *diag) {
  size_t found = 0, number = 2;
  const char *at = strchr(text, '\n');
  for (at = at != NULL ? at + 1 : ""; *at != '\0'; number++) {
    size_t length = strcspn(at, "\n");
    if (strspn(at, " \t\r") < length) {
      sd_treatment *grown = realloc(*out, (found + 1) * sizeof *grown);
      if (grown == NULL)
        return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
      *out = grown;
      if (!parse_line(&grown[found++], at, length))
        return sd_fail(diag, SD_UNREADABLE,
                       "%s: line %zu is not a date like 2025-03-04, a comma and a label of at most "
                       "%zu bytes",
                       path, number, sizeof grown->label - 1);
    }
    at += length + (at[length] == '\n');
  }
  *count = found;
  return SD_OK;
}

sd_status treatments_read(sd_treatment **out, size_t *count, const char *path, sd_diag *diag) {
  sd_text text = {0};
  sd_treatment *rows = NULL;
  size_t found = 0;
  sd_status status = SD_OK;
  SD_TRY(csv_read(&text, path, FILE_MAX, false, diag));
  const char *start = text.v != NULL ? text.v : "";
  size_t header = strcspn(start, "\r\n");
  if (header != strlen("date,label") || strncmp(start, "date,label", header) != 0) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: line 1 must be \"date,label\"", path);
    goto done;
  }
  if (strlen(start) != text.length) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: is not text: it holds a zero byte", path);
    goto done;
  }
  SD_TRY(parse_text(&rows, &found, start, path, diag));
  if (found > 1)
    qsort(rows, found, sizeof *rows, by_date);
  *out = rows;
  *count = found;
  rows = NULL;
done:
  free(rows);
  sd_text_clear(&text);
  return status;
}

sd_status treatments_collect(sd_treatment **out, size_t *count, const sd_job_options *o,
                             sd_diag *diag) {
  sd_treatment *rows = NULL;
  size_t found = 0;
  sd_status status = SD_OK;
  if (o->treatments_path != NULL)
    SD_TRY(treatments_read(&rows, &found, o->treatments_path, diag));
  if (o->treatment_count > 0) {
    sd_treatment *grown = realloc(rows, (found + o->treatment_count) * sizeof *grown);
    if (grown == NULL) {
      status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the treatments");
      goto done;
    }
    rows = grown;
    memcpy(rows + found, o->treatments, o->treatment_count * sizeof *rows);
    found += o->treatment_count;
    qsort(rows, found, sizeof *rows, by_date);
  }
  *out = rows;
  *count = found;
  rows = NULL;
done:
  free(rows);
  return status;
}
