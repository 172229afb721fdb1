/* Absolute colour of a zone: tone, CIELAB, indices of melanin and erythema. Its change is answered
 * where both photos show a usable colour reference; elsewhere exposure and white balance cannot be
 * told from skin, and the values are shown as photographed, without a change.
 *
 * The interval joins the skin's sampling (blocks left out one at a time: jackknife), the
 * reference's own error, and light that is not the same on the card and on the skin. The card's
 * error is what its patches, each left out of the fit, do differently in one photo than in the
 * other: an error that both photos share moves no change. */
#include "change/metrics.h"

#include "base/angle.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TILES_MIN = 6, BLOCKS_MIN = 3, VALUES = METRICS - ITA_DEG };
/* A patch counts by how near its colour is to the skin's: this CIEDE2000 away it counts half. What
 * the fit does to blue says little about skin. */
static const double NEAR_DE = 20;
/* However well the patches agree, printed ones differ from skin in gloss and spectrum. */
static const double ERROR_FLOOR = 0.3;
/* What a grey card leaves open of L*, a* and b*: the camera's own colours and tone curve, for which
 * left-out patches of a ColorChecker under white balance alone serve as the measure. */
static const double GREY_ERROR[3] = {2, 2.5, 3};
/* Light on skin beside the card, as an SD of its logarithm: a hand's breadth and the card's angle.
 * A slope seen on the card may go on as far as the skin, which makes its 95 % bound, but no further
 * than this. */
static const double LIGHT_SD = 0.03, SLOPE_BOUND = 0.6;
/* Degrees of freedom: patches less unknowns of the matrix. */
static const double FREEDOM = 15;
/* Of a bound that is stated at 95 %. */
static const double NORMAL_95 = 1.96;
static const double LIGHT_MIN = 1e-4;

typedef struct zone_colour {
  double rgb[2][3]; /* sums */
  double cells;
} zone_colour;

/* In the order of the metrics; the angle is undefined for skin that is not yellow at all. */
static void values_of(double out[VALUES], const double lab[3]) {
  double rgb[3];
  sd_card_linear_from_lab(lab, rgb);
  for (int c = 0; c < 3; c++)
    rgb[c] = fmax(rgb[c], LIGHT_MIN);
  const double values[VALUES] = {lab[2] > 1 ? atan2(lab[0] - 50, lab[2]) * SD_DEGREES_PER_RADIAN
                                            : NAN,
                                 lab[0],
                                 lab[1],
                                 lab[2],
                                 -100 * log10(rgb[0]),
                                 100 * log10(rgb[0] / rgb[1])};
  memcpy(out, values, sizeof values);
}

static zone_colour sum_tiles(const pair *p, const int *index, size_t count) {
  zone_colour z = {.cells = 0};
  for (size_t k = 0; k < count; k++) {
    const tile *t = &p->tiles[index[k]];
    z.cells += (double)t->cells;
    for (int date = 0; date < 2; date++)
      for (int c = 0; c < 3; c++)
        z.rgb[date][c] += t->rgb[date][c];
  }
  return z;
}

static zone_colour less(const zone_colour *all, const zone_colour *part) {
  zone_colour z = *all;
  z.cells -= part->cells;
  for (int date = 0; date < 2; date++)
    for (int c = 0; c < 3; c++)
      z.rgb[date][c] -= part->rgb[date][c];
  return z;
}

/* CIELAB of the mean at a date, under the card's light; `reference` NULL: as photographed. */
static void lab_of(double lab[3], const zone_colour *z, int date,
                   const sd_colour_reference *reference) {
  double rgb[3];
  for (int c = 0; c < 3; c++)
    rgb[c] = z->rgb[date][c] / z->cells;
  if (reference != NULL)
    sd_colour_reference_apply(reference, rgb, rgb);
  for (int c = 0; c < 3; c++)
    rgb[c] = fmax(rgb[c], LIGHT_MIN);
  sd_lab_from_linear(rgb, lab);
}

/* ---- errors --------------------------------------------------------------------------------- */

