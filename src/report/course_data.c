/* A course for programs: timeline.json, sessions.csv, trend.csv and scars.csv. */
#include "scardelta/course.h"

#include "report/csv_cell.h"
#include "report/json_parts.h"
#include "report/json_value.h"

#include <math.h>
#include <string.h>

const char *sd_date_source_name(sd_date_source source) {
  static const char *const NAMES[] = {"none", "exif", "name", "folder"};
  return NAMES[source];
}

/* The day of a session; "" unknown. */
static const char *date_of(const sd_course *course, size_t session) {
  for (size_t k = 0; k < course->photo_count; k++)
    if (course->photos[k].session == (int)session)
      return course->photos[k].date;
  return "";
}

static void put_flag(json_t **object, const char *key, bool value) {
  sd_json_put(object, key, json_boolean(value));
}

/* ---- timeline.json -------------------------------------------------------------------------- */

static json_t *photo_object(const sd_course_photo *p) {
  json_t *object = json_object();
  sd_json_put_integer(&object, "session", p->session);
  sd_json_put_text(&object, "date", p->date);
  sd_json_put_text(&object, "date_source", sd_date_source_name(p->date_source));
  put_flag(&object, "reference", p->reference);
  put_flag(&object, "template", p->is_template);
  sd_json_put_text(&object, "problem", p->problem);
  sd_json_put(&object, "photo", sd_json_photo(&p->side, NULL, false));
  sd_json_put(&object, "comparability",
              p->comparability != NULL ? sd_json_comparability(p->comparability) : json_null());
  sd_json_put(&object, "scar_sizes",
              p->scar_sizes != NULL ? sd_json_scar_sizes(p->scar_sizes) : json_null());
  sd_json_put(&object, "alignment",
              p->alignment != NULL ? sd_json_alignment(p->alignment) : json_null());
  return object;
}

static json_t *session_object(const sd_course *course, size_t k) {
  const sd_trend_session *s = &course->trends->sessions[k];
  json_t *object = json_object();
  sd_json_put_integer(&object, "session", (int64_t)k);
  sd_json_put_text(&object, "date", date_of(course, k));
  sd_json_put_number(&object, "days", s->day - course->trends->sessions[0].day);
  sd_json_put_integer(&object, "camera", s->camera);
  sd_json_put_integer(&object, "photos", s->shots);
  sd_json_put_integer(&object, "photos_compared", s->measured_shots);
  sd_json_put_number(&object, "healing_days", s->healing_days);
  put_flag(&object, "outlying", s->outlying);
  sd_json_put_text(&object, "shared_change", sd_shared_change_name(s->shared));
  return object;
}

static json_t *point_object(const sd_series *s, size_t k) {
  const sd_metric *m = &s->points[k];
  json_t *object = json_object();
  sd_json_put_integer(&object, "session", (int64_t)k);
  sd_json_put_number(&object, "level", m->after);
  sd_json_put_number(&object, "change", m->change);
  sd_json_put_number(&object, "ci_low", m->ci_low);
  sd_json_put_number(&object, "ci_high", m->ci_high);
  sd_json_put_number(&object, "mdc", m->mdc);
  sd_json_put_number(&object, "repeat_sd", s->repeat_sd[k]);
  sd_json_put_text(&object, "verdict", sd_verdict_name(m->verdict));
  sd_json_put_text(&object, "reason", m->reason);
  put_flag(&object, "in_trend", m->verdict != SD_NOT_MEASURABLE && !s->left_out[k]);
  put_flag(&object, "outlying", s->outlying[k]);
  return object;
}

static json_t *offsets_array(const sd_series *s) {
  json_t *array = json_array();
  for (int c = 1; c < SD_CAMERAS_MAX; c++) {
    if (isnan(s->camera[c].value))
      continue;
    json_t *object = json_object();
    sd_json_put_integer(&object, "camera", c);
    sd_json_put_number(&object, "offset", s->camera[c].value);
    sd_json_put_number(&object, "ci_low", s->camera[c].ci_low);
    sd_json_put_number(&object, "ci_high", s->camera[c].ci_high);
    sd_json_append(&array, object);
  }
  return array;
}

static json_t *trend_object(const sd_series *s) {
  const sd_metric *m = &s->trend;
  json_t *object = json_object();
  sd_json_put_number(&object, "per_month", m->change);
  sd_json_put_number(&object, "ci_low", m->ci_low);
  sd_json_put_number(&object, "ci_high", m->ci_high);
  sd_json_put_number(&object, "mdc", m->mdc);
  sd_json_put_number(&object, "p_value", m->p_value);
  sd_json_put_number(&object, "p_holm", m->p_holm);
  sd_json_put_number(&object, "intercept", s->intercept);
  sd_json_put_integer(&object, "sessions", s->trend_sessions);
  sd_json_put_text(&object, "verdict", sd_verdict_name(m->verdict));
  sd_json_put_text(&object, "reason", m->reason);
  sd_json_put(&object, "camera_offsets", offsets_array(s));
  return object;
}

