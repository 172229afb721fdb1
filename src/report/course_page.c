/* report.html of a course: the frame and its sections in reading order. */
#include "report/course_page.h"

#include "report/rated.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool answers(const sd_course *course, const sd_series *s) {
  for (size_t k = 1; k < course->trends->session_count; k++)
    if (s->points[k].verdict != SD_NOT_MEASURABLE)
      return true;
  return false;
}

/* ---- headline ------------------------------------------------------------------------------- */

static double strength(const sd_metric *m) {
  return m->mdc > 0 ? fabs(m->change) / m->mdc : 0;
}

/* What the headline tells: trends, or where no row has one, the latest session's changes. */
typedef struct headline {
  const sd_metric *best[SD_HEADLINE_FINDINGS]; /* the strongest certain ones */
  int count, others, answered;
  bool trends;
} headline;

static void insert(headline *h, const sd_metric *m) {
  int at = h->count < SD_HEADLINE_FINDINGS ? h->count++ : SD_HEADLINE_FINDINGS;
  while (at > 0 && strength(m) > strength(h->best[at - 1])) {
    if (at < SD_HEADLINE_FINDINGS)
      h->best[at] = h->best[at - 1];
    at--;
  }
  if (at < SD_HEADLINE_FINDINGS)
    h->best[at] = m;
}

static const sd_metric *told_of(const sd_series *s, const sd_course *course, bool trends) {
  return trends ? &s->trend : &s->points[course->trends->session_count - 1];
}

static headline find_headline(const sd_course *course, bool trends) {
  headline h = {.trends = trends};
  int certain = 0;
  for (size_t k = 0; k < course->trends->series_count; k++) {
    const sd_metric *m = told_of(&course->trends->series[k], course, trends);
    h.answered += m->verdict != SD_NOT_MEASURABLE;
    if (!sd_metric_certain(m))
      continue;
    certain++;
    insert(&h, m);
  }
  h.others = certain - h.count;
  return h;
}

static void add_finding(sd_course_page *p, const sd_metric *m, bool trend) {
  char amount[SD_AMOUNT_TEXT], said[240], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT], interval[120],
      day[24];
  sd_about about = sd_about_metric(m, p->page.strings);
  sd_amount_signed(amount, m->kind, m->change, p->page.strings);
  sd_amount_signed(low, m->kind, m->ci_low, p->page.strings);
  sd_amount_signed(high, m->kind, m->ci_high, p->page.strings);
  sd_course_session_words(day, p->course, p->course->trends->session_count - 1);
  if (trend)
    snprintf(said, sizeof said, p->strings->finding_format, about.title, about.zone, amount);
  else
    snprintf(said, sizeof said, p->strings->changed_format, about.title, about.zone, amount, day);
  snprintf(interval, sizeof interval, p->strings->interval_format, low, high);
  sd_text_addf(p->page.out, "<span class=\"finding %s\">", sd_verdict_name(m->verdict));
  sd_text_add_html(p->page.out, said);
  sd_text_add(p->page.out, "<small>");
  sd_text_add_html(p->page.out, interval);
  sd_text_add(p->page.out, "</small></span>");
}

static size_t sessions_that_answer(const sd_course *course) {
  size_t n = 0;
  for (size_t k = 0; k < course->trends->session_count; k++)
    n += course->trends->sessions[k].measured_shots > 0;
  return n;
}

static void add_headline(sd_course_page *p) {
  headline h = find_headline(p->course, true);
  bool trends = h.answered > 0;
  char said[240];
  if (!trends)
    h = find_headline(p->course, false);
  sd_text_add(p->page.out, "<h1>");
  for (int k = 0; k < h.count; k++)
    add_finding(p, h.best[k], trends);
  snprintf(said, sizeof said, p->strings->nothing_detected_format, h.answered);
  if (h.count == 0)
    sd_text_add_html(p->page.out, trends           ? said
                                  : h.answered > 0 ? p->strings->nothing_changed
                                                   : p->strings->no_trend);
  sd_text_add(p->page.out, "</h1>\n");
  snprintf(said, sizeof said, p->strings->others_format, h.others);
  if (h.others > 0)
    sd_page_element(&p->page, "p", "sure", said);
  snprintf(said, sizeof said, p->strings->too_few_format, sessions_that_answer(p->course),
           SD_TREND_SESSIONS_MIN);
  if (!trends)
    sd_page_element(&p->page, "p", "sure", p->course->dated ? said : p->strings->undated);
}

