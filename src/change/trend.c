/* Series of all metrics and zones through the sessions, and their trends. */
#include "change/metrics.h"
#include "scardelta/trend.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A session is called outlying in a row that is so many of its own errors, and of the other
 * sessions' robust spread, off the line; with fewer sessions any one of them could be the odd one.
 */
static const double OUTLYING_ERRORS = 3, OUTLYING_SPREADS = 3.5, MAD_TO_SD = 1.4826;
enum { OUTLYING_SESSIONS_MIN = 5, OUTLYING_ROWS_MIN = 3 };
static const double OUTLYING_SHARE = 1.0 / 3;
/* What all zones share is shared by at least so many of them. */
enum { SHARED_ZONES_MIN = 3 };
static const double SHARED_SHARE = 0.75;

const char *sd_shared_change_name(sd_shared_change shared) {
  static const char *const NAMES[] = {"unknown", "none", "darker", "lighter"};
  return NAMES[shared];
}

/* Days from the civil calendar (Howard Hinnant's days_from_civil, public domain, in our words). */
double sd_day_of(const char *iso) {
  static const int DAYS[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int k = 0; k < 10; k++)
    if (k == 4 || k == 7 ? iso[k] != '-' : !isdigit((unsigned char)iso[k]))
      return NAN;
  int year = atoi(iso), month = atoi(iso + 5), day = atoi(iso + 8);
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1] ||
      (month == 2 && day == 29 && !leap))
    return NAN;
  int y = month <= 2 ? year - 1 : year; /* years begin in March: the leap day comes last */
  int era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097.0 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void sd_trends_clear(sd_trends *trends) {
  for (size_t k = 0; k < trends->series_count; k++) {
    free(trends->series[k].points);
    free(trends->series[k].repeat_sd);
    free(trends->series[k].left_out);
    free(trends->series[k].outlying);
  }
  free(trends->series);
  free(trends->sessions);
  *trends = (sd_trends){0};
}

/* ---- rows ---------------------------------------------------------------------------------- */

static const sd_metric *row_of(const sd_change *change, const sd_metric_kind *kind,
                               const char *zone) {
  for (size_t k = 0; change != NULL && k < change->metric_count; k++)
    if (change->metrics[k].kind == kind && strcmp(change->metrics[k].zone, zone) == 0)
      return &change->metrics[k];
  return NULL;
}

static bool has_series(const sd_trends *t, const sd_metric *m) {
  for (size_t k = 0; k < t->series_count; k++)
    if (t->series[k].kind == m->kind && strcmp(t->series[k].zone, m->zone) == 0)
      return true;
  return false;
}

static bool series_make(sd_series *s, const sd_metric *like, size_t sessions) {
  *s = (sd_series){.kind = like->kind,
                   .points = calloc(sessions, sizeof *s->points),
                   .repeat_sd = calloc(sessions, sizeof *s->repeat_sd),
                   .left_out = calloc(sessions, sizeof *s->left_out),
                   .outlying = calloc(sessions, sizeof *s->outlying)};
  memcpy(s->zone, like->zone, sizeof s->zone);
  return s->points != NULL && s->repeat_sd != NULL && s->left_out != NULL && s->outlying != NULL;
}

/* Every row that any photo answers, in the order of the first photo that has it. */
static bool collect_rows(sd_trends *t, const sd_trend_shot *shots, size_t shot_count) {
  size_t room = 0;
  for (size_t i = 0; i < shot_count; i++)
    room += shots[i].change != NULL ? shots[i].change->metric_count : 0;
  t->series = calloc(room + 1, sizeof *t->series);
  if (t->series == NULL)
    return false;
  for (size_t i = 0; i < shot_count; i++)
    for (size_t k = 0; shots[i].change != NULL && k < shots[i].change->metric_count; k++) {
      const sd_metric *m = &shots[i].change->metrics[k];
      if (!has_series(t, m) && !series_make(&t->series[t->series_count++], m, t->session_count))
        return false;
    }
  return true;
}

/* ---- one session of a row -------------------------------------------------------------------- */

