/* Close-ups of the scars that changed most and of those that got worse: before, after and the map
 * of change over the same piece of skin, at native pixels where there are enough. */
#include "render/legend.h"
#include "render/panels.h"

#include <math.h>
#include <stdio.h>

enum { MOST = 12, WORSE_MOST = 6, SHOWN_MAX = MOST + WORSE_MOST, TILES = 3 };
enum { TWO_COLUMNS_MAX = 8 }; /* more would make the sheet higher than wide */
/* So many diameters of skin are shown, and never less than this, so that the place is known. */
static const double REACH = 3.5, LEAST_MM = 8;
static const double GAP_EM = 0.4, ROW_TEXT_EM = 2.4, HEAD_EM = 1.3;

static bool got_worse(const sd_scar_change *s) {
  return sd_scar_state_sign(s->state) > 0;
}

static bool changed(const sd_scar_change *s) {
  return s->state != SD_SCAR_UNMATCHED && s->state != SD_SCAR_UNCHANGED;
}

/* The first ones of the list changed most; then those further down that got worse. */
static int choose(size_t out[SHOWN_MAX], const sd_change *change) {
  int count = 0;
  for (size_t k = 0; k < change->scar_count && count < SHOWN_MAX; k++)
    if (changed(&change->scars[k]) && (count < MOST || got_worse(&change->scars[k])))
      out[count++] = k;
  return count;
}

bool sd_panel_has_closeups(const sd_change *change) {
  size_t chosen[SHOWN_MAX];
  return change->mm_per_px > 0 && choose(chosen, change) > 0;
}

/* A square around the scar, moved inside the photo. */
static sd_rect region_of(const sd_scar *scar, const sd_photo *photo, double mm_per_px) {
  int side = (int)lround(fmax(LEAST_MM, REACH * scar->diameter_mm) / mm_per_px);
  int most = photo->width < photo->height ? photo->width : photo->height;
  side = side < 8 ? 8 : side > most ? most : side;
  int x = (int)lround(scar->x) - side / 2, y = (int)lround(scar->y) - side / 2;
  x = x < 0 ? 0 : x + side > photo->width ? photo->width - side : x;
  y = y < 0 ? 0 : y + side > photo->height ? photo->height - side : y;
  return (sd_rect){x, y, side, side};
}

/* The map of change that shows a kind. */
static sd_panel map_of(sd_scar_kind kind) {
  if (sd_scar_is_relief(kind))
    return SD_PANEL_CHANGE_RELIEF;
  return kind == SD_RED_MARK ? SD_PANEL_CHANGE_HAEMOGLOBIN : SD_PANEL_CHANGE_MELANIN;
}

static sd_status tile_make(sd_view *out, const sd_panel_input *input, sd_rect region, int tile,
                           sd_scar_kind kind, int pixels, sd_diag *diag) {
  const sd_comparison *c = input->comparison;
  sd_view view = {.region = region,
                  .shrink = region.width / pixels > 1 ? region.width / pixels : 1};
  sd_status status =
      tile == 1 ? sd_align_resample(&view.picture, c->alignment, c->after.photo, region,
                                    view.shrink, diag)
                : sd_photo_picture(&view.picture, c->before.photo, region, view.shrink, diag);
  if (status == SD_OK && tile == 2)
    status = sd_change_paint(&view, c, map_of(kind), diag);
  if (status == SD_OK)
    *out = view;
  else
    sd_view_clear(&view);
  return status;
}

static void title_of(char out[200], const sd_scar_change *s, size_t number,
                     const sd_strings *strings) {
  char zone[64], kind[64];
  sd_say_name(zone, sizeof zone, strings, s->zone);
  sd_say_name(kind, sizeof kind, strings, sd_scar_kind_name(s->scar.kind));
  snprintf(out, 200, "%zu  %s, %s", number, kind, zone);
}

