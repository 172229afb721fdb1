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
static int relief_photo;              /* whose noise */
static double relief_pigment;         /* od of brown and red spots between the scars */
static double relief_pigment_left[2]; /* share of it that is left, left and right half */
static double relief_naevus;          /* od of a naevus in each half */

/* Spots: their middles and radius at half height, mm. */
enum { RELIEF_SPOTS = 4, RELIEF_NAEVI = 2 };
static const double RELIEF_SPOT_RADIUS = 1.2, RELIEF_NAEVUS_RADIUS = 1.1;
static const double relief_naevi[RELIEF_NAEVI][2] = {{14.8, 29.9}, {44.8, 29.9}};
static inline double relief_spot_x(int k) {
  return 14.8 + 10 * (k % RELIEF_SPOTS);
}
static inline double relief_spot_y(int k) {
  return 12.2 + 11.9 * (double)(k / RELIEF_SPOTS);
}

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
  relief_pigment_left[0] = relief_pigment_left[1] = 1;
  relief_naevus = 0;
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
  for (int k = 0; k < RELIEF_SPOTS * RELIEF_SPOTS; k++) {
    double r = hypot(x - relief_spot_x(k), y - relief_spot_y(k));
    double left = relief_pigment_left[relief_spot_x(k) >= 30];
    double spot = left * relief_pigment / (1 + exp((r - RELIEF_SPOT_RADIUS) / 0.15));
    *(k % 2 == 0 ? &s.melanin : &s.haemoglobin) += spot;
  }
  for (int k = 0; k < RELIEF_NAEVI; k++) {
    double r = hypot(x - relief_naevi[k][0], y - relief_naevi[k][1]);
    s.melanin += relief_naevus / (1 + exp((r - RELIEF_NAEVUS_RADIUS) / 0.1));
  }
  return s;
}

#endif
