/* Log luminance turns exposure and shading into slowly varying offsets; taking away the local mean
 * and dividing by the local spread then leaves texture alone (local normalisation, as in Xie et al.
 * 2015 for illumination-proof flow). What is flat stays small: the noise floor keeps it so. */
#include "align/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Neighbourhood of the local normalisation in pixels of each level: wide enough to keep the shape
 * of brows and lips, narrow enough to lose shading. */
static const double NORMALISE_SIGMA_PX = 7;
/* Spread of log luminance below which it is noise rather than structure: 1.2 % contrast. */
static const double CONTRAST_FLOOR = 0.012;
/* Linear luminance is floored here before the log: below it there is only noise. */
static const float LUMINANCE_FLOOR = 0.003f;
/* Coarsest level: the longer side is about this many pixels. */
enum { COARSEST_SIDE_PX = 90, STRIP_ROWS = 64 };
/* Hair moves on its own, but its root line helps where the skin is flat. */
static const float WEIGHT_HAIR = 0.25f;
static const float WEIGHT_OUTSIDE = 0.02f;

sd_status frame_log_luminance(sd_map *out, const sd_photo *photo, sd_rect part, int shrink,
                              sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map luminance = {0};
  sd_rgb strip = {0};
  int width = (part.width + shrink - 1) / shrink, height = (part.height + shrink - 1) / shrink;
  int strip_cells = STRIP_ROWS / shrink < 1 ? 1 : STRIP_ROWS / shrink;
  SD_TRY(sd_map_make(&luminance, width, height, diag));
  for (int first = 0; first < height; first += strip_cells) {
    int top = first * shrink, rows = strip_cells * shrink;
    if (top + rows > part.height)
      rows = part.height - top;
    SD_TRY(sd_photo_linear(&strip, photo, (sd_rect){part.x, part.y + top, part.width, rows}, diag));
    int cells = (rows + shrink - 1) / shrink;
#pragma omp parallel for schedule(static)
    for (int j = 0; j < cells; j++) {
      float *cell_row = luminance.v + (size_t)(first + j) * (size_t)width;
      for (int i = 0; i < width; i++) {
        float sum = 0;
        int count = 0;
        for (int y = j * shrink; y < (j + 1) * shrink && y < rows; y++)
          for (int x = i * shrink; x < (i + 1) * shrink && x < part.width; x++, count++) {
            const float *p = strip.v + 3 * ((size_t)y * (size_t)part.width + (size_t)x);
            sum += 0.2126f * p[0] + 0.7152f * p[1] + 0.0722f * p[2];
          }
        float mean = sum / (float)count;
        cell_row[i] = logf(mean > LUMINANCE_FLOOR ? mean : LUMINANCE_FLOOR);
      }
    }
  }
  *out = luminance;
  luminance = (sd_map){0};
done:
  sd_map_clear(&luminance);
  sd_rgb_clear(&strip);
  return status;
}

static sd_status normalise(sd_map *out, const sd_map *in, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map mean = {0}, power = {0};
  size_t count = (size_t)in->width * (size_t)in->height;
  SD_TRY(sd_map_blur(&mean, in, NORMALISE_SIGMA_PX, diag));
  SD_TRY(sd_map_make(&power, in->width, in->height, diag));
  for (size_t i = 0; i < count; i++) {
    mean.v[i] = in->v[i] - mean.v[i];
    power.v[i] = mean.v[i] * mean.v[i];
  }
  SD_TRY(sd_map_blur(&power, &power, NORMALISE_SIGMA_PX, diag));
  const float floor2 = (float)(CONTRAST_FLOOR * CONTRAST_FLOOR);
  for (size_t i = 0; i < count; i++)
    mean.v[i] /= sqrtf(power.v[i] + floor2);
  *out = mean;
  mean = (sd_map){0};
done:
  sd_map_clear(&mean);
  sd_map_clear(&power);
  return status;
}

static float pixel_weight(const sd_skin *skin, size_t i) {
  sd_excluded reason = (sd_excluded)skin->excluded.v[i];
  if (reason == SD_EXCLUDED_OUTSIDE)
    return WEIGHT_OUTSIDE;
  if (reason == SD_EXCLUDED_HAIR || reason == SD_EXCLUDED_SPECTACLES)
    return WEIGHT_HAIR;
  if (reason == SD_EXCLUDED_GLARE || reason == SD_EXCLUDED_CLIPPED ||
      reason == SD_EXCLUDED_TRANSPARENT)
    return WEIGHT_OUTSIDE;
  return 1;
}

static sd_status weights(sd_map *out, const sd_skin *skin, int shrink, sd_diag *diag) {
  int width = (skin->crop.width + shrink - 1) / shrink;
  int height = (skin->crop.height + shrink - 1) / shrink;
  sd_status status = sd_map_make(out, width, height, diag);
  if (status != SD_OK)
    return status;
  for (int j = 0; j < height; j++)
    for (int i = 0; i < width; i++) {
      int x = i * shrink + shrink / 2, y = j * shrink + shrink / 2;
      x = x < skin->crop.width ? x : skin->crop.width - 1;
      y = y < skin->crop.height ? y : skin->crop.height - 1;
      out->v[(size_t)j * (size_t)width + (size_t)i] =
          skin->from_landmarks
              ? pixel_weight(skin, (size_t)y * (size_t)skin->crop.width + (size_t)x)
              : 1;
    }
  return SD_OK;
}

static int longer(int a, int b) {
  return a > b ? a : b;
}

sd_status frame_make(frame *out, const sd_photo *photo, const sd_skin *skin, int finest_side_px,
                     sd_diag *diag) {
  sd_status status = SD_OK;
  frame made = {.photo_width = photo->width, .photo_height = photo->height};
  sd_map log_luminance = {0}, weight = {0};
  int shrink = (longer(skin->crop.width, skin->crop.height) + finest_side_px - 1) / finest_side_px;
  shrink = shrink < 1 ? 1 : shrink;
  SD_TRY(frame_log_luminance(&log_luminance, photo, skin->crop, shrink, diag));
  SD_TRY(weights(&weight, skin, shrink, diag));
  double scale = shrink;
  for (int l = 0; l < FRAME_LEVELS_MAX; l++) {
    frame_level *level = &made.level[l];
    made.level_count = l + 1;
    level->scale = scale;
    level->origin_x = skin->crop.x + (scale - 1) / 2;
    level->origin_y = skin->crop.y + (scale - 1) / 2;
    SD_TRY(normalise(&level->feature, &log_luminance, diag));
    SD_TRY(sd_map_copy(&level->weight, &weight, diag));
    if (longer(log_luminance.width, log_luminance.height) <= COARSEST_SIDE_PX)
      break;
    SD_TRY(sd_map_half(&log_luminance, &log_luminance, diag));
    SD_TRY(sd_map_half(&weight, &weight, diag));
    scale *= 2;
  }
  *out = made;
  made = (frame){0};
done:
  frame_clear(&made);
  sd_map_clear(&log_luminance);
  sd_map_clear(&weight);
  return status;
}

void frame_clear(frame *frame_) {
  for (int l = 0; l < FRAME_LEVELS_MAX; l++) {
    sd_map_clear(&frame_->level[l].feature);
    sd_map_clear(&frame_->level[l].weight);
  }
  memset(frame_, 0, sizeof *frame_);
}
