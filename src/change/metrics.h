/* metrics[] in parts: estimates over tiles, their sampling error, the interval around them, and the
 * verdicts of the family. Private to the floor change. */
#ifndef SD_CHANGE_METRICS_H
#define SD_CHANGE_METRICS_H

#include "change/pair.h"

typedef enum which {
  ROUGH_FINE,
  ROUGH_MID,
  ROUGH_COARSE,
  SCAR_RELIEF,
  BROWN_LOAD,
  RED_LOAD,
  MEL_UNEVEN,
  HB_UNEVEN,
  MELANIN_REL,
  HB_REL,
  DELTA_E_MARKS,
  PORE_DENSITY,
  BROWN_COUNT,
  RED_COUNT,
  BROWN_AREA,
  RED_AREA,
  ITA_DEG,
  LAB_L,
  LAB_A,
  LAB_B,
  MELANIN_INDEX,
  ERYTHEMA_INDEX,
  METRICS
} which;

/* ---- estimates (estimates.c) -------------------------------------------------------------- */

/* A choice of tiles: indices into pair->tiles, repeats allowed. */
typedef struct choice {
  int *index;
  size_t count;
} choice;

typedef struct level {
  double before, after, change; /* all NaN: no answer */
} level;

/* Variance of each date that is noise, not skin. */
typedef struct noise {
  double relief[SD_BANDS][2], uneven[PIGMENTS][2];
} noise;

/* Ratio of the noise variances, after / before, of a pixel: of its log luminance and of what the
 * maps make of its three channels (noise.c). */
typedef struct noise_ratios {
  double luminance, pigment[PIGMENTS];
  double before[PIGMENTS]; /* variance of BEFORE's that sensor and coding explain */
} noise_ratios;
noise_ratios noise_ratios_of(const pair *p, const sd_capture_match *match, const sd_side *before,
                             const sd_side *after);

typedef struct context {
  const pair *p;
  const sd_capture_match *match;
  bool has_control;
  double before_mm_per_px; /* NaN without a scale */
  double noise_trust;      /* share of what the dates do not share that may be called noise */
  noise_ratios noise_ratios;
  double drift[PIGMENTS]
              [2]; /* change of pigment per cell across and down, within zones (drift.c) */
  noise noise;
  noise shifted[2]; /* had the first, the second date more of it than thought */
  float *scratch;   /* room for one value a tile */
} context;

/* How well the ratio of the two dates' noise variances is known, as an SD of its logarithm. */
typedef struct noise_doubt {
  double relief, pigment;
} noise_doubt;
noise_doubt noise_doubt_of(const sd_coding *before, const sd_coding *after, bool one_shot);

/* Noise of the pair from what the two dates do not share over `quiet` tiles (untreated skin when
 * there is any): science.md 5.5. Sets c->noise and c->shifted. */
void noise_find(context *c, const choice *quiet, const noise_doubt *doubt);
/* Whether plain skin shows so much more noise on one date, or so much that nothing explains, that
 * what the metric measures cannot be told from it. Needs noise_ratios. */
bool noise_drowns(const context *c, which metric);
/* Share of the noise in the variance of a pigment over these tiles, the larger one of both dates; 0
 * for metrics that are no pigment's spread or load. */
double noise_share(const context *c, which metric, const choice *tiles);
/* Sets c->drift; uses the scratch. */
void drift_find(context *c);
/* Standard error of melanin_rel and hb_rel, for light of another colour from one side; 0 of other
 * metrics. Needs drift. */
double drift_error(const context *c, which metric, const choice *zone, const choice *control);
/* What not knowing whose noise it is leaves open of a metric's change over these tiles: standard
 * error, 0 where noise plays no part. */
double noise_error(const context *c, which metric, const choice *tiles);

/* Spread of the skin between marks as a share of what the marks of these tiles stand out by: near 1
 * they are hardly marks. 0 for metrics that are no loads. */
double faintness(const context *c, which metric, const choice *tiles);

/* Level at both dates and change of a metric over the tiles of a zone. `is_control`: the zone is
 * the control itself, so nothing is taken out of its own change. */
