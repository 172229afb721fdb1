/* align: the same skin laid on itself. Two photos give a fold-free map both ways and its error. */
#ifndef SCARDELTA_ALIGN_H
#define SCARDELTA_ALIGN_H

#include "scardelta/face.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A smooth map from one photo's pixels to another's, stored at grid nodes `step_px` apart; node
 * (i, j) lies at domain.x + i * step_px, domain.y + j * step_px, and x[], y[] hold where it goes.
 * Between nodes: bicubic, so that the map has no kinks. */
typedef struct sd_warp {
  sd_rect domain; /* in pixels of the photo mapped from */
  int step_px;
  int columns, rows;
  float *x, *y;   /* columns * rows each; owned */
  uint8_t *valid; /* 0 where the point has no trusted counterpart; owned */
} sd_warp;
void sd_warp_clear(sd_warp *warp);

/* Where a point goes. Outside the domain the map is continued from its border. Returns whether the
 * point is inside the domain and trusted; *out is set either way. */
bool sd_warp_at(const sd_warp *warp, double x, double y, sd_point *out);
/* The same, bit for bit, of `count` points (x[k], y) of one row in rising x: several times as fast,
 * since neighbours share what they lie between. `trusted` (NULL: not wanted) takes what sd_warp_at
 * returns. */
void sd_warp_row_at(const sd_warp *warp, const double *x, double y, int count, sd_point *out,
                    bool *trusted);
/* Local change of length (square root of the Jacobian's determinant) at a point; 1 = same size. */
double sd_warp_scale_at(const sd_warp *warp, double x, double y);

typedef enum sd_alignment_status {
  SD_ALIGNMENT_FAILED = 0, /* the photos could not be laid on each other */
  SD_ALIGNMENT_PARTLY,     /* trusted in part of the skin only, or not certainly the same skin: see
                              reason, coverage and zones */
  SD_ALIGNMENT_OK
} sd_alignment_status;
const char *sd_alignment_status_name(sd_alignment_status status); /* "failed", "partly", "ok" */

/* Likeness of two photos of one person was 0.42 or more in all of 51 pairs of portraits (neutral
 * and smiling), that of two different people laid on each other at most 0.24 in 50 pairs. */
#define SD_LIKENESS_SAME_SKIN 0.33

typedef struct sd_alignment_zone {
  char name[SD_ZONE_NAME_MAX];
  double coverage;  /* share of the zone's measured skin that has a trusted counterpart */
  double error_px;  /* 95 % bound of the registration error there, before pixels; NaN: none */
  double error_mm;  /* the same in mm; NaN without a scale */
  double agreement; /* median local correlation of the laid-over photos, -1..1; NaN: none */
} sd_alignment_zone;

typedef struct sd_alignment {
  sd_alignment_status status;
  char model[96];   /* how it was found, for people: "landmarks + dense", "skin features + dense" */
  char reason[200]; /* why failed or partly; "" when ok */
  sd_warp forward;  /* before pixels -> after pixels */
  sd_warp inverse;  /* after pixels -> before pixels */
  sd_map error_map; /* at forward's nodes: stated 95 % bound of the error in before pixels; NaN: the
                       place lies outside AFTER */
  sd_map likeness_map; /* at forward's nodes: local correlation of the laid-over photos, -1..1 */
  sd_map inverse_error_map, inverse_likeness_map; /* the same at inverse's nodes; errors in after
                                                     pixels */
  double coverage; /* share of before's measured skin with a trusted counterpart, 0..1 */
  double
      error_px; /* median over covered skin of the stated error, before pixels; NaN when failed */
  double error_mm;        /* the same in mm; NaN without a scale */
  double leader_error_px; /* as error_px, over the skin and in the pixels of the photo whose file
                             hash is the smaller one: the same number after an exchange */
  double drawn_over;      /* share of that skin on which a date, bar or watermark lies in either
                             photo: it has no counterpart */
  double agreement;       /* median local correlation over the skin, -1..1 */
  double face_agreement;  /* the same over eyes, brows and mouth, which even small and noisy photos
                             show; over the skin where there is no face */
  double likeness;        /* agreement less what the error takes from it: tells the same skin from
                             another's; 1 = the same pixels, see SD_LIKENESS_SAME_SKIN */
  bool same_skin;         /* likeness reaches SD_LIKENESS_SAME_SKIN, or enough skin features agree:
                             naevi, pores and creases do not lie */
  bool mirrored;          /* failed, because one photo is a mirror image; set by who tried it */
  double deformation;  /* RMS of what is not an affine map, over the skin, as a share of the crop's
                          longer side: expression and head turn; 0.01 is a smile */
  double scale_ratio;  /* after pixels per before pixel, median over skin */
  double rotation_deg; /* after against before, image y down */
  int zone_count;
  sd_alignment_zone zones[SD_ZONES_MAX];
} sd_alignment;
void sd_alignment_clear(sd_alignment *alignment);
/* States the errors of the whole and of the zones in mm; mm_per_px of BEFORE, NaN or <= 0: unknown,
 * and so are they. */