/* Sums over the photos of a session that answer a row. */
typedef struct gathered {
  const sd_metric *any;   /* one that answers; else one with a reason; NULL: none at all */
  double sum, sum2;       /* of changes */
  double variance, tiles; /* sums of the squared standard errors, and of their sampling part */
  double after, freedom;  /* sums */
  int count, compared;    /* answers; of them compared with the reference (not it itself) */
} gathered;

static double error_of(const sd_metric *m) {
  double reach = sd_student_reach(0.05, m->freedom);
  return reach > 0 ? 0.5 * (m->ci_high - m->ci_low) / reach : 0;
}

static void gather(gathered *g, const sd_metric *m) {
  if (g->any == NULL || (g->count == 0 && m->verdict != SD_NOT_MEASURABLE))
    g->any = m;
  if (m->verdict == SD_NOT_MEASURABLE || !isfinite(m->change))
    return;
  double se = error_of(m);
  g->sum += m->change;
  g->sum2 += m->change * m->change;
  g->variance += se * se;
  g->tiles += fmin(m->se_sampling * m->se_sampling, se * se);
  g->after += m->after;
  g->freedom += m->freedom;
  g->count++;
  g->compared++;
}

static gathered gather_session(const sd_series *s, int session, const sd_trend_shot *shots,
                               size_t shot_count) {
  gathered g = {0};
  for (size_t i = 0; i < shot_count; i++) {
    if (shots[i].session != session)
      continue;
    const sd_metric *m = row_of(shots[i].change, s->kind, s->zone);
    if (shots[i].reference)
      g.count++; /* its change against itself is 0 */
    else if (m != NULL)
      gather(&g, m);
  }
  return g;
}

static double spread_of(const gathered *g) {
  double mean = g->count > 0 ? g->sum / g->count : 0;
  return g->count > 1 ? sqrt(fmax(0, (g->sum2 - g->count * mean * mean) / (g->count - 1))) : NAN;
}

/* Several photos a session: their errors of taking are halved between the two photos of a pair and
 * shrink with each session's number; the skin that is sampled stays the same. */
static void average(sd_metric *m, const gathered *g, const gathered *first) {
  double n = g->compared, sampling = g->tiles / n, shot = fmax(0, g->variance / n - sampling);
  double se = sqrt(sampling + 0.5 * shot * (1.0 / g->count + 1.0 / first->count));
  *m = *g->any;
  m->change = g->sum / g->count - first->sum / first->count;
  m->after = g->after / n;
  m->freedom = g->freedom / n;
  double reach = sd_student_reach(0.05, m->freedom);
  m->ci_low = m->change - reach * se;
  m->ci_high = m->change + reach * se;
  m->mdc = reach * se;
  m->p_value = se > 0 ? sd_student_p(m->change / se, m->freedom) : m->change == 0 ? 1 : 0;
  m->verdict = SD_NO_DETECTABLE_CHANGE;
  m->reason[0] = '\0';
}

static sd_metric gap(const sd_series *s, const char *reason) {
  sd_metric m = {.kind = s->kind,
                 .before = NAN,
                 .after = NAN,
                 .change = NAN,
                 .ci_low = NAN,
                 .ci_high = NAN,
                 .mdc = NAN,
                 .p_value = NAN,
                 .p_holm = NAN,
                 .verdict = SD_NOT_MEASURABLE};
  memcpy(m.zone, s->zone, sizeof m.zone);
  snprintf(m.reason, sizeof m.reason, "%s", reason);
  return m;
}

/* The first session: nothing has changed yet. `like`: any answer, for the level it began at. */
static sd_metric beginning(const sd_series *s, const sd_metric *like) {
  sd_metric m = gap(s, "");
  m.before = m.after = like->before;
  m.change = m.ci_low = m.ci_high = 0;
  m.p_value = m.p_holm = 1;
  m.verdict = SD_NO_DETECTABLE_CHANGE;
  return m;
}

