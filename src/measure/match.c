/* Difference in sharpness and noise of two registered photos, from the skin itself. In each of a
 * row of narrow bands the two photos have variances v_b, v_a and covariance c. What they share is
 * skin; a Gaussian blur shows as a fall of the shared part with f^2, a real change of texture as a
 * gain at all f (science.md 5.4); noise is what they do not share, split by its ratio (5.5). */
#include "scardelta/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BANDS = 8, WINDOW_PX = 96, MARGIN_PX = 20, WINDOWS_MAX = 72, WINDOWS_MIN = 4 };
static const double FIRST_SIGMA_PX = 0.60, SIGMA_STEP = 1.35;
static const float LIGHT_FLOOR = 0.002f;
/* Bands that agree less than this tell nothing of the blur. */
static const double COHERENCE_MIN = 0.10;
/* Noise never explains more than this share of a band. */
static const double NOISE_SHARE_MAX = 0.9;
/* Band whose coherence stands for the pair, in cycles a pixel. */
static const double COHERENCE_LOW = 0.03, COHERENCE_HIGH = 0.12;

typedef struct spectrum {
  double frequency[BANDS]; /* cycles a pixel */
  double vb[BANDS], va[BANDS], c[BANDS];
  double noise_b, noise_a; /* energy of the finest detail, for the noise ratio */
  double shading_sum;
  size_t count;
} spectrum;

static double sigma_of(int band) {
  return FIRST_SIGMA_PX * pow(SIGMA_STEP, band);
}

