/* The scars: how many became what, where they are, the table and the close-ups. */
#include "report/page.h"

#include "report/rated.h"
#include "report/scar_words.h"

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
  int sign = sd_scar_state_sign(state);
  return sign < 0 ? "improved" : sign > 0 ? "worsened" : "no_detectable_change";
}

static void add_row(sd_page *page, const sd_scar_change *scar, size_t number) {
  const sd_strings *s = page->strings;
  char text[SD_SCAR_TEXT], words[64];
  sd_text_addf(page->out, "<tr><th scope=\"row\">%zu</th>", number);
  sd_say_name(words, sizeof words, s, sd_scar_kind_name(scar->scar.kind));
  snprintf(text, sizeof text, "%s (%.0f\xc2\xa0%%)", words, 100 * scar->scar.kind_probability);
  add_cell(page, "what", s->column_kind, text);
  sd_say_name(words, sizeof words, s, scar->zone);
  add_cell(page, "zone", s->column_zone, words);
  sd_scar_diameter_text(text, &scar->scar, s);
  add_cell(page, "number", s->column_diameter, text);
  sd_scar_change_text(text, scar, s);
  add_cell(page, "number", s->column_change, text);
  sd_text_addf(page->out, "<td><span class=\"badge %s\">", badge(scar->state));
  sd_text_add_html(page->out, sd_scar_state_words(scar->state, s));
  sd_text_add(page->out, "</span></td></tr>\n");
}

static void begin_table(sd_page *page, const char *class, const char *caption,
                        const char *const *columns, size_t count) {
  sd_text_addf(page->out, "<table class=\"%s\">\n", class);
  sd_page_element(page, "caption", NULL, caption);
  sd_text_add(page->out, "<thead><tr>");
  for (size_t k = 0; k < count; k++) {
    sd_text_add(page->out, "<th scope=\"col\">");
    sd_text_add_html(page->out, columns[k]);
    sd_text_add(page->out, "</th>");
  }
  sd_text_add(page->out, "</tr></thead>\n<tbody>\n");
}

static void begin_row(sd_page *page, const char *head) {
  sd_text_add(page->out, "<tr><th scope=\"row\">");
  sd_text_add_html(page->out, head);
  sd_text_add(page->out, "</th>");
}

static void end_row(sd_page *page) {
  sd_text_add(page->out, "</tr>\n");
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
  begin_table(page, "plain scars", s->scar_table_caption, columns,
              sizeof columns / sizeof *columns);
  for (size_t k = 0; k < rows; k++)
    add_row(page, &change->scars[k], k + 1);
  sd_text_add(page->out, "</tbody>\n</table>\n");
}

/* ---- summed up ---------------------------------------------------------------------------- */

static void add_total(sd_page *page, const sd_scar_total *t) {
  const sd_strings *s = page->strings;
  char text[SD_SCAR_TEXT], zone[64], kind[64];
  sd_say_name(zone, sizeof zone, s, t->zone);
  sd_say_name(kind, sizeof kind, s, sd_scar_kind_name(t->kind));
  begin_row(page, zone);
  add_cell(page, "what", s->column_kind, kind);
  snprintf(text, sizeof text, s->count_format, t->count_before, t->count_after, t->count);
  add_cell(page, "number", s->column_count, text);
  sd_area_text(text, t->area_mm2, t->area_low_mm2, t->area_high_mm2, s);
  add_cell(page, "number", s->column_area, text);
  sd_scar_total_text(text, t, s);
  add_cell(page, "number", s->column_contrast, text);
  end_row(page);
}

static void add_totals(sd_page *page, const sd_change *change) {
  const sd_strings *s = page->strings;
  const char *columns[] = {s->column_zone, s->column_kind, s->column_count, s->column_area,
                           s->column_contrast};
  if (change->scar_total_count == 0)
    return;
  begin_table(page, "plain sums", s->totals_caption, columns, sizeof columns / sizeof *columns);
  for (size_t k = 0; k < change->scar_total_count; k++)
    add_total(page, &change->scar_totals[k]);
  sd_text_add(page->out, "</tbody>\n</table>\n");
}

void sd_size_words(char out[SD_SIZE_TEXT], const sd_strings *s, const sd_scar_size *size) {
  if (!(size->from_mm > 0))
    snprintf(out, SD_SIZE_TEXT, s->size_under_format, size->to_mm);
  else if (isinf(size->to_mm))
    snprintf(out, SD_SIZE_TEXT, s->size_over_format, size->from_mm);
  else
    snprintf(out, SD_SIZE_TEXT, s->size_between_format, size->from_mm, size->to_mm);
}

