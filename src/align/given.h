/* A registration found earlier, used for other photos of the same two captures. Private. */
#ifndef SD_ALIGN_GIVEN_H
#define SD_ALIGN_GIVEN_H

#include "align/start.h"

/* a->refined and b->refined as the transform says. `exchanged`: the transform's BEFORE is `b`.
 * SD_NOT_ALIGNED when it has no inverse. */
sd_status given_fields(side *a, side *b, const sd_transform *transform, bool exchanged,
                       sd_diag *diag);
/* The error stated with the transform counts where it is the larger one; what it did not reach is
 * not valid. */
void given_errors(sd_alignment *al, const sd_transform *transform, bool exchanged);

#endif
