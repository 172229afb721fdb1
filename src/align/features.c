/* Skin features for photos without landmarks: SIFT (Lowe 2004, by VLFeat) on log luminance, matched
 * by the ratio test in both directions, and a similarity that most of them agree on. */
#include "align/field.h"

#include "base/clones.h"
#include "base/lanes.h"
#include "base/list.h"
#include "base/threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <vl/sift.h>

/* Pores and marks carry the match; more pixels than this add noise and time, not certainty. */
enum { FEATURE_SIDE_PX = 1000, FEATURES_MAX = 3000, DESCRIPTOR = 128, TRIALS = 4000 };
/* Log luminance of 1 is a factor e; skin texture lives within 0.02 to 0.3 of it. */
static const double PEAK_THRESHOLD = 0.010;
static const double EDGE_THRESHOLD = 12;
/* Local models: a match must deviate from the shared similarity as the median of its neighbours
 * does, to this share of the tolerance; a turned head or a smile moves whole regions further than
 * the tolerance, so the reach is wider. */
enum { NEIGHBOURS = 9, NEIGHBOURS_MIN = 4, LOCAL_ROUNDS = 3 };
static const double LOCAL_TOLERANCE = 0.35, REACH = 2.5;
/* Nearest against second nearest descriptor distance, squared (0.85^2). */
static const float RATIO2 = 0.72f;

typedef struct feature {
  sd_point at;
  float strength;
  float descriptor[DESCRIPTOR];
} feature;

typedef struct features {
  feature *v;
  size_t count, capacity;
} features;

static int by_strength(const void *a, const void *b) {
  const feature *p = a, *q = b;
  if (p->strength != q->strength)
    return p->strength < q->strength ? 1 : -1;
  if (p->at.y != q->at.y)
    return p->at.y < q->at.y ? -1 : 1;
  return (p->at.x > q->at.x) - (p->at.x < q->at.x);
}

static bool add(features *all, const feature *one) {
  if (!sd_list_grow(&all->v, &all->capacity, all->count, sizeof *all->v))
    return false;
  all->v[all->count++] = *one;
  return true;
}

/* Contrast of a keypoint: the absolute DoG value VLFeat found it by. */
static float strength_of(VlSiftFilt *sift, const VlSiftKeypoint *k) {
  const vl_sift_pix *dog = sift->dog;
  int width = vl_sift_get_octave_width(sift), height = vl_sift_get_octave_height(sift);
  int ix = k->ix, iy = k->iy, is = k->is - sift->s_min;
  if (ix < 0 || iy < 0 || ix >= width || iy >= height || is < 0)
    return 0;
  return fabsf(dog[((size_t)is * (size_t)height + (size_t)iy) * (size_t)width + (size_t)ix]);
}

static bool octave_features(features *all, VlSiftFilt *sift) {
  vl_sift_detect(sift);
  const VlSiftKeypoint *keys = vl_sift_get_keypoints(sift);
  int count = vl_sift_get_nkeypoints(sift);
  for (int i = 0; i < count; i++) {
    double angles[4];
    int turns = vl_sift_calc_keypoint_orientations(sift, angles, &keys[i]);
    for (int t = 0; t < turns; t++) {
      feature one = {.at = {keys[i].x, keys[i].y}, .strength = strength_of(sift, &keys[i])};
      vl_sift_calc_keypoint_descriptor(sift, one.descriptor, &keys[i], angles[t]);
      if (!add(all, &one))
        return false;
    }
  }
  return true;
}

/* `finest`: for features as well that only a picture of twice the size shows. NULL: no memory. */
static VlSiftFilt *make_filter(sd_rect part, bool finest) {
  int shrink = frame_shrink(part, FEATURE_SIDE_PX);
  VlSiftFilt *sift = vl_sift_new((part.width + shrink - 1) / shrink,
                                 (part.height + shrink - 1) / shrink, finest ? -1 : 0, 3, 0);
  if (sift != NULL) {
    vl_sift_set_peak_thresh(sift, PEAK_THRESHOLD);
    vl_sift_set_edge_thresh(sift, EDGE_THRESHOLD);
  }
  return sift;
}

