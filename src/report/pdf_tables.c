/* The tables of report.pdf: scars, ratings, figures, what was not measured, the method. */
#include "report/pdf_paper.h"
#include "report/rated.h"
#include "report/safe_text.h"
#include "report/scar_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- scars -------------------------------------------------------------------------------- */

static sd_pdf_type small_dark(void) {
  sd_pdf_type type = SD_PAPER_SMALL;
  type.size = 7;
  type.red = type.green = type.blue = 0.11;
  return type;
}

static sd_pdf_type small_bold(void) {
  sd_pdf_type type = SD_PAPER_SMALL;
  type.size = 7;
  type.bold = true;
  return type;
}

static void add_scar(sd_paper *p, const sd_scar_change *scar, size_t number,
                     const double widths[6]) {
  char count[24], kind[64], zone[64], size[SD_SCAR_TEXT], change[SD_SCAR_TEXT];
  sd_pdf_type text = small_dark();
  snprintf(count, sizeof count, "%zu", number);
  sd_say_name(kind, sizeof kind, p->s, sd_scar_kind_name(scar->scar.kind));
  sd_say_name(zone, sizeof zone, p->s, scar->zone);
  sd_scar_diameter_text(size, &scar->scar, p->s);
  sd_scar_change_text(change, scar, p->s);
  sd_paper_columns(p,
                   (const char *const[]){count, kind, zone, size, change,
                                         sd_scar_state_words(scar->state, p->s)},
                   widths, 6, &text);
}

/* The changed ones, as many as fit beside everything else on six pages; scars.csv has all. */
static void add_scar_table(sd_paper *p) {
  enum { ROWS_MAX = 12 };
  const sd_change *change = p->input->comparison->change;
  const char *heads[] = {p->s->column_number,   p->s->column_kind,   p->s->column_zone,
                         p->s->column_diameter, p->s->column_change, p->s->column_verdict};
  const double across = p->pdf.right - p->pdf.left;
  const double widths[] = {0.06 * across, 0.14 * across, 0.18 * across,
                           0.23 * across, 0.23 * across, 0.16 * across};
  sd_pdf_type head = small_bold();
  for (size_t k = 0; k < change->scar_count && k < ROWS_MAX; k++) {
    if (change->scars[k].state <= SD_SCAR_UNCHANGED)
      break;
    if (k == 0) {
      sd_pdf_need(&p->pdf, 50);
      sd_pdf_gap(&p->pdf, 6);
      sd_pdf_paragraph(&p->pdf, "H3", 0, &SD_PAPER_STRONG, p->s->scar_table_caption);
      sd_pdf_begin_table(&p->pdf);
      sd_paper_columns(p, heads, widths, 6, &head);
    }
    add_scar(p, &change->scars[k], k + 1, widths);
  }
  if (p->pdf.table)
    sd_pdf_end_table(&p->pdf);
}

/* What all scars of a zone and kind come to. */
static void add_total(sd_paper *p, const sd_scar_total *t, const double widths[5]) {
  char zone[64], kind[64], count[96], area[SD_SCAR_TEXT], contrast[SD_SCAR_TEXT];
  sd_pdf_type text = small_dark();
  sd_say_name(zone, sizeof zone, p->s, t->zone);
  sd_say_name(kind, sizeof kind, p->s, sd_scar_kind_name(t->kind));
  snprintf(count, sizeof count, p->s->count_format, t->count_before, t->count_after, t->count);
  sd_area_text(area, t->area_mm2, t->area_low_mm2, t->area_high_mm2, p->s);
  sd_scar_total_text(contrast, t, p->s);
  sd_paper_columns(p, (const char *const[]){zone, kind, count, area, contrast}, widths, 5, &text);
}

static void add_totals(sd_paper *p) {
  const sd_change *change = p->input->comparison->change;
  const char *heads[] = {p->s->column_zone, p->s->column_kind, p->s->column_count,
                         p->s->column_area, p->s->column_contrast};
  const double across = p->pdf.right - p->pdf.left;
  const double widths[] = {0.15 * across, 0.11 * across, 0.14 * across, 0.22 * across,
                           0.38 * across};
  sd_pdf_type head = small_bold();
  if (change->scar_total_count == 0)
    return;
  sd_pdf_need(&p->pdf, 50);
  sd_pdf_gap(&p->pdf, 6);
  sd_pdf_paragraph(&p->pdf, "H3", 0, &SD_PAPER_STRONG, p->s->totals_caption);
  sd_pdf_begin_table(&p->pdf);
  sd_paper_columns(p, heads, widths, 5, &head);
  for (size_t k = 0; k < change->scar_total_count; k++)
    add_total(p, &change->scar_totals[k], widths);
  sd_pdf_end_table(&p->pdf);
}

