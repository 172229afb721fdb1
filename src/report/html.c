/* report.html: the frame and the order of its sections. */
#include "report/page.h"

#include <stdio.h>
#include <string.h>

/* Nothing may be loaded from anywhere: also what slips in through a name cannot call out. */
static const char POLICY[] =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n";

void sd_page_element(sd_page *page, const char *tag, const char *class_name, const char *text) {
  if (class_name != NULL)
    sd_text_addf(page->out, "<%s class=\"%s\">", tag, class_name);
  else
    sd_text_addf(page->out, "<%s>", tag);
  sd_text_add_html(page->out, text);
  sd_text_addf(page->out, "</%s>\n", tag);
}

void sd_page_said(sd_page *page, const char *tag, const char *class_name, const char *english) {
  char said[512];
  sd_say(said, sizeof said, page->strings, english);
  if (tag != NULL)
    sd_page_element(page, tag, class_name, said);
  else
    sd_text_add_html(page->out, said);
}

void sd_page_section(sd_page *page, const char *id, const char *heading) {
  sd_text_addf(page->out, "<section id=\"%s\">\n", id);
  sd_page_element(page, "h2", NULL, heading);
}

bool sd_page_refused(const sd_page *page) {
  return page->input->comparison->change->comparability.verdict == SD_NOT_COMPARABLE_PAIR;
}

static void add_title(sd_page *page, sd_text *title) {
  const sd_report_input *input = page->input;
  if (input->case_code != NULL && input->case_code[0] != '\0')
    sd_text_addf(title, page->strings->title_case_format, input->case_code);
  else
    sd_text_add(title, page->strings->title);
  page->out->failed = page->out->failed || title->failed;
}

void sd_page_head(sd_page *page, const char *title) {
  sd_text *out = page->out;
  sd_text_addf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
               page->strings->language);
  sd_text_add(out, POLICY);
  sd_text_add(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n");
  sd_page_element(page, "title", NULL, title);
  sd_text_add(out, "<style>\n");
  sd_text_add(out, SD_REPORT_CSS);
  sd_text_add(out, "</style>\n</head>\n<body>\n<main>\n");
}

static void add_date(sd_page *page, const char *word, const sd_photo *photo) {
  char date[11];
  sd_capture_day(date, &photo->capture);
  sd_text_add(page->out, "<div><dt>");
  sd_text_add_html(page->out, word);
  sd_text_add(page->out, "</dt><dd><strong>");
  sd_text_add_html(page->out, date[0] != '\0' ? date : page->strings->date_unknown);
  sd_text_add(page->out, "</strong></dd></div>\n");
}

/* Was it between the photos? Unknown dates of photos exclude nothing. */
static bool between_photos(const sd_page *page, const char *date) {
  const sd_comparison *comparison = page->input->comparison;
  const char *from = comparison->before.photo->capture.taken;
  const char *to = comparison->after.photo->capture.taken;
  return (strlen(from) < 10 || strncmp(date, from, 10) >= 0) &&
         (strlen(to) < 10 || strncmp(date, to, 10) <= 0);
}

static void add_treatments(sd_page *page) {
  const sd_report_input *input = page->input;
  for (size_t i = 0; i < input->treatment_count; i++) {
    if (!between_photos(page, input->treatments[i].date))
      continue;
    sd_text_add(page->out, "<div class=\"treatment\"><dt>");
    sd_text_add_html(page->out, page->strings->treatment);
    sd_text_add(page->out, "</dt><dd><strong>");
    sd_text_add_html(page->out, input->treatments[i].date);
    sd_text_add(page->out, "</strong> <span class=\"quiet\">");
    sd_text_add_html(page->out, input->treatments[i].label);
    sd_text_add(page->out, "</span></dd></div>\n");
  }
}

static void add_header(sd_page *page, const char *title) {
  const sd_comparison *comparison = page->input->comparison;
  sd_text_add(page->out, "<header>\n");
  sd_page_element(page, "p", "kicker", title);
  sd_page_headline(page);
  sd_text_add(page->out, "<dl class=\"dates\">\n");
  add_date(page, page->strings->before, comparison->before.photo);
  add_treatments(page);
  add_date(page, page->strings->after, comparison->after.photo);
  sd_text_add(page->out, "</dl>\n</header>\n");
}

sd_status sd_report_html(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  sd_page page = {
      .out = out, .input = input, .strings = sd_strings_of(input->comparison->language)};
  sd_text title = {0};
  add_title(&page, &title);
  if (!title.failed) {
    sd_page_head(&page, title.v);
    add_header(&page, title.v);
    sd_page_match(&page);
    sd_page_slider(&page);
    sd_page_face_map(&page);
    sd_page_maps(&page);
    sd_page_scars(&page);
    sd_page_figures(&page);
    sd_page_registration(&page);
    sd_page_limits(&page);
    sd_page_method(&page);
    sd_text_add(out, "</main>\n</body>\n</html>\n");
  }
  sd_text_clear(&title);
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for report.html") : SD_OK;
}
