/* report.html: self-contained, well-formed, safe with hostile names, honest in its headline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "render/comparison_fixture.h"
#include "report/findings.h"
#include "report/safe_text.h"
#include "report/taking.h"
#include "scardelta/report.h"

#include <ctype.h>

static const char HOSTILE[] = "<script>alert(1)</script>\"'&\x01\xff.jpg";

typedef struct page_setup {
  const char *case_code, *slider_script, *slider_licence;
} page_setup;

static void page_of(const fixture *f, const page_setup *setup, sd_text *out) {
  static const sd_setting SETTINGS[] = {{"<b>name", "\"><img src=x onerror=1>"}};
  sd_pictures pictures = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, 400, NULL), SD_OK);
  sd_report_input input = {.comparison = &f->comparison,
                           .pictures = &pictures,
                           .settings = SETTINGS,
                           .setting_count = 1,
                           .case_code = setup->case_code,
                           .slider_script = setup->slider_script,
                           .slider_licence = setup->slider_licence};
  assert_int_equal(sd_report_html(out, &input, NULL), SD_OK);
  sd_pictures_clear(&pictures);
}

static bool is_void(const char *tag) {
  static const char *const VOID[] = {"meta", "img", "br", "rect", "line", "circle"};
  for (size_t i = 0; i < sizeof VOID / sizeof *VOID; i++)
    if (strcmp(tag, VOID[i]) == 0)
      return true;
  return false;
}

/* Reads the tag name at `c` (after '<' or '</'). */
static const char *tag_name(const char *c, char tag[32]) {
  size_t length = 0;
  while ((isalnum((unsigned char)*c) || *c == '-') && length < 31)
    tag[length++] = *c++;
  tag[length] = '\0';
  return c;
}

/* To the '>' that ends a tag, past quoted attributes. */
static const char *tag_end(const char *c) {
  bool quoted = false;
  for (; *c != '\0' && (quoted || *c != '>'); c++) {
    assert_true(quoted || *c != '<');
    if (*c == '"')
      quoted = !quoted;
  }
  assert_int_equal(*c, '>');
  return c;
}

/* Every tag is closed in order. The text of script and style is skipped as a browser does. */
static void assert_well_formed(const char *html) {
  enum { DEPTH = 64 };
  char stack[DEPTH][32], tag[32];
  int depth = 0;
  assert_memory_equal(html, "<!DOCTYPE html>\n", 16);
  for (const char *c = html + 16; *c != '\0'; c++) {
    if (*c != '<')
      continue;
    bool closing = c[1] == '/';
    const char *after = tag_name(c + 1 + closing, tag);
    assert_true(tag[0] != '\0');
    c = tag_end(after);
    if (closing) {
      assert_true(depth > 0);
      assert_string_equal(stack[--depth], tag);
    } else if (!is_void(tag) && c[-1] != '/') { /* drawings close what they open at once */
      assert_true(depth < DEPTH);
      memcpy(stack[depth++], tag, sizeof tag);
      char end[40];
      snprintf(end, sizeof end, "</%s>", tag);
      if (strcmp(tag, "script") == 0 || strcmp(tag, "style") == 0)
        c = strstr(c, end) - 1;
    }
  }
  assert_int_equal(depth, 0);
}

