/* A made-up comparison with every kind of finding, for the tests of render and report: a drawn
 * face-like picture, AFTER shifted and slightly enlarged, maps with one certain and one faint
 * spot. Truth: AFTER(x, y) = BEFORE((x - 4) / 1.02, (y + 3) / 1.02). */
#ifndef COMPARISON_FIXTURE_H
#define COMPARISON_FIXTURE_H

#include "scardelta/render.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXTURE_WIDTH = 480, FIXTURE_HEIGHT = 560, FIXTURE_METRICS = 8 };

typedef struct fixture {
  sd_scar_change scars[2];
  sd_photo photo[2];
  sd_face face[2];
  sd_skin skin[2];
  sd_quality quality[2];
  sd_measures measures[2];
  sd_alignment alignment;
  sd_change change;
  sd_metric metrics[FIXTURE_METRICS];
  sd_comparison comparison;
} fixture;

static void *fixture_block(size_t count, size_t size) {
  void *block = calloc(count, size);
  if (block == NULL)
    abort();
  return block;
}

static void fixture_paint(double x, double y, uint8_t rgb[3]) {
  double dx = (x - 240) / 170, dy = (y - 290) / 230, inside = dx * dx + dy * dy;
  double skin[3] = {205, 160, 135}, back[3] = {70, 90, 110};
  double fleck = 10 * sin(x / 3.1) * sin(y / 2.7) + 8 * sin(x / 17 + y / 23);
  double mark = 60 * exp(-((x - 330) * (x - 330) + (y - 330) * (y - 330)) / 300);
  for (int c = 0; c < 3; c++) {
    double value = inside < 1 ? skin[c] + fleck - 40 * inside - mark * (c + 1) / 3 : back[c];
    rgb[c] = (uint8_t)fmin(fmax(value, 0), 255);
  }
}

static void fixture_photo(sd_photo *photo, const sd_picture *given, bool after) {
  *photo = (sd_photo){.width = given != NULL ? given->width : FIXTURE_WIDTH,
                      .height = given != NULL ? given->height : FIXTURE_HEIGHT,
                      .sample_bytes = 1,
                      .to_srgb = {1, 0, 0, 0, 1, 0, 0, 0, 1}};
  uint8_t *samples = fixture_block((size_t)photo->width * (size_t)photo->height, 3);
  photo->samples = samples;
  for (int c = 0; c < 3; c++) {
    photo->curve[c] = fixture_block(256, sizeof(float));
    for (int i = 0; i < 256; i++)
      photo->curve[c][i] = (float)sd_srgb_to_linear(i / 255.0);
  }
  for (int y = 0; y < photo->height; y++)
    for (int x = 0; x < photo->width; x++) {
      double u = after ? (x - 4) / 1.02 : x, v = after ? (y + 3) / 1.02 : y;
      uint8_t *rgb = samples + 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
      if (given == NULL) {
        fixture_paint(u, v, rgb);
      } else {
        int i = (int)fmin(fmax(u + 0.5, 0), given->width - 1);
        int j = (int)fmin(fmax(v + 0.5, 0), given->height - 1);
        memcpy(rgb, given->v + 3 * ((size_t)j * (size_t)given->width + (size_t)i), 3);
      }
    }
  snprintf(photo->capture.taken, sizeof photo->capture.taken, "%s",
           after ? "2025-06-10T09:12:44+02:00" : "2025-03-04T10:22:31+01:00");
  snprintf(photo->capture.make, sizeof photo->capture.make, "Acme");
  snprintf(photo->capture.model, sizeof photo->capture.model, "Model \"7\" <b>");
  photo->coding = (sd_coding){.format = SD_FORMAT_JPEG, .bits = 8, .jpeg_quality = 92};
  snprintf(photo->coding.profile, sizeof photo->coding.profile, "Display P3");
  memset(photo->file_sha256, after ? 'b' : 'a', 64);
}

