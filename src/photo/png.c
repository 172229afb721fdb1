/* PNG by libpng. Its error manager leaves by longjmp; that stays inside this file.
 *
 * Samples come out as stored, expanded to 8 or 16 bits: libpng's own gamma handling is not used,
 * the curve travels with the photo. */
#include "photo/decode.h"
#include "photo/made.h"

#include <libdeflate.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Deflate cannot pack tighter (258 bytes in 2 bits), so a small file cannot hold a large picture.
 */
static const double DEFLATE_RATIO_MAX = 1032;
/* Profiles and EXIF blocks are the largest chunks of interest; pixels stream. */
enum { CHUNK_BYTES_MAX = 16 << 20 };

typedef struct png_reader {
  png_structp png;
  png_infop info;
  const sd_source *source;
  sd_photo *photo;
  sd_raster canvas;
  sd_light light;
  sd_diag *diag;
  size_t position;
  uint8_t *pixels; /* one row, or the whole picture when interlaced */
  size_t row_bytes;
  int width, height, rows_done;
  bool cut_off, in_pixels, interlaced, pixels_done, finished;
  sd_status status; /* of our own calls */
  char why[160];
} png_reader;

static void leave(png_reader *reader) {
  png_longjmp(reader->png, 1);
}

static void on_error(png_structp png, png_const_charp message) {
  png_reader *reader = png_get_error_ptr(png);
  snprintf(reader->why, sizeof reader->why, "%s", message);
  leave(reader);
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message; /* about chunks beside the pixels, which libpng then leaves out */
}

static void on_read(png_structp png, png_bytep out, size_t length) {
  png_reader *reader = png_get_io_ptr(png);
  if (length > reader->source->length - reader->position) {
    reader->cut_off = true;
    leave(reader);
  }
  memcpy(out, reader->source->bytes + reader->position, length);
  reader->position += length;
}

static void require(png_reader *reader, sd_status status) {
  reader->status = status;
  if (status != SD_OK)
    leave(reader);
}

static sd_status explain(const png_reader *reader) {
  const sd_source *source = reader->source;
  if (reader->status != SD_OK)
    return reader->status;
  if (!reader->cut_off)
    return sd_source_damaged(source, reader->why, reader->diag);
  if (!reader->in_pixels)
    return sd_fail(reader->diag, SD_UNREADABLE,
                   "%s: cut off before the picture begins; copy it again from the camera",
                   source->name);
  if (reader->interlaced && !reader->pixels_done)
    return sd_fail(reader->diag, SD_UNREADABLE,
                   "%s: cut off; only a coarse version of the picture is there (interlaced); copy "
                   "it again from the camera",
                   source->name);
  return sd_source_cut_off(source, reader->rows_done, reader->height, reader->diag);
}

/* ---- EXIF ---------------------------------------------------------------------------------- */

static uint32_t big_endian(const uint8_t *b) {
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* eXIf may stand behind the pixels, but the orientation is needed before the first row: so the list
 * of chunks is walked once. */
static sd_exif_colour read_capture(png_reader *reader) {
  const uint8_t *bytes = reader->source->bytes;
  size_t length = reader->source->length, at = 8;
  sd_exif_colour colour = SD_EXIF_COLOUR_NONE;
  bool made = false;
  while (length - at >= 12) {
    uint32_t size = big_endian(bytes + at);
    if (size > length - at - 12)
      break;
    made = made || memcmp(bytes + at, SD_MADE_CHUNK, sizeof SD_MADE_CHUNK) == 0;
    if (memcmp(bytes + at + 4, "eXIf", 4) == 0 && size <= SD_EXIF_BLOCK_MAX &&
        libdeflate_crc32(0, bytes + at + 4, (size_t)size + 4) ==
            big_endian(bytes + at + 8 + size)) {
      sd_exif_read(&reader->photo->capture, &colour, bytes + at + 8, size);
      break;
    }
    at += (size_t)size + 12;
  }
  reader->photo->capture.made = made;
  return colour;
}

/* ---- colour -------------------------------------------------------------------------------- */

static bool read_primaries(png_reader *reader, sd_primaries *out) {
  double v[8];
  if (png_get_cHRM(reader->png, reader->info, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6],
                   &v[7]) == 0)
    return false;
  *out = (sd_primaries){{v[0], v[1]}, {v[2], v[3]}, {v[4], v[5]}, {v[6], v[7]}};
  return true;
}

