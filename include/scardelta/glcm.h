/* glcm: texture statistics of grey level co-occurrence by the names and formulas of the IBSI. Part
 * of the floor measure. For people who compare with radiomics: levels, without intervals and
 * verdicts. */
#ifndef SCARDELTA_GLCM_H
#define SCARDELTA_GLCM_H

#include "scardelta/base.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sd_measures;

enum { SD_GLCM_DIRECTIONS = 4, SD_GLCM_LEVELS_MAX = 64 };

/* How often grey levels a and b are neighbours, for each direction of the plane (to the right, and
 * down to the left, straight down, down to the right), both ways round. {0} with `levels` set is
 * empty and valid. */
typedef struct sd_glcm {
  int levels; /* Ng: grey levels are 1 .. levels, at most SD_GLCM_LEVELS_MAX */
  uint32_t pairs[SD_GLCM_DIRECTIONS][SD_GLCM_LEVELS_MAX][SD_GLCM_LEVELS_MAX];
} sd_glcm;

/* The 25 features of the IBSI reference manual, section 3.6 (arXiv:1612.07003). */
typedef enum sd_glcm_feature {
  SD_GLCM_JOINT_MAXIMUM = 0,
  SD_GLCM_JOINT_AVERAGE,
  SD_GLCM_JOINT_VARIANCE,
  SD_GLCM_JOINT_ENTROPY,
  SD_GLCM_DIFFERENCE_AVERAGE,
  SD_GLCM_DIFFERENCE_VARIANCE,
  SD_GLCM_DIFFERENCE_ENTROPY,
  SD_GLCM_SUM_AVERAGE,
  SD_GLCM_SUM_VARIANCE,
  SD_GLCM_SUM_ENTROPY,
  SD_GLCM_ANGULAR_SECOND_MOMENT,
  SD_GLCM_CONTRAST,
  SD_GLCM_DISSIMILARITY,
  SD_GLCM_INVERSE_DIFFERENCE,
  SD_GLCM_NORMALISED_INVERSE_DIFFERENCE,
  SD_GLCM_INVERSE_DIFFERENCE_MOMENT,
  SD_GLCM_NORMALISED_INVERSE_DIFFERENCE_MOMENT,
  SD_GLCM_INVERSE_VARIANCE,
  SD_GLCM_CORRELATION,
  SD_GLCM_AUTOCORRELATION,
  SD_GLCM_CLUSTER_TENDENCY,
  SD_GLCM_CLUSTER_SHADE,
  SD_GLCM_CLUSTER_PROMINENCE,
  SD_GLCM_INFORMATION_CORRELATION_1,
  SD_GLCM_INFORMATION_CORRELATION_2,
  SD_GLCM_FEATURES
} sd_glcm_feature;
const char *sd_glcm_feature_name(sd_glcm_feature feature); /* "joint_maximum", ...; static */

/* Adds the pairs of neighbours (distance 1) of a width x height grid whose levels are both within
 * 1 .. levels and whose labels are both `label`; `labels` NULL: all. */
void sd_glcm_add(sd_glcm *glcm, const sd_mask *levels, const sd_mask *labels, uint8_t label);

/* Features of one plane, IBSI's "2D, slice-merged": of the four directions' pairs together. NaN
 * where they are not defined: no pairs, or one level only. */
void sd_glcm_merged(double out[SD_GLCM_FEATURES], const sd_glcm *glcm);
/* IBSI's "2D, averaged": the mean of the features of the four directions. */
void sd_glcm_averaged(double out[SD_GLCM_FEATURES], const sd_glcm *glcm);

/* Grey levels of a photo's relief for sd_glcm: the band of 0.8 to 3 mm, taken from the photo's own
 * pixels, at nodes SD_TEXTURE_STEP_MM apart over the region of its analysis grid (Catmull-Rom,
 * which loses nothing of this band), in bins of fixed width about 0, so that levels of two photos
 * mean the same. 0 where skin is not measured or relief lies beyond the bins. Node (i, j) is at
 * region.x - 0.5
 * + (i + 0.5) * *step_px, likewise down. An empty mask when there is no such band (the measures say
 * why). SD_NO_MEMORY. */
#define SD_TEXTURE_STEP_MM 0.25
#define SD_TEXTURE_BIN_LN 0.005 /* of log shading; skin's own SD in this band is .007 to .03 */
sd_status sd_texture_levels(sd_mask *levels, double *step_px, const struct sd_measures *measures,
                            sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
