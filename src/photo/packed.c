/* A photo as one block of bytes, for the process that decodes and the one that measures. Both are
 * the same program, so that there is no format to agree on; but the one that decodes may have been
 * taken over by a hostile file, and so nothing it says is believed. */
#include "photo/decode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC = 0x73643031 };

/* Truth values and enums are read from here, never from the structs as they came: those bytes could
 * be none of the values that their types have. */
typedef struct packed_head {
  uint32_t magic;
  int32_t width, height, sample_bytes;
  int32_t opaque, made, lossy, profile_assumed, format;
  sd_capture capture;
  sd_coding coding;
  float to_srgb[9];
  char file_sha256[65];
} packed_head;

typedef struct sizes {
  size_t curve, samples, opaque, all; /* bytes */
} sizes;

static sizes sizes_of(int width, int height, int sample_bytes, bool opaque) {
  size_t pixels = (size_t)width * (size_t)height;
  sizes s = {.curve = (sample_bytes == 1 ? 256 : 65536) * sizeof(float),
             .samples = 3 * pixels * (size_t)sample_bytes,
             .opaque = opaque ? pixels : 0};
  s.all = sizeof(packed_head) + 3 * s.curve + s.samples + s.opaque;
  return s;
}

size_t sd_photo_packed_size(const sd_photo *photo) {
  return sizes_of(photo->width, photo->height, photo->sample_bytes, photo->opaque.v != NULL).all;
}

void sd_photo_pack(void *out, const sd_photo *photo) {
  packed_head head = {.magic = MAGIC,
                      .width = photo->width,
                      .height = photo->height,
                      .sample_bytes = photo->sample_bytes,
                      .opaque = photo->opaque.v != NULL,
                      .made = photo->capture.made,
                      .lossy = photo->coding.lossy,
                      .profile_assumed = photo->coding.profile_assumed,
                      .format = (int32_t)photo->coding.format,
                      .capture = photo->capture,
                      .coding = photo->coding};
  sizes s = sizes_of(photo->width, photo->height, photo->sample_bytes, photo->opaque.v != NULL);
  uint8_t *at = out;
  memcpy(head.to_srgb, photo->to_srgb, sizeof head.to_srgb);
  memcpy(head.file_sha256, photo->file_sha256, sizeof head.file_sha256);
  memcpy(at, &head, sizeof head);
  at += sizeof head;
  for (int c = 0; c < 3; c++, at += s.curve)
    memcpy(at, photo->curve[c], s.curve);
  memcpy(at, photo->samples, s.samples);
  if (s.opaque > 0)
    memcpy(at + s.samples, photo->opaque.v, s.opaque);
}

/* ---- taken over, with suspicion ------------------------------------------------------------- */

static bool all_finite(const float *v, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (!isfinite(v[k]))
      return false;
  return true;
}

static bool is_flag(int32_t value) {
  return value == 0 || value == 1;
}

static bool is_shape(const packed_head *h) {
  return h->magic == MAGIC && (h->sample_bytes == 1 || h->sample_bytes == 2) &&
         is_flag(h->opaque) && is_flag(h->made) && is_flag(h->lossy) &&
         is_flag(h->profile_assumed) && h->format > SD_FORMAT_UNKNOWN &&
         h->format <= SD_FORMAT_WEBP && all_finite(h->to_srgb, 9);
}

static bool is_between(int value, int low, int high) {
  return value >= low && value <= high;
}

static bool are_numbers(const sd_capture *c, const sd_coding *d) {
  const double v[] = {c->focal_length_mm, c->focal_length_35mm, c->exposure_s, c->f_number, c->iso};
  for (size_t k = 0; k < sizeof v / sizeof *v; k++)
    if (!isfinite(v[k]) || v[k] < 0)
      return false;
  return is_between(c->white_balance, -1, 1) && is_between(c->flash, -1, 1) &&
         is_between(c->orientation, 1, 8) && is_between(d->bits, 1, 16) &&
         is_between(d->jpeg_quality, 0, 100) && is_between(d->jpeg_low_quality, 0, 100) &&
         is_between(d->traced_quality, 0, 100) && is_between(d->traced_chroma, 0, 2) &&
         is_between(d->jpeg_chroma_h, 0, 4) && is_between(d->jpeg_chroma_v, 0, 4) &&
         d->file_width > 0 && d->file_height > 0;
}