void sd_alignment_set_scale(sd_alignment *alignment, double mm_per_px);
/* The alignment of (before, after) as that of (after, before), in place: maps, what is known at
 * their nodes, scale and rotation. Figures over the skin (coverage, errors, zones) stay as they
 * are. Twice is as before. */
void sd_alignment_exchange(sd_alignment *alignment);
/* Stated 95 % bound of the error where BEFORE's point (x, y) goes, before pixels; NaN where it has
 * no counterpart in AFTER or lies outside the forward map's domain. */
double sd_alignment_error_at(const sd_alignment *alignment, double x, double y);

/* Leaves out of both skins (SD_EXCLUDED_OUTSIDE) what the other photo does not show or does not
 * measure there, so that both dates are measured on the same skin with the same edges. Zones'
 * figures stay those of each photo. Nothing happens to a failed alignment. Symmetric; SD_NO_MEMORY.
 */
sd_status sd_alignment_share_skin(sd_skin *before, sd_skin *after, const sd_alignment *alignment,
                                  sd_diag *diag);

/* A correspondence given by hand: before (x, y) -> after (x, y). */
typedef struct sd_pair_point {
  sd_point before, after;
} sd_pair_point;

/* A registration found earlier, to be used again for photos of the same two captures in another
 * light (cross-polarised, ultraviolet). */
typedef struct sd_transform {
  sd_warp map;                     /* before -> after pixels */
  sd_map error_px;                 /* stated 95 % bound at map's nodes, before pixels; NaN: no
                                      counterpart */
  int before_width, before_height; /* of the photos it was found with */
  int after_width, after_height;
  char model[96]; /* how it was found */
} sd_transform;
void sd_transform_clear(sd_transform *transform);
/* The alignment as a transform that can be kept: every second node, which changes the map by some
 * hundredths of a pixel at most where it is trusted. The photo sizes are left 0. SD_NO_MEMORY. */
sd_status sd_transform_of(sd_transform *out, const sd_alignment *alignment, sd_diag *diag);

/* The map from A's photo to B's, from the registrations of both to one template: `a` and `b` are
 * the alignments template -> A and template -> B; `b` NULL: B is the template. Its error is that of
 * both together. Through one template every map of a set agrees with every other; a chain would
 * drift. The photo sizes are left 0. SD_NO_MEMORY. */
sd_status sd_transform_compose(sd_transform *out, const sd_alignment *a, const sd_alignment *b,
                               sd_diag *diag);

typedef struct sd_align_options {
  const sd_pair_point *points; /* by hand, they lead the start; NULL: none */
  size_t point_count;
  const sd_transform *transform; /* used instead of searching; NULL: none. Points do nothing then */
  bool landmarks_only; /* of two faces: no other start is tried where that of the landmarks fails */
} sd_align_options;

/* Whether of a pair `photo` is the one whose grid is measured on: the one whose face is smaller,
 * for nothing is then made up between pixels; without both faces the one whose hash is smaller. The
 * answer is the other one when the two are exchanged. */
bool sd_align_leads(const sd_photo *photo, const sd_face *face, const sd_photo *other,
                    const sd_face *other_face);

/* Registers AFTER to BEFORE. Start: hand points, landmarks of both faces, or skin features (SIFT,
 * Lowe 2004; filtered by RANSAC and their neighbours). Where the landmarks' start does not lead to
 * skin that is certainly the same, features alone and both together are tried too, and the one
 * whose laid-over skin agrees best is kept. Then dense refinement that ignores exposure, white
 * balance and smooth shading. The faces may be "not found". With a transform only what it is worth
 * for these photos is judged. Returns SD_OK with status set (also when it failed: the reason is in
 * `out`); SD_NO_MEMORY otherwise. Pure; the same result at any number of threads; identical photos
 * give exactly the identity; exchanging the photos exchanges forward and inverse exactly (not with
 * a transform, which belongs to BEFORE). */
sd_status sd_align(sd_alignment *out, const sd_photo *before, const sd_face *before_face,
                   const sd_skin *before_skin, const sd_photo *after, const sd_face *after_face,
                   const sd_skin *after_skin, const sd_align_options *options, sd_diag *diag);

/* The part `region` of BEFORE's pixel grid, filled with AFTER as the map lays it there: sRGB-coded,
 * cubic, one output pixel per `shrink` pixels (box-averaged). Pixels without a trusted counterpart
 * are still filled where the map can be continued inside AFTER and are grey elsewhere. */
sd_status sd_align_resample(sd_picture *out, const sd_alignment *alignment, const sd_photo *after,
                            sd_rect region, int shrink, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
