/* Brown marks, red marks and naevi, one by one. Blobs of pigment are looked for over sizes, as a
 * difference of Gaussians (Lindeberg 1998), against what the same filter finds in plain skin. Each
 * gets the outline at which it has fallen to half of what it stands out by, and its contrast is the
 * mean inside that outline less the mean of a ring of skin around it. How much such a figure says
 * is known from the same figure taken in many places of the skin that has no mark. */
#include "measure/scars.h"

#include "base/angle.h"
#include "base/list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MARK_SIZES = 12, PROBES = 500, RAYS = SD_OUTLINE_POINTS, ROUNDS = 2 };
static const double FIRST_SIZE_MM = 0.8, SIZE_STEP = 1.26;
/* Blurs of the search, as shares of the diameter. */
static const double INNER = 0.25, OUTER = 0.55;
/* A map is halved while this much of the inner blur is left, in pixels. */
static const double LEAST_SIGMA_PX = 1.2;
/* Worth a look: so many robust standard deviations of the filter's own response. */
static const double LOOK = 2.5;
/* Ring of skin that a mark is held against, in radii of its outline. */
static const double CORE_REACH = 0.95, RING_FROM = 1.35, RING_TO = 1.9;
/* With so many cells a radius not every cell is read. */
static const double STRIDE_RADIUS = 5;
/* Of the ring so much must be measured skin, and of the mark. */
static const double RING_SEEN = 0.35, CORE_SEEN = 0.7;
/* Where the outline may run, in radii of the size it was found at, then of the outline before. */
static const double RAY_REACH[ROUNDS] = {1.9, 1.6};
static const double RAY_BLUR_MM = 0.15, RAY_STEP_CELLS = 0.25;
/* None within this share of a better one's diameter. */
static const double APART = 0.6;
/* ln(true / found diameter at half height) of brown and red marks of known size: the middle 95 %.
 * What lies in another mark reads too small. */
static const double DIAMETER[2][2] = {{-0.11, 0.75}, {-0.27, 0.65}};
/* No skin is more even than this (SD of a contrast, optical density of brown and of red): what a
 * scar's shading leaves in the pigment of painted or blurred smoothness would look like a mark. */
static const double LEAST_QUIET[2] = {0.006, 0.012};
/* Neighbours are marks too where there are many: so much of the spread around counts as quiet. */
static const double QUIET_AROUND = 0.8;
/* What the search answers to a disc, as a share of its contrast. */
static const double RESPONSE = 0.5;
/* What stands out less, in SDs of plain skin, is no mark. */
static const double QUIET_LEAST = 3;
/* Nor is what two photos do not agree on: its contrast is no more than so many SDs of the change
 * of plain skin around (no mark of a phantom is lost; of the noise of portraits seven in eight). */
static const double AGREED_LEAST = 2.5;
/* What one date shows of a mark below this share of what the other shows was not there. What
 * compression does to one date is nothing in most places and much in some: such a mark must change
 * by more than so many SDs as the tail of plain skin's change has them. */
static const double ONE_DATE = 0.3, TAIL = 0.98, TAIL_SDS = 2.326, ONE_DATE_LEAST = 5;
/* Its colour's leak into the other pigment's map is no second mark. */
static const double LEAK = 0.75;

/* One pigment's map, ready to be searched. */
typedef struct layer {
  const sd_mark_maps *maps;
  int pigment;
  sd_map filled, ray;        /* without holes; the same softened for outlines */
  sd_map differ_map;         /* of the dates, where there are two */
  double quiet[MARK_SIZES];  /* SD of a contrast of plain skin in the mean */
  double differ[MARK_SIZES]; /* SD of its change between the dates; NaN for one photo */
  double tail[MARK_SIZES];   /* the same from the largest changes: more than `differ` where few
                                places change much */
} layer;

static double size_mm(int size) {
  return FIRST_SIZE_MM * pow(SIZE_STEP, size);
}

static int size_of(double diameter_mm) {
  int size = (int)lround(log(diameter_mm / FIRST_SIZE_MM) / log(SIZE_STEP));
  return size < 0 ? 0 : size >= MARK_SIZES ? MARK_SIZES - 1 : size;
}

static sd_status no_memory(sd_diag *diag) {
  return sd_fail(diag, SD_NO_MEMORY, "not enough memory to find marks");
}

