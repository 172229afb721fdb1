/* Estimates: functions of a zone's tiles and the control zone's, so that the bootstrap can draw
 * tiles and ask again (science.md 4.5, 5.3 to 5.6, 6). Every estimate of change is odd under an
 * exchange of the dates. */
#include "change/metrics.h"

#include <math.h>
#include <stdlib.h>

/* A load needs this much mark, a scar figure this much scar. */
static const double MARK_AREA_MIN_MM2 = 1, SCAR_AREA_MIN_MM2 = 1.5;
/* Noise never explains more than this share of a variance (science.md 5.5). */
static const double NOISE_SHARE_MAX = 0.9;

/* Limits of the relief bands and width of their Gaussians, as in measure.c. */
static const double BAND_MM[SD_BANDS][2] = {{0.25, 0.8}, {0.8, 3}, {3, 8}};
static const double SIGMA_PER_WAVELENGTH = 0.19;

/* What photos taken unlike do to the spread of pigment, brown marks and scars they do to all zones,
 * but the control zone's own change is known badly too: its regression on the error of the others
 * was .7 to 1.1 in phone-grade pairs, 0 to .4 in pairs taken with care. Half of it is taken out. Of
 * red areas and coarse relief it foretells nothing. */
static const double CONTROL_SHARE = 0.5;

static const level NO_LEVEL = {NAN, NAN, NAN};

/* How well the ratio of the noises is known (SDs of the logarithm of the variances' ratio). Sensor
 * noise is measured in the finest detail, and two shots of one camera are alike; what compression
 * adds to colour is not seen there. One shot saved twice shares its sensor noise, so that all that
 * differs is the compression of the later file, and nothing tells which one that is. */
typedef struct doubts {
  double alike, per_step, per_step_relief, per_chroma;
} doubts;
static const doubts TWO_SHOTS = {.alike = 0.5, .per_step = 0.1, .per_chroma = 0.1};
static const doubts ONE_SHOT = {
    .alike = 0.3, .per_step = 1, .per_step_relief = 0.5, .per_chroma = 1.5};
/* Noise of colour is not the same all over the skin: compression errs by what there is to code.
 * Share of what it makes of a change that may be wrong in a zone (SD). */
static const double LEVEL_DOUBT = 0.35;
/* Noise lifts a load by at most as much as it lifts the unevenness of the same skin. */
static const double LOAD_PER_UNEVENNESS = 0.7, LOAD_PER_UNEVENNESS_ONE_SHOT = 1;

/* Without untreated skin, treatment too is what the dates do not share. Noise is then held below
 * what the finest detail of the photos, taken as white, would leave in a band. In the pigment maps
 * that is six times more (inverse of the axes, science.md 4.2), five times more again because blue
 * light from skin is a fifth of green, and noise of ln light rises as light falls. */
static const double WHITE_RELIEF_MAX = 2, WHITE_PIGMENT_MAX = 30;
/* Or, where compression makes more than that, below so many times what its quality explains (SD).
 */
static const double EXPLAINED_MAX = 1.5;
/* Or, where plain skin shows noise that neither grain nor coding explains, below so many times
 * that. */
static const double SEEN_MAX = 1.3;
/* Beyond this what is not explained is most of what is seen (ln of the ratio of variances). */
static const double UNEXPLAINED_MAX = 0.95;
/* And so unlike, explained or not, are photos whose noise no sum of ours takes out. */
static const double DROWNED = 1.8;
/* How far off the explained ratio plain skin is by chance and by healing (ln): untouched and healed
 * skin, photos alike, up to .3 in finer relief and .2 in pigment; in coarse relief, where a lamp's
 * turn is seen, up to .8, of which .3 are then taken for noise. */
static const double CHANCE_RELIEF[SD_BANDS] = {0.5, 0.5, 0.5}, CHANCE_PIGMENT = 0.35;
/* Smoothing of the pigment maps and the band of unevenness, as in measure.c and pair.c. */
static const double UNEVEN_MM[2] = {1, 16}, PIGMENT_SIGMA_MM = 0.25, PIGMENT_SIGMA_PX = 1.5;
static const double FOUR_PI = 12.566370614;

