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

static void set_model(start *s, const char *name) {
  snprintf(s->model, sizeof s->model, "%s", name);
}

static void add_landmarks(start *s, const side *a, const side *b) {
  for (int k = 0; k < SD_LANDMARKS; k++)
    s->matches[s->count++] = (match){{a->face->landmarks[k].x, a->face->landmarks[k].y},
                                     {b->face->landmarks[k].x, b->face->landmarks[k].y},
                                     1};
  s->reach_px = LANDMARK_REACH * a->face->eye_distance_px;
  s->use_affine = true;
  set_model(s, "landmarks + dense");
}

static sd_status add_features(start *s, const side *a, const side *b, sd_diag *diag) {
  match *found = NULL;
  size_t count = 0;
  affine map;
  sd_status status =
      feature_matches(&found, &count, a->photo, a->skin->crop, b->photo, b->skin->crop, diag);
  if (status != SD_OK)
    return status;
  if (ransac_similarity(&map, found, &count, FEATURE_TOLERANCE * side_length_px(b)) &&
      count >= FEATURES_NEEDED) {
    match *grown = realloc(s->matches, (s->count + count + SD_LANDMARKS) * sizeof *grown);
    if (grown == NULL) {
      free(found);
      return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
    }
    s->matches = grown;
    memcpy(s->matches + s->count, found, count * sizeof *found);
    s->count += count;
    s->features = count;
    s->reach_px = FEATURE_REACH * side_length_px(a);
    s->use_affine = true;
    set_model(s, "skin features + dense");
  }
  free(found);
  return SD_OK;
}

static void add_points(start *s, const sd_align_options *options, bool exchanged, const side *a) {
  if (options == NULL || options->point_count == 0)
    return;
  bool alone = s->count == 0;
  for (size_t i = 0; i < options->point_count; i++) {
    const sd_pair_point *p = &options->points[i];
    s->matches[s->count++] = exchanged ? (match){p->after, p->before, POINT_WEIGHT}
                                       : (match){p->before, p->after, POINT_WEIGHT};
  }
  if (alone) {
    s->reach_px = POINT_REACH * side_length_px(a);
    s->use_affine = options->point_count >= 6;
    set_model(s, "hand points + dense");
  } else {
    set_model(s, s->use_affine && a->face->found ? "hand points, landmarks + dense"
                                                 : "hand points, skin features + dense");
  }
}

sd_status start_find(start *out, const side *a, const side *b, bool exchanged,
                     const sd_align_options *options, sd_diag *diag) {
  size_t points = options != NULL ? options->point_count : 0;
  start s = {.model = "none"};
  s.matches = malloc((SD_LANDMARKS + points + 1) * sizeof *s.matches);
  if (s.matches == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  if (a->face->found && b->face->found) {
    add_landmarks(&s, a, b);
  } else {
    sd_status status = add_features(&s, a, b, diag);
    match *grown = status == SD_OK
                       ? realloc(s.matches, (s.count + points + SD_LANDMARKS) * sizeof *grown)
                       : NULL;
    if (grown == NULL) {
      free(s.matches);
      return status == SD_OK ? sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos")
                             : status;
    }
    s.matches = grown;
  }
  add_points(&s, options, exchanged, a);
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
  if (a->face->found && b->face->found) {
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
