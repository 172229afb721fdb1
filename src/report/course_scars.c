/* The scars of a course on its page: how many became what, where they are, and for each what every
 * session says, as a small curve and in figures with their intervals. */
#include "report/course_page.h"

#include "report/scar_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A page of a hundred scars is read by nobody; all of them are in scars.csv. */
enum { ROWS_MAX = 24, CURVE_WIDTH = 200, CURVE_HEIGHT = 70, MARGIN = 7 };

static bool compared(const sd_course_scar_point *p) {
  return p->state != SD_SCAR_UNMATCHED;
}

/* The latest session that compares it; 0: none does. */
static size_t latest_of(const sd_course_page *p, const sd_course_scar *s) {
  size_t k = p->course->trends->session_count - 1;
  while (k > 0 && !compared(&s->points[k]))
    k--;
  return k;
}

/* Those that some session compares come first. */
static size_t count_rows(const sd_course_page *p) {
  size_t rows = 0;
  while (rows < p->course->scar_count && rows < ROWS_MAX &&
         latest_of(p, &p->course->scars[rows]) > 0)
    rows++;
  return rows;
}

static const char *look(sd_scar_state state) {
  int sign = sd_scar_state_sign(state);
  return sign < 0 ? "improved" : sign > 0 ? "worsened" : "no_detectable_change";
}

/* ---- how many ------------------------------------------------------------------------------- */

static void add_counts(sd_course_page *p) {
  size_t of[SD_SCAR_NEW + 1] = {0};
  char said[400];
  for (size_t k = 0; k < p->course->scar_count; k++) {
    size_t last = latest_of(p, &p->course->scars[k]);
    of[last > 0 ? p->course->scars[k].points[last].state : SD_SCAR_UNMATCHED]++;
  }
  snprintf(said, sizeof said, p->page.strings->scar_counts_format, p->course->scar_count,
           of[SD_SCAR_REDUCED] + of[SD_SCAR_RESOLVED], of[SD_SCAR_RESOLVED],
           of[SD_SCAR_ENLARGED] + of[SD_SCAR_NEW], of[SD_SCAR_NEW], of[SD_SCAR_UNCHANGED],
           of[SD_SCAR_UNMATCHED]);
  sd_page_element(&p->page, "p", "sure", said);
  sd_page_element(&p->page, "p", "hint", p->strings->scars_hint);
}

/* ---- where ---------------------------------------------------------------------------------- */

/* A ring that leaves the scar free, its number beside it. */
static void add_ring(sd_course_page *p, const sd_course_scar *s, size_t number, double mm_px) {
  const sd_frame *f = p->course->frame;
  double x = (s->x + 0.5 - f->region.x) / f->shrink, y = (s->y + 0.5 - f->region.y) / f->shrink;
  double ring = fmax(0.75 * s->diameter_mm / mm_px / f->shrink, 5);
  size_t last = latest_of(p, s);
  if (!(x >= 0 && y >= 0 && x < f->picture.width && y < f->picture.height))
    return;
  bool right = x < 0.85 * f->picture.width;
  sd_text_addf(p->page.out,
               "<g class=\"%s\"><circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/><text x=\"%.1f\" "
               "y=\"%.1f\" text-anchor=\"%s\">%zu</text></g>",
               look(s->points[last].state), x, y, ring, right ? x + ring + 3 : x - ring - 3, y + 5,
               right ? "start" : "end", number);
}

static void add_map(sd_course_page *p, size_t rows) {
  const sd_frame *f = p->course->frame;
  const sd_text *bytes = p->course->frame_jpeg;
  double mm_px = p->course->mm_per_px;
  if (f == NULL || bytes == NULL || bytes->length == 0 || !(mm_px > 0))
    return;
  sd_text_addf(p->page.out,
               "<figure class=\"places\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
               f->picture.width, f->picture.height);
  sd_text_add_html(p->page.out, p->strings->scars_map_alt);
  sd_text_addf(p->page.out, "\"><image width=\"%d\" height=\"%d\" href=\"data:image/jpeg;base64,",
               f->picture.width, f->picture.height);
  sd_page_base64(p->page.out, bytes);
  sd_text_add(p->page.out, "\"/>");
  for (size_t k = 0; k < rows; k++)
    add_ring(p, &p->course->scars[k], k + 1, mm_px);
  sd_text_add(p->page.out, "</svg></figure>\n");
}

