/* Registration of two photos: start, dense refinement in both directions, symmetric map, honest
 * error. The pair is put into an order of its own (by content) first, so that exchanging before and
 * after exchanges the two maps and nothing else. */
#include "align/field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longer side of the face's crop at the finest level. */
enum { FINEST_SIDE_PX = 1600, AGREEMENT_SIDE_PX = 420, INVERSE_ROUNDS = 10 };
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
/* Stated error: the way there and back shares most causes of error, so its miss is far smaller than
 * the error itself. On semi-synthetic pairs of known truth, 95 % of the errors are below 7 misses.
 */
static const double ERROR_GAIN = 7.0;
static const double ERROR_FLOOR_WORK_PX = 0.25, MISS_WINDOW_NODES = 4;
/* A node whose stated error exceeds this share of the crop's longer side is not trusted. */
static const double ERROR_LIMIT = 0.03;
/* An inverse that did not converge to this share of the crop is not used. */
static const double INVERSE_MISS_MAX = 0.003;
/* Local correlation under which a place does not look like the same skin. */
static const double AGREEMENT_LOCAL = 0.10;
/* Correlation over eyes, brows and mouth (over skin without a face) under which nothing was found
 * at all. What lies above may be right and yet not fit to measure by: see SD_LIKENESS_SAME_SKIN. */
enum { FEATURE_NODES_MIN = 40 };
static const double AGREEMENT_FAILED = 0.40;
/* Each per cent of the crop's side of stated error takes this from the agreement. */
static const double LIKENESS_PER_ERROR = 10;
static const double COVERAGE_FAILED = 0.10, COVERAGE_OK = 0.80;

typedef struct side {
  const sd_photo *photo;
  const sd_face *face;
  const sd_skin *skin;
  frame work;
  field start, refined;
} side;

typedef struct start {
  match *matches;
  size_t count;
  double reach_px; /* in source pixels */
  bool use_affine;
  const char *model;
} start;

static double longer_side(const sd_skin *skin) {
  return skin->crop.width > skin->crop.height ? skin->crop.width : skin->crop.height;
}

/* ---- start ----------------------------------------------------------------------------------- */

static void add_landmarks(start *s, const side *a, const side *b) {
  for (int k = 0; k < SD_LANDMARKS; k++)
    s->matches[s->count++] = (match){{a->face->landmarks[k].x, a->face->landmarks[k].y},
                                     {b->face->landmarks[k].x, b->face->landmarks[k].y},
                                     1};
  s->reach_px = LANDMARK_REACH * a->face->eye_distance_px;
  s->use_affine = true;
  s->model = "landmarks + dense";
}

static sd_status add_features(start *s, const side *a, const side *b, sd_diag *diag) {
  match *found = NULL;
  size_t count = 0;
  affine map;
  sd_status status =
      feature_matches(&found, &count, a->photo, a->skin->crop, b->photo, b->skin->crop, diag);
  if (status != SD_OK)
    return status;
  if (ransac_similarity(&map, found, &count, FEATURE_TOLERANCE * longer_side(b->skin)) &&
      count >= FEATURES_NEEDED) {
    match *grown = realloc(s->matches, (s->count + count + SD_LANDMARKS) * sizeof *grown);
    if (grown == NULL) {
      free(found);
      return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
    }
    s->matches = grown;
    memcpy(s->matches + s->count, found, count * sizeof *found);
    s->count += count;
    s->reach_px = FEATURE_REACH * longer_side(a->skin);
    s->use_affine = true;
    s->model = "skin features + dense";
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
    s->reach_px = POINT_REACH * longer_side(a->skin);
    s->use_affine = options->point_count >= 6;
    s->model = "hand points + dense";
  } else {
    s->model = s->use_affine && a->face->found ? "hand points, landmarks + dense"
                                               : "hand points, skin features + dense";
  }
}

