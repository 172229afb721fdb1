/* Pairing: BEFORE's analysis grid is cut into tiles of about 3.3 mm (beyond the reach of skin
 * texture's own correlation, so that tiles can be drawn as independent). A cell counts when both
 * photos measured it. Pigment is compared cell by cell; relief is summed on each photo's own
 * pixels, which the map merely assigns to tiles. */
#include "change/pair.h"

#include "base/room.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TILE_MM = 3.3;
/* Without a scale: a face's crop is about 200 mm on its longer side. */
static const double CROP_MM_NOMINAL = 200;
/* With fewer tiles a control zone adds more noise than it takes out, and the draws of so few do not
 * show how much. */
enum { CONTROL_TILES_MIN = 9 };
/* A tile needs this share of its cells to count. */
static const double TILE_FILLED = 0.25;
/* Tone t = ln(R/B) up to which brown is looked for in melanin, and from which in darkness.
 * Measured: rank correlation of brown marks with the truth by melanin / darkness .87 / .87 at
 * t 1.1, .31 / .92 at 1.4, 0 / .90 at 1.5; on light skin melanin leads (.84 / .71 at 0.8). */
static const double TONE_MELANIN = 1.15, TONE_DARKNESS = 1.35;
/* Evenness looks at spots and blotches between these sizes. */
static const double UNEVEN_LOW_MM = 1, UNEVEN_HIGH_MM = 16, SIGMA_PER_WAVELENGTH = 0.19;

static void colours_clear(pair *p) {
  p->colour[0] = (sd_rgb){0}; /* BEFORE's own */
  sd_rgb_clear(&p->colour[1]);
}

void pair_clear(pair *p) {
  free(p->tile_of);
  free(p->tiles);
  sd_mask_clear(&p->usable);
  sd_mask_clear(&p->label);
  sd_mask_clear(&p->scars);
  for (int k = 0; k < PIGMENTS; k++) {
    sd_mask_clear(&p->marks[k]);
    free(p->mark_of[k]);
    free(p->mark_label[k]);
    for (int date = 0; date < 2; date++)
      free(p->mark_there[k][date]);
    sd_map_clear(&p->pigment[k][1]); /* the other one is BEFORE's own */
  }
  for (int date = 0; date < 2; date++)
    sd_map_clear(&p->brown[date]);
  colours_clear(p);
  *p = (pair){0};
}

void pair_row_at(sd_point to[PAIR_RUN], bool trusted[PAIR_RUN], const sd_warp *warp,
                 const sd_grid *grid, int first, int count, int j) {
  double x[PAIR_RUN], y = pair_cell_centre(grid, first, j).y;
  for (int k = 0; k < count; k++)
    x[k] = pair_cell_centre(grid, first + k, j).x;
  sd_warp_row_at(warp, x, y, count, to, trusted);
}

static int run_length(const sd_grid *grid, int first) {
  return grid->width - first < PAIR_RUN ? grid->width - first : PAIR_RUN;
}

/* Cells `first` to `first + count - 1` of row `j`, from where the warp takes them. */
static void lay_run(float *row, const sd_map *after_map, const sd_grid *after_grid,
                    float (*at)(const sd_map *, double, double), const sd_point to[PAIR_RUN],
                    const bool trusted[PAIR_RUN], int count) {
  for (int k = 0; k < count; k++) {
    double u, v;
    pair_cell_of(after_grid, to[k], &u, &v);
    bool there = trusted[k] && u >= -0.5 && v >= -0.5 && u <= after_grid->width - 0.5 &&
                 v <= after_grid->height - 0.5;
    row[k] = there ? at(after_map, u, v) : NAN;
  }
}

enum { LAID_MAX = 3 };

