/* Numbers become words. */
#include "report/findings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Declared before any pair is looked at, so that the headline is not the luckiest of 100 figures:
 * the metrics that held on all skin tones in the trial, then those of second line. */
static const char *const HEADLINE_METRICS[] = {
    "scar_relief", "rough_mid", "rough_coarse", "melanin_rel", "hb_rel", "brown_load", "red_load"};

/* Below it a level is mostly noise, and a third digit would only fill the column. */
static const double SMALL_LEVEL = 0.01;

bool sd_metric_certain(const sd_metric *metric) {
  return metric->verdict == SD_IMPROVED || metric->verdict == SD_WORSENED ||
         metric->verdict == SD_CHANGED;
}

static bool declared(const sd_metric *metric) {
  for (size_t i = 0; i < sizeof HEADLINE_METRICS / sizeof *HEADLINE_METRICS; i++)
    if (strcmp(metric->kind->name, HEADLINE_METRICS[i]) == 0)
      return true;
  return false;
}

/* Size in units of what could have been detected: comparable across metrics. */
static double strength(const sd_metric *metric) {
  return metric->mdc > 0 ? fabs(metric->change) / metric->mdc : 0;
}

bool sd_metric_is_of_scars(const sd_metric *metric) {
  return strcmp(metric->kind->name, HEADLINE_METRICS[0]) == 0;
}

static bool goes_before(const sd_metric *a, const sd_metric *b) {
  if (sd_metric_is_of_scars(a) != sd_metric_is_of_scars(b))
    return sd_metric_is_of_scars(a);
  return strength(a) > strength(b);
}

static void insert(const sd_metric *out[SD_HEADLINE_FINDINGS], int *count,
                   const sd_metric *metric) {
  int at = *count;
  while (at > 0 && goes_before(metric, out[at - 1]))
    at--;
  if (at == SD_HEADLINE_FINDINGS)
    return;
  int last = *count < SD_HEADLINE_FINDINGS ? (*count)++ : SD_HEADLINE_FINDINGS - 1;
  for (int i = last; i > at; i--)
    out[i] = out[i - 1];
  out[at] = metric;
}

/* Of three: when the last one says the same of another zone as the first one, it follows it. */
static void keep_together(const sd_metric *out[SD_HEADLINE_FINDINGS], int count) {
  if (count == SD_HEADLINE_FINDINGS && out[2]->kind == out[0]->kind &&
      out[1]->kind != out[0]->kind) {
    const sd_metric *last = out[2];
    out[2] = out[1];
    out[1] = last;
  }
}

int sd_headline_findings(const sd_metric *out[SD_HEADLINE_FINDINGS], const sd_change *change,
                         int *others, int *unchanged) {
  int count = 0, certain = 0;
  *unchanged = 0;
  for (size_t i = 0; i < change->metric_count; i++) {
    const sd_metric *metric = &change->metrics[i];
    *unchanged += metric->verdict == SD_NO_DETECTABLE_CHANGE;
    if (!sd_metric_certain(metric))
      continue;
    certain++;
    if (declared(metric))
      insert(out, &count, metric);
  }
  keep_together(out, count);
  *others = certain - count;
  return count;
}

static bool is_ratio(const sd_metric_kind *kind) {
  return strcmp(kind->unit, "ln") == 0;
}

static const char *unit_words(const char *unit) {
  static const char *const WORDS[][2] = {{"od", "OD"},
                                         {"deg", "\xc2\xb0"},
                                         {"CIEDE2000", "\xce\x94"
                                                       "E\xe2\x82\x80\xe2\x82\x80"}};
  for (size_t k = 0; k < sizeof WORDS / sizeof *WORDS; k++)
    if (strcmp(unit, WORDS[k][0]) == 0)
      return WORDS[k][1];
  return unit;
}

/* So many digits that count, and never an exponent. */
static void write_digits(char out[SD_AMOUNT_TEXT], double value, int digits) {
  enum { DECIMALS_MAX = 9 };
  double size = fabs(value);
  int decimals = size > 0 && isfinite(size) ? digits - 1 - (int)floor(log10(size)) : 0;
  snprintf(out, SD_AMOUNT_TEXT, "%.*f",
           decimals < 0              ? 0
           : decimals > DECIMALS_MAX ? DECIMALS_MAX
                                     : decimals,
           size);
}

static void write_amount(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value,
                         const char *sign, const sd_strings *strings) {
  if (!isfinite(value)) {
    snprintf(out, SD_AMOUNT_TEXT, "\xe2\x80\x93");
  } else if (is_ratio(kind)) {
    double percent = fabs(100 * expm1(value));
    snprintf(out, SD_AMOUNT_TEXT, "%s%.*f\xc2\xa0%%", sign, percent < 9.95 ? 1 : 0, percent);
  } else {
    const char *unit = unit_words(kind->unit);
    char size[SD_AMOUNT_TEXT];
    write_digits(size, value, 2);
    snprintf(out, SD_AMOUNT_TEXT, "%s%.24s%s%.9s", sign, size, *unit == '\0' ? "" : "\xc2\xa0",
             unit);
  }
  sd_localise(out, strings);
}

