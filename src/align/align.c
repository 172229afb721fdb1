/* Registration of two photos: start, dense refinement in both directions, symmetric map, honest
 * error. The pair is put into an order of its own (by content) first, so that exchanging before and
 * after exchanges the two maps and nothing else. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "align/judge.h"

/* The longer side of the face's crop at the finest level. */
enum { FINEST_SIDE_PX = 1600 };

static sd_status align_ordered(sd_alignment *al, size_t *features, side *a, side *b, bool exchanged,
                               const sd_align_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  start s = {0};
  sd_map miss2 = {0};
  SD_TRY(frame_make(&a->work, a->photo, a->skin, a->face, FINEST_SIDE_PX, diag));
  SD_TRY(frame_make(&b->work, b->photo, b->skin, b->face, FINEST_SIDE_PX, diag));
  SD_TRY(start_find(&s, a, b, exchanged, options, diag));
  snprintf(al->model, sizeof al->model, "%s", s.model);
  *features = s.features;
  if (s.count == 0) {
    snprintf(al->reason, sizeof al->reason,
             "no face with landmarks in both photos, and too few skin features agree; give "
             "corresponding points with --points");
    goto done;
  }
  SD_TRY(start_fields(a, b, &s, diag));
  SD_TRY(field_refine(&a->refined, &a->start, &a->depth, &a->work, &b->work, diag));
  SD_TRY(field_refine(&b->refined, &b->start, &b->depth, &b->work, &a->work, diag));
  SD_TRY(warp_make(&al->forward, a->skin->crop, (int)a->refined.step, diag));
  SD_TRY(warp_make(&al->inverse, b->skin->crop, (int)b->refined.step, diag));
  SD_TRY(sd_map_make(&miss2, al->forward.columns, al->forward.rows, diag));
  warp_symmetric(&al->forward, &miss2, &a->refined, &b->refined);
  warp_inverse(&al->inverse, &al->forward, &b->refined);
  SD_TRY(judge_nodes(al, &miss2, a, b, diag));
  judge_inverse(al, b);
  judge_whole_map(al, a, b);
done:
  start_clear(&s);
  sd_map_clear(&miss2);
  return status;
}

static sd_status identity(sd_alignment *al, const side *a, sd_diag *diag) {
  sd_status status = SD_OK;
  enum { STEP = 8 };
  SD_TRY(warp_make(&al->forward, a->skin->crop, STEP, diag));
  SD_TRY(warp_make(&al->inverse, a->skin->crop, STEP, diag));
  SD_TRY(sd_map_make(&al->error_map, al->forward.columns, al->forward.rows, diag));
  SD_TRY(sd_map_make(&al->likeness_map, al->forward.columns, al->forward.rows, diag));
  for (int j = 0; j < al->forward.rows; j++)
    for (int i = 0; i < al->forward.columns; i++) {
      size_t k = (size_t)j * (size_t)al->forward.columns + (size_t)i;
      sd_point p = warp_node(&al->forward, i, j);
      al->forward.x[k] = al->inverse.x[k] = (float)p.x;
      al->forward.y[k] = al->inverse.y[k] = (float)p.y;
      al->forward.valid[k] = al->inverse.valid[k] = 1;
      al->likeness_map.v[k] = 1;
    }
  al->status = SD_ALIGNMENT_OK;
  al->same_skin = true;
  al->coverage = al->agreement = al->face_agreement = al->likeness = al->scale_ratio = 1;
  snprintf(al->model, sizeof al->model, "identity (the same pixels)");
  al->zone_count = a->skin->zone_count;
  for (int z = 0; z < al->zone_count; z++) {
    al->zones[z] = (sd_alignment_zone){.coverage = 1, .agreement = 1};
    snprintf(al->zones[z].name, sizeof al->zones[z].name, "%s", a->skin->zones[z].name);
  }
done:
  return status;
}

static bool same_pixels(const sd_photo *a, const sd_photo *b) {
  return a->width == b->width && a->height == b->height && a->sample_bytes == b->sample_bytes &&
         memcmp(a->samples, b->samples,
                3 * (size_t)a->width * (size_t)a->height * (size_t)a->sample_bytes) == 0;
}

sd_status sd_align(sd_alignment *out, const sd_photo *before, const sd_face *before_face,
                   const sd_skin *before_skin, const sd_photo *after, const sd_face *after_face,
                   const sd_skin *after_skin, const sd_align_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_alignment *al = calloc(1, sizeof *al);
  side a = {.photo = before, .face = before_face, .skin = before_skin};
  side b = {.photo = after, .face = after_face, .skin = after_skin};
  size_t features = 0;
  bool exchanged = strcmp(before->file_sha256, after->file_sha256) > 0;
  if (al == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  al->error_px = al->error_mm = al->leader_error_px = al->agreement = al->face_agreement =
      al->likeness = NAN;
  al->scale_ratio = 1;
  if (same_pixels(before, after) && (options == NULL || options->point_count == 0)) {
    al->error_px = al->leader_error_px = 0;
    SD_TRY(identity(al, &a, diag));
  } else {
    SD_TRY(exchanged ? align_ordered(al, &features, &b, &a, true, options, diag)
                     : align_ordered(al, &features, &a, &b, false, options, diag));
    /* judged in the pair's own order: whether two photos can be laid on each other must not hang
     * on which of them is called before */
    const sd_skin *leader = exchanged ? after_skin : before_skin;
    if (al->forward.columns > 0) {
      SD_TRY(judge_zones(al, leader, diag));
      al->leader_error_px = al->error_px;
      judge_status(al, leader, features);
    }
    if (exchanged) {
      SD_TRY(alignment_exchange(al, diag));
      if (al->forward.columns > 0)
        SD_TRY(judge_zones(al, before_skin, diag));
    }
  }
  if (before_face->scale.source != SD_SCALE_NONE)
    al->error_mm = al->error_px * before_face->scale.mm_per_px;
  sd_alignment_clear(out);
  *out = *al;
  *al = (sd_alignment){0};
done:
  sd_alignment_clear(al);
  free(al);
  side_clear(&a);
  side_clear(&b);
  return status;
}
