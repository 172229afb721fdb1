/* Modified Beer-Lambert law in three bands: -ln(rgb) = m vm + h vh + s (1,1,1)/sqrt3. The axes
 * follow skin tone; they were computed for sRGB primaries from published absorption and scattering
 * spectra (Jacques 1998; Prahl's haemoglobin table). Tsumura 2003's camera vectors leak melanin
 * into haemoglobin in sRGB and are not used. */
#include "scardelta/measure.h"

#include <math.h>
#include <stdlib.h>

typedef struct tone_row {
  double tone, melanin[3], haemoglobin[3];
} tone_row;

static const tone_row TABLE[] = {
    {0.587, {.344, .532, .774}, {.243, .700, .672}},
    {0.682, {.347, .532, .772}, {.245, .704, .667}},
    {0.798, {.352, .532, .770}, {.247, .710, .660}},
    {0.948, {.361, .535, .764}, {.250, .718, .649}},
    {1.195, {.382, .544, .747}, {.258, .736, .626}},
    {1.386, {.411, .560, .719}, {.268, .755, .599}},
    {1.548, {.453, .586, .672}, {.280, .779, .561}},
};
enum { ROWS = sizeof TABLE / sizeof TABLE[0] };

/* The weights that see neither axis: their cross product, scaled to sum 1. */
static void shading_of_table(sd_pigment_axes *axes) {
  const double *m = axes->melanin, *h = axes->haemoglobin;
  double sum = 0;
  for (int c = 0; c < 3; c++) {
    axes->shading[c] = m[(c + 1) % 3] * h[(c + 2) % 3] - m[(c + 2) % 3] * h[(c + 1) % 3];
    sum += axes->shading[c];
  }
  for (int c = 0; c < 3; c++)
    axes->shading[c] /= sum;
}

sd_pigment_axes sd_pigment_axes_for_tone(double tone) {
  double t = isnan(tone) ? TABLE[2].tone : fmin(fmax(tone, TABLE[0].tone), TABLE[ROWS - 1].tone);
  int row = 0;
  while (row + 2 < ROWS && t > TABLE[row + 1].tone)
    row++;
  double share = (t - TABLE[row].tone) / (TABLE[row + 1].tone - TABLE[row].tone);
  sd_pigment_axes axes = {.tone = tone};
  for (int c = 0; c < 3; c++) {
    axes.melanin[c] = (1 - share) * TABLE[row].melanin[c] + share * TABLE[row + 1].melanin[c];
    axes.haemoglobin[c] =
        (1 - share) * TABLE[row].haemoglobin[c] + share * TABLE[row + 1].haemoglobin[c];
  }
  shading_of_table(&axes);
  return axes;
}

/* Cramer's rule; the axes are far from coplanar, so the determinant cannot vanish. */
void sd_pigment_solve(const sd_pigment_axes *axes, const double d[3], double mhs[3]) {
  const double k = 0.57735026918962576;
  const double *m = axes->melanin, *h = axes->haemoglobin;
  double mh0 = h[1] - h[2], mh1 = h[2] - h[0], mh2 = h[0] - h[1]; /* h x (1,1,1) */
  double determinant = k * (m[0] * mh0 + m[1] * mh1 + m[2] * mh2);
  double md0 = m[2] - m[1], md1 = m[0] - m[2], md2 = m[1] - m[0]; /* (1,1,1) x m */
  double c0 = m[1] * h[2] - m[2] * h[1], c1 = m[2] * h[0] - m[0] * h[2];
  double c2 = m[0] * h[1] - m[1] * h[0]; /* m x h */
  mhs[0] = k * (d[0] * mh0 + d[1] * mh1 + d[2] * mh2) / determinant;
  mhs[1] = k * (d[0] * md0 + d[1] * md1 + d[2] * md2) / determinant;
  mhs[2] = (d[0] * c0 + d[1] * c1 + d[2] * c2) / determinant;
}

double sd_skin_tone(const sd_photo *photo, const sd_skin *skin) {
  /* every few pixels are enough for a median */
  int step =
      (skin->crop.width > skin->crop.height ? skin->crop.width : skin->crop.height) / 300 + 1;
  size_t room = ((size_t)skin->crop.width / (size_t)step + 1) *
                ((size_t)skin->crop.height / (size_t)step + 1);
  float *tone = malloc(room * sizeof *tone);
  size_t count = 0;
  if (tone == NULL)
    return NAN;
  for (int y = 0; y < skin->crop.height; y += step)
    for (int x = 0; x < skin->crop.width; x += step) {
      size_t k = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      float rgb[3];
      if (skin->excluded.v[k] != SD_MEASURED || skin->label.v[k] == 0)
        continue;
      sd_photo_linear_at(photo, skin->crop.x + x, skin->crop.y + y, rgb);
      tone[count++] = logf(fmaxf(rgb[0], 0.002f) / fmaxf(rgb[2], 0.002f));
    }
  double median = sd_median(tone, count);
  free(tone);
  return median;
}
