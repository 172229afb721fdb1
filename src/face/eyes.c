/* What the pixels say about the eyes. The networks invent an iris wherever they expect one, so its
 * outline (limbus) is looked for in the picture: the circle along whose left and right arcs the
 * brightness rises most from inside to outside, after Daugman's integro-differential operator
 * (1993). Upper and lower arcs lie under the lids and play no part. The red channel serves every
 * iris colour: blue irises reflect little red, brown ones little of anything. */
#include "face/find.h"

#include <math.h>
#include <string.h>

/* A crop of half the eye distance, so that an iris (18.5 % of it) is 47 samples wide. */
enum { SIDE = 128 };
static const double CROP_EYE_DISTANCES = 0.5;
/* Arcs of 40 degrees above and below the horizontal: what lids leave free in an open eye. */
enum { ARC_RAYS = 9 };
static const double ARC_HALF_RAD = 0.7;
/* Search around the network's iris, in its radii. */
/* How far the network's iris may be off, in its radii: spreads of the prior on the circle. */
static const double CENTRE_SPREAD = 0.2, RADIUS_SPREAD = 0.2;
static const double CENTRE_REACH = 0.3, RADIUS_LOW = 0.75, RADIUS_HIGH = 1.25;
/* Smoothing in samples: below the width of a limbus (about 8 % of the iris). */
static const double BLUR_SAMPLES = 1.5;

typedef struct circle {
  double x, y, radius;
} circle;

/* Mean brightness along one arc; side +1 is right, -1 left. */
static double arc_level(const sd_map *map, const circle *c, double radius, int side) {
  double sum = 0;
  for (int i = 0; i < ARC_RAYS; i++) {
    double angle = ARC_HALF_RAD * (2.0 * i / (ARC_RAYS - 1) - 1);
    sum += (double)sd_map_at(map, c->x + side * radius * cos(angle), c->y + radius * sin(angle));
  }
  return sum / ARC_RAYS;
}

/* How much brighter it is just outside the circle than just inside; the weaker side counts more, so
 * that one strong edge (a lid corner, a reflection) cannot stand for both. */
static double limbus_contrast(const sd_map *map, const circle *c) {
  double step = 0.1 * c->radius, contrast[2];
  for (int k = 0; k < 2; k++)
    contrast[k] = arc_level(map, c, c->radius + step, 2 * k - 1) -
                  arc_level(map, c, c->radius - step, 2 * k - 1);
  return fmin(contrast[0], contrast[1]) + 0.25 * fmax(contrast[0], contrast[1]);
}

/* The contrast, less where the circle leaves what the network expects. */
static double merit(const sd_map *map, const circle *c, const circle *expected) {
  double x = (c->x - expected->x) / (CENTRE_SPREAD * expected->radius);
  double y = (c->y - expected->y) / (CENTRE_SPREAD * expected->radius);
  double r = (c->radius / expected->radius - 1) / RADIUS_SPREAD;
  return limbus_contrast(map, c) * exp(-0.5 * (x * x + y * y + r * r));
}

static void search(circle *best, double *best_merit, const sd_map *map, const circle *expected,
                   const circle *around, double reach, double low, double high, int steps) {
  for (int j = -steps; j <= steps; j++)
    for (int i = -steps; i <= steps; i++)
      for (int k = 0; k <= 2 * steps; k++) {
        circle c = {around->x + reach * i / steps, around->y + reach * j / steps,
                    low + (high - low) * k / (2 * steps)};
        double m = merit(map, &c, expected);
        if (m > *best_merit) {
          *best_merit = m;
          *best = c;
        }
      }
}

/* Coarse, then twice finer around the best. */
static double find_limbus(circle *out, const sd_map *map, const circle *start) {
  double best_merit = -1, reach = CENTRE_REACH * start->radius;
  circle best = *start;
  search(&best, &best_merit, map, start, start, reach, RADIUS_LOW * start->radius,
         RADIUS_HIGH * start->radius, 6);
  for (double finer = reach / 6; finer > 0.2; finer /= 3) {
    circle around = best;
    search(&best, &best_merit, map, start, &around, finer, around.radius - finer,
           around.radius + finer, 3);
  }
  *out = best;
  return limbus_contrast(map, &best);
}

