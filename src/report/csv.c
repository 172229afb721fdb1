/* metrics.csv by RFC 4180: CRLF line ends, fields quoted where they hold a comma, quote or break.
 */
#include "scardelta/report.h"

#include "report/safe_text.h"

#include <math.h>
#include <string.h>

static void add_cell(sd_text *out, const char *value) {
  sd_text clean = {0};
  sd_text_add_utf8(&clean, value);
  out->failed = out->failed || clean.failed;
  /* a leading = + - @ would be run as a formula by spreadsheets: only numbers start so here */
  bool formula = clean.length > 0 && strchr("=+-@", clean.v[0]) != NULL;
  bool quoted = formula || (clean.length > 0 && strpbrk(clean.v, ",\"\r\n") != NULL);
  sd_text_add(out, quoted ? "\"" : "");
  sd_text_add(out, formula ? "'" : "");
  for (size_t i = 0; i < clean.length; i++) {
    sd_text_add_bytes(out, clean.v + i, 1);
    if (clean.v[i] == '"')
      sd_text_add(out, "\"");
  }
  sd_text_add(out, quoted ? "\"" : "");
  sd_text_clear(&clean);
}

static void add_number(sd_text *out, double value) {
  if (isfinite(value))
    sd_text_addf(out, ",%.9g", value + 0.0);
  else
    sd_text_add(out, ",");
}

static void add_text(sd_text *out, const char *value) {
  sd_text_add(out, ",");
  add_cell(out, value);
}

static void add_row(sd_text *out, const sd_metric *metric) {
  add_cell(out, metric->kind->name);
  add_text(out, metric->zone);
  add_text(out, metric->kind->unit);
  add_number(out, metric->before);
  add_number(out, metric->after);
  add_number(out, metric->change);
  add_number(out, metric->ci_low);
  add_number(out, metric->ci_high);
  add_number(out, metric->mdc);
  add_text(out, sd_verdict_name(metric->verdict));
  add_text(out, metric->reason);
  sd_text_add(out, "\r\n");
}

sd_status sd_report_metrics_csv(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  const sd_change *change = input->comparison->change;
  sd_text_add(out, "name,zone,unit,before,after,change,ci_low,ci_high,mdc,verdict,reason\r\n");
  for (size_t i = 0; i < change->metric_count; i++)
    add_row(out, &change->metrics[i]);
  for (size_t i = 0; i < change->expert_count; i++)
    add_row(out, &change->expert[i]);
  if (out->failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for metrics.csv");
  return SD_OK;
}
