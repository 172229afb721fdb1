/* face: where the face is, which pixels are skin that can be measured, and how large a pixel is. */
#ifndef SCARDELTA_FACE_H
#define SCARDELTA_FACE_H

#include "scardelta/photo.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- networks ---------------------------------------------------------------------------- */

/* The two networks and the canonical face geometry, read-only once loaded: share it between
 * threads. Opaque: sd_models_load allocates, sd_models_free frees (NULL allowed). */
typedef struct sd_models sd_models;

/* Name and SHA-256-pinned content of the file that sd_models_load takes. */
#define SD_MODELS_FILE "face_mesh_solution_packed_assets.data"

/* Loads from the bytes of SD_MODELS_FILE (@mediapipe/face_mesh 0.4.1657299874). Every slice's
 * SHA-256 is checked and every offset inside is bounds-checked. SD_UNREADABLE when they are not the
 * expected bytes. The bytes stay the caller's and may be freed afterwards. */
sd_status sd_models_load(sd_models **out, const void *bytes, size_t length, sd_diag *diag);
void sd_models_free(sd_models *models);

/* ---- landmarks, pose, scale --------------------------------------------------------------- */

enum { SD_LANDMARKS = 478 };

/* Landmark in upright photo pixels; z in the same unit, towards the camera negative. */
typedef struct sd_landmark {
  float x, y, z;
} sd_landmark;

typedef enum sd_scale_source {
  SD_SCALE_NONE = 0, /* unknown: nothing may be said in mm */
  SD_SCALE_IRIS,     /* horizontal visible iris diameter, 11.7 +- 0.5 mm */
  SD_SCALE_IPD,      /* pupil distance given by the user (--ipd-mm) */
  SD_SCALE_GIVEN     /* --scale-mm-per-px */
} sd_scale_source;
const char *sd_scale_source_name(sd_scale_source source); /* "none", "iris", "ipd", "given" */

/* Size of a pixel on the skin, with its 95 % interval (0 when unknown). The interval is of the
 * absolute scale; between photos of one person most of its error is shared and cancels. */
typedef struct sd_scale {
  double mm_per_px, ci_low, ci_high;
  sd_scale_source source;
} sd_scale;

/* What the detector alone saw of a face whose mesh cannot be trusted: turned far to the side, half
 * covered. Good enough to look for skin there and to keep off eyes and mouth. */
typedef struct sd_sighting {
  bool sure; /* false: nothing below */
  sd_point middle;
  double side_px; /* of the square around it: from the brows to the chin */
  double roll_deg;
  sd_point eyes[2], mouth; /* eyes as they lie in the picture, left first */
} sd_sighting;

typedef struct sd_face {
  bool found;        /* a mesh that passed the gate; all below but confidence/reason needs it */
  double confidence; /* detector score 0..1; of the best candidate also when found is false */
  double mesh_score; /* 0..1 */
  char reason[160];  /* why not found, or that it is one of several; "" when fine */
  sd_landmark landmarks[SD_LANDMARKS];
  sd_point eyes[2]; /* middle of the iris of the subject's right [0] and left [1] eye */
  double eye_distance_px;
  double yaw_deg;    /* + the subject's face turned to their own left (image right) */
  double pitch_deg;  /* + chin up */
  double roll_deg;   /* + head tilted so that the image must be turned counter-clockwise to be
                        upright:   atan2 of the eye line, image y down */
  bool eyes_open[2]; /* iris usable, right and left */
  sd_scale scale;
  sd_sighting sighting; /* only when found is false */
} sd_face;

typedef struct sd_face_options {
  double ipd_mm;          /* > 0: pupil distance known */
  double scale_mm_per_px; /* > 0: scale known; wins over ipd_mm and iris */
} sd_face_options;

/* Finds the largest trustworthy face, in any of four orientations, in the whole photo or in tiles.
 * Always SD_OK unless memory runs out: a photo without a (trustworthy) face gives found = false and
 * the reason, with the detector's sighting when it is sure of one; a wrong mesh is worse than none.
 * Of several faces the largest is taken, and the reason says so. scale is filled from the options
 * even without a face. Pure; cost about 40 ms plus the shrinking of the photo. */
sd_status sd_face_find(sd_face *out, const sd_models *models, const sd_photo *photo,
                       const sd_face_options *options, sd_diag *diag);

/* Pose by fitting the canonical geometry is part of sd_face_find; this is the fit alone.
 * The canonical face: SD_CANONICAL_POINTS vertices in cm, x to the subject's left, y up, z towards
 * the viewer. Owned by models. */