static void hostile_names_stay_text(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text html = {0};
  snprintf(f->metrics[5].reason, sizeof f->metrics[5].reason, "%s", HOSTILE);
  snprintf(f->metrics[0].zone, sizeof f->metrics[0].zone, "<script>\"z'");
  snprintf(f->change.comparability.reasons[0].text, 200, "%s", HOSTILE);
  page_of(f, &(page_setup){HOSTILE, NULL, NULL}, &html);
  assert_null(strstr(html.v, "<script>alert"));
  assert_null(strstr(html.v, "<img src=x"));
  assert_null(strstr(html.v, "<b>"));
  assert_null(strchr(html.v, '\x01'));
  assert_null(strchr(html.v, '\xff'));
  assert_non_null(strstr(html.v, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
  assert_well_formed(html.v);
  sd_text_clear(&html);
  fixture_free(f);
}

/* Only what was done between the photos; levels without a change; a script that holds end tags. */
static void treatments_levels_and_scripts(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text html = {0};
  static const sd_treatment TREATMENTS[] = {
      {"2024-12-31", "Too early"}, {"2025-02-01", "Needling <1>"}, {"2025-05-01", "Too late"}};
  snprintf(f->photo[0].capture.taken, sizeof f->photo[0].capture.taken, "2025-01-01T10:00:00");
  snprintf(f->photo[1].capture.taken, sizeof f->photo[1].capture.taken, "2025-04-01T10:00:00");
  f->metrics[5].before = 0.25;
  f->metrics[5].after = NAN;
  sd_pictures pictures = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, 400, NULL), SD_OK);
  sd_report_input input = {.comparison = &f->comparison,
                           .pictures = &pictures,
                           .treatments = TREATMENTS,
                           .treatment_count = 3,
                           .slider_script = "x.innerHTML = '<div><slot></slot></div>';"};
  assert_int_equal(sd_report_html(&html, &input, NULL), SD_OK);
  sd_pictures_clear(&pictures);
  assert_non_null(strstr(html.v, "Needling &lt;1&gt;"));
  assert_null(strstr(html.v, "Too early"));
  assert_null(strstr(html.v, "Too late"));
  assert_non_null(strstr(html.v, "<slot><\\/slot><\\/div>"));
  assert_non_null(strstr(html.v, "<td class=\"number unsure\""));
  assert_well_formed(html.v);
  assert_non_null(strstr(html.v, "OD is optical density")); /* told where it is used */
  sd_text_clear(&html);
  fixture_free(f);
}

static void nothing_is_loaded(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text html = {0};
  page_of(f, &(page_setup){NULL, NULL, NULL}, &html);
  assert_null(strstr(html.v, "http:"));
  assert_null(strstr(html.v, "https:"));
  assert_null(strstr(html.v, "href="));
  for (const char *c = html.v; (c = strstr(c, "url(")) != NULL; c++)
    assert_memory_equal(c, "url(#hatch", 10); /* a pattern of this page */
  assert_null(strstr(html.v, "@import"));
  assert_null(strstr(html.v, "src=\"/"));
  assert_non_null(strstr(html.v, "default-src 'none'"));
  int sources = 0, alts = 0, silent = 0;
  for (const char *c = html.v; (c = strstr(c, " src=\"")) != NULL; c++, sources++)
    assert_memory_equal(c, " src=\"data:image/", 17);
  for (const char *c = html.v; (c = strstr(c, " alt=\"")) != NULL; c++, alts++)
    silent += c[6] == '"';
  /* both photos, nine panels as pictures; the layers are laid over the photos and say nothing */
  assert_int_equal(sources, 2 + 9 + SD_LAYERS + 2 * SD_LEVELS);
  assert_int_equal(alts, sources);
  assert_int_equal(silent, SD_LAYERS + 2 * SD_LEVELS);
  assert_true(html.length < 6000000);
  sd_text_clear(&html);
  fixture_free(f);
}

static void component_goes_in_with_its_licence(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text html = {0}, refused = {0};
  page_of(f,
          &(page_setup){NULL, "customElements.define('x-y', class {});\n//# sourceMappingURL=a.map",
                        "MIT <c>\nline 2"},
          &html);
  assert_non_null(strstr(html.v, "<img-comparison-slider"));
  assert_non_null(strstr(html.v, "customElements.define('x-y'"));
  assert_null(strstr(html.v, "a.map"));
  assert_non_null(strstr(html.v, "MIT &lt;c&gt;\nline 2\n"));
  assert_well_formed(html.v);
  page_of(f, &(page_setup){NULL, "var a = '</script>';", "MIT"}, &refused);
  assert_null(strstr(refused.v, "var a"));
  assert_well_formed(refused.v);
  sd_text_clear(&html);
  sd_text_clear(&refused);
  fixture_free(f);
}

