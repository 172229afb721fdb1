/* JPEG that pixels went through before they were saved as they are: found where it was, with its
 * quality and colour, and nowhere else. */
#include "photo/make.h"

#include <math.h>

enum { WIDTH = 640, HEIGHT = 512, OCTAVES = 5, WAVES = 4 * OCTAVES };

/* Structure of every size, as skin and hair have, with grain: what no grid made. */
static uint8_t *make_texture(uint64_t seed) {
  sd_random random = {seed};
  double wave[WAVES][5];
  uint8_t *out = malloc((size_t)WIDTH * HEIGHT * 3);
  for (int n = 0; n < WAVES; n++) {
    double length = 6 * pow(2, n / 4), angle = 6.283185 * sd_random_uniform(&random);
    wave[n][0] = 6.283185 / length * cos(angle);
    wave[n][1] = 6.283185 / length * sin(angle);
    wave[n][2] = 6.283185 * sd_random_uniform(&random);
    wave[n][3] = 4 + 6 * sd_random_uniform(&random);
    wave[n][4] = sd_random_uniform(&random);
  }
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) {
      double grain = 3 * (sd_random_uniform(&random) - 0.5), v[3] = {160, 120, 100};
      for (int n = 0; n < WAVES; n++) {
        double s = wave[n][3] * sin(wave[n][0] * x + wave[n][1] * y + wave[n][2]);
        v[0] += s;
        v[1] += s * (0.7 + 0.5 * wave[n][4]);
        v[2] += s * (1.3 - 0.6 * wave[n][4]);
      }
      for (int c = 0; c < 3; c++)
        out[3 * (y * WIDTH + x) + c] = (uint8_t)fmin(fmax(v[c] + grain, 0), 255);
    }
  return out;
}

/* The samples of a JPEG of the pixels. */
static void through_jpeg(sd_photo *out, const uint8_t *pixels, int quality, int chroma) {
  jpeg_recipe recipe = {
      .width = WIDTH, .height = HEIGHT, .quality = quality, .chroma_h = chroma, .chroma_v = chroma};
  blob file = make_jpeg(&recipe, pixels);
  must_read(out, file);
  assert_int_equal(out->coding.traced_quality, 0); /* its own grid is no other one's trace */
  free(file.v);
}

/* A part of a picture, read as a PNG that says how it is turned. */
static sd_coding as_png(const uint8_t *pixels, int left, int top, int orientation) {
  int width = WIDTH - left - 5, height = HEIGHT - top - 2;
  uint8_t *part = malloc((size_t)width * (size_t)height * 3);
  for (int y = 0; y < height; y++)
    memcpy(part + 3 * (size_t)y * (size_t)width,
           pixels + 3 * ((size_t)(y + top) * WIDTH + (size_t)left), 3 * (size_t)width);
  png_recipe recipe = {.width = width,
                       .height = height,
                       .depth = 8,
                       .type = PNG_COLOR_TYPE_RGB,
                       .exif = make_exif_orientation(orientation)};
  blob file = make_png(&recipe, part);
  sd_photo photo = {0};
  must_read(&photo, file);
  sd_coding coding = photo.coding;
  sd_photo_clear(&photo);
  free(recipe.exif.v);
  free(file.v);
  free(part);
  return coding;
}

static void a_jpeg_saved_again_is_known(void **state) {
  (void)state;
  static const struct {
    int quality, chroma, left, top, orientation;
  } CASES[] = {{40, 2, 0, 0, 1}, {60, 2, 0, 0, 1}, {75, 2, 3, 6, 1},
               {85, 2, 5, 1, 6}, {85, 1, 0, 0, 8}, {90, 1, 7, 7, 3}};
  uint8_t *texture = make_texture(1);
  for (size_t k = 0; k < sizeof CASES / sizeof CASES[0]; k++) {
    sd_photo photo = {0};
    through_jpeg(&photo, texture, CASES[k].quality, CASES[k].chroma);
    sd_coding c = as_png(photo.samples, CASES[k].left, CASES[k].top, CASES[k].orientation);
    int h, v;
    print_message("quality %d, colour of %d pixels: %d, %d\n", CASES[k].quality, CASES[k].chroma,
                  c.traced_quality, c.traced_chroma);
    assert_true(abs(c.traced_quality - CASES[k].quality) <= 2);
    assert_int_equal(c.traced_chroma, CASES[k].chroma);
    assert_int_equal(sd_coding_jpeg(&c), c.traced_quality);
    assert_true(sd_coding_quality(&c) == c.traced_quality);
    sd_coding_chroma(&c, &h, &v);
    assert_int_equal(h, CASES[k].chroma);
    assert_int_equal(v, CASES[k].chroma);
    sd_photo_clear(&photo);
  }
  free(texture);
}

