/* What the figures say in words. */
#ifndef SCARDELTA_REPORT_FINDINGS_H
#define SCARDELTA_REPORT_FINDINGS_H

#include "scardelta/report.h"

#include "report/strings.h"

enum { SD_HEADLINE_FINDINGS = 3, SD_AMOUNT_TEXT = 40, SD_INTERVAL_TEXT = 160 };

bool sd_metric_certain(const sd_metric *metric); /* improved, worsened or changed */

/* The headline's findings: certain changes of the metrics declared for it beforehand, largest
 * against its own MDC first. Gives their number; `others` gets the count of certain changes left
 * out, `unchanged` that of figures without a detectable change. */
int sd_headline_findings(const sd_metric *out[SD_HEADLINE_FINDINGS], const sd_change *change,
                         int *others, int *unchanged);

/* A change as people read it: "−32 %" for ln, "+0.04 OD" for densities. */
void sd_amount_signed(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value);
/* Without sign, for "... less". */
void sd_amount_plain(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value);
/* A level (before or after) with its unit; "–" when it could not be measured. */
void sd_level_text(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value);
/* "32 % less". */
void sd_direction_text(char out[64], const sd_metric *metric, const sd_strings *strings);
/* "95 % interval −39 % to −25 %". */
void sd_interval_text(char out[SD_INTERVAL_TEXT], const sd_metric *metric,
                      const sd_strings *strings);
const char *sd_verdict_words(sd_verdict verdict, const sd_strings *strings);
/* "left_cheek" as "left cheek". */
void sd_zone_words(char out[SD_ZONE_NAME_MAX], const char *zone);

#endif
