/* Brown marks and red areas. They are looked for on the mean of both dates, never on one of them:
 * what is picked for standing out on one date falls back on the other by chance alone (regression
 * to the mean). The same outline then serves both dates (science.md 4.5). */
#include "change/pair.h"

#include "base/room.h"
#include "base/threads.h"

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
static sd_status backgrounds(sd_map *out, const sd_map *const *values, int count, const pair *p,
                             const sd_mask *marks, sd_diag *diag) {
  sd_mask keep = {0};
  sd_status status = sd_mask_make(&keep, p->grid.width, p->grid.height, diag);
  if (status == SD_OK) {
    for (size_t k = 0; k < cells_of(p); k++)
      keep.v[k] = p->usable.v[k] != 0 && marks->v[k] == 0 ? 255 : 0;
    status =
        sd_maps_blur_masked(out, values, count, &keep, BACKGROUND_MM / p->nominal_mm, NULL, diag);
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
    SD_TRY(backgrounds(&ground, &(const sd_map *){&smooth}, 1, p, marks, diag));
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

/* What each date's map has over its own background; NaN outside tiles. */
static sd_status find_excess(sd_map out[2], double spread[2], const pair *p, int pigment,
                             sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_map *value[2] = {pair_seen(p, pigment, 0), pair_seen(p, pigment, 1)};
  SD_TRY(backgrounds(out, value, 2, p, &p->marks[pigment], diag));
  for (int date = 0; date < 2; date++) {
    SD_TRY(spread_of(&spread[date], value[date], &out[date], p, &p->marks[pigment], diag));
    for (size_t k = 0; k < cells_of(p); k++)
      out[date].v[k] = p->tile_of[k] >= 0 ? value[date]->v[k] - out[date].v[k] : NAN;
  }
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
  SD_TRY(find_excess(excess, spread, p, pigment, diag));
  for (int date = 0; date < 2; date++)
    SD_TRY(presence(p, pigment, date, &excess[date], spread[date], diag));
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

/* Adds what a date's brown marks have in one channel over the skin around them. */
static void add_channel(pair *p, int date, size_t channel, const sd_map *value,
                        const sd_map *ground) {
  const sd_mask *marks = &p->marks[PIGMENT_MELANIN];
  for (size_t k = 0; k < cells_of(p); k++)
    if (p->tile_of[k] >= 0 && marks->v[k] && !isnan(value->v[k] - ground->v[k]))
      p->tiles[p->tile_of[k]].mark_contrast[date][channel] += value->v[k] - ground->v[k];
}

/* What brown marks have in each channel above the skin around them: a ratio at its own place, so
 * that light which came from elsewhere counts on both. */
static sd_status add_contrast(pair *p, int date, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map value[3] = {{0}}, ground[3] = {{0}};
  const sd_map *in[3] = {&value[0], &value[1], &value[2]};
  for (size_t channel = 0; channel < 3; channel++) {
    SD_TRY(sd_map_room(&value[channel], p->grid.width, p->grid.height, diag));
    log_channel(&value[channel], p, date, channel);
  }
  SD_TRY(backgrounds(ground, in, 3, p, &p->marks[PIGMENT_MELANIN], diag));
  for (size_t channel = 0; channel < 3; channel++)
    add_channel(p, date, channel, &value[channel], &ground[channel]);
done:
  for (int channel = 0; channel < 3; channel++) {
    sd_map_clear(&value[channel]);
    sd_map_clear(&ground[channel]);
  }
  return status;
}

/* Marks of one pigment. */
static sd_status find_marks(pair *p, int pigment, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map mean = {0};
  SD_TRY(sd_map_copy(&mean, pair_seen(p, pigment, 0), diag));
  for (size_t k = 0; k < cells_of(p); k++)
    mean.v[k] = 0.5f * (mean.v[k] + pair_seen(p, pigment, 1)->v[k]);
  SD_TRY(outline(&p->marks[pigment], p, &mean, diag));
  sd_map_clear(&mean);
  SD_TRY(number_marks(p, pigment, diag));
  SD_TRY(add_load(p, pigment, diag));
done:
  sd_map_clear(&mean);
  return status;
}

/* Pigments and dates have sums of their own in the tiles, so that they can go side by side. */
sd_status pair_find_marks(pair *p, sd_diag *diag) {
  sd_status found[PIGMENTS], added[2];
  sd_diag told[2] = {{{0}}, {{0}}};
#pragma omp parallel for schedule(static, 1)
  for (int pigment = 0; pigment < PIGMENTS; pigment++)
    found[pigment] = find_marks(p, pigment, &told[pigment]);
  sd_status status = sd_first_failure(found, told, PIGMENTS, diag);
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static, 1)
  for (int date = 0; date < 2; date++)
    added[date] = add_contrast(p, date, &told[date]);
  return sd_first_failure(added, told, 2, diag);
}
