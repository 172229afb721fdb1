/* photo: a file becomes upright pixels with known light. The only floor that knows file formats. */
#ifndef SCARDELTA_PHOTO_H
#define SCARDELTA_PHOTO_H

#include "scardelta/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sd_format {
  SD_FORMAT_UNKNOWN = 0,
  SD_FORMAT_JPEG,
  SD_FORMAT_PNG,
  SD_FORMAT_HEIC, /* HEIF family: HEIC and AVIF */
  SD_FORMAT_TIFF,
  SD_FORMAT_WEBP
} sd_format;

/* Kind of a file by its first bytes (16 are enough); its name plays no part. */
sd_format sd_format_sniff(const void *bytes, size_t length);
/* "JPEG", "PNG", ...; static. */
const char *sd_format_name(sd_format format);
/* Was this build made with the library that reads `format`? */
bool sd_format_readable(sd_format format);

/* What the camera says about the shot. All optional: "" / 0 / -1 mean "not said". Text is made
 * safe: valid UTF-8, no control characters, cut to fit. Never trusted for sizes. */
typedef struct sd_capture {
  char taken[40]; /* ISO 8601, "2025-03-04T10:22:31+01:00"; offset only if the file has it */
  char make[64], model[64], lens[96], software[96]; /* software: that wrote or edited the file */
  double focal_length_mm;
  double focal_length_35mm; /* 35 mm equivalent */
  double exposure_s;
  double f_number;
  double iso;
  int white_balance; /* -1 not said, 0 automatic, 1 manual */
  int flash;         /* -1 not said, 0 did not fire, 1 fired */
  int orientation;   /* EXIF 1..8 as found (already applied to the pixels); 1 when not said */
  bool made;         /* a picture that scardelta made (sd_picture_sign), no photo */
} sd_capture;

/* The day as people read it: "2025-03-04", "week 12" where only that may be told, "" not said. */
void sd_capture_day(char out[11], const sd_capture *capture);

/* How the file codes its pixels. */
typedef struct sd_coding {
  sd_format format;
  int file_width, file_height; /* before orientation */
  int bits;                    /* per sample in the file: 1..16 */
  bool lossy;                  /* compressed with loss */
  int jpeg_quality;     /* 1..100 estimated from the luminance table (IJG scale); 0 no JPEG */
  int jpeg_low_quality; /* the same of the nine lowest coefficients, which are what skin has */
  int traced_quality; /* of a JPEG coarser than the file says, which the pixels went through before
                         they were saved as they are; 0: none is found */
  int traced_chroma;  /* pixels a side that shared one colour in it, 1 or 2 */
  int jpeg_chroma_h, jpeg_chroma_v; /* chroma subsampling: 2,2 is 4:2:0; 1,1 is 4:4:4; 0 no JPEG */
  char profile[96]; /* name of the colour profile used, e.g. "Display P3"; "sRGB" when assumed */
  bool profile_assumed; /* the file names no colour space: sRGB was assumed, and people are told */
} sd_coding;

/* An upright photo. The samples stay as coded (8 or 16 bits) and carry the way to linear light with
 * them: linear sRGB = to_srgb * (curve[R][r], curve[G][g], curve[B][b]). A 12 Mpx photo thus takes
 * 36 MB, and float pixels are made only for the parts that are measured. */
typedef struct sd_photo {
  int width, height; /* upright */
  int sample_bytes;  /* 1 or 2 (native byte order) */
  void *samples;     /* R, G, B interleaved, rows without padding; owned */
  sd_mask opaque;    /* empty when the photo has no alpha; else 255 where fully opaque, 0 elsewhere:
                        pixels that are not fully opaque are not measured */
  float *curve[3];   /* 256 or 65536 entries each; owned (three separate blocks) */
  float to_srgb[9];  /* row-major, linear device RGB -> linear sRGB primaries (D65), not clipped */
  sd_capture capture;
  sd_coding coding;
  char file_sha256[65];
} sd_photo;

typedef struct sd_photo_options {
  double max_megapixels; /* 0 = default 120; the header's size is checked before allocating */
  bool mirrored;         /* the photo is a mirror image, as many selfies are: left and right are put
                            right, after the file's own orientation */
  bool as_stored;        /* no colour space: for sd_photo_mask, to which samples are labels */
} sd_photo_options;