static sd_status find_start(start *out, const side *a, const side *b, bool exchanged,
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

/* Both directions of the start, on the coarsest level's nodes. */
static sd_status start_fields(side *a, side *b, const start *s, sd_diag *diag) {
  sd_status status = SD_OK;
  affine forth, back;
  match *reverse = malloc(s->count * sizeof *reverse);
  if (reverse == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  bool fitted = s->use_affine ? affine_fit(&forth, s->matches, s->count)
                              : affine_similarity(&forth, s->matches, s->count);
  if (!fitted || !affine_invert(&back, &forth)) {
    status = sd_fail(diag, SD_NOT_ALIGNED, "the points given do not determine a map");
    goto done;
  }
  for (size_t i = 0; i < s->count; i++)
    reverse[i] = (match){s->matches[i].to, s->matches[i].from, s->matches[i].weight};
  double scale = sqrt(fabs(forth.a[0] * forth.a[4] - forth.a[1] * forth.a[3]));
  SD_TRY(field_make(&a->start, &a->work.level[a->work.level_count - 1], diag));
  SD_TRY(field_make(&b->start, &b->work.level[b->work.level_count - 1], diag));
  field_from_matches(&a->start, &forth, s->matches, s->count, s->reach_px);
  field_from_matches(&b->start, &back, reverse, s->count, s->reach_px * scale);
done:
  free(reverse);
  return status;
}

/* ---- maps -------------------------------------------------------------------------------------
 */

static sd_status warp_make(sd_warp *out, sd_rect domain, int step, sd_diag *diag) {
  sd_warp made = {.domain = domain, .step_px = step};
  made.columns = (domain.width - 1 + step - 1) / step + 1;
  made.rows = (domain.height - 1 + step - 1) / step + 1;
  size_t nodes = (size_t)made.columns * (size_t)made.rows;
  made.x = malloc(nodes * sizeof *made.x);
  made.y = malloc(nodes * sizeof *made.y);
  made.valid = calloc(nodes, 1);
  if (made.x == NULL || made.y == NULL || made.valid == NULL) {
    sd_warp_clear(&made);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the map between the photos");
  }
  *out = made;
  return SD_OK;
}

static sd_point node_at(const sd_warp *warp, int i, int j) {
  return (sd_point){warp->domain.x + (double)i * warp->step_px,
                    warp->domain.y + (double)j * warp->step_px};
}

/* How far the way there and back misses: x - back(forth(x)), in source pixels. */
static sd_point discrepancy(const field *forth, const field *back, sd_point p, sd_point *there) {
  double bx, by;
  field_at(forth, p.x, p.y, &there->x, &there->y);
  field_at(back, there->x, there->y, &bx, &by);
  return (sd_point){p.x - bx, p.y - by};
}

/* Half-way between the forward map and the inverse of the backward map (first order), so that
 * neither photo is the template. */
static void symmetric_nodes(sd_warp *warp, sd_map *miss, const field *forth, const field *back) {
#pragma omp parallel for schedule(static)
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      size_t k = (size_t)j * (size_t)warp->columns + (size_t)i;
      sd_point p = node_at(warp, i, j), there, corrected;
      sd_point e = discrepancy(forth, back, p, &there);
      field_at(forth, p.x + e.x / 2, p.y + e.y / 2, &corrected.x, &corrected.y);
      warp->x[k] = (float)corrected.x;
      warp->y[k] = (float)corrected.y;
      miss->v[k] = (float)(e.x * e.x + e.y * e.y);
    }
}

/* Inverse of `forward` at the nodes of `inverse` by fixed-point steps from `guess`. */
static void inverse_nodes(sd_warp *inverse, const sd_warp *forward, const field *guess) {
#pragma omp parallel for schedule(static)
  for (int j = 0; j < inverse->rows; j++)
    for (int i = 0; i < inverse->columns; i++) {
      size_t k = (size_t)j * (size_t)inverse->columns + (size_t)i;
      sd_point q = node_at(inverse, i, j), g, f;
      field_at(guess, q.x, q.y, &g.x, &g.y);
      for (int round = 0; round < INVERSE_ROUNDS; round++) {
        double x0, y0, x1, y1;
        sd_warp_at(forward, g.x, g.y, &f);
        /* the step back through the guess's slope: where q + (q - f) would come from */
        field_at(guess, q.x, q.y, &x0, &y0);
        field_at(guess, q.x + (q.x - f.x), q.y + (q.y - f.y), &x1, &y1);
        g.x += x1 - x0;
        g.y += y1 - y0;
      }
      inverse->x[k] = (float)g.x;
      inverse->y[k] = (float)g.y;
    }
}

static bool in_photo(const sd_photo *photo, double x, double y) {
  return x >= 0 && y >= 0 && x <= photo->width - 1 && y <= photo->height - 1;
}

static bool in_rect(sd_rect r, double x, double y) {
  return x >= r.x && y >= r.y && x <= r.x + r.width - 1 && y <= r.y + r.height - 1;
}

/* Error at every node from the squared misses around it; valid where small and alike. */
static sd_status judge_nodes(sd_warp *warp, sd_map *error, sd_map *likeness, sd_map *miss2,
                             const sd_map *agreement, const field *agreement_nodes, const side *a,
                             const side *b, sd_diag *diag) {
  sd_status status = sd_map_blur(miss2, miss2, MISS_WINDOW_NODES, diag);
  if (status == SD_OK)
    status = sd_map_make(error, warp->columns, warp->rows, diag);
  if (status == SD_OK)
    status = sd_map_make(likeness, warp->columns, warp->rows, diag);
  if (status != SD_OK)
    return status;
  double limit = ERROR_LIMIT * longer_side(a->skin);
  double floor_px = ERROR_FLOOR_WORK_PX * a->work.level[0].scale;
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      size_t k = (size_t)j * (size_t)warp->columns + (size_t)i;
      sd_point p = node_at(warp, i, j);
      double u = (p.x - agreement_nodes->origin_x) / agreement_nodes->step;
      double v = (p.y - agreement_nodes->origin_y) / agreement_nodes->step;
      float alike = sd_map_at(agreement, u, v);
      double e = hypot(ERROR_GAIN * sqrt(fmax(miss2->v[k], 0)), floor_px);
      bool good = in_photo(a->photo, p.x, p.y) && in_photo(b->photo, warp->x[k], warp->y[k]) &&
                  in_rect(b->skin->crop, warp->x[k], warp->y[k]) && e < limit &&
                  alike > AGREEMENT_LOCAL;
      warp->valid[k] = good;
      likeness->v[k] = alike;
      error->v[k] = good ? (float)e : NAN;
    }
  return SD_OK;
}

