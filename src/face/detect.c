/* BlazeFace (Bazarevsky et al. 2019), short range: 896 anchors on 16 x 16 and 8 x 8 grids give box,
 * six key points and a score. Overlapping boxes are averaged with their scores as weights. The
 * network knows upright faces, so each of four orientations is tried and the best score wins. */
#include "face/find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* MediaPipe's operating point of this network. */
static const double SCORE_MIN = 0.5;
/* Two boxes that overlap more are one face (MediaPipe's value). */
static const double OVERLAP_SAME = 0.3;
/* A detection in a tile must be surer than one in the whole photo: there are hundreds of tiles. A
 * face that is still small in its tile is unsure there and sure in the next finer level. */
static const double TILE_SCORE_MIN = 0.75;
/* Tiles smaller than this cannot hold a face worth measuring (about 50 pixels wide). */
static const int TILE_SIDE_MIN = 192;
/* A photo is looked at in no finer grid than this: 1/8 tiles then still have 128 samples. */
static const int VIEW_SIDE_MAX = 2048;
static const double QUARTER_TURN = 1.57079632679489661923;

static double logistic(double x) {
  return 1 / (1 + exp(-fmin(fmax(x, -100), 100)));
}

/* Centre of an anchor, 0..1: two per cell of a 16 x 16 grid, then six per cell of an 8 x 8 grid. */
static sd_point anchor_of(int index) {
  int first = 2 * 16 * 16, grid = index < first ? 16 : 8;
  int cell = index < first ? index / 2 : (index - first) / 6;
  return (sd_point){(cell % grid + 0.5) / grid, (cell / grid + 0.5) / grid};
}

/* In coordinates of the square, 0..1. */
static sd_detection decode(const float *r, double score, int index) {
  sd_point anchor = anchor_of(index);
  sd_detection out = {.score = score};
  out.x = (double)r[0] / SD_DETECTOR_SIDE + anchor.x;
  out.y = (double)r[1] / SD_DETECTOR_SIDE + anchor.y;
  out.width = (double)r[2] / SD_DETECTOR_SIDE;
  out.height = (double)r[3] / SD_DETECTOR_SIDE;
  for (int k = 0; k < SD_KEYPOINTS; k++) {
    out.keypoints[k].x = (double)r[4 + 2 * k] / SD_DETECTOR_SIDE + anchor.x;
    out.keypoints[k].y = (double)r[5 + 2 * k] / SD_DETECTOR_SIDE + anchor.y;
  }
  return out;
}

static double overlap(const sd_detection *a, const sd_detection *b) {
  double width = fmin(a->x + a->width / 2, b->x + b->width / 2) -
                 fmax(a->x - a->width / 2, b->x - b->width / 2);
  double height = fmin(a->y + a->height / 2, b->y + b->height / 2) -
                  fmax(a->y - a->height / 2, b->y - b->height / 2);
  if (width <= 0 || height <= 0)
    return 0;
  double both = width * height;
  return both / (a->width * a->height + b->width * b->height - both);
}

static void add_weighted(sd_detection *sum, const sd_detection *one) {
  sum->x += one->score * one->x;
  sum->y += one->score * one->y;
  sum->width += one->score * one->width;
  sum->height += one->score * one->height;
  for (int k = 0; k < SD_KEYPOINTS; k++) {
    sum->keypoints[k].x += one->score * one->keypoints[k].x;
    sum->keypoints[k].y += one->score * one->keypoints[k].y;
  }
}

static void divide(sd_detection *sum, double weight) {
  sum->x /= weight;
  sum->y /= weight;
  sum->width /= weight;
  sum->height /= weight;
  for (int k = 0; k < SD_KEYPOINTS; k++) {
    sum->keypoints[k].x /= weight;
    sum->keypoints[k].y /= weight;
  }
}

