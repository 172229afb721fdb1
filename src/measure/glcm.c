/* Grey level co-occurrence by the IBSI reference manual (Zwanenburg et al. 2016, arXiv:1612.07003,
 * section 3.6): symmetric, Chebyshev distance 1, logarithms to base 2. Names in the sums below are
 * the manual's: p_ij, p_x (marginal), p_x-y and p_x+y (diagonal and cross-diagonal). */
#include "scardelta/glcm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = SD_GLCM_LEVELS_MAX };

static const int STEP_X[SD_GLCM_DIRECTIONS] = {1, -1, 0, 1},
                 STEP_Y[SD_GLCM_DIRECTIONS] = {0, 1, 1, 1};

const char *sd_glcm_feature_name(sd_glcm_feature feature) {
  static const char *const NAMES[SD_GLCM_FEATURES] = {"joint_maximum",
                                                      "joint_average",
                                                      "joint_variance",
                                                      "joint_entropy",
                                                      "difference_average",
                                                      "difference_variance",
                                                      "difference_entropy",
                                                      "sum_average",
                                                      "sum_variance",
                                                      "sum_entropy",
                                                      "angular_second_moment",
                                                      "contrast",
                                                      "dissimilarity",
                                                      "inverse_difference",
                                                      "normalised_inverse_difference",
                                                      "inverse_difference_moment",
                                                      "normalised_inverse_difference_moment",
                                                      "inverse_variance",
                                                      "correlation",
                                                      "autocorrelation",
                                                      "cluster_tendency",
                                                      "cluster_shade",
                                                      "cluster_prominence",
                                                      "information_correlation_1",
                                                      "information_correlation_2"};
  return NAMES[feature];
}

/* Is there a level that counts? */
static bool counts(const sd_glcm *glcm, const sd_mask *levels, const sd_mask *labels, uint8_t label,
                   size_t at) {
  return levels->v[at] >= 1 && levels->v[at] <= glcm->levels &&
         (labels == NULL || labels->v[at] == label);
}

void sd_glcm_add(sd_glcm *glcm, const sd_mask *levels, const sd_mask *labels, uint8_t label) {
  int width = levels->width, height = levels->height;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      size_t at = (size_t)y * (size_t)width + (size_t)x;
      if (!counts(glcm, levels, labels, label, at))
        continue;
      for (int d = 0; d < SD_GLCM_DIRECTIONS; d++) {
        int u = x + STEP_X[d], v = y + STEP_Y[d];
        size_t to = (size_t)v * (size_t)width + (size_t)u;
        if (u < 0 || u >= width || v >= height || !counts(glcm, levels, labels, label, to))
          continue;
        glcm->pairs[d][levels->v[at] - 1][levels->v[to] - 1]++;
        glcm->pairs[d][levels->v[to] - 1][levels->v[at] - 1]++;
      }
    }
}

/* ---- features ------------------------------------------------------------------------------- */

typedef struct shares {
  int levels;
  double p[N][N], marginal[N], difference[N], sum[2 * N]; /* sum[k]: of levels adding up to k + 2 */
} shares;

static bool shares_of(shares *s, uint32_t (*const pairs)[N], int levels) {
  double total = 0;
  memset(s, 0, sizeof *s);
  s->levels = levels;
  for (int i = 0; i < levels; i++)
    for (int j = 0; j < levels; j++)
      total += pairs[i][j];
  for (int i = 0; i < levels && total > 0; i++)
    for (int j = 0; j < levels; j++) {
      double p = pairs[i][j] / total;
      s->p[i][j] = p;
      s->marginal[i] += p;
      s->difference[abs(i - j)] += p;
      s->sum[i + j] += p;
    }
  return total > 0;
}

static double entropy(const double *p, int count) {
  double bits = 0;
  for (int k = 0; k < count; k++)
    bits -= p[k] > 0 ? p[k] * log2(p[k]) : 0;
  return bits;
}

/* Mean and variance of k + first under p[k]. */
static void moments(const double *p, int count, int first, double *mean, double *variance) {
  *mean = *variance = 0;
  for (int k = 0; k < count; k++)
    *mean += (k + first) * p[k];
  for (int k = 0; k < count; k++)
    *variance += (k + first - *mean) * (k + first - *mean) * p[k];
}

