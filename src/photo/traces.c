/* The JPEG that pixels went through before: saved again as PNG, WebP or a finer JPEG, a photo keeps
 * the loss, and no header tells of it. In the blocks of the old grid the DCT coefficients still lie
 * near multiples of the old quantiser steps, for saving moved each pixel by half a code only (Fan
 * and de Queiroz 2003; Neelamani et al. 2006). A photo that was made smaller since keeps no grid.
 */
#include "photo/decode.h"

#include "base/angle.h"
#include "base/clones.h"
#include "base/lanes.h"

#include <math.h>
#include <stdlib.h>

enum {
  BLOCK = 8,
  WINDOW = 2 * BLOCK - 1, /* holds the block at each of the 64 places that a grid can have */
  PIXELS = WINDOW * WINDOW,
  PLACES = BLOCK * BLOCK,
  FREQUENCIES = 4,
  COEFFICIENTS = 9,
  STEP_LEAST = 2,
  STEP_MOST = 64,
  WINDOWS = 1000,       /* looked at; a multiple of SD_WIDE */
  SEARCH_WINDOWS = 300, /* of them, for where the grid lies */
  WINDOWS_LEAST = 60,   /* a picture with less structure tells nothing */
  TRIES_EACH = 4
};

/* The lowest frequencies, in which skin has most of its structure: row, column. */
static const int COEFFICIENT[COEFFICIENTS][2] = {{0, 1}, {1, 0}, {0, 2}, {1, 1}, {2, 0},
                                                 {0, 3}, {1, 2}, {2, 1}, {3, 0}};
/* The ones that are asked where the grid lies: low ones tell of coarse steps, high ones of fine,
 * and a grid half a block beside the true one along a side seems right across it alone. */
static const int SEARCHED[] = {0, 1, 3, 6, 7};
/* Steps of all of them at quality 50 (T.81, tables K.1 and K.2). */
static const double LUMA_STEP[COEFFICIENTS] = {11, 12, 10, 12, 14, 16, 14, 13, 14};
static const double CHROMA_STEP[COEFFICIENTS] = {18, 18, 24, 21, 24, 47, 26, 26, 47};
/* Codes: darker and brighter pixels may be clipped, and flatter windows have no coefficients. */
static const float CODE_DARK = 3, CODE_BRIGHT = 252, FLAT = 3;
/* A coefficient's periodicity, in standard deviations of chance, and as mean cosine. Photos that
 * were never coded reach 3 and 0.15; coded ones of quality 92 have 8 and 0.2, of 75 20 and 0.8. */
static const double CERTAIN = 6, COSINE_LEAST = 0.18;
/* Least values of a coefficient that are not zero, and coefficients that have a step. */
enum { VALUES_LEAST = 40, STEPS_LEAST = 4 };
/* Share of a step of colour by which it may be off that of the quality: tables differ. */
static const double STEP_OFF = 0.1;
/* So much coarser than the file itself. */
static const double COARSER = 6;

typedef enum plane { PLANE_Y, PLANE_CB, PLANE_CR } plane;
/* ITU-T T.871. */
static const float OF_RGB[3][3] = {
    {0.299f, 0.587f, 0.114f}, {-0.168736f, -0.331264f, 0.5f}, {0.5f, -0.418688f, -0.081312f}};

typedef struct windows {
  int x[WINDOWS], y[WINDOWS], count;
  float v[WINDOWS][PIXELS]; /* one plane of each */
  float cosine[FREQUENCIES][BLOCK];
} windows;

typedef struct periodicity {
  int step;
  double certainty, cosine;
} periodicity;

static void codes_at(float rgb[3], const sd_photo *photo, int x, int y) {
  size_t at = 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
  for (size_t c = 0; c < 3; c++)
    rgb[c] = photo->sample_bytes == 1 ? (float)((const uint8_t *)photo->samples)[at + c]
                                      : (float)((const uint16_t *)photo->samples)[at + c] / 257;
}

