#include "report/scar_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *sd_scar_state_words(sd_scar_state state, const sd_strings *s) {
  const char *const words[] = {
      [SD_SCAR_UNMATCHED] = s->scar_unmatched, [SD_SCAR_UNCHANGED] = s->scar_unchanged,
      [SD_SCAR_REDUCED] = s->scar_reduced,     [SD_SCAR_RESOLVED] = s->scar_resolved,
      [SD_SCAR_ENLARGED] = s->scar_enlarged,   [SD_SCAR_NEW] = s->scar_new};
  return words[state];
}

/* "value (low to high)", each with the unit. */
static void with_interval(char out[SD_SCAR_TEXT], const char *value, const char *low,
                          const char *high, const char *unit, const sd_strings *s) {
  char ends[2][48], interval[120];
  snprintf(ends[0], sizeof ends[0], "%s\xc2\xa0%s", low, unit);
  snprintf(ends[1], sizeof ends[1], "%s\xc2\xa0%s", high, unit);
  snprintf(interval, sizeof interval, s->interval_format, ends[0], ends[1]);
  snprintf(out, SD_SCAR_TEXT, "%s\xc2\xa0%s (%s)", value, unit, interval);
  sd_localise(out, s);
}

void sd_scar_diameter_text(char out[SD_SCAR_TEXT], const sd_scar *scar, const sd_strings *s) {
  char value[24], low[24], high[24];
  snprintf(value, sizeof value, "%.1f", scar->diameter_mm);
  snprintf(low, sizeof low, "%.1f", scar->diameter_low_mm);
  snprintf(high, sizeof high, "%.1f", scar->diameter_high_mm);
  with_interval(out, value, low, high, "mm", s);
}

static void ratio_text(char out[SD_SCAR_TEXT], double change, double low, double high,
                       const sd_strings *s) {
  char texts[3][24];
  sd_percent_signed(texts[0], 100 * expm1(change));
  sd_percent_signed(texts[1], 100 * expm1(low));
  sd_percent_signed(texts[2], 100 * expm1(high));
  with_interval(out, texts[0], texts[1], texts[2], "%", s);
}

void sd_scar_change_text(char out[SD_SCAR_TEXT], const sd_scar_change *scar, const sd_strings *s) {
  ratio_text(out, scar->change, scar->ci_low, scar->ci_high, s);
}

void sd_scar_point_text(char out[SD_SCAR_TEXT], double change, double low, double high,
                        const sd_strings *s) {
  ratio_text(out, change, low, high, s);
}

void sd_area_text(char out[SD_SCAR_TEXT], double mm2, double low, double high,
                  const sd_strings *s) {
  char value[24], from[24], to[24];
  snprintf(value, sizeof value, "%.0f", mm2);
  snprintf(from, sizeof from, "%.0f", low);
  snprintf(to, sizeof to, "%.0f", high);
  with_interval(out, value, from, to, "mm\xc2\xb2", s);
}

void sd_scar_total_text(char out[SD_SCAR_TEXT], const sd_scar_total *t, const sd_strings *s) {
  char change[SD_SCAR_TEXT], percent[24], least[32], seen[80];
  const char *unit = sd_scar_is_relief(t->kind) ? "ln" : "OD";
  if (isnan(t->change)) {
    sd_say(out, SD_SCAR_TEXT, s, t->reason);
    return;
  }
  ratio_text(change, t->change, t->ci_low, t->ci_high, s);
  sd_percent_signed(percent, 100 * expm1(t->change < 0 ? -t->mdc : t->mdc));
  snprintf(least, sizeof least, "%s\xc2\xa0%%", percent);
  snprintf(seen, sizeof seen, s->mdc_format, least);
  snprintf(out, SD_SCAR_TEXT, s->contrast_format, t->before, unit, t->after, unit, change, seen);
  sd_localise(out, s);
}
