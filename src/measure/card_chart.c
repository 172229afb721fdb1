/* The colours of the ColorChecker Classic: X-Rite's CIELAB values (D50, 2 degrees) of charts made
 * since November 2014, brought to D65 by Bradford's transform (Lindbloom's matrices). */
#include "measure/card.h"

#include <math.h>

static const double CHART_LAB_D50[SD_CARD_PATCHES][3] = {
    {37.54, 14.37, 14.92},  {64.66, 19.27, 17.50},   {49.32, -3.82, -22.54}, {43.46, -12.74, 22.72},
    {54.94, 9.61, -24.79},  {70.48, -32.26, -0.37},  {62.73, 35.83, 56.50},  {39.43, 10.75, -45.17},
    {50.57, 48.64, 16.67},  {30.10, 22.54, -20.87},  {71.77, -24.13, 58.19}, {71.51, 18.24, 67.37},
    {28.37, 15.42, -49.80}, {54.38, -39.72, 32.27},  {42.43, 51.05, 28.62},  {81.80, 2.67, 80.41},
    {50.63, 51.28, -14.12}, {49.57, -29.71, -28.32}, {95.19, -1.03, 2.93},   {81.29, -0.57, 0.44},
    {66.89, -0.75, -0.06},  {50.76, -0.13, 0.14},    {35.63, -0.46, -0.48},  {20.64, 0.07, -0.46},
};
static const double WHITE_D50[3] = {0.96422, 1, 0.82521}, WHITE_D65[3] = {0.95047, 1, 1.08883};
static const double D50_TO_D65[9] = {0.9555766, -0.0230393, 0.0631636,  -0.0282895, 1.0099416,
                                     0.0210077, 0.0122982,  -0.0204830, 1.3299098};
static const double XYZ_TO_SRGB[9] = {3.2404542, -1.5371385, -0.4985314, -0.9692660, 1.8760108,
                                      0.0415560, 0.0556434,  -0.2040259, 1.0572252};

static void transform(double out[3], const double matrix[9], const double in[3]) {
  for (int r = 0; r < 3; r++)
    out[r] = matrix[3 * r] * in[0] + matrix[3 * r + 1] * in[1] + matrix[3 * r + 2] * in[2];
}

static double uncurve(double f) {
  const double d = 6.0 / 29;
  return f > d ? f * f * f : 3 * d * d * (f - 4.0 / 29);
}

static void xyz_from_lab(double xyz[3], const double lab[3], const double white[3]) {
  double fy = (lab[0] + 16) / 116;
  xyz[0] = white[0] * uncurve(fy + lab[1] / 500);
  xyz[1] = white[1] * uncurve(fy);
  xyz[2] = white[2] * uncurve(fy - lab[2] / 200);
}

void sd_card_patch_colour(int patch, double rgb[3]) {
  double d50[3], d65[3];
  xyz_from_lab(d50, CHART_LAB_D50[patch], WHITE_D50);
  transform(d65, D50_TO_D65, d50);
  transform(rgb, XYZ_TO_SRGB, d65);
}

void sd_card_linear_from_lab(const double lab[3], double rgb[3]) {
  double xyz[3];
  xyz_from_lab(xyz, lab, WHITE_D65);
  transform(rgb, XYZ_TO_SRGB, xyz);
}
