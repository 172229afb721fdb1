/* Maps made of two refined fields, and their exchange. Private to the floor align. */
#ifndef SD_ALIGN_MAPS_H
#define SD_ALIGN_MAPS_H

#include "align/field.h"

/* Nodes over `domain`, none valid. */
sd_status warp_make(sd_warp *out, sd_rect domain, int step, sd_diag *diag);
/* Photo pixel of node (i, j). */
sd_point warp_node(const sd_warp *warp, int i, int j);
/* Where the pixels x0, x0 + dx, ... of row y go: sd_warp_at for `count` > 0 pixels of a row, dx >
 * 0, sharing what they share. */
void warp_row(const sd_warp *warp, double y, double x0, double dx, int count, sd_point *out);
/* Half-way between the field forth and the inverse of the field back (first order), so that neither
 * photo is the template; `miss2` (at the nodes) receives the squared miss of the way there and
 * back, source pixels. */
void warp_symmetric(sd_warp *warp, sd_map *miss2, const field *forth, const field *back);
/* Inverse of `forward` at the nodes of `inverse` by fixed-point steps from `guess`. */
void warp_inverse(sd_warp *inverse, const sd_warp *forward, const field *guess);
/* What is known at the nodes of al->forward, at those of al->inverse, too; what has no stated error
 * there leads nowhere. */
sd_status alignment_carry(sd_alignment *al, sd_diag *diag);

#endif
