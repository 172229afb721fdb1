/* A photo that travels between processes arrives as it was; and bytes that no photo was packed into
 * are refused, whatever they are. */
#include "photo/make.h"

#include <math.h>

static const sd_photo_options LIMIT = {.max_megapixels = 1};

typedef struct block {
  uint8_t *v;
  size_t length;
} block;

static block pack(const sd_photo *photo) {
  block out = {NULL, sd_photo_packed_size(photo)};
  out.v = malloc(out.length);
  assert_non_null(out.v);
  sd_photo_pack(out.v, photo);
  return out;
}

static void check_same(const sd_photo *a, const sd_photo *b) {
  size_t pixels = (size_t)a->width * (size_t)a->height;
  size_t entries = a->sample_bytes == 1 ? 256 : 65536;
  assert_int_equal(a->width, b->width);
  assert_int_equal(a->height, b->height);
  assert_int_equal(a->sample_bytes, b->sample_bytes);
  assert_memory_equal(a->samples, b->samples, 3 * pixels * (size_t)a->sample_bytes);
  for (int c = 0; c < 3; c++)
    assert_memory_equal(a->curve[c], b->curve[c], entries * sizeof(float));
  assert_memory_equal(a->to_srgb, b->to_srgb, sizeof a->to_srgb);
  assert_int_equal(a->opaque.v != NULL, b->opaque.v != NULL);
  if (a->opaque.v != NULL)
    assert_memory_equal(a->opaque.v, b->opaque.v, pixels);
  assert_string_equal(a->file_sha256, b->file_sha256);
  assert_string_equal(a->capture.taken, b->capture.taken);
  assert_string_equal(a->capture.model, b->capture.model);
  assert_string_equal(a->capture.software, b->capture.software);
  assert_true(a->capture.f_number == b->capture.f_number);
  assert_int_equal(a->capture.orientation, b->capture.orientation);
  assert_int_equal(a->capture.made, b->capture.made);
  assert_int_equal(a->coding.format, b->coding.format);
  assert_int_equal(a->coding.bits, b->coding.bits);
  assert_int_equal(a->coding.jpeg_quality, b->coding.jpeg_quality);
  assert_int_equal(a->coding.jpeg_chroma_h, b->coding.jpeg_chroma_h);
  assert_string_equal(a->coding.profile, b->coding.profile);
  assert_int_equal(a->coding.profile_assumed, b->coding.profile_assumed);
}

/* Small photos of every kind: 8 and 16 bits, with and without alpha, with facts. */
enum { KINDS = 4 };
static void make_photo(sd_photo *out, int kind) {
  uint8_t *scene = make_scene(12, 10);
  jpeg_recipe recipe = {.width = 12, .height = 10};
  if (kind == 0)
    recipe.exif = make_exif_orientation(6);
  blob file = make_jpeg(&recipe, scene);
  must_read(out, file);
  free(file.v);
  free(recipe.exif.v);
  free(scene);
  if (kind == 1 || kind == 3) {
    assert_int_equal(sd_mask_make(&out->opaque, out->width, out->height, NULL), SD_OK);
    out->opaque.v[3] = 255;
  }
  if (kind >= 2) {
    enum { ENTRIES = 65536 };
    size_t samples = 3 * (size_t)out->width * (size_t)out->height;
    free(out->samples);
    out->samples = calloc(samples, 2);
    ((uint16_t *)out->samples)[samples - 1] = 54321;
    out->sample_bytes = 2;
    for (int c = 0; c < 3; c++) {
      free(out->curve[c]);
      out->curve[c] = calloc(ENTRIES, sizeof(float));
      out->curve[c][ENTRIES - 1] = 1;
    }
    strcpy(out->capture.taken, "2025-03-04T10:22:31");
    strcpy(out->capture.model, "caf\xc3\xa9");
    out->capture.f_number = 2.8;
    out->capture.made = true;
    out->coding.profile_assumed = false;
  }
}

static void it_arrives_as_it_was(void **state) {
  (void)state;
  for (int kind = 0; kind < KINDS; kind++) {
    sd_photo photo = {0}, arrived = {0};
    make_photo(&photo, kind);
    block packed = pack(&photo);
    assert_int_equal(sd_photo_unpack(&arrived, packed.v, packed.length, "p", &LIMIT, NULL), SD_OK);
    check_same(&photo, &arrived);
    free(packed.v);
    sd_photo_clear(&photo);
    sd_photo_clear(&arrived);
  }
}

