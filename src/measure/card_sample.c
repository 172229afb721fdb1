/* The colours of a chart's patches on the photo's own pixels: the middle half of each patch, on a
 * lattice fine enough that the noise of the mean is far below any other error. */
#include "measure/card.h"

#include <math.h>

/* Of a patch's pitch: the patch itself takes about nine tenths. */
static const double PART = 0.5;
enum { LATTICE = 24, SAMPLES = LATTICE * LATTICE };
/* Coded value of 255 from which a channel may be cut off. */
static const double CODED_END = 253.5, CODED_START = 1.5;

/* Light below which a share of it says nothing. */
static const double LIGHT_MIN = 1e-4;

/* Least and largest coded channel of a pixel, 0..255. */
static void code_range(double *least, double *largest, const sd_photo *photo, int x, int y) {
  size_t at = 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
  *least = 255;
  *largest = 0;
  for (size_t c = 0; c < 3; c++) {
    double code = photo->sample_bytes == 2 ? ((const uint16_t *)photo->samples)[at + c] / 257.0
                                           : ((const uint8_t *)photo->samples)[at + c];
    *least = fmin(*least, code);
    *largest = fmax(*largest, code);
  }
}

typedef struct sample {
  float rgb[3], light;
  bool clipped, sunk;
} sample;

/* All samples of a patch that lie in the photo; their number. */
static int take_samples(sample *out, const sd_photo *photo, const card_perspective *place,
                        int column, int row) {
  int count = 0;
  for (int k = 0; k < SAMPLES; k++) {
    double u = column + 0.5 + PART * ((k % LATTICE + 0.5) / LATTICE - 0.5);
    double v = row + 0.5 + PART * ((k / LATTICE + 0.5) / LATTICE - 0.5);
    sd_point p = card_perspective_at(place, u, v);
    if (!(p.x > -0.5 && p.y > -0.5 && p.x < photo->width - 0.5 && p.y < photo->height - 0.5))
      continue;
    int x = (int)lround(p.x), y = (int)lround(p.y);
    sample *s = &out[count++];
    sd_photo_linear_at(photo, x, y, s->rgb);
    s->light = 0.2126f * s->rgb[0] + 0.7152f * s->rgb[1] + 0.0722f * s->rgb[2];
    double least, largest;
    code_range(&least, &largest, photo, x, y);
    s->clipped = largest >= CODED_END;
    s->sunk = least <= CODED_START;
  }
  return count;
}

/* Specks, threads and edges lie outside these limits of luminance. */
static void find_limits(double limits[2], double *spread, const sample *samples, int count) {
  float light[SAMPLES];
  for (int k = 0; k < count; k++)
    light[k] = samples[k].light;
  double middle = sd_median(light, (size_t)count);
  for (int k = 0; k < count; k++)
    light[k] = fabsf(samples[k].light - (float)middle);
  double sd = 1.4826 * sd_median(light, (size_t)count), reach = fmax(3 * sd, 0.02 * middle);
  *spread = sd / fmax(middle, LIGHT_MIN);
  limits[0] = middle - reach - LIGHT_MIN;
  limits[1] = middle + reach + LIGHT_MIN;
}

static card_patch sample_patch(const sd_photo *photo, const card_perspective *place, int column,
                               int row) {
  card_patch patch = {.at = card_perspective_at(place, column + 0.5, row + 0.5), .clipped = 1};
  sample samples[SAMPLES];
  double limits[2];
  int clipped = 0, sunk = 0, kept = 0, count = take_samples(samples, photo, place, column, row);
  if (count == 0)
    return patch;
  find_limits(limits, &patch.spread, samples, count);
  for (int k = 0; k < count; k++) {
    clipped += samples[k].clipped;
    sunk += samples[k].sunk;
    if (!(samples[k].light >= limits[0] && samples[k].light <= limits[1]))
      continue;
    for (int c = 0; c < 3; c++)
      patch.rgb[c] += samples[k].rgb[c];
    kept++;
  }
  for (int c = 0; c < 3; c++)
    patch.rgb[c] /= kept;
  patch.clipped = (double)clipped / count;
  patch.sunk = (double)sunk / count;
  return patch;
}

void card_sample(card_patch patches[SD_CARD_PATCHES], const sd_photo *photo,
                 const card_perspective *place) {
  for (int k = 0; k < SD_CARD_PATCHES; k++)
    patches[k] = sample_patch(photo, place, k % SD_CARD_COLUMNS, k / SD_CARD_COLUMNS);
}
