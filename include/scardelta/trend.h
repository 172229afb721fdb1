/* trend: what became of each metric and zone over three or more sessions. Numbers only.
 *
 * Every photo is compared with one photo of the first session; what is said of a session is the
 * mean of its photos less the mean of the first session's. */
#ifndef SCARDELTA_TREND_H
#define SCARDELTA_TREND_H

#include "scardelta/change.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  SD_TREND_SESSIONS_MIN = 4, /* fewer give no trend */
  SD_CAMERAS_MAX = 16        /* told apart; further ones have no trend */
};
/* A month, in days: a twelfth of the mean year. */
#define SD_DAYS_PER_MONTH 30.4375
/* A photo so many days after a treatment shows the wound healing, not the result. */
#define SD_HEALING_DAYS 7

/* Days since 1970-01-01 of the calendar date that `iso` begins with ("2025-03-04..."); NaN for what
 * is no date. */
double sd_day_of(const char *iso);

/* One photo compared with the reference photo, which is of session 0. */
typedef struct sd_trend_shot {
  int session;
  const sd_change *change; /* from the reference photo; NULL: not comparable, or is the reference */
  bool reference;
} sd_trend_shot;

typedef enum sd_shared_change {
  SD_SHARED_UNKNOWN = 0, /* the photos' colours are not absolute: a tan cannot be told from light */
  SD_SHARED_NONE,
  SD_SHARED_DARKER, /* untreated skin as a whole: a tan */
  SD_SHARED_LIGHTER
} sd_shared_change;
const char *sd_shared_change_name(sd_shared_change shared); /* "unknown", "none", "darker", ... */

typedef struct sd_trend_session {
  double day;          /* as sd_day_of; NaN: unknown */
  int camera;          /* 0: the first session's; others by their first appearance */
  double healing_days; /* since the last treatment, when it is healing; NaN otherwise */
  /* filled in by sd_trends_find */
  int shots, measured_shots; /* photos, and those that could be compared */
  bool outlying;             /* far from the trend in a third of its metrics and zones */
  sd_shared_change shared;
} sd_trend_session;

typedef struct sd_camera_offset {
  double value, ci_low, ci_high; /* NaN: not known */
} sd_camera_offset;

/* One metric of one zone through all sessions. */
typedef struct sd_series {
  const sd_metric_kind *kind;
  char zone[SD_ZONE_NAME_MAX];
  sd_metric *points;  /* one a session: change against the first one; owned. A gap is
                         SD_NOT_MEASURABLE with its reason; session 0 is 0 by definition */
  double *repeat_sd;  /* one a session: SD of its photos' changes; NaN with one photo; owned */
  bool *left_out;     /* one a session: shown, and not in the trend (healing); owned */
  bool *outlying;     /* one a session; owned */
  sd_metric trend;    /* change, ci, mdc: per month; SD_NOT_MEASURABLE with its reason */
  int trend_sessions; /* that the trend rests on */
  double intercept;   /* of the line through the first camera's sessions, at the first day */
  sd_camera_offset camera[SD_CAMERAS_MAX]; /* against camera 0; [0] is 0 */
} sd_series;

typedef struct sd_trends {
  size_t session_count;
  sd_trend_session *sessions; /* owned */
  size_t series_count;
  sd_series *series; /* owned; in report order */
} sd_trends;
void sd_trends_clear(sd_trends *trends);

/* `sessions` are copied, in order of time; `shots` in any order. Where every day is known and
 * SD_TREND_SESSIONS_MIN sessions or more answer, a row gets a Theil-Sen slope (Theil 1950, Sen
 * 1968). Its interval comes from the sessions' own errors, widened where the sessions scatter more
 * than those allow (Birge 1932): Kendall's S gives no 95 % interval for four sessions at all and
 * a very coarse one for five or six. Redness of healing sessions is left out. Where cameras differ,
 * only sessions of one camera make slopes, and each other camera has an offset. `control_zone`
 * NULL: none. Pure and deterministic (seeded draws); SD_NO_MEMORY. */
sd_status sd_trends_find(sd_trends *out, const sd_trend_session *sessions, size_t session_count,
                         const sd_trend_shot *shots, size_t shot_count, const char *control_zone,
                         sd_diag *diag);

/* The slope alone: y over t (any unit) of `count` sessions with standard errors `se` of their own
 * and their error's degrees of freedom. `camera` NULL: all of one. For tests and other programs. */
typedef struct sd_slope {
  double slope, se, freedom, intercept; /* NaN: no answer */
  double scatter; /* how much wider the sessions scatter than their errors; 1 at least */
  sd_camera_offset camera[SD_CAMERAS_MAX];
} sd_slope;
/* `usual_freedom`: of `se`. Two or more different times within one camera are needed, and more
 * sessions than the line and the offsets have parameters. SD_NO_MEMORY. */
sd_status sd_slope_find(sd_slope *out, const double *t, const double *y, const double *se,
                        const int *camera, size_t count, double usual_freedom, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