/* How much there is to see in an eye: the median gradient inside an ellipse around it, per eye
 * distance and mean level. Bars, blur and mosaic have sharp rims at most, which a median does not
 * notice. */
static double structure_of(const sd_map *map) {
  static const double HALF_WIDTH = 0.4 * SIDE, HALF_HEIGHT = 0.2 * SIDE;
  float gradient[SIDE * SIDE];
  size_t count = 0;
  double level = 0;
  for (int y = 1; y < SIDE - 1; y++)
    for (int x = 1; x < SIDE - 1; x++) {
      double u = (x - SIDE / 2.0) / HALF_WIDTH, v = (y - SIDE / 2.0) / HALF_HEIGHT;
      if (u * u + v * v > 1)
        continue;
      const float *p = map->v + y * SIDE + x;
      gradient[count++] = hypotf(p[1] - p[-1], p[SIDE] - p[-SIDE]) / 2;
      level += (double)*p;
    }
  double per_eye_distance = SIDE / CROP_EYE_DISTANCES;
  return sd_median(gradient, count) * per_eye_distance / fmax(level / (double)count, 0.02);
}

static sd_status red_crop(sd_map *out, const sd_photo *photo, const sd_square *square,
                          sd_diag *diag) {
  static const sd_sampling sampling = {SIDE, 0, 1, false, false};
  sd_status status = SD_OK;
  sd_face_view view = {0};
  sd_rgb rgb = {0};
  SD_TRY(sd_rgb_make(&rgb, SIDE, SIDE, diag));
  SD_TRY(sd_map_make(out, SIDE, SIDE, diag));
  SD_TRY(sd_face_view_make(&view, photo, square, SIDE, diag));
  sd_face_view_sample(rgb.v, &view, square, &sampling);
  for (size_t i = 0; i < (size_t)SIDE * SIDE; i++)
    out->v[i] = rgb.v[3 * i];
  SD_TRY(sd_map_blur(out, out, BLUR_SAMPLES, diag));
done:
  sd_rgb_clear(&rgb);
  sd_face_view_clear(&view);
  return status;
}

/* From the middle of the upper lid to that of the lower. */
static double lid_distance(const sd_mesh *mesh, int eye) {
  const double *upper = mesh->v[eye == 0 ? 159 : 386], *lower = mesh->v[eye == 0 ? 145 : 374];
  return hypot(upper[0] - lower[0], upper[1] - lower[1]);
}

static sd_status measure_eye(sd_eyes *out, int eye, const sd_photo *photo, const sd_mesh *mesh,
                             sd_diag *diag) {
  const double(*iris)[3] = &mesh->v[468 + 5 * eye];
  const double *left = mesh->v[468], *right = mesh->v[473];
  sd_square square = {iris[0][0], iris[0][1], CROP_EYE_DISTANCES * sd_mesh_eye_distance(mesh),
                      atan2(right[1] - left[1], right[0] - left[0])};
  double width = hypot(iris[1][0] - iris[3][0], iris[1][1] - iris[3][1]);
  double unit = square.side / SIDE;
  circle found, start = {SIDE / 2.0 - 0.5, SIDE / 2.0 - 0.5, width / 2 / unit};
  sd_map map = {0};
  sd_status status = red_crop(&map, photo, &square, diag);
  if (status == SD_OK) {
    out->structure[eye] = structure_of(&map);
    out->contrast[eye] = find_limbus(&found, &map, &start);
    out->centre[eye] = sd_square_point(&square, (found.x + 0.5) / SIDE, (found.y + 0.5) / SIDE);
    out->iris_px[eye] = 2 * found.radius * unit;
    out->opening[eye] = lid_distance(mesh, eye) / out->iris_px[eye];
  }
  sd_map_clear(&map);
  return status;
}

sd_status sd_eyes_measure(sd_eyes *out, const sd_photo *photo, const sd_mesh *mesh, sd_diag *diag) {
  sd_eyes eyes = {0};
  sd_status status = measure_eye(&eyes, 0, photo, mesh, diag);
  if (status == SD_OK)
    status = measure_eye(&eyes, 1, photo, mesh, diag);
  if (status == SD_OK)
    *out = eyes;
  return status;
}
