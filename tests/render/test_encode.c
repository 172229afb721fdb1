/* Picture files hold exactly the pixels and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "render/encode.h"

#include <stdio.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

static void test_picture(sd_picture *out, int width, int height, uint64_t seed) {
  sd_random random = {seed};
  assert_int_equal(sd_picture_make(out, width, height, NULL), SD_OK);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++)
        out->v[3 * (y * width + x) + c] =
            (uint8_t)(60 + (x * (c + 1) + 2 * y) % 120 + (int)(sd_random_next(&random) % 4));
}

static uint32_t read32(const sd_text *bytes, size_t at) {
  const uint8_t *b = (const uint8_t *)bytes->v + at;
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* CRC-32 of the PNG specification, annex D, by its bitwise definition. */
static uint32_t crc32_plain(const uint8_t *bytes, size_t length) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

/* Names of all chunks in order, one space between; checks lengths and CRCs on the way. */
static void chunk_names(const sd_text *png, sd_text *names) {
  assert_memory_equal(png->v, "\x89PNG\r\n\x1a\n", 8);
  size_t at = 8;
  while (at < png->length) {
    assert_true(at + 12 <= png->length);
    uint32_t length = read32(png, at);
    assert_true(length <= png->length - at - 12);
    assert_int_equal(crc32_plain((const uint8_t *)png->v + at + 4, (size_t)length + 4),
                     read32(png, at + 8 + length));
    sd_text_add_bytes(names, png->v + at + 4, 4);
    sd_text_add(names, " ");
    at += 12 + (size_t)length;
  }
}

static void decode_png(const sd_text *bytes, sd_picture *out) {
  png_image image = {.version = PNG_IMAGE_VERSION};
  assert_true(png_image_begin_read_from_memory(&image, bytes->v, bytes->length));
  image.format = PNG_FORMAT_RGB;
  assert_int_equal(sd_picture_make(out, (int)image.width, (int)image.height, NULL), SD_OK);
  assert_true(png_image_finish_read(&image, NULL, out->v, 0, NULL));
}

static void decode_jpeg(const sd_text *bytes, sd_picture *out, int *chroma) {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  codec.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&codec);
  jpeg_save_markers(&codec, JPEG_APP0 + 1, 0xffff);
  jpeg_save_markers(&codec, JPEG_APP0 + 2, 0xffff);
  jpeg_save_markers(&codec, JPEG_COM, 0xffff);
  jpeg_mem_src(&codec, (const unsigned char *)bytes->v, bytes->length);
  jpeg_read_header(&codec, TRUE);
  /* the profile and nothing else; it says sRGB and no time */
  JOCTET *profile = NULL;
  unsigned length = 0;
  assert_true(jpeg_read_icc_profile(&codec, &profile, &length));
  assert_non_null(codec.marker_list);
  assert_null(codec.marker_list->next);
  cmsHPROFILE handle = cmsOpenProfileFromMem(profile, length);
  char name[64] = "";
  struct tm made;
  assert_non_null(handle);
  cmsGetProfileInfoASCII(handle, cmsInfoDescription, "en", "US", name, sizeof name);
  assert_non_null(strstr(name, "sRGB"));
  assert_true(cmsGetHeaderCreationDateTime(handle, &made));
  assert_int_equal(made.tm_year + 1900, 1);
  cmsCloseProfile(handle);
  free(profile);
  *chroma = codec.comp_info[0].h_samp_factor;
  jpeg_start_decompress(&codec);
  assert_int_equal(sd_picture_make(out, (int)codec.output_width, (int)codec.output_height, NULL),
                   SD_OK);
  while (codec.output_scanline < codec.output_height) {
    JSAMPROW row = out->v + 3 * (size_t)codec.output_scanline * (size_t)out->width;
    jpeg_read_scanlines(&codec, &row, 1);
  }
  jpeg_finish_decompress(&codec);
  jpeg_destroy_decompress(&codec);
}

static void png_returns_every_pixel(void **state) {
  (void)state;
  const int sizes[][2] = {{1, 1}, {7, 3}, {257, 129}};
  for (int i = 0; i < 3; i++) {
    sd_picture picture = {0}, back = {0};
    sd_text bytes = {0}, names = {0};
    test_picture(&picture, sizes[i][0], sizes[i][1], 5);
    assert_int_equal(sd_encode_png(&bytes, &picture, NULL), SD_OK);
    decode_png(&bytes, &back);
    assert_int_equal(back.width, picture.width);
    assert_int_equal(back.height, picture.height);
    assert_memory_equal(back.v, picture.v, 3 * (size_t)picture.width * (size_t)picture.height);
    chunk_names(&bytes, &names);
    assert_string_equal(names.v, "IHDR sRGB IDAT IEND ");
    sd_text_clear(&bytes);
    sd_text_clear(&names);
    sd_picture_clear(&picture);
    sd_picture_clear(&back);
  }
}

static double worst_mean(const sd_picture *a, const sd_picture *b) {
  size_t count = 3 * (size_t)a->width * (size_t)a->height, sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += (size_t)abs(a->v[i] - b->v[i]);
  return (double)sum / (double)count;
}

