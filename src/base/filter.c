/* Gaussian smoothing. Small sigmas run as two truncated passes; large ones on a decimated pyramid.
 * Borders are renormalised instead of mirrored: a mirrored border makes edges look alike on both
 * sides and pulls registration towards scale 1. Masked smoothing is normalised convolution
 * (Knutsson and Westin 1993): blur(value * weight) / blur(weight). */
#include "scardelta/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Above this sigma the map is halved first; the extra blur of the 2x2 box is accounted for. */
static const double SIGMA_DIRECT_MAX_PX = 8;
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

/* Sum of the kernel that falls inside 0..length-1 at place i: what to divide by at a border. */
static void border_norms(float *norm, const kernel *k, int length) {
  for (int i = 0; i < length; i++) {
    double sum = 0;
    for (int d = -k->radius; d <= k->radius; d++)
      if (i + d >= 0 && i + d < length)
        sum += k->weight[abs(d)];
    norm[i] = (float)(1 / sum);
  }
}

static void blur_row(float *restrict out, const float *restrict in, int width, const kernel *k,
                     const float *norm) {
  for (int x = 0; x < width; x++)
    out[x] = k->weight[0] * in[x];
  for (int d = 1; d <= k->radius && d < width; d++) {
    float w = k->weight[d];
    for (int x = 0; x < d && x + d < width; x++)
      out[x] += w * in[x + d];
    for (int x = d; x < width - d; x++)
      out[x] += w * (in[x - d] + in[x + d]);
    for (int x = width - d < d ? d : width - d; x < width; x++)
      out[x] += w * in[x - d];
  }
  for (int x = 0; x < width; x++)
    out[x] *= norm[x];
}

static void blur_columns(float *restrict out, const sd_map *in, int y, const kernel *k,
                         float norm) {
  size_t width = (size_t)in->width;
  const float *centre = in->v + (size_t)y * width;
  for (size_t x = 0; x < width; x++)
    out[x] = k->weight[0] * centre[x];
  for (int d = 1; d <= k->radius; d++) {
    float w = k->weight[d];
    const float *up = y - d >= 0 ? centre - (size_t)d * width : NULL;
    const float *down = y + d < in->height ? centre + (size_t)d * width : NULL;
    if (up != NULL && down != NULL)
      for (size_t x = 0; x < width; x++)
        out[x] += w * (up[x] + down[x]);
    else if (up != NULL || down != NULL) {
      const float *one = up != NULL ? up : down;
      for (size_t x = 0; x < width; x++)
        out[x] += w * one[x];
    }
  }
  for (size_t x = 0; x < width; x++)
    out[x] *= norm;
}

static sd_status blur_direct(sd_map *out, const sd_map *in, double sigma, sd_diag *diag) {
  sd_status status = SD_OK;
  kernel k = {0};
  sd_map rows = {0}, result = {0};
  float *norm_x = NULL, *norm_y = NULL;
  SD_TRY(kernel_make(&k, sigma, diag));
  SD_TRY(sd_map_make(&rows, in->width, in->height, diag));
  SD_TRY(sd_map_make(&result, in->width, in->height, diag));
  norm_x = malloc((size_t)in->width * sizeof *norm_x);
  norm_y = malloc((size_t)in->height * sizeof *norm_y);
  if (norm_x == NULL || norm_y == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for a filter");
    goto done;
  }
  border_norms(norm_x, &k, in->width);
  border_norms(norm_y, &k, in->height);
  size_t width = (size_t)in->width;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < in->height; y++)
    blur_row(rows.v + (size_t)y * width, in->v + (size_t)y * width, in->width, &k, norm_x);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < in->height; y++)
    blur_columns(result.v + (size_t)y * width, &rows, y, &k, norm_y[y]);
  sd_map_clear(out);
  *out = result;
  result = (sd_map){0};
done:
  free(k.weight);
  free(norm_x);
  free(norm_y);
  sd_map_clear(&rows);
  sd_map_clear(&result);
  return status;
}

