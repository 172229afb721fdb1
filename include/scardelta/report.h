/* report: what was found, as bytes for programs (result.json, CSV) and for people (HTML). */
#ifndef SCARDELTA_REPORT_H
#define SCARDELTA_REPORT_H

#include "scardelta/render.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Settings that shaped the result, echoed in result.json and the report: name and value as text. */
typedef struct sd_setting {
  const char *name, *value;
} sd_setting;

/* One treatment session of the list given: when, and what for people to read. */
typedef struct sd_treatment {
  char date[11]; /* YYYY-MM-DD */
  char label[120];
} sd_treatment;

/* The forms on which people rate scars. */
typedef enum sd_rating_form {
  SD_GOODMAN_BARON_GRADE = 0, /* 1 macular, 2 mild, 3 moderate, 4 severe */
  SD_GOODMAN_BARON_POINTS,    /* a number class an item: 0 none, 1 up to 10, 2 up to 20, 3 more;
                                 keloidal: 0 none, 1 under 5 cm2, 2 up to 20 cm2, 3 more */
  SD_ECCA,                    /* 0 none, 1 few (under 5), 2 some (5 to 20), 3 many */
  SD_RATING_FORMS
} sd_rating_form;
typedef struct sd_rating_item {
  const char *name;        /* as in the file */
  int weight, least, most; /* of the form's own sum; the numbers it takes */
} sd_rating_item;
typedef struct sd_rating_kind {
  const char *name, *title; /* as in the file; for people */
  const sd_rating_item *items;
  size_t item_count;
} sd_rating_kind;
const sd_rating_kind *sd_rating_kind_of(sd_rating_form form); /* static */

/* What one rater wrote on one form for one day: never found by this program. */
enum { SD_RATING_ITEMS_MAX = 11 };
typedef struct sd_rating {
  char date[11];  /* YYYY-MM-DD, "before" or "after"; "" not to be told */
  char rater[64]; /* "" not to be told */
  sd_rating_form form;
  int value[SD_RATING_ITEMS_MAX]; /* of each item, in the form's order */
  int session;                    /* of a pair 0 BEFORE, 1 AFTER; of a course its session */
} sd_rating;
/* The sum that the form makes of its items: 1 to 4, 0 to 84, 0 to 540. */
int sd_rating_sum(const sd_rating *rating);

/* All that the report tells. Everything is borrowed for the call. */
typedef struct sd_report_input {
  const sd_comparison *comparison;
  const sd_pictures *pictures; /* embedded in report.html; NULL: none */
  const sd_setting *settings;
  size_t setting_count;
  const sd_treatment *treatments; /* by date; the page shows those between the photos; NULL: none */
  size_t treatment_count;
  const sd_rating *ratings; /* by form, rater and photo; NULL: none */
  size_t rating_count;
  const char *case_code; /* NULL: none; shown in the title */
  const char
      *slider_script; /* img-comparison-slider's bundled JavaScript; NULL: a slider without it */
  const char *slider_licence; /* its licence text */
  bool letter;                /* report.pdf on Letter instead of A4 */
} sd_report_input;

/* result.json, schema scardelta.result/1: keys sorted as in the contract, numbers with 9
 * significant digits, null plus reason for what could not be measured; no clock inside. */
sd_status sd_report_json(sd_text *out, const sd_report_input *input, sd_diag *diag);
/* Every writer below appends to `out` (owned by the caller, clear with sd_text_clear), borrows its
 * input, is pure, and fails with SD_NO_MEMORY only; what was appended is of no use then. */
/* metrics.csv: the columns of metrics[], RFC 4180, empty cell for null; after the metrics the
 * expert rows, named ibsi_glcm_*. */
sd_status sd_report_metrics_csv(sd_text *out, const sd_report_input *input, sd_diag *diag);
/* scars.csv: one row a scar, the fields of scars[]; empty cell for null. */
sd_status sd_report_scars_csv(sd_text *out, const sd_report_input *input, sd_diag *diag);
/* scar-totals.csv: one row a zone and kind, the fields of scar_totals[]. */
sd_status sd_report_scar_totals_csv(sd_text *out, const sd_report_input *input, sd_diag *diag);
/* report.html: one self-contained HTML5 file, pictures embedded, no network. */
sd_status sd_report_html(sd_text *out, const sd_report_input *input, sd_diag *diag);
/* alignment.json of `align`, schema scardelta.alignment/1: the fields of `alignment` at the top
 * level, beside tool and photos. comparison->change may be NULL. `transform`, when not NULL, adds
 * `map`, which --transform reads: the nodes' places in AFTER and the stated error, row by row from
 * (x, y) on, `step_px` apart. */
sd_status sd_report_alignment_json(sd_text *out, const sd_comparison *comparison,
                                   const sd_transform *transform, sd_diag *diag);

/* One photo, as `inspect` reports it. */
typedef struct sd_inspection {
  const char *file;
  const sd_photo *photo;
  const sd_face *face;
  const sd_skin *skin;
  const sd_quality *quality;
  const sd_colour_reference *reference; /* NULL: none was looked for */
  bool roi;                             /* only a region of interest was measured */
} sd_inspection;
/* The array of `inspect --json`: `count` objects in the order given; 0 gives []. */
sd_status sd_report_inspect_json(sd_text *out, const sd_inspection *photos, size_t count,
                                 sd_diag *diag);
/* The table of `inspect` for people: plain text, one column a photo, at most 100 columns wide;
 * `language` as in sd_comparison. */
sd_status sd_report_inspect_table(sd_text *out, const sd_inspection *photos, size_t count,
                                  const char *language, sd_diag *diag);

/* report.pdf: the same findings for paper and the patient's file; text and charts are vectors, the
 * pictures the JPEGs themselves. The file's date is AFTER's, or none. */
sd_status sd_report_pdf(sd_text *out, const sd_report_input *input, sd_diag *diag);

/* A line of a batch's index.html and the figures of a row of its summary.csv. Texts are borrowed.
 */
typedef struct sd_index_line {
  const char *subject, *view, *session_before, *session_after;
  const char *status; /* done, refused, not_aligned, failed, nothing */
  const char *comparability, *reason,
      *folder; /* "" none; folder: of the report, below index.html */
  int64_t improved, worsened, changed, none, not_measurable; /* values */
} sd_index_line;
/* index.html of a batch in pieces, so that its length asks for no memory: begin, a line a pair,
 * end. `language` as in sd_comparison. Self-contained; sorts and searches with JavaScript, is a
 * plain table without. */
sd_status sd_report_index_begin(sd_text *out, const char *language, sd_diag *diag);
sd_status sd_report_index_line(sd_text *out, const sd_index_line *line, const char *language,
                               sd_diag *diag);
sd_status sd_report_index_end(sd_text *out, sd_diag *diag);

typedef struct sd_summary_row {
  const char *subject, *view, *session_before, *session_after, *status, *comparability;
  const char *zone, *metric, *unit, *verdict, *reason;
  double before, after, change, ci_low, ci_high, mdc; /* NaN: empty */
} sd_summary_row;
/* summary.csv of a batch in pieces: the header, then a row a metric. No cell is run as a formula.
 */
sd_status sd_report_summary_begin(sd_text *out, sd_diag *diag);
sd_status sd_report_summary_row(sd_text *out, const sd_summary_row *row, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
