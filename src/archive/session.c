#include "archive/session.h"

#include "archive/decoder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

sd_status step(const sd_job_options *options, const char *what, int at, int steps, sd_diag *diag) {
  if (options->progress != NULL && !options->progress(options->progress_context, what, at, steps))
    return sd_fail(diag, SD_INTERRUPTED, "interrupted; nothing half-written is left");
  return SD_OK;
}

void step_done(const sd_job_options *options, int steps) {
  if (options->progress != NULL)
    options->progress(options->progress_context, "done", steps, steps);
}

void note(const sd_job_options *options, const char *format, ...) {
  char text[1024];
  va_list arguments;
  if (options->note == NULL)
    return;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  options->note(options->progress_context, text);
}

void note_session(const sd_job_options *options, const session *s) {
  const sd_face *face = &s->face;
  char found[384], scale[64] = "scale unknown";
  size_t measured = 0;
  for (int k = 0; k < s->skin.zone_count; k++)
    measured += s->skin.zones[k].measured;
  if (face->found)
    snprintf(found, sizeof found, "face (score %.2f, yaw %+.0f, pitch %+.0f, roll %+.0f%s%s)",
             face->confidence, face->yaw_deg, face->pitch_deg, face->roll_deg,
             face->reason[0] != '\0' ? "; " : "", face->reason);
  else
    snprintf(found, sizeof found, "no face (%.200s)", face->reason);
  if (face->scale.source != SD_SCALE_NONE)
    snprintf(scale, sizeof scale, "%.4g mm/px (%s)", face->scale.mm_per_px,
             sd_scale_source_name(face->scale.source));
  note(options, "  %.200s: %d x %d %s, %s, %s, %.2f Mpx of skin in %d zones", file_name(s->path),
       s->photo.width, s->photo.height, sd_format_name(s->photo.coding.format), found, scale,
       1e-6 * (double)measured, s->skin.zone_count);
}

static void note_card(const sd_job_options *options, const session *s) {
  const sd_colour_reference *r = &s->reference;
  if (r->kind == SD_REFERENCE_NONE)
    return;
  if (!r->usable)
    note(options, "  %.200s: its colour card cannot be used: %s", file_name(s->path), r->reason);
  else if (r->kind == SD_REFERENCE_GREY_CARD)
    note(options, "  %.200s: white balance and exposure by a grey card", file_name(s->path));
  else
    note(options,
         "  %.200s: colours by a ColorChecker%s, %d patches, residual CIEDE2000 %.2f in the mean, "
         "%.2f at most, light uneven by %.0f %%",
         file_name(s->path), r->searched ? " that was found" : "", r->patches, r->residual_mean,
         r->residual_max, 100 * r->light_unevenness);
}

void note_alignment(const sd_job_options *options, const sd_alignment *a) {
  if (a->status == SD_ALIGNMENT_FAILED)
    note(options, "  alignment failed: %s", a->reason);
  else
    note(options,
         "  aligned by %s: %.0f %% of the skin, stated error %.2f px, agreement %.2f, scale x %.3f",
         a->model, 100 * a->coverage, a->error_px, a->agreement, a->scale_ratio);
}

sd_status mask_read(sd_mask *out, const char *path, const char *what, const sd_photo *photo,
                    const sd_job_options *options, sd_diag *diag) {
  sd_photo_options limits = {.max_megapixels = options->max_megapixels};
  if (path == NULL)
    return SD_OK;
  sd_status status = photo_read_mask(out, path, &limits, options, diag);
  if (status == SD_OK && (out->width != photo->width || out->height != photo->height))
    status =
        sd_fail(diag, SD_USAGE, "%s: the %s is %d x %d pixels but the upright photo is %d x %d",
                path, what, out->width, out->height, photo->width, photo->height);
  return status;
}

