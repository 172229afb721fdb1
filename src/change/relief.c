/* Relief of registered skin. Its strength is summed on each photo's own pixels, which the map
 * merely assigns to tiles; what the two dates share (to tell skin from noise) and the scars need
 * one date laid over the other. */
#include "change/pair.h"

#include "base/threads.h"

#include <math.h>
#include <stdlib.h>

/* Diameters looked for, in mm: ice-pick to rolling scars (science.md 6). */
static const double SCAR_MM[] = {0.9, 1.3, 1.9, 2.7, 3.8, 5.4, 7.6};
/* Pass band and window of one diameter, as shares of it. */
static const double SCAR_LOW = 0.16, SCAR_HIGH = 0.5, SCAR_WINDOW = 0.28;
/* A scar stands out when its relief is this many times that of the skin's median. */
static const double SCAR_STRENGTH = 2.0;
enum { FINE = 0, MID = 1, COARSE = 2 };
/* A pore is a pit of the fine band (0.25 to 0.8 mm) this many robust spreads deep. */
static const double PORE_DEPTH = 2.5;

/* ---- each date's own ---------------------------------------------------------------------- */

/* Sums of squares of one band on a photo's own pixels. */
static void add_band(pair *p, const sd_measures *m, int band, const int *tile_of_cell, int date) {
  const sd_map *map = &m->band[band];
  if (map->v == NULL)
    return;
  int per_cell = m->grid.shrink / m->band_grid[band].shrink; /* band pixels a side of a cell */
  for (int y = 0; y < map->height; y++)
    for (int x = 0; x < map->width; x++) {
      int at =
          tile_of_cell[(size_t)(y / per_cell) * (size_t)m->grid.width + (size_t)(x / per_cell)];
      float v = map->v[(size_t)y * (size_t)map->width + (size_t)x];
      if (at < 0 || isnan(v))
        continue;
      p->tiles[at].relief[date][band] += (double)v * v;
      p->tiles[at].relief_count[date][band]++;
    }
}

static int tile_at(const sd_grid *grid, const int *tile_of_cell, sd_point p) {
  double u, v;
  pair_cell_of(grid, p, &u, &v);
  int x = (int)floor(u + 0.5), y = (int)floor(v + 0.5);
  bool inside = x >= 0 && y >= 0 && x < grid->width && y < grid->height;
  return inside ? tile_of_cell[(size_t)y * (size_t)grid->width + (size_t)x] : -1;
}

