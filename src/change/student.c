/* Student's t: how a standard error that is itself estimated from few places widens what is said.
 */
#include "change/metrics.h"

#include <math.h>

enum { FRACTION_STEPS = 300, BISECTIONS = 80 };

/* Continued fraction of the incomplete beta function (Lentz's method, DLMF 8.17.22). */
static double beta_fraction(double x, double a, double b) {
  const double tiny = 1e-300, enough = 1e-14;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs(d) < tiny ? tiny : d);
  double h = d;
  for (int m = 1; m <= FRACTION_STEPS; m++) {
    double step = 1;
    for (int odd = 0; odd < 2; odd++) {
      double term = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                        : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (fabs(d) < tiny ? tiny : d);
      c = fabs(c) < tiny ? tiny : c;
      step = c * d;
      h *= step;
    }
    if (fabs(step - 1) < enough)
      break;
  }
  return h;
}

/* Regularised incomplete beta function I_x(a, b). */
static double incomplete_beta(double x, double a, double b) {
  if (x <= 0 || x >= 1)
    return x <= 0 ? 0 : 1;
  double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a
                                   : 1 - front * beta_fraction(1 - x, b, a) / b;
}

double student_p(double t, double freedom) {
  return incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

double student_reach(double p, double freedom) {
  double low = 0, high = 1;
  while (student_p(high, freedom) > p && high < 1e12)
    high *= 2;
  for (int k = 0; k < BISECTIONS; k++) {
    double middle = (low + high) / 2;
    *(student_p(middle, freedom) > p ? &low : &high) = middle;
  }
  return (low + high) / 2;
}