sd_status session_find_card(session *s, const sd_card_request *request, sd_diag *diag) {
  sd_diag why = {{0}};
  sd_status status = sd_colour_reference_find(&s->reference, &s->photo, request, &why);
  return status == SD_OK ? SD_OK
                         : sd_fail(diag, status, "%.300s: %.300s", file_name(s->path), why.text);
}

/* Patches the colour of skin are no skin: nothing is measured in the card, its frame included. */
static sd_status leave_card_out(sd_mask *roi, const sd_photo *photo,
                                const sd_colour_reference *reference, sd_diag *diag) {
  sd_status status = SD_OK;
  if (reference->kind == SD_REFERENCE_NONE)
    return SD_OK;
  if (roi->v == NULL) {
    status = sd_mask_make(roi, photo->width, photo->height, diag);
    if (status == SD_OK)
      memset(roi->v, 255, (size_t)roi->width * (size_t)roi->height);
  }
  if (status == SD_OK)
    sd_colour_reference_mask(roi, reference);
  return status;
}

sd_status session_whole_face(sd_skin *out, const session *s, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask card_out = {0};
  SD_TRY(leave_card_out(&card_out, &s->photo, &s->reference, diag));
  SD_TRY(sd_skin_find(out, &s->photo, &s->face,
                      &(sd_skin_options){.roi = card_out.v != NULL ? &card_out : NULL}, diag));
done:
  sd_mask_clear(&card_out);
  return status;
}

/* A region of interest that holds no skin would fail later, for a reason that is not its own. */
static sd_status check_region(const session *s, const char *roi_path, sd_diag *diag) {
  size_t measured = 0;
  for (int z = 0; z < s->skin.zone_count; z++)
    measured += s->skin.zones[z].measured;
  if (roi_path == NULL || measured > 0)
    return SD_OK;
  return sd_fail(diag, SD_USAGE,
                 "%s: leaves none of the skin in %s to measure; paint white what is to be measured",
                 roi_path, file_name(s->path));
}

/* Eyes of people from three years up are 43 to 80 mm apart (Dodgson 2004: 52 to 78 in adults); a
 * turned head and a coarse ruler make it less or more. */
static const double EYES_MM_MIN = 25, EYES_MM_MAX = 110;

static sd_status check_scale(const session *s, const sd_job_options *options, bool is_before,
                             sd_diag *diag) {
  double apart = s->face.eye_distance_px * options->scale_mm_per_px;
  if (!is_before || !(options->scale_mm_per_px > 0) || !s->face.found ||
      (apart >= EYES_MM_MIN && apart <= EYES_MM_MAX))
    return SD_OK;
  return sd_fail(diag, SD_USAGE,
                 "--scale-mm-per-px %g: the eyes in %s would be %.4g mm apart; measure a length "
                 "that you know in this photo and give millimetres per pixel",
                 options->scale_mm_per_px, file_name(s->path), apart);
}

sd_status photo_not_made(const sd_photo *photo, const char *path, sd_diag *diag) {
  if (!photo->capture.made)
    return SD_OK;
  return sd_fail(diag, SD_UNSUPPORTED,
                 "%s: is a picture that scardelta made, laid over another photo or drawn into, and "
                 "no longer tells what the skin was like; give the photo it was made from",
                 file_name(path));
}

