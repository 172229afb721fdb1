/* The interval of a change (science.md 9). Its variance joins sampling of the skin (bootstrap) and
 * what two shots of unchanged skin differ by: a floor, the differences of the taking, registration,
 * another expression, and what leaks in from other changes of the same zone. */
#include "change/metrics.h"

#include <math.h>
#include <string.h>

/* Standard errors per unit of each difference; `factor` widens the whole to the measured 95th
 * percentile of |z| on untouched skin; `gain` is the uncertainty of the unit, a share of the
 * change. Fitted by maximum likelihood (|z| clipped at 3) to 188 pairs of phantoms and
 * half-synthetic portraits, untouched zones of treated pairs included; `expression` to 51 pairs of
 * portraits neutral and smiling. */
typedef struct repeatability {
  double factor, floor;
  double light, cast, decohered, noise, scale, jpeg;
  double brown, scars, melanin, haemoglobin;
  double gain, expression;
} repeatability;
static const repeatability REPEATABILITY[METRICS] = {
    [ROUGH_FINE] = {.factor = 1.2,
                    .floor = 0.005,
                    .decohered = 0.27,
                    .noise = 0.01,
                    .scale = 0.03,
                    .melanin = 0.3,
                    .haemoglobin = 0.24,
                    .expression = 0.2},
    [ROUGH_MID] = {.factor = 1.05,
                   .floor = 0.008,
                   .decohered = 0.14,
                   .brown = 0.02,
                   .haemoglobin = 0.08,
                   .expression = 0.1},
    [ROUGH_COARSE] = {.factor = 1.25,
                      .floor = 0.011,
                      .light = 0.016,
                      .decohered = 0.09,
                      .jpeg = 0.048,
                      .brown = 0.06,
                      .haemoglobin = 0.15,
                      .expression = 0.08},
    [SCAR_RELIEF] = {.factor = 1.2,
                     .floor = 0.006,
                     .light = 0.03,
                     .decohered = 0.4,
                     .jpeg = 0.05,
                     .brown = 0.1,
                     .haemoglobin = 0.25,
                     .expression = 0.05},
    [BROWN_LOAD] = {.factor = 1.35,
                    .floor = 0.012,
                    .light = 0.05,
                    .decohered = 0.13,
                    .scale = 0.05,
                    .jpeg = 0.055,
                    .scars = 0.1,
                    .haemoglobin = 0.45,
                    .expression = 0.25},
    [RED_LOAD] = {.factor = 1.35,
                  .floor = 0.008,
                  .light = 0.09,
                  .cast = 0.045,
                  .decohered = 0.06,
                  .noise = 0.012,
                  .jpeg = 0.05,
                  .melanin = 0.14,
                  .expression = 0.31},
    [MEL_UNEVEN] = {.factor = 1.4,
                    .floor = 0.012,
                    .light = 0.03,
                    .decohered = 0.03,
                    .scale = 0.04,
                    .jpeg = 0.043,
                    .scars = 0.08,
                    .haemoglobin = 0.07,
                    .expression = 0.12},
    [HB_UNEVEN] = {.factor = 1.1,
                   .floor = 0.01,
                   .light = 0.09,
                   .cast = 0.05,
                   .noise = 0.054,
                   .jpeg = 0.054,
                   .melanin = 0.34,
                   .expression = 0.22},
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
                     .expression = 0.045},
    [HB_REL] = {.factor = 1.05,
                .floor = 0.001,
                .cast = 0.008,
                .decohered = 0.02,
                .jpeg = 0.003,
                .melanin = 0.15,
                .gain = 0.05,
                .expression = 0.04},
    [DELTA_E_MARKS] = {.factor = 1.3,
                       .floor = 0.06,
                       .light = 0.15,
                       .decohered = 0.3,
                       .scale = 0.1,
                       .jpeg = 0.1,
                       .scars = 0.2,
                       .haemoglobin = 0.5,
                       .expression = 0.6},
};
/* The same where no control zone takes out what is common to the frame. */
static const repeatability FINE_ALONE = {.factor = 1.05,
                                         .floor = 0.06,
                                         .cast = 0.05,
                                         .decohered = 0.86,
                                         .noise = 0.05,
                                         .jpeg = 0.06,
                                         .expression = 0.2};
static const repeatability MID_ALONE = {.factor = 1.1,
                                        .floor = 0.02,
                                        .decohered = 0.05,
                                        .noise = 0.075,
                                        .jpeg = 0.1,
                                        .expression = 0.1};
