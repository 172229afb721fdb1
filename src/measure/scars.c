/* Scar candidates: places where the relief of some size stands out (a difference of Gaussians,
 * science.md 6) are laid against pictures of what scars of each kind and size look like, and judged
 * by how well, how strongly and with which side to the lamp they agree. The lamp's side is that on
 * which most places around look sunken, since most scars are: no single photo tells a bump from a
 * hollow otherwise (Belhumeur, Kriegman and Yuille 1999). */
#include "measure/scars.h"

#include "base/between.h"
#include "base/clones.h"
#include "base/lanes.h"
#include "base/list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pass band and window of the search, as shares of the diameter (as for scar relief). */
static const double SEARCH_LOW = 0.16, SEARCH_HIGH = 0.5, SEARCH_WINDOW = 0.28;
/* A place is worth a look when its relief is this many times that of the skin's median. */
static const double SEARCH_STRENGTH = 1.3;
/* What is not measured is filled with the skin around it, so that patches have no holes. */
static const double FILL_MM = 1.5;
/* So much of a patch must be measured skin. */
static const double PATCH_MEASURED = 0.6;
/* Skin is never smoother than this: root of a patch's squares a sample, at the smallest size. What
 * stands out of a painted or blurred smoothness would look like a scar. */
static const double LEAST_GROUND = 4.3e-4;
/* A place is moved by steps of this share of its diameter while it gets better. */
static const double MOVE = 0.12;
/* A place that is worth less than this after a move will not come to be a scar. */
static const double HOPELESS = 0.4;
enum { MOVES_MAX = 10, GROUND_SAMPLES = 1500 };
/* Maps are halved while this much of a patch's blur is left, in pixels. */
static const double LEAST_SIGMA_PX = 1;
/* Places of less worth than this are no scars: of 489 that were likely ones one had less. */
static const double LEAST_WORTH = 0.5;
/* None within this share of the diameter of a better one. */
static const double APART = 0.55;
/* The flanks of a strong scar make faint ones beside it: within this share of both diameters, and
 * fainter than this share of its contrast (precision .79 to .83 on synthetic scars, none lost). */
static const double FLANK_APART = 0.6, FLANK_CONTRAST = 0.7;
/* Lamps stand far enough away to shine alike on so much skin. */
static const double LAMP_MM = 30, LAMP_REACH = 3;
/* Places that bear witness to its side: likely scars elsewhere, so many to be believed. */
static const double WITNESS_SCORE = 0.25, WITNESS_APART = 0.8, LAMP_DOUBT = 0.5;

const char *sd_scar_kind_name(sd_scar_kind kind) {
  static const char *const NAMES[SD_SCAR_KINDS] = {
      "ice_pick", "boxcar", "rolling", "hypertrophic", "brown_mark", "red_mark", "naevus"};
  return NAMES[kind];
}

bool sd_scar_is_relief(sd_scar_kind kind) {
  return kind <= SD_HYPERTROPHIC;
}

void sd_scars_clear(sd_scars *scars) {
  free(scars->v);
  *scars = (sd_scars){0};
}

/* Shading without holes, blurred for patches of one size, and halved as often as that blur lets:
 * most sizes then cost a fraction of the finest. */
typedef struct smooth {
  sd_map map;
  int shrink; /* cells of the grid a pixel, a power of 2 */
} smooth;

/* Everything the search needs of the skin. */
typedef struct field {
  const sd_scar_maps *maps;
  smooth smooth[SCAR_SIZES];
  double ground[SCAR_SIZES]; /* median of a patch's squares, smooth ground taken out */
  shapes *shapes;
} field;

static void field_clear(field *f) {
  for (int s = 0; s < SCAR_SIZES; s++)
    sd_map_clear(&f->smooth[s].map);
  free(f->shapes);
  *f = (field){0};
}

static sd_status no_memory(sd_diag *diag) {
  return sd_fail(diag, SD_NO_MEMORY, "not enough memory to find scars");
}

/* ---- patches ------------------------------------------------------------------------------ */

/* A patch around a place as it is sampled, its middle taken as 0. */
typedef struct patch {
  float v[PATCH];
} patch;

/* Sums of products with several pictures: eight sums side by side each, since a compiler may not
 * reorder one, and pictures side by side, since one sum after the other would wait for itself. This
 * is where the time goes. */
