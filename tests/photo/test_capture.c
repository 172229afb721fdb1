/* Capture facts: what is said comes out, nonsense does not, and text is safe to show. */
#include "photo/make.h"

#include "photo/decode.h"

#include <math.h>

/* One entry of the block to make. Text when `text` is set, else rational (count 1), else short. */
typedef struct fact {
  int ifd; /* 0: IFD0, 1: EXIF, 2: interoperability */
  unsigned tag;
  const char *text;
  uint32_t numerator, denominator;
  unsigned number;
} fact;

static void add_entry(sd_text *entries, sd_text *values, uint32_t values_at, const fact *said) {
  put16(entries, said->tag);
  if (said->text != NULL) {
    uint32_t length = (uint32_t)strlen(said->text) + 1;
    put16(entries, 2);
    put32(entries, length);
    if (length <= 4) {
      char inline_text[4] = {0};
      memcpy(inline_text, said->text, length);
      sd_text_add_bytes(entries, inline_text, 4);
      return;
    }
    put32(entries, values_at + (uint32_t)values->length);
    sd_text_add_bytes(values, said->text, length);
    sd_text_add_bytes(values, "", length % 2);
  } else if (said->denominator > 0) {
    put16(entries, 5);
    put32(entries, 1);
    put32(entries, values_at + (uint32_t)values->length);
    put32(values, said->numerator);
    put32(values, said->denominator);
  } else {
    put16(entries, 3);
    put32(entries, 1);
    put32(entries, said->number);
  }
}

static void add_pointer(sd_text *entries, unsigned tag, uint32_t target) {
  put16(entries, tag);
  put16(entries, 4);
  put32(entries, 1);
  put32(entries, target);
}

/* IFD0 at 8, EXIF at 512, interoperability at 1024, values from 2048 on. */
static blob make_exif(const fact *facts, size_t count) {
  static const uint32_t AT[4] = {8, 512, 1024, 2048};
  sd_text out = {0}, values = {0};
  sd_text_add_bytes(&out, "II*\0", 4);
  put32(&out, AT[0]);
  for (int ifd = 0; ifd < 3; ifd++) {
    sd_text entries = {0};
    unsigned number = ifd < 2 ? 1 : 0;
    for (size_t i = 0; i < count; i++)
      if (facts[i].ifd == ifd) {
        add_entry(&entries, &values, AT[3], &facts[i]);
        number++;
      }
    if (ifd == 0)
      add_pointer(&entries, 0x8769, AT[1]);
    if (ifd == 1)
      add_pointer(&entries, 0xa005, AT[2]);
    put16(&out, number);
    if (entries.length > 0)
      sd_text_add_bytes(&out, entries.v, entries.length);
    while (out.length < AT[ifd + 1])
      sd_text_add_bytes(&out, "", 1);
    sd_text_clear(&entries);
  }
  if (values.length > 0)
    sd_text_add_bytes(&out, values.v, values.length);
  sd_text_clear(&values);
  return blob_from_text(&out);
}

static void read_with(sd_photo *out, const fact *facts, size_t count) {
  uint8_t *scene = make_scene(16, 16);
  jpeg_recipe recipe = {.width = 16, .height = 16, .exif = make_exif(facts, count)};
  blob file = make_jpeg(&recipe, scene);
  must_read(out, file);
  free(file.v);
  free(recipe.exif.v);
  free(scene);
}

static void what_the_camera_says_comes_out(void **state) {
  (void)state;
  const fact facts[] = {{0, 0x010f, .text = "Acme"},
                        {0, 0x0110, .text = "Camera 7"},
                        {0, 0x0131, .text = "Editor 2.1"},
                        {1, 0x829a, .numerator = 1, .denominator = 125},
                        {1, 0x829d, .numerator = 28, .denominator = 10},
                        {1, 0x8827, .number = 200},
                        {1, 0x9003, .text = "2025:03:04 10:22:31"},
                        {1, 0x9011, .text = "+01:00"},
                        {1, 0x9209, .number = 0x19},
                        {1, 0x920a, .numerator = 60, .denominator = 1},
                        {1, 0xa001, .number = 1},
                        {1, 0xa403, .number = 1},
                        {1, 0xa405, .number = 90},
                        {1, 0xa434, .text = "Macro 60 mm f/2.8"}};
  sd_photo photo = {0};
  read_with(&photo, facts, sizeof facts / sizeof facts[0]);
  const sd_capture *capture = &photo.capture;
  assert_string_equal(capture->make, "Acme");
  assert_string_equal(capture->model, "Camera 7");
  assert_string_equal(capture->software, "Editor 2.1");
  assert_string_equal(capture->lens, "Macro 60 mm f/2.8");
  assert_string_equal(capture->taken, "2025-03-04T10:22:31+01:00");
  assert_true(fabs(capture->exposure_s - 0.008) < 1e-12);
  assert_true(fabs(capture->f_number - 2.8) < 1e-12);
  assert_true(capture->iso == 200 && capture->focal_length_mm == 60);
  assert_true(capture->focal_length_35mm == 90);
  assert_int_equal(capture->flash, 1);
  assert_int_equal(capture->white_balance, 1);
  assert_false(photo.coding.profile_assumed); /* the block says sRGB */
  sd_photo_clear(&photo);
}

static void what_is_not_said_stays_empty(void **state) {
  (void)state;
  sd_photo photo = {0};
  read_with(&photo, NULL, 0);
  assert_string_equal(photo.capture.taken, "");
  assert_string_equal(photo.capture.make, "");
  assert_int_equal(photo.capture.flash, -1);
  assert_int_equal(photo.capture.white_balance, -1);
  assert_int_equal(photo.capture.orientation, 1);
  assert_true(photo.capture.iso == 0);
  assert_true(photo.coding.profile_assumed);
  sd_photo_clear(&photo);
}