static void add_header(sd_course_page *p, const char *title) {
  const sd_course *c = p->course;
  char said[160];
  if (c->dated)
    snprintf(said, sizeof said, p->strings->span_format, c->trends->session_count, c->photo_count,
             c->photos[0].date, c->photos[c->photo_count - 1].date);
  else
    snprintf(said, sizeof said, p->strings->span_undated_format, c->trends->session_count,
             c->photo_count);
  sd_text_add(p->page.out, "<header>\n");
  sd_page_element(&p->page, "p", "kicker", title);
  add_headline(p);
  sd_page_element(&p->page, "p", "quiet", said);
  sd_text_add(p->page.out, "</header>\n");
}

/* ---- pictures ------------------------------------------------------------------------------- */

static void add_picture(sd_course_page *p, const sd_text *bytes, const char *type,
                        const char *class_name, const char *alt) {
  sd_text_addf(p->page.out, "<img class=\"%s\" alt=\"", class_name);
  sd_text_add_html(p->page.out, alt);
  sd_text_addf(p->page.out, "\" src=\"data:image/%s;base64,", type);
  sd_page_base64(p->page.out, bytes);
  sd_text_add(p->page.out, "\">\n");
}

static void add_pictures(sd_course_page *p) {
  const sd_course *c = p->course;
  size_t shown = 0;
  char alt[120];
  if (c->strip == NULL || c->strip->length == 0)
    return;
  for (size_t k = 0; k < c->photo_count; k++)
    shown += c->photos[k].shown;
  snprintf(alt, sizeof alt, p->strings->strip_alt_format, shown);
  sd_page_section(&p->page, "pictures", p->strings->pictures_heading);
  sd_page_element(&p->page, "p", "hint", p->strings->pictures_hint);
  sd_text_add(p->page.out, "<div class=\"film\" role=\"region\" tabindex=\"0\" aria-label=\"");
  sd_text_add_html(p->page.out, p->strings->pictures_heading);
  sd_text_add(p->page.out, "\">");
  add_picture(p, c->strip, "jpeg", "strip", alt);
  sd_text_add(p->page.out, "</div>\n");
  /* what moves by itself must be asked for (WCAG 2.2.2), and paper shows no movement */
  if (c->animation != NULL && c->animation->length > 0) {
    sd_text_add(p->page.out, "<details class=\"screen\">");
    sd_page_element(&p->page, "summary", NULL, p->strings->animation);
    add_picture(p, c->animation, "png", "map", p->strings->animation_alt);
    sd_text_add(p->page.out, "</details>\n");
  }
  sd_text_add(p->page.out, "</section>\n");
}

/* ---- sessions ------------------------------------------------------------------------------- */

static void add_note(sd_course_page *p, const char *file, const char *words) {
  sd_text_add(p->page.out, "<li>");
  if (file != NULL) {
    sd_text_add_html(p->page.out, file);
    sd_text_add(p->page.out, ": ");
  }
  sd_page_said(&p->page, NULL, NULL, words);
  sd_text_add(p->page.out, "</li>");
}

static void add_notes(sd_course_page *p, size_t session) {
  const sd_trend_session *s = &p->course->trends->sessions[session];
  const sd_course_strings *w = p->strings;
  char said[200];
  sd_text_add(p->page.out, "<ul class=\"reasons\">");
  snprintf(said, sizeof said, w->healing_format, s->healing_days);
  if (!isnan(s->healing_days))
    add_note(p, NULL, said);
  if (s->camera != 0)
    add_note(p, NULL, w->other_camera);
  if (s->outlying)
    add_note(p, NULL, w->outlying);
  if (s->shared == SD_SHARED_DARKER || s->shared == SD_SHARED_LIGHTER)
    add_note(p, NULL, s->shared == SD_SHARED_DARKER ? w->darker : w->lighter);
  for (size_t k = 0; k < p->course->photo_count; k++) {
    const sd_course_photo *photo = &p->course->photos[k];
    if (photo->session != (int)session)
      continue;
    if (photo->reference)
      add_note(p, photo->file, w->is_reference);
    if (photo->is_template)
      add_note(p, photo->file, w->is_template);
    if (photo->problem != NULL && photo->problem[0] != '\0')
      add_note(p, photo->file, photo->problem);
    else if (photo->comparability != NULL &&
             photo->comparability->verdict != SD_COMPARABLE) /* with care: why */
      for (int r = 0; r < photo->comparability->reason_count; r++)
        add_note(p, photo->file, photo->comparability->reasons[r].text);
  }
  sd_text_add(p->page.out, "</ul>");
}