/* Maps of one grid: where each cell goes is asked once for all of them. */
static sd_status lay_over(sd_map out[], const sd_map *const maps[], int map_count,
                          const sd_grid *after_grid, const sd_grid *before_grid,
                          const sd_warp *forward, float (*at)(const sd_map *, double, double),
                          sd_diag *diag) {
  sd_map made[LAID_MAX] = {{0}};
  sd_status status = SD_OK;
  for (int m = 0; m < map_count; m++)
    SD_TRY(sd_map_room(&made[m], before_grid->width, before_grid->height, diag));
#pragma omp parallel for schedule(static)
  for (int j = 0; j < before_grid->height; j++)
    for (int first = 0; first < before_grid->width; first += PAIR_RUN) {
      sd_point to[PAIR_RUN];
      bool trusted[PAIR_RUN];
      int count = run_length(before_grid, first);
      pair_row_at(to, trusted, forward, before_grid, first, count, j);
      for (int m = 0; m < map_count; m++)
        lay_run(made[m].v + (size_t)j * (size_t)before_grid->width + (size_t)first, maps[m],
                after_grid, at, to, trusted, count);
    }
  for (int m = 0; m < map_count; m++) {
    sd_map_clear(&out[m]);
    out[m] = made[m];
    made[m] = (sd_map){0};
  }
done:
  for (int m = 0; m < map_count; m++)
    sd_map_clear(&made[m]);
  return status;
}

sd_status pair_lay_over(sd_map *out, const sd_map *after_map, const sd_grid *after_grid,
                        const sd_grid *before_grid, const sd_warp *forward, sd_diag *diag) {
  return lay_over(out, &after_map, 1, after_grid, before_grid, forward, sd_map_at, diag);
}

sd_status pair_lay_over_cubic(sd_map *out, const sd_map *after_map, const sd_grid *after_grid,
                              const sd_grid *before_grid, const sd_warp *forward, sd_diag *diag) {
  return lay_over(out, &after_map, 1, after_grid, before_grid, forward, sd_map_at_cubic, diag);
}

static const float *nearest_colour(const sd_rgb *after, const sd_grid *grid, sd_point p) {
  double u, v;
  pair_cell_of(grid, p, &u, &v);
  int x = (int)fmin(fmax(u + 0.5, 0), grid->width - 1);
  int y = (int)fmin(fmax(v + 0.5, 0), grid->height - 1);
  return after->v + 3 * ((size_t)y * (size_t)grid->width + (size_t)x);
}

/* AFTER's colour at the nearest cell: sums over tiles need no interpolation. */
static sd_status lay_colour_over(sd_rgb *out, const sd_rgb *after, const sd_grid *after_grid,
                                 const sd_grid *grid, const sd_warp *forward, sd_diag *diag) {
  sd_status status = sd_rgb_make(out, grid->width, grid->height, diag);
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < grid->height; j++) {
    float *row = out->v + 3 * (size_t)j * (size_t)grid->width;
    for (int first = 0; first < grid->width; first += PAIR_RUN) {
      sd_point to[PAIR_RUN];
      bool trusted[PAIR_RUN];
      int count = run_length(grid, first);
      pair_row_at(to, trusted, forward, grid, first, count, j);
      for (int k = 0; k < count; k++)
        memcpy(row + 3 * (first + k), nearest_colour(after, after_grid, to[k]), 3 * sizeof(float));
    }
  }
  return SD_OK;
}

const sd_map *pair_seen(const pair *p, int pigment, int date) {
  return pigment == PIGMENT_MELANIN ? &p->brown[date] : &p->pigment[pigment][date];
}

/* On dark skin the melanin map is nearly blind (its axis turns into that of shading): brown marks
 * are better seen as darkness, though a scar's shadow then counts a little. Both dates' darkness is
 * there. */
static void mix_brown(pair *p, double tone) {
  double share = (tone - TONE_MELANIN) / (TONE_DARKNESS - TONE_MELANIN);
  float dark = isnan(share) ? 0 : (float)fmin(fmax(share, 0), 1);
  size_t cells = (size_t)p->grid.width * (size_t)p->grid.height;
  p->dark_share = (double)dark;
  for (int date = 0; date < 2; date++)
    for (size_t k = 0; k < cells; k++)
      p->brown[date].v[k] =
          dark * p->brown[date].v[k] + (1 - dark) * p->pigment[PIGMENT_MELANIN][date].v[k];
}

