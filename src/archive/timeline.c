/* The spine of a course: many photos become one report. sd_timeline reads as the pipeline.
 *
 * One photo, the template, is registered to every other one; a map between two photos goes through
 * it, so that all maps agree and none drifts. Every photo is then compared with the best photo of
 * the first session, in the template's zones and on the skin that all show. Photos are read when
 * they are needed and again for the next step: decoding takes a tenth of what registering takes,
 * and keeping them would take 40 MB each. */
#include "archive/timeline.h"

#include "archive/decoder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sides of the pictures: a phone's screen each. */
enum { FRAME_SIDE_PX = 640 };

static void course_clear(course *c) {
  sd_models_free(c->models);
  session_clear(&c->first);
  session_clear(&c->middle);
  for (size_t k = 0; c->frames != NULL && k < c->shots.count; k++)
    sd_frame_clear(&c->frames[k]);
  free(c->frames);
  free(c->treatments);
  ratings_clear(&c->ratings);
  course_points_clear(&c->points);
  sd_repeatability_clear(&c->repeatability);
  sd_trends_clear(&c->trends);
  course_scars_clear(c->scars, c->scar_count);
  shots_clear(&c->shots);
}

/* ---- measuring
 * -------------------------------------------------------------------------------------- */

/* A zone that a photo hides for the greater part is a gap there, not a figure from its rest. */
static void leave_hidden_zones_out(shot *s, const sd_skin *first, const bool seen[256]) {
  for (size_t k = 0; k < s->change.metric_count; k++) {
    sd_metric *m = &s->change.metrics[k];
    for (int z = 0; z < first->zone_count; z++)
      if (strcmp(first->zones[z].name, m->zone) == 0 && !seen[first->zones[z].label] &&
          m->verdict != SD_NOT_MEASURABLE) {
        m->verdict = SD_NOT_MEASURABLE;
        m->after = m->change = m->ci_low = m->ci_high = m->mdc = NAN;
        snprintf(m->reason, sizeof m->reason, "this photo shows less than half of the zone");
      }
  }
}

/* Rows stay, pictures of change go: there may be hundreds of photos. */
static void keep_rows(shot *s, sd_change *change) {
  s->change = *change;
  *change = (sd_change){.metric_count = 0};
  free(s->change.expert);
  free(s->change.scars);
  free(s->change.scar_totals);
  s->change.expert = NULL;
  s->change.scars = NULL;
  s->change.scar_totals = NULL;
  s->change.expert_count = s->change.scar_count = s->change.scar_total_count = 0;
  sd_change_map *maps[] = {&s->change.melanin, &s->change.haemoglobin, &s->change.relief};
  for (int k = 0; k < 3; k++) {
    sd_map_clear(&maps[k]->value);
    sd_mask_clear(&maps[k]->certain);
  }
}

static sd_status draw(course *c, session *s, size_t k, sd_diag *diag) {
  sd_comparison comparison = {.before = session_side(&c->first),
                              .after = session_side(s),
                              .alignment = course_shot(c, k)->from_first};
  if (course_fittest(c, course_shot(c, k)->session, c->shots.count) != k)
    return SD_OK;
  sd_status status =
      sd_render_frame(&c->frames[k], &comparison, k != c->reference, FRAME_SIDE_PX, diag);
  c->frames[k].mm_per_px = c->mm_per_px;
  snprintf(c->frames[k].label, sizeof c->frames[k].label, "%s", course_shot(c, k)->date);
  if (course_shot(c, k)->date[0] == '\0')
    snprintf(c->frames[k].label, sizeof c->frames[k].label, "%d", course_shot(c, k)->session + 1);
  return status;
}

