/* The interval of a change (science.md 9). Its variance joins sampling of the skin (bootstrap) and
 * what two shots of unchanged skin differ by: a floor, the differences of the taking, registration,
 * another expression, and what leaks in from other changes of the same zone. */
#include "change/metrics.h"

#include <math.h>
#include <string.h>

/* Standard errors per unit of each difference; `factor` widens the whole to the measured 95th
 * percentile of |z| on untouched skin; `gain` is the uncertainty of the unit, a share of the
 * change; `spread` is the median over rows of phantoms and faces. Fitted by maximum likelihood (|z|
 * clipped at 3) to 188 pairs of phantoms and half-synthetic portraits, untouched zones of treated
 * pairs included; `expression` to 51 pairs of portraits neutral and smiling. */
typedef struct repeatability {
  double factor, floor;
  double light, cast, decohered, noise, scale, jpeg;
  double turn, brown, scars, melanin, haemoglobin;
  double gain, expression;
  double spread; /* usual SD of one block of tiles */
} repeatability;
static const repeatability REPEATABILITY[METRICS] = {
    [ROUGH_FINE] = {.factor = 1.2,
                    .floor = 0.005,
                    .decohered = 0.27,
                    .noise = 0.01,
                    .scale = 0.03,
                    .melanin = 0.3,
                    .haemoglobin = 0.24,
                    .expression = 0.25,
                    .spread = 0.04},
    [ROUGH_MID] = {.factor = 1.05,
                   .floor = 0.008,
                   .decohered = 0.14,
                   .brown = 0.02,
                   .haemoglobin = 0.08,
                   .expression = 0.22,
                   .spread = 0.15,
                   .turn = 0.2},
    [ROUGH_COARSE] = {.factor = 1.25,
                      .floor = 0.011,
                      .light = 0.016,
                      .decohered = 0.09,
                      .jpeg = 0.048,
                      .brown = 0.06,
                      .haemoglobin = 0.15,
                      .expression = 0.1,
                      .spread = 0.1,
                      .turn = 0.2},
    [SCAR_RELIEF] = {.factor = 1.2,
                     .floor = 0.006,
                     .light = 0.03,
                     .decohered = 0.4,
                     .jpeg = 0.05,
                     .brown = 0.1,
                     .haemoglobin = 0.25,
                     .expression = 0.12,
                     .spread = 0.12,
                     .turn = 0.2},
    [BROWN_LOAD] = {.factor = 1.35,
                    .floor = 0.012,
                    .light = 0.05,
                    .decohered = 0.13,
                    .scale = 0.05,
                    .jpeg = 0.055,
                    .scars = 0.1,
                    .haemoglobin = 0.45,
                    .expression = 0.29,
                    .spread = 0.2},
    [RED_LOAD] = {.factor = 1.35,
                  .floor = 0.008,
                  .light = 0.09,
                  .cast = 0.045,
                  .decohered = 0.06,
                  .noise = 0.012,
                  .jpeg = 0.05,
                  .melanin = 0.14,
                  .expression = 0.29,
                  .spread = 0.2},
    [MEL_UNEVEN] = {.factor = 1.4,
                    .floor = 0.012,
                    .light = 0.03,
                    .decohered = 0.03,
                    .scale = 0.04,
                    .jpeg = 0.043,
                    .scars = 0.08,
                    .haemoglobin = 0.07,
                    .expression = 0.22,
                    .spread = 0.2},
    [HB_UNEVEN] = {.factor = 1.1,
                   .floor = 0.01,
                   .light = 0.09,
                   .cast = 0.05,
                   .noise = 0.054,
                   .jpeg = 0.054,
                   .melanin = 0.34,
                   .expression = 0.47,
                   .spread = 0.2},
    [MELANIN_REL] = {.factor = 1.2,
                     .floor = 0.002,
                     .light = 0.013,
                     .cast = 0.028,
                     .decohered = 0.013,
                     .noise = 0.004,
                     .scale = 0.005,
                     .jpeg = 0.015,
                     .haemoglobin = 0.15,
                     .gain = 0.12,
                     .expression = 0.056,
                     .spread = 0.04},
    [HB_REL] = {.factor = 1.05,
                .floor = 0.001,
                .cast = 0.008,
                .decohered = 0.02,
                .jpeg = 0.003,
                .melanin = 0.15,
                .gain = 0.05,
                .expression = 0.047,
                .spread = 0.02},
    [DELTA_E_MARKS] = {.factor = 1.3,
                       .floor = 0.06,
                       .light = 0.15,
                       .decohered = 0.3,
                       .scale = 0.1,
                       .jpeg = 0.1,
                       .scars = 0.2,
                       .haemoglobin = 0.5,
                       .expression = 0.4,
                       .spread = 0.4},
};
/* The same where no control zone takes out what is common to the frame. */
static const repeatability FINE_ALONE = {.factor = 1.05,
                                         .floor = 0.06,
                                         .cast = 0.05,
                                         .decohered = 0.86,
                                         .noise = 0.05,
                                         .jpeg = 0.06,
                                         .expression = 0.25,
                                         .spread = 0.04};
static const repeatability MID_ALONE = {.factor = 1.1,
                                        .floor = 0.02,
                                        .decohered = 0.05,
                                        .noise = 0.075,
                                        .jpeg = 0.1,
                                        .expression = 0.22,
                                        .spread = 0.15,
                                        .turn = 0.2};
/* From this tone on the axis of melanin turns so fast with tone that its unit is known this well.
 */
static const double TONE_DARK = 1.3, GAIN_DARK = 0.4;
/* JPEG quality up from which compression no longer shows in the residuals. */
static const double JPEG_FINE = 92;
/* One file with coarser colour than the other, after both were brought to the same grid: as so many
 * tens of quality; of one shot saved twice as more, see estimates.c. */