/* `inspected`: nothing will be measured by it, and so a picture of our own making will do. */
static sd_status look_at(session *out, const char *path, const sd_models *models,
                         const sd_job_options *options, bool is_before, bool inspected,
                         sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask roi = {0}, zones = {0};
  sd_photo_options limits = {.max_megapixels = options->max_megapixels,
                             .mirrored = options->mirrored[is_before ? 0 : 1]};
  const sd_card_request *card = &options->card[is_before ? 0 : 1];
  sd_face_options face = {.ipd_mm = options->ipd_mm, .scale_mm_per_px = options->scale_mm_per_px};
  sd_skin_options skin = {0};
  out->path = path;
  SD_TRY(photo_read(&out->photo, path, &limits, options, diag));
  if (!inspected)
    SD_TRY(photo_not_made(&out->photo, path, diag));
  SD_TRY(session_find_card(out, card, diag));
  SD_TRY(sd_face_find(&out->face, models, &out->photo, &face, diag));
  SD_TRY(check_scale(out, options, is_before, diag));
  if (is_before) {
    SD_TRY(mask_read(&roi, options->roi_path, ROI_WORDS, &out->photo, options, diag));
    SD_TRY(mask_read(&zones, options->zone_map_path, ZONE_MAP_WORDS, &out->photo, options, diag));
    skin.zone_map = zones.v != NULL ? &zones : NULL;
  }
  SD_TRY(leave_card_out(&roi, &out->photo, &out->reference, diag));
  skin.roi = roi.v != NULL ? &roi : NULL;
  SD_TRY(sd_skin_find(&out->skin, &out->photo, &out->face, &skin, diag));
  if (is_before)
    SD_TRY(check_region(out, options->roi_path, diag));
  double mm = out->face.scale.source != SD_SCALE_NONE ? out->face.scale.mm_per_px : NAN;
  SD_TRY(sd_quality_measure(&out->quality, &out->photo, &out->face, models, &out->skin, mm, diag));
done:
  if (status == SD_NO_MEMORY && out->photo.width > 0)
    sd_fail(diag, status,
            "%s: too little memory is free to measure a photo of %d x %d pixels; close other "
            "programs or make the photo smaller",
            path, out->photo.width, out->photo.height);
  sd_mask_clear(&roi);
  sd_mask_clear(&zones);
  return status;
}

/* Decoding and the networks run on one core a photo: both at once take the time of one. */
sd_status session_read(session *out, const char *path, const sd_models *models,
                       const sd_job_options *options, bool is_before, sd_diag *diag) {
  return look_at(out, path, models, options, is_before, false, diag);
}

sd_status sessions_read(session *before, session *after, const char *const paths[2],
                        const sd_models *models, const sd_job_options *options, sd_diag *diag) {
  session *const out[2] = {before, after};
  sd_status status[2];
  sd_diag told[2] = {{{0}}, {{0}}};
#pragma omp parallel for schedule(static, 1)
  for (int k = 0; k < 2; k++)
    status[k] = session_read(out[k], paths[k], models, options, k == 0, &told[k]);
  for (int k = 0; k < 2; k++) { /* what ails the first photo is told first, whoever was faster */
    if (status[k] != SD_OK) {
      if (diag != NULL)
        *diag = told[k];
      return status[k];
    }
    note_session(options, out[k]);
    note_card(options, out[k]);
  }
  return SD_OK;
}

void session_clear(session *s) {
  sd_photo_clear(&s->photo);
  sd_skin_clear(&s->skin);
  sd_measures_clear(&s->measures);
}

sd_side session_side(const session *s) {
  return (sd_side){&s->photo, &s->face, &s->skin, &s->quality, &s->measures, &s->reference};
}

static sd_status align_as_they_are(sd_alignment *out, const session *before, const session *after,
                                   const sd_align_options *how, sd_diag *diag) {
  return sd_align(out, &before->photo, &before->face, &before->skin, &after->photo, &after->face,
                  &after->skin, how, diag);
}

/* A transform belongs to photos of two sizes; of anything else it would be nonsense. */
static sd_status check_transform(const sd_transform *t, const session *before, const session *after,
                                 const char *path, sd_diag *diag) {
  const sd_photo *b = &before->photo, *a = &after->photo;
  if (t->before_width == b->width && t->before_height == b->height && t->after_width == a->width &&
      t->after_height == a->height)
    return SD_OK;
  return sd_fail(diag, SD_USAGE,
                 "%s: belongs to photos of %d x %d and %d x %d pixels, but these have %d x %d and "
                 "%d x %d; use the transform with the same captures in another light only",
                 path, t->before_width, t->before_height, t->after_width, t->after_height, b->width,
                 b->height, a->width, a->height);
}

