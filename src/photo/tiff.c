/* TIFF by libtiff. Grey, RGB and CMYK of 8 or 16 bits in strips keep their samples; everything else
 * (palettes, YCbCr, tiles, 1 to 4 bits) goes through libtiff's own conversion to 8-bit RGB. */
#ifdef SD_HAVE_TIFF
#include "photo/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

/* Tightest packings: LZW and Deflate about 1:1400 of a constant; fax codings of blank lines are not
 * bounded, but rows of one bit are small. */
static const double PACKING_MAX = 2000;
/* Strips beyond the rows of a header that lies: libtiff reserves one strip at a time. */
static const double STRIP_BYTES_MAX = 512e6;

typedef struct tiff_reader {
  TIFF *tiff;
  const sd_source *source;
  size_t position;
  char why[160];
  uint16_t bits, samples, photometric, planar, compression, orientation, sample_format;
  uint32_t width, height;
  bool alpha, direct;
} tiff_reader;

/* ---- the file in memory -------------------------------------------------------------------- */

static tmsize_t on_read(thandle_t handle, void *out, tmsize_t length) {
  tiff_reader *reader = handle;
  size_t left = reader->source->length - reader->position;
  size_t count = length < 0 ? 0 : (size_t)length < left ? (size_t)length : left;
  memcpy(out, reader->source->bytes + reader->position, count);
  reader->position += count;
  return (tmsize_t)count;
}

static tmsize_t on_write(thandle_t handle, void *in, tmsize_t length) {
  (void)handle, (void)in, (void)length;
  return 0;
}

static toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
  tiff_reader *reader = handle;
  toff_t length = reader->source->length;
  toff_t base = whence == SEEK_CUR ? reader->position : whence == SEEK_END ? length : 0;
  toff_t target = base + offset;
  reader->position = (size_t)(target > length ? length : target);
  return reader->position;
}

static int on_close(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t on_size(thandle_t handle) {
  return ((tiff_reader *)handle)->source->length;
}

/* The file is in memory already; libtiff only reads mapped bytes. */
static int on_map(thandle_t handle, void **base, toff_t *length) {
  const sd_source *source = ((tiff_reader *)handle)->source;
  *base = (void *)(uintptr_t)source->bytes;
  *length = source->length;
  return 1;
}

static void on_unmap(thandle_t handle, void *base, toff_t length) {
  (void)handle, (void)base, (void)length;
}

static int on_error(TIFF *tiff, void *user, const char *module, const char *format,
                    va_list arguments) {
  tiff_reader *reader = user;
  (void)tiff, (void)module;
  if (reader->why[0] == '\0') /* the first trouble is the cause of the rest */
    vsnprintf(reader->why, sizeof reader->why, format, arguments);
  return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format,
                      va_list arguments) {
  (void)tiff, (void)user, (void)module, (void)format, (void)arguments;
  return 1;
}

static bool open_tiff(tiff_reader *reader) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL)
    return false;
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, reader);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, reader);
  reader->tiff = TIFFClientOpenExt("photo", "r", reader, on_read, on_write, on_seek, on_close,
                                   on_size, on_map, on_unmap, options);
  TIFFOpenOptionsFree(options);
  return reader->tiff != NULL;
}

/* The table that tells where everything lies mostly stands last: a cut takes it first. */
static bool directory_is_gone(const sd_source *source) {
  const uint8_t *b = source->bytes;
  if (source->length < 8 || !(memcmp(b, "II*", 4) == 0 || memcmp(b, "MM\0*", 4) == 0))
    return false;
  bool little = b[0] == 'I';
  size_t at = 0;
  for (int k = 0; k < 4; k++)
    at = at << 8 | b[little ? 7 - k : 4 + k];
  return at + 2 > source->length;
}

static sd_status damaged(const tiff_reader *reader, sd_diag *diag) {
  if (directory_is_gone(reader->source))
    return sd_source_ends(reader->source, diag);
  return sd_source_damaged(
      reader->source, reader->why[0] != '\0' ? reader->why : "its header makes no sense", diag);
}

/* ---- header -------------------------------------------------------------------------------- */

static void read_alpha(tiff_reader *reader) {
  uint16_t extra = 0, *kinds = NULL;
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_EXTRASAMPLES, &extra, &kinds);
  int colours = reader->photometric == PHOTOMETRIC_RGB ? 3 : 1;
  reader->alpha = reader->samples == colours + 1 && extra == 1 && kinds != NULL &&
                  (kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA);
}

