/* How BEFORE's skin crop sits on a sheet: the shared framing of all panels, and drawing over it. */
#ifndef SCARDELTA_RENDER_VIEW_H
#define SCARDELTA_RENDER_VIEW_H

#include "render/canvas.h"
#include "render/strings.h"
#include "scardelta/render.h"

/* A part of a photo as a picture, shrunk by whole steps; overlays are painted into its pixels. */
typedef struct sd_view {
  sd_rect region; /* photo pixels */
  int shrink;
  sd_picture picture; /* owned */
} sd_view;

void sd_view_clear(sd_view *view);
/* The skin's crop of `photo` (all of it without skin), shrunk to at most max_side_px. */
sd_status sd_view_of_photo(sd_view *out, const sd_photo *photo, const sd_skin *skin,
                           int max_side_px, sd_diag *diag);
/* AFTER laid on the framing of `before`. */
sd_status sd_view_of_after(sd_view *out, const sd_view *before, const sd_comparison *comparison,
                           sd_diag *diag);
sd_status sd_view_copy(sd_view *out, const sd_view *view, sd_diag *diag);

/* Photo pixel at the middle of a view pixel, and the other way to a box on the sheet. */
sd_point sd_view_photo_point(const sd_view *view, int x, int y);
sd_point sd_view_sheet_point(const sd_view *view, sd_box at, double x, double y);

/* Index of the grid's cell at a view pixel; -1 outside. */
int64_t sd_view_cell(const sd_view *view, const sd_grid *grid, int x, int y);

/* Label and exclusion at a view pixel; 0 and SD_EXCLUDED_OUTSIDE beyond the skin's crop. */
int sd_view_label(const sd_view *view, const sd_skin *skin, int x, int y);
int sd_view_excluded(const sd_view *view, const sd_skin *skin, int x, int y);

/* Grey and a little lighter, so that colours on top are read as values and not as skin. */
void sd_view_grey(sd_view *view);
/* Mixes `rgb` into a view pixel. */
void sd_view_mix(sd_view *view, int x, int y, const uint8_t rgb[3], double share);
/* Is this pixel on a line of a 45 degree hatch, fit for the view's size? */
bool sd_view_on_hatch(const sd_view *view, int x, int y);
/* The same for the lines of signs: level where `less`, else upright. */
bool sd_view_on_sign(const sd_view *view, int x, int y, bool less);

/* Outlines each zone in its palette colour and tints it; `line_px` in view pixels. */
sd_status sd_view_outline_zones(sd_view *view, const sd_skin *skin, double line_px, double tint,
                                sd_diag *diag);
/* Names in the margins beside the photo, each with a line to the middle of its zone's part. */
void sd_view_name_zones(sd_canvas *canvas, const sd_view *view, sd_box at, double margin,
                        const sd_skin *skin, double size_px, const sd_strings *strings);

/* The largest box of the view's shape inside `room`, centred. Small views are enlarged. */
sd_box sd_view_fit(const sd_view *view, sd_box room);

#endif
