/* The spine of a course: many photos become one report. sd_timeline reads as the pipeline.
 *
 * One photo, the template, is registered to every other one; a map between two photos goes through
 * it, so that all maps agree and none drifts. Every photo is then compared with the best photo of
 * the first session, in the template's zones and on the skin that all show. Photos are read when
 * they are needed and again for the next step: decoding takes a tenth of what registering takes,
 * and keeping them would take 40 MB each. */
#include "archive/timeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sides of the pictures: a phone's screen each. */
enum { FRAME_SIDE_PX = 640 };
/* What a template must not be: so many degrees off the middle pose count as much as edges half as
 * sharp again; beyond this, hidden skin makes maps uncertain. */
static const double POSE_UNIT_DEG = 6, SHARPNESS_UNIT = 0.405; /* ln 1.5 */
/* A photo that shows less of a zone is a gap there; the others keep the skin that it hides. */
static const double ZONE_SEEN_MIN = 0.5;

typedef struct course {
  const sd_job_options *options;
  sd_models *models;
  shots shots;
  size_t reference, best; /* of the first session; the template */
  char template_reason[200];
  session first, middle;  /* reference and template, while they are needed */
  int chroma_h, chroma_v; /* the coarsest of the set */
  double mm_per_px;       /* of the reference; NaN */
  sd_trends trends;
  sd_frame *frames; /* one a shot; empty where none was drawn; owned */
  settings settings;
  sd_treatment *treatments;
  size_t treatment_count;
  ratings ratings;
  int step, steps;
} course;

static sd_status next_step(course *c, const char *what, sd_diag *diag) {
  return step(c->options, what, c->step++, c->steps, diag);
}

static shot *at(course *c, size_t k) {
  return &c->shots.v[k];
}

static void course_clear(course *c) {
  sd_models_free(c->models);
  session_clear(&c->first);
  session_clear(&c->middle);
  for (size_t k = 0; c->frames != NULL && k < c->shots.count; k++)
    sd_frame_clear(&c->frames[k]);
  free(c->frames);
  free(c->treatments);
  ratings_clear(&c->ratings);
  sd_trends_clear(&c->trends);
  shots_clear(&c->shots);
}

/* ---- reading
 * ---------------------------------------------------------------------------------------- */

/* All photos are read alike: what the options say of a first photo is the reference's. */
static sd_job_options options_for(const course *c, bool reference) {
  sd_job_options o = *c->options;
  o.roi_path = o.zone_map_path = o.transform_path = o.points_path = NULL;
  o.mirrored[0] = o.mirrored[1] = false;
  o.card[1] = o.card[0];
  if (!reference)
    o.scale_mm_per_px = 0;
  return o;
}

static sd_status read_shot(session *out, course *c, size_t k, sd_diag *diag) {
  shot *s = at(c, k);
  sd_job_options o = options_for(c, k == c->reference && s->facts.width > 0);
  sd_status status = SD_OK;
  session_clear(out);
  *out = (session){0};
  SD_TRY(session_read(out, s->path, c->models, &o, false, diag));
  if (s->facts.width > 0 && strcmp(s->facts.file_sha256, out->photo.file_sha256) != 0)
    status = sd_fail(diag, SD_UNREADABLE, "%s: was changed while it was being measured", s->path);
done:
  return status;
}

/* What stays of a photo when its pixels go. */
static void keep_facts(shot *s, const session *read) {
  s->facts = read->photo;
  s->facts.samples = NULL;
  s->facts.opaque = (sd_mask){0};
  for (int k = 0; k < 3; k++)
    s->facts.curve[k] = NULL;
  s->face = read->face;
  s->quality = read->quality;
  s->reference = read->reference;
}

static sd_status look_at_all(course *c, sd_diag *diag) {
  sd_status status = SD_OK;
  session s = {0};
  c->reference = c->shots.count; /* none yet */
  for (size_t k = 0; k < c->shots.count; k++) {
    SD_TRY(next_step(c, "reading the photos", diag));
    SD_TRY(read_shot(&s, c, k, diag));
    keep_facts(at(c, k), &s);
    note_session(c->options, &s);
  }
done:
  session_clear(&s);
  return status;
}

static void find_coarsest_chroma(course *c) {
  c->chroma_h = c->chroma_v = 1;
  for (size_t k = 0; k < c->shots.count; k++) {
    int h, v;
    sd_coding_chroma(&at(c, k)->facts.coding, &h, &v);
    c->chroma_h = h > c->chroma_h ? h : c->chroma_h;
    c->chroma_v = v > c->chroma_v ? v : c->chroma_v;
  }
}