/* gAMA and cHRM, whichever is there; false when neither says anything that can be used. */
static bool choose_gamma(png_reader *reader, int sample_bytes) {
  double file_gamma = 0;
  sd_primaries primaries = sd_primaries_srgb;
  bool has_gamma = png_get_gAMA(reader->png, reader->info, &file_gamma) != 0 && file_gamma > 0;
  bool has_primaries = read_primaries(reader, &primaries), valid = false;
  if (!has_gamma && !has_primaries)
    return false;
  double gamma = has_gamma ? 1 / file_gamma : 0;
  char name[96] = "sRGB curve";
  if (has_gamma)
    snprintf(name, sizeof name, "gamma %.3g", gamma);
  if (has_primaries)
    snprintf(name + strlen(name), sizeof name - strlen(name), ", primaries of the file");
  require(reader,
          sd_light_primaries(&reader->light, has_primaries ? &primaries : &sd_primaries_srgb, gamma,
                             name, sample_bytes, &valid, reader->diag));
  reader->light.assumed = valid && !has_gamma;
  return valid;
}

/* The order of PNG (third edition) 4.3: iCCP, sRGB, gAMA with cHRM; then EXIF, then nothing. */
static void choose_light(png_reader *reader, sd_layout layout, int sample_bytes,
                         sd_exif_colour exif) {
  sd_light_facts facts = {.exif = exif};
  png_charp name = NULL;
  png_bytep icc = NULL;
  png_uint_32 icc_length = 0;
  int compression = 0, intent = 0;
  bool valid = false;
  if (!reader->source->raw &&
      png_get_iCCP(reader->png, reader->info, &name, &compression, &icc, &icc_length) != 0)
    require(reader, sd_light_icc(&reader->light, icc, icc_length, layout, sample_bytes, &valid,
                                 reader->diag));
  if (valid)
    return;
  if (png_get_sRGB(reader->png, reader->info, &intent) != 0)
    facts.exif = SD_EXIF_COLOUR_SRGB;
  else if (!reader->source->raw && icc_length == 0 && choose_gamma(reader, sample_bytes))
    return;
  require(reader, sd_light_choose(&reader->light, reader->source, &facts, layout, sample_bytes,
                                  reader->diag));
}

/* ---- pixels -------------------------------------------------------------------------------- */

static void check_plausible(png_reader *reader) {
  double raw = (double)png_get_rowbytes(reader->png, reader->info) * reader->height;
  if (raw <= DEFLATE_RATIO_MAX * (double)reader->source->length)
    return;
  require(
      reader,
      sd_fail(reader->diag, SD_UNREADABLE,
              "%s: cut off or damaged; %zu bytes cannot hold the %d x %d pixels that its header "
              "promises",
              reader->source->name, reader->source->length, reader->width, reader->height));
}

static void read_header(png_reader *reader) {
  png_set_read_fn(reader->png, reader, on_read);
  /* the limit is ours; libpng's own of a million a side stays */
  png_set_chunk_malloc_max(reader->png, CHUNK_BYTES_MAX);
  /* of no interest; EXIF is read by read_capture, and libpng takes it byte by byte */
  static const png_byte LEFT_OUT[] = "tEXt\0zTXt\0iTXt\0sPLT\0eXIf";
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, LEFT_OUT, 5);
  png_set_benign_errors(reader->png, 1);
  png_read_info(reader->png, reader->info);
  double width = png_get_image_width(reader->png, reader->info);
  double height = png_get_image_height(reader->png, reader->info);
  require(reader, sd_source_check_size(reader->source, width, height, reader->diag));
  reader->width = (int)width;
  reader->height = (int)height;
  check_plausible(reader);
}

