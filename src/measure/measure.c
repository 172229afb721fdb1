/* Maps of one photo: colour, pigment in optical density, shading, relief bands (science.md 4, 5.1,
 * 5.2). Everything is masked smoothing: what is not measured skin never bleeds in. */
#include "scardelta/measure.h"

#include "base/room.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Analysis cells a mm: pigment is smoothed to 0.25 mm anyway, so 0.2 mm cells lose nothing. */
static const double CELL_MM = 0.2;
/* Without a scale the crop's longer side has this many cells. */
static const double CELLS_WITHOUT_SCALE = 700;
/* Smoothing before the logarithm: chroma is noisy and often stored at half resolution. */
static const double PIGMENT_SIGMA_MM = 0.25, PIGMENT_SIGMA_PX = 1.5;
static const double SHADING_SIGMA_MM = 0.12;
/* Linear light is floored here: below there is only noise. */
static const float LIGHT_FLOOR = 0.002f;
/* Band limits in mm (feature wavelength); sigma = 0.19 * wavelength. */
static const double BAND_MM[SD_BANDS][2] = {{0.25, 0.8}, {0.8, 3}, {3, 8}};
static const double SIGMA_PER_WAVELENGTH = 0.19;
/* Pixels a wavelength needs at the lower limit for the band to be answerable. */
static const double BAND_PIXELS_MIN = 2.2;
/* The softer side of a band must lie mostly on measured skin: else its edge is the mask's. */
static const float BAND_SUPPORT = 0.7f;
enum { STRIP_ROWS = 128 };

void sd_measures_clear(sd_measures *m) {
  sd_map_clear(&m->melanin);
  sd_map_clear(&m->haemoglobin);
  sd_map_clear(&m->darkness);
  sd_map_clear(&m->shading);
  sd_rgb_clear(&m->colour);
  sd_mask_clear(&m->measured);
  for (int b = 0; b < SD_BANDS; b++)
    sd_map_clear(&m->band[b]);
  *m = (sd_measures){0};
}

static sd_grid grid_over(sd_rect region, int shrink) {
  return (sd_grid){region, shrink, (region.width + shrink - 1) / shrink,
                   (region.height + shrink - 1) / shrink};
}

static bool is_measured(const sd_skin *skin, size_t k) {
  return skin->excluded.v[k] == SD_MEASURED && skin->label.v[k] != 0;
}

/* Mean of a cell's measured pixels; the cell counts when they are at least half of it. */
static void cell_colour(sd_measures *m, const sd_skin *skin, const sd_rgb *strip, int strip_y,
                        int i, int j) {
  int shrink = m->grid.shrink, width = skin->crop.width;
  float sum[3] = {0};
  int good = 0, all = 0;
  for (int y = j * shrink; y < (j + 1) * shrink && y < skin->crop.height; y++)
    for (int x = i * shrink; x < (i + 1) * shrink && x < width; x++, all++) {
      if (!is_measured(skin, (size_t)y * (size_t)width + (size_t)x))
        continue;
      const float *p = strip->v + 3 * ((size_t)(y - strip_y) * (size_t)width + (size_t)x);
      sum[0] += p[0];
      sum[1] += p[1];
      sum[2] += p[2];
      good++;
    }
  size_t k = (size_t)j * (size_t)m->grid.width + (size_t)i;
  m->measured.v[k] = good > 0 && 2 * good >= all ? 255 : 0;
  for (int c = 0; c < 3; c++)
    m->colour.v[3 * k + (size_t)c] = good > 0 ? sum[c] / (float)good : NAN;
}

/* Streams the photo once: cell colours, and native log luminance where `fine` is wanted. */
static sd_status read_pixels(sd_measures *m, sd_map *fine, const sd_photo *photo,
                             const sd_skin *skin, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_rgb strip = {0};
  int shrink = m->grid.shrink, cells = STRIP_ROWS / shrink < 1 ? 1 : STRIP_ROWS / shrink;
  for (int first = 0; first < m->grid.height; first += cells) {
    int y = first * shrink, rows = cells * shrink;
    rows = y + rows > skin->crop.height ? skin->crop.height - y : rows;
    sd_rect part = {skin->crop.x, skin->crop.y + y, skin->crop.width, rows};
    SD_TRY(sd_photo_linear(&strip, photo, part, diag));
    int last = first + cells < m->grid.height ? first + cells : m->grid.height;
#pragma omp parallel for schedule(static)
    for (int j = first; j < last; j++)
      for (int i = 0; i < m->grid.width; i++)
        cell_colour(m, skin, &strip, y, i, j);
    if (fine->v == NULL)
      continue;
    float *to = fine->v + (size_t)y * (size_t)skin->crop.width;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < rows; row++)
      for (int x = 0; x < skin->crop.width; x++) {
        size_t k = (size_t)row * (size_t)skin->crop.width + (size_t)x;
        const float *p = strip.v + 3 * k;
        float luminance = 0.2126f * p[0] + 0.7152f * p[1] + 0.0722f * p[2];
        to[k] = logf(luminance > LIGHT_FLOOR ? luminance : LIGHT_FLOOR);
      }
  }