static void add_sizes(sd_page *page, const sd_change *change) {
  const sd_strings *s = page->strings;
  const char *columns[] = {s->column_size, s->column_number_before, s->column_number_after,
                           s->column_area_before, s->column_area_after};
  begin_table(page, "plain sums", s->sizes_caption, columns, sizeof columns / sizeof *columns);
  for (int k = 0; k < SD_SCAR_SIZES; k++) {
    const sd_scar_size *size = &change->scar_sizes[k];
    char text[SD_SCAR_TEXT];
    sd_size_words(text, s, size);
    begin_row(page, text);
    snprintf(text, sizeof text, "%zu", size->count_before);
    add_cell(page, "number", s->column_number_before, text);
    snprintf(text, sizeof text, "%zu", size->count_after);
    add_cell(page, "number", s->column_number_after, text);
    sd_area_text(text, size->area_before_mm2, size->area_before_low_mm2, size->area_before_high_mm2,
                 s);
    add_cell(page, "number", s->column_area_before, text);
    sd_area_text(text, size->area_after_mm2, size->area_after_low_mm2, size->area_after_high_mm2,
                 s);
    add_cell(page, "number", s->column_area_after, text);
    end_row(page);
  }
  sd_text_add(page->out, "</tbody>\n</table>\n");
}

/* ---- ratings ------------------------------------------------------------------------------ */

sd_rated_pair sd_rated_pair_at(const sd_rating *ratings, size_t count, size_t at) {
  sd_rated_pair pair = {{NULL, NULL}, 1};
  const sd_rating *first = &ratings[at];
  pair.of[first->session != 0] = first;
  if (at + 1 < count && ratings[at + 1].form == first->form &&
      strcmp(ratings[at + 1].rater, first->rater) == 0 &&
      ratings[at + 1].session != first->session) {
    pair.of[ratings[at + 1].session != 0] = &ratings[at + 1];
    pair.taken = 2;
  }
  return pair;
}

static void sum_text(char out[16], const sd_rating *rating) {
  out[0] = '\0';
  if (rating != NULL)
    snprintf(out, 16, "%d", sd_rating_sum(rating));
}

static void add_rating(sd_page *page, const sd_rated_pair *pair) {
  const sd_strings *s = page->strings;
  const sd_rating *any = pair->of[0] != NULL ? pair->of[0] : pair->of[1];
  char text[16];
  begin_row(page, sd_rating_kind_of(any->form)->title);
  add_cell(page, "what", s->column_rater, any->rater);
  sum_text(text, pair->of[0]);
  add_cell(page, "number", s->before, text);
  sum_text(text, pair->of[1]);
  add_cell(page, "number", s->after, text);
  text[0] = '\0';
  if (pair->taken == 2)
    snprintf(text, sizeof text, "%+d", sd_rating_sum(pair->of[1]) - sd_rating_sum(pair->of[0]));
  add_cell(page, "number", s->column_difference, text);
  end_row(page);
}

static void add_ratings(sd_page *page) {
  const sd_strings *s = page->strings;
  const sd_report_input *input = page->input;
  const char *columns[] = {s->column_form, s->column_rater, s->before, s->after,
                           s->column_difference};
  sd_page_element(page, "h3", NULL, s->ratings_heading);
  sd_page_element(page, "p", "hint", s->ratings_hint);
  if (sd_scars_counted(input->comparison->change))
    add_sizes(page, input->comparison->change);
  if (input->rating_count == 0) {
    sd_page_element(page, "p", "quiet", s->ratings_none);
    return;
  }
  begin_table(page, "plain sums", s->ratings_caption, columns, sizeof columns / sizeof *columns);
  for (size_t k = 0; k < input->rating_count;) {
    sd_rated_pair pair = sd_rated_pair_at(input->ratings, input->rating_count, k);
    add_rating(page, &pair);
    k += pair.taken;
  }
  sd_text_add(page->out, "</tbody>\n</table>\n");
}

/* Pictures and tables of what was found in the photos. */
static void add_found(sd_page *page) {
  const sd_change *change = page->input->comparison->change;
  const sd_strings *s = page->strings;
  const sd_picture_file *before = picture_of(page, SD_PANEL_SCARS_BEFORE);
  const sd_picture_file *after = picture_of(page, SD_PANEL_SCARS_AFTER);
  const sd_picture_file *closeups = picture_of(page, SD_PANEL_SCARS_CLOSEUPS);
  if (before == NULL || after == NULL)
    return;
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
  add_totals(page, change);
}

void sd_page_scars(sd_page *page) {
  bool found = picture_of(page, SD_PANEL_SCARS_BEFORE) != NULL;
  if (!found && page->input->rating_count == 0)
    return;
  sd_page_section(page, "scars", page->strings->scars_heading);
  add_found(page);
  add_ratings(page);
  sd_text_add(page->out, "</section>\n");
}
