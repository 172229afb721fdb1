/* Patches of synthetic skin with known optical density, for the floors measure and change. */
#ifndef SD_TESTS_SKIN_FIXTURE_H
#define SD_TESTS_SKIN_FIXTURE_H

#include "scardelta/change.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Optical density and log light of a skin point in mm. */
typedef struct skin_point {
  double melanin, haemoglobin, light;
} skin_point;
typedef skin_point (*skin_model)(double x_mm, double y_mm);

typedef struct patch {
  sd_photo photo;
  sd_face face; /* not found */
  sd_skin skin;
  sd_quality quality;
  sd_measures measures;
  double mm_per_px;
} patch;

/* A 16-bit photo of the model: sRGB-coded, `gain` times as bright. `tag` makes the file's hash. */
static inline void patch_make(patch *p, skin_model model, int side_px, double mm_per_px,
                              const sd_pigment_axes *axes, double gain, const char *tag) {
  enum { CODES = 65536 };
  memset(p, 0, sizeof *p);
  p->mm_per_px = mm_per_px;
  p->photo.width = p->photo.height = side_px;
  p->photo.sample_bytes = 2;
  uint16_t *samples = malloc((size_t)side_px * (size_t)side_px * 6);
  p->photo.samples = samples;
  for (int c = 0; c < 3; c++) {
    p->photo.curve[c] = malloc(CODES * sizeof(float));
    for (int k = 0; k < CODES; k++)
      p->photo.curve[c][k] = (float)sd_srgb_to_linear(k / 65535.0);
    p->photo.to_srgb[4 * c] = 1;
  }
  for (int y = 0; y < side_px; y++)
    for (int x = 0; x < side_px; x++) {
      skin_point s = model(x * mm_per_px, y * mm_per_px);
      for (int c = 0; c < 3; c++) {
        double d = s.melanin * axes->melanin[c] + s.haemoglobin * axes->haemoglobin[c];
        double v = 65535 * sd_srgb_from_linear(gain * exp(s.light - d));
        samples[3 * ((size_t)y * (size_t)side_px + (size_t)x) + (size_t)c] =
            (uint16_t)(v < 0       ? 0
                       : v > 65535 ? 65535
                                   : v + 0.5);
      }
    }
  sd_sha256_hex(tag, strlen(tag), p->photo.file_sha256);
  strcpy(p->photo.coding.profile, "sRGB");
  p->skin.crop = (sd_rect){0, 0, side_px, side_px};
  sd_mask_make(&p->skin.label, side_px, side_px, NULL);
  sd_mask_make(&p->skin.excluded, side_px, side_px, NULL);
  p->skin.zone_count = 2; /* left and right half */
  p->skin.zones[0] = (sd_zone){.name = "z1", .label = 1};
  p->skin.zones[1] = (sd_zone){.name = "z2", .label = 2};
  for (int k = 0; k < side_px * side_px; k++)
    p->skin.label.v[k] = k % side_px < side_px / 2 ? 1 : 2;
}

static inline void patch_clear(patch *p) {
  free(p->photo.samples);
  for (int c = 0; c < 3; c++)
    free(p->photo.curve[c]);
  sd_mask_clear(&p->skin.label);
  sd_mask_clear(&p->skin.excluded);
  sd_measures_clear(&p->measures);
  memset(p, 0, sizeof *p);
}

/* The identity on every pixel: registration is not what is tested here. */
static inline void identity(sd_alignment *al, int side_px) {
  int nodes = side_px / 10 + 1;
  memset(al, 0, sizeof *al);
  sd_warp *warps[] = {&al->forward, &al->inverse};
  for (int k = 0; k < 2; k++) {
    sd_warp w = {
        .domain = {0, 0, side_px, side_px}, .step_px = 10, .columns = nodes, .rows = nodes};
    w.x = malloc((size_t)(nodes * nodes) * sizeof(float));
    w.y = malloc((size_t)(nodes * nodes) * sizeof(float));
    w.valid = malloc((size_t)(nodes * nodes));
    for (int n = 0; n < nodes * nodes; n++) {
      w.x[n] = (float)(10 * (n % nodes));
      w.y[n] = (float)(10 * (n / nodes));
      w.valid[n] = 1;
    }
    *warps[k] = w;
  }
  al->status = SD_ALIGNMENT_OK;
  al->coverage = al->agreement = al->likeness = al->scale_ratio = 1;
  al->same_skin = true;
  al->error_px = al->leader_error_px = 0.2;
}

#endif
