/* report.pdf: the same findings for the patient's file, two to six pages. */
#include "report/findings.h"
#include "report/pdf_sheet.h"
#include "report/rated.h"
#include "report/safe_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const sd_pdf_type KICKER = {8.5, 0.36, 0.40, 0.45, false};
static const sd_pdf_type HEADLINE = {15, 0.11, 0.13, 0.16, true};
static const sd_pdf_type HEADING = {12, 0.11, 0.13, 0.16, true};
static const sd_pdf_type STRONG = {9, 0.11, 0.13, 0.16, true};
static const sd_pdf_type TEXT = {9, 0.11, 0.13, 0.16, false};
static const sd_pdf_type SMALL = {7.5, 0.36, 0.40, 0.45, false};
static const double BAND[3] = {0.89, 0.90, 0.92}, RULE[3] = {0.85, 0.86, 0.88};
static const double INK[3] = {0.21, 0.33, 0.43};
/* Colour and words say the verdict: in grey the words are left. */
static const double GOOD[3] = {0.04, 0.42, 0.27}, BAD[3] = {0.60, 0.20, 0.07};
static const double CARE[3] = {0.85, 0.65, 0.08};

typedef struct paper {
  sd_pdf pdf;
  const sd_report_input *input;
  const sd_strings *s;
} paper;

static const sd_picture_file *picture_of(const paper *p, sd_panel panel) {
  const sd_pictures *pictures = p->input->pictures;
  for (int k = 0; pictures != NULL && k < pictures->count; k++)
    if (pictures->files[k].panel == panel && strcmp(pictures->files[k].suffix, ".jpg") == 0)
      return &pictures->files[k];
  return NULL;
}

static void add_heading(paper *p, const char *text) {
  sd_pdf_need(&p->pdf, 60); /* no heading alone at a page's end */
  sd_pdf_gap(&p->pdf, 12);
  sd_pdf_paragraph(&p->pdf, "H2", 0, &HEADING, text);
  sd_pdf_gap(&p->pdf, 3);
}

/* ---- first page --------------------------------------------------------------------------- */

static void photo_line(char out[400], const paper *p, const char *word, const sd_photo *photo,
                       const char *name) {
  char taken[11];
  sd_capture_day(taken, &photo->capture);
  sd_text clean = {0};
  sd_text_add_utf8(&clean, name);
  snprintf(out, 400, "%s: %.10s   %.300s", word, taken[0] != '\0' ? taken : p->s->date_unknown,
           clean.failed || clean.v == NULL ? "" : clean.v);
  sd_text_clear(&clean);
}

static void add_photos(paper *p) {
  const sd_comparison *c = p->input->comparison;
  char line[400];
  photo_line(line, p, p->s->before, c->before.photo, c->before_name);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
  for (size_t k = 0; k < p->input->treatment_count; k++) {
    snprintf(line, sizeof line, "%s: %s   %s", p->s->treatment, p->input->treatments[k].date,
             p->input->treatments[k].label);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
  }
  photo_line(line, p, p->s->after, c->after.photo, c->after_name);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
}

static void add_finding(paper *p, const sd_metric *m) {
  char zone[SD_ZONE_NAME_MAX], direction[64], sentence[256], interval[SD_INTERVAL_TEXT];
  sd_pdf_type type = HEADLINE;
  const double *rgb = m->verdict == SD_IMPROVED ? GOOD : m->verdict == SD_WORSENED ? BAD : INK;
  type.red = rgb[0];
  type.green = rgb[1];
  type.blue = rgb[2];
  sd_zone_words(zone, m->zone);
  sd_direction_text(direction, m, p->s);
  snprintf(sentence, sizeof sentence, p->s->finding_format, m->kind->title, zone, direction);
  sd_interval_text(interval, m, p->s);
  sd_pdf_paragraph(&p->pdf, "H1", 0, &type, sentence);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, interval);
  sd_pdf_gap(&p->pdf, 3);
}

static void add_measured_headline(paper *p) {
  const sd_metric *findings[SD_HEADLINE_FINDINGS];
  int others = 0, unchanged = 0;
  const sd_change *change = p->input->comparison->change;
  int count = sd_headline_findings(findings, change, &others, &unchanged);
  for (int k = 0; k < count; k++)
    add_finding(p, findings[k]);
  if (count == 0)
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE,
                     unchanged + others > 0 ? p->s->nothing_detected : p->s->nothing_measured);
  else
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, p->s->sure);
  if (others > 0) {
    char sentence[160];
    snprintf(sentence, sizeof sentence, p->s->other_format, others, unchanged);
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, sentence);
  }
}