static void judge_inverse(sd_warp *inverse, const sd_warp *forward, const side *b) {
  for (int j = 0; j < inverse->rows; j++)
    for (int i = 0; i < inverse->columns; i++) {
      size_t k = (size_t)j * (size_t)inverse->columns + (size_t)i;
      sd_point q = node_at(inverse, i, j), f;
      bool good = sd_warp_at(forward, inverse->x[k], inverse->y[k], &f);
      inverse->valid[k] = good && in_photo(b->photo, q.x, q.y) &&
                          hypot(f.x - q.x, f.y - q.y) < INVERSE_MISS_MAX * longer_side(b->skin);
    }
}

/* ---- figures ------------------------------------------------------------------------------------
 */

typedef struct tally {
  size_t skin, covered, errors, likes;
  float *error, *like; /* of covered nodes */
} tally;

static void finish_zone(sd_alignment_zone *zone, const tally *t) {
  zone->coverage = t->skin > 0 ? (double)t->covered / (double)t->skin : 0;
  zone->error_px = t->errors > 0 ? sd_median(t->error, t->errors) : NAN;
  zone->agreement = t->likes > 0 ? sd_median(t->like, t->likes) : NAN;
}

/* Measured skin of a label (0: any), or the features of the face instead. */
static bool counts(const sd_skin *skin, size_t pixel, int label, bool features) {
  sd_excluded reason = (sd_excluded)skin->excluded.v[pixel];
  if (features)
    return reason == SD_EXCLUDED_EYE || reason == SD_EXCLUDED_BROW || reason == SD_EXCLUDED_LIPS ||
           reason == SD_EXCLUDED_NOSTRIL;
  return reason == SD_MEASURED && skin->label.v[pixel] != 0 &&
         (label == 0 || skin->label.v[pixel] == label);
}

