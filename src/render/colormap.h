/* Colours for values. Both maps run evenly in CIELAB and stay apart for colour-blind viewers. */
#ifndef SCARDELTA_RENDER_COLORMAP_H
#define SCARDELTA_RENDER_COLORMAP_H

#include "scardelta/base.h"

/* -1 deep blue, 0 near white, +1 deep orange; equal lightness at -t and +t. Clamped. */
void sd_colormap_diverging(double t, uint8_t rgb[3]);
/* 0 pale yellow to 1 deep violet, ever darker. Clamped. */
void sd_colormap_sequential(double t, uint8_t rgb[3]);
/* Colour `index` of a palette of 8 (after Okabe and Ito 2008), repeated. */
void sd_palette(int index, uint8_t rgb[3]);

#endif
