/* How unlike two heads are. Private to the floor align. */
#ifndef SD_ALIGN_HEADS_H
#define SD_ALIGN_HEADS_H

#include "scardelta/face.h"

/* RMS over the upper face of what no turn and no distance of one and the same head explains of the
 * way from BEFORE's landmarks to AFTER's, as a share of AFTER's eye distance: one person 0.005 to
 * 0.022 (75 pairs), two people 0.010 to 0.036 (99). NaN where a face is missing. */
double heads_apart(const sd_face *before, const sd_face *after);

#endif
