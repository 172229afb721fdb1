/* What the photos say about a field's next step, and the step that follows from it. Private to the
 * floor align. */
#ifndef SD_ALIGN_TERMS_H
#define SD_ALIGN_TERMS_H

#include "align/field.h"

/* Data terms of every node, as maps over nodes: sums of w gx gx, w gx gy, w gy gy, w gx r, w gy r
 * and of the weight w itself, of residuals r against the target's gradient (gx, gy) in level
 * pixels. */
enum { XX, XY, YY, XR, YR, WEIGHT, DATA_TERMS };
typedef struct terms {
  sd_map v[DATA_TERMS];
} terms;

/* What is summed, and over which pixels of a level. */
typedef struct terms_of {
  const frame_level *source, *target;
  bool with_tint;    /* the colour as well */
  float weight_over; /* cells whose middle has no more weight say nothing; below 0: all speak */
} terms_of;

void terms_clear(terms *t);
sd_status terms_make(terms *t, int columns, int rows, sd_diag *diag);
/* Sums over the pixels around each node (a Gaussian window) of source against target as the field
 * lays it. */
sd_status terms_gather(terms *t, const field *f, const terms_of *of, sd_diag *diag);
/* Mean of the data term's trace over the nodes, by weight: what stiffness is measured against. */
double terms_mean(const terms *t);

/* The linear system of one step over all nodes: the data terms, a membrane of stiffness `alpha` on
 * the field's deviation from a solid head (x, y before the step, in target level pixels), and a
 * pull `beta` over the way back to the start. */
typedef struct membrane {
  const terms *terms;
  const float *x, *y, *back_x, *back_y;
  float alpha, beta;
} membrane;

/* Relaxes the system and adds the step to x and y, which hold the deviation before it. */
sd_status membrane_relax(const membrane *m, sd_map *x, sd_map *y, sd_diag *diag);

#endif
