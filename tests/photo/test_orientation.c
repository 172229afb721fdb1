/* All eight orientations of JPEG and PNG come out as the same upright picture. */
#include "photo/make.h"

enum { WIDTH = 48, HEIGHT = 32 };

/* The file's pixels for an upright scene: what a camera held that way stores (EXIF 2.32, 4.6.4 A,
 * written from the meaning of row 0 and column 0, not from the reader's table). */
static uint8_t *stored_pixels(const uint8_t *upright, int orientation, int *width, int *height) {
  bool turned = orientation >= 5;
  *width = turned ? HEIGHT : WIDTH;
  *height = turned ? WIDTH : HEIGHT;
  uint8_t *out = malloc((size_t)WIDTH * HEIGHT * 3);
  for (int row = 0; row < *height; row++)
    for (int column = 0; column < *width; column++) {
      int x = turned ? row : column, y = turned ? column : row;
      /* column 0, or row 0 when turned, is the right side */
      if (orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7)
        x = WIDTH - 1 - x;
      /* row 0, or column 0 when turned, is the bottom */
      if (orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8)
        y = HEIGHT - 1 - y;
      memcpy(out + 3 * (row * *width + column), upright + 3 * (y * WIDTH + x), 3);
    }
  return out;
}

static void check_upright(blob file, const uint8_t *upright, int orientation, int tolerance) {
  sd_photo photo = {0};
  must_read(&photo, file);
  assert_int_equal(photo.width, WIDTH);
  assert_int_equal(photo.height, HEIGHT);
  assert_int_equal(photo.capture.orientation, orientation);
  assert_int_equal(photo.coding.file_width, orientation >= 5 ? HEIGHT : WIDTH);
  for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
    assert_in_range(((const uint8_t *)photo.samples)[i] + 256, upright[i] + 256 - tolerance,
                    upright[i] + 256 + tolerance);
  sd_photo_clear(&photo);
}

static void jpeg_comes_out_upright(void **state) {
  (void)state;
  uint8_t *upright = make_scene(WIDTH, HEIGHT);
  for (int orientation = 1; orientation <= 8; orientation++) {
    jpeg_recipe recipe = {.quality = 100, .exif = make_exif_orientation(orientation)};
    uint8_t *pixels = stored_pixels(upright, orientation, &recipe.width, &recipe.height);
    blob file = make_jpeg(&recipe, pixels);
    check_upright(file, upright, orientation, 4);
    free(file.v);
    free(pixels);
    free(recipe.exif.v);
  }
  free(upright);
}

static void png_comes_out_upright(void **state) {
  (void)state;
  uint8_t *upright = make_scene(WIDTH, HEIGHT);
  for (int i = 0; i < 16; i++) {
    int orientation = i % 8 + 1;
    png_recipe recipe = {.depth = 8,
                         .type = PNG_COLOR_TYPE_RGB,
                         .interlaced = i >= 8,
                         .exif = make_exif_orientation(orientation)};
    uint8_t *pixels = stored_pixels(upright, orientation, &recipe.width, &recipe.height);
    blob file = make_png(&recipe, pixels);
    check_upright(file, upright, orientation, 0);
    free(file.v);
    free(pixels);
    free(recipe.exif.v);
  }
  free(upright);
}

static void alpha_turns_with_the_pixels(void **state) {
  (void)state;
  /* 2 x 1, the left pixel see-through; orientation 6 puts left on top */
  const uint8_t pixels[8] = {1, 2, 3, 0, 4, 5, 6, 255};
  png_recipe recipe = {.width = 2,
                       .height = 1,
                       .depth = 8,
                       .type = PNG_COLOR_TYPE_RGB_ALPHA,
                       .exif = make_exif_orientation(6)};
  blob file = make_png(&recipe, pixels);
  sd_photo photo = {0};
  must_read(&photo, file);
  assert_int_equal(photo.width, 1);
  assert_int_equal(photo.opaque.height, 2);
  assert_int_equal(photo.opaque.v[0], 0);
  assert_int_equal(photo.opaque.v[1], 255);
  assert_int_equal(((uint8_t *)photo.samples)[3], 4);
  sd_photo_clear(&photo);
  free(file.v);
  free(recipe.exif.v);
}

static void nonsense_orientation_is_left_out(void **state) {
  (void)state;
  uint8_t *upright = make_scene(WIDTH, HEIGHT);
  jpeg_recipe recipe = {
      .width = WIDTH, .height = HEIGHT, .quality = 100, .exif = make_exif_orientation(9)};
  blob file = make_jpeg(&recipe, upright);
  check_upright(file, upright, 1, 4);
  free(file.v);
  free(recipe.exif.v);
  free(upright);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(jpeg_comes_out_upright),
                                     cmocka_unit_test(png_comes_out_upright),
                                     cmocka_unit_test(alpha_turns_with_the_pixels),
                                     cmocka_unit_test(nonsense_orientation_is_left_out)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
