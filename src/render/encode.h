/* Picture files beyond the public encoders. */
#ifndef SCARDELTA_RENDER_ENCODE_H
#define SCARDELTA_RENDER_ENCODE_H

#include "scardelta/render.h"

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
