/* Any bytes as a photo: a picture or a sentence. */
#include "scardelta/photo.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Looks at every pixel, so that a sanitizer sees samples that were never allocated. */
static void use(const sd_photo *photo) {
  sd_picture picture = {0};
  sd_rect all = {0, 0, photo->width, photo->height};
  if (sd_photo_picture(&picture, photo, all, 4, NULL) != SD_OK)
    abort();
  sd_picture_clear(&picture);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  static const sd_photo_options OPTIONS = {.max_megapixels = 40};
  sd_photo photo = {0};
  sd_diag diag = {0};
  sd_status status = sd_photo_read_memory(&photo, bytes, length, "input", &OPTIONS, &diag);
  if (status == SD_OK)
    use(&photo);
  else if (photo.samples != NULL || strncmp(diag.text, "input: ", 7) != 0 ||
           strpbrk(diag.text, "\n\r\x1b") != NULL)
    abort();
  sd_photo_clear(&photo);
  return 0;
}
