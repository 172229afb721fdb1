/* Scars summed up: by zone and kind, and by size. The change of a mean contrast rests on what each
 * scar's interval says and on how differently the scars of the zone changed; the larger of both is
 * taken, since a zone's scars are a sample of what the treatment does to it. */
#include "change/pair.h"

#include "base/angle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double REACH_95 = 1.96;
/* Limits of the size classes: ice-pick scars are under 2 mm, rolling ones over 4 mm. */
static const double SIZE_MM[SD_SCAR_SIZES + 1] = {0, 2, 4, INFINITY};
/* With fewer the scars' own scatter says nothing. */
enum { SCATTER_LEAST = 4 };
static double area_of(double diameter_mm) {
  return SD_PI / 4 * diameter_mm * diameter_mm;
}

static bool belongs(const sd_scar_change *s, const sd_scar_total *t) {
  return s->scar.kind == t->kind && strcmp(s->zone, t->zone) == 0;
}

/* `reach`: squares of how far the areas may be smaller and larger; errors of diameters are their
 * own and not shared. */
static void add_scar(sd_scar_total *t, const sd_scar_change *s, double reach[2]) {
  const sd_scar *scar = &s->scar;
  double area = area_of(scar->diameter_mm);
  double less = area - area_of(scar->diameter_low_mm),
         more = area_of(scar->diameter_high_mm) - area;
  t->count++;
  t->area_mm2 += area;
  reach[0] += less * less;
  reach[1] += more * more;
  if (s->state == SD_SCAR_UNMATCHED) {
    t->unmatched++;
    return;
  }
  t->before += s->before;
  t->after += s->after;
  if (scar_stands_out(&s->scar, s->before)) {
    t->count_before++;
    t->area_before_mm2 += area;
  }
  if (scar_stands_out(&s->scar, s->after)) {
    t->count_after++;
    t->area_after_mm2 += area;
  }
}

/* Standard error of ln(sum of after / sum of before): from the scars' own intervals, their
 * independent parts shrinking with their number, and from leaving out one after the other. */
static double error_of(const sd_scar_total *t, const sd_change *change) {
  double own = 0, least = INFINITY, jackknife = 0, mean = 0;
  size_t n = t->count - t->unmatched;
  for (int round = 0; round < 2; round++)
    for (size_t k = 0; k < change->scar_count; k++) {
      const sd_scar_change *s = &change->scars[k];
      if (!belongs(s, t) || s->state == SD_SCAR_UNMATCHED)
        continue;
      double rest = log(fmax(t->after - s->after, 1e-9) / fmax(t->before - s->before, 1e-9));
      if (round == 1) {
        jackknife += (rest - mean) * (rest - mean) * ((double)n - 1) / (double)n;
        continue;
      }
      double se = (s->ci_high - s->ci_low) / (2 * REACH_95);
      double weight = (s->before + s->after) / (t->before + t->after);
      own += weight * weight * se * se;
      least = fmin(least, se);
      mean += rest / (double)n;
    }
  /* what all scars share is no larger than the surest one's error, and does not shrink */
  double shared = least / 2;
  double scatter = n >= SCATTER_LEAST ? jackknife : 0;
  return sqrt(fmax(own, scatter) + shared * shared);
}

static void conclude(sd_scar_total *t, const sd_change *change, const double reach[2]) {
  double n = (double)(t->count - t->unmatched);
  t->area_low_mm2 = fmax(t->area_mm2 - sqrt(reach[0]), 0);
  t->area_high_mm2 = t->area_mm2 + sqrt(reach[1]);
  t->change = t->ci_low = t->ci_high = t->mdc = NAN;
  if (n < 1)
    snprintf(t->reason, sizeof t->reason, "none of them could be compared");
  else if (!(t->before > 0) || !(t->after > 0))
    snprintf(t->reason, sizeof t->reason, "on one of the photos they do not stand out at all");
  else {
    t->change = log(t->after / t->before);
    t->mdc = REACH_95 * error_of(t, change);
    t->ci_low = t->change - t->mdc;
    t->ci_high = t->change + t->mdc;
  }
  t->before = n > 0 ? t->before / n : NAN;
  t->after = n > 0 ? t->after / n : NAN;
}

