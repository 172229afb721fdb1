/* Pages that fill from the top: text, pictures, bars. By Cairo and Pango. */
#ifndef SCARDELTA_REPORT_PDF_SHEET_H
#define SCARDELTA_REPORT_PDF_SHEET_H

#include "scardelta/render.h"

#include <cairo.h>

/* Lengths are points, 1/72 inch. */
typedef struct sd_pdf_type {
  double size;
  double red, green, blue;
  bool bold;
} sd_pdf_type;

typedef struct sd_pdf_facts {
  const char *title, *footer; /* UTF-8 */
  const char *language;       /* "en" */
  const char *date;           /* ISO date that the file carries as its own; "" none */
  bool letter;                /* 216 x 279 mm instead of A4 */
} sd_pdf_facts;

typedef struct sd_pdf {
  cairo_surface_t *surface;
  cairo_t *cairo;
  sd_text bytes;
  const sd_pdf_facts *facts;
  double width, height; /* of the page */
  double left, right;   /* edges of the text */
  double y;             /* where the next thing goes */
  int page;
  sd_text alts; /* of the figures in the order drawn, each ended by a NUL */
  bool table;   /* rows follow: each page has its part of the table */
  bool starved; /* something was left out for want of memory */
} sd_pdf;

sd_status sd_pdf_begin(sd_pdf *pdf, const sd_pdf_facts *facts, sd_diag *diag);
/* Ends the file and hands its bytes over. */
sd_status sd_pdf_end(sd_text *out, sd_pdf *pdf, sd_diag *diag);
void sd_pdf_clear(sd_pdf *pdf);

/* Height that is left on the page. */
double sd_pdf_room(const sd_pdf *pdf);
/* A new page where less than `height` is left. */
void sd_pdf_need(sd_pdf *pdf, double height);
void sd_pdf_gap(sd_pdf *pdf, double height);
/* Text across the page, or from `indent` on; moves on below it. Long ones go over page ends.
 * `tag` as in tagged PDF: "H1", "P", ... */
void sd_pdf_paragraph(sd_pdf *pdf, const char *tag, double indent, const sd_pdf_type *type,
                      const char *text);
/* Text at a place, broken at `width`; gives its height. With `draw` false it is only measured. */
double sd_pdf_text(sd_pdf *pdf, double x, double y, double width, const sd_pdf_type *type,
                   const char *text, bool draw);
/* What is drawn between both belongs to one element of the page's structure, on one page. A figure
 * is told to those who do not see it by `alt`. */
void sd_pdf_begin_element(sd_pdf *pdf, const char *tag);
void sd_pdf_begin_figure(sd_pdf *pdf, const char *alt);
void sd_pdf_end_element(sd_pdf *pdf, const char *tag);
/* Rows between both are one table; what goes over a page's end is a table there again. */
void sd_pdf_begin_table(sd_pdf *pdf);
void sd_pdf_end_table(sd_pdf *pdf);
/* A row, on one page, and in it cells: of a head, or of data. */
void sd_pdf_begin_row(sd_pdf *pdf, double height);
void sd_pdf_end_row(sd_pdf *pdf);
void sd_pdf_cell(sd_pdf *pdf, bool head, double x, double y, double width, const sd_pdf_type *type,
                 const char *text);
/* A JPEG as it is, in a box; its shape is kept, it is centred. `small`: the one for report.html,
 * where it has one. */
void sd_pdf_picture(sd_pdf *pdf, const sd_picture_file *file, bool small, double x, double y,
                    double width, double height, const char *alt);
void sd_pdf_box(sd_pdf *pdf, double x, double y, double width, double height, const double rgb[3]);
void sd_pdf_line(sd_pdf *pdf, double x1, double y1, double x2, double y2, double line,
                 const double rgb[3]);
void sd_pdf_dot(sd_pdf *pdf, double x, double y, double radius, const double rgb[3]);

/* A zone's outlines, `scale` points a pixel from (x, y) on; without a colour it is hatched. */
void sd_pdf_zone(sd_pdf *pdf, const sd_zone_shape *shape, double x, double y, double scale,
                 const double *rgb);

#endif