static const sd_map *mean_of(const layer *l) {
  return l->pigment == 0 ? l->maps->brown : l->maps->haemoglobin;
}

/* ---- contrast ----------------------------------------------------------------------------- */

/* Radius of an outline in the direction of (x, y), cells. */
static double radius_at(const double reach[RAYS], double x, double y) {
  double turn = atan2(y, x) / (2 * SD_PI) * RAYS + RAYS;
  int ray = (int)floor(turn);
  double share = turn - ray;
  return (1 - share) * reach[ray % RAYS] + share * reach[(ray + 1) % RAYS];
}

typedef struct contrast {
  double value;     /* inside less ring; NaN: too little of either is measured */
  double core_seen; /* share of the inside that is measured */
} contrast;

enum { CORE, RING, PARTS };

/* The cells of a mark's inside and of the ring around it, from its middle cell, line by line: found
 * once, then asked of several maps. */
typedef struct stamp_cell {
  int16_t x, y, part;
} stamp_cell;

typedef struct stamp {
  int reach; /* no cell is farther away in x or y */
  size_t count;
  stamp_cell *cell;
} stamp;

static void stamp_clear(stamp *s) {
  free(s->cell);
  *s = (stamp){0};
}

/* Large marks are not read at every cell. */
static int stride_of(double radius) {
  int stride = (int)floor(radius / STRIDE_RADIUS);
  return stride < 1 ? 1 : stride;
}

/* Room for all cells as far as `reach`, every `stride`-th of them. */
static bool stamp_room(stamp *s, int reach, int stride) {
  size_t side = 2 * (size_t)reach / (size_t)stride + 1;
  *s = (stamp){.reach = reach, .cell = malloc(side * side * sizeof *s->cell)};
  return s->cell != NULL;
}

static int part_of(double r) {
  return r < CORE_REACH ? CORE : r > RING_FROM && r < RING_TO ? RING : PARTS;
}

static void stamp_add(stamp *s, int x, int y, int part) {
  if (part != PARTS)
    s->cell[s->count++] = (stamp_cell){(int16_t)x, (int16_t)y, (int16_t)part};
}

/* Of an outline around (u, v), from the cell nearest to it. */
static bool stamp_outline(stamp *s, double u, double v, const double reach[RAYS]) {
  double longest = 0, shortest = INFINITY;
  for (int k = 0; k < RAYS; k++) {
    longest = fmax(longest, reach[k]);
    shortest = fmin(shortest, reach[k]);
  }
  int step = stride_of(shortest), far = (int)ceil(RING_TO * longest);
  double off_x = (double)lround(u) - u, off_y = (double)lround(v) - v;
  if (!stamp_room(s, far, step))
    return false;
  for (int y = -far; y <= far; y += step)
    for (int x = -far; x <= far; x += step) {
      double dx = x + off_x, dy = y + off_y, apart = sqrt(dx * dx + dy * dy);
      bool plain = apart < CORE_REACH * shortest;
      if (apart > RING_TO * longest || (!plain && apart < 1e-9))
        continue;
      stamp_add(s, x, y, plain ? CORE : part_of(apart / radius_at(reach, dx, dy)));
    }
  return true;
}

/* Of a circle around a cell. */
static bool stamp_circle(stamp *s, double radius) {
  int step = stride_of(radius), far = (int)ceil(RING_TO * radius);
  far -= far % step;
  if (!stamp_room(s, far, step))
    return false;
  for (int y = -far; y <= far; y += step)
    for (int x = -far; x <= far; x += step) {
      double r2 = (x * x + y * y) / (radius * radius);
      stamp_add(s, x, y,
                r2 < CORE_REACH * CORE_REACH                           ? CORE
                : r2 > RING_FROM * RING_FROM && r2 < RING_TO * RING_TO ? RING
                                                                       : PARTS);
    }
  return true;
}

typedef struct sums {
  double sum[PARTS], count[PARTS], all[PARTS];
} sums;

static void add_sample(sums *to, int part, float value, uint8_t keep) {
  bool good = keep != 0 && !isnan(value);
  to->sum[part] += good ? value : 0;
  to->count[part] += good;
}