/* Text of the h1, tags left out. */
static void headline(const char *html, sd_text *out) {
  const char *c = strstr(html, "<h1"), *end = strstr(html, "</h1>");
  assert_non_null(c);
  for (bool tag = false; c < end; c++) {
    if (*c == '<' || *c == '>')
      tag = *c == '<';
    else if (!tag)
      sd_text_add_bytes(out, c, 1);
  }
}

static void assert_headline(const fixture *f, const char *expected) {
  sd_text html = {0}, text = {0};
  page_of(f, &(page_setup){0}, &html);
  headline(html.v, &text);
  if (strstr(text.v, expected) == NULL)
    fail_msg("'%s' is not in '%s'", expected, text.v);
  assert_well_formed(html.v);
  sd_text_clear(&html);
  sd_text_clear(&text);
}

/* Every scar is counted, those that changed stand in the table. */
static void scars_are_told(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  sd_report_input input = {.comparison = &f->comparison, .pictures = &pictures};
  sd_text html = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, 600, NULL), SD_OK);
  assert_int_equal(sd_report_html(&html, &input, NULL), SD_OK);
  assert_non_null(strstr(html.v, "Of 2 places 1 became less visible (0 of them"));
  assert_non_null(strstr(html.v, "<tr><th scope=\"row\">1</th><td class=\"what\" "
                                 "data-label=\"Looks like\">boxcar (0"));
  assert_non_null(strstr(html.v, "\xe2\x88\x92"
                                 "39\xc2\xa0% (\xe2\x88\x92"
                                 "50\xc2\xa0% to \xe2\x88\x92"
                                 "26\xc2\xa0%)"));
  /* drawings say what their lines mean, and the scale is known */
  assert_non_null(strstr(html.v, "<desc class=\"less\">less visible</desc>"));
  assert_non_null(strstr(html.v, " data-mm=\"0.25\""));
  assert_non_null(strstr(html.v, "all at their defaults"));
  assert_null(strstr(html.v, "<tr><th scope=\"row\">2</th>"));
  sd_text_clear(&html);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

/* What raters wrote stands beside what was counted, harmless, and no grade is made up. */
static void ratings_stand_beside_counts(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  const sd_rating ratings[] = {{"2025-01-01", "<b>A", SD_GOODMAN_BARON_GRADE, {4}, 0},
                               {"2025-04-01", "<b>A", SD_GOODMAN_BARON_GRADE, {2}, 1},
                               {"2025-04-01", "B", SD_ECCA, {1, 0, 0, 0, 0, 0}, 1}};
  sd_report_input input = {.comparison = &f->comparison, .pictures = &pictures};
  sd_text html = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, 600, NULL), SD_OK);
  assert_int_equal(sd_scars_total(&f->change, NULL), SD_OK);
  assert_int_equal(sd_report_html(&html, &input, NULL), SD_OK);
  assert_non_null(strstr(html.v, "No rating was given"));
  assert_null(strstr(html.v, "As rated"));
  assert_non_null(strstr(html.v, "Scars and marks of each zone, summed up"));
  const char *sizes = strstr(html.v, "Counted in the photos, by diameter");
  assert_non_null(sizes);
  assert_non_null(strstr(sizes, "\xc2\xa0mm\xc2\xb2 (")); /* no area without its interval */
  sd_text_clear(&html);
  input.ratings = ratings;
  input.rating_count = 3;
  assert_int_equal(sd_report_html(&html, &input, NULL), SD_OK);
  assert_non_null(strstr(html.v, "&lt;b&gt;A</td><td class=\"number\" data-label=\"Before\">4</td>"
                                 "<td class=\"number\" data-label=\"After\">2</td>"
                                 "<td class=\"number\" data-label=\"Difference\">-2</td>"));
  assert_non_null(strstr(html.v, "B</td><td class=\"number\" data-label=\"Before\"></td>"
                                 "<td class=\"number\" data-label=\"After\">15</td>"));
  assert_null(strstr(html.v, "<b>A"));
  assert_well_formed(html.v);
  sd_text_clear(&html);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

