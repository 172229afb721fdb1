/* Co-occurrence features reproduce the digital phantom of the IBSI to the published digits, and
 * behave as their definitions say. */
#include "check.h"

#include "scardelta/glcm.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SLICES = 4, ROWS = 4, COLUMNS = 5, LEVELS = 6 };

/* Grey levels of the phantom (Zwanenburg et al. 2016, appendix B); 0 outside its mask. */
static const uint8_t PHANTOM[SLICES][ROWS][COLUMNS] = {
    {{1, 4, 4, 1, 1}, {1, 4, 6, 1, 1}, {4, 1, 6, 4, 1}, {4, 4, 6, 4, 1}},
    {{1, 4, 4, 1, 1}, {1, 1, 6, 1, 1}, {0, 1, 3, 1, 1}, {4, 4, 6, 1, 1}},
    {{1, 4, 4, 0, 0}, {1, 1, 1, 1, 1}, {1, 1, 0, 1, 1}, {1, 1, 6, 1, 1}},
    {{1, 4, 4, 0, 0}, {1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}, {1, 1, 6, 1, 1}}};

/* Features of the phantom in each of three aggregations. */
typedef struct phantom_features {
  double averaged[SD_GLCM_FEATURES], slice_merged[SD_GLCM_FEATURES], merged[SD_GLCM_FEATURES];
} phantom_features;

static void add_slice(sd_glcm *glcm, int slice) {
  uint8_t levels[ROWS * COLUMNS];
  memcpy(levels, PHANTOM[slice], sizeof levels);
  sd_glcm_add(glcm, &(sd_mask){COLUMNS, ROWS, levels}, NULL, 0);
}

static phantom_features measure_phantom(void) {
  phantom_features f = {{0}, {0}, {0}};
  static sd_glcm all, one; /* too large for some stacks */
  double features[SD_GLCM_FEATURES];
  all = (sd_glcm){.levels = LEVELS};
  for (int slice = 0; slice < SLICES; slice++) {
    one = (sd_glcm){.levels = LEVELS};
    add_slice(&one, slice);
    add_slice(&all, slice);
    sd_glcm_averaged(features, &one);
    for (int k = 0; k < SD_GLCM_FEATURES; k++)
      f.averaged[k] += features[k] / SLICES;
    sd_glcm_merged(features, &one);
    for (int k = 0; k < SD_GLCM_FEATURES; k++)
      f.slice_merged[k] += features[k] / SLICES;
  }
  sd_glcm_merged(f.merged, &all);
  return f;
}

/* The published benchmark, three significant digits: 2D averaged, 2D slice-merged, 2.5D merged. */
static const struct {
  sd_glcm_feature feature;
  double averaged, slice_merged, merged;
} PUBLISHED[] = {
    {SD_GLCM_JOINT_MAXIMUM, 0.519, 0.512, 0.492},
    {SD_GLCM_JOINT_AVERAGE, 2.14, 2.14, 2.2},
    {SD_GLCM_JOINT_VARIANCE, 2.69, 2.71, 3.24},
    {SD_GLCM_JOINT_ENTROPY, 2.05, 2.24, 2.61},
    {SD_GLCM_DIFFERENCE_AVERAGE, 1.42, 1.4, 1.44},
    {SD_GLCM_DIFFERENCE_VARIANCE, 2.9, 3.06, 3.23},
    {SD_GLCM_DIFFERENCE_ENTROPY, 1.4, 1.49, 1.67},
    {SD_GLCM_SUM_AVERAGE, 4.28, 4.29, 4.41},
    {SD_GLCM_SUM_VARIANCE, 5.47, 5.66, 7.65},
    {SD_GLCM_SUM_ENTROPY, 1.6, 1.79, 2.14},
    {SD_GLCM_ANGULAR_SECOND_MOMENT, 0.368, 0.352, 0.277},
    {SD_GLCM_CONTRAST, 5.28, 5.19, 5.29},
    {SD_GLCM_DISSIMILARITY, 1.42, 1.4, 1.44},
    {SD_GLCM_INVERSE_DIFFERENCE, 0.678, 0.683, 0.673},
    {SD_GLCM_NORMALISED_INVERSE_DIFFERENCE, 0.851, 0.854, 0.85},
    {SD_GLCM_INVERSE_DIFFERENCE_MOMENT, 0.619, 0.625, 0.613},
    {SD_GLCM_NORMALISED_INVERSE_DIFFERENCE_MOMENT, 0.899, 0.901, 0.899},
    {SD_GLCM_INVERSE_VARIANCE, 0.0567, 0.0553, 0.0582},
    {SD_GLCM_CORRELATION, -0.0121, 0.0173, 0.182},
    {SD_GLCM_CLUSTER_TENDENCY, 5.47, 5.66, 7.65},
    {SD_GLCM_CLUSTER_SHADE, 7.00, 6.98, NAN},
    {SD_GLCM_CLUSTER_PROMINENCE, 79.1, 80.4, NAN},
    {SD_GLCM_INFORMATION_CORRELATION_1, -0.155, -0.0341, NAN},
    {SD_GLCM_INFORMATION_CORRELATION_2, 0.487, 0.263, NAN},
};