static void dates_that_never_were_are_left_out(void **state) {
  (void)state;
  const struct {
    const char *date, *offset, *expected;
  } cases[] = {{"0000:00:00 00:00:00", "+01:00", ""},
               {"2025:13:04 10:22:31", "", ""},
               {"2025:02:29 10:22:31", "", ""},
               {"2024:02:29 10:22:31", "", "2024-02-29T10:22:31"},
               {"2025:03:04 24:00:00", "", ""},
               {"2025:03:04", "", ""},
               {"    :  :     :  :  ", "", ""},
               {"2025:03:04 10:22:31", "+99:00", "2025-03-04T10:22:31"},
               {"2025:03:04 10:22:31", "-03:30", "2025-03-04T10:22:31-03:30"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const fact facts[] = {{1, 0x9003, .text = cases[i].date}, {1, 0x9011, .text = cases[i].offset}};
    sd_photo photo = {0};
    read_with(&photo, facts, 2);
    assert_string_equal(photo.capture.taken, cases[i].expected);
    sd_photo_clear(&photo);
  }
}

static void adobe_rgb_without_a_profile_is_known(void **state) {
  (void)state;
  const fact facts[] = {{1, 0xa001, .number = 0xffff}, {2, 0x0001, .text = "R03"}};
  sd_photo photo = {0};
  read_with(&photo, facts, 2);
  assert_string_equal(photo.coding.profile, "Adobe RGB (1998)");
  assert_false(photo.coding.profile_assumed);
  /* its green: -0.3983, 1.0000, -0.0429 in linear sRGB */
  assert_true(fabsf(photo.to_srgb[1] + 0.3983f) < 1e-3f);
  assert_true(fabsf(photo.to_srgb[7] + 0.0429f) < 1e-3f);
  sd_photo_clear(&photo);
}

static void check_text(const char *in, const char *expected) {
  char out[12];
  sd_safe_text(out, sizeof out, in, strlen(in));
  assert_string_equal(out, expected);
}

static void text_is_safe(void **state) {
  (void)state;
  check_text("  plain  ", "plain");
  check_text("a\x1b[31mb", "a [31mb");
  check_text("a\nb\tc", "a b c");
  check_text("caf\xc3\xa9", "caf\xc3\xa9");
  check_text("caf\xe9 x", "caf x"); /* Latin-1 is not UTF-8 */
  check_text("a\xe2\x80\xae"
             "b",
             "a b");                              /* right-to-left override */
  check_text("\xc0\xaf", "");                     /* overlong */
  check_text("\xed\xa0\x80z", "z");               /* surrogate */
  check_text("0123456789abcdef", "0123456789a");  /* cut */
  check_text("0123456789\xc3\xa9", "0123456789"); /* not in the middle of a character */
}

/* Every entry of 5000 points at the same 60 kB: what it says must not be believed into memory. */
static void overlapping_entries_are_not_copied(void **state) {
  (void)state;
  enum { ENTRIES = 5000, LENGTH = 65000 };
  sd_text block = {0};
  sd_text_add_bytes(&block, "II*\0", 4);
  put32(&block, 8);
  put16(&block, ENTRIES);
  for (unsigned i = 0; i < ENTRIES; i++) {
    put16(&block, 0x0112 + i);
    put16(&block, 7);
    put32(&block, LENGTH - 16);
    put32(&block, 8);
  }
  while (block.length < LENGTH)
    sd_text_add_bytes(&block, "", 1);
  sd_capture capture = sd_capture_none;
  sd_exif_colour colour = SD_EXIF_COLOUR_NONE;
  sd_exif_read(&capture, &colour, (const uint8_t *)block.v, block.length);
  assert_int_equal(capture.orientation, 1);
  sd_text_clear(&block);
}

static void broken_blocks_do_no_harm(void **state) {
  (void)state;
  const fact facts[] = {{0, 0x010f, .text = "Acme of somewhere"},
                        {1, 0x9003, .text = "2025:03:04 10:22:31"},
                        {1, 0x829a, .numerator = 1, .denominator = 125},
                        {2, 0x0001, .text = "R98"}};
  blob block = make_exif(facts, 4);
  sd_random random = {11};
  for (int i = 0; i < 3000; i++) {
    blob copy = {malloc(block.length), block.length};
    memcpy(copy.v, block.v, block.length);
    for (int n = 0; n < 6; n++)
      copy.v[sd_random_next(&random) % (n < 3 ? 80 : block.length)] ^=
          (uint8_t)sd_random_next(&random);
    size_t length = i % 3 == 0 ? (size_t)(sd_random_next(&random) % block.length) : block.length;
    sd_capture capture = sd_capture_none;
    sd_exif_colour colour = SD_EXIF_COLOUR_NONE;
    sd_exif_read(&capture, &colour, copy.v, length);
    assert_in_range(capture.orientation, 1, 8);
    assert_true(isfinite(capture.exposure_s) && capture.exposure_s >= 0);
    free(copy.v);
  }
  free(block.v);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_the_camera_says_comes_out),
                                     cmocka_unit_test(what_is_not_said_stays_empty),
                                     cmocka_unit_test(dates_that_never_were_are_left_out),
                                     cmocka_unit_test(adobe_rgb_without_a_profile_is_known),
                                     cmocka_unit_test(text_is_safe),
                                     cmocka_unit_test(overlapping_entries_are_not_copied),
                                     cmocka_unit_test(broken_blocks_do_no_harm)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