static sd_status maps_of(pair *p, const sd_side *before, const sd_side *after,
                         const sd_warp *forward, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_measures *b = before->measures, *a = after->measures;
  const sd_map *const maps[LAID_MAX] = {&a->melanin, &a->haemoglobin, &a->darkness};
  sd_map laid[LAID_MAX] = {{0}};
  p->pigment[PIGMENT_MELANIN][0] = b->melanin;
  p->pigment[PIGMENT_HAEMOGLOBIN][0] = b->haemoglobin;
  p->colour[0] = b->colour;
  SD_TRY(lay_over(laid, maps, LAID_MAX, &a->grid, &p->grid, forward, sd_map_at, diag));
  p->pigment[PIGMENT_MELANIN][1] = laid[0];
  p->pigment[PIGMENT_HAEMOGLOBIN][1] = laid[1];
  p->brown[1] = laid[2];
  SD_TRY(sd_map_copy(&p->brown[0], &b->darkness, diag));
  mix_brown(p, b->axes.tone);
  SD_TRY(lay_colour_over(&p->colour[1], &a->colour, &a->grid, &p->grid, forward, diag));
done:
  return status;
}

/* Zone of each cell (its middle pixel's) and whether both photos measured it. */
static sd_status usable_cells(pair *p, const sd_skin *skin, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(sd_mask_make(&p->usable, p->grid.width, p->grid.height, diag));
  SD_TRY(sd_mask_make(&p->label, p->grid.width, p->grid.height, diag));
#pragma omp parallel for schedule(static)
  for (int j = 0; j < p->grid.height; j++)
    for (int i = 0; i < p->grid.width; i++) {
      int x = i * p->grid.shrink + p->grid.shrink / 2, y = j * p->grid.shrink + p->grid.shrink / 2;
      x = x < skin->crop.width ? x : skin->crop.width - 1;
      y = y < skin->crop.height ? y : skin->crop.height - 1;
      size_t k = (size_t)j * (size_t)p->grid.width + (size_t)i;
      p->label.v[k] = skin->label.v[(size_t)y * (size_t)skin->crop.width + (size_t)x];
      bool both = !isnan(p->pigment[0][0].v[k]) && !isnan(p->pigment[0][1].v[k]) &&
                  !isnan(p->colour[0].v[3 * k]) && !isnan(p->colour[1].v[3 * k]);
      p->usable.v[k] = p->label.v[k] != 0 && both ? 255 : 0;
    }
done:
  return status;
}

/* ---- tiles
 * ---------------------------------------------------------------------------------------- */

