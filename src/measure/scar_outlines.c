/* Outlines of scars and marks: one radius in each of some directions. What shading shows of relief
 * is dark on one flank and bright on the other, with nothing in between where the skin runs along
 * the light; so the form is taken from where the shading lies, as far as a direction has any, and
 * the size from the diameter, which is known better. */
#include "measure/scars.h"

#include "base/angle.h"

#include <math.h>
#include <string.h>

enum { RAYS = SD_OUTLINE_POINTS, STEPS = 14 };
static const double TURN = 2 * SD_PI / RAYS;
/* Shading is looked at so many radii out; an outline leaves the circle by this factor at most. */
static const double REACH = 1.6, STRETCH = 1.6;

void outline_calm(double reach[RAYS]) {
  double old[RAYS];
  memcpy(old, reach, sizeof old);
  for (int k = 0; k < RAYS; k++) {
    float near[5];
    for (int n = 0; n < 5; n++)
      near[n] = (float)old[(k + n - 2 + RAYS) % RAYS];
    reach[k] = sd_median(near, 5);
  }
  memcpy(old, reach, sizeof old);
  for (int k = 0; k < RAYS; k++)
    reach[k] = 0.25 * old[(k + RAYS - 1) % RAYS] + 0.5 * old[k] + 0.25 * old[(k + 1) % RAYS];
}

double outline_radius(const double reach[RAYS]) {
  double square = 0;
  for (int k = 0; k < RAYS; k++)
    square += reach[k] * reach[k];
  return sqrt(square / RAYS);
}

void outline_set(sd_scar *s, const sd_grid *grid, const double reach[RAYS]) {
  for (int k = 0; k < RAYS; k++) {
    s->outline[k].x = s->x + reach[k] * cos(TURN * k) * grid->shrink;
    s->outline[k].y = s->y + reach[k] * sin(TURN * k) * grid->shrink;
  }
}

typedef struct rays {
  double v[RAYS][STEPS]; /* at radius (step + 1) / STEPS * REACH */
} rays;

static double radius_of(int step) {
  return REACH * (step + 1) / STEPS;
}

/* Takes out level and slope of the skin around; rays and steps are symmetric, so that the terms are
 * orthogonal. */
static void flatten(rays *r) {
  double sum[3] = {0}, weight[2] = {0};
  for (int k = 0; k < RAYS; k++)
    for (int n = 0; n < STEPS; n++) {
      double area = radius_of(n), x = area * cos(TURN * k), y = area * sin(TURN * k);
      sum[0] += area * r->v[k][n];
      sum[1] += area * x * r->v[k][n];
      sum[2] += area * y * r->v[k][n];
      weight[0] += area;
      weight[1] += area * x * x;
    }
  for (int k = 0; k < RAYS; k++)
    for (int n = 0; n < STEPS; n++) {
      double x = radius_of(n) * cos(TURN * k), y = radius_of(n) * sin(TURN * k);
      r->v[k][n] -= sum[0] / weight[0] + (sum[1] * x + sum[2] * y) / weight[1];
    }
}

/* How far out the shading lies in each direction, 1 where a direction has none to tell. */
static void form_of(double form[RAYS], const rays *r) {
  double energy[RAYS] = {0}, far[RAYS] = {0}, all = 0, all_far = 0;
  for (int k = 0; k < RAYS; k++) {
    for (int n = 0; n < STEPS; n++) {
      double e = radius_of(n) * r->v[k][n] * r->v[k][n];
      energy[k] += e;
      far[k] += e * radius_of(n) * radius_of(n);
    }
    all += energy[k];
    all_far += far[k];
  }
  for (int k = 0; k < RAYS; k++) {
    double own = energy[k] > 0 ? sqrt(far[k] / energy[k]) / sqrt(all_far / all) : 1;
    double weight = all > 0 ? energy[k] / (energy[k] + all / RAYS) : 0;
    form[k] = fmin(fmax(1 + weight * (own - 1), 1 / STRETCH), STRETCH);
  }
}

void outline_relief(sd_scar *s, const sd_map *shading, int shrink, const sd_grid *grid,
                    double cell_mm, double found_mm) {
  rays r;
  double form[RAYS], radius = found_mm / 2 / cell_mm / shrink;
  double x = (s->u + 0.5) / shrink - 0.5, y = (s->v + 0.5) / shrink - 0.5;
  for (int k = 0; k < RAYS; k++)
    for (int n = 0; n < STEPS; n++)
      r.v[k][n] = sd_map_at(shading, x + radius * radius_of(n) * cos(TURN * k),
                            y + radius * radius_of(n) * sin(TURN * k));
  flatten(&r);
  form_of(form, &r);
  outline_calm(form);
  double scale = s->diameter_mm / 2 / cell_mm / outline_radius(form);
  for (int k = 0; k < RAYS; k++)
    form[k] *= scale;
  outline_set(s, grid, form);
}
