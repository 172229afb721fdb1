/* Maps of change for pictures: pigment as a difference of optical density after the slow part
 * (light, white balance) is taken away, relief as the log ratio of local strength. A place is
 * called certain when it stands out of the map's own spread and is larger than a speck. */
#include "change/pair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Light changes slowly over a face; what is narrower than this stays in the map. */
static const double SLOW_MM = 20;
static const double SMOOTH_MM = 0.5, RELIEF_WINDOW_MM = 2;
/* Multiple of the robust spread from which a place is called certain: 1 in 15,000 by chance. */
static const double CERTAIN_SPREADS = 4;

static size_t cells_of(const sd_grid *grid) {
  return (size_t)grid->width * (size_t)grid->height;
}

static sd_status finish(sd_change_map *out, sd_map *value, const pair *p, double slow_mm,
                        sd_diag *diag) {
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
  SD_TRY(sd_map_blur_masked(&slow, value, &keep, slow_mm / p->nominal_mm, diag));
  for (size_t k = 0; k < cells_of(&p->grid); k++) {
    value->v[k] = keep.v[k] ? value->v[k] - slow.v[k] : NAN;
    if (keep.v[k])
      v[n++] = fabsf(value->v[k]);
  }
  out->noise = n > 0 ? 1.4826 * sd_median(v, n) : NAN;
  SD_TRY(sd_mask_make(&certain, p->grid.width, p->grid.height, diag));
  for (size_t k = 0; k < cells_of(&p->grid); k++)
    certain.v[k] = keep.v[k] && fabs(value->v[k]) > CERTAIN_SPREADS * out->noise ? 255 : 0;
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

static sd_status pigment_map(sd_change_map *out, const pair *p, int pigment, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map value = {0};
  SD_TRY(sd_map_make(&value, p->grid.width, p->grid.height, diag));
  for (size_t k = 0; k < cells_of(&p->grid); k++)
    value.v[k] = p->pigment[pigment][1].v[k] - p->pigment[pigment][0].v[k];
  SD_TRY(sd_map_blur_masked(&value, &value, &p->usable, SMOOTH_MM / p->nominal_mm, diag));
  SD_TRY(finish(out, &value, p, SLOW_MM, diag));
done:
  sd_map_clear(&value);
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
    over.v[k] = both ? 0.5f * logf(fmaxf(over.v[k], 1e-9f) / fmaxf(b.v[k], 1e-9f)) : NAN;
  }
  SD_TRY(finish(out, &over, p, SLOW_MM, diag));
done:
  sd_map_clear(&b);
  sd_map_clear(&a);
  sd_map_clear(&over);
  return status;
}

sd_status change_maps(sd_change *change, const pair *p, const sd_side *before, const sd_side *after,
                      const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(pigment_map(&change->melanin, p, PIGMENT_MELANIN, diag));
  SD_TRY(pigment_map(&change->haemoglobin, p, PIGMENT_HAEMOGLOBIN, diag));
  SD_TRY(relief_map(&change->relief, p, before, after, alignment, diag));
done:
  return status;
}
