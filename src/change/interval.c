/* The interval of a change (science.md 9). Its variance joins sampling of the skin (bootstrap) and
 * what two shots of unchanged skin differ by: a floor, the differences of the taking, registration,
 * another expression, and what leaks in from other changes of the same zone. */
#include "change/metrics.h"

#include "base/angle.h"

#include <math.h>
#include <string.h>

/* Standard errors per unit of each difference, and of the zone's other changes that leak in;
 * `..._dark` counts on dark skin alone. `factor` widens the whole until untouched skin stays inside
 * 95 % of the intervals of every group of pairs; `gain` is the uncertainty of the unit, a share of
 * the change. Fitted by maximum likelihood under the t distribution below to 376 pairs of phantoms
 * and half-synthetic portraits, untouched zones of treated pairs included, 18 pairs of rendered
 * faces, turned and lit anew, and 26 of 51 people neutral and smiling; what the lamp and the white
 * balance do, to 175 more pairs of phantoms and portraits and 36 of rendered faces; fine relief of
 * an expression was never seen close enough and is taken to be as uncertain as medium relief
 * (METHODS.md says how well it holds on pairs that were not fitted).
 */
typedef struct repeatability {
  double factor, floor;
  double light, cast, decohered, noise, scale, jpeg;
  double curve;                               /* 1: the row is the logarithm of a contrast */
  double turn, faint, turn_faint, cast_faint; /* `..._faint`: per unit of both, since light that is
                                                 taken for pigment weighs more in faint marks */
  double brown, scars, melanin, haemoglobin, melanin_dark, haemoglobin_dark;
  double gain, expression;
  double
      spread; /* of one block of tiles where nothing changed: what is thought before it is seen */
} repeatability;
static const repeatability REPEATABILITY[METRICS] = {
    [ROUGH_FINE] = {.factor = 1.05,
                    .floor = 0.003,
                    .decohered = 0.39,
                    .noise = 0.021,
                    .scale = 0.21,
                    .turn = 0.0099,
                    .melanin = 0.27,
                    .haemoglobin = 0.3,
                    .gain = 0.12,
                    .expression = 0.25,
                    .spread = 0.022},
    [ROUGH_MID] = {.factor = 1.21,
                   .floor = 0.003,
                   .light = 0.052,
                   .decohered = 0.35,
                   .noise = 0.007,
                   .scale = 0.3,
                   .jpeg = 0.023,
                   .turn = 0.036,
                   .gain = 0.17,
                   .expression = 0.16,
                   .spread = 0.024},
    [ROUGH_COARSE] = {.factor = 1.21,
                      .curve = 1,
                      .floor = 0.014,
                      .decohered = 0.041,
                      .jpeg = 0.057,
                      .turn = 0.27,
                      .brown = 0.049,
                      .scale = 0.2,
                      .gain = 0.2,
                      .expression = 0.14,
                      .spread = 0.03},
    [SCAR_RELIEF] = {.factor = 1.45,
                     .curve = 1,
                     .floor = 0.014,
                     .decohered = 0.11,
                     .noise = 0.0051,
                     .scale = 0.25,
                     .jpeg = 0.038,
                     .turn = 0.22,
                     .haemoglobin = 0.11,
                     .gain = 0.1,
                     .expression = 0.16,
                     .spread = 0.02},
    [BROWN_LOAD] = {.factor = 1.33,
                    .curve = 1,
                    .floor = 0.003,
                    .decohered = 0.064,
                    .jpeg = 0.038,
                    .faint = 0.1,
                    .scars = 0.045,
                    .haemoglobin = 0.53,
                    .turn_faint = 4,
                    .cast_faint = 0.2,
                    .gain = 0.14,
                    .expression = 0.45,
                    .spread = 0.02},
    [RED_LOAD] = {.factor = 1.2,
                  .curve = 1,
                  .floor = 0.003,
                  .light = 0.075,
                  .cast = 0.03,
                  .decohered = 0.043,
                  .jpeg = 0.024,
                  .faint = 0.08,
                  .scars = 0.073,
                  .melanin = 0.19,
                  .melanin_dark = 0.44,
                  .turn_faint = 5,
                  .cast_faint = 0.4,
                  .gain = 0.25,
                  .expression = 0.64,
                  .spread = 0.02},
    [MEL_UNEVEN] = {.factor = 1.4,
                    .curve = 1,
                    .floor = 0.003,
                    .light = 0.068,
                    .decohered = 0.074,
                    .jpeg = 0.02,
                    .turn = 0.2,
                    .scars = 0.055,
                    .haemoglobin = 0.54,
                    .haemoglobin_dark = 0.0033,
                    .gain = 0.12,
                    .expression = 0.21,
                    .spread = 0.039},
    [HB_UNEVEN] = {.factor = 1.09,
                   .curve = 1,
                   .floor = 0.011,
                   .light = 0.066,
                   .cast = 0.13,
                   .noise = 0.038,
                   .jpeg = 0.0052,
                   .turn = 0.4,
                   .melanin = 0.3,
                   .melanin_dark = 0.47,
                   .gain = 0.14,
                   .expression = 0.3,
                   .spread = 0.02},
    [MELANIN_REL] = {.factor = 1.42,
                     .curve = 0.1,
                     .floor = 0.0025,
                     .light = 0.041,
                     .cast = 0.03,
                     .noise = 0.0035,
                     .jpeg = 0.011,
                     .haemoglobin = 0.1,
                     .haemoglobin_dark = 2.2,
                     .turn = 0.07,
                     .gain = 0.12,
                     .expression = 0.075,
                     .spread = 0.004},
    [HB_REL] = {.factor = 1.05,
                .curve = 0.1,
                .floor = 0.0014,
                .light = 0.0023,
                .cast = 0.0033,
                .decohered = 0.0029,
                .noise = 0.00089,
                .jpeg = 0.0042,
                .melanin = 0.17,
                .melanin_dark = 0.16,
                .turn = 0.02,
                .gain = 0.05,
                .expression = 0.057,
                .spread = 0.003},
    [DELTA_E_MARKS] = {.factor = 1.34,
                       .curve = 3,
                       .floor = 0.02,
                       .decohered = 0.12,
                       .jpeg = 0.11,
                       .turn = 0.45,
                       .scars = 0.25,
                       .haemoglobin = 1.9,
                       .gain = 0.14,
                       .expression = 0.62,
                       .spread = 0.13},
};
/* The same where no control zone takes out what is common to the frame. */
static const repeatability FINE_ALONE = {.factor = 1.0,
                                         .curve = 1,
                                         .floor = 0.051,
                                         .light = 0.078,
                                         .cast = 0.057,
                                         .decohered = 1.2,
                                         .scale = 0.56,
                                         .jpeg = 0.051,
                                         .turn = 0.35,
                                         .melanin = 0.068,
                                         .haemoglobin = 0.035,
                                         .gain = 0.12,
                                         .expression = 0.25,
                                         .spread = 0.09};
