/* Where the dense refinement starts from. Private to the floor align. */
#ifndef SD_ALIGN_START_H
#define SD_ALIGN_START_H

#include "align/solid.h"

/* One photo of the pair with what registration makes of it. */
typedef struct side {
  const sd_photo *photo;
  const sd_face *face;
  const sd_skin *skin;
  const overlay *burnt; /* what was drawn over this photo */
  frame work;
  field start, refined; /* from this photo to the other */
  field depth;          /* of the face's landmarks; empty without them */
} side;

/* The longer side of the skin's crop, photo pixels. */
double side_length_px(const side *s);
void side_clear(side *s);

/* What a start is made of; a later kind is tried where the earlier ones convince nobody. */
typedef enum start_kind {
  START_LANDMARKS,
  START_MOVED_FEATURES, /* without those that stand at the same pixel in both photos: a watermark or
                           a date burnt in agrees on the identity better than skin does on anything,
                           while skin that stood still leaves nothing else to agree on */
  START_FEATURES,
  START_BOTH,
  START_KINDS
} start_kind;

/* Tentative matches of skin features, sought when first asked for. */
typedef struct feature_set {
  match *v; /* owned */
  size_t count;
  bool sought;
} feature_set;
void feature_set_clear(feature_set *set);

/* Correspondences to start from. */
typedef struct start {
  match *matches; /* owned */
  size_t count;
  double reach_px; /* how far each one's deviation from the solid map counts, source pixels */
  bool use_affine;
  size_t features; /* of the matches: skin features that agree with each other */
  char model[96];  /* for people */
} start;

void start_clear(start *s);
/* A start of one kind with hand points on top. A kind that these photos do not allow has count 0
 * and is no error. `exchanged`: the options' BEFORE is `b`. */
sd_status start_find(start *out, start_kind kind, feature_set *set, const side *a, const side *b,
                     bool exchanged, const sd_align_options *options, sd_diag *diag);
/* Index of the hand point that lies furthest from where the landmarks of both faces put it, by
 * *off_px pixels of `b`; the number of points when none is off by more than any expression. */
size_t start_doubtful_point(double *off_px, const side *a, const side *b, bool exchanged,
                            const sd_align_options *options);
/* Both directions of a start, as fields on the coarsest level's nodes of either side. Fails with
 * SD_NOT_ALIGNED when the matches do not determine a map. */
sd_status start_fields(side *a, side *b, const start *s, sd_diag *diag);

#endif
