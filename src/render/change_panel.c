/* Maps of change over a grey photo. The colours mean the same in every report: a fixed range for
 * each kind of map. How much of the colour is seen says how far the change stands out of this
 * pair's own noise: nothing below half of what counts as certain, faint up to it, full where it is
 * certain. Level lines over a colour say less, upright ones more: a print in grey has no other way
 * to tell. Hatched aslant: skin that could not be measured. A scar that changed carries the colour
 * of its own change, so that the map says what the table says. */
#include "render/panels.h"

#include "render/colormap.h"
#include "render/legend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Ends of the bars. Noise of maps (robust SD) was .02 to .14 OD of melanin, .02 to .10 OD of
 * haemoglobin and .11 to .23 ln of relief over drawn scenes and hand-held repeats: the bars reach
 * two to ten times as far, and twice the relief is as far from no change as half of it. */
static const double MELANIN_REACH_OD = 0.3, HAEMOGLOBIN_REACH_OD = 0.3;
static const double RELIEF_REACH_LN = 0.69314718055994531;
/* Cover of the colour over the grey photo. */
static const double CERTAIN_COVER = 0.85, FAINT_COVER = 0.25;
/* What counts as certain in multiples of the map's noise, as in change/maps.c; below this share of
 * it nothing is drawn. */
static const double CERTAIN_SPREADS = 4, SILENT_SHARE = 0.5;

typedef struct map_layer {
  const sd_change_map *map;
  int kind;     /* of the table's titles */
  bool ratio;   /* ln of a ratio, shown as per cent; else optical density */
  double reach; /* half width of the bar */
} map_layer;

static map_layer layer_of(const sd_change *change, sd_panel panel) {
  switch (panel) {
  case SD_PANEL_CHANGE_MELANIN:
    return (map_layer){&change->melanin, 0, false, MELANIN_REACH_OD};
  case SD_PANEL_CHANGE_HAEMOGLOBIN:
    return (map_layer){&change->haemoglobin, 1, false, HAEMOGLOBIN_REACH_OD};
  default:
    return (map_layer){&change->relief, 2, true, RELIEF_REACH_LN};
  }
}

double sd_change_reach(sd_panel panel) {
  static const sd_change NONE = {0};
  return layer_of(&NONE, panel).reach;
}

static double cover_of(const map_layer *layer, int64_t cell) {
  double limit = CERTAIN_SPREADS * layer->map->noise;
  if (layer->map->certain.v[cell] != 0)
    return CERTAIN_COVER;
  if (!(limit > 0))
    return FAINT_COVER;
  double t = (fabs((double)layer->map->value.v[cell]) / limit - SILENT_SHARE) / (1 - SILENT_SHARE);
  return FAINT_COVER * fmin(fmax(t, 0), 1);
}

/* The change of the scar that covers each pixel of the view; NaN: none that changed. */
static sd_status scars_over(sd_map *out, const sd_view *view, const sd_change *change,
                            sd_diag *diag) {
  sd_status status = sd_map_make(out, view->picture.width, view->picture.height, diag);
  if (status != SD_OK)
    return status;
  for (size_t k = 0; k < (size_t)out->width * (size_t)out->height; k++)
    out->v[k] = NAN;
  if (!(change->mm_per_px > 0))
    return SD_OK;
  /* backwards: the most changed are the first ones and lie on top */
  for (size_t k = change->scar_count; k-- > 0;) {
    const sd_scar_change *s = &change->scars[k];
    sd_rect r = view->region;
    double step = view->shrink, radius = s->scar.diameter_mm / 2 / change->mm_per_px / step;
    double x = (s->scar.x - r.x + 0.5) / step - 0.5, y = (s->scar.y - r.y + 0.5) / step - 0.5;
    /* marks of colour have a contrast of another kind */
    if (s->state <= SD_SCAR_UNCHANGED || s->scar.kind > SD_HYPERTROPHIC || !isfinite(s->change))
      continue;
    for (int j = (int)fmax(0, ceil(y - radius)); j < out->height && j <= y + radius; j++)
      for (int i = (int)fmax(0, ceil(x - radius)); i < out->width && i <= x + radius; i++)
        if (hypot(i - x, j - y) <= radius)
          out->v[(size_t)j * (size_t)out->width + (size_t)i] = (float)s->change;
  }
  return SD_OK;
}

