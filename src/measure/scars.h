/* Scars in parts: what each kind looks like, where something stands out, and what it is. Private to
 * measure. */
#ifndef SD_MEASURE_SCARS_H
#define SD_MEASURE_SCARS_H

#include "scardelta/scars.h"

/* ---- shapes (scar_shapes.c) ----------------------------------------------------------------- */

/* A patch is a disc that reaches so many radii from the middle: its samples are the points of a
 * grid with PATCH_HALF steps to the rim. PATCH leaves room for whole vectors; what is beyond
 * `inside` is 0. */
enum { PATCH_HALF = 8, PATCH = 200 };
enum { SCAR_SIZES = 12, GROUND = 6, SHAPE = 3 };
extern const double PATCH_REACH;
extern const double PATCH_SIGMA; /* blur before a patch is sampled, as a share of the diameter */
double scar_size_mm(int size);   /* diameter number `size` */

/* Orthonormal pictures of a kind's shading at one size, over and above those of a smooth ground:
 * light from the right, light from below, and the dark that gathers in hollows. */
typedef struct shape {
  float basis[SHAPE][PATCH];
  double gain[SHAPE]; /* length of each picture before it was scaled to 1 */
} shape;

typedef struct shapes {
  int inside;                  /* samples of the disc */
  int x[PATCH], y[PATCH];      /* their places, steps from the middle */
  float ground[GROUND][PATCH]; /* ground of second degree, orthonormal */
  shape of[SCAR_SIZES][SD_RELIEF_KINDS];
} shapes;
sd_status shapes_make(shapes *out, double cell_mm, sd_diag *diag);

/* ---- decision (scar_kinds.c) ---------------------------------------------------------------- */

/* What the decision rests on: cue[] of a scar. */
enum {
  CUE_SIZE,
  CUE_STRENGTH,
  CUE_EXPLAINED, /* four of them */
  CUE_DIPOLE_X = CUE_EXPLAINED + SD_RELIEF_KINDS,
  CUE_DIPOLE_Y,
  CUE_HOLLOW,
  CUE_LAMP,
  CUE_LAMP_TRUST,
  CUE_CORE,
  CUE_BROWN,
  CUE_RED,
  CUE_MEASURED,
  CUE_AGREEMENT,
  CUE_CROSS,
  CUE_GROUND,
  CUE_TONE,
  CUES
};

/* Fills score, kind and kind_probability from the cues. */
void scar_decide(sd_scar *scar);

#endif