/* Takes the best remaining candidate and all that overlap it, until none is left. */
static void suppress(sd_detections *out, sd_detection *candidates, int count) {
  out->count = 0;
  while (count > 0 && out->count < SD_DETECTIONS_MAX) {
    int best = 0, left = 0;
    for (int i = 1; i < count; i++)
      if (candidates[i].score > candidates[best].score)
        best = i;
    sd_detection chosen = candidates[best], sum = {.score = chosen.score};
    double weight = 0;
    for (int i = 0; i < count; i++)
      if (i == best || overlap(&candidates[i], &chosen) > OVERLAP_SAME) {
        add_weighted(&sum, &candidates[i]);
        weight += candidates[i].score;
      } else {
        candidates[left++] = candidates[i];
      }
    divide(&sum, weight);
    out->v[out->count++] = sum;
    count = left;
  }
}

static void to_photo(sd_detection *d, const sd_square *square) {
  sd_point centre = sd_square_point(square, d->x, d->y);
  d->x = centre.x;
  d->y = centre.y;
  d->width *= square->side;
  d->height *= square->side;
  for (int k = 0; k < SD_KEYPOINTS; k++)
    d->keypoints[k] = sd_square_point(square, d->keypoints[k].x, d->keypoints[k].y);
}

sd_status sd_detect_square(sd_detections *out, const sd_models *models, const sd_face_view *view,
                           const sd_square *square, sd_diag *diag) {
  enum { INPUT = 3 * SD_DETECTOR_SIDE * SD_DETECTOR_SIDE };
  sd_status status = SD_OK;
  static const sd_sampling sampling = {SD_DETECTOR_SIDE, -1, 1, false, true};
  size_t regression = (size_t)SD_DETECTOR_ANCHORS * SD_DETECTOR_VALUES;
  float *room = malloc((INPUT + regression + SD_DETECTOR_ANCHORS) * sizeof *room);
  sd_detection *candidates = calloc(SD_DETECTOR_ANCHORS, sizeof *candidates);
  if (room == NULL || candidates == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a face");
    goto done;
  }
  float *outputs[2] = {room + INPUT, room + INPUT + regression};
  sd_face_view_sample(room, view, square, &sampling);
  SD_TRY(sd_network_run(&models->detector, room, outputs, diag));
  int count = 0;
  for (int i = 0; i < SD_DETECTOR_ANCHORS; i++) {
    double score = logistic(outputs[1][i]);
    const float *r = outputs[0] + (size_t)i * SD_DETECTOR_VALUES;
    if (score >= SCORE_MIN && r[2] > 0 && r[3] > 0)
      candidates[count++] = decode(r, score, i);
  }
  suppress(out, candidates, count);
  for (int i = 0; i < out->count; i++)
    to_photo(&out->v[i], square);
done:
  free(room);
  free(candidates);
  return status;
}

/* Halves the view until the samples over `side` step less than two of its pixels. */
static sd_status shrink_for(sd_face_view *view, double side, sd_diag *diag) {
  while (side / SD_DETECTOR_SIDE / view->shrink >= 2) {
    sd_face_view half = {0};
    sd_status status = sd_face_view_half(&half, view, diag);
    if (status != SD_OK)
      return status;
    sd_face_view_clear(view);
    *view = half;
  }
  return SD_OK;
}

sd_status sd_detect_whole(sd_detections *out, const sd_models *models, const sd_photo *photo,
                          sd_diag *diag) {
  sd_status status = SD_OK;
  sd_face_view view = {0};
  sd_detections found[4] = {{0}};
  double side = photo->width > photo->height ? photo->width : photo->height;
  SD_TRY(sd_face_view_whole(&view, photo, VIEW_SIDE_MAX, diag));
  SD_TRY(shrink_for(&view, side, diag));
  int best = 0;
  for (int turn = 0; turn < 4; turn++) {
    sd_square square = {photo->width / 2.0, photo->height / 2.0, side, turn * QUARTER_TURN};
    SD_TRY(sd_detect_square(&found[turn], models, &view, &square, diag));
    double score = found[turn].count > 0 ? found[turn].v[0].score : 0;
    if (score > (found[best].count > 0 ? found[best].v[0].score : 0))
      best = turn;
  }
  *out = found[best];
done:
  sd_face_view_clear(&view);
  return status;
}

