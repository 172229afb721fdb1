/* Melanin, haemoglobin and relief of each photo as layers over the same frame. Pigment is shown
 * against the photo's own median: white balance and exposure move all of it, and without a colour
 * reference nobody can tell them from skin. */
#include "render/panels.h"

#include "render/colormap.h"
#include "render/nice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The few values beyond take the end colours. */
static const double SPAN_SHARE = 0.98;

typedef struct level_map {
  const sd_map *map;
  const sd_grid *grid;
} level_map;

static level_map map_of(const sd_measures *m, sd_level level) {
  enum { MID = 1 };
  if (m == NULL)
    return (level_map){NULL, NULL};
  switch (level) {
  case SD_LEVEL_MELANIN:
    return (level_map){&m->melanin, &m->grid};
  case SD_LEVEL_HAEMOGLOBIN:
    return (level_map){&m->haemoglobin, &m->grid};
  default:
    return (level_map){&m->band[MID], &m->band_grid[MID]};
  }
}

bool sd_level_is_known(const sd_comparison *comparison, sd_level level) {
  const sd_side *sides[] = {&comparison->before, &comparison->after};
  for (int k = 0; k < 2; k++) {
    level_map m = map_of(sides[k]->measures, level);
    if (m.map == NULL || m.map->v == NULL || m.grid->shrink < 1)
      return false;
  }
  return true;
}

/* Finite values of a map, moved by `offset`, as they are or without sign. Gives their number. */
static size_t gather_values(float *out, const sd_map *map, double offset, bool absolute) {
  size_t count = (size_t)map->width * (size_t)map->height, kept = 0;
  for (size_t k = 0; k < count; k++)
    if (isfinite(map->v[k])) {
      float value = map->v[k] - (float)offset;
      out[kept++] = absolute ? fabsf(value) : value;
    }
  return kept;
}

sd_status sd_level_scale(double *reach, double middle[2], const sd_comparison *comparison,
                         sd_level level, sd_diag *diag) {
  const sd_side *sides[] = {&comparison->before, &comparison->after};
  double most = 0;
  for (int k = 0; k < 2; k++) {
    const sd_map *map = map_of(sides[k]->measures, level).map;
    size_t count = (size_t)map->width * (size_t)map->height;
    float *values = malloc((count + 1) * sizeof *values);
    if (values == NULL)
      return sd_fail(diag, SD_NO_MEMORY, "not enough memory for a layer");
    size_t kept = gather_values(values, map, 0, false);
    middle[k] = level == SD_LEVEL_RELIEF || kept == 0 ? 0 : sd_median(values, kept);
    kept = gather_values(values, map, middle[k], true);
    most = fmax(most, kept > 0 ? sd_quantile(values, kept, SPAN_SHARE) : 0);
    free(values);
  }
  *reach = most > 0 ? sd_nice_above(most) : 1;
  return SD_OK;
}

static float value_at(const level_map *m, sd_point p) {
  int i = (int)floor((p.x + 0.5 - m->grid->region.x) / m->grid->shrink);
  int j = (int)floor((p.y + 0.5 - m->grid->region.y) / m->grid->shrink);
  if (i < 0 || j < 0 || i >= m->map->width || j >= m->map->height)
    return NAN;
  return m->map->v[(size_t)j * (size_t)m->map->width + (size_t)i];
}

void sd_level_layer(uint8_t *rgba, const sd_view *view, const sd_comparison *comparison,
                    sd_level level, bool after, double middle, double reach) {
  enum { STEPS = 24, OPACITY = 217 };
  uint8_t colour[STEPS + 1][3];
  level_map m = map_of(after ? comparison->after.measures : comparison->before.measures, level);
  const sd_warp *warp = &comparison->alignment->forward;
  for (int step = 0; step <= STEPS; step++)
    sd_level_colour(colour[step], level, (double)step / STEPS);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++) {
      uint8_t *out = rgba + 4 * ((size_t)y * (size_t)view->picture.width + (size_t)x);
      sd_point p = sd_view_photo_point(view, x, y);
      /* what has no zone is not shown: with --share it must not be */
      bool known = sd_view_label(view, comparison->before.skin, x, y) != SD_ZONE_NONE &&
                   (!after || sd_warp_at(warp, p.x, p.y, &p));
      float value = known ? value_at(&m, p) : NAN;
      if (!isfinite(value))
        continue;
      double t = 0.5 + 0.5 * fmin(fmax(((double)value - middle) / reach, -1), 1);
      memcpy(out, colour[(int)round(t * STEPS)], 3);
      out[3] = OPACITY;
    }
}

void sd_level_colour(uint8_t rgb[3], sd_level level, double t) {
  if (level == SD_LEVEL_RELIEF)
    rgb[0] = rgb[1] = rgb[2] = (uint8_t)lround(30 + 200 * t);
  else
    sd_colormap_sequential(t, rgb);
}
