/* scars: scar-like places of a piece of skin, found in its apparent relief. A photo shows shading,
 * not depth: what is found are candidates, and their kind is what they look like. */
#ifndef SCARDELTA_SCARS_H
#define SCARDELTA_SCARS_H

#include "scardelta/measure.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The first four stand out in relief, the others in colour. */
typedef enum sd_scar_kind {
  SD_ICE_PICK = 0, /* under 2 mm, conical */
  SD_BOXCAR,       /* 1.5 to 4 mm, flat floor, steep edge */
  SD_ROLLING,      /* over 4 mm, soft edge */
  SD_HYPERTROPHIC, /* raised */
  SD_BROWN_MARK,
  SD_RED_MARK,
  SD_NAEVUS,
  SD_SCAR_KINDS
} sd_scar_kind;
const char *sd_scar_kind_name(sd_scar_kind kind); /* "ice_pick", ... as in result.json */
enum { SD_RELIEF_KINDS = SD_HYPERTROPHIC + 1 };
/* Does it stand out in relief, and not in colour alone? */
bool sd_scar_is_relief(sd_scar_kind kind);

/* What the decision about a place rests on. */
enum { SD_SCAR_CUES = 24 };

/* Points of an outline: one in each of so many directions from the centre, from x on towards y. */
enum { SD_OUTLINE_POINTS = 24 };

/* A scar-like place, or a mark. */
typedef struct sd_scar {
  double u, v; /* centre, cells of the grid it was found on */
  double x, y; /* centre, pixels of the upright photo */
  double diameter_mm;
  double diameter_low_mm, diameter_high_mm; /* 95 % */
  sd_scar_kind kind;
  double kind_probability; /* that it is of this kind, given that it is a scar: 0..1 */
  double score;            /* that it is a scar at all: 0..1 */
  double contrast; /* RMS of its relief pattern, ln units of light; of marks: optical density above
                      the skin around */
  uint8_t label;   /* zone */
  double measured; /* share of its patch that is measured skin */
  double ground;   /* what skin without a scar has as contrast at this size */
  /* Of a pair's scars: how strong the pattern of the mean is on each date, and the RMS of what the
   * dates' patches do not share, both in contrast's unit (of marks: the SD that plain skin of that
   * size has as change); their correlation, -1..1 (NaN for marks). NaN for one photo. */
  double amplitude[2], unlike, agreement;
  /* Pixels of the upright photo. Of a mark: where it has fallen to half of what it stands out by;
   * of relief: the size is that of the diameter, the form is where its shading lies. */
  sd_point outline[SD_OUTLINE_POINTS];
  double cue[SD_SCAR_CUES];
} sd_scar;

typedef struct sd_scars {
  size_t count;
  sd_scar *v; /* owned */
} sd_scars;
void sd_scars_clear(sd_scars *scars);

/* The skin to look at: maps of one photo, or the mean of two registered ones. What is picked for
 * standing out on one date falls back on the other by chance alone, so pairs are searched in their
 * mean. All maps have the grid's size; they are only read. */
typedef struct sd_scar_maps {
  sd_grid grid;
  double cell_mm;            /* mm a cell of the grid, > 0 */
  const sd_map *shading;     /* log shading, pigment-free */
  const sd_map *brown;       /* optical density */
  const sd_map *haemoglobin; /* optical density */
  const sd_mask *keep;       /* 255: measured skin */
  const sd_mask *label;      /* zones */
  double tone;               /* t = ln(R/B) of the skin */
  const sd_map *date[2];     /* log shading of both dates of a mean; NULL for one photo */
} sd_scar_maps;

/* Places whose score reaches `least_score`, the best first, none within half a diameter of a better
 * one. Deterministic at any number of threads. */
sd_status sd_scars_find(sd_scars *out, const sd_scar_maps *maps, double least_score, sd_diag *diag);

/* Where to look for marks: optical density of one photo, or the mean of two registered ones, for
 * the same reason. All maps have the grid's size; they are only read. */
typedef struct sd_mark_maps {
  sd_grid grid;
  double cell_mm;            /* mm a cell of the grid, > 0 */
  const sd_map *brown;       /* melanin, or darkness on dark skin */
  const sd_map *haemoglobin; /* where red marks are seen */
  const sd_mask *keep;       /* 255: measured skin */
  const sd_mask *label;      /* zones */
  double tone;               /* t = ln(R/B) of the skin */
  const sd_map *date[2][2];  /* [brown, haemoglobin][date] of a mean; NULL for one photo */
} sd_mark_maps;

/* Brown and red marks and naevi whose score reaches `least_score`, the best first, none within
 * another of its colour. A naevus is a mark that is small, sharp and far darker than its surround:
 * whether it stays is for two photos to say. Deterministic at any number of threads. */
sd_status sd_marks_find(sd_scars *out, const sd_mark_maps *maps, double least_score, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
