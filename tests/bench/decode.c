/* Decodes JPEG files one after the other and does nothing else: what any program must spend. */
#include <stdio.h>

#include <jpeglib.h>
#include <stdlib.h>

static int decode(const char *path) {
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
  jpeg_start_decompress(&jpeg);
  size_t stride = (size_t)jpeg.output_width * (size_t)jpeg.output_components;
  JSAMPLE *pixels = malloc(stride * jpeg.output_height);
  while (pixels != NULL && jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = pixels + stride * jpeg.output_scanline;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  int failed = pixels == NULL || !jpeg_finish_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
  free(pixels);
  fclose(file);
  return failed;
}

int main(int argc, char **argv) {
  int failed = argc < 2;
  for (int k = 1; k < argc; k++)
    failed = decode(argv[k]) || failed;
  return failed;
}
