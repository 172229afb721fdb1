/* Filling polygons (even-odd rule at pixel centres), growing by the exact Euclidean distance
 * (column distances as in Meijster et al. 2000, then the chords that they leave of a disc along
 * rows), and connected components by flood fill. */
#include "face/skin.h"

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

/* For every pixel the distance to the nearest pixel of `value` in its column, at most `limit`. */
static void column_distances(uint16_t *out, const sd_mask *mask, uint8_t value, int limit) {
  size_t width = (size_t)mask->width;
  for (size_t x = 0; x < width; x++) {
    int last = limit;
    for (int y = 0; y < mask->height; y++) {
      size_t i = (size_t)y * width + x;
      last = mask->v[i] == value ? 0 : last < limit ? last + 1 : limit;
      out[i] = (uint16_t)last;
    }
    last = limit;
    for (int y = mask->height - 1; y >= 0; y--) {
      size_t i = (size_t)y * width + x;
      last = out[i] == 0 ? 0 : last < limit ? last + 1 : limit;
      if (last < out[i])
        out[i] = (uint16_t)last;
    }
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
  size_t width = (size_t)mask->width, count = width * (size_t)mask->height;
  uint16_t *distance = malloc(count * sizeof *distance);
  int *half = malloc((size_t)limit * sizeof *half);
  if (distance == NULL || half == NULL) {
    free(distance);
    free(half);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  }
  column_distances(distance, mask, value, limit);
  half_chords(half, reach, radius);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < mask->height; y++)
    grow_row(mask->v + (size_t)y * width, distance + (size_t)y * width, mask->width, half, reach,
             value);
  free(distance);
  free(half);
  return SD_OK;
}

/* ---- components ---------------------------------------------------------------------------- */

typedef struct flood {
  const sd_mask *mask;
  int32_t *number;
  size_t *stack, depth;
} flood;

static void visit(flood *f, int x, int y, int32_t which) {
  if (x < 0 || y < 0 || x >= f->mask->width || y >= f->mask->height)
    return;
  size_t i = (size_t)y * (size_t)f->mask->width + (size_t)x;
  if (f->mask->v[i] == 0 || f->number[i] != 0)
    return;
  f->number[i] = which;
  f->stack[f->depth++] = i;
}

static sd_component fill_component(flood *f, size_t seed, int32_t which) {
  int width = f->mask->width;
  sd_component out = {seed, 0, width, f->mask->height, 0, 0};
  visit(f, (int)(seed % (size_t)width), (int)(seed / (size_t)width), which);
  while (f->depth > 0) {
    size_t i = f->stack[--f->depth];
    int x = (int)(i % (size_t)width), y = (int)(i / (size_t)width);
    out.area++;
    out.x0 = x < out.x0 ? x : out.x0;
    out.x1 = x > out.x1 ? x : out.x1;
    out.y0 = y < out.y0 ? y : out.y0;
    out.y1 = y > out.y1 ? y : out.y1;
    for (int dy = -1; dy <= 1; dy++)
      for (int dx = -1; dx <= 1; dx++)
        visit(f, x + dx, y + dy, which);
  }
  return out;
}

static sd_status add_component(sd_component **list, int *count, int *capacity, sd_component one,
                               sd_diag *diag) {
  if (*count == *capacity) {
    int larger = *capacity == 0 ? 64 : 2 * *capacity;
    sd_component *grown = realloc(*list, (size_t)larger * sizeof *grown);
    if (grown == NULL)
      return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    *list = grown;
    *capacity = larger;
  }
  (*list)[(*count)++] = one;
  return SD_OK;
}

sd_status sd_shape_components(sd_component **out, int *count, int32_t *number, const sd_mask *mask,
                              sd_diag *diag) {
  sd_status status = SD_OK;
  size_t pixels = (size_t)mask->width * (size_t)mask->height;
  sd_component *list = NULL;
  int found = 0, capacity = 0;
  flood f = {mask, number, malloc(pixels * sizeof *f.stack), 0};
  if (f.stack == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    goto done;
  }
  memset(number, 0, pixels * sizeof *number);
  for (size_t i = 0; i < pixels; i++)
    if (mask->v[i] != 0 && number[i] == 0)
      SD_TRY(add_component(&list, &found, &capacity, fill_component(&f, i, found + 1), diag));
  *out = list;
  *count = found;
  list = NULL;
done:
  free(f.stack);
  free(list);
  return status;
}