static void jpeg_is_close_and_bare(void **state) {
  (void)state;
  sd_picture picture = {0}, high = {0}, low = {0};
  sd_text bytes = {0}, small = {0};
  int chroma = 0;
  test_picture(&picture, 160, 96, 9);
  assert_int_equal(sd_encode_jpeg(&bytes, &picture, 95, NULL), SD_OK);
  decode_jpeg(&bytes, &high, &chroma);
  assert_int_equal(chroma, 1);
  assert_true(worst_mean(&picture, &high) < 2.5);
  assert_int_equal(sd_encode_jpeg(&small, &picture, 60, NULL), SD_OK);
  decode_jpeg(&small, &low, &chroma);
  assert_int_equal(chroma, 2);
  assert_true(small.length < bytes.length);
  assert_true(worst_mean(&picture, &high) < worst_mean(&picture, &low));
  sd_text_clear(&bytes);
  sd_text_clear(&small);
  sd_picture_clear(&picture);
  sd_picture_clear(&high);
  sd_picture_clear(&low);
}

/* The frame's picture as an ordinary PNG: header, the data of IDAT or fdAT, end. */
static void frame_of(const sd_text *apng, const char *type, size_t skip, sd_text *out) {
  sd_text_add_bytes(out, apng->v, 33);
  for (size_t at = 8; at < apng->length; at += 12 + (size_t)read32(apng, at)) {
    if (memcmp(apng->v + at + 4, type, 4) != 0)
      continue;
    sd_text chunk = {0};
    uint32_t length = read32(apng, at) - (uint32_t)skip;
    sd_text_add(&chunk, "IDAT");
    sd_text_add_bytes(&chunk, apng->v + at + 8 + skip, length);
    uint32_t words[2] = {length, crc32_plain((const uint8_t *)chunk.v, chunk.length)};
    for (int w = 0; w < 2; w++) {
      uint8_t b[4] = {(uint8_t)(words[w] >> 24), (uint8_t)(words[w] >> 16),
                      (uint8_t)(words[w] >> 8), (uint8_t)words[w]};
      if (w == 1)
        sd_text_add_bytes(out, chunk.v, chunk.length);
      sd_text_add_bytes(out, b, 4);
    }
    sd_text_clear(&chunk);
  }
  sd_text_add_bytes(out, apng->v + apng->length - 12, 12);
}

static void blink_holds_both_frames(void **state) {
  (void)state;
  sd_picture pictures[2] = {{0}}, back = {0};
  sd_text bytes = {0}, names = {0};
  test_picture(&pictures[0], 64, 40, 1);
  test_picture(&pictures[1], 64, 40, 2);
  assert_int_equal(sd_encode_blink(&bytes, &pictures[0], &pictures[1], 900, NULL), SD_OK);
  chunk_names(&bytes, &names);
  assert_string_equal(names.v, "IHDR sdMd sRGB acTL fcTL IDAT fcTL fdAT IEND ");
  assert_int_equal(read32(&bytes, 33 + 12 + 13 + 8), 2);
  sd_photo read = {0};
  assert_int_equal(sd_photo_read_memory(&read, bytes.v, bytes.length, "blink", NULL, NULL), SD_OK);
  assert_true(read.capture.made);
  sd_photo_clear(&read);
  for (int i = 0; i < 2; i++) {
    sd_text frame = {0};
    frame_of(&bytes, i == 0 ? "IDAT" : "fdAT", i == 0 ? 0 : 4, &frame);
    decode_png(&frame, &back);
    assert_memory_equal(back.v, pictures[i].v, 3 * 64 * 40);
    sd_text_clear(&frame);
    sd_picture_clear(&pictures[i]);
  }
  sd_text_clear(&bytes);
  sd_text_clear(&names);
  sd_picture_clear(&back);
}

static void blink_refuses_unequal_sizes(void **state) {
  (void)state;
  sd_picture one = {0}, two = {0};
  sd_text bytes = {0};
  sd_diag diag = {0};
  test_picture(&one, 8, 8, 1);
  test_picture(&two, 8, 9, 1);
  assert_int_equal(sd_encode_blink(&bytes, &one, &two, 900, &diag), SD_USAGE);
  assert_int_equal(bytes.length, 0);
  assert_true(diag.text[0] != '\0');
  sd_picture_clear(&one);
  sd_picture_clear(&two);
}

/* A signed file is known as made, holds the same pixels and is whole; an unsigned one is a photo.
 */
static void signed_pictures_are_known(void **state) {
  (void)state;
  sd_picture picture = {0};
  test_picture(&picture, 41, 23, 5);
  for (int png = 0; png < 2; png++)
    for (int sign = 0; sign < 2; sign++) {
      sd_text file = {0}, plain = {0};
      sd_photo photo = {0};
      sd_diag diag = {{0}};
      assert_int_equal(png ? sd_encode_png(&file, &picture, NULL)
                           : sd_encode_jpeg(&file, &picture, 95, NULL),
                       SD_OK);
      sd_text_add_bytes(&plain, file.v, file.length);
      if (sign)
        assert_int_equal(sd_picture_sign(&file, 0, NULL), SD_OK);
      assert_int_equal(file.length > plain.length, sign);
      if (sd_photo_read_memory(&photo, file.v, file.length, "picture", NULL, &diag) != SD_OK)
        fail_msg("%s", diag.text);
      assert_int_equal(photo.capture.made, sign);
      sd_photo unsigned_one = {0};
      assert_int_equal(
          sd_photo_read_memory(&unsigned_one, plain.v, plain.length, "picture", NULL, NULL), SD_OK);
      assert_memory_equal(photo.samples, unsigned_one.samples, 3 * 41 * 23);
      sd_photo_clear(&photo);
      sd_photo_clear(&unsigned_one);
      sd_text_clear(&file);
      sd_text_clear(&plain);
    }
  sd_picture_clear(&picture);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(png_returns_every_pixel),     cmocka_unit_test(signed_pictures_are_known),
      cmocka_unit_test(jpeg_is_close_and_bare),      cmocka_unit_test(blink_holds_both_frames),
      cmocka_unit_test(blink_refuses_unequal_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
