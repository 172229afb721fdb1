/* Registered skin tiles: what is compared with what. Private to the floor change. */
#ifndef SD_CHANGE_PAIR_H
#define SD_CHANGE_PAIR_H

#include "scardelta/change.h"

/* Sums and medians of one tile, [0] before, [1] after. */
typedef struct tile {
  uint8_t label;             /* zone */
  int column, row;           /* of the tile grid; blocks of 2 x 2 are drawn together */
  double centre_x, centre_y; /* of its cells, in cells */
  double stretch;            /* of the skin between the dates, 0 = none */
  size_t cells;
  double melanin[2], haemoglobin[2];         /* medians */
  double melanin_change, haemoglobin_change; /* median of the cells' differences */
  double relief[2][SD_BANDS];                /* sums of squares */
  size_t relief_count[2][SD_BANDS];
  /* sums over registered places: before squared, after squared, before times after */
  double crossed[SD_BANDS][3];
  size_t pores[2];            /* dark pits of the fine band */
  double scar[2], between[2]; /* [date] sums of squared relief in scars, and outside them */
  size_t scar_cells, between_cells;
  double uneven[2][3]; /* [pigment] sums at 1 to 16 mm, as `crossed` */
  size_t uneven_count;
  double load[2][2];          /* [pigment][date] sums of excess over marks */
  double weighted[2][2];      /* [pigment][date] the same, times the mean excess of both dates */
  size_t mark_cells[2];       /* [pigment] cells of marks */
  size_t marked[2][2];        /* [pigment][date] cells that stand out on that date */
  double mark_contrast[2][3]; /* [date] sums of ln(R, G, B) of brown marks above their surround */
  double rgb[2][3];           /* sums of linear colour */
} tile;

enum { PIGMENT_MELANIN, PIGMENT_HAEMOGLOBIN, PIGMENTS };

/* Variances of each date that the other does not share, on plain skin; NaN: too little of it, or it
 * agrees so well that noise is no matter. */
typedef struct plain_noise {
  double of[2];
} plain_noise;

typedef struct pair {
  sd_grid grid;                /* BEFORE's analysis grid: all maps below live on it */
  double cell_mm;              /* NaN without a scale */
  double nominal_mm;           /* cell_mm, or a typical face's when the scale is unknown */
  int *tile_of;                /* per cell: tile index, -1 where the pair has nothing to compare */
  sd_mask usable;              /* 255 where tile_of >= 0 */
  sd_mask label;               /* zone label per cell */
  sd_map pigment[PIGMENTS][2]; /* [0] is borrowed from BEFORE's measures */
  double dark_share;           /* of darkness in `brown`: 0 on light skin, 1 on very dark */
  sd_map brown[2];             /* what brown marks are seen in: melanin, on dark skin darkness */
  sd_rgb colour[2];            /* likewise; only while the pair is made */
  sd_mask scars;               /* 255 where relief counts as a scar's; empty without a scale */
  sd_mask marks[PIGMENTS];     /* 255 inside marks of the pair's mean */
  int *mark_of[PIGMENTS];      /* per cell: mark index, -1 outside */
  int mark_count[PIGMENTS];
  double spread[PIGMENTS];       /* robust SD of the skin between the marks, mean of both dates */
  uint8_t *mark_label[PIGMENTS]; /* per mark: zone */
  uint8_t *mark_there[PIGMENTS][2]; /* per mark and date: does it stand out? */
  size_t tile_count;
  tile *tiles;
  plain_noise plain_relief[SD_BANDS], plain_pigment[PIGMENTS];
  bool relief_scar_in[256]; /* by label of the zone, 0 any: a scar of relief was found in it */
} pair;

sd_status pair_make(pair *out, const sd_side *before, const sd_side *after,
                    const sd_alignment *alignment, sd_diag *diag);
void pair_clear(pair *pair);

/* Finds marks of both pigments and adds their figures to the tiles (marks.c). */
sd_status pair_find_marks(pair *pair, sd_diag *diag);

/* The map in which a pigment's marks and unevenness are seen at a date. */
const sd_map *pair_seen(const pair *pair, int pigment, int date);

