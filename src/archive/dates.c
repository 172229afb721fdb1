/* Days in the names of files and folders, as cameras and people write them. */
#include "archive/files.h"
#include "scardelta/trend.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool takes_digits(int *out, const char *at, const char *end, int count) {
  *out = 0;
  if (end - at < count)
    return false;
  for (int k = 0; k < count; k++) {
    if (!isdigit((unsigned char)at[k]))
      return false;
    *out = 10 * *out + at[k] - '0';
  }
  return true;
}

/* The date that begins exactly here. */
static bool date_at(char out[11], const char *at, const char *end) {
  int year, month, day;
  if (!takes_digits(&year, at, end, 4) || year < 1990 || year > 2099)
    return false;
  at += 4;
  char mark = at < end && (*at == '-' || *at == '_' || *at == '.') ? *at : '\0';
  at += mark != '\0';
  if (!takes_digits(&month, at, end, 2))
    return false;
  at += 2;
  if (mark != '\0' && (at >= end || *at++ != mark))
    return false;
  if (!takes_digits(&day, at, end, 2) || (at + 2 < end && isdigit((unsigned char)at[2])))
    return false;
  char text[40];
  snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
  memcpy(out, text, 10);
  out[10] = '\0';
  return !isnan(sd_day_of(out));
}

void date_in_name(char out[11], const char *name, size_t length) {
  const char *end = name + length;
  for (const char *at = name; at < end; at++)
    if ((at == name || !isdigit((unsigned char)at[-1])) && date_at(out, at, end))
      return;
  out[0] = '\0';
}
