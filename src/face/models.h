/* The loaded models: two networks and the canonical face. */
#ifndef SD_FACE_MODELS_H
#define SD_FACE_MODELS_H

#include "face/network.h"
#include "scardelta/face.h"

typedef struct sd_geometry {
  float points[3 * SD_CANONICAL_POINTS]; /* cm, x to the subject's left, y up, z to the viewer */
  float weights[SD_CANONICAL_POINTS];    /* of the points in a rigid fit; most are 0 */
  uint16_t mirror[SD_CANONICAL_POINTS];  /* the point on the other side of the face */
  uint16_t *triangles;                   /* owned */
  size_t triangle_count;
} sd_geometry;

/* geometry.c: reads the geometry metadata (a protocol buffer), checking every length. */
sd_status sd_geometry_load(sd_geometry *out, const void *bytes, size_t length, sd_diag *diag);
void sd_geometry_clear(sd_geometry *geometry);

enum { SD_DETECTOR_SIDE = 128, SD_DETECTOR_ANCHORS = 896, SD_DETECTOR_VALUES = 16 };
enum { SD_MESH_SIDE = 192 };

struct sd_models {
  sd_network detector, mesh;
  sd_geometry geometry;
};

#endif
