/* The interval of a change (science.md 9): sampling of the skin (bootstrap), registration, and what
 * two shots of unchanged skin differ by. */
#include "change/metrics.h"

#include <math.h>
#include <string.h>

/* What two shots of unchanged skin differ by: SE^2 = a^2 + (b q)^2 + (e d)^2 with q the capture
 * mismatch and d the movement of the face in per cent of its size (another expression folds skin
 * and moves blood); a millimetre of registration error adds per_mm. Fitted on untreated pairs. */
typedef struct repeatability {
  double a, b, e, per_mm;
} repeatability;
static const repeatability REPEATABILITY[METRICS] = {
    [ROUGH_FINE] = {.06, .05, .16, .05},     [ROUGH_MID] = {.05, .04, .16, .05},
    [ROUGH_COARSE] = {.08, .05, .24, .05},   [SCAR_RELIEF] = {.08, .05, .24, .05},
    [BROWN_LOAD] = {.10, .05, .85, .10},     [RED_LOAD] = {.12, .06, .90, .10},
    [MEL_UNEVEN] = {.06, .04, .33, .05},     [HB_UNEVEN] = {.07, .04, .45, .05},
    [MELANIN_REL] = {.010, .006, .11, .003}, [HB_REL] = {.010, .006, .09, .003},
    [DELTA_E_MARKS] = {.5, .25, 1.7, .2},
};
/* Empirical inflation: residuals of unchanged pairs have heavier tails than a Gaussian. */
static const double INFLATION = 1.15;

void interval_set(sd_metric *m, which metric, level l, double se_sampling, const taking *t) {
  const repeatability *r = &REPEATABILITY[metric];
  double q = isnan(t->match->mismatch) ? 3 : t->match->mismatch;
  double repeat = INFLATION * hypot(hypot(r->a, r->b * q), r->e * 100 * t->deformation);
  double registration = r->per_mm * t->error_mm;
  double se =
      sqrt(INFLATION * INFLATION * (se_sampling * se_sampling + registration * registration) +
           repeat * repeat);
  if (t->identical)
    se = 0;
  /* the change is the estimate (control zone and light taken out of it); the levels must say the
   * same, so the second follows from the first */
  m->before = l.before;
  m->after = strcmp(m->kind->unit, "ln") == 0 ? l.before * exp(l.change) : l.before + l.change;
  m->change = l.change;
  m->ci_low = l.change - Z95 * se;
  m->ci_high = l.change + Z95 * se;
  m->mdc = Z95 * se;
  m->se_sampling = se_sampling;
  m->strain = t->strain;
  m->p_value = se > 0 ? erfc(fabs(l.change) / se / sqrt(2)) : l.change == 0 ? 1 : 0;
  m->verdict = SD_NO_DETECTABLE_CHANGE; /* until the family is judged together */
}
