/* Is it a scar, and of which kind? A small network (one hidden layer, softmax) weighs the cues: how
 * large, how strong against the skin around, how well each kind's picture explains it, its slope's
 * shading against the lamp, dark that gathers in it, colour, and whether both dates agree. It was
 * trained on phantoms and portraits with scars drawn by known physics; METHODS.md says which and
 * what it reaches on others. */
#include "measure/scar_weights.h"
#include "measure/scars.h"

#include <math.h>

static double clamp(double v, double low, double high) {
  return v < low ? low : v > high ? high : v;
}

/* Symmetric logarithm: strengths have long tails on both sides. */
static double compress(double v) {
  return copysign(log1p(fabs(v)), v);
}

static void features_of(double x[FEATURES], const double cue[SD_SCAR_CUES]) {
  const double *explained = cue + CUE_EXPLAINED;
  double fit[SD_RELIEF_KINDS], best = -INFINITY;
  double strength = hypot(hypot(cue[CUE_DIPOLE_X], cue[CUE_DIPOLE_Y]), cue[CUE_HOLLOW]) + 0.3;
  double agreement = isnan(cue[CUE_AGREEMENT]) ? 0 : clamp(cue[CUE_AGREEMENT], -0.5, 0.999);
  int n = 0;
  for (int kind = 0; kind < SD_RELIEF_KINDS; kind++) {
    double share = clamp(explained[kind], 1e-4, 0.9999);
    fit[kind] = log(share / (1 - share));
    best = fmax(best, fit[kind]);
  }
  x[n++] = cue[CUE_SIZE];
  x[n++] = cue[CUE_STRENGTH];
  x[n++] = best;
  for (int kind = 0; kind < SD_RELIEF_KINDS; kind++)
    x[n++] = fit[kind] - best;
  x[n++] = compress(cue[CUE_HOLLOW]);
  x[n++] = compress(cue[CUE_LAMP]);
  x[n++] = compress(cue[CUE_CROSS]);
  x[n++] = cue[CUE_LAMP_TRUST];
  x[n++] = cue[CUE_LAMP] / strength;
  x[n++] = cue[CUE_HOLLOW] / strength;
  x[n++] = compress(cue[CUE_CORE]);
  x[n++] = 5 * clamp(cue[CUE_BROWN], -0.3, 0.3);
  x[n++] = 5 * clamp(cue[CUE_RED], -0.3, 0.3);
  x[n++] = cue[CUE_MEASURED];
  x[n++] = agreement;
  x[n++] = log((1 + agreement) / (1 - agreement));
  x[n++] = cue[CUE_GROUND];
  x[n++] = isnan(cue[CUE_TONE]) ? 0.8 : clamp(cue[CUE_TONE], 0.5, 1.6);
}

/* Probabilities of: no scar, and the four kinds of relief. */
static void network(double out[OUTCOMES], const double x[FEATURES]) {
  double hidden[HIDDEN], sum = 0, highest = -INFINITY;
  for (int h = 0; h < HIDDEN; h++) {
    double v = HIDDEN_WEIGHTS[FEATURES][h];
    for (int f = 0; f < FEATURES; f++)
      v += HIDDEN_WEIGHTS[f][h] * x[f];
    hidden[h] = tanh(v);
  }
  for (int k = 0; k < OUTCOMES; k++) {
    out[k] = OUT_WEIGHTS[HIDDEN][k];
    for (int h = 0; h < HIDDEN; h++)
      out[k] += OUT_WEIGHTS[h][k] * hidden[h];
    highest = fmax(highest, out[k]);
  }
  for (int k = 0; k < OUTCOMES; k++)
    sum += out[k] = exp(out[k] - highest);
  for (int k = 0; k < OUTCOMES; k++)
    out[k] /= sum;
}

void scar_decide(sd_scar *scar) {
  double x[FEATURES], chance[OUTCOMES];
  features_of(x, scar->cue);
  network(chance, x);
  scar->score = 1 - chance[0];
  int best = 0;
  for (int kind = 1; kind < SD_RELIEF_KINDS; kind++)
    if (chance[kind + 1] > chance[best + 1])
      best = kind;
  scar->kind = (sd_scar_kind)best;
  scar->kind_probability = scar->score > 0 ? chance[best + 1] / scar->score : 0;
}