static contrast contrast_from(const sums *s) {
  contrast out = {NAN, s->all[CORE] > 0 ? s->count[CORE] / s->all[CORE] : 0};
  if (out.core_seen >= CORE_SEEN && s->count[RING] > 0 &&
      s->count[RING] >= RING_SEEN * s->all[RING])
    out.value = s->sum[CORE] / s->count[CORE] - s->sum[RING] / s->count[RING];
  return out;
}

/* Mean of `value` inside less that in the ring, with the stamp's middle at a cell. */
static contrast contrast_of(const stamp *s, const sd_map *value, const sd_mask *keep, int u,
                            int v) {
  sums to = {{0}, {0}, {0}};
  bool whole =
      u >= s->reach && v >= s->reach && u + s->reach < value->width && v + s->reach < value->height;
  for (size_t k = 0; k < s->count; k++) {
    int x = u + s->cell[k].x, y = v + s->cell[k].y, part = s->cell[k].part;
    to.all[part]++;
    if (!whole && (x < 0 || y < 0 || x >= value->width || y >= value->height))
      continue;
    size_t at = (size_t)y * (size_t)value->width + (size_t)x;
    add_sample(&to, part, value->v[at], keep->v[at]);
  }
  return contrast_from(&to);
}

/* ---- the skin between the marks ----------------------------------------------------------- */

typedef struct spreads {
  double sd, tail; /* from the middle of the values, from the largest; of a normal distribution the
                      same */
} spreads;

/* Robust spread of contrasts of plain circles, of the mean or of the dates' difference. */
static spreads spread_of(float *room, const layer *l, const sd_map *value, const stamp *circle) {
  const sd_mask *keep = l->maps->keep;
  size_t skin = 0, seen = 0, n = 0, width = (size_t)keep->width;
  size_t cells = width * (size_t)keep->height;
  for (size_t k = 0; k < cells; k++)
    skin += keep->v[k] != 0;
  size_t stride = skin / PROBES + 1;
  for (size_t k = 0; k < cells && n < PROBES; k++) {
    if (keep->v[k] == 0 || seen++ % stride != 0)
      continue;
    double c = contrast_of(circle, value, keep, (int)(k % width), (int)(k / width)).value;
    if (!isnan(c))
      room[n++] = (float)c;
  }
  double middle = n > 0 ? sd_median(room, n) : NAN;
  for (size_t k = 0; k < n; k++)
    room[k] = fabsf(room[k] - (float)middle);
  return n > 0 ? (spreads){1.4826 * sd_median(room, n), sd_quantile(room, n, TAIL) / TAIL_SDS}
               : (spreads){INFINITY, INFINITY};
}

/* The SD of circles around one place only: folds, stubble, shine and an expression that moved are
 * nowhere but there. 0 with too few of them. */
static double spread_around(const layer *l, const sd_map *value, const stamp *circle, double u,
                            double v, double diameter) {
  static const double AWAY[] = {1.9, 2.9, 3.9}; /* diameters: marks have their rings free */
  enum { AROUND = 8, CIRCLES = AROUND * 3, CIRCLES_LEAST = 8 };
  float room[CIRCLES];
  size_t n = 0;
  for (int k = 0; k < CIRCLES; k++) {
    double turn = 2 * SD_PI * (k % AROUND + 0.5 * (k / AROUND % 2)) / AROUND;
    double away = AWAY[k / AROUND] * diameter;
    int x = (int)lround(u + away * cos(turn)), y = (int)lround(v + away * sin(turn));
    double c = contrast_of(circle, value, l->maps->keep, x, y).value;
    if (!isnan(c))
      room[n++] = (float)fabs(c);
  }
  return n >= CIRCLES_LEAST ? 1.4826 * sd_median(room, n) : 0;
}

static sd_status find_spreads(layer *l, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_map *const *date = l->maps->date[l->pigment];
  float *room = malloc(MARK_SIZES * PROBES * sizeof *room);
  bool two = date[0] != NULL && date[1] != NULL;
  if (room == NULL)
    return no_memory(diag);
  if (two) {
    SD_TRY(sd_map_copy(&l->differ_map, date[1], diag));
    for (size_t k = 0; k < (size_t)l->differ_map.width * (size_t)l->differ_map.height; k++)
      l->differ_map.v[k] -= date[0]->v[k];
  }
  bool made[MARK_SIZES];
#pragma omp parallel for schedule(dynamic)
  for (int size = 0; size < MARK_SIZES; size++) {
    float *own = room + size * PROBES;
    stamp circle = {0};
    made[size] = stamp_circle(&circle, size_mm(size) / 2 / l->maps->cell_mm);
    if (made[size]) {
      spreads change = two ? spread_of(own, l, &l->differ_map, &circle) : (spreads){NAN, NAN};
      l->quiet[size] = fmax(spread_of(own, l, mean_of(l), &circle).sd, LEAST_QUIET[l->pigment]);
      l->differ[size] = change.sd;
      l->tail[size] = change.tail;
    }
    stamp_clear(&circle);
  }
  for (int size = 0; size < MARK_SIZES; size++)
    if (!made[size])
      status = no_memory(diag);
done:
  free(room);
  return status;
}