/* ---- noise -------------------------------------------------------------------------------- */

/* Noise of the first date from both variances, their covariance and the ratio of the noises:
 * smaller root of (vb - n)(va - rho n) = c^2. */
static double noise_root(double vb, double va, double c, double rho) {
  if (c <= 0)
    return NOISE_SHARE_MAX * fmin(vb, va / rho);
  double p = rho * vb + va, root = p * p - 4 * rho * (vb * va - c * c);
  double n = root > 0 ? (p - sqrt(root)) / (2 * rho) : 0;
  return fmax(fmin(n, NOISE_SHARE_MAX * fmin(vb, va / rho)), 0);
}

static void noise_of(double out[2], const double own[2], const double crossed[3], double rho) {
  out[0] = out[1] = 0;
  double c = pair_shared_variance(own, crossed);
  if (isnan(c))
    return;
  out[0] = noise_root(own[0], own[1], c, rho);
  out[1] = rho * out[0];
}

/* Noise variance after / before in maps smoothed alike in mm, from that of pixels: a finer photo
 * averages more of them. */
static double noise_ratio_of(const context *c, double of_pixels) {
  return of_pixels / (c->match->scale_ratio * c->match->scale_ratio);
}

/* What a difference of two Gaussians (variances mm^2) leaves of white noise, up to a constant. */
static double white_in_band(double low2, double high2) {
  return 1 / low2 + 1 / high2 - 4 / (low2 + high2);
}

/* Variances (mm^2) that equalising added to either photo's Gaussians. */
static void softening(double extra2[2], const context *c) {
  double blur = isnan(c->match->blur_mm2) ? 0 : c->match->blur_mm2;
  extra2[0] = fmax(blur, 0);
  extra2[1] = fmax(-blur, 0);
}

/* Noise variance after / before in a band of maps that were smoothed by low^2 and high^2: the
 * sharper photo was softened to equal the other, and its noise with it. */
static double softened_noise_ratio(const context *c, double of_pixels, double low2, double high2) {
  double extra2[2];
  softening(extra2, c);
  return noise_ratio_of(c, of_pixels) * white_in_band(low2 + extra2[1], high2 + extra2[1]) /
         white_in_band(low2 + extra2[0], high2 + extra2[0]);
}

static double band_noise_ratio(const context *c, int band) {
  double low = SIGMA_PER_WAVELENGTH * BAND_MM[band][0],
         high = SIGMA_PER_WAVELENGTH * BAND_MM[band][1];
  return softened_noise_ratio(c, c->noise_ratios.luminance, low * low, high * high);
}

/* Squares of the Gaussians (mm) between which unevenness lies. */
static void uneven_band(double *low2, double *high2, const context *c) {
  double pigment = PIGMENT_SIGMA_MM, px = PIGMENT_SIGMA_PX * c->before_mm_per_px;
  pigment = px > pigment ? px : pigment;
  double low = SIGMA_PER_WAVELENGTH * UNEVEN_MM[0], high = SIGMA_PER_WAVELENGTH * UNEVEN_MM[1];
  *low2 = low * low + pigment * pigment;
  *high2 = high * high + pigment * pigment;
}

static double uneven_noise_ratio(const context *c, int pigment) {
  double low2, high2;
  uneven_band(&low2, &high2, c);
  return softened_noise_ratio(c, c->noise_ratios.pigment[pigment], low2, high2);
}

static int chroma_pixels(const sd_coding *coding) {
  int h, v;
  sd_coding_chroma(coding, &h, &v);
  return h * v;
}

noise_doubt noise_doubt_of(const sd_coding *before, const sd_coding *after, bool one_shot) {
  const doubts *d = one_shot ? &ONE_SHOT : &TWO_SHOTS;
  double steps = fabs(log(sd_coding_step(after) / sd_coding_step(before)));
  double chroma = fabs(log((double)chroma_pixels(after) / chroma_pixels(before)));
  return (noise_doubt){.relief = d->per_step_relief * steps,
                       .pigment = hypot(d->alike, d->per_step * steps + d->per_chroma * chroma)};
}

