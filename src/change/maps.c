/* Maps of change for pictures: pigment as a difference of optical density after the slow part
 * (light, white balance) is taken away, relief as the log ratio of local strength. A place is
 * called certain when it stands out of the map's own spread by more than what the registration may
 * have moved there, and not beside skin that was left out (brows, hair, the outline of the face).
 */
#include "change/pair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Light changes slowly over a face; what is narrower than this stays in the map. */
static const double SLOW_MM = 20;
static const double SMOOTH_MM = 0.5, RELIEF_WINDOW_MM = 2;
/* Multiple of the robust spread from which a place is called certain: 1 in 15,000 by chance. */
static const double CERTAIN_SPREADS = 4;
/* Beside what is left out, hairs and the turn of the face away from the lens pass for change: a
 * certain place has this share of measured skin around it. */
static const double EDGE_MM = 2;
static const float EDGE_SUPPORT = 0.85f;

static size_t cells_of(const sd_grid *grid) {
  return (size_t)grid->width * (size_t)grid->height;
}

/* Share of measured skin around each cell. */
static sd_status support_of(sd_map *out, const pair *p, const sd_mask *keep, sd_diag *diag) {
  sd_status status = sd_map_make(out, p->grid.width, p->grid.height, diag);
  for (size_t k = 0; status == SD_OK && k < cells_of(&p->grid); k++)
    out->v[k] = keep->v[k] != 0;
  return status == SD_OK ? sd_map_blur(out, out, EDGE_MM / p->nominal_mm, diag) : status;
}

/* What a registration wrong by its stated bound makes of a map at a cell: slope times bound. */
static double moved_by(const sd_map *m, const pair *p, const sd_alignment *alignment, int i,
                       int j) {
  if (i < 1 || j < 1 || i + 1 >= m->width || j + 1 >= m->height)
    return 0;
  const float *c = m->v + (size_t)j * (size_t)m->width + (size_t)i;
  double slope = hypot(c[1] - c[-1], c[m->width] - c[-m->width]) / 2;
  sd_point at = pair_cell_centre(&p->grid, i, j);
  double bound = sd_alignment_error_at(alignment, at.x, at.y) / p->grid.shrink;
  return isnan(slope * bound) ? 0 : slope * bound;
}

static sd_status find_certain(sd_mask *out, const sd_map *value, const sd_map *before,
                              const sd_mask *keep, double noise, const pair *p,
                              const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map support = {0};
  SD_TRY(support_of(&support, p, keep, diag));
  SD_TRY(sd_mask_make(out, p->grid.width, p->grid.height, diag));
#pragma omp parallel for schedule(static)
  for (int j = 0; j < p->grid.height; j++)
    for (int i = 0; i < p->grid.width; i++) {
      size_t k = (size_t)j * (size_t)p->grid.width + (size_t)i;
      if (!keep->v[k] || support.v[k] < EDGE_SUPPORT ||
          !(fabs(value->v[k]) > CERTAIN_SPREADS * noise))
        continue;
      double beyond = fabs(value->v[k]) - CERTAIN_SPREADS * noise;
      out->v[k] = beyond > moved_by(before, p, alignment, i, j) ? 255 : 0;
    }
done:
  sd_map_clear(&support);
  return status;
}