static sd_status measure_shot(course *c, size_t k, sd_diag *diag) {
  sd_status status = SD_OK;
  shot *one = course_shot(c, k);
  session s = {0};
  sd_change change = {0};
  sd_mask kept = {0}, with = {0};
  bool seen[256];
  SD_TRY(course_read_shot(&s, c, k, diag));
  SD_TRY(course_coarsen(c, &s, diag));
  SD_TRY(course_carry_zones(c, &s, k, diag));
  course_set_scale_of(c, &s, one->from_first->scale_ratio);
  sd_alignment_set_scale(one->from_first, c->mm_per_px);
  SD_TRY(course_copy_mask(&kept, &c->first.skin.excluded, diag));
  SD_TRY(course_seen_with(&with, c, &s, one->from_first, diag)); /* shares s's side too */
  course_zones_seen(seen, &c->first.skin, &with);
  memcpy(c->first.skin.excluded.v, with.v, course_skin_pixels(&c->first.skin));
  spine_pair pair = {.before = &c->first,
                     .after = &s,
                     .alignment = one->from_first,
                     .before_leads = true,
                     .repeatability =
                         c->options->repeatability_path != NULL ? &c->repeatability : NULL,
                     .at = c->step - 1,
                     .steps = c->steps};
  sd_job_options o = course_options(c, true);
  status = spine_change(&change, &pair, &o, diag);
  memcpy(c->first.skin.excluded.v, kept.v, course_skin_pixels(&c->first.skin));
  if (status != SD_OK)
    goto done;
  SD_TRY(scars_keep(one, &change, diag));
  keep_rows(one, &change);
  leave_hidden_zones_out(one, &c->first.skin, seen);
  if (one->change.metric_count == 0)
    snprintf(one->problem, sizeof one->problem, "cannot be compared honestly: %s",
             one->change.comparability.reason_count > 0 ? one->change.comparability.reasons[0].text
                                                        : "nothing could be measured");
  SD_TRY(draw(c, &s, k, diag));
done:
  sd_change_clear(&change);
  sd_mask_clear(&kept);
  sd_mask_clear(&with);
  session_clear(&s);
  return status;
}

