/* From patches as photographed to their true colours. In linear light: gains (white balance and
 * exposure) from the grey patches, then a 3x3 matrix near the identity (ridge), both by least
 * squares in units of colour difference: linear light is taken to CIELAB by its derivative at the
 * true colour, and CIELAB to CIEDE2000 by that formula's weights of lightness, chroma and hue.
 * Light that slopes over the card is a plane in the logarithm, fitted in turn with the matrix. How
 * far the matrix can be trusted is told by patches left out of the fit one at a time. */
#include "measure/card.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_GREY = 18, CYAN = 17, UNKNOWNS = 9 };
enum { ROUNDS_LIKENESS = 4, ROUNDS_FIT = 6 };
/* The matrix of a camera's own rendering departs from the identity by a few tenths, and the patches
 * from any matrix by 1 or 2 CIEDE2000: their ratio is what the identity weighs against the patches.
 */
static const double MATRIX_SD = 0.3, PATCH_SD = 1.5;
/* Beyond this a patch counts little in a robust fit; twice as far it is not this patch at all. */
static const double ROBUST_DE = 4, LIKE_DE = 8;
/* A patch that ends up this far off is covered, glaring, or of another chart. */
static const double OUTLIER_DE = 10;
/* One such patch may be a scratch or a finger's tip; more of them leave the card in doubt. */
enum { OUTLIERS_MAX = 3 };
/* A fit to fewer patches has no hues to spare: leaving one out would say more of the one than of
 * the fit. */
enum { PATCHES_MIN = 14 };
/* Of a printed, matt patch the luminance varies by its noise; a half-covered patch by far more. The
 * darkest patches are left out of this: noise is a large share of their light. */
static const double SPREAD_MAX = 0.25, SPREAD_LIGHT_MIN = 0.05;
/* A patch with this share of clipped pixels has an unknown colour. White, yellow and orange yellow
 * are the first to go, and the fit does well without them; more than these mean a photo so bright
 * that light skin is clipped too. Cyan lies outside sRGB anyway. */
static const double CLIPPED_SHARE = 0.02;
enum { CLIPPED_MAX = 4 };
/* A channel that mostly ends at 0 has an unknown colour too: cyan's red does, which lies outside
 * sRGB, and that is no fault of the photo. */
static const double SUNK_SHARE = 0.25;
/* Light that differs by more than this between patches differs as much between card and skin. */
static const double UNEVEN_MAX = 0.5;
/* Mean CIEDE2000 of left-out patches. Cameras' own JPEGs lie between 1.5 and 4 under usual lamps;
 * beyond 5 the colours are another chart's, a print's, or those of a filter. */
static const double RESIDUAL_MAX = 5;
/* Lower bound of light for logarithms. */
static const double LIGHT_MIN = 1e-4;

typedef struct chart {
  double rgb[3], lab[3];
  double metric[3][3]; /* linear light -> units of CIEDE2000 in lightness, chroma and hue */
} chart;

typedef struct fit {
  double matrix[9];
  double slope[2];
  sd_point centre;
} fit;

/* ---- the chart with its metric ----------------------------------------------------------------
 */

static void lab_derivative(double out[3][3], const double rgb[3]) {
  const double step = 1e-4;
  for (int c = 0; c < 3; c++) {
    double low[3], high[3], lab_low[3], lab_high[3];
    memcpy(low, rgb, sizeof low);
    memcpy(high, rgb, sizeof high);
    low[c] -= step;
    high[c] += step;
    sd_lab_from_linear(low, lab_low);
    sd_lab_from_linear(high, lab_high);
    for (int r = 0; r < 3; r++)
      out[r][c] = (lab_high[r] - lab_low[r]) / (2 * step);
  }
}

