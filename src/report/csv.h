/* Cells of CSV by RFC 4180 that no spreadsheet runs as a formula. Private to report and above. */
#ifndef SCARDELTA_REPORT_CSV_H
#define SCARDELTA_REPORT_CSV_H

#include "scardelta/base.h"

/* The first cell of a row; the others begin with their comma. A number that is not finite is an
 * empty cell. */
void sd_csv_cell(sd_text *out, const char *value);
void sd_csv_text(sd_text *out, const char *value);
void sd_csv_number(sd_text *out, double value);

#endif
