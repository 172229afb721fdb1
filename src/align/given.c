/* A light mode is a matter of lamp and filter: the camera and the face stand still between the
 * exposures of one capture, so that the map found in the light that shows most serves all of them.
 */
#include "align/given.h"

#include "align/maps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nodes kept per node of the alignment, each way. */
enum { KEPT_STEP = 2, INVERSE_ROUNDS = 30 };

void sd_transform_clear(sd_transform *transform) {
  sd_warp_clear(&transform->map);
  sd_map_clear(&transform->error_px);
  *transform = (sd_transform){0};
}

sd_status sd_transform_of(sd_transform *out, const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_transform made = {0};
  SD_TRY(warp_make(&made.map, alignment->forward.domain, KEPT_STEP * alignment->forward.step_px,
                   diag));
  SD_TRY(sd_map_make(&made.error_px, made.map.columns, made.map.rows, diag));
  for (int j = 0; j < made.map.rows; j++)
    for (int i = 0; i < made.map.columns; i++) {
      size_t k = (size_t)j * (size_t)made.map.columns + (size_t)i;
      sd_point p = warp_node(&made.map, i, j), to;
      made.map.valid[k] = sd_warp_at(&alignment->forward, p.x, p.y, &to);
      made.map.x[k] = (float)to.x;
      made.map.y[k] = (float)to.y;
      made.error_px.v[k] = (float)sd_alignment_error_at(alignment, p.x, p.y);
    }
  memcpy(made.model, alignment->model, sizeof made.model);
  sd_transform_clear(out);
  *out = made;
  made = (sd_transform){0};
done:
  sd_transform_clear(&made);
  return status;
}

/* ---- both directions ------------------------------------------------------------------------ */

static bool map_affine(affine *out, const sd_warp *map) {
  size_t count = (size_t)map->columns * (size_t)map->rows;
  match *matches = malloc(count * sizeof *matches);
  if (matches == NULL)
    return false;
  for (size_t k = 0; k < count; k++)
    matches[k] =
        (match){warp_node(map, (int)(k % (size_t)map->columns), (int)(k / (size_t)map->columns)),
                {map->x[k], map->y[k]},
                1};
  bool found = affine_fit(out, matches, count);
  free(matches);
  return found;
}

static bool invert(affine *map) {
  const double *a = map->a;
  double d = a[0] * a[4] - a[1] * a[3];
  if (!(fabs(d) > 1e-6))
    return false;
  affine inverse = {{a[4] / d, -a[1] / d, 0, -a[3] / d, a[0] / d, 0}};
  inverse.a[2] = -(inverse.a[0] * a[2] + inverse.a[1] * a[5]);
  inverse.a[5] = -(inverse.a[3] * a[2] + inverse.a[4] * a[5]);
  *map = inverse;
  return true;
}

static sd_point node_of(const field *f, int i, int j) {
  return (sd_point){f->origin_x + i * f->step, f->origin_y + j * f->step};
}

static void follow(field *out, const sd_warp *map) {
#pragma omp parallel for schedule(static)
  for (int j = 0; j < out->rows; j++)
    for (int i = 0; i < out->columns; i++) {
      size_t k = (size_t)j * (size_t)out->columns + (size_t)i;
      sd_point p = node_of(out, i, j), to;
      sd_warp_at(map, p.x, p.y, &to);
      out->x[k] = (float)to.x;
      out->y[k] = (float)to.y;
    }
}

/* Where `map` comes from: fixed-point steps through the inverse of its affine part. */
static void follow_back(field *out, const sd_warp *map, const affine *inverse) {
  const double *a = inverse->a;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < out->rows; j++)
    for (int i = 0; i < out->columns; i++) {
      size_t k = (size_t)j * (size_t)out->columns + (size_t)i;
      sd_point q = node_of(out, i, j), p = affine_apply(inverse, q), f;
      for (int round = 0; round < INVERSE_ROUNDS; round++) {
        sd_warp_at(map, p.x, p.y, &f);
        p.x += a[0] * (q.x - f.x) + a[1] * (q.y - f.y);
        p.y += a[3] * (q.x - f.x) + a[4] * (q.y - f.y);
      }
      out->x[k] = (float)p.x;
      out->y[k] = (float)p.y;
    }
}

sd_status given_fields(side *a, side *b, const sd_transform *transform, bool exchanged,
                       sd_diag *diag) {
  sd_status status = SD_OK;
  affine inverse;
  SD_TRY(field_make(&a->refined, &a->work.level[0], diag));
  SD_TRY(field_make(&b->refined, &b->work.level[0], diag));
  if (!map_affine(&inverse, &transform->map) || !invert(&inverse)) {
    status = sd_fail(diag, SD_NOT_ALIGNED, "the transform given has no inverse");
    goto done;
  }
  follow(exchanged ? &b->refined : &a->refined, &transform->map);
  follow_back(exchanged ? &a->refined : &b->refined, &transform->map, &inverse);
done:
  return status;
}

/* ---- what it is worth ----------------------------------------------------------------------- */

/* The stated error at a BEFORE pixel; NaN outside or without a counterpart. */
static double error_at(const sd_transform *t, sd_point p) {
  double u = (p.x - t->map.domain.x) / t->map.step_px + 0.5;
  double v = (p.y - t->map.domain.y) / t->map.step_px + 0.5;
  if (!(u >= 0 && v >= 0 && u < t->map.columns && v < t->map.rows))
    return NAN;
  return t->error_px.v[(size_t)v * (size_t)t->map.columns + (size_t)u];
}

void given_errors(sd_alignment *al, const sd_transform *transform, bool exchanged) {
  sd_warp *warp = &al->forward;
  for (int j = 0; j < warp->rows; j++)
    for (int i = 0; i < warp->columns; i++) {
      size_t k = (size_t)j * (size_t)warp->columns + (size_t)i;
      sd_point node = warp_node(warp, i, j), to = {warp->x[k], warp->y[k]};
      double stated = error_at(transform, exchanged ? to : node);
      if (exchanged) /* BEFORE's pixels, in this photo's */
        stated /= al->scale_ratio;
      al->error_map.v[k] = isnan(stated) ? NAN : fmaxf(al->error_map.v[k], (float)stated);
      warp->valid[k] = warp->valid[k] && !isnan(al->error_map.v[k]);
    }
}