/* Rows that can be handed over as they are. */
static bool is_direct(const tiff_reader *reader) {
  int colours = reader->photometric == PHOTOMETRIC_RGB         ? 3
                : reader->photometric == PHOTOMETRIC_SEPARATED ? 4
                                                               : 1;
  bool kind = reader->photometric == PHOTOMETRIC_RGB ||
              reader->photometric == PHOTOMETRIC_SEPARATED ||
              reader->photometric == PHOTOMETRIC_MINISBLACK ||
              reader->photometric == PHOTOMETRIC_MINISWHITE;
  bool channels =
      reader->samples == colours || (reader->alpha && reader->photometric != PHOTOMETRIC_SEPARATED);
  return kind && channels && (reader->bits == 8 || reader->bits == 16) &&
         (reader->planar == PLANARCONFIG_CONTIG || reader->samples == 1) &&
         !TIFFIsTiled(reader->tiff);
}

static sd_status check_plausible(const tiff_reader *reader, sd_diag *diag) {
  double row = (double)TIFFScanlineSize64(reader->tiff);
  double strip = TIFFIsTiled(reader->tiff) ? (double)TIFFTileSize64(reader->tiff)
                                           : (double)TIFFStripSize64(reader->tiff);
  if (row <= 0 || strip <= 0)
    return damaged(reader, diag);
  double plain = row * reader->height;
  if (plain <= PACKING_MAX * (double)reader->source->length && strip <= STRIP_BYTES_MAX)
    return SD_OK;
  return sd_fail(diag, SD_UNREADABLE,
                 "%s: cut off or damaged; %zu bytes cannot hold the %u x %u pixels that its header "
                 "promises",
                 reader->source->name, reader->source->length, reader->width, reader->height);
}

/* Whether what is stored are the values themselves. */
static bool is_lossy(TIFF *tiff) {
  uint16_t compression = COMPRESSION_NONE;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  return compression != COMPRESSION_NONE && compression != COMPRESSION_LZW &&
         compression != COMPRESSION_ADOBE_DEFLATE && compression != COMPRESSION_DEFLATE &&
         compression != COMPRESSION_PACKBITS && compression != COMPRESSION_LZMA &&
         compression != COMPRESSION_ZSTD && compression != COMPRESSION_CCITTRLE &&
         compression != COMPRESSION_CCITTFAX3 && compression != COMPRESSION_CCITTFAX4;
}

static sd_status read_header(tiff_reader *reader, sd_diag *diag) {
  TIFF *tiff = reader->tiff;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &reader->width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &reader->height);
  sd_status status = sd_source_check_size(reader->source, reader->width, reader->height, diag);
  if (status != SD_OK)
    return status;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &reader->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &reader->samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &reader->planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &reader->orientation);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &reader->sample_format);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &reader->photometric))
    return damaged(reader, diag);
  if (reader->sample_format != SAMPLEFORMAT_UINT || reader->bits > 16)
    return sd_fail(
        diag, SD_UNSUPPORTED,
        "%s: a TIFF with %u-bit or non-integer samples cannot be read; save it with 8 or "
        "16 bits",
        reader->source->name, reader->bits);
  read_alpha(reader);
  reader->direct = is_direct(reader);
  return check_plausible(reader, diag);
}

/* TIFF is itself what EXIF is made of: the file is its own block of facts. */
static sd_exif_colour read_capture(const tiff_reader *reader, sd_photo *photo) {
  sd_exif_colour colour = SD_EXIF_COLOUR_NONE;
  sd_exif_read(&photo->capture, &colour, reader->source->bytes, reader->source->length);
  photo->capture.orientation =
      reader->orientation >= 1 && reader->orientation <= 8 ? reader->orientation : 1;
  return colour;
}

static sd_layout layout_of(const tiff_reader *reader) {
  if (!reader->direct)
    return reader->alpha ? SD_LAYOUT_RGB_ALPHA : SD_LAYOUT_RGB;
  if (reader->photometric == PHOTOMETRIC_SEPARATED)
    return SD_LAYOUT_CMYK;
  if (reader->photometric == PHOTOMETRIC_RGB)
    return reader->alpha ? SD_LAYOUT_RGB_ALPHA : SD_LAYOUT_RGB;
  return reader->alpha ? SD_LAYOUT_GREY_ALPHA : SD_LAYOUT_GREY;
}

/* ---- pixels -------------------------------------------------------------------------------- */

/* Grey that counts from white: turned round, alpha left alone. */
static void turn_white(const tiff_reader *reader, void *row) {
  size_t step = reader->samples;
  for (size_t i = 0; i < (size_t)reader->width; i++)
    if (reader->bits == 8)
      ((uint8_t *)row)[i * step] ^= 0xff;
    else
      ((uint16_t *)row)[i * step] ^= 0xffff;
}

