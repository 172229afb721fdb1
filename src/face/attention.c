/* The custom operators of the attention mesh: it looks again, in three small crops of its own
 * feature map, at the lips and the eyes. Frame and matrix are in units of the 48 x 48 feature map.
 * The half pixel in sd_crop follows version 2 of the operator. */
#include "face/network.h"

#include <math.h>
#include <string.h>

/* From the operators' parameters: crops of 16 x 16, one and a half times the points' box. */
static const float CROP_SIDE = 16, CROP_MARGIN = 1.5f;

static const uint16_t lips[SD_LIPS_POINTS] = {
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0,  267, 269, 270, 409,
    78, 95,  88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415,
    76, 77,  90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408,
    62, 96,  89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407};
static const uint16_t left_eye[SD_EYE_POINTS] = {
    33,  7,   163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25,
    110, 24,  23,  22,  26,  112, 243, 247, 30,  29,  27,  28,  56,  190, 226, 31,  228, 229,
    230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189, 35,  124, 46,  53,  52,  65,
    143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70,  63,  105, 66,  107, 55,  193};
static const uint16_t right_eye[SD_EYE_POINTS] = {
    263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255,
    339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449,
    450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295,
    372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417};

const sd_refined sd_refined_lists[SD_REFINED_LISTS] = {
    {lips, SD_LIPS_POINTS, 61, 291},
    {left_eye, SD_EYE_POINTS, 33, 133},
    {right_eye, SD_EYE_POINTS, 362, 263},
};

/* The frame turned so that the pair is level, around the points' bounding box. */
void sd_crop_frame(float matrix[16], const float *mesh, int subset) {
  const sd_refined *list = &sd_refined_lists[subset];
  const float *a = mesh + 3 * list->rotate_from, *b = mesh + 3 * list->rotate_to;
  float turn = -atan2f(b[1] - a[1], b[0] - a[0]), c = cosf(turn), s = sinf(turn);
  float x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
  for (int i = 0; i < list->count; i++) {
    const float *p = mesh + 3 * list->points[i];
    float x = c * p[0] - s * p[1], y = s * p[0] + c * p[1];
    x0 = fminf(x0, x);
    x1 = fmaxf(x1, x);
    y0 = fminf(y0, y);
    y1 = fmaxf(y1, y);
  }
  float mid_x = (x0 + x1) / 2, mid_y = (y0 + y1) / 2;
  float centre_x = c * mid_x + s * mid_y, centre_y = -s * mid_x + c * mid_y;
  float scale_x = CROP_MARGIN * (x1 - x0) / CROP_SIDE,
        scale_y = CROP_MARGIN * (y1 - y0) / CROP_SIDE;
  float half = CROP_SIDE / 2;
  float m00 = c * scale_x, m01 = s * scale_y, m10 = -s * scale_x, m11 = c * scale_y;
  float rows[16] = {m00, m01, 0, centre_x - half * (m00 + m01),
                    m10, m11, 0, centre_y - half * (m10 + m11),
                    0,   0,   1, 0,
                    0,   0,   0, 1};
  memcpy(matrix, rows, sizeof rows);
}

static void sample(float *out, const float *in, float x, float y, int width, int height,
                   size_t channels) {
  /* The negated test also catches NaN, which a damaged mesh could bring. */
  if (!(x >= 0 && y >= 0 && x <= (float)(width - 1) && y <= (float)(height - 1))) {
    memset(out, 0, channels * sizeof *out);
    return;
  }
  int x0 = (int)x, y0 = (int)y;
  int x1 = x0 + 1 < width ? x0 + 1 : x0, y1 = y0 + 1 < height ? y0 + 1 : y0;
  float fx = x - (float)x0, fy = y - (float)y0;
  const float *a = in + ((size_t)y0 * (size_t)width + (size_t)x0) * channels;
  const float *b = in + ((size_t)y0 * (size_t)width + (size_t)x1) * channels;
  const float *c = in + ((size_t)y1 * (size_t)width + (size_t)x0) * channels;
  const float *d = in + ((size_t)y1 * (size_t)width + (size_t)x1) * channels;
  for (size_t k = 0; k < channels; k++)
    out[k] = (a[k] * (1 - fx) + b[k] * fx) * (1 - fy) + (c[k] * (1 - fx) + d[k] * fx) * fy;
}

void sd_crop(float *out, const float *in, const float matrix[16], int width, int height,
             int channels, int out_width, int out_height) {
  for (int y = 0; y < out_height; y++)
    for (int x = 0; x < out_width; x++, out += channels) {
      float u = (float)x + 0.5f, v = (float)y + 0.5f;
      sample(out, in, matrix[0] * u + matrix[1] * v + matrix[3] - 0.5f,
             matrix[4] * u + matrix[5] * v + matrix[7] - 0.5f, width, height, (size_t)channels);
    }
}

void sd_uncrop(float *out, const float *points, const float matrix[16], int count) {
  for (int i = 0; i < count; i++) {
    float x = points[2 * i], y = points[2 * i + 1];
    out[2 * i] = matrix[0] * x + matrix[1] * y + matrix[3];
    out[2 * i + 1] = matrix[4] * x + matrix[5] * y + matrix[7];
  }
}