static sd_status measure_all(course *c, sd_diag *diag) {
  sd_status status = SD_OK;
  c->frames = calloc(c->shots.count, sizeof *c->frames);
  if (c->frames == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the pictures");
  for (size_t k = 0; k < c->shots.count; k++) {
    SD_TRY(course_next_step(c, "measuring skin", diag));
    if (k == c->reference)
      SD_TRY(draw(c, &c->first, k, diag));
    else if (course_is_aligned(course_shot(c, k)->from_first))
      SD_TRY(measure_shot(c, k, diag));
    else
      snprintf(course_shot(c, k)->problem, sizeof course_shot(c, k)->problem,
               "cannot be laid on the first session: %s", course_shot(c, k)->from_first->reason);
    if (course_shot(c, k)->problem[0] != '\0')
      note(c->options, "  %.200s: %s", file_name(course_shot(c, k)->path),
           course_shot(c, k)->problem);
  }
done:
  session_clear(&c->first);
  return status;
}

/* ---- trends
 * ----------------------------------------------------------------------------------------- */

static int camera_of(course *c, size_t k, const shot *named[SD_CAMERAS_MAX], int *count) {
  const sd_capture *own = &course_shot(c, k)->facts.capture;
  for (int i = 0; i < *count; i++)
    if (strcmp(named[i]->facts.capture.make, own->make) == 0 &&
        strcmp(named[i]->facts.capture.model, own->model) == 0)
      return i;
  if (*count < SD_CAMERAS_MAX)
    named[*count] = course_shot(c, k);
  return *count < SD_CAMERAS_MAX ? (*count)++ : SD_CAMERAS_MAX;
}

/* Days since the last treatment while skin heals; NaN else. A photo of the day itself was taken
 * before the treatment, as is the custom. */
static double healing_days(const course *c, double day) {
  double least = NAN;
  for (size_t k = 0; k < c->treatment_count; k++) {
    double since = day - sd_day_of(c->treatments[k].date);
    if (since > 0 && since <= SD_HEALING_DAYS && !(least <= since))
      least = since;
  }
  return least;
}

static sd_status find_trends(course *c, sd_diag *diag) {
  size_t count = c->shots.count;
  sd_trend_session *sessions = calloc(count, sizeof *sessions);
  sd_trend_shot *photos = calloc(count, sizeof *photos);
  const shot *named[SD_CAMERAS_MAX];
  int cameras = 0;
  sd_status status = SD_OK;
  if (sessions == NULL || photos == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the trends");
    goto done;
  }
  for (size_t k = 0; k < count; k++) {
    shot *s = course_shot(c, k);
    photos[k] = (sd_trend_shot){.session = s->session,
                                .reference = k == c->reference,
                                .change = s->change.metric_count > 0 ? &s->change : NULL};
    if (k > 0 && course_shot(c, k - 1)->session == s->session)
      continue; /* a day's first photo stands for its camera */
    double day = c->shots.dated ? sd_day_of(s->date) : NAN;
    sessions[s->session] = (sd_trend_session){.day = day,
                                              .camera = camera_of(c, k, named, &cameras),
                                              .healing_days = healing_days(c, day)};
  }
  SD_TRY(sd_trends_find(&c->trends, sessions, (size_t)c->shots.sessions, photos, count,
                        c->options->control_zone, diag));
done:
  free(sessions);
  free(photos);
  return status;
}

/* ---- the spine
 * ------------------------------------------------------------------------------------------- */

static sd_status options_check(const sd_job_options *o, sd_diag *diag) {
  sd_job_options plain = *o;
  plain.points_path = NULL; /* of a course they have another form */
  sd_status status = job_check(&plain, diag);
  if (status == SD_OK &&
      (o->card[0].source == SD_CARD_CORNERS || o->card[0].source == SD_CARD_GREY))
    status = sd_fail(diag, SD_USAGE,
                     "--card with corners and --grey-card are places in one photo; timeline has "
                     "many, and finds a ColorChecker in each by itself");
  return status;
}

static sd_status course_start(course *c, const char *const *inputs, size_t count,
                              const sd_job_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  c->options = options;
  SD_TRY(options_check(options, diag));
  SD_TRY(shots_find(&c->shots, inputs, count, diag));
  SD_TRY(sd_models_read(&c->models, options->models_path, diag));
  SD_TRY(settings_collect(&c->settings, options, diag));
  if (options->treatments_path != NULL)
    SD_TRY(treatments_read(&c->treatments, &c->treatment_count, options->treatments_path, diag));
  if (options->rating_path != NULL)
    SD_TRY(ratings_read(&c->ratings, options->rating_path, diag));
  if (options->repeatability_path != NULL)
    SD_TRY(repeatability_read(&c->repeatability, options->repeatability_path, diag));
done:
  return status;
}

/* What was drawn or set by hand belongs to the first photo: that one leads then. */
static sd_status take_points(course *c, const char *folder, sd_diag *diag) {
  char hash[65], text[SETTING_TEXT];
  const char *first = course_shot(c, 0)->facts.file_sha256;
  sd_status status = SD_OK;
  SD_TRY(course_points_read(&c->points, c->options->points_path, folder, first, diag));
  SD_TRY(course_points_assign(&c->points, &c->shots, diag));
  SD_TRY(course_points_fit(&c->points, folder, first, diag));
  if (c->points.count == 0)
    goto done;
  sd_sha256_hex(c->points.kept.v, c->points.kept.length, hash);
  snprintf(text, sizeof text, "sha256:%.16s", hash);
  setting_add(&c->settings, "points", text);
  setting_add(&c->settings, "points_reused", c->points.reused ? "yes" : NULL);
done:
  return status;
}

static bool first_is_drawn_on(const course *c) {
  return c->options->roi_path != NULL || c->options->zone_map_path != NULL || c->points.count > 0;
}

/* Which session each rating is of. */
static sd_status match_ratings(course *c, sd_diag *diag) {
  size_t left_out = 0;
  if (c->options->rating_path == NULL)
    return SD_OK;
  rating_day *days = calloc(c->shots.count + 1, sizeof *days);
  if (days == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the ratings");
  for (size_t k = 0; k < c->shots.count; k++)
    days[k] = (rating_day){course_shot(c, k)->date, course_shot(c, k)->session};
  sd_status status = ratings_of_course(&c->ratings, days, c->shots.count, c->options->rating_path,
                                       &left_out, diag);
  if (status == SD_OK && left_out > 0)
    note(c->options, "  %zu ratings are of other days", left_out);
  free(days);
  return status;
}

static sd_status need_two_days(const course *c, sd_diag *diag) {
  if (c->shots.sessions >= 2)
    return SD_OK;
  return sd_fail(diag, SD_USAGE, "all photos are of one day (%s); a course needs two days at least",
                 c->shots.count > 0 ? c->shots.v[0].date : "");
}

/* The masks must have the size of the first photo. */
static sd_status check_masks(course *c, sd_diag *diag) {
  sd_mask mask = {0};
  const sd_photo *first = &course_shot(c, 0)->facts;
  sd_status status = mask_read(&mask, c->options->roi_path, ROI_WORDS, first, c->options, diag);
  sd_mask_clear(&mask);
  if (status == SD_OK)
    status = mask_read(&mask, c->options->zone_map_path, ZONE_MAP_WORDS, first, c->options, diag);
  sd_mask_clear(&mask);
  if (status == SD_OK)
    return SD_OK;
  sd_diag why = diag != NULL ? *diag : (sd_diag){{0}};
  return sd_fail(diag, status, "%.400s; of a course it belongs to the first photo, %.200s",
                 why.text, file_name(course_shot(c, 0)->path));
}

/* Nothing but the first session answers. */
static sd_status nothing_compared(course *c, sd_diag *diag) {
  bool any = false;
  for (size_t k = 0; k < c->shots.count; k++) {
    if (course_shot(c, k)->change.metric_count > 0)
      return SD_OK;
    any = any || course_is_aligned(course_shot(c, k)->from_first);
  }
  return sd_fail(
      diag, any ? SD_NOT_COMPARABLE : SD_NOT_ALIGNED,
      "none of the photos could be compared with the first session; the report says why");
}

/* Copies: the list of photos changes when copies of one are left out of it, what is protected does
 * not. */
static sd_status protect_photos(outputs *out, const shots *all, sd_diag *diag) {
  char **paths = calloc(all->count + 1, sizeof *paths);
  out->photos = (const char *const *)paths;
  for (size_t k = 0; paths != NULL && k < all->count; k++) {
    paths[k] = strdup(all->v[k].path);
    if (paths[k] == NULL)
      break;
    out->photo_count++;
  }
  return out->photo_count == all->count
             ? SD_OK
             : sd_fail(diag, SD_NO_MEMORY, "not enough memory for the list of photos");
}

static void protected_clear(outputs *out) {
  for (size_t k = 0; k < out->photo_count; k++)
    free((char *)out->photos[k]);
  free((char **)out->photos);
}

sd_status sd_timeline(const char *const *inputs, size_t input_count, const char *folder,
                      const sd_job_options *options, sd_text *json, sd_text *summary,
                      sd_diag *diag) {
  sd_status status = SD_OK;
  course *c = calloc(1, sizeof *c);
  outputs out = outputs_of(folder, NULL, NULL, options);
  if (c == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory");
  SD_TRY(course_start(c, inputs, input_count, options, diag));
  SD_TRY(protect_photos(&out, &c->shots, diag));
  SD_TRY(course_outputs_check(&out, options->points_path != NULL, diag));
  c->steps = 4 * (int)c->shots.count;
  SD_TRY(course_look_at_all(c, diag));
  shots_order(&c->shots);
  SD_TRY(need_two_days(c, diag));
  SD_TRY(match_ratings(c, diag));
  course_find_coarsest_chroma(c);
  SD_TRY(take_points(c, folder, diag));
  SD_TRY(check_masks(c, diag));
  c->reference = first_is_drawn_on(c) ? 0 : course_fittest(c, 0, c->shots.count);
  SD_TRY(course_find_common_ground(c, diag));
  SD_TRY(course_meet_on_first(c, diag));
  SD_TRY(measure_all(c, diag));
  SD_TRY(find_trends(c, diag));
  SD_TRY(
      course_scars_follow(&c->scars, &c->scar_count, &c->shots, c->reference, c->mm_per_px, diag));
  SD_TRY(course_write_outputs(c, &out, json, diag));
  step_done(options, c->steps);
  if (summary != NULL)
    course_summarise(summary, c);
  status = nothing_compared(c, diag);
done:
  course_clear(c);
  free(c);
  protected_clear(&out);
  outputs_clear(&out);
  return status;
}

sd_status sd_timeline_check(const char *const *inputs, size_t input_count, const char *folder,
                            const sd_job_options *options, sd_text *plan, sd_diag *diag) {
  sd_status status = SD_OK;
  course *c = calloc(1, sizeof *c);
  outputs out = outputs_of(folder, NULL, NULL, options);
  sd_photo_options limits = {.max_megapixels = options->max_megapixels};
  if (c == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory");
  SD_TRY(course_start(c, inputs, input_count, options, diag));
  SD_TRY(protect_photos(&out, &c->shots, diag));
  SD_TRY(course_outputs_check(&out, options->points_path != NULL, diag));
  for (size_t k = 0; k < c->shots.count; k++) {
    session s = {0};
    SD_TRY(photo_read(&s.photo, course_shot(c, k)->path, &limits, options, diag));
    course_keep_facts(course_shot(c, k), &s);
    session_clear(&s);
  }
  shots_order(&c->shots);
  SD_TRY(need_two_days(c, diag));
  SD_TRY(match_ratings(c, diag));
  SD_TRY(take_points(c, folder, diag));
  SD_TRY(check_masks(c, diag));
  for (size_t k = 0; plan != NULL && k < c->shots.count; k++)
    sd_text_addf(plan, "session %d  %-10s  %s\n", course_shot(c, k)->session + 1,
                 course_shot(c, k)->date[0] != '\0' ? course_shot(c, k)->date : "no date",
                 course_shot(c, k)->path);
done:
  course_clear(c);
  free(c);
  protected_clear(&out);
  outputs_clear(&out);
  return status;
}
