/* Pictures made smaller. */
#ifndef SCARDELTA_RENDER_SHRINK_H
#define SCARDELTA_RENDER_SHRINK_H

#include "scardelta/base.h"

/* A picture of `width` x `height` pixels, no larger than `in` either way: each is the mean of the
 * part of `in` that it covers, pixels at its rim by the share that is covered. What `out` held
 * before is cleared; SD_NO_MEMORY. */
sd_status sd_picture_shrink(sd_picture *out, const sd_picture *in, int width, int height,
                            sd_diag *diag);

#endif