/* ---- the curve of one scar ------------------------------------------------------------------ */

typedef struct frame {
  double first, last, low, high;
} frame;

static double place_of(const sd_course_page *p, size_t session) {
  return p->course->dated ? p->course->trends->sessions[session].day : (double)session;
}

static frame frame_of(const sd_course_page *p, const sd_course_scar *s) {
  size_t count = p->course->trends->session_count;
  frame f = {place_of(p, 0), place_of(p, count - 1), 0, 0};
  for (size_t k = 1; k < count; k++)
    if (compared(&s->points[k])) {
      f.low = fmin(f.low, s->points[k].ci_low);
      f.high = fmax(f.high, s->points[k].ci_high);
    }
  return f;
}

static double x_in(const frame *f, double place) {
  double span = f->last > f->first ? f->last - f->first : 1;
  return MARGIN + (CURVE_WIDTH - 2 * MARGIN) * (place - f->first) / span;
}

static double y_in(const frame *f, double value) {
  double span = f->high > f->low ? f->high - f->low : 1;
  return MARGIN + (CURVE_HEIGHT - 2 * MARGIN) * (f->high - value) / span;
}

static void add_point(sd_text *out, const frame *f, const sd_course_scar_point *point, double x) {
  double y = y_in(f, point->change);
  sd_text_addf(out,
               "<line class=\"bar\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/><circle "
               "class=\"mark\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>",
               x, x, y_in(f, point->ci_low), y_in(f, point->ci_high), x, y);
}

/* A gap interrupts the line. */
static void add_curve(sd_course_page *p, const sd_course_scar *s, size_t number) {
  sd_text *out = p->page.out;
  size_t count = p->course->trends->session_count, last = latest_of(p, s);
  frame f = frame_of(p, s);
  char alt[120];
  snprintf(alt, sizeof alt, p->strings->scar_curve_alt_format, number);
  sd_text_addf(out,
               "<svg class=\"course curve %s\" viewBox=\"0 0 %d %d\" role=\"img\" "
               "aria-label=\"",
               look(s->points[last].state), CURVE_WIDTH, CURVE_HEIGHT);
  sd_text_add_html(out, alt);
  sd_text_addf(out, "\"><line class=\"zero\" x1=\"0\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
               CURVE_WIDTH, y_in(&f, 0), y_in(&f, 0));
  for (size_t k = 0; k < count; k++) {
    const sd_course_scar_point *at = &s->points[k];
    if (!compared(at))
      continue;
    double x = x_in(&f, place_of(p, k));
    if (k > 0 && compared(&s->points[k - 1]))
      sd_text_addf(out, "<path class=\"path\" d=\"M%.1f %.1fL%.1f %.1f\"/>",
                   x_in(&f, place_of(p, k - 1)), y_in(&f, s->points[k - 1].change), x,
                   y_in(&f, at->change));
    add_point(out, &f, at, x);
  }
  sd_text_add(out, "</svg>");
}

/* ---- the table ------------------------------------------------------------------------------ */