/* Reads a photo file: sniffs, decodes, applies orientation, keeps profile and capture facts.
 * `path` appears in the sentence of a failure. Fails with
 *   SD_UNREADABLE   cannot be opened, empty, damaged, or truncated (says how much of it is there)
 *   SD_UNSUPPORTED  e.g. 12-bit JPEG, or a format this build has no library for
 *   SD_TOO_LARGE    more than max_megapixels
 *   SD_NO_MEMORY
 * A damaged file never crashes, hangs or allocates more than its checked header allows. */
sd_status sd_photo_read(sd_photo *out, const char *path, const sd_photo_options *options,
                        sd_diag *diag);
/* The same from memory; `name` stands for the path in sentences. The bytes stay the caller's. */
sd_status sd_photo_read_memory(sd_photo *out, const void *bytes, size_t length, const char *name,
                               const sd_photo_options *options, sd_diag *diag);
void sd_photo_clear(sd_photo *photo);

/* Linear light of the part `rect` (must lie inside the photo) into `out` of that size. */
sd_status sd_photo_linear(sd_rgb *out, const sd_photo *photo, sd_rect rect, sd_diag *diag);
/* One pixel of it. */
void sd_photo_linear_at(const sd_photo *photo, int x, int y, float rgb[3]);

/* The part `rect` for people and for the face networks: sRGB-coded 8 bit, shrunk by averaging
 * `shrink` x `shrink` blocks (1 = native) in the photo's own coded values. out is ceil(size /
 * shrink). */
sd_status sd_photo_picture(sd_picture *out, const sd_photo *photo, sd_rect rect, int shrink,
                           sd_diag *diag);

/* A mask photo (white = measure) or a label photo: the upright samples of one 8-bit grey channel
 * exactly as stored, no colour conversion; 16-bit samples when all are at most 255, or black and
 * white. SD_UNSUPPORTED for other 16-bit values, for files that are not lossless (PNG and TIFF are)
 * and for pixels whose red, green and blue differ. */
sd_status sd_photo_read_mask(sd_mask *out, const char *path, const sd_photo_options *options,
                             sd_diag *diag);
/* The same of a photo that was read as_stored; `name` stands for the path in sentences. */
sd_status sd_photo_mask(sd_mask *out, const sd_photo *photo, const char *name, sd_diag *diag);

/* ---- reading in another process ---------------------------------------------------------- */

/* The bytes of a file that begins like a photo this build can read; free() them. Fails with
 * sd_photo_read's sentences. */
sd_status sd_photo_load(uint8_t **out, size_t *length, const char *path, sd_diag *diag);
/* A photo as one block of bytes for another process of this very program: no format to keep. */
size_t sd_photo_packed_size(const sd_photo *photo);
/* `out` has room for sd_photo_packed_size bytes and is aligned as malloc's are. */
void sd_photo_pack(void *out, const sd_photo *photo);
/* The photo again. The bytes are trusted in nothing, as they come from where hostile files are
 * decoded: SD_UNREADABLE for what no reader gives, SD_TOO_LARGE above the limit of `options`; texts
 * are made safe once more. What `out` held before is cleared; on failure it is left as it was. */
sd_status sd_photo_unpack(sd_photo *out, const void *bytes, size_t length, const char *name,
                          const sd_photo_options *options, sd_diag *diag);

/* Pixels across and down that share one colour in the file: 1, 1 where every pixel has its own, 2,
 * 2 for 4:2:0 (and for HEIC and WebP, which are nearly always so). */
void sd_coding_chroma(const sd_coding *coding, int *h, int *v);
/* Of the coarsest JPEG that the pixels are known to have gone through; 0: none. */
int sd_coding_jpeg(const sd_coding *coding);
/* 1..100 on the IJG scale: the coarsest JPEG's, 100 of what was kept without loss, and of other
 * lossy files, which do not say, what cameras and programs commonly write. */
double sd_coding_quality(const sd_coding *coding);
/* Quantiser steps of that quality, relative to quality 50 (IJG scale); 100 has none to speak of. */
double sd_coding_step(const sd_coding *coding);
/* Makes the photo's colour as coarse as that of a file whose blocks of h x v pixels share one, in
 * place; luma stays as it is. Two photos are compared at the coarser one's colour. SD_NO_MEMORY. */
sd_status sd_photo_coarsen_chroma(sd_photo *photo, int h, int v, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
