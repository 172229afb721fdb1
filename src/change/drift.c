/* Light of two colours: a window on one side and a lamp on the other tint the halves of a face
 * unlike, and another day otherwise. What pigment does within all zones alike, from side to side
 * and from brow to chin, may be that. */
#include "base/eliminate.h"
#include "change/metrics.h"

#include <math.h>

enum { TERMS = 2, WEIGHINGS = 8, TILES_MIN = 60, LABELS = 256 };
/* Residuals beyond so many robust spreads count ever less (Holland and Welsch 1977). */
static const double CAUCHY = 2.385, MAD_TO_SD = 1.4826;
/* Share of what the plane makes of a zone against its reference that is a standard error. */
static const double DRIFT_SHARE = 0.6;

static double change_of(const tile *t, int pigment) {
  return pigment == PIGMENT_MELANIN ? t->melanin_change : t->haemoglobin_change;
}

/* Means over the tiles of each zone: across, down, change. A zone that was treated is a step; only
 * what goes on within zones is light. */
typedef struct zone_means {
  double of[LABELS][TERMS + 1];
} zone_means;

static void means_of(zone_means *out, const pair *p, int pigment) {
  double count[LABELS] = {0};
  *out = (zone_means){{{0}}};
  for (size_t k = 0; k < p->tile_count; k++) {
    const tile *t = &p->tiles[k];
    double v[TERMS + 1] = {t->centre_x, t->centre_y, change_of(t, pigment)};
    count[t->label] += !isnan(v[TERMS]);
    for (int i = 0; i <= TERMS && !isnan(v[TERMS]); i++)
      out->of[t->label][i] += v[i];
  }
  for (int label = 0; label < LABELS; label++)
    for (int i = 0; i <= TERMS; i++)
      out->of[label][i] /= fmax(count[label], 1);
}

/* Of a tile: across, down and change, each against its zone's mean. */
static void against_zone(double v[TERMS + 1], const tile *t, const zone_means *means, int pigment) {
  const double *mean = means->of[t->label];
  v[0] = t->centre_x - mean[0];
  v[1] = t->centre_y - mean[1];
  v[TERMS] = change_of(t, pigment) - mean[TERMS];
}

static double off_slope(const double v[TERMS + 1], const double slope[TERMS]) {
  return v[TERMS] - slope[0] * v[0] - slope[1] * v[1];
}

/* Slopes of the change, per cell; `spread` 0: all tiles count alike. False when the tiles lie on a
 * line. */
static bool fit(double slope[TERMS], const pair *p, const zone_means *means, int pigment,
                double spread) {
  double m[TERMS][TERMS + 1] = {{0}}, v[TERMS + 1];
  for (size_t k = 0; k < p->tile_count; k++) {
    against_zone(v, &p->tiles[k], means, pigment);
    double off = off_slope(v, slope) / CAUCHY;
    double weight = spread > 0 ? 1 / (1 + off * off / (spread * spread)) : 1;
    for (int i = 0; i < TERMS && !isnan(off); i++)
      for (int j = 0; j <= TERMS; j++)
        m[i][j] += weight * v[i] * v[j];
  }
  if (!eliminate(m[0], TERMS, 1, 1e-9))
    return false;
  for (int k = 0; k < TERMS; k++)
    slope[k] = m[k][TERMS];
  return true;
}

/* Robust spread of the tiles about the plane; `room` has one value a tile. */
static double spread_about(const double slope[TERMS], const pair *p, const zone_means *means,
                           int pigment, float *room) {
  double v[TERMS + 1];
  size_t n = 0;
  for (size_t k = 0; k < p->tile_count; k++) {
    against_zone(v, &p->tiles[k], means, pigment);
    double off = off_slope(v, slope);
    if (!isnan(off))
      room[n++] = (float)fabs(off);
  }
  return n >= TILES_MIN ? MAD_TO_SD * sd_median(room, n) : NAN;
}

static void centre_of(double centre[2], const pair *p, const choice *tiles) {
  centre[0] = centre[1] = 0;
  for (size_t k = 0; k < tiles->count; k++) {
    centre[0] += p->tiles[tiles->index[k]].centre_x / (double)tiles->count;
    centre[1] += p->tiles[tiles->index[k]].centre_y / (double)tiles->count;
  }
}

/* Slopes of one pigment; 0 where the tiles tell none. */
static void slope_of(double slope[TERMS], const context *c, int pigment) {
  double spread = 0;
  zone_means means;
  bool told = true;
  slope[0] = slope[1] = 0;
  means_of(&means, c->p, pigment);
  for (int round = 0; round < WEIGHINGS && told; round++) {
    told = fit(slope, c->p, &means, pigment, spread);
    spread = spread_about(slope, c->p, &means, pigment, c->scratch);
    told = told && !isnan(spread);
  }
  if (!told)
    slope[0] = slope[1] = 0;
}

void drift_find(context *c) {
  for (int pigment = 0; pigment < PIGMENTS; pigment++)
    slope_of(c->drift[pigment], c, pigment);
}

double drift_error(const context *c, which metric, const choice *zone, const choice *control) {
  double here[2], there[2];
  if ((metric != MELANIN_REL && metric != HB_REL) || zone->count == 0 || control->count == 0)
    return 0;
  const double *slope = c->drift[metric == MELANIN_REL ? PIGMENT_MELANIN : PIGMENT_HAEMOGLOBIN];
  centre_of(here, c->p, zone);
  centre_of(there, c->p, control);
  return DRIFT_SHARE * fabs(slope[0] * (here[0] - there[0]) + slope[1] * (here[1] - there[1]));
}
