/* The tone curve between two photos: contrast, picture styles, filters and the automatics of phones
 * bend all densities of one photo, so that marks read stronger or weaker and, because the channels
 * of skin lie at different levels of the curve, shading reads as pigment.
 *
 * What a channel has at a place is ln b on the first photo and ln a on the second. The curve is one
 * for all channels, so that its slope is seen where they lie (Mitsunaga and Nayar 1999 solve for a
 * curve from registered exposures alike); saturation stands beside it:
 *   ln b - ln a = offset + contrast (ln a - l0) + bend (ln a - l0)^2 / 2 + saturation (a - Y) / a.
 * Light that came from elsewhere and pigment that drifted are smooth or local: only structure up to
 * 12 mm counts, and a Cauchy weight in lightness and in two chroma axes, each in its own spread,
 * lets skin that changed or moved say little (Holland and Welsch 1977). The errors are those of
 * blocks, for neighbouring places err alike (sandwich, Liang and Zeger 1986). Noise of what is
 * regressed on flattens a slope: the mean of both photos is taken, on which noise of one cancels
 * that of the other where they are equal, and how far regressions on one photo alone lie apart says
 * what is at stake where they are not. */
#include "scardelta/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TERMS = 3, AXES = 3, PROBES = 5, PROBES_MIN = 15, ROUNDS = 4, WEIGHINGS = 8 };
/* One place is this large; without a scale a face's crop is about 200 mm on its longer side. */
static const double PLACE_MM = 1, CROP_MM_NOMINAL = 200;
/* Structure up to twice this (SD of the Gaussian that is taken away) counts. */
static const double SMOOTH_MM = 6;
/* Places of a block err alike. A cheek alone has a dozen blocks, which know their own spread badly,
 * and where all of it is treated healing reads as a curve. */
static const double BLOCK_MM = 16;
enum { PLACES_MIN = 400, BLOCKS_MIN = 24, BLOCKS_MIN_UNTREATED = 6 };
/* Level at which `contrast` is the slope: between red and green of most skin, in linear light. */
static const double PIVOT = 0.3;
/* The bend is held beyond these levels: nothing was seen there. */
static const double DARKEST = 0.01, BRIGHTEST = 1.2;
/* No curve is flatter or steeper than this against another one. */
static const double SLOPE_MIN = 0.3, SLOPE_MAX = 3;
static const float LIGHT_FLOOR = 0.002f, LIGHT_TOP = 0.96f;
/* Residuals beyond so many robust spreads count ever less (95 % efficient for normal errors). */
static const double CAUCHY = 2.385;
/* What two shots with one curve read beyond the errors of blocks: phantoms of the level phone, and
 * seven people of the London set neutral and smiling, whose skin another expression changed. */
static const double FLOOR[TERMS] = {0.010, 0.025, 0.035},
                    FLOOR_EXPRESSION[TERMS] = {0.008, 0.012, 0.065};
/* Movement of the skin, as a share of the face, at which it is another expression. */
static const double EXPRESSION_FULL = 0.01;
/* Share of what is at stake for want of equal noise that counts as a standard error: one photo has
 * all of the noise at two of them. */
static const double NOISE_AT_STAKE = 0.5;
/* More than this is no curve of a camera but a search gone astray. */
static const double MOST[TERMS] = {0.6, 0.4, 0.6};
/* Curves and saturations that cameras and people give photos: SD before anything is seen. */
static const double USUAL[TERMS] = {0.15, 0.06, 0.15};
/* So much (squared, in standard errors; two terms for the curve, one for saturation) is no chance
 * any more: less than one pair of a hundred with one curve passes. */
static const double CURVE_TOLD = 11, SATURATION_TOLD = 9;

static const double LUMINANCE[3] = {0.2126, 0.7152, 0.0722};

/* ---- places ------------------------------------------------------------------------------- */

/* Mean linear colour of both photos at the same places. */
typedef struct places {
  int width, height, reach; /* pixels a side of a place */
  double mm;
  bool untreated; /* all of it is said to be */
  sd_rect region;
  sd_mask seen;
  sd_map first[3], second[3];
} places;

static void places_clear(places *p) {
  sd_mask_clear(&p->seen);
  for (int c = 0; c < 3; c++) {
    sd_map_clear(&p->first[c]);
    sd_map_clear(&p->second[c]);
  }
}

