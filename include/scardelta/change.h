/* change: what differs between two measured photos, how sure that is, and whether they may be
 * compared at all. Numbers only. */
#ifndef SCARDELTA_CHANGE_H
#define SCARDELTA_CHANGE_H

#include "scardelta/measure.h"
#include "scardelta/scars.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sd_verdict {
  SD_NOT_MEASURABLE = 0,
  SD_NO_DETECTABLE_CHANGE,
  SD_IMPROVED,
  SD_WORSENED,
  SD_CHANGED /* real, without a better or worse */
} sd_verdict;
const char *sd_verdict_name(sd_verdict verdict); /* "improved", ... as in result.json */

/* What every metric is: fixed table, in report order. */
typedef struct sd_metric_kind {
  const char *name;        /* "rough_fine" */
  const char *title;       /* for people: "Fine texture" */
  const char *unit;        /* "ln", "od", "deg", "1/cm2", "%", "" */
  int better;              /* -1: less is better, +1: more is better, 0: no direction */
  const char *explanation; /* one sentence for people */
} sd_metric_kind;
const sd_metric_kind *sd_metric_kinds(size_t *count); /* static */

/* One row of metrics[]. A value that could not be measured is NaN, and `reason` says why; it also
 * says why a change that would count alone is not told among so many. */
typedef struct sd_metric {
  const sd_metric_kind *kind;
  char zone[SD_ZONE_NAME_MAX];
  double before, after;   /* in the metric's own unit of level (a spread, a load, a count) */
  double change;          /* ln: ln(after / before); else after - before */
  double ci_low, ci_high; /* 95 % */
  double mdc;             /* smallest change that could have been told from none, 95 % */
  double se_sampling;     /* part of the standard error that the bootstrap over tiles makes */
  double se_noise;        /* part that not knowing which photo is the noisier one makes */
  double freedom;         /* degrees of freedom of the standard error, after Satterthwaite */
  double p_value, p_holm; /* of no change; Holm-adjusted over the report's family */
  sd_verdict verdict;
  char reason[200];
} sd_metric;

typedef enum sd_comparable {
  SD_NOT_COMPARABLE_PAIR = 0,
  SD_COMPARE_WITH_CARE,
  SD_COMPARABLE
} sd_comparable;
const char *sd_comparable_name(sd_comparable verdict); /* "comparable", "compare_with_care", ... */

/* Why a pair is not (fully) comparable. */
typedef struct sd_reason {
  const char *code;            /* "sharpness", "exposure", "light_direction", ... static */
  const char *family;          /* "colour", "texture", "geometry"; static */
  sd_comparable severity;      /* what this reason alone makes of its family */
  double before, after, limit; /* in the unit that `text` names; NaN when there is none */
  char text[240];              /* one sentence for people */
  char advice[200];            /* what to do better next time */
} sd_reason;

enum { SD_REASONS_MAX = 32 };

typedef struct sd_comparability {
  sd_comparable verdict, colour, texture, geometry;
  int reason_count;
  sd_reason reasons[SD_REASONS_MAX];
} sd_comparability;

typedef enum sd_scar_state {
  SD_SCAR_UNMATCHED = 0, /* not comparable: hidden, at the edge of what both photos show, or where
                            the map between them is too uncertain */
  SD_SCAR_UNCHANGED,     /* no change that could be told from none */
  SD_SCAR_REDUCED,
  SD_SCAR_RESOLVED, /* reduced until it no longer stands out from skin */
  SD_SCAR_ENLARGED,
  SD_SCAR_NEW /* enlarged from what did not stand out */
} sd_scar_state;
const char *sd_scar_state_name(sd_scar_state state); /* "unmatched", ... as in result.json */
/* -1: reduced or resolved; +1: enlarged or new; 0: unchanged or unmatched. */
int sd_scar_state_sign(sd_scar_state state);

/* One scar-like place and what became of it. It is found on the mean of both registered dates, so
 * it is one and the same piece of skin on both by the map alone. A naevus is a landmark: a mark
 * that looks like one and is unchanged or unmatched; one that changed is a brown mark. */
typedef struct sd_scar_change {
  sd_scar scar; /* x, y: pixels of BEFORE; u, v and the label: of the photo it was found on */
  double x_after, y_after;                   /* pixels of AFTER */
  sd_point outline_after[SD_OUTLINE_POINTS]; /* scar.outline, in pixels of AFTER */
  char zone[SD_ZONE_NAME_MAX];
  sd_scar_state state;
  double before, after;   /* contrast of its pattern on each date, ln units, of marks od; NaN: not
                             comparable */
  double change;          /* ln(after / before) */
  double ci_low, ci_high; /* 95 % */
  double mdc;
  char reason[160]; /* why it is unmatched; "" otherwise */
} sd_scar_change;

/* All scars of a kind in a zone. Areas are those inside the outlines, which are the same on both
 * dates: what differs is which of them stand out. */
