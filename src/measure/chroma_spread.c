/* Does a photo hold colour of its own? In a black-and-white or toned one (sepia, duotone) the
 * colour of a place follows from its lightness alone. Places of skin are put in order of lightness,
 * and what the chroma of a place differs by from its neighbours in that order is what lightness
 * does not foretell. Of that, only what places some way apart share is colour of the skin: rounding
 * and blocks of compression they do not share. */
#include "scardelta/measure.h"

#include <math.h>
#include <stdlib.h>

/* Places across the longer side of the skin's part, and pixels averaged at each. */
enum { PLACES = 100, SAMPLES = 6, PLACES_MIN = 40 };
/* Pixels to the place compared with: beyond a block of chroma that is kept at half size. */
enum { APART_PX = 24 };
/* Neighbours in the order of lightness, on either side. */
enum { NEIGHBOURS = 6 };
static const float DARKEST = 0.002f; /* linear; below, ratios of channels are noise */
/* A mark or a lip's edge shall not speak for the face. */
static const double DIFFERENCE_MAX = 0.3;

typedef struct place {
  bool measured;
  float lightness, chroma[2]; /* ln luminance; ln R/G, ln B/G */
  float own[2];               /* chroma that lightness does not foretell */
} place;

static int by_lightness(const void *a, const void *b) {
  const place *p = *(place *const *)a, *q = *(place *const *)b;
  if (p->lightness != q->lightness)
    return p->lightness < q->lightness ? -1 : 1;
  return (p > q) - (p < q);
}

/* Mean colour of the measured pixels in a square of the skin's part; false where they are too few.
 */
static bool look(place *out, const sd_photo *photo, const sd_skin *skin, int left, int top,
                 int side) {
  int step = side > SAMPLES ? side / SAMPLES : 1, count = 0, asked = 0;
  double sum[3] = {0};
  for (int y = top; y < top + side && y < skin->crop.height; y += step)
    for (int x = left; x < left + side && x < skin->crop.width; x += step, asked++) {
      size_t k = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      float rgb[3];
      if (skin->excluded.v[k] != SD_MEASURED || skin->label.v[k] == 0)
        continue;
      sd_photo_linear_at(photo, skin->crop.x + x, skin->crop.y + y, rgb);
      for (int c = 0; c < 3; c++)
        sum[c] += rgb[c];
      count++;
    }
  if (2 * count < asked)
    return false;
  for (int c = 0; c < 3; c++) {
    sum[c] /= count;
    if (!(sum[c] > DARKEST))
      return false;
  }
  out->lightness = (float)log(0.2126 * sum[0] + 0.7152 * sum[1] + 0.0722 * sum[2]);
  out->chroma[0] = (float)log(sum[0] / sum[1]);
  out->chroma[1] = (float)log(sum[2] / sum[1]);
  return true;
}

static double limited(double v) {
  return v > DIFFERENCE_MAX ? DIFFERENCE_MAX : v < -DIFFERENCE_MAX ? -DIFFERENCE_MAX : v;
}

static void take_off_lightness(place *const *ordered, size_t count) {
  for (size_t k = 0; k < count; k++) {
    size_t from = k > NEIGHBOURS ? k - NEIGHBOURS : 0;
    size_t to = k + NEIGHBOURS < count ? k + NEIGHBOURS : count - 1;
    for (int c = 0; c < 2; c++) {
      double sum = 0;
      for (size_t i = from; i <= to; i++)
        sum += ordered[i]->chroma[c];
      ordered[k]->own[c] = (float)limited(ordered[k]->chroma[c] - sum / (double)(to - from + 1));
    }
  }
}

/* Covariance with the places `apart` to the right and below; NaN with too few. */
static double shared(const place *places, int columns, int rows, int apart) {
  double sum = 0;
  size_t count = 0;
  for (int y = 0; y < rows; y++)
    for (int x = 0; x < columns; x++) {
      const place *one = places + y * columns + x;
      const place *beside[2] = {x + apart < columns ? one + apart : NULL,
                                y + apart < rows ? one + apart * columns : NULL};
      for (int d = 0; d < 2; d++)
        if (one->measured && beside[d] != NULL && beside[d]->measured) {
          sum += (double)one->own[0] * beside[d]->own[0] + (double)one->own[1] * beside[d]->own[1];
          count++;
        }
    }
  return count >= PLACES_MIN ? sum / (double)count : NAN;
}

sd_status sd_chroma_spread_measure(double *out, const sd_photo *photo, const sd_skin *skin,
                                   sd_diag *diag) {
  int longer = skin->crop.width > skin->crop.height ? skin->crop.width : skin->crop.height;
  int side = (longer + PLACES - 1) / PLACES, columns = 0, rows = 0;
  size_t count = 0;
  place *places = calloc(PLACES * PLACES, sizeof *places);
  place **ordered = malloc(PLACES * PLACES * sizeof *ordered);
  if (places == NULL || ordered == NULL) {
    free(places);
    free(ordered);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to measure the photo");
  }
  if (side > 0) {
    columns = (skin->crop.width + side - 1) / side;
    rows = (skin->crop.height + side - 1) / side;
  }
  for (int k = 0; k < columns * rows; k++) {
    place *p = &places[k];
    p->measured = look(p, photo, skin, k % columns * side, k / columns * side, side);
    if (p->measured)
      ordered[count++] = p;
  }
  qsort(ordered, count, sizeof *ordered, by_lightness);
  take_off_lightness(ordered, count);
  double covariance = side > 0 ? shared(places, columns, rows, (APART_PX + side - 1) / side) : NAN;
  *out = isnan(covariance) ? NAN : sqrt(fmax(covariance, 0));
  free(places);
  free(ordered);
  return SD_OK;
}
