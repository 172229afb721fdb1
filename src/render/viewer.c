#include "render/viewer.h"

#include "render/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Larger crops are shown at half their pixels or fewer: browsers of phones refuse larger pictures.
 */
static const double PIXELS_MAX = 9e6;
/* A file for mail holds two pictures of this size beside everything else. */
enum { PICTURE_BYTES_MAX = 950000 };
static const int QUALITIES[] = {88, 82, 76, 70, 62};
enum { QUALITY_COUNT = sizeof QUALITIES / sizeof *QUALITIES };
/* Layers are smooth: half as many pixels as the panels have are as good. */
enum { LAYER_SIDE_PX = 800 };
/* Levels hold the skin's own grain and the camera's, which PNG cannot make small. */
enum { LEVEL_SIDE_PX = 500 };

void sd_viewer_clear(sd_viewer *viewer) {
  for (int k = 0; k < 2; k++)
    sd_text_clear(&viewer->pictures[k]);
  for (int k = 0; k < SD_LAYERS; k++)
    sd_text_clear(&viewer->layers[k]);
  for (int k = 0; k < SD_LEVELS; k++)
    for (int side = 0; side < 2; side++)
      sd_text_clear(&viewer->levels[k][side]);
  sd_zone_shapes_clear(viewer->shapes, viewer->shape_count);
  *viewer = (sd_viewer){0};
}

static int shrink_of(sd_rect region) {
  int shrink = 1;
  while ((double)region.width * region.height / shrink / shrink > PIXELS_MAX)
    shrink++;
  return shrink;
}

/* Both by one quality, the best at which they fit. */
static sd_status encode_both(sd_viewer *out, const sd_picture pictures[2], sd_diag *diag) {
  sd_status status = SD_OK;
  for (int q = 0; q < QUALITY_COUNT && status == SD_OK; q++) {
    for (int k = 0; k < 2 && status == SD_OK; k++) {
      sd_text_clear(&out->pictures[k]);
      status = sd_encode_jpeg(&out->pictures[k], &pictures[k], QUALITIES[q], diag);
    }
    if (out->pictures[0].length + out->pictures[1].length <= 2 * (size_t)PICTURE_BYTES_MAX)
      return status;
  }
  return status;
}

static sd_status add_pictures(sd_viewer *out, const sd_panel_input *input, int shrink,
                              sd_diag *diag) {
  const sd_comparison *c = input->comparison;
  sd_picture pictures[2] = {{0}};
  sd_status status = SD_OK;
  if (shrink == input->before.shrink) { /* the panels' own views are as fine */
    pictures[0] = input->before.picture;
    pictures[1] = input->after.picture;
    status = encode_both(out, pictures, diag);
    out->width = pictures[0].width;
    out->height = pictures[0].height;
    return status;
  }
  SD_TRY(sd_photo_picture(&pictures[0], c->before.photo, out->region, shrink, diag));
  SD_TRY(sd_align_resample(&pictures[1], c->alignment, c->after.photo, out->region, shrink, diag));
  SD_TRY(encode_both(out, pictures, diag));
  out->width = pictures[0].width;
  out->height = pictures[0].height;
done:
  sd_picture_clear(&pictures[0]);
  sd_picture_clear(&pictures[1]);
  return status;
}

/* A layer's picture: colours and how much of them covers the photo. */
static sd_status add_layer(sd_viewer *out, const sd_view *view, const sd_comparison *comparison,
                           sd_layer layer, double error_reach, sd_diag *diag) {
  static const sd_panel PANELS[] = {SD_PANEL_CHANGE_MELANIN, SD_PANEL_CHANGE_HAEMOGLOBIN,
                                    SD_PANEL_CHANGE_RELIEF};
  uint8_t *rgba =
      calloc((size_t)view->picture.width * (size_t)view->picture.height, 4 * sizeof *rgba);
  sd_status status = SD_OK;
  if (rgba == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for a layer");
  if (layer == SD_LAYER_ERROR)
    sd_error_layer(rgba, view, comparison, error_reach);
  else
    SD_TRY(sd_change_layer(rgba, view, comparison, PANELS[layer], diag));
  SD_TRY(sd_encode_png_layer(&out->layers[layer], rgba, view->picture.width, view->picture.height,
                             diag));
done:
  free(rgba);
  return status;
}

static sd_status add_levels(sd_viewer *out, const sd_view *view, const sd_comparison *comparison,
                            sd_level level, sd_diag *diag) {
  size_t pixels = (size_t)view->picture.width * (size_t)view->picture.height;
  uint8_t *rgba = malloc(4 * pixels);
  double middle[2];
  sd_status status = SD_OK;
  if (rgba == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for a layer");
  SD_TRY(sd_level_scale(&out->level_reach[level], middle, comparison, level, diag));
  for (int side = 0; side < 2; side++) {
    memset(rgba, 0, 4 * pixels);
    sd_level_layer(rgba, view, comparison, level, side == 1, middle[side], out->level_reach[level]);
    SD_TRY(sd_encode_png_layer(&out->levels[level][side], rgba, view->picture.width,
                               view->picture.height, diag));
  }
done:
  free(rgba);
  return status;
}

/* A view of so many pixels at most, whose own pixels are not needed. */
static sd_view frame_of(sd_rect r, int most_px) {
  int side = r.width > r.height ? r.width : r.height;
  sd_view view = {.region = r, .shrink = (side + most_px - 1) / most_px};
  view.picture.width = (r.width + view.shrink - 1) / view.shrink;
  view.picture.height = (r.height + view.shrink - 1) / view.shrink;
  return view;
}

static sd_status add_layers(sd_viewer *out, const sd_panel_input *input, sd_diag *diag) {
  const sd_comparison *c = input->comparison;
  const sd_change_map *maps[] = {&c->change->melanin, &c->change->haemoglobin, &c->change->relief};
  sd_view view = frame_of(out->region, LAYER_SIDE_PX);
  sd_view coarse = frame_of(out->region, LEVEL_SIDE_PX);
  sd_status status = SD_OK;
  for (int k = 0; k < 3; k++)
    if (sd_map_may_be_shown(c, maps[k]))
      SD_TRY(add_layer(out, &view, c, (sd_layer)k, 0, diag));
  for (int k = 0; k < SD_LEVELS; k++)
    if (sd_level_is_known(c, (sd_level)k))
      SD_TRY(add_levels(out, &coarse, c, (sd_level)k, diag));
  SD_TRY(sd_error_reach(&out->error_reach_px, c->alignment, diag));
  SD_TRY(add_layer(out, &view, c, SD_LAYER_ERROR, out->error_reach_px, diag));
done:
  return status;
}

sd_status sd_viewer_make(sd_viewer *out, const sd_panel_input *input, sd_diag *diag) {
  sd_viewer viewer = {.region = input->before.region};
  sd_status status = SD_OK;
  viewer.shrink = shrink_of(viewer.region);
  SD_TRY(add_pictures(&viewer, input, viewer.shrink, diag));
  if (input->comparison->before.skin != NULL) {
    sd_view frame = {.region = viewer.region, .shrink = viewer.shrink};
    frame.picture.width = viewer.width;
    frame.picture.height = viewer.height;
    SD_TRY(add_layers(&viewer, input, diag));
    SD_TRY(sd_zone_shapes_make(&viewer.shapes, &viewer.shape_count, &frame,
                               input->comparison->before.skin, diag));
  }
  *out = viewer;
  viewer = (sd_viewer){0};
done:
  sd_viewer_clear(&viewer);
  return status;
}