/* Steps from the middle to either end that the eye does not tell apart: pictures with fewer colours
 * are smaller. */
enum { STEPS = 40 };

/* The colours of all steps, from one end to the other. */
typedef struct colours {
  uint8_t rgb[2 * STEPS + 1][3];
} colours;

static void colours_make(colours *out) {
  for (int step = -STEPS; step <= STEPS; step++)
    sd_colormap_diverging((double)step / STEPS, out->rgb[STEPS + step]);
}

/* The colour of a value, and the lines of its sign. */
static void colour_of(uint8_t rgb[3], const colours *all, const sd_view *view, double t, int x,
                      int y) {
  int step = (int)round(fmin(fmax(t, -1), 1) * STEPS);
  memcpy(rgb, all->rgb[STEPS + step], 3);
  if (step == 0 || !sd_view_on_sign(view, x, y, step < 0))
    return;
  for (int c = 0; c < 3; c++)
    rgb[c] = (uint8_t)lround(rgb[c] + SD_SIGN_COVER * (SD_SIGN_RGB[c] - rgb[c]));
}

/* Colour and cover of a pixel; cover 0: nothing is to be seen there. */
static double colour_at(uint8_t rgb[3], const sd_view *view, const map_layer *layer,
                        const colours *all, const sd_map *scars, int x, int y) {
  float scar = scars->v != NULL ? scars->v[(size_t)y * (size_t)scars->width + (size_t)x] : NAN;
  int64_t cell = sd_view_cell(view, &layer->map->grid, x, y);
  float value = cell < 0 ? NAN : layer->map->value.v[cell];
  if (isfinite(scar)) {
    colour_of(rgb, all, view, (double)scar / layer->reach, x, y);
    return CERTAIN_COVER;
  }
  if (!isfinite(value))
    return NAN;
  colour_of(rgb, all, view, (double)value / layer->reach, x, y);
  return cover_of(layer, cell);
}

static sd_status paint(sd_view *view, const map_layer *layer, const sd_comparison *comparison,
                       sd_diag *diag) {
  static const uint8_t LIGHT[3] = {235, 235, 235};
  const sd_skin *skin = comparison->before.skin;
  sd_map scars = {0};
  colours all;
  colours_make(&all);
  sd_status status = layer->ratio ? scars_over(&scars, view, comparison->change, diag) : SD_OK;
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++) {
      uint8_t rgb[3];
      double cover = colour_at(rgb, view, layer, &all, &scars, x, y);
      if (cover > 0)
        sd_view_mix(view, x, y, rgb, cover);
      else if (isnan(cover) && sd_view_label(view, skin, x, y) != SD_ZONE_NONE &&
               sd_view_on_hatch(view, x, y))
        sd_view_mix(view, x, y, LIGHT, 0.45);
    }
  sd_map_clear(&scars);
  return SD_OK;
}

sd_status sd_change_layer(uint8_t *rgba, const sd_view *view, const sd_comparison *comparison,
                          sd_panel panel, sd_diag *diag) {
  /* fewer steps than the eye tells apart at this size make the file half as large */
  enum { COVERS = 24, LIGHT = 235, HATCH = 110 };
  map_layer layer = layer_of(comparison->change, panel);
  sd_map scars = {0};
  colours all;
  colours_make(&all);
  sd_status status = layer.ratio ? scars_over(&scars, view, comparison->change, diag) : SD_OK;
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++) {
      uint8_t *p = rgba + 4 * ((size_t)y * (size_t)view->picture.width + (size_t)x);
      double cover = colour_at(p, view, &layer, &all, &scars, x, y);
      if (cover > 0) {
        p[3] = (uint8_t)lround(255 * round(cover * COVERS) / COVERS);
      } else if (isnan(cover) &&
                 sd_view_label(view, comparison->before.skin, x, y) != SD_ZONE_NONE &&
                 sd_view_on_hatch(view, x, y)) {
        p[0] = p[1] = p[2] = LIGHT;
        p[3] = HATCH;
      }
      if (p[3] == 0)
        p[0] = p[1] = p[2] = 0;
    }
  sd_map_clear(&scars);
  return SD_OK;
}

