/* Pictures for the transcripts, without a face and small, so that they run fast:
 *   pictures skin OUT.png SIDE SEED GAIN FADE SHIFT
 *   pictures zones OUT.png SIDE [SMALL]  grey 1 on the left, 2 on the right, 0 around and between;
 *                                        of 2 a square of SMALL pixels alone
 *   pictures black OUT.png SIDE
 *   pictures smaller IN.jpg OUT.jpg [EIGHTHS]   so many eighths of the width (2), with the capture
 *                                        facts it had
 *   pictures crop IN.jpg OUT.jpg LEFT TOP WIDTH HEIGHT   with its capture facts
 *   pictures size IN.jpg                 says its width and height
 * Skin is 16-bit sRGB: melanin and blood as optical densities with detail from 2 to 32 pixels,
 * spots whose density is multiplied by FADE, everything moved right by SHIFT pixels, light times
 * GAIN. */
#include "scardelta/base.h"

#include <math.h>
#include <png.h>
#include <stdio.h>

#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

enum { SPOTS = 40, OCTAVES = 5 };

/* Reproducible value in -1..1 for a lattice point. */
static double lattice(uint64_t seed, int octave, int x, int y) {
  sd_random random = {seed * 1000003u + (uint64_t)octave * 7919u + (uint64_t)(x + 4096) * 65537u +
                      (uint64_t)(y + 4096)};
  sd_random_next(&random);
  return 2 * sd_random_uniform(&random) - 1;
}

static double smooth_noise(uint64_t seed, int octave, double x, double y) {
  double cell = 2 << octave, u = x / cell, v = y / cell;
  int i = (int)floor(u), j = (int)floor(v);
  double a = u - i, b = v - j;
  a = a * a * (3 - 2 * a);
  b = b * b * (3 - 2 * b);
  double top = lattice(seed, octave, i, j) * (1 - a) + lattice(seed, octave, i + 1, j) * a;
  double low = lattice(seed, octave, i, j + 1) * (1 - a) + lattice(seed, octave, i + 1, j + 1) * a;
  return top * (1 - b) + low * b;
}

static double texture(uint64_t seed, double x, double y) {
  double sum = 0;
  for (int octave = 0; octave < OCTAVES; octave++)
    sum += smooth_noise(seed, octave, x, y);
  return sum / OCTAVES;
}

static double spots(uint64_t seed, int side, double x, double y) {
  double sum = 0;
  sd_random random = {seed};
  for (int k = 0; k < SPOTS; k++) {
    double cx = sd_random_uniform(&random) * side, cy = sd_random_uniform(&random) * side;
    double radius = 4 + 6 * sd_random_uniform(&random);
    double distance2 = (x - cx) * (x - cx) + (y - cy) * (y - cy);
    sum += exp(-distance2 / (radius * radius));
  }
  return sum;
}

static uint16_t coded(double linear) {
  double value = sd_srgb_from_linear(linear);
  return (uint16_t)lround(65535 * fmin(fmax(value, 0), 1));
}

static int write_png(const char *path, int side, png_uint_32 format, const void *pixels) {
  png_image image = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)side,
                     .height = (png_uint_32)side,
                     .format = format};
  if (png_image_write_to_file(&image, path, 0, pixels, 0, NULL))
    return 0;
  fprintf(stderr, "%s: %s\n", path, image.message);
  return 1;
}

/* libpng's simplified writer takes 16 bits as linear light, hence the plain one here. */
static int write_png16(const char *path, int side, const uint16_t *pixels) {
  FILE *file = fopen(path, "wb");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(png);
  if (file == NULL || info == NULL || setjmp(png_jmpbuf(png)))
    return 1;
  png_init_io(png, file);
  png_set_IHDR(png, info, (png_uint_32)side, (png_uint_32)side, 16, PNG_COLOR_TYPE_RGB, 0, 0, 0);
  png_write_info(png, info);
  png_set_swap(png);
  for (int y = 0; y < side; y++)
    png_write_row(png, (png_const_bytep)(pixels + (size_t)y * (size_t)side * 3));
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return fclose(file) == 0 ? 0 : 1;
}

static int write_skin(const char *path, int side, uint64_t seed, double gain, double fade,
                      double shift) {
  static const double MELANIN[3] = {0.30, 0.62, 1.0}, BLOOD[3] = {0.08, 1.0, 0.75};
  uint16_t *pixels = malloc((size_t)side * (size_t)side * 3 * sizeof *pixels);
  if (pixels == NULL)
    return 1;
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++) {
      double at = x - shift;
      double shade = 0.62 * (1 + 0.12 * texture(seed + 2, at, y)) * (1 - 0.2 * x / side);
      double melanin = 0.25 + 0.05 * texture(seed, at, y) + 0.15 * fade * spots(seed, side, at, y);
      double blood = 0.12 + 0.04 * texture(seed + 1, at, y);
      for (int c = 0; c < 3; c++)
        pixels[((size_t)y * (size_t)side + (size_t)x) * 3 + (size_t)c] =
            coded(gain * shade * pow(10, -melanin * MELANIN[c] - blood * BLOOD[c]));
    }
  int failed = write_png16(path, side, pixels);
  free(pixels);
  return failed;
}