static void headline_says_what_changed(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  assert_headline(f, "Medium texture is 32\xc2\xa0% smoother on the left cheek (95 % interval ");
  /* the largest against its MDC comes first, and no more than three */
  const sd_metric *found[SD_HEADLINE_FINDINGS];
  int others = 0, unchanged = 0;
  assert_int_equal(sd_headline_findings(found, &f->change, &others, &unchanged), 3);
  assert_ptr_equal(found[0], &f->metrics[0]);
  assert_ptr_equal(found[1], &f->metrics[4]);
  assert_ptr_equal(found[2], &f->metrics[3]);
  assert_int_equal(others, 1);
  assert_int_equal(unchanged, 2);
  fixture_free(f);
}

/* What has no words for a headline is not denied there. */
static void headline_denies_nothing(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  size_t count = 0;
  const sd_metric_kind *kinds = sd_metric_kinds(&count);
  for (size_t k = 0; k < count; k++)
    for (size_t m = 0; m < f->change.metric_count; m++)
      if (strcmp(kinds[k].name, "delta_e_marks") == 0)
        f->metrics[m].kind = &kinds[k];
  assert_headline(f, "Some figures of the table have changed.");
  for (size_t m = 0; m < f->change.metric_count; m++)
    f->metrics[m].verdict = SD_NO_DETECTABLE_CHANGE;
  assert_headline(f, "No change could be detected.");
  fixture_free(f);
}

/* Scars come first: by their metric in a zone, else by number where chance makes fewer. */
static void headline_begins_with_scars(void **state) {
  (void)state;
  enum { MANY = 40 };
  fixture *f = fixture_make(NULL);
  sd_clause said[SD_HEADLINE_FINDINGS + 1];
  sd_scar_change scars[MANY];
  int others = 0, unchanged = 0;
  size_t count = 0;
  const sd_metric_kind *kinds = sd_metric_kinds(&count);
  for (int k = 0; k < MANY; k++)
    scars[k] = f->scars[1];
  f->change.scars = scars;
  f->change.scar_count = MANY;
  for (int k = 0; k < 2; k++) /* two of forty may be chance */
    scars[k].state = SD_SCAR_REDUCED;
  assert_int_equal(sd_headline_clauses(said, &f->change, &others, &unchanged, &SD_STRINGS_ENGLISH),
                   3);
  assert_memory_equal(said[0].words, "Medium texture", 14);
  for (int k = 2; k < 9; k++)
    scars[k].state = SD_SCAR_RESOLVED;
  assert_int_equal(sd_headline_clauses(said, &f->change, &others, &unchanged, &SD_STRINGS_ENGLISH),
                   4);
  assert_non_null(
      strstr(said[0].words, "Of 40 compared places that look like scars 9 became less"));
  assert_int_equal(said[0].verdict, SD_IMPROVED);
  assert_memory_equal(said[1].words, "; medium texture", 16);
  for (size_t k = 0; k < count; k++) /* a weaker one than all others, but of scars */
    if (strcmp(kinds[k].name, "scar_relief") == 0)
      f->metrics[3].kind = &kinds[k];
  f->metrics[3].mdc = 10;
  assert_int_equal(sd_headline_clauses(said, &f->change, &others, &unchanged, &SD_STRINGS_ENGLISH),
                   3);
  assert_string_equal(said[0].words, "Scars stand out 60\xc2\xa0% more on the forehead");
  assert_string_equal(said[0].interval, "(95 % interval 25\xc2\xa0% to 105\xc2\xa0%)");
  assert_int_equal(said[0].verdict, SD_WORSENED);
  f->change.scars = f->scars;
  fixture_free(f);
}

