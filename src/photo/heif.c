/* HEIC and AVIF by libheif. It applies the turns and crops that the file asks for, so EXIF's
 * orientation, which says the same once more, must not be applied again. */
#ifdef SD_HAVE_HEIF
#include "photo/decode.h"

#include <libheif/heif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 65535, METADATA_BYTES_MAX = 16 << 20 };

typedef struct heif_file {
  struct heif_context *context;
  struct heif_image_handle *handle;
  struct heif_image *image;
  uint8_t *icc;
  size_t icc_length;
  sd_exif_colour exif_colour;
} heif_file;

static sd_status failure(const sd_source *source, struct heif_error error, sd_diag *diag) {
  switch (error.code) {
  case heif_error_Memory_allocation_error:
    return error.subcode == heif_suberror_Security_limit_exceeded
               ? sd_fail(diag, SD_TOO_LARGE, "%s: larger than a HEIC photo may be", source->name)
               : sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", source->name);
  case heif_error_Unsupported_filetype:
  case heif_error_Unsupported_feature:
    return sd_fail(diag, SD_UNSUPPORTED,
                   "%s: this kind of HEIC cannot be read by this build; save it as JPEG or PNG",
                   source->name);
  default:
    if (error.subcode == heif_suberror_End_of_data || error.subcode == heif_suberror_No_meta_box)
      return sd_source_ends(source, diag);
    return sd_source_damaged(source, error.message != NULL ? error.message : "it makes no sense",
                             diag);
  }
}

