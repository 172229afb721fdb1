/* scene: synthetic faces with exactly known truth, for tests and samples.
 *
 * A subject (seed, tone, marks) seen in one session (how far each mark has faded) by one shot
 * (pose, lamp, camera). The skin is a function of the rest position: where a skin point lies on the
 * neutral face, in mm, x to the subject's left, y up, z towards the viewer, origin as in the
 * canonical face. The rest position of a skin point never changes, so two scenes of one subject
 * correspond exactly.
 *
 * Deterministic: the same structs give the same bytes on any number of threads. */
#ifndef SD_TESTS_SCENE_H
#define SD_TESTS_SCENE_H

#include "scardelta/face.h"

typedef struct scene_vector {
  double x, y, z;
} scene_vector;

/* ---- the subject ---------------------------------------------------------------------------- */

enum { SCENE_TONES = 6 }; /* 0 very light (ITA 60 deg) .. 5 very dark (ITA -47 deg) */

typedef enum scene_mark_kind {
  SCENE_ICE_PICK = 0, /* depths and heights in mm */
  SCENE_BOXCAR,
  SCENE_ROLLING,
  SCENE_RAISED,
  SCENE_BROWN_SPOT, /* melanin, optical density */
  SCENE_NAEVUS,
  SCENE_RED_AREA, /* haemoglobin, optical density */
  SCENE_MARK_KINDS
} scene_mark_kind;
const char *scene_mark_name(scene_mark_kind kind); /* "ice_pick", ... */

typedef struct scene_mark {
  scene_mark_kind kind;
  scene_vector centre;          /* rest position */
  scene_vector long_axis, side; /* unit vectors in the skin, at right angles */
  double radius_mm;             /* half diameter at half strength, along long_axis */
  double aspect;                /* radius along side / radius_mm, 0.6..1 */
  double strength;              /* mm below (scars, positive) or above (raised), or od */
  double luck;                  /* -1..1: heals worse .. better than the others */
} scene_mark;

enum { SCENE_MARKS_MAX = 256 };

typedef struct scene_subject {
  uint64_t seed;
  int tone;
  double pore_depth_mm;  /* 0 = smooth skin */
  double line_height_mm; /* amplitude of the fine lines */
  int mark_count;
  scene_mark marks[SCENE_MARKS_MAX];
} scene_subject;

/* What is left of each kind of mark: 1 as at the start, 0 gone. */
typedef struct scene_session {
  double scar, brown, red;
} scene_session;
/* What is left of this mark's strength, and of its radius. A naevus stays. */
double scene_mark_strength_left(const scene_mark *mark, const scene_session *session);
double scene_mark_radius_left(const scene_mark *mark, const scene_session *session);

/* Optical-density axes of the tone (R, G, B): od = base + melanin * dm + haemoglobin * dh, where dm
 * and dh are the differences to the plain skin of the tone. */
typedef struct scene_pigment {
  double base[3], melanin[3], haemoglobin[3];
} scene_pigment;
scene_pigment scene_pigment_of(int tone);

/* ---- the shot ------------------------------------------------------------------------------- */

typedef struct scene_shot {
  int width, height;
  double mm_per_px;                    /* at the eyes, facing the camera */
  double distance_mm;                  /* camera to the eyes */
  double yaw_deg, pitch_deg, roll_deg; /* signs of sd_face */
  double shift_x_mm, shift_y_mm;       /* of the head in the picture, right and up */
  double smile;                        /* 0 neutral .. 1 broad */
  double lamp_azimuth_deg;             /* + from the image's right */
  double lamp_elevation_deg;           /* + from above */
  double lamp_rgb[3];                  /* linear */
  double ambient;                      /* share of the light that comes from everywhere, 0..1 */
  double specular;                     /* 0 matte (exact optical density), 1 usual skin */
  double exposure_ev;
  double white_balance[3]; /* gains */
  double blur_px;          /* Gaussian sigma */
  double shot_noise;       /* SD at linear 1, grows with the root of the light */
  double read_noise;       /* SD, linear */
  uint64_t noise_seed;
} scene_shot;
/* A frontal 3 : 4 portrait `width` pixels wide, in good light. */
scene_shot scene_shot_portrait(int width);

/* ---- rendering ------------------------------------------------------------------------------ */

/* One subject, session and shot, ready to be asked and drawn. Opaque; read-only once made. */
typedef struct scene scene;
sd_status scene_make(scene **out, const sd_models *models, const scene_subject *subject,
                     const scene_session *session, const scene_shot *shot, sd_diag *diag);
void scene_free(scene *s);

/* Adds `count` marks of a kind to the subject at random places of the face by its seed. The radius
 * and strength of each lie between the given ends. Fewer when the face is full. */
sd_status scene_add_marks(scene_subject *subject, const sd_models *models, scene_mark_kind kind,
                          int count, const double radius_mm[2], const double strength[2],
                          sd_diag *diag);

/* Light that reaches the sensor, before blur and noise: linear sRGB with exposure and white
 * balance. */
sd_status scene_linear(sd_rgb *out, const scene *s, sd_diag *diag);
/* What the camera makes of it: blur, noise, sRGB curve, 8 bits. */
sd_status scene_picture(sd_picture *out, const scene *s, sd_diag *diag);
/* JPEG with EXIF: `taken` "2025:03:03 10:15:00", `offset` "+01:00". */
sd_status scene_jpeg(sd_text *out, const scene *s, int quality, const char *taken,
                     const char *offset, sd_diag *diag);

/* ---- truth ---------------------------------------------------------------------------------- */

typedef enum scene_material {
  SCENE_BACKGROUND = 0,
  SCENE_SKIN,  /* of the face: has a rest position */
  SCENE_OTHER, /* lips, brows, eyes, nostrils, hair, ears, neck, clothes */
} scene_material;

typedef struct scene_truth {
  scene_material material;
  scene_vector rest;           /* valid for every point of the head's mesh */
  double melanin, haemoglobin; /* od above plain skin, of SCENE_SKIN */
  double height_mm;            /* relief */
  double mm_per_px;            /* of a surface that faces the camera at this depth */
} scene_truth;
/* What is at a point of the picture. False off the head's mesh. */
bool scene_truth_at(const scene *s, double x, double y, scene_truth *truth);

/* Where the point of the picture `before` lies in `after`. False when it is not on the head's mesh,
 * or hidden or outside in `after`. */
bool scene_map(const scene *before, const scene *after, sd_point at, sd_point *to);

/* Where a rest position (as of a mark's centre) appears; false when hidden or outside. */
bool scene_project(const scene *s, scene_vector rest, sd_point *to);

/* Middle of the iris of the subject's right [0] and left [1] eye in the picture. */
void scene_irises(const scene *s, sd_point irises[2]);

/* Everything known about the scene as JSON: shot, session, irises, marks with their positions. */
void scene_truth_json(sd_text *out, const scene *s);

/* ---- the samples ---------------------------------------------------------------------------- */

enum { SCENE_SESSIONS = 3 };
typedef struct scene_sample {
  const char *name; /* "before", "6-weeks", "12-weeks" */
  const char *taken, *offset;
  scene_session session;
  scene_shot shot;
} scene_sample;
/* Session `index` of the treated subject, `width` pixels wide (3 : 4 portrait). */
scene_sample scene_sample_of(int index, int width);
/* The subject of the samples: scars of all kinds, brown spots, red areas. */
sd_status scene_sample_subject(scene_subject *out, uint64_t seed, int tone, const sd_models *models,
                               sd_diag *diag);

#endif