enum { TOGETHER = 3 };
SD_CLONES static void dots(float out[TOGETHER], const float a[PATCH],
                           const float b[TOGETHER][PATCH]) {
  sd_wide sum[TOGETHER] = {{0}}, x, y;
  for (int k = 0; k < PATCH; k += SD_WIDE) {
    sd_wide_load(&x, a + k);
    for (int n = 0; n < TOGETHER; n++) {
      sd_wide_load(&y, b[n] + k);
      sum[n] += x * y;
    }
  }
  for (int n = 0; n < TOGETHER; n++) {
    out[n] = 0;
    for (int lane = 0; lane < SD_WIDE; lane++)
      out[n] += sum[n][lane];
  }
}

SD_CLONES static float dot(const float a[PATCH], const float b[PATCH]) {
  sd_wide sum = {0}, x, y;
  float all = 0;
  for (int k = 0; k < PATCH; k += SD_WIDE) {
    sd_wide_load(&x, a + k);
    sd_wide_load(&y, b + k);
    sum += x * y;
  }
  for (int lane = 0; lane < SD_WIDE; lane++)
    all += sum[lane];
  return all;
}

static double patch_step(const field *f, int size) {
  return PATCH_REACH * scar_size_mm(size) / 2 / f->maps->cell_mm / PATCH_HALF;
}

/* Pixels that a line of a patch spans at most: its step is 1.25 of the blur that is left
 * (PATCH_REACH / 2 / PATCH_HALF / PATCH_SIGMA), which is less than twice LEAST_SIGMA_PX. */
enum { LINE_PX = 48 };

/* One line of a patch, bilinear as sd_map_at: between the rows first, since whole vectors serve
 * there, then between the columns. */
SD_CLONES static void sample_line(float *restrict out, const float *restrict top,
                                  const float *restrict bottom, float part,
                                  const sd_between *columns, int count, float middle) {
  float line[LINE_PX];
  int first = columns[0].low, pixels = columns[count - 1].high - first + 1;
  for (int x = 0; x < pixels; x++)
    line[x] = top[first + x] + part * (bottom[first + x] - top[first + x]);
  for (int i = 0; i < count; i++) {
    const float *low = line + (columns[i].low - first), *high = line + (columns[i].high - first);
    out[i] = *low + columns[i].part * (*high - *low) - middle;
  }
}

/* A patch's columns and rows are placed once, not with every sample. */
static void patch_take(patch *out, const field *f, const smooth *from, double u, double v,
                       int size) {
  double step = patch_step(f, size) / from->shrink;
  double x = (u + 0.5) / from->shrink - 0.5, y = (v + 0.5) / from->shrink - 0.5;
  const sd_map *map = &from->map;
  const shapes *all = f->shapes;
  float middle = sd_map_at(map, x, y);
  sd_between column[PATCH_SIDE];
  int k = 0;
  for (int i = 0; i < PATCH_SIDE; i++)
    column[i] = sd_between_at(x + step * (i - PATCH_HALF), map->width);
  for (int j = 0; j < PATCH_SIDE; j++) {
    sd_between row = sd_between_at(y + step * (j - PATCH_HALF), map->height);
    int half = all->half_width[j], count = 2 * half + 1;
    sample_line(out->v + k, map->v + (size_t)row.low * (size_t)map->width,
                map->v + (size_t)row.high * (size_t)map->width, row.part,
                column + PATCH_HALF - half, count, middle);
    k += count;
  }
  for (; k < PATCH; k++)
    out->v[k] = 0;
}

/* Takes the smooth ground out. */
static void patch_flatten(patch *p, const shapes *all) {
  for (int n = 0; n < GROUND; n++) {
    float along = dot(p->v, all->ground[n]);
    for (int k = 0; k < PATCH; k++)
      p->v[k] -= along * all->ground[n][k];
  }
}

/* Sum of squares without the smooth ground. */
static double patch_square(const patch *p, const shapes *all) {
  double square = dot(p->v, p->v);
  for (int n = 0; n < GROUND; n += TOGETHER) {
    float along[TOGETHER];
    dots(along, p->v, all->ground + n);
    for (int k = 0; k < TOGETHER; k++)
      square -= (double)along[k] * (double)along[k];
  }
  return fmax(square, 0);
}

/* How much of a patch a kind explains, and by which light. */
typedef struct fit {
  double along[SHAPE];
  double explained;
} fit;

