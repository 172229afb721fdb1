/* What was drawn over the photos: bars over the eyes, dates, watermarks. Private to the floor
 * align. */
#ifndef SD_ALIGN_OVERLAY_H
#define SD_ALIGN_OVERLAY_H

#include "scardelta/align.h"

/* Blocks of photo pixels, and those around them. */
typedef struct overlay {
  int block_px;
  sd_mask burnt; /* one value a block: 255 drawn over */
} overlay;

/* Flat black or white bars of each photo, and what is the same at the same pixels of both when they
 * are of one size. Where most of what has structure is the same, the photos themselves are, and
 * nothing counts as drawn. Symmetric. */
sd_status overlays_find(overlay out[2], const sd_photo *const photo[2], sd_diag *diag);
void overlay_clear(overlay *overlay);
/* Whether photo pixel (x, y) lies in a burnt block. */
bool overlay_at(const overlay *overlay, double x, double y);

#endif
