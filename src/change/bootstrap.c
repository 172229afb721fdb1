/* Sampling error of an estimate: its spread when the zone's tiles are drawn again, in blocks of
 * 2 x 2 neighbours because neighbouring skin is alike (Kunsch 1989), the same tiles of both dates
 * together. The seed is fixed: the same pair gives the same interval. */
#include "change/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS = 200 };

static int by_block(const void *a, const void *b, void *tiles) {
  const tile *p = (const tile *)tiles + *(const int *)a, *q = (const tile *)tiles + *(const int *)b;
  int d = p->label - q->label;
  d = d != 0 ? d : p->row / 2 - q->row / 2;
  d = d != 0 ? d : p->column / 2 - q->column / 2;
  return d != 0 ? d : *(const int *)a - *(const int *)b;
}

bool blocks_make(blocks *out, const pair *p, const choice *tiles) {
  blocks b = {malloc((tiles->count + 1) * sizeof(int)), malloc((tiles->count + 1) * sizeof(int)),
              0};
  if (b.start == NULL || b.member == NULL) {
    free(b.start);
    free(b.member);
    return false;
  }
  memcpy(b.member, tiles->index, tiles->count * sizeof(int));
  qsort_r(b.member, tiles->count, sizeof(int), by_block, p->tiles);
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *now = &p->tiles[b.member[k]];
    const tile *last = k > 0 ? &p->tiles[b.member[k - 1]] : NULL;
    if (last == NULL || now->label != last->label || now->row / 2 != last->row / 2 ||
        now->column / 2 != last->column / 2)
      b.start[b.count++] = (int)k;
  }
  b.start[b.count] = (int)tiles->count;
  *out = b;
  return true;
}

void blocks_clear(blocks *b) {
  free(b->start);
  free(b->member);
  *b = (blocks){0};
}

/* `out->index` has room for four tiles a block. */
static void draw(choice *out, const blocks *b, sd_random *random) {
  out->count = 0;
  for (size_t k = 0; k < b->count; k++) {
    size_t pick = sd_random_next(random) % b->count;
    for (int m = b->start[pick]; m < b->start[pick + 1]; m++)
      out->index[out->count++] = b->member[m];
  }
}

/* What a tile brings into the estimate. */
static double weight_of(const tile *t, which metric) {
  switch (metric) {
  case ROUGH_FINE:
  case ROUGH_MID:
  case ROUGH_COARSE:
    return t->relief[0][metric - ROUGH_FINE] + t->relief[1][metric - ROUGH_FINE];
  case SCAR_RELIEF:
    return t->scar[0] + t->scar[1];
  case BROWN_LOAD:
  case RED_LOAD:
    return fmax(t->weighted[metric - BROWN_LOAD][0] + t->weighted[metric - BROWN_LOAD][1], 0);
  case MEL_UNEVEN:
  case HB_UNEVEN:
    return t->uneven[metric - MEL_UNEVEN][0] + t->uneven[metric - MEL_UNEVEN][1];
  case DELTA_E_MARKS:
    return (double)t->mark_cells[PIGMENT_MELANIN];
  default:
    return (double)t->cells;
  }
}

double effective_blocks(const context *c, which metric, const blocks *b) {
  double sum = 0, squares = 0;
  for (size_t k = 0; k < b->count; k++) {
    double weight = 0;
    for (int m = b->start[k]; m < b->start[k + 1]; m++)
      weight += weight_of(&c->p->tiles[b->member[m]], metric);
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? sum * sum / squares : 0;
}

double sampling_error(const context *c, which metric, const blocks *zone_blocks,
                      const blocks *control_blocks, bool is_control, choice *zone,
                      choice *control) {
  sd_random random = {(uint64_t)metric * 7919 + 17}, of_control = {(uint64_t)metric * 6007 + 29};
  bool with_control = estimate_needs_control(c, metric, is_control);
  double sum = 0, sum2 = 0;
  int n = 0;
  control->count = 0;
  for (int k = 0; k < DRAWS; k++) {
    draw(zone, zone_blocks, &random);
    if (with_control)
      draw(control, control_blocks, &of_control);
    double change = estimate_change(c, metric, zone, control, is_control);
    if (isnan(change))
      continue;
    sum += change;
    sum2 += change * change;
    n++;
  }
  if (n < DRAWS / 2)
    return NAN;
  return sqrt(fmax(sum2 / n - sum / n * sum / n, 0));
}
