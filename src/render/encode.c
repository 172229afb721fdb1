/* Picture files: JPEG by libjpeg-turbo, PNG by stb_image_write with libdeflate as its compressor.
 * Both say that their colours are sRGB, and carry nothing else beside pixels: no EXIF, no text of
 * the photos, no time. */
#include "render/encode.h"

#include "photo/made.h"

#include <stdio.h> /* jpeglib.h needs FILE */
#include <jpeglib.h>
#include <lcms2.h>
#include <libdeflate.h>
#include <limits.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* Level 6 of 12: files as large as zlib's level 6 makes them. Level 8 makes them 7 % smaller, and a
 * small comparison a quarter slower. */
enum { DEFLATE_LEVEL = 6 };
/* From here on people mean "keep the colour edges": no chroma subsampling. */
enum { FULL_CHROMA_QUALITY = 90 };

/* What stb_image_write calls to compress: a malloc'ed zlib stream, which it frees. */
static unsigned char *compress(unsigned char *data, int length, int *out_length, int quality) {
  (void)quality;
  struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(DEFLATE_LEVEL);
  if (compressor == NULL)
    return NULL;
  size_t bound = libdeflate_zlib_compress_bound(compressor, (size_t)length);
  unsigned char *out = malloc(bound);
  size_t used =
      out == NULL ? 0 : libdeflate_zlib_compress(compressor, data, (size_t)length, out, bound);
  libdeflate_free_compressor(compressor);
  if (used == 0 || used > INT_MAX) {
    free(out);
    return NULL;
  }
  *out_length = (int)used;
  return out;
}

#if defined(__GNUC__) /* to the end of the file: gcc reports unused statics only there */
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#define STBIW_ZLIB_COMPRESS compress
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

static sd_status no_memory(sd_diag *diag, const sd_picture *picture) {
  return sd_fail(diag, SD_NO_MEMORY, "not enough memory to code a picture of %d x %d pixels",
                 picture->width, picture->height);
}

/* The chunk that says sRGB (PNG third edition, 11.3.2.5), to stand before the pixels. */
static const unsigned char SRGB_CHUNK[13] = {0,   0, 0,    1,    's',  'R', 'G',
                                             'B', 0, 0xae, 0xce, 0x1c, 0xe9};

void sd_png_add_tagged(sd_text *out, const void *png, size_t length) {
  const unsigned char *bytes = png;
  sd_text_add_bytes(out, bytes, SD_PNG_HEAD_BYTES);
  sd_text_add_bytes(out, SRGB_CHUNK, sizeof SRGB_CHUNK);
  sd_text_add_bytes(out, bytes + SD_PNG_HEAD_BYTES, length - SD_PNG_HEAD_BYTES);
}

sd_status sd_encode_png(sd_text *out, const sd_picture *picture, sd_diag *diag) {
  /* stb counts bytes in int */
  if ((int64_t)picture->width * picture->height > INT_MAX / 4)
    return sd_fail(diag, SD_TOO_LARGE, "a picture of %d x %d pixels is too large for PNG",
                   picture->width, picture->height);
  int length = 0;
  unsigned char *bytes = stbi_write_png_to_mem(picture->v, 3 * picture->width, picture->width,
                                               picture->height, 3, &length);
  if (bytes == NULL)
    return no_memory(diag, picture);
  sd_png_add_tagged(out, bytes, (size_t)length);
  free(bytes);
  return out->failed ? no_memory(diag, picture) : SD_OK;
}

sd_status sd_encode_png_layer(sd_text *out, const uint8_t *rgba, int width, int height,
                              sd_diag *diag) {
  int length = 0;
  unsigned char *bytes = stbi_write_png_to_mem(rgba, 4 * width, width, height, 4, &length);
  if (bytes == NULL)
    return no_memory(diag, &(sd_picture){width, height, NULL});
  sd_png_add_tagged(out, bytes, (size_t)length);
  free(bytes);
  return out->failed ? no_memory(diag, &(sd_picture){width, height, NULL}) : SD_OK;
}

typedef struct jpeg_failure {
  struct jpeg_error_mgr manager;
  jmp_buf jump;
} jpeg_failure;

static void jpeg_failed(j_common_ptr codec) {
  longjmp(((jpeg_failure *)(void *)codec->err)->jump, 1);
}

static void jpeg_silent(j_common_ptr codec) {
  (void)codec;
}

static void jpeg_settings(struct jpeg_compress_struct *codec, const sd_picture *picture,
                          int quality) {
  codec->image_width = (JDIMENSION)picture->width;
  codec->image_height = (JDIMENSION)picture->height;
  codec->input_components = 3;
  codec->in_color_space = JCS_RGB;
  jpeg_set_defaults(codec);
  jpeg_set_quality(codec, quality, TRUE);
  codec->optimize_coding = TRUE;
  codec->dct_method = JDCT_ISLOW; /* the one method whose result is the same on every processor */
  if (quality >= FULL_CHROMA_QUALITY)
    codec->comp_info[0].h_samp_factor = codec->comp_info[0].v_samp_factor = 1;
}

