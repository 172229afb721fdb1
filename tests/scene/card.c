/* A ColorChecker Classic as a pinhole camera sees it: 24 patches of nine tenths of their pitch on a
 * dark card whose lower margin is the wider one. */
#include "scene/card.h"

#include <math.h>

static const double DEGREE = 3.14159265358979323846 / 180;
/* Distance of the camera in widths of the card: a hand-held close-up. */
static const double DISTANCE = 3;
static const double PATCH_HALF = 0.45; /* of the pitch */
static const double MARGIN_SIDE = 0.18, MARGIN_TOP = 0.3, MARGIN_BOTTOM = 0.6;
static const double FRAME[3] = {0.028, 0.028, 0.03}, COVER[3] = {0.16, 0.11, 0.08};
enum { SAMPLES = 3 }; /* of a pixel, across and down */

typedef struct plane {
  double to_picture[9], to_card[9]; /* perspectives, inverse of each other */
} plane;

static void invert(double out[9], const double m[9]) {
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++) {
      int r1 = (c + 1) % 3, r2 = (c + 2) % 3, c1 = (r + 1) % 3, c2 = (r + 2) % 3;
      out[3 * r + c] = m[3 * r1 + c1] * m[3 * r2 + c2] - m[3 * r1 + c2] * m[3 * r2 + c1];
    }
}

/* Perspective of a plane turned about an axis in it, then about the line of sight. */
static plane plane_of(const scene_card *card, int width, int height) {
  plane p;
  double axis = card->tilt_axis_deg * DEGREE, tilt = card->tilt_deg * DEGREE;
  double turn = card->turn_deg * DEGREE, kx = cos(axis), ky = sin(axis), c = cos(tilt);
  /* Rodrigues' rotation of the plane's own two directions about (kx, ky, 0) */
  double u[3] = {c + kx * kx * (1 - c), kx * ky * (1 - c), -ky * sin(tilt)};
  double v[3] = {kx * ky * (1 - c), c + ky * ky * (1 - c), kx * sin(tilt)};
  double pitch = 1.0 / SD_CARD_COLUMNS, scale = card->width_share * width * DISTANCE;
  double mirror = card->mirrored ? -1 : 1;
  double axes[2][3];
  for (int k = 0; k < 3; k++) {
    axes[0][k] = mirror * pitch * u[k];
    axes[1][k] = pitch * v[k];
  }
  double h[3][3];
  for (int k = 0; k < 2; k++) {
    h[0][k] = scale * (cos(turn) * axes[k][0] - sin(turn) * axes[k][1]);
    h[1][k] = scale * (sin(turn) * axes[k][0] + cos(turn) * axes[k][1]);
    h[2][k] = axes[k][2];
  }
  double half_u = 0.5 * SD_CARD_COLUMNS, half_v = 0.5 * SD_CARD_ROWS;
  for (int r = 0; r < 3; r++)
    h[r][2] = -half_u * h[r][0] - half_v * h[r][1];
  h[2][2] += DISTANCE;
  for (int k = 0; k < 3; k++) {
    p.to_picture[k] = h[0][k] + card->x_share * width * h[2][k];
    p.to_picture[3 + k] = h[1][k] + card->y_share * height * h[2][k];
    p.to_picture[6 + k] = h[2][k];
  }
  invert(p.to_card, p.to_picture);
  return p;
}

