#include "base/hash.h"
#include "scardelta/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(sd_text *text, size_t more) {
  if (text->failed || more > SIZE_MAX / 2 - text->length) {
    text->failed = true;
    return false;
  }
  size_t needed = text->length + more + 1;
  if (needed <= text->capacity)
    return true;
  size_t capacity = text->capacity < 256 ? 256 : text->capacity;
  while (capacity < needed)
    capacity *= 2;
  char *grown = realloc(text->v, capacity);
  if (grown == NULL) {
    text->failed = true;
    return false;
  }
  text->v = grown;
  text->capacity = capacity;
  return true;
}

void sd_text_add_bytes(sd_text *text, const void *bytes, size_t length) {
  if (!reserve(text, length))
    return;
  if (length > 0)
    memcpy(text->v + text->length, bytes, length);
  text->length += length;
  text->v[text->length] = '\0';
}

void sd_text_add(sd_text *text, const char *string) {
  sd_text_add_bytes(text, string, strlen(string));
}

void sd_text_addf(sd_text *text, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length >= 0 && reserve(text, (size_t)length)) {
    vsnprintf(text->v + text->length, (size_t)length + 1, format, again);
    text->length += (size_t)length;
  } else {
    text->failed = true;
  }
  va_end(again);
}

void sd_text_clear(sd_text *text) {
  free(text->v);
  *text = (sd_text){0};
}

void sd_sha256_hex(const void *bytes, size_t length, char out[65]) {
  struct sha256_ctx state;
  sha256_init(&state);
  sha256_update(&state, length, bytes);
  sd_sha256_end(&state, out);
}