static json_t *series_object(const sd_course *course, const sd_series *s) {
  json_t *object = json_object(), *points = json_array();
  for (size_t k = 0; k < course->trends->session_count; k++)
    sd_json_append(&points, point_object(s, k));
  sd_json_put_text(&object, "name", s->kind->name);
  sd_json_put_text(&object, "zone", s->zone);
  sd_json_put(&object, "unit", json_string(s->kind->unit)); /* "" means a plain number */
  sd_json_put(&object, "points", points);
  sd_json_put(&object, "trend", trend_object(s));
  return object;
}

static json_t *scar_point_object(const sd_course_scar_point *p, size_t session) {
  json_t *object = json_object();
  sd_json_put_integer(&object, "session", (int64_t)session);
  sd_json_put_text(&object, "state", sd_scar_state_name(p->state));
  sd_json_put_integer(&object, "photos", p->photos);
  sd_json_put_number(&object, "contrast", p->contrast);
  sd_json_put_number(&object, "change", p->change);
  sd_json_put_number(&object, "ci_low", p->ci_low);
  sd_json_put_number(&object, "ci_high", p->ci_high);
  sd_json_put_number(&object, "mdc", p->mdc);
  sd_json_put_text(&object, "reason", p->reason);
  return object;
}

static json_t *scar_object(const sd_course *course, const sd_course_scar *s, size_t id) {
  json_t *object = json_object(), *points = json_array();
  for (size_t k = 0; k < course->trends->session_count; k++)
    sd_json_append(&points, scar_point_object(&s->points[k], k));
  sd_json_put_integer(&object, "id", (int64_t)id);
  sd_json_put_text(&object, "kind", sd_scar_kind_name(s->kind));
  sd_json_put_number(&object, "kind_probability", s->kind_probability);
  sd_json_put_number(&object, "score", s->score);
  sd_json_put_text(&object, "zone", s->zone);
  sd_json_put_number(&object, "x", s->x);
  sd_json_put_number(&object, "y", s->y);
  sd_json_put_number(&object, "diameter_mm", s->diameter_mm);
  sd_json_put_number(&object, "diameter_low_mm", s->diameter_low_mm);
  sd_json_put_number(&object, "diameter_high_mm", s->diameter_high_mm);
  sd_json_put(&object, "points", points);
  return object;
}

static json_t *scars_array(const sd_course *course) {
  json_t *array = json_array();
  for (size_t k = 0; k < course->scar_count; k++)
    sd_json_append(&array, scar_object(course, &course->scars[k], k + 1));
  return array;
}

static json_t *treatments_array(const sd_course *course) {
  json_t *array = json_array();
  for (size_t k = 0; k < course->treatment_count; k++) {
    json_t *object = json_object();
    sd_json_put_text(&object, "date", course->treatments[k].date);
    sd_json_put_text(&object, "label", course->treatments[k].label);
    sd_json_append(&array, object);
  }
  return array;
}

static json_t *settings_object(const sd_course *course) {
  json_t *object = json_object();
  for (size_t k = 0; k < course->setting_count; k++)
    sd_json_put_text(&object, course->settings[k].name, course->settings[k].value);
  return object;
}

sd_status sd_report_course_json(sd_text *out, const sd_course *course, sd_diag *diag) {
  json_t *root = json_object(), *tool = json_object(), *photos = json_array();
  json_t *sessions = json_array(), *series = json_array();
  sd_json_put_text(&tool, "version", sd_version());
  for (size_t k = 0; k < course->photo_count; k++)
    sd_json_append(&photos, photo_object(&course->photos[k]));
  for (size_t k = 0; k < course->trends->session_count; k++)
    sd_json_append(&sessions, session_object(course, k));
  for (size_t k = 0; k < course->trends->series_count; k++)
    sd_json_append(&series, series_object(course, &course->trends->series[k]));
  sd_json_put_text(&root, "schema", "scardelta.timeline/1");
  sd_json_put(&root, "tool", tool);
  sd_json_put_text(&root, "order", course->dated ? "by date" : "as given");
  sd_json_put_text(&root, "template_reason", course->template_reason);
  sd_json_put(&root, "photos", photos);
  sd_json_put(&root, "sessions", sessions);
  sd_json_put(&root, "treatments", treatments_array(course));
  sd_json_put(&root, "ratings", sd_json_ratings(course->ratings, course->rating_count, true));
  sd_json_put(&root, "series", series);
  sd_json_put(&root, "scars", scars_array(course));
  sd_json_put_text(&root, "scar_reason", course->scar_reason);
  sd_json_put(&root, "settings", settings_object(course));
  return sd_json_write(out, &root, diag);
}

