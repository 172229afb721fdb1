/* The figures: one row a metric and zone, its interval drawn against what could be detected. */
#include "report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CHART_WIDTH = 180, CHART_HEIGHT = 26 };

/* Place of a change on the chart; the chart spans -reach .. +reach. */
static double chart_x(double value, double reach) {
  return CHART_WIDTH * (0.5 + 0.5 * fmin(fmax(value / reach, -1), 1));
}

/* The smallest change that could have been told, on the side of the one that was found: as per cent
 * a fall is smaller than a rise by the same ratio. */
static void least_told(char out[SD_AMOUNT_TEXT], const sd_metric *m, const sd_strings *strings) {
  sd_amount_signed(out, m->kind, m->change < 0 ? -m->mdc : m->mdc, strings);
}

static void add_chart(sd_page *page, const sd_metric *m) {
  double reach = fmax(fmax(fabs(m->ci_low), fabs(m->ci_high)), fabs(m->mdc)) * 1.08;
  char change[SD_AMOUNT_TEXT], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT], mdc[SD_AMOUNT_TEXT];
  char label[256];
  if (!(reach > 0) || !isfinite(m->change))
    return;
  sd_amount_signed(change, m->kind, m->change, page->strings);
  sd_amount_signed(low, m->kind, m->ci_low, page->strings);
  sd_amount_signed(high, m->kind, m->ci_high, page->strings);
  least_told(mdc, m, page->strings);
  snprintf(label, sizeof label, page->strings->chart_format, change, low, high, mdc);
  sd_text_addf(page->out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", CHART_WIDTH,
               CHART_HEIGHT);
  sd_text_add_html(page->out, label);
  double left = chart_x(-m->mdc, reach), right = chart_x(m->mdc, reach);
  sd_text_addf(page->out,
               "\"><rect class=\"band\" x=\"%.1f\" y=\"3\" width=\"%.1f\" height=\"20\"/>"
               "<line class=\"zero\" x1=\"%d\" x2=\"%d\" y1=\"1\" y2=\"25\"/>",
               left, right - left, CHART_WIDTH / 2, CHART_WIDTH / 2);
  sd_text_addf(page->out,
               "<line class=\"interval\" x1=\"%.1f\" x2=\"%.1f\" y1=\"13\" y2=\"13\"/>"
               "<circle cx=\"%.1f\" cy=\"13\" r=\"4.5\"/></svg>",
               chart_x(m->ci_low, reach), chart_x(m->ci_high, reach), chart_x(m->change, reach));
}

static void add_cell(sd_page *page, const char *class_name, const char *label, const char *text) {
  sd_text_addf(page->out, "<td class=\"%s\" data-label=\"", class_name);
  sd_text_add_html(page->out, label);
  sd_text_add(page->out, "\">");
  sd_text_add_html(page->out, text);
  sd_text_add(page->out, "</td>");
}

static void add_change_cell(sd_page *page, const sd_metric *m) {
  char change[SD_AMOUNT_TEXT], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT];
  char interval[3 * SD_AMOUNT_TEXT];
  sd_amount_signed(change, m->kind, m->change, page->strings);
  sd_amount_signed(low, m->kind, m->ci_low, page->strings);
  sd_amount_signed(high, m->kind, m->ci_high, page->strings);
  snprintf(interval, sizeof interval, page->strings->interval_format, low, high);
  sd_text_add(page->out, "<td class=\"number\" data-label=\"");
  sd_text_add_html(page->out, page->strings->column_change);
  sd_text_add(page->out, "\"><strong>");
  sd_text_add_html(page->out, change);
  sd_text_add(page->out, "</strong> <br><span class=\"quiet\">");
  sd_text_add_html(page->out, interval);
  sd_text_add(page->out, "</span></td>");
}

static void add_chart_cell(sd_page *page, const sd_metric *m) {
  char mdc[SD_AMOUNT_TEXT], note[96];
  least_told(mdc, m, page->strings);
  snprintf(note, sizeof note, page->strings->mdc_format, mdc);
  sd_text_add(page->out, "<td class=\"chart\">");
  add_chart(page, m);
  sd_text_add(page->out, "<span class=\"quiet\">");
  sd_text_add_html(page->out, note);
  sd_text_add(page->out, "</span></td>");
}