/* Half a unit of the third significant digit, which published values are rounded to. */
static double rounding(double value) {
  return 0.501 * pow(10, floor(log10(fabs(value))) - 2);
}

static void phantom_has_the_published_features(void **state) {
  (void)state;
  phantom_features f = measure_phantom();
  for (size_t k = 0; k < sizeof PUBLISHED / sizeof PUBLISHED[0]; k++) {
    sd_glcm_feature feature = PUBLISHED[k].feature;
    const double found[3] = {f.averaged[feature], f.slice_merged[feature], f.merged[feature]};
    const double wanted[3] = {PUBLISHED[k].averaged, PUBLISHED[k].slice_merged,
                              PUBLISHED[k].merged};
    for (int way = 0; way < 3; way++)
      if (!isnan(wanted[way]) && !(fabs(found[way] - wanted[way]) <= rounding(wanted[way])))
        fail_msg("%s is %.6g, published %.6g", sd_glcm_feature_name(feature), found[way],
                 wanted[way]);
  }
}

/* All 25 at full precision, from an independent program. */
static void phantom_agrees_with_another_program(void **state) {
  (void)state;
  static const char *const KEYS[SD_GLCM_FEATURES] = {
      "joint_max",    "joint_avg",     "joint_var",     "joint_entropy", "diff_avg",
      "diff_var",     "diff_entropy",  "sum_avg",       "sum_var",       "sum_entropy",
      "asm",          "contrast",      "dissimilarity", "inv_diff",      "inv_diff_norm",
      "idm",          "idm_norm",      "inv_var",       "correlation",   "autocorr",
      "cluster_tend", "cluster_shade", "cluster_prom",  "imc1",          "imc2"};
  json_t *root = json_load_file(SD_PHOTOS "/../vectors/ibsi_phantom_array_and_glcm.json", 0, NULL);
  if (root == NULL) {
    print_message("skipped: the vectors are absent\n");
    skip();
  }
  phantom_features f = measure_phantom();
  const char *const WAYS[3] = {"computed_2D_averaged", "computed_2D_slice_merged",
                               "computed_25D_merged"};
  const double *const found[3] = {f.averaged, f.slice_merged, f.merged};
  for (int way = 0; way < 3; way++)
    for (int k = 0; k < SD_GLCM_FEATURES; k++) {
      json_t *wanted = json_object_get(json_object_get(root, WAYS[way]), KEYS[k]);
      assert_non_null(wanted);
      check_near(found[way][k], json_number_value(wanted), 1e-9 * (1 + fabs(found[way][k])));
    }
  json_decref(root);
}

static void zones_are_counted_apart(void **state) {
  (void)state;
  uint8_t levels[] = {1, 1, 2, 2, 1, 1, 2, 2}, labels[] = {7, 7, 8, 8, 7, 7, 8, 8};
  const sd_mask level_mask = {4, 2, levels}, label_mask = {4, 2, labels};
  static sd_glcm zone, all;
  double features[SD_GLCM_FEATURES];
  zone = (sd_glcm){.levels = 2};
  all = zone;
  sd_glcm_add(&zone, &level_mask, &label_mask, 7);
  sd_glcm_add(&all, &level_mask, NULL, 0);
  sd_glcm_merged(features, &zone);
  check_near(features[SD_GLCM_CONTRAST], 0, 0);
  check_near(features[SD_GLCM_JOINT_MAXIMUM], 1, 0);
  assert_true(isnan(features[SD_GLCM_CORRELATION])); /* one level only */
  sd_glcm_merged(features, &all);
  assert_true(features[SD_GLCM_CONTRAST] > 0);
}

static void nothing_has_no_features(void **state) {
  (void)state;
  static sd_glcm empty;
  double features[SD_GLCM_FEATURES];
  uint8_t levels[4] = {0, 5, 0, 0};
  empty = (sd_glcm){.levels = 4}; /* level 5 is beyond */
  sd_glcm_add(&empty, &(sd_mask){2, 2, levels}, NULL, 0);
  sd_glcm_merged(features, &empty);
  for (int k = 0; k < SD_GLCM_FEATURES; k++)
    assert_true(isnan(features[k]));
  sd_glcm_averaged(features, &empty);
  assert_true(isnan(features[SD_GLCM_CONTRAST]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(phantom_has_the_published_features),
      cmocka_unit_test(phantom_agrees_with_another_program),
      cmocka_unit_test(zones_are_counted_apart),
      cmocka_unit_test(nothing_has_no_features),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
