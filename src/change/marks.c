/* Brown marks and red areas. They are looked for on the mean of both dates, never on one of them:
 * what is picked for standing out on one date falls back on the other by chance alone (regression
 * to the mean). The same outline then serves both dates (science.md 4.5). */
#include "change/pair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SMOOTH_MM = 0.3, BACKGROUND_MM = 5, OPENING_MM = 0.5, SMALLEST_MM2 = 0.5;
/* A mark stands out by this many robust standard deviations of the background. */
static const double STAND_OUT = 2.2;
enum { BACKGROUND_ROUNDS = 3 };

static size_t cells_of(const pair *p) {
  return (size_t)p->grid.width * (size_t)p->grid.height;
}

/* Disc opening: cells whose disc lies inside, then everything those discs cover. */
static sd_status open_disc(sd_mask *mask, double radius, sd_diag *diag) {
  int r = (int)floor(radius);
  sd_mask eroded = {0};
  if (r < 1)
    return SD_OK;
  sd_status status = sd_mask_make(&eroded, mask->width, mask->height, diag);
  if (status != SD_OK)
    return status;
  for (int pass = 0; pass < 2; pass++) {
    const sd_mask *in = pass == 0 ? mask : &eroded;
    sd_mask *to = pass == 0 ? &eroded : mask;
    if (pass == 1)
      memset(mask->v, 0, (size_t)mask->width * (size_t)mask->height);
    for (int y = 0; y < in->height; y++)
      for (int x = 0; x < in->width; x++) {
        bool whole = in->v[(size_t)y * (size_t)in->width + (size_t)x] != 0;
        if (!whole)
          continue;
        for (int b = -r; b <= r; b++)
          for (int a = -r; a <= r; a++) {
            int u = x + a, v = y + b;
            if (a * a + b * b > radius * radius || u < 0 || v < 0 || u >= in->width ||
                v >= in->height)
              continue;
            size_t k = (size_t)v * (size_t)in->width + (size_t)u;
            if (pass == 0)
              whole = whole && in->v[k] != 0;
            else
              to->v[k] = 255;
          }
        if (pass == 0 && whole)
          to->v[(size_t)y * (size_t)in->width + (size_t)x] = 255;
      }
  }
  sd_mask_clear(&eroded);
  return SD_OK;
}

/* Background under the marks: Gaussian of the skin that is no mark. */
static sd_status background(sd_map *out, const sd_map *value, const pair *p, const sd_mask *marks,
                            sd_diag *diag) {
  sd_mask keep = {0};
  sd_status status = sd_mask_make(&keep, p->grid.width, p->grid.height, diag);
  if (status == SD_OK) {
    for (size_t k = 0; k < cells_of(p); k++)
      keep.v[k] = p->usable.v[k] != 0 && marks->v[k] == 0 ? 255 : 0;
    status = sd_map_blur_masked(out, value, &keep, BACKGROUND_MM / p->nominal_mm, diag);
  }
  sd_mask_clear(&keep);
  return status;
}

