/* Noise as the plainest skin shows it. Sensor noise that the camera smoothed lies in slower detail
 * than luminance's finest, and mostly in colour; what editors and old codecs left is written in no
 * header. On plain skin, without marks, folds and scars on either date, what the dates do not
 * share is noise, and each date has its own. */
#include "change/pair.h"

#include <math.h>
#include <stdlib.h>

/* The third of the tiles that shows least on the date that shows more: where treatment took away or
 * brought something, one of the dates shows it. */
static const double PLAIN_SHARE = 1.0 / 3;
enum { TILES_MIN = 27 };
/* Where plain skin agrees so well (correlation), it is skin that is seen, and noise is no matter.
 */
static const double AGREED = 0.7;
/* No date is so clean that less of what it shows is noise: a date that is the other one and
 * something more would leave it none, and a ratio without end. */
static const double UNSHARED_LEAST = 0.3;

double pair_shared_variance(const double own[2], const double crossed[3]) {
  double product = crossed[0] * crossed[1];
  bool any = product > 0 && own[0] > 0 && own[1] > 0;
  return any ? crossed[2] / sqrt(product) * sqrt(own[0] * own[1]) : NAN;
}

/* Sums of one map over a tile: squares of each date and their counts, and over registered places.
 */
typedef struct sums {
  double own[2], count[2], crossed[3];
} sums;

static sums of_tile(const tile *t, int band, int pigment) {
  sums s = {{0}, {0}, {0}};
  for (int date = 0; date < 2; date++) {
    s.own[date] = band >= 0 ? t->relief[date][band] : t->uneven[pigment][date];
    s.count[date] = band >= 0 ? (double)t->relief_count[date][band] : (double)t->uneven_count;
  }
  for (int q = 0; q < 3; q++)
    s.crossed[q] = band >= 0 ? t->crossed[band][q] : t->uneven[pigment][q];
  return s;
}

/* Of the date that shows more; NaN where a date has nothing. */
static double most_of(const sums *s) {
  return s->count[0] > 0 && s->count[1] > 0 ? fmax(s->own[0] / s->count[0], s->own[1] / s->count[1])
                                            : NAN;
}

static void add(sums *to, const sums *s) {
  for (int date = 0; date < 2; date++) {
    to->own[date] += s->own[date];
    to->count[date] += s->count[date];
  }
  for (int q = 0; q < 3; q++)
    to->crossed[q] += s->crossed[q];
}

static plain_noise unshared(const sums *all) {
  double own[2] = {all->own[0] / all->count[0], all->own[1] / all->count[1]};
  double shared = pair_shared_variance(own, all->crossed);
  plain_noise n = {{NAN, NAN}};
  if (!(own[0] > 0) || !(own[1] > 0) || shared > AGREED * sqrt(own[0] * own[1]))
    return n;
  for (int date = 0; date < 2; date++)
    n.of[date] = fmax(own[date] - fmax(shared, 0), UNSHARED_LEAST * own[date]);
  return n;
}

static bool is_asked(const tile *t, int label) {
  return label == 0 || t->label == label;
}

/* `room`: one value a tile. */
static plain_noise noise_of_map(const pair *p, int label, int band, int pigment, float *room) {
  sums all = {{0}, {0}, {0}};
  size_t n = 0;
  for (size_t k = 0; k < p->tile_count; k++) {
    sums s = of_tile(&p->tiles[k], band, pigment);
    double most = most_of(&s);
    if (is_asked(&p->tiles[k], label) && !isnan(most))
      room[n++] = (float)most;
  }
  if (n < TILES_MIN)
    return (plain_noise){{NAN, NAN}};
  double limit = sd_quantile(room, n, PLAIN_SHARE);
  for (size_t k = 0; k < p->tile_count; k++) {
    sums s = of_tile(&p->tiles[k], band, pigment);
    if (is_asked(&p->tiles[k], label) && (float)most_of(&s) <= limit)
      add(&all, &s);
  }
  return unshared(&all);
}

sd_status pair_find_plain_noise(pair *p, int untreated, sd_diag *diag) {
  float *room = malloc((p->tile_count + 1) * sizeof *room);
  if (room == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to find the noise");
  size_t tiles = 0;
  for (size_t k = 0; k < p->tile_count; k++)
    tiles += is_asked(&p->tiles[k], untreated);
  if (tiles < TILES_MIN)
    untreated = 0;
  for (int band = 0; band < SD_BANDS; band++)
    p->plain_relief[band] = noise_of_map(p, untreated, band, -1, room);
  for (int pigment = 0; pigment < PIGMENTS; pigment++)
    p->plain_pigment[pigment] = noise_of_map(p, untreated, -1, pigment, room);
  free(room);
  return SD_OK;
}
