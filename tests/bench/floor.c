/* floor [--decode] PHOTO.jpg...: what no program that compares photos and shows it can go without,
 * on one thread and nothing else. Decodes each photo, shrinks it to 1600 pixels, encodes two panels
 * of that size from each, and the last photo as a whole. With --decode the photos are decoded, no
 * more. */
#include <stdio.h>

#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

enum { PANEL_PX = 1600, PANELS_EACH = 2, PANEL_QUALITY = 92, WHOLE_QUALITY = 95 };

typedef struct picture {
  int width, height;
  JSAMPLE *v;
} picture;

static int decode(picture *out, const char *path) {
  struct jpeg_error_mgr errors; /* the default manager ends the program: right for a bench */
  struct jpeg_decompress_struct jpeg = {.err = jpeg_std_error(&errors)};
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    return 1;
  }
  jpeg_create_decompress(&jpeg);
  jpeg_stdio_src(&jpeg, file);
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = JCS_RGB;
  jpeg_start_decompress(&jpeg);
  *out = (picture){(int)jpeg.output_width, (int)jpeg.output_height, NULL};
  size_t stride = 3 * (size_t)out->width;
  out->v = malloc(stride * (size_t)out->height);
  while (out->v != NULL && jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = out->v + stride * jpeg.output_scanline;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  int failed = out->v == NULL || !jpeg_finish_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
  fclose(file);
  return failed;
}

/* Means of boxes of whole pixels. */
static int shrink(picture *out, const picture *in) {
  int side = in->width > in->height ? in->width : in->height;
  int by = side / PANEL_PX < 1 ? 1 : side / PANEL_PX;
  *out = (picture){in->width / by, in->height / by, NULL};
  out->v = malloc(3 * (size_t)out->width * (size_t)out->height);
  for (int y = 0; y < out->height && out->v != NULL; y++)
    for (int x = 0; x < out->width; x++)
      for (int c = 0; c < 3; c++) {
        int sum = 0;
        for (int j = y * by; j < (y + 1) * by; j++)
          for (int i = x * by; i < (x + 1) * by; i++)
            sum += in->v[3 * ((size_t)j * (size_t)in->width + (size_t)i) + (size_t)c];
        out->v[3 * ((size_t)y * (size_t)out->width + (size_t)x) + (size_t)c] =
            (JSAMPLE)(sum / (by * by));
      }
  return out->v == NULL;
}

static void encode(const picture *in, int quality) {
  struct jpeg_error_mgr errors;
  struct jpeg_compress_struct jpeg = {.err = jpeg_std_error(&errors)};
  unsigned char *bytes = NULL;
  unsigned long length = 0;
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &bytes, &length);
  jpeg.image_width = (JDIMENSION)in->width;
  jpeg.image_height = (JDIMENSION)in->height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = in->v + 3 * (size_t)jpeg.next_scanline * (size_t)in->width;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  free(bytes);
}

static int work_on(const char *path, int is_last) {
  picture whole = {0}, panel = {0};
  int failed = decode(&whole, path) || shrink(&panel, &whole);
  for (int k = 0; k < PANELS_EACH && !failed; k++)
    encode(&panel, PANEL_QUALITY);
  if (is_last && !failed)
    encode(&whole, WHOLE_QUALITY);
  free(whole.v);
  free(panel.v);
  return failed;
}

static int only_decode(const char *path) {
  picture whole = {0};
  int failed = decode(&whole, path);
  free(whole.v);
  return failed;
}

int main(int argc, char **argv) {
  int first = argc > 1 && strcmp(argv[1], "--decode") == 0 ? 2 : 1;
  int failed = argc <= first;
  for (int k = first; k < argc && !failed; k++)
    failed = first == 2 ? only_decode(argv[k]) : work_on(argv[k], k + 1 == argc);
  return failed;
}