done:
  sd_rgb_clear(&strip);
  return status;
}

/* The three channels smoothed over measured cells; NaN outside. */
static sd_status smooth_colour(sd_map out[3], const sd_measures *m, double sigma_cells,
                               sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_map *in[3] = {&out[0], &out[1], &out[2]};
  size_t count = (size_t)m->grid.width * (size_t)m->grid.height;
  for (int c = 0; c < 3; c++)
    SD_TRY(sd_map_room(&out[c], m->grid.width, m->grid.height, diag));
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < count; k++)
    for (int c = 0; c < 3; c++)
      out[c].v[k] = m->colour.v[3 * k + (size_t)c];
  SD_TRY(sd_maps_blur_masked(out, in, 3, &m->measured, sigma_cells, NULL, diag));
done:
  return status;
}

static double density_at(const sd_map smooth[3], size_t k, int channel) {
  return -log(fmax(smooth[channel].v[k], LIGHT_FLOOR));
}

static void solve_pigment(sd_measures *m, const sd_map smooth[3], size_t k) {
  double density[3], mhs[3];
  for (int c = 0; c < 3; c++)
    density[c] = density_at(smooth, k, c);
  sd_pigment_solve(&m->axes, density, mhs);
  m->melanin.v[k] = (float)mhs[0];
  m->haemoglobin.v[k] = (float)mhs[1];
  double blood = m->axes.haemoglobin[0] / m->axes.haemoglobin[1];
  m->darkness.v[k] = (float)((density[0] - blood * density[1]) /
                             (m->axes.melanin[0] - blood * m->axes.melanin[1]));
}

static float shading_at(const sd_measures *m, const sd_map sharper[3], size_t k) {
  double light = 0;
  for (int c = 0; c < 3; c++)
    light -= m->axes.shading[c] * density_at(sharper, k, c);
  return (float)light;
}

static sd_status pigment_maps(sd_measures *m, double cell_mm, double extra_blur_px, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map smooth[3] = {{0}}, sharper[3] = {{0}};
  double pigment_px = PIGMENT_SIGMA_PX / m->grid.shrink;
  double pigment = isnan(cell_mm) ? pigment_px : fmax(PIGMENT_SIGMA_MM / cell_mm, pigment_px);
  double shading = isnan(cell_mm) ? 0.5 : SHADING_SIGMA_MM / cell_mm;
  size_t count = (size_t)m->grid.width * (size_t)m->grid.height;
  /* marks of the sharper photo are softened too: blur makes small ones paler */
  SD_TRY(smooth_colour(smooth, m, hypot(pigment, extra_blur_px / m->grid.shrink), diag));
  SD_TRY(smooth_colour(sharper, m, shading, diag));
  SD_TRY(sd_map_room(&m->melanin, m->grid.width, m->grid.height, diag));
  SD_TRY(sd_map_room(&m->haemoglobin, m->grid.width, m->grid.height, diag));
  SD_TRY(sd_map_room(&m->darkness, m->grid.width, m->grid.height, diag));
  SD_TRY(sd_map_room(&m->shading, m->grid.width, m->grid.height, diag));
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < count; k++) {
    if (m->measured.v[k] == 0) {
      m->melanin.v[k] = m->haemoglobin.v[k] = m->darkness.v[k] = NAN;
      m->shading.v[k] = NAN;
      continue;
    }
    solve_pigment(m, smooth, k);
    m->shading.v[k] = shading_at(m, sharper, k);
  }
done:
  for (int c = 0; c < 3; c++) {
    sd_map_clear(&smooth[c]);
    sd_map_clear(&sharper[c]);
  }
  return status;
}