/* Features of a photo's part, in photo pixels, the strongest FEATURES_MAX. */
static sd_status find(features *out, VlSiftFilt *sift, const sd_photo *photo, sd_rect part,
                      sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map image = {0};
  features all = {0};
  int shrink = frame_shrink(part, FEATURE_SIDE_PX);
  SD_TRY(frame_logs(&image, NULL, photo, part, shrink, diag));
  for (int more = vl_sift_process_first_octave(sift, image.v); more == VL_ERR_OK;
       more = vl_sift_process_next_octave(sift))
    if (!octave_features(&all, sift)) {
      status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for skin features");
      goto done;
    }
  if (all.count > 0)
    qsort(all.v, all.count, sizeof *all.v, by_strength);
  all.count = all.count > FEATURES_MAX ? FEATURES_MAX : all.count;
  for (size_t i = 0; i < all.count; i++) {
    all.v[i].at.x = part.x + (all.v[i].at.x + 0.5) * shrink - 0.5;
    all.v[i].at.y = part.y + (all.v[i].at.y + 0.5) * shrink - 0.5;
  }
  *out = all;
  all = (features){0};
done:
  free(all.v);
  sd_map_clear(&image);
  return status;
}

static SD_CLONED float distance2(const float *a, const float *b) {
  sd_wide sum = {0}, one, two;
  for (int k = 0; k < DESCRIPTOR; k += SD_WIDE) {
    sd_wide_load(&one, a + k);
    sd_wide_load(&two, b + k);
    sum += (one - two) * (one - two);
  }
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

/* Nearest of `others`, or -1 when the second nearest elsewhere is nearly as near. */
SD_CLONES static long nearest(const feature *one, const features *others) {
  float best = INFINITY, second = INFINITY;
  long at = -1;
  for (size_t i = 0; i < others->count; i++) {
    float d = distance2(one->descriptor, others->v[i].descriptor);
    if (d < best) {
      /* a second orientation of the same place is no rival */
      bool same = at >= 0 && hypot(others->v[at].at.x - others->v[i].at.x,
                                   others->v[at].at.y - others->v[i].at.y) < 2;
      second = same ? second : best;
      best = d;
      at = (long)i;
    } else if (d < second && hypot(others->v[at].at.x - others->v[i].at.x,
                                   others->v[at].at.y - others->v[i].at.y) >= 2) {
      second = d;
    }
  }
  return best < RATIO2 * second ? at : -1;
}

static sd_status find_both(features *a, const sd_photo *from, sd_rect from_part, features *b,
                           const sd_photo *to, sd_rect to_part, bool finest, sd_diag *diag) {
  sd_status status[2] = {SD_NO_MEMORY, SD_NO_MEMORY};
  sd_diag told[2] = {{{0}}, {{0}}};
  /* one after the other: making one fills a table that all of them read */
  VlSiftFilt *sift[2] = {make_filter(from_part, finest), make_filter(to_part, finest)};
  for (int k = 0; k < 2; k++)
    sd_fail(&told[k], SD_NO_MEMORY, "not enough memory to find skin features");
#pragma omp parallel for schedule(static, 1)
  for (int k = 0; k < 2; k++)
    if (sift[k] != NULL)
      status[k] =
          find(k == 0 ? a : b, sift[k], k == 0 ? from : to, k == 0 ? from_part : to_part, &told[k]);
  for (int k = 0; k < 2; k++)
    if (sift[k] != NULL)
      vl_sift_delete(sift[k]);
  return sd_first_failure(status, told, 2, diag);
}

sd_status feature_matches(match **out, size_t *count, const sd_photo *from, sd_rect from_part,
                          const sd_photo *to, sd_rect to_part, bool finest, sd_diag *diag) {
  sd_status status = SD_OK;
  features a = {0}, b = {0};
  long *forth = NULL, *back = NULL;
  match *matches = NULL;
  size_t found = 0;
  SD_TRY(find_both(&a, from, from_part, &b, to, to_part, finest, diag));
  forth = malloc((a.count + 1) * sizeof *forth);
  back = malloc((b.count + 1) * sizeof *back);
  matches = malloc((a.count + 1) * sizeof *matches);
  if (forth == NULL || back == NULL || matches == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to match skin features");
    goto done;
  }
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < a.count; i++)
    forth[i] = nearest(&a.v[i], &b);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < b.count; i++)
    back[i] = nearest(&b.v[i], &a);
  for (size_t i = 0; i < a.count; i++)
    if (forth[i] >= 0 && back[forth[i]] >= 0 &&
        hypot(a.v[back[forth[i]]].at.x - a.v[i].at.x, a.v[back[forth[i]]].at.y - a.v[i].at.y) < 2)
      matches[found++] = (match){a.v[i].at, b.v[forth[i]].at, 1};
  *out = matches;
  *count = found;
  matches = NULL;
done:
  free(a.v);
  free(b.v);
  free(forth);
  free(back);
  free(matches);
  return status;
}

static size_t agreeing(const affine *map, const match *matches, size_t count, double tolerance) {
  size_t votes = 0;
  for (size_t i = 0; i < count; i++) {
    sd_point p = affine_apply(map, matches[i].from);
    double dx = p.x - matches[i].to.x, dy = p.y - matches[i].to.y;
    votes += dx * dx + dy * dy < tolerance * tolerance;
  }
  return votes;
}