static fit fit_of(const patch *p, const shape *s) { /* shapes hold no ground: it may be there */
  fit out = {{0}, 0};
  float along[SHAPE];
  dots(along, p->v, s->basis);
  for (int b = 0; b < SHAPE; b++) {
    out.along[b] = along[b];
    out.explained += out.along[b] * out.along[b];
  }
  return out;
}

/* ---- the field ---------------------------------------------------------------------------- */

sd_status scar_fill(sd_map *out, const sd_mask *keep, const sd_map *map, double cell_mm,
                    sd_diag *diag) {
  sd_status status = SD_OK;
  size_t cells = (size_t)keep->width * (size_t)keep->height;
  double sum = 0, count = 0;
  SD_TRY(sd_map_blur_masked(out, map, keep, FILL_MM / cell_mm, diag));
  for (size_t k = 0; k < cells; k++)
    if (keep->v[k]) {
      sum += map->v[k];
      count++;
    }
  float mean = count > 0 ? (float)(sum / count) : 0;
  for (size_t k = 0; k < cells; k++)
    if (keep->v[k])
      out->v[k] = map->v[k];
    else if (isnan(out->v[k]))
      out->v[k] = mean;
done:
  return status;
}

/* How often the map can be halved for a blur of `sigma` cells, and the blur that is left to do:
 * averaging over cells and reading between pixels are part of it. */
static int shrink_for(double *left, double sigma) {
  int shrink = 1;
  while (sigma / (2 * shrink) >= LEAST_SIGMA_PX)
    shrink *= 2;
  double done = (shrink * shrink - 1) * (1.0 / 12 + 1.0 / 6);
  *left = sqrt(sigma * sigma - done) / shrink;
  return shrink;
}

/* `filled` is halved on the way: sizes come in growing order. */
static sd_status smooth_make(smooth *out, smooth *filled, int size, double cell_mm, sd_diag *diag) {
  sd_status status = SD_OK;
  double sigma = 0;
  out->shrink = shrink_for(&sigma, PATCH_SIGMA * scar_size_mm(size) / cell_mm);
  while (status == SD_OK && filled->shrink < out->shrink) {
    status = sd_map_half(&filled->map, &filled->map, diag);
    filled->shrink *= 2;
  }
  return status == SD_OK ? sd_map_blur(&out->map, &filled->map, sigma, diag) : status;
}

/* Median square of patches spread over the skin. */
static sd_status find_ground(field *f, int size, sd_diag *diag) {
  const sd_mask *keep = f->maps->keep;
  float *square = malloc(GROUND_SAMPLES * sizeof *square);
  size_t n = 0, skin = 0, seen = 0, width = (size_t)keep->width;
  size_t cells = width * (size_t)keep->height;
  if (square == NULL)
    return no_memory(diag);
  for (size_t k = 0; k < cells; k++)
    skin += keep->v[k] != 0;
  size_t stride = skin / GROUND_SAMPLES + 1;
  for (size_t k = 0; k < cells && n < GROUND_SAMPLES; k++) {
    if (keep->v[k] == 0 || seen++ % stride != 0)
      continue;
    patch p;
    patch_take(&p, f, &f->smooth[size], (double)(k % width), (double)(k / width), size);
    square[n++] = (float)patch_square(&p, f->shapes);
  }
  double least = LEAST_GROUND * f->shapes->inside * LEAST_GROUND * f->shapes->inside *
                 scar_size_mm(size) / scar_size_mm(0);
  f->ground[size] = n > 0 ? fmax(sd_median(square, n), least) : INFINITY;
  free(square);
  return SD_OK;
}

static sd_status field_make(field *f, const sd_scar_maps *maps, sd_diag *diag) {
  sd_status status = SD_OK;
  smooth filled = {.shrink = 1};
  f->maps = maps;
  f->shapes = malloc(sizeof *f->shapes);
  if (f->shapes == NULL)
    return no_memory(diag);
  SD_TRY(shapes_make(f->shapes, maps->cell_mm, diag));
  SD_TRY(scar_fill(&filled.map, maps->keep, maps->shading, maps->cell_mm, diag));
  for (int s = 0; s < SCAR_SIZES; s++) {
    SD_TRY(smooth_make(&f->smooth[s], &filled, s, maps->cell_mm, diag));
    SD_TRY(find_ground(f, s, diag));
  }
done:
  sd_map_clear(&filled.map);
  return status;
}

/* ---- search ------------------------------------------------------------------------------- */

typedef struct seed {
  int size;
  double u, v;
} seed;

