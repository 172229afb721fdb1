/* Labels beside a photo instead of on its skin, each with a thin line to its place. */
#ifndef SCARDELTA_RENDER_CALLOUTS_H
#define SCARDELTA_RENDER_CALLOUTS_H

#include "render/canvas.h"

typedef struct sd_callout {
  sd_point at;      /* where its line ends, on the sheet */
  const char *text; /* borrowed */
  sd_ink ink;
} sd_callout;

enum { SD_CALLOUTS_MAX = 64 };

/* Writes each text left or right of `photo`, whichever is nearer, at its place's height, moved up
 * or down so that none covers another; `margin` is the width there is. Long texts are broken. Where
 * a side has no room for all, the first ones are written. `type` gives size and weight. At most
 * SD_CALLOUTS_MAX are looked at. */
void sd_callouts_draw(sd_canvas *canvas, sd_box photo, double margin, const sd_type *type,
                      const sd_callout *callouts, size_t count);

#endif
