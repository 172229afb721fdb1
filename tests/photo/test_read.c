/* Paths that are no photos, limits, masks, and the ways from samples to pixels. */
#include "photo/make.h"

#include <math.h>
#include <omp.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "sd-photo-XXXXXX");
  return mkdtemp(folder) == NULL;
}

static int drop_folder(void **state) {
  (void)state;
  return rmdir(folder);
}

static const char *path_of(char path[128], const char *name) {
  snprintf(path, 128, "%s/%s", folder, name);
  return path;
}

static void write_file(const char *path, const void *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void check_refused(const char *path, sd_status expected, const char *words) {
  sd_photo photo = {0};
  sd_diag diag = {0};
  assert_int_equal(sd_photo_read(&photo, path, NULL, &diag), expected);
  check_sentence(&diag, path);
  if (strstr(diag.text, words) == NULL)
    fail_msg("'%s' does not say '%s'", diag.text, words);
  assert_null(photo.samples);
}

static void paths_that_are_no_photo(void **state) {
  (void)state;
  char path[128];
  check_refused(path_of(path, "missing.jpg"), SD_UNREADABLE, "cannot be opened");
  check_refused(folder, SD_UNREADABLE, "folder");
  write_file(path_of(path, "empty.jpg"), "", 0);
  check_refused(path, SD_UNREADABLE, "empty");
  unlink(path);
  write_file(path_of(path, "text.jpg"), "hello, this is no photo at all", 30);
  check_refused(path, SD_UNREADABLE, "not a photo");
  unlink(path);
  assert_int_equal(mkfifo(path_of(path, "pipe.jpg"), 0600), 0);
  check_refused(path, SD_UNREADABLE, "no ordinary file");
  unlink(path);
  write_file(path_of(path, "huge.jpg"), "\xff\xd8\xff", 3);
  if (truncate(path, (off_t)5 << 30) == 0) /* sparse; some file systems cannot */
    check_refused(path, SD_UNREADABLE, "2 GB");
  unlink(path);
  check_refused("/dev/null", SD_UNREADABLE, "no ordinary file");
}

static void content_decides_not_the_name(void **state) {
  (void)state;
  char path[128];
  uint8_t *scene = make_scene(20, 10);
  jpeg_recipe recipe = {.width = 20, .height = 10};
  blob file = make_jpeg(&recipe, scene);
  sd_photo photo = {0};
  write_file(path_of(path, "photo.png"), file.v, file.length);
  assert_int_equal(sd_photo_read(&photo, path, NULL, NULL), SD_OK);
  assert_int_equal(photo.coding.format, SD_FORMAT_JPEG);
  char expected[65];
  sd_sha256_hex(file.v, file.length, expected);
  assert_string_equal(photo.file_sha256, expected);
  unlink(path);
  sd_photo_clear(&photo);
  free(file.v);
  free(scene);
}

static void first_bytes_name_the_format(void **state) {
  (void)state;
  assert_int_equal(sd_format_sniff("\xff\xd8\xff\xe0", 4), SD_FORMAT_JPEG);
  assert_int_equal(sd_format_sniff("\x89PNG\r\n\x1a\n", 8), SD_FORMAT_PNG);
  assert_int_equal(sd_format_sniff("\x89PNG\r\n\x1a\n", 7), SD_FORMAT_UNKNOWN);
  assert_int_equal(sd_format_sniff("\0\0\0\x18"
                                   "ftypheic\0\0\0\0",
                                   16),
                   SD_FORMAT_HEIC);
  assert_int_equal(sd_format_sniff("\0\0\0\x18"
                                   "ftypisom\0\0\0\0",
                                   16),
                   SD_FORMAT_UNKNOWN);
  assert_int_equal(sd_format_sniff("RIFF\x10\0\0\0WEBPVP8 ", 16), SD_FORMAT_WEBP);
  assert_int_equal(sd_format_sniff("MM\0*\0\0\0\x08", 8), SD_FORMAT_TIFF);
  assert_int_equal(sd_format_sniff("", 0), SD_FORMAT_UNKNOWN);
  assert_string_equal(sd_format_name(SD_FORMAT_WEBP), "WebP");
  assert_true(sd_format_readable(SD_FORMAT_JPEG) && sd_format_readable(SD_FORMAT_PNG));
  assert_false(sd_format_readable(SD_FORMAT_UNKNOWN));
}

static void the_limit_is_kept_and_the_old_photo_too(void **state) {
  (void)state;
  uint8_t *scene = make_scene(200, 100);
  jpeg_recipe recipe = {.width = 200, .height = 100};
  blob file = make_jpeg(&recipe, scene);
  sd_photo photo = {0};
  sd_diag diag = {0};
  sd_photo_options options = {.max_megapixels = 0.02};
  assert_int_equal(sd_photo_read_memory(&photo, file.v, file.length, "a", &options, &diag), SD_OK);
  options.max_megapixels = 0.0199;
  assert_int_equal(sd_photo_read_memory(&photo, file.v, file.length, "a", &options, &diag),
                   SD_TOO_LARGE);
  check_sentence(&diag, "a: 200 x 100 pixels");
  assert_int_equal(photo.width, 200); /* out is as it was */
  assert_non_null(photo.samples);
  sd_photo_clear(&photo);
  free(file.v);
  free(scene);
}

static void masks_come_as_stored(void **state) {
  (void)state;
  char path[128];
  const uint8_t labels[6] = {0, 1, 7, 128, 254, 255};
  png_recipe recipe = {
      .width = 3, .height = 2, .depth = 8, .type = PNG_COLOR_TYPE_GRAY, .gamma = 1.0};
  blob file = make_png(&recipe, labels);
  sd_mask mask = {0};
  write_file(path_of(path, "labels.png"), file.v, file.length);
  assert_int_equal(sd_photo_read_mask(&mask, path, NULL, NULL), SD_OK);
  assert_int_equal(mask.width, 3);
  assert_int_equal(mask.height, 2);
  assert_memory_equal(mask.v, labels, 6);
  unlink(path);
  free(file.v);
  static const struct {
    uint8_t samples[4];                        /* two, the high byte first */
    int first, second;                         /* as read; -1: refused */
  } DEEP[] = {{{0, 2, 0, 255}, 2, 255},        /* labels */
              {{0, 0, 0xff, 0xff}, 0, 255},    /* black and white */
              {{0x12, 0x34, 0xff, 0}, -1, -1}, /* neither */
              {{0, 2, 0xff, 0xff}, -1, -1}};
  recipe = (png_recipe){.width = 2, .height = 1, .depth = 16, .type = PNG_COLOR_TYPE_GRAY};
  for (size_t k = 0; k < sizeof DEEP / sizeof *DEEP; k++) {
    file = make_png(&recipe, DEEP[k].samples);
    write_file(path, file.v, file.length);
    assert_int_equal(sd_photo_read_mask(&mask, path, NULL, NULL),
                     DEEP[k].first < 0 ? SD_UNSUPPORTED : SD_OK);
    assert_true(DEEP[k].first < 0 || (mask.v[0] == DEEP[k].first && mask.v[1] == DEEP[k].second));
    unlink(path);
    free(file.v);
  }
  sd_mask_clear(&mask);
}

static void assert_no_mask(blob file, const char *said) {
  char path[128];
  sd_mask mask = {0};
  sd_diag diag = {0};
  write_file(path_of(path, "mask.png"), file.v, file.length);
  assert_int_equal(sd_photo_read_mask(&mask, path, NULL, &diag), SD_UNSUPPORTED);
  assert_non_null(strstr(diag.text, said));
  assert_null(mask.v);
  unlink(path);
  free(file.v);
}

/* What has lost its values or has no single one for a pixel is no label map. */
static void a_mask_is_grey_and_lossless(void **state) {
  (void)state;
  char path[128];
  uint8_t colours[8 * 8 * 3], greys[8 * 8 * 3];
  for (int k = 0; k < 8 * 8 * 3; k++) {
    greys[k] = (uint8_t)(k / 3);
    colours[k] = (uint8_t)(k == 8 * 8 * 3 - 1 ? 200 : greys[k]); /* one pixel is enough */
  }
  jpeg_recipe jpeg = {.width = 8, .height = 8, .channels = 1, .quality = 100};
  png_recipe png = {.width = 8, .height = 8, .depth = 8, .type = PNG_COLOR_TYPE_RGB};
  sd_mask mask = {0};
  assert_no_mask(make_jpeg(&jpeg, greys), "is a JPEG file");
  assert_no_mask(make_png(&png, colours), "has colours");
  blob file = make_png(&png, greys);
  write_file(path_of(path, "grey.png"), file.v, file.length);
  assert_int_equal(sd_photo_read_mask(&mask, path, NULL, NULL), SD_OK);
  for (int k = 0; k < 8 * 8; k++)
    assert_int_equal(mask.v[k], k);
  sd_mask_clear(&mask);
  unlink(path);
  free(file.v);
}

static void parts_are_taken_where_they_are(void **state) {
  (void)state;
  uint8_t *scene = make_scene(31, 23);
  png_recipe recipe = {.width = 31, .height = 23, .depth = 8, .type = PNG_COLOR_TYPE_RGB};
  blob file = make_png(&recipe, scene);
  sd_photo photo = {0};
  sd_rgb part = {0};
  sd_picture picture = {0};
  must_read(&photo, file);
  assert_int_equal(sd_photo_linear(&part, &photo, (sd_rect){5, 7, 10, 6}, NULL), SD_OK);
  for (int y = 0; y < 6; y++)
    for (int x = 0; x < 10; x++)
      for (int c = 0; c < 3; c++) {
        double expected = sd_srgb_to_linear(scene[3 * ((y + 7) * 31 + x + 5) + c] / 255.0);
        assert_true(fabs(part.v[3 * (y * 10 + x) + c] - expected) < 1e-6);
      }
  assert_int_equal(sd_photo_picture(&picture, &photo, (sd_rect){0, 0, 31, 23}, 1, NULL), SD_OK);
  assert_memory_equal(picture.v, scene, 31 * 23 * 3); /* sRGB in, sRGB out: not one code off */
  assert_int_equal(sd_photo_picture(&picture, &photo, (sd_rect){1, 2, 5, 3}, 2, NULL), SD_OK);
  assert_int_equal(picture.width, 3);
  assert_int_equal(picture.height, 2);
  int sum = 0;
  for (int y = 2; y < 4; y++)
    for (int x = 1; x < 3; x++)
      sum += scene[3 * (y * 31 + x)];
  assert_int_equal(picture.v[0], (sum + 2) / 4);
  assert_int_equal(picture.v[3 * 5 + 1], scene[3 * (4 * 31 + 5) + 1]); /* the corner of one pixel */
  assert_int_equal(sd_photo_linear(&part, &photo, (sd_rect){25, 0, 7, 1}, NULL), SD_USAGE);
  assert_int_equal(sd_photo_picture(&picture, &photo, (sd_rect){0, 0, 31, 23}, 0, NULL), SD_USAGE);
  assert_int_equal(part.width, 10);
  sd_rgb_clear(&part);
  sd_picture_clear(&picture);
  sd_photo_clear(&photo);
  free(file.v);
  free(scene);
}

/* Display P3 through sd_photo_picture: the codes of exact sRGB, at most the table's last place off.
 */
static void pictures_are_coded_in_srgb(void **state) {
  (void)state;
  uint8_t *scene = make_scene(64, 64);
  cmsHPROFILE p3 = p3_profile();
  png_recipe recipe = {
      .width = 64, .height = 64, .depth = 8, .type = PNG_COLOR_TYPE_RGB, .icc = profile_bytes(p3)};
  blob file = make_png(&recipe, scene);
  sd_photo photo = {0};
  sd_picture one = {0}, two = {0};
  must_read(&photo, file);
  omp_set_num_threads(1);
  assert_int_equal(sd_photo_picture(&one, &photo, (sd_rect){0, 0, 64, 64}, 1, NULL), SD_OK);
  omp_set_num_threads(3);
  assert_int_equal(sd_photo_picture(&two, &photo, (sd_rect){0, 0, 64, 64}, 1, NULL), SD_OK);
  assert_memory_equal(one.v, two.v, 64 * 64 * 3);
  int off = 0;
  for (int y = 0; y < 64; y++)
    for (int x = 0; x < 64; x++) {
      float rgb[3];
      sd_photo_linear_at(&photo, x, y, rgb);
      for (int c = 0; c < 3; c++) {
        int d = abs(one.v[3 * (y * 64 + x) + c] - sd_srgb8_from_linear(rgb[c]));
        assert_true(d <= 1);
        off += d;
      }
    }
  assert_true(off < 64 * 64 * 3 / 100);
  sd_picture_clear(&one);
  sd_picture_clear(&two);
  sd_photo_clear(&photo);
  free(file.v);
  free(recipe.icc.v);
  free(scene);
  cmsCloseProfile(p3);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(paths_that_are_no_photo),
                                     cmocka_unit_test(content_decides_not_the_name),
                                     cmocka_unit_test(first_bytes_name_the_format),
                                     cmocka_unit_test(the_limit_is_kept_and_the_old_photo_too),
                                     cmocka_unit_test(masks_come_as_stored),
                                     cmocka_unit_test(a_mask_is_grey_and_lossless),
                                     cmocka_unit_test(parts_are_taken_where_they_are),
                                     cmocka_unit_test(pictures_are_coded_in_srgb)};
  return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
