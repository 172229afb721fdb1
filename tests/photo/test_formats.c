/* TIFF, WebP and HEIC, as far as this build reads them; files are made by the libraries' writers.
 */
#include "photo/make.h"

#include <unistd.h>

#if __has_include(<tiffio.h>)
#include <tiffio.h>
#define MAKE_TIFF
#endif
#if __has_include(<webp/encode.h>)
#include <webp/encode.h>
#define MAKE_WEBP
#endif
#if __has_include(<libheif/heif.h>)
#include <libheif/heif.h>
#define MAKE_HEIF
#endif

#if SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

static bool readable(sd_format format) {
  if (sd_format_readable(format))
    return true;
  print_message("skipped: this build does not read %s\n", sd_format_name(format));
  return false;
}

static void says_how_much_is_there(blob file, size_t length) {
  sd_photo photo = {0};
  sd_diag diag = {{0}};
  char wanted[64];
  snprintf(wanted, sizeof wanted, "cut off; only its first %zu bytes", length);
  assert_int_equal(sd_photo_read_memory(&photo, file.v, length, "x", NULL, &diag), SD_UNREADABLE);
  if (strstr(diag.text, wanted) == NULL)
    fail_msg("%s", diag.text);
}

/* A build without the library says what to do. */
static void what_cannot_be_read_is_said(void **state) {
  (void)state;
  const struct {
    sd_format format;
    const char *bytes;
  } cases[] = {{SD_FORMAT_HEIC, "\0\0\0\x18"
                                "ftypheic\0\0\0\0"},
               {SD_FORMAT_TIFF, "II*\0\x08\0\0\0\0\0\0\0\0\0\0"},
               {SD_FORMAT_WEBP, "RIFF\x10\0\0\0WEBPVP8 "}};
  for (size_t i = 0; i < 3; i++) {
    sd_photo photo = {0};
    sd_diag diag = {0};
    sd_status status = sd_photo_read_memory(&photo, cases[i].bytes, 16, "f", NULL, &diag);
    check_sentence(&diag, "f");
    if (sd_format_readable(cases[i].format))
      assert_int_equal(status, SD_UNREADABLE);
    else
      assert_int_equal(status, SD_UNSUPPORTED);
  }
}

#if defined(MAKE_TIFF)
typedef struct tiff_recipe {
  int width, height, bits, channels, photometric, orientation, compression;
  bool tiled;
  blob icc;
} tiff_recipe;

static void write_tiff_pixels(TIFF *tiff, const tiff_recipe *recipe, const uint8_t *pixels) {
  size_t stride = (size_t)recipe->width * (size_t)recipe->channels * (size_t)recipe->bits / 8;
  if (recipe->tiled) { /* one tile of 16 x 16 */
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16);
    TIFFWriteEncodedTile(tiff, 0, (void *)(uintptr_t)pixels, (tmsize_t)(stride * 16));
    return;
  }
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 4);
  for (int y = 0; y < recipe->height; y++)
    assert_int_equal(
        TIFFWriteScanline(tiff, (void *)(uintptr_t)(pixels + (size_t)y * stride), (uint32_t)y, 0),
        1);
}

static blob make_tiff(const tiff_recipe *recipe, const uint8_t *pixels) {
  char path[] = "sd-tiff-XXXXXX";
  int number = mkstemp(path);
  assert_true(number >= 0);
  TIFF *tiff = TIFFFdOpen(number, path, "w");
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, recipe->width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, recipe->height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, recipe->bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, recipe->channels);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, recipe->photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION,
               recipe->compression == 0 ? COMPRESSION_NONE : recipe->compression);
  TIFFSetField(tiff, TIFFTAG_MAKE, "Acme");
  if (recipe->orientation > 0)
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, recipe->orientation);
  if (recipe->icc.v != NULL)
    TIFFSetField(tiff, TIFFTAG_ICCPROFILE, (uint32_t)recipe->icc.length, recipe->icc.v);
  write_tiff_pixels(tiff, recipe, pixels);
  TIFFClose(tiff);
  FILE *file = fopen(path, "rb");
  sd_text out = {0};
  char part[4096];
  for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0;)
    sd_text_add_bytes(&out, part, got);
  fclose(file);
  remove(path);
  return blob_from_text(&out);
}

static sd_status read_as_mask(sd_mask *out, blob file) {
  char path[] = "sd-mask-XXXXXX";
  int number = mkstemp(path);
  assert_true(number >= 0);
  assert_int_equal(write(number, file.v, file.length), file.length);
  close(number);
  sd_status status = sd_photo_read_mask(out, path, NULL, NULL);
  remove(path);
  return status;
}

