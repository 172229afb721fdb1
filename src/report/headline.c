/* The headline: one sentence that says what changed and how sure that is. */
#include "report/findings.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Untouched scars that are called changed by chance, in the trial of METHODS.md at fewer standard
 * errors than are asked for now. */
static const double CHANCE_OF_A_SCAR = 0.014;
/* So unlikely a number must be before it makes the headline. */
static const double CHANCE_OF_ALL = 0.01;

typedef struct scar_count {
  size_t compared, less, more;
} scar_count;

static scar_count count_scars(const sd_change *change) {
  scar_count n = {0, 0, 0};
  for (size_t k = 0; k < change->scar_count; k++) {
    sd_scar_state state = change->scars[k].state;
    n.compared += state != SD_SCAR_UNMATCHED;
    n.less += sd_scar_state_sign(state) < 0;
    n.more += sd_scar_state_sign(state) > 0;
  }
  return n;
}

/* Is it unlikely that chance calls so many of `all` changed? The binomial's upper tail. */
static bool is_beyond_chance(size_t all, size_t changed) {
  double term = pow(1 - CHANCE_OF_A_SCAR, (double)all), below = 0;
  for (size_t k = 0; k < changed; k++) {
    below += term;
    term *= (double)(all - k) / (double)(k + 1) * CHANCE_OF_A_SCAR / (1 - CHANCE_OF_A_SCAR);
  }
  return changed > 0 && 1 - below < CHANCE_OF_ALL;
}

/* "" when none were compared. */
static void scars_changed(char out[SD_CLAUSE_TEXT], const sd_change *change,
                          const sd_strings *strings) {
  scar_count n = count_scars(change);
  char chance[32];
  out[0] = '\0';
  if (n.compared == 0)
    return;
  double expected = CHANCE_OF_A_SCAR * (double)n.compared;
  if (expected < 1)
    snprintf(chance, sizeof chance, "< 1");
  else
    snprintf(chance, sizeof chance, "\xe2\x89\x88 %.0f", expected);
  snprintf(out, SD_CLAUSE_TEXT, strings->scars_changed_format, n.compared, n.less, n.more, chance);
}

void sd_scars_changed_sentence(char out[SD_CLAUSE_TEXT], const sd_change *change,
                               const sd_strings *strings) {
  scars_changed(out, change, strings);
  size_t length = strlen(out);
  out[0] = (char)toupper((unsigned char)out[0]);
  if (length > 0 && length + 1 < SD_CLAUSE_TEXT)
    strcpy(out + length, ".");
}

static const sd_headline_words *words_of(const sd_metric *m, const sd_strings *s) {
  for (const sd_headline_words *w = s->headline; w->metric != NULL; w++)
    if (strcmp(w->metric, m->kind->name) == 0)
      return w;
  return NULL;
}

/* "on the left cheek"; zones of the user's own have no such words. */
static void place_of(char out[96], const sd_metric *m, const sd_strings *s) {
  char name[64];
  for (const sd_place_words *p = s->places; p->zone != NULL; p++)
    if (strcmp(p->zone, m->zone) == 0) {
      snprintf(out, 96, "%s", p->words);
      return;
    }
  sd_say_name(name, sizeof name, s, m->zone);
  snprintf(out, 96, s->place_format, name);
}

/* Both ends as sizes where they lie on the side of the change, which the words already name. */
static void interval_of(char out[SD_INTERVAL_TEXT], const sd_metric *m, bool first,
                        const sd_strings *s) {
  char low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT], both[3 * SD_AMOUNT_TEXT];
  bool one_side = m->ci_low * m->ci_high > 0, falls = m->change < 0;
  double near = falls ? m->ci_high : m->ci_low, far = falls ? m->ci_low : m->ci_high;
  if (one_side) {
    sd_amount_plain(low, m->kind, near, s);
    sd_amount_plain(high, m->kind, far, s);
  } else {
    sd_amount_signed(low, m->kind, m->ci_low, s);
    sd_amount_signed(high, m->kind, m->ci_high, s);
  }
  snprintf(both, sizeof both, first ? s->headline_interval_format : s->interval_format, low, high);
  snprintf(out, SD_INTERVAL_TEXT, "(%s)", both);
}

static void say_metric(sd_clause *out, const sd_metric *m, const sd_metric *last, bool first,
                       const sd_strings *s) {
  const sd_headline_words *w = words_of(m, s);
  bool again = last != NULL && last->kind == m->kind && (last->change < 0) == (m->change < 0);
  char amount[SD_AMOUNT_TEXT], place[96], said[160];
  sd_amount_plain(amount, m->kind, m->change, s);
  place_of(place, m, s);
  snprintf(said, sizeof said,
           again           ? s->headline_again_format
           : m->change < 0 ? w->less_format
                           : w->more_format,
           amount, place);
  snprintf(out->words, sizeof out->words, "%s%s", first ? "" : again ? ", " : "; ", said);
  interval_of(out->interval, m, last == NULL, s);
  out->verdict = m->verdict;
}

/* By number, where the metric of scars says nothing certain and chance does not explain them. */
static bool say_scars(sd_clause *out, const sd_change *change, const sd_strings *s) {
  scar_count n = count_scars(change);
  bool less = is_beyond_chance(n.compared, n.less), more = is_beyond_chance(n.compared, n.more);
  if (!less && !more)
    return false;
  scars_changed(out->words, change, s);
  out->interval[0] = '\0';
  out->verdict = less == more ? SD_CHANGED : less ? SD_IMPROVED : SD_WORSENED;
  return true;
}

int sd_headline_clauses(sd_clause out[SD_HEADLINE_FINDINGS + 1], const sd_change *change,
                        int *others, int *unchanged, const sd_strings *strings) {
  const sd_metric *findings[SD_HEADLINE_FINDINGS];
  int count = sd_headline_findings(findings, change, others, unchanged), said = 0;
  if (count == 0 || !sd_metric_is_of_scars(findings[0]))
    said += say_scars(&out[0], change, strings);
  for (int k = 0; k < count; k++, said++)
    say_metric(&out[said], findings[k], k > 0 ? findings[k - 1] : NULL, said == 0, strings);
  if (said > 0)
    out[0].words[0] = (char)toupper((unsigned char)out[0].words[0]);
  return said;
}

const char *sd_headline_without_findings(int others, int unchanged, const sd_strings *strings) {
  if (others > 0)
    return strings->others_detected;
  return unchanged > 0 ? strings->nothing_detected : strings->nothing_measured;
}