static void headline_admits_no_change(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  for (size_t i = 0; i < f->change.metric_count; i++)
    if (f->metrics[i].verdict != SD_NOT_MEASURABLE)
      f->metrics[i].verdict = SD_NO_DETECTABLE_CHANGE;
  assert_headline(f, "No change could be detected.");
  fixture_free(f);
}

/* Nothing changed: what could have been seen is said by name and in per cent of a fall. */
static void headline_says_what_would_have_been_seen(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  char text[400];
  for (size_t i = 0; i < f->change.metric_count; i++)
    if (f->metrics[i].verdict != SD_NOT_MEASURABLE)
      f->metrics[i].verdict = SD_NO_DETECTABLE_CHANGE;
  f->metrics[3].mdc = log(8.17); /* a rise by 717 %, a fall by 88 % */
  sd_unseen_text(text, &f->change, &SD_STRINGS_ENGLISH);
  print_message("%s\n", text);
  assert_memory_equal(text, "15\xc2\xa0% less (", 12);
  assert_null(strstr(text, "717"));
  assert_headline(f, "No change could be detected.");
  f->change.metric_count = 0;
  sd_unseen_text(text, &f->change, &SD_STRINGS_ENGLISH);
  assert_string_equal(text, "");
  fixture_free(f);
}

/* The card says for distance, light, pose and focus how both were taken and what to do. */
static void card_says_what_to_do(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text html = {0};
  page_of(f, &(page_setup){0}, &html);
  const char *card = strstr(html.v, "<th scope=\"row\">Focus</th>");
  assert_non_null(card);
  assert_non_null(strstr(card, "edges 1.9 pixels wide</td>"));
  assert_non_null(strstr(card, "edges 2.8 pixels wide</td>"));
  assert_non_null(strstr(card, "focus on the skin and keep the camera still</td>"));
  card = strstr(html.v, "<th scope=\"row\">Pose</th>");
  assert_non_null(card);
  assert_non_null(strstr(card, "turned \xe2\x88\x92"
                               "4\xc2\xb0, nodded +2\xc2\xb0</td>"));
  assert_non_null(strstr(card, "alike: keep it so</td>"));
  assert_null(strstr(html.v, "(before "));
  card = strstr(html.v, "<th scope=\"row\">Distance</th>");
  assert_non_null(strstr(card, "alike: keep it so</td>"));
  /* what only all together tells is said of the part that it names */
  sd_comparability *pair = &f->change.comparability;
  sd_taking row;
  pair->reasons[pair->reason_count++] = (sd_reason){.code = "mismatch", .family = "texture"};
  snprintf(pair->reasons[1].text, sizeof pair->reasons[1].text,
           "most of all in distance and noise.");
  snprintf(pair->reasons[1].advice, sizeof pair->reasons[1].advice, "the same distance");
  static const bool DIFFERS[SD_TAKING_ROWS] = {true, true, false, true};
  for (int k = 0; k < SD_TAKING_ROWS; k++) {
    assert_true(sd_taking_row(&row, &f->comparison, k, &SD_STRINGS_ENGLISH));
    assert_int_equal(row.differs, DIFFERS[k]);
  }
  /* what is not known of a photo is not called alike */
  f->comparison.after.face = NULL;
  assert_true(sd_taking_row(&row, &f->comparison, 2, &SD_STRINGS_ENGLISH));
  assert_string_equal(row.what, "Pose");
  assert_string_equal(row.after, "\xe2\x80\x93");
  assert_string_equal(row.next, "\xe2\x80\x93");
  sd_text_clear(&html);
  fixture_free(f);
}

