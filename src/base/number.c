#include "scardelta/base.h"

#include "base/angle.h"

#include <math.h>
#include <string.h>

/* Quickselect with the median of three, the k-th smallest of v[0..count-1] moved to its place. */
static float select_kth(float *v, size_t count, size_t k) {
  size_t low = 0, high = count - 1;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    float a = v[low], b = v[middle], c = v[high];
    float pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
    size_t i = low, j = high;
    while (i <= j) {
      while (v[i] < pivot)
        i++;
      while (v[j] > pivot)
        j--;
      if (i <= j) {
        float swap = v[i];
        v[i++] = v[j];
        v[j] = swap;
        if (j == 0)
          break;
        j--;
      }
    }
    if (k <= j)
      high = j;
    else if (k >= i)
      low = i;
    else
      break;
  }
  return v[k];
}

/* Floats in the order of unsigned whole numbers; -0 is 0. */
static uint32_t order_of(float value) {
  float whole = value + 0.0f;
  uint32_t bits;
  memcpy(&bits, &whole, sizeof bits);
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

/* Moves the values that share their first bits with the k-th smallest to the front, gives how many
 * they are, and lowers *k by how many lie below them. Counting does not guess, while quickselect
 * guesses wrong at every other value. */
static size_t narrow(float *v, size_t count, size_t *k) {
  enum { SHIFT = 20, PARTS = 1 << (32 - SHIFT) };
  uint32_t held[PARTS] = {0}, part = 0;
  size_t front = 0;
  for (size_t i = 0; i < count; i++)
    held[order_of(v[i]) >> SHIFT]++;
  for (; *k >= held[part]; part++)
    *k -= held[part];
  for (size_t i = 0; i < count; i++)
    if (order_of(v[i]) >> SHIFT == part) {
      float swap = v[front];
      v[front++] = v[i];
      v[i] = swap;
    }
  return front;
}

static size_t drop_nan(float *v, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (!isnan(v[i]))
      v[kept++] = v[i];
  return kept;
}

/* From so many values on counting pays. */
enum { NARROW_FROM = 8192 };

double sd_quantile(float *v, size_t count, double share) {
  count = drop_nan(v, count);
  if (count == 0)
    return NAN;
  double place = fmin(fmax(share, 0), 1) * (double)(count - 1);
  size_t k = (size_t)place, at = k;
  size_t near = count >= NARROW_FROM ? narrow(v, count, &at) : count;
  double low = select_kth(v, near, at);
  if (k + 1 >= count || place == (double)k)
    return low;
  float next = INFINITY; /* everything near after place `at` is at least v[at] */
  for (size_t i = at + 1; i < near; i++)
    next = v[i] < next ? v[i] : next;
  for (size_t i = near; i < count && at + 1 == near; i++)
    next = (double)v[i] > low && v[i] < next ? v[i] : next;
  return low + (place - (double)k) * (next - low);
}

double sd_median(float *v, size_t count) {
  return sd_quantile(v, count, 0.5);
}

uint64_t sd_random_next(sd_random *random) {
  uint64_t z = (random->state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

double sd_random_uniform(sd_random *random) {
  return (double)(sd_random_next(random) >> 11) * 0x1p-53;
}

double sd_random_normal(sd_random *random) {
  double u = 1 - sd_random_uniform(random), v = sd_random_uniform(random);
  return sqrt(-2 * log(u)) * cos(2 * SD_PI * v);
}

/* Continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method as modified
 * by Thompson and Barnett (1986). */
static double beta_fraction(double x, double a, double b) {
  enum { TERMS_MAX = 300 };
  const double tiny = 1e-300, enough = 1e-14;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs(d) < tiny ? tiny : d);
  double h = d;
  for (int m = 1; m <= TERMS_MAX; m++) {
    double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double before = h;
    for (int k = 0; k < 2; k++) {
      double term = k == 0 ? even : odd;
      d = 1 + term * d;
      d = 1 / (fabs(d) < tiny ? tiny : d);
      c = 1 + term / c;
      c = fabs(c) < tiny ? tiny : c;
      h *= c * d;
    }
    if (fabs(h / before - 1) < enough)
      break;
  }
  return h;
}

/* Regularised incomplete beta function I_x(a, b). */
static double beta_share(double x, double a, double b) {
  if (x <= 0 || x >= 1)
    return x <= 0 ? 0 : 1;
  double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a
                                   : 1 - front * beta_fraction(1 - x, b, a) / b;
}

double sd_student_p(double t, double freedom) {
  if (isnan(t) || !(freedom > 0))
    return NAN;
  return isinf(t) ? 0 : beta_share(freedom / (freedom + t * t), freedom / 2, 0.5);
}

double sd_student_reach(double p, double freedom) {
  enum { BISECTIONS = 80 };
  double low = 0, high = 1;
  if (!(p > 0 && p < 1) || !(freedom > 0))
    return NAN;
  while (sd_student_p(high, freedom) > p && high < 1e12)
    high *= 2;
  for (int k = 0; k < BISECTIONS; k++) {
    double middle = (low + high) / 2;
    *(sd_student_p(middle, freedom) > p ? &low : &high) = middle;
  }
  return (low + high) / 2;
}
