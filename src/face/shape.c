/* Filling polygons (even-odd rule at pixel centres), growing by the exact Euclidean distance
 * (column distances as in Meijster et al. 2000, then the chords that they leave of a disc along
 * rows), and connected components. */
#include "face/skin.h"

#include "base/clones.h"
#include "base/list.h"
#include "base/threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CROSSINGS_MAX = 128 };

static int crossings_of(double *x, const sd_point *corners, int count, double y) {
  int found = 0;
  for (int i = 0; i < count && found < CROSSINGS_MAX; i++) {
    sd_point a = corners[i], b = corners[(i + 1) % count];
    if ((a.y <= y) != (b.y <= y))
      x[found++] = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
  }
  for (int i = 1; i < found; i++)
    for (int k = i; k > 0 && x[k] < x[k - 1]; k--) {
      double swap = x[k];
      x[k] = x[k - 1];
      x[k - 1] = swap;
    }
  return found;
}

void sd_shape_fill(sd_mask *mask, const sd_point *corners, int count, uint8_t value) {
  for (int y = 0; y < mask->height; y++) {
    double x[CROSSINGS_MAX];
    int found = crossings_of(x, corners, count, y);
    for (int i = 0; i + 1 < found; i += 2) {
      double from = fmax(ceil(x[i]), 0), to = fmin(floor(x[i + 1]), mask->width - 1);
      if (from <= to)
        memset(mask->v + (size_t)y * (size_t)mask->width + (size_t)from, value,
               (size_t)(to - from) + 1);
    }
  }
}

/* The part of the mask that growing by `reach` can change; empty: there is nothing to grow. */
static sd_rect growing_part(const sd_mask *mask, uint8_t value, int reach) {
  int x0 = mask->width, x1 = -1, y0 = mask->height, y1 = -1;
  for (int y = 0; y < mask->height; y++) {
    const uint8_t *row = mask->v + (size_t)y * (size_t)mask->width;
    const uint8_t *found = memchr(row, value, (size_t)mask->width);
    if (found == NULL)
      continue;
    int first = (int)(found - row), last = mask->width - 1;
    while (row[last] != value)
      last--;
    x0 = first < x0 ? first : x0;
    x1 = last > x1 ? last : x1;
    y0 = y < y0 ? y : y0;
    y1 = y;
  }
  if (y1 < 0)
    return (sd_rect){0, 0, 0, 0};
  return sd_rect_clip(
      (sd_rect){x0 - reach, y0 - reach, x1 - x0 + 1 + 2 * reach, y1 - y0 + 1 + 2 * reach},
      mask->width, mask->height);
}

/* One step further from the pixels of `value` than the row before, at most `limit`. */
SD_CLONES static void distance_row(uint16_t *restrict out, const uint16_t *before,
                                   const uint8_t *row, uint8_t value, uint16_t limit, int count) {
  for (int x = 0; x < count; x++) {
    uint16_t further = before[x] < limit ? (uint16_t)(before[x] + 1) : limit;
    out[x] = row[x] == value ? 0 : further;
  }
}

/* The same from below, where that is nearer. */
SD_CLONES static void nearer_row(uint16_t *restrict out, const uint16_t *below, int count) {
  for (int x = 0; x < count; x++) {
    uint16_t further = (uint16_t)(below[x] + 1);
    out[x] = further < out[x] ? further : out[x];
  }
}

/* For every pixel of a part the distance to the nearest pixel of `value` in its column, at most
 * `limit`; the row before the first is room for one. */
static void column_distances(uint16_t *out, const sd_mask *mask, sd_rect part, uint8_t value,
                             int limit) {
  size_t width = (size_t)part.width;
  for (size_t x = 0; x < width; x++)
    out[x] = (uint16_t)limit;
  for (int y = 0; y < part.height; y++) {
    uint16_t *row = out + (size_t)(y + 1) * width;
    const uint8_t *from = mask->v + (size_t)(part.y + y) * (size_t)mask->width + (size_t)part.x;
    distance_row(row, row - width, from, value, (uint16_t)limit, part.width);
  }
  for (int y = part.height - 1; y > 0; y--) {
    uint16_t *row = out + (size_t)y * width;
    nearer_row(row, row + width, part.width);
  }
}

/* How far a row's pixels reach along it: half the chord of a disc at each distance from its centre.
 */
static void half_chords(int *half, int reach, double radius) {
  for (int g = 0; g <= reach; g++) {
    int h = (int)sqrt(fmax(radius * radius - (double)g * g, 0)) + 1;
    while ((double)g * g + (double)h * h > radius * radius)
      h--;
    half[g] = h;
  }
}

/* Sets the pixels of a row that lie within the chords of those to their left, then to their right.
 */
static void grow_row(uint8_t *row, const uint16_t *distance, int width, const int *half, int reach,
                     uint8_t value) {
  int until = -1;
  for (int x = 0; x < width; x++) {
    if (distance[x] <= reach && x + half[distance[x]] > until)
      until = x + half[distance[x]];
    if (x <= until)
      row[x] = value;
  }
  until = width;
  for (int x = width - 1; x >= 0; x--) {
    if (distance[x] <= reach && x - half[distance[x]] < until)
      until = x - half[distance[x]];
    if (x >= until)
      row[x] = value;
  }
}