level estimate(const context *c, which metric, const choice *tiles, const choice *control,
               bool is_control);
/* Whether the control zone's tiles have a part in it. */
bool estimate_needs_control(const context *c, which metric, bool is_control);
/* The change alone, at less cost. */
double estimate_change(const context *c, which metric, const choice *tiles, const choice *control,
                       bool is_control);

/* ---- sampling error (bootstrap.c) --------------------------------------------------------- */

/* Blocks of 2 x 2 neighbouring tiles of one zone. */
typedef struct blocks {
  int *start; /* block b holds member[start[b]] .. member[start[b + 1] - 1] */
  int *member;
  size_t count;
} blocks;
bool blocks_make(blocks *out, const pair *p, const choice *tiles); /* false: no memory */
void blocks_clear(blocks *b);

/* How many blocks share in an estimate: (sum w)^2 / sum w^2 of their weights (Kish 1965). A zone
 * whose only mark lies in one block has one, however large it is. */
double effective_blocks(const context *c, which metric, const blocks *b);

/* Standard deviation of the estimate over draws of blocks; NaN with too few of them. `zone` and
 * `control` are room for the draws: four tiles a block. */
double sampling_error(const context *c, which metric, const blocks *zone_blocks,
                      const blocks *control_blocks, bool is_control, choice *zone, choice *control);

/* ---- interval (interval.c) ---------------------------------------------------------------- */

/* What makes two shots of unchanged skin differ, 0 = alike; each is an absolute value. */
typedef struct taking {
  double light;     /* exposure: ln of the skin's luminance */
  double cast;      /* white balance: melanin + haemoglobin offsets, optical density */
  double decohered; /* 1 - coherence of the finest common detail */
  double noise;     /* ln of the noise ratio */
  double scale;     /* ln of the scale ratio */
  double jpeg;      /* tens of JPEG quality of the worse photo below 92; one more where only one
                       file shares colour between pixels */
  double turn;      /* of the light, radians */
  double curve;     /* what undoing another tone curve leaves, a share of all contrasts */
  double tone;      /* t = ln(R/B) of the skin */
  bool has_control;
  bool identical; /* the same pixels twice: no error of any kind */
} taking;
taking taking_of(const sd_capture_match *match, const sd_side *before, const sd_side *after);

/* What a row's own skin adds to it. */
typedef struct place {
  bool is_control; /* nothing was taken out of the row by a control zone */
  double stretch;  /* of the skin the row rests on and of all skin: a smile that leaves the
                      forehead in place still changes its folds and the blood in it */
  double own;      /* factor by which the clinic's own repeats ask for wider intervals; 1 */
  double faint;    /* faintness of the marks over the root of the blocks they lie in */
} place;

/* Changes of one zone that leak into its other metrics, absolute values; 0 where not measured. */
typedef struct crosstalk {
  double brown, scars, melanin, haemoglobin;
} crosstalk;

/* Share of what another expression does that skin stretched so much must be feared to show: 0..1.
 */
double expression_of(double stretch);

/* Interval, MDC, raw p and degrees of freedom of a row from its change, se_sampling and `freedom`,
 * which holds the effective blocks so far. */
void interval_set(sd_metric *m, which metric, const taking *t, const crosstalk *leak,
                  const place *at);

/* ---- absolute colour (absolute.c) --------------------------------------------------------- */

/* The rows ITA_DEG to ERYTHEMA_INDEX of one zone: with intervals where both sides have a usable
 * colour reference, else as photographed with the reason. */
void absolute_colour(sd_metric rows[], const pair *p, const choice *tiles, const blocks *b,
                     const sd_side *before, const sd_side *after, bool identical);

/* ---- family (family.c) -------------------------------------------------------------------- */

/* Holm's step-down over all answered rows, then their verdicts; of one shot saved twice
 * (`one_shot`) nothing can have changed, and the rows that differ say so. */
sd_status family_judge(sd_metric *metrics, size_t count, bool one_shot, sd_diag *diag);

#endif