/* Most votes of the trials; false when not even two agree. */
static bool ransac_similarity(affine *out, const match *matches, size_t count,
                              double tolerance_px) {
  sd_random random = {20210};
  size_t most = 0;
  for (int trial = 0; trial < TRIALS && count >= 2; trial++) {
    size_t i = sd_random_next(&random) % count, j = sd_random_next(&random) % count;
    match two[2] = {matches[i], matches[j]};
    affine map;
    if (i == j || hypot(two[0].from.x - two[1].from.x, two[0].from.y - two[1].from.y) < 10 ||
        !affine_similarity(&map, two, 2))
      continue;
    double scale = hypot(map.a[0], map.a[3]);
    if (scale < 0.3 || scale > 3.3)
      continue;
    size_t votes = agreeing(&map, matches, count, tolerance_px);
    if (votes > most) {
      most = votes;
      *out = map;
    }
  }
  return most >= 2;
}

/* ---- what the neighbours say ---------------------------------------------------------------- */

typedef struct neighbour {
  double distance2;
  sd_point miss;
} neighbour;

static sd_point miss_of(const affine *map, const match *m) {
  sd_point p = affine_apply(map, m->from);
  return (sd_point){m->to.x - p.x, m->to.y - p.y};
}

static double middle_of(double *v, size_t count) {
  for (size_t i = 1; i < count; i++)
    for (size_t j = i; j > 0 && v[j - 1] > v[j]; j--) {
      double t = v[j];
      v[j] = v[j - 1];
      v[j - 1] = t;
    }
  return count % 2 == 1 ? v[count / 2] : 0.5 * (v[count / 2 - 1] + v[count / 2]);
}

/* How the nearest trusted matches around match `at` deviate from the map: their median. False where
 * there are too few. */
static bool local_miss(sd_point *out, const affine *map, const match *matches, const bool *trusted,
                       size_t count, size_t at) {
  neighbour near[NEIGHBOURS];
  double x[NEIGHBOURS], y[NEIGHBOURS];
  size_t found = 0;
  for (size_t k = 0; k < count; k++) {
    double dx = matches[k].from.x - matches[at].from.x, dy = matches[k].from.y - matches[at].from.y;
    neighbour one = {dx * dx + dy * dy, miss_of(map, &matches[k])};
    if (k == at || !trusted[k] ||
        (found == NEIGHBOURS && one.distance2 >= near[found - 1].distance2))
      continue;
    size_t place = found < NEIGHBOURS ? found++ : found - 1;
    for (; place > 0 && near[place - 1].distance2 > one.distance2; place--)
      near[place] = near[place - 1];
    near[place] = one;
  }
  for (size_t k = 0; k < found; k++) {
    x[k] = near[k].miss.x;
    y[k] = near[k].miss.y;
  }
  if (found < NEIGHBOURS_MIN)
    return false;
  *out = (sd_point){middle_of(x, found), middle_of(y, found)};
  return true;
}

/* Marks the matches that deviate from the map as the trusted ones around them do. */
static void mark_local(bool *marked, const affine *map, const match *matches, const bool *trusted,
                       size_t count, double reach_px, double tolerance_px) {
  for (size_t k = 0; k < count; k++) {
    sd_point own = miss_of(map, &matches[k]), local;
    marked[k] = hypot(own.x, own.y) < reach_px &&
                local_miss(&local, map, matches, trusted, count, k) &&
                hypot(own.x - local.x, own.y - local.y) < tolerance_px;
  }
}

bool agreeing_matches(affine *out, match *matches, size_t *count, double tolerance_px) {
  affine map;
  bool *trusted = malloc(2 * (*count + 1) * sizeof *trusted);
  if (trusted == NULL || !ransac_similarity(&map, matches, *count, tolerance_px)) {
    free(trusted);
    return false;
  }
  bool *marked = trusted + *count;
  for (size_t k = 0; k < *count; k++) {
    sd_point miss = miss_of(&map, &matches[k]);
    trusted[k] = hypot(miss.x, miss.y) < tolerance_px;
  }
  for (int round = 0; round < LOCAL_ROUNDS; round++) {
    mark_local(marked, &map, matches, trusted, *count, REACH * tolerance_px,
               LOCAL_TOLERANCE * tolerance_px);
    memcpy(trusted, marked, *count * sizeof *trusted);
  }
  size_t kept = 0;
  for (size_t k = 0; k < *count; k++)
    if (trusted[k])
      matches[kept++] = matches[k];
  *count = kept;
  free(trusted);
  return affine_similarity(out, matches, kept);
}
