/* How AFTER was laid on BEFORE: a square grid of AFTER as it lies on BEFORE, and the stated error
 * as colours beside it. */
#include "render/panels.h"

#include "render/colormap.h"
#include "render/legend.h"
#include "render/nice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { GRID_LINES = 22, LINE_POINTS = 160 };
/* Below this the bar would show rounding as structure. */
static const double LEAST_ERROR_PX = 0.5;
static const double COVER = 0.72;

sd_status sd_error_reach(double *out, const sd_alignment *alignment, sd_diag *diag) {
  const sd_map *error = &alignment->error_map;
  size_t count = (size_t)error->width * (size_t)error->height, kept = 0;
  float *sizes = malloc((count + 1) * sizeof *sizes);
  if (sizes == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the error map");
  for (size_t i = 0; i < count; i++)
    if (isfinite(error->v[i]))
      sizes[kept++] = error->v[i];
  *out = sd_nice_above(fmax(kept > 0 ? sd_quantile(sizes, kept, 0.98) : 0, LEAST_ERROR_PX));
  free(sizes);
  return SD_OK;
}

static float error_at(const sd_alignment *alignment, const sd_view *view, int x, int y) {
  const sd_warp *warp = &alignment->forward;
  sd_point p = sd_view_photo_point(view, x, y);
  double u = (p.x - warp->domain.x) / warp->step_px, v = (p.y - warp->domain.y) / warp->step_px;
  if (alignment->error_map.v == NULL || !(u >= 0 && v >= 0) || u > alignment->error_map.width - 1 ||
      v > alignment->error_map.height - 1)
    return NAN;
  return sd_map_at(&alignment->error_map, u, v);
}

static void paint_error(sd_view *view, const sd_alignment *alignment, const sd_skin *skin,
                        double range) {
  static const uint8_t LIGHT[3] = {235, 235, 235};
#pragma omp parallel for schedule(static)
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++) {
      float error = error_at(alignment, view, x, y);
      uint8_t rgb[3];
      if (isfinite(error)) {
        sd_colormap_sequential((double)error / range, rgb);
        sd_view_mix(view, x, y, rgb, COVER);
      } else if (sd_view_label(view, skin, x, y) != SD_ZONE_NONE && sd_view_on_hatch(view, x, y)) {
        sd_view_mix(view, x, y, LIGHT, 0.45);
      }
    }
}

void sd_error_layer(uint8_t *rgba, const sd_view *view, const sd_comparison *comparison,
                    double reach_px) {
  enum { STEPS = 40, OPACITY = 170, LIGHT = 235, HATCH = 110 };
#pragma omp parallel for schedule(static)
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++) {
      uint8_t *p = rgba + 4 * ((size_t)y * (size_t)view->picture.width + (size_t)x);
      bool zone = sd_view_label(view, comparison->before.skin, x, y) != SD_ZONE_NONE;
      float error = error_at(comparison->alignment, view, x, y);
      if (zone && isfinite(error)) {
        sd_colormap_sequential(round((double)error / reach_px * STEPS) / STEPS, p);
        p[3] = OPACITY;
      } else if (zone && sd_view_on_hatch(view, x, y)) {
        p[0] = p[1] = p[2] = LIGHT;
        p[3] = HATCH;
      }
    }
}

/* One line of AFTER's grid from `from` to `to`, where it lies on BEFORE. */
static void draw_grid_line(sd_canvas *canvas, const sd_view *view, sd_box at,
                           const sd_warp *inverse, sd_point from, sd_point to, double line_px) {
  static const sd_ink INK = {0.45, 0.95, 1, 0.75};
  sd_point last = {0, 0};
  bool last_good = false;
  for (int i = 0; i <= LINE_POINTS; i++) {
    double t = (double)i / LINE_POINTS;
    sd_point p, q;
    bool good = sd_warp_at(inverse, from.x + t * (to.x - from.x), from.y + t * (to.y - from.y), &p);
    q = sd_view_sheet_point(view, at, p.x, p.y);
    good = good && q.x >= at.x && q.y >= at.y && q.x <= at.x + at.width && q.y <= at.y + at.height;
    if (good && last_good)
      sd_canvas_line(canvas, last, q, line_px, INK);
    last = q;
    last_good = good;
  }
}

