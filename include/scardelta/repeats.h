/* repeats: what a clinic's own repeat photos say, as a page with plots. */
#ifndef SCARDELTA_REPEATS_H
#define SCARDELTA_REPEATS_H

#include "scardelta/repeatability.h"
#include "scardelta/report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The limits of agreement of a row, each with its 95 % interval; NaN where they cannot be told. */
typedef struct sd_limits {
  double low, low_low, low_high;
  double high, high_low, high_high;
} sd_limits;
/* Their variance is s^2 (1/n + 1.96^2 / 2(n - 1)), by Student's t (Bland and Altman 1999). Pure. */
sd_limits sd_limits_of(const sd_repeatability_row *row);

/* One metric and zone of the repeats. Everything is borrowed. */
typedef struct sd_repeats_series {
  const sd_metric_kind *kind;
  const sd_repeat *pairs; /* row.count of them */
  sd_repeatability_row row;
} sd_repeats_series;

/* Appends one self-contained page: for every metric and zone the table row and the differences of
 * the pairs over their means (Bland and Altman 1986) as SVG. `series` in the order to be told,
 * those of a metric together; `used` pairs of `pairs`. Pure; SD_NO_MEMORY. */
sd_status sd_report_repeats_html(sd_text *out, const sd_repeats_series *series, size_t count,
                                 size_t used, size_t pairs, const char *language, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
