/* A photo's part as registration sees it: log luminance on a pyramid of work pixels, and the
 * features made of it. Private to the floor align. */
#ifndef SD_ALIGN_FRAME_H
#define SD_ALIGN_FRAME_H

#include "align/overlay.h"

enum { FRAME_LEVELS_MAX = 8 };

/* Beside and below the face lie its outline, which is no place on the skin when the head turns, and
 * a background that stays behind. */
static const float FRAME_WEIGHT_BACKGROUND = 0.1f;

/* One pyramid level. Work pixel (i, j) has its centre at photo pixel
 * origin_x + i * scale, origin_y + j * scale. */
typedef struct frame_level {
  sd_map feature; /* locally normalised log luminance: mean 0, SD about 1, gain and shading gone */
  sd_map tint;    /* the same of log colour ratios: pigment without relief and shading */
  sd_map weight;  /* 0..1: how much a pixel may steer (glare hardly) */
  double origin_x, origin_y, scale;
} frame_level;

typedef struct frame {
  int level_count; /* level 0 is the finest */
  frame_level level[FRAME_LEVELS_MAX];
  int photo_width, photo_height;
} frame;

/* Over skin->crop with a margin around it. The crop's longer side has at most `finest_side_px`
 * pixels of level 0. With landmarks (skin->from_landmarks), what lies beside and below the face
 * hardly steers; what was burnt in does not steer at all, and no edge of it is left in the
 * features. */
sd_status frame_make(frame *out, const sd_photo *photo, const sd_skin *skin, const sd_face *face,
                     const overlay *burnt, int finest_side_px, sd_diag *diag);
void frame_clear(frame *frame);
/* The level whose pixels are nearest to `wanted_scale` photo pixels wide. */
int frame_matching_level(const frame *frame, double wanted_scale);

static inline double frame_to_photo_x(const frame_level *level, double i) {
  return level->origin_x + i * level->scale;
}
static inline double frame_to_photo_y(const frame_level *level, double j) {
  return level->origin_y + j * level->scale;
}

/* How many pixels a side must be made one, for the part's longer side to have `side_px` at most. */
int frame_shrink(sd_rect part, int side_px);

/* Logs of the mean linear light of `shrink` x `shrink` blocks of the photo's part: luminance, and
 * (NULL: not wanted) tint, which is red over green with some green over blue. */
sd_status frame_logs(sd_map *log_luminance, sd_map *log_tint, const sd_photo *photo, sd_rect part,
                     int shrink, sd_diag *diag);

#endif