/* Does a pixel show what no treatment moves and no pose hides? Lips and eyes change by themselves;
 * with an untreated zone known, the others stay out. */
static bool stays(const sd_skin *skin, int x, int y, int untreated) {
  int u = x - skin->crop.x, v = y - skin->crop.y;
  if (u < 0 || v < 0 || u >= skin->crop.width || v >= skin->crop.height)
    return false;
  size_t k = (size_t)v * (size_t)skin->crop.width + (size_t)u;
  switch (skin->excluded.v[k]) {
  case SD_MEASURED:
    return untreated == 0 || skin->label.v[k] == 0 || skin->label.v[k] == untreated;
  case SD_EXCLUDED_OUTSIDE:
    return !skin->from_landmarks;
  case SD_EXCLUDED_BROW:
  case SD_EXCLUDED_NOSTRIL:
  case SD_EXCLUDED_HAIR:
  case SD_EXCLUDED_BEARD:
  case SD_EXCLUDED_SHADOW:
    return true;
  default:
    return false;
  }
}

static bool within(const float rgb[3]) {
  for (int c = 0; c < 3; c++)
    if (!(rgb[c] > LIGHT_FLOOR) || !(rgb[c] < LIGHT_TOP))
      return false;
  return true;
}

typedef struct shot {
  const sd_photo *photo;
  const sd_skin *skin;
} shot;

/* The same points of a place are asked of both photos. */
static void look(places *p, const shot *first, const shot *second, const sd_warp *forward,
                 int untreated, int i, int j) {
  double sum[2][3] = {{0}};
  int good = 0;
  size_t k = (size_t)j * (size_t)p->width + (size_t)i;
  for (int b = 0; b < PROBES; b++)
    for (int a = 0; a < PROBES; a++) {
      int x = p->region.x + (int)((i + (a + 0.5) / PROBES) * p->reach);
      int y = p->region.y + (int)((j + (b + 0.5) / PROBES) * p->reach);
      float one[3], other[3];
      sd_point q;
      if (!stays(first->skin, x, y, untreated) || !sd_warp_at(forward, x, y, &q))
        continue;
      int u = (int)lround(q.x), v = (int)lround(q.y);
      if (u < 0 || v < 0 || u >= second->photo->width || v >= second->photo->height ||
          !stays(second->skin, u, v, untreated))
        continue;
      sd_photo_linear_at(first->photo, x, y, one);
      sd_photo_linear_at(second->photo, u, v, other);
      if (!within(one) || !within(other))
        continue;
      for (int c = 0; c < 3; c++) {
        sum[0][c] += (double)one[c];
        sum[1][c] += (double)other[c];
      }
      good++;
    }
  p->seen.v[k] = good >= PROBES_MIN ? 255 : 0;
  for (int c = 0; c < 3; c++) {
    p->first[c].v[k] = good > 0 ? (float)(sum[0][c] / good) : NAN;
    p->second[c].v[k] = good > 0 ? (float)(sum[1][c] / good) : NAN;
  }
}

static sd_status places_make(places *out, const shot *first, const shot *second,
                             const sd_warp *forward, double mm_per_px, int untreated,
                             sd_diag *diag) {
  sd_status status = SD_OK;
  places p = {.region = sd_rect_clip(first->skin->crop, first->photo->width, first->photo->height),
              .untreated = untreated != 0};
  double longer = fmax(p.region.width, p.region.height);
  double px_mm = mm_per_px > 0 ? mm_per_px : CROP_MM_NOMINAL / longer;
  p.reach = (int)fmax(lround(PLACE_MM / px_mm), 1);
  p.mm = p.reach * px_mm;
  p.width = p.region.width / p.reach;
  p.height = p.region.height / p.reach;
  if (p.width < 1 || p.height < 1)
    return SD_OK;
  SD_TRY(sd_mask_make(&p.seen, p.width, p.height, diag));
  for (int c = 0; c < 3; c++) {
    SD_TRY(sd_map_make(&p.first[c], p.width, p.height, diag));
    SD_TRY(sd_map_make(&p.second[c], p.width, p.height, diag));
  }
#pragma omp parallel for schedule(static)
  for (int j = 0; j < p.height; j++)
    for (int i = 0; i < p.width; i++)
      look(&p, first, second, forward, untreated, i, j);
  *out = p;
  p = (places){0};
done:
  places_clear(&p);
  return status;
}

