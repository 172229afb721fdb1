/* Every word of the report of a course, in one table: another language is another table. Fields
 * that end in _format are printf formats; their arguments are named beside them. */
#ifndef SCARDELTA_REPORT_COURSE_STRINGS_H
#define SCARDELTA_REPORT_COURSE_STRINGS_H

typedef struct sd_course_strings {
  const char *title, *title_case_format; /* case code */
  const char *span_format;               /* sessions, photos, first day, last day */
  const char *span_undated_format;       /* sessions, photos */
  const char *no_trend, *nothing_detected_format /* count */,
      *too_few_format;        /* sessions, needed */
  const char *changed_format; /* title, zone, amount, date or number of a session */
  const char *nothing_changed;
  const char *finding_format;  /* title, zone, amount, a month */
  const char *interval_format; /* low, high */
  const char *others_format;   /* count */
  const char *pictures_heading, *pictures_hint, *strip_alt_format /* sessions */;
  const char *animation, *animation_alt;
  const char *sessions_heading, *column_session, *column_date, *column_photos, *column_camera;
  const char *column_notes;
  const char *date_unknown, *date_from_name, *date_from_folder, *camera_unknown;
  const char *is_reference, *is_template, *healing_format /* days */, *outlying, *other_camera;
  const char *darker, *lighter, *treatment;
  const char *charts_heading, *charts_hint, *legend_point, *legend_left_out, *legend_outlying;
  const char *legend_camera, *legend_band, *legend_line, *legend_treatment;
  const char *trend_format;                   /* amount a month, low, high */
  const char *last_format;                    /* amount, low, high */
  const char *point_format;                   /* date or number, amount, low, high */
  const char *chart_alt_format;               /* title, zone, sessions, what was found */
  const char *more_zones, *unmeasured_format; /* count */
  const char *month_format;                   /* amount */
  const char *camera_offset_format;           /* number, amount, low, high */
  const char *limits_heading;
  const char *limits[6];                                      /* NULL-terminated */
  const char *method_heading, *method_text, *template_format; /* reason */
  const char *undated;
  const char *ratings_heading, *ratings_hint, *ratings_caption, *column_rater;
  const char *sizes_caption, *size_counts_format; /* in the first session, in this one */
} sd_course_strings;

extern const sd_course_strings SD_COURSE_STRINGS_ENGLISH;

#endif
