/* From a path to an upright photo: read once, sniff, hand to the reader of the format. */
#include "photo/decode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double DEFAULT_MAX_MEGAPIXELS = 120;
/* No photo of skin comes near; and libraries below count in 31 bits. */
static const int64_t FILE_BYTES_MAX = 0x7fffffff;
enum { SNIFF_BYTES = 16, SIDE_MAX = 65535 };

sd_format sd_format_sniff(const void *bytes, size_t length) {
  const uint8_t *b = bytes;
  if (length >= 3 && memcmp(b, "\xff\xd8\xff", 3) == 0)
    return SD_FORMAT_JPEG;
  if (length >= 8 && memcmp(b, "\x89PNG\r\n\x1a\n", 8) == 0)
    return SD_FORMAT_PNG;
  if (length >= 12 && memcmp(b, "RIFF", 4) == 0 && memcmp(b + 8, "WEBP", 4) == 0)
    return SD_FORMAT_WEBP;
  if (length >= 4 && (memcmp(b, "II*\0", 4) == 0 || memcmp(b, "MM\0*", 4) == 0 ||
                      memcmp(b, "II+\0", 4) == 0 || memcmp(b, "MM\0+", 4) == 0))
    return SD_FORMAT_TIFF;
  if (length >= 12 && memcmp(b + 4, "ftyp", 4) == 0) {
    static const char BRANDS[] = "heic heix heim heis hevc hevx mif1 msf1 avif avis miaf ";
    char brand[5] = {(char)b[8], (char)b[9], (char)b[10], (char)b[11], 0};
    return strlen(brand) == 4 && strstr(BRANDS, brand) != NULL ? SD_FORMAT_HEIC : SD_FORMAT_UNKNOWN;
  }
  return SD_FORMAT_UNKNOWN;
}

typedef struct format_row {
  const char *name, *library;
  sd_reader *read; /* NULL: this build has no library for it */
} format_row;

static const format_row FORMATS[] = {
    [SD_FORMAT_UNKNOWN] = {"unknown", "", NULL},
    [SD_FORMAT_JPEG] = {"JPEG", "libjpeg", sd_jpeg_decode},
    [SD_FORMAT_PNG] = {"PNG", "libpng", sd_png_decode},
#ifdef SD_HAVE_HEIF
    [SD_FORMAT_HEIC] = {"HEIC", "libheif", sd_heif_decode},
#else
    [SD_FORMAT_HEIC] = {"HEIC", "libheif", NULL},
#endif
#ifdef SD_HAVE_TIFF
    [SD_FORMAT_TIFF] = {"TIFF", "libtiff", sd_tiff_decode},
#else
    [SD_FORMAT_TIFF] = {"TIFF", "libtiff", NULL},
#endif
#ifdef SD_HAVE_WEBP
    [SD_FORMAT_WEBP] = {"WebP", "libwebp", sd_webp_decode},
#else
    [SD_FORMAT_WEBP] = {"WebP", "libwebp", NULL},
#endif
};

static const format_row *row_of(sd_format format) {
  bool known = (size_t)format < sizeof FORMATS / sizeof FORMATS[0];
  return &FORMATS[known ? format : SD_FORMAT_UNKNOWN];
}

const char *sd_format_name(sd_format format) {
  return row_of(format)->name;
}

bool sd_format_readable(sd_format format) {
  return row_of(format)->read != NULL;
}

/* ---- sentences that the readers share ----------------------------------------------------- */

sd_status sd_source_check_size(const sd_source *source, double width, double height,
                               sd_diag *diag) {
  double megapixels = width * height / 1e6;
  if (width < 1 || height < 1)
    return sd_fail(diag, SD_UNREADABLE, "%s: damaged; its header says that it is empty",
                   source->name);
  if (megapixels > source->max_megapixels)
    return sd_fail(diag, SD_TOO_LARGE, "%s: %.0f x %.0f pixels are more than the limit of %g Mpx",
                   source->name, width, height, source->max_megapixels);
  if (width > SIDE_MAX || height > SIDE_MAX)
    return sd_fail(diag, SD_TOO_LARGE, "%s: %.0f x %.0f pixels are more than %d on one side",
                   source->name, width, height, SIDE_MAX);
  return SD_OK;
}

sd_status sd_source_cut_off(const sd_source *source, int rows, int height, sd_diag *diag) {
  if (rows <= 0)
    return sd_fail(
        diag, SD_UNREADABLE,
        "%s: cut off; nothing of the picture is there (0 of %d rows); copy it again from "
        "the camera",
        source->name, height);
  if (rows >= height)
    return sd_fail(diag, SD_UNREADABLE,
                   "%s: cut off right after the last row, so that the picture cannot be checked; "
                   "copy it again from the camera",
                   source->name);
  return sd_fail(diag, SD_UNREADABLE,
                 "%s: cut off; only the first %d %% of the picture is there (rows 1 to %d of %d); "
                 "copy it again from the camera",
                 source->name, (int)(100.0 * rows / height), rows, height);
}

