/* Pictures for the networks: blocks of 2^n pixels are averaged first, then sampled bilinearly,
 * which is how the networks' test vectors were made. */
#include "face/find.h"

#include <math.h>

void sd_face_view_clear(sd_face_view *view) {
  sd_picture_clear(&view->picture);
  *view = (sd_face_view){0};
}

static sd_status view_of_rect(sd_face_view *out, const sd_photo *photo, sd_rect rect, int shrink,
                              sd_diag *diag) {
  sd_face_view view = {.x = rect.x,
                       .y = rect.y,
                       .shrink = shrink,
                       .photo_width = photo->width,
                       .photo_height = photo->height};
  sd_status status = sd_photo_picture(&view.picture, photo, rect, shrink, diag);
  if (status == SD_OK)
    *out = view;
  return status;
}

/* From `first` (on the grid of blocks, so that neighbouring views average the same pixels) to
 * `end`, at least one block inside the photo. */
static void clip_span(double low, double high, int shrink, int length, int *first, int *size) {
  int last_block = (length - 1) / shrink;
  double a = fmin(fmax(floor(low / shrink), 0), last_block);
  double b = fmin(fmax(ceil(high / shrink), a + 1), last_block + 1);
  *first = (int)a * shrink;
  int end = (int)b * shrink;
  *size = (end < length ? end : length) - *first;
}

sd_status sd_face_view_make(sd_face_view *out, const sd_photo *photo, const sd_square *square,
                            int samples, sd_diag *diag) {
  int shrink = 1;
  while (square->side / samples / shrink >= 2 && shrink < 4096)
    shrink *= 2;
  double half = square->side / 2 * (fabs(cos(square->angle_rad)) + fabs(sin(square->angle_rad)));
  double reach = half + 2 * shrink;
  sd_rect rect;
  clip_span(square->x - reach, square->x + reach, shrink, photo->width, &rect.x, &rect.width);
  clip_span(square->y - reach, square->y + reach, shrink, photo->height, &rect.y, &rect.height);
  return view_of_rect(out, photo, rect, shrink, diag);
}

sd_status sd_face_view_whole(sd_face_view *out, const sd_photo *photo, int side_max,
                             sd_diag *diag) {
  int side = photo->width > photo->height ? photo->width : photo->height, shrink = 1;
  while (side / shrink >= side_max)
    shrink *= 2;
  return view_of_rect(out, photo, (sd_rect){0, 0, photo->width, photo->height}, shrink, diag);
}

sd_status sd_face_view_half(sd_face_view *out, const sd_face_view *in, sd_diag *diag) {
  const sd_picture *from = &in->picture;
  sd_picture half = {0};
  sd_status status = sd_picture_make(&half, (from->width + 1) / 2, (from->height + 1) / 2, diag);
  if (status != SD_OK)
    return status;
  for (int y = 0; y < half.height; y++)
    for (int x = 0; x < half.width; x++) {
      size_t x0 = 2 * (size_t)x, y0 = 2 * (size_t)y, width = (size_t)from->width;
      size_t x1 = x0 + 1 < width ? x0 + 1 : x0, y1 = y0 + 1 < (size_t)from->height ? y0 + 1 : y0;
      for (size_t k = 0; k < 3; k++) {
        int sum = from->v[3 * (y0 * width + x0) + k] + from->v[3 * (y0 * width + x1) + k] +
                  from->v[3 * (y1 * width + x0) + k] + from->v[3 * (y1 * width + x1) + k];
        half.v[3 * ((size_t)y * (size_t)half.width + (size_t)x) + k] = (uint8_t)((sum + 2) / 4);
      }
    }
  *out = (sd_face_view){half, in->x, in->y, 2 * in->shrink, in->photo_width, in->photo_height};
  return SD_OK;
}

/* (u, v) from the middle of a square that is turned by an angle of cosine `c` and sine `s`. */
static sd_point turned(const sd_square *square, double c, double s, double u, double v) {
  return (sd_point){square->x + c * u - s * v, square->y + s * u + c * v};
}

sd_point sd_square_point(const sd_square *square, double x, double y) {
  return turned(square, cos(square->angle_rad), sin(square->angle_rad), (x - 0.5) * square->side,
                (y - 0.5) * square->side);
}

static int clamp_index(int i, int length) {
  return i < 0 ? 0 : i >= length ? length - 1 : i;
}

/* Bilinear, edge replicated; x and y in pixels of the picture, centres at whole numbers. */
static void sample_picture(float rgb[3], const sd_picture *picture, double x, double y) {
  x = fmin(fmax(x, -1), picture->width);
  y = fmin(fmax(y, -1), picture->height);
  int x0 = (int)floor(x), y0 = (int)floor(y);
  float fx = (float)(x - x0), fy = (float)(y - y0);
  size_t left = (size_t)clamp_index(x0, picture->width);
  size_t right = (size_t)clamp_index(x0 + 1, picture->width);
  size_t top = (size_t)clamp_index(y0, picture->height) * (size_t)picture->width;
  size_t bottom = (size_t)clamp_index(y0 + 1, picture->height) * (size_t)picture->width;
  for (size_t k = 0; k < 3; k++) {
    float a = picture->v[3 * (top + left) + k], b = picture->v[3 * (top + right) + k];
    float c = picture->v[3 * (bottom + left) + k], d = picture->v[3 * (bottom + right) + k];
    rgb[k] = (a + (b - a) * fx) * (1 - fy) + (c + (d - c) * fx) * fy;
  }
}

void sd_face_view_sample(float *out, const sd_face_view *view, const sd_square *square,
                         const sd_sampling *sampling) {
  float gain = (sampling->high - sampling->low) / 255;
  double c = cos(square->angle_rad), s = sin(square->angle_rad);
  for (int j = 0; j < sampling->side; j++)
    for (int i = 0; i < sampling->side; i++, out += 3) {
      double u = (i + 0.5) / sampling->side, v = (j + 0.5) / sampling->side;
      sd_point p = turned(square, c, s, ((sampling->mirrored ? 1 - u : u) - 0.5) * square->side,
                          (v - 0.5) * square->side);
      bool outside = p.x < 0 || p.y < 0 || p.x >= view->photo_width || p.y >= view->photo_height;
      float rgb[3] = {0};
      if (!outside || !sampling->black_outside)
        sample_picture(rgb, &view->picture, (p.x - view->x) / view->shrink - 0.5,
                       (p.y - view->y) / view->shrink - 0.5);
      for (int k = 0; k < 3; k++)
        out[k] = sampling->low + rgb[k] * gain;
    }
}