/* ---- regression --------------------------------------------------------------------------- */

/* What one place says: its residual and how each term would move it, in lightness and chroma. */
typedef struct row {
  double rest[AXES], by[AXES][TERMS];
  int block;
} row;

typedef struct rows {
  row *v;
  size_t count;
  int blocks;
} rows;

static void to_axes(double out[AXES], const double channel[3]) {
  out[0] = channel[1] - channel[0];
  out[1] = channel[2] - channel[1];
  out[2] = (channel[0] + channel[1] + channel[2]) / 3;
}

static double bent(const sd_tone *tone, double linear) {
  double l = log(fmax(linear, (double)LIGHT_FLOOR)), pivot = log(PIVOT);
  double at = fmin(fmax(l, log(DARKEST)), log(BRIGHTEST)) - pivot;
  return l + tone->contrast * (l - pivot) + tone->bend * at * at / 2;
}

/* The second photo's colour as the first one's curve would have shown it; logarithms. */
static void retoned(double out[3], const sd_tone *tone, const double linear[3]) {
  double light[3], grey = 0;
  for (int c = 0; c < 3; c++) {
    light[c] = exp(bent(tone, linear[c]));
    grey += LUMINANCE[c] * light[c];
  }
  for (int c = 0; c < 3; c++)
    out[c] = log(fmax(light[c] + tone->saturation * (light[c] - grey), (double)LIGHT_FLOOR));
}

/* How the terms move the logarithm of a channel of the colour whose logarithms are `mean`. */
static void effects_of(double out[3][TERMS], const double mean[3]) {
  double light[3], grey = 0;
  for (int c = 0; c < 3; c++) {
    light[c] = exp(mean[c]);
    grey += LUMINANCE[c] * light[c];
  }
  for (int c = 0; c < 3; c++) {
    double above = mean[c] - log(PIVOT);
    out[c][0] = above;
    out[c][1] = above * above / 2;
    out[c][2] = (light[c] - grey) / light[c];
  }
}

/* Takes from a map what is smoother than the structure that counts. */
static sd_status keep_structure(sd_map *map, const places *p, sd_diag *diag) {
  sd_map soft = {0};
  sd_status status = sd_map_blur_masked(&soft, map, &p->seen, SMOOTH_MM / p->mm, diag);
  for (size_t k = 0; status == SD_OK && k < (size_t)p->width * (size_t)p->height; k++)
    map->v[k] -= soft.v[k];
  sd_map_clear(&soft);
  return status;
}

/* What the terms are regressed on: a share of the first photo and the rest of the second. */
typedef enum regressor { ON_SECOND = 0, ON_MEAN, ON_FIRST } regressor;

/* One map a channel and term, the last one the difference first - second; then rows from them. */
static sd_status rows_make(rows *out, const places *p, const sd_tone *tone, regressor on,
                           sd_diag *diag) {
  enum { MAPS = TERMS + 1 };
  sd_status status = SD_OK;
  sd_map map[3][MAPS] = {{{0}}};
  size_t cells = (size_t)p->width * (size_t)p->height;
  int block = (int)fmax(lround(BLOCK_MM / p->mm), 1), columns = p->width / block + 1;
  for (int c = 0; c < 3; c++)
    for (int t = 0; t < MAPS; t++)
      SD_TRY(sd_map_make(&map[c][t], p->width, p->height, diag));
  for (size_t k = 0; k < cells; k++) {
    double second[3], now[3], mean[3], effect[3][TERMS];
    if (!p->seen.v[k])
      continue;
    for (int c = 0; c < 3; c++)
      second[c] = (double)p->second[c].v[k];
    retoned(now, tone, second);
    for (int c = 0; c < 3; c++) {
      double first = log((double)p->first[c].v[k]);
      mean[c] = now[c] + on * (first - now[c]) / 2;
      map[c][TERMS].v[k] = (float)(first - now[c]);
    }
    effects_of(effect, mean);
    for (int c = 0; c < 3; c++)
      for (int t = 0; t < TERMS; t++)
        map[c][t].v[k] = (float)effect[c][t];
  }
  for (int c = 0; c < 3; c++)
    for (int t = 0; t < MAPS; t++)
      SD_TRY(keep_structure(&map[c][t], p, diag));
  out->count = 0;
  out->blocks = columns * (p->height / block + 1);
  for (size_t k = 0; k < cells; k++) {
    row *to = &out->v[out->count];
    double channel[3], axis[AXES];
    if (!p->seen.v[k])
      continue;
    to->block = (int)(k / (size_t)p->width) / block * columns + (int)(k % (size_t)p->width) / block;
    for (int t = 0; t < MAPS; t++) {
      for (int c = 0; c < 3; c++)
        channel[c] = (double)map[c][t].v[k];
      to_axes(axis, channel);
      for (int a = 0; a < AXES; a++)
        *(t < TERMS ? &to->by[a][t] : &to->rest[a]) = axis[a];
    }
    out->count++;
  }
done:
  for (int c = 0; c < 3; c++)
    for (int t = 0; t < MAPS; t++)
      sd_map_clear(&map[c][t]);
  return status;
}

