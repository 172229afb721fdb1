/* JPEG: every coding, what the header tells, and files that end early. */
#include "photo/make.h"

static uint8_t sample(const sd_photo *photo, int x, int y, int c) {
  return ((const uint8_t *)photo->samples)[3 * (y * photo->width + x) + c];
}

static void every_coding_gives_the_same_picture(void **state) {
  (void)state;
  uint8_t *scene = make_scene(64, 48);
  const jpeg_recipe recipes[] = {
      {.width = 64, .height = 48, .quality = 98},
      {.width = 64, .height = 48, .quality = 98, .progressive = true},
      {.width = 64, .height = 48, .quality = 98, .arithmetic = true},
      {.width = 64, .height = 48, .quality = 98, .arithmetic = true, .progressive = true},
      {.width = 64, .height = 48, .quality = 98, .as_rgb = true},
      {.width = 64, .height = 48, .quality = 98, .chroma_h = 2, .chroma_v = 2},
      {.width = 64, .height = 48, .quality = 98, .chroma_h = 2, .chroma_v = 1},
      {.width = 64, .height = 48, .quality = 98, .chroma_h = 1, .chroma_v = 2},
      {.width = 64, .height = 48, .quality = 98, .chroma_h = 4, .chroma_v = 1}};
  for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
    blob file = make_jpeg(&recipes[i], scene);
    sd_photo photo = {0};
    must_read(&photo, file);
    for (int n = 0; n < 64 * 48 * 3; n++)
      assert_true(abs(((uint8_t *)photo.samples)[n] - scene[n]) <= 8);
    int h = recipes[i].chroma_h == 0 ? 1 : recipes[i].chroma_h;
    int v = recipes[i].chroma_v == 0 ? 1 : recipes[i].chroma_v;
    assert_int_equal(photo.coding.jpeg_chroma_h, h);
    assert_int_equal(photo.coding.jpeg_chroma_v, v);
    assert_true(photo.coding.profile_assumed);
    assert_string_equal(photo.coding.profile, "sRGB");
    sd_photo_clear(&photo);
    free(file.v);
  }
  free(scene);
}

static void quality_is_recovered(void **state) {
  (void)state;
  uint8_t *scene = make_scene(16, 16);
  const int qualities[] = {10, 35, 50, 75, 85, 90, 95, 98};
  for (size_t i = 0; i < sizeof qualities / sizeof qualities[0]; i++) {
    jpeg_recipe recipe = {.width = 16, .height = 16, .quality = qualities[i]};
    blob file = make_jpeg(&recipe, scene);
    sd_photo photo = {0};
    must_read(&photo, file);
    assert_int_equal(photo.coding.jpeg_quality, qualities[i]);
    assert_int_equal(photo.coding.bits, 8);
    sd_photo_clear(&photo);
    free(file.v);
  }
  free(scene);
}

static void grey_is_three_equal_channels(void **state) {
  (void)state;
  uint8_t pixels[16 * 16];
  memset(pixels, 137, sizeof pixels);
  jpeg_recipe recipe = {.width = 16, .height = 16, .channels = 1, .quality = 100};
  blob file = make_jpeg(&recipe, pixels);
  sd_photo photo = {0};
  must_read(&photo, file);
  for (int c = 0; c < 3; c++)
    assert_int_equal(sample(&photo, 5, 5, c), 137);
  sd_photo_clear(&photo);
  free(file.v);
}

/* Ink of half cyan, no magenta, full yellow, no black: red about half, green full, blue none. */
static void check_ink(bool adobe) {
  uint8_t pixels[16 * 16 * 4];
  for (size_t i = 0; i < sizeof pixels; i += 4) {
    const uint8_t ink[4] = {128, 0, 255, 0};
    for (size_t c = 0; c < 4; c++)
      pixels[i + c] = adobe ? (uint8_t)(255 - ink[c]) : ink[c];
  }
  jpeg_recipe recipe = {
      .width = 16, .height = 16, .channels = 4, .quality = 100, .no_adobe = !adobe};
  blob file = make_jpeg(&recipe, pixels);
  sd_photo photo = {0};
  must_read(&photo, file);
  assert_in_range(sample(&photo, 8, 8, 0), 125, 129);
  assert_in_range(sample(&photo, 8, 8, 1), 253, 255);
  assert_in_range(sample(&photo, 8, 8, 2), 0, 2);
  assert_string_equal(photo.coding.profile, "CMYK");
  assert_true(photo.coding.profile_assumed);
  sd_photo_clear(&photo);
  free(file.v);
}

static void inks_are_read_as_adobe_and_others_store_them(void **state) {
  (void)state;
  check_ink(true);
  check_ink(false);
}