static void draw_grid(sd_canvas *canvas, const sd_view *view, sd_box at, const sd_warp *inverse,
                      double line_px) {
  sd_rect d = inverse->domain;
  double step = fmax(d.width, d.height) / (double)GRID_LINES;
  if (inverse->columns == 0 || !(step > 0))
    return;
  for (double x = d.x + step / 2; x < d.x + d.width; x += step)
    draw_grid_line(canvas, view, at, inverse, (sd_point){x, d.y}, (sd_point){x, d.y + d.height},
                   line_px);
  for (double y = d.y + step / 2; y < d.y + d.height; y += step)
    draw_grid_line(canvas, view, at, inverse, (sd_point){d.x, y}, (sd_point){d.x + d.width, y},
                   line_px);
}

static void draw_legend(sd_canvas *canvas, sd_box at, double em, double range, double mm_per_px,
                        double photo_width, double sheet_mm, const sd_strings *strings) {
  const sd_picture_strings *words = &strings->picture;
  char high[64];
  if (mm_per_px > 0)
    snprintf(high, sizeof high, "%g px = %.2g mm", range, range * mm_per_px);
  else
    snprintf(high, sizeof high, "%g px", range);
  sd_localise(high, strings);
  sd_legend legend = {.title = words->error_title,
                      .left = words->exact,
                      .middle = "",
                      .right = words->uncertain,
                      .left_value = "0 px",
                      .middle_value = "",
                      .right_value = high,
                      .hatch = words->no_counterpart,
                      .mm_per_px = sheet_mm,
                      .photo_width = photo_width,
                      .scale_unknown = words->scale_unknown};
  sd_legend_draw(canvas, at, em, &legend);
}

static void draw_caption(sd_canvas *canvas, sd_box at, double em, const sd_picture_strings *words) {
  sd_type title = {.size_px = em, .ink = SD_INK_TEXT, .bold = true, .max_width_px = at.width};
  sd_type note = {.size_px = 0.85 * em, .ink = SD_INK_QUIET, .max_width_px = at.width - 2 * em};
  sd_canvas_text(canvas, at.x + em, at.y + 0.5 * em, &title, words->grid_title);
  sd_canvas_text(canvas, at.x + em, at.y + 2.1 * em, &note, words->grid_note);
}

sd_status sd_panel_registration(sd_picture *out, const sd_panel_input *input, sd_diag *diag) {
  const sd_comparison *comparison = input->comparison;
  double em = SD_LEGEND_TEXT * sd_panel_text_px(input->max_side_px), gap = round(0.6 * em),
         range = 0;
  double foot = ceil(sd_legend_height(em)), half = floor((input->max_side_px - gap) / 2);
  sd_box left = sd_view_fit(&input->before, (sd_box){0, 0, half, input->max_side_px - foot});
  left.y = 0;
  sd_box right = {half + gap + left.x, 0, left.width, left.height};
  sd_view grid = {0}, error = {0};
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_error_reach(&range, comparison->alignment, diag));
  SD_TRY(sd_view_copy(&grid, &input->before, diag));
  SD_TRY(sd_view_copy(&error, &input->before, diag));
  sd_view_grey(&grid);
  sd_view_grey(&error);
  paint_error(&error, comparison->alignment, comparison->before.skin, range);
  SD_TRY(sd_canvas_make(&canvas, input->max_side_px, (int)ceil(left.height + foot), diag));
  SD_TRY(sd_canvas_draw(&canvas, &grid.picture, left, diag));
  SD_TRY(sd_canvas_draw(&canvas, &error.picture, right, diag));
  draw_grid(&canvas, &grid, left, &comparison->alignment->inverse, 0.08 * em);
  draw_caption(&canvas, (sd_box){0, left.height, half, foot}, em, &input->strings->picture);
  double mm = comparison->change->mm_per_px;
  draw_legend(&canvas, (sd_box){half + gap, left.height, half, foot}, em, range, mm, right.width,
              sd_sheet_scale(&input->before, right, mm), input->strings);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_view_clear(&grid);
  sd_view_clear(&error);
  sd_canvas_clear(&canvas);
  return status;
}