typedef struct sd_scar_total {
  char zone[SD_ZONE_NAME_MAX];
  sd_scar_kind kind;
  size_t count, unmatched;          /* all; those that could not be compared */
  size_t count_before, count_after; /* of the matched ones, those that stand out of skin */
  double area_mm2, area_low_mm2, area_high_mm2; /* of all, with the interval of the diameters */
  double area_before_mm2, area_after_mm2;       /* of those that stand out */
  double before, after;                         /* mean contrast of the matched ones */
  double change, ci_low, ci_high, mdc;          /* ln of their ratio; NaN with a reason */
  char reason[120];
} sd_scar_total;

/* Relief scars by size: the classes of the literature (Jacob 2001). */
enum { SD_SCAR_SIZES = 3 };
typedef struct sd_scar_size {
  double from_mm, to_mm;            /* diameter; the last one has no end (INFINITY) */
  size_t count, unmatched;          /* all; those that could not be compared */
  size_t count_before, count_after; /* as in sd_scar_total */
  double area_before_mm2, area_after_mm2;
  double area_before_low_mm2, area_before_high_mm2; /* 95 %, of the diameters */
  double area_after_low_mm2, area_after_high_mm2;
} sd_scar_size;

/* A map of change on BEFORE's analysis grid, for pictures. */
typedef struct sd_change_map {
  sd_grid grid;    /* over BEFORE's pixels */
  sd_map value;    /* after - before (optical density; ln ratio for relief); NaN: not measured */
  sd_mask certain; /* 255 where the change stands out of the map's own noise */
  double noise;    /* SD of `value` that chance alone makes */
} sd_change_map;

/* The side of the face that both photos must show. AUTO: what is there. LEFT and RIGHT are the
 * subject's own side that faces the lens. */
typedef enum sd_asked_view {
  SD_ASKED_AUTO = 0,
  SD_ASKED_FRONT,
  SD_ASKED_LEFT,
  SD_ASKED_RIGHT
} sd_asked_view;
const char *sd_asked_view_name(sd_asked_view view); /* "auto", "front", "left", "right" */

typedef struct sd_change {
  sd_comparability comparability;
  sd_capture_match match;
  size_t metric_count;
  sd_metric *metrics; /* owned; empty when the pair is not comparable and was not forced */
  /* IBSI's co-occurrence features of each zone of `metrics`, for experts: levels
   * without a change, an interval or a verdict (SD_NOT_MEASURABLE throughout). */
  size_t expert_count;
  sd_metric *expert; /* owned */
  size_t scar_count;
  /* Owned; empty as `metrics`. Those that changed come first, the most changed leading, then the
   * unchanged ones by score, then the unmatched ones. */
  sd_scar_change *scars;
  char scar_reason[160]; /* why none were looked for; "" otherwise */
  size_t scar_total_count;
  sd_scar_total *scar_totals; /* owned; by the zone.s name, then by kind */
  sd_scar_size scar_sizes[SD_SCAR_SIZES];
  sd_change_map melanin, haemoglobin, relief;
  double mm_per_px;                    /* of BEFORE, as used; NaN without a scale */
  char control_zone[SD_ZONE_NAME_MAX]; /* "" without */
  sd_asked_view view;                  /* as asked for */
} sd_change;
void sd_change_clear(sd_change *change);

/* Whether a comma-separated list names a zone; NULL and "" name all. */
bool sd_zone_is_wanted(const char *list, const char *zone);

struct sd_repeatability; /* repeatability.h */

typedef struct sd_change_options {
  const char *control_zone; /* NULL: none */
  const char *zones;        /* comma-separated names to report; NULL: all */
  const char *whole;        /* name of the row for everything measured; NULL: "all_skin" */
  const struct sd_repeatability *repeatability; /* the clinic's own; NULL: the built-in one */
  sd_asked_view view; /* a pair that shows another one is not comparable */
  bool force; /* figures for a pair that is not comparable, verdicts for one shot saved twice */
} sd_change_options;

/* One side of a comparison: everything known about one photo. */
typedef struct sd_side {
  const sd_photo *photo;
  const sd_face *face;
  const sd_skin *skin;
  const sd_quality *quality;
  const sd_measures *measures;
  const sd_colour_reference *reference; /* NULL: none was looked for */
} sd_side;

/* Metrics with intervals, maps of change and the comparability verdict of two measured sides.
 * `match` is the pair's, its pigment offsets, light turn and mismatch are filled in here and handed
 * on in out->match. The sides' measures must share axes. When the pair is not comparable and
 * `force` is false, metrics stay empty. Pure and deterministic (the bootstrap has a fixed seed). */
sd_status sd_change_find(sd_change *out, const sd_side *before, const sd_side *after,
                         const sd_alignment *alignment, const sd_capture_match *match,
                         const sd_change_options *options, sd_diag *diag);

/* Sums `scars` up anew into scar_totals and scar_sizes; for whoever took some of them out.
 * SD_NO_MEMORY leaves the totals empty. */
sd_status sd_scars_total(sd_change *change, sd_diag *diag);
/* Whether they were summed up: none counted is not the same as none looked for. */
bool sd_scars_counted(const sd_change *change);

/* Turns the change from A to B into the change from B to A: signs flip, magnitudes stay, the maps
 * move to the other photo's grid. `before` is B, `after` is A, `alignment` is from B to A. */
sd_status sd_change_exchange(sd_change *change, const sd_side *before, const sd_side *after,
                             const sd_alignment *alignment, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