/* Asks libpng for 8 or 16 bits of grey or RGB, alpha only where the file has some. */
static sd_layout choose_layout(png_reader *reader) {
  png_set_expand(reader->png); /* palette to RGB, 1 to 4 bits to 8, tRNS to alpha */
  const uint16_t probe = 1;
  if (*(const uint8_t *)&probe == 1)
    png_set_swap(reader->png);
  reader->interlaced = png_set_interlace_handling(reader->png) > 1;
  png_read_update_info(reader->png, reader->info);
  reader->row_bytes = png_get_rowbytes(reader->png, reader->info);
  switch (png_get_channels(reader->png, reader->info)) {
  case 1:
    return SD_LAYOUT_GREY;
  case 2:
    return SD_LAYOUT_GREY_ALPHA;
  case 3:
    return SD_LAYOUT_RGB;
  default:
    return SD_LAYOUT_RGB_ALPHA;
  }
}

static void begin(png_reader *reader) {
  reader->photo->coding.bits = png_get_bit_depth(reader->png, reader->info);
  sd_exif_colour exif = read_capture(reader);
  sd_layout layout = choose_layout(reader);
  int sample_bytes = png_get_bit_depth(reader->png, reader->info) == 16 ? 2 : 1;
  choose_light(reader, layout, sample_bytes, exif);
  require(reader, sd_raster_begin(&reader->canvas, reader->photo, reader->source, reader->width,
                                  reader->height, reader->photo->capture.orientation, layout,
                                  sample_bytes, &reader->light, reader->diag));
  size_t rows = reader->interlaced ? (size_t)reader->height : 1;
  reader->pixels = calloc(rows, reader->row_bytes);
  if (reader->pixels == NULL)
    require(reader, sd_fail(reader->diag, SD_NO_MEMORY, "%s: not enough memory for %d x %d pixels",
                            reader->source->name, reader->width, reader->height));
}

static void read_interlaced(png_reader *reader) {
  for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++)
    for (int y = 0; y < reader->height; y++)
      png_read_row(reader->png, reader->pixels + (size_t)y * reader->row_bytes, NULL);
  for (int y = 0; y < reader->height; y++)
    sd_raster_row(&reader->canvas, y, reader->pixels + (size_t)y * reader->row_bytes);
}

static void read_rows(png_reader *reader) {
  reader->in_pixels = true;
  if (reader->interlaced)
    read_interlaced(reader);
  else
    for (int y = 0; y < reader->height; y++) {
      png_read_row(reader->png, reader->pixels, NULL);
      sd_raster_row(&reader->canvas, y, reader->pixels);
      reader->rows_done = y + 1;
    }
  reader->pixels_done = true;
  reader->rows_done = reader->height;
  png_read_end(reader->png, NULL); /* the checksums of the last pixels */
}

static bool decode(png_reader *reader) {
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
  if (reader->png == NULL)
    return false;
  if (setjmp(png_jmpbuf(reader->png)) != 0)
    return true;
  reader->info = png_create_info_struct(reader->png);
  if (reader->info == NULL)
    return false;
  read_header(reader);
  begin(reader);
  read_rows(reader);
  reader->finished = true;
  return true;
}

sd_status sd_png_decode(sd_photo *out, const sd_source *source, sd_diag *diag) {
  png_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", source->name);
  reader->source = source;
  reader->photo = out;
  reader->diag = diag;
  sd_status status = SD_OK;
  if (!decode(reader))
    status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", source->name);
  else if (!reader->finished)
    status = explain(reader);
  if (reader->png != NULL)
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
  sd_raster_clear(&reader->canvas);
  sd_light_clear(&reader->light);
  free(reader->pixels);
  free(reader);
  return status;
}