/* Zones are drawn in the colour of their certain change and told to those who do not see it. */
static void zones_are_coloured_and_told(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text html = {0};
  page_of(f, &(page_setup){0}, &html);
  const char *map = strstr(html.v, "<svg class=\"zones\"");
  assert_non_null(map);
  assert_non_null(strstr(map, "aria-label=\"Medium texture: forehead"));
  assert_non_null(strstr(map, "left cheek \xe2\x88\x92"
                              "32\xc2\xa0% (95 % interval "));
  assert_non_null(strstr(map, "right cheek not measurable"));
  assert_non_null(strstr(map, "fill=\"url(#hatch"));
  sd_text_clear(&html);
  fixture_free(f);
}

/* What people read or hear: text outside tags, and the texts of attributes. Styles, scripts and the
 * bytes of pictures are left out. */
static void words_of(const char *html, sd_text *out) {
  static const char *const HEARD[] = {" alt=\"", " aria-label=\"", " title=\"", " data-label=\""};
  for (const char *c = strstr(html, "<body>"); *c != '\0'; c++) {
    if (*c != '<') {
      sd_text_add_bytes(out, c, 1);
      continue;
    }
    const char *end = tag_end(c + 1);
    for (size_t k = 0; k < sizeof HEARD / sizeof *HEARD; k++) {
      const char *at = strstr(c, HEARD[k]);
      if (at == NULL || at > end)
        continue;
      at += strlen(HEARD[k]);
      sd_text_add_bytes(out, at, strcspn(at, "\""));
      sd_text_add(out, "\n");
    }
    c = strncmp(c, "<script", 7) == 0 ? strstr(c, "</script>") + 8 : end;
  }
}

/* Every word of the page is in its language; data of the photos stay as they are. */
static void page_speaks_german(void **state) {
  (void)state;
  static const char *const ENGLISH[] = {"Before", "interval", "less",   "photos",   "The ",
                                        "the ",   " of ",     "proved", "measured", "measurable",
                                        "cheek",  "forehead", " and ",  "texture",  "Texture"};
  fixture *f = fixture_make(NULL);
  sd_text html = {0}, words = {0};
  f->comparison.language = "de";
  f->change.comparability.reason_count = 0;
  f->metrics[5].reason[0] = '\0'; /* the fixture's own words */
  snprintf(f->metrics[6].reason, sizeof f->metrics[6].reason,
           "too little measurable skin in this zone");
  page_of(f, &(page_setup){0}, &html);
  assert_non_null(strstr(html.v, "<html lang=\"de\">"));
  assert_non_null(
      strstr(html.v, "Die mittlere Struktur ist auf der linken Wange um 32\xc2\xa0% glatter"));
  assert_non_null(strstr(html.v, "zu wenig messbare Haut in dieser Zone"));
  assert_non_null(strstr(html.v, "0,8"));
  words_of(html.v, &words);
  for (size_t k = 0; k < sizeof ENGLISH / sizeof *ENGLISH; k++) {
    const char *found = strstr(words.v, ENGLISH[k]);
    if (found != NULL)
      fail_msg("'%.60s' is English", found);
  }
  sd_text_clear(&words);
  sd_text_clear(&html);
  fixture_free(f);
}

static void headline_names_a_refused_pair(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  f->change.comparability.verdict = SD_NOT_COMPARABLE_PAIR;
  assert_headline(f, "not comparable");
  f->change.metric_count = 0;
  assert_headline(f, "cannot be compared honestly");
  f->alignment.status = SD_ALIGNMENT_FAILED;
  assert_headline(f, "could not be laid on each other");
  fixture_free(f);
}