static void add_headline(paper *p) {
  const sd_comparison *c = p->input->comparison;
  if (c->alignment->status == SD_ALIGNMENT_FAILED) {
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE, p->s->not_aligned);
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, c->alignment->reason);
  } else if (c->change->comparability.verdict == SD_NOT_COMPARABLE_PAIR) {
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE,
                     c->change->metric_count > 0 ? p->s->forced : p->s->refused);
  } else {
    add_measured_headline(p);
  }
}

static void add_match(paper *p) {
  const sd_comparability *pair = &p->input->comparison->change->comparability;
  const char *words[] = {p->s->match_refused, p->s->match_care, p->s->match_comparable};
  const double *colours[] = {BAD, CARE, GOOD};
  char line[160];
  double top;
  add_heading(p, p->s->match_heading);
  top = p->pdf.y;
  snprintf(line, sizeof line, "%s   (%s: %s, %s: %s, %s: %s)", words[pair->verdict],
           p->s->family_colour, words[pair->colour], p->s->family_texture, words[pair->texture],
           p->s->family_geometry, words[pair->geometry]);
  sd_pdf_paragraph(&p->pdf, "P", 10, &STRONG, line);
  if (pair->reason_count == 0 && pair->verdict == SD_COMPARABLE)
    sd_pdf_paragraph(&p->pdf, "P", 10, &TEXT, p->s->no_reasons);
  int page = p->pdf.page;
  for (int k = 0; k < pair->reason_count; k++) {
    sd_pdf_paragraph(&p->pdf, "P", 10, &TEXT, pair->reasons[k].text);
    if (pair->reasons[k].advice[0] != '\0') {
      char advice[300];
      snprintf(advice, sizeof advice, "%s %s", p->s->advice_heading, pair->reasons[k].advice);
      sd_pdf_paragraph(&p->pdf, "P", 10, &SMALL, advice);
    }
  }
  if (page == p->pdf.page)
    sd_pdf_box(&p->pdf, p->pdf.left, top, 3, p->pdf.y - top, colours[pair->verdict]);
}

/* ---- pictures ----------------------------------------------------------------------------- */

static const double PAIR_HIGH = 420, MAPS_HIGH = 240, SCARS_HIGH = 330, NEAR_HIGH = 500;

/* Pictures side by side at one height. */
static void add_row_of_pictures(paper *p, const sd_panel *panels, int count, double most_high) {
  const sd_picture_file *files[4];
  int found = 0;
  double widths = 0;
  for (int k = 0; k < count; k++)
    if ((files[found] = picture_of(p, panels[k])) != NULL)
      widths += (double)files[found]->width / files[found]->height, found++;
  if (found == 0)
    return;
  double gap = 6, room = p->pdf.right - p->pdf.left - gap * (found - 1);
  double high = fmin(most_high, room / widths), x = p->pdf.left;
  sd_pdf_need(&p->pdf, high + 4);
  for (int k = 0; k < found; k++) {
    double width = high * files[k]->width / files[k]->height;
    sd_pdf_picture(&p->pdf, files[k], x, p->pdf.y, width, high);
    x += width + gap;
  }
  sd_pdf_gap(&p->pdf, high + 6);
}

/* Each rater's sums beside each other. */
static void add_ratings(paper *p) {
  const sd_report_input *input = p->input;
  char line[240], before[16], after[16];
  if (input->rating_count == 0)
    return;
  add_heading(p, p->s->ratings_heading);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->ratings_hint);
  for (int k = 0; k < SD_SCAR_SIZES && sd_scars_counted(input->comparison->change); k++) {
    const sd_scar_size *size = &input->comparison->change->scar_sizes[k];
    char words[SD_SIZE_TEXT];
    sd_size_words(words, p->s, size);
    snprintf(line, sizeof line, "%s: %s %zu (%.0f mm\xc2\xb2), %s %zu (%.0f mm\xc2\xb2)", words,
             p->s->before, size->count_before, size->area_before_mm2, p->s->after,
             size->count_after, size->area_after_mm2);
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, line);
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
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, line);
    sd_text_clear(&rater);
    k += pair.taken;
  }
}