typedef struct seeds {
  seed *v;
  size_t count, room;
} seeds;

static bool add_seed(seeds *s, seed one) {
  if (!sd_list_grow(&s->v, &s->room, s->count, sizeof *s->v))
    return false;
  s->v[s->count++] = one;
  return true;
}

bool scar_is_peak(const sd_map *m, int x, int y) {
  size_t w = (size_t)m->width;
  const float *c = m->v + (size_t)y * w + (size_t)x;
  for (int b = -1; b <= 1; b++)
    for (int a = -1; a <= 1; a++) {
      const float *other = c + b * m->width + a;
      if (other != c && (*other > *c || (*other == *c && other < c)))
        return false;
    }
  return true;
}

/* Energy of the relief of one size, on its own pixels. */
static sd_status energy_of(sd_map *out, const field *f, int number, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map soft = {0};
  const smooth *from = &f->smooth[number];
  double size = scar_size_mm(number) / f->maps->cell_mm / from->shrink;
  SD_TRY(sd_map_blur(out, &from->map,
                     sqrt(SEARCH_LOW * SEARCH_LOW - PATCH_SIGMA * PATCH_SIGMA) * size, diag));
  SD_TRY(sd_map_blur(&soft, &from->map,
                     sqrt(SEARCH_HIGH * SEARCH_HIGH - PATCH_SIGMA * PATCH_SIGMA) * size, diag));
  for (size_t k = 0; k < (size_t)out->width * (size_t)out->height; k++)
    out->v[k] = (out->v[k] - soft.v[k]) * (out->v[k] - soft.v[k]);
  SD_TRY(sd_map_blur(out, out, SEARCH_WINDOW * size, diag));
done:
  sd_map_clear(&soft);
  return status;
}

size_t scar_cell_at(const sd_mask *keep, int shrink, int x, int y) {
  int u = shrink * x + shrink / 2, v = shrink * y + shrink / 2;
  u = u < keep->width ? u : keep->width - 1;
  v = v < keep->height ? v : keep->height - 1;
  return (size_t)v * (size_t)keep->width + (size_t)u;
}

static sd_status add_seeds(seeds *out, const field *f, int size, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map energy = {0};
  float *skin = NULL;
  const sd_mask *keep = f->maps->keep;
  int shrink = f->smooth[size].shrink;
  size_t n = 0;
  SD_TRY(energy_of(&energy, f, size, diag));
  skin = malloc(((size_t)energy.width * (size_t)energy.height + 1) * sizeof *skin);
  if (skin == NULL) {
    status = no_memory(diag);
    goto done;
  }
  for (int y = 0; y < energy.height; y++)
    for (int x = 0; x < energy.width; x++)
      if (keep->v[scar_cell_at(keep, shrink, x, y)])
        skin[n++] = energy.v[(size_t)y * (size_t)energy.width + (size_t)x];
  double least = n > 0 ? SEARCH_STRENGTH * SEARCH_STRENGTH * sd_median(skin, n) : INFINITY;
  for (int y = 1; y < energy.height - 1; y++)
    for (int x = 1; x < energy.width - 1; x++) {
      seed one = {size, shrink * (x + 0.5) - 0.5, shrink * (y + 0.5) - 0.5};
      if (keep->v[scar_cell_at(keep, shrink, x, y)] &&
          energy.v[(size_t)y * (size_t)energy.width + (size_t)x] > least &&
          scar_is_peak(&energy, x, y) && !add_seed(out, one)) {
        status = no_memory(diag);
        goto done;
      }
    }
done:
  free(skin);
  sd_map_clear(&energy);
  return status;
}

/* ---- the best picture --------------------------------------------------------------------- */

typedef struct view {
  double u, v;
  int size, kind;
  double worth;
  fit fit[SD_RELIEF_KINDS];
  double square;
} view;

/* Explained squares against what is left and what skin has anyway; a small picture explains any
 * slope or edge, so that larger ones are worth more. */
static view view_at(const field *f, double u, double v, int size) {
  view out = {.u = u, .v = v, .size = size, .worth = -1};
  patch p;
  patch_take(&p, f, &f->smooth[size], u, v, size);
  out.square = patch_square(&p, f->shapes);
  for (int kind = 0; kind < SD_RELIEF_KINDS; kind++) {
    out.fit[kind] = fit_of(&p, &f->shapes->of[size][kind]);
    double worth = out.fit[kind].explained /
                   (out.square - out.fit[kind].explained + f->ground[size]) * scar_size_mm(size);
    if (worth > out.worth) {
      out.worth = worth;
      out.kind = kind;
    }
  }
  return out;
}

