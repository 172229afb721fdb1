/* AFTER laid on BEFORE's pixel grid, for pictures. Measurements never use these pixels. */
#include "scardelta/align.h"

#include <math.h>
#include <stdlib.h>

/* Continuing the map further than this beyond its domain invents skin. */
static const double CONTINUE_SHARE = 0.10;
/* What is shown where AFTER has nothing: a neutral mid grey. */
static const uint8_t EMPTY = 128;

static bool inside(const sd_photo *photo, sd_point p) {
  return p.x >= -0.5 && p.y >= -0.5 && p.x <= photo->width - 0.5 && p.y <= photo->height - 0.5;
}

/* Part of AFTER that the region needs, with a margin for the cubic. */
static sd_rect needed(const sd_warp *warp, const sd_photo *after, sd_rect region) {
  enum { PROBES = 48, MARGIN = 4 };
  double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
  for (int j = 0; j <= PROBES; j++)
    for (int i = 0; i <= PROBES; i++) {
      sd_point p;
      sd_warp_at(warp, region.x + (double)i / PROBES * (region.width - 1),
                 region.y + (double)j / PROBES * (region.height - 1), &p);
      x0 = fmin(x0, p.x);
      y0 = fmin(y0, p.y);
      x1 = fmax(x1, p.x);
      y1 = fmax(y1, p.y);
    }
  double slack = MARGIN + 0.02 * fmax(x1 - x0, y1 - y0);
  x0 = fmin(fmax(x0 - slack, 0), after->width - 1);
  y0 = fmin(fmax(y0 - slack, 0), after->height - 1);
  x1 = fmin(fmax(x1 + slack, x0), after->width - 1);
  y1 = fmin(fmax(y1 + slack, y0), after->height - 1);
  return (sd_rect){(int)x0, (int)y0, (int)x1 - (int)x0 + 1, (int)y1 - (int)y0 + 1};
}

/* Cubic value of an 8-bit picture's channels at a point of it. */
static void sample(const sd_picture *picture, double x, double y, float rgb[3]) {
  int i = (int)floor(x), j = (int)floor(y);
  float p = (float)(x - i), q = (float)(y - j), wx[4], wy[4];
  wx[0] = ((-0.5f * p + 1) * p - 0.5f) * p;
  wx[1] = (1.5f * p - 2.5f) * p * p + 1;
  wx[2] = ((-1.5f * p + 2) * p + 0.5f) * p;
  wx[3] = (0.5f * p - 0.5f) * p * p;
  wy[0] = ((-0.5f * q + 1) * q - 0.5f) * q;
  wy[1] = (1.5f * q - 2.5f) * q * q + 1;
  wy[2] = ((-1.5f * q + 2) * q + 0.5f) * q;
  wy[3] = (0.5f * q - 0.5f) * q * q;
  rgb[0] = rgb[1] = rgb[2] = 0;
  for (int b = 0; b < 4; b++) {
    int y1 = j + b - 1;
    y1 = y1 < 0 ? 0 : y1 >= picture->height ? picture->height - 1 : y1;
    for (int a = 0; a < 4; a++) {
      int x1 = i + a - 1;
      x1 = x1 < 0 ? 0 : x1 >= picture->width ? picture->width - 1 : x1;
      const uint8_t *v = picture->v + 3 * ((size_t)y1 * (size_t)picture->width + (size_t)x1);
      float weight = wx[a] * wy[b];
      for (int c = 0; c < 3; c++)
        rgb[c] += weight * v[c];
    }
  }
}

static uint8_t rounded(float value) {
  return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f);
}

/* AFTER's pixels shrunk so that one of them covers about one output pixel: no aliasing. */
static int shrink_for(const sd_alignment *alignment, int shrink) {
  double ratio = alignment->scale_ratio > 0 ? alignment->scale_ratio * shrink : shrink;
  int whole = (int)floor(ratio * 1.25);
  return whole < 1 ? 1 : whole;
}

sd_status sd_align_resample(sd_picture *out, const sd_alignment *alignment, const sd_photo *after,
                            sd_rect region, int shrink, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_picture source = {0}, made = {0};
  const sd_warp *warp = &alignment->forward;
  sd_rect part = needed(warp, after, region);
  int coarse = shrink_for(alignment, shrink);
  SD_TRY(sd_photo_picture(&source, after, part, coarse, diag));
  SD_TRY(sd_picture_make(&made, (region.width + shrink - 1) / shrink,
                         (region.height + shrink - 1) / shrink, diag));
  double reach_x = CONTINUE_SHARE * warp->domain.width,
         reach_y = CONTINUE_SHARE * warp->domain.height;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < made.height; j++)
    for (int i = 0; i < made.width; i++) {
      double x = region.x + (i + 0.5) * shrink - 0.5, y = region.y + (j + 0.5) * shrink - 0.5;
      sd_point p;
      uint8_t *pixel = made.v + 3 * ((size_t)j * (size_t)made.width + (size_t)i);
      sd_warp_at(warp, x, y, &p);
      bool near = x > warp->domain.x - reach_x && y > warp->domain.y - reach_y &&
                  x < warp->domain.x + warp->domain.width + reach_x &&
                  y < warp->domain.y + warp->domain.height + reach_y;
      float rgb[3] = {EMPTY, EMPTY, EMPTY};
      if (near && inside(after, p))
        sample(&source, (p.x - part.x + 0.5) / coarse - 0.5, (p.y - part.y + 0.5) / coarse - 0.5,
               rgb);
      for (int c = 0; c < 3; c++)
        pixel[c] = rounded(rgb[c]);
    }
  sd_picture_clear(out);
  *out = made;
  made = (sd_picture){0};
done:
  sd_picture_clear(&source);
  sd_picture_clear(&made);
  return status;
}
