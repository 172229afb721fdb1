/* Gaussian smoothing. Small sigmas run as two truncated passes; larger ones on a map of half the
 * size, and so on down. Outside the map there is nothing: sums are divided by the weight that fell
 * inside, since a mirrored border makes edges look alike on both sides and pulls registration
 * towards scale 1. Masked smoothing is normalised convolution (Knutsson and Westin 1993):
 * blur(value * weight) / blur(weight). */
#include "base/clones.h"
#include "base/lanes.h"
#include "base/room.h"
#include "base/threads.h"
#include "scardelta/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Narrower than this no neighbour gets a float's worth of weight. */
static const double SIGMA_MIN_PX = 0.05;
/* Above this sigma the map is halved first: what the smaller map cannot hold has lost all but a
 * thousandth of its weight in the blur by then (tests/base/test_grid.c compares with the sum). */
static const double SIGMA_DIRECT_MAX_PX = 3;
/* What halving with 1 3 3 1 and going back bilinearly add to the variance, in full pixels: 3/4
 * each. */
static const double VARIANCE_OF_HALVING_PX2 = 1.5;
/* Weight of normalised convolution under which nothing was there to average. */
static const float WEIGHT_MIN = 1e-4f;

typedef struct kernel {
  int radius;
  float *weight; /* radius + 1 values, centre first */
} kernel;

