/* What scars look like under side light. A slope h' towards the lamp is brighter, one away from it
 * darker (Lambert's law for shallow relief: shading ~ the derivative of height along the light),
 * and hollows are darker than their surround because they see less of the sky. The profiles are
 * those of the literature (Jacob 2001): a cone, a well with steep walls, a soft bowl, and a bump.
 */
#include "measure/scars.h"

#include "base/angle.h"

#include <math.h>
#include <stdlib.h>

const double PATCH_REACH = 1.6, PATCH_SIGMA = 0.08;

/* Heights are drawn finer and wider than the patch, so that blurs have room. */
enum { FINE = 4, DRAWN_HALF = 2 * FINE * PATCH_HALF, DRAWN = 2 * DRAWN_HALF + 1 };
static const double FIRST_SIZE_MM = 0.7, SIZE_STEP = 1.26;
/* Blur of the shading map: its own smoothing in mm, and that of a camera and the grid in cells. */
static const double SHADING_SIGMA_MM = 0.12, SHADING_SIGMA_CELLS = 0.55;
/* Hollows gather dark at these reaches (half a millimetre and more). */
static const double HOLLOW_MM[2] = {0.5, 1.5}, HOLLOW_SHARE[2] = {0.64, 0.36};

double scar_size_mm(int size) {
  return FIRST_SIZE_MM * pow(SIZE_STEP, size);
}

/* Height of a kind at so many radii from its middle; -1 is the depth, 1 the height. */
static double height_of(sd_scar_kind kind, double r) {
  double inside = fmax(1 - r, 0);
  switch (kind) {
  case SD_ICE_PICK:
    return -pow(inside, 1.3);
  case SD_BOXCAR:
    return -1 / (1 + exp((r - 0.88) / 0.06));
  case SD_ROLLING:
    return r < 1 ? -0.5 * (1 + cos(SD_PI * r)) : 0;
  default:
    return r < 1 ? pow(1 - r * r, 1.5) : 0;
  }
}

static void disc_make(shapes *out) {
  out->inside = 0;
  for (int j = -PATCH_HALF; j <= PATCH_HALF; j++)
    for (int i = -PATCH_HALF; i <= PATCH_HALF; i++)
      if (i * i + j * j <= PATCH_HALF * PATCH_HALF) {
        out->half_width[j + PATCH_HALF] = i;
        out->x[out->inside] = i;
        out->y[out->inside++] = j;
      }
}

/* Takes out of `v` what lies along a unit picture. */
static void take_out(float v[PATCH], const float unit[PATCH]) {
  double dot = 0;
  for (int k = 0; k < PATCH; k++)
    dot += (double)v[k] * unit[k];
  for (int k = 0; k < PATCH; k++)
    v[k] -= (float)(dot * unit[k]);
}

static double scale_to_one(float v[PATCH]) {
  double square = 0;
  for (int k = 0; k < PATCH; k++)
    square += (double)v[k] * v[k];
  double length = sqrt(square);
  for (int k = 0; k < PATCH && length > 0; k++)
    v[k] = (float)(v[k] / length);
  return length;
}

static void ground_pictures(shapes *out) {
  for (int k = 0; k < out->inside; k++) {
    int i = out->x[k], j = out->y[k];
    const int terms[GROUND] = {1, i, j, i * j, i * i - j * j, i * i + j * j};
    for (int n = 0; n < GROUND; n++)
      out->ground[n][k] = (float)terms[n];
  }
  for (int k = 0; k < GROUND; k++) {
    for (int n = 0; n < k; n++)
      take_out(out->ground[k], out->ground[n]);
    scale_to_one(out->ground[k]);
  }
}

/* Height after `sigma_mm` of blur, on the drawn grid. */
static sd_status draw(sd_map *out, sd_scar_kind kind, double sigma_px, sd_diag *diag) {
  sd_status status = sd_map_make(out, DRAWN, DRAWN, diag);
  double step = PATCH_REACH / (PATCH_HALF * FINE);
  for (int j = 0; status == SD_OK && j < DRAWN; j++)
    for (int i = 0; i < DRAWN; i++)
      out->v[j * DRAWN + i] = (float)height_of(kind, step * hypot(i - DRAWN_HALF, j - DRAWN_HALF));
  return status == SD_OK ? sd_map_blur(out, out, sigma_px, diag) : status;
}

static void sample(shape *to, const shapes *all, const sd_map *height, const sd_map hollow[2],
                   float per_mm) {
  for (int k = 0; k < all->inside; k++) {
    const float *h =
        height->v + (DRAWN_HALF + FINE * all->y[k]) * DRAWN + DRAWN_HALF + FINE * all->x[k];
    size_t at = (size_t)(h - height->v);
    to->basis[0][k] = (h[1] - h[-1]) / 2 * per_mm;
    to->basis[1][k] = (h[DRAWN] - h[-DRAWN]) / 2 * per_mm;
    to->basis[2][k] = 0;
    for (int b = 0; b < 2; b++)
      to->basis[2][k] += (float)HOLLOW_SHARE[b] * (hollow[b].v[at] - h[0]);
  }
}

static sd_status shape_make(shape *out, const shapes *all, sd_scar_kind kind, double size_mm,
                            double sigma_mm, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map height = {0}, hollow[2] = {{0}};
  double px_per_mm = PATCH_HALF * FINE / (PATCH_REACH * size_mm / 2);
  SD_TRY(draw(&height, kind, hypot(sigma_mm, PATCH_SIGMA * size_mm) * px_per_mm, diag));
  for (int b = 0; b < 2; b++)
    SD_TRY(sd_map_blur(&hollow[b], &height, HOLLOW_MM[b] * px_per_mm, diag));
  sample(out, all, &height, hollow, (float)px_per_mm);
  for (int k = 0; k < SHAPE; k++) {
    for (int p = 0; p < GROUND; p++)
      take_out(out->basis[k], all->ground[p]);
    out->gain[k] = scale_to_one(out->basis[k]);
  }
done:
  sd_map_clear(&height);
  for (int b = 0; b < 2; b++)
    sd_map_clear(&hollow[b]);
  return status;
}

sd_status shapes_make(shapes *out, double cell_mm, sd_diag *diag) {
  sd_status status = SD_OK;
  double sigma_mm = hypot(SHADING_SIGMA_MM, SHADING_SIGMA_CELLS * cell_mm);
  *out = (shapes){0};
  disc_make(out);
  ground_pictures(out);
  for (int size = 0; size < SCAR_SIZES && status == SD_OK; size++)
    for (int kind = 0; kind < SD_RELIEF_KINDS && status == SD_OK; kind++)
      status = shape_make(&out->of[size][kind], out, (sd_scar_kind)kind, scar_size_mm(size),
                          sigma_mm, diag);
  return status;
}
