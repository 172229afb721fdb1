/* From the scene to a file: light on the sensor tile by tile, then blur, noise, sRGB, JPEG, EXIF.
 */
#include "scene/parts.h"

#include "scardelta/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- light ---- */

enum { TILE = 16 };

typedef struct tile {
  int x, y, width, height;
  hit hits[TILE * TILE];
  bool shown[TILE * TILE]; /* the head's mesh is there */
  int marks[SCENE_MARKS_MAX];
  int mark_count;
} tile;

static void tile_look(tile *t, const scene *s) {
  for (int i = 0; i < t->width * t->height; i++)
    t->shown[i] = frame_hit(s, t->x + i % t->width, t->y + i / t->width, &t->hits[i]);
}

/* Keeps the marks whose reach meets the box of rest positions seen in the tile. */
static void tile_marks(tile *t, const scene *s) {
  scene_vector low = {1e9, 1e9, 1e9}, high = {-1e9, -1e9, -1e9};
  for (int i = 0; i < t->width * t->height; i++)
    if (t->shown[i]) {
      scene_vector p = hit_blend(s, &t->hits[i]).rest;
      low = (scene_vector){fmin(low.x, p.x), fmin(low.y, p.y), fmin(low.z, p.z)};
      high = (scene_vector){fmax(high.x, p.x), fmax(high.y, p.y), fmax(high.z, p.z)};
    }
  t->mark_count = 0;
  for (int k = 0; k < s->subject.mark_count; k++) {
    const scene_mark *m = &s->subject.marks[k];
    double far = mark_reach_mm(m, &s->session);
    if (m->centre.x + far > low.x && m->centre.x - far < high.x && m->centre.y + far > low.y &&
        m->centre.y - far < high.y && m->centre.z + far > low.z && m->centre.z - far < high.z)
      t->marks[t->mark_count++] = k;
  }
}

static void tile_shade(const tile *t, const scene *s, sd_rgb *out) {
  for (int i = 0; i < t->width * t->height; i++) {
    int x = t->x + i % t->width, y = t->y + i / t->width;
    double rgb[3];
    shade(s, x, y, t->shown[i] ? &t->hits[i] : NULL, t->marks, t->mark_count, rgb);
    for (int c = 0; c < 3; c++)
      out->v[3 * ((size_t)y * (size_t)out->width + (size_t)x) + (size_t)c] = (float)rgb[c];
  }
}

sd_status scene_linear(sd_rgb *out, const scene *s, sd_diag *diag) {
  sd_status status = sd_rgb_make(out, s->shot.width, s->shot.height, diag);
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static, 1)
  for (int y = 0; y < s->shot.height; y += TILE)
    for (int x = 0; x < s->shot.width; x += TILE) {
      tile t = {.x = x, .y = y};
      t.width = s->shot.width - t.x < TILE ? s->shot.width - t.x : TILE;
      t.height = s->shot.height - t.y < TILE ? s->shot.height - t.y : TILE;
      tile_look(&t, s);
      tile_marks(&t, s);
      tile_shade(&t, s, out);
    }
  return SD_OK;
}

/* ---- sensor ---- */

static sd_status blur_channels(sd_rgb *light, double sigma_px, sd_diag *diag) {
  sd_map channel = {0};
  sd_status status = SD_OK;
  size_t count = (size_t)light->width * (size_t)light->height;
  if (sigma_px <= 0)
    return SD_OK;
  SD_TRY(sd_map_make(&channel, light->width, light->height, diag));
  for (size_t c = 0; c < 3; c++) {
    for (size_t i = 0; i < count; i++)
      channel.v[i] = light->v[3 * i + c];
    SD_TRY(sd_map_blur(&channel, &channel, sigma_px, diag));
    for (size_t i = 0; i < count; i++)
      light->v[3 * i + c] = channel.v[i];
  }
done:
  sd_map_clear(&channel);
  return status;
}

/* Each row has its own random numbers, so threads do not matter. */
static void expose_row(sd_picture *out, const sd_rgb *light, const scene_shot *shot, int y) {
  sd_random random = {shot->noise_seed * 0x9e3779b97f4a7c15u + (uint64_t)y * 0xd1342543de82ef95u};
  size_t at = 3 * (size_t)y * (size_t)light->width;
  bool noisy = shot->shot_noise > 0 || shot->read_noise > 0;
  for (int i = 0; i < 3 * light->width; i++, at++) {
    double v = light->v[at];
    if (noisy)
      v += sqrt(shot->shot_noise * shot->shot_noise * fmax(v, 0) +
                shot->read_noise * shot->read_noise) *
           sd_random_normal(&random);
    out->v[at] = sd_srgb8_from_linear((float)v);
  }
}