static void add_session(sd_course_page *p, size_t session) {
  const sd_course *c = p->course;
  const sd_course_photo *first = NULL;
  for (size_t k = 0; k < c->photo_count && first == NULL; k++)
    if (c->photos[k].session == (int)session)
      first = &c->photos[k];
  if (first == NULL)
    return;
  const sd_capture *camera = &first->side.photo->capture;
  sd_text_addf(p->page.out, "<tr><td>%zu</td><td>", session + 1);
  sd_text_add_html(p->page.out, first->date[0] != '\0' ? first->date : p->strings->date_unknown);
  if (first->date_source == SD_DATE_NAME || first->date_source == SD_DATE_FOLDER) {
    sd_text_add(p->page.out, " <span class=\"quiet\">");
    sd_text_add_html(p->page.out, first->date_source == SD_DATE_NAME
                                      ? p->strings->date_from_name
                                      : p->strings->date_from_folder);
    sd_text_add(p->page.out, "</span>");
  }
  sd_text_addf(p->page.out, "</td><td>%d</td><td>", c->trends->sessions[session].shots);
  sd_text_add_html(p->page.out, camera->make);
  sd_text_add(p->page.out, " ");
  sd_text_add_html(p->page.out, camera->make[0] == '\0' && camera->model[0] == '\0'
                                    ? p->strings->camera_unknown
                                    : camera->model);
  sd_text_add(p->page.out, "</td><td>");
  add_notes(p, session);
  sd_text_add(p->page.out, "</td></tr>\n");
}

static void add_sessions(sd_course_page *p) {
  const sd_course_strings *w = p->strings;
  const char *const columns[] = {w->column_session, w->column_date, w->column_photos,
                                 w->column_camera, w->column_notes};
  sd_page_section(&p->page, "sessions", w->sessions_heading);
  sd_text_add(p->page.out, "<table class=\"plain\"><thead><tr>");
  for (int k = 0; k < 5; k++) {
    sd_text_add(p->page.out, "<th scope=\"col\">");
    sd_text_add_html(p->page.out, columns[k]);
    sd_text_add(p->page.out, "</th>");
  }
  sd_text_add(p->page.out, "</tr></thead><tbody>\n");
  for (size_t k = 0; k < p->course->trends->session_count; k++)
    add_session(p, k);
  sd_text_add(p->page.out, "</tbody></table>\n");
  for (size_t k = 0; k < p->course->treatment_count; k++) {
    const sd_treatment *t = &p->course->treatments[k];
    sd_text_add(p->page.out, "<p>");
    sd_text_add_html(p->page.out, w->treatment);
    sd_text_add(p->page.out, " <strong>");
    sd_text_add_html(p->page.out, t->date);
    sd_text_add(p->page.out, "</strong> ");
    sd_text_add_html(p->page.out, t->label);
    sd_text_add(p->page.out, "</p>\n");
  }
  sd_text_add(p->page.out, "</section>\n");
}

/* ---- charts --------------------------------------------------------------------------------- */

static void add_amounts(sd_course_page *p, const char *format, const sd_metric *m) {
  char amount[SD_AMOUNT_TEXT], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT], said[240];
  sd_amount_signed(amount, m->kind, m->change, p->page.strings);
  sd_amount_signed(low, m->kind, m->ci_low, p->page.strings);
  sd_amount_signed(high, m->kind, m->ci_high, p->page.strings);
  snprintf(said, sizeof said, format, amount, low, high);
  sd_page_element(&p->page, "div", "number", said);
}

static const sd_metric *latest(const sd_course *course, const sd_series *s) {
  for (size_t k = course->trends->session_count; k-- > 1;)
    if (s->points[k].verdict != SD_NOT_MEASURABLE)
      return &s->points[k];
  return NULL;
}

