/* What the steps that find hair, beard and spectacles share: the maps they read and how they name
 * what they find. Private to the floor face. Lengths are in eye distances (about 63 mm). */
#ifndef SD_FACE_HAIR_H
#define SD_FACE_HAIR_H

#include "face/skin.h"

/* A thin dark structure: a fifth darker than what lies 2 mm around it. */
static const float DARK_MIN = 0.22f;
/* Far darker than the face's light allows. */
static const float REGION_DARK = 0.8f;
/* Beards begin here (down, in eye distances). */
static const double BEARD_HIGHEST = 0.55;
/* What has so much of itself near the rim of the face is background or hair beside it, never a
 * beard. */
static const double RIM_SHARE = 0.8;

typedef struct reference {
  double light, tint, warm, texture; /* medians of the core */
} reference;

typedef struct hair_work {
  sd_field *field;
  const sd_face *face;
  sd_eye_line eyes;
  sd_map down;       /* place down the face: 0 on the line of the eyes, 1 an eye distance below */
  sd_map smooth;     /* light without grain */
  sd_map broad;      /* light at TEXTURE_AREA */
  sd_map tint, warm; /* colour at TEXTURE_AREA */
  sd_map texture;    /* rms fine contrast */
  sd_map quiet;      /* the same without the edges of nose and lips */
  sd_map near, far;  /* light the skin around has; light the cheeks let expect */
  sd_mask keep, dark;
  sd_mask features;  /* near eyes, nostrils, lips */
  sd_mask mouth_rim; /* very near nostrils and lips: their edges, not whiskers */
  sd_mask beside;    /* where folds and shade of nose and lips lie */
  sd_mask mouth;     /* where moustaches and beards around the mouth grow */
  sd_mask islands;   /* spots and what their rims do to the texture around them */
  sd_mask rim;       /* 1: near the outside of the face, or outside */
  sd_mask above;     /* 1: higher than beards grow */
  sd_mask seed;      /* room for what is certain while the rest is looked for */
  reference skin;
  bool bearded; /* whiskers were seen: the rest of them is looked for more closely */
  sd_mask calm; /* 1: so near the outline that its contrast may show in the texture */
} hair_work;

/* Part of the face and not yet excluded. */
static inline bool hair_is_open(const sd_field *field, size_t i) {
  return field->label.v[i] != 0 && field->excluded.v[i] == SD_MEASURED;
}
static inline double hair_down_of(const hair_work *w, size_t i) {
  return (double)w->down.v[i];
}
/* SD_EXCLUDED_BEARD or SD_EXCLUDED_HAIR, by the place. */
uint8_t hair_kind(const hair_work *w, size_t i, bool at_rim);
/* Per component, numbered from 1: how many of its pixels lie in the mask. The caller frees *out. */
sd_status hair_count_in(size_t **out, const sd_mask *mask, int count, const int32_t *number,
                        sd_diag *diag);

/* Leaves in w->dark what holds some of w->seed, and that itself; `number`: room for a number a
 * pixel.
 */
sd_status hair_keep_seeded(hair_work *w, int32_t *number, sd_diag *diag);

/* hair_strands.c: spots that stay, into w->islands; then strands of hair and frames. */
sd_status hair_find_islands(hair_work *w, sd_diag *diag);
sd_status hair_mark_strands(hair_work *w, sd_diag *diag);
/* spectacles.c: rims around both eyes, what joins them, and the skin behind the glass. */
sd_status hair_mark_spectacles(hair_work *w, sd_diag *diag);
/* hair_regions.c: fringe, sideburns, beard, stubble; then gaps between hairs that looked like
 * spots. */
sd_status hair_mark_regions(hair_work *w, sd_diag *diag);
sd_status hair_close_gaps(hair_work *w, sd_diag *diag);

#endif