void sd_amount_signed(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value,
                      const sd_strings *strings) {
  write_amount(out, kind, value, value < 0 ? "\xe2\x88\x92" : value > 0 ? "+" : "", strings);
}

void sd_amount_plain(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value,
                     const sd_strings *strings) {
  write_amount(out, kind, value, "", strings);
}

/* Unit of the level itself: relief bands are spreads of log light, the other ratios of densities.
 */
static const char *level_unit(const sd_metric_kind *kind) {
  if (!is_ratio(kind))
    return unit_words(kind->unit);
  bool relief = strncmp(kind->name, "rough", 5) == 0 || strncmp(kind->name, "scar", 4) == 0;
  return relief ? "ln" : "OD";
}

void sd_level_text(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value,
                   const sd_strings *strings) {
  const char *sign = value < 0 ? "\xe2\x88\x92" : "";
  char size[SD_AMOUNT_TEXT];
  write_digits(size, value, fabs(value) < SMALL_LEVEL ? 2 : 3);
  if (isfinite(value))
    snprintf(out, SD_AMOUNT_TEXT, "%s%.24s\xc2\xa0%.9s", sign, size, level_unit(kind));
  else
    snprintf(out, SD_AMOUNT_TEXT, "\xe2\x80\x93");
  sd_localise(out, strings);
}

void sd_direction_text(char out[64], const sd_metric *metric, const sd_strings *strings) {
  char amount[SD_AMOUNT_TEXT];
  sd_amount_plain(amount, metric->kind, metric->change, strings);
  snprintf(out, 64, metric->change < 0 ? strings->less_format : strings->more_format, amount);
}

void sd_interval_text(char out[SD_INTERVAL_TEXT], const sd_metric *metric,
                      const sd_strings *strings) {
  char low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT];
  sd_amount_signed(low, metric->kind, metric->ci_low, strings);
  sd_amount_signed(high, metric->kind, metric->ci_high, strings);
  snprintf(out, SD_INTERVAL_TEXT, strings->headline_interval_format, low, high);
}

const char *sd_verdict_words(sd_verdict verdict, const sd_strings *strings) {
  switch (verdict) {
  case SD_IMPROVED:
    return strings->improved;
  case SD_WORSENED:
    return strings->worsened;
  case SD_CHANGED:
    return strings->changed;
  case SD_NO_DETECTABLE_CHANGE:
    return strings->no_change;
  default:
    return strings->not_measurable;
  }
}

sd_about sd_about_metric(const sd_metric *metric, const sd_strings *strings) {
  sd_about about;
  sd_say(about.title, sizeof about.title, strings, metric->kind->title);
  sd_say_name(about.zone, sizeof about.zone, strings, metric->zone);
  return about;
}

/* The most sensitive unchanged row of one declared ratio; NULL: none. */
static const sd_metric *most_sensitive(const sd_change *change, const char *name) {
  const sd_metric *best = NULL;
  for (size_t k = 0; k < change->metric_count; k++) {
    const sd_metric *m = &change->metrics[k];
    if (strcmp(m->kind->name, name) == 0 && is_ratio(m->kind) && m->mdc > 0 &&
        m->verdict == SD_NO_DETECTABLE_CHANGE && (best == NULL || m->mdc < best->mdc))
      best = m;
  }
  return best;
}

void sd_unseen_text(char out[400], const sd_change *change, const sd_strings *strings) {
  enum { NAMED = 3, METRICS = sizeof HEADLINE_METRICS / sizeof *HEADLINE_METRICS };
  const sd_metric *rows[METRICS];
  size_t count = 0, used = 0;
  out[0] = '\0';
  for (size_t k = 0; k < METRICS; k++) {
    const sd_metric *m = most_sensitive(change, HEADLINE_METRICS[k]);
    size_t at = count;
    if (m == NULL)
      continue;
    for (; at > 0 && m->mdc < rows[at - 1]->mdc; at--)
      rows[at] = rows[at - 1];
    rows[at] = m;
    count++;
  }
  for (size_t k = 0; k < count && k < NAMED; k++) {
    char amount[SD_AMOUNT_TEXT], row[200];
    sd_about about = sd_about_metric(rows[k], strings);
    sd_amount_plain(amount, rows[k]->kind, -rows[k]->mdc, strings);
    snprintf(row, sizeof row, strings->unseen_row_format, amount, about.title, about.zone);
    used += (size_t)snprintf(out + used, 400 - used, "%s%.120s", k > 0 ? ", " : "", row);
  }
}
