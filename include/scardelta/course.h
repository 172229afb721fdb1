/* course: what the report tells of three or more sessions, as bytes for programs and for people. */
#ifndef SCARDELTA_COURSE_H
#define SCARDELTA_COURSE_H

#include "scardelta/report.h"
#include "scardelta/trend.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where a photo's day comes from. */
typedef enum sd_date_source {
  SD_DATE_NONE = 0,
  SD_DATE_EXIF,
  SD_DATE_NAME,  /* an ISO date in the file's name */
  SD_DATE_FOLDER /* in that of its folder */
} sd_date_source;
const char *sd_date_source_name(sd_date_source source); /* "none", "exif", "name", "folder" */

/* One photo of the course. Everything is borrowed. */
typedef struct sd_course_photo {
  const char *file; /* name without folders */
  sd_side side;     /* photo without pixels; skin and measures NULL */
  int session;
  char date[11]; /* YYYY-MM-DD; "" unknown */
  sd_date_source date_source;
  bool reference;      /* all others are compared with this one */
  bool is_template;    /* all others are registered to this one */
  bool shown;          /* in the strip and the animation, for its session */
  const char *problem; /* why it was not compared; "" or NULL: it was, or is the reference */
  const sd_comparability *comparability; /* NULL: not compared */
  const sd_alignment *alignment;         /* from the reference; NULL: the reference, or none */
  const sd_scar_size *scar_sizes;        /* SD_SCAR_SIZES, with the reference; NULL: not compared */
} sd_course_photo;

/* All that the report of a course tells. Everything is borrowed for the call. */
typedef struct sd_course {
  const sd_course_photo *photos; /* in order of time */
  size_t photo_count;
  const sd_trends *trends;
  bool dated;                     /* false: the order is as given */
  const char *template_reason;    /* why this template, for people */
  const sd_treatment *treatments; /* by date; NULL: none */
  size_t treatment_count;
  const sd_rating *ratings; /* by form, rater and session; NULL: none */
  size_t rating_count;
  const sd_setting *settings;
  size_t setting_count;
  const char *control_zone; /* NULL: none */
  const char *case_code;    /* NULL: none */
  const char *language;     /* of report.html: "en", "de"; NULL: "en" */
  const sd_text *strip;     /* JPEG; NULL: none */
  const sd_text *animation; /* animated PNG; NULL: none */
} sd_course;

/* Each appends to `out` (owned by the caller), is pure, and fails with SD_NO_MEMORY only.
 *
 * timeline.json, schema scardelta.timeline/1. */
sd_status sd_report_course_json(sd_text *out, const sd_course *course, sd_diag *diag);
/* sessions.csv: a row per session, metric and zone; empty cells where nothing was measured. */
sd_status sd_report_sessions_csv(sd_text *out, const sd_course *course, sd_diag *diag);
/* trend.csv: a row per metric and zone. */
sd_status sd_report_trend_csv(sd_text *out, const sd_course *course, sd_diag *diag);
/* report.html: one self-contained file with charts. */
sd_status sd_report_course_html(sd_text *out, const sd_course *course, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