static sd_point through(const double m[9], double x, double y) {
  double w = m[6] * x + m[7] * y + m[8];
  return (sd_point){(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w};
}

sd_point scene_card_at(const scene_card *card, int width, int height, double u, double v) {
  plane p = plane_of(card, width, height);
  return through(p.to_picture, u, v);
}

void scene_card_corners(const scene_card *card, int width, int height, sd_point corner[4]) {
  static const double U[4] = {0, SD_CARD_COLUMNS, SD_CARD_COLUMNS, 0};
  static const double V[4] = {0, 0, SD_CARD_ROWS, SD_CARD_ROWS};
  for (int k = 0; k < 4; k++)
    corner[k] = scene_card_at(card, width, height, U[k], V[k]);
}

/* Colour of the card at (u, v); false beside it. */
static bool colour_at(double out[3], const scene_card *card, sd_point p) {
  if (p.x < -MARGIN_SIDE || p.y < -MARGIN_TOP || p.x > SD_CARD_COLUMNS + MARGIN_SIDE ||
      p.y > SD_CARD_ROWS + MARGIN_BOTTOM)
    return false;
  int column = (int)floor(p.x), row = (int)floor(p.y);
  bool on = column >= 0 && row >= 0 && column < SD_CARD_COLUMNS && row < SD_CARD_ROWS &&
            fabs(p.x - column - 0.5) < PATCH_HALF && fabs(p.y - row - 0.5) < PATCH_HALF;
  int patch = SD_CARD_COLUMNS * row + column;
  double light = exp(card->light_slope * (p.x / SD_CARD_COLUMNS - 0.5));
  double own[3];
  bool is_covered = card->covered > 0 && p.x > SD_CARD_COLUMNS * (1 - card->covered);
  if (on && card->colours == NULL)
    sd_card_patch_colour(patch, own);
  for (int c = 0; c < 3; c++)
    out[c] = is_covered              ? COVER[c]
             : !on                   ? FRAME[c]
             : card->colours != NULL ? card->colours[patch][c]
                                     : own[c];
  for (int c = 0; c < 3; c++)
    out[c] *= light;
  return true;
}

static void draw_pixel(float *pixel, const scene_card *card, const plane *view, int x, int y) {
  double sum[3] = {0}, own[3];
  int on = 0;
  sd_point middle = through(view->to_card, x, y);
  if (fabs(middle.x - 0.5 * SD_CARD_COLUMNS) > SD_CARD_COLUMNS ||
      fabs(middle.y - 0.5 * SD_CARD_ROWS) > SD_CARD_ROWS)
    return; /* far off */
  for (int k = 0; k < SAMPLES * SAMPLES; k++) {
    double dx = (k % SAMPLES + 0.5) / SAMPLES - 0.5, dy = (k / SAMPLES + 0.5) / SAMPLES - 0.5;
    if (!colour_at(own, card, through(view->to_card, x + dx, y + dy)))
      continue;
    on++;
    for (int c = 0; c < 3; c++)
      sum[c] += own[c];
  }
  for (int c = 0; c < 3; c++)
    pixel[c] += (float)((sum[c] - on * (double)pixel[c]) / (SAMPLES * SAMPLES));
}

void scene_card_draw(sd_rgb *light, const scene_card *card) {
  plane p = plane_of(card, light->width, light->height);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < light->height; y++)
    for (int x = 0; x < light->width; x++)
      draw_pixel(light->v + 3 * ((size_t)y * (size_t)light->width + (size_t)x), card, &p, x, y);
}

scene_camera scene_camera_plain(void) {
  return (scene_camera){
      .gain = {1, 1, 1}, .matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1}, .contrast = 1, .noise_seed = 1};
}

static void expose_pixel(uint8_t *to, const float *from, const scene_camera *camera,
                         sd_random *random) {
  const double grey = 0.18;
  for (int r = 0; r < 3; r++) {
    double v = camera->stray;
    for (int c = 0; c < 3; c++)
      v += camera->matrix[3 * r + c] * camera->gain[c] * from[c];
    v += sqrt(camera->shot_noise * camera->shot_noise * fmax(v, 0) +
              camera->read_noise * camera->read_noise) *
         sd_random_normal(random);
    if (camera->contrast != 1 && v > 0)
      v = grey * pow(v / grey, camera->contrast);
    to[r] = sd_srgb8_from_linear((float)v);
  }
}

sd_status scene_camera_expose(sd_picture *out, const sd_rgb *light, const scene_camera *camera,
                              sd_diag *diag) {
  sd_status status = sd_picture_make(out, light->width, light->height, diag);
  size_t width = (size_t)light->width;
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < light->height; y++) { /* each row has its own random numbers */
    sd_random random = {camera->noise_seed * 0x9e3779b97f4a7c15u +
                        (uint64_t)y * 0xd1342543de82ef95u};
    for (size_t x = 0; x < width; x++)
      expose_pixel(out->v + 3 * ((size_t)y * width + x), light->v + 3 * ((size_t)y * width + x),
                   camera, &random);
  }
  return SD_OK;
}
