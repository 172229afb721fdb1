/* Picture files beyond the public encoders. */
#ifndef SCARDELTA_RENDER_ENCODE_H
#define SCARDELTA_RENDER_ENCODE_H

#include "scardelta/render.h"

/* Signature and IHDR, with which every PNG begins. */
enum { SD_PNG_HEAD_BYTES = 33 };
/* Appends a PNG file with the chunk that names its colours sRGB. */
void sd_png_add_tagged(sd_text *out, const void *png, size_t length);

/* Appends an animated PNG that shows the two pictures (of equal size) in turn for ever, each for
 * `frame_ms` milliseconds. Viewers without animation show the first. */
sd_status sd_encode_blink(sd_text *out, const sd_picture *first, const sd_picture *second,
                          int frame_ms, sd_diag *diag);

/* The same with `count` > 0 pictures; SD_USAGE when they differ in size. */
sd_status sd_encode_animation(sd_text *out, const sd_picture *const *pictures, size_t count,
                              int frame_ms, sd_diag *diag);

/* Appends `width` x `height` pixels with transparency (red, green, blue, opacity) as PNG. */
sd_status sd_encode_png_layer(sd_text *out, const uint8_t *rgba, int width, int height,
                              sd_diag *diag);

#endif