/* Differences of two masked Gaussians; NaN where the mask leaves too little support. */
static sd_status bands_of(sd_map *out, const sd_map *const *in, int count, const sd_mask *keep,
                          double low, double high, sd_diag *diag) {
  enum { MAPS_MAX = 3 };
  sd_status status = SD_OK;
  sd_map soft[MAPS_MAX] = {{0}}, support = {0};
  size_t pixels = (size_t)keep->width * (size_t)keep->height;
  SD_TRY(sd_maps_blur_masked(soft, in, count, keep, high, &support, diag));
  SD_TRY(sd_maps_blur_masked(out, in, count, keep, low, NULL, diag));
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < pixels; k++)
    for (int m = 0; m < count; m++)
      out[m].v[k] =
          keep->v[k] != 0 && support.v[k] >= BAND_SUPPORT ? out[m].v[k] - soft[m].v[k] : NAN;
done:
  for (int m = 0; m < count; m++)
    sd_map_clear(&soft[m]);
  sd_map_clear(&support);
  return status;
}

static bool answerable(sd_measures *m, int band) {
  if (isnan(m->mm_per_px)) {
    snprintf(m->band_reason[band], sizeof m->band_reason[band],
             "the size of a pixel in mm is not known; give --scale-mm-per-px or --ipd-mm");
    return false;
  }
  double pixels = BAND_MM[band][0] / m->mm_per_px;
  if (pixels >= BAND_PIXELS_MIN)
    return true;
  snprintf(
      m->band_reason[band], sizeof m->band_reason[band],
      "the photo has %.1f pixels a mm, this detail needs %.1f: come closer or use a finer camera",
      1 / m->mm_per_px, BAND_PIXELS_MIN / BAND_MM[band][0]);
  return false;
}

static sd_status native_mask(sd_mask *out, const sd_skin *skin, sd_diag *diag) {
  sd_status status = sd_mask_make(out, skin->crop.width, skin->crop.height, diag);
  size_t count = (size_t)skin->crop.width * (size_t)skin->crop.height;
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < count; k++)
    out->v[k] = is_measured(skin, k) ? 255 : 0;
  return SD_OK;
}

/* Clears `fine` when it has served. */
static sd_status relief_bands(sd_measures *m, sd_map *fine, const sd_skin *skin,
                              double extra_blur_px, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask native = {0};
  for (int b = 0; b < SD_BANDS; b++) {
    bool is_fine = b == 0;
    m->band_grid[b] = is_fine ? grid_over(skin->crop, 1) : m->grid;
    if (!answerable(m, b))
      continue;
    double px = m->mm_per_px * m->band_grid[b].shrink; /* mm a pixel of this band's grid */
    double extra = extra_blur_px / m->band_grid[b].shrink;
    double low = hypot(SIGMA_PER_WAVELENGTH * BAND_MM[b][0] / px, extra);
    double high = hypot(SIGMA_PER_WAVELENGTH * BAND_MM[b][1] / px, extra);
    if (is_fine)
      SD_TRY(native_mask(&native, skin, diag));
    const sd_map *in = is_fine ? fine : &m->shading;
    SD_TRY(bands_of(&m->band[b], &in, 1, is_fine ? &native : &m->measured, low, high, diag));
    if (is_fine) { /* the largest of all maps */
      sd_mask_clear(&native);
      sd_map_clear(fine);
    }
  }
done:
  sd_mask_clear(&native);
  return status;
}

static int grid_shrink(double mm_per_px, const sd_skin *skin) {
  double longer = skin->crop.width > skin->crop.height ? skin->crop.width : skin->crop.height;
  double shrink = isnan(mm_per_px) ? longer / CELLS_WITHOUT_SCALE : CELL_MM / mm_per_px;
  return shrink < 1 ? 1 : (int)shrink;
}

sd_status sd_measure(sd_measures *out, const sd_photo *photo, const sd_skin *skin,
                     const sd_measure_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_measures m = {.axes = options->axes};
  sd_map fine = {0};
  m.mm_per_px = options->mm_per_px > 0 ? options->mm_per_px : NAN;
  m.grid = grid_over(skin->crop, grid_shrink(m.mm_per_px, skin));
  if (!isnan(m.mm_per_px) && BAND_MM[0][0] / m.mm_per_px >= BAND_PIXELS_MIN)
    SD_TRY(sd_map_room(&fine, skin->crop.width, skin->crop.height, diag));
  SD_TRY(sd_rgb_make(&m.colour, m.grid.width, m.grid.height, diag));
  SD_TRY(sd_mask_make(&m.measured, m.grid.width, m.grid.height, diag));
  SD_TRY(read_pixels(&m, &fine, photo, skin, diag));
  SD_TRY(pigment_maps(&m, m.mm_per_px * m.grid.shrink, options->extra_blur_px, diag));
  SD_TRY(relief_bands(&m, &fine, skin, options->extra_blur_px, diag));
  sd_measures_clear(out);
  *out = m;
  m = (sd_measures){0};
done:
  sd_map_clear(&fine);
  sd_measures_clear(&m);
  return status;
}

