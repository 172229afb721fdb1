/* Colour of a photo as coarse as another's: what JPEG does to colour before it codes it (ITU-T
 * T.871 for the transform; chroma is averaged over blocks and spread again by a triangle, as
 * libjpeg does). */
#include "photo/decode.h"

#include <math.h>
#include <stdlib.h>

/* Phones write HEIC of about the loss of such a JPEG; WebP comes from programs, whose default is
 * 75, as libjpeg's is. */
static const double HEIC_QUALITY = 90, LOSSY_QUALITY = 75;
/* What rounding to codes alone does. */
static const double STEP_MIN = 0.1;

void sd_coding_chroma(const sd_coding *coding, int *h, int *v) {
  bool shared = coding->lossy && coding->format != SD_FORMAT_TIFF;
  int least = coding->traced_quality > 0 ? coding->traced_chroma : 1;
  *h = coding->jpeg_chroma_h > 0 ? coding->jpeg_chroma_h : shared ? 2 : 1;
  *v = coding->jpeg_chroma_v > 0 ? coding->jpeg_chroma_v : shared ? 2 : 1;
  *h = *h > least ? *h : least;
  *v = *v > least ? *v : least;
}

int sd_coding_jpeg(const sd_coding *coding) {
  int own = coding->jpeg_quality, traced = coding->traced_quality;
  return traced > 0 && (own == 0 || traced < own) ? traced : own;
}

double sd_coding_quality(const sd_coding *coding) {
  int jpeg = sd_coding_jpeg(coding);
  bool silent = coding->lossy && coding->jpeg_quality == 0;
  double other = !silent ? 100 : coding->format == SD_FORMAT_HEIC ? HEIC_QUALITY : LOSSY_QUALITY;
  return jpeg > 0 ? fmin(jpeg, other) : other;
}

double sd_jpeg_steps(double quality) {
  return quality < 50 ? 50 / quality : 2 - quality / 50;
}

double sd_jpeg_quality(double steps) {
  return steps < 1 ? 100 - 50 * steps : 50 / steps;
}

double sd_coding_step(const sd_coding *coding) {
  return fmax(sd_jpeg_steps(sd_coding_quality(coding)), STEP_MIN);
}

static float code_at(const sd_photo *photo, size_t index) {
  return photo->sample_bytes == 1 ? (float)((const uint8_t *)photo->samples)[index]
                                  : (float)((const uint16_t *)photo->samples)[index];
}

static void put_code(sd_photo *photo, size_t index, float code) {
  float top = photo->sample_bytes == 1 ? 255 : 65535;
  float kept = code < 0 ? 0 : code > top ? top : code;
  if (photo->sample_bytes == 1)
    ((uint8_t *)photo->samples)[index] = (uint8_t)(kept + 0.5f);
  else
    ((uint16_t *)photo->samples)[index] = (uint16_t)(kept + 0.5f);
}

static float luma(const float rgb[3]) {
  return 0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2];
}

static void pixel_at(const sd_photo *photo, int x, int y, float rgb[3]) {
  size_t index = 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
  for (size_t c = 0; c < 3; c++)
    rgb[c] = code_at(photo, index + c);
}

/* Mean of blue and of red less luma over the block at column i, row j. */
static void mean_chroma(const sd_photo *photo, int i, int j, int h, int v, float mean[2]) {
  float sum[2] = {0, 0};
  int count = 0;
  for (int y = j * v; y < (j + 1) * v && y < photo->height; y++)
    for (int x = i * h; x < (i + 1) * h && x < photo->width; x++, count++) {
      float rgb[3];
      pixel_at(photo, x, y, rgb);
      float grey = luma(rgb);
      sum[0] += rgb[2] - grey;
      sum[1] += rgb[0] - grey;
    }
  mean[0] = sum[0] / (float)count;
  mean[1] = sum[1] / (float)count;
}

/* The same luma with the colour of the coarse maps. */
static void recolour_row(sd_photo *photo, int y, const sd_map chroma[2], int h, int v) {
  for (int x = 0; x < photo->width; x++) {
    float rgb[3], difference[2];
    double u = (x + 0.5) / h - 0.5, w = (y + 0.5) / v - 0.5;
    pixel_at(photo, x, y, rgb);
    float grey = luma(rgb);
    for (int c = 0; c < 2; c++)
      difference[c] = sd_map_at(&chroma[c], u, w);
    float red = grey + difference[1], blue = grey + difference[0];
    size_t index = 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
    put_code(photo, index, red);
    put_code(photo, index + 1, (grey - 0.299f * red - 0.114f * blue) / 0.587f);
    put_code(photo, index + 2, blue);
  }
}

sd_status sd_photo_coarsen_chroma(sd_photo *photo, int h, int v, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map chroma[2] = {{0}, {0}};
  int columns = (photo->width + h - 1) / h, rows = (photo->height + v - 1) / v;
  for (int c = 0; c < 2; c++)
    SD_TRY(sd_map_make(&chroma[c], columns, rows, diag));
#pragma omp parallel for schedule(static)
  for (int j = 0; j < rows; j++)
    for (int i = 0; i < columns; i++) {
      float mean[2];
      size_t k = (size_t)j * (size_t)columns + (size_t)i;
      mean_chroma(photo, i, j, h, v, mean);
      chroma[0].v[k] = mean[0];
      chroma[1].v[k] = mean[1];
    }
#pragma omp parallel for schedule(static)
  for (int y = 0; y < photo->height; y++)
    recolour_row(photo, y, chroma, h, v);
done:
  sd_map_clear(&chroma[0]);
  sd_map_clear(&chroma[1]);
  return status;
}