static sd_status layer_make(layer *l, const sd_mark_maps *maps, int pigment, sd_diag *diag) {
  sd_status status = SD_OK;
  *l = (layer){.maps = maps, .pigment = pigment};
  SD_TRY(scar_fill(&l->filled, maps->keep, mean_of(l), maps->cell_mm, diag));
  SD_TRY(sd_map_blur(&l->ray, &l->filled, RAY_BLUR_MM / maps->cell_mm, diag));
  SD_TRY(find_spreads(l, diag));
done:
  return status;
}

static void layer_clear(layer *l) {
  sd_map_clear(&l->filled);
  sd_map_clear(&l->ray);
  sd_map_clear(&l->differ_map);
}

/* ---- outline ------------------------------------------------------------------------------ */

static double disc_mean(const sd_map *m, double u, double v, double from, double to) {
  double sum = 0, count = 0, widest = fmax(to, 0.8);
  for (int y = (int)floor(v - to); y <= (int)ceil(v + to); y++)
    for (int x = (int)floor(u - to); x <= (int)ceil(u + to); x++) {
      double r2 = (x - u) * (x - u) + (y - v) * (y - v);
      bool within = r2 <= widest * widest && r2 >= from * from;
      if (!within || x < 0 || y < 0 || x >= m->width || y >= m->height)
        continue;
      sum += m->v[(size_t)y * (size_t)m->width + (size_t)x];
      count++;
    }
  return count > 0 ? sum / count : NAN;
}

/* Where each ray falls below `level`; at most `limit` away. */
static void run_rays(double reach[RAYS], const sd_map *m, double u, double v, double level,
                     double limit) {
  for (int k = 0; k < RAYS; k++) {
    double turn = 2 * SD_PI * k / RAYS, x = cos(turn), y = sin(turn), r = 0;
    while (r < limit && sd_map_at(m, u + r * x, v + r * y) > level)
      r += RAY_STEP_CELLS;
    reach[k] = fmax(r, 2 * RAY_STEP_CELLS);
  }
}

/* Moves the middle to that of the outline. */
static void recentre(double *u, double *v, const double reach[RAYS]) {
  double x = 0, y = 0, area = 0;
  for (int k = 0; k < RAYS; k++) {
    double turn = 2 * SD_PI * k / RAYS, square = reach[k] * reach[k];
    x += square * reach[k] * cos(turn) * 2 / 3;
    y += square * reach[k] * sin(turn) * 2 / 3;
    area += square;
  }
  *u += x / area;
  *v += y / area;
}

static void outline_of(double reach[RAYS], double *u, double *v, const layer *l, double radius) {
  for (int round = 0; round < ROUNDS; round++) {
    double top = disc_mean(&l->ray, *u, *v, 0, 0.35 * radius);
    double ground = disc_mean(&l->filled, *u, *v, RING_FROM * radius, RING_TO * radius);
    run_rays(reach, &l->ray, *u, *v, (top + ground) / 2, RAY_REACH[round] * radius);
    outline_calm(reach);
    recentre(u, v, reach);
    radius = outline_radius(reach);
  }
  double top = disc_mean(&l->ray, *u, *v, 0, 0.35 * radius);
  double ground = disc_mean(&l->filled, *u, *v, RING_FROM * radius, RING_TO * radius);
  run_rays(reach, &l->ray, *u, *v, (top + ground) / 2, RAY_REACH[1] * radius);
  outline_calm(reach);
}

