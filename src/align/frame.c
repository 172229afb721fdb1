/* Log luminance turns exposure and shading into slowly varying offsets; taking away the local mean
 * and dividing by the local spread then leaves texture alone (local normalisation, as in Xie et al.
 * 2015 for illumination-proof flow). What is flat stays small: the noise floor keeps it so. A lamp
 * on the other side turns the shading of pores and wrinkles round; the ratio of the colour channels
 * does not see relief and shading at all, so it is a second feature beside luminance. */
#include "align/frame.h"

#include "base/logs.h"
#include "base/room.h"

#include <math.h>
#include <string.h>

/* Neighbourhood of the local normalisation in pixels of each level: wide enough to keep the shape
 * of brows and lips, narrow enough to lose shading (5 and 7 are alike on pairs of known truth, 12
 * is worse under a moved lamp). */
static const double NORMALISE_SIGMA_PX = 5;
/* Spread of log luminance or log colour below which it is noise rather than structure: 1.2 %
 * contrast. */
static const double CONTRAST_FLOOR = 0.012;
/* Linear light is floored here before the log: below it there is only noise. */
static const float LIGHT_FLOOR = 0.003f;
/* Coarsest level: the longer side is about this many pixels. */
enum { COARSEST_SIDE_PX = 90, STRIP_ROWS = 64 };
/* Glare and clipped pixels follow the lamp, not the skin. */
static const float WEIGHT_GLARE = 0.02f;
/* Above the brows hairline and hair go with the skull: they are no background. */
static const double ABOVE_EYES = 0.4; /* eye distances */
/* Hair, ears and neck around the face steady the map at the face's rim, where a one-sided
 * neighbourhood would let it drift. Share of the crop's longer side. */
static const double MARGIN = 0.12;

static float floored(float light) {
  return light > LIGHT_FLOOR ? light : LIGHT_FLOOR;
}

/* Sums of linear light over one cell of `shrink` x `shrink` pixels of a strip. */
static void cell_light(float mean[3], const sd_rgb *strip, int i, int j, int shrink, int width,
                       int rows) {
  float sum[3] = {0, 0, 0};
  int count = 0;
  for (int y = j * shrink; y < (j + 1) * shrink && y < rows; y++)
    for (int x = i * shrink; x < (i + 1) * shrink && x < width; x++, count++)
      for (int c = 0; c < 3; c++)
        sum[c] += strip->v[3 * ((size_t)y * (size_t)width + (size_t)x) + (size_t)c];
  for (int c = 0; c < 3; c++)
    mean[c] = sum[c] / (float)(count > 0 ? count : 1);
}

static float luminance_of(const float light[3]) {
  return floored(0.2126f * light[0] + 0.7152f * light[1] + 0.0722f * light[2]);
}

/* Red over green by the root of green over blue, so that its log has half of the latter's: melanin
 * shows in the one, haemoglobin in the other; blue is the noisier channel. */
static float tint_of(const float light[3]) {
  float green = floored(light[1]);
  return floored(light[0]) / green * sqrtf(green / floored(light[2]));
}

/* One row of cells of a strip; `tint` NULL: not wanted. */
static void row_logs(float *luminance, float *tint, const sd_rgb *strip, int j, int width,
                     int shrink, int strip_width, int rows) {
  for (int i = 0; i < width; i++) {
    float light[3];
    cell_light(light, strip, i, j, shrink, strip_width, rows);
    luminance[i] = luminance_of(light);
    if (tint != NULL)
      tint[i] = tint_of(light);
  }
  sd_log_row(luminance, width);
  if (tint != NULL)
    sd_log_row(tint, width);
}

sd_status frame_logs(sd_map *log_luminance, sd_map *log_tint, const sd_photo *photo, sd_rect part,
                     int shrink, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map luminance = {0}, tint = {0};
  sd_rgb strip = {0};
  int width = (part.width + shrink - 1) / shrink, height = (part.height + shrink - 1) / shrink;
  int strip_cells = STRIP_ROWS / shrink < 1 ? 1 : STRIP_ROWS / shrink;
  SD_TRY(sd_map_room(&luminance, width, height, diag));
  if (log_tint != NULL)
    SD_TRY(sd_map_room(&tint, width, height, diag));
  for (int first = 0; first < height; first += strip_cells) {
    int top = first * shrink, rows = strip_cells * shrink;
    if (top + rows > part.height)
      rows = part.height - top;
    SD_TRY(sd_photo_linear(&strip, photo, (sd_rect){part.x, part.y + top, part.width, rows}, diag));
    int cells = (rows + shrink - 1) / shrink;
#pragma omp parallel for schedule(static)
    for (int j = 0; j < cells; j++) {
      size_t row = (size_t)(first + j) * (size_t)width;
      row_logs(luminance.v + row, log_tint != NULL ? tint.v + row : NULL, &strip, j, width, shrink,
               part.width, rows);
    }
  }
  *log_luminance = luminance;
  luminance = (sd_map){0};
  if (log_tint != NULL) {
    *log_tint = tint;
    tint = (sd_map){0};
  }
done:
  sd_map_clear(&luminance);
  sd_map_clear(&tint);
  sd_rgb_clear(&strip);
  return status;
}

