/* The ColorChecker in parts: the colours it has, the fit to them, its place. Private to measure. */
#ifndef SD_MEASURE_CARD_H
#define SD_MEASURE_CARD_H

#include "scardelta/card.h"

/* ---- linear algebra (card_algebra.c) -------------------------------------------------------- */

enum { CARD_UNKNOWNS_MAX = 9 };
/* Normal equations of a small least-squares problem. */
typedef struct card_system {
  int n;
  double a[CARD_UNKNOWNS_MAX][CARD_UNKNOWNS_MAX], b[CARD_UNKNOWNS_MAX];
} card_system;
/* Adds weight * (row . x - value)^2 to the sum that is made least. */
void card_system_add(card_system *s, const double *row, double value, double weight);
/* False when the equations do not determine x. Destroys `s`. */
bool card_system_solve(card_system *s, double *x);

/* Plane to plane: x = (h0 u + h1 v + h2) / (h6 u + h7 v + h8), y = (h3 u + h4 v + h5) / same. */
typedef struct card_perspective {
  double h[9];
} card_perspective;
/* Through `count` >= 4 pairs, by least squares; false when they do not determine it. */
bool card_perspective_fit(card_perspective *out, const sd_point *from, const sd_point *to,
                          int count);
sd_point card_perspective_at(const card_perspective *p, double u, double v);

/* ---- colours (card_fit.c) -------------------------------------------------------------------- */

/* The patches as photographed, linear sRGB. */
typedef struct card_patch {
  double rgb[3];
  double clipped; /* share of its pixels with a channel at the upper end, 0..1 */
  double sunk;    /* share with a channel at the lower end, 0..1 */
  double spread;  /* robust SD of its pixels' luminance over their median */
  sd_point at;    /* middle, photo pixels */
} card_patch;

/* How well 24 patches have a ColorChecker's colours in this order: how many of them lie within a
 * few CIEDE2000 of theirs after a robust fit; ties are broken by *mean, the mean difference. */
int card_likeness(const card_patch patches[SD_CARD_PATCHES], double *mean);
/* Fits, leaves out in turn, judges; fills everything of `out` but its place. */
void card_judge(sd_colour_reference *out, const card_patch patches[SD_CARD_PATCHES]);

/* ---- samples (card_sample.c) ------------------------------------------------------------------
 */

/* Places on the chart: the patch in column c and row r has its middle at (c + 0.5, r + 0.5). */
void card_sample(card_patch patches[SD_CARD_PATCHES], const sd_photo *photo,
                 const card_perspective *place);

/* ---- place (card_search.c) --------------------------------------------------------------------
 */

/* The best place of a chart in the photo, or false; the chart may be a mirror image there. */
sd_status card_search(bool *found, bool *mirrored, card_perspective *place, const sd_photo *photo,
                      sd_diag *diag);

/* ---- grey card (grey_card.c) -------------------------------------------------------------------
 */

/* Fills `out` from an evenly lit part of a grey card; SD_USAGE when it is not in the photo. */
sd_status grey_card_find(sd_colour_reference *out, const sd_photo *photo, sd_rect part,
                         sd_diag *diag);

#endif
