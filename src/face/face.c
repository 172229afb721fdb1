/* Detector, mesh, second and mirrored mesh, pixels of the eyes, pose, gate, scale: in this order.
 */
#include "face/find.h"

#include "base/angle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Candidates tried before giving up; more than three faces in one photo are no portrait. */
enum { CANDIDATES_MAX = 3 };
/* An iris counts when its outline shows (0.03 on a bar, 0.05 in the dimmest good portraits), the
 * lids leave a third of it free, and its width is near what the network expects. */
static const double IRIS_CONTRAST_MIN = 0.04, IRIS_OPENING_MIN = 0.35, IRIS_MISMATCH_MAX = 0.22;

typedef struct candidate {
  sd_mesh mesh;
  sd_eyes eyes;
  sd_evidence evidence;
} candidate;

static sd_status place_mesh(candidate *out, const sd_models *models, const sd_photo *photo,
                            const sd_detection *detection, sd_diag *diag) {
  sd_mesh first, second, mirrored;
  sd_square square = sd_mesh_square_of_detection(detection);
  sd_status status = sd_mesh_run(&first, models, photo, &square, false, diag);
  if (status != SD_OK)
    return status;
  square = sd_mesh_square_of_mesh(&first);
  if (!(square.side >= 1) || !isfinite(square.side + square.x + square.y))
    square = sd_mesh_square_of_detection(detection);
  status = sd_mesh_run(&second, models, photo, &square, false, diag);
  if (status == SD_OK)
    status = sd_mesh_run(&mirrored, models, photo, &square, true, diag);
  if (status != SD_OK)
    return status;
  sd_mesh_average(&out->mesh, &second, &mirrored);
  out->evidence.pass_shift = sd_mesh_shift(&first, &second);
  out->evidence.mirror_shift = sd_mesh_shift(&mirrored, &second);
  return SD_OK;
}

static sd_status examine(candidate *out, const sd_models *models, const sd_photo *photo,
                         const sd_detection *detection, sd_diag *diag) {
  sd_status status = place_mesh(out, models, photo, detection, diag);
  if (status == SD_OK)
    status = sd_eyes_measure(&out->eyes, photo, &out->mesh, diag);
  if (status != SD_OK)
    return status;
  sd_evidence *e = &out->evidence;
  e->detector_score = detection->score;
  e->mesh_score = out->mesh.score;
  e->keypoint_error = sd_gate_keypoint_error(detection, &out->mesh);
  e->structure = fmin(out->eyes.structure[0], out->eyes.structure[1]);
  sd_pose_fit(&e->pose, &models->geometry, &out->mesh);
  return SD_OK;
}

static double iris_width_of_mesh(const sd_mesh *mesh, int eye) {
  const double *a = mesh->v[469 + 5 * eye], *b = mesh->v[471 + 5 * eye];
  return hypot(a[0] - b[0], a[1] - b[1]);
}

static bool iris_usable(const candidate *c, int eye) {
  double expected = iris_width_of_mesh(&c->mesh, eye);
  return c->eyes.contrast[eye] >= IRIS_CONTRAST_MIN && c->eyes.opening[eye] >= IRIS_OPENING_MIN &&
         fabs(c->eyes.iris_px[eye] / expected - 1) <= IRIS_MISMATCH_MAX;
}

/* Edge coordinates become pixel centres here. */
static void fill_face(sd_face *out, const candidate *c) {
  for (int i = 0; i < SD_LANDMARKS; i++)
    out->landmarks[i] = (sd_landmark){(float)(c->mesh.v[i][0] - 0.5),
                                      (float)(c->mesh.v[i][1] - 0.5), (float)c->mesh.v[i][2]};
  for (int eye = 0; eye < 2; eye++) {
    const double *network = c->mesh.v[468 + 5 * eye];
    out->eyes_open[eye] = iris_usable(c, eye);
    sd_point middle =
        out->eyes_open[eye] ? c->eyes.centre[eye] : (sd_point){network[0], network[1]};
    out->eyes[eye] = (sd_point){middle.x - 0.5, middle.y - 0.5};
  }
  double x = out->eyes[1].x - out->eyes[0].x, y = out->eyes[1].y - out->eyes[0].y;
  out->eye_distance_px = hypot(x, y);
  out->roll_deg = atan2(y, x) * SD_DEGREES_PER_RADIAN;
  out->yaw_deg = c->evidence.pose.yaw_deg;
  out->pitch_deg = c->evidence.pose.pitch_deg;
}

/* The fit sees the head as tilted in the picture; yaw and pitch are meant in the head's own frame,
 * so the tilt is taken out of the direction the face points to. */
static void unroll_pose(sd_face *face) {
  double yaw = face->yaw_deg / SD_DEGREES_PER_RADIAN,
         pitch = face->pitch_deg / SD_DEGREES_PER_RADIAN;
  double roll = face->roll_deg / SD_DEGREES_PER_RADIAN;
  double x = sin(yaw) * cos(pitch), y = sin(pitch), z = cos(yaw) * cos(pitch);
  double along = x * cos(roll) - y * sin(roll), up = x * sin(roll) + y * cos(roll);
  face->yaw_deg = atan2(along, z) * SD_DEGREES_PER_RADIAN;
  face->pitch_deg = asin(fmin(fmax(up, -1), 1)) * SD_DEGREES_PER_RADIAN;
}