sd_status sd_map_half(sd_map *out, const sd_map *in, sd_diag *diag) {
  sd_map half = {0};
  sd_status status = sd_map_make(&half, (in->width + 1) / 2, (in->height + 1) / 2, diag);
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < half.height; y++) {
    int y1 = 2 * y + 1 < in->height ? 2 * y + 1 : 2 * y;
    const float *a = in->v + (size_t)(2 * y) * (size_t)in->width;
    const float *b = in->v + (size_t)y1 * (size_t)in->width;
    float *row = half.v + (size_t)y * (size_t)half.width;
    for (int x = 0; x < half.width; x++) {
      int x1 = 2 * x + 1 < in->width ? 2 * x + 1 : 2 * x;
      row[x] = 0.25f * (a[2 * x] + a[x1] + b[2 * x] + b[x1]);
    }
  }
  sd_map_clear(out);
  *out = half;
  return SD_OK;
}

/* Back to the full size; pixel (x, y) lies at ((x - 0.5) / 2, (y - 0.5) / 2) of the half map,
 * always a quarter of a pixel from one neighbour and three from the other. */
static void double_into(sd_map *full, const sd_map *half) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < full->height; y++) {
    int near_y = y / 2, far_y = y % 2 == 0 ? near_y - 1 : near_y + 1;
    far_y = far_y < 0 ? 0 : far_y >= half->height ? half->height - 1 : far_y;
    const float *near_row = half->v + (size_t)near_y * (size_t)half->width;
    const float *far_row = half->v + (size_t)far_y * (size_t)half->width;
    float *row = full->v + (size_t)y * (size_t)full->width;
    for (int x = 0; x < full->width; x++) {
      int near_x = x / 2, far_x = x % 2 == 0 ? near_x - 1 : near_x + 1;
      far_x = far_x < 0 ? 0 : far_x >= half->width ? half->width - 1 : far_x;
      row[x] = 0.5625f * near_row[near_x] + 0.1875f * (near_row[far_x] + far_row[near_x]) +
               0.0625f * far_row[far_x];
    }
  }
}

static sd_status blur_halved(sd_map *out, const sd_map *in, double sigma, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map half = {0}, result = {0};
  SD_TRY(sd_map_half(&half, in, diag));
  /* the box adds variance 1/4 and the bilinear way back about 1/2, both in full pixels */
  SD_TRY(sd_map_blur(&half, &half, sqrt(sigma * sigma - 0.75) / 2, diag));
  SD_TRY(sd_map_make(&result, in->width, in->height, diag));
  double_into(&result, &half);
  sd_map_clear(out);
  *out = result;
  result = (sd_map){0};
done:
  sd_map_clear(&half);
  sd_map_clear(&result);
  return status;
}

sd_status sd_map_blur(sd_map *out, const sd_map *in, double sigma_px, sd_diag *diag) {
  if (!(sigma_px > 0.05)) /* narrower than this no neighbour gets a float's worth of weight */
    return sd_map_copy(out, in, diag);
  bool halve = sigma_px > SIGMA_DIRECT_MAX_PX && in->width > 1 && in->height > 1;
  return halve ? blur_halved(out, in, sigma_px, diag) : blur_direct(out, in, sigma_px, diag);
}

sd_status sd_map_blur_masked(sd_map *out, const sd_map *in, const sd_mask *keep, double sigma_px,
                             sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map value = {0}, weight = {0};
  SD_TRY(sd_map_make(&value, in->width, in->height, diag));
  SD_TRY(sd_map_make(&weight, in->width, in->height, diag));
  size_t count = (size_t)in->width * (size_t)in->height;
  for (size_t i = 0; i < count; i++)
    if (keep->v[i] != 0) {
      value.v[i] = in->v[i];
      weight.v[i] = 1;
    }
  SD_TRY(sd_map_blur(&value, &value, sigma_px, diag));
  SD_TRY(sd_map_blur(&weight, &weight, sigma_px, diag));
  for (size_t i = 0; i < count; i++)
    value.v[i] = weight.v[i] > WEIGHT_MIN ? value.v[i] / weight.v[i] : NAN;
  sd_map_clear(out);
  *out = value;
  value = (sd_map){0};
done:
  sd_map_clear(&value);
  sd_map_clear(&weight);
  return status;
}
