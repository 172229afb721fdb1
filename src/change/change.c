/* The floor's entry: pair the skin, judge the pair, measure the change. */
#include "change/pair.h"

#include "base/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sd_verdict_name(sd_verdict verdict) {
  static const char *const NAMES[] = {"not_measurable", "no_detectable_change", "improved",
                                      "worsened", "changed"};
  return NAMES[verdict];
}

static void change_map_clear(sd_change_map *map) {
  sd_map_clear(&map->value);
  sd_mask_clear(&map->certain);
  *map = (sd_change_map){0};
}

void sd_change_clear(sd_change *change) {
  free(change->metrics);
  free(change->expert);
  free(change->scars);
  free(change->scar_totals);
  change_map_clear(&change->melanin);
  change_map_clear(&change->haemoglobin);
  change_map_clear(&change->relief);
  *change = (sd_change){0};
}

/* Of one shot saved twice the maps show no change either, only what could be chance. */
static void nothing_certain(sd_change *change) {
  sd_change_map *maps[] = {&change->melanin, &change->haemoglobin, &change->relief};
  for (int k = 0; k < 3; k++)
    if (maps[k]->certain.v != NULL)
      memset(maps[k]->certain.v, 0,
             (size_t)maps[k]->certain.width * (size_t)maps[k]->certain.height);
}

/* Neither asks for what the other finds: side by side. */
static sd_status figures_and_maps(sd_change *change, const pair *p, const sd_side *before,
                                  const sd_side *after, const sd_alignment *alignment,
                                  const sd_change_options *options, sd_diag *diag) {
  sd_status found[2] = {SD_OK, SD_OK};
  sd_diag told[2] = {{{0}}, {{0}}};
#pragma omp parallel sections
  {
#pragma omp section
    {
      found[0] = metrics_find(change, p, before, after, options, &told[0]);
      if (found[0] == SD_OK)
        found[0] = expert_find(change, p, before, after, alignment, &told[0]);
    }
#pragma omp section
    found[1] = change_maps(change, p, before, after, alignment, &told[1]);
  }
  return sd_first_failure(found, told, 2, diag);
}

sd_status sd_change_find(sd_change *out, const sd_side *before, const sd_side *after,
                         const sd_alignment *alignment, const sd_capture_match *match,
                         const sd_change_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_change change = {
      .match = *match, .mm_per_px = before->measures->mm_per_px, .view = options->view};
  pair p = {0};
  bool aligned = alignment->status != SD_ALIGNMENT_FAILED;
  if (aligned) {
    SD_TRY(pair_make(&p, before, after, alignment, diag));
    change.match.control_hidden = pair_hides(&p, before->skin, options->control_zone);
    int control = sd_skin_label(before->skin, options->control_zone);
    SD_TRY(pair_find_plain_noise(&p, change.match.control_hidden ? 0 : control, diag));
    capture_match_complete(&change.match, &p, before, after, alignment);
  }
  if (options->control_zone != NULL && !change.match.control_hidden)
    snprintf(change.control_zone, sizeof change.control_zone, "%s", options->control_zone);
  comparability_find(&change.comparability, &change.match, before, after, alignment, options->view);
  bool answer =
      aligned && (options->force || change.comparability.verdict != SD_NOT_COMPARABLE_PAIR);
  if (answer) {
    SD_TRY(scars_follow(&change, &p, before, after, alignment, options, diag));
    SD_TRY(figures_and_maps(&change, &p, before, after, alignment, options, diag));
    if (change.scar_reason[0] == '\0')
      SD_TRY(sd_scars_total(&change, diag));
    if (change.match.one_shot && !options->force)
      nothing_certain(&change);
  }
  sd_change_clear(out);
  *out = change;
  change = (sd_change){0};
done:
  pair_clear(&p);
  sd_change_clear(&change);
  return status;
}

/* ---- exchange
 * --------------------------------------------------------------------------------------- */

static double swapped_sign(double value) {
  return value == 0 ? 0 : -value; /* no minus zero in a report */
}