/* The sRGB profile, without the time of its making; NULL where there is no memory for it. */
static unsigned char *srgb_profile(cmsUInt32Number *length) {
  enum { TIME_AT = 24, TIME_BYTES = 12, ID_AT = 84, ID_BYTES = 16 }; /* ICC.1:2010, 7.2 */
  cmsHPROFILE profile = cmsCreate_sRGBProfile();
  unsigned char *bytes = NULL;
  *length = 0;
  if (profile != NULL && cmsSaveProfileToMem(profile, NULL, length) && *length > ID_AT + ID_BYTES)
    bytes = malloc(*length);
  if (bytes != NULL && !cmsSaveProfileToMem(profile, bytes, length)) {
    free(bytes);
    bytes = NULL;
  }
  if (bytes != NULL) {
    memset(bytes + TIME_AT, 0, TIME_BYTES);
    bytes[TIME_AT + 1] = bytes[TIME_AT + 3] = bytes[TIME_AT + 5] = 1; /* a valid day of year 1 */
    memset(bytes + ID_AT, 0, ID_BYTES);
  }
  if (profile != NULL)
    cmsCloseProfile(profile);
  return bytes;
}

static void jpeg_rows(struct jpeg_compress_struct *codec, const sd_picture *picture,
                      const unsigned char *profile, unsigned profile_length) {
  jpeg_start_compress(codec, TRUE);
  jpeg_write_icc_profile(codec, profile, profile_length);
  while (codec->next_scanline < codec->image_height) {
    JSAMPROW row = picture->v + 3 * (size_t)codec->next_scanline * (size_t)picture->width;
    jpeg_write_scanlines(codec, &row, 1);
  }
  jpeg_finish_compress(codec);
}

sd_status sd_encode_jpeg(sd_text *out, const sd_picture *picture, int quality, sd_diag *diag) {
  struct jpeg_compress_struct codec;
  jpeg_failure failure;
  unsigned char *bytes = NULL;
  unsigned long length = 0;
  sd_status status = SD_OK;
  memset(&codec, 0, sizeof codec);
  codec.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = jpeg_failed;
  failure.manager.output_message = jpeg_silent;
  if (picture->width > JPEG_MAX_DIMENSION || picture->height > JPEG_MAX_DIMENSION)
    return sd_fail(diag, SD_NOT_WRITTEN, "%d x %d pixels do not fit into a JPEG; use --format png",
                   picture->width, picture->height);
  cmsUInt32Number profile_length = 0;
  unsigned char *const profile = srgb_profile(&profile_length);
  if (profile == NULL)
    return no_memory(diag, picture);
  if (setjmp(failure.jump) != 0) {
    status = no_memory(diag, picture);
  } else {
    jpeg_create_compress(&codec);
    jpeg_mem_dest(&codec, &bytes, &length);
    jpeg_settings(&codec, picture, quality);
    jpeg_rows(&codec, picture, profile, profile_length);
    sd_text_add_bytes(out, bytes, length);
    status = out->failed ? no_memory(diag, picture) : SD_OK;
  }
  jpeg_destroy_compress(&codec);
  free(profile);
  free(bytes);
  return status;
}

/* ---- signature ---------------------------------------------------------------------------- */

/* Puts `count` bytes in at `at`. */
static sd_status put_in(sd_text *file, size_t at, const void *bytes, size_t count, sd_diag *diag) {
  sd_text longer = {0};
  sd_text_add_bytes(&longer, file->v, at);
  sd_text_add_bytes(&longer, bytes, count);
  sd_text_add_bytes(&longer, file->v + at, file->length - at);
  if (longer.failed) {
    sd_text_clear(&longer);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for a picture");
  }
  sd_text_clear(file);
  *file = longer;
  return SD_OK;
}

sd_status sd_picture_sign(sd_text *out, size_t from, sd_diag *diag) {
  enum { JFIF_END = 20 }; /* the comment follows the JFIF header, which has to be first */
  static const unsigned char JFIF[4] = {0xff, 0xd8, 0xff, 0xe0};
  unsigned char comment[4 + sizeof SD_MADE_COMMENT] = {0xff, 0xfe, 0, 2 + sizeof SD_MADE_COMMENT};
  if (out->length < from + SD_PNG_HEAD_BYTES)
    return SD_OK;
  if (memcmp(out->v + from, JFIF, sizeof JFIF) != 0)
    return put_in(out, from + SD_PNG_HEAD_BYTES, SD_MADE_CHUNK, sizeof SD_MADE_CHUNK, diag);
  memcpy(comment + 4, SD_MADE_COMMENT, sizeof SD_MADE_COMMENT);
  return put_in(out, from + JFIF_END, comment, sizeof comment, diag);
}
