/* Registration alone: alignment.json, the laid-over photo, mapped points. */
#include "archive/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 4 };
static const int JPEG_QUALITY = 95;

static sd_status write_mapped_points(outputs *out, const sd_alignment *alignment,
                                     const sd_point *points, size_t count, sd_diag *diag) {
  sd_text csv = {0};
  bool aligned = alignment->status != SD_ALIGNMENT_FAILED;
  sd_text_add(&csv, "x_before,y_before,x_after,y_after,valid\n");
  for (size_t k = 0; k < count; k++) {
    sd_point to = {NAN, NAN};
    if (aligned)
      sd_warp_at(&alignment->forward, points[k].x, points[k].y, &to);
    bool valid = aligned && !isnan(sd_alignment_error_at(alignment, points[k].x, points[k].y));
    if (isfinite(to.x) && isfinite(to.y))
      sd_text_addf(&csv, "%.9g,%.9g,%.4f,%.4f,%d\n", points[k].x, points[k].y, to.x, to.y, valid);
    else
      sd_text_addf(&csv, "%.9g,%.9g,,,0\n", points[k].x, points[k].y);
  }
  sd_status status = outputs_add(out, "mapped-points.csv", &csv, diag);
  sd_text_clear(&csv);
  return status;
}

static sd_status write_aligned(outputs *out, const sd_alignment *alignment, const sd_photo *before,
                               const sd_photo *after, bool lossless, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_picture picture = {0};
  sd_text bytes = {0};
  sd_rect whole = {0, 0, before->width, before->height};
  SD_TRY(sd_align_resample(&picture, alignment, after, whole, 1, diag));
  SD_TRY(lossless ? sd_encode_png(&bytes, &picture, diag)
                  : sd_encode_jpeg(&bytes, &picture, JPEG_QUALITY, diag));
  SD_TRY(sd_picture_sign(&bytes, 0, diag));
  outputs_remove(out, lossless ? "aligned-after.jpg" : "aligned-after.png");
  SD_TRY(outputs_add(out, lossless ? "aligned-after.png" : "aligned-after.jpg", &bytes, diag));
done:
  sd_picture_clear(&picture);
  sd_text_clear(&bytes);
  return status;
}

static sd_status write_alignment_json(outputs *out, const sd_comparison *comparison,
                                      sd_diag *diag) {
  sd_status status = SD_OK;
  sd_text text = {0};
  sd_transform transform = {0};
  const sd_alignment *alignment = comparison->alignment;
  bool mapped = alignment->status != SD_ALIGNMENT_FAILED && alignment->forward.columns > 0;
  if (mapped)
    SD_TRY(sd_transform_of(&transform, alignment, diag));
  SD_TRY(sd_report_alignment_json(&text, comparison, mapped ? &transform : NULL, diag));
  SD_TRY(outputs_add(out, "alignment.json", &text, diag));
done:
  sd_text_clear(&text);
  sd_transform_clear(&transform);
  return status;
}

static void summarise(sd_text *summary, const sd_alignment *alignment) {
  bool whole = alignment->status == SD_ALIGNMENT_OK;
  sd_text_addf(summary, "%s (%s): %.0f %% of the skin, stated error %.2f pixels.\n",
               whole ? "Aligned" : "Partly aligned", alignment->model, 100 * alignment->coverage,
               alignment->error_px);
  if (!whole)
    sd_text_addf(summary, "  - %s\n", alignment->reason);
}

/* What a run reads, finds and writes. */
typedef struct job {
  sd_models *models;
  session before, after;
  hand_points hand;
  sd_point *points; /* to map; read first, so that a bad list costs nobody an alignment */
  size_t point_count;
  sd_alignment *alignment;
} job;

static void job_clear(job *j) {
  free(j->points);
  hand_points_clear(&j->hand);
  sd_models_free(j->models);
  session_clear(&j->before);
  session_clear(&j->after);
  if (j->alignment != NULL)
    sd_alignment_clear(j->alignment);
  free(j->alignment);
}

static sd_status take_points(job *j, const char *folder, const sd_job_options *options,
                             sd_diag *diag) {
  if (options->transform_path != NULL)
    return SD_OK;
  sd_status status =
      hand_points_take(&j->hand, options->points_path, folder, j->before.photo.file_sha256,
                       j->after.photo.file_sha256, diag);
  if (status == SD_OK && j->hand.count > 0 && !j->hand.reused)
    status = hand_points_fit(&j->hand, folder, diag);
  return status;
}

