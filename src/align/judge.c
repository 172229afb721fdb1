/* What a map is worth: a stated error for every node, coverage and agreement by zone, and whether
 * the two photos show the same skin at all. */
#include "align/judge.h"

#include "align/heads.h"
#include "base/angle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Side of the crop, in pixels of the level, at which local agreement is taken. */
enum { AGREEMENT_SIDE_PX = 420 };
/* Stated error, a 95 % bound: the way there and back shares causes of error with the way itself, so
 * its miss is smaller than the error; where the photos look less alike, even a consistent way is
 * less sure. Fitted by quantile regression to 26,000 points of 60 semi-synthetic pairs of known
 * truth; the bound holds for 94 to 97 % of the points of each level of difficulty in the mean over
 * its pairs, for fewer or more in single ones (0.73 to 1). */
static const double ERROR_PER_MISS = 5.1;
static const double ERROR_PER_UNLIKENESS_WORK_PX = 0.43, ERROR_FLOOR_WORK_PX = 0.09;
enum { MISS_WINDOW_NODES = 4 };
/* A node is trusted to measure by when its stated error is below this share of the crop's longer
 * side and the place looks like the same skin at all. */
static const double ERROR_TRUSTED = 0.03;
static const double AGREEMENT_LOCAL = 0.10;
/* An inverse that did not converge to this share of the crop is not used. */
static const double INVERSE_MISS_MAX = 0.003;
/* Correlation over eyes, brows and mouth (over skin without a face) under which nothing was found
 * at all. What lies above may be right and yet not fit to measure by: see SD_LIKENESS_SAME_SKIN. */
enum { FEATURE_NODES_MIN = 40 };
static const double AGREEMENT_FAILED = 0.40;
/* Skin and features together: half of 50 pairs of two different people stay below, every pair of
 * one person is above (0.62 and more even in small retouched portraits under another light). */
static const double EVIDENCE_FAILED = 0.55;
/* Where the skin does not speak for one person, features and heads must, all of them together:
 * skin, half of the features and this many times the unlikeness of the heads. 74 of 102 pairs of
 * two people stay below or fail above, none of 101 pairs of one (the least -0.45: a small face,
 * blurred, bent and under another lamp; -0.34 of real pairs, from other places and years). */
static const double HEADS_WEIGHT = 40, HEADS_FAILED = -0.47;
/* Seen coarsely, in luminance and in colour, skin shows blotches and the build of the face: more of
 * it is one person's own than of the pores, which years and lamps change. The picture's part is
 * then about so many pixels wide. Where the skin does not speak for one person, both correlations
 * and the likeness together are below this for half of the pairs of two people that heads do not
 * tell, and above it for 21 of 21 pairs of one (the least 1.25, from other places and years). */
enum { COARSE_WIDTH_PX = 110 };
static const double COARSE_FAILED = 1.2;
/* Without a face, a dozen and more skin features that agree on one map have spoken already. */
static const double AGREEMENT_FAILED_FEATURES = 0.20;
/* So many agreeing features are no chance (of 100 tentative matches, fewer than one falls within
 * the tolerance of a wrong map); but they may lie on the background, so the skin must agree as
 * well. */
enum { FEATURES_CERTAIN = 12 };
static const double AGREEMENT_FEATURES_SKIN = 0.25;
/* Each per cent of the crop's side of stated error takes this from the agreement. */
static const double LIKENESS_PER_ERROR = 10;
static const double COVERAGE_FAILED = 0.10, COVERAGE_OK = 0.80;

static double longer(sd_rect crop) {
  return crop.width > crop.height ? crop.width : crop.height;
}

static bool in_photo(const sd_photo *photo, double x, double y) {
  return x >= 0 && y >= 0 && x <= photo->width - 1 && y <= photo->height - 1;
}

static bool in_rect(sd_rect r, double x, double y) {
  return x >= r.x && y >= r.y && x <= r.x + r.width - 1 && y <= r.y + r.height - 1;
}

/* ---- nodes ---------------------------------------------------------------------------------- */

/* The level at which the crop's longer side has no more than so many pixels. */
static int level_of(const side *s, double side_px) {
  int level = 0;
  while (level + 1 < s->work.level_count &&
         side_length_px(s) / s->work.level[level].scale > side_px)
    level++;
  return level;
}

/* How alike the photos are, of luminance or tint, and the nodes at which it is known. */
static sd_status agreement_of(sd_map *out, field *nodes, const side *a, const side *b, int level,
                              bool of_tint, sd_diag *diag) {
  sd_status status = field_agreement(out, &a->refined, &a->work, &b->work, level, of_tint, diag);
  return status == SD_OK ? field_make(nodes, &a->work.level[level], diag) : status;
}

