/* Small least squares by normal equations, and perspectives (Hartley and Zisserman 2004, 4.1). */
#include "measure/card.h"

#include <math.h>
#include <stddef.h>

/* A pivot below this share of its equation's own size says nothing. */
static const double PIVOT_MIN = 1e-12;

void card_system_add(card_system *s, const double *row, double value, double weight) {
  for (int r = 0; r < s->n; r++) {
    for (int c = 0; c < s->n; c++)
      s->a[r][c] += weight * row[r] * row[c];
    s->b[r] += weight * row[r] * value;
  }
}

/* Cholesky's factor in place of the lower triangle. */
static bool factor(card_system *s) {
  for (int c = 0; c < s->n; c++) {
    double own = s->a[c][c], pivot = own;
    for (int k = 0; k < c; k++)
      pivot -= s->a[c][k] * s->a[c][k];
    if (!(pivot > PIVOT_MIN * own))
      return false;
    s->a[c][c] = sqrt(pivot);
    for (int r = c + 1; r < s->n; r++) {
      double sum = s->a[r][c];
      for (int k = 0; k < c; k++)
        sum -= s->a[r][k] * s->a[c][k];
      s->a[r][c] = sum / s->a[c][c];
    }
  }
  return true;
}

bool card_system_solve(card_system *s, double *x) {
  if (!factor(s))
    return false;
  for (int r = 0; r < s->n; r++) {
    x[r] = s->b[r];
    for (int k = 0; k < r; k++)
      x[r] -= s->a[r][k] * x[k];
    x[r] /= s->a[r][r];
  }
  for (int r = s->n - 1; r >= 0; r--) {
    for (int k = r + 1; k < s->n; k++)
      x[r] -= s->a[k][r] * x[k];
    x[r] /= s->a[r][r];
  }
  return true;
}

/* Shift and scale that bring points to mean 0 and mean distance about 1: the equations of a
 * perspective are well conditioned only there (Hartley 1997). */
typedef struct normal_form {
  double x, y, scale;
} normal_form;

static normal_form normal_form_of(const sd_point *points, int count) {
  normal_form n = {0, 0, 0};
  for (int k = 0; k < count; k++) {
    n.x += points[k].x / count;
    n.y += points[k].y / count;
  }
  for (int k = 0; k < count; k++)
    n.scale += hypot(points[k].x - n.x, points[k].y - n.y) / count;
  n.scale = n.scale > 0 ? 1 / n.scale : 1;
  return n;
}

static void multiply(double out[9], const double a[9], const double b[9]) {
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      out[3 * r + c] = a[3 * r] * b[c] + a[3 * r + 1] * b[3 + c] + a[3 * r + 2] * b[6 + c];
}

bool card_perspective_fit(card_perspective *out, const sd_point *from, const sd_point *to,
                          int count) {
  normal_form f = normal_form_of(from, count), t = normal_form_of(to, count);
  card_system s = {.n = 8};
  double h[9];
  for (int k = 0; k < count; k++) {
    double u = (from[k].x - f.x) * f.scale, v = (from[k].y - f.y) * f.scale;
    double x = (to[k].x - t.x) * t.scale, y = (to[k].y - t.y) * t.scale;
    card_system_add(&s, (double[]){u, v, 1, 0, 0, 0, -u * x, -v * x}, x, 1);
    card_system_add(&s, (double[]){0, 0, 0, u, v, 1, -u * y, -v * y}, y, 1);
  }
  if (count < 4 || !card_system_solve(&s, h))
    return false;
  h[8] = 1;
  const double into[9] = {f.scale, 0, -f.x * f.scale, 0, f.scale, -f.y * f.scale, 0, 0, 1};
  const double back[9] = {1 / t.scale, 0, t.x, 0, 1 / t.scale, t.y, 0, 0, 1};
  double half[9];
  multiply(half, h, into);
  multiply(out->h, back, half);
  return isfinite(out->h[0]) && isfinite(out->h[8]) && out->h[8] != 0;
}

sd_point card_perspective_at(const card_perspective *p, double u, double v) {
  const double *h = p->h;
  double w = h[6] * u + h[7] * v + h[8];
  return (sd_point){(h[0] * u + h[1] * v + h[2]) / w, (h[3] * u + h[4] * v + h[5]) / w};
}
