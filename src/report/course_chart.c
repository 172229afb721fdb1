/* The chart of one metric and zone: change over time with intervals, the band of what could not be
 * told from none, the trend, treatments, and gaps where nothing was measured. */
#include "report/course_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 340, HEIGHT = 170, LEFT = 72, RIGHT = 10, TOP = 14, BOTTOM = 24 };

const char SD_COURSE_CSS[] =
    "h1 .finding{display:block;font-size:.82em}h1 .finding "
    "small{margin-left:.6em;white-space:nowrap}\n"
    ".charts{display:grid;gap:1.2rem 1.6rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,"
    "310px),1fr));margin:.8rem 0 1.6rem}\n"
    ".charts figure{background:var(--card);border:1px solid var(--line);border-radius:12px;"
    "padding:.8rem .9rem;break-inside:avoid}\n"
    ".charts h3{margin:0 0 .3em;font-size:1rem}.charts figcaption{margin-top:.3rem}\n"
    ".charts .number{white-space:normal}#sessions td:nth-child(2){white-space:nowrap}"
    "#sessions td:nth-child(2) .quiet{display:block}#sessions .reasons{margin:0}\n"
    ".course{display:block;width:100%;height:auto;color:var(--plain)}\n"
    ".course.improved{color:var(--good)}.course.worsened{color:var(--bad)}\n"
    ".course text{font-size:11px;fill:var(--quiet)}\n"
    ".course .axis{stroke:var(--line)}.course .zero{stroke:var(--quiet)}\n"
    ".course .bar{stroke:currentColor;stroke-width:1.6}\n"
    ".course .path{fill:none;stroke:currentColor;stroke-width:1.2;opacity:.55}\n"
    ".course .trend{stroke:currentColor;stroke-width:2;stroke-dasharray:7 4}\n"
    ".course .treated{stroke:var(--care);stroke-width:1.2;stroke-dasharray:2 3}\n"
    ".course .mark{fill:currentColor;stroke:currentColor}\n"
    ".course .mark.out{fill:var(--card);stroke-width:1.8}\n"
    ".course .odd{fill:none;stroke:var(--care);stroke-width:1.8}\n"
    ".course path.flag{fill:var(--care)}\n"
    ".legend{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;padding:0;list-style:none;margin:.4rem 0 "
    "1rem}.legend svg{vertical-align:-4px;margin-right:.4rem;width:26px;height:16px}\n"
    ".legend .course{display:inline-block;width:26px;height:16px}\n"
    ".places{max-width:560px;margin:1rem 0}.places svg{display:block;width:100%;height:auto;"
    "border-radius:8px}.places circle{fill:none;stroke:#faf08c;stroke-width:1.5}"
    ".places .improved circle{stroke:#56b4e9}.places .worsened circle{stroke:#e67300}"
    ".places text{font-size:12px;font-weight:700;fill:#fff;stroke:#000;stroke-width:3px;"
    "paint-order:stroke}\n"
    ".curve{width:200px;max-width:100%}.course-states{list-style:none;margin:0;padding:0}"
    ".course-states li{margin:.1rem 0}.state{font-weight:600}.state.improved{color:var(--good)}"
    ".state.worsened{color:var(--bad)}\n"
    "@media(min-width:961px){#scars td:last-child{min-width:22rem}}\n"
    ".film{overflow-x:auto}.strip{width:100%;min-width:720px}\n"
    "@media "
    "print{.strip{min-width:0;max-height:78mm;width:auto;max-width:100%;margin:0 auto}"
    ".charts{grid-template-columns:repeat(4,1fr);gap:.4rem;margin:.2rem 0 .6rem}.charts figure"
    "{padding:.2rem .3rem;border-radius:4px}.charts h3{font-size:7.6pt;margin:0}.charts figcaption"
    "{font-size:6.8pt;line-height:1.25;margin:0}.charts .badge,.charts .quiet{font-size:6.8pt}"
    ".legend{font-size:7.4pt;margin:.1rem 0 .3rem;gap:.1rem .9rem}.places{max-width:78mm;"
    "margin:.2rem auto}.curve{width:88px;height:auto}.course-states li{margin:0}"
    "#scars td{white-space:normal}summary{padding:.1rem "
    "0}details>*{display:block}details:not([open]){display:none}}"
    "\n";