static void add_offsets(sd_course_page *p, const sd_series *s) {
  char amount[SD_AMOUNT_TEXT], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT], said[240];
  for (int c = 1; c < SD_CAMERAS_MAX; c++) {
    if (isnan(s->camera[c].value))
      continue;
    sd_amount_signed(amount, s->kind, s->camera[c].value, p->page.strings);
    sd_amount_signed(low, s->kind, s->camera[c].ci_low, p->page.strings);
    sd_amount_signed(high, s->kind, s->camera[c].ci_high, p->page.strings);
    snprintf(said, sizeof said, p->strings->camera_offset_format, c + 1, amount, low, high);
    sd_page_element(&p->page, "div", "quiet", said);
  }
}

static bool any_trend(const sd_course *course) {
  for (size_t k = 0; k < course->trends->series_count; k++)
    if (course->trends->series[k].trend.verdict != SD_NOT_MEASURABLE)
      return true;
  return false;
}

static void add_figure(sd_course_page *p, const sd_series *s) {
  const sd_metric *last = latest(p->course, s);
  bool trend = s->trend.verdict != SD_NOT_MEASURABLE;
  const sd_metric *judged = trend ? &s->trend : last;
  sd_text_add(p->page.out, "<figure>");
  sd_page_said(&p->page, "h3", NULL, s->kind->title);
  sd_course_chart(p, s);
  sd_text_addf(p->page.out, "<figcaption><span class=\"badge %s\">",
               sd_verdict_name(judged->verdict));
  sd_text_add_html(p->page.out, sd_verdict_words(judged->verdict, p->page.strings));
  sd_text_add(p->page.out, "</span>");
  if (trend)
    add_amounts(p, p->strings->trend_format, &s->trend);
  add_amounts(p, p->strings->last_format, last);
  if (trend)
    add_offsets(p, s);
  if (s->trend.reason[0] != '\0' && any_trend(p->course)) /* else the headline has said it */
    sd_page_said(&p->page, "div", "quiet", s->trend.reason);
  sd_text_add(p->page.out, "</figcaption></figure>\n");
}

static void add_zone(sd_course_page *p, const char *zone) {
  const sd_trends *t = p->course->trends;
  sd_text_add(p->page.out, "<div class=\"charts\">\n");
  for (size_t k = 0; k < t->series_count; k++)
    if (strcmp(t->series[k].zone, zone) == 0 && answers(p->course, &t->series[k]))
      add_figure(p, &t->series[k]);
  sd_text_add(p->page.out, "</div>\n");
}

static bool zone_answers(const sd_course *course, const char *zone) {
  for (size_t k = 0; k < course->trends->series_count; k++)
    if (strcmp(course->trends->series[k].zone, zone) == 0 &&
        answers(course, &course->trends->series[k]))
      return true;
  return false;
}

/* Is this the first series of its zone? */
static bool begins_zone(const sd_trends *t, size_t k) {
  for (size_t i = 0; i < k; i++)
    if (strcmp(t->series[i].zone, t->series[k].zone) == 0)
      return false;
  return true;
}

static bool is_whole(const char *zone) {
  return strcmp(zone, "all_skin") == 0 || strcmp(zone, "roi") == 0;
}

/* Something to see at once? */
static bool zone_changed(const sd_course *course, const char *zone) {
  for (size_t k = 0; k < course->trends->series_count; k++) {
    const sd_series *s = &course->trends->series[k];
    if (strcmp(s->zone, zone) == 0 &&
        (sd_metric_certain(&s->trend) || sd_metric_certain(told_of(s, course, false))))
      return true;
  }
  return false;
}

static void add_zones(sd_course_page *p, bool whole) {
  const sd_trends *t = p->course->trends;
  char words[64];
  for (size_t k = 0; k < t->series_count; k++) {
    const char *zone = t->series[k].zone;
    if (is_whole(zone) != whole || !begins_zone(t, k) || !zone_answers(p->course, zone))
      continue;
    sd_say_name(words, sizeof words, p->page.strings, zone);
    sd_text_add(p->page.out,
                whole || zone_changed(p->course, zone) ? "<details open>" : "<details>");
    sd_page_element(&p->page, "summary", NULL, words);
    add_zone(p, zone);
    sd_text_add(p->page.out, "</details>\n");
  }
}

