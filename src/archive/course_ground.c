/* Common ground of a course: the template, the maps through it, and the skin that all show. */
#include "archive/timeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a template must not be: so many degrees off the middle pose count as much as edges half as
 * sharp again; beyond this, hidden skin makes maps uncertain. */
static const double POSE_UNIT_DEG = 6, SHARPNESS_UNIT = 0.405; /* ln 1.5 */
/* A photo that shows less of a zone is a gap there; the others keep the skin that it hides. */
static const double ZONE_SEEN_MIN = 0.5;

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
size_t course_fittest(const course *c, int session_wanted, size_t not_this) {
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
  c->best = course_fittest(c, -1, not_this);
  const shot *s = course_shot(c, c->best);
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

bool course_is_aligned(const sd_alignment *a) {
  return a != NULL && a->status != SD_ALIGNMENT_FAILED;
}

/* Every photo to the template; `good` counts those that could be laid on it. */
static sd_status register_all(course *c, size_t *good, sd_diag *diag) {
  sd_status status = SD_OK;
  session s = {0};
  hand_points points = {0};
  sd_job_options o = course_options(c, false);
  *good = 0;
  o.points_path = c->points.count > 0 ? c->points.path : NULL;
  SD_TRY(course_read_shot(&c->middle, c, c->best, diag));
  for (size_t k = 0; k < c->shots.count; k++) {
    shot *one = course_shot(c, k);
    if (k == c->best)
      continue;
    SD_TRY(step(c->options, "registering", c->step++, c->steps, diag));
    SD_TRY(course_read_shot(&s, c, k, diag));
    SD_TRY(new_alignment(&one->to_template, diag));
    SD_TRY(course_points_of(&points, &c->points, k, diag));
    SD_TRY(sessions_align(one->to_template, &c->middle, &s, &points, c->models, &o, diag));
    hand_points_clear(&points);
    *good += course_is_aligned(one->to_template);
  }
done:
  hand_points_clear(&points);
  session_clear(&s);
  return status;
}

/* Points are set on the first photo, so that it leads where there are any. */
static sd_status register_by_points(course *c, sd_diag *diag) {
  size_t good;
  c->best = c->reference;
  snprintf(c->template_reason, sizeof c->template_reason,
           "the first photo, because points were set on it by hand");
  return register_all(c, &good, diag);
}

/* A template that most others do not fit is the odd one out, and one that the reference does not
 * fit is of no use: the next best then, or the reference itself. */
sd_status course_find_common_ground(course *c, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t good, before, odd;
  if (c->points.count > 0)
    return register_by_points(c, diag);
  choose_template(c, c->shots.count, "");
  SD_TRY(register_all(c, &good, diag));
  bool reference_fits =
      c->best == c->reference || course_is_aligned(course_shot(c, c->reference)->to_template);
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
  if (good < before ||
      (c->best != c->reference && !course_is_aligned(course_shot(c, c->reference)->to_template))) {
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
  shot *one = course_shot(c, k), *first = course_shot(c, c->reference);
  sd_transform through = {0};
  if (c->best == c->reference) {
    one->from_first = one->to_template;
    one->to_template = NULL;
    return SD_OK;
  }
  SD_TRY(new_alignment(&one->from_first, diag));
  if (k != c->best && !course_is_aligned(one->to_template)) {
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

size_t course_skin_pixels(const sd_skin *skin) {
  return (size_t)skin->crop.width * (size_t)skin->crop.height;
}

sd_status course_copy_mask(sd_mask *out, const sd_mask *in, sd_diag *diag) {
  sd_status status = sd_mask_make(out, in->width, in->height, diag);
  if (status == SD_OK)
    memcpy(out->v, in->v, (size_t)in->width * (size_t)in->height);
  return status;
}

/* The reference's exclusions after photo `s` has its say. */
sd_status course_seen_with(sd_mask *out, course *c, session *s, const sd_alignment *alignment,
                           sd_diag *diag) {
  sd_status status = SD_OK;
  sd_skin skin = c->first.skin;
  SD_TRY(course_copy_mask(out, &c->first.skin.excluded, diag));
  skin.excluded = *out;
  SD_TRY(sd_alignment_share_skin(&skin, &s->skin, alignment, diag));
done:
  return status;
}

/* Is enough of each zone (by label) of the reference seen? */
void course_zones_seen(bool seen[256], const sd_skin *first, const sd_mask *excluded) {
  size_t all[256] = {0}, left[256] = {0};
  for (size_t k = 0; k < course_skin_pixels(first); k++)
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
  sd_status status = course_seen_with(&with, c, s, alignment, diag);
  if (status == SD_OK) {
    course_zones_seen(seen, &c->first.skin, &with);
    for (size_t k = 0; k < course_skin_pixels(&c->first.skin); k++)
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
  c->scale_source = own->source;
  for (size_t k = 0; k < c->shots.count && isnan(c->mm_per_px); k++) {
    const shot *s = course_shot(c, k);
    double value = log_scale(&s->face.scale);
    if (k != c->reference)
      value += course_is_aligned(s->from_first) ? log(s->from_first->scale_ratio) : NAN;
    if (isfinite(value)) {
      if (c->scale_source == SD_SCALE_NONE)
        c->scale_source = s->face.scale.source;
      sum += value;
      count++;
    }
  }
  if (count > 0)
    c->mm_per_px = exp(sum / count);
}

void course_set_scale_of(course *c, session *s, double ratio) {
  if (!(c->mm_per_px > 0))
    return;
  if (s->face.scale.source == SD_SCALE_NONE)
    s->face.scale = (sd_scale){c->mm_per_px / ratio, 0, 0, c->scale_source};
  session_set_scale(s, c->mm_per_px / ratio);
}

/* Maps from the reference to all, and the reference's skin cut to what all show. */
sd_status course_meet_on_first(course *c, sd_diag *diag) {
  sd_status status = SD_OK;
  session s = {0};
  sd_mask common = {0};
  SD_TRY(course_read_shot(&c->first, c, c->reference, diag));
  if (c->best != c->reference) {
    if (!course_is_aligned(course_shot(c, c->reference)->to_template)) {
      status =
          sd_fail(diag, SD_NOT_ALIGNED, "%s: %s", file_name(course_shot(c, c->reference)->path),
                  course_shot(c, c->reference)->to_template->reason);
      goto done;
    }
    SD_TRY(
        session_take_zones(&c->first, &c->middle, course_shot(c, c->reference)->to_template, diag));
  }
  session_clear(&c->middle);
  sd_job_options o = course_options(c, true);
  SD_TRY(zones_check(&c->first.skin, &o, diag));
  SD_TRY(course_copy_mask(&common, &c->first.skin.excluded, diag));
  for (size_t k = 0; k < c->shots.count; k++) {
    if (k == c->reference)
      continue;
    SD_TRY(course_next_step(c, "finding the skin that all show", diag));
    SD_TRY(course_read_shot(&s, c, k, diag));
    SD_TRY(map_from_first(c, k, &s, diag));
    if (!course_is_aligned(course_shot(c, k)->from_first))
      continue;
    SD_TRY(course_carry_zones(c, &s, k, diag));
    SD_TRY(restrict_common(&common, c, &s, course_shot(c, k)->from_first, diag));
  }
  memcpy(c->first.skin.excluded.v, common.v, course_skin_pixels(&c->first.skin));
  session_count_zones(&c->first);
  find_scale(c);
  course_set_scale_of(c, &c->first, 1);
  course_keep_facts(course_shot(c, c->reference), &c->first);
  SD_TRY(course_coarsen(c, &c->first, diag));
done:
  sd_mask_clear(&common);
  session_clear(&s);
  return status;
}