/* Share of the fall from inside to surround that lies within a fifth of the radius of the edge. */
static double steepness(const layer *l, double u, double v, const double reach[RAYS]) {
  double sum[4] = {0};
  static const double AT[4] = {0.35, 0.8, 1.2, 1.6};
  for (int k = 0; k < RAYS; k++)
    for (int n = 0; n < 4; n++) {
      double turn = 2 * SD_PI * k / RAYS, r = AT[n] * reach[k];
      sum[n] += sd_map_at(&l->filled, u + r * cos(turn), v + r * sin(turn));
    }
  return sum[0] > sum[3] ? (sum[1] - sum[2]) / (sum[0] - sum[3]) : 0;
}

/* ---- search ------------------------------------------------------------------------------- */

/* What stands out at one size, in robust SDs of itself; halved where its blur lets. */
static sd_status respond(sd_map *out, int *shrink, const layer *l, sd_map *base, int base_shrink,
                         int size, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map soft = {0};
  double cells = size_mm(size) / l->maps->cell_mm;
  *shrink = base_shrink;
  while (INNER * cells / (2 * *shrink) >= LEAST_SIGMA_PX) {
    SD_TRY(sd_map_half(base, base, diag));
    *shrink *= 2;
  }
  SD_TRY(sd_map_blur(out, base, INNER * cells / *shrink, diag));
  SD_TRY(sd_map_blur(&soft, base, OUTER * cells / *shrink, diag));
  for (size_t k = 0; k < (size_t)out->width * (size_t)out->height; k++)
    out->v[k] -= soft.v[k];
done:
  sd_map_clear(&soft);
  return status;
}

typedef struct peak {
  double u, v, strength;
  int size;
} peak;

typedef struct peaks {
  peak *v;
  size_t count, room;
} peaks;

static bool add_peak(peaks *p, peak one) {
  if (!sd_list_grow(&p->v, &p->room, p->count, sizeof *p->v))
    return false;
  p->v[p->count++] = one;
  return true;
}

static sd_status add_peaks(peaks *out, const layer *l, const sd_map *response, int shrink, int size,
                           sd_diag *diag) {
  const sd_mask *keep = l->maps->keep;
  size_t n = 0;
  float *room = malloc(((size_t)response->width * (size_t)response->height + 1) * sizeof *room);
  if (room == NULL)
    return no_memory(diag);
  for (int y = 0; y < response->height; y++)
    for (int x = 0; x < response->width; x++)
      if (keep->v[scar_cell_at(keep, shrink, x, y)])
        room[n++] = fabsf(response->v[(size_t)y * (size_t)response->width + (size_t)x]);
  double spread = n > 0 ? 1.4826 * sd_median(room, n) : INFINITY;
  spread = fmax(spread, RESPONSE * LEAST_QUIET[l->pigment]);
  free(room);
  for (int y = 1; y < response->height - 1; y++)
    for (int x = 1; x < response->width - 1; x++) {
      double value = response->v[(size_t)y * (size_t)response->width + (size_t)x];
      peak one = {shrink * (x + 0.5) - 0.5, shrink * (y + 0.5) - 0.5, value / spread, size};
      if (value > LOOK * spread && keep->v[scar_cell_at(keep, shrink, x, y)] &&
          scar_is_peak(response, x, y) && !add_peak(out, one))
        return no_memory(diag);
    }
  return SD_OK;
}

static int by_strength(const void *a, const void *b) {
  const peak *p = a, *q = b;
  if (p->strength != q->strength)
    return p->strength > q->strength ? -1 : 1;
  if (p->v != q->v)
    return p->v < q->v ? -1 : 1;
  return (p->u > q->u) - (p->u < q->u);
}

static sd_status search(peaks *out, const layer *l, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map base = {0}, response = {0};
  int shrink = 1;
  SD_TRY(sd_map_copy(&base, &l->filled, diag));
  for (int size = 0; size < MARK_SIZES; size++) {
    SD_TRY(respond(&response, &shrink, l, &base, shrink, size, diag));
    SD_TRY(add_peaks(out, l, &response, shrink, size, diag));
  }
  if (out->count > 1)
    qsort(out->v, out->count, sizeof *out->v, by_strength);
done:
  sd_map_clear(&base);
  sd_map_clear(&response);
  return status;
}

/* ---- one mark ----------------------------------------------------------------------------- */