static float alike_at(const sd_map *agreement, const field *nodes, sd_point p) {
  return sd_map_at(agreement, (p.x - nodes->origin_x) / nodes->step,
                   (p.y - nodes->origin_y) / nodes->step);
}

/* 95 % bound of a node's error, source pixels. */
static double stated_error(double miss2, double alike, double work_px) {
  double unlike = 1 - fmin(fmax(alike, 0), 1);
  double from_miss = ERROR_PER_MISS * sqrt(fmax(miss2, 0));
  return hypot(from_miss,
               work_px * hypot(ERROR_PER_UNLIKENESS_WORK_PX * unlike, ERROR_FLOOR_WORK_PX));
}

/* Whether a date, a bar or a watermark lies on a point or on where it came to. */
static bool is_drawn_over(const side *a, const side *b, sd_point from, sd_point to) {
  return overlay_at(a->burnt, from.x, from.y) || overlay_at(b->burnt, to.x, to.y);
}

static void judge_node(sd_alignment *al, size_t k, sd_point p, float alike, double error,
                       const side *a, const side *b) {
  sd_warp *warp = &al->forward;
  bool lands = in_photo(a->photo, p.x, p.y) && in_photo(b->photo, warp->x[k], warp->y[k]);
  bool drawn_over = is_drawn_over(a, b, p, (sd_point){warp->x[k], warp->y[k]});
  warp->valid[k] = lands && !drawn_over && in_rect(b->skin->crop, warp->x[k], warp->y[k]) &&
                   error < ERROR_TRUSTED * side_length_px(a) && alike > AGREEMENT_LOCAL;
  al->likeness_map.v[k] = alike;
  al->error_map.v[k] = lands ? (float)error : NAN;
}

sd_status judge_nodes(sd_alignment *al, sd_map *miss2, const side *a, const side *b,
                      sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map agreement = {0};
  field nodes = {0};
  sd_warp *warp = &al->forward;
  double work_px = a->work.level[0].scale;
  SD_TRY(agreement_of(&agreement, &nodes, a, b, level_of(a, AGREEMENT_SIDE_PX), false, diag));
  SD_TRY(sd_map_blur(miss2, miss2, MISS_WINDOW_NODES, diag));
  SD_TRY(sd_map_make(&al->error_map, warp->columns, warp->rows, diag));
  SD_TRY(sd_map_make(&al->likeness_map, warp->columns, warp->rows, diag));
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      size_t k = (size_t)j * (size_t)warp->columns + (size_t)i;
      sd_point p = warp_node(warp, i, j);
      float alike = alike_at(&agreement, &nodes, p);
      judge_node(al, k, p, alike, stated_error(miss2->v[k], alike, work_px), a, b);
    }
done:
  sd_map_clear(&agreement);
  field_clear(&nodes);
  return status;
}

void judge_inverse(sd_alignment *al, const side *b) {
  sd_warp *inverse = &al->inverse;
  for (int j = 0; j < inverse->rows; j++)
    for (int i = 0; i < inverse->columns; i++) {
      size_t k = (size_t)j * (size_t)inverse->columns + (size_t)i;
      sd_point q = warp_node(inverse, i, j), f;
      bool good = sd_warp_at(&al->forward, inverse->x[k], inverse->y[k], &f);
      inverse->valid[k] = good && in_photo(b->photo, q.x, q.y) &&
                          hypot(f.x - q.x, f.y - q.y) < INVERSE_MISS_MAX * side_length_px(b);
    }
}

/* ---- zones ---------------------------------------------------------------------------------- */

typedef struct tally {
  size_t skin, covered, errors, likes;
  float *error, *like; /* of covered nodes */
} tally;

static void finish_zone(sd_alignment_zone *zone, const tally *t) {
  zone->coverage = t->skin > 0 ? (double)t->covered / (double)t->skin : 0;
  zone->error_px = t->errors > 0 ? sd_median(t->error, t->errors) : NAN;
  zone->error_mm = NAN;
  zone->agreement = t->likes > 0 ? sd_median(t->like, t->likes) : NAN;
}

/* Whether node (i, j) lies on measured skin of a label (0: any), or on the features of the face
 * instead. */
