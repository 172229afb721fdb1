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

/* What became of one scar up to one session. */
typedef struct sd_course_scar_point {
  sd_scar_state state;            /* SD_SCAR_UNMATCHED: a gap, with its reason */
  int photos;                     /* of the session that compare it */
  double contrast;                /* on that day: ln of light, of marks optical density; NaN: gap */
  double change, ci_low, ci_high; /* ln against the first session, 95 %; NaN: gap */
  double mdc;
  char reason[160]; /* why it is a gap; "" otherwise */
} sd_course_scar_point;

/* One scar through all sessions. */
typedef struct sd_course_scar {
  double x, y; /* pixels of the reference's upright photo */
  double diameter_mm, diameter_low_mm, diameter_high_mm;
  sd_scar_kind kind;
  double kind_probability, score;
  char zone[SD_ZONE_NAME_MAX];
  sd_course_scar_point *points; /* one a session, the first one unchanged by definition; owned */
} sd_course_scar;

/* All that the report of a course tells. Everything is borrowed for the call. */
typedef struct sd_course {
  const sd_course_photo *photos; /* in order of time */
  size_t photo_count;
  const sd_trends *trends;
  bool dated;                     /* false: the order is as given */
  const char *template_reason;    /* why this template, for people */
  const sd_treatment *treatments; /* by date; NULL: none */
  size_t treatment_count;
  const sd_course_scar *scars; /* in report order: those that changed first; NULL: none */
  size_t scar_count;
  const char *scar_reason;   /* why none were looked for; NULL or "": they were */
  double mm_per_px;          /* of the reference; NaN without a scale */
  const sd_frame *frame;     /* the reference as drawn, for where the scars are; NULL: none */
  const sd_text *frame_jpeg; /* its picture */
  const sd_rating *ratings;  /* by form, rater and session; NULL: none */
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
/* scars.csv: a row per scar and session; empty cells where it is a gap. */
sd_status sd_report_course_scars_csv(sd_text *out, const sd_course *course, sd_diag *diag);
/* report.html: one self-contained file with charts. */
sd_status sd_report_course_html(sd_text *out, const sd_course *course, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