/* False where the window is clipped or flat. */
static bool read_window(float *v, const sd_photo *photo, int left, int top, plane which) {
  float least = INFINITY, most = -INFINITY;
  for (int k = 0; k < PIXELS; k++) {
    float rgb[3];
    codes_at(rgb, photo, left + k % WINDOW, top + k / WINDOW);
    v[k] = 0;
    for (int c = 0; c < 3; c++) {
      if (rgb[c] < CODE_DARK || rgb[c] > CODE_BRIGHT)
        return false;
      v[k] += OF_RGB[which][c] * rgb[c];
    }
    least = fminf(least, v[k]);
    most = fmaxf(most, v[k]);
  }
  return most - least > FLAT || which != PLANE_Y;
}

/* Windows at multiples of a block, spread evenly in an order without pattern (Roberts 2018: the
 * plastic number's multiples). */
static void choose_windows(windows *w, const sd_photo *photo) {
  const double STEP_X = 0.7548776662466927, STEP_Y = 0.5698402909980532;
  int columns = photo->width / BLOCK - 1, rows = photo->height / BLOCK - 1;
  if (columns < 1 || rows < 1)
    return;
  double all = (double)columns * rows, tries = fmin(TRIES_EACH * (double)WINDOWS, all);
  for (int k = 1; k <= tries && w->count < WINDOWS; k++) {
    int x = (int)(fmod(k * STEP_X, 1) * columns) * BLOCK;
    int y = (int)(fmod(k * STEP_Y, 1) * rows) * BLOCK;
    if (all <= tries) { /* a small photo: each once, for twice would count as two */
      x = (k - 1) % columns * BLOCK;
      y = (k - 1) / columns * BLOCK;
    }
    if (!read_window(w->v[w->count], photo, x, y, PLANE_Y))
      continue;
    w->x[w->count] = x;
    w->y[w->count++] = y;
  }
}

static void make_cosines(windows *w) {
  for (int k = 0; k < FREQUENCIES; k++)
    for (int n = 0; n < BLOCK; n++)
      w->cosine[k][n] =
          (float)(sqrt((k == 0 ? 1.0 : 2.0) / BLOCK) * cos((2 * n + 1) * k * SD_PI / (2 * BLOCK)));
}

/* One coefficient of the blocks at one place in each of the first `count` windows. */
static void transform(float *out, const windows *w, int count, int place, const int of[2]) {
  const float *down = w->cosine[of[0]], *along = w->cosine[of[1]];
  for (int k = 0; k < count; k++) {
    const float *block = &w->v[k][place / BLOCK * WINDOW + place % BLOCK];
    out[k] = 0;
    for (int y = 0; y < BLOCK; y++) {
      float row = 0;
      for (int x = 0; x < BLOCK; x++)
        row += along[x] * block[y * WINDOW + x];
      out[k] += down[y] * row;
    }
  }
}

typedef int32_t int_wide __attribute__((vector_size(SD_WIDE * sizeof(int32_t))));

/* cos(2 pi t) to 0.001 for |t| below 2^22, without a call: this is asked some ten million times a
 * photo. */
static SD_CLONED void cosine_of_turns(sd_wide *out, const sd_wide *t) {
  const float to_whole = 12582912; /* 3 * 2^22: a float this large has no fraction */
  sd_wide part = *t - ((*t + to_whole) - to_whole);
  part = (sd_wide)((int_wide)part & INT32_MAX); /* its sign is taken: 0 to 0.5 */
  sd_wide from_quarter = 0.25f - part;          /* the sine of this many turns */
  sd_wide s = from_quarter * from_quarter;
  *out = from_quarter * (6.2831853f + s * (-41.341702f + s * (81.605249f + s * -76.70586f)));
}

/* Cosines of the values in steps, summed over those that are not the zeroth multiple; `count`: a
 * multiple of SD_WIDE. Returns how many those are. */
SD_CLONES static int sum_cosines(float *sum, const float *v, int count, float per_step) {
  sd_wide sums = {0}, t, cosine;
  int_wide beyond = {0};
  int all = 0;
  for (int k = 0; k < count; k += SD_WIDE) {
    sd_wide_load(&t, v + k);
    t *= per_step;
    int_wide is_beyond = t * t > 0.25f; /* all bits where it is */
    cosine_of_turns(&cosine, &t);
    sums += (sd_wide)((int_wide)cosine & is_beyond);
    beyond -= is_beyond;
  }
  *sum = 0;
  for (int lane = 0; lane < SD_WIDE; lane++) {
    *sum += sums[lane];
    all += beyond[lane];
  }
  return all;
}

/* How much better than chance the values lie on multiples of one step: of those that are not the
 * zeroth, for what is zero is a multiple of everything. */
