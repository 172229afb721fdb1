/* repeatability: how much a clinic's own photos differ when nothing happened in between. */
#ifndef SCARDELTA_REPEATABILITY_H
#define SCARDELTA_REPEATABILITY_H

#include "scardelta/change.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One metric and zone of one pair of repeats. */
typedef struct sd_repeat {
  double before, after;  /* levels; their natural logarithms where the metric's unit is ln */
  double change;         /* as in sd_metric */
  double standard_error; /* of the change, as this program states it */
} sd_repeat;

/* What `count` pairs of repeats say; NaN where they cannot. All in the unit of the change. */
typedef struct sd_repeatability_row {
  char metric[32], zone[SD_ZONE_NAME_MAX], unit[16];
  size_t count;
  double bias, bias_low, bias_high;       /* mean change, 95 % by Student's t */
  double within, within_low, within_high; /* SD within a subject, 95 % by chi-squared */
  double mdc, mdc_low, mdc_high;          /* 1.96 sqrt(2) of it */
  double agreement_low, agreement_high;   /* limits of agreement (Bland and Altman 1986) */
  double cv;                              /* of the level, where the unit is ln; else NaN */
  double icc, icc_low, icc_high;          /* ICC(2,1) (Shrout and Fleiss 1979); 95 % after Fisher */
  double factor; /* what this program's standard errors have to be multiplied with here */
} sd_repeatability_row;

/* Needs 2 pairs at least; `ratio`: the unit is ln. The SD within is sqrt(sum d^2 / 2n) (Bland and
 * Altman 1996): a shift between the two shots counts as well. `factor` is the root of the mean of
 * (change / standard error)^2, drawn towards 1 as ten pairs that fit would draw it. Pure. */
void sd_repeatability_of(sd_repeatability_row *out, const sd_repeat *v, size_t count, bool ratio);

typedef struct sd_repeatability {
  size_t count;
  sd_repeatability_row *rows; /* owned */
} sd_repeatability;
void sd_repeatability_clear(sd_repeatability *repeatability);
/* Factor of a metric in a zone; where the zone was not seen that of all zones together (zone "");
 * 1 where nothing is known. `repeatability` NULL: 1. */
double sd_repeatability_factor(const sd_repeatability *repeatability, const char *metric,
                               const char *zone);

#ifdef __cplusplus
}
#endif
#endif
