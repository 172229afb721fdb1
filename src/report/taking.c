#include "report/taking.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char UNKNOWN[] = "\xe2\x80\x93";

/* "+0.2", "−4", "0": with the minus that people write, and no sign before nothing. */
static void signed_text(char out[32], double value, int decimals) {
  double unit = pow(10, decimals), rounded = round(value * unit) / unit;
  snprintf(out, 32, "%s%.*f",
           rounded < 0   ? "\xe2\x88\x92"
           : rounded > 0 ? "+"
                         : "",
           decimals, fabs(rounded));
}

static void distance_fact(char out[96], const sd_strings *s, const sd_side *side) {
  double mm = side->measures != NULL ? side->measures->mm_per_px : NAN;
  (void)s;
  if (!(mm > 0) && side->face != NULL && side->face->scale.source != SD_SCALE_NONE)
    mm = side->face->scale.mm_per_px;
  if (mm > 0)
    snprintf(out, 96, "%.1f px/mm", 1 / mm);
}

static void light_fact(char out[96], const sd_strings *s, const sd_side *side) {
  const sd_quality *q = side->quality;
  char stops[32];
  signed_text(stops, q->exposure_ev, 1);
  if (!isfinite(q->exposure_ev))
    return;
  switch (sd_light_of(q)) {
  case SD_LIGHT_SIDED:
    snprintf(out, 96, s->taking_light_format, stops, q->light_azimuth_deg);
    break;
  case SD_LIGHT_EVEN:
    snprintf(out, 96, s->taking_even_format, stops);
    break;
  case SD_LIGHT_UNKNOWN:
    snprintf(out, 96, s->taking_exposure_format, stops);
  }
}

static void pose_fact(char out[96], const sd_strings *s, const sd_side *side) {
  char turned[32], nodded[32];
  if (side->face == NULL || !side->face->found)
    return;
  signed_text(turned, side->face->yaw_deg, 0);
  signed_text(nodded, side->face->pitch_deg, 0);
  snprintf(out, 96, s->taking_pose_format, turned, nodded);
}

static void focus_fact(char out[96], const sd_strings *s, const sd_side *side) {
  if (isfinite(side->quality->edge_spread_px))
    snprintf(out, 96, s->taking_focus_format, side->quality->edge_spread_px);
}

typedef struct kind {
  const char *codes;    /* of the reasons that tell of it, space-separated */
  const char *words[3]; /* by which the mismatch of all together names it */
  void (*fact)(char out[96], const sd_strings *strings, const sd_side *side);
} kind;

static const kind KINDS[SD_TAKING_ROWS] = {
    {"resolution coverage", {"in distance", "and distance"}, distance_fact},
    {"light_direction exposure white_balance clipping noise colour_noise",
     {"of the light", "noise"},
     light_fact},
    {"pose view expression", {NULL}, pose_fact},
    {"sharpness jpeg_quality", {"sharpness", "fine detail"}, focus_fact}};

static bool is_among(const char *codes, const char *code) {
  size_t length = strlen(code);
  for (const char *at = codes; (at = strstr(at, code)) != NULL; at += length)
    if ((at == codes || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
      return true;
  return false;
}

static bool names_one(const char *text, const char *const words[3]) {
  bool found = false;
  for (int k = 0; k < 3 && words[k] != NULL; k++)
    found = found || strstr(text, words[k]) != NULL;
  return found;
}

/* The gravest reason of a row, else the mismatch that names it; NULL: it is alike. */
static const sd_reason *reason_among(const sd_comparability *pair, const kind *row) {
  const sd_reason *found = NULL;
  for (int k = 0; k < pair->reason_count; k++)
    if (is_among(row->codes, pair->reasons[k].code) &&
        (found == NULL || pair->reasons[k].severity < found->severity))
      found = &pair->reasons[k];
  for (int k = 0; k < pair->reason_count && found == NULL; k++)
    if (strcmp(pair->reasons[k].code, "mismatch") == 0 &&
        names_one(pair->reasons[k].text, row->words))
      found = &pair->reasons[k];
  return found;
}

bool sd_taking_row(sd_taking *out, const sd_comparison *comparison, int row,
                   const sd_strings *strings) {
  const char *what[] = {strings->taking_distance, strings->taking_light, strings->taking_pose,
                        strings->taking_focus};
  *out = (sd_taking){0};
  if (comparison->before.quality == NULL || comparison->after.quality == NULL)
    return false;
  const sd_reason *reason = reason_among(&comparison->change->comparability, &KINDS[row]);
  out->what = what[row];
  snprintf(out->before, sizeof out->before, "%s", UNKNOWN);
  snprintf(out->after, sizeof out->after, "%s", UNKNOWN);
  KINDS[row].fact(out->before, strings, &comparison->before);
  KINDS[row].fact(out->after, strings, &comparison->after);
  sd_localise(out->before, strings);
  sd_localise(out->after, strings);
  out->differs = reason != NULL;
  bool known = strcmp(out->before, UNKNOWN) != 0 && strcmp(out->after, UNKNOWN) != 0;
  if (reason != NULL && reason->advice[0] != '\0')
    sd_say(out->next, sizeof out->next, strings, reason->advice);
  else
    snprintf(out->next, sizeof out->next, "%s",
             reason != NULL ? strings->taking_differs
             : known        ? strings->taking_alike
                            : UNKNOWN);
  return true;
}