/* All photos have the colour of the coarsest one, so that each is measured alike in every pair. */
static sd_status coarsen(course *c, session *s, sd_diag *diag) {
  int h, v;
  sd_coding_chroma(&s->photo.coding, &h, &v);
  if (h == c->chroma_h && v == c->chroma_v)
    return SD_OK;
  return sd_photo_coarsen_chroma(&s->photo, c->chroma_h, c->chroma_v, diag);
}

/* ---- template
 * --------------------------------------------------------------------------------------- */

/* Blur as a share of the face, so that finer photos gain by it. */
static double softness(const shot *s) {
  double across = s->face.found ? s->face.eye_distance_px : fmax(s->facts.width, s->facts.height);
  double soft = s->quality.edge_spread_px / across;
  return isfinite(soft) && soft > 0 ? soft : INFINITY;
}

typedef struct pose {
  double yaw_deg, pitch_deg;
  bool known; /* some photo shows a face */
} pose;

/* The middle pose of all faces, each angle by itself. */
static pose middle_pose(const course *c) {
  float yaw[COURSE_PHOTOS_MAX], pitch[COURSE_PHOTOS_MAX];
  size_t n = 0;
  for (size_t k = 0; k < c->shots.count; k++) {
    const sd_face *face = &c->shots.v[k].face;
    if (!face->found)
      continue;
    yaw[n] = (float)face->yaw_deg;
    pitch[n++] = (float)face->pitch_deg;
  }
  return (pose){n > 0 ? sd_median(yaw, n) : 0, n > 0 ? sd_median(pitch, n) : 0, n > 0};
}

/* Degrees off the middle; NaN without a face. */
static double off_middle(const shot *s, const pose *middle) {
  return s->face.found
             ? hypot(s->face.yaw_deg - middle->yaw_deg, s->face.pitch_deg - middle->pitch_deg)
             : NAN;
}

/* How unfit a photo is to be the one that all others are laid on; lower is better. */
static double unfitness(const shot *s, const pose *middle, double sharpest) {
  if (middle->known && !s->face.found)
    return INFINITY;
  double off = middle->known ? off_middle(s, middle) / POSE_UNIT_DEG : 0;
  double soft = isinf(sharpest) ? 0 : log(softness(s) / sharpest) / SHARPNESS_UNIT;
  return off + soft;
}

/* Best photo of a session (-1: of all), leaving `not_this` out. */
static size_t fittest(const course *c, int session_wanted, size_t not_this) {
  double sharpest = INFINITY, least = INFINITY;
  pose middle = middle_pose(c);
  size_t found = c->shots.count;
  for (size_t k = 0; k < c->shots.count; k++)
    sharpest = fmin(sharpest, softness(&c->shots.v[k]));
  for (size_t k = 0; k < c->shots.count; k++) {
    const shot *s = &c->shots.v[k];
    double unfit = unfitness(s, &middle, sharpest);
    if ((session_wanted >= 0 && s->session != session_wanted) || k == not_this)
      continue;
    if (found == c->shots.count || unfit < least) {
      found = k;
      least = unfit;
    }
  }
  return found;
}

static void choose_template(course *c, size_t not_this, const char *why) {
  pose middle = middle_pose(c);
  c->best = fittest(c, -1, not_this);
  const shot *s = at(c, c->best);
  double off = off_middle(s, &middle);
  if (isnan(off))
    snprintf(c->template_reason, sizeof c->template_reason, "%sedges of %.1f px", why,
             s->quality.edge_spread_px);
  else
    snprintf(c->template_reason, sizeof c->template_reason,
             "%sedges of %.1f px, %.0f degrees from the middle pose of all", why,
             s->quality.edge_spread_px, off);
}

/* ---- registration
 * ----------------------------------------------------------------------------------- */

static sd_status new_alignment(sd_alignment **out, sd_diag *diag) {
  if (*out != NULL)
    sd_alignment_clear(*out);
  free(*out);
  *out = calloc(1, sizeof **out);
  return *out != NULL ? SD_OK : sd_fail(diag, SD_NO_MEMORY, "not enough memory to register");
}

static bool aligned(const sd_alignment *a) {
  return a != NULL && a->status != SD_ALIGNMENT_FAILED;
}