static sd_status register_photos(job *j, const char *folder, const sd_job_options *options,
                                 sd_diag *diag) {
  sd_status status = SD_OK;
  sd_alignment *alignment = j->alignment;
  SD_TRY(take_points(j, folder, options, diag));
  SD_TRY(sessions_align(alignment, &j->before, &j->after, &j->hand, j->models, options, diag));
  sessions_share_scale(&j->before, &j->after, alignment);
  const sd_scale *scale = &j->before.face.scale;
  sd_alignment_set_scale(alignment, scale->source != SD_SCALE_NONE ? scale->mm_per_px : NAN);
done:
  return status;
}

/* What an earlier run left and this one does not replace is not this pair's. */
static void remove_stale(outputs *out, const sd_alignment *alignment,
                         const sd_job_options *options) {
  if (alignment->status == SD_ALIGNMENT_FAILED) {
    outputs_remove(out, "aligned-after.jpg");
    outputs_remove(out, "aligned-after.png");
  }
  if (options->map_points_path == NULL)
    outputs_remove(out, "mapped-points.csv");
}

static sd_status write_outputs(job *j, outputs *out, const sd_comparison *comparison,
                               const sd_job_options *options, sd_text *json, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_alignment *alignment = j->alignment;
  bool aligned = alignment->status != SD_ALIGNMENT_FAILED;
  remove_stale(out, alignment, options);
  SD_TRY(write_alignment_json(out, comparison, diag));
  if (json != NULL)
    SD_TRY(sd_report_alignment_json(json, comparison, NULL, diag));
  if (alignment->forward.columns > 0 && aligned)
    SD_TRY(
        write_aligned(out, alignment, &j->before.photo, &j->after.photo, options->lossless, diag));
  if (options->map_points_path != NULL)
    SD_TRY(write_mapped_points(out, alignment, j->points, j->point_count, diag));
  if (j->hand.count > 0) /* those of other photos may be a comparison's: they stay */
    SD_TRY(hand_points_keep(&j->hand, aligned, out, diag));
  SD_TRY(outputs_commit(out, diag));
done:
  return status;
}

sd_status sd_align_files(const char *before, const char *after, const char *folder,
                         const sd_job_options *options, sd_text *json, sd_text *summary,
                         sd_diag *diag) {
  sd_status status = SD_OK;
  job j = {.alignment = calloc(1, sizeof *j.alignment)};
  sd_job_options uncoloured = *options; /* a registration needs no colour card */
  uncoloured.card[0].source = uncoloured.card[1].source = SD_CARD_NONE;
  options = &uncoloured;
  outputs out = outputs_of(folder, before, after, options);
  if (j.alignment == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory");
  SD_TRY(align_outputs_check(&out, options, diag));
  SD_TRY(job_check(options, diag));
  if (options->map_points_path != NULL)
    SD_TRY(map_points_read(&j.points, &j.point_count, options->map_points_path, diag));
  SD_TRY(sd_models_read(&j.models, options->models_path, diag));
  SD_TRY(step(options, "reading the photos", 0, STEPS, diag));
  SD_TRY(sessions_read(&j.before, &j.after, (const char *const[2]){before, after}, j.models,
                       options, diag));
  SD_TRY(step(options, "aligning", 1, STEPS, diag));
  SD_TRY(register_photos(&j, folder, options, diag));
  SD_TRY(step(options, "writing", 3, STEPS, diag));
  sd_comparison comparison = {
      .before = session_side(&j.before), .after = session_side(&j.after), .alignment = j.alignment};
  SD_TRY(write_outputs(&j, &out, &comparison, options, json, diag));
  step_done(options, STEPS);
  if (j.alignment->status == SD_ALIGNMENT_FAILED)
    status = not_aligned(j.alignment, &j.hand, before, after, folder, diag);
  else if (summary != NULL)
    summarise(summary, j.alignment);
  if (j.hand.reused && summary != NULL)
    sd_text_add(summary, "The points kept by an earlier run (points.csv) were used again.\n");
done:
  job_clear(&j);
  outputs_clear(&out);
  return status;
}
