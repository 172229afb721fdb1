/* The steps of sd_face_find. Inside the floor, points are in edge coordinates: the left edge of the
 * first pixel is 0, its centre 0.5. sd_face_find takes the half pixel off at the end. */
#ifndef SD_FACE_FIND_H
#define SD_FACE_FIND_H

#include "face/models.h"

/* ---- view.c: shrunken parts of a photo that can be sampled anywhere ------------------------- */

/* Pixel (i, j) of the picture is the mean of the photo's pixels from (x + shrink * i, ...). */
typedef struct sd_face_view {
  sd_picture picture;
  int x, y, shrink;
  int photo_width, photo_height;
} sd_face_view;

/* A square of the photo, turned by angle_rad: what a network looks at. */
typedef struct sd_square {
  double x, y, side, angle_rad;
} sd_square;

/* The part of the photo around `square`, shrunk by a power of two so that `samples` across the
 * square step less than two pixels: then bilinear sampling does not alias. */
sd_status sd_face_view_make(sd_face_view *out, const sd_photo *photo, const sd_square *square,
                            int samples, sd_diag *diag);
/* The whole photo, its longer side under `side_max`. */
sd_status sd_face_view_whole(sd_face_view *out, const sd_photo *photo, int side_max, sd_diag *diag);
/* Every second pixel row and column, averaged. */
sd_status sd_face_view_half(sd_face_view *out, const sd_face_view *in, sd_diag *diag);
void sd_face_view_clear(sd_face_view *view);
/* side * side * 3 values low + byte / 255 * (high - low); `mirrored` flips left and right. Outside
 * the photo: edge pixels, or `low` when `black` is set. */
typedef struct sd_sampling {
  int side;
  float low, high;
  bool mirrored, black_outside;
} sd_sampling;
void sd_face_view_sample(float *out, const sd_face_view *view, const sd_square *square,
                         const sd_sampling *sampling);
/* From the square's own coordinates, 0..1 across, to the photo. */
sd_point sd_square_point(const sd_square *square, double x, double y);

/* ---- detect.c ------------------------------------------------------------------------------- */

enum { SD_KEYPOINTS = 6 }; /* image-left eye, image-right eye, nose, mouth, ears */
typedef struct sd_detection {
  double score;
  double x, y, width, height; /* centre and sides, in the orientation it was found in */
  sd_point keypoints[SD_KEYPOINTS];
} sd_detection;

enum { SD_DETECTIONS_MAX = 64 };
typedef struct sd_detections {
  int count;
  sd_detection v[SD_DETECTIONS_MAX]; /* best first */
} sd_detections;

/* Faces in one square, after suppression of overlaps. */
sd_status sd_detect_square(sd_detections *out, const sd_models *models, const sd_face_view *view,
                           const sd_square *square, sd_diag *diag);
/* In the whole photo, in the orientation of the best score. */
sd_status sd_detect_whole(sd_detections *out, const sd_models *models, const sd_photo *photo,
                          sd_diag *diag);
/* In overlapping tiles of 1/2, 1/4, 1/8 of the longer side, stopping at the first level with any.
 */
sd_status sd_detect_tiles(sd_detections *out, const sd_models *models, const sd_photo *photo,
                          sd_diag *diag);

/* ---- mesh.c --------------------------------------------------------------------------------- */

typedef struct sd_mesh {
  double score;
  double v[SD_LANDMARKS][3];
} sd_mesh;

sd_square sd_mesh_square_of_detection(const sd_detection *detection);
sd_square sd_mesh_square_of_mesh(const sd_mesh *mesh);
sd_status sd_mesh_run(sd_mesh *out, const sd_models *models, const sd_photo *photo,
                      const sd_square *square, bool mirrored, sd_diag *diag);
/* Distance between the iris centres; never 0. */
double sd_mesh_eye_distance(const sd_mesh *mesh);
/* Median distance of the 468 surface points of two meshes, in eye distances. */
double sd_mesh_shift(const sd_mesh *a, const sd_mesh *b);
void sd_mesh_average(sd_mesh *out, const sd_mesh *a, const sd_mesh *b);

/* ---- pose.c --------------------------------------------------------------------------------- */

typedef struct sd_pose {
  double yaw_deg, pitch_deg;
  double scale_px_per_cm;
  double residual; /* weighted rms distance of the fit, in eye distances */
} sd_pose;
void sd_pose_fit(sd_pose *out, const sd_geometry *geometry, const sd_mesh *mesh);

/* ---- eyes.c: what the pixels say about the eyes ---------------------------------------------- */

typedef struct sd_eyes {
  sd_point centre[2];  /* image-left (the subject's right) first */
  double iris_px[2];   /* horizontal diameter of the circle found, trustworthy or not */
  double contrast[2];  /* brightness step across it, 0..1 coded; the weaker side counts more */
  double opening[2];   /* distance of the lids / iris diameter */
  double structure[2]; /* how much there is to see: near 0 under a bar, a blur, a mosaic */
} sd_eyes;
sd_status sd_eyes_measure(sd_eyes *out, const sd_photo *photo, const sd_mesh *mesh, sd_diag *diag);

/* ---- gate.c --------------------------------------------------------------------------------- */

typedef struct sd_evidence {
  double detector_score, mesh_score;
  double pass_shift;     /* first against second pass, in eye distances */
  double mirror_shift;   /* second pass against the mirrored one */
  double keypoint_error; /* largest distance of eyes, nose, mouth from the mesh, in eye distances */
  sd_pose pose;
  double structure; /* the lesser of both eyes */
} sd_evidence;
double sd_gate_keypoint_error(const sd_detection *detection, const sd_mesh *mesh);
/* NULL when the mesh may be trusted, else why not. */
const char *sd_gate(const sd_evidence *evidence);

/* ---- scale.c -------------------------------------------------------------------------------- */

void sd_scale_find(sd_scale *out, const sd_face *face, const sd_eyes *eyes,
                   const sd_face_options *options);

#endif