static void add_row(sd_page *page, const sd_metric *m) {
  const sd_strings *s = page->strings;
  char before[SD_AMOUNT_TEXT], after[SD_AMOUNT_TEXT];
  sd_level_text(before, m->kind, m->before, s);
  sd_level_text(after, m->kind, m->after, s);
  sd_text_addf(page->out, "<tr class=\"%s\"><th scope=\"row\">", sd_verdict_name(m->verdict));
  sd_page_said(page, NULL, NULL, m->kind->title);
  sd_text_add(page->out, "<span class=\"quiet explanation\">");
  sd_page_said(page, NULL, NULL, m->kind->explanation);
  sd_text_add(page->out, "</span></th>");
  add_cell(page, "number", s->before, before);
  add_cell(page, "number", s->after, after);
  add_change_cell(page, m);
  add_chart_cell(page, m);
  sd_text_addf(page->out, "<td><span class=\"badge %s\">", sd_verdict_name(m->verdict));
  sd_text_add_html(page->out, sd_verdict_words(m->verdict, s));
  sd_text_add(page->out, "</span>");
  if (m->reason[0] != '\0') {
    sd_text_add(page->out, "<br><span class=\"quiet explanation\">");
    sd_page_said(page, NULL, NULL, m->reason);
    sd_text_add(page->out, "</span>");
  }
  sd_text_add(page->out, "</td></tr>\n");
}

static void add_column(sd_page *page, const char *heading) {
  sd_text_add(page->out, "<th scope=\"col\">");
  sd_text_add_html(page->out, heading);
  sd_text_add(page->out, "</th>");
}

/* Measured rows of one zone as a table. */
static void add_zone(sd_page *page, const char *zone) {
  const sd_change *change = page->input->comparison->change;
  const sd_strings *s = page->strings;
  char words[64];
  sd_say_name(words, sizeof words, s, zone);
  sd_text_add(page->out, "<table>\n");
  sd_page_element(page, "caption", NULL, words);
  sd_text_add(page->out, "<thead><tr>");
  const char *columns[] = {s->column_what,   s->before,       s->after,
                           s->column_change, s->column_chart, s->column_verdict};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    add_column(page, columns[i]);
  sd_text_add(page->out, "</tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < change->metric_count; i++) {
    const sd_metric *metric = &change->metrics[i];
    if (metric->verdict != SD_NOT_MEASURABLE && strcmp(metric->zone, zone) == 0)
      add_row(page, metric);
  }
  sd_text_add(page->out, "</tbody>\n</table>\n");
}

/* Is row `at` the first measured one of its zone? */
static bool first_of_zone(const sd_change *change, size_t at) {
  if (change->metrics[at].verdict == SD_NOT_MEASURABLE)
    return false;
  for (size_t i = 0; i < at; i++)
    if (change->metrics[i].verdict != SD_NOT_MEASURABLE &&
        strcmp(change->metrics[i].zone, change->metrics[at].zone) == 0)
      return false;
  return true;
}

/* A level that is known although the change is not: shown, but greyed. */
static void add_level_cell(sd_page *page, const char *label, const sd_metric_kind *kind,
                           double value) {
  char level[SD_AMOUNT_TEXT] = "\xe2\x80\x93";
  if (isfinite(value))
    sd_level_text(level, kind, value, page->strings);
  add_cell(page, "number unsure", label, level);
}

/* Zones of one metric that share a reason, "forehead, nose"; false: said at an earlier row. */
static bool zones_of(sd_text *out, const sd_change *change, size_t at, const sd_strings *s) {
  const sd_metric *first = &change->metrics[at];
  for (size_t k = 0; k < change->metric_count; k++) {
    const sd_metric *m = &change->metrics[k];
    char zone[64];
    if (m->verdict != SD_NOT_MEASURABLE || m->kind != first->kind ||
        strcmp(m->reason, first->reason) != 0)
      continue;
    if (k < at)
      return false;
    sd_say_name(zone, sizeof zone, s, m->zone);
    sd_text_addf(out, "%s%s", k > at ? ", " : "", zone);
  }
  return true;
}