static sd_status normalise(sd_map *out, const sd_map *in, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map mean = {0}, power = {0};
  size_t count = (size_t)in->width * (size_t)in->height;
  SD_TRY(sd_map_blur(&mean, in, NORMALISE_SIGMA_PX, diag));
  SD_TRY(sd_map_room(&power, in->width, in->height, diag));
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

/* Whether photo pixel (x, y) lies above the brows, for a head at any angle. */
static bool above_brows(const sd_face *face, double x, double y) {
  double ex = face->eyes[1].x - face->eyes[0].x, ey = face->eyes[1].y - face->eyes[0].y;
  double mx = (face->eyes[0].x + face->eyes[1].x) / 2, my = (face->eyes[0].y + face->eyes[1].y) / 2;
  double down = ((y - my) * ex - (x - mx) * ey) / fmax(ex * ex + ey * ey, 1);
  return down < -ABOVE_EYES;
}

/* (x, y) in the photo. */
static float pixel_weight(const sd_skin *skin, const sd_face *face, int x, int y) {
  int column = x - skin->crop.x, row = y - skin->crop.y;
  bool known = column >= 0 && row >= 0 && column < skin->crop.width && row < skin->crop.height;
  sd_excluded reason = SD_EXCLUDED_OUTSIDE;
  if (known)
    reason = (sd_excluded)skin->excluded.v[(size_t)row * (size_t)skin->crop.width + (size_t)column];
  if (reason == SD_EXCLUDED_GLARE || reason == SD_EXCLUDED_CLIPPED ||
      reason == SD_EXCLUDED_TRANSPARENT)
    return WEIGHT_GLARE;
  bool background =
      reason == SD_EXCLUDED_OUTSIDE && skin->from_landmarks && !above_brows(face, x, y);
  return background ? FRAME_WEIGHT_BACKGROUND : 1;
}

static sd_status weights(sd_map *out, const sd_skin *skin, const sd_face *face, sd_rect part,
                         int shrink, sd_diag *diag) {
  int width = (part.width + shrink - 1) / shrink, height = (part.height + shrink - 1) / shrink;
  sd_status status = sd_map_make(out, width, height, diag);
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < height; j++)
    for (int i = 0; i < width; i++)
      out->v[(size_t)j * (size_t)width + (size_t)i] = pixel_weight(
          skin, face, part.x + i * shrink + shrink / 2, part.y + j * shrink + shrink / 2);
  return SD_OK;
}

/* ---- what was burnt in ---------------------------------------------------------------------- */

/* Reaches from which a burnt place takes the light around it, work pixels: the first that finds
 * any. */
static const double FILL_SIGMA_PX[] = {6, 24, 96};

static bool has_holes(const sd_mask *keep) {
  return memchr(keep->v, 0, (size_t)keep->width * (size_t)keep->height) != NULL;
}

/* What is NaN in one smooth map is in the other: both have the same holes. */
static void fill(sd_map *const maps[2], const sd_map smooth[2], sd_mask *keep) {
  for (size_t k = 0; k < (size_t)keep->width * (size_t)keep->height; k++)
    if (keep->v[k] == 0 && !isnan(smooth[0].v[k])) {
      maps[0]->v[k] = smooth[0].v[k];
      maps[1]->v[k] = smooth[1].v[k];
      keep->v[k] = 1; /* filled */
    }
}

