/* 1, 2, 5, 10, 20, ...: figures that people halve and double in their heads. */
#include "render/nice.h"

#include <math.h>

double sd_nice_above(double value) {
  if (!(value > 0) || !isfinite(value))
    return 1;
  double power = pow(10, floor(log10(value)));
  const double steps[] = {1, 2, 5, 10};
  for (int i = 0; i < 4; i++)
    if (steps[i] * power >= value * (1 - 1e-9))
      return steps[i] * power;
  return 10 * power;
}

double sd_nice_below(double value) {
  double above = sd_nice_above(value);
  if (above <= value * (1 + 1e-9))
    return above;
  double power = pow(10, floor(log10(above) + 1e-9));
  double step = above / power;
  return step > 4 ? 2 * power : step > 1.5 ? power : power / 2;
}