static void exchange_metric(sd_metric *m) {
  double before = m->before, low = m->ci_low;
  m->before = m->after;
  m->after = before;
  m->change = swapped_sign(m->change);
  m->ci_low = swapped_sign(m->ci_high);
  m->ci_high = swapped_sign(low);
  if (m->verdict == SD_IMPROVED)
    m->verdict = SD_WORSENED;
  else if (m->verdict == SD_WORSENED)
    m->verdict = SD_IMPROVED;
}

/* A mask on one photo's grid, on the other's. */
static sd_status exchange_mask(sd_mask *mask, const sd_grid *from, const sd_grid *to,
                               const sd_warp *forward, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map share = {0};
  if (mask->v == NULL)
    return SD_OK;
  SD_TRY(sd_map_make(&share, from->width, from->height, diag));
  for (size_t k = 0; k < (size_t)from->width * (size_t)from->height; k++)
    share.v[k] = mask->v[k] != 0;
  SD_TRY(pair_lay_over(&share, &share, from, to, forward, diag));
  SD_TRY(sd_mask_make(mask, to->width, to->height, diag));
  for (size_t k = 0; k < (size_t)to->width * (size_t)to->height; k++)
    mask->v[k] = share.v[k] >= 0.5f ? 255 : 0;
done:
  sd_map_clear(&share);
  return status;
}

static sd_status exchange_map(sd_change_map *map, const sd_grid *grid, const sd_warp *forward,
                              sd_diag *diag) {
  sd_status status = SD_OK;
  if (map->value.v == NULL)
    return SD_OK;
  for (size_t k = 0; k < (size_t)map->grid.width * (size_t)map->grid.height; k++)
    map->value.v[k] = -map->value.v[k];
  SD_TRY(pair_lay_over(&map->value, &map->value, &map->grid, grid, forward, diag));
  SD_TRY(exchange_mask(&map->certain, &map->grid, grid, forward, diag));
  for (size_t k = 0; k < (size_t)grid->width * (size_t)grid->height; k++)
    if (isnan(map->value.v[k]))
      map->certain.v[k] = 0;
  map->grid = *grid;
done:
  return status;
}

static void exchange_match(sd_capture_match *m) {
  m->blur_px2 = -m->blur_px2 * m->scale_ratio * m->scale_ratio;
  m->blur_mm2 = -m->blur_mm2;
  m->noise_ratio = 1 / m->noise_ratio;
  m->colour_noise_ratio = 1 / m->colour_noise_ratio;
  m->shading = swapped_sign(m->shading);
  m->melanin = swapped_sign(m->melanin);
  m->haemoglobin = swapped_sign(m->haemoglobin);
  m->scale_ratio = 1 / m->scale_ratio;
  m->tone.contrast = swapped_sign(m->tone.contrast);
  m->tone.bend = swapped_sign(m->tone.bend);
  m->tone.saturation = swapped_sign(m->tone.saturation);
}

sd_status sd_change_exchange(sd_change *change, const sd_side *before, const sd_side *after,
                             const sd_alignment *alignment, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_grid *grid = &before->measures->grid;
  for (size_t k = 0; k < change->metric_count; k++)
    exchange_metric(&change->metrics[k]);
  for (size_t k = 0; k < change->expert_count; k++)
    exchange_metric(&change->expert[k]);
  scars_exchange(change);
  if (sd_scars_counted(change))
    SD_TRY(sd_scars_total(change, diag));
  change->mm_per_px *= change->match.scale_ratio > 0 ? 1 / change->match.scale_ratio : 1;
  exchange_match(&change->match);
  comparability_find(&change->comparability, &change->match, before, after, alignment,
                     change->view);
  SD_TRY(exchange_map(&change->melanin, grid, &alignment->forward, diag));
  SD_TRY(exchange_map(&change->haemoglobin, grid, &alignment->forward, diag));
  SD_TRY(exchange_map(&change->relief, grid, &alignment->forward, diag));
done:
  return status;
}