/* Smooth light in place of what was burnt in, and no weight. */
static sd_status take_out(sd_map *log_luminance, sd_map *tint, sd_map *weight, const overlay *burnt,
                          sd_rect part, int shrink, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map *const maps[2] = {log_luminance, tint};
  const sd_map *const in[2] = {log_luminance, tint};
  sd_map smooth[2] = {{0}};
  sd_mask keep = {0};
  size_t blocks = (size_t)burnt->burnt.width * (size_t)burnt->burnt.height;
  if (burnt->burnt.v == NULL || memchr(burnt->burnt.v, 255, blocks) == NULL)
    return SD_OK;
  SD_TRY(sd_mask_make(&keep, weight->width, weight->height, diag));
  size_t count = (size_t)weight->width * (size_t)weight->height;
  for (size_t k = 0; k < count; k++) {
    int i = (int)(k % (size_t)weight->width), j = (int)(k / (size_t)weight->width);
    keep.v[k] =
        !overlay_at(burnt, part.x + (i + 0.5) * shrink - 0.5, part.y + (j + 0.5) * shrink - 0.5);
    if (keep.v[k] == 0)
      weight->v[k] = 0;
  }
  for (size_t s = 0; s < sizeof FILL_SIGMA_PX / sizeof *FILL_SIGMA_PX && has_holes(&keep); s++) {
    SD_TRY(sd_maps_blur_masked(smooth, in, 2, &keep, FILL_SIGMA_PX[s], NULL, diag));
    fill(maps, smooth, &keep);
  }
done:
  sd_map_clear(&smooth[0]);
  sd_map_clear(&smooth[1]);
  sd_mask_clear(&keep);
  return status;
}

static int longer(int a, int b) {
  return a > b ? a : b;
}

int frame_shrink(sd_rect part, int side_px) {
  int shrink = (longer(part.width, part.height) + side_px - 1) / side_px;
  return shrink < 1 ? 1 : shrink;
}

/* The crop with a margin around it, within the photo. */
static sd_rect surroundings(const sd_photo *photo, sd_rect crop) {
  int margin = (int)(MARGIN * longer(crop.width, crop.height));
  int left = crop.x - margin < 0 ? 0 : crop.x - margin;
  int top = crop.y - margin < 0 ? 0 : crop.y - margin;
  int right = crop.x + crop.width + margin, bottom = crop.y + crop.height + margin;
  right = right > photo->width ? photo->width : right;
  bottom = bottom > photo->height ? photo->height : bottom;
  return (sd_rect){left, top, right - left, bottom - top};
}

sd_status frame_make(frame *out, const sd_photo *photo, const sd_skin *skin, const sd_face *face,
                     const overlay *burnt, int finest_side_px, sd_diag *diag) {
  sd_status status = SD_OK;
  frame made = {.photo_width = photo->width, .photo_height = photo->height};
  sd_map log_luminance = {0}, tint = {0}, weight = {0};
  int shrink = frame_shrink(skin->crop, finest_side_px);
  sd_rect part = surroundings(photo, skin->crop);
  SD_TRY(frame_logs(&log_luminance, &tint, photo, part, shrink, diag));
  SD_TRY(weights(&weight, skin, face, part, shrink, diag));
  SD_TRY(take_out(&log_luminance, &tint, &weight, burnt, part, shrink, diag));
  double scale = shrink;
  for (int l = 0; l < FRAME_LEVELS_MAX; l++) {
    frame_level *level = &made.level[l];
    made.level_count = l + 1;
    level->scale = scale;
    level->origin_x = part.x + (scale - 1) / 2;
    level->origin_y = part.y + (scale - 1) / 2;
    SD_TRY(normalise(&level->feature, &log_luminance, diag));
    SD_TRY(normalise(&level->tint, &tint, diag));
    SD_TRY(sd_map_copy(&level->weight, &weight, diag));
    if (longer(log_luminance.width, log_luminance.height) <= COARSEST_SIDE_PX)
      break;
    SD_TRY(sd_map_half(&log_luminance, &log_luminance, diag));
    SD_TRY(sd_map_half(&tint, &tint, diag));
    SD_TRY(sd_map_half(&weight, &weight, diag));
    scale *= 2;
  }
  *out = made;
  made = (frame){0};
done:
  frame_clear(&made);
  sd_map_clear(&log_luminance);
  sd_map_clear(&tint);
  sd_map_clear(&weight);
  return status;
}

void frame_clear(frame *frame_) {
  for (int l = 0; l < FRAME_LEVELS_MAX; l++) {
    sd_map_clear(&frame_->level[l].feature);
    sd_map_clear(&frame_->level[l].tint);
    sd_map_clear(&frame_->level[l].weight);
  }
  memset(frame_, 0, sizeof *frame_);
}

int frame_matching_level(const frame *target, double wanted_scale) {
  int best = 0;
  for (int l = 1; l < target->level_count; l++)
    if (fabs(log(target->level[l].scale / wanted_scale)) <
        fabs(log(target->level[best].scale / wanted_scale)))
      best = l;
  return best;
}