static const repeatability MID_ALONE = {.factor = 1.12,
                                        .curve = 1,
                                        .floor = 0.0075,
                                        .light = 0.098,
                                        .decohered = 0.35,
                                        .noise = 0.11,
                                        .scale = 0.5,
                                        .jpeg = 0.096,
                                        .turn = 0.25,
                                        .haemoglobin = 0.041,
                                        .gain = 0.17,
                                        .expression = 0.16,
                                        .spread = 0.02};
/* From this tone on the axis of melanin turns so fast with tone that its unit is known this well.
 */
static const double TONE_DARK = 1.3, GAIN_DARK = 0.4;
/* A unit less certain than this would leave the interval without an end. */
static const double UNIT_DOUBT_MAX = 0.8;
/* JPEG quality up from which compression no longer shows in the residuals. */
static const double JPEG_FINE = 92;
/* One file with coarser colour than the other, after both were brought to the same grid: as so many
 * tens of quality; of one shot saved twice as more, see estimates.c. */
static const double CHROMA_AS_JPEG = 0.3, CHROMA_AS_JPEG_ONE_SHOT = 1;
/* Stretch of the skin at which half of what another expression does is feared. Rendered faces of
 * one expression, turned and lit anew, read below 0.01 where the photos are fine, and up to 0.035
 * in small ones (registration alone); 51 pairs of portraits neutral and smiling 0.03 to 0.13, and a
 * broader smile does not do more. The half and the power were chosen by likelihood. */
static const double STRETCH_HALF = 0.02;
/* Degrees of freedom of all that is not sampling: the constants above are averages over people and
 * cameras, and a single pair may be unlike them. */
static const double FREEDOM_OF_TAKING = 12, FREEDOM_OF_EXPRESSION = 4;
/* Few blocks know their own spread badly, one not at all: `spread` counts as so many more. */
static const double FREEDOM_BEFOREHAND = 4;
/* Tones t = ln(R/B) at which melanin and blood begin to be mistaken for each other, and at which
 * they are wholly: the axis of melanin turns into that of shading ever faster in between. */
static const double TONE_MISTAKEN = 0.95, TONE_WHOLLY_MISTAKEN = 1.4;
/* Where the detail of both could not be compared (too little skin at once): as a poor match. */
static const double COHERENCE_UNKNOWN = 0.7;

/* Share of an undone tone curve that may be left. Curves put on seven real pairs were read to 5 %;
 * curves of other makes may have other shapes. */
static const double CURVE_LEFT = 0.15;

/* The light's angle is read 0.02 radians off (measure/quality.c); three times that keeps relief and
 * contrast of untouched rendered faces inside 95 % of the intervals. */
static const double TURN_DOUBT = 0.06;

/* An exposure this much longer (ln, 10 %) moves no value: it widens no interval either. */
static const double LIGHT_FREE = 0.1;

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

static double curve_left(const sd_tone *tone) {
  return CURVE_LEFT *
         hypot(tone->curve_told ? tone->contrast : 0, tone->saturation_told ? tone->saturation : 0);
}

