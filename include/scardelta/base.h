/* base: what every floor stands on. Status and diagnostics, pixel grids, filters, text, hashes.
 *
 * Conventions that hold for the whole library
 *   - Structs are born {0}: valid and empty. sd_x_clear() frees what they own and returns them to
 * {0}.
 *   - A function that can fail returns sd_status and writes one sentence for a person to `diag`
 *     (which may be NULL). On failure `out` is left as it was, unless the function says otherwise.
 *   - Pixel grids are row-major without padding: value (x, y) is v[(size_t)y * width + x].
 *   - Coordinates are pixels, x right, y down; the centre of the top-left pixel is (0, 0).
 *   - Nothing here prints, exits, or keeps mutable global state; all of it may be called from
 *     several threads on different objects. Results do not depend on the number of threads. */
#ifndef SCARDELTA_BASE_H
#define SCARDELTA_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- status and diagnostics -------------------------------------------------------------- */

/* Chosen by what the caller would do next; the sentence for a person is in sd_diag. */
typedef enum sd_status {
  SD_OK = 0,
  SD_USAGE,          /* the request makes no sense: option, argument, contradictory input */
  SD_UNREADABLE,     /* an input file cannot be opened, is damaged, or is of no known kind */
  SD_UNSUPPORTED,    /* a well-formed input of a kind this program or this build cannot read */
  SD_TOO_LARGE,      /* an input is larger than the limit given */
  SD_NO_FACE,        /* no face, or none that can be trusted */
  SD_NOT_COMPARABLE, /* the pair cannot be compared honestly */
  SD_NOT_ALIGNED,    /* registration failed */
  SD_NOT_WRITTEN,    /* an output could not be written */
  SD_NO_MEMORY,
  SD_INTERRUPTED
} sd_status;

/* One finished sentence for a person; no allocation, so reporting cannot fail. */
typedef struct sd_diag {
  char text[640];
} sd_diag;

#if defined(__GNUC__)
#define SD_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define SD_PRINTF(f, a)
#endif

/* Writes the sentence (printf style, cut to fit) and returns `status`, so that a failure is one
 * line: `return sd_fail(diag, SD_UNREADABLE, "%s: not a photo", path);`. diag may be NULL. */
sd_status sd_fail(sd_diag *diag, sd_status status, const char *format, ...) SD_PRINTF(3, 4);

/* The shape of every function with resources: locals {0}, SD_TRY(...), `done:`, hand over last.
 * Needs a local `sd_status status` and a label `done`. */
#define SD_TRY(call)                                                                               \
  do {                                                                                             \
    status = (call);                                                                               \
    if (status != SD_OK)                                                                           \
      goto done;                                                                                   \
  } while (0)

/* "0.1.0"; static. */
const char *sd_version(void);

/* Opens an ordinary file for reading, never waiting for the writer of a pipe; the caller closes
 * *out. *length in bytes. SD_UNREADABLE with the path and the reason for everything else; `what` it
 * should have been ("photo", "file") is told of a folder. */
sd_status sd_file_open(int *out, int64_t *length, const char *path, const char *what,
                       sd_diag *diag);

/* ---- points and grids -------------------------------------------------------------------- */

typedef struct sd_point {
  double x, y;
} sd_point;

/* Pixels x .. x + width - 1, y .. y + height - 1. */
typedef struct sd_rect {
  int x, y, width, height;
} sd_rect;

/* The part of `rect` inside a width x height grid; width or height 0 when there is none. */
sd_rect sd_rect_clip(sd_rect rect, int width, int height);

/* One float a pixel. NaN marks "not measured" where a function says so. */
typedef struct sd_map {
  int width, height;
  float *v;
} sd_map;

/* One byte a pixel: labels, reasons or 0/255. */
typedef struct sd_mask {
  int width, height;
  uint8_t *v;
} sd_mask;

/* Linear-light sRGB primaries, D65, interleaved R, G, B; 1 is diffuse white; may leave 0..1. */
typedef struct sd_rgb {
  int width, height;
  float *v;
} sd_rgb;

/* sRGB-coded 8-bit R, G, B for people: what the render floor draws. */
typedef struct sd_picture {
  int width, height;
  uint8_t *v;
} sd_picture;

/* Allocate (all values 0). Sides must be 1 .. 65535. SD_NO_MEMORY names the size that failed.
 * What `out` held before is cleared. */
sd_status sd_map_make(sd_map *out, int width, int height, sd_diag *diag);
sd_status sd_mask_make(sd_mask *out, int width, int height, sd_diag *diag);
sd_status sd_rgb_make(sd_rgb *out, int width, int height, sd_diag *diag);
sd_status sd_picture_make(sd_picture *out, int width, int height, sd_diag *diag);
sd_status sd_map_copy(sd_map *out, const sd_map *in, sd_diag *diag);
void sd_map_clear(sd_map *map);
void sd_mask_clear(sd_mask *mask);
void sd_rgb_clear(sd_rgb *rgb);
void sd_picture_clear(sd_picture *picture);

