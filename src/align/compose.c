/* Two registrations to one template, as the map between the two photos: what many photos of one
 * skin are laid on each other with, without the drift of a chain. */
#include "align/maps.h"

#include <math.h>
#include <stdio.h>

/* As many nodes as a kept registration has (given.c). */
enum { KEPT_STEP = 2 };

/* One node: from `a`'s photo to the template and on to `b`'s. */
static void compose_node(sd_transform *out, size_t k, sd_point p, const sd_alignment *a,
                         const sd_alignment *b) {
  sd_point middle, to;
  bool trusted = sd_warp_at(&a->inverse, p.x, p.y, &middle);
  double error_a = sd_alignment_error_at(a, middle.x, middle.y), error_b = 0;
  to = middle;
  if (b != NULL) {
    trusted = sd_warp_at(&b->forward, middle.x, middle.y, &to) && trusted;
    error_b = sd_alignment_error_at(b, middle.x, middle.y);
  }
  out->map.x[k] = (float)to.x;
  out->map.y[k] = (float)to.y;
  /* both errors are the template's pixels, and independent: each comes from its own photo */
  double scale = sd_warp_scale_at(&a->forward, middle.x, middle.y);
  double error = hypot(error_a, error_b) * scale;
  out->map.valid[k] = trusted && isfinite(error);
  out->error_px.v[k] = out->map.valid[k] ? (float)error : NAN;
}

sd_status sd_transform_compose(sd_transform *out, const sd_alignment *a, const sd_alignment *b,
                               sd_diag *diag) {
  sd_status status = SD_OK;
  sd_transform made = {0};
  SD_TRY(warp_make(&made.map, a->inverse.domain, KEPT_STEP * a->inverse.step_px, diag));
  SD_TRY(sd_map_make(&made.error_px, made.map.columns, made.map.rows, diag));
  for (int j = 0; j < made.map.rows; j++)
    for (int i = 0; i < made.map.columns; i++)
      compose_node(&made, (size_t)j * (size_t)made.map.columns + (size_t)i,
                   warp_node(&made.map, i, j), a, b);
  snprintf(made.model, sizeof made.model, "through the template");
  sd_transform_clear(out);
  *out = made;
  made = (sd_transform){0};
done:
  sd_transform_clear(&made);
  return status;
}