static double rest_of(const row *r, int axis, const double step[TERMS]) {
  double rest = r->rest[axis];
  for (int t = 0; t < TERMS; t++)
    rest -= r->by[axis][t] * step[t];
  return rest;
}

/* Inverse of a symmetric matrix of three by its adjugate; false when it has none. */
static bool invert(double out[TERMS][TERMS], double m[TERMS][TERMS]) {
  double d = 0;
  for (int r = 0; r < TERMS; r++)
    for (int c = 0; c < TERMS; c++) {
      int r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
      out[c][r] = m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
    }
  for (int c = 0; c < TERMS; c++)
    d += m[0][c] * out[c][0];
  for (int r = 0; r < TERMS; r++)
    for (int c = 0; c < TERMS; c++)
      out[r][c] /= d;
  return d > 0 && isfinite(out[0][0] + out[1][1] + out[2][2]);
}

/* One weighted step of least squares; scores of blocks are summed when `scores` is not NULL. */
static bool weigh(double step[TERMS], double inverse[TERMS][TERMS], const rows *all,
                  const double spread[AXES], double (*scores)[TERMS]) {
  double normal[TERMS][TERMS] = {{0}}, right[TERMS] = {0}, now[TERMS];
  memcpy(now, step, sizeof now);
  for (size_t k = 0; k < all->count; k++)
    for (int a = 0; a < AXES; a++) {
      const row *r = &all->v[k];
      double rest = rest_of(r, a, now), far = rest / (CAUCHY * spread[a]);
      double weight = 1 / ((1 + far * far) * spread[a] * spread[a]);
      for (int t = 0; t < TERMS; t++) {
        right[t] += weight * r->by[a][t] * r->rest[a];
        for (int u = 0; u < TERMS; u++)
          normal[t][u] += weight * r->by[a][t] * r->by[a][u];
        if (scores != NULL)
          scores[r->block][t] += weight * r->by[a][t] * rest;
      }
    }
  if (!invert(inverse, normal))
    return false;
  for (int t = 0; t < TERMS; t++) {
    step[t] = 0;
    for (int u = 0; u < TERMS; u++)
      step[t] += inverse[t][u] * right[u];
  }
  return true;
}

static void spreads_of(double spread[AXES], const rows *all, const double step[TERMS], float *v) {
  for (int a = 0; a < AXES; a++) {
    for (size_t k = 0; k < all->count; k++)
      v[k] = (float)fabs(rest_of(&all->v[k], a, step));
    spread[a] = 1.4826 * sd_median(v, all->count) + 1e-5;
  }
}

/* Standard errors from the scores of blocks; false with too few of them. */
static bool errors_of(double error[TERMS], double inverse[TERMS][TERMS], double (*scores)[TERMS],
                      int blocks, int least) {
  int there = 0;
  double variance[TERMS] = {0};
  for (int b = 0; b < blocks; b++) {
    double moved[TERMS] = {0}, any = 0;
    for (int t = 0; t < TERMS; t++)
      for (int u = 0; u < TERMS; u++)
        moved[t] += inverse[t][u] * scores[b][u];
    for (int t = 0; t < TERMS; t++) {
      variance[t] += moved[t] * moved[t];
      any += fabs(scores[b][t]);
    }
    there += any > 0;
  }
  for (int t = 0; t < TERMS; t++)
    error[t] = sqrt(variance[t] * there / fmax(there - 1, 1));
  return there >= least;
}