/* Variance of white noise of one unit a pixel after a difference of two Gaussians (SD in mm). */
static double white_variance(const context *c, double low2, double high2) {
  double px_mm = c->before_mm_per_px, extra2[2];
  softening(extra2, c);
  return white_in_band(low2 + extra2[0], high2 + extra2[0]) * px_mm * px_mm / FOUR_PI;
}

static bool is_relative(which metric) {
  return metric == MELANIN_REL || metric == HB_REL;
}

/* ln of the ratio of the noises that plain skin shows over the one that grain and coding explain,
 * as far as it is beyond chance; 0: as explained. */
static double surprise(const plain_noise *seen, double explained, double chance) {
  double off = log(seen->of[1] / seen->of[0] / explained);
  return isnan(off) ? 0 : copysign(fmax(0, fabs(off) - chance), off);
}

static double relief_surprise(const context *c, int band) {
  return surprise(&c->p->plain_relief[band], band_noise_ratio(c, band), CHANCE_RELIEF[band]);
}

static double pigment_surprise(const context *c, int pigment) {
  return surprise(&c->p->plain_pigment[pigment], uneven_noise_ratio(c, pigment), CHANCE_PIGMENT);
}

/* Ratio of the noises; `side` -1 and 1: as far off as it may be. Between what is explained and what
 * is seen lies how well it is known. */
static double ratio_at(double explained, double surprise, double doubt, int side) {
  return explained * exp(surprise + side * hypot(doubt, surprise / 2));
}

static void limit_noise(double n[2], double most) {
  double share = n[0] > most ? most / n[0] : 1;
  n[0] *= share;
  n[1] *= share;
}

/* Noise of BEFORE that plain skin shows where nothing explains it. */
static double unexplained(const plain_noise *seen, double surprise) {
  return surprise == 0 ? 0 : SEEN_MAX * SEEN_MAX * seen->of[0];
}

static void limit_to_white(const context *c, noise *n) {
  /* of the grainier photo: strong compression takes the finest detail away, not the noise below */
  double grain = c->match->noise_before * fmax(1, c->match->noise_ratio);
  double unit = grain * grain;
  if (c->has_control || isnan(unit) || isnan(c->before_mm_per_px))
    return;
  for (int band = 0; band < SD_BANDS; band++) {
    double low = SIGMA_PER_WAVELENGTH * BAND_MM[band][0],
           high = SIGMA_PER_WAVELENGTH * BAND_MM[band][1];
    double white = WHITE_RELIEF_MAX * WHITE_RELIEF_MAX * unit;
    limit_noise(n->relief[band],
                fmax(white * white_variance(c, low * low, high * high),
                     unexplained(&c->p->plain_relief[band], relief_surprise(c, band))));
  }
  double low2, high2;
  uneven_band(&low2, &high2, c);
  for (int pigment = 0; pigment < PIGMENTS; pigment++) {
    double white = fmax(WHITE_PIGMENT_MAX * WHITE_PIGMENT_MAX * unit,
                        EXPLAINED_MAX * EXPLAINED_MAX * c->noise_ratios.before[pigment]);
    limit_noise(n->uneven[pigment],
                fmax(white * white_variance(c, low2, high2),
                     unexplained(&c->p->plain_pigment[pigment], pigment_surprise(c, pigment))));
  }
}

