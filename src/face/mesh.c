/* The attention mesh (Grishchenko et al. 2020): 468 surface points with depth, then lips, eyes and
 * irises placed again by the attention heads. A mirrored look at the same square gives a second
 * opinion whose mean with the first has less noise, and whose difference tells how sure it is. */
#include "face/find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The square is half as large again as the face (MediaPipe's value). */
static const double SQUARE_MARGIN = 1.5;
enum { IRIS_LEFT = 468, IRIS_RIGHT = 473, IRIS_POINTS = 5, IRIS_DEPTH_POINTS = 16 };
enum { EYE_OUTER_LEFT = 33, EYE_OUTER_RIGHT = 263 };

sd_square sd_mesh_square_of_detection(const sd_detection *detection) {
  const sd_point *eyes = detection->keypoints;
  return (sd_square){detection->x, detection->y,
                     SQUARE_MARGIN * fmax(detection->width, detection->height),
                     atan2(eyes[1].y - eyes[0].y, eyes[1].x - eyes[0].x)};
}

/* Around the 468 surface points, in the frame in which the outer eye corners are level. */
sd_square sd_mesh_square_of_mesh(const sd_mesh *mesh) {
  const double *a = mesh->v[EYE_OUTER_LEFT], *b = mesh->v[EYE_OUTER_RIGHT];
  double angle = atan2(b[1] - a[1], b[0] - a[0]), c = cos(angle), s = sin(angle);
  double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY;
  for (int i = 0; i < SD_CANONICAL_POINTS; i++) {
    double x = c * mesh->v[i][0] + s * mesh->v[i][1], y = c * mesh->v[i][1] - s * mesh->v[i][0];
    x0 = fmin(x0, x);
    x1 = fmax(x1, x);
    y0 = fmin(y0, y);
    y1 = fmax(y1, y);
  }
  double x = (x0 + x1) / 2, y = (y0 + y1) / 2;
  return (sd_square){c * x - s * y, s * x + c * y, SQUARE_MARGIN * fmax(x1 - x0, y1 - y0), angle};
}

/* Room for what the network gives, in crop pixels 0..192. */
typedef struct raw_mesh {
  float surface[3 * SD_CANONICAL_POINTS];
  float lips[2 * SD_LIPS_POINTS];
  float eyes[2][2 * SD_EYE_POINTS];
  float irises[2][2 * IRIS_POINTS];
  float flag;
} raw_mesh;

static void place_refined(float points[SD_LANDMARKS][3], const float *refined, int list) {
  for (int i = 0; i < sd_refined_lists[list].count; i++) {
    float *to = points[sd_refined_lists[list].points[i]];
    to[0] = refined[2 * i];
    to[1] = refined[2 * i + 1];
  }
}

static void place_iris(float points[SD_LANDMARKS][3], const float *iris, int first, int eye_list) {
  float depth = 0;
  for (int i = 0; i < IRIS_DEPTH_POINTS; i++)
    depth += points[sd_refined_lists[eye_list].points[i]][2] / IRIS_DEPTH_POINTS;
  for (int i = 0; i < IRIS_POINTS; i++) {
    points[first + i][0] = iris[2 * i];
    points[first + i][1] = iris[2 * i + 1];
    points[first + i][2] = depth;
  }
}

static void merge(float points[SD_LANDMARKS][3], const raw_mesh *raw) {
  memcpy(points, raw->surface, sizeof raw->surface);
  place_refined(points, raw->lips, 0);
  place_refined(points, raw->eyes[0], 1);
  place_refined(points, raw->eyes[1], 2);
  place_iris(points, raw->irises[0], IRIS_LEFT, 1);
  place_iris(points, raw->irises[1], IRIS_RIGHT, 2);
}

/* The point that a mirror shows at the place of point i. The iris is centre, right, top, left,
 * bottom, so its first and third rim points change places. */
static int mirror_of(const sd_models *models, int i) {
  static const int rim[IRIS_POINTS] = {0, 3, 2, 1, 4};
  if (i >= IRIS_RIGHT)
    return IRIS_LEFT + rim[i - IRIS_RIGHT];
  if (i >= IRIS_LEFT)
    return IRIS_RIGHT + rim[i - IRIS_LEFT];
  return models->geometry.mirror[i];
}

static sd_status run_network(raw_mesh *out, const sd_models *models, const sd_photo *photo,
                             const sd_square *square, bool mirrored, sd_diag *diag) {
  /* The published graph feeds 0..1; -1..1 gives plausible but shifted points. */
  sd_sampling sampling = {SD_MESH_SIDE, 0, 1, mirrored, false};
  sd_status status = SD_OK;
  sd_face_view view = {0};
  float *input = malloc(3 * SD_MESH_SIDE * SD_MESH_SIDE * sizeof *input);
  float *outputs[] = {out->surface,   out->lips,      out->eyes[0], out->eyes[1],
                      out->irises[0], out->irises[1], &out->flag};
  if (input == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to place landmarks");
  SD_TRY(sd_face_view_make(&view, photo, square, SD_MESH_SIDE, diag));
  sd_face_view_sample(input, &view, square, &sampling);
  SD_TRY(sd_network_run(&models->mesh, input, outputs, diag));
done:
  sd_face_view_clear(&view);
  free(input);
  return status;
}

sd_status sd_mesh_run(sd_mesh *out, const sd_models *models, const sd_photo *photo,
                      const sd_square *square, bool mirrored, sd_diag *diag) {
  raw_mesh raw;
  float points[SD_LANDMARKS][3];
  sd_status status = run_network(&raw, models, photo, square, mirrored, diag);
  if (status != SD_OK)
    return status;
  merge(points, &raw);
  for (int i = 0; i < SD_LANDMARKS; i++) {
    const float *p = points[mirrored ? mirror_of(models, i) : i];
    double x = (double)p[0] / SD_MESH_SIDE, y = (double)p[1] / SD_MESH_SIDE;
    sd_point at = sd_square_point(square, mirrored ? 1 - x : x, y);
    out->v[i][0] = at.x;
    out->v[i][1] = at.y;
    out->v[i][2] = (double)p[2] * square->side / SD_MESH_SIDE;
  }
  out->score = 1 / (1 + exp(-(double)raw.flag));
  return SD_OK;
}

double sd_mesh_eye_distance(const sd_mesh *mesh) {
  const double *a = mesh->v[IRIS_LEFT], *b = mesh->v[IRIS_RIGHT];
  double distance = hypot(b[0] - a[0], b[1] - a[1]);
  return isfinite(distance) ? fmax(distance, 1e-6) : 1e-6;
}

double sd_mesh_shift(const sd_mesh *a, const sd_mesh *b) {
  float shift[SD_CANONICAL_POINTS];
  for (int i = 0; i < SD_CANONICAL_POINTS; i++)
    shift[i] = (float)hypot(a->v[i][0] - b->v[i][0], a->v[i][1] - b->v[i][1]);
  double median = sd_median(shift, SD_CANONICAL_POINTS) / sd_mesh_eye_distance(b);
  return isfinite(median) ? median : INFINITY;
}

void sd_mesh_average(sd_mesh *out, const sd_mesh *a, const sd_mesh *b) {
  out->score = fmin(a->score, b->score);
  for (int i = 0; i < SD_LANDMARKS; i++)
    for (int k = 0; k < 3; k++)
      out->v[i][k] = (a->v[i][k] + b->v[i][k]) / 2;
}