/* The step that led to a view; its neighbours were looked at from where it started. */
typedef struct stride {
  int a, b, size;
} stride;

/* Neighbours differ in so many of two directions and size at once: 1 to hurry to a peak, 2 to make
 * sure of it. */
typedef enum gait { STRAIGHT = 1, ANY = 2 } gait;

static bool was_seen(const stride *last, int a, int b, int size, gait g) {
  bool was_near = abs(a + last->a) <= 1 && abs(b + last->b) <= 1;
  if (g == STRAIGHT)
    return a == -last->a && b == -last->b && size == -last->size;
  return last->size == 0 && (last->a != 0 || last->b != 0) && was_near &&
         (size == 0 || (a + last->a) * (b + last->b) == 0);
}

static view climb(const field *f, view from, gait g) {
  view best = from;
  stride last = {0};
  for (int move = 0; move < MOVES_MAX; move++) {
    stride next = {0};
    double step = MOVE * scar_size_mm(from.size) / f->maps->cell_mm;
    for (int size = -1; size <= 1; size++)
      for (int b = -1; b <= 1; b++)
        for (int a = -1; a <= 1; a++) {
          int ways = abs(a) + abs(b) + abs(size);
          if (ways == 0 || ways > (int)g || from.size + size < 0 ||
              from.size + size >= SCAR_SIZES || was_seen(&last, a, b, size, g))
            continue;
          view there = view_at(f, from.u + a * step, from.v + b * step, from.size + size);
          if (there.worth > best.worth) {
            best = there;
            next = (stride){a, b, size};
          }
        }
    if (best.worth <= from.worth || best.worth < HOPELESS)
      break;
    last = next;
    from = best;
  }
  return best;
}

/* ---- cues --------------------------------------------------------------------------------- */

/* Mean of a map inside half a radius less that in a ring outside the scar. */
static double core_over_ring(const sd_scar_maps *m, const sd_map *map, double u, double v,
                             double radius) {
  double sum[2] = {0}, count[2] = {0};
  int reach = (int)ceil(1.7 * radius);
  int x0 = (int)lround(u), y0 = (int)lround(v);
  for (int y = y0 - reach; y <= y0 + reach; y++)
    for (int x = x0 - reach; x <= x0 + reach; x++) {
      if (x < 0 || y < 0 || x >= map->width || y >= map->height)
        continue;
      size_t k = (size_t)y * (size_t)map->width + (size_t)x;
      double apart = sqrt((x - u) * (x - u) + (y - v) * (y - v)), r = apart / radius;
      int ring = r < 0.6 || apart < 0.8 ? 0 : r > 1.2 && r < 1.7 ? 1 : -1;
      if (ring < 0 || !m->keep->v[k] || isnan(map->v[k]))
        continue;
      sum[ring] += map->v[k];
      count[ring]++;
    }
  return count[0] > 0 && count[1] > 0 ? sum[0] / count[0] - sum[1] / count[1] : 0;
}

static double measured_share(const field *f, const view *at) {
  double step = patch_step(f, at->size);
  const sd_mask *keep = f->maps->keep;
  const shapes *all = f->shapes;
  int good = 0;
  for (int k = 0; k < all->inside; k++) {
    int x = (int)lround(at->u + step * all->x[k]), y = (int)lround(at->v + step * all->y[k]);
    if (x >= 0 && y >= 0 && x < keep->width && y < keep->height)
      good += keep->v[(size_t)y * (size_t)keep->width + (size_t)x] != 0;
  }
  return good / (double)all->inside;
}