/* Tile of each of AFTER's cells: where its centre comes from. */
static sd_status after_tiles(int **out, const pair *p, const int *before_tile,
                             const sd_measures *after, const sd_warp *inverse, sd_diag *diag) {
  int *tile_of = malloc((size_t)after->grid.width * (size_t)after->grid.height * sizeof *tile_of);
  if (tile_of == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to pair the skin");
#pragma omp parallel for schedule(static)
  for (int j = 0; j < after->grid.height; j++)
    for (int first = 0; first < after->grid.width; first += PAIR_RUN) {
      sd_point to[PAIR_RUN];
      bool trusted[PAIR_RUN];
      int left = after->grid.width - first, count = left < PAIR_RUN ? left : PAIR_RUN;
      int *row = tile_of + (size_t)j * (size_t)after->grid.width + (size_t)first;
      pair_row_at(to, trusted, inverse, &after->grid, first, count, j);
      for (int k = 0; k < count; k++)
        row[k] = trusted[k] ? tile_at(&p->grid, before_tile, to[k]) : -1;
    }
  *out = tile_of;
  return SD_OK;
}

/* Whether a pixel is the darkest of its 3 x 3. */
static bool is_pit(const sd_map *m, int x, int y, float least) {
  const float *c = m->v + (size_t)y * (size_t)m->width + (size_t)x;
  if (!(*c < least) || x < 1 || y < 1 || x >= m->width - 1 || y >= m->height - 1)
    return false;
  for (int b = -1; b <= 1; b++)
    for (int a = -1; a <= 1; a++)
      if ((a != 0 || b != 0) && !(*c < c[b * m->width + a]))
        return false;
  return true;
}

static sd_status add_pores(pair *p, const sd_measures *m, const int *tile_of_cell, int date,
                           sd_diag *diag) {
  const sd_map *band = &m->band[FINE];
  size_t pixels = (size_t)band->width * (size_t)band->height;
  int per_cell = m->grid.shrink;
  if (band->v == NULL)
    return SD_OK;
  float *v = malloc((pixels + 1) * sizeof *v);
  if (v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to count pores");
  for (size_t k = 0; k < pixels; k++)
    v[k] = fabsf(band->v[k]);
  float least = (float)(-PORE_DEPTH * 1.4826 * sd_median(v, pixels));
  free(v);
  for (int y = 0; y < band->height; y++)
    for (int x = 0; x < band->width; x++) {
      int cell =
          tile_of_cell[(size_t)(y / per_cell) * (size_t)m->grid.width + (size_t)(x / per_cell)];
      if (cell >= 0 && is_pit(band, x, y, least))
        p->tiles[cell].pores[date]++;
    }
  return SD_OK;
}

/* ---- what both share ---------------------------------------------------------------------- */

/* `over` are the rows of AFTER's band from `first` on. */
static void add_crossed(pair *p, int band, const int *tile_of_cell, const sd_map *b,
                        const sd_map *over, int first, int per_cell) {
  for (int y = first; y < first + over->height; y++)
    for (int x = 0; x < b->width; x++) {
      int tile_index =
          tile_of_cell[(size_t)(y / per_cell) * (size_t)p->grid.width + (size_t)(x / per_cell)];
      double v[2] = {b->v[(size_t)y * (size_t)b->width + (size_t)x],
                     over->v[(size_t)(y - first) * (size_t)b->width + (size_t)x]};
      if (tile_index < 0 || isnan(v[0]) || isnan(v[1]))
        continue;
      double *to = p->tiles[tile_index].crossed[band];
      to[0] += v[0] * v[0];
      to[1] += v[1] * v[1];
      to[2] += v[0] * v[1];
    }
}

/* ---- scars -------------------------------------------------------------------------------- */

/* Strength of the relief of one diameter. */
static sd_status strength_of(sd_map *out, const pair *p, const sd_map *mean, double size_mm,
                             sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map soft = {0};
  SD_TRY(sd_map_blur_masked(out, mean, &p->usable, SCAR_LOW * size_mm / p->nominal_mm, diag));
  SD_TRY(sd_map_blur_masked(&soft, mean, &p->usable, SCAR_HIGH * size_mm / p->nominal_mm, diag));
  for (size_t k = 0; k < (size_t)p->grid.width * (size_t)p->grid.height; k++)
    out->v[k] = (out->v[k] - soft.v[k]) * (out->v[k] - soft.v[k]);
  sd_map_clear(&soft);
  SD_TRY(sd_map_blur_masked(out, out, &p->usable, SCAR_WINDOW * size_mm / p->nominal_mm, diag));
done:
  sd_map_clear(&soft);
  return status;
}

/* Marks the cells whose relief at one diameter stands out of the median. */
static sd_status mark_scars_of(sd_mask *scars, const pair *p, const sd_map *mean, double size_mm,
                               sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map strength = {0};
  size_t cells = (size_t)p->grid.width * (size_t)p->grid.height, n = 0;
  float *v = NULL;
  SD_TRY(strength_of(&strength, p, mean, size_mm, diag));
  v = malloc((cells + 1) * sizeof *v);
  if (v == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to find scars");
    goto done;
  }
  for (size_t k = 0; k < cells; k++)
    if (p->usable.v[k] && !isnan(strength.v[k]))
      v[n++] = strength.v[k];
  double typical = n > 0 ? sd_median(v, n) : INFINITY;
#pragma omp critical(                                                                              \
    sd_scars) /* sizes go side by side; whoever comes first, the union is the same */
  for (size_t k = 0; k < cells; k++)
    if (p->usable.v[k] && strength.v[k] > SCAR_STRENGTH * SCAR_STRENGTH * typical)
      scars->v[k] = 255;
done:
  free(v);
  sd_map_clear(&strength);
  return status;
}

/* Scars are looked for on the mean of both dates, as marks are (marks.c). */
static sd_status scars_of(sd_mask *scars, const pair *p, const sd_side *before,
                          const sd_side *after, const sd_warp *forward, sd_diag *diag) {
  enum { SIZES = sizeof SCAR_MM / sizeof SCAR_MM[0] };
  sd_status status = SD_OK, found[SIZES];
  sd_diag told[SIZES] = {{{0}}};
  sd_map mean = {0};
  const sd_map *b = &before->measures->shading;
  SD_TRY(pair_lay_over(&mean, &after->measures->shading, &after->measures->grid, &p->grid, forward,
                       diag));
  SD_TRY(sd_mask_make(scars, p->grid.width, p->grid.height, diag));
  for (size_t k = 0; k < (size_t)p->grid.width * (size_t)p->grid.height; k++)
    mean.v[k] = 0.5f * (mean.v[k] + b->v[k]);
#pragma omp parallel for schedule(dynamic)
  for (int d = 0; d < SIZES; d++)
    found[d] = mark_scars_of(scars, p, &mean, SCAR_MM[d], &told[d]);
  status = sd_first_failure(found, told, SIZES, diag);
done:
  sd_map_clear(&mean);
  return status;
}

/* Mid and coarse band together are 0.8 to 8 mm: the relief of scars. */
static void add_scars(pair *p, const sd_measures *b, const sd_map over[SD_BANDS],
                      const sd_mask *scars) {
  for (size_t k = 0; k < (size_t)p->grid.width * (size_t)p->grid.height; k++) {
    double v[2] = {b->band[MID].v[k] + b->band[COARSE].v[k], over[MID].v[k] + over[COARSE].v[k]};
    if (p->tile_of[k] < 0 || isnan(v[0]) || isnan(v[1]))
      continue;
    tile *t = &p->tiles[p->tile_of[k]];
    for (int date = 0; date < 2; date++)
      *(scars->v[k] ? &t->scar[date] : &t->between[date]) += v[date] * v[date];
    t->scar_cells += scars->v[k] != 0;
    t->between_cells += scars->v[k] == 0;
  }
}

/* Tile of each of BEFORE's cells for the fine band: the edges of marks and scars are no pores. */
static int *plain_tiles(const pair *p, const sd_mask *scars) {
  size_t cells = (size_t)p->grid.width * (size_t)p->grid.height;
  int *plain = malloc((cells + 1) * sizeof *plain);
  for (size_t k = 0; k < cells && plain != NULL; k++) {
    bool special = p->marks[PIGMENT_MELANIN].v[k] || p->marks[PIGMENT_HAEMOGLOBIN].v[k] ||
                   (scars->v != NULL && scars->v[k]);
    plain[k] = special ? -1 : p->tile_of[k];
  }
  return plain;
}

/* All of one date's own: sums of every band, and pores. */
static sd_status add_date(pair *p, const sd_measures *m, const int *tile_of, const int *plain,
                          int date, sd_diag *diag) {
  for (int band = 0; band < SD_BANDS; band++)
    add_band(p, m, band, band == FINE ? plain : tile_of, date);
  return add_pores(p, m, plain, date, diag);
}

/* What both dates share of a band; `over` becomes AFTER's band on BEFORE's pixels. */
static sd_status add_shared(pair *p, sd_map *over, int band, const int *tile_of,
                            const sd_measures *b, const sd_measures *a, const sd_warp *forward,
                            sd_diag *diag) {
  if (b->band[band].v == NULL || a->band[band].v == NULL)
    return SD_OK;
  sd_status status = pair_lay_over_cubic(over, &a->band[band], &a->band_grid[band],
                                         &b->band_grid[band], forward, diag);
  if (status == SD_OK)
    add_crossed(p, band, tile_of, &b->band[band], over, 0,
                b->grid.shrink / b->band_grid[band].shrink);
  return status;
}

/* The same of the fine band, which is large and nobody else asks for: strip by strip. */
static sd_status add_shared_fine(pair *p, const int *tile_of, const sd_measures *b,
                                 const sd_measures *a, const sd_warp *forward, sd_diag *diag) {
  enum { STRIP_ROWS = 256 };
  const sd_map *own = &b->band[FINE];
  sd_status status = SD_OK;
  sd_map over = {0};
  if (own->v == NULL || a->band[FINE].v == NULL)
    return SD_OK;
  for (int first = 0; first < own->height && status == SD_OK; first += STRIP_ROWS) {
    sd_grid strip = b->band_grid[FINE];
    int left = own->height - first;
    strip.region.y += first * strip.shrink;
    strip.height = left < STRIP_ROWS ? left : STRIP_ROWS;
    status = pair_lay_over_cubic(&over, &a->band[FINE], &a->band_grid[FINE], &strip, forward, diag);
    if (status == SD_OK)
      add_crossed(p, FINE, tile_of, own, &over, first, b->grid.shrink / strip.shrink);
  }
  sd_map_clear(&over);
  return status;
}

/* Dates and bands have sums of their own in the tiles, so that they can go side by side. */
static sd_status add_all(pair *p, sd_map over[SD_BANDS], const int *plain, const int *after_tile,
                         const int *after_plain, const sd_side *before, const sd_side *after,
                         const sd_warp *forward, sd_diag *diag) {
  enum { DATES = 2, PARTS = SD_BANDS + DATES };
  const sd_measures *b = before->measures, *a = after->measures;
  sd_status status[PARTS];
  sd_diag told[PARTS] = {{{0}}};
#pragma omp parallel for schedule(dynamic) /* what takes longest first: the fine band */
  for (int part = 0; part < PARTS; part++)
    if (part == FINE)
      status[part] = add_shared_fine(p, plain, b, a, forward, &told[part]);
    else if (part < SD_BANDS)
      status[part] = add_shared(p, &over[part], part, p->tile_of, b, a, forward, &told[part]);
    else if (part == SD_BANDS)
      status[part] = add_date(p, b, p->tile_of, plain, 0, &told[part]);
    else
      status[part] = add_date(p, a, after_tile, after_plain, 1, &told[part]);
  return sd_first_failure(status, told, PARTS, diag);
}

sd_status pair_add_relief(pair *p, const sd_side *before, const sd_side *after,
                          const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_measures *b = before->measures, *a = after->measures;
  sd_map over[SD_BANDS] = {{0}};
  int *plain = NULL, *after_tile = NULL, *after_plain = NULL;
  bool has_scars = b->band[MID].v != NULL && a->band[MID].v != NULL && b->band[COARSE].v != NULL &&
                   a->band[COARSE].v != NULL;
  if (has_scars)
    SD_TRY(scars_of(&p->scars, p, before, after, &alignment->forward, diag));
  plain = plain_tiles(p, &p->scars);
  if (plain == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to pair the skin");
    goto done;
  }
  SD_TRY(after_tiles(&after_tile, p, p->tile_of, a, &alignment->inverse, diag));
  SD_TRY(after_tiles(&after_plain, p, plain, a, &alignment->inverse, diag));
  SD_TRY(
      add_all(p, over, plain, after_tile, after_plain, before, after, &alignment->forward, diag));
  if (has_scars)
    add_scars(p, b, over, &p->scars);
done:
  for (int band = 0; band < SD_BANDS; band++)
    sd_map_clear(&over[band]);
  free(plain);
  free(after_tile);
  free(after_plain);
  return status;
}
