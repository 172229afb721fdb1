/* Statistics of repeats; the sources are in the header. */
#include "scardelta/repeatability.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double Z95 = 1.959963984540054;
/* So many pairs that fit stand behind a factor of 1 beforehand: a few repeats say little. */
static const double PAIRS_BEFOREHAND = 10;

/* Quantile of chi-squared by z (Wilson and Hilferty 1931): within 1 % from 5 degrees on. */
static double chi_squared(double freedom, double z) {
  double a = 2 / (9 * freedom), root = 1 - a + z * sqrt(a);
  return freedom * root * root * root;
}

static void set_within(sd_repeatability_row *out, const sd_repeat *v, size_t count) {
  double squares = 0, n = (double)count, to_mdc = Z95 * sqrt(2);
  for (size_t k = 0; k < count; k++)
    squares += v[k].change * v[k].change;
  out->within = sqrt(squares / (2 * n));
  out->within_low = out->within * sqrt(n / chi_squared(n, Z95));
  out->within_high = out->within * sqrt(n / fmax(chi_squared(n, -Z95), 1e-9));
  out->mdc = to_mdc * out->within;
  out->mdc_low = to_mdc * out->within_low;
  out->mdc_high = to_mdc * out->within_high;
}

static void set_bias(sd_repeatability_row *out, const sd_repeat *v, size_t count) {
  double sum = 0, squares = 0, n = (double)count;
  for (size_t k = 0; k < count; k++)
    sum += v[k].change;
  out->bias = sum / n;
  for (size_t k = 0; k < count; k++)
    squares += (v[k].change - out->bias) * (v[k].change - out->bias);
  double sd = sqrt(squares / (n - 1)), reach = sd_student_reach(0.05, n - 1) * sd / sqrt(n);
  out->bias_low = out->bias - reach;
  out->bias_high = out->bias + reach;
  out->agreement_low = out->bias - Z95 * sd;
  out->agreement_high = out->bias + Z95 * sd;
}

/* Two-way analysis of variance: subjects by shots. */
static void set_icc(sd_repeatability_row *out, const sd_repeat *v, size_t count) {
  double n = (double)count, mean[2] = {0}, rows = 0, columns = 0, all = 0;
  for (size_t k = 0; k < count; k++) {
    mean[0] += v[k].before / n;
    mean[1] += v[k].after / n;
  }
  double grand = (mean[0] + mean[1]) / 2;
  for (size_t k = 0; k < count; k++) {
    double own = (v[k].before + v[k].after) / 2 - grand;
    rows += 2 * own * own;
    all +=
        (v[k].before - grand) * (v[k].before - grand) + (v[k].after - grand) * (v[k].after - grand);
  }
  for (int shot = 0; shot < 2; shot++)
    columns += n * (mean[shot] - grand) * (mean[shot] - grand);
  double between = rows / (n - 1), shots = columns, rest = (all - rows - columns) / (n - 1);
  double below = between + rest + 2 * (shots - rest) / n;
  out->icc = below > 0 ? (between - rest) / below : NAN;
  bool told = count > 2 && fabs(out->icc) < 1;
  double z = told ? atanh(out->icc) : NAN, reach = told ? Z95 / sqrt(n - 1.5) : NAN;
  out->icc_low = tanh(z - reach);
  out->icc_high = tanh(z + reach);
}

static double factor_of(const sd_repeat *v, size_t count) {
  double squares = PAIRS_BEFOREHAND, seen = PAIRS_BEFOREHAND;
  for (size_t k = 0; k < count; k++)
    if (v[k].standard_error > 0) {
      squares += (v[k].change / v[k].standard_error) * (v[k].change / v[k].standard_error);
      seen++;
    }
  return sqrt(squares / seen);
}

void sd_repeatability_of(sd_repeatability_row *out, const sd_repeat *v, size_t count, bool ratio) {
  out->count = count;
  set_within(out, v, count);
  set_bias(out, v, count);
  set_icc(out, v, count);
  out->cv = ratio ? sqrt(expm1(out->within * out->within)) : NAN; /* of a lognormal level */
  out->factor = factor_of(v, count);
}

void sd_repeatability_clear(sd_repeatability *repeatability) {
  free(repeatability->rows);
  *repeatability = (sd_repeatability){0};
}

double sd_repeatability_factor(const sd_repeatability *repeatability, const char *metric,
                               const char *zone) {
  double all = 1;
  for (size_t k = 0; repeatability != NULL && k < repeatability->count; k++) {
    const sd_repeatability_row *row = &repeatability->rows[k];
    if (strcmp(row->metric, metric) != 0)
      continue;
    if (strcmp(row->zone, zone) == 0)
      return row->factor;
    if (row->zone[0] == '\0')
      all = row->factor;
  }
  return all;
}
