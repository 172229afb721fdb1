/* A sheet to draw on: pictures, boxes, lines and text, by Cairo and Pango with every choice fixed
 * (font, no hinting, grey antialiasing), so that the same calls give the same pixels. */
#ifndef SCARDELTA_RENDER_CANVAS_H
#define SCARDELTA_RENDER_CANVAS_H

#include "scardelta/base.h"

#include <cairo.h>
#include <pango/pangocairo.h>

typedef struct sd_ink {
  double r, g, b, a;
} sd_ink;

typedef struct sd_box {
  double x, y, width, height;
} sd_box;

typedef struct sd_canvas {
  cairo_surface_t *surface;
  cairo_t *cairo;
  int width, height;
  bool starved; /* a text was left out for want of memory: sd_canvas_picture says so */
} sd_canvas;

/* How a text looks. `align` 0 starts at x, 0.5 is centred on x, 1 ends at x. */
typedef struct sd_type {
  double size_px;
  sd_ink ink;
  double align;
  bool bold;
  double max_width_px; /* > 0: lines are broken there */
} sd_type;

extern const sd_ink SD_INK_SHEET, SD_INK_TEXT, SD_INK_QUIET, SD_INK_SEAM;

/* To be called before anything else is drawn: finds the fonts. SD_NO_MEMORY when less memory is
 * free than drawing text needs at worst; the libraries below would end the program. */
sd_status sd_canvas_fonts(sd_diag *diag);
/* Is so much memory free that one more text can be drawn? Ask before calling Pango. */
bool sd_canvas_text_fits(void);
/* A laid-out text in the units of `cairo`, broken at `width` when that is above 0; unref it. */
PangoLayout *sd_text_layout(cairo_t *cairo, double size, bool bold, double width,
                            const char *string);
/* A sheet filled with SD_INK_SHEET. */
sd_status sd_canvas_make(sd_canvas *out, int width, int height, sd_diag *diag);
void sd_canvas_clear(sd_canvas *canvas);
/* The pixels drawn so far. */
sd_status sd_canvas_picture(sd_picture *out, const sd_canvas *canvas, sd_diag *diag);

/* `picture` scaled into `at`. */
sd_status sd_canvas_draw(sd_canvas *canvas, const sd_picture *picture, sd_box at, sd_diag *diag);
void sd_canvas_fill(sd_canvas *canvas, sd_box at, sd_ink ink);
void sd_canvas_hatch(sd_canvas *canvas, sd_box at, double pitch_px, sd_ink ink);
void sd_canvas_line(sd_canvas *canvas, sd_point from, sd_point to, double line_px, sd_ink ink);
void sd_canvas_dot(sd_canvas *canvas, sd_point at, double radius_px, sd_ink ink);
/* A closed line through the points, smooth between them; two points or fewer draw nothing. */
void sd_canvas_outline(sd_canvas *canvas, const sd_point *points, int count, double line_px,
                       sd_ink ink);
void sd_canvas_ring(sd_canvas *canvas, sd_point at, double radius_px, double line_px, sd_ink ink);

/* Text with its top edge at y; gives the box it takes. Invalid UTF-8 is replaced. */
sd_box sd_canvas_text(sd_canvas *canvas, double x, double y, const sd_type *type,
                      const char *string);
/* The box it would take. */
sd_box sd_canvas_measure(sd_canvas *canvas, double x, double y, const sd_type *type,
                         const char *string);

#endif