static void scar_of(sd_scar *out, const field *f, const view *at) {
  const sd_scar_maps *m = f->maps;
  double size = scar_size_mm(at->size), radius = size / 2 / m->cell_mm;
  double ground = sqrt(f->ground[at->size]);
  const fit *best = &at->fit[at->kind];
  *out = (sd_scar){.u = at->u, .v = at->v, .diameter_mm = size};
  out->x = m->grid.region.x + (at->u + 0.5) * m->grid.shrink - 0.5;
  out->y = m->grid.region.y + (at->v + 0.5) * m->grid.shrink - 0.5;
  out->label = m->label->v[(size_t)lround(at->v) * (size_t)m->grid.width + (size_t)lround(at->u)];
  out->contrast = sqrt(best->explained / f->shapes->inside);
  out->cue[CUE_SIZE] = log(size);
  out->cue[CUE_STRENGTH] = log(at->square / f->ground[at->size]);
  for (int kind = 0; kind < SD_RELIEF_KINDS; kind++)
    out->cue[CUE_EXPLAINED + kind] = at->fit[kind].explained / (at->square + 1e-12);
  out->cue[CUE_DIPOLE_X] = best->along[0] / ground * (at->kind == SD_HYPERTROPHIC ? -1 : 1);
  out->cue[CUE_DIPOLE_Y] = best->along[1] / ground * (at->kind == SD_HYPERTROPHIC ? -1 : 1);
  out->cue[CUE_HOLLOW] = best->along[2] / ground * (at->kind == SD_HYPERTROPHIC ? -1 : 1);
  out->cue[CUE_CORE] = core_over_ring(m, m->shading, at->u, at->v, radius) / ground;
  out->cue[CUE_BROWN] = core_over_ring(m, m->brown, at->u, at->v, radius);
  out->cue[CUE_RED] = core_over_ring(m, m->haemoglobin, at->u, at->v, radius);
  out->measured = measured_share(f, at);
  out->ground = ground / sqrt(f->shapes->inside);
  out->cue[CUE_MEASURED] = out->measured;
  out->cue[CUE_TONE] = m->tone;
  out->amplitude[0] = out->amplitude[1] = out->unlike = out->agreement = NAN;
  out->cue[CUE_AGREEMENT] = 1;
  out->cue[CUE_GROUND] = log(ground / f->shapes->inside);
}

/* ---- dates ---------------------------------------------------------------------------------- */

/* The picture that explains the mean's patch, as one of length 1. */
static void pattern_of(float out[PATCH], const fit *f, const shape *s) {
  double length = sqrt(f->explained) + 1e-12;
  for (int k = 0; k < PATCH; k++)
    out[k] = (float)((f->along[0] * s->basis[0][k] + f->along[1] * s->basis[1][k] +
                      f->along[2] * s->basis[2][k]) /
                     length);
}

static void compare_dates(sd_scar *scar, const field *f, const view *at, const smooth date[2]) {
  patch p[2];
  float pattern[PATCH];
  double square[2];
  pattern_of(pattern, &at->fit[at->kind], &f->shapes->of[at->size][at->kind]);
  for (int k = 0; k < 2; k++) {
    patch_take(&p[k], f, &date[k], at->u, at->v, at->size);
    patch_flatten(&p[k], f->shapes);
    square[k] = dot(p[k].v, p[k].v);
    scar->amplitude[k] = dot(p[k].v, pattern) / sqrt(f->shapes->inside);
  }
  double of = sqrt(square[0] * square[1]);
  scar->agreement = of > 0 ? dot(p[0].v, p[1].v) / of : 0;
  double rest = fmax(1 - scar->agreement * scar->agreement, 0);
  scar->unlike = sqrt(rest * fmin(square[0], square[1]) / f->shapes->inside);
  scar->cue[CUE_AGREEMENT] = scar->agreement;
}

/* Both dates' shading is made ready size by size: all sizes at once would take much memory. */
static sd_status add_dates(sd_scar *scars, const field *f, const view *views, size_t count,
                           sd_diag *diag) {
  sd_status status = SD_OK;
  smooth filled[2] = {{.shrink = 1}, {.shrink = 1}}, ready[2] = {{{0}, 0}};
  if (f->maps->date[0] == NULL || f->maps->date[1] == NULL)
    return SD_OK;
  for (int date = 0; date < 2; date++)
    SD_TRY(
        scar_fill(&filled[date].map, f->maps->keep, f->maps->date[date], f->maps->cell_mm, diag));
  for (int size = 0; size < SCAR_SIZES; size++) {
    for (int date = 0; date < 2; date++)
      SD_TRY(smooth_make(&ready[date], &filled[date], size, f->maps->cell_mm, diag));
#pragma omp parallel for schedule(dynamic, 16)
    for (size_t k = 0; k < count; k++)
      if (views[k].size == size)
        compare_dates(&scars[k], f, &views[k], ready);
  }
done:
  for (int date = 0; date < 2; date++) {
    sd_map_clear(&filled[date].map);
    sd_map_clear(&ready[date].map);
  }
  return status;
}

/* ---- lamp --------------------------------------------------------------------------------- */

