/* Verdicts of a report's rows together. Each zone and metric is another chance to be fooled, so a
 * change is told only when it survives Holm's step-down (Holm 1979) over all answered rows. */
#include "change/metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Family-wise level: the chance of any false verdict in a report of unchanged skin. */
static const double ALPHA = 0.05;

static int by_p(const void *a, const void *b) {
  const sd_metric *p = *(sd_metric *const *)a, *q = *(sd_metric *const *)b;
  if (p->p_value != q->p_value)
    return p->p_value < q->p_value ? -1 : 1;
  return p < q ? -1 : p > q;
}

sd_status family_judge(sd_metric *metrics, size_t count, bool one_shot, sd_diag *diag) {
  sd_metric **order = malloc((count + 1) * sizeof(sd_metric *));
  size_t n = 0;
  double running = 0;
  if (order == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to judge the changes");
  for (size_t k = 0; k < count; k++)
    if (metrics[k].verdict != SD_NOT_MEASURABLE)
      order[n++] = &metrics[k];
  if (n > 0)
    qsort(order, n, sizeof *order, by_p);
  for (size_t k = 0; k < n; k++) {
    running = fmax(running, fmin(1, (double)(n - k) * order[k]->p_value));
    sd_metric *m = order[k];
    m->p_holm = running;
    if (m->p_value < ALPHA && m->p_holm >= ALPHA)
      snprintf(m->reason, sizeof m->reason,
               "alone it would count, but among %zu measured values some reach as far by chance",
               n);
    if (m->p_holm >= ALPHA || fabs(m->change) <= m->mdc)
      continue;
    if (one_shot) {
      snprintf(m->reason, sizeof m->reason,
               "both files are one and the same shot: they differ, the skin does not");
      continue;
    }
    int direction = m->kind->better;
    m->verdict = direction == 0              ? SD_CHANGED
                 : direction * m->change > 0 ? SD_IMPROVED
                                             : SD_WORSENED;
  }
  free(order);
  return SD_OK;
}
