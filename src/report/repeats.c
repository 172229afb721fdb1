/* The page of a clinic's own repeats: plots after Bland and Altman, and the figures beside them. */
#include "scardelta/repeats.h"

#include "report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 340, HEIGHT = 200, LEFT = 74, RIGHT = 10, TOP = 10, BOTTOM = 26 };

static const char CSS[] =
    "<style>\n.plots{display:grid;gap:1rem 1.4rem;grid-template-columns:repeat(auto-fill,minmax("
    "min(100%,300px),1fr));margin:.6rem 0 1rem}.plots figure{background:var(--card);border:1px "
    "solid var(--line);border-radius:12px;padding:.7rem .8rem;break-inside:avoid}"
    ".plots svg{display:block;width:100%;height:auto;color:var(--plain)}"
    ".plots text{font-size:11px;fill:var(--quiet)}.plots .limit{stroke:currentColor;"
    "stroke-width:1.4;stroke-dasharray:6 4}.plots .bias{stroke:currentColor;stroke-width:1.6}"
    ".plots .zone{fill:var(--band)}.plots .zero{stroke:var(--quiet);stroke-width:.8}"
    ".plots circle{fill:currentColor}.scroll{overflow-x:auto}.scroll table{table-layout:auto}"
    "@media print{.plots{grid-template-columns:repeat(3,1fr);gap:.4rem}.plots figcaption,"
    ".plots h4{font-size:8pt}details>*{display:block}}\n</style>\n";

sd_limits sd_limits_of(const sd_repeatability_row *r) {
  const double z95 = 1.959963984540054;
  double n = (double)r->count, sd = (r->agreement_high - r->bias) / z95;
  if (r->count < 3 || !isfinite(sd))
    return (sd_limits){r->agreement_low, NAN, NAN, r->agreement_high, NAN, NAN};
  double reach = sd_student_reach(0.05, n - 1) * sd * sqrt(1 / n + z95 * z95 / (2 * (n - 1)));
  return (sd_limits){r->agreement_low,  r->agreement_low - reach,  r->agreement_low + reach,
                     r->agreement_high, r->agreement_high - reach, r->agreement_high + reach};
}

/* ---- plots ---------------------------------------------------------------------------------- */

typedef struct plot {
  double x_low, x_high, y_low, y_high;
} plot;

static double x_in(const plot *p, double value) {
  double span = p->x_high > p->x_low ? p->x_high - p->x_low : 1;
  return LEFT + 8 + (WIDTH - LEFT - RIGHT - 16) * (value - p->x_low) / span;
}

static double y_in(const plot *p, double value) {
  double span = p->y_high > p->y_low ? p->y_high - p->y_low : 1;
  return TOP + (HEIGHT - TOP - BOTTOM) * (p->y_high - value) / span;
}

static double mean_of(const sd_repeat *pair) {
  return (pair->before + pair->after) / 2;
}

static void take(plot *p, double value) {
  if (isfinite(value)) {
    p->y_low = fmin(p->y_low, value);
    p->y_high = fmax(p->y_high, value);
  }
}

static plot plot_of(const sd_repeats_series *s, const sd_limits *l) {
  plot p = {INFINITY, -INFINITY, 0, 0};
  for (size_t k = 0; k < s->row.count; k++) {
    p.x_low = fmin(p.x_low, mean_of(&s->pairs[k]));
    p.x_high = fmax(p.x_high, mean_of(&s->pairs[k]));
    take(&p, s->pairs[k].change);
  }
  take(&p, l->low_low);
  take(&p, l->high_high);
  double room = 0.04 * (p.y_high - p.y_low);
  p.y_low -= room;
  p.y_high += room;
  return p;
}

static void add_band(sd_text *out, const plot *p, double low, double high) {
  if (isfinite(low) && isfinite(high))
    sd_text_addf(out, "<rect class=\"zone\" x=\"%d\" width=\"%d\" y=\"%.1f\" height=\"%.1f\"/>",
                 LEFT, WIDTH - LEFT - RIGHT, y_in(p, high), y_in(p, low) - y_in(p, high));
}

static void add_line(sd_text *out, const plot *p, const char *look, double value) {
  sd_text_addf(out, "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", look, LEFT,
               WIDTH - RIGHT, y_in(p, value), y_in(p, value));
}

