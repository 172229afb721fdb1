/* Landmarks tell where the face is to 1 to 2 % of the eye distance and survive any light; skin
 * features work without a face; hand points are the last word. */
#include "align/start.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Landmarks carry 1 to 1.7 % of the eye distance of noise; averaging over this reach removes it and
 * keeps the large movements of an expression. Share of the eye distance. */
static const double LANDMARK_REACH = 0.18;
/* Reach of skin features and hand points, share of the crop's longer side. */
static const double FEATURE_REACH = 0.10;
static const double POINT_REACH = 0.25;
static const double POINT_WEIGHT = 40;
/* Features must agree with a similarity to this share of the photo's longer side: faces move. */
static const double FEATURE_TOLERANCE = 0.025;
enum { FEATURES_NEEDED = 12 };
/* A feature that moved by less than this, in photo pixels, stood still. */
static const double STILL_PX = 1.5;
/* The depth of a face is spread over the nodes of the level that is this many above the coarsest:
 * fine enough for a nose. */
enum { DEPTH_LEVELS_DOWN = 2 };

double side_length_px(const side *s) {
  return s->skin->crop.width > s->skin->crop.height ? s->skin->crop.width : s->skin->crop.height;
}

void side_clear(side *s) {
  frame_clear(&s->work);
  field_clear(&s->start);
  field_clear(&s->refined);
  field_clear(&s->depth);
}

void start_clear(start *s) {
  free(s->matches);
  *s = (start){0};
}

void feature_set_clear(feature_set *set) {
  free(set->v);
  *set = (feature_set){0};
}

static void add_landmarks(start *s, const side *a, const side *b) {
  for (int k = 0; k < SD_LANDMARKS; k++)
    s->matches[s->count++] = (match){{a->face->landmarks[k].x, a->face->landmarks[k].y},
                                     {b->face->landmarks[k].x, b->face->landmarks[k].y},
                                     1};
  s->reach_px = LANDMARK_REACH * a->face->eye_distance_px;
  s->use_affine = true;
}

/* Copies the matches that moved; returns how many. */
static size_t moved_matches(match *out, const feature_set *set) {
  size_t count = 0;
  for (size_t k = 0; k < set->count; k++)
    if (hypot(set->v[k].to.x - set->v[k].from.x, set->v[k].to.y - set->v[k].from.y) > STILL_PX)
      out[count++] = set->v[k];
  return count;
}

/* Adds the features that agree with each other, when they are enough to mean something. */
static void add_features(start *s, const feature_set *set, bool moved_only, const side *a,
                         const side *b) {
  match *own = s->matches + s->count;
  size_t count = set->count;
  affine map;
  if (moved_only)
    count = moved_matches(own, set);
  else if (count > 0)
    memcpy(own, set->v, count * sizeof *own);
  if (moved_only && count == set->count) /* nothing stood still: the same start again */
    return;
  if (!agreeing_matches(&map, own, &count, FEATURE_TOLERANCE * side_length_px(b)) ||
      count < FEATURES_NEEDED)
    return;
  s->features = count;
  s->count += count;
  s->reach_px = FEATURE_REACH * side_length_px(a);
  s->use_affine = true;
}

static void add_points(start *s, const sd_align_options *options, bool exchanged, const side *a) {
  bool alone = s->count == 0;
  for (size_t i = 0; options != NULL && i < options->point_count; i++) {
    const sd_pair_point *p = &options->points[i];
    s->matches[s->count++] = exchanged ? (match){p->after, p->before, POINT_WEIGHT}
                                       : (match){p->before, p->after, POINT_WEIGHT};
  }
  if (alone) {
    s->reach_px = POINT_REACH * side_length_px(a);
    s->use_affine = s->count >= 6;
  }
}

/* Landmarks put skin right to a tenth of the eye distance, whatever the expression. */
static const double DOUBTFUL = 0.25;

size_t start_doubtful_point(double *off_px, const side *a, const side *b, bool exchanged,
                            const sd_align_options *options) {
  match landmarks[SD_LANDMARKS];
  start s = {.matches = landmarks};
  affine map;
  size_t worst = options->point_count;
  if (!a->face->found || !b->face->found)
    return worst;
  add_landmarks(&s, a, b);
  if (!affine_fit(&map, s.matches, s.count))
    return worst;
  *off_px = DOUBTFUL * b->face->eye_distance_px;
  for (size_t k = 0; k < options->point_count; k++) {
    const sd_pair_point *p = &options->points[k];
    sd_point to = affine_apply(&map, exchanged ? p->after : p->before);
    sd_point given = exchanged ? p->before : p->after;
    double off = hypot(to.x - given.x, to.y - given.y);
    if (off > *off_px) {
      *off_px = off;
      worst = k;
    }
  }
  return worst;
}