static bool fill_series(sd_series *s, const sd_trend_shot *shots, size_t shot_count,
                        size_t sessions) {
  gathered first = gather_session(s, 0, shots, shot_count);
  const sd_metric *answer = NULL;
  bool averaged = false;
  s->repeat_sd[0] = spread_of(&first);
  for (size_t k = 1; k < sessions; k++) {
    gathered g = gather_session(s, (int)k, shots, shot_count);
    s->repeat_sd[k] = spread_of(&g);
    if (g.compared == 0)
      s->points[k] = g.any != NULL && g.any->reason[0] != '\0'
                         ? gap(s, g.any->reason)
                         : gap(s, "no photo of this session could be compared with the first one");
    else if (g.compared == 1 && first.count == 1)
      s->points[k] = *g.any;
    else {
      average(&s->points[k], &g, &first);
      averaged = true;
    }
    if (g.compared > 0 && answer == NULL)
      answer = &s->points[k];
  }
  s->points[0] = answer != NULL ? beginning(s, answer) : gap(s, "no session could be compared");
  return averaged;
}

/* Verdicts of a session's rows together, as in a comparison. */
static sd_status judge_session(sd_trends *t, size_t session, sd_metric *room, sd_diag *diag) {
  for (size_t k = 0; k < t->series_count; k++) {
    room[k] = t->series[k].points[session];
    if (room[k].verdict != SD_NOT_MEASURABLE) {
      room[k].verdict = SD_NO_DETECTABLE_CHANGE;
      room[k].reason[0] = '\0';
    }
  }
  sd_status status = family_judge(room, t->series_count, false, diag);
  for (size_t k = 0; k < t->series_count; k++)
    t->series[k].points[session] = room[k];
  return status;
}

/* ---- trend ------------------------------------------------------------------------------------
 */

/* What blood in healing skin changes. */
static bool shows_redness(const sd_metric_kind *kind) {
  static const char *const NAMES[] = {"red_load", "hb_uneven",      "hb_rel", "red_count",
                                      "red_area", "erythema_index", "lab_a"};
  for (size_t k = 0; k < sizeof NAMES / sizeof NAMES[0]; k++)
    if (strcmp(kind->name, NAMES[k]) == 0)
      return true;
  return false;
}

/* The sessions of a row that its trend may rest on. */
typedef struct chosen {
  double *t, *y, *se; /* months since the first session, change, its own error */
  int *camera;
  size_t *session;
  size_t count;
  double freedom; /* mean of the errors' */
} chosen;

static bool chosen_make(chosen *c, size_t sessions) {
  *c = (chosen){.t = calloc(sessions, sizeof(double)),
                .y = calloc(sessions, sizeof(double)),
                .se = calloc(sessions, sizeof(double)),
                .camera = calloc(sessions, sizeof(int)),
                .session = calloc(sessions, sizeof(size_t))};
  return c->t != NULL && c->y != NULL && c->se != NULL && c->camera != NULL && c->session != NULL;
}

static void chosen_clear(chosen *c) {
  free(c->t);
  free(c->y);
  free(c->se);
  free(c->camera);
  free(c->session);
}

/* The error of a change is the later photo's and the first one's, which all changes share and which
 * moves no slope. The first one's is taken as half of the smallest. */
static void own_errors(chosen *c) {
  double smallest = INFINITY;
  for (size_t k = 0; k < c->count; k++)
    if (c->session[k] > 0)
      smallest = fmin(smallest, c->se[k] * c->se[k]);
  for (size_t k = 0; k < c->count; k++)
    c->se[k] = sqrt(c->session[k] > 0 ? c->se[k] * c->se[k] - smallest / 2 : smallest / 2);
}

static void choose(chosen *c, const sd_series *s, const sd_trend_session *sessions, size_t count) {
  double freedom = 0;
  c->count = 0;
  for (size_t k = 0; k < count; k++) {
    const sd_metric *m = &s->points[k];
    if (m->verdict == SD_NOT_MEASURABLE || s->left_out[k] || sessions[k].camera >= SD_CAMERAS_MAX)
      continue;
    size_t n = c->count++;
    c->t[n] = (sessions[k].day - sessions[0].day) / SD_DAYS_PER_MONTH;
    c->y[n] = m->change;
    c->se[n] = k == 0 ? 0 : error_of(m);
    c->camera[n] = sessions[k].camera;
    c->session[n] = k;
    freedom += k == 0 ? 0 : m->freedom;
  }
  c->freedom = c->count > 0 ? freedom / (double)c->count : 0;
  own_errors(c);
}

