/* metrics.csv, scars.csv and scar-totals.csv by RFC 4180: CRLF line ends, fields quoted where they
 * hold a comma, quote or break.
 */
#include "scardelta/report.h"

#include "report/csv_cell.h"
#include "report/safe_text.h"

#include <math.h>
#include <string.h>

void sd_csv_first(sd_text *out, const char *value) {
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

void sd_csv_number(sd_text *out, double value) {
  if (isfinite(value))
    sd_text_addf(out, ",%.9g", value + 0.0);
  else
    sd_text_add(out, ",");
}

void sd_csv_text(sd_text *out, const char *value) {
  sd_text_add(out, ",");
  sd_csv_first(out, value);
}

static void add_row(sd_text *out, const sd_metric *metric) {
  sd_csv_first(out, metric->kind->name);
  sd_csv_text(out, metric->zone);
  sd_csv_text(out, metric->kind->unit);
  sd_csv_number(out, metric->before);
  sd_csv_number(out, metric->after);
  sd_csv_number(out, metric->change);
  sd_csv_number(out, metric->ci_low);
  sd_csv_number(out, metric->ci_high);
  sd_csv_number(out, metric->mdc);
  sd_csv_number(out, metric->freedom);
  sd_csv_number(out, metric->p_value);
  sd_csv_number(out, metric->p_holm);
  sd_csv_text(out, sd_verdict_name(metric->verdict));
  sd_csv_text(out, metric->reason);
  sd_text_add(out, "\r\n");
}

sd_status sd_report_metrics_csv(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  const sd_change *change = input->comparison->change;
  sd_text_add(out,
              "name,zone,unit,before,after,change,ci_low,ci_high,mdc,degrees_of_freedom,p_value,"
              "p_holm,verdict,reason\r\n");
  for (size_t i = 0; i < change->metric_count; i++)
    add_row(out, &change->metrics[i]);
  for (size_t i = 0; i < change->expert_count; i++)
    add_row(out, &change->expert[i]);
  if (out->failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for metrics.csv");
  return SD_OK;
}

static void add_scar(sd_text *out, const sd_scar_change *s, size_t number) {
  sd_text_addf(out, "%zu", number);
  sd_csv_text(out, sd_scar_kind_name(s->scar.kind));
  sd_csv_number(out, s->scar.kind_probability);
  sd_csv_number(out, s->scar.score);
  sd_csv_text(out, sd_scar_state_name(s->state));
  sd_csv_text(out, s->zone);
  const double numbers[] = {s->scar.x,
                            s->scar.y,
                            s->x_after,
                            s->y_after,
                            s->scar.diameter_mm,
                            s->scar.diameter_low_mm,
                            s->scar.diameter_high_mm,
                            s->before,
                            s->after,
                            s->change,
                            s->ci_low,
                            s->ci_high,
                            s->mdc};
  for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
    sd_csv_number(out, numbers[k]);
  sd_csv_text(out, s->reason);
  sd_text_add(out, "\r\n");
}

sd_status sd_report_scars_csv(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  const sd_change *change = input->comparison->change;
  sd_text_add(out, "id,kind,kind_probability,score,state,zone,x,y,x_after,y_after,diameter_mm,"
                   "diameter_low_mm,diameter_high_mm,contrast_before,contrast_after,change,ci_low,"
                   "ci_high,mdc,reason\r\n");
  for (size_t i = 0; i < change->scar_count; i++)
    add_scar(out, &change->scars[i], i + 1);
  if (out->failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for scars.csv");
  return SD_OK;
}

static void add_total(sd_text *out, const sd_scar_total *t) {
  const double numbers[] = {(double)t->count,
                            (double)t->unmatched,
                            (double)t->count_before,
                            (double)t->count_after,
                            t->area_mm2,
                            t->area_low_mm2,
                            t->area_high_mm2,
                            t->area_before_mm2,
                            t->area_after_mm2,
                            t->before,
                            t->after,
                            t->change,
                            t->ci_low,
                            t->ci_high,
                            t->mdc};
  sd_csv_first(out, t->zone);
  sd_csv_text(out, sd_scar_kind_name(t->kind));
  for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
    sd_csv_number(out, numbers[k]);
  sd_csv_text(out, t->reason);
  sd_text_add(out, "\r\n");
}

sd_status sd_report_scar_totals_csv(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  const sd_change *change = input->comparison->change;
  sd_text_add(out, "zone,kind,count,unmatched,count_before,count_after,area_mm2,area_low_mm2,"
                   "area_high_mm2,area_before_mm2,area_after_mm2,contrast_before,contrast_after,"
                   "change,ci_low,ci_high,mdc,reason\r\n");
  for (size_t i = 0; i < change->scar_total_count; i++)
    add_total(out, &change->scar_totals[i]);
  if (out->failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for scar-totals.csv");
  return SD_OK;
}
