/* What a map is worth. Private to the floor align. */
#ifndef SD_ALIGN_JUDGE_H
#define SD_ALIGN_JUDGE_H

#include "align/maps.h"
#include "align/start.h"

/* Error, likeness and validity at every node of al->forward, from the squared misses of the way
 * there and back (blurred in place). */
sd_status judge_nodes(sd_alignment *al, sd_map *miss2, const side *a, const side *b, sd_diag *diag);
/* Validity of al->inverse: where it leads back to. */
void judge_inverse(sd_alignment *al, const side *b);
/* Coverage, error and agreement over the skin and by zone. */
sd_status judge_zones(sd_alignment *al, const sd_skin *skin, sd_diag *diag);
/* Share of the skin of `a` that was drawn over in either photo. */
void judge_drawn_over(sd_alignment *al, const side *a, const side *b);
/* Status, reason and likeness from the figures over the skin, fine and coarse, and from the heads;
 * `features`: how many skin features agree on the start. SD_NO_MEMORY. */
sd_status judge_status(sd_alignment *al, const side *a, const side *b, size_t features,
                       sd_diag *diag);
/* Scale, rotation and deformation of the map as a whole. */
void judge_whole_map(sd_alignment *al, const side *a, const side *b);

#endif