/* Every photo to the template; `good` counts those that could be laid on it. */
static sd_status register_all(course *c, size_t *good, sd_diag *diag) {
  sd_status status = SD_OK;
  session s = {0};
  hand_points none = {0};
  sd_job_options o = options_for(c, false);
  *good = 0;
  SD_TRY(read_shot(&c->middle, c, c->best, diag));
  for (size_t k = 0; k < c->shots.count; k++) {
    shot *one = at(c, k);
    if (k == c->best)
      continue;
    SD_TRY(step(c->options, "registering", c->step++, c->steps, diag));
    SD_TRY(read_shot(&s, c, k, diag));
    SD_TRY(new_alignment(&one->to_template, diag));
    SD_TRY(sessions_align(one->to_template, &c->middle, &s, &none, c->models, &o, diag));
    *good += aligned(one->to_template);
  }
done:
  session_clear(&s);
  return status;
}

/* A template that most others do not fit is the odd one out, and one that the reference does not
 * fit is of no use: the next best then, or the reference itself. */
static sd_status find_common_ground(course *c, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t good, before, odd;
  choose_template(c, c->shots.count, "");
  SD_TRY(register_all(c, &good, diag));
  bool reference_fits = c->best == c->reference || aligned(at(c, c->reference)->to_template);
  if (reference_fits && 2 * good >= c->shots.count - 1)
    goto done;
  odd = c->best;
  before = reference_fits ? good : 0;
  c->step -= (int)c->shots.count - 1;
  if (c->best == c->reference)
    choose_template(c, odd, "the first choice fitted few of the others; ");
  else {
    c->best = c->reference;
    snprintf(c->template_reason, sizeof c->template_reason,
             "the first session, because the sharpest photo fitted few of the others");
  }
  SD_TRY(register_all(c, &good, diag));
  if (good < before || (c->best != c->reference && !aligned(at(c, c->reference)->to_template))) {
    c->best = c->reference;
    snprintf(c->template_reason, sizeof c->template_reason, "the first session");
    c->step -= (int)c->shots.count - 1;
    SD_TRY(register_all(c, &good, diag));
  }
done:
  return status;
}

/* The map from the reference to photo `k`: found, or composed through the template and then judged
 * on the two photos. */
static sd_status map_from_first(course *c, size_t k, const session *s, sd_diag *diag) {
  sd_status status = SD_OK;
  shot *one = at(c, k), *first = at(c, c->reference);
  sd_transform through = {0};
  if (c->best == c->reference) {
    one->from_first = one->to_template;
    one->to_template = NULL;
    return SD_OK;
  }
  SD_TRY(new_alignment(&one->from_first, diag));
  if (k != c->best && !aligned(one->to_template)) {
    one->from_first->status = SD_ALIGNMENT_FAILED;
    memcpy(one->from_first->reason, one->to_template->reason, sizeof one->from_first->reason);
    goto done;
  }
  SD_TRY(sd_transform_compose(&through, first->to_template, k == c->best ? NULL : one->to_template,
                              diag));
  through.before_width = c->first.photo.width;
  through.before_height = c->first.photo.height;
  through.after_width = s->photo.width;
  through.after_height = s->photo.height;
  SD_TRY(sd_align(one->from_first, &c->first.photo, &c->first.face, &c->first.skin, &s->photo,
                  &s->face, &s->skin, &(sd_align_options){.transform = &through}, diag));
  note_alignment(c->options, one->from_first);
done:
  sd_transform_clear(&through);
  return status;
}

/* ---- the skin that all show
 * ------------------------------------------------------------------------- */

static size_t skin_pixels(const sd_skin *skin) {
  return (size_t)skin->crop.width * (size_t)skin->crop.height;
}

static sd_status copy_mask(sd_mask *out, const sd_mask *in, sd_diag *diag) {
  sd_status status = sd_mask_make(out, in->width, in->height, diag);
  if (status == SD_OK)
    memcpy(out->v, in->v, (size_t)in->width * (size_t)in->height);
  return status;
}

/* The reference's exclusions after photo `s` has its say. */
static sd_status seen_with(sd_mask *out, course *c, session *s, const sd_alignment *alignment,
                           sd_diag *diag) {
  sd_status status = SD_OK;
  sd_skin skin = c->first.skin;
  SD_TRY(copy_mask(out, &c->first.skin.excluded, diag));
  skin.excluded = *out;
  SD_TRY(sd_alignment_share_skin(&skin, &s->skin, alignment, diag));
done:
  return status;
}