static void count_nodes(tally *t, const sd_alignment *al, const sd_skin *skin, int label,
                        bool features, const sd_map *likeness) {
  const sd_warp *warp = &al->forward;
  *t = (tally){.error = t->error, .like = t->like};
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      int x = i * warp->step_px, y = j * warp->step_px;
      if (x >= skin->crop.width || y >= skin->crop.height)
        continue;
      size_t pixel = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      if (!counts(skin, pixel, label, features))
        continue;
      size_t k = (size_t)j * (size_t)warp->columns + (size_t)i;
      t->skin++;
      t->like[t->likes++] = likeness->v[k];
      if (warp->valid[k]) {
        t->covered++;
        t->error[t->errors++] = al->error_map.v[k];
      }
    }
}

/* `face_agreement` receives the median over eyes, brows and mouth, which even small and noisy
 * photos show; over the skin where there is no face. */
static sd_status zone_figures(sd_alignment *al, double *face_agreement, const sd_skin *skin,
                              const sd_map *likeness, sd_diag *diag) {
  size_t count = (size_t)al->forward.columns * (size_t)al->forward.rows;
  tally t = {.error = malloc(count * sizeof(float)), .like = malloc(count * sizeof(float))};
  sd_status status = SD_OK;
  if (t.error == NULL || t.like == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to judge the alignment");
    goto done;
  }
  sd_alignment_zone all = {0};
  count_nodes(&t, al, skin, 0, true, likeness);
  finish_zone(&all, &t);
  size_t features = t.likes;
  *face_agreement = all.agreement;
  count_nodes(&t, al, skin, 0, false, likeness);
  finish_zone(&all, &t);
  if (features < FEATURE_NODES_MIN)
    *face_agreement = all.agreement;
  al->coverage = all.coverage;
  al->error_px = all.error_px;
  al->agreement = all.agreement;
  al->zone_count = skin->zone_count;
  for (int z = 0; z < skin->zone_count; z++) {
    snprintf(al->zones[z].name, sizeof al->zones[z].name, "%s", skin->zones[z].name);
    count_nodes(&t, al, skin, skin->zones[z].label, false, likeness);
    finish_zone(&al->zones[z], &t);
  }
done:
  free(t.error);
  free(t.like);
  return status;
}

static void decide(sd_alignment *al, double face_agreement, const sd_skin *skin) {
  al->likeness = al->agreement - LIKENESS_PER_ERROR * al->error_px / longer_side(skin);
  if (!(face_agreement >= AGREEMENT_FAILED) || al->coverage < COVERAGE_FAILED) {
    al->status = SD_ALIGNMENT_FAILED;
    snprintf(al->reason, sizeof al->reason,
             "the two photos do not show the same skin well enough: only %.0f %% of the skin could "
             "be laid on each other (similarity %.2f)",
             100 * al->coverage, isnan(face_agreement) ? 0 : face_agreement);
  } else if (al->coverage < COVERAGE_OK) {
    al->status = SD_ALIGNMENT_PARTLY;
    snprintf(al->reason, sizeof al->reason,
             "%.0f %% of the skin could be laid on each other; the rest is left out",
             100 * al->coverage);
  } else {
    al->status = SD_ALIGNMENT_OK;
  }
}

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

