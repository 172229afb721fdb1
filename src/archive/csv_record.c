/* Records of CSV by RFC 4180, as spreadsheets write them: those of countries with decimal commas
 * put semicolons between the cells, and many put a byte order mark first. */
#include "archive/files.h"

#include <string.h>

char *csv_cut_record(char *at, const char *field[], int room, int *count) {
  for (*count = 0;;) {
    char *to = at, *from = at;
    if (*count < room)
      field[*count] = at;
    if (*from == '"') {
      for (from++; *from != '\0' && !(from[0] == '"' && from[1] != '"'); from++) {
        from += *from == '"';
        *to++ = *from;
      }
      if (*from++ != '"')
        return NULL;
    } else {
      while (*from != '\0' && strchr(",\r\n", *from) == NULL)
        *to++ = *from++;
    }
    *count += 1;
    char end = *from;
    from += *from != '\0';
    if (end == '\r' && *from == '\n')
      end = *from++;
    *to = '\0';
    at = from;
    if (end != ',')
      return at;
  }
}

/* ---- semicolons ----------------------------------------------------------------------------- */

/* The header, behind a remark and before the rows. */
static const char *header_of(const char *text) {
  if (*text == '#')
    text += strcspn(text, "\n");
  return text + (*text == '\n');
}

static bool has_semicolons(const char *text) {
  const char *header = header_of(text);
  size_t length = strcspn(header, "\r\n");
  return memchr(header, ';', length) != NULL && memchr(header, ',', length) == NULL;
}

/* A number with a decimal comma, and nothing else. */
static bool is_decimal(const char *cell, size_t length) {
  size_t commas = 0;
  for (size_t k = 0; k < length; k++) {
    if (strchr("0123456789+-eE, \t", cell[k]) == NULL)
      return false;
    commas += cell[k] == ',';
  }
  return commas == 1;
}

/* As a cell between commas. */
static void add_cell(sd_text *out, const char *cell, size_t length, bool numbers) {
  bool decimal = numbers && is_decimal(cell, length);
  bool quoted = !decimal && (memchr(cell, ',', length) || memchr(cell, '"', length));
  if (quoted)
    sd_text_add(out, "\"");
  for (size_t k = 0; k < length; k++) {
    if (quoted && cell[k] == '"')
      sd_text_add(out, "\"");
    sd_text_add_bytes(out, decimal && cell[k] == ',' ? "." : cell + k, 1);
  }
  if (quoted)
    sd_text_add(out, "\"");
}

/* From a quote to the one that closes it, or to the end. */
static size_t quoted_length(const char *at) {
  size_t length = 1;
  while (at[length] != '\0' && !(at[length] == '"' && at[length + 1] != '"'))
    length += at[length] == '"' ? 2 : 1;
  return length + (at[length] == '"');
}

static void add_with_commas(sd_text *out, const char *text, bool numbers) {
  const char *at = header_of(text);
  sd_text_add_bytes(out, text, (size_t)(at - text));
  while (*at != '\0') {
    size_t quoted = *at == '"' ? quoted_length(at) : 0;
    sd_text_add_bytes(out, at, quoted);
    at += quoted;
    size_t plain = strcspn(at, ";\r\n");
    add_cell(out, at, plain, numbers);
    at += plain;
    size_t ends = *at == ';' ? 1 : strspn(at, "\r\n");
    sd_text_add_bytes(out, *at == ';' ? "," : at, ends);
    at += ends;
  }
}

sd_status csv_read(sd_text *out, const char *path, size_t limit, bool numbers, sd_diag *diag) {
  sd_text text = {0}, commas = {0};
  sd_status status = file_read(&text, path, limit, diag);
  if (status != SD_OK)
    return status;
  const char *start = text.v != NULL ? text.v : "";
  size_t mark = strncmp(start, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  /* a zero byte ends the text: what is behind it is for the caller to refuse */
  if (strlen(start) == text.length && has_semicolons(start + mark))
    add_with_commas(&commas, start + mark, numbers);
  else
    sd_text_add_bytes(&commas, start + mark, text.length - mark);
  sd_text_clear(&text);
  if (commas.failed) {
    sd_text_clear(&commas);
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
  }
  *out = commas;
  return SD_OK;
}