/* Is enough of each zone (by label) of the reference seen? */
static void zones_seen(bool seen[256], const sd_skin *first, const sd_mask *excluded) {
  size_t all[256] = {0}, left[256] = {0};
  for (size_t k = 0; k < skin_pixels(first); k++)
    if (first->excluded.v[k] == SD_MEASURED) {
      all[first->label.v[k]]++;
      left[first->label.v[k]] += excluded->v[k] == SD_MEASURED;
    }
  for (int z = 0; z < 256; z++)
    seen[z] = left[z] > 0 && (double)left[z] >= ZONE_SEEN_MIN * (double)all[z];
}

/* What photo `s` does not show leaves `common` too, except in zones of which it shows too little.
 */
static sd_status restrict_common(sd_mask *common, course *c, session *s,
                                 const sd_alignment *alignment, sd_diag *diag) {
  bool seen[256];
  sd_mask with = {0};
  sd_status status = seen_with(&with, c, s, alignment, diag);
  if (status == SD_OK) {
    zones_seen(seen, &c->first.skin, &with);
    for (size_t k = 0; k < skin_pixels(&c->first.skin); k++)
      if (common->v[k] == SD_MEASURED && seen[c->first.skin.label.v[k]])
        common->v[k] = with.v[k];
  }
  sd_mask_clear(&with);
  return status;
}

static double log_scale(const sd_scale *scale) {
  return scale->source != SD_SCALE_NONE && scale->mm_per_px > 0 ? log(scale->mm_per_px) : NAN;
}

/* One scale for all: each photo's own estimate serves the others, for the ratios are exact. What
 * was given is the reference's. */
static void find_scale(course *c) {
  const sd_scale *own = &c->first.face.scale;
  double sum = 0;
  int count = 0;
  c->mm_per_px = own->source == SD_SCALE_GIVEN ? own->mm_per_px : NAN;
  for (size_t k = 0; k < c->shots.count && isnan(c->mm_per_px); k++) {
    const shot *s = at(c, k);
    double value = log_scale(&s->face.scale);
    if (k != c->reference)
      value += aligned(s->from_first) ? log(s->from_first->scale_ratio) : NAN;
    if (isfinite(value)) {
      sum += value;
      count++;
    }
  }
  if (count > 0)
    c->mm_per_px = exp(sum / count);
}

static void set_scale_of(course *c, session *s, double ratio) {
  if (!(c->mm_per_px > 0))
    return;
  if (s->face.scale.source == SD_SCALE_NONE)
    s->face.scale = (sd_scale){c->mm_per_px / ratio, 0, 0, c->first.face.scale.source};
  session_set_scale(s, c->mm_per_px / ratio);
}

/* Maps from the reference to all, and the reference's skin cut to what all show. */
static sd_status meet_on_first(course *c, sd_diag *diag) {
  sd_status status = SD_OK;
  session s = {0};
  sd_mask common = {0};
  SD_TRY(read_shot(&c->first, c, c->reference, diag));
  if (c->best != c->reference) {
    if (!aligned(at(c, c->reference)->to_template)) {
      status = sd_fail(diag, SD_NOT_ALIGNED, "%s: %s", file_name(at(c, c->reference)->path),
                       at(c, c->reference)->to_template->reason);
      goto done;
    }
    SD_TRY(session_take_zones(&c->first, &c->middle, at(c, c->reference)->to_template, diag));
  }
  session_clear(&c->middle);
  sd_job_options o = options_for(c, true);
  SD_TRY(zones_check(&c->first.skin, &o, diag));
  SD_TRY(copy_mask(&common, &c->first.skin.excluded, diag));
  for (size_t k = 0; k < c->shots.count; k++) {
    if (k == c->reference)
      continue;
    SD_TRY(next_step(c, "finding the skin that all show", diag));
    SD_TRY(read_shot(&s, c, k, diag));
    SD_TRY(map_from_first(c, k, &s, diag));
    if (aligned(at(c, k)->from_first))
      SD_TRY(restrict_common(&common, c, &s, at(c, k)->from_first, diag));
  }
  memcpy(c->first.skin.excluded.v, common.v, skin_pixels(&c->first.skin));
  session_count_zones(&c->first);
  find_scale(c);
  set_scale_of(c, &c->first, 1);
  keep_facts(at(c, c->reference), &c->first);
  SD_TRY(coarsen(c, &c->first, diag));
done:
  sd_mask_clear(&common);
  session_clear(&s);
  return status;
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

/* Rows stay, pictures of change and scars go: there may be hundreds of photos. */
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
                              .alignment = at(c, k)->from_first};
  if (fittest(c, at(c, k)->session, c->shots.count) != k)
    return SD_OK;
  sd_status status =
      sd_render_frame(&c->frames[k], &comparison, k != c->reference, FRAME_SIDE_PX, diag);
  snprintf(c->frames[k].label, sizeof c->frames[k].label, "%s", at(c, k)->date);
  if (at(c, k)->date[0] == '\0')
    snprintf(c->frames[k].label, sizeof c->frames[k].label, "%d", at(c, k)->session + 1);
  return status;
}

