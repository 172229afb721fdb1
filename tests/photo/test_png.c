/* PNG: every depth with values that are known, transparency, colour chunks, files that end early.
 */
#include "photo/make.h"

#include <math.h>

static unsigned red_of(const sd_photo *photo, int i) {
  return photo->sample_bytes == 1 ? ((uint8_t *)photo->samples)[3 * i]
                                  : ((uint16_t *)photo->samples)[3 * i];
}

static void grey_depths_keep_their_values(void **state) {
  (void)state;
  const struct {
    int depth;
    uint8_t row[8];
    int width;
    unsigned expected[4];
  } cases[] = {
      {1, {0xa0}, 4, {255, 0, 255, 0}},
      {2, {0x1b}, 4, {0, 85, 170, 255}},
      {4, {0x07, 0x8f}, 4, {0, 119, 136, 255}},
      {8, {0, 1, 200, 255}, 4, {0, 1, 200, 255}},
      {16, {0x00, 0x01, 0x12, 0x34, 0xab, 0xcd, 0xff, 0xff}, 4, {1, 0x1234, 0xabcd, 65535}}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (int interlaced = 0; interlaced <= 1; interlaced++) {
      png_recipe recipe = {.width = cases[i].width,
                           .height = 1,
                           .depth = cases[i].depth,
                           .type = PNG_COLOR_TYPE_GRAY,
                           .interlaced = interlaced};
      blob file = make_png(&recipe, cases[i].row);
      sd_photo photo = {0};
      must_read(&photo, file);
      assert_int_equal(photo.coding.bits, cases[i].depth);
      assert_int_equal(photo.sample_bytes, cases[i].depth == 16 ? 2 : 1);
      for (int x = 0; x < 4; x++)
        assert_int_equal(red_of(&photo, x), cases[i].expected[x]);
      assert_null(photo.opaque.v);
      sd_photo_clear(&photo);
      free(file.v);
    }
}

static void sixteen_bits_reach_linear_light(void **state) {
  (void)state;
  const uint8_t row[6] = {0x80, 0x00, 0x80, 0x01, 0xff, 0xff};
  png_recipe recipe = {.width = 1, .height = 1, .depth = 16, .type = PNG_COLOR_TYPE_RGB};
  blob file = make_png(&recipe, row);
  sd_photo photo = {0};
  float rgb[3];
  must_read(&photo, file);
  sd_photo_linear_at(&photo, 0, 0, rgb);
  assert_true(fabs(rgb[0] - sd_srgb_to_linear(32768.0 / 65535)) < 1e-6);
  assert_true(rgb[1] > rgb[0]); /* one step of 16 bits is still seen */
  assert_true(fabs(rgb[2] - 1) < 1e-6);
  sd_photo_clear(&photo);
  free(file.v);
}

static void palettes_are_looked_up(void **state) {
  (void)state;
  const png_color palette[3] = {{10, 20, 30}, {40, 50, 60}, {70, 80, 90}};
  const uint8_t alpha[3] = {255, 254, 0}, row[1] = {0x18}; /* entries 0, 1, 2 */
  png_recipe recipe = {.width = 3,
                       .height = 1,
                       .depth = 2,
                       .type = PNG_COLOR_TYPE_PALETTE,
                       .palette = palette,
                       .palette_size = 3,
                       .palette_alpha = alpha};
  blob file = make_png(&recipe, row);
  sd_photo photo = {0};
  must_read(&photo, file);
  const uint8_t expected[9] = {10, 20, 30, 40, 50, 60, 70, 80, 90}, opaque[3] = {255, 0, 0};
  assert_memory_equal(photo.samples, expected, 9);
  assert_memory_equal(photo.opaque.v, opaque, 3);
  sd_photo_clear(&photo);
  free(file.v);
}

static void a_transparent_colour_is_not_measured(void **state) {
  (void)state;
  const uint8_t row[6] = {1, 2, 3, 4, 5, 6};
  const png_color_16 transparent = {.red = 4, .green = 5, .blue = 6};
  png_recipe recipe = {
      .width = 2, .height = 1, .depth = 8, .type = PNG_COLOR_TYPE_RGB, .transparent = &transparent};
  blob file = make_png(&recipe, row);
  sd_photo photo = {0};
  must_read(&photo, file);
  assert_int_equal(photo.opaque.v[0], 255);
  assert_int_equal(photo.opaque.v[1], 0);
  sd_photo_clear(&photo);
  free(file.v);
}

static void grey_with_alpha_of_16_bits(void **state) {
  (void)state;
  const uint8_t row[8] = {0x12, 0x34, 0xff, 0xff, 0x56, 0x78, 0xff, 0xfe};
  png_recipe recipe = {.width = 2, .height = 1, .depth = 16, .type = PNG_COLOR_TYPE_GRAY_ALPHA};
  blob file = make_png(&recipe, row);
  sd_photo photo = {0};
  must_read(&photo, file);
  assert_int_equal(red_of(&photo, 0), 0x1234);
  assert_int_equal(red_of(&photo, 1), 0x5678);
  assert_int_equal(photo.opaque.v[0], 255);
  assert_int_equal(photo.opaque.v[1], 0);
  sd_photo_clear(&photo);
  free(file.v);
}

/* Linear light of a grey of 128 in a file with these colour chunks; its name into `name`. */
static double light_of_grey(png_recipe recipe, char name[96], bool *assumed) {
  const uint8_t row[3] = {128, 128, 128};
  recipe.width = recipe.height = 1;
  recipe.depth = 8;
  recipe.type = PNG_COLOR_TYPE_RGB;
  blob file = make_png(&recipe, row);
  sd_photo photo = {0};
  float rgb[3];
  must_read(&photo, file);
  sd_photo_linear_at(&photo, 0, 0, rgb);
  assert_true(fabsf(rgb[0] - rgb[1]) < 2e-4f && fabsf(rgb[2] - rgb[1]) < 2e-4f);
  memcpy(name, photo.coding.profile, 96);
  *assumed = photo.coding.profile_assumed;
  sd_photo_clear(&photo);
  free(file.v);
  return rgb[1];
}

static void colour_chunks_are_honoured_in_their_order(void **state) {
  (void)state;
  char name[96];
  bool assumed = false;
  const double srgb = sd_srgb_to_linear(128.0 / 255);
  assert_true(fabs(light_of_grey((png_recipe){0}, name, &assumed) - srgb) < 1e-6);
  assert_true(assumed);
  assert_true(fabs(light_of_grey((png_recipe){.srgb = true}, name, &assumed) - srgb) < 1e-6);
  assert_false(assumed);
  assert_string_equal(name, "sRGB");
  double gamma = light_of_grey((png_recipe){.gamma = 1 / 1.8}, name, &assumed);
  assert_true(fabs(gamma - pow(128.0 / 255, 1.8)) < 1e-4);
  assert_false(assumed);
  double linear = light_of_grey((png_recipe){.gamma = 1.0}, name, &assumed);
  assert_true(fabs(linear - 128.0 / 255) < 1e-5);
  blob icc = take_profile_bytes(adobe_profile());
  double profile = light_of_grey((png_recipe){.gamma = 1.0, .icc = icc}, name, &assumed);
  assert_true(fabs(profile - pow(128.0 / 255, 563.0 / 256)) < 5e-4);
  free(icc.v);
}

/* cHRM of Adobe RGB: its green lies outside sRGB, so red comes out negative, and is kept. */
static void primaries_are_honoured_and_not_clipped(void **state) {
  (void)state;
  const double adobe[8] = {0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06};
  const uint8_t row[3] = {0, 255, 0};
  png_recipe recipe = {.width = 1,
                       .height = 1,
                       .depth = 8,
                       .type = PNG_COLOR_TYPE_RGB,
                       .gamma = 256.0 / 563,
                       .chrm = adobe};
  blob file = make_png(&recipe, row);
  sd_photo photo = {0};
  float rgb[3];
  must_read(&photo, file);
  sd_photo_linear_at(&photo, 0, 0, rgb);
  /* Adobe RGB (1998) green in linear sRGB: -0.3983, 1.0000, -0.0429 */
  assert_true(fabsf(rgb[0] + 0.3983f) < 1e-3f);
  assert_true(fabsf(rgb[1] - 1.0f) < 1e-3f);
  assert_true(fabsf(rgb[2] + 0.0429f) < 1e-3f);
  sd_photo_clear(&photo);
  free(file.v);
}

static void every_beginning_of_a_file_is_refused(void **state) {
  (void)state;
  uint8_t *scene = make_scene(24, 20);
  png_recipe recipes[] = {
      {.width = 24, .height = 20, .depth = 8, .type = PNG_COLOR_TYPE_RGB},
      {.width = 24, .height = 20, .depth = 8, .type = PNG_COLOR_TYPE_RGB, .interlaced = true}};
  for (size_t i = 0; i < 2; i++) {
    recipes[i].exif = make_exif_orientation(5);
    recipes[i].icc = take_profile_bytes(adobe_profile());
    blob file = make_png(&recipes[i], scene);
    assert_int_equal(check_prefixes(file), file.length);
    free(file.v);
    free(recipes[i].exif.v);
    free(recipes[i].icc.v);
  }
  free(scene);
}

static void a_cut_png_says_how_much_is_there(void **state) {
  (void)state;
  uint8_t *pixels = malloc(200 * 200 * 3);
  sd_random random = {3};
  for (int i = 0; i < 200 * 200 * 3; i++)
    pixels[i] = (uint8_t)sd_random_next(&random);
  png_recipe recipe = {.width = 200, .height = 200, .depth = 8, .type = PNG_COLOR_TYPE_RGB};
  blob file = make_png(&recipe, pixels);
  sd_photo photo = {0};
  sd_diag diag = {0};
  int percent = 0, rows = 0;
  assert_int_equal(sd_photo_read_memory(&photo, file.v, file.length / 4, "x.png", NULL, &diag),
                   SD_UNREADABLE);
  assert_int_equal(sscanf(diag.text,
                          "x.png: cut off; only the first %d %% of the picture is there (rows 1 to "
                          "%d of 200)",
                          &percent, &rows),
                   2);
  assert_in_range(percent, 15, 26);
  free(file.v);
  free(pixels);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(grey_depths_keep_their_values),
                                     cmocka_unit_test(sixteen_bits_reach_linear_light),
                                     cmocka_unit_test(palettes_are_looked_up),
                                     cmocka_unit_test(a_transparent_colour_is_not_measured),
                                     cmocka_unit_test(grey_with_alpha_of_16_bits),
                                     cmocka_unit_test(colour_chunks_are_honoured_in_their_order),
                                     cmocka_unit_test(primaries_are_honoured_and_not_clipped),
                                     cmocka_unit_test(every_beginning_of_a_file_is_refused),
                                     cmocka_unit_test(a_cut_png_says_how_much_is_there)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
