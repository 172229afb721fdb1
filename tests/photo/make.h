/* Small files made in memory for the tests of the readers: JPEG and PNG by their libraries'
 * writers, EXIF blocks by hand, profiles by lcms. */
#ifndef SCARDELTA_TESTS_PHOTO_MAKE_H
#define SCARDELTA_TESTS_PHOTO_MAKE_H

#include "check.h"

#include "scardelta/photo.h"

#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>

typedef struct blob {
  uint8_t *v;
  size_t length;
} blob;

static inline blob blob_from_text(sd_text *text) {
  assert_false(text->failed);
  return (blob){(uint8_t *)text->v, text->length};
}

/* ---- EXIF ---------------------------------------------------------------------------------- */

static inline void put16(sd_text *out, unsigned value) {
  uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
  sd_text_add_bytes(out, bytes, 2);
}

static inline void put32(sd_text *out, uint32_t value) {
  put16(out, value & 0xffff);
  put16(out, value >> 16);
}

/* A little-endian TIFF block that says only the orientation. */
static inline blob make_exif_orientation(int orientation) {
  sd_text out = {0};
  sd_text_add_bytes(&out, "II*\0", 4);
  put32(&out, 8);
  put16(&out, 1);
  put16(&out, 0x0112);
  put16(&out, 3);
  put32(&out, 1);
  put32(&out, (uint32_t)orientation);
  put32(&out, 0);
  return blob_from_text(&out);
}

/* ---- ICC ----------------------------------------------------------------------------------- */

static inline blob profile_bytes(cmsHPROFILE profile) {
  cmsUInt32Number length = 0;
  assert_non_null(profile);
  assert_true(cmsSaveProfileToMem(profile, NULL, &length));
  blob out = {malloc(length), length};
  assert_true(cmsSaveProfileToMem(profile, out.v, &length));
  return out;
}

/* The same, and closes the profile. */
static inline blob take_profile_bytes(cmsHPROFILE profile) {
  blob out = profile_bytes(profile);
  cmsCloseProfile(profile);
  return out;
}

