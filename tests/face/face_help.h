/* What the tests of this floor share: models, photos, and small retouching of photos. */
#ifndef TESTS_FACE_HELP_H
#define TESTS_FACE_HELP_H

#include "check.h"

#include "face/find.h"
#include "scardelta/face.h"

#include <stdlib.h>
#include <string.h>

static inline uint8_t *help_read_models(size_t *length) {
  FILE *file = fopen(SD_MODEL_DIR "/" SD_MODELS_FILE, "rb");
  if (file == NULL)
    return NULL;
  uint8_t *bytes = malloc(5000000);
  *length = bytes == NULL ? 0 : fread(bytes, 1, 5000000, file);
  fclose(file);
  return bytes;
}

static inline sd_models *help_models(void) {
  /* A test that is skipped leaves its models behind: they stay known, or they count as leaked. */
  static sd_models *volatile made[64]; /* volatile: written only, they would be left out */
  static size_t made_count;
  size_t length = 0;
  sd_models *models = NULL;
  uint8_t *bytes = help_read_models(&length);
  if (bytes == NULL) {
    print_message("skipped: " SD_MODEL_DIR "/" SD_MODELS_FILE " is absent\n");
    skip();
  }
  assert_int_equal(sd_models_load(&models, bytes, length, NULL), SD_OK);
  free(bytes);
  made[made_count++ % (sizeof made / sizeof made[0])] = models;
  return models;
}

/* A photo of the test folder; the test is skipped when it is absent. */
static inline sd_photo help_photo(const char *name) {
  char path[1024];
  sd_photo photo = {0};
  snprintf(path, sizeof path, "%s/%s", SD_PHOTOS, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    print_message("skipped: %s is absent\n", path);
    skip();
  }
  fclose(file);
  assert_int_equal(sd_photo_read(&photo, path, NULL, NULL), SD_OK);
  return photo;
}

/* An sRGB photo of 8 bits without a file, mid grey. */
static inline sd_photo help_blank(int width, int height) {
  sd_photo photo = {.width = width, .height = height, .sample_bytes = 1};
  size_t bytes = 3 * (size_t)width * (size_t)height;
  photo.samples = malloc(bytes);
  assert_non_null(photo.samples);
  memset(photo.samples, 128, bytes);
  for (int k = 0; k < 3; k++) {
    photo.curve[k] = malloc(256 * sizeof(float));
    assert_non_null(photo.curve[k]);
    for (int i = 0; i < 256; i++)
      photo.curve[k][i] = (float)sd_srgb_to_linear(i / 255.0);
    photo.to_srgb[4 * k] = 1;
  }
  return photo;
}

static inline uint8_t *help_pixel(const sd_photo *photo, int x, int y) {
  return (uint8_t *)photo->samples + 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
}

/* Multiplies the coded values inside an ellipse. */
static inline void help_shade(sd_photo *photo, double x, double y, double rx, double ry,
                              const double gain[3]) {
  for (int j = (int)fmax(y - ry, 0); j <= y + ry && j < photo->height; j++)
    for (int i = (int)fmax(x - rx, 0); i <= x + rx && i < photo->width; i++) {
      double u = (i - x) / rx, v = (j - y) / ry;
      for (int k = 0; k < 3 && u * u + v * v <= 1; k++) {
        double value = help_pixel(photo, i, j)[k] * gain[k];
        help_pixel(photo, i, j)[k] = (uint8_t)fmin(value, 254);
      }
    }
}

static inline sd_face help_find(const sd_models *models, const sd_photo *photo) {
  sd_face face = {0};
  assert_int_equal(sd_face_find(&face, models, photo, NULL, NULL), SD_OK);
  return face;
}

#endif
