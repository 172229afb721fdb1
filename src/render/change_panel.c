/* Maps of change over a grey photo: full colour only where the change is certain, faint elsewhere,
 * hatched where skin could not be measured. */
#include "render/panels.h"

#include "render/colormap.h"
#include "render/legend.h"
#include "render/nice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Cover of the colour over the grey photo. */
static const double CERTAIN_COVER = 0.85, FAINT_COVER = 0.16;
/* The bar never zooms in further than this: noise would fill it with deep colours. */
static const double LEAST_DENSITY = 0.05, LEAST_RATIO = 0.25;
/* Share of the certain values that the bar spans; the few beyond take its end colours. */
static const double SPAN_SHARE = 0.98;

typedef struct map_layer {
  const sd_change_map *map;
  bool ratio; /* ln of a ratio, shown as per cent; else optical density */
  const char *title, *less, *more;
} map_layer;

static map_layer layer_of(const sd_change *change, sd_panel panel) {
  switch (panel) {
  case SD_PANEL_CHANGE_MELANIN:
    return (map_layer){&change->melanin, false, "Change of brown pigment (melanin)",
                       "\xe2\x86\x90 lighter", "darker \xe2\x86\x92"};
  case SD_PANEL_CHANGE_HAEMOGLOBIN:
    return (map_layer){&change->haemoglobin, false, "Change of redness (haemoglobin)",
                       "\xe2\x86\x90 less red", "more red \xe2\x86\x92"};
  default:
    return (map_layer){&change->relief, true, "Change of apparent relief", "\xe2\x86\x90 smoother",
                       "rougher \xe2\x86\x92"};
  }
}

/* Half width of the colour bar: a round figure just above what certain changes reach. */
static sd_status half_range(double *out, const map_layer *layer, sd_diag *diag) {
  const sd_map *value = &layer->map->value;
  size_t count = (size_t)value->width * (size_t)value->height, kept = 0;
  float *sizes = malloc((count + 1) * sizeof *sizes);
  if (sizes == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for a map of change");
  for (size_t i = 0; i < count; i++)
    if (layer->map->certain.v[i] != 0 && isfinite(value->v[i]))
      sizes[kept++] = fabsf(value->v[i]);
  double reach = kept > 0 ? sd_quantile(sizes, kept, SPAN_SHARE) : 0;
  free(sizes);
  if (layer->ratio)
    *out = log1p(sd_nice_above(fmax(expm1(reach), LEAST_RATIO)));
  else
    *out = sd_nice_above(fmax(reach, LEAST_DENSITY));
  return SD_OK;
}

static void paint_pixel(sd_view *view, const map_layer *layer, const sd_skin *skin, double range,
                        int x, int y) {
  static const uint8_t LIGHT[3] = {235, 235, 235};
  int64_t cell = sd_view_cell(view, &layer->map->grid, x, y);
  float value = cell < 0 ? NAN : layer->map->value.v[cell];
  if (isfinite(value)) {
    uint8_t rgb[3];
    sd_colormap_diverging((double)value / range, rgb);
    sd_view_mix(view, x, y, rgb, layer->map->certain.v[cell] != 0 ? CERTAIN_COVER : FAINT_COVER);
  } else if (sd_view_label(view, skin, x, y) != SD_ZONE_NONE && sd_view_on_hatch(view, x, y)) {
    sd_view_mix(view, x, y, LIGHT, 0.45);
  }
}

static void paint(sd_view *view, const map_layer *layer, const sd_skin *skin, double range) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++)
      paint_pixel(view, layer, skin, range, x, y);
}

static void draw_legend(sd_canvas *canvas, sd_box at, double em, const map_layer *layer,
                        double range) {
  char low[48], high[48];
  if (layer->ratio) {
    snprintf(low, sizeof low, "\xe2\x88\x92%.0f %%", -100 * expm1(-range));
    snprintf(high, sizeof high, "+%.0f %%", 100 * expm1(range));
  } else {
    snprintf(low, sizeof low, "\xe2\x88\x92%g OD", range);
    snprintf(high, sizeof high, "+%g OD", range);
  }
  sd_legend legend = {layer->title,
                      true,
                      layer->less,
                      "no change",
                      layer->more,
                      low,
                      layer->ratio ? "0 %" : "0 (optical density)",
                      high,
                      "not measured",
                      "faint: could be chance"};
  sd_legend_draw(canvas, at, em, &legend);
}

sd_status sd_change_paint(sd_view *view, const sd_comparison *comparison, sd_panel panel,
                          sd_diag *diag) {
  map_layer layer = layer_of(comparison->change, panel);
  double range = 0;
  sd_status status = half_range(&range, &layer, diag);
  if (status != SD_OK)
    return status;
  sd_view_grey(view);
  paint(view, &layer, comparison->before.skin, range);
  return SD_OK;
}

sd_status sd_panel_change(sd_picture *out, const sd_panel_input *input, sd_panel panel,
                          sd_diag *diag) {
  map_layer layer = layer_of(input->comparison->change, panel);
  double em = SD_LEGEND_TEXT * sd_panel_text_px(input->max_side_px), range = 0;
  double foot = ceil(sd_legend_height(em));
  sd_box room = {0, 0, input->max_side_px, input->max_side_px - foot};
  sd_box fit = sd_view_fit(&input->before, room);
  /* the words under the bar need some width even when the crop is a narrow strip */
  double width = fmax(fit.width, fmin(room.width, 24 * em));
  sd_box at = {floor((width - fit.width) / 2), 0, round(fit.width), round(fit.height)};
  sd_view view = {0};
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(half_range(&range, &layer, diag));
  SD_TRY(sd_view_copy(&view, &input->before, diag));
  sd_view_grey(&view);
  paint(&view, &layer, input->comparison->before.skin, range);
  SD_TRY(sd_canvas_make(&canvas, (int)ceil(width), (int)(at.height + foot), diag));
  SD_TRY(sd_canvas_draw(&canvas, &view.picture, at, diag));
  draw_legend(&canvas, (sd_box){0, at.height, width, foot}, em, &layer, range);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_view_clear(&view);
  sd_canvas_clear(&canvas);
  return status;
}