void sd_paper_scars(sd_paper *p) {
  add_scar_table(p);
  add_totals(p);
}

/* ---- ratings --------------------------------------------------------------------------------- */

/* Each rater's sums beside each other. */
void sd_paper_ratings(sd_paper *p) {
  const sd_report_input *input = p->input;
  char line[700], before[16], after[16];
  if (input->rating_count == 0)
    return;
  sd_paper_heading(p, p->s->ratings_heading);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, p->s->ratings_hint);
  for (int k = 0; k < SD_SCAR_SIZES && sd_scars_counted(input->comparison->change); k++) {
    const sd_scar_size *size = &input->comparison->change->scar_sizes[k];
    char words[SD_SIZE_TEXT], from[SD_SCAR_TEXT], to[SD_SCAR_TEXT];
    sd_size_words(words, p->s, size);
    sd_area_text(from, size->area_before_mm2, size->area_before_low_mm2, size->area_before_high_mm2,
                 p->s);
    sd_area_text(to, size->area_after_mm2, size->area_after_low_mm2, size->area_after_high_mm2,
                 p->s);
    snprintf(line, sizeof line, "%s: %s %zu, %s; %s %zu, %s", words, p->s->before,
             size->count_before, from, p->s->after, size->count_after, to);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_TEXT, line);
  }
  for (size_t k = 0; k < input->rating_count;) {
    sd_rated_pair pair = sd_rated_pair_at(input->ratings, input->rating_count, k);
    const sd_rating *any = pair.of[0] != NULL ? pair.of[0] : pair.of[1];
    sd_text rater = {0};
    sd_text_add_utf8(&rater, any->rater);
    snprintf(before, sizeof before, pair.of[0] != NULL ? "%d" : "-",
             pair.of[0] != NULL ? sd_rating_sum(pair.of[0]) : 0);
    snprintf(after, sizeof after, pair.of[1] != NULL ? "%d" : "-",
             pair.of[1] != NULL ? sd_rating_sum(pair.of[1]) : 0);
    snprintf(line, sizeof line, p->s->pdf_rating_format, sd_rating_kind_of(any->form)->title,
             rater.failed || rater.v == NULL ? "" : rater.v, before, after);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_TEXT, line);
    sd_text_clear(&rater);
    k += pair.taken;
  }
}

/* ---- figures ------------------------------------------------------------------------------ */

/* Widths of the columns; the name has the rest. */
static const double ROW = 11.2, LEVEL = 46, CHANGE = 146, CHART = 76, VERDICT = 86, TYPE = 6.8;
static const double BAND[3] = {0.89, 0.90, 0.92};

static double name_width(const sd_paper *p) {
  return p->pdf.right - p->pdf.left - 2 * LEVEL - CHANGE - CHART - VERDICT;
}

static const double *verdict_colour(sd_verdict verdict) {
  return verdict == SD_IMPROVED   ? SD_PAPER_GOOD
         : verdict == SD_WORSENED ? SD_PAPER_BAD
                                  : SD_PAPER_INK;
}

static void draw_chart(sd_paper *p, const sd_metric *m, double x, double y, double row) {
  double reach = fmax(fmax(fabs(m->ci_low), fabs(m->ci_high)), fabs(m->mdc)) * 1.08;
  double middle = x + CHART / 2 - 3, unit = (CHART / 2 - 6) / reach;
  if (!(reach > 0) || !isfinite(m->change))
    return;
  const double *rgb = verdict_colour(m->verdict);
  sd_pdf_box(&p->pdf, middle - m->mdc * unit, y + 1.5, 2 * m->mdc * unit, row - 4, BAND);
  sd_pdf_line(&p->pdf, middle, y + 1, middle, y + row - 2, 0.5, SD_PAPER_INK);
  sd_pdf_line(&p->pdf, middle + m->ci_low * unit, y + row / 2 - 0.5, middle + m->ci_high * unit,
              y + row / 2 - 0.5, 1.3, rgb);
  sd_pdf_dot(&p->pdf, middle + m->change * unit, y + row / 2 - 0.5, 2.4, rgb);
}

static void change_text(char out[5 * SD_AMOUNT_TEXT], const sd_metric *m, const sd_strings *s) {
  char change[SD_AMOUNT_TEXT], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT];
  char interval[3 * SD_AMOUNT_TEXT];
  sd_amount_signed(change, m->kind, m->change, s);
  sd_amount_signed(low, m->kind, m->ci_low, s);
  sd_amount_signed(high, m->kind, m->ci_high, s);
  snprintf(interval, sizeof interval, s->interval_format, low, high);
  snprintf(out, 5 * SD_AMOUNT_TEXT, "%s (%s)", change, interval);
}