static void mark_outlying(sd_series *s, const chosen *c, const sd_slope *line) {
  float *room = malloc((c->count + 1) * sizeof *room);
  if (c->count < OUTLYING_SESSIONS_MIN || room == NULL) {
    free(room);
    return;
  }
  for (int pass = 0; pass < 2; pass++) { /* first the spread, then who is beyond it */
    double spread = pass == 1 ? MAD_TO_SD * sd_median(room, c->count) : 0;
    for (size_t k = 0; k < c->count; k++) {
      double off = fabs(c->y[k] - line->intercept - line->camera[c->camera[k]].value -
                        line->slope * c->t[k]);
      if (pass == 0)
        room[k] = (float)off;
      else
        s->outlying[c->session[k]] =
            off > fmax(OUTLYING_ERRORS * c->se[k], OUTLYING_SPREADS * spread);
    }
  }
  free(room);
}

static sd_status find_trend(sd_series *s, const sd_trend_session *sessions, size_t count, chosen *c,
                            sd_diag *diag) {
  char reason[120];
  sd_slope line;
  bool dated = true;
  for (size_t k = 0; k < count; k++)
    dated = dated && !isnan(sessions[k].day);
  choose(c, s, sessions, count);
  s->trend_sessions = (int)c->count;
  s->intercept = NAN;
  for (int k = 0; k < SD_CAMERAS_MAX; k++)
    s->camera[k] = (sd_camera_offset){NAN, NAN, NAN};
  if (!dated || c->count < SD_TREND_SESSIONS_MIN) {
    snprintf(reason, sizeof reason,
             dated ? "%zu sessions answer here; a trend needs %d" : "not all sessions have a date",
             c->count, SD_TREND_SESSIONS_MIN);
    s->trend = gap(s, reason);
    return SD_OK;
  }
  sd_status status = sd_slope_find(&line, c->t, c->y, c->se, c->camera, c->count, c->freedom, diag);
  if (status != SD_OK)
    return status;
  s->trend =
      gap(s, "the cameras changed too often: what they differ by cannot be told from a trend");
  if (isnan(line.slope))
    return SD_OK;
  sd_metric *m = &s->trend;
  double half = sd_student_reach(0.05, line.freedom) * line.se;
  m->reason[0] = '\0';
  m->change = line.slope;
  m->ci_low = line.slope - half;
  m->ci_high = line.slope + half;
  m->mdc = half;
  m->freedom = line.freedom;
  m->p_value = line.se > 0       ? sd_student_p(line.slope / line.se, line.freedom)
               : line.slope == 0 ? 1
                                 : 0;
  m->verdict = SD_NO_DETECTABLE_CHANGE;
  s->intercept = line.intercept;
  memcpy(s->camera, line.camera, sizeof s->camera);
  mark_outlying(s, c, &line);
  return SD_OK;
}

static sd_status judge_trends(sd_trends *t, sd_metric *room, sd_diag *diag) {
  for (size_t k = 0; k < t->series_count; k++)
    room[k] = t->series[k].trend;
  sd_status status = family_judge(room, t->series_count, false, diag);
  for (size_t k = 0; k < t->series_count; k++)
    t->series[k].trend = room[k];
  return status;
}

static void mark_sessions(sd_trends *t) {
  for (size_t k = 0; k < t->session_count; k++) {
    int rows = 0, off = 0;
    for (size_t i = 0; i < t->series_count; i++) {
      rows += t->series[i].trend.verdict != SD_NOT_MEASURABLE &&
              t->series[i].points[k].verdict != SD_NOT_MEASURABLE;
      off += t->series[i].outlying[k];
    }
    t->sessions[k].outlying = off >= OUTLYING_ROWS_MIN && off >= OUTLYING_SHARE * rows;
  }
}

/* ---- a tan --------------------------------------------------------------------------------------
 */