static sd_status open_picture(heif_file *reader, const sd_source *source, sd_diag *diag) {
  reader->context = heif_context_alloc();
  if (reader->context == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", source->name);
  heif_context_set_maximum_image_size_limit(reader->context, SIDE_MAX);
  struct heif_error error = heif_context_read_from_memory_without_copy(
      reader->context, source->bytes, source->length, NULL);
  if (error.code == heif_error_Ok)
    error = heif_context_get_primary_image_handle(reader->context, &reader->handle);
  if (error.code != heif_error_Ok)
    return failure(source, error, diag);
  return sd_source_check_size(source, heif_image_handle_get_width(reader->handle),
                              heif_image_handle_get_height(reader->handle), diag);
}

/* HEIF puts a 4-byte offset to the TIFF structure before the block. */
static void read_capture(heif_file *reader, sd_photo *photo) {
  heif_item_id id = 0;
  if (heif_image_handle_get_list_of_metadata_block_IDs(reader->handle, "Exif", &id, 1) < 1)
    return;
  size_t length = heif_image_handle_get_metadata_size(reader->handle, id);
  uint8_t *block = length > 8 && length <= SD_EXIF_BLOCK_MAX ? malloc(length) : NULL;
  if (block == NULL)
    return;
  if (heif_image_handle_get_metadata(reader->handle, id, block).code == heif_error_Ok) {
    size_t skip =
        (size_t)block[0] << 24 | (size_t)block[1] << 16 | (size_t)block[2] << 8 | block[3];
    if (skip < length - 4)
      sd_exif_read(&photo->capture, &reader->exif_colour, block + 4 + skip, length - 4 - skip);
  }
  free(block);
}

static void read_icc(heif_file *reader) {
  size_t length = heif_image_handle_get_raw_color_profile_size(reader->handle);
  if (length == 0 || length > METADATA_BYTES_MAX)
    return;
  reader->icc = malloc(length);
  if (reader->icc == NULL)
    return;
  if (heif_image_handle_get_raw_color_profile(reader->handle, reader->icc).code == heif_error_Ok)
    reader->icc_length = length;
}

static const sd_primaries *primaries_of(const struct heif_color_profile_nclx *nclx,
                                        const char **name) {
  switch (nclx->color_primaries) {
  case heif_color_primaries_ITU_R_BT_709_5:
    *name = "sRGB";
    return &sd_primaries_srgb;
  case heif_color_primaries_SMPTE_EG_432_1:
    *name = "Display P3";
    return &sd_primaries_p3;
  case heif_color_primaries_ITU_R_BT_2020_2_and_2100_0:
    *name = "BT.2020";
    return &sd_primaries_bt2020;
  default:
    return NULL;
  }
}

/* Gamma of the transfer, 0 for the sRGB curve, which photos tagged as video (BT.709, BT.601,
 * BT.2020) really use; -1 for those that are no photo of limited range. */
static double gamma_of(const struct heif_color_profile_nclx *nclx) {
  switch (nclx->transfer_characteristics) {
  case heif_transfer_characteristic_ITU_R_BT_2100_0_PQ:
  case heif_transfer_characteristic_ITU_R_BT_2100_0_HLG:
    return -1;
  case heif_transfer_characteristic_ITU_R_BT_470_6_System_M:
    return 2.2;
  case heif_transfer_characteristic_ITU_R_BT_470_6_System_B_G:
    return 2.8;
  case heif_transfer_characteristic_linear:
    return 1;
  default:
    return 0;
  }
}

/* The colour space by its numbers (nclx), where no ICC profile says better. */
static sd_status choose_nclx(sd_light *light, heif_file *reader, const sd_source *source,
                             int sample_bytes, bool *chosen, sd_diag *diag) {
  struct heif_color_profile_nclx *nclx = NULL;
  const char *name = NULL;
  *chosen = false;
  if (heif_image_handle_get_nclx_color_profile(reader->handle, &nclx).code != heif_error_Ok ||
      nclx == NULL)
    return SD_OK;
  const sd_primaries *primaries = primaries_of(nclx, &name);
  double gamma = gamma_of(nclx);
  heif_nclx_color_profile_free(nclx);
  if (gamma < 0)
    return sd_fail(diag, SD_UNSUPPORTED,
                   "%s: a high-dynamic-range picture (PQ or HLG) cannot be measured; save it as "
                   "JPEG or PNG",
                   source->name);
  if (primaries == NULL)
    return SD_OK;
  return sd_light_primaries(light, primaries, gamma, name, sample_bytes, chosen, diag);
}

static sd_status choose_light(sd_light *light, heif_file *reader, const sd_source *source,
                              sd_layout layout, int sample_bytes, sd_diag *diag) {
  bool chosen = false;
  sd_light_facts facts = {reader->icc, reader->icc_length, reader->exif_colour};
  if (reader->icc_length == 0 && !source->raw) {
    sd_status status = choose_nclx(light, reader, source, sample_bytes, &chosen, diag);
    if (status != SD_OK || chosen)
      return status;
  }
  return sd_light_choose(light, source, &facts, layout, sample_bytes, diag);
}

static sd_status decode_image(heif_file *reader, const sd_source *source, bool alpha,
                              int sample_bytes, sd_diag *diag) {
  const uint16_t probe = 1;
  bool little = *(const uint8_t *)&probe == 1;
  enum heif_chroma chroma = alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  if (sample_bytes == 2 && little)
    chroma = alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE;
  else if (sample_bytes == 2)
    chroma = alpha ? heif_chroma_interleaved_RRGGBBAA_BE : heif_chroma_interleaved_RRGGBB_BE;
  struct heif_error error =
      heif_decode_image(reader->handle, &reader->image, heif_colorspace_RGB, chroma, NULL);
  return error.code == heif_error_Ok ? SD_OK : failure(source, error, diag);
}

/* libheif leaves 10 or 12 bits at the low end of 16. */
static void widen(uint16_t *row, size_t samples, int bits) {
  uint32_t top = (1u << bits) - 1;
  for (size_t i = 0; i < samples; i++) {
    uint32_t value = row[i] > top ? top : row[i];
    row[i] = (uint16_t)((value * 65535u + top / 2) / top);
  }
}

static sd_status copy_rows(sd_raster *canvas, heif_file *reader, const sd_source *source,
                           sd_diag *diag) {
  int stride = 0;
  const uint8_t *plane =
      heif_image_get_plane_readonly(reader->image, heif_channel_interleaved, &stride);
  int bits = heif_image_get_bits_per_pixel_range(reader->image, heif_channel_interleaved);
  size_t samples = (size_t)canvas->file_width * (size_t)sd_layout_channels(canvas->layout);
  uint16_t *row = malloc(samples * sizeof *row);
  if (row == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", source->name);
  bool usable = plane != NULL && bits >= 8 && bits <= 16;
  for (int y = 0; usable && y < canvas->file_height; y++) {
    memcpy(row, plane + (size_t)y * (size_t)stride, samples * (size_t)canvas->sample_bytes);
    if (canvas->sample_bytes == 2)
      widen(row, samples, bits);
    sd_raster_row(canvas, y, row);
  }
  free(row);
  return usable ? SD_OK : sd_source_damaged(source, "it decodes to nothing", diag);
}

static void reader_clear(heif_file *reader) {
  if (reader->image != NULL)
    heif_image_release(reader->image);
  if (reader->handle != NULL)
    heif_image_handle_release(reader->handle);
  if (reader->context != NULL)
    heif_context_free(reader->context);
  free(reader->icc);
}

sd_status sd_heif_decode(sd_photo *out, const sd_source *source, sd_diag *diag) {
  heif_file reader = {0};
  sd_light light = {0};
  sd_raster canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(open_picture(&reader, source, diag));
  int bits = heif_image_handle_get_luma_bits_per_pixel(reader.handle);
  bool alpha = heif_image_handle_has_alpha_channel(reader.handle) != 0;
  int sample_bytes = bits > 8 ? 2 : 1;
  sd_layout layout = alpha ? SD_LAYOUT_RGB_ALPHA : SD_LAYOUT_RGB;
  out->coding.bits = bits;
  out->coding.lossy = true;
  read_capture(&reader, out);
  read_icc(&reader);
  SD_TRY(choose_light(&light, &reader, source, layout, sample_bytes, diag));
  SD_TRY(decode_image(&reader, source, alpha, sample_bytes, diag));
  int width = heif_image_get_width(reader.image, heif_channel_interleaved);
  int height = heif_image_get_height(reader.image, heif_channel_interleaved);
  SD_TRY(sd_source_check_size(source, width, height, diag));
  SD_TRY(
      sd_raster_begin(&canvas, out, source, width, height, 1, layout, sample_bytes, &light, diag));
  SD_TRY(copy_rows(&canvas, &reader, source, diag));
done:
  sd_raster_clear(&canvas);
  sd_light_clear(&light);
  reader_clear(&reader);
  return status;
}
#else
typedef int sd_heif_absent; /* ISO C forbids an empty file */
#endif
