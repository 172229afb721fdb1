/* What the files of the scene share among themselves. */
#ifndef SD_TESTS_SCENE_PARTS_H
#define SD_TESTS_SCENE_PARTS_H

#include "scene/scene.h"

#include <math.h>

/* ---- vectors ---- */
static inline scene_vector add(scene_vector a, scene_vector b) {
  return (scene_vector){a.x + b.x, a.y + b.y, a.z + b.z};
}
static inline scene_vector subtract(scene_vector a, scene_vector b) {
  return (scene_vector){a.x - b.x, a.y - b.y, a.z - b.z};
}
static inline scene_vector times(scene_vector a, double k) {
  return (scene_vector){a.x * k, a.y * k, a.z * k};
}
static inline double dot(scene_vector a, scene_vector b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
static inline scene_vector cross(scene_vector a, scene_vector b) {
  return (scene_vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
static inline double length_of(scene_vector a) {
  return sqrt(dot(a, a));
}
static inline scene_vector unit(scene_vector a) {
  double length = length_of(a);
  return length > 0 ? times(a, 1 / length) : a;
}
static inline double clamp01(double v) {
  return v < 0 ? 0 : v > 1 ? 1 : v;
}
/* 0 below `from`, 1 above `to`, smooth between; from > to falls instead. */
static inline double smooth_step(double from, double to, double v) {
  double t = clamp01((v - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/* ---- mesh ---- */

/* What a triangle of the head is made of; softer borders are in the vertices' shares. */
enum part {
  PART_FACE = 0,
  PART_EYE,   /* the opening between the lids */
  PART_MOUTH, /* the opening between the lips */
  PART_HEAD   /* behind the canonical face */
};

typedef struct vertex {
  scene_vector rest;               /* neutral, mm */
  scene_vector position;           /* with expression, mm, head frame */
  double lip, brow, nostril, hair; /* 0..1 */
} vertex;

typedef struct triangle {
  uint32_t corner[3];
  uint8_t part;
} triangle;

typedef struct mesh {
  size_t vertex_count, triangle_count;
  vertex *vertices;
  triangle *triangles;
} mesh;

/* The canonical face, closed to a head, bent by the smile, subdivided `levels` times (Loop). */
sd_status mesh_make(mesh *out, const sd_models *models, double smile, int levels, sd_diag *diag);
void mesh_clear(mesh *m);

/* Vertices along the upper and the lower lid of the subject's right and left eye. */
enum { LID_POINTS = 9, UPPER = 0, LOWER = 1 };
extern const uint16_t scene_lid[2][2][LID_POINTS];

/* Eyeballs in the head frame. */
enum { EYEBALL_RADIUS_UM = 12500 };
static inline scene_vector eyeball_centre(int eye) {
  return (scene_vector){eye ? 31.5 : -31.5, 27.0, 25.0};
}

/* ---- skin ---- */
typedef struct skin_point {
  double melanin, haemoglobin, height_mm;
  scene_vector slope; /* gradient of height_mm in rest space */
  double hidden;      /* 0..1: how deep in a scar, against the scar's width */
} skin_point;

/* Skin at a rest position with only the listed marks; detail finer than the pixel is left out. */
skin_point skin_at(const scene_subject *subject, const scene_session *session, const int *marks,
                   int mark_count, scene_vector rest, double pixel_mm);
/* No effect of the mark beyond this distance of its centre. */
double mark_reach_mm(const scene_mark *mark, const scene_session *session);

/* Smooth noise of unit wavelength, about -1..1; gradient may be NULL. */
double noise_at(uint64_t seed, scene_vector p, scene_vector *gradient);

/* ---- the scene ---- */
typedef struct rotation {
  scene_vector row[3];
} rotation;
static inline scene_vector turn(const rotation *r, scene_vector v) {
  return (scene_vector){dot(r->row[0], v), dot(r->row[1], v), dot(r->row[2], v)};
}
static inline scene_vector turn_back(const rotation *r, scene_vector v) {
  return add(add(times(r->row[0], v.x), times(r->row[1], v.y)), times(r->row[2], v.z));
}

/* A vertex as the camera sees it: picture position and 1 / depth (mm). */
typedef struct seen {
  double x, y, inverse_depth;
} seen;

struct scene {
  scene_subject subject;
  scene_session session;
  scene_shot shot;
  scene_pigment pigment;
  mesh head;
  scene_vector *normals; /* per vertex, camera frame */
  seen *points;          /* per vertex */
  rotation pose;
  scene_vector pivot, place; /* head frame point that stays put; where it stands, camera frame */
  scene_vector gaze[2];      /* head frame */
  scene_vector lid[2][2][LID_POINTS]; /* by eye, upper or lower; rest mm */
  double focal_px, centre_x, centre_y;
  int cell_px, cells_x, cells_y;         /* the picture in squares */
  uint32_t *cell_start, *cell_triangles; /* triangles that touch each of them */
};

/* The nearest point of the head's mesh under a picture point. */
typedef struct hit {
  uint32_t triangle;
  double weight[3]; /* of the corners, perspective-correct */
  double depth_mm;
} hit;
bool frame_hit(const scene *s, double x, double y, hit *out);
scene_vector to_camera(const scene *s, scene_vector head);
scene_vector to_head(const scene *s, scene_vector camera);
seen project(const scene *s, scene_vector camera);
/* Unit vector from the camera through a picture point, camera frame; the camera is at the origin
 * of it and looks along -z. */
scene_vector ray_through(const scene *s, double x, double y);
vertex hit_blend(const scene *s, const hit *h);
double hit_mm_per_px(const scene *s, const hit *h);
/* Is the point skin that has pigment and relief of its own? */
bool is_skin(const scene *s, const hit *h, const vertex *v);

/* Linear colour of a picture point; marks: those that can reach it. */
void shade(const scene *s, double x, double y, const hit *h, const int *marks, int mark_count,
           double rgb[3]);

#endif
