/* Registration of two photos: start, dense refinement in both directions, symmetric map, honest
 * error; another start where that one does not convince. The pair is put into an order of its own
 * (by content) first, so that exchanging before and after exchanges the two maps and nothing else.
 */
#include "base/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "align/given.h"
#include "align/judge.h"

/* The longer side of the face's crop at the finest level. */
enum { FINEST_SIDE_PX = 1600 };
/* So much of the skin laid on skin that is certainly the same ends the search for a better start.
 */
static const double COVERAGE_CONVINCING = 0.5;

/* The two photos in the pair's own order: `a` leads. */
typedef struct pair {
  side a, b;
  bool exchanged; /* `a` is AFTER */
  const sd_align_options *options;
  feature_set features;
  overlay burnt[2];
} pair;

static void pair_clear(pair *p) {
  side_clear(&p->a);
  side_clear(&p->b);
  feature_set_clear(&p->features);
  for (int k = 0; k < 2; k++)
    overlay_clear(&p->burnt[k]);
}

/* The refined fields become maps both ways, with what they are worth. */
static sd_status lay(sd_alignment *al, pair *p, size_t features, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map miss2 = {0};
  side *a = &p->a, *b = &p->b;
  const sd_transform *given = p->options != NULL ? p->options->transform : NULL;
  SD_TRY(warp_make(&al->forward, a->skin->crop, (int)a->refined.step, diag));
  SD_TRY(warp_make(&al->inverse, b->skin->crop, (int)b->refined.step, diag));
  SD_TRY(sd_map_make(&miss2, al->forward.columns, al->forward.rows, diag));
  warp_symmetric(&al->forward, &miss2, &a->refined, &b->refined);
  warp_inverse(&al->inverse, &al->forward, &b->refined);
  judge_whole_map(al, a, b);
  SD_TRY(judge_nodes(al, &miss2, a, b, diag));
  if (given != NULL)
    given_errors(al, given, p->exchanged);
  judge_inverse(al, b);
  SD_TRY(alignment_carry(al, diag));
  /* judged in the pair's own order: whether two photos can be laid on each other must not hang on
   * which of them is called before */
  SD_TRY(judge_zones(al, a->skin, diag));
  judge_drawn_over(al, a, b);
  al->leader_error_px = al->error_px;
  SD_TRY(judge_status(al, a, b, features, diag));
done:
  sd_map_clear(&miss2);
  return status;
}

static void no_figures(sd_alignment *al) {
  *al = (sd_alignment){.scale_ratio = 1};
  al->error_px = al->error_mm = al->leader_error_px = al->agreement = al->face_agreement =
      al->likeness = NAN;
}

/* The way there and the way back know nothing of each other: side by side. */
static sd_status refine_both(side *a, side *b, sd_diag *diag) {
  side *const from[2] = {a, b};
  sd_status refined[2];
  sd_diag told[2] = {{{0}}, {{0}}};
#pragma omp parallel for schedule(static, 1)
  for (int k = 0; k < 2; k++)
    refined[k] = field_refine(&from[k]->refined, &from[k]->start, &from[k]->depth, &from[k]->work,
                              &from[1 - k]->work, &told[k]);
  return sd_first_failure(refined, told, 2, diag);
}

static sd_status attempt(sd_alignment *al, start_kind kind, pair *p, sd_diag *diag) {
  sd_status status = SD_OK;
  start s = {0};
  side *a = &p->a, *b = &p->b;
  SD_TRY(start_find(&s, kind, &p->features, a, b, p->exchanged, p->options, diag));
  if (s.count == 0)
    goto done;
  SD_TRY(start_fields(a, b, &s, diag));
  SD_TRY(refine_both(a, b, diag));
  snprintf(al->model, sizeof al->model, "%s", s.model);
  /* between two faces features prove nothing: hairline and background agree for two people too */
  SD_TRY(lay(al, p, a->face->found && b->face->found ? 0 : s.features, diag));
done:
  start_clear(&s);
  return status;
}

/* How much skin agrees, and how well; below 0 when nothing was tried. */
static double evidence(const sd_alignment *al) {
  return al->forward.columns > 0 && !isnan(al->agreement) ? al->coverage * al->agreement : -1;
}

static bool convinces(const sd_alignment *al) {
  return al->status == SD_ALIGNMENT_OK ||
         (al->same_skin && al->status != SD_ALIGNMENT_FAILED && al->coverage > COVERAGE_CONVINCING);
}

/* One slip among the hand points can spoil a pair that aligns without them. */
static void blame_point(sd_alignment *al, const pair *p) {
  double off_px;
  size_t k = start_doubtful_point(&off_px, &p->a, &p->b, p->exchanged, p->options);
  if (k == p->options->point_count)
    return;
  const sd_pair_point *point = &p->options->points[k];
  snprintf(al->reason, sizeof al->reason,
           "point %zu, (%.0f, %.0f) to (%.0f, %.0f), lies %.0f pixels from where the landmarks of "
           "the faces put it; correct it or leave it out",
           k + 1, point->before.x, point->before.y, point->after.x, point->after.y, off_px);
}