static void add_row(sd_paper *p, const sd_metric *m) {
  char before[SD_AMOUNT_TEXT], after[SD_AMOUNT_TEXT], change[5 * SD_AMOUNT_TEXT];
  sd_about about = sd_about_metric(m, p->s);
  sd_pdf *pdf = &p->pdf;
  const double *rgb = verdict_colour(m->verdict);
  sd_pdf_type type = sd_metric_certain(m) ? SD_PAPER_STRONG : SD_PAPER_TEXT;
  double name = name_width(p), row = p->tight * ROW;
  type.size = fmin(TYPE, 0.64 * row);
  sd_pdf_begin_row(pdf, row);
  double y = pdf->y, x = pdf->left;
  sd_level_text(before, m->kind, m->before, p->s);
  sd_level_text(after, m->kind, m->after, p->s);
  change_text(change, m, p->s);
  sd_pdf_cell(pdf, true, x, y + 1, name + 20, &type, about.title);
  sd_pdf_cell(pdf, false, x += name, y + 1, LEVEL, &type, before);
  sd_pdf_cell(pdf, false, x += LEVEL, y + 1, LEVEL, &type, after);
  sd_pdf_begin_element(pdf, "TD"); /* the chart shows what the text of its cell says */
  sd_pdf_text(pdf, x += LEVEL, y + 1, CHANGE + 10, &type, change, true);
  draw_chart(p, m, x + CHANGE, y, row);
  sd_pdf_end_element(pdf, "TD");
  type.red = rgb[0];
  type.green = rgb[1];
  type.blue = rgb[2];
  sd_pdf_cell(pdf, false, pdf->right - VERDICT + 6, y + 1, VERDICT, &type,
              sd_verdict_words(m->verdict, p->s));
  sd_pdf_end_row(pdf);
  sd_pdf_line(pdf, pdf->left, y + row, pdf->right, y + row, 0.3, SD_PAPER_RULE);
  sd_pdf_gap(pdf, row);
}

static bool first_of_zone(const sd_change *change, size_t at) {
  for (size_t k = 0; k < at; k++)
    if (strcmp(change->metrics[k].zone, change->metrics[at].zone) == 0)
      return false;
  return true;
}

static size_t measured_in(const sd_change *change, const char *zone) {
  size_t count = 0;
  for (size_t k = 0; k < change->metric_count; k++)
    count += change->metrics[k].verdict != SD_NOT_MEASURABLE &&
             strcmp(change->metrics[k].zone, zone) == 0;
  return count;
}

/* What the columns hold, beside the name of the zone. */
static void add_zone_heads(sd_paper *p, double y) {
  const char *const heads[] = {"", p->s->before, p->s->after, p->s->column_change,
                               p->s->column_verdict};
  const double widths[] = {name_width(p), LEVEL, LEVEL, CHANGE + CHART, VERDICT};
  sd_pdf_type type = SD_PAPER_SMALL;
  double x = p->pdf.left;
  type.size = TYPE;
  sd_pdf_begin_row(&p->pdf, 0);
  for (int k = 0; k < 5; x += widths[k++])
    sd_pdf_cell(&p->pdf, true, k < 4 ? x : p->pdf.right - VERDICT + 6, y, widths[k], &type,
                heads[k]);
  sd_pdf_end_row(&p->pdf);
}

static void add_zone(sd_paper *p, const char *zone) {
  const sd_change *change = p->input->comparison->change;
  char words[64];
  if (measured_in(change, zone) == 0)
    return;
  sd_say_name(words, sizeof words, p->s, zone);
  sd_pdf_need(&p->pdf, 24 + 2 * ROW);
  sd_pdf_gap(&p->pdf, 6);
  sd_pdf_type name = SD_PAPER_STRONG;
  name.size = 8;
  double heads = p->pdf.y + 1.5;
  sd_pdf_paragraph(&p->pdf, "H3", 0, &name, words);
  sd_pdf_begin_table(&p->pdf);
  add_zone_heads(p, heads);
  sd_pdf_gap(&p->pdf, 1);
  for (size_t k = 0; k < change->metric_count; k++)
    if (change->metrics[k].verdict != SD_NOT_MEASURABLE &&
        strcmp(change->metrics[k].zone, zone) == 0)
      add_row(p, &change->metrics[k]);
  sd_pdf_end_table(&p->pdf);
}

