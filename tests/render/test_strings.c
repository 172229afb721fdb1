/* The tables of words: complete in every language, formats that take the same arguments, and a
 * translation for every sentence that the floors below write. */
#include "check.h"

#include "render/strings.h"
#include "scardelta/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The conversions of a printf format in the order of its arguments: "%.0f %% %s" gives "fs", and so
 * does "%2$s %1$.0f". */
static void conversions(char out[32], const char *format) {
  size_t n = 0, most = 0;
  memset(out, 0, 32);
  for (const char *c = format; *c != '\0'; c++) {
    if (*c != '%')
      continue;
    size_t digits = strspn(c + 1, "0123456789");
    size_t place = digits > 0 && c[1 + digits] == '$' ? (size_t)atoi(c + 1) - 1 : n;
    c += place != n || (digits > 0 && c[1 + digits] == '$') ? 1 + digits : 0;
    c += 1 + strspn(c + 1, "+-0123456789.*zl");
    if (*c != '%' && *c != '\0' && place < 31) {
      out[place] = *c;
      n++;
      most = place + 1 > most ? place + 1 : most;
    }
    if (*c == '\0')
      break;
  }
  assert_int_equal(strlen(out), most); /* no argument is left out */
}

/* Does the text hold a conversion that printf would take for one? */
static bool is_format(const char *text) {
  char said[32];
  conversions(said, text);
  return said[0] != '\0' && strspn(said, "sdfgzu") == strlen(said);
}

/* The pointers to text of a table, one after the other; its few other fields are left out. */
static size_t texts_of(const char *out[], size_t room, const sd_strings *s) {
  size_t count = 0;
  const char *const *from[] = {&s->language, (const char *const *)&s->picture};
  const char *const *to[] = {(const char *const *)&s->decimal, (const char *const *)(s + 1)};
  for (int part = 0; part < 2; part++)
    for (const char *const *at = from[part]; at < to[part] && count < room; at++)
      if (at != (const char *const *)&s->headline && at != (const char *const *)&s->places)
        out[count++] = *at;
  return count;
}

static void tables_are_complete_and_take_the_same(void **state) {
  (void)state;
  enum { ROOM = 600 };
  const char *english[ROOM], *german[ROOM];
  size_t count = texts_of(english, ROOM, &SD_STRINGS_ENGLISH), same = 0;
  assert_int_equal(texts_of(german, ROOM, &SD_STRINGS_GERMAN), count);
  assert_true(count > 200 && count < ROOM);
  for (size_t k = 0; k < count; k++) {
    char a[32], b[32];
    if ((english[k] == NULL) != (german[k] == NULL))
      fail_msg("text %zu stands in one table only: %s", k,
               english[k] != NULL ? english[k] : german[k]);
    if (english[k] == NULL)
      continue;
    conversions(a, english[k]);
    conversions(b, german[k]);
    if (is_format(english[k]) && strcmp(a, b) != 0)
      fail_msg("'%s' and '%s' take different arguments", english[k], german[k]);
    same += strcmp(english[k], german[k]) == 0;
  }
  print_message("%zu texts, %zu alike in both languages\n", count, same);
  assert_true(same < count / 8);
}

static void assert_alike(const char *english, const char *german) {
  char a[32], b[32];
  conversions(a, english);
  conversions(b, german);
  assert_string_equal(a, "ss");
  assert_string_equal(b, "ss");
  assert_string_not_equal(english, german);
}

/* The headline has words for the same metrics and places in both languages. */
static void headlines_are_complete(void **state) {
  (void)state;
  const sd_headline_words *e = SD_STRINGS_ENGLISH.headline, *g = SD_STRINGS_GERMAN.headline;
  for (; e->metric != NULL; e++, g++) {
    assert_string_equal(e->metric, g->metric);
    assert_alike(e->less_format, g->less_format);
    assert_alike(e->more_format, g->more_format);
    assert_string_not_equal(e->less_format, e->more_format);
    assert_string_not_equal(g->less_format, g->more_format);
  }
  assert_null(g->metric);
  const sd_place_words *at = SD_STRINGS_ENGLISH.places, *ort = SD_STRINGS_GERMAN.places;
  for (; at->zone != NULL; at++, ort++)
    assert_string_equal(at->zone, ort->zone);
  assert_null(ort->zone);
}

static void languages_are_found(void **state) {
  (void)state;
  assert_ptr_equal(sd_strings_of(NULL), &SD_STRINGS_ENGLISH);
  assert_ptr_equal(sd_strings_of("en"), &SD_STRINGS_ENGLISH);
  assert_ptr_equal(sd_strings_of("de"), &SD_STRINGS_GERMAN);
}