static void whole_map_figures(sd_alignment *al, const side *a, const side *b) {
  affine base;
  al->scale_ratio = 1;
  if (!field_affine(&base, &a->refined, NULL))
    return;
  double d = base.a[0] * base.a[4] - base.a[1] * base.a[3];
  al->scale_ratio = d > 0 ? sqrt(d) : 1;
  al->rotation_deg =
      atan2(base.a[3] - base.a[1], base.a[0] + base.a[4]) * 180 / 3.14159265358979323846;
  al->deformation = deformation_of(&a->refined, &base, &a->work, longer_side(b->skin));
}

/* ---- whole
 * --------------------------------------------------------------------------------------- */

static sd_status agreement_of(sd_map *out, field *nodes, const side *a, const side *b,
                              sd_diag *diag) {
  int level = 0;
  while (level + 1 < a->work.level_count &&
         (a->work.level[level].feature.width > AGREEMENT_SIDE_PX ||
          a->work.level[level].feature.height > AGREEMENT_SIDE_PX))
    level++;
  sd_status status = field_agreement(out, &a->refined, &a->work, &b->work, level, diag);
  return status == SD_OK ? field_make(nodes, &a->work.level[level], diag) : status;
}

static sd_status align_ordered(sd_alignment *al, sd_map *likeness, side *a, side *b, bool exchanged,
                               const sd_align_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  start s = {.model = "none"};
  sd_map miss = {0}, agreement = {0};
  field nodes = {0};
  SD_TRY(frame_make(&a->work, a->photo, a->skin, FINEST_SIDE_PX, diag));
  SD_TRY(frame_make(&b->work, b->photo, b->skin, FINEST_SIDE_PX, diag));
  SD_TRY(find_start(&s, a, b, exchanged, options, diag));
  snprintf(al->model, sizeof al->model, "%s", s.model);
  if (s.count == 0) {
    snprintf(al->reason, sizeof al->reason,
             "no face with landmarks in both photos, and too few skin features agree; give "
             "corresponding points with --points");
    goto done;
  }
  SD_TRY(start_fields(a, b, &s, diag));
  SD_TRY(field_refine(&a->refined, &a->start, &a->work, &b->work, diag));
  SD_TRY(field_refine(&b->refined, &b->start, &b->work, &a->work, diag));
  SD_TRY(warp_make(&al->forward, a->skin->crop, (int)a->refined.step, diag));
  SD_TRY(warp_make(&al->inverse, b->skin->crop, (int)b->refined.step, diag));
  SD_TRY(sd_map_make(&miss, al->forward.columns, al->forward.rows, diag));
  symmetric_nodes(&al->forward, &miss, &a->refined, &b->refined);
  inverse_nodes(&al->inverse, &al->forward, &b->refined);
  SD_TRY(agreement_of(&agreement, &nodes, a, b, diag));
  SD_TRY(
      judge_nodes(&al->forward, &al->error_map, likeness, &miss, &agreement, &nodes, a, b, diag));
  judge_inverse(&al->inverse, &al->forward, b);
  whole_map_figures(al, a, b);
done:
  free(s.matches);
  sd_map_clear(&miss);
  sd_map_clear(&agreement);
  field_clear(&nodes);
  return status;
}

static void side_clear(side *s) {
  frame_clear(&s->work);
  field_clear(&s->start);
  field_clear(&s->refined);
}

/* What is known at one map's nodes, at the other map's: the nearest node of where each comes from.
 */
static sd_status carry(sd_map *v, const sd_warp *to, const sd_warp *from, double gain,
                       sd_diag *diag) {
  sd_map moved = {0};
  sd_status status = sd_map_make(&moved, to->columns, to->rows, diag);
  if (status != SD_OK)
    return status;
  size_t count = (size_t)to->columns * (size_t)to->rows;
  for (size_t k = 0; k < count; k++) {
    double i = (to->x[k] - from->domain.x) / from->step_px + 0.5;
    double j = (to->y[k] - from->domain.y) / from->step_px + 0.5;
    size_t column = (size_t)fmin(fmax(i, 0), from->columns - 1);
    size_t row = (size_t)fmin(fmax(j, 0), from->rows - 1);
    moved.v[k] = (float)(gain * v->v[row * (size_t)from->columns + column]);
  }
  sd_map_clear(v);
  *v = moved;
  return SD_OK;
}