typedef struct scale {
  double first, last; /* of x: days, or numbers of sessions */
  double low, high;   /* of y */
  bool dated;
} scale;

void sd_course_session_words(char out[24], const sd_course *course, size_t session) {
  snprintf(out, 24, "%zu", session + 1);
  for (size_t k = 0; course->dated && k < course->photo_count; k++)
    if (course->photos[k].session == (int)session) {
      snprintf(out, 24, "%s", course->photos[k].date);
      return;
    }
}

static bool measured(const sd_metric *m) {
  return m->verdict != SD_NOT_MEASURABLE && isfinite(m->change);
}

static double place_of(const sd_course *course, size_t session) {
  return course->dated ? course->trends->sessions[session].day : (double)session;
}

static void take(scale *s, double value) {
  if (isfinite(value)) {
    s->low = fmin(s->low, value);
    s->high = fmax(s->high, value);
  }
}

static scale scale_of(const sd_course *course, const sd_series *series) {
  size_t count = course->trends->session_count;
  scale s = {place_of(course, 0), place_of(course, count - 1), 0, 0, course->dated};
  for (size_t k = 0; k < count; k++) {
    const sd_metric *m = &series->points[k];
    if (!measured(m))
      continue;
    take(&s, m->ci_low);
    take(&s, m->ci_high);
    take(&s, m->mdc);
    take(&s, -m->mdc);
  }
  for (size_t k = 0; course->dated && k < course->treatment_count; k++) {
    double day = sd_day_of(course->treatments[k].date);
    if (day > s.last && day < s.last + (s.last - s.first)) /* one that follows soon */
      s.last = day;
  }
  double room = 0.06 * (s.high - s.low);
  s.low -= room;
  s.high += room;
  return s;
}

static double x_of(const scale *s, double place) {
  double span = s->last > s->first ? s->last - s->first : 1;
  return LEFT + 8 + (WIDTH - LEFT - RIGHT - 16) * (place - s->first) / span;
}

static double y_of(const scale *s, double value) {
  double span = s->high > s->low ? s->high - s->low : 1;
  return TOP + (HEIGHT - TOP - BOTTOM) * (s->high - value) / span;
}

/* Sessions without an answer interrupt the band as they interrupt the line. */
static void add_band(sd_text *out, const sd_course *course, const sd_series *series,
                     const scale *s) {
  size_t count = course->trends->session_count;
  for (size_t k = 1; k < count; k++) {
    const sd_metric *m = &series->points[k], *before = &series->points[k - 1];
    if (!measured(m) || !measured(before) || !(m->mdc > 0))
      continue;
    double from = k > 1 && before->mdc > 0 ? before->mdc : m->mdc;
    double x0 = x_of(s, place_of(course, k - 1)), x1 = x_of(s, place_of(course, k));
    sd_text_addf(out, "<path class=\"band\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fZ\"/>", x0,
                 y_of(s, from), x1, y_of(s, m->mdc), x1, y_of(s, -m->mdc), x0, y_of(s, -from));
    sd_text_addf(out, "<path class=\"path\" d=\"M%.1f %.1fL%.1f %.1f\"/>", x0,
                 y_of(s, before->change), x1, y_of(s, m->change));
  }
}

