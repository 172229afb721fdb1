/* Photos and models for the tests of the floor face; skips where they are not at hand. */
#ifndef SD_TESTS_FACE_PHOTOS_H
#define SD_TESTS_FACE_PHOTOS_H

#include "check.h"

#include "scardelta/face.h"

#include <stdlib.h>
#include <string.h>

static sd_models *models;

static inline char *read_whole(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return NULL;
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *bytes = malloc((size_t)size + 1);
  *length = fread(bytes, 1, (size_t)size, file);
  fclose(file);
  return bytes;
}

static inline int load_models(void **state) {
  size_t length = 0;
  sd_diag diag = {{0}};
  char *bytes = read_whole(SD_MODEL_DIR "/" SD_MODELS_FILE, &length);
  (void)state;
  if (bytes == NULL) {
    print_message("the face model is not at hand: run samples/run once\n");
    return -1;
  }
  sd_status status = sd_models_load(&models, bytes, length, &diag);
  free(bytes);
  if (status != SD_OK)
    print_message("%s\n", diag.text);
  return status == SD_OK ? 0 : -1;
}

static inline int free_models(void **state) {
  (void)state;
  sd_models_free(models);
  return 0;
}

static inline bool at_hand(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file != NULL)
    fclose(file);
  return file != NULL;
}

static inline void need_photos(void) {
  if (!at_hand(SD_PHOTOS "/README.md")) {
    print_message("skipped: " SD_PHOTOS " is absent\n");
    skip();
  }
}

static inline void find_in(const char *path, sd_photo *photo, sd_face *face) {
  sd_diag diag = {{0}};
  if (sd_photo_read(photo, path, NULL, &diag) != SD_OK ||
      sd_face_find(face, models, photo, NULL, &diag) != SD_OK)
    fail_msg("%s", diag.text);
}

#endif