/* Adds a scar's area to a sum and, squared, how far it may be smaller and larger. */
static void add_area(double *sum, double *low, double *high, const sd_scar *scar) {
  double area = area_of(scar->diameter_mm);
  double less = area - area_of(scar->diameter_low_mm),
         more = area_of(scar->diameter_high_mm) - area;
  *sum += area;
  *low += less * less;
  *high += more * more;
}

static void count_size(sd_scar_size *size, const sd_scar_change *s) {
  size->count++;
  size->unmatched += s->state == SD_SCAR_UNMATCHED;
  if (s->state == SD_SCAR_UNMATCHED)
    return;
  if (scar_stands_out(&s->scar, s->before)) {
    size->count_before++;
    add_area(&size->area_before_mm2, &size->area_before_low_mm2, &size->area_before_high_mm2,
             &s->scar);
  }
  if (scar_stands_out(&s->scar, s->after)) {
    size->count_after++;
    add_area(&size->area_after_mm2, &size->area_after_low_mm2, &size->area_after_high_mm2,
             &s->scar);
  }
}

/* From sums of squares to ends. */
static void bound_area(double sum, double *low, double *high) {
  *low = fmax(sum - sqrt(*low), 0);
  *high = sum + sqrt(*high);
}

static void count_sizes(sd_change *change) {
  for (int c = 0; c < SD_SCAR_SIZES; c++) {
    change->scar_sizes[c] = (sd_scar_size){.from_mm = SIZE_MM[c], .to_mm = SIZE_MM[c + 1]};
    for (size_t k = 0; k < change->scar_count; k++) {
      const sd_scar_change *s = &change->scars[k];
      if (sd_scar_is_relief(s->scar.kind) && s->scar.diameter_mm >= SIZE_MM[c] &&
          s->scar.diameter_mm < SIZE_MM[c + 1])
        count_size(&change->scar_sizes[c], s);
    }
    sd_scar_size *size = &change->scar_sizes[c];
    bound_area(size->area_before_mm2, &size->area_before_low_mm2, &size->area_before_high_mm2);
    bound_area(size->area_after_mm2, &size->area_after_low_mm2, &size->area_after_high_mm2);
  }
}

static int by_zone(const void *a, const void *b) {
  const sd_scar_total *s = a, *t = b;
  int order = strcmp(s->zone, t->zone);
  return order != 0 ? order : (int)s->kind - (int)t->kind;
}

bool sd_scars_counted(const sd_change *change) {
  return change->scar_sizes[0].to_mm > 0;
}

sd_status sd_scars_total(sd_change *change, sd_diag *diag) {
  free(change->scar_totals);
  change->scar_total_count = 0;
  change->scar_totals = calloc(change->scar_count + 1, sizeof *change->scar_totals);
  if (change->scar_totals == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to sum the scars up");
  for (size_t k = 0; k < change->scar_count; k++) {
    const sd_scar_change *s = &change->scars[k];
    bool known = false;
    for (size_t n = 0; n < change->scar_total_count && !known; n++)
      known = belongs(s, &change->scar_totals[n]);
    if (known)
      continue;
    sd_scar_total *t = &change->scar_totals[change->scar_total_count++];
    double reach[2] = {0};
    snprintf(t->zone, sizeof t->zone, "%s", s->zone);
    t->kind = s->scar.kind;
    for (size_t n = k; n < change->scar_count; n++)
      if (belongs(&change->scars[n], t))
        add_scar(t, &change->scars[n], reach);
    conclude(t, change, reach);
  }
  if (change->scar_total_count > 1)
    qsort(change->scar_totals, change->scar_total_count, sizeof *change->scar_totals, by_zone);
  count_sizes(change);
  return SD_OK;
}