/* Jackknife over blocks (Efron and Stein 1981) of every value's change. */
static void sampling_errors(double se[VALUES], const pair *p, const blocks *b,
                            const zone_colour *all, const sd_colour_reference *const reference[2]) {
  double sum[VALUES] = {0}, squares[VALUES] = {0}, n = (double)b->count;
  for (size_t k = 0; k < b->count; k++) {
    size_t count = (size_t)(b->start[k + 1] - b->start[k]);
    zone_colour part = sum_tiles(p, b->member + b->start[k], count), rest = less(all, &part);
    double lab[2][3], value[2][VALUES];
    for (int date = 0; date < 2; date++) {
      lab_of(lab[date], &rest, date, reference[date]);
      values_of(value[date], lab[date]);
    }
    for (int v = 0; v < VALUES; v++) {
      double change = value[1][v] - value[0][v];
      sum[v] += change;
      squares[v] += change * change;
    }
  }
  for (int v = 0; v < VALUES; v++)
    se[v] = sqrt(fmax(squares[v] - sum[v] * sum[v] / n, 0) * (n - 1) / n);
}

/* SD of the error that the references make in a change of L*, a* and b* of such skin. */
static void reference_errors(double sd[3], const double lab[3],
                             const sd_colour_reference *const reference[2]) {
  double weights = 0, squares[3] = {0};
  bool chart = reference[0]->kind == SD_REFERENCE_COLORCHECKER &&
               reference[1]->kind == SD_REFERENCE_COLORCHECKER;
  for (int k = 0; k < SD_CARD_PATCHES && chart; k++) {
    double rgb[3], patch[3];
    if (isnan(reference[0]->error_lab[k][0]) || isnan(reference[1]->error_lab[k][0]))
      continue;
    sd_card_patch_colour(k, rgb);
    sd_lab_from_linear(rgb, patch);
    double away = sd_ciede2000(patch, lab) / NEAR_DE, weight = 1 / (1 + away * away);
    weights += weight;
    for (int c = 0; c < 3; c++) {
      double off = reference[1]->error_lab[k][c] - reference[0]->error_lab[k][c];
      squares[c] += weight * off * off;
    }
  }
  for (int c = 0; c < 3; c++)
    sd[c] = weights > 0 ? hypot(sqrt(squares[c] / weights), ERROR_FLOOR) : GREY_ERROR[c];
}

/* SD of ln light between the card and the skin of one photo. */
static double light_error(const sd_side *side) {
  const sd_colour_reference *r = side->reference;
  sd_rect crop = side->skin->crop;
  double x = crop.x + 0.5 * crop.width, y = crop.y + 0.5 * crop.height;
  for (int k = 0; k < 4; k++) {
    x -= r->corner[k].x / 4;
    y -= r->corner[k].y / 4;
  }
  double slope = fabs(r->light_slope[0] * x + r->light_slope[1] * y);
  return hypot(LIGHT_SD, fmin(slope, SLOPE_BOUND) / NORMAL_95);
}

/* How much each value moves with an error of SD `sd` along one direction. */
static void add_error(double variance[VALUES], const double lab[3], const double towards[3],
                      double sd) {
  double high[3], low[3], value_high[VALUES], value_low[VALUES];
  for (int c = 0; c < 3; c++) {
    high[c] = lab[c] + 0.5 * sd * towards[c];
    low[c] = lab[c] - 0.5 * sd * towards[c];
  }
  values_of(value_high, high);
  values_of(value_low, low);
  for (int v = 0; v < VALUES; v++)
    variance[v] += (value_high[v] - value_low[v]) * (value_high[v] - value_low[v]);
}