/* Adds relief to the tiles: each date's own, what both share, and that of the scars (relief.c). */
sd_status pair_add_relief(pair *pair, const sd_side *before, const sd_side *after,
                          const sd_alignment *alignment, sd_diag *diag);

/* Finds plain_relief and plain_pigment from finished tiles (plain_noise.c), of the zone with the
 * label `untreated`; 0, or where that is too small: of all skin. */
sd_status pair_find_plain_noise(pair *pair, int untreated, sd_diag *diag);
/* Covariance of the dates from sums over registered cells: only their correlation is used, because
 * laying one date over the other softens it a little; the variances are each date's own. NaN where
 * there is nothing. */
double pair_shared_variance(const double own[2], const double crossed[3]);

/* Adds to the tiles how the skin was stretched (movement.c). */
void pair_add_movement(pair *pair, const sd_side *before, const sd_alignment *alignment);

/* Middle of a cell in the photo's pixels, and back: cell (u, v) of a photo's point. */
static inline sd_point pair_cell_centre(const sd_grid *grid, int i, int j) {
  return (sd_point){grid->region.x + (i + 0.5) * grid->shrink - 0.5,
                    grid->region.y + (j + 0.5) * grid->shrink - 0.5};
}
static inline void pair_cell_of(const sd_grid *grid, sd_point p, double *u, double *v) {
  *u = (p.x - grid->region.x + 0.5) / grid->shrink - 0.5;
  *v = (p.y - grid->region.y + 0.5) / grid->shrink - 0.5;
}
/* Where a warp takes the middles of cells (first, j) to (first + count - 1, j), PAIR_RUN at most.
 */
enum { PAIR_RUN = 256 };
void pair_row_at(sd_point to[PAIR_RUN], bool trusted[PAIR_RUN], const sd_warp *warp,
                 const sd_grid *grid, int first, int count, int j);

/* A map of AFTER's grid on BEFORE's; NaN where it has nothing. */
sd_status pair_lay_over(sd_map *out, const sd_map *after_map, const sd_grid *after_grid,
                        const sd_grid *before_grid, const sd_warp *forward, sd_diag *diag);
/* The same by cubic interpolation, for maps whose finest detail counts. */
sd_status pair_lay_over_cubic(sd_map *out, const sd_map *after_map, const sd_grid *after_grid,
                              const sd_grid *before_grid, const sd_warp *forward, sd_diag *diag);

/* Maps of change for pictures (maps.c). */
sd_status change_maps(sd_change *change, const pair *pair, const sd_side *before,
                      const sd_side *after, const sd_alignment *alignment, sd_diag *diag);

/* Whether the zone shows so little on both photos that it is no control; false for NULL. */
bool pair_hides(const pair *p, const sd_skin *skin, const char *control_zone);

/* Fills what tiles and alignment tell of the capture: offsets of pigment, turn of the light, one or
 * two shots, mismatch. */
void capture_match_complete(sd_capture_match *match, const pair *p, const sd_side *before,
                            const sd_side *after, const sd_alignment *alignment);

/* Comparability with reasons (comparability.c). */
void comparability_find(sd_comparability *out, const sd_capture_match *match, const sd_side *before,
                        const sd_side *after, const sd_alignment *alignment, sd_asked_view view);
bool comparability_has(const sd_comparability *c, const char *code);

/* metrics[] with intervals and verdicts (metrics.c). */
sd_status metrics_find(sd_change *change, const pair *pair, const sd_side *before,
                       const sd_side *after, const sd_change_options *options, sd_diag *diag);

/* scars[] with states and intervals, and relief_scar_in (scar_states.c). */
sd_status scars_follow(sd_change *change, pair *pair, const sd_side *before, const sd_side *after,
                       const sd_alignment *alignment, const sd_change_options *options,
                       sd_diag *diag);
/* Whether a scar of that contrast stands out of plain skin. */
bool scar_stands_out(const sd_scar *scar, double contrast);
/* Turns them round, as sd_change_exchange does. */
void scars_exchange(sd_change *change);

/* expert[]: co-occurrence features of the zones that metrics[] has (texture.c). */
sd_status expert_find(sd_change *change, const pair *pair, const sd_side *before,
                      const sd_side *after, const sd_alignment *alignment, sd_diag *diag);

#endif
