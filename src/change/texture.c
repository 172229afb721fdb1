/* Expert rows: co-occurrence features of every zone at both dates, over skin that both photos show.
 * Each photo is read on its own pixels; the alignment merely says which zone a node of AFTER
 * belongs to. No interval and no verdict: noise and coding move these features, and what they say
 * of skin the texture metrics say with intervals. */
#include "change/metrics.h"

#include "scardelta/glcm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fewer neighbours leave most of the 64 x 64 pairs of levels empty by chance. */
static const double PAIRS_MIN = 4000;

static const char EXPLANATION[] =
    "Grey level co-occurrence of relief, 0.8 to 3 mm, by the IBSI: 2D, slice-merged, distance 1.";
static const char REASON[] = "for experts, without interval and verdict: noise and coding move it, "
                             "and the texture metrics carry the verdict";

#define KIND(name, title)                                                                          \
  { "ibsi_glcm_" name, "IBSI " title, "", 0, EXPLANATION }
static const sd_metric_kind KINDS[SD_GLCM_FEATURES] = {
    [SD_GLCM_JOINT_MAXIMUM] = KIND("joint_maximum", "joint maximum"),
    [SD_GLCM_JOINT_AVERAGE] = KIND("joint_average", "joint average"),
    [SD_GLCM_JOINT_VARIANCE] = KIND("joint_variance", "joint variance"),
    [SD_GLCM_JOINT_ENTROPY] = KIND("joint_entropy", "joint entropy"),
    [SD_GLCM_DIFFERENCE_AVERAGE] = KIND("difference_average", "difference average"),
    [SD_GLCM_DIFFERENCE_VARIANCE] = KIND("difference_variance", "difference variance"),
    [SD_GLCM_DIFFERENCE_ENTROPY] = KIND("difference_entropy", "difference entropy"),
    [SD_GLCM_SUM_AVERAGE] = KIND("sum_average", "sum average"),
    [SD_GLCM_SUM_VARIANCE] = KIND("sum_variance", "sum variance"),
    [SD_GLCM_SUM_ENTROPY] = KIND("sum_entropy", "sum entropy"),
    [SD_GLCM_ANGULAR_SECOND_MOMENT] = KIND("angular_second_moment", "angular second moment"),
    [SD_GLCM_CONTRAST] = KIND("contrast", "contrast"),
    [SD_GLCM_DISSIMILARITY] = KIND("dissimilarity", "dissimilarity"),
    [SD_GLCM_INVERSE_DIFFERENCE] = KIND("inverse_difference", "inverse difference"),
    [SD_GLCM_NORMALISED_INVERSE_DIFFERENCE] =
        KIND("normalised_inverse_difference", "normalised inverse difference"),
    [SD_GLCM_INVERSE_DIFFERENCE_MOMENT] =
        KIND("inverse_difference_moment", "inverse difference moment"),
    [SD_GLCM_NORMALISED_INVERSE_DIFFERENCE_MOMENT] =
        KIND("normalised_inverse_difference_moment", "normalised inverse difference moment"),
    [SD_GLCM_INVERSE_VARIANCE] = KIND("inverse_variance", "inverse variance"),
    [SD_GLCM_CORRELATION] = KIND("correlation", "correlation"),
    [SD_GLCM_AUTOCORRELATION] = KIND("autocorrelation", "autocorrelation"),
    [SD_GLCM_CLUSTER_TENDENCY] = KIND("cluster_tendency", "cluster tendency"),
    [SD_GLCM_CLUSTER_SHADE] = KIND("cluster_shade", "cluster shade"),
    [SD_GLCM_CLUSTER_PROMINENCE] = KIND("cluster_prominence", "cluster prominence"),
    [SD_GLCM_INFORMATION_CORRELATION_1] =
        KIND("information_correlation_1", "information correlation 1"),
    [SD_GLCM_INFORMATION_CORRELATION_2] =
        KIND("information_correlation_2", "information correlation 2"),
};

/* One photo's levels, 0 where the pair has no skin, and the zone of each node. */
typedef struct plane {
  sd_mask levels, labels;
} plane;

static void plane_clear(plane *p) {
  sd_mask_clear(&p->levels);
  sd_mask_clear(&p->labels);
}

/* Zone at a point of BEFORE, 0 where the pair compares nothing. */
static uint8_t label_at(const pair *p, sd_point at) {
  double u, v;
  pair_cell_of(&p->grid, at, &u, &v);
  long i = lround(u), j = lround(v);
  if (i < 0 || j < 0 || i >= p->grid.width || j >= p->grid.height)
    return 0;
  size_t cell = (size_t)j * (size_t)p->grid.width + (size_t)i;
  return p->usable.v[cell] != 0 ? p->label.v[cell] : 0;
}