/* "−0.3 OD" or "−50 %", as people write it. */
static void end_text(char out[32], const map_layer *layer, double value, const sd_strings *s) {
  if (layer->ratio) {
    char percent[24];
    sd_percent_signed(percent, 100 * expm1(value));
    snprintf(out, 32, "%s %%", percent);
  } else {
    snprintf(out, 32, "%s%.2g OD", value < 0 ? "\xe2\x88\x92" : "+", fabs(value));
  }
  sd_localise(out, s);
}

/* Up to which size a change is drawn faint. On a noisy pair that is beyond the bar's ends: then no
 * size on the bar is certain by itself, which is said instead of a figure that is not on it. */
static void faint_text(char out[120], const map_layer *layer, const sd_strings *s) {
  char low[32], high[32], both[80];
  double limit = CERTAIN_SPREADS * layer->map->noise;
  if (!(limit > 0)) {
    snprintf(out, 120, "%s", s->picture.faint);
    return;
  }
  if (limit >= layer->reach) {
    snprintf(out, 120, "%s", s->picture.faint_all);
    return;
  }
  end_text(low, layer, -limit, s);
  end_text(high, layer, limit, s);
  if (layer->ratio)
    snprintf(both, sizeof both, s->interval_format, low, high);
  else
    snprintf(both, sizeof both, "\xc2\xb1%s", high + 1);
  snprintf(out, 120, s->picture.faint_format, both);
}

static void draw_legend(sd_canvas *canvas, sd_box at, double em, const map_layer *layer,
                        double photo_width, double mm_per_px, const sd_strings *s) {
  const sd_picture_strings *words = &s->picture;
  char low[32], high[32], less[64], more[64], faint[120];
  end_text(low, layer, -layer->reach, s);
  end_text(high, layer, layer->reach, s);
  faint_text(faint, layer, s);
  snprintf(less, sizeof less, "\xe2\x86\x90 %s", words->map_less[layer->kind]);
  snprintf(more, sizeof more, "%s \xe2\x86\x92", words->map_more[layer->kind]);
  sd_legend legend = {.title = words->map_titles[layer->kind],
                      .diverging = true,
                      .left = less,
                      .middle = words->no_change,
                      .right = more,
                      .left_value = low,
                      .middle_value = layer->ratio ? "0 %" : "0 OD",
                      .right_value = high,
                      .hatch = words->not_measured,
                      .faint = faint,
                      .mm_per_px = mm_per_px,
                      .photo_width = photo_width,
                      .scale_unknown = words->scale_unknown};
  sd_legend_draw(canvas, at, em, &legend);
}

sd_status sd_change_paint(sd_view *view, const sd_comparison *comparison, sd_panel panel,
                          sd_diag *diag) {
  map_layer layer = layer_of(comparison->change, panel);
  sd_view_grey(view);
  return paint(view, &layer, comparison, diag);
}

sd_status sd_panel_change(sd_picture *out, const sd_panel_input *input, sd_panel panel,
                          sd_diag *diag) {
  map_layer layer = layer_of(input->comparison->change, panel);
  double em = SD_LEGEND_TEXT * sd_panel_text_px(input->max_side_px);
  double foot = ceil(sd_legend_height(em));
  sd_box room = {0, 0, input->max_side_px, input->max_side_px - foot};
  sd_box fit = sd_view_fit(&input->before, room);
  /* the words under the bar need some width even when the crop is a narrow strip */
  double width = fmax(fit.width, fmin(room.width, 24 * em));
  sd_box at = {floor((width - fit.width) / 2), 0, round(fit.width), round(fit.height)};
  sd_view view = {0};
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_view_copy(&view, &input->before, diag));
  sd_view_grey(&view);
  SD_TRY(paint(&view, &layer, input->comparison, diag));
  SD_TRY(sd_canvas_make(&canvas, (int)ceil(width), (int)(at.height + foot), diag));
  SD_TRY(sd_canvas_draw(&canvas, &view.picture, at, diag));
  draw_legend(&canvas, (sd_box){0, at.height, width, foot}, em, &layer, at.width,
              sd_sheet_scale(&input->before, at, input->comparison->change->mm_per_px),
              input->strings);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_view_clear(&view);
  sd_canvas_clear(&canvas);
  return status;
}