sd_status scene_picture(sd_picture *out, const scene *s, sd_diag *diag) {
  sd_rgb light = {0};
  sd_status status = SD_OK;
  SD_TRY(scene_linear(&light, s, diag));
  SD_TRY(blur_channels(&light, s->shot.blur_px, diag));
  SD_TRY(sd_picture_make(out, light.width, light.height, diag));
#pragma omp parallel for schedule(static)
  for (int y = 0; y < light.height; y++)
    expose_row(out, &light, &s->shot, y);
done:
  sd_rgb_clear(&light);
  return status;
}

/* ---- file ---- */

static void put16(sd_text *out, unsigned v) {
  const uint8_t bytes[2] = {(uint8_t)(v >> 8), (uint8_t)v};
  sd_text_add_bytes(out, bytes, 2);
}

static void put32(sd_text *out, uint32_t v) {
  put16(out, v >> 16);
  put16(out, v & 0xffff);
}

static void put_entry(sd_text *out, unsigned tag, unsigned type, uint32_t count, uint32_t value) {
  put16(out, tag);
  put16(out, type);
  put32(out, count);
  put32(out, value);
}

/* One APP1 segment: big-endian TIFF with IFD0 and the Exif IFD (Exif 2.31, offsets from "MM"). */
static void put_exif(sd_text *out, const char *taken, const char *offset) {
  enum { ASCII = 2, SHORT = 3, LONG = 4, IFD0 = 8, ENTRIES0 = 4, ENTRIES1 = 2 };
  enum { TEXT0 = IFD0 + 2 + 12 * ENTRIES0 + 4, MAKE = 10, MODEL = 6, IFD1 = TEXT0 + MAKE + MODEL };
  enum {
    TEXT1 = IFD1 + 2 + 12 * ENTRIES1 + 4,
    TAKEN = 20,
    OFFSET = 7,
    END = TEXT1 + TAKEN + OFFSET
  };
  char date[TAKEN] = {0}, zone[OFFSET] = {0};
  snprintf(date, sizeof date, "%s", taken);
  snprintf(zone, sizeof zone, "%s", offset);
  put16(out, 0xffe1);
  put16(out, 2 + 6 + END);
  sd_text_add_bytes(out, "Exif\0\0MM\0\x2a", 10);
  put32(out, IFD0);
  put16(out, ENTRIES0);
  put_entry(out, 0x010f, ASCII, MAKE, TEXT0);
  put_entry(out, 0x0110, ASCII, MODEL, TEXT0 + MAKE);
  put_entry(out, 0x0112, SHORT, 1, 1u << 16); /* upright */
  put_entry(out, 0x8769, LONG, 1, IFD1);
  put32(out, 0);
  sd_text_add_bytes(out, "Synthetic\0scene", MAKE + MODEL);
  put16(out, ENTRIES1);
  put_entry(out, 0x9003, ASCII, TAKEN, TEXT1);
  put_entry(out, 0x9011, ASCII, OFFSET, TEXT1 + TAKEN);
  put32(out, 0);
  sd_text_add_bytes(out, date, TAKEN);
  sd_text_add_bytes(out, zone, OFFSET);
}

sd_status scene_jpeg(sd_text *out, const scene *s, int quality, const char *taken,
                     const char *offset, sd_diag *diag) {
  enum { START = 2 }; /* the start-of-image marker; the EXIF segment follows it */
  sd_picture picture = {0};
  sd_text bytes = {0};
  sd_status status = SD_OK;
  SD_TRY(scene_picture(&picture, s, diag));
  SD_TRY(sd_encode_jpeg(&bytes, &picture, quality, diag));
  sd_text_add_bytes(out, bytes.v, START);
  put_exif(out, taken, offset);
  sd_text_add_bytes(out, bytes.v + START, bytes.length - START);
  if (out->failed)
    status = sd_fail(diag, SD_NO_MEMORY, "no memory for a photo");
done:
  sd_picture_clear(&picture);
  sd_text_clear(&bytes);
  return status;
}