static void tiff_serves_as_mask_where_nothing_is_lost(void **state) {
  (void)state;
  if (!readable(SD_FORMAT_TIFF))
    skip();
  uint8_t labels[16 * 16];
  const int packings[] = {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE,
                          COMPRESSION_PACKBITS, COMPRESSION_JPEG};
  for (int k = 0; k < 16 * 16; k++)
    labels[k] = (uint8_t)(k % 7);
  for (int i = 0; i < 5; i++) {
    tiff_recipe recipe = {.width = 16,
                          .height = 16,
                          .bits = 8,
                          .channels = 1,
                          .photometric = PHOTOMETRIC_MINISBLACK,
                          .compression = packings[i]};
    bool lossy = packings[i] == COMPRESSION_JPEG;
    sd_mask mask = {0};
    blob file;
    if (lossy && !TIFFIsCODECConfigured(COMPRESSION_JPEG))
      continue;
    recipe.tiled = lossy; /* strips of 4 rows do not fit its blocks */
    file = make_tiff(&recipe, labels);
    assert_int_equal(read_as_mask(&mask, file), lossy ? SD_UNSUPPORTED : SD_OK);
    if (!lossy)
      assert_memory_equal(mask.v, labels, sizeof labels);
    sd_mask_clear(&mask);
    free(file.v);
  }
}

static void tiff_of_8_bits_is_exact_in_every_packing(void **state) {
  (void)state;
  if (!readable(SD_FORMAT_TIFF))
    skip();
  uint8_t *scene = make_scene(16, 16);
  const int packings[] = {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE};
  for (int i = 0; i < 6; i++) {
    tiff_recipe recipe = {.width = 16,
                          .height = 16,
                          .bits = 8,
                          .channels = 3,
                          .photometric = PHOTOMETRIC_RGB,
                          .compression = packings[i % 3],
                          .tiled = i >= 3};
    blob file = make_tiff(&recipe, scene);
    sd_photo photo = {0};
    must_read(&photo, file);
    assert_int_equal(photo.coding.format, SD_FORMAT_TIFF);
    assert_memory_equal(photo.samples, scene, 16 * 16 * 3);
    assert_string_equal(photo.capture.make, "Acme");
    sd_photo_clear(&photo);
    free(file.v);
  }
  free(scene);
}

static void tiff_of_16_bits_with_profile_and_turn(void **state) {
  (void)state;
  if (!readable(SD_FORMAT_TIFF))
    skip();
  const uint16_t pixels[6] = {1, 2, 3, 65533, 65534, 65535};
  cmsHPROFILE p3 = p3_profile();
  tiff_recipe recipe = {.width = 2,
                        .height = 1,
                        .bits = 16,
                        .channels = 3,
                        .photometric = PHOTOMETRIC_RGB,
                        .orientation = 8,
                        .icc = profile_bytes(p3)};
  blob file = make_tiff(&recipe, (const uint8_t *)pixels);
  sd_photo photo = {0};
  must_read(&photo, file);
  assert_int_equal(photo.width, 1);
  assert_int_equal(photo.height, 2);
  assert_int_equal(photo.sample_bytes, 2);
  const uint16_t upright[6] = {65533, 65534, 65535, 1, 2, 3}; /* turned counter-clockwise */
  assert_memory_equal(photo.samples, upright, sizeof upright);
  assert_false(photo.coding.profile_assumed);
  assert_true(photo.to_srgb[0] > 1.2f);
  sd_photo_clear(&photo);
  free(file.v);
  free(recipe.icc.v);
  cmsCloseProfile(p3);
}

static void tiff_grey_from_white_and_inks(void **state) {
  (void)state;
  if (!readable(SD_FORMAT_TIFF))
    skip();
  const uint8_t grey[2] = {0, 200}, ink[4] = {0, 255, 128, 0};
  tiff_recipe recipe = {
      .width = 2, .height = 1, .bits = 8, .channels = 1, .photometric = PHOTOMETRIC_MINISWHITE};
  blob file = make_tiff(&recipe, grey);
  sd_photo photo = {0};
  must_read(&photo, file);
  const uint8_t expected[6] = {255, 255, 255, 55, 55, 55};
  assert_memory_equal(photo.samples, expected, 6);
  sd_photo_clear(&photo);
  free(file.v);
  recipe = (tiff_recipe){
      .width = 1, .height = 1, .bits = 8, .channels = 4, .photometric = PHOTOMETRIC_SEPARATED};
  file = make_tiff(&recipe, ink);
  must_read(&photo, file);
  const uint8_t inked[3] = {255, 0, 127};
  assert_memory_equal(photo.samples, inked, 3);
  assert_string_equal(photo.coding.profile, "CMYK");
  sd_photo_clear(&photo);
  free(file.v);
}