static sd_status search(sd_alignment *al, pair *p, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_alignment *trial = calloc(1, sizeof *trial);
  if (trial == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  bool once =
      p->options != NULL && p->options->landmarks_only && p->a.face->found && p->b.face->found;
  int kinds = once ? START_LANDMARKS + 1 : START_KINDS;
  for (int kind = 0; kind < kinds && !convinces(al); kind++) {
    no_figures(trial);
    SD_TRY(attempt(trial, (start_kind)kind, p, diag));
    if (evidence(trial) > evidence(al)) {
      sd_alignment better = *trial;
      *trial = *al;
      *al = better;
    }
    sd_alignment_clear(trial);
  }
  bool pointed = p->options != NULL && p->options->point_count > 0;
  if (al->forward.columns == 0) {
    snprintf(al->model, sizeof al->model, "none");
    snprintf(al->reason, sizeof al->reason,
             "no face with landmarks in both photos, and too few skin features agree; give %s",
             pointed ? "more corresponding points" : "corresponding points with --points");
  } else if (al->status == SD_ALIGNMENT_FAILED && pointed) {
    blame_point(al, p);
  }
done:
  sd_alignment_clear(trial);
  free(trial);
  return status;
}

static sd_status use_given(sd_alignment *al, pair *p, const sd_transform *given, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(given_fields(&p->a, &p->b, given, p->exchanged, diag));
  SD_TRY(lay(al, p, 0, diag));
  snprintf(al->model, sizeof al->model, "given transform (%.70s)", given->model);
done:
  return status;
}

static sd_status make_frames(side *a, side *b, sd_diag *diag) {
  side *const of[2] = {a, b};
  sd_status made[2];
  sd_diag told[2] = {{{0}}, {{0}}};
#pragma omp parallel for schedule(static, 1)
  for (int k = 0; k < 2; k++)
    made[k] = frame_make(&of[k]->work, of[k]->photo, of[k]->skin, of[k]->face, of[k]->burnt,
                         FINEST_SIDE_PX, &told[k]);
  return sd_first_failure(made, told, 2, diag);
}

static sd_status align_pair(sd_alignment *al, pair *p, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_transform *given = p->options != NULL ? p->options->transform : NULL;
  const sd_photo *const photos[] = {p->a.photo, p->b.photo};
  SD_TRY(overlays_find(p->burnt, photos, diag));
  p->a.burnt = &p->burnt[0];
  p->b.burnt = &p->burnt[1];
  SD_TRY(make_frames(&p->a, &p->b, diag));
  SD_TRY(given != NULL ? use_given(al, p, given, diag) : search(al, p, diag));
done:
  return status;
}

static sd_status identity(sd_alignment *al, const side *a, sd_diag *diag) {
  sd_status status = SD_OK;
  enum { STEP = 8 };
  SD_TRY(warp_make(&al->forward, a->skin->crop, STEP, diag));
  SD_TRY(warp_make(&al->inverse, a->skin->crop, STEP, diag));
  SD_TRY(sd_map_make(&al->error_map, al->forward.columns, al->forward.rows, diag));
  SD_TRY(sd_map_make(&al->likeness_map, al->forward.columns, al->forward.rows, diag));
  SD_TRY(sd_map_make(&al->inverse_error_map, al->forward.columns, al->forward.rows, diag));
  SD_TRY(sd_map_make(&al->inverse_likeness_map, al->forward.columns, al->forward.rows, diag));
  for (int j = 0; j < al->forward.rows; j++)
    for (int i = 0; i < al->forward.columns; i++) {
      size_t k = (size_t)j * (size_t)al->forward.columns + (size_t)i;
      sd_point p = warp_node(&al->forward, i, j);
      al->forward.x[k] = al->inverse.x[k] = (float)p.x;
      al->forward.y[k] = al->inverse.y[k] = (float)p.y;
      al->forward.valid[k] = al->inverse.valid[k] = 1;
      al->likeness_map.v[k] = al->inverse_likeness_map.v[k] = 1;
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

bool sd_align_leads(const sd_photo *photo, const sd_face *face, const sd_photo *other,
                    const sd_face *other_face) {
  double size = face->found ? face->eye_distance_px : 0;
  double other_size = other_face->found ? other_face->eye_distance_px : 0;
  if (size > 0 && other_size > 0 && size != other_size)
    return size < other_size;
  return strcmp(photo->file_sha256, other->file_sha256) <= 0;
}

sd_status sd_align(sd_alignment *out, const sd_photo *before, const sd_face *before_face,
                   const sd_skin *before_skin, const sd_photo *after, const sd_face *after_face,
                   const sd_skin *after_skin, const sd_align_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_alignment *al = calloc(1, sizeof *al);
  side first = {.photo = before, .face = before_face, .skin = before_skin};
  side second = {.photo = after, .face = after_face, .skin = after_skin};
  bool exchanged = !sd_align_leads(before, before_face, after, after_face);
  bool steered = options != NULL && (options->point_count > 0 || options->transform != NULL);
  pair p = {.a = exchanged ? second : first,
            .b = exchanged ? first : second,
            .exchanged = exchanged,
            .options = options};
  if (al == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  no_figures(al);
  if (same_pixels(before, after) && !steered) {
    al->error_px = al->leader_error_px = 0;
    SD_TRY(identity(al, &first, diag));
  } else {
    SD_TRY(align_pair(al, &p, diag));
    if (exchanged) {
      sd_alignment_exchange(al);
      if (al->forward.columns > 0)
        SD_TRY(judge_zones(al, before_skin, diag));
    }
  }
  bool scaled = before_face->scale.source != SD_SCALE_NONE;
  sd_alignment_set_scale(al, scaled ? before_face->scale.mm_per_px : NAN);
  sd_alignment_clear(out);
  *out = *al;
  *al = (sd_alignment){0};
done:
  sd_alignment_clear(al);
  free(al);
  pair_clear(&p);
  return status;
}
