/* What the viewer of report.html shows: both photos at native pixels where they fit, layers to lay
 * over them, and the zones as polygons. */
#ifndef SCARDELTA_RENDER_VIEWER_H
#define SCARDELTA_RENDER_VIEWER_H

#include "render/panels.h"

/* Fills `out`, which must be {0}. Needs an alignment. */
sd_status sd_viewer_make(sd_viewer *out, const sd_panel_input *input, sd_diag *diag);
void sd_viewer_clear(sd_viewer *viewer);

/* The zones of `skin` as polygons in pixels of the view; free with sd_zone_shapes_clear. Of a zone
 * whose outline falls apart, crumbs are left out. */
sd_status sd_zone_shapes_make(sd_zone_shape **out, size_t *out_count, const sd_view *view,
                              const sd_skin *skin, sd_diag *diag);
void sd_zone_shapes_clear(sd_zone_shape *shapes, size_t count);

#endif
