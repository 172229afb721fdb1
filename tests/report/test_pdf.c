/* report.pdf: what it holds, that it is the same each time, and that names break nothing. */
#include "check.h"
#include "render/comparison_fixture.h"
#include "scardelta/report.h"

#include <stdlib.h>
#include <unistd.h>

static sd_text pdf_of(fixture *f, const sd_pictures *pictures, const char *case_code, bool letter) {
  sd_setting settings[] = {{"zones", "left_cheek"}};
  sd_report_input input = {.comparison = &f->comparison,
                           .pictures = pictures,
                           .settings = settings,
                           .setting_count = 1,
                           .case_code = case_code,
                           .letter = letter};
  sd_text pdf = {0};
  sd_diag diag = {{0}};
  if (sd_report_pdf(&pdf, &input, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  return pdf;
}

static int count_of(const sd_text *bytes, const char *word) {
  int count = 0;
  for (size_t at = 0; at + strlen(word) <= bytes->length; at++)
    count += memcmp(bytes->v + at, word, strlen(word)) == 0;
  return count;
}

static void a_report_fills_two_to_six_pages(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, 800, NULL), SD_OK);
  sd_text a = pdf_of(f, &pictures, "C-17", false), b = pdf_of(f, &pictures, "C-17", false);
  int pages = count_of(&a, "/Type /Page %");
  assert_true(pages >= 2 && pages <= 6);
  assert_true(a.length < 3000000);
  assert_int_equal(memcmp(a.v, "%PDF-1.5", 8), 0);
  assert_int_equal(memcmp(a.v + a.length - 6, "%%EOF\n", 6), 0);
  assert_true(count_of(&a, "/Lang (en)") == 1 && count_of(&a, "/Marked true") == 1);
  assert_true(count_of(&a, "(Before and after: C-17)") >= 1);
  /* one document, one headline, and every figure is told in words */
  assert_int_equal(count_of(&a, "/S /Document"), 1);
  assert_int_equal(count_of(&a, "/S /H1"), 1);
  int figures = count_of(&a, "/Alt <FEFF");
  assert_true(figures >= 9);
  assert_int_equal(count_of(&a, "/S /Figure"), 2 * figures); /* each is written once more */
  assert_int_equal(count_of(&a, "/StructTreeRoot "), 2);
  assert_true(count_of(&a, "/DCTDecode") >= 4); /* the JPEGs as they are */
  assert_true(count_of(&a, "/FontFile2") >= 1);
  assert_true(a.length == b.length && memcmp(a.v, b.v, a.length) == 0);
  sd_text_clear(&a);
  sd_text_clear(&b);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

static sd_text structure_of(const sd_text *pdf) {
  sd_text out = {0};
  char path[] = "sd-pdf-XXXXXX", command[200], block[4096];
  int file = mkstemp(path);
  assert_true(file >= 0 && write(file, pdf->v, pdf->length) == (ssize_t)pdf->length);
  close(file);
  snprintf(command, sizeof command, "pdfinfo -struct %s 2>/dev/null", path);
  FILE *said = popen(command, "r");
  assert_non_null(said);
  for (size_t n; (n = fread(block, 1, sizeof block, said)) > 0;)
    sd_text_add_bytes(&out, block, n);
  pclose(said);
  unlink(path);
  return out;
}

/* A screen reader walks tables by rows and cells: each row has its zone's five columns, and what
 * goes over a page's end is a table there too. */
static void tables_are_tables(void **state) {
  (void)state;
  enum { ZONES = 10, EACH = 13 };
  static sd_metric metrics[ZONES * EACH];
  fixture *f = fixture_make(NULL);
  for (int k = 0; k < ZONES * EACH; k++) {
    metrics[k] = f->metrics[k % 6];
    snprintf(metrics[k].zone, sizeof metrics[k].zone, "z%d", k / EACH);
  }
  f->change.metrics = metrics;
  f->change.metric_count = ZONES * EACH;
  sd_text pdf = pdf_of(f, NULL, NULL, false);
  int tables = count_of(&pdf, "/S /Table\n"), rows = count_of(&pdf, "/S /TR\n"),
      cells = count_of(&pdf, "/S /TD\n"), heads = count_of(&pdf, "/S /TH\n"), told = 0;
  for (int k = 0; k < ZONES * EACH; k++)
    told += metrics[k].verdict != SD_NOT_MEASURABLE;
  print_message("%d tables, %d rows, %d cells, %d heads\n", tables, rows, cells, heads);
  assert_true(tables > ZONES && rows >= told + ZONES && cells >= 4 * told);
  sd_text structure = structure_of(&pdf);
  if (structure.length > 0) { /* poppler's reading of it, where it is installed */
    assert_int_equal(count_of(&structure, "Table"), tables);
    assert_int_equal(count_of(&structure, "  TR"), rows);
  }
  sd_text_clear(&structure);
  sd_text_clear(&pdf);
  fixture_free(f);
}

/* However much there is to say, it stays within six pages and each page is filled from the top. */
static void many_figures_stay_within_six_pages(void **state) {
  (void)state;
  enum { ZONES = 10, EACH = 13 };
  static sd_metric metrics[ZONES * EACH];
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, 800, NULL), SD_OK);
  for (int k = 0; k < ZONES * EACH; k++) {
    metrics[k] = f->metrics[k % 6];
    snprintf(metrics[k].zone, sizeof metrics[k].zone, "z%d", k / EACH);
  }
  f->change.metrics = metrics;
  f->change.metric_count = ZONES * EACH;
  sd_text pdf = pdf_of(f, &pictures, NULL, true);
  int pages = count_of(&pdf, "/Type /Page %");
  print_message("%d pages\n", pages);
  assert_true(pages >= 3 && pages <= 6);
  sd_text_clear(&pdf);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

static void paper_is_a4_or_letter(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text a4 = pdf_of(f, NULL, NULL, false), letter = pdf_of(f, NULL, NULL, true);
  assert_true(count_of(&a4, "595.276 841.89") >= 1 && count_of(&letter, "612 792") >= 1);
  sd_text_clear(&a4);
  sd_text_clear(&letter);
  fixture_free(f);
}

static void names_are_data(void **state) {
  static const char *const NAMES[] = {"</H1><script>", "a) /OpenAction (b", "\xff\xfe\x01\x02",
                                      "\xe2\x80\xaeRight to left", "%s%n"};
  (void)state;
  fixture *f = fixture_make(NULL);
  for (size_t k = 0; k < sizeof NAMES / sizeof *NAMES; k++) {
    sd_text pdf = pdf_of(f, NULL, NAMES[k], false);
    assert_int_equal(memcmp(pdf.v, "%PDF-1.5", 8), 0);
    assert_int_equal(count_of(&pdf, "/OpenAction (b"), 0);
    assert_int_equal(count_of(&pdf, "/JavaScript"), 0);
    sd_text_clear(&pdf);
  }
  fixture_free(f);
}

static void a_refused_pair_has_no_figures(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  f->change.metric_count = 0;
  f->change.comparability.verdict = SD_NOT_COMPARABLE_PAIR;
  sd_text pdf = pdf_of(f, NULL, NULL, false);
  assert_true(count_of(&pdf, "/Type /Page %") >= 1);
  sd_text_clear(&pdf);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_report_fills_two_to_six_pages),
                                     cmocka_unit_test(tables_are_tables),
                                     cmocka_unit_test(many_figures_stay_within_six_pages),
                                     cmocka_unit_test(paper_is_a4_or_letter),
                                     cmocka_unit_test(names_are_data),
                                     cmocka_unit_test(a_refused_pair_has_no_figures)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
