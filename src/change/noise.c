/* Whose noise it is. Maps are weighted sums of ln R, ln G, ln B, and noise reaches them in two
 * ways. That of the sensor is each channel's own, its variance as the light (Poisson); how much
 * there is the finest detail of luminance tells. That of compression lies in the two chroma planes,
 * where quantised coefficients err by step^2 / 12 (Bennett 1948), spread over the pixels that share
 * one colour; it is far below the finest detail of luminance and often the larger one: at quality
 * 85 with colour shared by four pixels some tenfold in melanin. The planes reach the channels as
 * ITU-T T.871 says. */
#include "change/metrics.h"

#include <math.h>

/* Steps of chroma at the lowest frequencies, which the maps keep, at quality 50 (T.81, table K.2:
 * 17 to 24). */
static const double CHROMA_STEP = 20;
/* Slope of ln linear light over ln code of sRGB's curve near skin. */
static const double CURVE_SLOPE = 2.2;
/* Noise a photo has at least, ln luminance a pixel: 8-bit rounding. */
static const double NOISE_MIN = 0.003;

static const double LUMINANCE[3] = {0.2126, 0.7152, 0.0722};
/* Red, green and blue by Cb and Cr. */
static const double BY_PLANE[2][3] = {{0, -0.344136, 1.772}, {1.402, -0.714136, 0}};

/* What noise is asked of one date. */
typedef struct taken {
  double light[3];  /* mean of the skin, linear */
  double luminance; /* noise of ln luminance, SD a pixel */
  double step;      /* of chroma, codes */
  double shared;    /* pixels that share one colour */
} taken;

static taken taken_at(const pair *p, int date, double luminance_noise,
                      const sd_photo *const both[2]) {
  taken t = {.luminance = fmax(luminance_noise, NOISE_MIN)};
  double cells = 0;
  int h[2], v[2];
  for (size_t k = 0; k < p->tile_count; k++) {
    cells += (double)p->tiles[k].cells;
    for (int c = 0; c < 3; c++)
      t.light[c] += p->tiles[k].rgb[date][c];
  }
  for (int c = 0; c < 3; c++)
    t.light[c] = fmax(t.light[c] / fmax(cells, 1), 1e-3);
  sd_coding_chroma(&both[date]->coding, &h[0], &v[0]);
  t.step = CHROMA_STEP * sd_coding_step(&both[date]->coding);
  t.shared = h[0] * v[0];
  return t;
}

/* Noise variance of a weighted sum of the log channels. */
static double variance_of(const taken *t, const double weight[3]) {
  double grey = 0, poisson = 0, sensor = 0, coded = 0;
  for (int c = 0; c < 3; c++) {
    grey += LUMINANCE[c] * t->light[c];
    poisson += LUMINANCE[c] * LUMINANCE[c] * t->light[c];
  }
  double unit = t->luminance * t->luminance * grey * grey / poisson;
  for (int c = 0; c < 3; c++)
    sensor += weight[c] * weight[c] * unit / t->light[c];
  for (int plane = 0; plane < 2; plane++) {
    double moved = 0;
    for (int c = 0; c < 3; c++)
      moved +=
          weight[c] * CURVE_SLOPE * BY_PLANE[plane][c] / (255 * sd_srgb_from_linear(t->light[c]));
    coded += moved * moved * t->step * t->step / 12 * t->shared;
  }
  return sensor + coded;
}

/* Weights of ln R, ln G, ln B in the maps of pigment. */
static void pigment_weights(double out[PIGMENTS][3], const pair *p, const sd_pigment_axes *axes) {
  double blood = axes->haemoglobin[0] / axes->haemoglobin[1];
  double unit = axes->melanin[0] - blood * axes->melanin[1];
  double darkness[3] = {-1 / unit, blood / unit, 0};
  for (int c = 0; c < 3; c++) {
    double density[3] = {0, 0, 0}, mhs[3];
    density[c] = -1;
    sd_pigment_solve(axes, density, mhs);
    out[PIGMENT_MELANIN][c] = p->dark_share * darkness[c] + (1 - p->dark_share) * mhs[0];
    out[PIGMENT_HAEMOGLOBIN][c] = mhs[1];
  }
}

noise_ratios noise_ratios_of(const pair *p, const sd_capture_match *match, const sd_side *before,
                             const sd_side *after) {
  const sd_photo *const photos[2] = {before->photo, after->photo};
  const sd_pigment_axes *axes = &before->measures->axes;
  double ratio = isnan(match->noise_ratio) ? 1 : match->noise_ratio, weights[PIGMENTS][3];
  double first = isnan(match->noise_before) ? NOISE_MIN : match->noise_before;
  taken b = taken_at(p, 0, first, photos), a = taken_at(p, 1, first * ratio, photos);
  noise_ratios out = {.luminance = ratio * ratio};
  pigment_weights(weights, p, axes);
  for (int k = 0; k < PIGMENTS; k++) {
    out.before[k] = variance_of(&b, weights[k]);
    out.pigment[k] = variance_of(&a, weights[k]) / out.before[k];
  }
  return out;
}