static void assert_said(const char *english, const char *german) {
  char out[512];
  sd_say(out, sizeof out, &SD_STRINGS_GERMAN, english);
  assert_string_equal(out, german);
  sd_say(out, sizeof out, &SD_STRINGS_ENGLISH, english);
  assert_string_equal(out, english);
}

static void sentences_are_put_into_words(void **state) {
  (void)state;
  assert_said("Scars", "Narben");
  assert_said("The after photo is 1.5 stops darker.", "Das Nachher-Foto ist 1,5 Blenden dunkler.");
  assert_said("The before photo has 2.4 times the noise.",
              "Das Vorher-Foto rauscht 2,4-mal so stark.");
  assert_said("what nobody has put into words", "what nobody has put into words");
  assert_said("", "");
  /* what fills a place is text: neither a format nor a pattern */
  assert_said("a colour card cannot be used: %s%n {} <b>",
              "eine Farbkarte ist nicht brauchbar: %s%n {} <b>");
  char out[8];
  sd_say(out, sizeof out, &SD_STRINGS_GERMAN, "Unevenness of brown");
  assert_string_equal(out, "Ungleic");
  char name[64];
  sd_say_name(name, sizeof name, &SD_STRINGS_GERMAN, "left_cheek");
  assert_string_equal(name, "linke Wange");
  sd_say_name(name, sizeof name, &SD_STRINGS_ENGLISH, "left_cheek");
  assert_string_equal(name, "left cheek");
}

static void every_metric_has_words(void **state) {
  (void)state;
  size_t count = 0;
  const sd_metric_kind *kinds = sd_metric_kinds(&count);
  for (size_t k = 0; k < count; k++) {
    const char *texts[] = {kinds[k].title, kinds[k].explanation};
    for (int t = 0; t < 2; t++) {
      char out[512];
      sd_say(out, sizeof out, &SD_STRINGS_GERMAN, texts[t]);
      if (strcmp(out, texts[t]) == 0)
        fail_msg("'%s' has no German words", texts[t]);
    }
  }
}

/* ---- what the source writes --------------------------------------------------------------- */

static char *read_source(const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/../src/%s", SD_TEST_DIR, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *text = calloc(1, 1 << 20);
  assert_non_null(text);
  assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
  fclose(file);
  return text;
}

/* The literal at `*at` (a quote) with those that follow it, conversions filled in as in a run. */
static void take_literal(char out[600], const char **at) {
  size_t n = 0;
  const char *c = *at;
  while (*c == '"') {
    for (c++; *c != '"' && n < 590; c++) {
      if (*c == '%' && c[1] != '%') {
        while (strchr("sdfgu", *c) == NULL)
          c++;
        out[n++] = '7';
      } else {
        c += *c == '%' || *c == '\\';
        out[n++] = *c;
      }
    }
    c++;
    *at = c;
    c += strspn(c, " \n");
  }
  out[n] = '\0';
}

static bool is_sentence(const char *text) {
  size_t length = strlen(text);
  return length > 12 && strchr(text, ' ') != NULL && text[length - 1] == '.';
}

/* Every sentence of the file has German words. Comments and includes are passed over. */
static void every_sentence_of(const char *source, int least) {
  char *text = read_source(source), out[600], said[600];
  int found = 0;
  for (const char *c = text; *c != '\0'; c++) {
    if (strncmp(c, "/*", 2) == 0) {
      c = strstr(c, "*/") + 1;
      continue;
    }
    if (*c == '#')
      c += strcspn(c, "\n");
    if (*c == '\'' && c[1] != '\0' && c[2] == '\'')
      c += 2;
    if (*c != '"')
      continue;
    take_literal(out, &c);
    c--;
    if (!is_sentence(out))
      continue;
    found++;
    sd_say(said, sizeof said, &SD_STRINGS_GERMAN, out);
    if (strcmp(said, out) == 0)
      fail_msg("%s writes '%s', which has no German words in strings_german.c", source, out);
  }
  print_message("%s: %d sentences\n", source, found);
  assert_true(found >= least);
  free(text);
}

static void every_reason_has_words(void **state) {
  (void)state;
  every_sentence_of("change/comparability.c", 30);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tables_are_complete_and_take_the_same),
      cmocka_unit_test(headlines_are_complete),
      cmocka_unit_test(languages_are_found),
      cmocka_unit_test(sentences_are_put_into_words),
      cmocka_unit_test(every_metric_has_words),
      cmocka_unit_test(every_reason_has_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