static int direction_of(const sd_metric *m) {
  return m->verdict == SD_NOT_MEASURABLE ? 0 : m->ci_low > 0 ? 1 : m->ci_high < 0 ? -1 : 0;
}

/* Does all untreated skin (without a control zone: nearly every zone) move one way? */
static sd_shared_change shared_of(const sd_trends *t, size_t session, const char *control) {
  int zones = 0, up = 0, down = 0;
  for (size_t k = 0; k < t->series_count; k++) {
    const sd_series *s = &t->series[k];
    bool counts =
        control != NULL ? strcmp(s->zone, control) == 0 : strcmp(s->zone, "all_skin") != 0;
    if (!counts || strcmp(s->kind->name, "melanin_index") != 0 ||
        s->points[session].verdict == SD_NOT_MEASURABLE)
      continue;
    zones++;
    up += direction_of(&s->points[session]) > 0;
    down += direction_of(&s->points[session]) < 0;
  }
  if (zones < (control != NULL ? 1 : SHARED_ZONES_MIN))
    return SD_SHARED_UNKNOWN;
  return up >= SHARED_SHARE * zones && down == 0   ? SD_SHARED_DARKER
         : down >= SHARED_SHARE * zones && up == 0 ? SD_SHARED_LIGHTER
                                                   : SD_SHARED_NONE;
}

/* ---- all of it ----------------------------------------------------------------------------------
 */

static void count_shots(sd_trends *t, const sd_trend_shot *shots, size_t shot_count) {
  for (size_t i = 0; i < shot_count; i++) {
    sd_trend_session *s = &t->sessions[shots[i].session];
    s->shots++;
    s->measured_shots +=
        shots[i].reference || (shots[i].change != NULL && shots[i].change->metric_count > 0);
  }
}

static sd_status find_all(sd_trends *t, const sd_trend_shot *shots, size_t shot_count, chosen *c,
                          sd_metric *room, sd_diag *diag) {
  sd_status status = SD_OK;
  bool averaged = false;
  for (size_t k = 0; k < t->series_count; k++) {
    sd_series *s = &t->series[k];
    averaged = fill_series(s, shots, shot_count, t->session_count) || averaged;
    for (size_t i = 0; i < t->session_count; i++)
      s->left_out[i] = !isnan(t->sessions[i].healing_days) && shows_redness(s->kind);
  }
  for (size_t i = 1; averaged && i < t->session_count; i++)
    SD_TRY(judge_session(t, i, room, diag));
  for (size_t k = 0; k < t->series_count; k++)
    SD_TRY(find_trend(&t->series[k], t->sessions, t->session_count, c, diag));
  SD_TRY(judge_trends(t, room, diag));
done:
  return status;
}

sd_status sd_trends_find(sd_trends *out, const sd_trend_session *sessions, size_t session_count,
                         const sd_trend_shot *shots, size_t shot_count, const char *control_zone,
                         sd_diag *diag) {
  sd_status status = SD_OK;
  sd_trends t = {.session_count = session_count,
                 .sessions = calloc(session_count + 1, sizeof *t.sessions)};
  chosen c = {0};
  sd_metric *room = NULL;
  bool made = t.sessions != NULL && chosen_make(&c, session_count + 1) &&
              collect_rows(&t, shots, shot_count) &&
              (room = calloc(t.series_count + 1, sizeof *room)) != NULL;
  if (!made) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the trends");
    goto done;
  }
  memcpy(t.sessions, sessions, session_count * sizeof *sessions);
  for (size_t k = 0; k < session_count; k++)
    t.sessions[k].shots = t.sessions[k].measured_shots = 0;
  count_shots(&t, shots, shot_count);
  SD_TRY(find_all(&t, shots, shot_count, &c, room, diag));
  mark_sessions(&t);
  for (size_t k = 0; k < session_count; k++)
    t.sessions[k].shared = k == 0 ? SD_SHARED_NONE : shared_of(&t, k, control_zone);
  sd_trends_clear(out);
  *out = t;
  t = (sd_trends){0};
done:
  chosen_clear(&c);
  free(room);
  sd_trends_clear(&t);
  return status;
}