static noise noise_at(const context *c, const choice *quiet, const noise_doubt *doubt, int side) {
  noise n = {{{0}}, {{0}}};
  for (int band = 0; band < SD_BANDS; band++) {
    double own[2] = {0}, crossed[3] = {0}, count[2] = {0};
    for (size_t k = 0; k < quiet->count; k++) {
      const tile *t = &c->p->tiles[quiet->index[k]];
      for (int date = 0; date < 2; date++) {
        own[date] += t->relief[date][band];
        count[date] += (double)t->relief_count[date][band];
      }
      for (int q = 0; q < 3; q++)
        crossed[q] += t->crossed[band][q];
    }
    for (int date = 0; date < 2; date++)
      own[date] = count[date] > 0 ? own[date] / count[date] : 0;
    noise_of(n.relief[band], own, crossed,
             ratio_at(band_noise_ratio(c, band), relief_surprise(c, band), doubt->relief, side));
  }
  for (int pigment = 0; pigment < PIGMENTS; pigment++) {
    double crossed[3] = {0}, count = 0;
    for (size_t k = 0; k < quiet->count; k++) {
      const tile *t = &c->p->tiles[quiet->index[k]];
      for (int q = 0; q < 3; q++)
        crossed[q] += t->uneven[pigment][q];
      count += (double)t->uneven_count;
    }
    double own[2] = {crossed[0] / fmax(count, 1), crossed[1] / fmax(count, 1)};
    noise_of(n.uneven[pigment], own, crossed,
             ratio_at(uneven_noise_ratio(c, pigment), pigment_surprise(c, pigment), doubt->pigment,
                      side));
  }
  limit_to_white(c, &n);
  /* a face that moves decorrelates too: that is no noise */
  for (int date = 0; date < 2; date++) {
    for (int band = 0; band < SD_BANDS; band++)
      n.relief[band][date] *= c->noise_trust;
    for (int pigment = 0; pigment < PIGMENTS; pigment++)
      n.uneven[pigment][date] *= c->noise_trust;
  }
  return n;
}

/* Noise that coding foretells but plain skin does not show drowns nothing: `surprise` counts either
 * way, this only what is there. A face that moved differs without noise. */
static bool drowns(const context *c, const plain_noise *plain, double explained_ratio) {
  double seen = c->noise_trust * log(plain->of[1] / plain->of[0]), explained = log(explained_ratio);
  double beyond = fabs(seen) - (seen * explained > 0 ? fabs(explained) : 0);
  return beyond > UNEXPLAINED_MAX || fabs(seen) > DROWNED;
}

bool noise_drowns(const context *c, which metric) {
  if (metric <= ROUGH_COARSE)
    return drowns(c, &c->p->plain_relief[metric], band_noise_ratio(c, (int)metric));
  if (is_relative(metric) || metric == SCAR_RELIEF)
    return false;
  int pigment = metric == HB_UNEVEN || metric == RED_LOAD ? PIGMENT_HAEMOGLOBIN : PIGMENT_MELANIN;
  return drowns(c, &c->p->plain_pigment[pigment], uneven_noise_ratio(c, pigment));
}

void noise_find(context *c, const choice *quiet, const noise_doubt *doubt) {
  c->noise = noise_at(c, quiet, doubt, 0);
  c->shifted[0] = noise_at(c, quiet, doubt, -1);
  c->shifted[1] = noise_at(c, quiet, doubt, 1);
}

/* Spread of each date from mean squares with the noise taken out. */
static level spread_level(const double mean[2], const double noise_variance[2]) {
  double clean[2];
  for (int date = 0; date < 2; date++) {
    if (!(mean[date] > 0))
      return NO_LEVEL;
    clean[date] = sqrt(fmax(mean[date] - noise_variance[date], (1 - NOISE_SHARE_MAX) * mean[date]));
  }
  return (level){clean[0], clean[1], log(clean[1] / clean[0])};
}

/* ---- relief ------------------------------------------------------------------------------- */

static level band_level(const context *c, const choice *tiles, int band) {
  double sum[2] = {0}, count[2] = {0};
  for (size_t k = 0; k < tiles->count; k++)
    for (int date = 0; date < 2; date++) {
      sum[date] += c->p->tiles[tiles->index[k]].relief[date][band];
      count[date] += (double)c->p->tiles[tiles->index[k]].relief_count[date][band];
    }
  if (count[0] == 0 || count[1] == 0)
    return NO_LEVEL;
  return spread_level((double[2]){sum[0] / count[0], sum[1] / count[1]}, c->noise.relief[band]);
}