/* The last of two codings is written in the file, and the coarser one counts. */
static void the_coarser_of_two_jpegs_counts(void **state) {
  (void)state;
  uint8_t *texture = make_texture(2);
  sd_photo photo = {0};
  through_jpeg(&photo, texture, 60, 2);
  jpeg_recipe fine = {.width = WIDTH, .height = HEIGHT, .quality = 97};
  blob file = make_jpeg(&fine, photo.samples);
  sd_photo_clear(&photo);
  must_read(&photo, file);
  assert_int_equal(photo.coding.jpeg_quality, 97);
  assert_true(abs(photo.coding.traced_quality - 60) <= 2);
  assert_true(abs(sd_coding_jpeg(&photo.coding) - 60) <= 2);
  free(file.v);
  /* a coarse file leaves nothing of a finer one before it that would count */
  sd_photo once = {0};
  through_jpeg(&once, texture, 95, 1);
  jpeg_recipe coarse = {.width = WIDTH, .height = HEIGHT, .quality = 60};
  file = make_jpeg(&coarse, once.samples);
  sd_photo_clear(&photo);
  must_read(&photo, file);
  assert_int_equal(sd_coding_jpeg(&photo.coding), 60);
  free(file.v);
  sd_photo_clear(&once);
  sd_photo_clear(&photo);
  free(texture);
}

/* A table that is fine in high frequencies and coarse in low ones is no other file's trace. */
static void a_table_of_its_own_is_no_trace(void **state) {
  (void)state;
  uint8_t *texture = make_texture(3);
  for (unsigned step = 5; step <= 11; step += 3) {
    jpeg_recipe recipe = {.width = WIDTH, .height = HEIGHT, .flat_step = step};
    blob file = make_jpeg(&recipe, texture);
    sd_photo photo = {0};
    must_read(&photo, file);
    assert_int_equal(photo.coding.traced_quality, 0);
    assert_true(photo.coding.jpeg_low_quality < photo.coding.jpeg_quality);
    sd_photo_clear(&photo);
    free(file.v);
  }
  free(texture);
}

static void what_no_jpeg_touched_bears_no_trace(void **state) {
  (void)state;
  for (uint64_t seed = 10; seed < 13; seed++) {
    uint8_t *texture = make_texture(seed);
    sd_coding c = as_png(texture, 0, 0, 1);
    assert_int_equal(c.traced_quality, 0);
    assert_true(sd_coding_quality(&c) == 100);
    free(texture);
  }
  uint8_t *scene = make_scene(WIDTH, HEIGHT); /* ramps of flat steps */
  assert_int_equal(as_png(scene, 0, 0, 1).traced_quality, 0);
  free(scene);
}

/* Files that lose something but do not say how much count as what is commonly written. */
static void what_does_not_say_its_loss_is_not_taken_for_lossless(void **state) {
  (void)state;
  static const struct {
    sd_coding coding;
    double quality;
    int chroma;
  } CASES[] = {
      {{.format = SD_FORMAT_WEBP, .lossy = true}, 75, 2},
      {{.format = SD_FORMAT_WEBP}, 100, 1},
      {{.format = SD_FORMAT_HEIC, .lossy = true}, 90, 2},
      {{.format = SD_FORMAT_PNG}, 100, 1},
      {{.format = SD_FORMAT_JPEG,
        .lossy = true,
        .jpeg_quality = 85,
        .jpeg_chroma_h = 1,
        .jpeg_chroma_v = 1},
       85,
       1},
      {{.format = SD_FORMAT_WEBP, .lossy = true, .traced_quality = 60, .traced_chroma = 2}, 60, 2}};
  double last = INFINITY;
  for (size_t k = 0; k < sizeof CASES / sizeof CASES[0]; k++) {
    int h, v;
    sd_coding_chroma(&CASES[k].coding, &h, &v);
    assert_true(sd_coding_quality(&CASES[k].coding) == CASES[k].quality);
    assert_int_equal(h, CASES[k].chroma);
    assert_int_equal(v, CASES[k].chroma);
  }
  for (int quality = 1; quality <= 100; quality++) {
    double step = sd_coding_step(&(sd_coding){.lossy = true, .jpeg_quality = quality});
    assert_true(step > 0 && step <= last);
    last = step;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_jpeg_saved_again_is_known),
      cmocka_unit_test(the_coarser_of_two_jpegs_counts),
      cmocka_unit_test(a_table_of_its_own_is_no_trace),
      cmocka_unit_test(what_no_jpeg_touched_bears_no_trace),
      cmocka_unit_test(what_does_not_say_its_loss_is_not_taken_for_lossless)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