static void amounts_carry_units(void **state) {
  (void)state;
  const sd_metric_kind ratio = {.name = "rough_mid", .unit = "ln"};
  const sd_metric_kind density = {.name = "melanin_rel", .unit = "od"};
  char text[SD_AMOUNT_TEXT];
  sd_amount_signed(text, &ratio, log(0.68), &SD_STRINGS_ENGLISH);
  assert_string_equal(text, "\xe2\x88\x92"
                            "32\xc2\xa0%");
  sd_amount_signed(text, &ratio, log(1.5), &SD_STRINGS_ENGLISH);
  assert_string_equal(text, "+50\xc2\xa0%");
  sd_amount_signed(text, &ratio, 0, &SD_STRINGS_ENGLISH);
  assert_string_equal(text, "0.0\xc2\xa0%");
  sd_amount_signed(text, &density, -0.043, &SD_STRINGS_ENGLISH);
  assert_string_equal(text, "\xe2\x88\x92"
                            "0.043\xc2\xa0OD");
  sd_amount_signed(text, &density, NAN, &SD_STRINGS_ENGLISH);
  assert_string_equal(text, "\xe2\x80\x93");
}

/* Every unit stands whole behind every amount, also of the longest numbers: no letter is torn. */
static void units_are_whole(void **state) {
  (void)state;
  static const double VALUES[] = {-1.234567e-7, 0.11, -123456.7, 1e9};
  size_t count;
  const sd_metric_kind *kinds = sd_metric_kinds(&count);
  for (size_t k = 0; k < count; k++)
    for (int v = 0; v < 4; v++) {
      char text[3][SD_AMOUNT_TEXT];
      sd_text safe = {0};
      sd_amount_signed(text[0], &kinds[k], VALUES[v], &SD_STRINGS_ENGLISH);
      sd_amount_plain(text[1], &kinds[k], VALUES[v], &SD_STRINGS_ENGLISH);
      sd_level_text(text[2], &kinds[k], VALUES[v], &SD_STRINGS_ENGLISH);
      for (int t = 0; t < 3; t++) {
        sd_text_add_utf8(&safe, text[t]);
        assert_string_equal(safe.v, text[t]); /* what is torn is replaced there */
        if (strcmp(kinds[k].unit, "CIEDE2000") == 0)
          assert_non_null(strstr(text[t], "\xce\x94"
                                          "E\xe2\x82\x80\xe2\x82\x80"));
        sd_text_clear(&safe);
      }
    }
}

static void text_is_made_safe(void **state) {
  (void)state;
  /* overlong, surrogate, beyond U+10FFFF, cut short, a control: each byte becomes U+FFFD */
  const char *bad[] = {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x1b\x7f"};
  const size_t bytes[] = {2, 3, 4, 2, 2};
  for (int i = 0; i < 5; i++) {
    sd_text text = {0};
    sd_text_add_utf8(&text, bad[i]);
    assert_int_equal(text.length, 3 * bytes[i]);
    sd_text_clear(&text);
  }
  sd_text good = {0};
  sd_text_add_utf8(&good, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
  assert_string_equal(good.v, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
  sd_text_clear(&good);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(units_are_whole),
      cmocka_unit_test(hostile_names_stay_text),
      cmocka_unit_test(treatments_levels_and_scripts),
      cmocka_unit_test(nothing_is_loaded),
      cmocka_unit_test(component_goes_in_with_its_licence),
      cmocka_unit_test(scars_are_told),
      cmocka_unit_test(ratings_stand_beside_counts),
      cmocka_unit_test(headline_says_what_changed),
      cmocka_unit_test(headline_denies_nothing),
      cmocka_unit_test(headline_begins_with_scars),
      cmocka_unit_test(headline_admits_no_change),
      cmocka_unit_test(headline_says_what_would_have_been_seen),
      cmocka_unit_test(card_says_what_to_do),
      cmocka_unit_test(zones_are_coloured_and_told),
      cmocka_unit_test(page_speaks_german),
      cmocka_unit_test(headline_names_a_refused_pair),
      cmocka_unit_test(amounts_carry_units),
      cmocka_unit_test(text_is_made_safe),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
