/* Difference in sharpness and noise of two registered photos. In each of a row of narrow bands the
 * two photos have variances v_b, v_a and covariance c. A Gaussian blur shows as a fall of the
 * shared part with f^2, a real change of texture as a gain at all f (science.md 5.4); noise is what
 * they do not share, split by its ratio (5.5).
 *
 * Blur is common to the whole picture, treatment is not: every window has its say, brows, lids,
 * lips and hairline included, which no treatment touches, and the difference that most windows
 * agree on is taken. Noise, light and coherence are asked of skin alone. */
#include "scardelta/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BANDS = 8, MARGIN_PX = 20, WINDOWS_MAX = 72, WINDOWS_MIN = 4, KINDS = 2 };
static const double PI_SQUARED = 9.8696044011;
static const double FIRST_SIGMA_PX = 0.60, SIGMA_STEP = 1.35;
static const float LIGHT_FLOOR = 0.002f;
/* Windows are as large as the skin allows: small photos have no 96 clean pixels in a row. */
enum { WINDOW_SIDE_MAX_PX = 96, PART_MAX = WINDOW_SIDE_MAX_PX + 2 * MARGIN_PX };
static const int WINDOW_SIDES_PX[] = {WINDOW_SIDE_MAX_PX, 64, 44};
/* So many windows of skin are wanted before smaller ones are tried. */
static const size_t SKIN_WINDOWS_WANTED = 8;
/* A band passes more of the strong slow detail than its middle frequency says, so blur tells less
 * on it: how much less is measured with a known blur. */
static const double PROBE_PX = 1;
/* Mean squared share of a band's variance that no model explains: registration to a tenth of a
 * pixel and light leave this in windows of posed repeats. Windows that fit better all count alike.
 */
static const double MISFIT_FLOOR = 1e-4;
/* Blur differences looked for, in squared pixels: sd 3.5 px is beyond every limit. */
static const double BLUR_MAX_PX2 = 12, BLUR_STEP_PX2 = 0.25;
/* Less than this cannot be told from none, and equalising it would only cost symmetry. */
static const double BLUR_LEAST_PX2 = 0.02;
/* Band whose coherence stands for the pair, in cycles a pixel. */
static const double COHERENCE_LOW = 0.03, COHERENCE_HIGH = 0.12;

typedef struct spectrum {
  double felt2[BANDS]; /* squared frequency (cycles a pixel) at which the band feels blur */
  double vb[BANDS], va[BANDS], c[BANDS];
  double softened[BANDS];      /* covariance when BEFORE is blurred by PROBE_PX more */
  double wb[BANDS], wa[BANDS]; /* what the same bands make of white noise, laid over likewise */
  double noise_b, own_a;       /* energy of the finest detail on each photo's own pixels */
  double shading_sum;
  size_t count;
} spectrum;

static double sigma_of(int band) {
  return FIRST_SIGMA_PX * pow(SIGMA_STEP, band);
}

/* Peak of exp(-2 pi^2 s1^2 f^2) - exp(-2 pi^2 s2^2 f^2). */
static double peak_frequency(double s1, double s2) {
  double a = log(s2 * s2 / (s1 * s1)) / (s2 * s2 - s1 * s1);
  return sqrt(a / (2 * PI_SQUARED));
}

/* ---- windows
 * ------------------------------------------------------------------------------------- */

static bool skin_at(const sd_skin *skin, double x, double y) {
  int u = (int)lround(x) - skin->crop.x, v = (int)lround(y) - skin->crop.y;
  if (u < 0 || v < 0 || u >= skin->crop.width || v >= skin->crop.height)
    return false;
  size_t k = (size_t)v * (size_t)skin->crop.width + (size_t)u;
  return skin->excluded.v[k] == SD_MEASURED && skin->label.v[k] != 0;
}

typedef enum kind { SKIN_WINDOW, OTHER_WINDOW, NO_WINDOW } kind;

/* Skin: nearly all of the window is measured skin that both photos show. Other: the map is trusted
 * all over it. */