/* Numbers the filled tiles; a tile at a zone border becomes one tile per zone. */
static sd_status cut_tiles(pair *p, sd_diag *diag) {
  int side = (int)lround(TILE_MM / p->nominal_mm);
  side = side < 4 ? 4 : side;
  size_t columns = (size_t)(p->grid.width / side + 1), rows = (size_t)(p->grid.height / side + 1);
  size_t cells = (size_t)p->grid.width * (size_t)p->grid.height;
  size_t slots = columns * rows * SD_ZONES_MAX;
  int *slot = calloc(slots, sizeof *slot);
  p->tile_of = malloc(cells * sizeof *p->tile_of);
  if (slot == NULL || p->tile_of == NULL) {
    free(slot);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to pair the skin");
  }
#define SLOT(k)                                                                                    \
  ((((k) / (size_t)p->grid.width / (size_t)side) * columns +                                       \
    ((k) % (size_t)p->grid.width / (size_t)side)) *                                                \
       SD_ZONES_MAX +                                                                              \
   p->label.v[k])
  for (size_t k = 0; k < cells; k++)
    if (p->usable.v[k])
      slot[SLOT(k)]++;
  int needed = (int)(TILE_FILLED * side * side);
  for (size_t s = 0; s < slots; s++)
    slot[s] = slot[s] >= needed && slot[s] > 0 ? (int)p->tile_count++ : -1;
  p->tiles = calloc(p->tile_count + 1, sizeof *p->tiles);
  if (p->tiles != NULL)
    for (size_t s = 0; s < slots; s++)
      if (slot[s] >= 0)
        p->tiles[slot[s]] = (tile){.label = (uint8_t)(s % SD_ZONES_MAX),
                                   .column = (int)(s / SD_ZONES_MAX % columns),
                                   .row = (int)(s / SD_ZONES_MAX / columns)};
  for (size_t k = 0; k < cells; k++) {
    p->tile_of[k] = p->usable.v[k] ? slot[SLOT(k)] : -1;
    p->usable.v[k] = p->tile_of[k] >= 0 ? 255 : 0;
  }
#undef SLOT
  free(slot);
  return p->tiles == NULL ? sd_fail(diag, SD_NO_MEMORY, "not enough memory to pair the skin")
                          : SD_OK;
}

/* Middle, medians and colour of a tile from its `n` cells; `v` has room for as many. */
static void measure_tile(const pair *p, tile *t, const size_t *cell, size_t n, float *v) {
  t->cells = n;
  for (size_t k = 0; k < n; k++) {
    t->centre_x += ((double)(cell[k] % (size_t)p->grid.width) + 0.5) / (double)n;
    t->centre_y += ((double)(cell[k] / (size_t)p->grid.width) + 0.5) / (double)n;
  }
  for (int q = 0; q < PIGMENTS; q++) {
    double *level = q == PIGMENT_MELANIN ? t->melanin : t->haemoglobin;
    for (int date = 0; date < 2; date++) {
      for (size_t k = 0; k < n; k++)
        v[k] = p->pigment[q][date].v[cell[k]];
      level[date] = sd_median(v, n);
    }
    for (size_t k = 0; k < n; k++)
      v[k] = p->pigment[q][1].v[cell[k]] - p->pigment[q][0].v[cell[k]];
    *(q == PIGMENT_MELANIN ? &t->melanin_change : &t->haemoglobin_change) = sd_median(v, n);
  }
  for (int date = 0; date < 2; date++)
    for (size_t k = 0; k < n; k++)
      for (size_t c = 0; c < 3; c++)
        t->rgb[date][c] += p->colour[date].v[3 * cell[k] + c];
}

/* Medians of a tile need its cells together: cells are grouped by tile with a counting sort. */
static sd_status tile_medians(pair *p, sd_diag *diag) {
  size_t cells = (size_t)p->grid.width * (size_t)p->grid.height;
  size_t *start = calloc(p->tile_count + 2, sizeof *start);
  size_t *member = malloc((cells + 1) * sizeof *member);
  float *v = malloc((cells + 1) * sizeof *v);
  if (start == NULL || member == NULL || v == NULL) {
    free(start);
    free(member);
    free(v);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to pair the skin");
  }
  for (size_t k = 0; k < cells; k++)
    if (p->tile_of[k] >= 0)
      start[p->tile_of[k] + 2]++;
  for (size_t t = 2; t < p->tile_count + 2; t++)
    start[t] += start[t - 1];
  for (size_t k = 0; k < cells; k++)
    if (p->tile_of[k] >= 0)
      member[start[p->tile_of[k] + 1]++] = k;
#pragma omp parallel for schedule(dynamic, 16)
  for (size_t t = 0; t < p->tile_count; t++) /* each in its own part of v */
    measure_tile(p, &p->tiles[t], member + start[t], start[t + 1] - start[t], v + start[t]);
  free(start);
  free(member);
  free(v);
  return SD_OK;
}

/* ---- evenness ----------------------------------------------------------------------------- */