/* `to_before` NULL: the photo is BEFORE itself. */
static sd_status plane_make(plane *out, const sd_measures *m, const pair *p,
                            const sd_warp *to_before, sd_diag *diag) {
  double step;
  sd_status status = sd_texture_levels(&out->levels, &step, m, diag);
  if (status != SD_OK || out->levels.v == NULL)
    return status;
  int width = out->levels.width, height = out->levels.height;
  status = sd_mask_make(&out->labels, width, height, diag);
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < height; j++)
    for (int i = 0; i < width; i++) {
      size_t k = (size_t)j * (size_t)width + (size_t)i;
      sd_point at = {m->grid.region.x + (i + 0.5) * step - 0.5,
                     m->grid.region.y + (j + 0.5) * step - 0.5};
      if (out->levels.v[k] == 0)
        continue;
      if (to_before == NULL || sd_warp_at(to_before, at.x, at.y, &at))
        out->labels.v[k] = label_at(p, at);
      out->levels.v[k] = out->labels.v[k] != 0 ? out->levels.v[k] : 0;
    }
  return SD_OK;
}

static void features_of(double out[SD_GLCM_FEATURES], sd_glcm *room, const plane *p, int label) {
  double pairs = 0;
  *room = (sd_glcm){.levels = SD_GLCM_LEVELS_MAX};
  sd_glcm_add(room, &p->levels, label != 0 ? &p->labels : NULL, (uint8_t)label);
  for (int d = 0; d < SD_GLCM_DIRECTIONS; d++)
    for (int a = 0; a < room->levels; a++)
      for (int b = 0; b < room->levels; b++)
        pairs += 0.5 * room->pairs[d][a][b];
  sd_glcm_merged(out, room);
  for (int k = 0; k < SD_GLCM_FEATURES && pairs < PAIRS_MIN; k++)
    out[k] = NAN;
}

/* The rows of one zone; `why` it has no values, NULL when it has. */
static void add_rows(sd_change *change, const char *zone, const double before[SD_GLCM_FEATURES],
                     const double after[SD_GLCM_FEATURES], const char *why) {
  for (int k = 0; k < SD_GLCM_FEATURES; k++) {
    sd_metric *m = &change->expert[change->expert_count++];
    bool known = why == NULL && !isnan(before[k]) && !isnan(after[k]);
    *m = (sd_metric){.kind = &KINDS[k], .ci_low = NAN, .ci_high = NAN, .mdc = NAN};
    m->p_value = m->p_holm = m->freedom = m->se_sampling = NAN;
    m->before = known ? before[k] : NAN;
    m->after = known ? after[k] : NAN;
    m->change = NAN; /* as of all that has no interval */
    snprintf(m->zone, sizeof m->zone, "%s", zone);
    snprintf(m->reason, sizeof m->reason, "%s",
             known         ? REASON
             : why != NULL ? why
                           : "too little skin of this zone is seen in both photos");
  }
}

sd_status expert_find(sd_change *change, const pair *p, const sd_side *before, const sd_side *after,
                      const sd_alignment *alignment, sd_diag *diag) {
  enum { MID = 1 };
  sd_status status = SD_OK;
  plane planes[2] = {{{0}, {0}}, {{0}, {0}}};
  double features[2][SD_GLCM_FEATURES];
  size_t zones = change->metric_count / METRICS;
  sd_glcm *room = malloc(sizeof *room);
  change->expert = calloc(zones * SD_GLCM_FEATURES + 1, sizeof *change->expert);
  if (room == NULL || change->expert == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the texture features");
    goto done;
  }
  SD_TRY(plane_make(&planes[0], before->measures, p, NULL, diag));
  SD_TRY(plane_make(&planes[1], after->measures, p, &alignment->inverse, diag));
  const char *why = planes[0].levels.v == NULL   ? before->measures->band_reason[MID]
                    : planes[1].levels.v == NULL ? after->measures->band_reason[MID]
                                                 : NULL;
  for (size_t z = 0; z < zones; z++) {
    const char *zone = change->metrics[z * METRICS].zone;
    for (int date = 0; date < 2 && why == NULL; date++)
      features_of(features[date], room, &planes[date], sd_skin_label(before->skin, zone));
    add_rows(change, zone, features[0], features[1], why);
  }
done:
  free(room);
  plane_clear(&planes[0]);
  plane_clear(&planes[1]);
  return status;
}