/* Before the lamp's side is known: all of the slope's shading may be anything. */
static void forget_lamp(sd_scar *v, size_t count) {
  for (size_t k = 0; k < count; k++) {
    v[k].cue[CUE_LAMP] = v[k].cue[CUE_LAMP_TRUST] = 0;
    v[k].cue[CUE_CROSS] = hypot(v[k].cue[CUE_DIPOLE_X], v[k].cue[CUE_DIPOLE_Y]);
  }
}

/* The side of the lamp as the likely scars around one see it: unit vectors, weighed by score. */
static void ask_lamp_at(sd_scar *scar, const sd_scar *v, size_t count, double cell_mm) {
  double sum[2] = {0}, all = LAMP_DOUBT;
  for (size_t n = 0; n < count; n++) {
    if (v[n].score <= WITNESS_SCORE)
      continue;
    double apart = hypot(v[n].u - scar->u, v[n].v - scar->v) * cell_mm;
    if (apart > LAMP_REACH * LAMP_MM ||
        apart <= WITNESS_APART * fmax(v[n].diameter_mm, scar->diameter_mm))
      continue;
    double x = v[n].cue[CUE_DIPOLE_X], y = v[n].cue[CUE_DIPOLE_Y], length = hypot(x, y) + 1e-9;
    double weight = v[n].score * v[n].score * exp(-0.5 * apart * apart / (LAMP_MM * LAMP_MM));
    sum[0] += weight * x / length;
    sum[1] += weight * y / length;
    all += weight;
  }
  double lamp = hypot(sum[0], sum[1]), own[2] = {scar->cue[CUE_DIPOLE_X], scar->cue[CUE_DIPOLE_Y]};
  if (lamp <= 0)
    return;
  scar->cue[CUE_LAMP] = (own[0] * sum[0] + own[1] * sum[1]) / lamp;
  scar->cue[CUE_CROSS] = fabs(own[0] * sum[1] - own[1] * sum[0]) / lamp;
  scar->cue[CUE_LAMP_TRUST] = lamp / all;
}

/* Relief so faint is skin's own, however clear a picture shows it: 99 in 100 scars of known kind
 * have more (RMS of the pattern over its patch, ln units). */
static const double LEAST_CONTRAST[SD_RELIEF_KINDS] = {0.022, 0.018, 0.011, 0.010};

static void dismiss_faint(sd_scars *found) {
  for (size_t k = 0; k < found->count; k++)
    if (found->v[k].contrast < LEAST_CONTRAST[found->v[k].kind])
      found->v[k].score = 0;
}

static void decide(sd_scars *found, double cell_mm) {
  forget_lamp(found->v, found->count);
  for (size_t k = 0; k < found->count; k++)
    scar_decide(&found->v[k]);
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < found->count; k++) /* scores stay as they are: only cues are written */
    ask_lamp_at(&found->v[k], found->v, found->count, cell_mm);
  for (size_t k = 0; k < found->count; k++)
    scar_decide(&found->v[k]);
  dismiss_faint(found);
}

/* ---- diameter ----------------------------------------------------------------------------- */

/* ln(true / found diameter) of scars of known size: median, and the middle 95 %. */
static const double DIAMETER[SD_RELIEF_KINDS][3] = {
    {-0.08, -0.39, 0.23}, {0.25, -0.55, 0.92}, {0.27, -0.44, 0.64}, {0.10, -0.20, 0.70}};

/* And the outline that goes with it. */
static void correct_diameter(sd_scar *s, const field *f) {
  const double *by = DIAMETER[s->kind];
  double found = s->diameter_mm;
  s->diameter_mm = found * exp(by[0]);
  s->diameter_low_mm = found * exp(by[1]);
  s->diameter_high_mm = found * exp(by[2]);
  int size = (int)lround(log(found / scar_size_mm(0)) / log(scar_size_mm(1) / scar_size_mm(0)));
  outline_relief(s, &f->smooth[size].map, f->smooth[size].shrink, &f->maps->grid, f->maps->cell_mm,
                 found);
}

/* ---- choice ------------------------------------------------------------------------------- */

static int by_score(const void *a, const void *b) {
  const sd_scar *p = a, *q = b;
  if (p->score != q->score)
    return p->score > q->score ? -1 : 1;
  if (p->v != q->v)
    return p->v < q->v ? -1 : 1;
  return p->u < q->u ? -1 : p->u > q->u;
}