static kind kind_of(sd_rect window, const sd_skin *before, const sd_skin *after,
                    const sd_warp *forward) {
  enum { PROBE = 6 };
  int other = 0, lost = 0, all = 0;
  for (int y = window.y; y < window.y + window.height; y += PROBE)
    for (int x = window.x; x < window.x + window.width; x += PROBE, all++) {
      sd_point p;
      bool trusted = sd_warp_at(forward, x, y, &p);
      lost += !trusted;
      other += !trusted || !skin_at(before, x, y) || !skin_at(after, p.x, p.y);
    }
  return 50 * other <= all ? SKIN_WINDOW : 50 * lost <= all ? OTHER_WINDOW : NO_WINDOW;
}

/* Rank of a place in an order of which every beginning is spread evenly (Bayer 1973). The order is
 * the places' own: a window that one photo hides takes itself away, and no other. */
static uint32_t rank_of(uint32_t column, uint32_t row) {
  uint32_t rank = 0;
  for (int bit = 0; bit < 16; bit++)
    rank = rank << 2 | (((column ^ row) >> bit & 1) << 1) | (row >> bit & 1);
  return rank;
}

typedef struct ranked {
  sd_rect window;
  uint32_t rank;
} ranked;

/* Keeps the WINDOWS_MAX first ones, in their order. */
static void keep_first(ranked *kept, size_t *count, ranked next) {
  size_t at = *count;
  if (*count == WINDOWS_MAX && kept[WINDOWS_MAX - 1].rank < next.rank)
    return;
  if (*count == WINDOWS_MAX)
    at--;
  else
    (*count)++;
  for (; at > 0 && kept[at - 1].rank > next.rank; at--)
    kept[at] = kept[at - 1];
  kept[at] = next;
}

static size_t choose(sd_rect *windows, kind wanted, const sd_skin *before, const sd_skin *after,
                     const sd_warp *forward, const sd_photo *photo, int side) {
  ranked kept[WINDOWS_MAX];
  size_t count = 0;
  int step = side;
  /* about twice as many places as windows wanted; large photos are sampled, not read whole */
  while ((double)(before->crop.width / step + 1) * (before->crop.height / step + 1) >
         12.0 * WINDOWS_MAX)
    step += side / 2;
  for (int j = 0; j * step + side <= before->crop.height; j++)
    for (int i = 0; i * step + side <= before->crop.width; i++) {
      sd_rect w = {before->crop.x + i * step, before->crop.y + j * step, side, side};
      if (w.x < MARGIN_PX || w.y < MARGIN_PX || w.x + side + MARGIN_PX > photo->width ||
          w.y + side + MARGIN_PX > photo->height || kind_of(w, before, after, forward) != wanted)
        continue;
      keep_first(kept, &count, (ranked){w, rank_of((uint32_t)i, (uint32_t)j)});
    }
  for (size_t k = 0; k < count; k++)
    windows[k] = kept[k].window;
  return count;
}

static float log_luminance(const float *p) {
  float l = 0.2126f * p[0] + 0.7152f * p[1] + 0.0722f * p[2];
  return logf(l > LIGHT_FLOOR ? l : LIGHT_FLOOR);
}

static sd_status luminance_of(sd_map *out, const sd_photo *photo, sd_rect part, sd_diag *diag) {
  sd_rgb rgb = {0};
  sd_status status = sd_photo_linear(&rgb, photo, part, diag);
  if (status == SD_OK)
    status = sd_map_make(out, part.width, part.height, diag);
  size_t count = (size_t)part.width * (size_t)part.height;
  for (size_t k = 0; status == SD_OK && k < count; k++)
    out->v[k] = log_luminance(rgb.v + 3 * k);
  sd_rgb_clear(&rgb);
  return status;
}

/* Where the pixels of a row of a window with its margins go. */
static void row_at(sd_point to[PART_MAX], const sd_warp *forward, sd_rect part, int j) {
  double x[PART_MAX];
  for (int i = 0; i < part.width; i++)
    x[i] = part.x + i;
  sd_warp_row_at(forward, x, part.y + j, part.width, to, NULL);
}

