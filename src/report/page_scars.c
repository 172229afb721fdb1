/* The scars: how many became what, where they are, the table and the close-ups. */
#include "report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS_MAX = 24 };

static const sd_picture_file *picture_of(const sd_page *page, sd_panel panel) {
  const sd_pictures *pictures = page->input->pictures;
  for (int k = 0; pictures != NULL && k < pictures->count; k++)
    if (pictures->files[k].panel == panel)
      return &pictures->files[k];
  return NULL;
}

static const char *state_words(const sd_strings *s, sd_scar_state state) {
  const char *const words[] = {
      [SD_SCAR_UNMATCHED] = s->scar_unmatched, [SD_SCAR_UNCHANGED] = s->scar_unchanged,
      [SD_SCAR_REDUCED] = s->scar_reduced,     [SD_SCAR_RESOLVED] = s->scar_resolved,
      [SD_SCAR_ENLARGED] = s->scar_enlarged,   [SD_SCAR_NEW] = s->scar_new};
  return words[state];
}

static void add_counts(sd_page *page, const sd_change *change) {
  size_t of[SD_SCAR_NEW + 1] = {0};
  char sentence[300];
  for (size_t k = 0; k < change->scar_count; k++)
    of[change->scars[k].state]++;
  snprintf(sentence, sizeof sentence, page->strings->scar_counts_format, change->scar_count,
           of[SD_SCAR_REDUCED] + of[SD_SCAR_RESOLVED], of[SD_SCAR_RESOLVED],
           of[SD_SCAR_ENLARGED] + of[SD_SCAR_NEW], of[SD_SCAR_NEW], of[SD_SCAR_UNCHANGED],
           of[SD_SCAR_UNMATCHED]);
  sd_page_element(page, "p", "sure", sentence);
}

static void add_cell(sd_page *page, const char *class_name, const char *label, const char *text) {
  sd_text_addf(page->out, "<td class=\"%s\" data-label=\"", class_name);
  sd_text_add_html(page->out, label);
  sd_text_add(page->out, "\">");
  sd_text_add_html(page->out, text);
  sd_text_add(page->out, "</td>");
}

static const char *badge(sd_scar_state state) {
  if (state == SD_SCAR_REDUCED || state == SD_SCAR_RESOLVED)
    return "improved";
  return state == SD_SCAR_ENLARGED || state == SD_SCAR_NEW ? "worsened" : "no_detectable_change";
}

static void add_row(sd_page *page, const sd_scar_change *scar, size_t number) {
  const sd_strings *s = page->strings;
  char text[160], words[64], low[24], high[24];
  sd_text_addf(page->out, "<tr><th scope=\"row\">%zu</th>", number);
  sd_say_name(words, sizeof words, s, sd_scar_kind_name(scar->scar.kind));
  snprintf(text, sizeof text, "%s (%.0f\xc2\xa0%%)", words, 100 * scar->scar.kind_probability);
  add_cell(page, "what", s->column_kind, text);
  sd_say_name(words, sizeof words, s, scar->zone);
  add_cell(page, "zone", s->column_zone, words);
  snprintf(low, sizeof low, "%.1f", scar->scar.diameter_low_mm);
  snprintf(high, sizeof high, "%.1f", scar->scar.diameter_high_mm);
  snprintf(words, sizeof words, s->interval_format, low, high);
  snprintf(text, sizeof text, "%.1f\xc2\xa0mm (%s)", scar->scar.diameter_mm, words);
  sd_localise(text, s);
  add_cell(page, "number", s->column_diameter, text);
  sd_percent_signed(low, 100 * expm1(scar->ci_low));
  sd_percent_signed(high, 100 * expm1(scar->ci_high));
  snprintf(words, sizeof words, s->interval_format, low, high);
  sd_percent_signed(low, 100 * expm1(scar->change));
  snprintf(text, sizeof text, "%s\xc2\xa0%% (%s)", low, words);
  add_cell(page, "number", s->column_change, text);
  sd_text_addf(page->out, "<td><span class=\"badge %s\">", badge(scar->state));
  sd_text_add_html(page->out, state_words(s, scar->state));
  sd_text_add(page->out, "</span></td></tr>\n");
}

static void add_table(sd_page *page, const sd_change *change) {
  const sd_strings *s = page->strings;
  const char *columns[] = {s->column_number,   s->column_kind,   s->column_zone,
                           s->column_diameter, s->column_change, s->column_verdict};
  size_t rows = 0;
  while (rows < change->scar_count && rows < ROWS_MAX &&
         change->scars[rows].state > SD_SCAR_UNCHANGED)
    rows++;
  if (rows == 0)
    return;
  sd_text_add(page->out, "<table class=\"plain scars\">\n");
  sd_page_element(page, "caption", NULL, s->scar_table_caption);
  sd_text_add(page->out, "<thead><tr>");
  for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
    sd_text_add(page->out, "<th scope=\"col\">");
    sd_text_add_html(page->out, columns[k]);
    sd_text_add(page->out, "</th>");
  }
  sd_text_add(page->out, "</tr></thead>\n<tbody>\n");
  for (size_t k = 0; k < rows; k++)
    add_row(page, &change->scars[k], k + 1);
  sd_text_add(page->out, "</tbody>\n</table>\n");
}

void sd_page_scars(sd_page *page) {
  const sd_change *change = page->input->comparison->change;
  const sd_strings *s = page->strings;
  const sd_picture_file *before = picture_of(page, SD_PANEL_SCARS_BEFORE);
  const sd_picture_file *after = picture_of(page, SD_PANEL_SCARS_AFTER);
  const sd_picture_file *closeups = picture_of(page, SD_PANEL_SCARS_CLOSEUPS);
  if (before == NULL || after == NULL)
    return;
  sd_page_section(page, "scars", s->scars_heading);
  add_counts(page, change);
  sd_page_element(page, "p", "hint", s->scars_hint);
  sd_text_add(page->out, "<div class=\"maps\">\n");
  sd_page_picture(page, before, "class=\"map\"", s->alt_scars_before);
  sd_page_picture(page, after, "class=\"map\"", s->alt_scars_after);
  sd_text_add(page->out, "</div>\n");
  if (closeups != NULL) {
    sd_page_element(page, "h3", NULL, s->closeups_heading);
    sd_page_picture(page, closeups, "class=\"wide\"", s->alt_closeups);
  }
  add_table(page, change);
  sd_text_add(page->out, "</section>\n");
}