/* Largest first, among those worth a mesh. */
static void sort_by_size(sd_detections *all) {
  for (int i = 1; i < all->count; i++)
    for (int k = i; k > 0 && all->v[k].width > all->v[k - 1].width; k--) {
      sd_detection swap = all->v[k];
      all->v[k] = all->v[k - 1];
      all->v[k - 1] = swap;
    }
}

static void accept(sd_face *out, const candidate *c) {
  out->found = true;
  out->confidence = c->evidence.detector_score;
  out->mesh_score = c->evidence.mesh_score;
  out->reason[0] = '\0';
  out->sighting = (sd_sighting){0};
  fill_face(out, c);
  unroll_pose(out);
}

/* The same face may be found twice; another one has its eyes elsewhere. */
static bool is_elsewhere(const candidate *other, const sd_face *face) {
  double x = 0.5 * (other->mesh.v[468][0] + other->mesh.v[473][0]);
  double y = 0.5 * (other->mesh.v[468][1] + other->mesh.v[473][1]);
  sd_point middle = {0.5 * (face->eyes[0].x + face->eyes[1].x),
                     0.5 * (face->eyes[0].y + face->eyes[1].y)};
  return hypot(x - middle.x, y - middle.y) > face->eye_distance_px;
}

/* Nobody must take one person's skin for another's unawares: several faces are told. */
static sd_status tell_of_others(sd_face *out, const sd_models *models, const sd_photo *photo,
                                const sd_detections *found, int first, sd_diag *diag) {
  int faces = 1;
  candidate *other = calloc(1, sizeof *other);
  sd_status status = SD_OK;
  if (other == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a face");
  for (int i = first; i < found->count; i++) {
    SD_TRY(examine(other, models, photo, &found->v[i], diag));
    faces += sd_gate(&other->evidence) == NULL && is_elsewhere(other, out);
  }
  if (faces > 1)
    snprintf(out->reason, sizeof out->reason, "%d%s faces are in this photo; the largest was taken",
             faces, faces == CANDIDATES_MAX ? " or more" : "");
done:
  free(other);
  return status;
}

/* The detector is sure of 0.83 and more in good portraits; a sighting below this is nobody. */
static const double SIGHTING_MIN = 0.75;

static sd_point to_centres(sd_point edge) {
  return (sd_point){edge.x - 0.5, edge.y - 0.5};
}

static sd_sighting sighting_of(const sd_detection *d) {
  const sd_point *k = d->keypoints;
  if (!(d->score >= SIGHTING_MIN))
    return (sd_sighting){0};
  return (sd_sighting){.sure = true,
                       .middle = to_centres((sd_point){d->x, d->y}),
                       .side_px = fmax(d->width, d->height),
                       .roll_deg = atan2(k[1].y - k[0].y, k[1].x - k[0].x) * SD_DEGREES_PER_RADIAN,
                       .eyes = {to_centres(k[0]), to_centres(k[1])},
                       .mouth = to_centres(k[3])};
}

/* Tries the candidates; keeps the first that passes, or the reason of the best that did not. */
static sd_status try_candidates(sd_face *out, candidate *room, const sd_models *models,
                                const sd_photo *photo, sd_detections *found, sd_diag *diag) {
  if (found->count > CANDIDATES_MAX)
    found->count = CANDIDATES_MAX;
  sort_by_size(found);
  for (int i = 0; i < found->count; i++) {
    sd_status status = examine(room, models, photo, &found->v[i], diag);
    if (status != SD_OK)
      return status;
    const char *why_not = sd_gate(&room->evidence);
    if (why_not == NULL) {
      accept(out, room);
      return tell_of_others(out, models, photo, found, i + 1, diag);
    }
    if (room->evidence.detector_score > out->confidence) {
      out->confidence = room->evidence.detector_score;
      out->mesh_score = room->evidence.mesh_score;
      out->sighting = sighting_of(&found->v[i]);
      snprintf(out->reason, sizeof out->reason, "%s", why_not);
    }
  }
  return SD_OK;
}

sd_status sd_face_find(sd_face *out, const sd_models *models, const sd_photo *photo,
                       const sd_face_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_face face = {.reason = "no face was found"};
  sd_detections *found = calloc(1, sizeof *found);
  candidate *room = calloc(1, sizeof *room);
  if (found == NULL || room == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a face");
    goto done;
  }
  SD_TRY(sd_detect_whole(found, models, photo, diag));
  SD_TRY(try_candidates(&face, room, models, photo, found, diag));
  /* a face that is surely there but has no landmarks is who the photo is of: a smaller one beside
   * it, on a poster or behind, must not take its place */
  if (!face.found && !face.sighting.sure) {
    SD_TRY(sd_detect_tiles(found, models, photo, diag));
    SD_TRY(try_candidates(&face, room, models, photo, found, diag));
  }
  sd_scale_find(&face.scale, &face, &room->eyes, options);
  *out = face;
done:
  free(found);
  free(room);
  return status;
}
