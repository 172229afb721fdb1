/* Which of the relief that stands out looks like single scars, for pictures: patches of the size of
 * ice-pick to rolling scars (0.9 to 7.6 mm across, science.md 6), about as long as wide, in the
 * middle of measured skin. Folds and the outlines of nose and face are long; beside brows, lids and
 * hair everything stands out. */
#include "change/pair.h"

#include <math.h>
#include <stdlib.h>

static const double ACROSS_MIN_MM = 0.9, ACROSS_MAX_MM = 10;
/* Longest to shortest axis of the ellipse with the patch's second moments. */
static const double ELONGATION_MAX = 2.6;
/* Share of measured skin within this reach of every cell. */
static const double CLEAR_MM = 1.5;
static const float CLEAR_SHARE = 0.9f;

typedef struct patch {
  size_t cells;
  double x, y, xx, xy, yy; /* sums */
  bool clear;
} patch;

static void add_cell(patch *s, size_t k, int width, bool clear) {
  double x = (double)(k % (size_t)width), y = (double)(k / (size_t)width);
  s->cells++;
  s->x += x;
  s->y += y;
  s->xx += x * x;
  s->xy += x * y;
  s->yy += y * y;
  s->clear = s->clear && clear;
}

static bool looks_like_scar(const patch *s, double cell_mm) {
  double n = (double)s->cells, mx = s->x / n, my = s->y / n;
  double across = 2 * sqrt(n / 3.14159265358979323846) * cell_mm;
  /* a cell is itself a square: 1/12 */
  double xx = s->xx / n - mx * mx + 1.0 / 12, yy = s->yy / n - my * my + 1.0 / 12;
  double xy = s->xy / n - mx * my, half = (xx + yy) / 2;
  double apart = sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
  return s->clear && across >= ACROSS_MIN_MM && across <= ACROSS_MAX_MM &&
         half + apart <= ELONGATION_MAX * ELONGATION_MAX * (half - apart);
}

/* Collects the patch around `seed` in `stack` and takes it out of `left`. */
static patch gather_patch(size_t *stack, sd_mask *left, const sd_map *share, size_t seed) {
  patch s = {.clear = true};
  size_t w = (size_t)left->width, read = 0, top = 0;
  stack[top++] = seed;
  left->v[seed] = 0;
  while (read < top) {
    size_t k = stack[read++], x = k % w, y = k / w;
    size_t around[4] = {x > 0 ? k - 1 : k, x + 1 < w ? k + 1 : k, y > 0 ? k - w : k,
                        y + 1 < (size_t)left->height ? k + w : k};
    add_cell(&s, k, left->width, share->v[k] >= CLEAR_SHARE);
    for (int n = 0; n < 4; n++)
      if (left->v[around[n]] != 0) {
        left->v[around[n]] = 0;
        stack[top++] = around[n];
      }
  }
  return s;
}

sd_status change_scars(sd_mask *out, const pair *p, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map share = {0};
  sd_mask left = {0};
  size_t cells = (size_t)p->grid.width * (size_t)p->grid.height;
  size_t *stack = malloc((cells + 1) * sizeof *stack);
  if (stack == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to find scars");
  SD_TRY(sd_mask_make(out, p->grid.width, p->grid.height, diag));
  SD_TRY(sd_mask_make(&left, p->grid.width, p->grid.height, diag));
  SD_TRY(sd_map_make(&share, p->grid.width, p->grid.height, diag));
  for (size_t k = 0; k < cells; k++) {
    share.v[k] = p->usable.v[k] != 0;
    left.v[k] = p->usable.v[k] != 0 ? p->scars.v[k] : 0;
  }
  SD_TRY(sd_map_blur(&share, &share, CLEAR_MM / p->nominal_mm, diag));
  for (size_t k = 0; k < cells; k++) {
    if (left.v[k] == 0)
      continue;
    patch s = gather_patch(stack, &left, &share, k);
    if (looks_like_scar(&s, p->nominal_mm))
      for (size_t i = 0; i < s.cells; i++)
        out->v[stack[i]] = 255;
  }
done:
  free(stack);
  sd_map_clear(&share);
  sd_mask_clear(&left);
  return status;
}
