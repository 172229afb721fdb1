/* Which panels a comparison allows, and their files. */
#include "scardelta/render.h"

#include "base/threads.h"
#include "render/encode.h"
#include "render/panels.h"
#include "render/shrink.h"
#include "render/viewer.h"

#include <math.h>

enum { DEFAULT_SIDE_PX = 1600, LEAST_SIDE_PX = 240, BLINK_SIDE_PX = 1000 };
/* Beyond three times its size a photo shows blur only; the words of a sheet need some room. */
enum { ENLARGED_MOST = 3, WORDS_SIDE_PX = 800 };
/* 92: no visible blocks beside the colours of a map, a fifth of the size of PNG. */
enum { JPEG_QUALITY = 92 };
/* For report.html: twice what a column of the page is wide, and words on it stay sharp. */
enum { PAGE_SIDE_PX = 1100, PAGE_QUALITY = 84 };
/* Long enough to look, short enough to see the jump. */
enum { BLINK_MS = 900 };

const char *sd_panel_name(sd_panel panel) {
  static const char *const NAMES[SD_PANELS] = {
      "aligned-before", "aligned-after",      "side-by-side",  "blink",
      "change-melanin", "change-haemoglobin", "change-relief", "scars-before",
      "scars-after",    "scars-closeups",     "zones",         "registration"};
  return NAMES[panel];
}

void sd_pictures_clear(sd_pictures *pictures) {
  for (int i = 0; i < pictures->count; i++) {
    sd_text_clear(&pictures->files[i].bytes);
    sd_text_clear(&pictures->files[i].page);
  }
  sd_viewer_clear(&pictures->viewer);
  *pictures = (sd_pictures){0};
}

/* A refused pair shows no change, in colours as little as in figures. */
bool sd_map_may_be_shown(const sd_comparison *comparison, const sd_change_map *map) {
  bool refused = comparison->change->comparability.verdict == SD_NOT_COMPARABLE_PAIR &&
                 comparison->change->metric_count == 0;
  bool present = map->value.v != NULL && map->certain.v != NULL && map->grid.shrink > 0;
  return present && !refused && comparison->alignment->status != SD_ALIGNMENT_FAILED &&
         comparison->before.skin != NULL;
}

static bool panel_possible(const sd_panel_input *input, sd_panel panel) {
  const sd_comparison *comparison = input->comparison;
  switch (panel) {
  case SD_PANEL_SIDE_BY_SIDE:
    return true;
  case SD_PANEL_CHANGE_MELANIN:
    return sd_map_may_be_shown(comparison, &comparison->change->melanin);
  case SD_PANEL_CHANGE_HAEMOGLOBIN:
    return sd_map_may_be_shown(comparison, &comparison->change->haemoglobin);
  case SD_PANEL_CHANGE_RELIEF:
    return sd_map_may_be_shown(comparison, &comparison->change->relief);
  case SD_PANEL_SCARS_BEFORE:
  case SD_PANEL_SCARS_AFTER:
    return comparison->change->scar_reason[0] == '\0' &&
           sd_map_may_be_shown(comparison, &comparison->change->relief);
  case SD_PANEL_SCARS_CLOSEUPS:
    return comparison->change->scar_reason[0] == '\0' &&
           sd_panel_has_closeups(comparison->change) &&
           sd_map_may_be_shown(comparison, &comparison->change->relief);
  case SD_PANEL_ZONES:
    return comparison->before.skin != NULL && comparison->before.skin->zone_count > 0;
  case SD_PANEL_REGISTRATION:
    return input->aligned && comparison->before.skin != NULL;
  default:
    return input->aligned;
  }
}

static sd_status draw_panel(sd_picture *out, const sd_panel_input *input, sd_panel panel,
                            sd_diag *diag) {
  switch (panel) {
  case SD_PANEL_ALIGNED_BEFORE:
    return sd_panel_single(out, input, false, input->max_side_px, diag);
  case SD_PANEL_ALIGNED_AFTER:
    return sd_panel_single(out, input, true, input->max_side_px, diag);
  case SD_PANEL_SIDE_BY_SIDE:
    return sd_panel_side_by_side(out, input, diag);
  case SD_PANEL_SCARS_BEFORE:
    return sd_panel_scars(out, input, false, diag);
  case SD_PANEL_SCARS_AFTER:
    return sd_panel_scars(out, input, true, diag);
  case SD_PANEL_SCARS_CLOSEUPS:
    return sd_panel_closeups(out, input, diag);
  case SD_PANEL_ZONES:
    return sd_panel_zones(out, input, diag);
  case SD_PANEL_REGISTRATION:
    return sd_panel_registration(out, input, diag);
  default:
    return sd_panel_change(out, input, panel, diag);
  }
}

static sd_status page_copy(sd_picture_file *file, const sd_picture *picture, sd_diag *diag) {
  double side = picture->width > picture->height ? picture->width : picture->height;
  double zoom = PAGE_SIDE_PX / side;
  sd_picture small = {0};
  if (zoom >= 1)
    return SD_OK;
  file->page_width = (int)fmax(zoom * picture->width + 0.5, 1);
  file->page_height = (int)fmax(zoom * picture->height + 0.5, 1);
  sd_status status = sd_picture_shrink(&small, picture, file->page_width, file->page_height, diag);
  if (status == SD_OK)
    status = sd_encode_jpeg(&file->page, &small, PAGE_QUALITY, diag);
  sd_picture_clear(&small);
  return status;
}