/* Both figures with their intervals. */
static void figures_of(char out[200], const sd_scar_change *s, const sd_strings *strings) {
  char size[64], low[24], high[24], change[24], interval[64];
  snprintf(low, sizeof low, "%.1f", s->scar.diameter_low_mm);
  snprintf(high, sizeof high, "%.1f", s->scar.diameter_high_mm);
  snprintf(size, sizeof size, strings->interval_format, low, high);
  sd_percent_signed(low, 100 * expm1(s->ci_low));
  sd_percent_signed(high, 100 * expm1(s->ci_high));
  snprintf(interval, sizeof interval, strings->interval_format, low, high);
  sd_percent_signed(change, 100 * expm1(s->change));
  snprintf(out, 200, "%.1f mm (%s), %s %% (%s)", s->scar.diameter_mm, size, change, interval);
  sd_localise(out, strings);
}

/* Title and figures, and at the right the bar of this row's own scale. */
static void draw_words(sd_canvas *canvas, const sd_panel_input *input, const sd_scar_change *s,
                       size_t number, sd_box at, double y, double em, double tile,
                       double mm_per_px) {
  sd_type type = {.size_px = fmin(0.86 * em, at.width / 26), .ink = SD_INK_TEXT, .bold = true};
  char text[200];
  title_of(text, s, number, input->strings);
  sd_canvas_text(canvas, at.x, y + 0.15 * em, &type, text);
  type.bold = false;
  figures_of(text, s, input->strings);
  sd_canvas_text(canvas, at.x, y + 0.15 * em + 1.35 * type.size_px, &type, text);
  sd_scale_bar_draw(canvas, at.x + at.width - tile, y - 0.05 * em, tile, 0.8 * type.size_px,
                    mm_per_px, "");
}

/* What the tiles of a column show, above its first row. */
static void draw_heads(sd_canvas *canvas, const sd_picture_strings *p, sd_box at, double em) {
  const char *const words[TILES] = {p->before, p->after, p->change};
  double gap = GAP_EM * em, side = (at.width - (TILES - 1) * gap) / TILES;
  sd_type small = {.size_px = fmin(0.7 * em, side / 7), .ink = SD_INK_QUIET, .bold = true};
  for (int tile = 0; tile < TILES; tile++)
    sd_canvas_text(canvas, at.x + tile * (side + gap), at.y - HEAD_EM * em, &small, words[tile]);
}

static sd_status draw_scar(sd_canvas *canvas, const sd_panel_input *input, size_t number, sd_box at,
                           double em, sd_diag *diag) {
  const sd_scar_change *s = &input->comparison->change->scars[number];
  double gap = GAP_EM * em, side = (at.width - (TILES - 1) * gap) / TILES;
  double mm = input->comparison->change->mm_per_px;
  sd_rect region = region_of(&s->scar, input->comparison->before.photo, mm);
  sd_status status = SD_OK;
  for (int tile = 0; tile < TILES && status == SD_OK; tile++) {
    sd_view view = {0};
    sd_box box = {at.x + tile * (side + gap), at.y, side, side};
    status = tile_make(&view, input, region, tile, s->scar.kind, (int)side, diag);
    if (status == SD_OK)
      status = sd_canvas_draw(canvas, &view.picture, box, diag);
    sd_view_clear(&view);
  }
  draw_words(canvas, input, s, number + 1, at, at.y + side, em, side, mm * region.width / side);
  return status;
}

sd_status sd_panel_closeups(sd_picture *out, const sd_panel_input *input, sd_diag *diag) {
  size_t chosen[SHOWN_MAX];
  int count = choose(chosen, input->comparison->change), columns = count > TWO_COLUMNS_MAX ? 3 : 2;
  double em = sd_panel_text_px(input->max_side_px), margin = em, width = input->max_side_px;
  double across = (width - (columns + 1) * margin) / columns;
  double side = (across - (TILES - 1) * GAP_EM * em) / TILES, high = side + ROW_TEXT_EM * em;
  int rows = (count + columns - 1) / columns;
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  double head = HEAD_EM * em;
  SD_TRY(sd_canvas_make(&canvas, (int)width, (int)(margin + head + rows * (high + margin)), diag));
  for (int k = 0; k < count; k++) {
    sd_box at = {margin + k % columns * (across + margin),
                 margin + head + k / columns * (high + margin), across, high};
    if (k < columns)
      draw_heads(&canvas, &input->strings->picture, at, em);
    SD_TRY(draw_scar(&canvas, input, chosen[k], at, em, diag));
  }
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_canvas_clear(&canvas);
  return status;
}