/* AFTER's log luminance on the window's pixels. */
static sd_status laid_over(sd_map *out, const sd_photo *after, const sd_warp *forward, sd_rect part,
                           sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map source = {0};
  float *xy = malloc(2 * (size_t)part.width * (size_t)part.height * sizeof *xy);
  double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
  if (xy == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to compare sharpness");
  for (int j = 0; j < part.height; j++) {
    sd_point to[PART_MAX];
    row_at(to, forward, part, j);
    for (int i = 0; i < part.width; i++) {
      size_t k = 2 * ((size_t)j * (size_t)part.width + (size_t)i);
      xy[k] = (float)to[i].x;
      xy[k + 1] = (float)to[i].y;
      x0 = fmin(x0, to[i].x);
      y0 = fmin(y0, to[i].y);
      x1 = fmax(x1, to[i].x);
      y1 = fmax(y1, to[i].y);
    }
  }
  sd_rect need = sd_rect_clip(
      (sd_rect){(int)floor(x0) - 2, (int)floor(y0) - 2, (int)(x1 - x0) + 6, (int)(y1 - y0) + 6},
      after->width, after->height);
  if (need.width < 4 || need.height < 4) {
    status = sd_map_make(out, part.width, part.height, diag);
    goto done;
  }
  SD_TRY(luminance_of(&source, after, need, diag));
  SD_TRY(sd_map_make(out, part.width, part.height, diag));
  for (size_t k = 0; k < (size_t)part.width * (size_t)part.height; k++)
    out->v[k] = sd_map_at_cubic(&source, xy[2 * k] - need.x, xy[2 * k + 1] - need.y);
done:
  free(xy);
  sd_map_clear(&source);
  return status;
}

/* ---- spectra
 * --------------------------------------------------------------------------------------- */

static double product(const sd_map *a, const sd_map *b) {
  double sum = 0;
  for (int y = MARGIN_PX; y < a->height - MARGIN_PX; y++)
    for (int x = MARGIN_PX; x < a->width - MARGIN_PX; x++) {
      size_t k = (size_t)y * (size_t)a->width + (size_t)x;
      sum += (double)a->v[k] * b->v[k];
    }
  return sum;
}

/* Sum of the squares of the mask [1 -2 1; -2 4 -2; 1 -2 1]. */
static const double IMMERKAER_GAIN = 36;

/* Mean energy of Immerkaer's second difference in both directions: nearly all noise. */
static double finest(const sd_map *m) {
  double sum = 0, count = 0;
  size_t w = (size_t)m->width;
  for (int y = MARGIN_PX; y < m->height - MARGIN_PX; y++)
    for (int x = MARGIN_PX; x < m->width - MARGIN_PX; x++, count++) {
      const float *c = m->v + (size_t)y * w + (size_t)x, *a = c - w, *b = c + w;
      double v =
          a[-1] - 2 * a[0] + a[1] - 2 * c[-1] + 4 * c[0] - 2 * c[1] + b[-1] - 2 * b[0] + b[1];
      sum += v * v;
    }
  return count > 0 ? sum / count : 0;
}

/* Noise of AFTER on its own pixels: laying it over would smooth it away. */
static sd_status own_noise(double *out, const sd_photo *after, const sd_warp *forward,
                           sd_rect window, sd_diag *diag) {
  sd_map own = {0};
  sd_point centre;
  int side = window.width + 2 * MARGIN_PX;
  sd_warp_at(forward, window.x + window.width / 2.0, window.y + window.height / 2.0, &centre);
  sd_rect part = sd_rect_clip(
      (sd_rect){(int)lround(centre.x) - side / 2, (int)lround(centre.y) - side / 2, side, side},
      after->width, after->height);
  if (part.width <= 2 * MARGIN_PX || part.height <= 2 * MARGIN_PX)
    return SD_OK;
  sd_status status = luminance_of(&own, after, part, diag);
  if (status == SD_OK)
    *out = finest(&own);
  sd_map_clear(&own);
  return status;
}

/* Variances of both maps and their covariance, band by band. */
static sd_status add_bands(double vb[BANDS], double va[BANDS], double c[BANDS], const sd_map *b,
                           const sd_map *a, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map sharp[2] = {{0}}, soft[2] = {{0}};
  const sd_map *in[2] = {b, a};
  size_t count = (size_t)b->width * (size_t)b->height;
  for (int date = 0; date < 2; date++)
    SD_TRY(sd_map_blur(&sharp[date], in[date], sigma_of(0), diag));
  for (int band = 0; band < BANDS; band++) {
    for (int date = 0; date < 2; date++) {
      SD_TRY(sd_map_blur(&soft[date], in[date], sigma_of(band + 1), diag));
      for (size_t k = 0; k < count; k++)
        sharp[date].v[k] -= soft[date].v[k];
    }
    vb[band] += product(&sharp[0], &sharp[0]);
    va[band] += product(&sharp[1], &sharp[1]);
    c[band] += product(&sharp[0], &sharp[1]);
    for (int date = 0; date < 2; date++) {
      sd_map swap = sharp[date];
      sharp[date] = soft[date];
      soft[date] = swap;
    }
  }
done:
  for (int date = 0; date < 2; date++) {
    sd_map_clear(&sharp[date]);
    sd_map_clear(&soft[date]);
  }
  return status;
}

/* White noise on the pixels of a photo: the same at the same pixel whoever asks. */
static float white(int x, int y) {
  sd_random random = {((uint64_t)(uint32_t)y << 32) ^ (uint32_t)x};
  double sum = 0;
  for (int k = 0; k < 4; k++)
    sum += sd_random_uniform(&random);
  return (float)(sum - 2);
}

/* How the bands see noise that is white on each photo's own pixels: laying AFTER over smooths its
 * noise by an amount that depends on the map alone. */
static sd_status add_white(spectrum *s, const sd_warp *forward, sd_rect part, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map b = {0}, a = {0}, source = {0};
  double unused[BANDS] = {0};
  sd_point corner;
  SD_TRY(sd_map_make(&b, part.width, part.height, diag));
  SD_TRY(sd_map_make(&a, part.width, part.height, diag));
  SD_TRY(sd_map_make(&source, 2 * part.width, 2 * part.height, diag));
  sd_warp_at(forward, part.x, part.y, &corner);
  int x0 = (int)corner.x - part.width / 2, y0 = (int)corner.y - part.height / 2;
  for (int j = 0; j < source.height; j++)
    for (int i = 0; i < source.width; i++)
      source.v[(size_t)j * (size_t)source.width + (size_t)i] = white(x0 + i, y0 + j);
  for (int j = 0; j < part.height; j++) {
    sd_point to[PART_MAX];
    row_at(to, forward, part, j);
    for (int i = 0; i < part.width; i++) {
      size_t k = (size_t)j * (size_t)part.width + (size_t)i;
      b.v[k] = white(-part.x - i, part.y + j);
      a.v[k] = sd_map_at_cubic(&source, to[i].x - x0, to[i].y - y0);
    }
  }
  SD_TRY(add_bands(s->wb, s->wa, unused, &b, &a, diag));
done:
  sd_map_clear(&b);
  sd_map_clear(&a);
  sd_map_clear(&source);
  return status;
}

static sd_status add_window(spectrum *s, const sd_photo *before, const sd_photo *after,
                            const sd_warp *forward, sd_rect window, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map b = {0}, a = {0}, soft = {0};
  double unused[BANDS] = {0};
  sd_rect part = {window.x - MARGIN_PX, window.y - MARGIN_PX, window.width + 2 * MARGIN_PX,
                  window.height + 2 * MARGIN_PX};
  double own = 0;
  SD_TRY(luminance_of(&b, before, part, diag));
  SD_TRY(laid_over(&a, after, forward, part, diag));
  size_t count = (size_t)part.width * (size_t)part.height;
  for (size_t k = 0; k < count; k++)
    s->shading_sum += (a.v[k] - b.v[k]) / (double)count;
  s->noise_b += finest(&b);
  SD_TRY(own_noise(&own, after, forward, window, diag));
  s->own_a += own;
  SD_TRY(add_bands(s->vb, s->va, s->c, &b, &a, diag));
  SD_TRY(sd_map_blur(&soft, &b, PROBE_PX, diag));
  SD_TRY(add_bands(unused, unused, s->softened, &soft, &a, diag));
  SD_TRY(add_white(s, forward, part, diag));
  s->count++;
done:
  sd_map_clear(&soft);
  sd_map_clear(&b);
  sd_map_clear(&a);
  return status;
}

/* ---- conclusion --------------------------------------------------------------------------- */

/* Least squares of v ~ noise * w + gain * c over the bands, each weighed by its own strength; both
 * factors at least 0. Returns the remainder. */
static double fit_date(const double v[BANDS], const double w[BANDS], const double c[BANDS],
                       double *noise) {
  double ww = 0, wc = 0, cc = 0, w1 = 0, c1 = 0, rest = 0;
  for (int k = 0; k < BANDS; k++) {
    double x = w[k] / v[k], y = c[k] / v[k];
    ww += x * x;
    wc += x * y;
    cc += y * y;
    w1 += x;
    c1 += y;
  }
  double d = ww * cc - wc * wc;
  *noise = d > 0 ? fmax((w1 * cc - c1 * wc) / d, 0) : 0;
  double gain = cc > 0 ? fmax((c1 - *noise * wc) / cc, 0) : 0;
  for (int k = 0; k < BANDS; k++) {
    double r = 1 - *noise * w[k] / v[k] - gain * c[k] / v[k];
    rest += r * r;
  }
  return rest;
}

/* How ill a blur difference explains both dates of a window: what they share, sharpened or softened
 * by it, and white noise of each must make up their variances. */
static double misfit(const spectrum *s, double blur_px2) {
  double shared[2][BANDS], level;
  for (int k = 0; k < BANDS; k++) {
    double fall = exp(2 * PI_SQUARED * blur_px2 * s->felt2[k]);
    shared[0][k] = s->c[k] * fall;
    shared[1][k] = s->c[k] / fall;
  }
  return fit_date(s->vb, s->wb, shared[0], &level) + fit_date(s->va, s->wa, shared[1], &level);
}

/* At which frequency each band of the window feels blur; false where the dates share too little. */
static bool calibrate(spectrum *s) {
  for (int k = 0; k < BANDS; k++) {
    double peak = peak_frequency(sigma_of(k), sigma_of(k + 1));
    double felt2 = -log(s->softened[k] / s->c[k]) / (2 * PI_SQUARED * PROBE_PX * PROBE_PX);
    if (!(s->vb[k] > 0) || !(s->va[k] > 0) || !(s->c[k] > 0))
      return false;
    s->felt2[k] = felt2 > 0 && isfinite(felt2) ? felt2 : peak * peak;
  }
  return true;
}

/* Each window's misfit has a spread of its own that is not known: its likelihood is then a power of
 * the misfit (Student's), so that a window that no blur explains has little to say. */
static double disagreement(const spectrum *each, size_t count, double blur_px2) {
  double sum = 0;
  for (size_t w = 0; w < count; w++)
    sum += log(BANDS * MISFIT_FLOOR + misfit(&each[w], blur_px2));
  return sum;
}

/* The blur difference of least disagreement: a coarse scan, then golden section. */
static double blur_from(const spectrum *each, size_t count) {
  double best = 0, least = disagreement(each, count, 0);
  for (double b = -BLUR_MAX_PX2; b <= BLUR_MAX_PX2; b += BLUR_STEP_PX2) {
    double rest = disagreement(each, count, b);
    if (rest < least) {
      least = rest;
      best = b;
    }
  }
  double low = best - BLUR_STEP_PX2, high = best + BLUR_STEP_PX2;
  const double golden = 0.6180339887;
  for (int round = 0; round < 24; round++) {
    double x1 = high - golden * (high - low), x2 = low + golden * (high - low);
    if (disagreement(each, count, x1) <= disagreement(each, count, x2))
      high = x2;
    else
      low = x1;
  }
  double found = (low + high) / 2;
  return fabs(found) < BLUR_LEAST_PX2 ? 0 : found;
}

/* What skin alone is asked for. */
static void conclude_skin(sd_capture_match *out, const spectrum *each, size_t count) {
  spectrum s = {0};
  double sum = 0;
  int counted = 0;
  for (size_t w = 0; w < count; w++) {
    for (int k = 0; k < BANDS; k++) {
      s.vb[k] += each[w].vb[k];
      s.va[k] += each[w].va[k];
      s.c[k] += each[w].c[k];
    }
    s.noise_b += each[w].noise_b;
    s.own_a += each[w].own_a;
    s.shading_sum += each[w].shading_sum;
  }
  for (int k = 0; k < BANDS; k++) {
    double frequency = peak_frequency(sigma_of(k), sigma_of(k + 1));
    if (frequency >= COHERENCE_LOW && frequency <= COHERENCE_HIGH && s.vb[k] > 0 && s.va[k] > 0) {
      sum += s.c[k] / sqrt(s.vb[k] * s.va[k]);
      counted++;
    }
  }
  out->coherence = counted > 0 ? sum / counted : NAN;
  out->noise_ratio = s.noise_b > 0 && s.own_a > 0 ? sqrt(s.own_a / s.noise_b) : 1;
  out->noise_before = sqrt(s.noise_b / (double)count / IMMERKAER_GAIN);
  out->shading = s.shading_sum / (double)count;
}

static void conclude_blur(sd_capture_match *out, spectrum *each, size_t count, double mm_per_px) {
  size_t kept = 0;
  for (size_t w = 0; w < count; w++)
    if (calibrate(&each[w]))
      each[kept++] = each[w];
  if (kept < WINDOWS_MIN)
    return;
  out->blur_px2 = blur_from(each, kept);
  out->blur_mm2 = out->blur_px2 * mm_per_px * mm_per_px;
}

sd_status sd_capture_match_measure(sd_capture_match *out, const sd_photo *before,
                                   const sd_skin *before_skin, const sd_photo *after,
                                   const sd_skin *after_skin, const sd_alignment *alignment,
                                   double mm_per_px, sd_diag *diag) {
  spectrum each[KINDS * WINDOWS_MAX];
  sd_rect windows[KINDS * WINDOWS_MAX];
  sd_status result[KINDS * WINDOWS_MAX];
  const sd_warp *forward = &alignment->forward;
  *out = (sd_capture_match){.blur_px2 = NAN,
                            .blur_mm2 = NAN,
                            .coherence = NAN,
                            .noise_ratio = NAN,
                            .noise_before = NAN,
                            .colour_noise_ratio = NAN,
                            .shading = NAN,
                            .light_turn_deg = NAN,
                            .light_angle_deg = NAN,
                            .scale_ratio = alignment->scale_ratio};
  size_t skin = 0, sides = sizeof WINDOW_SIDES_PX / sizeof *WINDOW_SIDES_PX;
  int side = 0;
  for (size_t k = 0; k < sides && skin < SKIN_WINDOWS_WANTED; k++) {
    side = WINDOW_SIDES_PX[k];
    skin = choose(windows, SKIN_WINDOW, before_skin, after_skin, forward, before, side);
  }
  size_t count =
      skin + choose(windows + skin, OTHER_WINDOW, before_skin, after_skin, forward, before, side);
  memset(each, 0, sizeof each);
#pragma omp parallel for schedule(dynamic)
  for (size_t w = 0; w < count; w++)
    result[w] = add_window(&each[w], before, after, forward, windows[w], NULL);
  for (size_t w = 0; w < count; w++)
    if (result[w] != SD_OK)
      return sd_fail(diag, result[w], "not enough memory to compare sharpness");
  if (skin >= WINDOWS_MIN)
    conclude_skin(out, each, skin);
  conclude_blur(out, each, count, mm_per_px);
  return SD_OK;
}