static void fixture_zone(sd_skin *skin, const char *name, uint8_t label, sd_rect part) {
  sd_zone *zone = &skin->zones[skin->zone_count++];
  snprintf(zone->name, sizeof zone->name, "%s", name);
  zone->label = label;
  zone->share_of_skin = 0.25;
  for (int y = part.y; y < part.y + part.height; y++)
    for (int x = part.x; x < part.x + part.width; x++)
      skin->label.v[(size_t)y * (size_t)skin->label.width + (size_t)x] = label;
}

static void fixture_skin(sd_skin *skin, const sd_photo *photo) {
  int w = photo->width * 3 / 4, h = photo->height * 7 / 8;
  *skin = (sd_skin){.crop = {photo->width / 8, photo->height / 16, w, h}, .from_landmarks = true};
  sd_mask_make(&skin->label, w, h, NULL);
  sd_mask_make(&skin->excluded, w, h, NULL);
  fixture_zone(skin, "forehead", SD_ZONE_FOREHEAD, (sd_rect){w / 5, h / 10, 3 * w / 5, h / 5});
  fixture_zone(skin, "right_cheek", SD_ZONE_RIGHT_CHEEK, (sd_rect){w / 8, 2 * h / 5, w / 3, h / 3});
  fixture_zone(skin, "left_cheek", SD_ZONE_LEFT_CHEEK,
               (sd_rect){7 * w / 8 - w / 3, 2 * h / 5, w / 3, h / 3});
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++) {
      size_t i = (size_t)y * (size_t)w + (size_t)x;
      int dx = x - w / 3, dy = y - h / 5;
      bool spot = dx * dx + dy * dy < w * w / 300;
      skin->excluded.v[i] = skin->label.v[i] == 0 ? SD_EXCLUDED_OUTSIDE
                            : spot                ? SD_EXCLUDED_GLARE
                                                  : SD_MEASURED;
    }
  skin->excluded_share[SD_EXCLUDED_GLARE] = 0.04;
}

static void fixture_face(sd_face *face, const sd_photo *photo) {
  *face = (sd_face){.found = true,
                    .confidence = 0.93,
                    .mesh_score = 0.99,
                    .yaw_deg = -3.5,
                    .pitch_deg = 2.25,
                    .roll_deg = 0.5};
  face->scale = (sd_scale){0.25, 0.24, 0.26, SD_SCALE_IRIS};
  for (int i = 0; i < SD_LANDMARKS; i++) {
    double turn = i * 2.399963, radius = sqrt(i / 478.0);
    face->landmarks[i] =
        (sd_landmark){(float)(photo->width * (0.5 + 0.32 * radius * cos(turn))),
                      (float)(photo->height * (0.5 + 0.38 * radius * sin(turn))), 0};
  }
  face->eyes[0] = (sd_point){photo->width * 0.4, photo->height * 0.42};
  face->eyes[1] = (sd_point){photo->width * 0.6, photo->height * 0.42};
}

static void fixture_warp(sd_warp *warp, const sd_photo *photo, bool inverse) {
  enum { STEP = 16 };
  int columns = (photo->width + STEP - 1) / STEP + 1, rows = (photo->height + STEP - 1) / STEP + 1;
  size_t nodes = (size_t)columns * (size_t)rows;
  *warp = (sd_warp){.domain = {0, 0, photo->width, photo->height},
                    .step_px = STEP,
                    .columns = columns,
                    .rows = rows};
  warp->x = fixture_block(nodes, sizeof(float));
  warp->y = fixture_block(nodes, sizeof(float));
  warp->valid = fixture_block(nodes, 1);
  for (int j = 0; j < rows; j++)
    for (int i = 0; i < columns; i++) {
      size_t k = (size_t)j * (size_t)columns + (size_t)i;
      double x = i * STEP, y = j * STEP;
      warp->x[k] = (float)(inverse ? (x - 4) / 1.02 : 1.02 * x + 4);
      warp->y[k] = (float)(inverse ? (y + 3) / 1.02 : 1.02 * y - 3);
      warp->valid[k] = 1;
    }
}