static void add_label(sd_page *page, const plot *p, const sd_metric_kind *kind, double value) {
  char words[SD_AMOUNT_TEXT];
  sd_amount_signed(words, kind, value, page->strings);
  sd_text_addf(page->out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 6,
               y_in(p, value) + 4);
  sd_text_add_html(page->out, words);
  sd_text_add(page->out, "</text>");
}

static void add_ends(sd_page *page, const plot *p, const sd_metric_kind *kind) {
  bool ratio = strcmp(kind->unit, "ln") == 0;
  const double ends[2] = {p->x_low, p->x_high};
  char words[SD_AMOUNT_TEXT];
  for (int k = 0; k < 2; k++) {
    sd_level_text(words, kind, ratio ? exp(ends[k]) : ends[k], page->strings);
    sd_text_addf(page->out, "<text x=\"%d\" y=\"%d\"%s>", k == 0 ? LEFT : WIDTH - RIGHT, HEIGHT - 8,
                 k == 0 ? "" : " text-anchor=\"end\"");
    sd_text_add_html(page->out, words);
    sd_text_add(page->out, "</text>");
  }
}

static void add_plot(sd_page *page, const sd_repeats_series *s, const char *zone) {
  sd_text *out = page->out;
  sd_limits l = sd_limits_of(&s->row);
  plot p = plot_of(s, &l);
  char title[96], alt[300];
  sd_say(title, sizeof title, page->strings, s->kind->title);
  snprintf(alt, sizeof alt, page->strings->repeats.plot_alt_format, title, zone, s->row.count);
  sd_text_addf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
  sd_text_add_html(out, alt);
  sd_text_add(out, "\">");
  add_band(out, &p, l.low_low, l.low_high);
  add_band(out, &p, l.high_low, l.high_high);
  add_band(out, &p, s->row.bias_low, s->row.bias_high);
  add_line(out, &p, "zero", 0);
  add_line(out, &p, "limit", l.low);
  add_line(out, &p, "limit", l.high);
  add_line(out, &p, "bias", s->row.bias);
  for (size_t k = 0; k < s->row.count; k++)
    sd_text_addf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", x_in(&p, mean_of(&s->pairs[k])),
                 y_in(&p, s->pairs[k].change));
  add_label(page, &p, s->kind, l.low);
  add_label(page, &p, s->kind, l.high);
  if (fabs(y_in(&p, s->row.bias) - y_in(&p, l.low)) > 13 &&
      fabs(y_in(&p, s->row.bias) - y_in(&p, l.high)) > 13)
    add_label(page, &p, s->kind, s->row.bias);
  add_ends(page, &p, s->kind);
  sd_text_add(out, "</svg>");
}

/* ---- figures -------------------------------------------------------------------------------- */

/* "value (low to high)" in a cell; nothing where there is none. */
static void add_cell(sd_page *page, const char *label, const char *value, const char *low,
                     const char *high) {
  char interval[120], said[240];
  snprintf(interval, sizeof interval, page->strings->interval_format, low, high);
  snprintf(said, sizeof said, "%s (%s)", value, interval);
  sd_text_add(page->out, "<td data-label=\"");
  sd_text_add_html(page->out, label);
  sd_text_add(page->out, "\">");
  sd_text_add_html(page->out, said);
  sd_text_add(page->out, "</td>");
}

static void add_amounts(sd_page *page, const char *label, const sd_metric_kind *kind, bool plain,
                        const double v[3]) {
  char words[3][SD_AMOUNT_TEXT];
  if (!isfinite(v[0]) || !isfinite(v[1]) || !isfinite(v[2])) {
    sd_text_add(page->out, "<td></td>");
    return;
  }
  for (int k = 0; k < 3; k++)
    (plain ? sd_amount_plain : sd_amount_signed)(words[k], kind, v[k], page->strings);
  add_cell(page, label, words[0], words[1], words[2]);
}

static void add_numbers(sd_page *page, const char *label, const char *format, const double v[3]) {
  char words[3][24];
  for (int k = 0; k < 3; k++) {
    snprintf(words[k], sizeof words[k], format, v[k]);
    sd_localise(words[k], page->strings);
  }
  if (isfinite(v[0]) && isfinite(v[1]) && isfinite(v[2]))
    add_cell(page, label, words[0], words[1], words[2]);
  else
    sd_text_add(page->out, "<td></td>");
}

