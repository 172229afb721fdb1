/* summary.csv: every figure of a batch with its unit, one a row. */
#include "report/csv_cell.h"
#include "scardelta/report.h"

static sd_status ended(const sd_text *out, sd_diag *diag) {
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for summary.csv") : SD_OK;
}

sd_status sd_report_summary_begin(sd_text *out, sd_diag *diag) {
  sd_text_add(out,
              "subject,view,session_before,session_after,status,comparability,zone,metric,unit,"
              "before,after,change,ci_low,ci_high,mdc,verdict,reason\r\n");
  return ended(out, diag);
}

sd_status sd_report_summary_row(sd_text *out, const sd_summary_row *row, sd_diag *diag) {
  const char *texts[] = {row->view,          row->session_before, row->session_after, row->status,
                         row->comparability, row->zone,           row->metric,        row->unit};
  const double numbers[] = {row->before, row->after,   row->change,
                            row->ci_low, row->ci_high, row->mdc};
  sd_csv_first(out, row->subject);
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
    sd_csv_text(out, texts[k]);
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
    sd_csv_number(out, numbers[k]);
  sd_csv_text(out, row->verdict);
  sd_csv_text(out, row->reason);
  sd_text_add(out, "\r\n");
  return ended(out, diag);
}