static void fixture_alignment(sd_alignment *alignment, const sd_photo photos[2]) {
  *alignment = (sd_alignment){.status = SD_ALIGNMENT_OK,
                              .coverage = 0.94,
                              .error_px = 0.8,
                              .error_mm = 0.2,
                              .agreement = 0.91,
                              .scale_ratio = 1.02,
                              .zone_count = 1};
  snprintf(alignment->model, sizeof alignment->model, "landmarks + dense");
  alignment->zones[0] = (sd_alignment_zone){"left_cheek", 0.97, 0.7, 0.175, 0.93};
  fixture_warp(&alignment->forward, &photos[0], false);
  fixture_warp(&alignment->inverse, &photos[1], true);
  sd_map *error = &alignment->error_map;
  sd_map_make(error, alignment->forward.columns, alignment->forward.rows, NULL);
  for (int j = 0; j < error->height; j++)
    for (int i = 0; i < error->width; i++)
      error->v[(size_t)j * (size_t)error->width + (size_t)i] =
          i < 4 ? NAN : 0.2f + 0.1f * (float)abs(i - error->width / 2);
}

static void fixture_map(sd_change_map *map, const sd_photo *photo, double height) {
  enum { SHRINK = 4 };
  int w = photo->width / SHRINK, h = photo->height / SHRINK;
  map->grid = (sd_grid){{0, 0, photo->width, photo->height}, SHRINK, w, h};
  sd_map_make(&map->value, w, h, NULL);
  sd_mask_make(&map->certain, w, h, NULL);
  map->noise = 0.01;
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++) {
      double dx = (x - 0.66 * w) / (0.1 * w), dy = (y - 0.55 * h) / (0.1 * h);
      double ex = (x - 0.34 * w) / (0.1 * w), ey = (y - 0.6 * h) / (0.1 * h);
      double value = -height * exp(-dx * dx - dy * dy) + 0.6 * height * exp(-ex * ex - ey * ey);
      size_t i = (size_t)y * (size_t)w + (size_t)x;
      bool face = hypot((x - 0.5 * w) / (0.36 * w), (y - 0.5 * h) / (0.42 * h)) < 1;
      map->value.v[i] = face ? (float)(value + 0.01 * sin(x * 1.7) * cos(y * 1.3)) : NAN;
      map->certain.v[i] = face && fabs(value) > 0.3 * height ? 255 : 0;
    }
}

static const sd_metric_kind *fixture_kind(const char *name) {
  size_t count = 0;
  const sd_metric_kind *kinds = sd_metric_kinds(&count);
  for (size_t i = 0; i < count; i++)
    if (strcmp(kinds[i].name, name) == 0)
      return &kinds[i];
  abort();
}

static void fixture_metric(fixture *f, const char *name, const char *zone, double before,
                           double after, double change, double half, double mdc, sd_verdict verdict,
                           const char *reason) {
  sd_metric *metric = &f->metrics[f->change.metric_count++];
  *metric = (sd_metric){.kind = fixture_kind(name),
                        .before = before,
                        .after = after,
                        .change = change,
                        .ci_low = change - half,
                        .ci_high = change + half,
                        .mdc = mdc,
                        .freedom = isnan(change) ? NAN : 14,
                        .p_value = isnan(change) ? NAN : 0.01,
                        .p_holm = isnan(change) ? NAN : 0.04,
                        .verdict = verdict};
  snprintf(metric->zone, sizeof metric->zone, "%s", zone);
  snprintf(metric->reason, sizeof metric->reason, "%s", reason);
}