static void a_cut_photo_says_how_much_is_there(void **state) {
  (void)state;
  /* noise: rows take equal shares of the file */
  uint8_t *pixels = malloc(256 * 256 * 3);
  sd_random random = {1};
  for (int i = 0; i < 256 * 256 * 3; i++)
    pixels[i] = (uint8_t)sd_random_next(&random);
  jpeg_recipe recipe = {.width = 256, .height = 256};
  blob file = make_jpeg(&recipe, pixels);
  sd_photo photo = {0};
  sd_diag diag = {0};
  int percent = 0, rows = 0;
  assert_int_equal(sd_photo_read_memory(&photo, file.v, file.length / 2, "x.jpg", NULL, &diag),
                   SD_UNREADABLE);
  assert_int_equal(sscanf(diag.text,
                          "x.jpg: cut off; only the first %d %% of the picture is there (rows 1 to "
                          "%d of 256)",
                          &percent, &rows),
                   2);
  assert_in_range(percent, 40, 52);
  assert_in_range(rows, 104, 132);
  free(file.v);
  free(pixels);
}

/* Where a file ends the library puts an end marker of its own: no marker of the file is wrong. */
static void a_photo_cut_between_restarts_is_cut_off(void **state) {
  (void)state;
  uint8_t *scene = make_scene(64, 64);
  jpeg_recipe recipe = {.width = 64, .height = 64, .restart_rows = 1};
  blob file = make_jpeg(&recipe, scene);
  int cuts = 0;
  for (size_t k = 0; k + 1 < file.length; k++) {
    sd_photo photo = {0};
    sd_diag diag = {0};
    if (file.v[k] != 0xFF || file.v[k + 1] < 0xD0 || file.v[k + 1] > 0xD7)
      continue;
    for (size_t length = k - 1; length <= k + 3; length++) {
      assert_int_equal(sd_photo_read_memory(&photo, file.v, length, "x.jpg", NULL, &diag),
                       SD_UNREADABLE);
      if (strstr(diag.text, "x.jpg: cut off; ") == NULL)
        fail_msg("cut %zd from a restart: %s", (ssize_t)(length - k), diag.text);
      cuts++;
    }
  }
  assert_true(cuts >= 30);
  free(file.v);
  free(scene);
}

static void every_beginning_of_a_file_is_refused(void **state) {
  (void)state;
  uint8_t *scene = make_scene(40, 24);
  jpeg_recipe recipes[] = {{.width = 40, .height = 24},
                           {.width = 40, .height = 24, .progressive = true},
                           {.width = 40, .height = 24, .arithmetic = true},
                           {.width = 40, .height = 24, .chroma_h = 2, .chroma_v = 2}};
  for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
    recipes[i].exif = make_exif_orientation(6);
    blob file = make_jpeg(&recipes[i], scene);
    /* only the end marker, and the padding bits before it, may be missing */
    assert_true(check_prefixes(file) + 3 >= file.length);
    free(file.v);
    free(recipes[i].exif.v);
  }
  free(scene);
}