/* Turns the result for (after, before) into the one for (before, after). */
static sd_status exchange(sd_alignment *al, sd_map *likeness, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_warp forward = al->inverse;
  al->inverse = al->forward;
  al->forward = forward;
  if (forward.columns > 0) {
    SD_TRY(carry(&al->error_map, &al->forward, &al->inverse, al->scale_ratio, diag));
    SD_TRY(carry(likeness, &al->forward, &al->inverse, 1, diag));
    size_t count = (size_t)forward.columns * (size_t)forward.rows;
    for (size_t k = 0; k < count; k++) {
      forward.valid[k] = forward.valid[k] && !isnan(al->error_map.v[k]);
      al->error_map.v[k] = forward.valid[k] ? al->error_map.v[k] : NAN;
    }
  }
  al->scale_ratio = al->scale_ratio > 0 ? 1 / al->scale_ratio : 1;
  al->rotation_deg = -al->rotation_deg;
done:
  return status;
}

static sd_status identity(sd_alignment *al, const side *a, sd_diag *diag) {
  sd_status status = SD_OK;
  enum { STEP = 8 };
  SD_TRY(warp_make(&al->forward, a->skin->crop, STEP, diag));
  SD_TRY(warp_make(&al->inverse, a->skin->crop, STEP, diag));
  SD_TRY(sd_map_make(&al->error_map, al->forward.columns, al->forward.rows, diag));
  for (int j = 0; j < al->forward.rows; j++)
    for (int i = 0; i < al->forward.columns; i++) {
      size_t k = (size_t)j * (size_t)al->forward.columns + (size_t)i;
      sd_point p = node_at(&al->forward, i, j);
      al->forward.x[k] = al->inverse.x[k] = (float)p.x;
      al->forward.y[k] = al->inverse.y[k] = (float)p.y;
      al->forward.valid[k] = al->inverse.valid[k] = 1;
    }
  al->status = SD_ALIGNMENT_OK;
  al->coverage = al->agreement = al->likeness = al->scale_ratio = 1;
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
  sd_map likeness = {0};
  double face_agreement = NAN;
  side a = {.photo = before, .face = before_face, .skin = before_skin};
  side b = {.photo = after, .face = after_face, .skin = after_skin};
  bool exchanged = strcmp(before->file_sha256, after->file_sha256) > 0;
  if (al == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  al->error_px = al->error_mm = al->leader_error_px = al->agreement = al->likeness = NAN;
  al->scale_ratio = 1;
  if (same_pixels(before, after) && (options == NULL || options->point_count == 0)) {
    al->error_px = al->leader_error_px = 0;
    SD_TRY(identity(al, &a, diag));
  } else {
    SD_TRY(exchanged ? align_ordered(al, &likeness, &b, &a, true, options, diag)
                     : align_ordered(al, &likeness, &a, &b, false, options, diag));
    /* judged in the pair's own order: whether two photos can be laid on each other must not hang
     * on which of them is called before */
    const sd_skin *leader = exchanged ? after_skin : before_skin;
    if (al->forward.columns > 0) {
      SD_TRY(zone_figures(al, &face_agreement, leader, &likeness, diag));
      al->leader_error_px = al->error_px;
      decide(al, face_agreement, leader);
    }
    if (exchanged) {
      SD_TRY(exchange(al, &likeness, diag));
      if (al->forward.columns > 0)
        SD_TRY(zone_figures(al, &face_agreement, before_skin, &likeness, diag));
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
  sd_map_clear(&likeness);
  side_clear(&a);
  side_clear(&b);
  return status;
}