/* Is the zone's part of the page closed at first? */
static bool is_closed(const sd_course_page *p, size_t k) {
  const sd_trends *t = p->course->trends;
  const char *zone = t->series[k].zone;
  return !is_whole(zone) && begins_zone(t, k) && zone_answers(p->course, zone) &&
         !zone_changed(p->course, zone);
}

/* Paper shows what is open, and names the rest. */
static void add_closed_zones(sd_course_page *p) {
  sd_text names = {0};
  char words[64], said[900];
  for (size_t k = 0; k < p->course->trends->series_count; k++) {
    if (!is_closed(p, k))
      continue;
    sd_say_name(words, sizeof words, p->page.strings, p->course->trends->series[k].zone);
    sd_text_addf(&names, "%s%s", names.length > 0 ? ", " : "", words);
  }
  snprintf(said, sizeof said, p->strings->more_zones_format, names.v != NULL ? names.v : "");
  if (names.length > 0)
    sd_page_element(&p->page, "p", "paper", said);
  p->page.out->failed = p->page.out->failed || names.failed;
  sd_text_clear(&names);
}

static void add_charts(sd_course_page *p) {
  const sd_trends *t = p->course->trends;
  char said[120];
  int unmeasured = 0;
  for (size_t k = 0; k < t->series_count; k++)
    unmeasured += !answers(p->course, &t->series[k]);
  sd_page_section(&p->page, "charts", p->strings->charts_heading);
  sd_page_element(&p->page, "p", "hint", p->strings->charts_hint);
  sd_course_legend(p);
  add_zones(p, true);
  add_zones(p, false);
  add_closed_zones(p);
  snprintf(said, sizeof said, p->strings->unmeasured_format, unmeasured);
  if (unmeasured > 0)
    sd_page_element(&p->page, "p", "quiet", said);
  sd_text_add(p->page.out, "</section>\n");
}

/* ---- ratings -------------------------------------------------------------------------------- */

static void begin_sessions_table(sd_course_page *p, const char *caption, const char *first) {
  char day[24];
  sd_text_add(p->page.out, "<table class=\"plain\">\n");
  sd_page_element(&p->page, "caption", NULL, caption);
  sd_text_add(p->page.out, "<thead><tr><th scope=\"col\">");
  sd_text_add_html(p->page.out, first);
  sd_text_add(p->page.out, "</th>");
  for (size_t k = 0; k < p->course->trends->session_count; k++) {
    sd_course_session_words(day, p->course, k);
    sd_text_add(p->page.out, "<th scope=\"col\">");
    sd_text_add_html(p->page.out, day);
    sd_text_add(p->page.out, "</th>");
  }
  sd_text_add(p->page.out, "</tr></thead><tbody>\n");
}

/* One rater's form over the sessions; gives where the next one begins. */
static size_t add_rating_row(sd_course_page *p, size_t at) {
  const sd_rating *ratings = p->course->ratings, *first = &ratings[at];
  sd_text_add(p->page.out, "<tr><td>");
  sd_text_add_html(p->page.out, sd_rating_kind_of(first->form)->title);
  sd_text_add(p->page.out, "; ");
  sd_text_add_html(p->page.out, first->rater);
  sd_text_add(p->page.out, "</td>");
  for (size_t k = 0; k < p->course->trends->session_count; k++) {
    bool here = at < p->course->rating_count && ratings[at].form == first->form &&
                strcmp(ratings[at].rater, first->rater) == 0 && ratings[at].session == (int)k;
    if (here)
      sd_text_addf(p->page.out, "<td>%d</td>", sd_rating_sum(&ratings[at++]));
    else
      sd_text_add(p->page.out, "<td></td>");
  }
  sd_text_add(p->page.out, "</tr>\n");
  return at;
}

/* The sizes of a session: those of its first photo that was compared. */
static const sd_scar_size *sizes_of(const sd_course *course, size_t session) {
  for (size_t k = 0; k < course->photo_count; k++)
    if (course->photos[k].session == (int)session && course->photos[k].scar_sizes != NULL)
      return course->photos[k].scar_sizes;
  return NULL;
}