static void fixture_metrics(fixture *f) {
  f->change.metrics = f->metrics;
  fixture_metric(f, "rough_mid", "left_cheek", 0.021, 0.0142, log(0.0142 / 0.021), 0.11, 0.16,
                 SD_IMPROVED, "");
  fixture_metric(f, "rough_mid", "right_cheek", 0.02, 0.0204, log(1.02), 0.09, 0.16,
                 SD_NO_DETECTABLE_CHANGE, "");
  fixture_metric(f, "brown_load", "left_cheek", 0.31, 0.2, log(0.2 / 0.31), 0.2, 0.3, SD_IMPROVED,
                 "");
  fixture_metric(f, "red_load", "forehead", 0.1, 0.16, log(1.6), 0.25, 0.3, SD_WORSENED, "");
  fixture_metric(f, "melanin_rel", "forehead", 0.05, 0.09, 0.04, 0.015, 0.02, SD_CHANGED, "");
  fixture_metric(f, "rough_fine", "left_cheek", NAN, NAN, NAN, NAN, NAN, SD_NOT_MEASURABLE,
                 "fewer than 9 pixels a mm, with \"quotes\", commas");
  fixture_metric(f, "lab_l", "all_skin", NAN, NAN, NAN, NAN, NAN, SD_NOT_MEASURABLE,
                 "no colour reference in the photos");
  fixture_metric(f, "red_load", "left_cheek", 0.1, 0.101, log(1.01), 0.25, 0.3,
                 SD_NO_DETECTABLE_CHANGE, "");
}

static void fixture_comparability(sd_comparability *pair) {
  *pair = (sd_comparability){
      SD_COMPARE_WITH_CARE, SD_COMPARABLE, SD_COMPARE_WITH_CARE, SD_COMPARABLE, 1, {{0}}};
  sd_reason *reason = &pair->reasons[0];
  *reason = (sd_reason){.code = "sharpness",
                        .family = "texture",
                        .severity = SD_COMPARE_WITH_CARE,
                        .before = 1.9,
                        .after = 2.8,
                        .limit = 2.5};
  snprintf(reason->text, sizeof reason->text,
           "AFTER is softer: edges rise in 2.8 instead of 1.9 px");
  snprintf(reason->advice, sizeof reason->advice, "focus on the skin and keep the camera still");
}

/* Pigment and relief of a photo: one brown spot on a plane, all of AFTER shifted as by another
 * white balance. */
static void fixture_measures(sd_measures *m, const sd_photo *photo, bool after) {
  enum { SHRINK = 4 };
  sd_grid grid = {
      {0, 0, photo->width, photo->height}, SHRINK, photo->width / SHRINK, photo->height / SHRINK};
  *m = (sd_measures){.grid = grid, .mm_per_px = 0.25};
  m->band_grid[1] = grid;
  sd_map_make(&m->melanin, grid.width, grid.height, NULL);
  sd_map_make(&m->haemoglobin, grid.width, grid.height, NULL);
  sd_map_make(&m->band[1], grid.width, grid.height, NULL);
  for (int y = 0; y < grid.height; y++)
    for (int x = 0; x < grid.width; x++) {
      double u = (x + 0.5) * SHRINK, v = (y + 0.5) * SHRINK;
      u = after ? (u - 4) / 1.02 : u;
      v = after ? (v + 3) / 1.02 : v;
      double du = (u - 0.69 * photo->width) / 40, dv = (v - 0.59 * photo->height) / 40;
      size_t k = (size_t)y * (size_t)grid.width + (size_t)x;
      m->melanin.v[k] = (float)(0.3 * exp(-du * du - dv * dv) + 0.02 * sin(u / 9) + 0.1 * after);
      m->haemoglobin.v[k] = (float)(0.1 * cos(v / 30) - 0.2 * after);
      m->band[1].v[k] = (float)(0.05 * sin(u / 25) * sin(v / 25));
    }
}

static void fixture_side(fixture *f, int i, const sd_picture *given) {
  fixture_photo(&f->photo[i], given, i == 1);
  fixture_skin(&f->skin[i], &f->photo[i]);
  fixture_face(&f->face[i], &f->photo[i]);
  fixture_measures(&f->measures[i], &f->photo[i], i == 1);
  f->quality[i] = (sd_quality){.edge_spread_px = 1.9 + 0.9 * i,
                               .edge_spread_mm = 0.4,
                               .noise = 1.4,
                               .exposure_ev = 0.2,
                               .clipped_share = 0.003,
                               .dark_share = 0.01,
                               .glare_share = 0.02,
                               .cast_red = 0.4,
                               .cast_blue = -0.5,
                               .light_azimuth_deg = 60,
                               .light_strength = 0.35,
                               .jpeg_quality = 92,
                               .skin_luminance = 0.33,
                               .ita_image_deg = NAN};
}