sd_status sd_source_ends(const sd_source *source, sd_diag *diag) {
  return sd_fail(diag, SD_UNREADABLE,
                 "%s: cut off; only its first %zu bytes are there, without what tells where the "
                 "picture lies; copy it again from the camera",
                 source->name, source->length);
}

sd_status sd_source_damaged(const sd_source *source, const char *why, sd_diag *diag) {
  char reason[200];
  sd_safe_text(reason, sizeof reason, why, strlen(why));
  return sd_fail(diag, SD_UNREADABLE, "%s: damaged (%s); copy it again from the camera",
                 source->name, reason);
}

/* ---- reading ------------------------------------------------------------------------------ */

void sd_photo_clear(sd_photo *photo) {
  free(photo->samples);
  sd_mask_clear(&photo->opaque);
  for (int c = 0; c < 3; c++)
    free(photo->curve[c]);
  *photo = (sd_photo){0};
}

double sd_photo_limit(const sd_photo_options *options) {
  return options != NULL && options->max_megapixels > 0 ? options->max_megapixels
                                                        : DEFAULT_MAX_MEGAPIXELS;
}

static sd_status check_format(const void *bytes, size_t length, const char *name, sd_diag *diag) {
  sd_format format = sd_format_sniff(bytes, length);
  if (length == 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: the file is empty", name);
  if (format == SD_FORMAT_UNKNOWN)
    return sd_fail(diag, SD_UNREADABLE,
                   "%s: not a photo of a known kind (JPEG, PNG, HEIC, TIFF, "
                   "WebP)",
                   name);
  if (!sd_format_readable(format))
    return sd_fail(diag, SD_UNSUPPORTED,
                   "%s: this build cannot read %s; save it as JPEG or PNG, or build with %s", name,
                   sd_format_name(format), row_of(format)->library);
  return SD_OK;
}

static sd_status decode(sd_photo *out, const sd_source *source, sd_diag *diag) {
  sd_photo photo = {.capture = sd_capture_none};
  sd_format format = sd_format_sniff(source->bytes, source->length);
  sd_status status = SD_OK;
  SD_TRY(check_format(source->bytes, source->length, source->name, diag));
  photo.coding.format = format;
  SD_TRY(row_of(format)->read(&photo, source, diag));
  if (!source->raw)
    SD_TRY(sd_traces_find(&photo, diag));
  sd_sha256_hex(source->bytes, source->length, photo.file_sha256);
  sd_photo_clear(out);
  *out = photo;
  photo = (sd_photo){0};
done:
  sd_photo_clear(&photo);
  return status;
}

sd_status sd_photo_read_memory(sd_photo *out, const void *bytes, size_t length, const char *name,
                               const sd_photo_options *options, sd_diag *diag) {
  sd_source source = {.bytes = bytes,
                      .length = length,
                      .name = name,
                      .max_megapixels = sd_photo_limit(options),
                      .raw = options != NULL && options->as_stored,
                      .mirrored = options != NULL && options->mirrored};
  return decode(out, &source, diag);
}

static sd_status read_fully(int file, uint8_t *bytes, size_t length, size_t *got, const char *path,
                            sd_diag *diag) {
  *got = 0;
  while (*got < length) {
    ssize_t count = read(file, bytes + *got, length - *got);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return sd_fail(diag, SD_UNREADABLE, "%s: cannot be read (%s)", path, strerror(errno));
    if (count == 0)
      break; /* shorter than it was a moment ago: the reader will say what is missing */
    *got += (size_t)count;
  }
  return SD_OK;
}

/* The whole file; but a look at its first bytes comes before memory for the rest. */
sd_status sd_photo_load(uint8_t **out, size_t *length, const char *path, sd_diag *diag) {
  int file = -1;
  int64_t size = 0;
  uint8_t head[SNIFF_BYTES], *bytes = NULL;
  size_t head_length = 0, rest_length = 0;
  sd_status status = SD_OK;
  SD_TRY(sd_file_open(&file, &size, path, "photo", diag));
  if (size > FILE_BYTES_MAX) {
    status =
        sd_fail(diag, SD_UNREADABLE, "%s: the file has more than 2 GB; that is no photo", path);
    goto done;
  }
  SD_TRY(read_fully(file, head, sizeof head, &head_length, path, diag));
  SD_TRY(check_format(head, head_length, path, diag));
  size_t wanted = (size_t)size > head_length ? (size_t)size : head_length;
  bytes = malloc(wanted);
  if (bytes == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory for the file", path);
    goto done;
  }
  memcpy(bytes, head, head_length);
  SD_TRY(read_fully(file, bytes + head_length, wanted - head_length, &rest_length, path, diag));
  *out = bytes;
  *length = head_length + rest_length;
  bytes = NULL;
done:
  free(bytes);
  if (file >= 0)
    close(file);
  return status;
}

static sd_status read_file(sd_photo *out, const char *path, const sd_photo_options *options,
                           bool raw, sd_diag *diag) {
  uint8_t *bytes = NULL;
  sd_source source = {.name = path,
                      .max_megapixels = sd_photo_limit(options),
                      .raw = raw || (options != NULL && options->as_stored),
                      .mirrored = options != NULL && options->mirrored};
  sd_status status = SD_OK;
  SD_TRY(sd_photo_load(&bytes, &source.length, path, diag));
  source.bytes = bytes;
  SD_TRY(decode(out, &source, diag));
done:
  free(bytes);
  return status;
}

sd_status sd_photo_read(sd_photo *out, const char *path, const sd_photo_options *options,
                        sd_diag *diag) {
  return read_file(out, path, options, false, diag);
}

static int value_of(const sd_photo *photo, size_t sample) {
  return photo->sample_bytes == 1 ? ((const uint8_t *)photo->samples)[sample]
                                  : ((const uint16_t *)photo->samples)[sample];
}

/* The largest stored value; -1 where a pixel is no grey, so that it has no one value. */
static int largest_grey(const sd_photo *photo) {
  size_t pixels = (size_t)photo->width * (size_t)photo->height;
  int largest = 0;
  for (size_t i = 0; i < pixels; i++) {
    int v = value_of(photo, 3 * i + 1);
    if (value_of(photo, 3 * i) != v || value_of(photo, 3 * i + 2) != v)
      return -1;
    largest = v > largest ? v : largest;
  }
  return largest;
}

/* 8-bit values as stored. 16-bit ones are labels when none is beyond 255 (programs save label maps
 * so); else only black and white can be meant. */
static sd_status take_values(sd_mask *out, const sd_photo *photo, const char *path, sd_diag *diag) {
  int largest = largest_grey(photo);
  size_t pixels = (size_t)photo->width * (size_t)photo->height;
  if (largest < 0)
    return sd_fail(diag, SD_UNSUPPORTED,
                   "%s: has colours; a mask says with grey alone what a pixel belongs to: save it "
                   "as PNG in grey",
                   path);
  for (size_t i = 0; i < pixels; i++) {
    int v = value_of(photo, 3 * i + 1);
    if (largest > UINT8_MAX && v != 0 && v != UINT16_MAX)
      return sd_fail(diag, SD_UNSUPPORTED,
                     "%s: has the 16-bit grey value %d; a mask is black and white, and labels go "
                     "from 0 to 255: save it as PNG in 8-bit grey",
                     path, v);
    out->v[i] = (uint8_t)(v > UINT8_MAX ? UINT8_MAX : v);
  }
  return SD_OK;
}

/* Compression that loses changes the values at every edge, and a value is a zone. */
static sd_status check_lossless(const sd_photo *photo, const char *path, sd_diag *diag) {
  sd_format format = photo->coding.format;
  if (format == SD_FORMAT_PNG || (format == SD_FORMAT_TIFF && !photo->coding.lossy))
    return SD_OK;
  return sd_fail(diag, SD_UNSUPPORTED,
                 "%s: is a %s file that need not keep the values of pixels, which a mask lives by; "
                 "save it as PNG in grey",
                 path, sd_format_name(format));
}

sd_status sd_photo_mask(sd_mask *out, const sd_photo *photo, const char *name, sd_diag *diag) {
  sd_mask mask = {0};
  sd_status status = SD_OK;
  SD_TRY(check_lossless(photo, name, diag));
  SD_TRY(sd_mask_make(&mask, photo->width, photo->height, diag));
  SD_TRY(take_values(&mask, photo, name, diag));
  sd_mask_clear(out);
  *out = mask;
  mask = (sd_mask){0};
done:
  sd_mask_clear(&mask);
  return status;
}

sd_status sd_photo_read_mask(sd_mask *out, const char *path, const sd_photo_options *options,
                             sd_diag *diag) {
  sd_photo photo = {0};
  sd_status status = read_file(&photo, path, options, true, diag);
  if (status == SD_OK)
    status = sd_photo_mask(out, &photo, path, diag);
  sd_photo_clear(&photo);
  return status;
}

void sd_capture_day(char out[11], const sd_capture *capture) {
  enum { DAY = 10 };
  bool said = strlen(capture->taken) >= DAY || strncmp(capture->taken, "week ", 5) == 0;
  snprintf(out, DAY + 1, "%.10s", said ? capture->taken : "");
}