static void add_axis(sd_course_page *page, const sd_series *series, const scale *s) {
  sd_text *out = page->page.out;
  const sd_course *course = page->course;
  char words[SD_AMOUNT_TEXT], day[24];
  const double values[] = {s->high, 0, s->low};
  double zero = y_of(s, 0);
  for (int k = 0; k < 3; k++) {
    double y = y_of(s, values[k]);
    if (k != 1 && fabs(y - zero) < 14)
      continue;
    sd_amount_signed(words, series->kind, values[k], page->page.strings);
    sd_text_addf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 6, y + 4);
    sd_text_add_html(out, values[k] == 0 ? "0" : words);
    sd_text_add(out, "</text>");
  }
  sd_text_addf(out, "<line class=\"zero\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
               WIDTH - RIGHT, zero, zero);
  sd_text_addf(out, "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>", LEFT, LEFT,
               TOP, HEIGHT - BOTTOM);
  sd_course_session_words(day, course, 0);
  sd_text_addf(out, "<text x=\"%d\" y=\"%d\">%s</text>", LEFT, HEIGHT - 6, day);
  sd_course_session_words(day, course, course->trends->session_count - 1);
  sd_text_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", WIDTH - RIGHT,
               HEIGHT - 6, day);
}

static void add_treatments(sd_text *out, const sd_course *course, const scale *s) {
  for (size_t k = 0; course->dated && k < course->treatment_count; k++) {
    double day = sd_day_of(course->treatments[k].date);
    if (!(day >= s->first && day <= s->last))
      continue;
    double x = x_of(s, day);
    sd_text_addf(out,
                 "<line class=\"treated\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/><path "
                 "class=\"flag\" d=\"M%.1f %dl-4 -7h8Z\"><title>",
                 x, x, TOP, HEIGHT - BOTTOM, x, TOP);
    sd_text_add_html(out, course->treatments[k].date);
    sd_text_add(out, " ");
    sd_text_add_html(out, course->treatments[k].label);
    sd_text_add(out, "</title></path>");
  }
}

static void add_mark(sd_text *out, double x, double y, bool other_camera, bool left_out) {
  const char *look = left_out ? "mark out" : "mark";
  if (other_camera)
    sd_text_addf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\">", look,
                 x - 4, y - 4);
  else
    sd_text_addf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.2\">", look, x, y);
}

static void add_point(sd_course_page *page, const sd_series *series, size_t k, const scale *s) {
  sd_text *out = page->page.out;
  const sd_metric *m = &series->points[k];
  char day[24], amount[SD_AMOUNT_TEXT], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT], said[240];
  bool other = page->course->trends->sessions[k].camera != 0;
  double x = x_of(s, place_of(page->course, k)), y = y_of(s, m->change);
  sd_course_session_words(day, page->course, k);
  sd_amount_signed(amount, m->kind, m->change, page->page.strings);
  sd_amount_signed(low, m->kind, m->ci_low, page->page.strings);
  sd_amount_signed(high, m->kind, m->ci_high, page->page.strings);
  snprintf(said, sizeof said, page->strings->point_format, day, amount, low, high);
  sd_text_addf(out, "<line class=\"bar\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", x, x,
               y_of(s, m->ci_low), y_of(s, m->ci_high));
  if (series->outlying[k])
    sd_text_addf(out, "<circle class=\"odd\" cx=\"%.1f\" cy=\"%.1f\" r=\"8\"/>", x, y);
  add_mark(out, x, y, other, series->left_out[k]);
  sd_text_add(out, "<title>");
  sd_text_add_html(out, said);
  sd_text_add(out, other ? "</title></rect>" : "</title></circle>");
}

static void add_trend_line(sd_text *out, const sd_course *course, const sd_series *series,
                           const scale *s) {
  if (series->trend.verdict == SD_NOT_MEASURABLE)
    return;
  size_t last = course->trends->session_count - 1;
  double x0 = place_of(course, 0), x1 = place_of(course, last);
  double end = series->intercept + series->trend.change * (x1 - x0) / SD_DAYS_PER_MONTH;
  sd_text_addf(out, "<line class=\"trend\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
               x_of(s, x0), y_of(s, series->intercept), x_of(s, x1), y_of(s, end));
}