/* Relief inside the scars above that of the skin between them; the difference takes noise along. */
static level scar_level(const context *c, const choice *tiles) {
  double inside[2] = {0}, between[2] = {0}, scar_cells = 0, other_cells = 0, value[2];
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    for (int date = 0; date < 2; date++) {
      inside[date] += t->scar[date];
      between[date] += t->between[date];
    }
    scar_cells += (double)t->scar_cells;
    other_cells += (double)t->between_cells;
  }
  if (scar_cells * c->p->nominal_mm * c->p->nominal_mm < SCAR_AREA_MIN_MM2 || other_cells == 0)
    return NO_LEVEL;
  for (int date = 0; date < 2; date++) {
    double mean = inside[date] / scar_cells;
    value[date] = sqrt(fmax(mean - between[date] / other_cells, (1 - NOISE_SHARE_MAX) * mean));
  }
  if (!(value[0] > 0) || !(value[1] > 0))
    return NO_LEVEL;
  return (level){value[0], value[1], log(value[1] / value[0])};
}

/* ---- pigment ------------------------------------------------------------------------------ */

static level uneven_level(const context *c, const choice *tiles, int pigment) {
  double sum[3] = {0}, count = 0, own[2], most[2], noise_variance[2];
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    for (int q = 0; q < 3; q++)
      sum[q] += t->uneven[pigment][q];
    count += (double)t->uneven_count;
  }
  if (count == 0)
    return NO_LEVEL;
  /* compression errs less where there is less to code: no zone has more noise than what its own
   * dates do not share, to which treatment can only add */
  const double *usual = c->noise.uneven[pigment];
  for (int date = 0; date < 2; date++)
    own[date] = sum[date] / count;
  noise_of(most, own, sum, usual[0] > 0 ? usual[1] / usual[0] : 1);
  for (int date = 0; date < 2; date++)
    noise_variance[date] = fmin(usual[date], most[date]);
  return spread_level(own, noise_variance);
}

/* Levels are the mean excess over the zone. The change weighs each place by its mean excess of both
 * dates: what was merely picked up with the outline then counts little. */
static level load_level(const context *c, const choice *tiles, int pigment) {
  double sum[2] = {0}, weighted[2] = {0}, marks = 0, cells = 0;
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    for (int date = 0; date < 2; date++) {
      sum[date] += t->load[pigment][date];
      weighted[date] += t->weighted[pigment][date];
    }
    marks += (double)t->mark_cells[pigment];
    cells += (double)t->cells;
  }
  double area = marks * c->p->nominal_mm * c->p->nominal_mm;
  if (area < MARK_AREA_MIN_MM2 || !(sum[0] > 0) || !(sum[1] > 0) || !(weighted[0] > 0) ||
      !(weighted[1] > 0))
    return NO_LEVEL;
  return (level){sum[0] / cells, sum[1] / cells, log(weighted[1] / weighted[0])};
}

static double tile_median(const context *c, const choice *tiles, int pigment, int what) {
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    const double *at = pigment == PIGMENT_MELANIN ? t->melanin : t->haemoglobin;
    double change = pigment == PIGMENT_MELANIN ? t->melanin_change : t->haemoglobin_change;
    c->scratch[k] = (float)(what == 2 ? change : at[what]);
  }
  return sd_median(c->scratch, tiles->count);
}

/* Medians of no tiles are NaN. */
static double rel_change(const context *c, const choice *tiles, const choice *control,
                         int pigment) {
  return tile_median(c, tiles, pigment, 2) - tile_median(c, control, pigment, 2);
}

static level rel_level(const context *c, const choice *tiles, const choice *control, int pigment) {
  if (tiles->count == 0 || control->count == 0)
    return NO_LEVEL;
  return (level){tile_median(c, tiles, pigment, 0) - tile_median(c, control, pigment, 0),
                 tile_median(c, tiles, pigment, 1) - tile_median(c, control, pigment, 1),
                 rel_change(c, tiles, control, pigment)};
}