static void zone_words(char out[64], const sd_page *page, const char *zone) {
  if (zone[0] == '\0')
    snprintf(out, 64, "%s", page->strings->repeats.all_zones);
  else
    sd_say_name(out, 64, page->strings, zone);
}

static void add_row(sd_page *page, const sd_repeats_series *s) {
  const sd_repeats_strings *w = &page->strings->repeats;
  const sd_repeatability_row *r = &s->row;
  sd_limits l = sd_limits_of(r);
  char zone[64];
  zone_words(zone, page, r->zone);
  sd_text_add(page->out, "<tr><th scope=\"row\">");
  sd_text_add_html(page->out, zone);
  sd_text_addf(page->out, "</th><td data-label=\"%s\">%zu</td>", w->column_pairs, r->count);
  add_amounts(page, w->column_bias, s->kind, false, (double[]){r->bias, r->bias_low, r->bias_high});
  add_amounts(page, w->column_low, s->kind, false, (double[]){l.low, l.low_low, l.low_high});
  add_amounts(page, w->column_high, s->kind, false, (double[]){l.high, l.high_low, l.high_high});
  add_amounts(page, w->column_mdc, s->kind, true, (double[]){r->mdc, r->mdc_low, r->mdc_high});
  add_numbers(page, w->column_within, "%.3g", (double[]){r->within, r->within_low, r->within_high});
  add_numbers(page, "ICC(2,1)", "%.2f", (double[]){r->icc, r->icc_low, r->icc_high});
  sd_text_add(page->out, "</tr>\n");
}

static void add_table(sd_page *page, const sd_repeats_series *series, size_t count) {
  const sd_repeats_strings *w = &page->strings->repeats;
  const char *columns[] = {page->strings->column_zone,
                           w->column_pairs,
                           w->column_bias,
                           w->column_low,
                           w->column_high,
                           w->column_mdc,
                           w->column_within,
                           "ICC(2,1)"};
  sd_text_add(page->out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
  sd_page_said(page, NULL, NULL, series->kind->title);
  sd_text_add(page->out, "\"><table class=\"plain\"><thead><tr>");
  for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
    sd_text_add(page->out, "<th scope=\"col\">");
    sd_text_add_html(page->out, columns[k]);
    sd_text_add(page->out, "</th>");
  }
  sd_text_add(page->out, "</tr></thead><tbody>\n");
  for (size_t k = 0; k < count; k++)
    add_row(page, &series[k]);
  sd_text_add(page->out, "</tbody></table></div>\n");
}

static void add_metric(sd_page *page, const sd_repeats_series *series, size_t count) {
  char zone[64];
  sd_text_add(page->out, "<details open><summary>");
  sd_page_said(page, NULL, NULL, series->kind->title);
  sd_text_add(page->out, "</summary>\n");
  add_table(page, series, count);
  sd_text_add(page->out, "<div class=\"plots\">\n");
  for (size_t k = 0; k < count; k++) {
    zone_words(zone, page, series[k].row.zone);
    sd_text_add(page->out, "<figure>");
    add_plot(page, &series[k], zone);
    sd_page_element(page, "figcaption", NULL, zone);
    sd_text_add(page->out, "</figure>\n");
  }
  sd_text_add(page->out, "</div></details>\n");
}

sd_status sd_report_repeats_html(sd_text *out, const sd_repeats_series *series, size_t count,
                                 size_t used, size_t pairs, const char *language, sd_diag *diag) {
  sd_page page = {.out = out, .strings = sd_strings_of(language)};
  const sd_repeats_strings *w = &page.strings->repeats;
  char said[200];
  sd_page_head(&page, w->title);
  sd_text_add(out, CSS);
  sd_page_element(&page, "h1", NULL, w->title);
  snprintf(said, sizeof said, w->used_format, used, pairs);
  sd_page_element(&page, "p", "sure", said);
  sd_page_element(&page, "p", "hint", w->hint);
  for (size_t k = 0, next; k < count; k = next) {
    for (next = k + 1; next < count && series[next].kind == series[k].kind;)
      next++;
    add_metric(&page, &series[k], next - k);
  }
  sd_text_addf(out, "<p class=\"quiet\">scardelta %s</p>\n</main>\n</body>\n</html>\n",
               sd_version());
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for the page of the repeats")
                     : SD_OK;
}