static void add_size_row(sd_course_page *p, int size) {
  const sd_scar_size *any = NULL;
  char text[SD_SIZE_TEXT];
  for (size_t k = 0; k < p->course->trends->session_count && any == NULL; k++)
    any = sizes_of(p->course, k);
  if (any == NULL)
    return;
  sd_size_words(text, p->page.strings, &any[size]);
  sd_text_add(p->page.out, "<tr><td>");
  sd_text_add_html(p->page.out, text);
  sd_text_add(p->page.out, "</td>");
  for (size_t k = 0; k < p->course->trends->session_count; k++) {
    const sd_scar_size *sizes = sizes_of(p->course, k);
    text[0] = '\0';
    if (sizes != NULL)
      snprintf(text, sizeof text, p->strings->size_counts_format, sizes[size].count_before,
               sizes[size].count_after);
    sd_text_add(p->page.out, "<td>");
    sd_text_add_html(p->page.out, text);
    sd_text_add(p->page.out, "</td>");
  }
  sd_text_add(p->page.out, "</tr>\n");
}

static void add_ratings(sd_course_page *p) {
  const sd_course_strings *w = p->strings;
  if (p->course->rating_count == 0)
    return;
  sd_page_section(&p->page, "ratings", w->ratings_heading);
  sd_page_element(&p->page, "p", "hint", w->ratings_hint);
  begin_sessions_table(p, w->ratings_caption, w->column_rater);
  for (size_t k = 0; k < p->course->rating_count;)
    k = add_rating_row(p, k);
  sd_text_add(p->page.out, "</tbody></table>\n");
  begin_sessions_table(p, w->sizes_caption, p->page.strings->column_size);
  for (int size = 0; size < SD_SCAR_SIZES; size++)
    add_size_row(p, size);
  sd_text_add(p->page.out, "</tbody></table>\n</section>\n");
}

/* ---- limits and method ---------------------------------------------------------------------- */

static void add_limits(sd_course_page *p) {
  sd_page_section(&p->page, "limits", p->strings->limits_heading);
  sd_text_add(p->page.out, "<ul>\n");
  for (const char *const *line = p->strings->limits; *line != NULL; line++)
    sd_page_element(&p->page, "li", NULL, *line);
  sd_text_add(p->page.out, "</ul>\n</section>\n");
}

static void add_method(sd_course_page *p) {
  char said[280];
  sd_page_section(&p->page, "method", p->strings->method_heading);
  sd_page_element(&p->page, "p", NULL, p->strings->method_text);
  snprintf(said, sizeof said, p->strings->template_format, p->course->template_reason);
  sd_page_element(&p->page, "p", "quiet", said);
  sd_text_add(p->page.out, "<ul class=\"quiet\">");
  for (size_t k = 0; k < p->course->photo_count; k++) {
    sd_text_add(p->page.out, "<li>");
    sd_text_add_html(p->page.out, p->course->photos[k].file);
    sd_text_addf(p->page.out, " <code>%s</code></li>\n",
                 p->course->photos[k].side.photo->file_sha256);
  }
  for (size_t k = 0; k < p->course->setting_count; k++) {
    sd_text_add(p->page.out, "<li>");
    sd_text_add_html(p->page.out, p->course->settings[k].name);
    sd_text_add(p->page.out, " = ");
    sd_text_add_html(p->page.out, p->course->settings[k].value);
    sd_text_add(p->page.out, "</li>\n");
  }
  sd_text_addf(p->page.out, "</ul><p class=\"quiet\">scardelta %s</p>\n</section>\n", sd_version());
}

sd_status sd_report_course_html(sd_text *out, const sd_course *course, sd_diag *diag) {
  sd_course_page p = {.page = {.out = out, .strings = sd_strings_of(course->language)},
                      .course = course,
                      .strings = &sd_strings_of(course->language)->course};
  sd_text title = {0};
  if (course->case_code != NULL && course->case_code[0] != '\0')
    sd_text_addf(&title, p.strings->title_case_format, course->case_code);
  else
    sd_text_add(&title, p.strings->title);
  if (!title.failed) {
    sd_page_head(&p.page, title.v);
    sd_text_addf(out, "<style>\n%s</style>\n", SD_COURSE_CSS);
    add_header(&p, title.v);
    add_pictures(&p);
    add_charts(&p);
    sd_course_scars(&p);
    add_sessions(&p);
    add_ratings(&p);
    add_limits(&p);
    add_method(&p);
    sd_text_add(out, "</main>\n</body>\n</html>\n");
  }
  out->failed = out->failed || title.failed;
  sd_text_clear(&title);
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for report.html") : SD_OK;
}