static void add_alt(sd_course_page *page, const sd_series *series) {
  char zone[64], title[96], said[400];
  int count = 0;
  for (size_t k = 0; k < page->course->trends->session_count; k++)
    count += measured(&series->points[k]);
  sd_say_name(zone, sizeof zone, page->page.strings, series->zone);
  sd_say(title, sizeof title, page->page.strings, series->kind->title);
  const char *found = series->trend.verdict == SD_NOT_MEASURABLE
                          ? page->strings->no_trend
                          : sd_verdict_words(series->trend.verdict, page->page.strings);
  snprintf(said, sizeof said, page->strings->chart_alt_format, title, zone, count, found);
  sd_text_add_html(page->page.out, said);
}

void sd_course_chart(sd_course_page *page, const sd_series *series) {
  sd_text *out = page->page.out;
  const sd_course *course = page->course;
  scale s = scale_of(course, series);
  sd_text_addf(out, "<svg class=\"course %s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
               sd_verdict_name(series->trend.verdict), WIDTH, HEIGHT);
  add_alt(page, series);
  sd_text_add(out, "\">");
  add_band(out, course, series, &s);
  add_axis(page, series, &s);
  add_treatments(out, course, &s);
  add_trend_line(out, course, series, &s);
  for (size_t k = 0; k < course->trends->session_count; k++)
    if (measured(&series->points[k]))
      add_point(page, series, k, &s);
  sd_text_add(out, "</svg>\n");
}

/* ---- what the marks mean -------------------------------------------------------------------- */

static void add_key(sd_text *out, const char *mark, const char *words) {
  sd_text_addf(out, "<li><svg class=\"course\" viewBox=\"0 0 26 16\" aria-hidden=\"true\">%s</svg>",
               mark);
  sd_text_add_html(out, words);
  sd_text_add(out, "</li>");
}

void sd_course_legend(sd_course_page *page) {
  sd_text *out = page->page.out;
  const sd_course_strings *w = page->strings;
  const sd_trends *t = page->course->trends;
  bool healing = false, cameras = false, odd = false, trend = false;
  for (size_t k = 0; k < t->session_count; k++) {
    healing = healing || !isnan(t->sessions[k].healing_days);
    cameras = cameras || t->sessions[k].camera != 0;
  }
  for (size_t i = 0; i < t->series_count; i++) {
    trend = trend || t->series[i].trend.verdict != SD_NOT_MEASURABLE;
    for (size_t k = 0; k < t->session_count; k++)
      odd = odd || t->series[i].outlying[k];
  }
  sd_text_add(out, "<ul class=\"legend\">");
  add_key(out,
          "<line class=\"bar\" x1=\"13\" x2=\"13\" y1=\"0\" y2=\"16\"/><circle class=\"mark\" "
          "cx=\"13\" cy=\"8\" r=\"4.2\"/>",
          w->legend_point);
  add_key(out, "<path class=\"band\" d=\"M0 2h26v12H0Z\"/>", w->legend_band);
  if (trend)
    add_key(out, "<line class=\"trend\" x1=\"0\" x2=\"26\" y1=\"12\" y2=\"4\"/>", w->legend_line);
  if (page->course->treatment_count > 0)
    add_key(out,
            "<path class=\"flag\" d=\"M13 8l-4 -7h8Z\"/><line class=\"treated\" x1=\"13\" "
            "x2=\"13\" y1=\"8\" y2=\"16\"/>",
            w->legend_treatment);
  if (healing)
    add_key(out, "<circle class=\"mark out\" cx=\"13\" cy=\"8\" r=\"4.2\"/>", w->legend_left_out);
  if (cameras)
    add_key(out, "<rect class=\"mark\" x=\"9\" y=\"4\" width=\"8\" height=\"8\"/>",
            w->legend_camera);
  if (odd)
    add_key(out, "<circle class=\"odd\" cx=\"13\" cy=\"8\" r=\"7\"/>", w->legend_outlying);
  sd_text_add(out, "</ul>\n");
}