/* Peak of exp(-2 pi^2 s1^2 f^2) - exp(-2 pi^2 s2^2 f^2). */
static double peak_frequency(double s1, double s2) {
  double a = log(s2 * s2 / (s1 * s1)) / (s2 * s2 - s1 * s1);
  return sqrt(a / (2 * 9.8696044011));
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

/* Nearly all of the window is measured skin that both photos show. */
static bool usable(sd_rect window, const sd_skin *before, const sd_skin *after,
                   const sd_warp *forward) {
  enum { PROBE = 6 };
  int bad = 0, all = 0;
  for (int y = window.y; y < window.y + window.height; y += PROBE)
    for (int x = window.x; x < window.x + window.width; x += PROBE, all++) {
      sd_point p;
      bad += !skin_at(before, x, y) || !sd_warp_at(forward, x, y, &p) || !skin_at(after, p.x, p.y);
    }
  return 50 * bad <= all;
}

static size_t choose(sd_rect *windows, const sd_skin *before, const sd_skin *after,
                     const sd_warp *forward, const sd_photo *photo) {
  size_t count = 0, seen = 0, stride = 1;
  int step = WINDOW_PX;
  /* about twice as many places as windows wanted; large photos are sampled, not read whole */
  while ((double)(before->crop.width / step + 1) * (before->crop.height / step + 1) >
         12.0 * WINDOWS_MAX)
    step += WINDOW_PX / 2;
  for (int y = before->crop.y; y + WINDOW_PX <= before->crop.y + before->crop.height; y += step)
    for (int x = before->crop.x; x + WINDOW_PX <= before->crop.x + before->crop.width; x += step) {
      sd_rect w = {x, y, WINDOW_PX, WINDOW_PX};
      if (x < MARGIN_PX || y < MARGIN_PX || x + WINDOW_PX + MARGIN_PX > photo->width ||
          y + WINDOW_PX + MARGIN_PX > photo->height || !usable(w, before, after, forward))
        continue;
      if (seen++ % stride != 0)
        continue;
      if (count == WINDOWS_MAX) { /* thin out evenly and go on with a double stride */
        for (size_t k = 0; k < WINDOWS_MAX / 2; k++)
          windows[k] = windows[2 * k];
        count = WINDOWS_MAX / 2;
        stride *= 2;
      }
      windows[count++] = w;
    }
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

/* AFTER's log luminance on the window's pixels. */
static sd_status laid_over(sd_map *out, const sd_photo *after, const sd_warp *forward, sd_rect part,
                           sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map source = {0};
  float *xy = malloc(2 * (size_t)part.width * (size_t)part.height * sizeof *xy);
  double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
  if (xy == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to compare sharpness");
  for (int j = 0; j < part.height; j++)
    for (int i = 0; i < part.width; i++) {
      sd_point p;
      size_t k = 2 * ((size_t)j * (size_t)part.width + (size_t)i);
      sd_warp_at(forward, part.x + i, part.y + j, &p);
      xy[k] = (float)p.x;
      xy[k + 1] = (float)p.y;
      x0 = fmin(x0, p.x);
      y0 = fmin(y0, p.y);
      x1 = fmax(x1, p.x);
      y1 = fmax(y1, p.y);
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

/* Energy of Immerkaer's second difference in both directions: nearly all noise. */
static double finest(const sd_map *m) {
  double sum = 0;
  size_t w = (size_t)m->width;
  for (int y = MARGIN_PX; y < m->height - MARGIN_PX; y++)
    for (int x = MARGIN_PX; x < m->width - MARGIN_PX; x++) {
      const float *c = m->v + (size_t)y * w + (size_t)x, *a = c - w, *b = c + w;
      double v =
          a[-1] - 2 * a[0] + a[1] - 2 * c[-1] + 4 * c[0] - 2 * c[1] + b[-1] - 2 * b[0] + b[1];
      sum += v * v;
    }
  return sum;
}

static sd_status add_window(spectrum *s, const sd_photo *before, const sd_photo *after,
                            const sd_warp *forward, sd_rect window, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map b = {0}, a = {0}, sharp_b = {0}, sharp_a = {0}, soft_b = {0}, soft_a = {0};
  sd_rect part = {window.x - MARGIN_PX, window.y - MARGIN_PX, window.width + 2 * MARGIN_PX,
                  window.height + 2 * MARGIN_PX};
  SD_TRY(luminance_of(&b, before, part, diag));
  SD_TRY(laid_over(&a, after, forward, part, diag));
  size_t count = (size_t)part.width * (size_t)part.height;
  for (size_t k = 0; k < count; k++)
    s->shading_sum += (a.v[k] - b.v[k]) / (double)count;
  s->noise_b += finest(&b);
  s->noise_a += finest(&a);
  SD_TRY(sd_map_blur(&sharp_b, &b, sigma_of(0), diag));
  SD_TRY(sd_map_blur(&sharp_a, &a, sigma_of(0), diag));
  for (int band = 0; band < BANDS; band++) {
    SD_TRY(sd_map_blur(&soft_b, &b, sigma_of(band + 1), diag));
    SD_TRY(sd_map_blur(&soft_a, &a, sigma_of(band + 1), diag));
    for (size_t k = 0; k < count; k++) {
      sharp_b.v[k] -= soft_b.v[k];
      sharp_a.v[k] -= soft_a.v[k];
    }
    s->vb[band] += product(&sharp_b, &sharp_b);
    s->va[band] += product(&sharp_a, &sharp_a);
    s->c[band] += product(&sharp_b, &sharp_a);
    sd_map swap = sharp_b;
    sharp_b = soft_b;
    soft_b = swap;
    swap = sharp_a;
    sharp_a = soft_a;
    soft_a = swap;
  }
  s->count++;
done:
  sd_map_clear(&b);
  sd_map_clear(&a);
  sd_map_clear(&sharp_b);
  sd_map_clear(&sharp_a);
  sd_map_clear(&soft_b);
  sd_map_clear(&soft_a);
  return status;
}

/* Noise variance of BEFORE in a band: smaller root of (vb - n)(va - rho n) = c^2. */
static double noise_in(double vb, double va, double c, double rho) {
  if (c <= 0)
    return NOISE_SHARE_MAX * vb;
  double p = rho * vb + va, root = p * p - 4 * rho * (vb * va - c * c);
  double n = root > 0 ? (p - sqrt(root)) / (2 * rho) : 0;
  n = fmin(n, NOISE_SHARE_MAX * vb);
  return fmax(fmin(n, NOISE_SHARE_MAX * va / rho), 0);
}

/* Weighted line through (f^2, half the log ratio of the shared parts): slope is -2 pi^2 ds2. */
static double blur_from(const spectrum *s, const double noise_b[BANDS], double rho) {
  double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  int used = 0;
  for (int k = 0; k < BANDS; k++) {
    double b = s->vb[k] - noise_b[k], a = s->va[k] - rho * noise_b[k];
    double coherence = s->c[k] / sqrt(s->vb[k] * s->va[k]);
    if (!(coherence > COHERENCE_MIN) || !(b > 0) || !(a > 0))
      continue;
    double w = sqrt(coherence * s->frequency[k]), x = s->frequency[k] * s->frequency[k];
    double y = 0.5 * log(a / b);
    sw += w;
    sx += w * x;
    sy += w * y;
    sxx += w * x * x;
    sxy += w * x * y;
    used++;
  }
  double d = sw * sxx - sx * sx;
  if (used < 4 || !(d > 0))
    return NAN;
  return -(sw * sxy - sx * sy) / d / (2 * 9.8696044011);
}

/* Share of noise at a wavelength, between the bands; 0 beyond the coarsest. */
static double share_at(const spectrum *s, const double noise[BANDS], const double v[BANDS],
                       double frequency) {
  if (frequency >= s->frequency[0])
    return noise[0] / v[0];
  for (int k = 1; k < BANDS; k++)
    if (frequency >= s->frequency[k]) {
      double t = (frequency - s->frequency[k]) / (s->frequency[k - 1] - s->frequency[k]);
      return t * noise[k - 1] / v[k - 1] + (1 - t) * noise[k] / v[k];
    }
  return noise[BANDS - 1] / v[BANDS - 1] * frequency / s->frequency[BANDS - 1];
}

static void conclude(sd_capture_match *out, const spectrum *s, double mm_per_px) {
  static const double CENTRE_MM[SD_BANDS] = {0.45, 1.55, 4.9}; /* geometric means of the bands */
  double noise_b[BANDS], noise_a[BANDS], sum = 0;
  double rho = s->noise_b > 0 && s->noise_a > 0 ? s->noise_a / s->noise_b : 1;
  int counted = 0;
  for (int k = 0; k < BANDS; k++) {
    noise_b[k] = noise_in(s->vb[k], s->va[k], s->c[k], rho);
    noise_a[k] = rho * noise_b[k];
    if (s->frequency[k] >= COHERENCE_LOW && s->frequency[k] <= COHERENCE_HIGH) {
      sum += s->c[k] / sqrt(s->vb[k] * s->va[k]);
      counted++;
    }
  }
  out->blur_px2 = blur_from(s, noise_b, rho);
  out->blur_mm2 = out->blur_px2 * mm_per_px * mm_per_px;
  out->coherence = counted > 0 ? sum / counted : NAN;
  out->noise_ratio = sqrt(rho);
  out->shading = s->shading_sum / (double)s->count;
  for (int b = 0; b < SD_BANDS; b++) {
    double f = isnan(mm_per_px) ? 0 : mm_per_px / CENTRE_MM[b];
    out->noise_share[0][b] = share_at(s, noise_b, s->vb, f);
    out->noise_share[1][b] = share_at(s, noise_a, s->va, f);
  }
}

sd_status sd_capture_match_measure(sd_capture_match *out, const sd_photo *before,
                                   const sd_skin *before_skin, const sd_photo *after,
                                   const sd_skin *after_skin, const sd_alignment *alignment,
                                   double mm_per_px, sd_diag *diag) {
  sd_status status = SD_OK;
  spectrum each[WINDOWS_MAX];
  spectrum s = {0};
  sd_rect windows[WINDOWS_MAX];
  sd_status result[WINDOWS_MAX];
  *out = (sd_capture_match){.blur_px2 = NAN,
                            .blur_mm2 = NAN,
                            .coherence = NAN,
                            .noise_ratio = NAN,
                            .shading = NAN,
                            .light_turn_deg = NAN,
                            .scale_ratio = alignment->scale_ratio};
  size_t count = choose(windows, before_skin, after_skin, &alignment->forward, before);
  memset(each, 0, sizeof each);
#pragma omp parallel for schedule(dynamic)
  for (size_t w = 0; w < count; w++)
    result[w] = add_window(&each[w], before, after, &alignment->forward, windows[w], NULL);
  for (size_t w = 0; w < count; w++) {
    if (result[w] != SD_OK)
      return sd_fail(diag, result[w], "not enough memory to compare sharpness");
    for (int k = 0; k < BANDS; k++) {
      s.vb[k] += each[w].vb[k];
      s.va[k] += each[w].va[k];
      s.c[k] += each[w].c[k];
    }
    s.noise_b += each[w].noise_b;
    s.noise_a += each[w].noise_a;
    s.shading_sum += each[w].shading_sum;
    s.count += each[w].count;
  }
  for (int k = 0; k < BANDS; k++)
    s.frequency[k] = peak_frequency(sigma_of(k), sigma_of(k + 1));
  if (s.count >= WINDOWS_MIN && s.vb[0] > 0 && s.va[0] > 0)
    conclude(out, &s, mm_per_px);
  return status;
}
