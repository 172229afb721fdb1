/* Private to the floor photo: what the readers of the formats share.
 *
 * A reader finds out size, layout, colour space and orientation, asks sd_raster_begin for the
 * upright photo and hands over its rows from top to bottom as the file has them. */
#ifndef SCARDELTA_PHOTO_DECODE_H
#define SCARDELTA_PHOTO_DECODE_H

#include "scardelta/photo.h"

/* The file in memory, and what the caller wants. Borrowed. */
typedef struct sd_source {
  const uint8_t *bytes;
  size_t length;
  const char *name;      /* for sentences */
  double max_megapixels; /* > 0 */
  bool raw;              /* keep samples as stored: no colour conversion (masks, labels) */
  bool mirrored;         /* mirror the upright picture */
} sd_source;

/* Readers fill a zeroed photo. On failure the caller clears what they left in it. */
typedef sd_status sd_reader(sd_photo *out, const sd_source *source, sd_diag *diag);
sd_reader sd_jpeg_decode, sd_png_decode, sd_heif_decode, sd_tiff_decode, sd_webp_decode;

/* The IJG scale: quantiser steps relative to quality 50 (2 to 0 from 50 to 100), and back. */
double sd_jpeg_steps(double quality);
double sd_jpeg_quality(double steps);

/* Fills in traced_quality and traced_chroma. Pure; some 50 ms a photo. SD_NO_MEMORY. */
sd_status sd_traces_find(sd_photo *photo, sd_diag *diag);

/* Mpx that the options allow. */
double sd_photo_limit(const sd_photo_options *options);
/* SD_UNREADABLE for an empty picture, SD_TOO_LARGE above the limit or above 65535 a side: to be
 * called before anything of the picture's size is allocated. */
sd_status sd_source_check_size(const sd_source *source, double width, double height, sd_diag *diag);
/* The sentence for a file whose rows end early. rows: complete ones, from the top. */
sd_status sd_source_cut_off(const sd_source *source, int rows, int height, sd_diag *diag);
/* The sentence for a file that ends before what tells where its picture lies. */
sd_status sd_source_ends(const sd_source *source, sd_diag *diag);
/* "damaged" with the reason in a few words. */
sd_status sd_source_damaged(const sd_source *source, const char *why, sd_diag *diag);

/* ---- text and capture facts -------------------------------------------------------------- */

/* Copies at most size - 1 bytes of `in` (up to its NUL or `length`) as valid UTF-8 without control
 * or direction characters; runs of spaces and of what is left out become one space, none at the
 * ends. */
void sd_safe_text(char *out, size_t size, const char *in, size_t length);

typedef enum sd_exif_colour {
  SD_EXIF_COLOUR_NONE = 0,
  SD_EXIF_COLOUR_SRGB,
  SD_EXIF_COLOUR_ADOBE_RGB
} sd_exif_colour;

/* "Nothing said": the state that sd_exif_read fills up. */
extern const sd_capture sd_capture_none;

/* An EXIF block of a PNG, HEIC or WebP that is larger is left out: JPEG's, which cameras write,
 * have 64 kB at most, and reading one costs up to 15 ns a byte. */
enum { SD_EXIF_BLOCK_MAX = 4 << 20 };

/* Reads an EXIF block (TIFF structure, with or without "Exif\0\0" before it). Damaged blocks give
 * what can be read. */
void sd_exif_read(sd_capture *capture, sd_exif_colour *colour, const uint8_t *bytes, size_t length);

/* ---- light: from samples to linear sRGB --------------------------------------------------- */

/* How the file lays out the channels of a pixel. CMYK is ink: 0 = none. */
typedef enum sd_layout {
  SD_LAYOUT_GREY,
  SD_LAYOUT_GREY_ALPHA,
  SD_LAYOUT_RGB,
  SD_LAYOUT_RGB_ALPHA,
  SD_LAYOUT_CMYK
} sd_layout;
int sd_layout_channels(sd_layout layout);
int sd_layout_colours(sd_layout layout); /* channels without alpha */

/* Curves and matrix of the photo's samples, and, for profiles that are no curves and matrix, the
 * conversion that rows go through first. Owned: sd_light_clear. */
typedef struct sd_light {
  float *curve[3];
  float to_srgb[9];
  char name[96];
  bool assumed;
  void *context, *transform; /* lcms; NULL: samples are kept as they are */
} sd_light;
void sd_light_clear(sd_light *light);

typedef enum sd_space { SD_SPACE_SRGB, SD_SPACE_ADOBE_RGB, SD_SPACE_WIDE } sd_space;

/* A space by its primaries; gamma 0 is the sRGB curve. */
typedef struct sd_primaries {
  double white[2], red[2], green[2], blue[2]; /* CIE x, y */
} sd_primaries;
extern const sd_primaries sd_primaries_srgb, sd_primaries_p3, sd_primaries_bt2020;

sd_status sd_light_named(sd_light *light, sd_space space, int sample_bytes, sd_diag *diag);
/* *valid becomes false when the primaries span no colour space (light then holds nothing). */
sd_status sd_light_primaries(sd_light *light, const sd_primaries *primaries, double gamma,
                             const char *name, int sample_bytes, bool *valid, sd_diag *diag);
/* From an ICC profile. *valid becomes false when it is damaged or of another kind of pixel; that is
 * no failure: the caller goes on as if there were no profile. */
sd_status sd_light_icc(sd_light *light, const void *icc, size_t icc_length, sd_layout layout,
                       int sample_bytes, bool *valid, sd_diag *diag);

/* What a reader knows of the colour space, best first: icc, exif; nothing gives sRGB, assumed. */
typedef struct sd_light_facts {
  const void *icc;
  size_t icc_length;
  sd_exif_colour exif;
} sd_light_facts;
sd_status sd_light_choose(sd_light *light, const sd_source *source, const sd_light_facts *facts,
                          sd_layout layout, int sample_bytes, sd_diag *diag);

/* ---- canvas: rows of the file become the upright photo ------------------------------------ */

typedef struct sd_raster {
  sd_photo *photo;
  sd_light light;
  int file_width, file_height, orientation, sample_bytes;
  sd_layout layout;
  uint8_t *colours; /* scratch rows */
  uint8_t *rgb;
} sd_raster;

/* Allocates the photo's samples, takes over `light` (also on failure) and writes coding facts.
 * orientation: EXIF 1..8. sample_bytes: 1 or 2 (native order) of the rows to come. */
sd_status sd_raster_begin(sd_raster *out, sd_photo *photo, const sd_source *source, int width,
                          int height, int orientation, sd_layout layout, int sample_bytes,
                          sd_light *light, sd_diag *diag);
/* Row y of the file. Any order. */
void sd_raster_row(sd_raster *canvas, int y, const void *row);
void sd_raster_clear(sd_raster *canvas);

/* Where the file's pixel (x, y) lies in the upright photo: at index origin + x * step_x + y *
 * step_y. */
typedef struct sd_turn {
  int width, height; /* upright */
  ptrdiff_t origin, step_x, step_y;
} sd_turn;
sd_turn sd_orientation_turn(int orientation, int file_width, int file_height);

/* lcms row conversion of `pixels` pixels to 16-bit wide RGB. */
void sd_light_convert(const sd_light *light, const void *in, uint16_t *out, int pixels);

#endif