/* Direction in which CIELAB moves with ln light. */
static void light_direction(double out[3], const double lab[3]) {
  const double step = 0.01;
  double rgb[3], brighter[3];
  sd_card_linear_from_lab(lab, rgb);
  for (int c = 0; c < 3; c++)
    rgb[c] *= exp(step);
  sd_lab_from_linear(rgb, brighter);
  for (int c = 0; c < 3; c++)
    out[c] = (brighter[c] - lab[c]) / step;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static void no_answer(sd_metric *m, const char *reason) {
  m->verdict = SD_NOT_MEASURABLE;
  m->before = m->after = m->change = m->ci_low = m->ci_high = m->mdc = NAN;
  m->se_sampling = m->freedom = m->p_value = m->p_holm = NAN;
  snprintf(m->reason, sizeof m->reason, "%s", reason);
}

static bool is_usable(const sd_side *side) {
  return side->reference != NULL && side->reference->usable;
}

/* Why there is no change of absolute colour in this pair. */
static void say_why(char reason[200], const sd_side *before, const sd_side *after) {
  const sd_side *both[2] = {before, after};
  for (int k = 0; k < 2; k++)
    if (both[k]->reference != NULL && both[k]->reference->reason[0] != '\0') {
      snprintf(reason, 200, "a colour card cannot be used: %.160s", both[k]->reference->reason);
      return;
    }
  snprintf(reason, 200, "%s",
           is_usable(before) || is_usable(after)
               ? "a colour card was found in one photo only; the values are as photographed"
               : "needs a colour card in both photos: without one, exposure and white balance "
                 "cannot be told from skin colour; the values are as photographed");
}

static void as_photographed(sd_metric rows[VALUES], const zone_colour *all, const sd_side *before,
                            const sd_side *after) {
  char reason[200];
  say_why(reason, before, after);
  double value[2][VALUES], lab[3];
  for (int date = 0; date < 2; date++) {
    lab_of(lab, all, date, NULL);
    values_of(value[date], lab);
  }
  for (int v = 0; v < VALUES; v++) {
    no_answer(&rows[v], reason);
    rows[v].before = value[0][v];
    rows[v].after = value[1][v];
  }
}

static void set_row(sd_metric *m, double before, double after, double sampling, double variance,
                    bool identical) {
  if (isnan(before) || isnan(after)) {
    no_answer(m, "the angle is undefined for skin without yellow");
    return;
  }
  double se = identical ? 0 : sqrt(sampling * sampling + variance);
  m->before = before;
  m->after = after;
  m->change = after - before;
  m->se_sampling = sampling;
  double reach = sd_student_reach(0.05, FREEDOM);
  m->ci_low = m->change - reach * se;
  m->ci_high = m->change + reach * se;
  m->mdc = reach * se;
  m->freedom = FREEDOM;
  m->p_value = se > 0 ? sd_student_p(m->change / se, FREEDOM) : m->change == 0 ? 1 : 0;
  m->verdict = SD_NO_DETECTABLE_CHANGE; /* until the family is judged together */
}

static void by_reference(sd_metric rows[VALUES], const pair *p, const blocks *b,
                         const zone_colour *all, const sd_side *before, const sd_side *after,
                         bool identical) {
  const sd_colour_reference *reference[2] = {before->reference, after->reference};
  double lab[2][3], middle[3], value[2][VALUES], sampling[VALUES], variance[VALUES] = {0};
  double error[3], direction[3];
  for (int date = 0; date < 2; date++) {
    lab_of(lab[date], all, date, reference[date]);
    values_of(value[date], lab[date]);
  }
  for (int c = 0; c < 3; c++)
    middle[c] = 0.5 * (lab[0][c] + lab[1][c]);
  sampling_errors(sampling, p, b, all, reference);
  reference_errors(error, middle, reference);
  for (int c = 0; c < 3; c++)
    add_error(variance, middle, (double[3]){c == 0, c == 1, c == 2}, error[c]);
  light_direction(direction, middle);
  add_error(variance, middle, direction, hypot(light_error(before), light_error(after)));
  for (int v = 0; v < VALUES; v++)
    set_row(&rows[v], value[0][v], value[1][v], sampling[v], variance[v], identical);
}

void absolute_colour(sd_metric rows[], const pair *p, const choice *tiles, const blocks *b,
                     const sd_side *before, const sd_side *after, bool identical) {
  zone_colour all = sum_tiles(p, tiles->index, tiles->count);
  if (tiles->count < TILES_MIN || b->count < BLOCKS_MIN || !(all.cells > 0)) {
    for (int v = 0; v < VALUES; v++)
      no_answer(&rows[v], "too little skin of this zone is seen in both photos");
  } else if (is_usable(before) && is_usable(after)) {
    by_reference(rows, p, b, &all, before, after, identical);
  } else {
    as_photographed(rows, &all, before, after);
  }
}