/* Features of the diagonals: of how far two neighbours differ, and of what they add up to. */
static void diagonal_features(double *out, const shares *s) {
  double n = s->levels;
  moments(s->difference, s->levels, 0, &out[SD_GLCM_DIFFERENCE_AVERAGE],
          &out[SD_GLCM_DIFFERENCE_VARIANCE]);
  out[SD_GLCM_DIFFERENCE_ENTROPY] = entropy(s->difference, s->levels);
  moments(s->sum, 2 * s->levels - 1, 2, &out[SD_GLCM_SUM_AVERAGE], &out[SD_GLCM_SUM_VARIANCE]);
  out[SD_GLCM_SUM_ENTROPY] = entropy(s->sum, 2 * s->levels - 1);
  for (int k = 0; k < s->levels; k++) {
    double p = s->difference[k], k2 = (double)k * k;
    out[SD_GLCM_CONTRAST] += k2 * p;
    out[SD_GLCM_DISSIMILARITY] += k * p;
    out[SD_GLCM_INVERSE_DIFFERENCE] += p / (1 + k);
    out[SD_GLCM_NORMALISED_INVERSE_DIFFERENCE] += p / (1 + k / n);
    out[SD_GLCM_INVERSE_DIFFERENCE_MOMENT] += p / (1 + k2);
    out[SD_GLCM_NORMALISED_INVERSE_DIFFERENCE_MOMENT] += p / (1 + k2 / (n * n));
    out[SD_GLCM_INVERSE_VARIANCE] += k > 0 ? p / k2 : 0;
  }
}

static void joint_features(double *out, const shares *s) {
  double mean, variance;
  moments(s->marginal, s->levels, 1, &mean, &variance);
  out[SD_GLCM_JOINT_AVERAGE] = mean;
  out[SD_GLCM_JOINT_VARIANCE] = variance;
  for (int i = 0; i < s->levels; i++)
    for (int j = 0; j < s->levels; j++) {
      double p = s->p[i][j], both = i + j + 2 - 2 * mean;
      out[SD_GLCM_JOINT_MAXIMUM] = fmax(out[SD_GLCM_JOINT_MAXIMUM], p);
      out[SD_GLCM_ANGULAR_SECOND_MOMENT] += p * p;
      out[SD_GLCM_AUTOCORRELATION] += (i + 1.0) * (j + 1.0) * p;
      out[SD_GLCM_CLUSTER_TENDENCY] += both * both * p;
      out[SD_GLCM_CLUSTER_SHADE] += both * both * both * p;
      out[SD_GLCM_CLUSTER_PROMINENCE] += both * both * both * both * p;
    }
  out[SD_GLCM_CORRELATION] =
      variance > 0 ? (out[SD_GLCM_AUTOCORRELATION] - mean * mean) / variance : NAN;
}

/* How much one neighbour tells about the other. HXY1 and HXY2 are the manual's. */
static void information_features(double *out, const shares *s) {
  double hxy = 0, hxy1 = 0, hxy2 = 0, hx = entropy(s->marginal, s->levels);
  for (int i = 0; i < s->levels; i++)
    for (int j = 0; j < s->levels; j++) {
      double p = s->p[i][j], apart = s->marginal[i] * s->marginal[j];
      hxy -= p > 0 ? p * log2(p) : 0;
      hxy1 -= apart > 0 ? p * log2(apart) : 0;
      hxy2 -= apart > 0 ? apart * log2(apart) : 0;
    }
  out[SD_GLCM_JOINT_ENTROPY] = hxy;
  out[SD_GLCM_INFORMATION_CORRELATION_1] = hx > 0 ? (hxy - hxy1) / hx : NAN;
  out[SD_GLCM_INFORMATION_CORRELATION_2] = hx > 0 ? sqrt(fmax(1 - exp(-2 * (hxy2 - hxy)), 0)) : NAN;
}

static bool features_of(double *out, uint32_t (*const pairs)[N], int levels) {
  shares s;
  if (!shares_of(&s, pairs, levels))
    return false;
  memset(out, 0, SD_GLCM_FEATURES * sizeof *out);
  diagonal_features(out, &s);
  joint_features(out, &s);
  information_features(out, &s);
  return true;
}

static void undefined(double out[SD_GLCM_FEATURES]) {
  for (int k = 0; k < SD_GLCM_FEATURES; k++)
    out[k] = NAN;
}

void sd_glcm_merged(double out[SD_GLCM_FEATURES], const sd_glcm *glcm) {
  uint32_t merged[N][N];
  memcpy(merged, glcm->pairs[0], sizeof merged);
  for (int d = 1; d < SD_GLCM_DIRECTIONS; d++)
    for (int i = 0; i < glcm->levels; i++)
      for (int j = 0; j < glcm->levels; j++)
        merged[i][j] += glcm->pairs[d][i][j];
  if (!features_of(out, merged, glcm->levels))
    undefined(out);
}

void sd_glcm_averaged(double out[SD_GLCM_FEATURES], const sd_glcm *glcm) {
  double sum[SD_GLCM_FEATURES] = {0}, one[SD_GLCM_FEATURES];
  int directions = 0;
  for (int d = 0; d < SD_GLCM_DIRECTIONS; d++) {
    uint32_t pairs[N][N];
    memcpy(pairs, glcm->pairs[d], sizeof pairs);
    if (!features_of(one, pairs, glcm->levels))
      continue;
    for (int k = 0; k < SD_GLCM_FEATURES; k++)
      sum[k] += one[k];
    directions++;
  }
  undefined(out);
  for (int k = 0; k < SD_GLCM_FEATURES && directions > 0; k++)
    out[k] = sum[k] / directions;
}