/* Ground and unlikeness from the skin around a mark of so many cells. */
static void add_surround(sd_scar *out, const layer *l, const stamp *circle, double cells) {
  int size = size_of(out->diameter_mm);
  double around = spread_around(l, mean_of(l), circle, out->u, out->v, cells);
  out->ground = fmax(l->quiet[size], QUIET_AROUND * around);
  out->unlike = l->differ[size];
  if (l->differ_map.v != NULL)
    out->unlike =
        fmax(out->unlike, spread_around(l, &l->differ_map, circle, out->u, out->v, cells));
}

static double irregularity(const double reach[RAYS]) {
  double squares = 0, mean = 0;
  for (int k = 0; k < RAYS; k++)
    mean += log(reach[k]) / RAYS;
  for (int k = 0; k < RAYS; k++)
    squares += (log(reach[k]) - mean) * (log(reach[k]) - mean) / RAYS;
  return sqrt(squares);
}

/* Fills a mark from its outline; false where there is none after all. */
static bool describe(sd_scar *out, const layer *l, const peak *at, const stamp *outline, double u,
                     double v, const double reach[RAYS]) {
  const sd_mark_maps *m = l->maps;
  int x = (int)lround(u), y = (int)lround(v);
  contrast c = contrast_of(outline, mean_of(l), m->keep, x, y);
  if (isnan(c.value) || x < 0 || y < 0 || x >= m->grid.width || y >= m->grid.height ||
      m->keep->v[(size_t)y * (size_t)m->grid.width + (size_t)x] == 0)
    return false;
  double diameter = 2 * outline_radius(reach) * m->cell_mm;
  const double *sure = DIAMETER[l->pigment];
  *out = (sd_scar){.u = u,
                   .v = v,
                   .diameter_mm = diameter,
                   .diameter_low_mm = diameter * exp(sure[0]),
                   .diameter_high_mm = diameter * exp(sure[1])};
  out->kind = l->pigment == 0 ? SD_BROWN_MARK : SD_RED_MARK;
  out->x = m->grid.region.x + (u + 0.5) * m->grid.shrink - 0.5;
  out->y = m->grid.region.y + (v + 0.5) * m->grid.shrink - 0.5;
  out->label = m->label->v[(size_t)y * (size_t)m->grid.width + (size_t)x];
  out->contrast = c.value;
  out->measured = c.core_seen;
  out->agreement = NAN;
  for (int date = 0; date < 2; date++)
    out->amplitude[date] =
        m->date[l->pigment][date] == NULL
            ? NAN
            : contrast_of(outline, m->date[l->pigment][date], m->keep, x, y).value;
  out->cue[MARK_CUE_STRENGTH] = at->strength;
  out->cue[MARK_CUE_STEEP] = steepness(l, u, v, reach);
  out->cue[MARK_CUE_IRREGULAR] = irregularity(reach);
  out->cue[MARK_CUE_CONTRAST] = c.value;
  out->cue[MARK_CUE_SIZE] = log(diameter);
  out->cue[MARK_CUE_TONE] = m->tone;
  out->cue[MARK_CUE_OTHER] =
      contrast_of(outline, l->pigment == 0 ? m->haemoglobin : m->brown, m->keep, x, y).value;
  outline_set(out, &m->grid, reach);
  return true;
}

/* What one date alone shows, and compression may have made. */
static bool is_of_the_file(const sd_scar *s, const layer *l) {
  double low = fmin(s->amplitude[0], s->amplitude[1]);
  double high = fmax(s->amplitude[0], s->amplitude[1]);
  return low < ONE_DATE * high && high - low < ONE_DATE_LEAST * l->tail[size_of(s->diameter_mm)];
}

/* *is_mark: whether there is one. */
static sd_status mark_of(sd_scar *out, bool *is_mark, const layer *l, const peak *at,
                         sd_diag *diag) {
  double u = at->u, v = at->v, reach[RAYS];
  stamp outline = {0}, circle = {0};
  *is_mark = false;
  outline_of(reach, &u, &v, l, size_mm(at->size) / 2 / l->maps->cell_mm);
  bool made = stamp_outline(&outline, u, v, reach);
  if (made && describe(out, l, at, &outline, u, v, reach)) {
    double cells = out->diameter_mm / l->maps->cell_mm;
    made = stamp_circle(&circle, cells / 2);
    if (made)
      add_surround(out, l, &circle, cells);
    out->cue[MARK_CUE_QUIET] = out->contrast / out->ground;
    *is_mark = made && !is_of_the_file(out, l);
  }
  stamp_clear(&outline);
  stamp_clear(&circle);
  return made ? SD_OK : no_memory(diag);
}