/* 1 to 16 mm of all maps of pigment. */
static sd_status uneven_bands(sd_map out[PIGMENTS * 2], const pair *p, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map soft[PIGMENTS * 2] = {{0}};
  const sd_map *in[PIGMENTS * 2];
  size_t cells = (size_t)p->grid.width * (size_t)p->grid.height;
  for (int m = 0; m < PIGMENTS * 2; m++)
    in[m] = pair_seen(p, m / 2, m % 2);
  SD_TRY(sd_maps_blur_masked(out, in, PIGMENTS * 2, &p->usable,
                             SIGMA_PER_WAVELENGTH * UNEVEN_LOW_MM / p->nominal_mm, NULL, diag));
  SD_TRY(sd_maps_blur_masked(soft, in, PIGMENTS * 2, &p->usable,
                             SIGMA_PER_WAVELENGTH * UNEVEN_HIGH_MM / p->nominal_mm, NULL, diag));
  for (int m = 0; m < PIGMENTS * 2; m++)
#pragma omp parallel for schedule(static)
    for (size_t k = 0; k < cells; k++)
      out[m].v[k] -= soft[m].v[k];
done:
  for (int m = 0; m < PIGMENTS * 2; m++)
    sd_map_clear(&soft[m]);
  return status;
}

static void add_unevenness(pair *p, int pigment, const sd_map *b, const sd_map *a) {
  for (size_t k = 0; k < (size_t)p->grid.width * (size_t)p->grid.height; k++) {
    if (p->tile_of[k] < 0 || isnan(b->v[k]) || isnan(a->v[k]))
      continue;
    tile *t = &p->tiles[p->tile_of[k]];
    t->uneven[pigment][0] += (double)b->v[k] * b->v[k];
    t->uneven[pigment][1] += (double)a->v[k] * a->v[k];
    t->uneven[pigment][2] += (double)b->v[k] * a->v[k];
    if (pigment == 0) /* the other one runs beside */
      t->uneven_count++;
  }
}

static sd_status unevenness(pair *p, sd_diag *diag) {
  sd_map band[PIGMENTS * 2] = {{0}};
  sd_status status = uneven_bands(band, p, diag);
#pragma omp parallel for schedule(static, 1)
  for (int q = 0; q < PIGMENTS; q++) /* sums of their own: the tiles may be shared */
    if (status == SD_OK)
      add_unevenness(p, q, &band[2 * q], &band[2 * q + 1]);
  for (int m = 0; m < PIGMENTS * 2; m++)
    sd_map_clear(&band[m]);
  return status;
}

sd_status pair_make(pair *out, const sd_side *before, const sd_side *after,
                    const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  pair p = {.grid = before->measures->grid};
  double longer = p.grid.width > p.grid.height ? p.grid.width : p.grid.height;
  p.cell_mm = before->measures->mm_per_px * p.grid.shrink;
  p.nominal_mm = isnan(p.cell_mm) ? CROP_MM_NOMINAL / longer : p.cell_mm;
  SD_TRY(maps_of(&p, before, after, &alignment->forward, diag));
  SD_TRY(usable_cells(&p, before->skin, diag));
  SD_TRY(cut_tiles(&p, diag));
  SD_TRY(tile_medians(&p, diag));
  pair_add_movement(&p, before, alignment);
  SD_TRY(unevenness(&p, diag));
  SD_TRY(pair_find_marks(&p, diag));
  colours_clear(&p); /* tiles and marks have what they need of it */
  SD_TRY(pair_add_relief(&p, before, after, alignment, diag));
  *out = p;
  p = (pair){0};
done:
  pair_clear(&p);
  return status;
}

bool pair_hides(const pair *p, const sd_skin *skin, const char *control_zone) {
  int label = sd_skin_label(skin, control_zone);
  size_t tiles = 0;
  for (size_t k = 0; k < p->tile_count; k++)
    tiles += p->tiles[k].label == label;
  return label != 0 && tiles < CONTROL_TILES_MIN;
}
