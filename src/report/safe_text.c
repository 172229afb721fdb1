/* Strict UTF-8 by the table of well-formed sequences (Unicode 15, table 3-7). */
#include "report/safe_text.h"

#include <string.h>

static bool continues(unsigned char c) {
  return (c & 0xc0) == 0x80;
}

static bool lead_range(unsigned char lead, unsigned char second) {
  if (lead == 0xe0)
    return second >= 0xa0; /* else overlong */
  if (lead == 0xed)
    return second <= 0x9f; /* else a surrogate */
  if (lead == 0xf0)
    return second >= 0x90;
  if (lead == 0xf4)
    return second <= 0x8f; /* else beyond U+10FFFF */
  return true;
}

/* Bytes of the well-formed printable character at `s`; 0 when there is none. */
static size_t sequence(const unsigned char *s) {
  if (s[0] < 0x80)
    return s[0] >= 0x20 && s[0] != 0x7f ? 1 : 0;
  size_t length = s[0] >= 0xc2 && s[0] <= 0xdf   ? 2
                  : s[0] >= 0xe0 && s[0] <= 0xef ? 3
                  : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                                 : 0;
  for (size_t i = 1; i < length; i++)
    if (!continues(s[i]))
      return 0;
  if (length > 1 && !lead_range(s[0], s[1]))
    return 0;
  return s[0] == 0xc2 && s[1] < 0xa0 ? 0 : length; /* C1 controls */
}

void sd_text_add_utf8(sd_text *text, const char *string) {
  const unsigned char *s = (const unsigned char *)(string == NULL ? "" : string);
  while (*s != '\0') {
    size_t length = sequence(s);
    if (length == 0)
      sd_text_add(text, "\xef\xbf\xbd");
    else
      sd_text_add_bytes(text, s, length);
    s += length == 0 ? 1 : length;
  }
}

static const char *entity(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return NULL;
  }
}

void sd_text_add_html(sd_text *text, const char *string) {
  sd_text clean = {0};
  sd_text_add_utf8(&clean, string);
  text->failed = text->failed || clean.failed;
  for (size_t i = 0; i < clean.length; i++) {
    const char *escaped = entity(clean.v[i]);
    if (escaped != NULL)
      sd_text_add(text, escaped);
    else
      sd_text_add_bytes(text, clean.v + i, 1);
  }
  sd_text_clear(&clean);
}