static void name_start(start *s, bool landmarks, bool points) {
  snprintf(s->model, sizeof s->model, "%s%s%s%s%s + dense", points ? "hand points" : "",
           points && (landmarks || s->features > 0) ? ", " : "", landmarks ? "landmarks" : "",
           landmarks && s->features > 0 ? ", " : "", s->features > 0 ? "skin features" : "");
}

static sd_status seek_features(feature_set *set, const side *a, const side *b, sd_diag *diag) {
  if (set->sought)
    return SD_OK;
  set->sought = true;
  bool faces = a->face->found && b->face->found; /* larger features than pores join two of them */
  sd_status status = feature_matches(&set->v, &set->count, a->photo, a->skin->crop, b->photo,
                                     b->skin->crop, !faces, diag);
  size_t kept = 0;
  for (size_t k = 0; k < set->count; k++)
    if (!overlay_at(a->burnt, set->v[k].from.x, set->v[k].from.y) &&
        !overlay_at(b->burnt, set->v[k].to.x, set->v[k].to.y))
      set->v[kept++] = set->v[k];
  set->count = kept;
  return status;
}

sd_status start_find(start *out, start_kind kind, feature_set *set, const side *a, const side *b,
                     bool exchanged, const sd_align_options *options, sd_diag *diag) {
  size_t points = options != NULL ? options->point_count : 0;
  bool landmarks = kind == START_LANDMARKS || kind == START_BOTH,
       features = kind != START_LANDMARKS;
  start s = {0};
  sd_status status = SD_OK;
  if (landmarks && !(a->face->found && b->face->found))
    return SD_OK;
  if (features)
    status = seek_features(set, a, b, diag);
  if (status != SD_OK)
    return status;
  s.matches = malloc((SD_LANDMARKS + set->count + points + 1) * sizeof *s.matches);
  if (s.matches == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  if (landmarks)
    add_landmarks(&s, a, b);
  if (features)
    add_features(&s, set, kind == START_MOVED_FEATURES, a, b);
  /* without one agreeing feature, a start of features is hand points alone or nothing new */
  if (features && s.features == 0 && (landmarks || kind == START_MOVED_FEATURES))
    s.count = 0;
  else
    add_points(&s, options, exchanged, a);
  name_start(&s, landmarks, points > 0);
  *out = s;
  return SD_OK;
}

/* ---- the two fields ------------------------------------------------------------------------- */

static sd_status face_depth(side *s, sd_diag *diag) {
  int coarsest = s->work.level_count - 1;
  int level = coarsest > DEPTH_LEVELS_DOWN ? coarsest - DEPTH_LEVELS_DOWN : 0;
  return solid_depth(&s->depth, s->face, &s->work.level[level], diag);
}

/* The map all matches share: a solid head where depth is known, else what their number allows. */
static bool shared_map(solid *out, const start *s, const match *matches, const field *depth) {
  affine flat;
  if (depth->columns > 0)
    return solid_fit(out, matches, s->count, depth);
  if (!(s->use_affine ? affine_fit(&flat, matches, s->count)
                      : affine_similarity(&flat, matches, s->count)))
    return false;
  *out = solid_of_affine(&flat);
  return true;
}

sd_status start_fields(side *a, side *b, const start *s, sd_diag *diag) {
  sd_status status = SD_OK;
  solid forth, back;
  match *reverse = malloc(s->count * sizeof *reverse);
  if (reverse == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  for (size_t i = 0; i < s->count; i++)
    reverse[i] = (match){s->matches[i].to, s->matches[i].from, s->matches[i].weight};
  if (a->face->found && b->face->found && a->depth.columns == 0) {
    SD_TRY(face_depth(a, diag));
    SD_TRY(face_depth(b, diag));
  }
  if (!shared_map(&forth, s, s->matches, &a->depth) || !shared_map(&back, s, reverse, &b->depth)) {
    status = sd_fail(diag, SD_NOT_ALIGNED, "the points given do not determine a map");
    goto done;
  }
  double scale = solid_scale(&forth);
  SD_TRY(field_make(&a->start, &a->work.level[a->work.level_count - 1], diag));
  SD_TRY(field_make(&b->start, &b->work.level[b->work.level_count - 1], diag));
  SD_TRY(solid_spread(&a->start, &forth, &a->depth, s->matches, s->count, s->reach_px, diag));
  SD_TRY(solid_spread(&b->start, &back, &b->depth, reverse, s->count, s->reach_px * scale, diag));
done:
  free(reverse);
  return status;
}