enum { SD_CANONICAL_POINTS = 468 };
const float *sd_models_canonical(const sd_models *models); /* 468 * 3 */
/* Triangles of the canonical face as vertex triples; count into *triangles. Owned by models. */
const uint16_t *sd_models_triangles(const sd_models *models, size_t *triangles);

/* ---- zones and skin ------------------------------------------------------------------------ */

/* Labels of face zones in sd_skin.label; left and right are the subject's own. */
typedef enum sd_zone_label {
  SD_ZONE_NONE = 0,
  SD_ZONE_FOREHEAD,
  SD_ZONE_GLABELLA,
  SD_ZONE_NOSE,
  SD_ZONE_LEFT_CHEEK,
  SD_ZONE_RIGHT_CHEEK,
  SD_ZONE_LEFT_PERIORBITAL,
  SD_ZONE_RIGHT_PERIORBITAL,
  SD_ZONE_PERIORAL,
  SD_ZONE_CHIN,
  SD_ZONE_OTHER, /* skin of the face outside the named zones: counts for all_skin only */
  SD_FACE_LABELS
} sd_zone_label;

/* Why a pixel is not measured. */
typedef enum sd_excluded {
  SD_MEASURED = 0,     /* skin that counts */
  SD_EXCLUDED_OUTSIDE, /* outside the face, the ROI or every zone */
  SD_EXCLUDED_EYE,
  SD_EXCLUDED_BROW,
  SD_EXCLUDED_LIPS,
  SD_EXCLUDED_NOSTRIL,
  SD_EXCLUDED_HAIR,  /* hair and everything else that is not skin-coloured */
  SD_EXCLUDED_BEARD, /* beard and stubble shadow */
  SD_EXCLUDED_SPECTACLES,
  SD_EXCLUDED_GLARE,   /* specular */
  SD_EXCLUDED_CLIPPED, /* a channel at its end */
  SD_EXCLUDED_SHADOW,  /* too dark to measure */
  SD_EXCLUDED_TRANSPARENT,
  SD_EXCLUDED_REASONS
} sd_excluded;
const char *sd_excluded_name(sd_excluded reason); /* "eye", "hair", ... */

enum { SD_ZONES_MAX = 256, SD_ZONE_NAME_MAX = 24 };

typedef struct sd_zone {
  char name[SD_ZONE_NAME_MAX]; /* "left_cheek", or "z7" from a zone map */
  uint8_t label;               /* its value in sd_skin.label */
  size_t pixels;               /* with this label, measured or not */
  size_t measured;             /* of them measured */
  double share_of_skin;        /* measured pixels of the zone / measured pixels of all zones */
  double excluded[SD_EXCLUDED_REASONS]; /* share of `pixels` per reason, 0..1 */
} sd_zone;

/* Which pixels of the photo's part `crop` belong to which zone and may be measured. */
typedef struct sd_skin {
  sd_rect crop;     /* in photo pixels: the face with a margin; the whole photo without one */
  sd_mask label;    /* crop size: 0 = no zone, else a zone's label */
  sd_mask excluded; /* crop size: sd_excluded */
  int zone_count;
  sd_zone zones[SD_ZONES_MAX];
  double excluded_share[SD_EXCLUDED_REASONS]; /* of all labelled pixels */
  bool from_landmarks;                        /* false: colour-and-texture model or zone map */
} sd_skin;

typedef struct sd_skin_options {
  const sd_mask *zone_map; /* photo size; pixels of value k > 0 form zone "zK"; NULL: face zones */
  const sd_mask *roi;      /* photo size; 0 = do not measure; NULL: everything */
} sd_skin_options;

/* Zones from the mesh and the skin mask in them; without a face, one zone "skin" (label
 * SD_ZONE_OTHER) where the colour-and-texture model, relative to the photo itself, finds skin
 * (around the face when the detector sighted one, then without its eyes and mouth); with a zone
 * map, its zones, of which only glare, clipped, dark and transparent pixels are excluded. SD_USAGE
 * when a mask's size is not the photo's. Pure. */
sd_status sd_skin_find(sd_skin *out, const sd_photo *photo, const sd_face *face,
                       const sd_skin_options *options, sd_diag *diag);
void sd_skin_clear(sd_skin *skin);
/* Label of the zone of that name; 0 when there is none, or for NULL. */
int sd_skin_label(const sd_skin *skin, const char *zone);

#ifdef __cplusplus
}
#endif
#endif