static sd_status still_file(sd_picture_file *out, const sd_panel_input *input, sd_panel panel,
                            sd_diag *diag) {
  sd_picture picture = {0};
  sd_picture_file file = {.panel = panel, .suffix = ".jpg"};
  sd_status status = SD_OK;
  SD_TRY(draw_panel(&picture, input, panel, diag));
  file.width = picture.width;
  file.height = picture.height;
  SD_TRY(sd_encode_jpeg(&file.bytes, &picture, JPEG_QUALITY, diag));
  SD_TRY(sd_picture_sign(&file.bytes, 0, diag));
  SD_TRY(page_copy(&file, &picture, diag));
  *out = file;
  file = (sd_picture_file){0};
done:
  sd_text_clear(&file.bytes);
  sd_text_clear(&file.page);
  sd_picture_clear(&picture);
  return status;
}

static sd_status blink_file(sd_picture_file *out, const sd_panel_input *input, sd_diag *diag) {
  /* lossless and twice: smaller, so that the file stays fit for mail */
  int side = input->max_side_px < BLINK_SIDE_PX ? input->max_side_px : BLINK_SIDE_PX;
  sd_picture before = {0}, after = {0};
  sd_picture_file file = {.panel = SD_PANEL_BLINK, .suffix = ".png"};
  sd_status status = SD_OK;
  SD_TRY(sd_panel_single(&before, input, false, side, diag));
  SD_TRY(sd_panel_single(&after, input, true, side, diag));
  file.width = before.width;
  file.height = before.height;
  SD_TRY(sd_encode_blink(&file.bytes, &before, &after, BLINK_MS, diag));
  *out = file;
  file = (sd_picture_file){0};
done:
  sd_text_clear(&file.bytes);
  sd_picture_clear(&before);
  sd_picture_clear(&after);
  return status;
}

static sd_status file_of(sd_picture_file *out, const sd_panel_input *input, sd_panel panel,
                         sd_diag *diag) {
  return panel == SD_PANEL_BLINK ? blink_file(out, input, diag)
                                 : still_file(out, input, panel, diag);
}

static sd_status frame_pair(sd_panel_input *input, int side, sd_diag *diag) {
  const sd_comparison *comparison = input->comparison;
  input->aligned = comparison->alignment->status != SD_ALIGNMENT_FAILED;
  sd_status status = sd_view_of_photo(&input->before, comparison->before.photo,
                                      comparison->before.skin, side, diag);
  if (status != SD_OK)
    return status;
  if (input->aligned)
    return sd_view_of_after(&input->after, &input->before, comparison, diag);
  return sd_view_of_photo(&input->after, comparison->after.photo, comparison->after.skin, side,
                          diag);
}

static int sheet_side(const sd_rect *region, int side) {
  int longer = region->width > region->height ? region->width : region->height;
  int enough = longer < WORDS_SIDE_PX / ENLARGED_MOST ? WORDS_SIDE_PX : ENLARGED_MOST * longer;
  return side < enough ? side : enough;
}

/* The viewer, which takes longest, and then a panel each: whoever is free takes the next. Every one
 * has its place, so that their order is not that of their making. */
static sd_status draw_all(sd_pictures *out, const sd_panel_input *input, sd_diag *diag) {
  enum { VIEWER, FIRST_PANEL };
  sd_panel wanted[SD_PANELS];
  sd_status drawn[SD_PANELS + FIRST_PANEL];
  sd_diag told[SD_PANELS + FIRST_PANEL] = {{{0}}};
  for (int panel = 0; panel < SD_PANELS; panel++)
    if (panel_possible(input, (sd_panel)panel))
      wanted[out->count++] = (sd_panel)panel;
#pragma omp parallel for schedule(dynamic)
  for (int k = VIEWER; k < FIRST_PANEL + out->count; k++)
    if (k == VIEWER)
      drawn[k] = input->aligned ? sd_viewer_make(&out->viewer, input, &told[k]) : SD_OK;
    else
      drawn[k] = file_of(&out->files[k - FIRST_PANEL], input, wanted[k - FIRST_PANEL], &told[k]);
  return sd_first_failure(drawn, told, FIRST_PANEL + out->count, diag);
}

sd_status sd_render(sd_pictures *out, const sd_comparison *comparison, int max_side_px,
                    sd_diag *diag) {
  int side = max_side_px <= 0              ? DEFAULT_SIDE_PX
             : max_side_px < LEAST_SIDE_PX ? LEAST_SIDE_PX
                                           : max_side_px;
  sd_panel_input input = {.comparison = comparison, .strings = sd_strings_of(comparison->language)};
  sd_pictures pictures = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_canvas_fonts(diag));
  SD_TRY(frame_pair(&input, side, diag));
  input.max_side_px = sheet_side(&input.before.region, side);
  SD_TRY(draw_all(&pictures, &input, diag));
  sd_pictures_clear(out);
  *out = pictures;
  pictures = (sd_pictures){0};
done:
  sd_view_clear(&input.before);
  sd_view_clear(&input.after);
  sd_pictures_clear(&pictures);
  return status;
}