static const double CHROMA_AS_JPEG = 0.3, CHROMA_AS_JPEG_ONE_SHOT = 1;
/* Stretch of the skin at which half of what another expression does is feared. Rendered faces of
 * one expression, turned and lit anew, read 0.006 to 0.035 (registration alone), 51 pairs of
 * portraits neutral and smiling 0.03 to 0.13 with a median of 0.08, and a broader smile does not do
 * more. */
static const double STRETCH_HALF = 0.04;
/* Degrees of freedom of all that is not sampling: the constants above are averages over people and
 * cameras, and a single pair may be unlike them. */
static const double FREEDOM_OF_TAKING = 12, FREEDOM_OF_EXPRESSION = 4;
/* Where the detail of both could not be compared (too little skin at once): as a poor match. */
static const double COHERENCE_UNKNOWN = 0.7;

static const double RADIANS_PER_DEGREE = 0.017453292519943295;

static int quality_of(const sd_side *side) {
  return side->quality->jpeg_quality > 0 ? side->quality->jpeg_quality : 100;
}

static bool chroma_differs(const sd_side *before, const sd_side *after) {
  int h[2], v[2];
  sd_coding_chroma(&before->photo->coding, &h[0], &v[0]);
  sd_coding_chroma(&after->photo->coding, &h[1], &v[1]);
  return h[0] != h[1] || v[0] != v[1];
}

static double chroma_as_jpeg(const sd_capture_match *m, const sd_side *before,
                             const sd_side *after) {
  if (!chroma_differs(before, after))
    return 0;
  return m->one_shot ? CHROMA_AS_JPEG_ONE_SHOT : CHROMA_AS_JPEG;
}

taking taking_of(const sd_capture_match *m, const sd_side *before, const sd_side *after) {
  int quality = quality_of(before) < quality_of(after) ? quality_of(before) : quality_of(after);
  return (taking){.light = isnan(m->shading) ? 0 : fabs(m->shading),
                  .cast = fabs(m->melanin) + fabs(m->haemoglobin),
                  .decohered =
                      fmax(0, 1 - (isnan(m->coherence) ? COHERENCE_UNKNOWN : m->coherence)),
                  .noise = isnan(m->noise_ratio) ? 0 : fabs(log(m->noise_ratio)),
                  .scale = fabs(log(m->scale_ratio)),
                  .jpeg = fmax(0, JPEG_FINE - quality) / 10 + chroma_as_jpeg(m, before, after),
                  .turn = isnan(m->light_turn_deg) ? 0 : m->light_turn_deg * RADIANS_PER_DEGREE,
                  .tone = before->measures->axes.tone};
}

static double square(double x) {
  return x * x;
}

double expression_of(double stretch) {
  return square(stretch) / (square(stretch) + square(STRETCH_HALF));
}

/* Variance of the change of unchanged skin, sampling and expression left out. */
static double repeat_variance(const repeatability *r, const taking *t, const crosstalk *leak) {
  return square(r->floor) + square(r->light * t->light) + square(r->cast * t->cast) +
         square(r->decohered * t->decohered) + square(r->noise * t->noise) +
         square(r->scale * t->scale) + square(r->jpeg * t->jpeg) + square(r->turn * t->turn) +
         square(r->brown * leak->brown) + square(r->scars * leak->scars) +
         square(r->melanin * leak->melanin) + square(r->haemoglobin * leak->haemoglobin);
}

static const repeatability *repeatability_of(which metric, bool alone) {
  if (alone && metric == ROUGH_FINE)
    return &FINE_ALONE;
  return alone && metric == ROUGH_MID ? &MID_ALONE : &REPEATABILITY[metric];
}

/* Degrees of freedom of a sum of variances (Satterthwaite 1946). */
static double joint_freedom(const double variance[], const double freedom[], int count) {
  double sum = 0, squares = 0;
  for (int k = 0; k < count; k++) {
    sum += variance[k];
    squares += square(variance[k]) / freedom[k];
  }
  return squares > 0 ? sum * sum / squares : FREEDOM_OF_TAKING;
}

/* Few blocks know their own spread badly, one not at all: as if one block more had been seen, with
 * the spread that is usual for the metric. */
static double sampling_variance(double se, double count, double spread) {
  return ((count - 1) * square(se) + square(spread) / count) / count;
}

void interval_set(sd_metric *m, which metric, const taking *t, const crosstalk *leak,
                  const place *at) {
  const repeatability *r = repeatability_of(metric, at->is_control || !t->has_control);
  double counted = fmax(m->freedom, 1);
  double variance[] = {sampling_variance(m->se_sampling, counted, r->spread),
                       square(m->se_noise) + repeat_variance(r, t, leak),
                       square(r->expression * expression_of(at->stretch))};
  double freedom[] = {counted, FREEDOM_OF_TAKING, FREEDOM_OF_EXPRESSION};
  double se = r->factor * sqrt(variance[0] + variance[1] + variance[2]);
  double gain = metric == MELANIN_REL && t->tone > TONE_DARK ? GAIN_DARK : r->gain;
  if (t->identical)
    se = gain = 0;
  m->freedom = joint_freedom(variance, freedom, 3);
  double reach = sd_student_reach(0.05, m->freedom);
  double half = reach * hypot(se, gain * m->change);
  m->ci_low = m->change - half;
  m->ci_high = m->change + half;
  m->mdc = reach * se;
  m->p_value = se > 0 ? sd_student_p(m->change / se, m->freedom) : m->change == 0 ? 1 : 0;
}
