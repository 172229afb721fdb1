/* Samples to linear light and to pictures for people. Rows are independent, so any number of
 * threads gives the same bytes. */
#include "scardelta/photo.h"

#include <stdlib.h>
#include <string.h>

static bool inside(const sd_photo *photo, sd_rect rect) {
  return rect.x >= 0 && rect.y >= 0 && rect.width >= 1 && rect.height >= 1 &&
         rect.width <= photo->width - rect.x && rect.height <= photo->height - rect.y;
}

static sd_status check_rect(const sd_photo *photo, sd_rect rect, sd_diag *diag) {
  if (inside(photo, rect))
    return SD_OK;
  return sd_fail(diag, SD_USAGE, "the part %d,%d,%d,%d lies outside the photo of %d x %d pixels",
                 rect.x, rect.y, rect.width, rect.height, photo->width, photo->height);
}

static bool is_identity(const float m[9]) {
  for (int i = 0; i < 9; i++)
    if (m[i] != (i % 4 == 0 ? 1.0f : 0.0f))
      return false;
  return true;
}

static inline void matrix_times(const float m[9], const float in[3], float out[3]) {
  out[0] = m[0] * in[0] + m[1] * in[1] + m[2] * in[2];
  out[1] = m[3] * in[0] + m[4] * in[1] + m[5] * in[2];
  out[2] = m[6] * in[0] + m[7] * in[1] + m[8] * in[2];
}

/* `width` pixels from sample index `first` on. */
static void linear_row(const sd_photo *photo, size_t first, int width, bool plain, float *out) {
  const uint8_t *bytes = (const uint8_t *)photo->samples + first;
  const uint16_t *words = (const uint16_t *)photo->samples + first;
  for (int x = 0; x < width; x++, out += 3) {
    float device[3];
    for (int c = 0; c < 3; c++)
      device[c] = photo->curve[c][photo->sample_bytes == 1 ? bytes[3 * x + c] : words[3 * x + c]];
    if (plain)
      memcpy(out, device, sizeof device);
    else
      matrix_times(photo->to_srgb, device, out);
  }
}

static size_t sample_index(const sd_photo *photo, int x, int y) {
  return 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
}

void sd_photo_linear_at(const sd_photo *photo, int x, int y, float rgb[3]) {
  linear_row(photo, sample_index(photo, x, y), 1, is_identity(photo->to_srgb), rgb);
}

sd_status sd_photo_linear(sd_rgb *out, const sd_photo *photo, sd_rect rect, sd_diag *diag) {
  sd_status status = check_rect(photo, rect, diag);
  if (status == SD_OK)
    status = sd_rgb_make(out, rect.width, rect.height, diag);
  if (status != SD_OK)
    return status;
  bool plain = is_identity(photo->to_srgb);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < rect.height; y++)
    linear_row(photo, sample_index(photo, rect.x, rect.y + y), rect.width, plain,
               out->v + 3 * (size_t)y * (size_t)rect.width);
  return SD_OK;
}

/* ---- pictures ------------------------------------------------------------------------------ */

/* What pixels of a photo become, seen once. */
typedef struct encoder {
  const sd_photo *photo;
  bool plain; /* no matrix */
  bool as_is; /* the samples are the codes: an 8-bit sRGB photo */
} encoder;

static encoder encoder_of(const sd_photo *photo) {
  bool plain = is_identity(photo->to_srgb), as_is = plain && photo->sample_bytes == 1;
  for (int c = 0; c < 3; c++)
    for (int i = 0; i < 256 && as_is; i++)
      as_is = sd_srgb8_from_linear(photo->curve[c][i]) == i;
  return (encoder){photo, plain, as_is};
}

/* One pixel of samples in the photo's own range. */
static void code_samples(const encoder *coder, const unsigned sample[3], uint8_t out[3]) {
  const sd_photo *photo = coder->photo;
  float device[3], linear[3];
  for (int c = 0; c < 3; c++)
    device[c] = photo->curve[c][sample[c]];
  if (!coder->plain)
    matrix_times(photo->to_srgb, device, linear);
  for (int c = 0; c < 3; c++)
    out[c] = sd_srgb8_from_linear(coder->plain ? device[c] : linear[c]);
}