/* Whether a place is another view of a better one, or a much fainter piece of its flank. */
static bool belongs_to(const sd_scar *s, const sd_scar *better, double cell_mm) {
  double apart = hypot(better->u - s->u, better->v - s->v) * cell_mm;
  bool fainter = s->contrast < FLANK_CONTRAST * better->contrast;
  return apart < APART * fmax(better->diameter_mm, s->diameter_mm) ||
         (fainter && apart < FLANK_APART * (better->diameter_mm + s->diameter_mm));
}

static size_t thin_out(sd_scar *v, size_t count, double cell_mm, double least) {
  size_t kept = 0;
  for (size_t k = 0; k < count && v[k].score >= least; k++) {
    bool alone = true;
    for (size_t n = 0; n < kept && alone; n++)
      alone = !belongs_to(&v[k], &v[n], cell_mm);
    if (alone)
      v[kept++] = v[k];
  }
  return kept;
}

static bool inside(const field *f, const view *at) {
  long x = lround(at->u), y = lround(at->v);
  return x >= 0 && y >= 0 && x < f->maps->grid.width && y < f->maps->grid.height &&
         f->maps->keep->v[(size_t)y * (size_t)f->maps->grid.width + (size_t)x] &&
         measured_share(f, at) >= PATCH_MEASURED;
}

static int by_place(const void *a, const void *b) {
  const view *p = a, *q = b;
  if (p->size != q->size)
    return p->size - q->size;
  if (p->v != q->v)
    return p->v < q->v ? -1 : 1;
  return (p->u > q->u) - (p->u < q->u);
}

/* Drops places that others reached too, and those that are mostly not skin or no scars at all. */
static size_t distinct(view *views, size_t count, const field *f) {
  size_t kept = 0;
  qsort(views, count, sizeof *views, by_place);
  for (size_t k = 0; k < count; k++) {
    double near = MOVE * scar_size_mm(views[k].size) / f->maps->cell_mm;
    bool again = views[k].worth < LEAST_WORTH || !inside(f, &views[k]);
    for (size_t n = kept; n-- > 0 && !again;) { /* rows above come last */
      if (views[n].size != views[k].size || views[k].v - views[n].v >= near)
        break;
      again = hypot(views[n].u - views[k].u, views[n].v - views[k].v) < near;
    }
    if (!again)
      views[kept++] = views[k];
  }
  return kept;
}

static sd_status look(sd_scars *out, const field *f, const seeds *all, sd_diag *diag) {
  sd_status status = SD_OK;
  view *views = malloc((all->count + 1) * sizeof *views);
  out->v = calloc(all->count + 1, sizeof *out->v);
  if (views == NULL || out->v == NULL) {
    free(views);
    return no_memory(diag);
  }
  /* most seeds end at the same few peaks: there in haste, then each is made sure of */
#pragma omp parallel for schedule(dynamic, 16)
  for (size_t k = 0; k < all->count; k++)
    views[k] = climb(f, view_at(f, all->v[k].u, all->v[k].v, all->v[k].size), STRAIGHT);
  size_t count = distinct(views, all->count, f);
#pragma omp parallel for schedule(dynamic, 16)
  for (size_t k = 0; k < count; k++)
    views[k] = climb(f, views[k], ANY);
  out->count = distinct(views, count, f);
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < out->count; k++)
    scar_of(&out->v[k], f, &views[k]);
  status = add_dates(out->v, f, views, out->count, diag);
  free(views);
  return status;
}

sd_status sd_scars_find(sd_scars *out, const sd_scar_maps *maps, double least_score,
                        sd_diag *diag) {
  sd_status status = SD_OK;
  field f = {0};
  seeds all = {0};
  sd_scars found = {0};
  SD_TRY(field_make(&f, maps, diag));
  for (int size = 0; size < SCAR_SIZES; size++)
    SD_TRY(add_seeds(&all, &f, size, diag));
  SD_TRY(look(&found, &f, &all, diag));
  decide(&found, maps->cell_mm);
  qsort(found.v, found.count, sizeof *found.v, by_score);
  found.count = thin_out(found.v, found.count, maps->cell_mm, least_score);
  for (size_t k = 0; k < found.count; k++)
    correct_diameter(&found.v[k], &f);
  sd_scars_clear(out);
  *out = found;
  found = (sd_scars){0};
done:
  free(all.v);
  sd_scars_clear(&found);
  field_clear(&f);
  return status;
}
