/* Colours for values. Both maps run evenly in CIELAB and stay apart for colour-blind viewers. */
#ifndef SCARDELTA_RENDER_COLORMAP_H
#define SCARDELTA_RENDER_COLORMAP_H

#include "scardelta/base.h"

/* -1 deep blue, 0 near white, +1 deep orange; equal lightness at -t and +t. Clamped. */
void sd_colormap_diverging(double t, uint8_t rgb[3]);
/* In grey both ends of the diverging map are alike: lines of this ink over its colours tell them
 * apart, level ones like a minus for less, upright ones for more. */
extern const uint8_t SD_SIGN_RGB[3];
extern const double SD_SIGN_COVER;
/* 0 pale yellow to 1 deep violet, ever darker. Clamped. */
void sd_colormap_sequential(double t, uint8_t rgb[3]);
/* Colour `index` of a palette of 8 (after Okabe and Ito 2008), repeated. */
void sd_palette(int index, uint8_t rgb[3]);

#endif