/* Contrast of brown marks on skin of the zone's colour, the mean of both dates: exposure and white
 * balance do not count. */
static level contrast_level(const context *c, const choice *tiles) {
  double contrast[2][3] = {{0}}, all[2][3] = {{0}}, marks = 0, cells = 0, value[2];
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    marks += (double)t->mark_cells[PIGMENT_MELANIN];
    cells += (double)t->cells;
    for (int date = 0; date < 2; date++)
      for (int q = 0; q < 3; q++) {
        contrast[date][q] += t->mark_contrast[date][q];
        all[date][q] += t->rgb[date][q];
      }
  }
  if (marks * c->p->nominal_mm * c->p->nominal_mm < MARK_AREA_MIN_MM2)
    return NO_LEVEL;
  for (int date = 0; date < 2; date++) {
    double inside[3], outside[3], lab1[3], lab2[3];
    for (int q = 0; q < 3; q++) {
      outside[q] = sqrt(all[0][q] * all[1][q]) / cells;
      inside[q] = outside[q] * exp(contrast[date][q] / marks);
    }
    sd_lab_from_linear(inside, lab1);
    sd_lab_from_linear(outside, lab2);
    value[date] = sd_ciede2000(lab1, lab2);
  }
  return (level){value[0], value[1], value[1] - value[0]};
}

double faintness(const context *c, which metric, const choice *tiles) {
  double weighted = 0, load = 0;
  if (metric != BROWN_LOAD && metric != RED_LOAD)
    return 0;
  int pigment = (int)metric - BROWN_LOAD;
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    weighted += t->weighted[pigment][0] + t->weighted[pigment][1];
    load += t->load[pigment][0] + t->load[pigment][1];
  }
  return weighted > 0 && load > 0 ? c->p->spread[pigment] * load / weighted : 0;
}

/* How much of the control zone's own change is taken out of a metric's. Blur, noise, JPEG and lamp
 * height are common to the frame: of the finer relief the untreated zone cancels them. */
static double control_share(which metric) {
  switch (metric) {
  case ROUGH_FINE:
  case ROUGH_MID:
    return 1;
  case SCAR_RELIEF:
  case BROWN_LOAD:
  case MEL_UNEVEN:
  case HB_UNEVEN:
    return CONTROL_SHARE;
  default:
    return 0;
  }
}

static bool is_against_control(const context *c, which metric, bool is_control) {
  return c->has_control && !is_control && control_share(metric) > 0;
}

bool estimate_needs_control(const context *c, which metric, bool is_control) {
  return is_relative(metric) || is_against_control(c, metric, is_control);
}

/* Of the tiles alone. */
static level own_level(const context *c, which metric, const choice *tiles) {
  switch (metric) {
  case ROUGH_FINE:
  case ROUGH_MID:
  case ROUGH_COARSE:
    return band_level(c, tiles, (int)metric - ROUGH_FINE);
  case SCAR_RELIEF:
    return scar_level(c, tiles);
  case BROWN_LOAD:
  case RED_LOAD:
    return load_level(c, tiles, (int)metric - BROWN_LOAD);
  case MEL_UNEVEN:
  case HB_UNEVEN:
    return uneven_level(c, tiles, (int)metric - MEL_UNEVEN);
  case DELTA_E_MARKS:
    return contrast_level(c, tiles);
  default:
    return NO_LEVEL;
  }
}

level estimate(const context *c, which metric, const choice *tiles, const choice *control,
               bool is_control) {
  if (is_relative(metric))
    return rel_level(c, tiles, control, (int)metric - MELANIN_REL);
  level l = own_level(c, metric, tiles);
  if (!is_against_control(c, metric, is_control))
    return l;
  double taken = control_share(metric) * own_level(c, metric, control).change;
  l.change -= isnan(taken) ? 0 : taken;
  return l;
}

double estimate_change(const context *c, which metric, const choice *tiles, const choice *control,
                       bool is_control) {
  if (!is_relative(metric))
    return estimate(c, metric, tiles, control, is_control).change;
  return rel_change(c, tiles, control, (int)metric - MELANIN_REL);
}