/* One shot has one lamp; of two the angle is read from the face. */
static double turn_feared(const sd_capture_match *m) {
  if (isnan(m->light_angle_deg) || m->one_shot)
    return 0;
  return hypot(m->light_angle_deg * SD_RADIANS_PER_DEGREE, TURN_DOUBT);
}

taking taking_of(const sd_capture_match *m, const sd_side *before, const sd_side *after) {
  double quality =
      fmin(sd_coding_quality(&before->photo->coding), sd_coding_quality(&after->photo->coding));
  return (taking){.light = isnan(m->shading) ? 0 : fmax(0, fabs(m->shading) - LIGHT_FREE),
                  .cast = fabs(m->melanin) + fabs(m->haemoglobin),
                  .decohered =
                      fmax(0, 1 - (isnan(m->coherence) ? COHERENCE_UNKNOWN : m->coherence)),
                  .noise = isnan(m->noise_ratio) ? 0 : fabs(log(m->noise_ratio)),
                  .scale = fabs(log(m->scale_ratio)),
                  .jpeg = fmax(0, JPEG_FINE - quality) / 10 + chroma_as_jpeg(m, before, after),
                  .turn = turn_feared(m),
                  .curve = curve_left(&m->tone),
                  .tone = before->measures->axes.tone};
}

static double square(double x) {
  return x * x;
}

double expression_of(double stretch) {
  double share = square(square(stretch / STRETCH_HALF));
  return share / (1 + share);
}

/* How far melanin and blood are mistaken for each other: 0 on light skin, 1 on very dark. */
static double mistaken_at(double tone) {
  double share = fmin(fmax((tone - TONE_MISTAKEN) / (TONE_WHOLLY_MISTAKEN - TONE_MISTAKEN), 0), 1);
  return isnan(tone) ? 0 : share * share * share;
}

/* Of the marks' load: what the bounds of a mark, the lamp and the white balance make of faint ones.
 */
static double faint_variance(const repeatability *r, const taking *t, double faint) {
  return square(faint) *
         (square(r->faint) + square(r->turn_faint * t->turn) + square(r->cast_faint * t->cast));
}

/* Variance of the change of unchanged skin, sampling and expression left out. */
static double repeat_variance(const repeatability *r, const taking *t, const crosstalk *leak) {
  double dark = mistaken_at(t->tone);
  return square(r->floor) + square(r->light * t->light) + square(r->cast * t->cast) +
         square(r->decohered * t->decohered) + square(r->noise * t->noise) +
         square(r->scale * t->scale) + square(r->jpeg * t->jpeg) + square(r->turn * t->turn) +
         square(r->curve * t->curve) + square(r->brown * leak->brown) +
         square(r->scars * leak->scars) + square(r->melanin * leak->melanin) +
         square(r->haemoglobin * leak->haemoglobin) +
         square(r->melanin_dark * leak->melanin * dark) +
         square(r->haemoglobin_dark * leak->haemoglobin * dark);
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

/* Variance from `count` blocks and from what is usual, each by its degrees of freedom (the mean of
 * a scaled inverse chi-squared distribution, Gelman et al. 2013, 2.6). */
static double sampling_variance(double se, double count, double spread) {
  return (FREEDOM_BEFOREHAND * square(spread) / count + (count - 1) * square(se)) /
         (FREEDOM_BEFOREHAND + count - 1);
}

/* The true changes t that reading t with an uncertain unit could have given this change (Fieller
 * 1954): (change - t)^2 <= error^2 + (doubt t)^2. 0 is among them exactly when the error alone
 * explains the change. */
static void bounds_of(sd_metric *m, double error, double doubt) {
  double left = 1 - square(doubt);
  double root = sqrt(fmax(square(m->change) - left * (square(m->change) - square(error)), 0));
  m->ci_low = (m->change - root) / left;
  m->ci_high = (m->change + root) / left;
}

void interval_set(sd_metric *m, which metric, const taking *t, const crosstalk *leak,
                  const place *at) {
  const repeatability *r = repeatability_of(metric, at->is_control || !t->has_control);
  double counted = fmax(m->freedom, 1);
  double variance[] = {sampling_variance(m->se_sampling, counted, r->spread),
                       square(m->se_noise) + faint_variance(r, t, at->faint) +
                           repeat_variance(r, t, leak),
                       square(r->expression * expression_of(at->stretch))};
  double freedom[] = {FREEDOM_BEFOREHAND + counted - 1, FREEDOM_OF_TAKING, FREEDOM_OF_EXPRESSION};
  double se = r->factor * at->own * sqrt(variance[0] + variance[1] + variance[2]);
  double gain = metric == MELANIN_REL && t->tone > TONE_DARK ? GAIN_DARK : r->gain;
  if (t->identical)
    se = gain = 0;
  m->freedom = joint_freedom(variance, freedom, 3);
  double reach = sd_student_reach(0.05, m->freedom);
  bounds_of(m, reach * se, fmin(reach * gain, UNIT_DOUBT_MAX));
  m->mdc = reach * se;
  m->p_value = se > 0 ? sd_student_p(m->change / se, m->freedom) : m->change == 0 ? 1 : 0;
}