/* ---- CSV ------------------------------------------------------------------------------------ */

static void add_session_row(sd_text *out, const sd_course *course, const sd_series *s, size_t k) {
  const sd_trend_session *session = &course->trends->sessions[k];
  const sd_metric *m = &s->points[k];
  sd_text_addf(out, "%zu", k);
  sd_csv_text(out, date_of(course, k));
  sd_csv_number(out, session->day - course->trends->sessions[0].day);
  sd_csv_number(out, session->camera);
  sd_csv_number(out, session->shots);
  sd_csv_number(out, session->healing_days);
  sd_csv_text(out, s->kind->name);
  sd_csv_text(out, s->zone);
  sd_csv_text(out, s->kind->unit);
  const double numbers[] = {m->after, m->change, m->ci_low, m->ci_high, m->mdc, s->repeat_sd[k]};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    sd_csv_number(out, numbers[i]);
  sd_csv_text(out, sd_verdict_name(m->verdict));
  sd_csv_text(out, m->verdict != SD_NOT_MEASURABLE && !s->left_out[k] ? "yes" : "no");
  sd_csv_text(out, s->outlying[k] ? "yes" : "no");
  sd_csv_text(out, m->reason);
  sd_text_add(out, "\r\n");
}

sd_status sd_report_sessions_csv(sd_text *out, const sd_course *course, sd_diag *diag) {
  sd_text_add(out,
              "session,date,days,camera,photos,healing_days,name,zone,unit,level,change,ci_low,"
              "ci_high,mdc,repeat_sd,verdict,in_trend,outlying,reason\r\n");
  for (size_t i = 0; i < course->trends->series_count; i++)
    for (size_t k = 0; k < course->trends->session_count; k++)
      add_session_row(out, course, &course->trends->series[i], k);
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for sessions.csv") : SD_OK;
}

sd_status sd_report_trend_csv(sd_text *out, const sd_course *course, sd_diag *diag) {
  sd_text_add(out, "name,zone,unit,per_month,ci_low,ci_high,mdc,p_value,p_holm,sessions,verdict,"
                   "reason\r\n");
  for (size_t i = 0; i < course->trends->series_count; i++) {
    const sd_series *s = &course->trends->series[i];
    const sd_metric *m = &s->trend;
    const double numbers[] = {m->change,  m->ci_low, m->ci_high,       m->mdc,
                              m->p_value, m->p_holm, s->trend_sessions};
    sd_csv_first(out, s->kind->name);
    sd_csv_text(out, s->zone);
    sd_csv_text(out, s->kind->unit);
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
      sd_csv_number(out, numbers[k]);
    sd_csv_text(out, sd_verdict_name(m->verdict));
    sd_csv_text(out, m->reason);
    sd_text_add(out, "\r\n");
  }
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for trend.csv") : SD_OK;
}

static void add_scar_row(sd_text *out, const sd_course *course, size_t scar, size_t k) {
  const sd_course_scar *s = &course->scars[scar];
  const sd_course_scar_point *p = &s->points[k];
  sd_text_addf(out, "%zu", scar + 1);
  sd_csv_text(out, sd_scar_kind_name(s->kind));
  sd_csv_number(out, s->kind_probability);
  sd_csv_number(out, s->score);
  sd_csv_text(out, s->zone);
  const double place[] = {s->x, s->y, s->diameter_mm, s->diameter_low_mm, s->diameter_high_mm};
  for (size_t i = 0; i < sizeof place / sizeof *place; i++)
    sd_csv_number(out, place[i]);
  sd_csv_number(out, (double)k);
  sd_csv_text(out, date_of(course, k));
  sd_csv_number(out, course->trends->sessions[k].day - course->trends->sessions[0].day);
  sd_csv_text(out, sd_scar_state_name(p->state));
  const double found[] = {p->contrast, p->change, p->ci_low, p->ci_high, p->mdc};
  for (size_t i = 0; i < sizeof found / sizeof *found; i++)
    sd_csv_number(out, found[i]);
  sd_csv_text(out, p->reason);
  sd_text_add(out, "\r\n");
}

sd_status sd_report_course_scars_csv(sd_text *out, const sd_course *course, sd_diag *diag) {
  sd_text_add(out, "id,kind,kind_probability,score,zone,x,y,diameter_mm,diameter_low_mm,"
                   "diameter_high_mm,session,date,days,state,contrast,change,ci_low,ci_high,mdc,"
                   "reason\r\n");
  for (size_t i = 0; i < course->scar_count; i++)
    for (size_t k = 0; k < course->trends->session_count; k++)
      add_scar_row(out, course, i, k);
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for scars.csv") : SD_OK;
}