static void add_pictures(paper *p) {
  static const sd_panel PAIR[] = {SD_PANEL_SIDE_BY_SIDE};
  static const sd_panel MAPS[] = {SD_PANEL_CHANGE_RELIEF, SD_PANEL_CHANGE_MELANIN,
                                  SD_PANEL_CHANGE_HAEMOGLOBIN};
  static const sd_panel SCARS[] = {SD_PANEL_SCARS_BEFORE, SD_PANEL_SCARS_AFTER};
  static const sd_panel NEAR[] = {SD_PANEL_SCARS_CLOSEUPS};
  sd_pdf_gap(&p->pdf, 10);
  add_row_of_pictures(p, PAIR, 1, PAIR_HIGH);
  if (picture_of(p, MAPS[0]) != NULL || picture_of(p, MAPS[1]) != NULL ||
      picture_of(p, MAPS[2]) != NULL) {
    sd_pdf_need(&p->pdf, MAPS_HIGH + 70);
    add_heading(p, p->s->maps_heading);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->maps_hint);
    sd_pdf_gap(&p->pdf, 4);
    add_row_of_pictures(p, MAPS, 3, MAPS_HIGH);
  }
  if (picture_of(p, SCARS[0]) != NULL) {
    sd_pdf_need(&p->pdf, SCARS_HIGH + 80);
    add_heading(p, p->s->scars_heading);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->scars_hint);
    sd_pdf_gap(&p->pdf, 4);
    add_row_of_pictures(p, SCARS, 2, SCARS_HIGH);
    add_row_of_pictures(p, NEAR, 1, NEAR_HIGH);
  }
}

/* ---- figures ------------------------------------------------------------------------------ */

static const double ROW = 15, CHART = 104, VERDICT = 104, CHANGE = 166;

static const double *verdict_colour(sd_verdict verdict) {
  return verdict == SD_IMPROVED ? GOOD : verdict == SD_WORSENED ? BAD : INK;
}

static void draw_chart(paper *p, const sd_metric *m, double x, double y) {
  double reach = fmax(fmax(fabs(m->ci_low), fabs(m->ci_high)), fabs(m->mdc)) * 1.08;
  double middle = x + CHART / 2, unit = CHART / 2 / reach;
  if (!(reach > 0) || !isfinite(m->change))
    return;
  const double *rgb = verdict_colour(m->verdict);
  sd_pdf_box(&p->pdf, middle - m->mdc * unit, y + 2, 2 * m->mdc * unit, ROW - 5, BAND);
  sd_pdf_line(&p->pdf, middle, y + 1, middle, y + ROW - 2, 0.5, INK);
  sd_pdf_line(&p->pdf, middle + m->ci_low * unit, y + ROW / 2 - 0.5, middle + m->ci_high * unit,
              y + ROW / 2 - 0.5, 1.3, rgb);
  sd_pdf_dot(&p->pdf, middle + m->change * unit, y + ROW / 2 - 0.5, 2.4, rgb);
}

static void add_row(paper *p, const sd_metric *m) {
  char change[SD_AMOUNT_TEXT], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT], text[4 * SD_AMOUNT_TEXT];
  sd_pdf *pdf = &p->pdf;
  const double *rgb = verdict_colour(m->verdict);
  sd_pdf_type type = sd_metric_certain(m) ? STRONG : TEXT;
  double name = pdf->right - pdf->left - CHANGE - CHART - VERDICT - 12;
  type.size = 7.2;
  sd_pdf_need(pdf, ROW);
  double y = pdf->y;
  sd_pdf_text(pdf, pdf->left, y + 2, name, &type, m->kind->title, true);
  sd_amount_signed(change, m->kind, m->change);
  sd_amount_signed(low, m->kind, m->ci_low);
  sd_amount_signed(high, m->kind, m->ci_high);
  snprintf(text, sizeof text, "%s (%s to %s)", change, low, high);
  sd_pdf_text(pdf, pdf->left + name + 4, y + 2, CHANGE, &type, text, true);
  draw_chart(p, m, pdf->left + name + CHANGE + 8, y);
  type.red = rgb[0];
  type.green = rgb[1];
  type.blue = rgb[2];
  sd_pdf_text(pdf, pdf->right - VERDICT + 6, y + 2, VERDICT - 6, &type,
              sd_verdict_words(m->verdict, p->s), true);
  sd_pdf_line(pdf, pdf->left, y + ROW, pdf->right, y + ROW, 0.3, RULE);
  sd_pdf_gap(pdf, ROW);
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

