/* Skin with scars of known kind, size and place under a lamp, for the floors measure and change. */
#ifndef SD_TESTS_RELIEF_FIXTURE_H
#define SD_TESTS_RELIEF_FIXTURE_H

#include "skin_fixture.h"

enum { RELIEF_SIDE = 600, RELIEF_ROWS = 5, RELIEF_COLUMNS = 4, RELIEF_SCARS = 20 };
#define RELIEF_MM 0.1

typedef struct relief_scar {
  sd_scar_kind kind;
  double x, y, diameter, height; /* mm; below the skin is negative */
} relief_scar;

/* What the skin of relief_skin() carries; a test sets it before it photographs. */
static relief_scar relief_scars[RELIEF_SCARS];
static double relief_left[2]; /* share of the height that is left, left and right half */
static double relief_lamp_x, relief_lamp_y;
static int relief_photo;      /* whose noise */
static double relief_pigment; /* od of brown and red spots between the scars */

/* Sunken scars of three kinds, and a raised one in each fifth place. */
static inline void relief_reset(void) {
  static const relief_scar KINDS[RELIEF_ROWS] = {{SD_ICE_PICK, 0, 0, 1.4, -0.6},
                                                 {SD_BOXCAR, 0, 0, 2.8, -0.35},
                                                 {SD_ROLLING, 0, 0, 6.5, -0.4},
                                                 {SD_BOXCAR, 0, 0, 3.4, -0.3},
                                                 {SD_HYPERTROPHIC, 0, 0, 3.2, 0.3}};
  for (int k = 0; k < RELIEF_SCARS; k++) {
    int row = k / RELIEF_COLUMNS, column = k % RELIEF_COLUMNS;
    relief_scars[k] = KINDS[(column + 2 * row) % RELIEF_ROWS];
    relief_scars[k].x = 7.3 + 15 * column + 0.37 * row;
    relief_scars[k].y = 6.1 + 11.9 * row + 0.23 * column;
  }
  relief_left[0] = relief_left[1] = 1;
  relief_lamp_x = -0.6;
  relief_lamp_y = -0.3;
  relief_pigment = 0.15;
  relief_photo = 0;
}

static inline double relief_profile(sd_scar_kind kind, double r) {
  switch (kind) {
  case SD_ICE_PICK:
    return pow(fmax(1 - r, 0), 1.3);
  case SD_BOXCAR:
    return 1 / (1 + exp((r - 0.88) / 0.08));
  default:
    return r < 1 ? 0.5 * (1 + cos(3.14159265 * r)) : 0;
  }
}

static inline double relief_height(double x, double y) {
  double sum = 0;
  for (int k = 0; k < RELIEF_SCARS; k++) {
    const relief_scar *s = &relief_scars[k];
    double r = 2 * hypot(x - s->x, y - s->y) / s->diameter;
    if (r < 1.6)
      sum += s->height * relief_left[s->x >= 30] * relief_profile(s->kind, r);
  }
  return sum;
}

/* Relief of plain skin: waves of 1 to 4 mm on all sides, mm. */
static inline double relief_waves(double x, double y) {
  enum { WAVES = 14 };
  double sum = 0;
  for (int k = 0; k < WAVES; k++) {
    double way = 2.4 * k, per_mm = 6.2832 / (1 + 0.23 * k);
    sum += sin(per_mm * (x * cos(way) + y * sin(way)) + 1.7 * k);
  }
  return 0.0035 * sum;
}

/* -1..1, the same at the same place and photo. */
static inline double relief_noise(double x, double y) {
  sd_random random = {(uint64_t)llround(100 * x) * 65537 + (uint64_t)llround(100 * y) +
                      ((uint64_t)relief_photo << 40)};
  return 2 * sd_random_uniform(&random) - 1;
}

/* Lambert's law under one lamp and an even sky. */
static inline skin_point relief_skin(double x, double y) {
  enum { SPOTS = 4 };
  const double step = 0.05, reach = 0.8, sky = 0.4, lamp_z = 0.75;
  double gx = (relief_height(x + step, y) - relief_height(x - step, y) + relief_waves(x + step, y) -
               relief_waves(x - step, y)) /
              (2 * step);
  double gy = (relief_height(x, y + step) - relief_height(x, y - step) + relief_waves(x, y + step) -
               relief_waves(x, y - step)) /
              (2 * step);
  double lit = (lamp_z - gx * relief_lamp_x - gy * relief_lamp_y) / sqrt(1 + gx * gx + gy * gy);
  double around = 0;
  for (int k = 0; k < 4; k++)
    around += relief_height(x + reach * (k == 0) - reach * (k == 1),
                            y + reach * (k == 2) - reach * (k == 3)) /
              4;
  double hollow = exp(-1.5 * fmax(around - relief_height(x, y), 0));
  skin_point s = {0.8, 0.4,
                  log(0.5 * (sky * hollow + (1 - sky) * fmax(lit, 0) / lamp_z)) +
                      0.02 * relief_noise(x, y)};
  for (int k = 0; k < SPOTS * SPOTS; k++) {
    double r = hypot(x - 14.8 - 10 * (k % SPOTS), y - 12.2 - 11.9 * (double)(k / SPOTS));
    double spot = relief_pigment / (1 + exp((r - 1.2) / 0.15));
    *(k % 2 == 0 ? &s.melanin : &s.haemoglobin) += spot;
  }
  return s;
}

#endif