/* Robust spread of value - background outside the marks. */
static sd_status spread_of(double *out, const sd_map *value, const sd_map *ground, const pair *p,
                           const sd_mask *marks, sd_diag *diag) {
  float *v = malloc((cells_of(p) + 1) * sizeof *v);
  size_t n = 0;
  if (v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to find marks");
  for (size_t k = 0; k < cells_of(p); k++)
    if (p->usable.v[k] && !marks->v[k])
      v[n++] = fabsf(value->v[k] - ground->v[k]);
  *out = n > 0 ? 1.4826 * sd_median(v, n) : INFINITY;
  free(v);
  return SD_OK;
}

static sd_status outline(sd_mask *marks, const pair *p, const sd_map *mean, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map smooth = {0}, ground = {0};
  double spread = INFINITY;
  SD_TRY(sd_mask_make(marks, p->grid.width, p->grid.height, diag));
  SD_TRY(sd_map_blur_masked(&smooth, mean, &p->usable, SMOOTH_MM / p->nominal_mm, diag));
  for (int round = 0; round < BACKGROUND_ROUNDS; round++) {
    SD_TRY(background(&ground, &smooth, p, marks, diag));
    SD_TRY(spread_of(&spread, &smooth, &ground, p, marks, diag));
    for (size_t k = 0; k < cells_of(p); k++)
      marks->v[k] = p->usable.v[k] && smooth.v[k] - ground.v[k] > STAND_OUT * spread ? 255 : 0;
  }
  SD_TRY(open_disc(marks, OPENING_MM / p->nominal_mm, diag));
done:
  sd_map_clear(&smooth);
  sd_map_clear(&ground);
  return status;
}

/* Numbers the connected marks (4-neighbours) and drops those too small to be one. */
static sd_status number_marks(pair *p, int pigment, sd_diag *diag) {
  size_t cells = cells_of(p), width = (size_t)p->grid.width;
  sd_mask *marks = &p->marks[pigment];
  int *of = malloc(cells * sizeof *of);
  size_t *stack = malloc((cells + 1) * sizeof *stack);
  p->mark_label[pigment] = calloc(cells / 2 + 1, 1);
  if (of == NULL || stack == NULL || p->mark_label[pigment] == NULL) {
    free(of);
    free(stack);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to find marks");
  }
  for (size_t k = 0; k < cells; k++)
    of[k] = -1;
  double smallest = SMALLEST_MM2 / (p->nominal_mm * p->nominal_mm);
  int found = 0;
  for (size_t seed = 0; seed < cells; seed++) {
    if (!marks->v[seed] || of[seed] >= 0)
      continue;
    size_t top = 0, taken = 0;
    stack[top++] = seed;
    of[seed] = found;
    while (taken < top) { /* the stack keeps all members: it is a queue */
      size_t k = stack[taken++], x = k % width;
      size_t next[4] = {k - 1, k + 1, k - width, k + width};
      bool inside[4] = {x > 0, x + 1 < width, k >= width, k + width < cells};
      for (int n = 0; n < 4; n++)
        if (inside[n] && marks->v[next[n]] && of[next[n]] < 0) {
          of[next[n]] = found;
          stack[top++] = next[n];
        }
    }
    if ((double)top < smallest) {
      for (size_t k = 0; k < top; k++) {
        marks->v[stack[k]] = 0;
        of[stack[k]] = -1;
      }
      continue;
    }
    p->mark_label[pigment][found++] = p->label.v[stack[top / 2]];
  }
  free(stack);
  p->mark_of[pigment] = of;
  p->mark_count[pigment] = found;
  return SD_OK;
}

/* What a date's map has over its own background; NaN outside tiles. */
static sd_status excess_of(sd_map *out, double *spread, const pair *p, int pigment, int date,
                           sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_map *value = pair_seen(p, pigment, date);
  SD_TRY(background(out, value, p, &p->marks[pigment], diag));
  SD_TRY(spread_of(spread, value, out, p, &p->marks[pigment], diag));
  for (size_t k = 0; k < cells_of(p); k++)
    out->v[k] = p->tile_of[k] >= 0 ? value->v[k] - out->v[k] : NAN;
done:
  return status;
}

/* Which marks stand out on a date, and how many of a tile's cells do. */
static sd_status presence(pair *p, int pigment, int date, const sd_map *excess, double spread,
                          sd_diag *diag) {
  size_t marks_count = (size_t)p->mark_count[pigment];
  double *sum = calloc(marks_count + 1, sizeof *sum);
  size_t *size = calloc(marks_count + 1, sizeof *size);
  uint8_t *there = p->mark_there[pigment][date] = calloc(marks_count + 1, 1);
  bool made = sum != NULL && size != NULL && there != NULL;
  for (size_t k = 0; made && k < cells_of(p); k++) {
    int mark = p->mark_of[pigment][k];
    if (mark < 0 || isnan(excess->v[k]))
      continue;
    p->tiles[p->tile_of[k]].marked[pigment][date] += excess->v[k] > STAND_OUT * spread;
    sum[mark] += excess->v[k];
    size[mark]++;
  }
  for (size_t m = 0; made && m < marks_count; m++)
    there[m] = size[m] > 0 && sum[m] / (double)size[m] > STAND_OUT * spread;
  free(sum);
  free(size);
  return made ? SD_OK : sd_fail(diag, SD_NO_MEMORY, "not enough memory to measure marks");
}

/* Excess over the marks' background, to the tiles. */
static sd_status add_load(pair *p, int pigment, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map excess[2] = {{0}};
  double spread[2] = {0};
  for (int date = 0; date < 2; date++) {
    SD_TRY(excess_of(&excess[date], &spread[date], p, pigment, date, diag));
    SD_TRY(presence(p, pigment, date, &excess[date], spread[date], diag));
  }
  p->spread[pigment] = (spread[0] + spread[1]) / 2;
  for (size_t k = 0; k < cells_of(p); k++) {
    double over[2] = {excess[0].v[k], excess[1].v[k]}, mean = (over[0] + over[1]) / 2;
    if (p->mark_of[pigment][k] < 0 || isnan(mean))
      continue;
    tile *t = &p->tiles[p->tile_of[k]];
    t->mark_cells[pigment]++;
    for (int date = 0; date < 2; date++) {
      t->load[pigment][date] += over[date];
      t->weighted[pigment][date] += fmax(mean, 0) * over[date];
    }
  }
done:
  sd_map_clear(&excess[0]);
  sd_map_clear(&excess[1]);
  return status;
}

/* One channel of a date's colour, as a logarithm. */
static void log_channel(sd_map *out, const pair *p, int date, size_t channel) {
  const float darkest = 1e-4f;
  for (size_t k = 0; k < cells_of(p); k++) {
    float v = p->colour[date].v[3 * k + channel];
    out->v[k] = isnan(v) ? NAN : logf(v > darkest ? v : darkest);
  }
}

/* What brown marks have in each channel above the skin around them: a ratio at its own place, so
 * that light which came from elsewhere counts on both. */
static sd_status add_contrast(pair *p, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_mask *marks = &p->marks[PIGMENT_MELANIN];
  sd_map value = {0}, ground = {0};
  SD_TRY(sd_map_make(&value, p->grid.width, p->grid.height, diag));
  for (int date = 0; date < 2; date++)
    for (size_t channel = 0; channel < 3; channel++) {
      log_channel(&value, p, date, channel);
      SD_TRY(background(&ground, &value, p, marks, diag));
      for (size_t k = 0; k < cells_of(p); k++)
        if (p->tile_of[k] >= 0 && marks->v[k] && !isnan(value.v[k] - ground.v[k]))
          p->tiles[p->tile_of[k]].mark_contrast[date][channel] += value.v[k] - ground.v[k];
    }
done:
  sd_map_clear(&value);
  sd_map_clear(&ground);
  return status;
}

sd_status pair_find_marks(pair *p, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map mean = {0};
  for (int pigment = 0; pigment < PIGMENTS; pigment++) {
    SD_TRY(sd_map_copy(&mean, pair_seen(p, pigment, 0), diag));
    for (size_t k = 0; k < cells_of(p); k++)
      mean.v[k] = 0.5f * (mean.v[k] + pair_seen(p, pigment, 1)->v[k]);
    SD_TRY(outline(&p->marks[pigment], p, &mean, diag));
    SD_TRY(number_marks(p, pigment, diag));
    SD_TRY(add_load(p, pigment, diag));
  }
  SD_TRY(add_contrast(p, diag));
done:
  sd_map_clear(&mean);
  return status;
}
