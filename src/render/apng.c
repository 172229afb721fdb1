/* Animated PNG (PNG third edition, W3C 2025, chapter 11): the IDAT of two ordinary PNGs, wrapped
 * with acTL, fcTL and fdAT chunks. */
#include "render/encode.h"

#include <libdeflate.h>
#include <string.h>

enum { SIGNATURE_BYTES = 8, CHUNK_OVERHEAD = 12, FRAMES = 2 };

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

static void add_animation(sd_text *out) {
  sd_text content = {0};
  add32(&content, FRAMES);
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

static void assemble(sd_text *out, const sd_text frames[FRAMES], const sd_picture *picture,
                     int frame_ms) {
  size_t header = SIGNATURE_BYTES + CHUNK_OVERHEAD + 13; /* IHDR is 13 bytes and always first */
  sd_text data = {0}, end = {0};
  sd_text_add_bytes(out, frames[0].v, header);
  add_animation(out);
  add_frame_control(out, 0, picture, frame_ms);
  collect_data(&data, &frames[0]);
  add_chunk(out, "IDAT", &data);
  sd_text_clear(&data);
  add_frame_control(out, 1, picture, frame_ms);
  add32(&data, 2);
  collect_data(&data, &frames[1]);
  add_chunk(out, "fdAT", &data);
  add_chunk(out, "IEND", &end);
  sd_text_clear(&data);
}

sd_status sd_encode_blink(sd_text *out, const sd_picture *first, const sd_picture *second,
                          int frame_ms, sd_diag *diag) {
  sd_text frames[FRAMES] = {{0}};
  sd_status status = SD_OK;
  if (first->width != second->width || first->height != second->height)
    return sd_fail(diag, SD_USAGE, "the two pictures of a blink differ in size");
  SD_TRY(sd_encode_png(&frames[0], first, diag));
  SD_TRY(sd_encode_png(&frames[1], second, diag));
  assemble(out, frames, first, frame_ms);
  if (out->failed)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the animated picture");
done:
  sd_text_clear(&frames[0]);
  sd_text_clear(&frames[1]);
  return status;
}