static void add_zone(paper *p, const char *zone) {
  const sd_change *change = p->input->comparison->change;
  char words[SD_ZONE_NAME_MAX];
  if (measured_in(change, zone) == 0)
    return;
  sd_zone_words(words, zone);
  sd_pdf_need(&p->pdf, 24 + 2 * ROW);
  sd_pdf_gap(&p->pdf, 8);
  sd_pdf_paragraph(&p->pdf, "H3", 0, &STRONG, words);
  sd_pdf_gap(&p->pdf, 2);
  for (size_t k = 0; k < change->metric_count; k++)
    if (change->metrics[k].verdict != SD_NOT_MEASURABLE &&
        strcmp(change->metrics[k].zone, zone) == 0)
      add_row(p, &change->metrics[k]);
}

static void add_figures(paper *p) {
  const sd_change *change = p->input->comparison->change;
  add_heading(p, p->s->figures_heading);
  if (change->metric_count == 0) {
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, p->s->no_figures);
    return;
  }
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->figures_hint);
  for (size_t k = 0; k < change->metric_count; k++)
    if (first_of_zone(change, k))
      add_zone(p, change->metrics[k].zone);
}

/* ---- limits and method -------------------------------------------------------------------- */

static void add_limits(paper *p) {
  const sd_change *change = p->input->comparison->change;
  size_t unmeasured = 0;
  add_heading(p, p->s->limits_heading);
  for (int k = 0; p->s->limits[k] != NULL; k++)
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->limits[k]);
  for (size_t k = 0; k < change->metric_count; k++)
    unmeasured += change->metrics[k].verdict == SD_NOT_MEASURABLE;
  if (unmeasured > 0) {
    char line[200];
    snprintf(line, sizeof line, p->s->pdf_unmeasured_format, (int)unmeasured);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
  }
}

static void add_fact(paper *p, const char *name, const char *value) {
  char line[1400];
  snprintf(line, sizeof line, "%s: %.1200s", name, value);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
}

static void add_method(paper *p) {
  const sd_comparison *c = p->input->comparison;
  char line[160];
  add_heading(p, p->s->method_heading);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->method_text);
  snprintf(line, sizeof line, "%s %s", p->s->before, c->before.photo->file_sha256);
  add_fact(p, p->s->hash, line);
  snprintf(line, sizeof line, "%s %s", p->s->after, c->after.photo->file_sha256);
  add_fact(p, p->s->hash, line);
  for (size_t k = 0; k < p->input->setting_count; k++)
    add_fact(p, p->input->settings[k].name, p->input->settings[k].value);
}

sd_status sd_report_pdf(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  paper p = {.input = input, .s = &SD_STRINGS_ENGLISH};
  const sd_photo *after = input->comparison->after.photo;
  bool named = input->case_code != NULL && input->case_code[0] != '\0';
  sd_text title = {0}, clean = {0};
  char footer[300], date[11] = "";
  sd_status status = SD_OK;
  if (named)
    sd_text_addf(&title, p.s->title_case_format, input->case_code);
  else
    sd_text_add(&title, p.s->title);
  sd_text_add_utf8(&clean, title.failed ? "" : title.v);
  if (title.failed || clean.failed) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for report.pdf");
    goto done;
  }
  snprintf(footer, sizeof footer, "%s %s   %.200s", p.s->version, sd_version(), clean.v);
  if (strlen(after->capture.taken) >= 10)
    snprintf(date, sizeof date, "%.10s", after->capture.taken);
  sd_pdf_facts facts = {clean.v, footer, p.s->language, date, input->letter};
  SD_TRY(sd_pdf_begin(&p.pdf, &facts, diag));
  sd_pdf_paragraph(&p.pdf, "P", 0, &KICKER, clean.v);
  sd_pdf_gap(&p.pdf, 4);
  add_headline(&p);
  sd_pdf_gap(&p.pdf, 4);
  add_photos(&p);
  add_match(&p);
  add_pictures(&p);
  add_ratings(&p);
  add_figures(&p);
  add_limits(&p);
  add_method(&p);
  status = sd_pdf_end(out, &p.pdf, diag);
done:
  sd_pdf_clear(&p.pdf);
  sd_text_clear(&title);
  sd_text_clear(&clean);
  return status;
}