/* Refused with a sentence, and nothing is left; or a photo within the limits. */
static sd_status try_block(const uint8_t *v, size_t length) {
  sd_photo photo = {0};
  sd_diag diag = {{0}};
  uint8_t *copy = malloc(length + (length == 0)); /* so that a sanitizer sees a byte too far */
  memcpy(copy, v, length);
  sd_status status = sd_photo_unpack(&photo, copy, length, "p", &LIMIT, &diag);
  free(copy);
  if (status != SD_OK) {
    assert_true(status == SD_UNREADABLE || status == SD_TOO_LARGE);
    check_sentence(&diag, "p");
    assert_null(photo.samples);
  } else {
    assert_true((double)photo.width * photo.height <= 1e6);
    for (int c = 0; c < 3; c++)
      assert_true(isfinite(photo.curve[c][255]));
    assert_true(strlen(photo.capture.lens) < sizeof photo.capture.lens);
  }
  sd_photo_clear(&photo);
  return status;
}

static void cut_off_anywhere_it_is_refused(void **state) {
  (void)state;
  sd_photo photo = {0};
  make_photo(&photo, 1);
  block packed = pack(&photo);
  for (size_t length = 0; length < packed.length; length++)
    assert_int_equal(try_block(packed.v, length), SD_UNREADABLE);
  free(packed.v);
  sd_photo_clear(&photo);
}

/* The head is told from the tables behind it by nothing, and so every byte of the first kB is
 * changed, to each of some values. */
static void changed_anywhere_it_does_no_harm(void **state) {
  (void)state;
  static const uint8_t VALUES[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
  sd_photo photo = {0};
  int refused = 0;
  make_photo(&photo, 1);
  block packed = pack(&photo);
  for (size_t at = 0; at < packed.length && at < 1024; at++)
    for (size_t k = 0; k < sizeof VALUES; k++) {
      uint8_t kept = packed.v[at];
      packed.v[at] = VALUES[k];
      refused += try_block(packed.v, packed.length) != SD_OK;
      packed.v[at] = kept;
    }
  assert_true(refused > 100);
  free(packed.v);
  sd_photo_clear(&photo);
}

/* One fact that no reader gives, each alone. */
static void lies_are_refused(void **state) {
  (void)state;
  for (int lie = 0; lie < 7; lie++) {
    sd_photo photo = {0};
    make_photo(&photo, 0);
    block honest = pack(&photo);
    assert_int_equal(try_block(honest.v, honest.length), SD_OK);
    free(honest.v);
    if (lie == 0)
      photo.curve[2][7] = NAN;
    if (lie == 1)
      photo.to_srgb[4] = INFINITY;
    if (lie == 2)
      photo.capture.f_number = NAN;
    if (lie == 3)
      photo.capture.orientation = 9;
    if (lie == 4)
      photo.coding.bits = 1000;
    if (lie == 5)
      photo.coding.jpeg_quality = -5;
    if (lie == 6)
      photo.coding.format = SD_FORMAT_UNKNOWN;
    block packed = pack(&photo);
    assert_int_equal(try_block(packed.v, packed.length), SD_UNREADABLE);
    free(packed.v);
    sd_photo_clear(&photo);
  }
}

static void texts_are_made_safe_again(void **state) {
  (void)state;
  sd_photo photo = {0}, arrived = {0};
  make_photo(&photo, 0);
  memset(photo.capture.lens, 'x', sizeof photo.capture.lens); /* no end */
  strcpy(photo.capture.make, "a\x1b[31m\nb");
  strcpy(photo.coding.profile, "\xff\xfe");
  block packed = pack(&photo);
  assert_int_equal(sd_photo_unpack(&arrived, packed.v, packed.length, "p", &LIMIT, NULL), SD_OK);
  assert_int_equal(strlen(arrived.capture.lens), sizeof arrived.capture.lens - 1);
  assert_string_equal(arrived.capture.make, "a [31m b");
  assert_string_equal(arrived.coding.profile, "");
  free(packed.v);
  sd_photo_clear(&photo);
  sd_photo_clear(&arrived);
}

static void the_limit_holds(void **state) {
  (void)state;
  sd_photo photo = {0}, arrived = {0};
  sd_diag diag = {{0}};
  static const sd_photo_options TINY = {.max_megapixels = 0.0001};
  make_photo(&photo, 0);
  block packed = pack(&photo);
  assert_int_equal(sd_photo_unpack(&arrived, packed.v, packed.length, "p", &TINY, &diag),
                   SD_TOO_LARGE);
  check_sentence(&diag, "p");
  free(packed.v);
  sd_photo_clear(&photo);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(it_arrives_as_it_was),
                                     cmocka_unit_test(cut_off_anywhere_it_is_refused),
                                     cmocka_unit_test(changed_anywhere_it_does_no_harm),
                                     cmocka_unit_test(lies_are_refused),
                                     cmocka_unit_test(texts_are_made_safe_again),
                                     cmocka_unit_test(the_limit_holds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
