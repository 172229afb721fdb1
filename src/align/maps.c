/* From the two refined fields to the pair of maps that are handed out. */
#include "align/maps.h"

#include <math.h>
#include <stdlib.h>

enum { INVERSE_ROUNDS = 10 };
/* Where the map of the place so far misses by less, in the other photo's pixels, the rounds end: it
 * is what a float keeps of a coordinate. */
static const double INVERSE_ENOUGH_PX = 1e-4;

sd_status warp_make(sd_warp *out, sd_rect domain, int step, sd_diag *diag) {
  sd_warp made = {.domain = domain, .step_px = step};
  made.columns = (domain.width - 1 + step - 1) / step + 1;
  made.rows = (domain.height - 1 + step - 1) / step + 1;
  size_t nodes = (size_t)made.columns * (size_t)made.rows;
  made.x = malloc(nodes * sizeof *made.x);
  made.y = malloc(nodes * sizeof *made.y);
  made.valid = calloc(nodes, 1);
  if (made.x == NULL || made.y == NULL || made.valid == NULL) {
    sd_warp_clear(&made);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the map between the photos");
  }
  *out = made;
  return SD_OK;
}

sd_point warp_node(const sd_warp *warp, int i, int j) {
  return (sd_point){warp->domain.x + (double)i * warp->step_px,
                    warp->domain.y + (double)j * warp->step_px};
}

/* How far the way there and back misses: x - back(forth(x)), in source pixels. */
static sd_point discrepancy(const field *forth, const field *back, sd_point p, sd_point *there) {
  double bx, by;
  field_at(forth, p.x, p.y, &there->x, &there->y);
  field_at(back, there->x, there->y, &bx, &by);
  return (sd_point){p.x - bx, p.y - by};
}

/* Half-way between the forward map and the inverse of the backward map (first order), so that
 * neither photo is the template. */
void warp_symmetric(sd_warp *warp, sd_map *miss, const field *forth, const field *back) {
#pragma omp parallel for schedule(static)
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      size_t k = (size_t)j * (size_t)warp->columns + (size_t)i;
      sd_point p = warp_node(warp, i, j), there, corrected;
      sd_point e = discrepancy(forth, back, p, &there);
      field_at(forth, p.x + e.x / 2, p.y + e.y / 2, &corrected.x, &corrected.y);
      warp->x[k] = (float)corrected.x;
      warp->y[k] = (float)corrected.y;
      miss->v[k] = (float)(e.x * e.x + e.y * e.y);
    }
}

/* Inverse of `forward` at the nodes of `inverse` by fixed-point steps from `guess`. */
void warp_inverse(sd_warp *inverse, const sd_warp *forward, const field *guess) {
#pragma omp parallel for schedule(static)
  for (int j = 0; j < inverse->rows; j++)
    for (int i = 0; i < inverse->columns; i++) {
      size_t k = (size_t)j * (size_t)inverse->columns + (size_t)i;
      sd_point q = warp_node(inverse, i, j), g, f;
      double x0, y0, x1, y1;
      field_at(guess, q.x, q.y, &x0, &y0);
      g = (sd_point){x0, y0};
      for (int round = 0; round < INVERSE_ROUNDS; round++) {
        sd_warp_at(forward, g.x, g.y, &f);
        if (fabs(q.x - f.x) < INVERSE_ENOUGH_PX && fabs(q.y - f.y) < INVERSE_ENOUGH_PX)
          break;
        /* the step back through the guess's slope: where q + (q - f) would come from */
        field_at(guess, q.x + (q.x - f.x), q.y + (q.y - f.y), &x1, &y1);
        g.x += x1 - x0;
        g.y += y1 - y0;
      }
      inverse->x[k] = (float)g.x;
      inverse->y[k] = (float)g.y;
    }
}

/* What is known at one map's nodes, at the other map's: the nearest node of where each comes from.
 */
static sd_status carry(sd_map *out, const sd_map *v, const sd_warp *to, const sd_warp *from,
                       double gain, sd_diag *diag) {
  sd_status status = sd_map_make(out, to->columns, to->rows, diag);
  if (status != SD_OK)
    return status;
  size_t count = (size_t)to->columns * (size_t)to->rows;
  for (size_t k = 0; k < count; k++) {
    double i = (to->x[k] - from->domain.x) / from->step_px + 0.5;
    double j = (to->y[k] - from->domain.y) / from->step_px + 0.5;
    size_t column = (size_t)fmin(fmax(i, 0), from->columns - 1);
    size_t row = (size_t)fmin(fmax(j, 0), from->rows - 1);
    out->v[k] = (float)(gain * v->v[row * (size_t)from->columns + column]);
  }
  return SD_OK;
}

sd_status alignment_carry(sd_alignment *al, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_warp *inverse = &al->inverse;
  size_t count = (size_t)inverse->columns * (size_t)inverse->rows;
  SD_TRY(
      carry(&al->inverse_error_map, &al->error_map, inverse, &al->forward, al->scale_ratio, diag));
  SD_TRY(carry(&al->inverse_likeness_map, &al->likeness_map, inverse, &al->forward, 1, diag));
  for (size_t k = 0; k < count; k++)
    inverse->valid[k] = inverse->valid[k] && !isnan(al->inverse_error_map.v[k]);
done:
  return status;
}

static void swap_maps(sd_map *one, sd_map *other) {
  sd_map kept = *one;
  *one = *other;
  *other = kept;
}

void sd_alignment_exchange(sd_alignment *al) {
  sd_warp forward = al->inverse;
  al->inverse = al->forward;
  al->forward = forward;
  swap_maps(&al->error_map, &al->inverse_error_map);
  swap_maps(&al->likeness_map, &al->inverse_likeness_map);
  al->scale_ratio = al->scale_ratio > 0 ? 1 / al->scale_ratio : 1;
  al->rotation_deg = -al->rotation_deg;
}
