/* Sentences of the floors below in another language: a list of patterns, tried in order. What fills
 * the places of a pattern is looked up as well ("before", "after", names), else taken over. */
#include "render/strings.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PLACES_MAX = 6, SAID_MAX = 512 };

/* One stretch of the English sentence that fills a place. */
typedef struct filling {
  const char *from;
  size_t length;
} filling;

static const char *place_in(const char *pattern) {
  return strstr(pattern, "{}");
}

/* Does the sentence fit the pattern? Each place takes as little as it can, the last one all. */
static bool fits(filling places[PLACES_MAX], const char *pattern, const char *sentence) {
  for (int n = 0;; n++) {
    const char *place = place_in(pattern);
    size_t plain = place != NULL ? (size_t)(place - pattern) : strlen(pattern);
    if (strncmp(sentence, pattern, plain) != 0)
      return false;
    sentence += plain;
    if (place == NULL)
      return *sentence == '\0';
    if (n == PLACES_MAX)
      return false;
    pattern = place + 2;
    const char *next = place_in(pattern);
    char until[SAID_MAX];
    snprintf(until, sizeof until, "%.*s",
             (int)(next != NULL ? (size_t)(next - pattern) : strlen(pattern)), pattern);
    const char *end = until[0] == '\0' ? sentence + strlen(sentence) : strstr(sentence, until);
    if (end == NULL)
      return false;
    places[n] = (filling){sentence, (size_t)(end - sentence)};
    sentence = end;
  }
}

static const char *word(const sd_strings *strings, const char *english, size_t length) {
  for (size_t k = 0; k < strings->saying_count; k++)
    if (strlen(strings->sayings[k].english) == length &&
        strncmp(strings->sayings[k].english, english, length) == 0)
      return strings->sayings[k].other;
  return NULL;
}

static void fill(char *out, size_t size, const sd_strings *strings, const char *pattern,
                 const filling places[PLACES_MAX]) {
  size_t used = 0;
  for (int n = 0; *pattern != '\0' && used < size - 1;) {
    char piece[SAID_MAX];
    if (strncmp(pattern, "{}", 2) == 0 && n < PLACES_MAX) {
      const char *other = word(strings, places[n].from, places[n].length);
      snprintf(piece, sizeof piece, "%.*s", (int)(other != NULL ? strlen(other) : places[n].length),
               other != NULL ? other : places[n].from);
      sd_localise(piece, strings);
      n++;
      pattern += 2;
    } else {
      size_t length = strcspn(pattern + 1, "{") + 1;
      snprintf(piece, sizeof piece, "%.*s", (int)length, pattern);
      pattern += length;
    }
    used += (size_t)snprintf(out + used, size - used, "%s", piece);
  }
}

void sd_say(char *out, size_t size, const sd_strings *strings, const char *english) {
  filling places[PLACES_MAX] = {{NULL, 0}};
  if (size == 0)
    return;
  out[0] = '\0';
  for (size_t k = 0; k < strings->saying_count; k++)
    if (fits(places, strings->sayings[k].english, english)) {
      fill(out, size, strings, strings->sayings[k].other, places);
      return;
    }
  snprintf(out, size, "%s", english);
}

void sd_say_name(char *out, size_t size, const sd_strings *strings, const char *name) {
  char words[128];
  snprintf(words, sizeof words, "%s", name);
  for (char *c = words; *c != '\0'; c++)
    *c = *c == '_' ? ' ' : *c;
  const char *other = word(strings, words, strlen(words));
  snprintf(out, size, "%s", other != NULL ? other : words);
}

void sd_percent_signed(char out[24], double percent) {
  double whole = round(percent);
  snprintf(out, 24, "%s%.0f", whole < 0 ? "\xe2\x88\x92" : whole > 0 ? "+" : "", fabs(whole));
}

void sd_localise(char *text, const sd_strings *strings) {
  for (size_t k = 1; text[0] != '\0' && text[k] != '\0'; k++)
    if (text[k] == '.' && isdigit((unsigned char)text[k - 1]) &&
        isdigit((unsigned char)text[k + 1]))
      text[k] = strings->decimal;
}