static periodicity lie_on(const float *v, int count, int step) {
  float sum;
  int n = sum_cosines(&sum, v, count, 1 / (float)step);
  if (n < VALUES_LEAST)
    return (periodicity){.step = step};
  return (periodicity){step, (double)sum * sqrt(2.0 / n), (double)sum / n};
}

/* `v` has room for WINDOWS values: what is no value is made a zero, which counts for nothing. */
static periodicity step_of(float *v, int values) {
  periodicity best = {.step = 0};
  int count = (values + SD_WIDE - 1) / SD_WIDE * SD_WIDE;
  for (int k = values; k < count; k++)
    v[k] = 0;
  for (int step = STEP_LEAST; step <= STEP_MOST; step++) {
    periodicity p = lie_on(v, count, step);
    if (p.certainty > best.certainty)
      best = p;
  }
  return best;
}

static bool is_certain(const periodicity *p) {
  return p->certainty > CERTAIN && p->cosine > COSINE_LEAST;
}

static double certainty_at(const windows *w, int count, int place) {
  float v[WINDOWS];
  double sum = 0;
  for (size_t k = 0; k < sizeof SEARCHED / sizeof SEARCHED[0]; k++) {
    transform(v, w, count, place, COEFFICIENT[SEARCHED[k]]);
    sum += step_of(v, count).certainty;
  }
  return sum;
}

static int find_grid(const windows *w) {
  int count = w->count < SEARCH_WINDOWS ? w->count : SEARCH_WINDOWS, best = 0;
  double certainty[PLACES];
  for (int place = 0; place < PLACES; place++)
    certainty[place] = certainty_at(w, count, place);
  for (int place = 1; place < PLACES; place++)
    if (certainty[place] > certainty[best])
      best = place;
  return best;
}

/* Quality of the grid at a place (IJG scale); 0 where there is none. */
static double quality_at(const windows *w, int place) {
  float v[WINDOWS];
  double steps = 0, standard = 0;
  int count = 0;
  for (int k = 0; k < COEFFICIENTS; k++) {
    transform(v, w, w->count, place, COEFFICIENT[k]);
    periodicity p = step_of(v, w->count);
    if (!is_certain(&p))
      continue;
    steps += p.step;
    standard += LUMA_STEP[k];
    count++;
  }
  if (count < STEPS_LEAST)
    return 0;
  return sd_jpeg_quality(steps / standard);
}

/* Whether every pixel has a colour of its own: then the colour lies on the luma's grid too, in the
 * steps that go with its quality. What is shared by pixels lies on a grid twice as wide, whose
 * values seem to have steps here, but others. */
static bool has_own_colour(windows *w, const sd_photo *photo, int place, double quality) {
  double scale = sd_jpeg_steps(quality);
  float v[WINDOWS];
  int certain = 0;
  for (plane which = PLANE_CB; which <= PLANE_CR; which++) {
    for (int k = 0; k < w->count; k++)
      read_window(w->v[k], photo, w->x[k], w->y[k], which);
    for (int k = 0; k < COEFFICIENTS; k++) {
      transform(v, w, w->count, place, COEFFICIENT[k]);
      periodicity p = step_of(v, w->count);
      double off = fabs(p.step - scale * CHROMA_STEP[k]);
      certain += is_certain(&p) && off <= fmax(1, STEP_OFF * p.step);
    }
  }
  return certain >= STEPS_LEAST;
}

sd_status sd_traces_find(sd_photo *photo, sd_diag *diag) {
  windows *w = calloc(1, sizeof *w);
  if (w == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for traces of compression");
  make_cosines(w);
  choose_windows(w, photo);
  if (w->count >= WINDOWS_LEAST) {
    int place = find_grid(w);
    double quality = quality_at(w, place), own = sd_coding_quality(&photo->coding);
    if (photo->coding.jpeg_low_quality > 0) /* cameras' tables are unlike the standard's */
      own = photo->coding.jpeg_low_quality;
    if (quality > 0 && quality < own - COARSER) {
      int shared = has_own_colour(w, photo, place, quality) ? 1 : 2;
      photo->coding.traced_quality = (int)lround(quality);
      photo->coding.traced_chroma = shared;
    }
  }
  free(w);
  return SD_OK;
}