static sd_status align_by_transform(sd_alignment *out, const session *before, const session *after,
                                    const char *path, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_transform transform = {0};
  SD_TRY(transform_read(&transform, path, diag));
  SD_TRY(check_transform(&transform, before, after, path, diag));
  SD_TRY(align_as_they_are(out, before, after, &(sd_align_options){.transform = &transform}, diag));
done:
  sd_transform_clear(&transform);
  return status;
}

/* Faces are nearly their own mirror images: laid on its own mirror image, a face reaches a likeness
 * of 0.1 to 0.4, while pairs of one person reach 0.42 and more. What is above 0.6 needs no test,
 * and the mirror image must be better by more than chance. */
static const double LIKENESS_BEYOND_DOUBT = 0.6, MIRROR_MARGIN = 0.1;

/* AFTER is read again as a mirror image: rare, and so not worth keeping pixels twice. */
static sd_status try_mirrored(sd_alignment *out, const session *before, const session *after,
                              const sd_models *models, const sd_job_options *options,
                              sd_diag *diag) {
  sd_status status = SD_OK;
  session twin = {0};
  sd_alignment *mirrored = calloc(1, sizeof *mirrored);
  sd_job_options other = {.decoder = options->decoder,
                          .max_megapixels = options->max_megapixels,
                          .max_memory_mb = options->max_memory_mb,
                          .memory_use = options->memory_use,
                          .mirrored = {false, !options->mirrored[1]},
                          .card = {{.source = SD_CARD_NONE}, {.source = SD_CARD_NONE}}};
  if (mirrored == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  SD_TRY(session_read(&twin, after->path, models, &other, false, diag));
  SD_TRY(align_as_they_are(mirrored, before, &twin, &(sd_align_options){.landmarks_only = true},
                           diag));
  double own = isnan(out->likeness) ? 0 : out->likeness;
  out->mirrored = mirrored->same_skin && mirrored->likeness > own + MIRROR_MARGIN;
  if (out->mirrored) {
    out->status = SD_ALIGNMENT_FAILED;
    snprintf(out->reason, sizeof out->reason,
             "one of the photos seems to be a mirror image, as many selfies are: laid on each "
             "other mirrored they agree; say which with --mirrored before or --mirrored after");
  }
done:
  sd_alignment_clear(mirrored);
  free(mirrored);
  session_clear(&twin);
  return status;
}

/* Given points are of these photos: a slip of the hand outside them would only blind the rest. */
static sd_status check_points(const hand_points *points, const session *before,
                              const session *after, const char *path, sd_diag *diag) {
  for (size_t k = 0; path != NULL && k < points->count; k++) {
    const sd_point *p[2] = {&points->v[k].before, &points->v[k].after};
    const session *photo[2] = {before, after};
    for (int side = 0; side < 2; side++)
      if (!(p[side]->x >= -0.5 && p[side]->y >= -0.5 &&
            p[side]->x <= photo[side]->photo.width - 0.5 &&
            p[side]->y <= photo[side]->photo.height - 0.5))
        return sd_fail(diag, SD_USAGE,
                       "%s: point %zu, (%g, %g), lies outside %s, which has %d x %d pixels", path,
                       k + 1, p[side]->x, p[side]->y, file_name(photo[side]->path),
                       photo[side]->photo.width, photo[side]->photo.height);
  }
  return SD_OK;
}

sd_status sessions_align(sd_alignment *out, const session *before, const session *after,
                         const hand_points *points, const sd_models *models,
                         const sd_job_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_align_options align = {.points = points->v, .point_count = points->count};
  SD_TRY(check_points(points, before, after, options->points_path, diag));
  if (options->transform_path != NULL) {
    SD_TRY(align_by_transform(out, before, after, options->transform_path, diag));
  } else {
    SD_TRY(align_as_they_are(out, before, after, &align, diag));
    if (!(out->likeness > LIKENESS_BEYOND_DOUBT) && points->count == 0)
      SD_TRY(try_mirrored(out, before, after, models, options, diag));
  }
  note_alignment(options, out);
done:
  return status;
}

sd_status not_aligned(const sd_alignment *alignment, const hand_points *points, const char *before,
                      const char *after, const char *folder, sd_diag *diag) {
  char blame[BLAME_ROOM];
  hand_points_blame(points, folder, blame);
  return sd_fail(diag, SD_NOT_ALIGNED, "%s and %s: %s%s", file_name(before), file_name(after),
                 alignment->reason, blame);
}

/* BEFORE's labels where they lie on AFTER; 0 where the alignment says nothing. */
static sd_status carried_labels(sd_mask *out, const session *before, const session *after,
                                const sd_alignment *alignment, sd_diag *diag) {
  const sd_skin *skin = &before->skin;
  sd_status status = sd_mask_make(out, after->photo.width, after->photo.height, diag);
  for (int y = 0; status == SD_OK && y < out->height; y++)
    for (int x = 0; x < out->width; x++) {
      sd_point p;
      if (!sd_warp_at(&alignment->inverse, x, y, &p))
        continue;
      long u = lround(p.x) - skin->crop.x, v = lround(p.y) - skin->crop.y;
      if (u >= 0 && v >= 0 && u < skin->crop.width && v < skin->crop.height)
        out->v[(size_t)y * (size_t)out->width + (size_t)x] =
            skin->label.v[(size_t)v * (size_t)skin->crop.width + (size_t)u];
    }
  return status;
}

sd_status session_carry_zones(session *after, const session *before, const sd_models *models,
                              const sd_alignment *alignment, const sd_job_options *options,
                              sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask labels = {0};
  sd_skin skin = {0};
  if (options->zone_map_path == NULL || alignment->status == SD_ALIGNMENT_FAILED)
    return SD_OK;
  SD_TRY(carried_labels(&labels, before, after, alignment, diag));
  sd_skin_options drawn = {.zone_map = &labels};
  SD_TRY(sd_skin_find(&skin, &after->photo, &after->face, &drawn, diag));
  sd_skin_clear(&after->skin);
  after->skin = skin;
  skin = (sd_skin){0};
  double mm = after->face.scale.source != SD_SCALE_NONE ? after->face.scale.mm_per_px : NAN;
  SD_TRY(sd_quality_measure(&after->quality, &after->photo, &after->face, models, &after->skin, mm,
                            diag));
done:
  sd_mask_clear(&labels);
  sd_skin_clear(&skin);
  return status;
}

/* The zone's figures after its labels or exclusions have changed. */
static void count_zone(sd_zone *zone, const sd_skin *skin) {
  size_t counts[SD_EXCLUDED_REASONS] = {0};
  size_t pixels = (size_t)skin->crop.width * (size_t)skin->crop.height;
  zone->pixels = 0;
  for (size_t k = 0; k < pixels; k++)
    if (skin->label.v[k] == zone->label) {
      zone->pixels++;
      counts[skin->excluded.v[k]]++;
    }
  zone->measured = counts[SD_MEASURED];
  for (int r = 0; r < SD_EXCLUDED_REASONS; r++)
    zone->excluded[r] = zone->pixels > 0 ? (double)counts[r] / (double)zone->pixels : 0;
}

void session_count_zones(session *s) {
  size_t measured = 0;
  for (int z = 0; z < s->skin.zone_count; z++) {
    count_zone(&s->skin.zones[z], &s->skin);
    measured += s->skin.zones[z].measured;
  }
  for (int z = 0; z < s->skin.zone_count; z++)
    s->skin.zones[z].share_of_skin =
        measured > 0 ? (double)s->skin.zones[z].measured / (double)measured : 0;
}

sd_status session_take_zones(session *to, const session *from, const sd_alignment *alignment,
                             sd_diag *diag) {
  sd_mask labels = {0};
  sd_skin *skin = &to->skin;
  if (!to->skin.from_landmarks || !from->skin.from_landmarks)
    return SD_OK;
  sd_status status = carried_labels(&labels, from, to, alignment, diag);
  for (int y = 0; status == SD_OK && y < skin->crop.height; y++)
    for (int x = 0; x < skin->crop.width; x++) {
      size_t k = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      size_t there = (size_t)(y + skin->crop.y) * (size_t)labels.width + (size_t)(x + skin->crop.x);
      if (skin->label.v[k] == 0 && skin->excluded.v[k] == SD_MEASURED)
        skin->excluded.v[k] = SD_EXCLUDED_OUTSIDE; /* its own face knows best where skin ends */
      skin->label.v[k] = labels.v[there];
    }
  if (status == SD_OK) {
    skin->zone_count = from->skin.zone_count;
    memcpy(skin->zones, from->skin.zones, sizeof skin->zones);
    session_count_zones(to);
  }
  sd_mask_clear(&labels);
  return status;
}

void session_set_scale(session *s, double mm_per_px) {
  sd_scale *scale = &s->face.scale;
  double low = scale->source != SD_SCALE_NONE ? scale->ci_low / scale->mm_per_px : NAN;
  double high = scale->source != SD_SCALE_NONE ? scale->ci_high / scale->mm_per_px : NAN;
  *scale = (sd_scale){mm_per_px, mm_per_px * low, mm_per_px * high, scale->source};
  if (!isnan(s->quality.edge_spread_px))
    s->quality.edge_spread_mm = s->quality.edge_spread_px * mm_per_px;
}

void sessions_share_scale(session *before, session *after, const sd_alignment *alignment) {
  sd_scale *b = &before->face.scale, *a = &after->face.scale;
  double ratio = alignment->scale_ratio;
  if (alignment->status == SD_ALIGNMENT_FAILED || !(ratio > 0))
    return;
  if (b->source == SD_SCALE_GIVEN) {
    session_set_scale(after, b->mm_per_px / ratio); /* what was given is BEFORE's */
    return;
  }
  if (b->source == SD_SCALE_NONE && a->source == SD_SCALE_NONE)
    return;
  if (b->source == SD_SCALE_NONE)
    *b = (sd_scale){a->mm_per_px * ratio, a->ci_low * ratio, a->ci_high * ratio, a->source};
  else if (a->source == SD_SCALE_NONE)
    *a = (sd_scale){b->mm_per_px / ratio, b->ci_low / ratio, b->ci_high / ratio, b->source};
  double shared = sqrt(b->mm_per_px * (a->mm_per_px * ratio)); /* in before pixels */
  session_set_scale(before, shared);
  session_set_scale(after, shared / ratio);
}

/* ---- inspect ------------------------------------------------------------------------------------
 */

sd_status sd_inspect(sd_inspected *out, const char *path, const sd_models *models,
                     const sd_job_options *options, sd_diag *diag) {
  session s = {0};
  sd_status status = look_at(&s, path, models, options, true, true, diag);
  if (status != SD_OK) {
    session_clear(&s);
    return status;
  }
  note_session(options, &s);
  note_card(options, &s);
  sd_inspected_clear(out);
  out->photo = s.photo;
  out->face = s.face;
  out->skin = s.skin;
  out->quality = s.quality;
  out->reference = s.reference;
  s.photo = (sd_photo){0};
  s.skin = (sd_skin){0};
  session_clear(&s);
  return SD_OK;
}

void sd_inspected_clear(sd_inspected *inspected) {
  sd_photo_clear(&inspected->photo);
  sd_skin_clear(&inspected->skin);
  *inspected = (sd_inspected){0};
}