/* ---- choice ------------------------------------------------------------------------------- */

static bool covers(const sd_scar *better, const sd_scar *s, double cell_mm) {
  double apart = hypot(better->u - s->u, better->v - s->v) * cell_mm;
  return apart < APART * fmax(better->diameter_mm, s->diameter_mm) ||
         apart < 0.5 * (better->diameter_mm + s->diameter_mm) * 0.9;
}

static bool stands_out(const sd_scar *s) {
  return s->contrast >= QUIET_LEAST * s->ground &&
         (isnan(s->unlike) || s->contrast >= AGREED_LEAST * s->unlike);
}

static bool add_mark(sd_scars *out, size_t *room, const sd_scar *one) {
  if (!sd_list_grow(&out->v, room, out->count, sizeof *out->v))
    return false;
  out->v[out->count++] = *one;
  return true;
}

static sd_status find_in(sd_scars *out, size_t *room, const sd_mark_maps *maps, int pigment,
                         sd_diag *diag) {
  sd_status status = SD_OK;
  layer l = {0};
  peaks all = {0};
  size_t first = out->count;
  SD_TRY(layer_make(&l, maps, pigment, diag));
  SD_TRY(search(&all, &l, diag));
  for (size_t k = 0; k < all.count; k++) {
    sd_scar one;
    sd_scar place = {.u = all.v[k].u, .v = all.v[k].v, .diameter_mm = 0};
    bool again = false, is_mark = false;
    for (size_t n = first; n < out->count && !again; n++) /* cheap, before it is outlined */
      again = covers(&out->v[n], &place, maps->cell_mm);
    if (!again)
      SD_TRY(mark_of(&one, &is_mark, &l, &all.v[k], diag));
    if (!is_mark)
      continue;
    for (size_t n = first; n < out->count && !again; n++)
      again = covers(&out->v[n], &one, maps->cell_mm);
    mark_decide(&one);
    if (!again && stands_out(&one) && !add_mark(out, room, &one)) {
      status = no_memory(diag);
      goto done;
    }
  }
done:
  free(all.v);
  layer_clear(&l);
  return status;
}

/* A mark of one pigment shows in the other's map too: the clearer of two in one place stays. */
static void drop_echoes(sd_scars *found, double cell_mm) {
  size_t kept = 0;
  for (size_t k = 0; k < found->count; k++)
    for (size_t n = 0; n < found->count; n++) {
      sd_scar *s = &found->v[k];
      const sd_scar *other = &found->v[n];
      double apart = hypot(other->u - s->u, other->v - s->v) * cell_mm;
      if ((other->kind == SD_RED_MARK) != (s->kind == SD_RED_MARK) &&
          apart < fmax(other->diameter_mm, s->diameter_mm) / 2 &&
          s->cue[MARK_CUE_QUIET] < LEAK * other->cue[MARK_CUE_QUIET])
        s->score = -1;
    }
  for (size_t k = 0; k < found->count; k++)
    if (found->v[k].score >= 0)
      found->v[kept++] = found->v[k];
  found->count = kept;
}

static int by_score(const void *a, const void *b) {
  const sd_scar *p = a, *q = b;
  if (p->score != q->score)
    return p->score > q->score ? -1 : 1;
  if (p->v != q->v)
    return p->v < q->v ? -1 : 1;
  return (p->u > q->u) - (p->u < q->u);
}

sd_status sd_marks_find(sd_scars *out, const sd_mark_maps *maps, double least_score,
                        sd_diag *diag) {
  sd_status status = SD_OK;
  sd_scars found = {0};
  size_t room = 0, kept = 0;
  for (int pigment = 0; pigment < 2; pigment++)
    SD_TRY(find_in(&found, &room, maps, pigment, diag));
  drop_echoes(&found, maps->cell_mm);
  if (found.count > 1)
    qsort(found.v, found.count, sizeof *found.v, by_score);
  while (kept < found.count && found.v[kept].score >= least_score)
    kept++;
  found.count = kept;
  sd_scars_clear(out);
  *out = found;
  found = (sd_scars){0};
done:
  sd_scars_clear(&found);
  return status;
}