static chart chart_of(int patch) {
  chart t;
  double d[3][3];
  sd_card_patch_colour(patch, t.rgb);
  sd_lab_from_linear(t.rgb, t.lab);
  lab_derivative(d, t.rgb);
  double chroma = hypot(t.lab[1], t.lab[2]), l50 = (t.lab[0] - 50) * (t.lab[0] - 50);
  double cosine = chroma > 1 ? t.lab[1] / chroma : 1, sine = chroma > 1 ? t.lab[2] / chroma : 0;
  double sl = 1 + 0.015 * l50 / sqrt(20 + l50), sc = 1 + 0.045 * chroma, sh = 1 + 0.015 * chroma;
  for (int c = 0; c < 3; c++) {
    t.metric[0][c] = d[0][c] / sl;
    t.metric[1][c] = (cosine * d[1][c] + sine * d[2][c]) / sc;
    t.metric[2][c] = (cosine * d[2][c] - sine * d[1][c]) / sh;
  }
  return t;
}

static void chart_make(chart charts[SD_CARD_PATCHES]) {
  for (int k = 0; k < SD_CARD_PATCHES; k++)
    charts[k] = chart_of(k);
}

/* ---- one fit -----------------------------------------------------------------------------------
 */

/* The patch's colour in the light of the card's middle. */
static void evened(double out[3], const fit *f, const card_patch *p) {
  double slope = f->slope[0] * (p->at.x - f->centre.x) + f->slope[1] * (p->at.y - f->centre.y);
  for (int c = 0; c < 3; c++)
    out[c] = p->rgb[c] * exp(-slope);
}

static void predicted(double rgb[3], const fit *f, const card_patch *p) {
  double in[3];
  evened(in, f, p);
  for (int r = 0; r < 3; r++)
    rgb[r] = f->matrix[3 * r] * in[0] + f->matrix[3 * r + 1] * in[1] + f->matrix[3 * r + 2] * in[2];
}

/* White balance and exposure from the greys, the lighter the weightier; a dark one is mostly noise
 * and stray light. Without any usable grey, from all patches. */
static void find_gains(double gain[3], const fit *f, const card_patch *patches, const chart *charts,
                       const double *weight) {
  for (int c = 0; c < 3; c++) {
    double above = 0, below = 0;
    for (int first = FIRST_GREY; first >= 0 && !(below > 0); first -= FIRST_GREY) {
      for (int k = first; k < SD_CARD_PATCHES; k++) {
        double in[3];
        evened(in, f, &patches[k]);
        above += weight[k] * charts[k].rgb[c] * in[c];
        below += weight[k] * in[c] * in[c];
      }
    }
    gain[c] = below > 0 && above > 0 ? above / below : 1;
  }
}

static bool find_matrix(fit *f, const card_patch *patches, const chart *charts,
                        const double *weight) {
  card_system s = {.n = UNKNOWNS};
  double gain[3], x[UNKNOWNS], prior = (PATCH_SD / MATRIX_SD) * (PATCH_SD / MATRIX_SD);
  find_gains(gain, f, patches, charts, weight);
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    double in[3];
    if (!(weight[k] > 0))
      continue;
    evened(in, f, &patches[k]);
    for (int r = 0; r < 3; r++) {
      double row[UNKNOWNS], value = 0;
      for (int c = 0; c < 3; c++) {
        value += charts[k].metric[r][c] * charts[k].rgb[c];
        for (int i = 0; i < 3; i++)
          row[3 * c + i] = charts[k].metric[r][c] * gain[i] * in[i];
      }
      card_system_add(&s, row, value, weight[k]);
    }
  }
  for (int k = 0; k < UNKNOWNS; k++) {
    s.a[k][k] += prior;
    s.b[k] += k % 4 == 0 ? prior : 0; /* 0, 4, 8: the diagonal */
  }
  if (!card_system_solve(&s, x))
    return false;
  for (int k = 0; k < UNKNOWNS; k++)
    f->matrix[k] = x[k] * gain[k % 3];
  return true;
}

static double luminance(const double rgb[3]) {
  return fmax(0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2], LIGHT_MIN);
}

/* Adds what is left of a plane of ln light to the slope. Distances are taken in units of the card:
 * the equations stay well conditioned. */
