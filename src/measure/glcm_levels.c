/* Grey levels of relief for co-occurrence: a lattice of fixed pitch in mm and bins of fixed width
 * in log shading (IBSI: interpolation, re-segmentation, fixed bin size). Levels that are stretched
 * to each picture's own extremes would hide what changed. */
#include "scardelta/glcm.h"
#include "scardelta/measure.h"

#include <math.h>

enum { MID = 1, LEVELS = SD_GLCM_LEVELS_MAX };

static uint8_t level_of(float relief) {
  double bin = floor(relief / SD_TEXTURE_BIN_LN) + LEVELS / 2;
  return bin >= 0 && bin < LEVELS ? (uint8_t)(bin + 1) : 0; /* NaN: 0 */
}

sd_status sd_texture_levels(sd_mask *levels, double *step_px, const struct sd_measures *measures,
                            sd_diag *diag) {
  const sd_map *band = &measures->band[MID];
  const sd_grid *grid = &measures->band_grid[MID];
  sd_mask made = {0};
  sd_mask_clear(levels);
  *step_px = SD_TEXTURE_STEP_MM / measures->mm_per_px;
  if (band->v == NULL)
    return SD_OK;
  int width = (int)(grid->region.width / *step_px), height = (int)(grid->region.height / *step_px);
  if (width < 1 || height < 1)
    return SD_OK;
  sd_status status = sd_mask_make(&made, width, height, diag);
  if (status != SD_OK)
    return status;
  double step = *step_px / grid->shrink; /* in cells */
#pragma omp parallel for schedule(static)
  for (int j = 0; j < height; j++)
    for (int i = 0; i < width; i++) {
      double x = (i + 0.5) * step - 0.5, y = (j + 0.5) * step - 0.5;
      int nearest_x = (int)lround(fmin(fmax(x, 0), band->width - 1));
      int nearest_y = (int)lround(fmin(fmax(y, 0), band->height - 1));
      size_t nearest = (size_t)nearest_y * (size_t)band->width + (size_t)nearest_x;
      if (!isnan(band->v[nearest])) /* most of a face's crop is not skin: a cheap look first */
        made.v[(size_t)j * (size_t)width + (size_t)i] = level_of(sd_map_at_cubic(band, x, y));
    }
  *levels = made;
  return SD_OK;
}
