/* Animated PNG (PNG third edition, W3C 2025, chapter 11): the IDAT of ordinary PNGs, wrapped with
 * acTL, fcTL and fdAT chunks. */
#include "render/encode.h"

#include <libdeflate.h>
#include <string.h>

enum { SIGNATURE_BYTES = 8, CHUNK_OVERHEAD = 12 };

static uint32_t read32(const char *bytes) {
  const uint8_t *b = (const uint8_t *)bytes;
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void add32(sd_text *out, uint32_t value) {
  uint8_t b[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                  (uint8_t)value};
  sd_text_add_bytes(out, b, sizeof b);
}

static void add16(sd_text *out, unsigned value) {
  uint8_t b[2] = {(uint8_t)(value >> 8), (uint8_t)value};
  sd_text_add_bytes(out, b, sizeof b);
}

static void add_chunk(sd_text *out, const char type[4], const sd_text *content) {
  size_t start = out->length + 4;
  add32(out, (uint32_t)content->length);
  sd_text_add_bytes(out, type, 4);
  sd_text_add_bytes(out, content->v, content->length);
  if (content->failed || out->failed)
    out->failed = true;
  else
    add32(out, libdeflate_crc32(0, out->v + start, out->length - start));
}

static void add_animation(sd_text *out, size_t frames) {
  sd_text content = {0};
  add32(&content, (uint32_t)frames);
  add32(&content, 0); /* plays: for ever */
  add_chunk(out, "acTL", &content);
  sd_text_clear(&content);
}

static void add_frame_control(sd_text *out, uint32_t sequence, const sd_picture *picture,
                              int frame_ms) {
  sd_text content = {0};
  add32(&content, sequence);
  add32(&content, (uint32_t)picture->width);
  add32(&content, (uint32_t)picture->height);
  add32(&content, 0);
  add32(&content, 0);
  add16(&content, (unsigned)frame_ms);
  add16(&content, 1000);
  add16(&content, 0); /* leave the frame in place, and overwrite */
  add_chunk(out, "fcTL", &content);
  sd_text_clear(&content);
}

/* The content of all IDAT chunks of a PNG, `start` put before it. */
static void collect_data(sd_text *out, const sd_text *png) {
  for (size_t at = SIGNATURE_BYTES; at + CHUNK_OVERHEAD <= png->length;) {
    uint32_t length = read32(png->v + at);
    if (memcmp(png->v + at + 4, "IDAT", 4) == 0)
      sd_text_add_bytes(out, png->v + at + 8, length);
    at += CHUNK_OVERHEAD + (size_t)length;
  }
}

/* What stands before the first frame's data. */
static void begin(sd_text *out, const sd_text *png, size_t frames) {
  /* IHDR is 13 bytes and always first; sRGB has one and comes next */
  size_t header = SIGNATURE_BYTES + CHUNK_OVERHEAD + 13 + CHUNK_OVERHEAD + 1;
  sd_text_add_bytes(out, png->v, header);
  add_animation(out, frames);
}

/* Frame `k` with its control; each control and each fdAT takes a number of its own. */
static void add_frame(sd_text *out, const sd_text *png, size_t k, const sd_picture *picture,
                      int frame_ms) {
  sd_text data = {0};
  add_frame_control(out, k == 0 ? 0 : (uint32_t)(2 * k - 1), picture, frame_ms);
  if (k > 0)
    add32(&data, (uint32_t)(2 * k));
  collect_data(&data, png);
  add_chunk(out, k == 0 ? "IDAT" : "fdAT", &data);
  sd_text_clear(&data);
}

sd_status sd_encode_animation(sd_text *out, const sd_picture *const *pictures, size_t count,
                              int frame_ms, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_text png = {0}, end = {0};
  size_t from = out->length;
  for (size_t k = 1; k < count; k++)
    if (pictures[k]->width != pictures[0]->width || pictures[k]->height != pictures[0]->height)
      return sd_fail(diag, SD_USAGE, "the pictures of an animation differ in size");
  for (size_t k = 0; k < count; k++) {
    SD_TRY(sd_encode_png(&png, pictures[k], diag));
    if (k == 0)
      begin(out, &png, count);
    add_frame(out, &png, k, pictures[k], frame_ms);
    sd_text_clear(&png);
  }
  add_chunk(out, "IEND", &end);
  if (out->failed)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the animated picture");
  else
    status = sd_picture_sign(out, from, diag);
done:
  sd_text_clear(&png);
  return status;
}

sd_status sd_encode_blink(sd_text *out, const sd_picture *first, const sd_picture *second,
                          int frame_ms, sd_diag *diag) {
  const sd_picture *const pictures[] = {first, second};
  return sd_encode_animation(out, pictures, 2, frame_ms, diag);
}