static void native_row(const encoder *coder, size_t first, int width, uint8_t *out) {
  const uint8_t *bytes = (const uint8_t *)coder->photo->samples + first;
  const uint16_t *words = (const uint16_t *)coder->photo->samples + first;
  if (coder->as_is) {
    memcpy(out, bytes, 3 * (size_t)width);
    return;
  }
  for (size_t k = 0; k < 3 * (size_t)width; k += 3) {
    unsigned sample[3];
    for (size_t c = 0; c < 3; c++)
      sample[c] = coder->photo->sample_bytes == 1 ? bytes[k + c] : words[k + c];
    code_samples(coder, sample, out + k);
  }
}

/* Adds a row of samples to the sums of its columns. */
static void add_row(uint32_t *sums, const sd_photo *photo, size_t first, size_t count) {
  const uint8_t *bytes = (const uint8_t *)photo->samples + first;
  const uint16_t *words = (const uint16_t *)photo->samples + first;
  if (photo->sample_bytes == 1)
    for (size_t k = 0; k < count; k++)
      sums[k] += bytes[k];
  else
    for (size_t k = 0; k < count; k++)
      sums[k] += words[k];
}

/* Means of the samples of blocks, rounded, as codes; a block at the right or lower edge has fewer
 * pixels. `sums` has room for a row of the part. */
static void shrink_row(const encoder *coder, sd_rect rect, int shrink, int row, uint32_t *sums,
                       const sd_picture *out) {
  int y = row * shrink, height = rect.height - y < shrink ? rect.height - y : shrink;
  uint8_t *line = out->v + 3 * (size_t)row * (size_t)out->width;
  memset(sums, 0, 3 * (size_t)rect.width * sizeof *sums);
  for (int k = 0; k < height; k++)
    add_row(sums, coder->photo, sample_index(coder->photo, rect.x, rect.y + y + k),
            3 * (size_t)rect.width);
  for (int column = 0; column < out->width; column++, line += 3) {
    int x = column * shrink, width = rect.width - x < shrink ? rect.width - x : shrink;
    uint64_t sum[3] = {0}, count = (uint64_t)width * (uint64_t)height;
    const uint32_t *at = sums + 3 * (size_t)x;
    for (int k = 0; k < width; k++, at += 3)
      for (int c = 0; c < 3; c++)
        sum[c] += at[c];
    unsigned mean[3];
    for (int c = 0; c < 3; c++)
      mean[c] = (unsigned)((sum[c] + count / 2) / count);
    code_samples(coder, mean, line);
  }
}

static sd_status shrink_rows(const encoder *coder, sd_rect rect, int shrink, const sd_picture *out,
                             sd_diag *diag) {
  bool enough = true;
#pragma omp parallel
  {
    uint32_t *sums = malloc(3 * (size_t)rect.width * sizeof *sums);
    if (sums == NULL) {
#pragma omp atomic write
      enough = false;
    }
#pragma omp for schedule(static)
    for (int row = 0; row < out->height; row++)
      if (sums != NULL)
        shrink_row(coder, rect, shrink, row, sums, out);
    free(sums);
  }
  return enough ? SD_OK : sd_fail(diag, SD_NO_MEMORY, "not enough memory to shrink the photo");
}

sd_status sd_photo_picture(sd_picture *out, const sd_photo *photo, sd_rect rect, int shrink,
                           sd_diag *diag) {
  sd_status status = check_rect(photo, rect, diag);
  if (status == SD_OK && shrink < 1)
    status = sd_fail(diag, SD_USAGE, "a photo cannot be shrunk by %d", shrink);
  if (status != SD_OK)
    return status;
  const encoder coder = encoder_of(photo);
  int width = (int)(((int64_t)rect.width + shrink - 1) / shrink);
  int height = (int)(((int64_t)rect.height + shrink - 1) / shrink);
  status = sd_picture_make(out, width, height, diag);
  if (status == SD_OK && shrink > 1)
    status = shrink_rows(&coder, rect, shrink, out, diag);
  else if (status == SD_OK) {
#pragma omp parallel for schedule(static)
    for (int row = 0; row < height; row++)
      native_row(&coder, sample_index(photo, rect.x, rect.y + row), width,
                 out->v + 3 * (size_t)row * (size_t)width);
  }
  if (status != SD_OK)
    sd_picture_clear(out);
  return status;
}