static int write_zones(const char *path, int side, int small, bool black) {
  uint8_t *pixels = calloc((size_t)side, (size_t)side);
  int margin = side / 20;
  if (pixels == NULL)
    return 1;
  for (int y = margin; y < side - margin; y++)
    for (int x = margin; x < side - margin; x++)
      if (!black && abs(x - side / 2) > margin / 2)
        pixels[(size_t)y * (size_t)side + (size_t)x] =
            x < side / 2                                                         ? 1
            : abs(x - 3 * side / 4) < small / 2 && abs(y - side / 2) < small / 2 ? 2
                                                                                 : 0;
  int failed = write_png(path, side, PNG_FORMAT_GRAY, pixels);
  free(pixels);
  return failed;
}

/* A part of a picture; no width: all of it. */
typedef struct part {
  unsigned left, top, width, height;
} part;

/* libjpeg averages whole blocks on the way; a mistake ends the program. */
static int write_part(const char *from, const char *to, int eighths, part p) {
  struct jpeg_error_mgr error;
  struct jpeg_decompress_struct in = {.err = jpeg_std_error(&error)};
  struct jpeg_compress_struct out = {.err = &error};
  FILE *source = fopen(from, "rb"), *target = fopen(to, "wb");
  if (source == NULL || target == NULL)
    return 1;
  jpeg_create_decompress(&in);
  jpeg_create_compress(&out);
  jpeg_stdio_src(&in, source);
  jpeg_stdio_dest(&out, target);
  jpeg_save_markers(&in, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&in, TRUE);
  in.scale_num = (unsigned)eighths;
  in.scale_denom = 8;
  jpeg_start_decompress(&in);
  if (p.width == 0)
    p = (part){0, 0, in.output_width, in.output_height};
  if (p.left + p.width > in.output_width || p.top + p.height > in.output_height)
    return 1;
  out.image_width = p.width;
  out.image_height = p.height;
  out.input_components = in.output_components;
  out.in_color_space = in.out_color_space;
  jpeg_set_defaults(&out);
  jpeg_set_quality(&out, 95, TRUE);
  jpeg_start_compress(&out, TRUE);
  for (jpeg_saved_marker_ptr m = in.marker_list; m != NULL; m = m->next)
    jpeg_write_marker(&out, m->marker, m->data, m->data_length);
  JSAMPLE *row = malloc((size_t)in.output_width * (size_t)in.output_components);
  while (row != NULL && in.output_scanline < in.output_height) {
    unsigned y = in.output_scanline;
    JSAMPLE *kept = row + (size_t)p.left * (size_t)in.output_components;
    jpeg_read_scanlines(&in, &row, 1);
    if (y >= p.top && y < p.top + p.height)
      jpeg_write_scanlines(&out, &kept, 1);
  }
  free(row);
  jpeg_finish_compress(&out);
  jpeg_finish_decompress(&in);
  jpeg_destroy_compress(&out);
  jpeg_destroy_decompress(&in);
  fclose(source);
  return fclose(target);
}

static int tell_size(const char *path) {
  struct jpeg_error_mgr error;
  struct jpeg_decompress_struct in = {.err = jpeg_std_error(&error)};
  FILE *source = fopen(path, "rb");
  if (source == NULL)
    return 1;
  jpeg_create_decompress(&in);
  jpeg_stdio_src(&in, source);
  jpeg_read_header(&in, TRUE);
  printf("%u x %u\n", in.image_width, in.image_height);
  jpeg_destroy_decompress(&in);
  return fclose(source);
}

int main(int argc, char **argv) {
  if (argc == 8 && strcmp(argv[1], "skin") == 0)
    return write_skin(argv[2], atoi(argv[3]), strtoull(argv[4], NULL, 10), atof(argv[5]),
                      atof(argv[6]), atof(argv[7]));
  if ((argc == 4 || argc == 5) && strcmp(argv[1], "smaller") == 0)
    return write_part(argv[2], argv[3], argc == 5 ? atoi(argv[4]) : 2, (part){0});
  if (argc == 8 && strcmp(argv[1], "crop") == 0)
    return write_part(argv[2], argv[3], 8,
                      (part){(unsigned)atoi(argv[4]), (unsigned)atoi(argv[5]),
                             (unsigned)atoi(argv[6]), (unsigned)atoi(argv[7])});
  if (argc == 3 && strcmp(argv[1], "size") == 0)
    return tell_size(argv[2]);
  bool black = argc == 4 && strcmp(argv[1], "black") == 0;
  bool zones = (argc == 4 || argc == 5) && strcmp(argv[1], "zones") == 0;
  if (black || zones) {
    int side = atoi(argv[3]);
    return write_zones(argv[2], side, argc == 5 ? atoi(argv[4]) : 2 * side, black);
  }
  fprintf(stderr, "pictures: see the head of pictures.c\n");
  return 2;
}
