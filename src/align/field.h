/* A displacement field while it is being refined, and the affine maps it starts from. Private. */
#ifndef SD_ALIGN_FIELD_H
#define SD_ALIGN_FIELD_H

#include "align/frame.h"

/* Level pixels a side of one cell; the field has one node in the centre of each. */
enum { CELL_PX = 4 };

/* Nodes (i, j) at level pixel CELL_PX * i + (CELL_PX - 1) / 2; x, y are target photo pixels. */
typedef struct field {
  int columns, rows;
  double origin_x, origin_y, step; /* node (i, j) in source photo pixels: origin + i * step */
  float *x, *y;
} field;

/* x' = a[0] x + a[1] y + a[2];  y' = a[3] x + a[4] y + a[5] */
typedef struct affine {
  double a[6];
} affine;

/* A correspondence of source and target photo pixels, weight > 0. */
typedef struct match {
  sd_point from, to;
  double weight;
} match;

void field_clear(field *field);
/* Nodes for one level, all zero. */
sd_status field_make(field *out, const frame_level *level, sd_diag *diag);
/* Value between nodes, bilinear, continued linearly outside. */
void field_at(const field *field, double photo_x, double photo_y, double *x, double *y);
/* Level pixels of the target where node (i, j) goes, and how they move with the source level pixel:
 * x by x, x by y, y by x, y by y. */
void field_node_geometry(const field *field, const frame_level *target, int i, int j, double at[2],
                         double slope[4]);
/* Target photo pixels per source photo pixel, of the field's affine part. */
double field_scale(const field *field);
/* Fills `out`'s nodes from a coarser or finer field. */
void field_resample(field *out, const field *in);

/* Least-squares similarity (needs 2 matches; 1 gives a shift) and affine (needs 3). */
bool affine_similarity(affine *out, const match *matches, size_t count);
bool affine_fit(affine *out, const match *matches, size_t count);
sd_point affine_apply(const affine *map, sd_point p);
/* Least squares affine of a field's nodes with weights (NULL: all 1). */
bool field_affine(affine *out, const field *field, const float *weight);

/* Dense refinement of `out` (nodes of source->level[0] at the end) from the start `begin`. The map
 * is smooth around the solid head that fits it best; `depth` (see align/solid.h; empty: flat) is
 * the source's. */
sd_status field_refine(field *out, const field *begin, const field *depth, const frame *source,
                       const frame *target, sd_diag *diag);

/* agreement.c. Local normalised correlation of source and laid-over target at a level, one value a
 * node: of luminance, or of the tint. */
sd_status field_agreement(sd_map *out, const field *field, const frame *source, const frame *target,
                          int level, bool of_tint, sd_diag *diag);

/* Mean correlation of a level's detail over windows of 24 x 24 pixels, one in four, weighted as
 * they may steer; `field` on the nodes of `source`. */
double field_mean_agreement(const field *field, const frame_level *source,
                            const frame_level *target);

/* Matches of skin features (SIFT, Lowe 2004) of the two frames, in photo pixels, ratio-tested both
 * ways; `finest`: also of features smaller than a pixel of the search, which costs four times the
 * time. Caller frees *out. */
sd_status feature_matches(match **out, size_t *count, const sd_photo *from, sd_rect from_part,
                          const sd_photo *to, sd_rect to_part, bool finest, sd_diag *diag);
/* The similarity most matches agree on within `tolerance_px` target pixels (RANSAC, Fischler and
 * Bolles 1981, reproducible). Then keeps the matches that deviate from it as their neighbours do,
 * which a turned or moving face does as well; their number goes to *count. */
bool agreeing_matches(affine *out, match *matches, size_t *count, double tolerance_px);

#endif
