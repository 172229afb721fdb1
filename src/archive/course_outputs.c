/* What a course leaves: report, data, pictures, and the lines for the terminal. */
#include "archive/timeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- outputs
 * ---------------------------------------------------------------------------------------- */

/* Of the picture that shows where the scars are. */
enum { FRAME_QUALITY = 88 };

static const char *const WRITTEN[] = {
    "report.html",      "timeline.json",     "sessions.csv",    "trend.csv",    "scars.csv",
    "images/strip.jpg", "images/course.png", "manifest.sha256", "manifest.sig", NULL};

sd_status course_outputs_check(const outputs *out, bool points, sd_diag *diag) {
  sd_status status = outputs_check_folders(out, diag);
  for (const char *const *name = WRITTEN; status == SD_OK && *name != NULL; name++)
    status = outputs_protect(out, *name, diag);
  if (status == SD_OK && points)
    status = outputs_protect(out, "points.csv", diag);
  return status;
}

/* The pictures of the sessions that have one. */
static sd_status draw_course(course *c, sd_text *strip, sd_text *animation, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_frame *drawn = calloc(c->shots.count + 1, sizeof *drawn);
  size_t count = 0;
  if (drawn == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the pictures");
  for (size_t k = 0; k < c->shots.count; k++)
    if (c->frames[k].picture.v != NULL)
      drawn[count++] = c->frames[k]; /* borrowed */
  if (count > 0) {
    SD_TRY(sd_render_strip(strip, drawn, count, diag));
    SD_TRY(sd_render_animation(animation, drawn, count, diag));
  }
done:
  free(drawn);
  return status;
}

static sd_status add_manifest(course *c, outputs *out, sd_diag *diag) {
  char hash[65];
  sd_text head = {0};
  sd_status status = settings_hash(&c->settings, hash, diag);
  sd_text_addf(&head, "# scardelta %s\n# settings %s\n", sd_version(), hash);
  for (size_t k = 0; k < c->shots.count; k++)
    sd_text_addf(&head, "# photo %s\n", course_shot(c, k)->facts.file_sha256);
  if (status == SD_OK)
    status = head.failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for the manifest")
                         : outputs_add_manifest(out, head.v, diag);
  sd_text_clear(&head);
  return status;
}

static void tell_photo(sd_course_photo *p, course *c, size_t k) {
  const shot *s = course_shot(c, k);
  *p = (sd_course_photo){.file = file_name(s->path),
                         .side = {.photo = &s->facts,
                                  .face = &s->face,
                                  .quality = &s->quality,
                                  .reference = &s->reference},
                         .session = s->session,
                         .date_source = s->source,
                         .reference = k == c->reference,
                         .is_template = k == c->best,
                         .shown = c->frames[k].picture.v != NULL,
                         .problem = s->problem,
                         .alignment = s->from_first,
                         .scar_sizes = sd_scars_counted(&s->change) ? s->change.scar_sizes : NULL,
                         .comparability =
                             course_is_aligned(s->from_first) ? &s->change.comparability : NULL};
  memcpy(p->date, s->date, sizeof p->date);
}

/* Why no photo's scars were looked for; NULL: they were. */
static const char *scar_reason(const course *c) {
  for (size_t k = 0; k < c->shots.count; k++) {
    const sd_change *change = &c->shots.v[k].change;
    if (change->metric_count > 0 && change->scar_reason[0] != '\0')
      return change->scar_reason;
  }
  return NULL;
}

sd_status course_write_outputs(course *c, outputs *out, sd_text *json, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_text strip = {0}, animation = {0}, data = {0}, rows = {0}, trend = {0}, html = {0}, copy = {0},
          scars = {0}, frame = {0};
  sd_course_photo *photos = calloc(c->shots.count, sizeof *photos);
  if (photos == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the report");
  for (size_t k = 0; k < c->shots.count; k++)
    tell_photo(&photos[k], c, k);
  SD_TRY(draw_course(c, &strip, &animation, diag));
  if (c->frames[c->reference].picture.v != NULL && c->scar_count > 0)
    SD_TRY(sd_encode_jpeg(&frame, &c->frames[c->reference].picture, FRAME_QUALITY, diag));
  sd_course told = {.photos = photos,
                    .photo_count = c->shots.count,
                    .trends = &c->trends,
                    .dated = c->shots.dated,
                    .template_reason = c->template_reason,
                    .treatments = c->treatments,
                    .treatment_count = c->treatment_count,
                    .scars = c->scars,
                    .scar_count = c->scar_count,
                    .scar_reason = scar_reason(c),
                    .mm_per_px = c->mm_per_px,
                    .frame_jpeg = &frame,
                    .frame =
                        c->frames[c->reference].picture.v != NULL ? &c->frames[c->reference] : NULL,
                    .ratings = c->ratings.v,
                    .rating_count = c->ratings.count,
                    .settings = c->settings.v,
                    .setting_count = c->settings.count,
                    .control_zone = c->options->control_zone,
                    .case_code = c->options->case_code,
                    .language = c->options->language,
                    .strip = &strip,
                    .animation = &animation};
  SD_TRY(sd_report_course_json(&data, &told, diag));
  SD_TRY(sd_report_sessions_csv(&rows, &told, diag));
  SD_TRY(sd_report_trend_csv(&trend, &told, diag));
  SD_TRY(sd_report_course_scars_csv(&scars, &told, diag));
  SD_TRY(sd_report_course_html(&html, &told, diag));
  SD_TRY(course_next_step(c, "writing", diag));
  SD_TRY(outputs_add(out, "images/strip.jpg", &strip, diag));
  SD_TRY(outputs_add(out, "images/course.png", &animation, diag));
  SD_TRY(outputs_add(out, "sessions.csv", &rows, diag));
  SD_TRY(outputs_add(out, "trend.csv", &trend, diag));
  SD_TRY(outputs_add(out, "scars.csv", &scars, diag));
  if (json != NULL)
    sd_text_add_bytes(&copy, data.v, data.length);
  SD_TRY(outputs_add(out, "timeline.json", &data, diag));
  SD_TRY(outputs_add(out, "report.html", &html, diag));
  SD_TRY(course_points_keep(&c->points, out, diag));
  SD_TRY(add_manifest(c, out, diag));
  SD_TRY(outputs_commit(out, diag));
  if (json != NULL) {
    *json = copy;
    copy = (sd_text){0};
  }
done:
  free(photos);
  sd_text_clear(&copy);
  sd_text_clear(&strip);
  sd_text_clear(&animation);
  sd_text_clear(&data);
  sd_text_clear(&rows);
  sd_text_clear(&trend);
  sd_text_clear(&frame);
  sd_text_clear(&scars);
  sd_text_clear(&html);
  return status;
}

/* ---- what a person reads first
 * ------------------------------------------------------------------------ */

/* One row that is certain, of a trend (`month`) or of the latest session. */
static void tell_row(sd_text *out, const sd_metric *m, const char *month) {
  bool ratio = strcmp(m->kind->unit, "ln") == 0;
  sd_text_addf(out, "  %-18s %-24s %s: %+.3g %s%s (95 %% interval %+.3g to %+.3g)\n", m->zone,
               m->kind->title, sd_verdict_name(m->verdict),
               ratio ? 100 * expm1(m->change) : m->change, ratio ? "%" : m->kind->unit, month,
               ratio ? 100 * expm1(m->ci_low) : m->ci_low,
               ratio ? 100 * expm1(m->ci_high) : m->ci_high);
}

/* Trends, or the changes of the latest session where there are none; gives the rows that answer. */
static size_t summarise_rows(sd_text *out, const sd_trends *t, bool trends) {
  enum { SHOWN_MAX = 6 };
  size_t told = 0, answered = 0;
  for (size_t k = 0; k < t->series_count; k++) {
    const sd_series *s = &t->series[k];
    const sd_metric *m = trends ? &s->trend : &s->points[t->session_count - 1];
    answered += m->verdict != SD_NOT_MEASURABLE;
    if (m->verdict == SD_NOT_MEASURABLE || m->verdict == SD_NO_DETECTABLE_CHANGE)
      continue;
    if (told++ < SHOWN_MAX)
      tell_row(out, m, trends ? " a month" : "");
  }
  if (told > SHOWN_MAX)
    sd_text_addf(out, "  and %zu more\n", told - SHOWN_MAX);
  if (answered > 0 && told == 0)
    sd_text_addf(out, "No detectable %s in %zu measured values.\n",
                 trends ? "trend" : "change from the first session to the latest", answered);
  return answered;
}

void course_summarise(sd_text *out, course *c) {
  if (c->points.reused)
    sd_text_add(out, "The points kept by an earlier run (points.csv) were used again.\n");
  sd_text_addf(out, "%d sessions, %zu photos, %s.\n", c->shots.sessions, c->shots.count,
               c->shots.dated ? "ordered by date"
                              : "in the order given, because not all of them have a date");
  if (c->shots.left_out > 0)
    sd_text_addf(out, "%zu copies of another photo were left out.\n", c->shots.left_out);
  for (size_t k = 0; k < c->shots.count; k++)
    if (course_shot(c, k)->problem[0] != '\0')
      sd_text_addf(out, "  - %s: %s\n", file_name(course_shot(c, k)->path),
                   course_shot(c, k)->problem);
  if (summarise_rows(out, &c->trends, true) > 0)
    return;
  sd_text_addf(out, "No trend: one needs %d sessions with a date that can be compared.\n",
               SD_TREND_SESSIONS_MIN);
  summarise_rows(out, &c->trends, false);
}
