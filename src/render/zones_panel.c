/* Zones with their names beside them, and which pixels are left out of every measurement. */
#include "render/legend.h"
#include "render/panels.h"

#include <math.h>

/* Room for a zone's name on either side; longer ones are broken. */
static const double NAMES_EM = 8.4;

static void hatch_excluded(sd_view *view, const sd_skin *skin) {
  static const uint8_t DARK[3] = {20, 22, 26};
#pragma omp parallel for schedule(static)
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++)
      if (sd_view_label(view, skin, x, y) != SD_ZONE_NONE &&
          sd_view_excluded(view, skin, x, y) != SD_MEASURED && sd_view_on_hatch(view, x, y))
        sd_view_mix(view, x, y, DARK, 0.8);
}

static void draw_note(sd_canvas *canvas, double x, double y, double em, const sd_strings *strings) {
  sd_box sample = {x, y + 0.6 * em, 1.8 * em, 0.95 * em};
  sd_type type = {.size_px = em, .ink = SD_INK_TEXT};
  sd_canvas_fill(canvas, sample, (sd_ink){0.75, 0.62, 0.54, 1});
  sd_canvas_hatch(canvas, sample, 0.45 * em, (sd_ink){0.08, 0.09, 0.1, 1});
  sd_canvas_text(canvas, x + 2.4 * em, y + 0.45 * em, &type, strings->picture.zones_note);
}

sd_status sd_panel_zones(sd_picture *out, const sd_panel_input *input, sd_diag *diag) {
  const sd_skin *skin = input->comparison->before.skin;
  const sd_strings *strings = input->strings;
  double em = sd_panel_text_px(input->max_side_px), note = ceil(2.2 * em);
  double margin = round(NAMES_EM * em), foot = note + ceil(sd_scale_bar_height(em));
  sd_box room = {0, 0, input->max_side_px - 2 * margin, input->max_side_px - foot};
  sd_box fit = sd_view_fit(&input->before, room);
  sd_box at = {margin, 0, fmax(1, round(fit.width)), fmax(1, round(fit.height))};
  double line_px = 0.14 * em * input->before.picture.width / at.width;
  double mm = sd_sheet_scale(&input->before, at, input->comparison->change->mm_per_px);
  sd_view view = {0};
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_view_copy(&view, &input->before, diag));
  SD_TRY(sd_view_outline_zones(&view, skin, line_px, 0.22, diag));
  hatch_excluded(&view, skin);
  SD_TRY(sd_canvas_make(&canvas, (int)(at.width + 2 * margin), (int)(at.height + foot), diag));
  SD_TRY(sd_canvas_draw(&canvas, &view.picture, at, diag));
  sd_view_name_zones(&canvas, &view, at, margin, skin, 0.9 * em, strings);
  sd_scale_bar_draw(&canvas, margin, at.height, at.width, em, mm, strings->picture.scale_unknown);
  draw_note(&canvas, margin, at.height + foot - note, em, strings);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_view_clear(&view);
  sd_canvas_clear(&canvas);
  return status;
}
