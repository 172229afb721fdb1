/* The photos with what looks like scars outlined: relief that stands out at the sizes of scars on
 * the mean of both dates, so that both pictures show the same outlines over each date's skin. */
#include "render/panels.h"

#include "render/legend.h"

#include <math.h>
#include <stdio.h>

/* Light with a dark rim: seen on every skin tone, in print and without colour. */
static const uint8_t LINE[3] = {255, 214, 10}, RIM[3] = {15, 15, 20};
static const double LINE_SHARE = 0.1; /* of the text's height */

/* 1 inside the outlines, in view pixels. */
static sd_status inside_of(sd_map *out, const sd_view *view, const sd_change *change,
                           sd_diag *diag) {
  const sd_grid *grid = &change->relief.grid;
  sd_status status = sd_map_make(out, view->picture.width, view->picture.height, diag);
  for (int y = 0; status == SD_OK && y < out->height; y++)
    for (int x = 0; x < out->width; x++) {
      int64_t cell = sd_view_cell(view, grid, x, y);
      out->v[(size_t)y * (size_t)out->width + (size_t)x] = cell >= 0 && change->scars.v[cell] != 0;
    }
  return status;
}

/* The blurred step rises by 1 / (sigma sqrt(2 pi)) a pixel at the outline: its distance there is
 * (value - 1/2) over that slope. */
static void draw_outline(sd_view *view, const sd_map *soft, double sigma, double line_px) {
  double slope = 1 / (sigma * 2.5066);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < soft->height; y++)
    for (int x = 0; x < soft->width; x++) {
      double off = fabs((double)soft->v[(size_t)y * (size_t)soft->width + (size_t)x] - 0.5) / slope;
      sd_view_mix(view, x, y, RIM, 0.7 * fmin(fmax(line_px + 0.5 - off, 0), 1));
      sd_view_mix(view, x, y, LINE, fmin(fmax(line_px / 2 + 0.5 - off, 0), 1));
    }
}

static sd_status outline(sd_view *view, const sd_change *change, double line_px, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map soft = {0};
  double sigma = fmax(1.2, line_px);
  SD_TRY(inside_of(&soft, view, change, diag));
  SD_TRY(sd_map_blur(&soft, &soft, sigma, diag));
  draw_outline(view, &soft, sigma, line_px);
done:
  sd_map_clear(&soft);
  return status;
}

static void draw_note(sd_canvas *canvas, double y, double em) {
  sd_type type = {.size_px = em, .ink = SD_INK_TEXT};
  sd_canvas_fill(canvas, (sd_box){em, y + 0.95 * em, 1.8 * em, 0.25 * em},
                 (sd_ink){LINE[0] / 255.0, LINE[1] / 255.0, LINE[2] / 255.0, 1});
  sd_canvas_text(canvas, 3.4 * em, y + 0.45 * em, &type, "apparent relief that looks like scars");
}

sd_status sd_panel_scars(sd_picture *out, const sd_panel_input *input, bool after, sd_diag *diag) {
  const sd_comparison *comparison = input->comparison;
  const sd_view *photo = after ? &input->after : &input->before;
  double em = sd_panel_text_px(input->max_side_px), foot = ceil(2.2 * em);
  sd_box at = sd_panel_above(photo, input->max_side_px, foot);
  double zoom = photo->picture.width / at.width, mm = comparison->change->mm_per_px;
  sd_view view = {0};
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_view_copy(&view, photo, diag));
  SD_TRY(outline(&view, comparison->change, LINE_SHARE * em * zoom, diag));
  SD_TRY(sd_canvas_make(&canvas, (int)at.width, (int)(at.height + foot), diag));
  SD_TRY(sd_canvas_draw(&canvas, &view.picture, at, diag));
  sd_canvas_tag(&canvas, em, em, 1.2 * em, 0, after ? "AFTER" : "BEFORE");
  sd_scale_bar_draw(&canvas, at, em, mm > 0 ? mm * view.shrink * zoom : NAN);
  draw_note(&canvas, at.height, em);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_view_clear(&view);
  sd_canvas_clear(&canvas);
  return status;
}
