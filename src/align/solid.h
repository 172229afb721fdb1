/* How the picture of a solid head moves when it turns or the camera stands elsewhere: an affine map
 * plus parallax by depth. Private to the floor align. */
#ifndef SD_ALIGN_SOLID_H
#define SD_ALIGN_SOLID_H

#include "align/field.h"

enum { SOLID_TERMS = 6 };

/* x' = sum x[k] t_k, y' = sum y[k] t_k with the terms t = 1, u, v, z, u z, v z; u, v, z are source
 * photo pixels from the middle, in units of `unit_px`. */
typedef struct solid {
  double x[SOLID_TERMS], y[SOLID_TERMS];
  double middle_x, middle_y, unit_px;
} solid;

/* Depth of the face's landmarks (photo pixels, away from the camera positive) spread over the nodes
 * of `level`, in depth->x. Beyond the face it settles at the rim's. */
sd_status solid_depth(field *depth, const sd_face *face, const frame_level *level, sd_diag *diag);

/* Least squares over matches (`depth` empty: an affine map), or over a field's nodes with the depth
 * at each (photo pixels; NULL: an affine map) and weights (NULL: all 1). False when they do not
 * determine one. */
bool solid_fit(solid *out, const match *matches, size_t count, const field *depth);
bool solid_fit_nodes(solid *out, const field *nodes, const float *depth, const float *weight);
solid solid_of_affine(const affine *flat);
/* Where a source pixel of depth `z_px` goes, and one whose depth is looked up. */
sd_point solid_at(const solid *map, double x, double y, double z_px);
sd_point solid_apply(const solid *map, const field *depth, double x, double y);
/* Target pixels per source pixel. */
double solid_scale(const solid *map);

/* The start: the solid map plus the matches' residuals, spread by a Gaussian of `reach_px` source
 * pixels and fading to the solid map where no match is near. `out` has its nodes already. */
sd_status solid_spread(field *out, const solid *base, const field *depth, const match *matches,
                       size_t count, double reach_px, sd_diag *diag);

#endif