static bool counts(const sd_skin *skin, const sd_warp *warp, int i, int j, int label,
                   bool features) {
  int x = i * warp->step_px, y = j * warp->step_px;
  if (x >= skin->crop.width || y >= skin->crop.height)
    return false;
  size_t pixel = (size_t)y * (size_t)skin->crop.width + (size_t)x;
  sd_excluded reason = (sd_excluded)skin->excluded.v[pixel];
  if (features)
    return reason == SD_EXCLUDED_EYE || reason == SD_EXCLUDED_BROW || reason == SD_EXCLUDED_LIPS ||
           reason == SD_EXCLUDED_NOSTRIL;
  return reason == SD_MEASURED && skin->label.v[pixel] != 0 &&
         (label == 0 || skin->label.v[pixel] == label);
}

void judge_drawn_over(sd_alignment *al, const side *a, const side *b) {
  const sd_warp *warp = &al->forward;
  const sd_skin *skin = a->skin;
  size_t all = 0, drawn = 0;
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      size_t k = (size_t)j * (size_t)warp->columns + (size_t)i;
      if (!counts(skin, warp, i, j, 0, false))
        continue;
      all++;
      drawn += is_drawn_over(a, b, warp_node(warp, i, j), (sd_point){warp->x[k], warp->y[k]});
    }
  al->drawn_over = all > 0 ? (double)drawn / (double)all : 0;
}

static void count_nodes(tally *t, const sd_alignment *al, const sd_skin *skin, int label,
                        bool features) {
  const sd_warp *warp = &al->forward;
  *t = (tally){.error = t->error, .like = t->like};
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      if (!counts(skin, warp, i, j, label, features))
        continue;
      size_t k = (size_t)j * (size_t)warp->columns + (size_t)i;
      t->skin++;
      t->like[t->likes++] = al->likeness_map.v[k];
      if (warp->valid[k]) {
        t->covered++;
        t->error[t->errors++] = al->error_map.v[k];
      }
    }
}

sd_status judge_zones(sd_alignment *al, const sd_skin *skin, sd_diag *diag) {
  size_t count = (size_t)al->forward.columns * (size_t)al->forward.rows;
  tally t = {.error = malloc(count * sizeof(float)), .like = malloc(count * sizeof(float))};
  sd_status status = SD_OK;
  if (t.error == NULL || t.like == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to judge the alignment");
    goto done;
  }
  sd_alignment_zone all = {0};
  count_nodes(&t, al, skin, 0, true);
  finish_zone(&all, &t);
  size_t features = t.likes;
  al->face_agreement = all.agreement;
  count_nodes(&t, al, skin, 0, false);
  finish_zone(&all, &t);
  if (features < FEATURE_NODES_MIN)
    al->face_agreement = all.agreement;
  al->coverage = all.coverage;
  al->error_px = all.error_px;
  al->agreement = all.agreement;
  al->zone_count = skin->zone_count;
  for (int z = 0; z < skin->zone_count; z++) {
    snprintf(al->zones[z].name, sizeof al->zones[z].name, "%s", skin->zones[z].name);
    count_nodes(&t, al, skin, skin->zones[z].label, false);
    finish_zone(&al->zones[z], &t);
  }
done:
  free(t.error);
  free(t.like);
  return status;
}

/* Two heads, as far as skin, features and bones together can tell. */
static bool two_heads(const sd_alignment *al, double heads) {
  return al->likeness + 0.5 * al->face_agreement - HEADS_WEIGHT * heads < HEADS_FAILED;
}

/* Median over the measured skin of the correlation at a coarse level; NaN where there is none. */
static sd_status coarse_agreement(double *out, const sd_alignment *al, const side *a, const side *b,
                                  bool of_tint, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map agreement = {0};
  field nodes = {0};
  const sd_warp *warp = &al->forward;
  size_t count = 0;
  double width = a->work.level[0].scale * a->work.level[0].feature.width;
  int level = frame_matching_level(&a->work, width / COARSE_WIDTH_PX);
  float *v = malloc((size_t)warp->columns * (size_t)warp->rows * sizeof *v);
  if (v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to judge the alignment");
  SD_TRY(agreement_of(&agreement, &nodes, a, b, level, of_tint, diag));
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      float alike = counts(a->skin, warp, i, j, 0, false)
                        ? alike_at(&agreement, &nodes, warp_node(warp, i, j))
                        : NAN;
      if (!isnan(alike))
        v[count++] = alike;
    }
  *out = count > 0 ? sd_median(v, count) : NAN;
done:
  free(v);
  sd_map_clear(&agreement);
  field_clear(&nodes);
  return status;
}

