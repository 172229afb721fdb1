/* Which meshes may be trusted. The mesh network answers any picture with a face and often with a
 * high score: on profiles it puts both eyes on the cheek, under a bar it invents them. So a mesh
 * must agree with itself (a second and a mirrored look), with the detector's key points, with the
 * shape of a head seen from a possible direction, and with what the pixels show where the eyes
 * should be. Limits lie between the worst of 139 good photos of 85 people (first figure) and the
 * best of the wrong meshes. */
#include "face/find.h"

#include <math.h>

/* Detector: 0.83 on good photos. Between the two limits every other witness must be strict. */
static const double DETECTOR_SURE = 0.75, DETECTOR_MIN = 0.5;
static const double MESH_MIN = 0.9;
/* Passes move the mesh by less than 3.4 % of the eye distance, mirroring by less than 3.0 %. */
static const double PASS_SHIFT_MAX = 0.06, PASS_SHIFT_STRICT = 0.03;
static const double MIRROR_SHIFT_MAX = 0.06, MIRROR_SHIFT_STRICT = 0.03;
static const double KEYPOINT_ERROR_MAX = 0.3, KEYPOINT_ERROR_STRICT = 0.2;
/* A rendered head turned by 40 degrees reads 41 to 42, one turned by 50 reads 50. */
static const double YAW_MAX_DEG = 43, PITCH_MAX_DEG = 40;
/* From here on meshes begin to go wrong, and show it: heads turned by 40 degrees move by 2.3 % of
 * the eye distance between passes, by 3.7 % when mirrored, and by 22 % against the detector; views
 * from further to the side that read less than they are by 7, 11 and 50 %. */
static const double TURNED_DEG = 25, TURNED_MIRROR_SHIFT_MAX = 0.045, TURNED_KEYPOINT_ERROR = 0.26;
static const double RESIDUAL_MAX = 0.12;
/* Median gradient in the eyes: 6.9 and more when one sees them, 3.7 at most under bar, blur,
 * mosaic. */
static const double STRUCTURE_MIN = 4.2;

enum { NOSE_TIP = 1, LIP_UPPER = 13, LIP_LOWER = 14 };

static double distance_to(const sd_point *point, double x, double y) {
  return hypot(point->x - x, point->y - y);
}

double sd_gate_keypoint_error(const sd_detection *detection, const sd_mesh *mesh) {
  const double(*v)[3] = mesh->v;
  const sd_point *k = detection->keypoints;
  double eyes =
      fmax(distance_to(&k[0], v[468][0], v[468][1]), distance_to(&k[1], v[473][0], v[473][1]));
  double nose = distance_to(&k[2], v[NOSE_TIP][0], v[NOSE_TIP][1]);
  double mouth = distance_to(&k[3], (v[LIP_UPPER][0] + v[LIP_LOWER][0]) / 2,
                             (v[LIP_UPPER][1] + v[LIP_LOWER][1]) / 2);
  double worst = fmax(eyes, fmax(nose, mouth)) / sd_mesh_eye_distance(mesh);
  return isfinite(worst) ? worst : INFINITY;
}

static bool strict_witnesses(const sd_evidence *e) {
  return e->pass_shift <= PASS_SHIFT_STRICT && e->mirror_shift <= MIRROR_SHIFT_STRICT &&
         e->keypoint_error <= KEYPOINT_ERROR_STRICT;
}

/* The side of the face that is away from the camera is guessed: it must not waver. */
static bool turned_witnesses(const sd_evidence *e) {
  return e->pass_shift <= PASS_SHIFT_STRICT && e->mirror_shift <= TURNED_MIRROR_SHIFT_MAX &&
         e->keypoint_error <= TURNED_KEYPOINT_ERROR;
}

const char *sd_gate(const sd_evidence *e) {
  if (!(e->detector_score >= DETECTOR_MIN) || !(e->mesh_score >= MESH_MIN))
    return "what looked like a face has no features of one";
  if (!(fabs(e->pose.yaw_deg) <= YAW_MAX_DEG) ||
      (fabs(e->pose.yaw_deg) > TURNED_DEG && !turned_witnesses(e)))
    return "the face is turned too far to the side";
  if (!(fabs(e->pose.pitch_deg) <= PITCH_MAX_DEG))
    return "the face is turned too far up or down";
  if (!(e->pass_shift <= PASS_SHIFT_MAX) || !(e->mirror_shift <= MIRROR_SHIFT_MAX))
    return "the landmarks do not settle: the face is covered, cut off or turned";
  if (!(e->keypoint_error <= KEYPOINT_ERROR_MAX))
    return "detector and landmarks disagree about eyes, nose or mouth";
  if (!(e->pose.residual <= RESIDUAL_MAX))
    return "the landmarks do not have the shape of a head";
  if (!(e->structure >= STRUCTURE_MIN))
    return "the eyes are covered or cannot be seen";
  if (e->detector_score < DETECTOR_SURE && !strict_witnesses(e))
    return "the detector is unsure and the landmarks do not settle it";
  return NULL;
}