/* ---- what noise leaves open --------------------------------------------------------------- */

static double change_with(const context *c, const noise *n, which metric, const choice *tiles) {
  context other = *c;
  other.noise = *n;
  return metric <= ROUGH_COARSE ? band_level(&other, tiles, (int)metric - ROUGH_FINE).change
                                : uneven_level(&other, tiles, metric == HB_UNEVEN).change;
}

/* Variance of a pigment's map on both dates, summed over tiles; false when there is none. */
static bool sum_uneven(double sum[2], double *count, const choice *tiles, const context *c,
                       int pigment) {
  sum[0] = sum[1] = *count = 0;
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    sum[0] += t->uneven[pigment][0];
    sum[1] += t->uneven[pigment][1];
    *count += (double)t->uneven_count;
  }
  return sum[0] > 0 && sum[1] > 0;
}

double noise_share(const context *c, which metric, const choice *tiles) {
  int pigment = metric == RED_LOAD || metric == HB_UNEVEN ? PIGMENT_HAEMOGLOBIN : PIGMENT_MELANIN;
  double sum[2], count;
  if (metric != BROWN_LOAD && metric != RED_LOAD && metric != MEL_UNEVEN && metric != HB_UNEVEN)
    return 0;
  if (!sum_uneven(sum, &count, tiles, c, pigment))
    return 0;
  return (c->noise.uneven[pigment][0] + c->noise.uneven[pigment][1]) * count / (sum[0] + sum[1]);
}

/* Marks are outlined where the mean of both dates stands out, and noise stands out as skin does. Of
 * a deviation that is noise each date has its share of the variance (the mean of one of two normal
 * variables given their sum), so that the marks of the noisier date look stronger: the logarithm of
 * by how much, when noise has the same share of the marks as of all that varies. */
static double picked_noise(const context *c, int pigment, const choice *tiles) {
  const double *ours = c->noise.uneven[pigment];
  double sum[2], count, all = ours[0] + ours[1];
  if (!(all > 0) || !sum_uneven(sum, &count, tiles, c, pigment))
    return 0;
  double share = fmin(all * count / (sum[0] + sum[1]), NOISE_SHARE_MAX);
  return fabs(
      log((1 - share + 2 * share * ours[1] / all) / (1 - share + 2 * share * ours[0] / all)));
}

/* Contrast of the marks that noise alone makes or hides. */
static double picked_contrast(const context *c, const choice *tiles) {
  level contrast = contrast_level(c, tiles);
  return isnan(contrast.change)
             ? 0
             : 0.5 * (contrast.before + contrast.after) * picked_noise(c, PIGMENT_MELANIN, tiles);
}

double noise_error(const context *c, which metric, const choice *tiles) {
  if (metric == DELTA_E_MARKS)
    return picked_contrast(c, tiles);
  bool brown = metric == BROWN_LOAD, red = metric == RED_LOAD;
  which by = brown ? MEL_UNEVEN : red ? HB_UNEVEN : metric;
  if (by > ROUGH_COARSE && by != MEL_UNEVEN && by != HB_UNEVEN)
    return 0;
  const noise none = {{{0}}, {{0}}};
  double half = 0.5 * fabs(change_with(c, &c->shifted[1], by, tiles) -
                           change_with(c, &c->shifted[0], by, tiles));
  if (by == MEL_UNEVEN || by == HB_UNEVEN)
    half = hypot(half, LEVEL_DOUBT * (change_with(c, &c->noise, by, tiles) -
                                      change_with(c, &none, by, tiles)));
  if (isnan(half))
    return 0;
  if (!brown && !red)
    return half;
  half *= c->match->one_shot ? LOAD_PER_UNEVENNESS_ONE_SHOT : LOAD_PER_UNEVENNESS;
  return hypot(half, picked_noise(c, brown ? PIGMENT_MELANIN : PIGMENT_HAEMOGLOBIN, tiles));
}