static sd_status measure_shot(course *c, size_t k, sd_diag *diag) {
  sd_status status = SD_OK;
  shot *one = at(c, k);
  session s = {0};
  sd_change change = {0};
  sd_mask kept = {0}, with = {0};
  bool seen[256];
  SD_TRY(read_shot(&s, c, k, diag));
  SD_TRY(coarsen(c, &s, diag));
  set_scale_of(c, &s, one->from_first->scale_ratio);
  sd_alignment_set_scale(one->from_first, c->mm_per_px);
  SD_TRY(copy_mask(&kept, &c->first.skin.excluded, diag));
  SD_TRY(seen_with(&with, c, &s, one->from_first, diag)); /* shares s's side too */
  zones_seen(seen, &c->first.skin, &with);
  memcpy(c->first.skin.excluded.v, with.v, skin_pixels(&c->first.skin));
  spine_pair pair = {.before = &c->first,
                     .after = &s,
                     .alignment = one->from_first,
                     .before_leads = true,
                     .at = c->step - 1,
                     .steps = c->steps};
  sd_job_options o = options_for(c, true);
  status = spine_change(&change, &pair, &o, diag);
  memcpy(c->first.skin.excluded.v, kept.v, skin_pixels(&c->first.skin));
  if (status != SD_OK)
    goto done;
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
    SD_TRY(next_step(c, "measuring skin", diag));
    if (k == c->reference)
      SD_TRY(draw(c, &c->first, k, diag));
    else if (aligned(at(c, k)->from_first))
      SD_TRY(measure_shot(c, k, diag));
    else
      snprintf(at(c, k)->problem, sizeof at(c, k)->problem,
               "cannot be laid on the first session: %s", at(c, k)->from_first->reason);
    if (at(c, k)->problem[0] != '\0')
      note(c->options, "  %.200s: %s", file_name(at(c, k)->path), at(c, k)->problem);
  }
done:
  session_clear(&c->first);
  return status;
}

/* ---- trends
 * ----------------------------------------------------------------------------------------- */

static int camera_of(course *c, size_t k, const shot *named[SD_CAMERAS_MAX], int *count) {
  const sd_capture *own = &at(c, k)->facts.capture;
  for (int i = 0; i < *count; i++)
    if (strcmp(named[i]->facts.capture.make, own->make) == 0 &&
        strcmp(named[i]->facts.capture.model, own->model) == 0)
      return i;
  if (*count < SD_CAMERAS_MAX)
    named[*count] = at(c, k);
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
    shot *s = at(c, k);
    photos[k] = (sd_trend_shot){.session = s->session,
                                .reference = k == c->reference,
                                .change = s->change.metric_count > 0 ? &s->change : NULL};
    if (k > 0 && at(c, k - 1)->session == s->session)
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

/* ---- outputs
 * ---------------------------------------------------------------------------------------- */

static const char *const WRITTEN[] = {
    "report.html",      "timeline.json",     "sessions.csv",    "trend.csv",
    "images/strip.jpg", "images/course.png", "manifest.sha256", NULL};

static sd_status outputs_check(const outputs *out, sd_diag *diag) {
  sd_status status = outputs_check_folders(out, diag);
  for (const char *const *name = WRITTEN; status == SD_OK && *name != NULL; name++)
    status = outputs_protect(out, *name, diag);
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
    sd_text_addf(&head, "# photo %s\n", at(c, k)->facts.file_sha256);
  if (status == SD_OK)
    status = head.failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for the manifest")
                         : outputs_add_manifest(out, head.v, diag);
  sd_text_clear(&head);
  return status;
}

static void tell_photo(sd_course_photo *p, course *c, size_t k) {
  const shot *s = at(c, k);
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
                         .comparability = aligned(s->from_first) ? &s->change.comparability : NULL};
  memcpy(p->date, s->date, sizeof p->date);
}

