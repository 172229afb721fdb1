/* report.pdf while it is being written, and its sections in reading order. */
#ifndef SCARDELTA_REPORT_PDF_PAPER_H
#define SCARDELTA_REPORT_PDF_PAPER_H

#include "report/page.h"
#include "report/pdf_sheet.h"

typedef struct sd_paper {
  sd_pdf pdf;
  const sd_report_input *input;
  const sd_strings *s;
  double tight; /* heights of pictures and rows are this share of what they would be, 0..1 */
} sd_paper;

extern const sd_pdf_type SD_PAPER_HEADING, SD_PAPER_STRONG, SD_PAPER_TEXT, SD_PAPER_SMALL;
extern const double SD_PAPER_INK[3], SD_PAPER_RULE[3];
/* Colour and words say the verdict: in grey the words are left. */
extern const double SD_PAPER_GOOD[3], SD_PAPER_BAD[3], SD_PAPER_CARE[3];

void sd_paper_heading(sd_paper *p, const char *text);
/* A row of a table, as high as its highest text: all heads where the type is bold, else the first.
 */
void sd_paper_columns(sd_paper *p, const char *const *texts, const double *widths, int count,
                      const sd_pdf_type *type);
/* Panels side by side at one height with what they show in words; those that are not there are left
 * out. */
void sd_paper_pictures(sd_paper *p, const sd_panel *panels, int count, double most_high);
/* Was the panel drawn? */
bool sd_paper_has(const sd_paper *p, sd_panel panel);

void sd_paper_pages(sd_paper *p); /* pictures, scars, ratings */
void sd_paper_scars(sd_paper *p); /* tables of scars */
void sd_paper_ratings(sd_paper *p);
void sd_paper_figures(sd_paper *p);
void sd_paper_limits(sd_paper *p);
void sd_paper_method(sd_paper *p);

#endif