bool sd_unmeasured_line(sd_text *out, const sd_change *change, size_t at, const sd_strings *s) {
  const sd_metric *first = &change->metrics[at];
  char reason[400];
  if (first->verdict != SD_NOT_MEASURABLE)
    return false;
  for (size_t k = 0; k < at; k++)
    if (change->metrics[k].verdict == SD_NOT_MEASURABLE &&
        strcmp(change->metrics[k].reason, first->reason) == 0)
      return false;
  sd_say(reason, sizeof reason, s, first->reason);
  sd_text_addf(out, "%s: ", reason);
  for (size_t k = at, count = 0; k < change->metric_count; k++) {
    const sd_metric *m = &change->metrics[k];
    sd_text zones = {0};
    if (m->verdict == SD_NOT_MEASURABLE && strcmp(m->reason, first->reason) == 0 &&
        zones_of(&zones, change, k, s))
      sd_text_addf(out, "%s%s (%s)", count++ > 0 ? "; " : "", sd_about_metric(m, s).title,
                   zones.failed ? "" : zones.v);
    sd_text_clear(&zones);
  }
  return true;
}

/* A row for each would fill pages of paper, where those of one reason stand together. */
static void add_unmeasured_on_paper(sd_page *page, const char *heading) {
  const sd_change *change = page->input->comparison->change;
  sd_text_add(page->out, "<div class=\"paper\">\n");
  sd_page_element(page, "h3", NULL, heading);
  for (size_t k = 0; k < change->metric_count; k++) {
    sd_text line = {0};
    if (sd_unmeasured_line(&line, change, k, page->strings))
      sd_page_element(page, "p", "quiet", line.failed ? "" : line.v);
    page->out->failed = page->out->failed || line.failed;
    sd_text_clear(&line);
  }
  sd_text_add(page->out, "</div>\n");
}

static void add_unmeasured(sd_page *page, int count) {
  const sd_change *change = page->input->comparison->change;
  char heading[64];
  snprintf(heading, sizeof heading, page->strings->unmeasured_format, count);
  sd_text_add(page->out, "<details class=\"screen\">\n");
  sd_page_element(page, "summary", NULL, heading);
  sd_text_add(page->out, "<table class=\"plain\"><thead><tr>");
  add_column(page, page->strings->column_zone);
  add_column(page, page->strings->column_what);
  add_column(page, page->strings->before);
  add_column(page, page->strings->after);
  add_column(page, page->strings->column_reason);
  sd_text_add(page->out, "</tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < change->metric_count; i++) {
    const sd_metric *metric = &change->metrics[i];
    if (metric->verdict != SD_NOT_MEASURABLE)
      continue;
    sd_about about = sd_about_metric(metric, page->strings);
    char why[400];
    sd_say(why, sizeof why, page->strings, metric->reason);
    sd_text_add(page->out, "<tr>");
    add_cell(page, "zone", page->strings->column_zone, about.zone);
    add_cell(page, "what", page->strings->column_what, about.title);
    add_level_cell(page, page->strings->before, metric->kind, metric->before);
    add_level_cell(page, page->strings->after, metric->kind, metric->after);
    add_cell(page, "why", page->strings->column_reason, why);
    sd_text_add(page->out, "</tr>\n");
  }
  sd_text_add(page->out, "</tbody></table>\n</details>\n");
  add_unmeasured_on_paper(page, heading);
}

void sd_page_figures(sd_page *page) {
  const sd_change *change = page->input->comparison->change;
  int unmeasured = 0;
  for (size_t i = 0; i < change->metric_count; i++)
    unmeasured += change->metrics[i].verdict == SD_NOT_MEASURABLE;
  sd_page_section(page, "figures", page->strings->figures_heading);
  if (change->metric_count == 0) {
    sd_page_element(page, "p", NULL, page->strings->no_figures);
  } else {
    sd_page_element(page, "p", "hint", page->strings->figures_hint);
    for (size_t i = 0; i < change->metric_count; i++)
      if (first_of_zone(change, i))
        add_zone(page, change->metrics[i].zone);
  }
  if (unmeasured > 0)
    add_unmeasured(page, unmeasured);
  sd_text_add(page->out, "</section>\n");
}