/* Whether a face's skin, seen coarsely, tells two people. */
static sd_status coarse_skin_differs(bool *out, const sd_alignment *al, const side *a,
                                     const side *b, sd_diag *diag) {
  double sum = al->likeness;
  *out = false;
  if (al->same_skin || !a->skin->from_landmarks || !b->skin->from_landmarks)
    return SD_OK;
  for (int of_tint = 0; of_tint < 2; of_tint++) {
    double r = NAN;
    sd_status status = coarse_agreement(&r, al, a, b, of_tint == 1, diag);
    if (status != SD_OK)
      return status;
    sum += r;
  }
  *out = sum < COARSE_FAILED;
  return SD_OK;
}

static bool nothing_found(const sd_alignment *al, const sd_skin *skin, double heads) {
  double face = isnan(al->face_agreement) ? 0 : al->face_agreement;
  double likeness = isnan(al->likeness) ? 0 : al->likeness;
  if (al->coverage < COVERAGE_FAILED)
    return true;
  if (al->same_skin) /* a laugh that shows teeth for lips says nothing against it */
    return false;
  if (skin->from_landmarks)
    return face < AGREEMENT_FAILED || face + likeness < EVIDENCE_FAILED || two_heads(al, heads);
  return face < AGREEMENT_FAILED_FEATURES;
}

sd_status judge_status(sd_alignment *al, const side *a, const side *b, size_t features,
                       sd_diag *diag) {
  const sd_skin *skin = a->skin;
  bool differs;
  al->likeness = al->agreement - LIKENESS_PER_ERROR * al->error_px / longer(skin->crop);
  al->same_skin = al->likeness >= SD_LIKENESS_SAME_SKIN ||
                  (features >= FEATURES_CERTAIN && al->agreement >= AGREEMENT_FEATURES_SKIN);
  sd_status status = coarse_skin_differs(&differs, al, a, b, diag);
  if (status != SD_OK)
    return status;
  al->status = SD_ALIGNMENT_PARTLY;
  if (differs || nothing_found(al, skin, heads_apart(a->face, b->face))) {
    al->status = SD_ALIGNMENT_FAILED;
    snprintf(al->reason, sizeof al->reason,
             "the two photos do not show the same skin well enough: %.0f %% of the skin could be "
             "laid on each other, at a similarity of %.2f",
             100 * al->coverage, isnan(al->agreement) ? 0 : al->agreement);
  } else if (!al->same_skin) {
    snprintf(al->reason, sizeof al->reason,
             "laid on each other, the skin looks too unlike (%.2f) to say that it is the same; "
             "are both photos of one person?",
             al->likeness);
  } else if (al->coverage < COVERAGE_OK) {
    snprintf(al->reason, sizeof al->reason,
             "%.0f %% of the skin could be laid on each other; the rest is left out",
             100 * al->coverage);
  } else {
    al->status = SD_ALIGNMENT_OK;
  }
  return SD_OK;
}

void sd_alignment_set_scale(sd_alignment *alignment, double mm_per_px) {
  double scale = mm_per_px > 0 ? mm_per_px : NAN;
  alignment->error_mm = alignment->error_px * scale;
  for (int z = 0; z < alignment->zone_count; z++)
    alignment->zones[z].error_mm = alignment->zones[z].error_px * scale;
}

/* ---- the whole map -------------------------------------------------------------------------- */

/* Non-affine part of the map over the nodes that may steer, relative to the picture mapped to. */
static double deformation_of(const field *f, const affine *base, const frame *work,
                             double side_px) {
  const frame_level *level = &work->level[0];
  double sum = 0, weight = 0;
  for (int j = 0; j < f->rows; j++)
    for (int i = 0; i < f->columns; i++) {
      size_t k = (size_t)j * (size_t)f->columns + (size_t)i;
      double w = sd_map_at(&level->weight, CELL_PX * (i + 0.5) - 0.5, CELL_PX * (j + 0.5) - 0.5);
      sd_point p =
          affine_apply(base, (sd_point){f->origin_x + i * f->step, f->origin_y + j * f->step});
      if (w < 0.5)
        continue;
      sum += (f->x[k] - p.x) * (f->x[k] - p.x) + (f->y[k] - p.y) * (f->y[k] - p.y);
      weight += 1;
    }
  return weight > 0 ? sqrt(sum / weight) / side_px : 0;
}

void judge_whole_map(sd_alignment *al, const side *a, const side *b) {
  affine base;
  al->scale_ratio = 1;
  if (!field_affine(&base, &a->refined, NULL))
    return;
  double d = base.a[0] * base.a[4] - base.a[1] * base.a[3];
  al->scale_ratio = d > 0 ? sqrt(d) : 1;
  al->rotation_deg = atan2(base.a[3] - base.a[1], base.a[0] + base.a[4]) * SD_DEGREES_PER_RADIAN;
  al->deformation = deformation_of(&a->refined, &base, &a->work, side_length_px(b));
}