/* Room for solving. */
typedef struct bench {
  rows all;
  float *v;
  double (*scores)[TERMS];
  double inverse[TERMS][TERMS];
  size_t cells;
} bench;

static void bench_clear(bench *b) {
  free(b->all.v);
  free(b->v);
  free(b->scores);
}

static sd_status bench_make(bench *out, const places *p, sd_diag *diag) {
  size_t cells = (size_t)p->width * (size_t)p->height;
  bench b = {.cells = cells};
  b.all.v = malloc((cells + 1) * sizeof *b.all.v);
  b.v = malloc((cells + 1) * sizeof *b.v);
  b.scores = malloc((cells + 1) * sizeof *b.scores);
  *out = b;
  return b.all.v != NULL && b.v != NULL && b.scores != NULL
             ? SD_OK
             : sd_fail(diag, SD_NO_MEMORY, "not enough memory to compare tone curves");
}

/* What is left to do after the curve so far; false where too little is seen to tell. */
static sd_status step_from(double step[TERMS], bool *told, bench *b, const places *p,
                           const sd_tone *tone, regressor on, sd_diag *diag) {
  double spread[AXES];
  *told = false;
  memset(step, 0, TERMS * sizeof *step);
  sd_status status = rows_make(&b->all, p, tone, on, diag);
  if (status != SD_OK || b->all.count < PLACES_MIN)
    return status;
  *told = true;
  memset(b->scores, 0, (b->cells + 1) * sizeof *b->scores);
  for (int k = 0; k < WEIGHINGS && *told; k++) {
    spreads_of(spread, &b->all, step, b->v);
    *told = weigh(step, b->inverse, &b->all, spread, k + 1 == WEIGHINGS ? b->scores : NULL);
  }
  return SD_OK;
}

static bool is_astray(const sd_tone *tone) {
  return !(fabs(tone->contrast) < MOST[0]) || !(fabs(tone->bend) < MOST[1]) ||
         !(fabs(tone->saturation) < MOST[2]);
}

/* Gauss and Newton: the curve so far is laid on the second photo and what is left is solved for. */
static sd_status solve(sd_tone *tone, double error[TERMS], bool *solved, const places *p,
                       sd_diag *diag) {
  sd_status status = SD_OK;
  bench b = {.cells = 0};
  double step[TERMS], on_first[TERMS], on_second[TERMS];
  bool told = true;
  *solved = false;
  SD_TRY(bench_make(&b, p, diag));
  SD_TRY(step_from(on_first, &told, &b, p, tone, ON_FIRST, diag));
  if (told)
    SD_TRY(step_from(on_second, &told, &b, p, tone, ON_SECOND, diag));
  for (int round = 0; round < ROUNDS && told; round++) {
    SD_TRY(step_from(step, &told, &b, p, tone, ON_MEAN, diag));
    tone->contrast += step[0];
    tone->bend += step[1];
    tone->saturation += step[2];
    told = told && !is_astray(tone);
  }
  int least = p->untreated ? BLOCKS_MIN_UNTREATED : BLOCKS_MIN;
  *solved = told && errors_of(error, b.inverse, b.scores, b.all.blocks, least);
  for (int t = 0; t < TERMS && *solved; t++)
    error[t] = hypot(error[t], NOISE_AT_STAKE * (on_first[t] - on_second[t]) / 2);
done:
  bench_clear(&b);
  return status;
}

/* ---- conclusion --------------------------------------------------------------------------- */

static double square(double x) {
  return x * x;
}

/* What was read, held towards none by how well it is known. */
static double held(double value, double error, double usual) {
  return value * square(usual) / (square(usual) + square(error));
}