static sd_status write_outputs(course *c, outputs *out, sd_text *json, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_text strip = {0}, animation = {0}, data = {0}, rows = {0}, trend = {0}, html = {0}, copy = {0};
  sd_course_photo *photos = calloc(c->shots.count, sizeof *photos);
  if (photos == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the report");
  for (size_t k = 0; k < c->shots.count; k++)
    tell_photo(&photos[k], c, k);
  SD_TRY(draw_course(c, &strip, &animation, diag));
  sd_course told = {.photos = photos,
                    .photo_count = c->shots.count,
                    .trends = &c->trends,
                    .dated = c->shots.dated,
                    .template_reason = c->template_reason,
                    .treatments = c->treatments,
                    .treatment_count = c->treatment_count,
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
  SD_TRY(sd_report_course_html(&html, &told, diag));
  SD_TRY(next_step(c, "writing", diag));
  SD_TRY(outputs_add(out, "images/strip.jpg", &strip, diag));
  SD_TRY(outputs_add(out, "images/course.png", &animation, diag));
  SD_TRY(outputs_add(out, "sessions.csv", &rows, diag));
  SD_TRY(outputs_add(out, "trend.csv", &trend, diag));
  if (json != NULL)
    sd_text_add_bytes(&copy, data.v, data.length);
  SD_TRY(outputs_add(out, "timeline.json", &data, diag));
  SD_TRY(outputs_add(out, "report.html", &html, diag));
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

static void summarise(sd_text *out, course *c) {
  sd_text_addf(out, "%d sessions, %zu photos, %s.\n", c->shots.sessions, c->shots.count,
               c->shots.dated ? "ordered by date"
                              : "in the order given, because not all of them have a date");
  if (c->shots.left_out > 0)
    sd_text_addf(out, "%zu copies of another photo were left out.\n", c->shots.left_out);
  for (size_t k = 0; k < c->shots.count; k++)
    if (at(c, k)->problem[0] != '\0')
      sd_text_addf(out, "  - %s: %s\n", file_name(at(c, k)->path), at(c, k)->problem);
  if (summarise_rows(out, &c->trends, true) > 0)
    return;
  sd_text_addf(out, "No trend: one needs %d sessions with a date that can be compared.\n",
               SD_TREND_SESSIONS_MIN);
  summarise_rows(out, &c->trends, false);
}

/* ---- the spine
 * ------------------------------------------------------------------------------------------- */

static sd_status options_check(const sd_job_options *o, sd_diag *diag) {
  sd_status status = job_check(o, diag);
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
done:
  return status;
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
    days[k] = (rating_day){at(c, k)->date, at(c, k)->session};
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

/* Nothing but the first session answers. */
static sd_status nothing_compared(course *c, sd_diag *diag) {
  bool any = false;
  for (size_t k = 0; k < c->shots.count; k++) {
    if (at(c, k)->change.metric_count > 0)
      return SD_OK;
    any = any || aligned(at(c, k)->from_first);
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
  SD_TRY(outputs_check(&out, diag));
  c->steps = 4 * (int)c->shots.count;
  SD_TRY(look_at_all(c, diag));
  shots_order(&c->shots);
  SD_TRY(need_two_days(c, diag));
  SD_TRY(match_ratings(c, diag));
  find_coarsest_chroma(c);
  c->reference = fittest(c, 0, c->shots.count);
  SD_TRY(find_common_ground(c, diag));
  SD_TRY(meet_on_first(c, diag));
  SD_TRY(measure_all(c, diag));
  SD_TRY(find_trends(c, diag));
  SD_TRY(write_outputs(c, &out, json, diag));
  step_done(options, c->steps);
  if (summary != NULL)
    summarise(summary, c);
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
  SD_TRY(outputs_check(&out, diag));
  for (size_t k = 0; k < c->shots.count; k++) {
    session s = {0};
    SD_TRY(sd_photo_read(&s.photo, at(c, k)->path, &limits, diag));
    keep_facts(at(c, k), &s);
    session_clear(&s);
  }
  shots_order(&c->shots);
  SD_TRY(need_two_days(c, diag));
  SD_TRY(match_ratings(c, diag));
  for (size_t k = 0; plan != NULL && k < c->shots.count; k++)
    sd_text_addf(plan, "session %d  %-10s  %s\n", at(c, k)->session + 1,
                 at(c, k)->date[0] != '\0' ? at(c, k)->date : "no date", at(c, k)->path);
done:
  course_clear(c);
  free(c);
  protected_clear(&out);
  outputs_clear(&out);
  return status;
}
