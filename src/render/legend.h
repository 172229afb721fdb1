/* Colour bars, hatch samples and the millimetre bar. */
#ifndef SCARDELTA_RENDER_LEGEND_H
#define SCARDELTA_RENDER_LEGEND_H

#include "render/canvas.h"

typedef struct sd_legend {
  const char *title;
  bool diverging;
  const char *left, *middle, *right;                   /* words under the bar */
  const char *left_value, *middle_value, *right_value; /* figures with unit */
  const char *hatch;                                   /* what hatching means; NULL: none */
  const char *faint;                                   /* what faint colours mean; NULL: none */
} sd_legend;

/* Height in px that a legend takes at text size `size_px`. */
double sd_legend_height(double size_px);
void sd_legend_draw(sd_canvas *canvas, sd_box at, double size_px, const sd_legend *legend);

/* A bar of a round number of mm at the lower left of `at`; nothing when mm_per_px is not known.
 * mm_per_px is of the sheet. */
void sd_scale_bar_draw(sd_canvas *canvas, sd_box at, double size_px, double mm_per_px);

#endif