/* From this tone on the axis of melanin turns so fast with tone that its unit is known this well.
 */
static const double TONE_DARK = 1.3, GAIN_DARK = 0.4;
/* JPEG quality up from which compression no longer shows in the residuals. */
static const double JPEG_FINE = 92;
/* One file with coarser colour than the other, after both were brought to the same grid: as so many
 * tens of quality; of one shot saved twice as more, see estimates.c. */
static const double CHROMA_AS_JPEG = 0.3, CHROMA_AS_JPEG_ONE_SHOT = 1;
/* Movement of the skin, share of the face: below the first a turn of the camera explains it; from
 * the second on neutral and smiling faces differ alike, however broad the smile. */
static const double MOVEMENT_POSE = 0.0015, MOVEMENT_EXPRESSION = 0.006;
/* What an expression does differs so much from face to face and zone to zone that its errors have
 * the tails of a t distribution of few degrees of freedom: over 51 pairs the intervals miss as
 * often as they should, but by more than normal errors would. */
static const double FREEDOM_EXPRESSION = 6, FREEDOM_OTHER = 60;
/* Where the detail of both could not be compared (too little skin at once): as a poor match. */
static const double COHERENCE_UNKNOWN = 0.7;

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

taking taking_of(const sd_capture_match *m, const sd_side *before, const sd_side *after,
                 const sd_alignment *alignment) {
  int quality = quality_of(before) < quality_of(after) ? quality_of(before) : quality_of(after);
  double moved = (alignment->deformation - MOVEMENT_POSE) / (MOVEMENT_EXPRESSION - MOVEMENT_POSE);
  return (taking){.light = isnan(m->shading) ? 0 : fabs(m->shading),
                  .cast = fabs(m->melanin) + fabs(m->haemoglobin),
                  .decohered =
                      fmax(0, 1 - (isnan(m->coherence) ? COHERENCE_UNKNOWN : m->coherence)),
                  .noise = isnan(m->noise_ratio) ? 0 : fabs(log(m->noise_ratio)),
                  .scale = fabs(log(m->scale_ratio)),
                  .jpeg = fmax(0, JPEG_FINE - quality) / 10 + chroma_as_jpeg(m, before, after),
                  .expression = isnan(moved) ? 0 : fmin(fmax(moved, 0), 1),
                  .tone = before->measures->axes.tone};
}

static double square(double x) {
  return x * x;
}

/* Variance of the change of unchanged skin, sampling left out. */
static double repeat_variance(const repeatability *r, const taking *t, const crosstalk *leak) {
  return square(r->floor) + square(r->light * t->light) + square(r->cast * t->cast) +
         square(r->decohered * t->decohered) + square(r->noise * t->noise) +
         square(r->scale * t->scale) + square(r->jpeg * t->jpeg) +
         square(r->expression * t->expression) + square(r->brown * leak->brown) +
         square(r->scars * leak->scars) + square(r->melanin * leak->melanin) +
         square(r->haemoglobin * leak->haemoglobin);
}

static const repeatability *repeatability_of(which metric, bool alone) {
  if (alone && metric == ROUGH_FINE)
    return &FINE_ALONE;
  return alone && metric == ROUGH_MID ? &MID_ALONE : &REPEATABILITY[metric];
}

/* Satterthwaite (1946): degrees of freedom of a sum of two variances. */
static double freedom_of(double expression, double all) {
  double other = all - expression;
  return all > 0 ? square(all) /
                       (square(expression) / FREEDOM_EXPRESSION + square(other) / FREEDOM_OTHER)
                 : FREEDOM_OTHER;
}

void interval_set(sd_metric *m, which metric, const taking *t, const crosstalk *leak,
                  bool is_control) {
  const repeatability *r = repeatability_of(metric, is_control || !t->has_control);
  double variance = square(m->se_sampling) + square(m->se_noise) + repeat_variance(r, t, leak);
  double freedom = freedom_of(square(r->expression * t->expression), variance);
  double se = r->factor * sqrt(variance);
  double gain = metric == MELANIN_REL && t->tone > TONE_DARK ? GAIN_DARK : r->gain;
  if (t->identical)
    se = gain = 0;
  double half = Z95 * hypot(se, gain * m->change);
  m->ci_low = m->change - half;
  m->ci_high = m->change + half;
  m->mdc = Z95 * se;
  m->p_value = se > 0 ? sd_student_p(m->change / se, freedom) : m->change == 0 ? 1 : 0;
}