static sd_status kernel_make(kernel *out, double sigma, sd_diag *diag) {
  int radius = (int)ceil(4 * sigma);
  float *weight = malloc(((size_t)radius + 1) * sizeof *weight);
  if (weight == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for a filter");
  double sum = 0;
  for (int i = 0; i <= radius; i++) {
    double w = exp(-0.5 * i * i / (sigma * sigma));
    weight[i] = (float)w;
    sum += i == 0 ? w : 2 * w;
  }
  for (int i = 0; i <= radius; i++)
    weight[i] = (float)(weight[i] / sum);
  *out = (kernel){radius, weight};
  return SD_OK;
}

/* Weighted sum around one value whose neighbours are `step` floats apart, with `before` of them on
 * one side and `after` on the other: in pairs as far as there are two, then from the longer side.
 */
static SD_CLONED float sum_at(const float *in, ptrdiff_t step, int before, int after,
                              const kernel *k) {
  int pairs = before < after ? before : after, taps = before < after ? after : before;
  ptrdiff_t side = before < after ? step : -step;
  float sum = k->weight[0] * in[0];
  for (int d = 1; d <= pairs; d++)
    sum += k->weight[d] * (in[-d * step] + in[d * step]);
  for (int d = pairs + 1; d <= taps; d++)
    sum += k->weight[d] * in[d * side];
  return sum;
}

/* The same for RUN values in a row, each summed in the order of sum_at. */
enum { RUN_LANES = 4, RUN = RUN_LANES * SD_WIDE };
static SD_CLONED void sum_run(float *out, const float *in, ptrdiff_t step, int before, int after,
                              const kernel *k) {
  int pairs = before < after ? before : after, taps = before < after ? after : before;
  ptrdiff_t side = before < after ? step : -step;
  sd_wide sum[RUN_LANES], one, two;
  for (int i = 0; i < RUN_LANES; i++) {
    sd_wide_load(&one, in + i * SD_WIDE);
    sum[i] = k->weight[0] * one;
  }
  for (int d = 1; d <= pairs; d++) {
    const float weight = k->weight[d], *below = in - d * step, *above = in + d * step;
    for (int i = 0; i < RUN_LANES; i++) {
      sd_wide_load(&one, below + i * SD_WIDE);
      sd_wide_load(&two, above + i * SD_WIDE);
      sum[i] += weight * (one + two);
    }
  }
  for (int d = pairs + 1; d <= taps; d++) {
    const float weight = k->weight[d], *beside = in + d * side;
    for (int i = 0; i < RUN_LANES; i++) {
      sd_wide_load(&one, beside + i * SD_WIDE);
      sum[i] += weight * one;
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < RUN_LANES; i++)
    sd_wide_store(out + i * SD_WIDE, &sum[i]);
}

/* `count` neighbouring values that all have the same number of neighbours. */
SD_CLONES static void sum_row(float *out, const float *in, int count, ptrdiff_t step, int before,
                              int after, const kernel *k) {
  int x = 0;
  for (; x + RUN <= count; x += RUN)
    sum_run(out + x, in + x, step, before, after, k);
  for (; x < count; x++)
    out[x] = sum_at(in + x, step, before, after, k);
}

static SD_CLONED int smaller(int a, int b) {
  return a < b ? a : b;
}

static void sum_border(float *out, const float *in, int from, int to, int width, const kernel *k) {
  for (int x = from; x < to; x++)
    out[x] = sum_at(in + x, 1, smaller(x, k->radius), smaller(width - 1 - x, k->radius), k);
}

static void sum_along(float *out, const float *in, int width, const kernel *k) {
  int left = smaller(k->radius, width), right = width - left < left ? left : width - left;
  sum_border(out, in, 0, left, width, k);
  sum_row(out + left, in + left, right - left, 1, k->radius, k->radius, k);
  sum_border(out, in, right, width, width, k);
}

static void sum_across(float *out, const sd_map *in, int y, const kernel *k) {
  const float *row = in->v + (size_t)y * (size_t)in->width;
  sum_row(out, row, in->width, in->width, smaller(y, k->radius),
          smaller(in->height - 1 - y, k->radius), k);
}

/* Both passes; what lies outside counts as zero. */
static sd_status sum_direct(sd_map *out, const sd_map *in, double sigma, sd_diag *diag) {
  sd_status status = SD_OK;
  kernel k = {0};
  sd_map rows = {0}, result = {0};
  SD_TRY(kernel_make(&k, sigma, diag));
  SD_TRY(sd_map_room(&rows, in->width, in->height, diag));
  SD_TRY(sd_map_room(&result, in->width, in->height, diag));
  size_t width = (size_t)in->width;
  bool worth = sd_worth_threads(in->width, in->height);
  SD_EACH_ROW(y, in->height, worth,
              sum_along(rows.v + (size_t)y * width, in->v + (size_t)y * width, in->width, &k));
  SD_EACH_ROW(y, in->height, worth, sum_across(result.v + (size_t)y * width, &rows, y, &k));
  sd_map_clear(out);
  *out = result;
  result = (sd_map){0};
done:
  free(k.weight);
  sd_map_clear(&rows);
  sd_map_clear(&result);
  return status;
}

/* Row y of the map of half the size. */
static void average_squares(sd_map *half, const sd_map *in, int y) {
  int y1 = 2 * y + 1 < in->height ? 2 * y + 1 : 2 * y;
  const float *a = in->v + (size_t)(2 * y) * (size_t)in->width;
  const float *b = in->v + (size_t)y1 * (size_t)in->width;
  float *row = half->v + (size_t)y * (size_t)half->width;
  for (int x = 0; x < half->width; x++) {
    int x1 = 2 * x + 1 < in->width ? 2 * x + 1 : 2 * x;
    row[x] = 0.25f * (a[2 * x] + a[x1] + b[2 * x] + b[x1]);
  }
}

sd_status sd_map_half(sd_map *out, const sd_map *in, sd_diag *diag) {
  sd_map half = {0};
  sd_status status = sd_map_room(&half, (in->width + 1) / 2, (in->height + 1) / 2, diag);
  if (status != SD_OK)
    return status;
  SD_EACH_ROW(y, half.height, sd_worth_threads(in->width, in->height),
              average_squares(&half, in, y));
  sd_map_clear(out);
  *out = half;
  return SD_OK;
}

/* Cells of the map of half the size: cell i has its centre between the pixels 2 i and 2 i + 1 and
 * takes the pixels 2 i - 1 to 2 i + 2 with the weights 1 3 3 1. Those that reach a pixel are -1 to
 * length / 2; cell i is kept at place i + 1. */
static int half_cells(int length) {
  return length / 2 + 2;
}

static SD_CLONED float half_cell(const float *line, int i, int length) {
  static const float weight[4] = {0.125f, 0.375f, 0.375f, 0.125f};
  float sum = 0;
  for (int t = 0; t < 4; t++) {
    int at = 2 * i - 1 + t;
    if (at >= 0 && at < length)
      sum += weight[t] * line[at];
  }
  return sum;
}

SD_CLONES static void halve_row(float *out, const float *in, int width) {
  int last = half_cells(width) - 2, inner = (width - 3) / 2;
  out[0] = half_cell(in, -1, width);
  out[1] = half_cell(in, 0, width);
  for (int i = 1; i <= inner; i++)
    out[i + 1] = 0.125f * (in[2 * i - 1] + in[2 * i + 2]) + 0.375f * (in[2 * i] + in[2 * i + 1]);
  for (int i = inner < 1 ? 1 : inner + 1; i <= last; i++)
    out[i + 1] = half_cell(in, i, width);
}

/* Row y of the map; `nothing` outside. */
static const float *row_or_nothing(const sd_map *map, int y, const float *nothing) {
  return y >= 0 && y < map->height ? map->v + (size_t)y * (size_t)map->width : nothing;
}

SD_CLONES static void blend_rows(float *restrict out, const float *a, const float *b,
                                 const float *c, const float *d, int count) {
  for (int x = 0; x < count; x++)
    out[x] = 0.125f * (a[x] + d[x]) + 0.375f * (b[x] + c[x]);
}

static void halve_rows(float *out, const sd_map *in, int i, const float *nothing) {
  blend_rows(out, row_or_nothing(in, 2 * i - 1, nothing), row_or_nothing(in, 2 * i, nothing),
             row_or_nothing(in, 2 * i + 1, nothing), row_or_nothing(in, 2 * i + 2, nothing),
             in->width);
}

static sd_status halve_to_cells(sd_map *out, const sd_map *in, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map across = {0}, half = {0}, nothing = {0};
  SD_TRY(sd_map_make(&nothing, half_cells(in->width), 1, diag));
  SD_TRY(sd_map_room(&across, half_cells(in->width), in->height, diag));
  SD_TRY(sd_map_room(&half, across.width, half_cells(in->height), diag));
  bool worth = sd_worth_threads(in->width, in->height);
  SD_EACH_ROW(y, in->height, worth,
              halve_row(across.v + (size_t)y * (size_t)across.width,
                        in->v + (size_t)y * (size_t)in->width, in->width));
  SD_EACH_ROW(y, half.height, worth,
              halve_rows(half.v + (size_t)y * (size_t)half.width, &across, y - 1, nothing.v));
  sd_map_clear(out);
  *out = half;
  half = (sd_map){0};
done:
  sd_map_clear(&across);
  sd_map_clear(&half);
  sd_map_clear(&nothing);
  return status;
}

/* A pixel lies a quarter of a cell from the middle of its own cell and three quarters from that of
 * the one beside it: the cell before for even pixels, the one after for odd ones. */
static SD_CLONED float between_cells(const float *near_row, const float *far_row, int near_x,
                                     int far_x) {
  return 0.5625f * near_row[near_x] + 0.1875f * (near_row[far_x] + far_row[near_x]) +
         0.0625f * far_row[far_x];
}

SD_CLONES static void cells_to_row(float *restrict row, const float *near_row, const float *far_row,
                                   int width) {
  int cell = 1;
  for (; 2 * cell <= width; cell++) {
    row[2 * cell - 2] = between_cells(near_row, far_row, cell, cell - 1);
    row[2 * cell - 1] = between_cells(near_row, far_row, cell, cell + 1);
  }
  if (width % 2 != 0)
    row[width - 1] = between_cells(near_row, far_row, cell, cell - 1);
}

static void cells_to_pixels(sd_map *full, const sd_map *half, int y) {
  int near_y = y / 2 + 1, far_y = y % 2 == 0 ? near_y - 1 : near_y + 1;
  cells_to_row(full->v + (size_t)y * (size_t)full->width,
               half->v + (size_t)near_y * (size_t)half->width,
               half->v + (size_t)far_y * (size_t)half->width, full->width);
}

/* Gaussian sum, directly or by halves; what lies outside counts as zero. */
static sd_status sum_gaussian(sd_map *out, const sd_map *in, double sigma, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map half = {0}, result = {0};
  if (sigma <= SIGMA_DIRECT_MAX_PX)
    return sum_direct(out, in, sigma, diag);
  SD_TRY(halve_to_cells(&half, in, diag));
  SD_TRY(sum_gaussian(&half, &half, sqrt(sigma * sigma - VARIANCE_OF_HALVING_PX2) / 2, diag));
  SD_TRY(sd_map_room(&result, in->width, in->height, diag));
  SD_EACH_ROW(y, result.height, sd_worth_threads(result.width, result.height),
              cells_to_pixels(&result, &half, y));
  sd_map_clear(out);
  *out = result;
  result = (sd_map){0};
done:
  sd_map_clear(&half);
  sd_map_clear(&result);
  return status;
}

static sd_status sum_of_ones(sd_map *out, int width, int height, double sigma, sd_diag *diag) {
  sd_status status = sd_map_room(out, width, height, diag);
  if (status != SD_OK)
    return status;
  for (size_t i = 0; i < (size_t)width * (size_t)height; i++)
    out->v[i] = 1;
  return sum_gaussian(out, out, sigma, diag);
}

SD_CLONES static void scale_row(float *restrict row, const float *by, float over, int count) {
  for (int x = 0; x < count; x++)
    row[x] *= by[x] / over;
}

/* Divides by the weight that fell inside. Every step above works on x and y apart, so that weight
 * is a product of one factor of the column and one of the row: a line of ones across, one down, and
 * what both hold twice, a single one. */
static sd_status divide_by_weight(sd_map *map, double sigma, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map across = {0}, down = {0}, single = {0};
  SD_TRY(sum_of_ones(&across, map->width, 1, sigma, diag));
  SD_TRY(sum_of_ones(&down, 1, map->height, sigma, diag));
  SD_TRY(sum_of_ones(&single, 1, 1, sigma, diag));
  for (int x = 0; x < map->width; x++)
    across.v[x] = single.v[0] / across.v[x];
  SD_EACH_ROW(y, map->height, sd_worth_threads(map->width, map->height),
              scale_row(map->v + (size_t)y * (size_t)map->width, across.v, down.v[y], map->width));
done:
  sd_map_clear(&across);
  sd_map_clear(&down);
  sd_map_clear(&single);
  return status;
}

sd_status sd_map_blur(sd_map *out, const sd_map *in, double sigma_px, sd_diag *diag) {
  if (!(sigma_px > SIGMA_MIN_PX))
    return sd_map_copy(out, in, diag);
  sd_map result = {0};
  sd_status status = sum_gaussian(&result, in, sigma_px, diag);
  if (status == SD_OK)
    status = divide_by_weight(&result, sigma_px, diag);
  if (status != SD_OK) {
    sd_map_clear(&result);
    return status;
  }
  sd_map_clear(out);
  *out = result;
  return SD_OK;
}

/* ---- under a mask ------------------------------------------------------------------------- */

SD_CLONES static void keep_row(float *restrict out, const float *in, const uint8_t *keep,
                               int count) {
  for (int x = 0; x < count; x++)
    out[x] = keep[x] != 0 ? in[x] : 0;
}

SD_CLONES static void ones_row(float *restrict out, const uint8_t *keep, int count) {
  for (int x = 0; x < count; x++)
    out[x] = keep[x] != 0 ? 1.0f : 0.0f;
}

SD_CLONES static void average_row(float *restrict value, const float *weight, int count) {
  for (int x = 0; x < count; x++)
    value[x] = weight[x] > WEIGHT_MIN ? value[x] / weight[x] : NAN;
}

static sd_status weight_of(sd_map *out, const sd_mask *keep, double sigma_px, sd_diag *diag) {
  sd_status status = sd_map_room(out, keep->width, keep->height, diag);
  if (status != SD_OK)
    return status;
  size_t width = (size_t)keep->width;
  SD_EACH_ROW(y, keep->height, sd_worth_threads(keep->width, keep->height),
              ones_row(out->v + (size_t)y * width, keep->v + (size_t)y * width, keep->width));
  return sigma_px > SIGMA_MIN_PX ? sum_gaussian(out, out, sigma_px, diag) : SD_OK;
}

/* Value and weight lack the same at borders, so that nothing is divided by what fell inside. */
static sd_status average_of(sd_map *out, const sd_map *in, const sd_mask *keep,
                            const sd_map *weight, double sigma_px, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map value = {0};
  size_t width = (size_t)in->width;
  SD_TRY(sd_map_room(&value, in->width, in->height, diag));
  bool worth = sd_worth_threads(in->width, in->height);
  SD_EACH_ROW(y, in->height, worth,
              keep_row(value.v + (size_t)y * width, in->v + (size_t)y * width,
                       keep->v + (size_t)y * width, in->width));
  if (sigma_px > SIGMA_MIN_PX)
    SD_TRY(sum_gaussian(&value, &value, sigma_px, diag));
  SD_EACH_ROW(y, value.height, worth,
              average_row(value.v + (size_t)y * width, weight->v + (size_t)y * width, value.width));
  sd_map_clear(out);
  *out = value;
  value = (sd_map){0};
done:
  sd_map_clear(&value);
  return status;
}

sd_status sd_maps_blur_masked(sd_map *out, const sd_map *const *in, int count, const sd_mask *keep,
                              double sigma_px, sd_map *share, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map weight = {0};
  SD_TRY(weight_of(&weight, keep, sigma_px, diag));
  for (int k = 0; k < count; k++)
    SD_TRY(average_of(&out[k], in[k], keep, &weight, sigma_px, diag));
  if (share != NULL) {
    if (sigma_px > SIGMA_MIN_PX)
      SD_TRY(divide_by_weight(&weight, sigma_px, diag));
    sd_map_clear(share);
    *share = weight;
    weight = (sd_map){0};
  }
done:
  sd_map_clear(&weight);
  return status;
}

sd_status sd_map_blur_masked(sd_map *out, const sd_map *in, const sd_mask *keep, double sigma_px,
                             sd_diag *diag) {
  return sd_maps_blur_masked(out, &in, 1, keep, sigma_px, NULL, diag);
}
