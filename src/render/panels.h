/* The panels of a comparison, each drawn on its own sheet. `out` must be empty. */
#ifndef SCARDELTA_RENDER_PANELS_H
#define SCARDELTA_RENDER_PANELS_H

#include "render/strings.h"
#include "render/view.h"

/* What all panels are drawn from. */
typedef struct sd_panel_input {
  const sd_comparison *comparison;
  const sd_strings *strings;
  sd_view before;
  sd_view after; /* AFTER in BEFORE's framing; when not `aligned`, AFTER's own crop */
  bool aligned;
  int max_side_px;
} sd_panel_input;

/* The words of a legend stay readable when a panel is shown at a third of its size. */
#define SD_LEGEND_TEXT 1.25

/* Text height that reads at a glance on a sheet of that long side. */
double sd_panel_text_px(int max_side_px);
/* Where a view stands on a sheet of that long side, at its top, with room for `foot` below. */
sd_box sd_panel_above(const sd_view *view, int max_side_px, double foot);
/* "2025-03-04" of an ISO date, "" when not said. `out` holds 11 bytes. */
void sd_panel_date(char out[11], const sd_photo *photo);

sd_status sd_panel_single(sd_picture *out, const sd_panel_input *input, bool after, int max_side_px,
                          sd_diag *diag);
sd_status sd_panel_side_by_side(sd_picture *out, const sd_panel_input *input, sd_diag *diag);
sd_status sd_panel_change(sd_picture *out, const sd_panel_input *input, sd_panel panel,
                          sd_diag *diag);
/* Paints a map of change over a view of BEFORE, as the panel of that name does. */
sd_status sd_change_paint(sd_view *view, const sd_comparison *comparison, sd_panel panel,
                          sd_diag *diag);
/* May this map be shown? Not without data, nor of a refused pair. */
bool sd_map_may_be_shown(const sd_comparison *comparison, const sd_change_map *map);
/* The same colours as a layer: red, green, blue, opacity for each pixel of the view, whose own
 * pixels are not looked at. `rgba` comes zeroed. */
sd_status sd_change_layer(uint8_t *rgba, const sd_view *view, const sd_comparison *comparison,
                          sd_panel panel, sd_diag *diag);
/* End of the colours of the registration's error, px, and that error as a layer. */
sd_status sd_error_reach(double *out, const sd_alignment *alignment, sd_diag *diag);
void sd_error_layer(uint8_t *rgba, const sd_view *view, const sd_comparison *comparison,
                    double reach_px);
/* ---- levels of each photo ------------------------------------------------------------------ */

/* Were they measured on both photos? The functions below must not be called else. */
bool sd_level_is_known(const sd_comparison *comparison, sd_level level);
/* Half width of the colours, the same for both photos, and the middle of each one's. */
sd_status sd_level_scale(double *reach, double middle[2], const sd_comparison *comparison,
                         sd_level level, sd_diag *diag);
/* As sd_change_layer, of one photo laid on the view. */
void sd_level_layer(uint8_t *rgba, const sd_view *view, const sd_comparison *comparison,
                    sd_level level, bool after, double middle, double reach);
/* 0: the lower end; 1: the upper one. */
void sd_level_colour(uint8_t rgb[3], sd_level level, double t);

/* Half width of a map's colour bar, the same for all pairs: ln of a ratio for relief, else OD. */
double sd_change_reach(sd_panel panel);
/* Is there a scar to show from near? */
bool sd_panel_has_closeups(const sd_change *change);
sd_status sd_panel_closeups(sd_picture *out, const sd_panel_input *input, sd_diag *diag);
sd_status sd_panel_scars(sd_picture *out, const sd_panel_input *input, bool after, sd_diag *diag);
sd_status sd_panel_zones(sd_picture *out, const sd_panel_input *input, sd_diag *diag);
sd_status sd_panel_registration(sd_picture *out, const sd_panel_input *input, sd_diag *diag);

#endif