/* One round scar on the nose bridge. */
static const double FIXTURE_SCAR_X = 0.5 * FIXTURE_WIDTH, FIXTURE_SCAR_Y = 0.5 * FIXTURE_HEIGHT;
static const double FIXTURE_SCAR_RADIUS = 0.05 * FIXTURE_WIDTH, FIXTURE_MM_PER_PX = 0.25;

/* One that became less visible on the forehead, and one on the nose that did not change. */
static void fixture_scars(fixture *f) {
  const double diameter_mm = 2 * FIXTURE_SCAR_RADIUS * FIXTURE_MM_PER_PX;
  f->scars[0] = (sd_scar_change){.scar = {.x = 0.66 * FIXTURE_WIDTH,
                                          .y = 0.27 * FIXTURE_HEIGHT,
                                          .diameter_mm = diameter_mm,
                                          .kind = SD_BOXCAR},
                                 .zone = "forehead",
                                 .state = SD_SCAR_REDUCED,
                                 .change = -0.5,
                                 .ci_low = -0.7,
                                 .ci_high = -0.3};
  f->scars[1] = (sd_scar_change){.scar = {.x = FIXTURE_SCAR_X,
                                          .y = FIXTURE_SCAR_Y,
                                          .diameter_mm = diameter_mm,
                                          .kind = SD_ROLLING},
                                 .zone = "nose",
                                 .state = SD_SCAR_UNCHANGED};
  for (int k = 0; k < 2; k++)
    for (int n = 0; n < SD_OUTLINE_POINTS; n++) {
      double turn = 2 * 3.14159265358979 * n / SD_OUTLINE_POINTS;
      f->scars[k].scar.outline[n] =
          (sd_point){f->scars[k].scar.x + FIXTURE_SCAR_RADIUS * cos(turn),
                     f->scars[k].scar.y + FIXTURE_SCAR_RADIUS * sin(turn)};
    }
  f->change.scars = f->scars;
  f->change.scar_count = 2;
  if (sd_scars_total(&f->change, NULL) != SD_OK)
    abort();
}

/* `given`: pixels of BEFORE; NULL: drawn ones. */
static fixture *fixture_make(const sd_picture *given) {
  fixture *f = fixture_block(1, sizeof *f);
  for (int i = 0; i < 2; i++)
    fixture_side(f, i, given);
  fixture_alignment(&f->alignment, f->photo);
  fixture_comparability(&f->change.comparability);
  f->change.mm_per_px = FIXTURE_MM_PER_PX;
  fixture_map(&f->change.melanin, &f->photo[0], 0.3);
  fixture_map(&f->change.haemoglobin, &f->photo[0], 0.1);
  fixture_map(&f->change.relief, &f->photo[0], 0.5);
  fixture_scars(f);
  fixture_metrics(f);
  sd_side sides[2];
  for (int i = 0; i < 2; i++)
    sides[i] =
        (sd_side){&f->photo[i], &f->face[i], &f->skin[i], &f->quality[i], &f->measures[i], NULL};
  f->comparison = (sd_comparison){sides[0], sides[1], &f->alignment, &f->change, NULL};
  return f;
}

static void fixture_map_free(sd_change_map *map) {
  sd_map_clear(&map->value);
  sd_mask_clear(&map->certain);
}

static void fixture_free(fixture *f) {
  for (int i = 0; i < 2; i++) {
    free(f->photo[i].samples);
    for (int c = 0; c < 3; c++)
      free(f->photo[i].curve[c]);
    sd_measures_clear(&f->measures[i]);
    sd_mask_clear(&f->skin[i].label);
    sd_mask_clear(&f->skin[i].excluded);
  }
  sd_alignment_clear(&f->alignment);
  free(f->change.scar_totals);
  fixture_map_free(&f->change.melanin);
  fixture_map_free(&f->change.haemoglobin);
  fixture_map_free(&f->change.relief);
  free(f);
}

#endif
