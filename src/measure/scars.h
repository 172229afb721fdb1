/* Scars in parts: what each kind looks like, where something stands out, and what it is. Private to
 * measure. */
#ifndef SD_MEASURE_SCARS_H
#define SD_MEASURE_SCARS_H

#include "scardelta/scars.h"

/* ---- shapes (scar_shapes.c) ----------------------------------------------------------------- */

/* A patch is a disc that reaches so many radii from the middle: its samples are the points of a
 * grid with PATCH_HALF steps to the rim. PATCH leaves room for whole vectors; what is beyond
 * `inside` is 0. */
enum { PATCH_HALF = 8, PATCH_SIDE = 2 * PATCH_HALF + 1, PATCH = 200 };
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
  int x[PATCH], y[PATCH];      /* their places, steps from the middle, line by line */
  int half_width[PATCH_SIDE];  /* of each line: from minus to plus so many steps */
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

/* The same for marks: their cues. */
enum {
  MARK_CUE_STRENGTH,  /* response of the search, in robust SDs */
  MARK_CUE_QUIET,     /* contrast, in SDs of plain skin of that size */
  MARK_CUE_STEEP,     /* share of its fall that lies at the edge */
  MARK_CUE_IRREGULAR, /* SD of ln of the outline's radii */
  MARK_CUE_CONTRAST,  /* optical density */
  MARK_CUE_OTHER,     /* contrast in the other pigment */
  MARK_CUE_SIZE,      /* ln mm */
  MARK_CUE_TONE
};
void mark_decide(sd_scar *mark);

/* ---- outlines (scar_outlines.c), as radii in cells ------------------------------------------- */

/* One ray that runs away along a vessel or into a neighbour is no part of the mark. */
void outline_calm(double reach[SD_OUTLINE_POINTS]);
/* Radius of the circle of the same area. */
double outline_radius(const double reach[SD_OUTLINE_POINTS]);
/* Writes scar->outline around its centre. */
void outline_set(sd_scar *scar, const sd_grid *grid, const double reach[SD_OUTLINE_POINTS]);
/* Outline of relief that was found with a diameter of `found_mm`, of the size of its diameter_mm;
 * `shading` is the grid's, shrunk by `shrink`. */
void outline_relief(sd_scar *scar, const sd_map *shading, int shrink, const sd_grid *grid,
                    double cell_mm, double found_mm);

/* ---- skin that both searches share (scars.c) ------------------------------------------------ */

/* A map with what is not measured filled from the skin around it. */
sd_status scar_fill(sd_map *out, const sd_mask *keep, const sd_map *map, double cell_mm,
                    sd_diag *diag);
/* The grid's cell at the middle of a pixel of a map shrunk by `shrink`. */
size_t scar_cell_at(const sd_mask *keep, int shrink, int x, int y);
/* Whether no neighbour of an inner pixel is higher; of equal ones the first is the peak. */
bool scar_is_peak(const sd_map *map, int x, int y);

#endif