static sd_status read_direct(tiff_reader *reader, sd_raster *canvas, sd_diag *diag) {
  int height = (int)reader->height;
  tmsize_t size = TIFFScanlineSize(reader->tiff);
  size_t needed = (size_t)reader->width * reader->samples * (reader->bits / 8u);
  if (size <= 0 || (size_t)size < needed)
    return damaged(reader, diag);
  void *row = malloc((size_t)size);
  if (row == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", reader->source->name);
  sd_status status = SD_OK;
  for (int y = 0; y < height && status == SD_OK; y++) {
    if (TIFFReadScanline(reader->tiff, row, (uint32_t)y, 0) < 0) {
      status = sd_source_cut_off(reader->source, y, height, diag);
      break;
    }
    if (reader->photometric == PHOTOMETRIC_MINISWHITE)
      turn_white(reader, row);
    sd_raster_row(canvas, y, row);
  }
  free(row);
  return status;
}

/* libtiff packs A, B, G, R into 32 bits, the first row first when asked for top-left. */
static void unpack_row(const uint32_t *packed, uint8_t *row, int width, bool alpha) {
  for (int x = 0; x < width; x++) {
    *row++ = (uint8_t)TIFFGetR(packed[x]);
    *row++ = (uint8_t)TIFFGetG(packed[x]);
    *row++ = (uint8_t)TIFFGetB(packed[x]);
    if (alpha)
      *row++ = (uint8_t)TIFFGetA(packed[x]);
  }
}

static sd_status read_converted(tiff_reader *reader, sd_raster *canvas, sd_diag *diag) {
  int width = (int)reader->width, height = (int)reader->height;
  uint32_t *packed = calloc((size_t)width * (size_t)height, sizeof *packed);
  uint8_t *row = malloc((size_t)width * 4);
  sd_status status = SD_OK;
  if (packed == NULL || row == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory for %d x %d pixels",
                     reader->source->name, width, height);
    goto done;
  }
  /* rows as stored: the orientation is the canvas's work */
  if (!TIFFReadRGBAImageOriented(reader->tiff, reader->width, reader->height, packed,
                                 reader->orientation, 1)) {
    status = damaged(reader, diag);
    goto done;
  }
  for (int y = 0; y < height; y++) {
    unpack_row(packed + (size_t)y * (size_t)width, row, width, reader->alpha);
    sd_raster_row(canvas, y, row);
  }
done:
  free(packed);
  free(row);
  return status;
}

static void find_icc(const tiff_reader *reader, sd_light_facts *facts) {
  uint32_t length = 0;
  void *icc = NULL;
  /* libtiff's conversion of inks and of grey has left the profile's space */
  bool kept = reader->direct || reader->photometric == PHOTOMETRIC_RGB ||
              reader->photometric == PHOTOMETRIC_YCBCR ||
              reader->photometric == PHOTOMETRIC_PALETTE;
  if (kept && TIFFGetField(reader->tiff, TIFFTAG_ICCPROFILE, &length, &icc)) {
    facts->icc = icc;
    facts->icc_length = length;
  }
}

sd_status sd_tiff_decode(sd_photo *out, const sd_source *source, sd_diag *diag) {
  tiff_reader reader = {.source = source};
  sd_light light = {0};
  sd_raster canvas = {0};
  sd_status status = SD_OK;
  if (!open_tiff(&reader))
    return damaged(&reader, diag);
  SD_TRY(read_header(&reader, diag));
  sd_light_facts facts = {.exif = read_capture(&reader, out)};
  sd_layout layout = layout_of(&reader);
  int sample_bytes = reader.direct && reader.bits == 16 ? 2 : 1;
  out->coding.bits = reader.bits;
  out->coding.lossy = is_lossy(reader.tiff);
  find_icc(&reader, &facts);
  SD_TRY(sd_light_choose(&light, source, &facts, layout, sample_bytes, diag));
  SD_TRY(sd_raster_begin(&canvas, out, source, (int)reader.width, (int)reader.height,
                         out->capture.orientation, layout, sample_bytes, &light, diag));
  SD_TRY(reader.direct ? read_direct(&reader, &canvas, diag)
                       : read_converted(&reader, &canvas, diag));
done:
  sd_raster_clear(&canvas);
  sd_light_clear(&light);
  TIFFClose(reader.tiff);
  return status;
}
#else
typedef int sd_tiff_absent; /* ISO C forbids an empty file */
#endif