static inline cmsHPROFILE p3_profile(void) {
  cmsFloat64Number srgb[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  cmsToneCurve *curve = cmsBuildParametricToneCurve(NULL, 4, srgb);
  cmsToneCurve *curves[3] = {curve, curve, curve};
  cmsCIExyY white = {0.3127, 0.3290, 1};
  cmsCIExyYTRIPLE corners = {{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
  cmsHPROFILE profile = cmsCreateRGBProfile(&white, &corners, curves);
  cmsFreeToneCurve(curve);
  return profile;
}

static inline cmsHPROFILE adobe_profile(void) {
  cmsToneCurve *curve = cmsBuildGamma(NULL, 563.0 / 256);
  cmsToneCurve *curves[3] = {curve, curve, curve};
  cmsCIExyY white = {0.3127, 0.3290, 1};
  cmsCIExyYTRIPLE corners = {{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};
  cmsHPROFILE profile = cmsCreateRGBProfile(&white, &corners, curves);
  cmsFreeToneCurve(curve);
  return profile;
}

/* ---- JPEG ---------------------------------------------------------------------------------- */

typedef struct jpeg_recipe {
  int width, height, quality; /* quality 0: 90 */
  int channels;               /* 1, 3 or 4; 0: 3 */
  int chroma_h, chroma_v;     /* 0: 1 */
  bool progressive, arithmetic, as_rgb, no_adobe;
  unsigned
      flat_step;    /* one step for all coefficients, as no quality has; 0: the quality's tables */
  int restart_rows; /* a restart marker after so many rows of blocks; 0: none */
  blob exif, icc;
} jpeg_recipe;

static inline void set_jpeg_shape(struct jpeg_compress_struct *encoder, const jpeg_recipe *recipe) {
  int channels = recipe->channels == 0 ? 3 : recipe->channels;
  encoder->image_width = (JDIMENSION)recipe->width;
  encoder->image_height = (JDIMENSION)recipe->height;
  encoder->input_components = channels;
  encoder->in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 4 ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(encoder);
  encoder->restart_in_rows = recipe->restart_rows;
  if (recipe->as_rgb)
    jpeg_set_colorspace(encoder, JCS_RGB);
  jpeg_set_quality(encoder, recipe->quality == 0 ? 90 : recipe->quality, TRUE);
  unsigned flat[DCTSIZE2];
  for (int k = 0; k < DCTSIZE2; k++)
    flat[k] = recipe->flat_step;
  for (int table = 0; table < 2 && recipe->flat_step > 0; table++)
    jpeg_add_quant_table(encoder, table, flat, 100, TRUE);
  for (int c = 0; c < encoder->num_components; c++)
    encoder->comp_info[c].h_samp_factor = encoder->comp_info[c].v_samp_factor = 1;
  if (recipe->chroma_h > 0) {
    encoder->comp_info[0].h_samp_factor = recipe->chroma_h;
    encoder->comp_info[0].v_samp_factor = recipe->chroma_v;
  }
  if (recipe->progressive)
    jpeg_simple_progression(encoder);
  encoder->arith_code = recipe->arithmetic;
  if (recipe->no_adobe)
    encoder->write_Adobe_marker = FALSE;
}

static inline blob make_jpeg(const jpeg_recipe *recipe, const uint8_t *pixels) {
  struct jpeg_compress_struct encoder = {0};
  struct jpeg_error_mgr errors;
  unsigned char *out = NULL;
  unsigned long length = 0;
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  jpeg_mem_dest(&encoder, &out, &length);
  set_jpeg_shape(&encoder, recipe);
  jpeg_start_compress(&encoder, TRUE);
  if (recipe->exif.v != NULL) {
    sd_text block = {0};
    sd_text_add_bytes(&block, "Exif\0\0", 6);
    sd_text_add_bytes(&block, recipe->exif.v, recipe->exif.length);
    jpeg_write_marker(&encoder, JPEG_APP0 + 1, (const JOCTET *)block.v, (unsigned)block.length);
    sd_text_clear(&block);
  }
  if (recipe->icc.v != NULL)
    jpeg_write_icc_profile(&encoder, recipe->icc.v, (unsigned)recipe->icc.length);
  size_t stride = (size_t)recipe->width * (size_t)encoder.input_components;
  for (int y = 0; y < recipe->height; y++) {
    JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + (size_t)y * stride);
    jpeg_write_scanlines(&encoder, &row, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  return (blob){out, length};
}

/* ---- PNG ----------------------------------------------------------------------------------- */

typedef struct png_recipe {
  int width, height, depth, type; /* type: PNG_COLOR_TYPE_... */
  bool interlaced, srgb;
  double gamma;       /* gAMA; 0 none */
  const double *chrm; /* 8 numbers or NULL */
  blob exif, icc;
  const png_color *palette;
  int palette_size;
  const png_color_16 *transparent; /* tRNS of grey and RGB */
  const uint8_t *palette_alpha;
} png_recipe;

static inline void png_to_text(png_structp png, png_bytep bytes, size_t length) {
  sd_text_add_bytes(png_get_io_ptr(png), bytes, length);
}

static inline void png_flush_nothing(png_structp png) {
  (void)png;
}

static inline void set_png_colour(png_structp png, png_infop info, const png_recipe *recipe) {
  if (recipe->palette != NULL)
    png_set_PLTE(png, info, recipe->palette, recipe->palette_size);
  if (recipe->palette_alpha != NULL)
    png_set_tRNS(png, info, recipe->palette_alpha, recipe->palette_size, NULL);
  if (recipe->transparent != NULL)
    png_set_tRNS(png, info, NULL, 0, recipe->transparent);
  if (recipe->gamma > 0)
    png_set_gAMA(png, info, recipe->gamma);
  const double *c = recipe->chrm;
  if (c != NULL)
    png_set_cHRM(png, info, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]);
  if (recipe->srgb)
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (recipe->icc.v != NULL)
    png_set_iCCP(png, info, "profile", PNG_COMPRESSION_TYPE_BASE, recipe->icc.v,
                 (png_uint_32)recipe->icc.length);
  if (recipe->exif.v != NULL)
    png_set_eXIf_1(png, info, (png_uint_32)recipe->exif.length, recipe->exif.v);
}

/* pixels: packed rows as PNG has them (16 bits big-endian). */
static inline blob make_png(const png_recipe *recipe, const uint8_t *pixels) {
  sd_text out = {0};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &out, png_to_text, png_flush_nothing);
  png_set_IHDR(png, info, (png_uint_32)recipe->width, (png_uint_32)recipe->height, recipe->depth,
               recipe->type, recipe->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  set_png_colour(png, info, recipe);
  png_write_info(png, info);
  size_t stride = png_get_rowbytes(png, info);
  int passes = recipe->interlaced ? png_set_interlace_handling(png) : 1;
  for (int pass = 0; pass < passes; pass++)
    for (int y = 0; y < recipe->height; y++)
      png_write_row(png, pixels + (size_t)y * stride);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return blob_from_text(&out);
}

/* ---- pictures ------------------------------------------------------------------------------ */

/* Smooth and without any symmetry, so that every turn of it is another picture. */
static inline uint8_t *make_scene(int width, int height) {
  uint8_t *out = malloc((size_t)width * (size_t)height * 3);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      uint8_t *pixel = out + 3 * ((size_t)y * (size_t)width + (size_t)x);
      pixel[0] = (uint8_t)(20 + 200 * x / width);
      pixel[1] = (uint8_t)(230 - 180 * y / height);
      pixel[2] = (uint8_t)(40 + 90 * x / width + 90 * y / height);
    }
  return out;
}

static inline sd_status read_blob(sd_photo *out, blob file, sd_diag *diag) {
  return sd_photo_read_memory(out, file.v, file.length, "made", NULL, diag);
}

/* Fails the test with the sentence when it cannot be read. */
static inline void must_read(sd_photo *out, blob file) {
  sd_diag diag = {0};
  if (read_blob(out, file, &diag) != SD_OK)
    fail_msg("%s", diag.text);
}

/* One finished sentence that names the file. */
static inline void check_sentence(const sd_diag *diag, const char *name) {
  assert_true(strlen(diag->text) > strlen(name) + 8);
  assert_int_equal(strncmp(diag->text, name, strlen(name)), 0);
  for (const char *c = diag->text; *c != '\0'; c++)
    assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
}

/* Every beginning of the file must give a sentence, from the length on where it starts to be whole
 * a picture. Each is copied to a block of its exact size so that a sanitizer sees a read too far.
 * Returns that length. */
static inline size_t check_prefixes(blob file) {
  size_t whole = file.length;
  for (size_t length = 0; length < file.length; length++) {
    uint8_t *copy = malloc(length == 0 ? 1 : length);
    memcpy(copy, file.v, length);
    sd_photo photo = {0};
    sd_diag diag = {0};
    sd_status status = sd_photo_read_memory(&photo, copy, length, "cut", NULL, &diag);
    if (status != SD_OK) {
      check_sentence(&diag, "cut");
      assert_null(photo.samples);
      if (length > whole)
        fail_msg("%zu bytes were a picture, %zu are not", whole, length);
    } else if (whole == file.length) {
      whole = length;
    }
    sd_photo_clear(&photo);
    free(copy);
  }
  return whole;
}

#endif