static void find_slope(fit *f, const card_patch *patches, const chart *charts,
                       const double *weight) {
  card_system s = {.n = 3};
  double plane[3];
  double unit = hypot(patches[0].at.x - patches[SD_CARD_PATCHES - 1].at.x,
                      patches[0].at.y - patches[SD_CARD_PATCHES - 1].at.y);
  for (int k = 0; k < SD_CARD_PATCHES && unit > 0; k++) {
    double rgb[3], light = luminance(charts[k].rgb);
    predicted(rgb, f, &patches[k]);
    double row[3] = {1, (patches[k].at.x - f->centre.x) / unit,
                     (patches[k].at.y - f->centre.y) / unit};
    card_system_add(&s, row, log(luminance(rgb) / light), weight[k] * light);
  }
  if (card_system_solve(&s, plane)) {
    f->slope[0] += plane[1] / unit;
    f->slope[1] += plane[2] / unit;
  }
}

static double difference(const fit *f, const card_patch *p, const chart *c, double lab[3]) {
  double rgb[3];
  predicted(rgb, f, p);
  sd_lab_from_linear(rgb, lab);
  return sd_ciede2000(lab, c->lab);
}

/* Patches far from their colour lose weight round by round (Geman and McClure 1987). */
static bool fit_robustly(fit *f, const card_patch *patches, const chart *charts, double *weight,
                         int rounds, bool slopes) {
  double lab[3], usable[SD_CARD_PATCHES];
  memcpy(usable, weight, sizeof usable);
  for (int round = 0; round < rounds; round++) {
    if (!find_matrix(f, patches, charts, weight))
      return false;
    if (slopes)
      find_slope(f, patches, charts, weight);
    for (int k = 0; k < SD_CARD_PATCHES; k++) {
      double off = difference(f, &patches[k], &charts[k], lab) / ROBUST_DE;
      weight[k] = usable[k] / ((1 + off * off) * (1 + off * off));
    }
  }
  return true;
}

static fit fit_at(const card_patch *patches) {
  fit f = {.centre = {0, 0}};
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    f.centre.x += patches[k].at.x / SD_CARD_PATCHES;
    f.centre.y += patches[k].at.y / SD_CARD_PATCHES;
  }
  return f;
}

static bool is_clipped(const card_patch *p) {
  return p->clipped > CLIPPED_SHARE;
}

int card_likeness(const card_patch patches[SD_CARD_PATCHES], double *mean) {
  chart charts[SD_CARD_PATCHES];
  double weight[SD_CARD_PATCHES], lab[3], sum = 0;
  int alike = 0;
  chart_make(charts);
  for (int k = 0; k < SD_CARD_PATCHES; k++)
    weight[k] = is_clipped(&patches[k]) ? 0.1 : 1;
  fit f = fit_at(patches);
  *mean = INFINITY;
  if (!fit_robustly(&f, patches, charts, weight, ROUNDS_LIKENESS, false))
    return 0;
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    double off = difference(&f, &patches[k], &charts[k], lab);
    alike += off < LIKE_DE;
    sum += fmin(off, 2 * LIKE_DE);
  }
  *mean = sum / SD_CARD_PATCHES;
  return alike;
}

/* ---- judgement ----------------------------------------------------------------------------------
 */

/* Patches that take part: neither clipped nor made of two things. */
static int choose_patches(double *weight, int *clipped, int *mixed, const card_patch *patches,
                          const chart *charts) {
  int used = 0;
  *clipped = *mixed = 0;
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    bool is_mixed = patches[k].spread > SPREAD_MAX && luminance(charts[k].rgb) > SPREAD_LIGHT_MIN;
    *clipped += is_clipped(&patches[k]) && k != CYAN;
    *mixed += is_mixed;
    weight[k] = is_clipped(&patches[k]) || patches[k].sunk > SUNK_SHARE || is_mixed ? 0 : 1;
    used += weight[k] > 0;
  }
  return used;
}

/* Keeps the patches that have their colour after a robust fit; how many have not. */
static int drop_outliers(fit *f, double *weight, const card_patch *patches, const chart *charts) {
  double robust[SD_CARD_PATCHES], lab[3];
  int dropped = 0;
  memcpy(robust, weight, sizeof robust);
  if (!fit_robustly(f, patches, charts, robust, ROUNDS_FIT, true))
    return SD_CARD_PATCHES;
  for (int k = 0; k < SD_CARD_PATCHES; k++)
    if (weight[k] > 0 && difference(f, &patches[k], &charts[k], lab) > OUTLIER_DE) {
      weight[k] = 0;
      dropped++;
    }
  return dropped;
}