/* A flipped bit in coded data: read or refused, but never a crash; and it is refused often. */
static void flipped_bits_do_no_harm(void **state) {
  (void)state;
  uint8_t *scene = make_scene(64, 64);
  jpeg_recipe recipe = {.width = 64, .height = 64};
  blob file = make_jpeg(&recipe, scene);
  sd_random random = {7};
  for (int i = 0; i < 2000; i++) {
    size_t bit = (size_t)(sd_random_next(&random) % (8 * file.length));
    file.v[bit / 8] ^= (uint8_t)(1u << bit % 8);
    sd_photo photo = {0};
    sd_diag diag = {0};
    if (read_blob(&photo, file, &diag) != SD_OK)
      check_sentence(&diag, "made");
    sd_photo_clear(&photo);
    file.v[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  free(file.v);
  free(scene);
}

/* Finds the frame header and makes it promise more. */
static void a_lying_header_costs_nothing(void **state) {
  (void)state;
  uint8_t *scene = make_scene(64, 64);
  jpeg_recipe recipe = {.width = 64, .height = 64};
  blob file = make_jpeg(&recipe, scene);
  size_t at = 2;
  while (file.v[at + 1] != 0xc0)
    at += 2u + (unsigned)(file.v[at + 2] << 8 | file.v[at + 3]);
  memcpy(file.v + at + 5, "\x27\x10\x27\x10", 4); /* 10000 x 10000 */
  sd_photo photo = {0};
  sd_diag diag = {0};
  assert_int_equal(read_blob(&photo, file, &diag), SD_UNREADABLE);
  assert_non_null(strstr(diag.text, "cannot hold the 10000 x 10000 pixels"));
  memcpy(file.v + at + 5, "\xff\xdc\xff\xdc", 4); /* 4294 Mpx */
  assert_int_equal(read_blob(&photo, file, &diag), SD_TOO_LARGE);
  file.v[at + 4] = 12;
  assert_int_equal(read_blob(&photo, file, &diag), SD_UNSUPPORTED);
  assert_non_null(strstr(diag.text, "12 bits"));
  free(file.v);
  free(scene);
}

/* The file with something behind its end marker, as phones write it. */
static blob with_trailer(blob file, size_t kept, const void *start, size_t start_length,
                         size_t length) {
  blob out = {malloc(kept + length), kept + length};
  sd_random random = {11};
  memcpy(out.v, file.v, kept);
  for (size_t k = 0; k < length; k++)
    out.v[kept + k] = (uint8_t)(sd_random_next(&random) % 255); /* holds no end marker */
  memcpy(out.v + kept, start, start_length);
  return out;
}

static void assert_same_picture(blob file, blob twin) {
  sd_photo a = {0}, b = {0};
  must_read(&a, file);
  must_read(&b, twin);
  assert_memory_equal(a.samples, b.samples, (size_t)a.width * (size_t)a.height * 3);
  sd_photo_clear(&a);
  sd_photo_clear(&b);
}

static void what_follows_the_picture_is_left_alone(void **state) {
  (void)state;
  enum { FILM = 2 << 20 };
  uint8_t *scene = make_scene(64, 48);
  for (int kind = 0; kind < 4; kind++) {
    jpeg_recipe recipe = {
        .width = 64, .height = 48, .progressive = kind & 1, .arithmetic = kind & 2};
    blob file = make_jpeg(&recipe, scene);
    blob film = with_trailer(file, file.length,
                             "\0\0\0\x18"
                             "ftypmp42",
                             12, FILM);
    blob twice = with_trailer(file, file.length, file.v, file.length, file.length);
    assert_same_picture(film, file);
    assert_same_picture(twice, file);
    free(film.v);
    free(twice.v);
    free(file.v);
  }
  free(scene);
}

/* A film behind half a picture does not make it whole, nor behind one whose height was cut. */
static void what_follows_hides_no_damage(void **state) {
  (void)state;
  enum { FILM = 2 << 20 };
  uint8_t *scene = make_scene(256, 256);
  for (int progressive = 0; progressive < 2; progressive++) {
    jpeg_recipe recipe = {.width = 256, .height = 256, .progressive = progressive == 1};
    blob file = make_jpeg(&recipe, scene);
    blob half = with_trailer(file, file.length / 2, file.v, file.length, FILM);
    sd_photo photo = {0};
    sd_diag diag = {0};
    assert_int_equal(read_blob(&photo, half, &diag), SD_UNREADABLE);
    assert_int_equal(sd_photo_read_memory(&photo, file.v, file.length / 2, "x.jpg", NULL, &diag),
                     SD_UNREADABLE);
    assert_non_null(strstr(diag.text, "x.jpg: cut off; only"));
    free(half.v);
    free(file.v);
  }
  jpeg_recipe recipe = {.width = 256, .height = 256};
  blob file = make_jpeg(&recipe, scene), film;
  sd_photo photo = {0};
  sd_diag diag = {0};
  size_t at = 2;
  while (file.v[at + 1] != 0xc0)
    at += 2u + (unsigned)(file.v[at + 2] << 8 | file.v[at + 3]);
  memcpy(file.v + at + 5, "\0\xc8", 2); /* 200 rows */
  film = with_trailer(file, file.length, "ftypmp42", 8, FILM);
  assert_int_equal(read_blob(&photo, film, &diag), SD_UNREADABLE);
  assert_non_null(strstr(diag.text, "more data than the picture"));
  free(film.v);
  free(file.v);
  free(scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_coding_gives_the_same_picture),
                                     cmocka_unit_test(quality_is_recovered),
                                     cmocka_unit_test(grey_is_three_equal_channels),
                                     cmocka_unit_test(inks_are_read_as_adobe_and_others_store_them),
                                     cmocka_unit_test(a_cut_photo_says_how_much_is_there),
                                     cmocka_unit_test(a_photo_cut_between_restarts_is_cut_off),
                                     cmocka_unit_test(every_beginning_of_a_file_is_refused),
                                     cmocka_unit_test(flipped_bits_do_no_harm),
                                     cmocka_unit_test(a_lying_header_costs_nothing),
                                     cmocka_unit_test(what_follows_the_picture_is_left_alone),
                                     cmocka_unit_test(what_follows_hides_no_damage)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