sd_status sd_shape_grow(sd_mask *mask, uint8_t value, double radius, sd_diag *diag) {
  int reach = (int)floor(radius), limit = reach + 1;
  if (reach < 1)
    return SD_OK;
  sd_rect part = growing_part(mask, value, reach);
  size_t width = (size_t)part.width;
  uint16_t *distance = malloc(width * ((size_t)part.height + 1) * sizeof *distance + 1);
  int *half = malloc((size_t)limit * sizeof *half);
  if (distance == NULL || half == NULL) {
    free(distance);
    free(half);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  }
  column_distances(distance, mask, part, value, limit);
  half_chords(half, reach, radius);
  SD_EACH_ROW(y, part.height, sd_worth_threads(part.width, part.height),
              grow_row(mask->v + (size_t)(part.y + y) * (size_t)mask->width + (size_t)part.x,
                       distance + (size_t)(y + 1) * width, part.width, half, reach, value));
  free(distance);
  free(half);
  return SD_OK;
}

/* ---- components ---------------------------------------------------------------------------- */

/* Neighbouring pixels of a row. Runs that touch are joined under the first of them (union by the
 * smallest, Rosenfeld and Pfaltz 1966), so that components are numbered as they are met. */
typedef struct run {
  int x0, x1, y; /* both ends belong to it */
  int under;     /* an earlier run of its component; itself: it is the first */
  int number;    /* of its component */
} run;

typedef struct runs {
  run *v;
  size_t count, capacity;
} runs;

static int first_of(const runs *all, int k) {
  while (all->v[k].under != k)
    k = all->v[k].under = all->v[all->v[k].under].under;
  return k;
}

static void join(runs *all, int k, int other) {
  int a = first_of(all, k), b = first_of(all, other);
  if (a < b)
    all->v[b].under = a;
  else
    all->v[a].under = b;
}

static bool add_runs_of(runs *all, const uint8_t *row, int width, int y) {
  for (int x = 0; x < width; x++) {
    if (row[x] == 0)
      continue;
    int x0 = x;
    while (x + 1 < width && row[x + 1] != 0)
      x++;
    if (!sd_list_grow(&all->v, &all->capacity, all->count, sizeof *all->v))
      return false;
    all->v[all->count] = (run){x0, x, y, (int)all->count, 0};
    all->count++;
  }
  return true;
}

/* Joins the runs of one row, from `here` on, with those of the row before, from `before` on. */
static void join_rows(runs *all, int before, int here) {
  int end = (int)all->count, above = before;
  for (int k = here; k < end; k++) {
    while (above < here && all->v[above].x1 < all->v[k].x0 - 1)
      above++;
    for (int a = above; a < here && all->v[a].x0 <= all->v[k].x1 + 1; a++)
      join(all, k, a);
  }
}

static bool find_runs(runs *all, const sd_mask *mask) {
  int before = 0;
  for (int y = 0; y < mask->height; y++) {
    int here = (int)all->count;
    if (!add_runs_of(all, mask->v + (size_t)y * (size_t)mask->width, mask->width, y))
      return false;
    join_rows(all, before, here);
    before = here;
  }
  return true;
}

static void add_run(sd_component *c, const run *r) {
  c->area += (size_t)(r->x1 - r->x0) + 1;
  c->x0 = r->x0 < c->x0 ? r->x0 : c->x0;
  c->x1 = r->x1 > c->x1 ? r->x1 : c->x1;
  c->y1 = r->y;
}

/* The components in the order of their first runs; each run gets the number of its own. */
static sd_status number_runs(sd_component **out, int *count, runs *all, size_t width,
                             sd_diag *diag) {
  int found = 0;
  for (size_t k = 0; k < all->count; k++) {
    int first = first_of(all, (int)k);
    all->v[k].number = first == (int)k ? ++found : all->v[first].number;
  }
  sd_component *list = malloc(((size_t)found + 1) * sizeof *list);
  if (list == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t k = 0; k < all->count; k++) {
    const run *r = &all->v[k];
    if (r->under == (int)k)
      list[r->number - 1] =
          (sd_component){(size_t)r->y * width + (size_t)r->x0, 0, r->x0, r->y, r->x1, r->y};
    add_run(&list[r->number - 1], r);
  }
  *out = list;
  *count = found;
  return SD_OK;
}

sd_status sd_shape_components(sd_component **out, int *count, int32_t *number, const sd_mask *mask,
                              sd_diag *diag) {
  sd_status status = SD_OK;
  size_t width = (size_t)mask->width;
  runs all = {0};
  if (!find_runs(&all, mask)) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    goto done;
  }
  SD_TRY(number_runs(out, count, &all, width, diag));
  memset(number, 0, width * (size_t)mask->height * sizeof *number);
  for (size_t k = 0; k < all.count; k++)
    for (int x = all.v[k].x0; x <= all.v[k].x1; x++)
      number[(size_t)all.v[k].y * width + (size_t)x] = all.v[k].number;
done:
  free(all.v);
  return status;
}
