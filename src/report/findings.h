/* What the figures say in words. */
#ifndef SCARDELTA_REPORT_FINDINGS_H
#define SCARDELTA_REPORT_FINDINGS_H

#include "scardelta/report.h"

#include "render/strings.h"

enum { SD_HEADLINE_FINDINGS = 3, SD_AMOUNT_TEXT = 40, SD_INTERVAL_TEXT = 160 };

bool sd_metric_certain(const sd_metric *metric);     /* improved, worsened or changed */
bool sd_metric_is_of_scars(const sd_metric *metric); /* relief of the scars of a zone */

/* The headline's findings: certain changes of the metrics declared for it beforehand, scars first,
 * then the largest against its own MDC; what is said of one metric stands together. Gives their
 * number; `others` gets the count of certain changes left
 * out, `unchanged` that of figures without a detectable change. */
int sd_headline_findings(const sd_metric *out[SD_HEADLINE_FINDINGS], const sd_change *change,
                         int *others, int *unchanged);

/* A piece of the headline's one sentence. */
enum { SD_CLAUSE_TEXT = 300 };
typedef struct sd_clause {
  char words[SD_CLAUSE_TEXT];      /* "; coarse texture is 42 % smoother on the left cheek" */
  char interval[SD_INTERVAL_TEXT]; /* "(95 % interval 25 % to 64 %)"; "" none */
  sd_verdict verdict;
} sd_clause;
/* The sentence in pieces, scars first where scars changed: by the metric of scars, else by how many
 * of them changed, where these are more than chance makes. Gives their number; `others` and
 * `unchanged` as in sd_headline_findings. */
int sd_headline_clauses(sd_clause out[SD_HEADLINE_FINDINGS + 1], const sd_change *change,
                        int *others, int *unchanged, const sd_strings *strings);
/* The headline where no figure has words of its own there; the table may still hold certain ones.
 */
const char *sd_headline_without_findings(int others, int unchanged, const sd_strings *strings);

/* How many scars changed and how many chance would have made change, as a sentence of its own; ""
 * when none were compared. */
void sd_scars_changed_sentence(char out[SD_CLAUSE_TEXT], const sd_change *change,
                               const sd_strings *strings);

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
