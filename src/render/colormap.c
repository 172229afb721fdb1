/* Straight lines in CIELAB between a few anchors: equal steps of the value are equal steps to the
 * eye. Blue against orange differs in b*, the axis that red-green-blind viewers keep. */
#include "render/colormap.h"

#include <math.h>

/* L*, a*, b*. The dark ends have the same L*, so neither direction looks stronger; all anchors and
 * the lines between them lie inside sRGB. */
static const double BLUE[3] = {42, 2, -46}, WHITE[3] = {96, 0, 2}, ORANGE[3] = {42, 36, 46};
static const double PALE[3] = {95, -4, 24}, ROSE[3] = {62, 34, 6}, VIOLET[3] = {24, 30, -34};

const uint8_t SD_SIGN_RGB[3] = {20, 22, 26};
const double SD_SIGN_COVER = 0.55;

static double lab_inverse(double t) {
  const double d = 6.0 / 29;
  return t > d ? t * t * t : 3 * d * d * (t - 4.0 / 29);
}

static void rgb_from_lab(const double lab[3], uint8_t rgb[3]) {
  double fy = (lab[0] + 16) / 116;
  double x = 0.95047 * lab_inverse(fy + lab[1] / 500), y = lab_inverse(fy);
  double z = 1.08883 * lab_inverse(fy - lab[2] / 200);
  rgb[0] = sd_srgb8_from_linear((float)(3.2404542 * x - 1.5371385 * y - 0.4985314 * z));
  rgb[1] = sd_srgb8_from_linear((float)(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z));
  rgb[2] = sd_srgb8_from_linear((float)(0.0556434 * x - 0.2040259 * y + 1.0572252 * z));
}

static void blend(const double from[3], const double to[3], double t, uint8_t rgb[3]) {
  double lab[3];
  for (int i = 0; i < 3; i++)
    lab[i] = from[i] + t * (to[i] - from[i]);
  rgb_from_lab(lab, rgb);
}

void sd_colormap_diverging(double t, uint8_t rgb[3]) {
  blend(WHITE, t < 0 ? BLUE : ORANGE, fmin(fabs(t), 1), rgb);
}

void sd_colormap_sequential(double t, uint8_t rgb[3]) {
  double c = fmin(fmax(t, 0), 1);
  if (c < 0.5)
    blend(PALE, ROSE, 2 * c, rgb);
  else
    blend(ROSE, VIOLET, 2 * c - 1, rgb);
}

void sd_palette(int index, uint8_t rgb[3]) {
  static const uint8_t COLOURS[8][3] = {{86, 180, 233}, {230, 159, 0},   {0, 158, 115},
                                        {240, 228, 66}, {204, 121, 167}, {213, 94, 0},
                                        {0, 114, 178},  {200, 200, 200}};
  for (int c = 0; c < 3; c++)
    rgb[c] = COLOURS[index & 7][c];
}
