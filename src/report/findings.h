/* What the figures say in words. */
#ifndef SCARDELTA_REPORT_FINDINGS_H
#define SCARDELTA_REPORT_FINDINGS_H

#include "scardelta/report.h"

#include "render/strings.h"

enum { SD_HEADLINE_FINDINGS = 3, SD_AMOUNT_TEXT = 40, SD_INTERVAL_TEXT = 160 };

bool sd_metric_certain(const sd_metric *metric); /* improved, worsened or changed */

/* The headline's findings: certain changes of the metrics declared for it beforehand, largest
 * against its own MDC first. Gives their number; `others` gets the count of certain changes left
 * out, `unchanged` that of figures without a detectable change. */
int sd_headline_findings(const sd_metric *out[SD_HEADLINE_FINDINGS], const sd_change *change,
                         int *others, int *unchanged);

/* A change as people read it: "−32 %" for ln, "+0.04 OD" for densities. */
void sd_amount_signed(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value,
                      const sd_strings *strings);
/* Without sign, for "... less". */
void sd_amount_plain(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value,
                     const sd_strings *strings);
/* A level (before or after) with its unit; "–" when it could not be measured. */
void sd_level_text(char out[SD_AMOUNT_TEXT], const sd_metric_kind *kind, double value,
                   const sd_strings *strings);
/* "32 % less". */
void sd_direction_text(char out[64], const sd_metric *metric, const sd_strings *strings);
/* "95 % interval −39 % to −25 %". */
void sd_interval_text(char out[SD_INTERVAL_TEXT], const sd_metric *metric,
                      const sd_strings *strings);
const char *sd_verdict_words(sd_verdict verdict, const sd_strings *strings);
/* What a finding is about: title of the metric and name of the zone in the table's language. */
typedef struct sd_about {
  char title[96], zone[64];
} sd_about;
sd_about sd_about_metric(const sd_metric *metric, const sd_strings *strings);
/* The least that the photos could have shown, as a list of at most three of the declared ratios,
 * the most sensitive first; "" when there is none. */
void sd_unseen_text(char out[400], const sd_change *change, const sd_strings *strings);

#endif