static void make_safe(char *text, size_t size) {
  char copy[128];
  memcpy(copy, text, size);
  sd_safe_text(text, size, copy, size);
}

static void take_facts(sd_photo *photo, const packed_head *h) {
  sd_capture *c = &photo->capture;
  photo->capture = h->capture;
  photo->coding = h->coding;
  c->made = h->made == 1;
  photo->coding.lossy = h->lossy == 1;
  photo->coding.profile_assumed = h->profile_assumed == 1;
  photo->coding.format = (sd_format)h->format;
  make_safe(c->taken, sizeof c->taken);
  make_safe(c->make, sizeof c->make);
  make_safe(c->model, sizeof c->model);
  make_safe(c->lens, sizeof c->lens);
  make_safe(c->software, sizeof c->software);
  make_safe(photo->coding.profile, sizeof photo->coding.profile);
  memcpy(photo->to_srgb, h->to_srgb, sizeof photo->to_srgb);
  snprintf(photo->file_sha256, sizeof photo->file_sha256, "%.64s", h->file_sha256);
}

static sd_status copy_bytes(void **out, const void *bytes, size_t length, const char *name,
                            sd_diag *diag) {
  *out = malloc(length);
  if (*out == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", name);
  memcpy(*out, bytes, length);
  return SD_OK;
}

static sd_status take_pixels(sd_photo *photo, const uint8_t *at, const sizes *s, const char *name,
                             sd_diag *diag) {
  sd_status status = SD_OK;
  for (int c = 0; c < 3; c++, at += s->curve) {
    void *curve = NULL;
    SD_TRY(copy_bytes(&curve, at, s->curve, name, diag));
    photo->curve[c] = curve;
  }
  SD_TRY(copy_bytes(&photo->samples, at, s->samples, name, diag));
  if (s->opaque > 0) {
    SD_TRY(sd_mask_make(&photo->opaque, photo->width, photo->height, diag));
    memcpy(photo->opaque.v, at + s->samples, s->opaque);
  }
done:
  return status;
}

sd_status sd_photo_unpack(sd_photo *out, const void *bytes, size_t length, const char *name,
                          const sd_photo_options *options, sd_diag *diag) {
  sd_source source = {.name = name, .max_megapixels = sd_photo_limit(options)};
  packed_head head;
  sd_photo photo = {0};
  sd_status status = SD_OK;
  if (length < sizeof head)
    return sd_source_damaged(&source, "the decoder's answer is cut off", diag);
  memcpy(&head, bytes, sizeof head);
  if (!is_shape(&head) || !are_numbers(&head.capture, &head.coding))
    return sd_source_damaged(&source, "the decoder's answer makes no sense", diag);
  SD_TRY(sd_source_check_size(&source, head.width, head.height, diag));
  sizes s = sizes_of(head.width, head.height, head.sample_bytes, head.opaque == 1);
  if (length != s.all) {
    status = sd_source_damaged(&source, "the decoder's answer is cut off", diag);
    goto done;
  }
  photo.width = head.width;
  photo.height = head.height;
  photo.sample_bytes = head.sample_bytes;
  take_facts(&photo, &head);
  SD_TRY(take_pixels(&photo, (const uint8_t *)bytes + sizeof head, &s, name, diag));
  for (int c = 0; c < 3 && status == SD_OK; c++)
    if (!all_finite(photo.curve[c], s.curve / sizeof(float)))
      status = sd_source_damaged(&source, "the decoder's answer makes no sense", diag);
  if (status != SD_OK)
    goto done;
  sd_photo_clear(out);
  *out = photo;
  photo = (sd_photo){0};
done:
  sd_photo_clear(&photo);
  return status;
}