/* ---- marks -------------------------------------------------------------------------------- */

/* Is it a mark? Logistic regression on phantoms (METHODS.md): constant, ln of the contrast in SDs
 * of plain skin, ln of the search's response, ln of the diameter, tone. */
static const double IS_MARK[2][5] = {{-2.0, 1.4, 1.5, 6.0, -4.4}, {-8.0, -1.6, 5.4, 7.2, 0}};
/* Nobody sees fainter ones (optical density of brown and of red); skin's own mottling is up to half
 * as strong on rendered faces, and of 2000 marks of phantoms one in a hundred is fainter. */
static const double LEAST_SEEN[2] = {0.05, 0.06};
/* Darker skin than this gives melanin a unit that grows with tone, and its noise with it. */
static const double LEAST_SEEN_TONE = 0.8, LEAST_SEEN_PER_TONE = 0.3;
/* Brown and red are told apart by which of them stands out more in optical density: the exponent of
 * that ratio, and the least that is told from nothing. */
static const double COLOUR_SHARPNESS = 2, COLOUR_LEAST = 0.01;
/* A naevus is that dark above its surround (optical density of melanin: what healing skin leaves
 * behind stays well under it), that small, and its edge takes up so much of its fall. Each limit
 * is a soft step of the width beside it. */
static const double NAEVUS_DARK[2] = {0.5, 0.05}, NAEVUS_MM[2] = {6, 0.6};
static const double NAEVUS_STEEP[2] = {0.3, 0.05};
/* On dark skin darkness is no measure of a naevus. */
static const double NAEVUS_TONE_MAX = 1.15;

static double step_up(double v, const double at[2]) {
  return 1 / (1 + exp(-(v - at[0]) / at[1]));
}

static double naevus_chance(const double cue[SD_SCAR_CUES]) {
  if (cue[MARK_CUE_TONE] > NAEVUS_TONE_MAX)
    return 0;
  return step_up(cue[MARK_CUE_CONTRAST], NAEVUS_DARK) *
         (1 - step_up(exp(cue[MARK_CUE_SIZE]), NAEVUS_MM)) *
         step_up(cue[MARK_CUE_STEEP], NAEVUS_STEEP);
}

static double least_seen(sd_scar_kind kind, double tone) {
  return kind == SD_RED_MARK
             ? LEAST_SEEN[1]
             : LEAST_SEEN[0] + LEAST_SEEN_PER_TONE * fmax(tone - LEAST_SEEN_TONE, 0);
}

void mark_decide(sd_scar *mark) {
  const double *cue = mark->cue, *w = IS_MARK[mark->kind == SD_RED_MARK];
  double tone = isnan(cue[MARK_CUE_TONE]) ? 0.8 : clamp(cue[MARK_CUE_TONE], 0.5, 1.6);
  double evidence = w[0] + w[1] * log(fmax(cue[MARK_CUE_QUIET], 0.1)) +
                    w[2] * log(fmax(cue[MARK_CUE_STRENGTH], 0.1)) + w[3] * cue[MARK_CUE_SIZE] +
                    w[4] * tone;
  double times =
      log(fmax(cue[MARK_CUE_CONTRAST], COLOUR_LEAST) / fmax(cue[MARK_CUE_OTHER], COLOUR_LEAST));
  mark->score =
      cue[MARK_CUE_CONTRAST] >= least_seen(mark->kind, tone) ? 1 / (1 + exp(-evidence)) : 0;
  mark->kind_probability = 1 / (1 + exp(-COLOUR_SHARPNESS * times));
  double naevus = mark->kind == SD_BROWN_MARK ? naevus_chance(cue) : 0;
  if (naevus > 0.5)
    mark->kind = SD_NAEVUS;
  mark->kind_probability *= mark->kind == SD_NAEVUS ? naevus : 1 - naevus;
}