sd_status sd_tone_find(sd_tone *out, const sd_photo *first, const sd_skin *first_skin,
                       const sd_photo *second, const sd_skin *second_skin,
                       const sd_alignment *alignment, double mm_per_px, int untreated,
                       sd_diag *diag) {
  sd_status status = SD_OK;
  places p = {0};
  sd_tone read = {0};
  double error[TERMS];
  bool solved = false;
  shot one = {first, first_skin}, other = {second, second_skin};
  *out = (sd_tone){0};
  SD_TRY(places_make(&p, &one, &other, &alignment->forward, mm_per_px, untreated, diag));
  if (p.seen.v != NULL)
    SD_TRY(solve(&read, error, &solved, &p, diag));
  if (!solved)
    goto done;
  double moved = isnan(alignment->deformation) ? 0 : alignment->deformation;
  double expression = fmin(moved / EXPRESSION_FULL, 1);
  for (int t = 0; t < TERMS; t++)
    error[t] = hypot(error[t], FLOOR[t] + expression * FLOOR_EXPRESSION[t]);
  out->contrast = held(read.contrast, error[0], USUAL[0]);
  out->bend = held(read.bend, error[1], USUAL[1]);
  out->saturation = held(read.saturation, error[2], USUAL[2]);
  out->contrast_error = error[0];
  out->bend_error = error[1];
  out->saturation_error = error[2];
  out->curve_told = square(read.contrast / error[0]) + square(read.bend / error[1]) > CURVE_TOLD;
  out->saturation_told = square(read.saturation / error[2]) > SATURATION_TOLD;
done:
  places_clear(&p);
  return status;
}

static float retoned_entry(const sd_tone *tone, float linear) {
  double slope = bent(tone, (double)linear) - log(fmax((double)linear, (double)LIGHT_FLOOR));
  return linear * (float)exp(slope);
}

sd_status sd_tone_apply(const sd_tone *tone, sd_photo *photo, sd_untoned *kept, sd_diag *diag) {
  size_t entries = photo->sample_bytes == 1 ? 256 : 65536;
  sd_tone told = *tone;
  sd_untoned light = {.curve = {NULL}};
  *kept = (sd_untoned){.curve = {NULL}};
  if (!tone->curve_told)
    told.contrast = told.bend = 0;
  if (!tone->saturation_told)
    told.saturation = 0;
  if (!tone->curve_told && !tone->saturation_told)
    return SD_OK;
  told.contrast = fmin(fmax(told.contrast, SLOPE_MIN - 1), SLOPE_MAX - 1);
  for (int c = 0; c < 3; c++)
    if ((light.curve[c] = malloc(entries * sizeof *light.curve[c])) == NULL) {
      sd_untoned_clear(&light);
      return sd_fail(diag, SD_NO_MEMORY, "not enough memory to undo a tone curve");
    }
  for (int c = 0; c < 3; c++)
    for (size_t k = 0; k < entries; k++) {
      float bent_light = retoned_entry(&told, photo->curve[c][k]);
      bool rises = k == 0 || bent_light > light.curve[c][k - 1];
      light.curve[c][k] = rises ? bent_light : light.curve[c][k - 1];
    }
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++) {
      double grey = 0;
      for (int k = 0; k < 3; k++)
        grey += LUMINANCE[k] * (double)photo->to_srgb[3 * k + c];
      double own = (double)photo->to_srgb[3 * r + c];
      light.to_srgb[3 * r + c] = (float)(own + told.saturation * (own - grey));
    }
  for (int c = 0; c < 3; c++) {
    kept->curve[c] = photo->curve[c];
    photo->curve[c] = light.curve[c];
  }
  memcpy(kept->to_srgb, photo->to_srgb, sizeof kept->to_srgb);
  memcpy(photo->to_srgb, light.to_srgb, sizeof light.to_srgb);
  return SD_OK;
}

void sd_untoned_clear(sd_untoned *light) {
  for (int c = 0; c < 3; c++)
    free(light->curve[c]);
  *light = (sd_untoned){.curve = {NULL}};
}

void sd_tone_undo(sd_photo *photo, sd_untoned *kept) {
  if (kept->curve[0] == NULL)
    return;
  for (int c = 0; c < 3; c++) {
    free(photo->curve[c]);
    photo->curve[c] = kept->curve[c];
    kept->curve[c] = NULL;
  }
  memcpy(photo->to_srgb, kept->to_srgb, sizeof photo->to_srgb);
}
