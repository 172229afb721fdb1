/* Colour bars, hatch samples and the millimetre bar. */
#ifndef SCARDELTA_RENDER_LEGEND_H
#define SCARDELTA_RENDER_LEGEND_H

#include "render/view.h"

typedef struct sd_legend {
  const char *title;
  bool diverging;
  const char *left, *middle, *right;                   /* words under the bar */
  const char *left_value, *middle_value, *right_value; /* figures with unit */
  const char *hatch;                                   /* what hatching means; NULL: none */
  const char *faint;                                   /* what faint colours mean; NULL: none */
  double mm_per_px; /* of the sheet's photo; NaN: not known, which is said */
  double photo_width;
  const char *scale_unknown;
} sd_legend;

/* Height in px that a legend takes at text size `size_px`. */
double sd_legend_height(double size_px);
void sd_legend_draw(sd_canvas *canvas, sd_box at, double size_px, const sd_legend *legend);

/* Height of a row with a scale bar. */
double sd_scale_bar_height(double size_px);
/* A bar of a round number of mm and its figure, from (x, y) on, fit for a photo of that width; the
 * words `unknown` when mm_per_px is not known. mm_per_px is of the sheet. Beside the photo, never
 * on it: the bar would cover skin. */
void sd_scale_bar_draw(sd_canvas *canvas, double x, double y, double photo_width, double size_px,
                       double mm_per_px, const char *unknown);
/* mm on the skin per sheet pixel of a view drawn at `at`; NaN without a scale. */
double sd_sheet_scale(const sd_view *view, sd_box at, double mm_per_px);

#endif