void sd_paper_figures(sd_paper *p) {
  const sd_change *change = p->input->comparison->change;
  sd_paper_heading(p, p->s->figures_heading);
  if (change->metric_count == 0) {
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_TEXT, p->s->no_figures);
    return;
  }
  sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, p->s->figures_hint);
  for (size_t k = 0; k < change->metric_count; k++)
    if (first_of_zone(change, k))
      add_zone(p, change->metrics[k].zone);
}

/* ---- limits and method -------------------------------------------------------------------- */

/* Every value that could not be measured with its reason; metrics of one reason together. */
static void add_unmeasured(sd_paper *p) {
  const sd_change *change = p->input->comparison->change;
  for (size_t k = 0; k < change->metric_count; k++) {
    sd_text line = {0};
    if (sd_unmeasured_line(&line, change, k, p->s))
      sd_pdf_paragraph(&p->pdf, "P", 8, &SD_PAPER_SMALL, line.failed ? "" : line.v);
    sd_text_clear(&line);
  }
}

void sd_paper_limits(sd_paper *p) {
  const sd_change *change = p->input->comparison->change;
  sd_text excluded = {0}, line = {0};
  int unmeasured = 0;
  sd_paper_heading(p, p->s->limits_heading);
  for (int k = 0; p->s->limits[k] != NULL; k++)
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, p->s->limits[k]);
  sd_excluded_text(&excluded, p->input->comparison->before.skin, p->s);
  if (excluded.length > 0) {
    sd_text_addf(&line, "%s %s.", p->s->excluded_heading, excluded.v);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, line.failed ? "" : line.v);
  }
  sd_text_clear(&excluded);
  sd_text_clear(&line);
  for (size_t k = 0; k < change->metric_count; k++)
    unmeasured += change->metrics[k].verdict == SD_NOT_MEASURABLE;
  if (unmeasured > 0) {
    char heading[64];
    snprintf(heading, sizeof heading, p->s->unmeasured_format, unmeasured);
    sd_pdf_gap(&p->pdf, 3);
    sd_pdf_need(&p->pdf, 40);
    sd_pdf_paragraph(&p->pdf, "H3", 0, &SD_PAPER_STRONG, heading);
    add_unmeasured(p);
  }
}

static void add_fact(sd_paper *p, const char *name, const char *value) {
  char line[1400];
  snprintf(line, sizeof line, "%s: %.1200s", name, value);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, line);
}

/* Facts of both photos beside each other. */
static void add_photo_facts(sd_paper *p) {
  const sd_comparison *c = p->input->comparison;
  const double across = p->pdf.right - p->pdf.left;
  const double widths[] = {0.16 * across, 0.42 * across, 0.42 * across};
  sd_pdf_type head = small_bold(), text = small_dark();
  sd_fact before[SD_PHOTO_FACTS], after[SD_PHOTO_FACTS];
  sd_photo_facts(before, &c->before, p->s);
  sd_photo_facts(after, &c->after, p->s);
  sd_pdf_gap(&p->pdf, 4);
  sd_pdf_begin_table(&p->pdf);
  sd_paper_columns(p, (const char *const[]){"", p->s->before, p->s->after}, widths, 3, &head);
  for (int k = 0; k < SD_PHOTO_FACTS; k++) {
    /* a hash breaks in the middle; --share leaves it out */
    if (before[k].value[0] == '\0' && after[k].value[0] == '\0')
      continue;
    sd_text one = {0}, two = {0};
    sd_text_add_utf8(&one, before[k].value[0] != '\0' ? before[k].value : "\xe2\x80\x93");
    sd_text_add_utf8(&two, after[k].value[0] != '\0' ? after[k].value : "\xe2\x80\x93");
    sd_paper_columns(
        p, (const char *const[]){before[k].name, one.failed ? "" : one.v, two.failed ? "" : two.v},
        widths, 3, &text);
    sd_text_clear(&one);
    sd_text_clear(&two);
  }
  sd_pdf_end_table(&p->pdf);
}

void sd_paper_method(sd_paper *p) {
  sd_paper_heading(p, p->s->method_heading);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, p->s->method_text);
  for (const char *const *formula = p->s->formulas; *formula != NULL; formula++)
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, *formula);
  add_photo_facts(p);
  sd_pdf_gap(&p->pdf, 4);
  if (p->input->setting_count == 0)
    add_fact(p, p->s->settings, p->s->settings_default);
  for (size_t k = 0; k < p->input->setting_count; k++)
    add_fact(p, p->input->settings[k].name, p->input->settings[k].value);
}
