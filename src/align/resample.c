/* AFTER laid on BEFORE's pixel grid, for pictures. Measurements never use these pixels. */
#include "align/maps.h"

#include "base/clones.h"
#include "base/lanes.h"

#include <math.h>
#include <string.h>

/* Continuing the map further than this beyond its domain invents skin. */
static const double CONTINUE_SHARE = 0.10;
/* What is shown where AFTER has nothing: a neutral mid grey. */
static const uint8_t EMPTY = 128;

static SD_CLONED bool inside(const sd_photo *photo, sd_point p) {
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

static SD_CLONED void cubic(float p, float w[4]) {
  w[0] = ((-0.5f * p + 1) * p - 0.5f) * p;
  w[1] = (1.5f * p - 2.5f) * p * p + 1;
  w[2] = ((-1.5f * p + 2) * p + 0.5f) * p;
  w[3] = (0.5f * p - 0.5f) * p * p;
}

/* Sixteen pixels around (i, j), repeated beyond the picture's border. */
static void corner(const sd_picture *picture, int i, int j, uint8_t out[4][12]) {
  for (int b = 0; b < 4; b++)
    for (int a = 0; a < 4; a++) {
      int x = i + a - 1, y = j + b - 1;
      x = x < 0 ? 0 : x >= picture->width ? picture->width - 1 : x;
      y = y < 0 ? 0 : y >= picture->height ? picture->height - 1 : y;
      memcpy(out[b] + 3 * a, picture->v + 3 * ((size_t)y * (size_t)picture->width + (size_t)x), 3);
    }
}

typedef uint8_t bytes __attribute__((vector_size(SD_LANES)));

/* Four pixels of three channels from each of four rows, `stride` bytes apart, blended along y: as
 * three times four values. */
static SD_CLONED void blend_rows(sd_lanes column[3], const uint8_t *v, size_t stride,
                                 const float wy[4]) {
  for (int part = 0; part < 3; part++)
    for (int b = 0; b < 4; b++) {
      bytes four;
      memcpy(&four, v + (size_t)b * stride + SD_LANES * part, sizeof four);
      sd_lanes values = wy[b] * __builtin_convertvector(four, sd_lanes);
      column[part] = b == 0 ? values : column[part] + values;
    }
}

/* Cubic value of an 8-bit picture's channels at a point of it. */
static SD_CLONED void sample(const sd_picture *picture, double x, double y, float rgb[3]) {
  int i = (int)floor(x), j = (int)floor(y);
  float wx[4], wy[4];
  sd_lanes column[3];
  uint8_t border[4][12];
  const uint8_t *v = border[0];
  size_t stride = 12;
  cubic((float)(x - i), wx);
  cubic((float)(y - j), wy);
  if (i >= 1 && j >= 1 && i + 2 < picture->width && j + 2 < picture->height) {
    stride = 3 * (size_t)picture->width;
    v = picture->v + (size_t)(j - 1) * stride + 3 * (size_t)(i - 1);
  } else {
    corner(picture, i, j, border);
  }
  blend_rows(column, v, stride, wy);
  column[0] *= (sd_lanes){wx[0], wx[0], wx[0], wx[1]};
  column[1] *= (sd_lanes){wx[1], wx[1], wx[2], wx[2]};
  column[2] *= (sd_lanes){wx[2], wx[3], wx[3], wx[3]};
  rgb[0] = column[0][0] + column[0][3] + column[1][2] + column[2][1];
  rgb[1] = column[0][1] + column[1][0] + column[1][3] + column[2][2];
  rgb[2] = column[0][2] + column[1][1] + column[2][0] + column[2][3];
}

static SD_CLONED uint8_t rounded(float value) {
  return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f);
}

/* AFTER's pixels shrunk so that one of them covers about one output pixel: no aliasing. */
static int shrink_for(const sd_alignment *alignment, int shrink) {
  double ratio = alignment->scale_ratio > 0 ? alignment->scale_ratio * shrink : shrink;
  int whole = (int)floor(ratio * 1.25);
  return whole < 1 ? 1 : whole;
}

/* What is laid over: the picture of a part of AFTER, shrunk. */
typedef struct layer {
  sd_picture picture;
  sd_rect part;
  int coarse;
} layer;

/* Output pixels whose places in AFTER are found at a time. */
enum { RUN = 256 };

/* How many of `count` output pixels, the first at `first` and `step` apart, lie before `end`. */
static int pixels_before(double end, double first, double step, int count) {
  return (int)fmin(fmax(ceil((end - first) / step), 0), count);
}

/* Pixels `from` to `to` of a row at `y`, the first pixel of which lies at `x`. */
SD_CLONES static void lay_pixels(uint8_t *row, int from, int to, const layer *layer_,
                                 const sd_warp *warp, const sd_photo *after, double x, double y,
                                 int shrink) {
  const double coarser = 1.0 / layer_->coarse;
  sd_point place[RUN];
  for (int i = from; i < to; i++) {
    int k = (i - from) % RUN;
    if (k == 0)
      warp_row(warp, y, x + (double)i * shrink, shrink, to - i < RUN ? to - i : RUN, place);
    if (!inside(after, place[k]))
      continue;
    float rgb[3];
    sample(&layer_->picture, (place[k].x - layer_->part.x + 0.5) * coarser - 0.5,
           (place[k].y - layer_->part.y + 0.5) * coarser - 0.5, rgb);
    for (int c = 0; c < 3; c++)
      row[3 * i + c] = rounded(rgb[c]);
  }
}

static void lay_row(sd_picture *out, int j, const layer *from, const sd_warp *warp,
                    const sd_photo *after, sd_rect region, int shrink) {
  double reach_x = CONTINUE_SHARE * warp->domain.width;
  double reach_y = CONTINUE_SHARE * warp->domain.height;
  double x = region.x + 0.5 * shrink - 0.5, y = region.y + (j + 0.5) * shrink - 0.5;
  uint8_t *row = out->v + 3 * (size_t)j * (size_t)out->width;
  memset(row, EMPTY, 3 * (size_t)out->width);
  if (y <= warp->domain.y - reach_y || y >= warp->domain.y + warp->domain.height + reach_y)
    return;
  int first = pixels_before(warp->domain.x - reach_x, x, shrink, out->width);
  int end = pixels_before(warp->domain.x + warp->domain.width + reach_x, x, shrink, out->width);
  lay_pixels(row, first, end, from, warp, after, x, y, shrink);
}

sd_status sd_align_resample(sd_picture *out, const sd_alignment *alignment, const sd_photo *after,
                            sd_rect region, int shrink, sd_diag *diag) {
  sd_status status = SD_OK;
  layer from = {.part = needed(&alignment->forward, after, region),
                .coarse = shrink_for(alignment, shrink)};
  sd_picture made = {0};
  SD_TRY(sd_photo_picture(&from.picture, after, from.part, from.coarse, diag));
  SD_TRY(sd_picture_make(&made, (region.width + shrink - 1) / shrink,
                         (region.height + shrink - 1) / shrink, diag));
#pragma omp parallel for schedule(static)
  for (int j = 0; j < made.height; j++)
    lay_row(&made, j, &from, &alignment->forward, after, region, shrink);
  sd_picture_clear(out);
  *out = made;
  made = (sd_picture){0};
done:
  sd_picture_clear(&from.picture);
  sd_picture_clear(&made);
  return status;
}