/* libtiff writes the directory last, so that no beginning of the file is a picture. */
static void every_beginning_of_a_tiff_is_refused(void **state) {
  (void)state;
  if (!readable(SD_FORMAT_TIFF))
    skip();
  uint8_t *scene = make_scene(16, 12);
  tiff_recipe recipe = {.width = 16,
                        .height = 12,
                        .bits = 8,
                        .channels = 3,
                        .photometric = PHOTOMETRIC_RGB,
                        .compression = COMPRESSION_LZW};
  blob file = make_tiff(&recipe, scene);
  assert_true(check_prefixes(file) + 120 > file.length);
  says_how_much_is_there(file, file.length / 2);
  free(file.v);
  free(scene);
}
#endif

#if defined(MAKE_WEBP)
/* A plain stream wrapped into the extended container with its EXIF and ICC chunks. */
static blob wrap_webp(const uint8_t *stream, size_t length, int width, int height, blob icc,
                      blob exif) {
  sd_text out = {0};
  const uint8_t flags = (uint8_t)((icc.v != NULL ? 0x20 : 0) | (exif.v != NULL ? 0x08 : 0));
  sd_text_add_bytes(&out, "RIFF\0\0\0\0WEBPVP8X", 16);
  put32(&out, 10);
  put32(&out, flags);
  uint32_t w = (uint32_t)width - 1, h = (uint32_t)height - 1;
  const uint8_t size[6] = {(uint8_t)w, (uint8_t)(w >> 8), 0, (uint8_t)h, (uint8_t)(h >> 8), 0};
  sd_text_add_bytes(&out, size, 6);
  if (icc.v != NULL) {
    sd_text_add(&out, "ICCP");
    put32(&out, (uint32_t)icc.length);
    sd_text_add_bytes(&out, icc.v, icc.length);
    sd_text_add_bytes(&out, "", icc.length % 2);
  }
  sd_text_add_bytes(&out, stream + 12, length - 12);
  if (exif.v != NULL) {
    sd_text_add(&out, "EXIF");
    put32(&out, (uint32_t)exif.length);
    sd_text_add_bytes(&out, exif.v, exif.length);
    sd_text_add_bytes(&out, "", exif.length % 2);
  }
  uint32_t total = (uint32_t)out.length - 8;
  for (int i = 0; i < 4; i++)
    out.v[4 + i] = (char)(total >> 8 * i);
  return blob_from_text(&out);
}

static void webp_with_profile_and_turn(void **state) {
  (void)state;
  if (!readable(SD_FORMAT_WEBP))
    skip();
  uint8_t *scene = make_scene(12, 8), *stream = NULL;
  size_t length = WebPEncodeLosslessRGB(scene, 12, 8, 36, &stream);
  cmsHPROFILE p3 = p3_profile();
  blob icc = profile_bytes(p3), exif = make_exif_orientation(3);
  blob file = wrap_webp(stream, length, 12, 8, icc, exif);
  sd_photo photo = {0};
  must_read(&photo, file);
  assert_int_equal(photo.width, 12);
  assert_int_equal(photo.capture.orientation, 3);
  for (int i = 0; i < 12 * 8; i++)
    assert_memory_equal((uint8_t *)photo.samples + 3 * i, scene + 3 * (12 * 8 - 1 - i), 3);
  assert_false(photo.coding.profile_assumed);
  assert_true(photo.to_srgb[0] > 1.2f);
  assert_false(photo.coding.lossy);
  sd_photo_clear(&photo);
  check_prefixes(file);
  free(file.v);
  free(icc.v);
  free(exif.v);
  WebPFree(stream);
  free(scene);
  cmsCloseProfile(p3);
}

static void a_cut_webp_says_how_much_is_there(void **state) {
  (void)state;
  if (!readable(SD_FORMAT_WEBP))
    skip();
  uint8_t *pixels = malloc(256 * 256 * 3), *stream = NULL;
  sd_random random = {2};
  for (int i = 0; i < 256 * 256 * 3; i++)
    pixels[i] = (uint8_t)sd_random_next(&random);
  size_t length = WebPEncodeRGB(pixels, 256, 256, 768, 90, &stream);
  sd_photo photo = {0};
  sd_diag diag = {0};
  assert_int_equal(sd_photo_read_memory(&photo, stream, length / 2, "x", NULL, &diag),
                   SD_UNREADABLE);
  assert_non_null(strstr(diag.text, "cut off; only the first"));
  assert_int_equal(sd_photo_read_memory(&photo, stream, length, "x", NULL, &diag), SD_OK);
  assert_true(photo.coding.lossy);
  sd_photo_clear(&photo);
  WebPFree(stream);
  free(pixels);
}
#endif