/* Each patch from the others; the slope of the light stays. */
static void leave_out(sd_colour_reference *out, const fit *f, const card_patch *patches,
                      const chart *charts, const double *weight) {
  double others[SD_CARD_PATCHES], sum = 0;
  out->patches = 0;
  out->residual_max = 0;
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    fit without = *f;
    double lab[3];
    out->error_lab[k][0] = out->error_lab[k][1] = out->error_lab[k][2] = NAN;
    if (!(weight[k] > 0))
      continue;
    memcpy(others, weight, sizeof others);
    others[k] = 0;
    if (!find_matrix(&without, patches, charts, others))
      continue;
    double off = difference(&without, &patches[k], &charts[k], lab);
    for (int c = 0; c < 3; c++)
      out->error_lab[k][c] = lab[c] - charts[k].lab[c];
    out->residual_max = fmax(out->residual_max, off);
    sum += off;
    out->patches++;
  }
  out->residual_mean = out->patches > 0 ? sum / out->patches : NAN;
}

static double unevenness(const fit *f, const card_patch *patches) {
  double low = INFINITY, high = -INFINITY;
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    double light = f->slope[0] * (patches[k].at.x - f->centre.x) +
                   f->slope[1] * (patches[k].at.y - f->centre.y);
    low = fmin(low, light);
    high = fmax(high, light);
  }
  return exp(high - low) - 1;
}

static void refuse(sd_colour_reference *out, const char *format, ...) SD_PRINTF(2, 3);
static void refuse(sd_colour_reference *out, const char *format, ...) {
  va_list arguments;
  out->usable = false;
  va_start(arguments, format);
  vsnprintf(out->reason, sizeof out->reason, format, arguments);
  va_end(arguments);
}

static void judge_clipped(sd_colour_reference *out, int clipped) {
  refuse(out, "%d of the card's patches are clipped: take the photo with less exposure", clipped);
}

void card_judge(sd_colour_reference *out, const card_patch patches[SD_CARD_PATCHES]) {
  chart charts[SD_CARD_PATCHES];
  double weight[SD_CARD_PATCHES];
  int clipped, mixed;
  fit f = fit_at(patches);
  chart_make(charts);
  out->residual_mean = out->residual_max = NAN;
  int used = choose_patches(weight, &clipped, &mixed, patches, charts);
  if (clipped > CLIPPED_MAX) {
    judge_clipped(out, clipped);
    return;
  }
  int dropped = drop_outliers(&f, weight, patches, charts);
  if (mixed + dropped > OUTLIERS_MAX) {
    refuse(out,
           "%d of the card's 24 patches have other colours: it is covered in part, half in shadow, "
           "or no ColorChecker Classic",
           mixed + dropped);
    return;
  }
  if (used - dropped < PATCHES_MIN) {
    refuse(out, "only %d of the card's 24 patches lie between black and white: expose better",
           used - dropped);
    return;
  }
  for (int round = 0; round < ROUNDS_FIT; round++) {
    if (!find_matrix(&f, patches, charts, weight)) {
      refuse(out, "the colours of the card do not determine those of the photo");
      return;
    }
    find_slope(&f, patches, charts, weight);
  }
  leave_out(out, &f, patches, charts, weight);
  memcpy(out->to_true, f.matrix, sizeof f.matrix);
  memcpy(out->light_slope, f.slope, sizeof f.slope);
  out->light_unevenness = unevenness(&f, patches);
  out->usable = true;
  if (out->light_unevenness > UNEVEN_MAX)
    refuse(
        out,
        "the light on the card differs by %.0f %% from side to side: hold it beside the skin, in "
        "the same light",
        100 * out->light_unevenness);
  else if (!(out->residual_mean <= RESIDUAL_MAX))
    refuse(out,
           "the card's colours differ from a ColorChecker Classic's by CIEDE2000 %.1f in the mean "
           "(at most %.0f): another chart, a print of it, or a colour filter",
           out->residual_mean, RESIDUAL_MAX);
}