/* Value at a point between pixel centres, bilinear, edge replicated. The map must not be empty. */
float sd_map_at(const sd_map *map, double x, double y);
/* The same by Catmull-Rom cubic convolution (Keys 1981, a = -1/2): for sampling without blur. */
float sd_map_at_cubic(const sd_map *map, double x, double y);

/* ---- filters ----------------------------------------------------------------------------- */

/* Gaussian of standard deviation sigma_px in x and y, truncated at 4 sigma. At borders the kernel
 * is renormalised over what lies inside, so a constant stays constant and no mirrored ghost biases
 * scale. sigma_px <= 0 copies. `out` may be `in`. Above 3 px the map is halved first, which costs
 * at most 1.3 % of smoothed white noise and keeps the time O(pixels). */
sd_status sd_map_blur(sd_map *out, const sd_map *in, double sigma_px, sd_diag *diag);

/* Gaussian average of the pixels with keep != 0 only (normalised convolution, Knutsson and Westin
 * 1993). Where no weight reaches, the result is NaN. Values under keep == 0 may be anything. */
sd_status sd_map_blur_masked(sd_map *out, const sd_map *in, const sd_mask *keep, double sigma_px,
                             sd_diag *diag);

/* The same of `count` maps under one mask, whose smoothing is half of the work and is done once:
 * out[k] from in[k], which may be the same. `share` (NULL: not wanted) becomes what sd_map_blur
 * makes of the mask as 1 and 0: the share of what was averaged that is kept. */
sd_status sd_maps_blur_masked(sd_map *out, const sd_map *const *in, int count, const sd_mask *keep,
                              double sigma_px, sd_map *share, sd_diag *diag);

/* Half size (rounded up) by a 2x2 box: pixel (x, y) covers (2x, 2y)..(2x+1, 2y+1), so its centre is
 * at (2x + 0.5, 2y + 0.5) of the input. */
sd_status sd_map_half(sd_map *out, const sd_map *in, sd_diag *diag);

/* ---- numbers ----------------------------------------------------------------------------- */

/* Median, and median absolute deviation times 1.4826 (the normal-consistent spread). NaNs are left
 * out; NaN when nothing remains. Work on a private copy: `v` is reordered. */
double sd_median(float *v, size_t count);
/* Value below which `share` (0..1) of the values lie, linear between order statistics. Reorders. */
double sd_quantile(float *v, size_t count, double share);
/* Chance that Student's t with so many degrees of freedom (> 0, need not be whole) lies as far from
 * 0 as `t`, on either side: 0..1. NaN for NaN. */
double sd_student_p(double t, double freedom);
/* The |t| that is reached or passed with chance p (0 < p < 1): 1.96 at .05 for many degrees of
 * freedom, 2.78 for 4. NaN for what is no chance or no degrees of freedom. */
double sd_student_reach(double p, double freedom);

/* Small, fast, reproducible random numbers (SplitMix64, Steele et al. 2014). */
typedef struct sd_random {
  uint64_t state;
} sd_random;
uint64_t sd_random_next(sd_random *random);
double sd_random_uniform(sd_random *random); /* 0 <= value < 1 */
double sd_random_normal(sd_random *random);  /* mean 0, SD 1 (Box and Muller 1958) */

/* ---- text and hashes --------------------------------------------------------------------- */

/* Growable UTF-8 text or bytes. `v` is always NUL-terminated once something was added. A failed
 * allocation sets `failed`; later additions do nothing, so one check at the end is enough. */
typedef struct sd_text {
  char *v;
  size_t length, capacity;
  bool failed;
} sd_text;
void sd_text_add(sd_text *text, const char *string);
void sd_text_add_bytes(sd_text *text, const void *bytes, size_t length);
void sd_text_addf(sd_text *text, const char *format, ...) SD_PRINTF(2, 3);
void sd_text_clear(sd_text *text);

/* Lower-case hex SHA-256 of `length` bytes into out[65]. */
void sd_sha256_hex(const void *bytes, size_t length, char out[65]);
/* The same of a regular file of any length; fails as sd_file_open, or where reading stops. */
sd_status sd_sha256_file(char out[65], const char *path, sd_diag *diag);

/* ---- colour (science: sRGB of IEC 61966-2-1, CIELAB under D65, CIEDE2000) ---------------- */

/* sRGB coded value 0..1 to linear light and back; odd-symmetric outside 0..1. */
double sd_srgb_to_linear(double coded);
double sd_srgb_from_linear(double linear);
/* Linear sRGB (D65) to CIELAB with white D65 = (0.95047, 1, 1.08883). */
void sd_lab_from_linear(const double rgb[3], double lab[3]);
/* CIEDE2000 colour difference, kL = kC = kH = 1 (Sharma, Wu and Dalal 2005). */
double sd_ciede2000(const double lab1[3], const double lab2[3]);
/* 8-bit sRGB code of a linear value, clipped to 0..255. */
uint8_t sd_srgb8_from_linear(float linear);

#ifdef __cplusplus
}
#endif
#endif