#if defined(MAKE_HEIF)
static struct heif_error heif_to_text(struct heif_context *context, const void *bytes,
                                      size_t length, void *user) {
  (void)context;
  sd_text_add_bytes(user, bytes, length);
  return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, "ok"};
}

/* Empty when libheif has no encoder for HEVC. */
static blob make_heif(const uint8_t *scene, int width, int height, blob icc, blob exif) {
  struct heif_context *context = heif_context_alloc();
  struct heif_encoder *encoder = NULL;
  struct heif_image *image = NULL;
  struct heif_image_handle *handle = NULL;
  sd_text out = {0};
  if (heif_context_get_encoder_for_format(context, heif_compression_HEVC, &encoder).code ==
      heif_error_Ok) {
    int stride = 0;
    heif_image_create(width, height, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &image);
    heif_image_add_plane(image, heif_channel_interleaved, width, height, 8);
    uint8_t *plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (int y = 0; y < height; y++)
      memcpy(plane + y * stride, scene + 3 * y * width, 3 * (size_t)width);
    heif_image_set_raw_color_profile(image, "prof", icc.v, icc.length);
    heif_encoder_set_lossy_quality(encoder, 95);
    assert_int_equal(heif_context_encode_image(context, image, encoder, NULL, &handle).code,
                     heif_error_Ok);
    heif_context_add_exif_metadata(context, handle, exif.v, (int)exif.length);
    struct heif_writer writer = {1, heif_to_text};
    heif_context_write(context, &writer, &out);
    heif_image_handle_release(handle);
    heif_image_release(image);
    heif_encoder_release(encoder);
  }
  heif_context_free(context);
  return (blob){(uint8_t *)out.v, out.length};
}

/* x265 itself forgets a block for each picture it codes. */
static blob make_heif_unwatched(const uint8_t *scene, int width, int height, blob icc, blob exif) {
#if SANITIZED
  __lsan_disable();
#endif
  blob out = make_heif(scene, width, height, icc, exif);
#if SANITIZED
  __lsan_enable();
#endif
  return out;
}

static void heic_is_not_turned_twice(void **state) {
  (void)state;
  if (!readable(SD_FORMAT_HEIC))
    skip();
  uint8_t *scene = make_scene(64, 48);
  cmsHPROFILE p3 = p3_profile();
  blob icc = profile_bytes(p3), exif = make_exif_orientation(6);
  blob file = make_heif_unwatched(scene, 64, 48, icc, exif);
  if (file.length > 0) {
    sd_photo photo = {0};
    must_read(&photo, file);
    assert_int_equal(photo.coding.format, SD_FORMAT_HEIC);
    assert_int_equal(photo.width, 64); /* EXIF's turn is libheif's business */
    assert_int_equal(photo.capture.orientation, 6);
    assert_false(photo.coding.profile_assumed);
    for (int i = 0; i < 64 * 48 * 3; i++)
      assert_true(abs(((uint8_t *)photo.samples)[i] - scene[i]) <= 16);
    sd_photo_clear(&photo);
    check_prefixes(file);
    says_how_much_is_there(file, file.length / 2);
  } else {
    print_message("skipped: there is no HEVC encoder\n");
  }
  free(file.v);
  free(icc.v);
  free(exif.v);
  free(scene);
  cmsCloseProfile(p3);
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_cannot_be_read_is_said),
#if defined(MAKE_TIFF)
    cmocka_unit_test(tiff_serves_as_mask_where_nothing_is_lost),
    cmocka_unit_test(tiff_of_8_bits_is_exact_in_every_packing),
    cmocka_unit_test(tiff_of_16_bits_with_profile_and_turn),
    cmocka_unit_test(tiff_grey_from_white_and_inks),
    cmocka_unit_test(every_beginning_of_a_tiff_is_refused),
#endif
#if defined(MAKE_WEBP)
    cmocka_unit_test(webp_with_profile_and_turn),
    cmocka_unit_test(a_cut_webp_says_how_much_is_there),
#endif
#if defined(MAKE_HEIF)
    cmocka_unit_test(heic_is_not_turned_twice),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