/* "2025-05-26: less visible, -34 % (-45 % to -20 %)", or why there is nothing to say. */
static void add_session(sd_course_page *p, const sd_course_scar *s, size_t session) {
  const sd_course_scar_point *at = &s->points[session];
  char day[24], text[SD_SCAR_TEXT];
  sd_course_session_words(day, p->course, session);
  sd_text_add(p->page.out, "<li>");
  sd_text_add_html(p->page.out, day);
  sd_text_addf(p->page.out, " <span class=\"state %s\">", look(at->state));
  sd_text_add_html(p->page.out, sd_scar_state_words(at->state, p->page.strings));
  sd_text_add(p->page.out, "</span> ");
  if (compared(at)) {
    sd_scar_point_text(text, at->change, at->ci_low, at->ci_high, p->page.strings);
    sd_text_add_html(p->page.out, text);
  } else {
    sd_page_said(&p->page, "span", "quiet", at->reason);
  }
  sd_text_add(p->page.out, "</li>");
}

static void begin_cell(sd_course_page *p, const char *label) {
  sd_text_add(p->page.out, "<td data-label=\"");
  sd_text_add_html(p->page.out, label);
  sd_text_add(p->page.out, "\">");
}

static void add_cell(sd_course_page *p, const char *label, const char *text) {
  begin_cell(p, label);
  sd_text_add_html(p->page.out, text);
  sd_text_add(p->page.out, "</td>");
}

static void add_row(sd_course_page *p, const sd_course_scar *s, size_t number) {
  const sd_strings *w = p->page.strings;
  char text[SD_SCAR_TEXT], words[64];
  const sd_scar size = {.diameter_mm = s->diameter_mm,
                        .diameter_low_mm = s->diameter_low_mm,
                        .diameter_high_mm = s->diameter_high_mm};
  sd_text_addf(p->page.out, "<tr><th scope=\"row\">%zu</th>", number);
  sd_say_name(words, sizeof words, w, sd_scar_kind_name(s->kind));
  snprintf(text, sizeof text, "%s (%.0f\xc2\xa0%%)", words, 100 * s->kind_probability);
  add_cell(p, w->column_kind, text);
  sd_say_name(words, sizeof words, w, s->zone);
  add_cell(p, w->column_zone, words);
  sd_scar_diameter_text(text, &size, w);
  add_cell(p, w->column_diameter, text);
  begin_cell(p, p->strings->column_curve);
  add_curve(p, s, number);
  sd_text_add(p->page.out, "</td>");
  begin_cell(p, p->strings->sessions_heading);
  sd_text_add(p->page.out, "<ul class=\"course-states\">");
  for (size_t k = 1; k < p->course->trends->session_count; k++)
    add_session(p, s, k);
  sd_text_add(p->page.out, "</ul></td></tr>\n");
}

static void add_table(sd_course_page *p, size_t rows) {
  const sd_strings *w = p->page.strings;
  const char *columns[] = {w->column_number,         w->column_kind,
                           w->column_zone,           w->column_diameter,
                           p->strings->column_curve, p->strings->sessions_heading};
  char said[120];
  sd_text_add(p->page.out, "<table class=\"plain scars\"><thead><tr>");
  for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
    sd_text_add(p->page.out, "<th scope=\"col\">");
    sd_text_add_html(p->page.out, columns[k]);
    sd_text_add(p->page.out, "</th>");
  }
  sd_text_add(p->page.out, "</tr></thead><tbody>\n");
  for (size_t k = 0; k < rows; k++)
    add_row(p, &p->course->scars[k], k + 1);
  sd_text_add(p->page.out, "</tbody></table>\n");
  snprintf(said, sizeof said, p->strings->more_scars_format, p->course->scar_count - rows);
  if (p->course->scar_count > rows)
    sd_page_element(&p->page, "p", "quiet", said);
}

void sd_course_scars(sd_course_page *p) {
  const char *why = p->course->scar_reason;
  size_t rows = count_rows(p);
  bool looked = why == NULL || why[0] == '\0';
  if (looked && p->course->scar_count == 0)
    return;
  sd_page_section(&p->page, "scars", p->page.strings->scars_heading);
  if (looked) {
    add_counts(p);
    add_map(p, rows);
    if (rows > 0)
      add_table(p, rows);
  } else {
    sd_page_said(&p->page, "p", NULL, why);
  }
  sd_text_add(p->page.out, "</section>\n");
}
