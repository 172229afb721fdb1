/* Cells of CSV by RFC 4180, safe for spreadsheets. */
#ifndef SCARDELTA_REPORT_CSV_CELL_H
#define SCARDELTA_REPORT_CSV_CELL_H

#include "scardelta/base.h"

/* The first cell of a row; quoted where it must be, never a formula. */
void sd_csv_first(sd_text *out, const char *value);
/* Further cells, with their comma. Not finite: empty. */
void sd_csv_text(sd_text *out, const char *value);
void sd_csv_number(sd_text *out, double value);

#endif