/* ---- tiles --------------------------------------------------------------------------------- */

typedef struct tile_grid {
  int columns, rows, turns;
  double side;
} tile_grid;

/* Tiles overlap by half, so that a face of half a tile lies whole in one of them. The small tiles
 * are tried upright only: turned photos are close portraits, where the large tiles serve. */
static tile_grid tiling_of(const sd_photo *photo, int divisor) {
  int longer = photo->width > photo->height ? photo->width : photo->height;
  tile_grid out = {.side = (double)longer / divisor, .turns = divisor == 2 ? 4 : 1};
  out.columns = (int)ceil(fmax(photo->width / out.side - 1, 0) * 2) + 1;
  out.rows = (int)ceil(fmax(photo->height / out.side - 1, 0) * 2) + 1;
  return out;
}

static sd_square tile_of(const tile_grid *tiling, int index) {
  int cell = index / tiling->turns;
  return (sd_square){(cell % tiling->columns + 1) * tiling->side / 2,
                     (cell / tiling->columns + 1) * tiling->side / 2, tiling->side,
                     index % tiling->turns * QUARTER_TURN};
}

static void add_best(sd_detections *all, const sd_detection *one) {
  int i = all->count < SD_DETECTIONS_MAX ? all->count++ : SD_DETECTIONS_MAX - 1;
  if (i == SD_DETECTIONS_MAX - 1 && all->v[i].score >= one->score)
    return;
  for (; i > 0 && all->v[i - 1].score < one->score; i--)
    all->v[i] = all->v[i - 1];
  all->v[i] = *one;
}

static sd_status detect_level(sd_detections *out, const sd_models *models, const sd_face_view *view,
                              const tile_grid *tiling, sd_diag *diag) {
  int count = tiling->columns * tiling->rows * tiling->turns;
  sd_status status = SD_OK;
  sd_detections *found = calloc((size_t)count, sizeof *found);
  if (found == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a face");
#pragma omp parallel for schedule(static)
  for (int i = 0; i < count; i++) {
    sd_square square = tile_of(tiling, i);
    sd_status one = sd_detect_square(&found[i], models, view, &square, NULL);
    if (one != SD_OK) {
#pragma omp atomic write
      status = SD_NO_MEMORY;
    }
  }
  for (int i = 0; i < count; i++)
    for (int k = 0; k < found[i].count; k++)
      add_best(out, &found[i].v[k]);
  free(found);
  if (status != SD_OK)
    return sd_fail(diag, status, "not enough memory to look for a face");
  return SD_OK;
}

/* The list is sorted, best first. */
static void drop_unsure(sd_detections *found) {
  while (found->count > 0 && found->v[found->count - 1].score < TILE_SCORE_MIN)
    found->count--;
}

sd_status sd_detect_tiles(sd_detections *out, const sd_models *models, const sd_photo *photo,
                          sd_diag *diag) {
  sd_status status = SD_OK;
  sd_face_view view = {0};
  out->count = 0;
  for (int divisor = 2; divisor <= 8 && out->count == 0; divisor *= 2) {
    tile_grid tiling = tiling_of(photo, divisor);
    if (tiling.side < TILE_SIDE_MIN)
      break;
    SD_TRY(sd_face_view_whole(&view, photo, VIEW_SIDE_MAX, diag));
    SD_TRY(shrink_for(&view, tiling.side, diag));
    SD_TRY(detect_level(out, models, &view, &tiling, diag));
    drop_unsure(out);
    sd_face_view_clear(&view);
  }
done:
  sd_face_view_clear(&view);
  return status;
}