/* ---- shading of dark skin ------------------------------------------------------------------- */

/* From this tone t = ln(R/B) on, the table's shading still carries brown marks (measured on skin of
 * known relief: rank correlation of the mid band .90 by table, .95 by least variance at t 1.1; .56
 * and .70 at 1.4; .03 and .56 at 1.5). On lighter skin both do alike. */
static const double TONE_ADAPT = -1.0;

/* Adds the covariance of the three log channels in the mid band of one photo. */
static sd_status add_covariance(double sum[3][3], const sd_photo *photo, const sd_skin *skin,
                                double mm_per_px, sd_diag *diag) {
  enum { MID = 1 };
  sd_status status = SD_OK;
  sd_measures m = {.mm_per_px = mm_per_px};
  sd_map none = {0}, channel[3] = {{0}};
  const sd_map *in[3] = {&channel[0], &channel[1], &channel[2]};
  m.grid = grid_over(skin->crop, grid_shrink(mm_per_px, skin));
  double cell_mm = mm_per_px * m.grid.shrink;
  size_t count = (size_t)m.grid.width * (size_t)m.grid.height;
  SD_TRY(sd_rgb_make(&m.colour, m.grid.width, m.grid.height, diag));
  SD_TRY(sd_mask_make(&m.measured, m.grid.width, m.grid.height, diag));
  SD_TRY(read_pixels(&m, &none, photo, skin, diag));
  SD_TRY(smooth_colour(channel, &m, SHADING_SIGMA_MM / cell_mm, diag));
  for (int c = 0; c < 3; c++)
#pragma omp parallel for schedule(static)
    for (size_t k = 0; k < count; k++)
      channel[c].v[k] = m.measured.v[k] ? (float)-density_at(channel, k, c) : NAN;
  SD_TRY(bands_of(channel, in, 3, &m.measured, SIGMA_PER_WAVELENGTH * BAND_MM[MID][0] / cell_mm,
                  SIGMA_PER_WAVELENGTH * BAND_MM[MID][1] / cell_mm, diag));
  for (size_t k = 0; k < count; k++)
    for (int r = 0; r < 3 && !isnan(channel[0].v[k]); r++)
      for (int c = 0; c < 3; c++)
        sum[r][c] += (double)channel[r].v[k] * channel[c].v[k];
done:
  for (int c = 0; c < 3; c++)
    sd_map_clear(&channel[c]);
  sd_measures_clear(&m);
  return status;
}

/* Weights w with sum 1 of least w' C w: C^-1 (1,1,1) scaled (Markowitz 1952; the same as taking out
 * of lightness what two chroma channels foretell of it). */
static bool least_variance(double w[3], double c[3][3]) {
  double sum = 0;
  for (int r = 0; r < 3; r++) {
    w[r] = 0;
    for (int k = 0; k < 3; k++) { /* row sums of the adjugate */
      int r1 = (r + 1) % 3, r2 = (r + 2) % 3, k1 = (k + 1) % 3, k2 = (k + 2) % 3;
      w[r] += c[k1][r1] * c[k2][r2] - c[k1][r2] * c[k2][r1];
    }
    sum += w[r];
  }
  for (int r = 0; r < 3; r++)
    w[r] /= sum;
  return sum > 0 && isfinite(w[0] + w[1] + w[2]);
}

sd_status sd_pigment_axes_adapt(sd_pigment_axes *axes, const sd_photo *const photo[2],
                                const sd_skin *const skin[2], const double mm_per_px[2],
                                sd_diag *diag) {
  sd_status status = SD_OK;
  double covariance[3][3] = {{0}}, weights[3];
  if (!(axes->tone > TONE_ADAPT) || !(mm_per_px[0] > 0) || !(mm_per_px[1] > 0))
    return SD_OK;
  for (int date = 0; date < 2; date++)
    SD_TRY(add_covariance(covariance, photo[date], skin[date], mm_per_px[date], diag));
  if (least_variance(weights, covariance))
    memcpy(axes->shading, weights, sizeof weights);
done:
  return status;
}
