/* render: pictures that people read at a glance, from everything measured. */
#ifndef SCARDELTA_RENDER_H
#define SCARDELTA_RENDER_H

#include "scardelta/change.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The language as a setting that shapes outputs: NULL for English, which is the default. */
const char *sd_language_setting(const char *language);

/* All that the pictures and the report show. Everything is borrowed. */
typedef struct sd_comparison {
  sd_side before, after;
  const sd_alignment *alignment;
  const sd_change *change; /* metrics may be empty: refused pair */
  const char *language;    /* of words in pictures and reports: "en", "de"; NULL: "en" */
} sd_comparison;

/* The pictures of DIR/images. Not every one exists for every pair (no alignment, no scale). */
typedef enum sd_panel {
  SD_PANEL_ALIGNED_BEFORE = 0,
  SD_PANEL_ALIGNED_AFTER,
  SD_PANEL_SIDE_BY_SIDE,
  SD_PANEL_BLINK, /* animated PNG, two frames */
  SD_PANEL_CHANGE_MELANIN,
  SD_PANEL_CHANGE_HAEMOGLOBIN,
  SD_PANEL_CHANGE_RELIEF,
  SD_PANEL_SCARS_BEFORE, /* what looks like a scar or mark, outlined */
  SD_PANEL_SCARS_AFTER,
  SD_PANEL_SCARS_CLOSEUPS, /* those that changed most, and those that got worse */
  SD_PANEL_ZONES,
  SD_PANEL_REGISTRATION,
  SD_PANELS
} sd_panel;
const char *sd_panel_name(sd_panel panel); /* "aligned-before", ...: the file name without suffix */

/* An encoded picture file: bytes without any metadata of the source photos. */
typedef struct sd_picture_file {
  sd_panel panel;
  const char *suffix; /* ".jpg" or ".png" */
  int width, height;
  sd_text bytes;
  /* The same smaller, for report.html, which must stay fit for mail; empty: as it is. */
  int page_width, page_height;
  sd_text page;
} sd_picture_file;

/* Layers over the pictures of the viewer. */
typedef enum sd_layer {
  SD_LAYER_MELANIN = 0,
  SD_LAYER_HAEMOGLOBIN,
  SD_LAYER_RELIEF,
  SD_LAYER_ERROR, /* of the registration */
  SD_LAYERS
} sd_layer;

/* What each photo shows, as layers of its own. */
typedef enum sd_level {
  SD_LEVEL_MELANIN = 0, /* against the photo's median */
  SD_LEVEL_HAEMOGLOBIN,
  SD_LEVEL_RELIEF, /* 0.8 to 3 mm */
  SD_LEVELS
} sd_level;

/* A zone as polygons: ring k has the points from the end of ring k - 1 up to ring_ends[k]. */
typedef struct sd_zone_shape {
  char name[SD_ZONE_NAME_MAX];
  sd_point middle; /* a point well inside */
  sd_point *points;
  size_t point_count, ring_count;
  size_t *ring_ends;
} sd_zone_shape;

/* What report.html lets people look at closely. */
typedef struct sd_viewer {
  sd_rect region;                /* of BEFORE's pixels */
  int shrink;                    /* photo pixels a picture pixel; 1 unless the crop is very large */
  int width, height;             /* of both pictures; 0: no viewer, the photos are not aligned */
  sd_text pictures[2];           /* JPEG: BEFORE, and AFTER laid on it; without words */
  sd_text layers[SD_LAYERS];     /* PNG with transparency over the same frame; empty: none */
  sd_text levels[SD_LEVELS][2];  /* the same of BEFORE and AFTER */
  double level_reach[SD_LEVELS]; /* ends of their colours, +- optical density or ln of light */
  double error_reach_px;         /* end of the colours of SD_LAYER_ERROR */
  sd_zone_shape *shapes;         /* pixels of the pictures */
  size_t shape_count;
} sd_viewer;

typedef struct sd_pictures {
  int count;
  sd_picture_file files[SD_PANELS];
  sd_viewer viewer;
} sd_pictures;
/* Frees everything; {0} afterwards. */
void sd_pictures_clear(sd_pictures *pictures);

/* Draws and encodes every panel that the comparison allows, at most `max_side_px` (0: 1600) wide or
 * high each, in the face's crop of BEFORE; small crops are enlarged three times at most. Labels,
 * legends and a scale bar in mm (when the scale is known) are drawn in; colour maps are safe for
 * colour-blind viewers and diverge around "no change". `out` is replaced and owned by the caller
 * (sd_pictures_clear); panels without a basis are left out. SD_NO_MEMORY otherwise, `out` as it
 * was. Deterministic. */
sd_status sd_render(sd_pictures *out, const sd_comparison *comparison, int max_side_px,
                    sd_diag *diag);

/* Draws one photo with landmarks, zones, exclusions and facts, for `inspect -o`: PNG bytes are
 * appended to `out`. `name` is written on it; `language` as in sd_comparison; the face may be "not
 * found". SD_NO_MEMORY only. */
sd_status sd_render_inspection(sd_text *out, const sd_photo *photo, const sd_face *face,
                               const sd_skin *skin, const sd_quality *quality, const char *name,
                               const char *language, sd_diag *diag);

/* One session of a series, in the framing that all of them share. */
typedef struct sd_frame {
  sd_picture picture; /* owned */
  char label[64];     /* "2025-03-04"; drawn in */
  sd_rect region;     /* of BEFORE's pixels that it shows */
  int shrink;         /* photo pixels a picture pixel */
  double mm_per_px;   /* of BEFORE; NaN or 0: not known, and there is no bar */
} sd_frame;
void sd_frame_clear(sd_frame *frame);
/* The skin's crop of BEFORE, or (`after`) AFTER laid on that crop, at most `max_side_px` wide or
 * high. `out` is replaced; SD_NO_MEMORY otherwise. The alignment is not asked for BEFORE. */
sd_status sd_render_frame(sd_frame *out, const sd_comparison *comparison, bool after,
                          int max_side_px, sd_diag *diag);
/* The frames side by side in rows of at most five, as JPEG, with a bar in mm below where the first
 * one has a scale: all have the same. Deterministic; SD_NO_MEMORY. */
sd_status sd_render_strip(sd_text *out, const sd_frame *frames, size_t count, sd_diag *diag);
/* The frames one after the other for ever, as animated PNG; viewers without animation show the
 * first. Frames must be of one size (those of one series are); SD_USAGE otherwise. */
sd_status sd_render_animation(sd_text *out, const sd_frame *frames, size_t count, sd_diag *diag);

/* Encoders, quality 1..100; bytes are appended to `out`. JPEG by libjpeg-turbo 4:4:4 from 90 up;
 * PNG by stb_image_write with libdeflate as its compressor. SD_NO_MEMORY when the encoder fails. */
sd_status sd_encode_jpeg(sd_text *out, const sd_picture *picture, int quality, sd_diag *diag);
sd_status sd_encode_png(sd_text *out, const sd_picture *picture, sd_diag *diag);
/* Notes in the picture that the encoders put at `from` of `out` (a JPEG comment, a private PNG
 * chunk) that it was made and is no photo: sd_photo_read sets capture.made for it. Every picture
 * that is written to a file is signed. SD_NO_MEMORY. */
sd_status sd_picture_sign(sd_text *out, size_t from, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