/* `before`: the map of the first date, for what the registration may have moved. */
static sd_status finish(sd_change_map *out, sd_map *value, const sd_map *before, const pair *p,
                        const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map slow = {0};
  sd_mask certain = {0}, keep = {0};
  float *v = malloc((cells_of(&p->grid) + 1) * sizeof *v);
  size_t n = 0;
  if (v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for a map of change");
  SD_TRY(sd_mask_make(&keep, p->grid.width, p->grid.height, diag));
  for (size_t k = 0; k < cells_of(&p->grid); k++)
    keep.v[k] = p->usable.v[k] != 0 && !isnan(value->v[k]) ? 255 : 0;
  SD_TRY(sd_map_blur_masked(&slow, value, &keep, SLOW_MM / p->nominal_mm, diag));
  for (size_t k = 0; k < cells_of(&p->grid); k++) {
    value->v[k] = keep.v[k] ? value->v[k] - slow.v[k] : NAN;
    if (keep.v[k])
      v[n++] = fabsf(value->v[k]);
  }
  out->noise = n > 0 ? 1.4826 * sd_median(v, n) : NAN;
  SD_TRY(find_certain(&certain, value, before, &keep, out->noise, p, alignment, diag));
  out->grid = p->grid;
  out->value = *value;
  out->certain = certain;
  *value = (sd_map){0};
  certain = (sd_mask){0};
done:
  free(v);
  sd_map_clear(&slow);
  sd_mask_clear(&keep);
  sd_mask_clear(&certain);
  return status;
}

static sd_status pigment_map(sd_change_map *out, const pair *p, int pigment,
                             const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map value = {0}, smooth[2] = {{0}}; /* change, and the first date */
  const sd_map *const in[2] = {&value, &p->pigment[pigment][0]};
  SD_TRY(sd_map_make(&value, p->grid.width, p->grid.height, diag));
  for (size_t k = 0; k < cells_of(&p->grid); k++)
    value.v[k] = p->pigment[pigment][1].v[k] - p->pigment[pigment][0].v[k];
  SD_TRY(sd_maps_blur_masked(smooth, in, 2, &p->usable, SMOOTH_MM / p->nominal_mm, NULL, diag));
  sd_map_clear(&value);
  SD_TRY(finish(out, &smooth[0], &smooth[1], p, alignment, diag));
done:
  sd_map_clear(&value);
  sd_map_clear(&smooth[0]);
  sd_map_clear(&smooth[1]);
  return status;
}

/* Mean square of a band around each cell. */
static sd_status strength(sd_map *out, const sd_map *band, const sd_grid *grid, double mm_per_px,
                          sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask keep = {0};
  SD_TRY(sd_mask_make(&keep, band->width, band->height, diag));
  SD_TRY(sd_map_make(out, band->width, band->height, diag));
  for (size_t k = 0; k < cells_of(grid); k++) {
    keep.v[k] = isnan(band->v[k]) ? 0 : 255;
    out->v[k] = band->v[k] * band->v[k];
  }
  SD_TRY(sd_map_blur_masked(out, out, &keep, RELIEF_WINDOW_MM / (mm_per_px * grid->shrink), diag));
  for (size_t k = 0; k < cells_of(grid); k++)
    out->v[k] = keep.v[k] ? out->v[k] : NAN;
done:
  sd_mask_clear(&keep);
  return status;
}

static sd_status relief_map(sd_change_map *out, const pair *p, const sd_side *before,
                            const sd_side *after, const sd_alignment *alignment, sd_diag *diag) {
  enum { MID = 1 };
  sd_status status = SD_OK;
  sd_map b = {0}, a = {0}, over = {0};
  const sd_measures *mb = before->measures, *ma = after->measures;
  if (mb->band[MID].v == NULL || ma->band[MID].v == NULL)
    return SD_OK;
  SD_TRY(strength(&b, &mb->band[MID], &mb->grid, mb->mm_per_px, diag));
  SD_TRY(strength(&a, &ma->band[MID], &ma->grid, ma->mm_per_px, diag));
  SD_TRY(pair_lay_over(&over, &a, &ma->grid, &p->grid, &alignment->forward, diag));
  for (size_t k = 0; k < cells_of(&p->grid); k++) {
    bool both = !isnan(over.v[k]) && !isnan(b.v[k]);
    b.v[k] = both ? 0.5f * logf(fmaxf(b.v[k], 1e-9f)) : NAN;
    over.v[k] = both ? 0.5f * logf(fmaxf(over.v[k], 1e-9f)) - b.v[k] : NAN;
  }
  SD_TRY(finish(out, &over, &b, p, alignment, diag));
done:
  sd_map_clear(&b);
  sd_map_clear(&a);
  sd_map_clear(&over);
  return status;
}

sd_status change_maps(sd_change *change, const pair *p, const sd_side *before, const sd_side *after,
                      const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(pigment_map(&change->melanin, p, PIGMENT_MELANIN, alignment, diag));
  SD_TRY(pigment_map(&change->haemoglobin, p, PIGMENT_HAEMOGLOBIN, alignment, diag));
  SD_TRY(relief_map(&change->relief, p, before, after, alignment, diag));
done:
  return status;
}
