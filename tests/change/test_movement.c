/* Stretch of the skin: what a plane seen from elsewhere does is none, what a muscle does is. */
#include "change/pair.h"
#include "check.h"

#include <stdlib.h>

enum { SIDE = 800, STEP = 10, NODES = SIDE / STEP + 1, TILES_ACROSS = 14 };
static const double MM = 0.1;

typedef sd_point (*way)(double x, double y);

/* A camera that came closer and turned. */
static sd_point seen_from_elsewhere(double x, double y) {
  double w = 1 + 2e-5 * (x - 400) - 1e-5 * (y - 400);
  return (sd_point){(1.05 * x + 0.04 * y + 3) / w, (-0.03 * x + 1.04 * y - 2) / w};
}

/* A muscle pulls the skin round the middle by 12 pixels at most. */
static sd_point pulled(double x, double y) {
  double r2 = ((x - 400) * (x - 400) + (y - 400) * (y - 400)) / (60.0 * 60.0);
  return (sd_point){x + 12 * exp(-r2 / 2), y};
}

static pair tiles(void) {
  pair p = {.grid = {{0, 0, SIDE, SIDE}, 2, SIDE / 2, SIDE / 2},
            .nominal_mm = 2 * MM,
            .tile_count = TILES_ACROSS * TILES_ACROSS};
  p.tiles = calloc(p.tile_count, sizeof *p.tiles);
  for (size_t k = 0; k < p.tile_count; k++) {
    p.tiles[k].centre_x = 30 + 26.0 * (double)(k % TILES_ACROSS);
    p.tiles[k].centre_y = 30 + 26.0 * (double)(k / TILES_ACROSS);
  }
  return p;
}

static void stretch_of(pair *p, way to) {
  sd_alignment a = {.status = SD_ALIGNMENT_OK, .scale_ratio = 1};
  sd_side before = {0};
  a.forward =
      (sd_warp){.domain = {0, 0, SIDE, SIDE}, .step_px = STEP, .columns = NODES, .rows = NODES};
  a.forward.x = malloc(NODES * NODES * sizeof(float));
  a.forward.y = malloc(NODES * NODES * sizeof(float));
  a.forward.valid = malloc(NODES * NODES);
  for (int k = 0; k < NODES * NODES; k++) {
    sd_point there = to(k % NODES * STEP, k / NODES * STEP);
    a.forward.x[k] = (float)there.x;
    a.forward.y[k] = (float)there.y;
    a.forward.valid[k] = 1;
  }
  pair_add_movement(p, &before, &a);
  sd_alignment_clear(&a);
}

static void a_camera_elsewhere_stretches_nothing(void **state) {
  (void)state;
  pair p = tiles();
  stretch_of(&p, seen_from_elsewhere);
  for (size_t k = 0; k < p.tile_count; k++)
    check_near(p.tiles[k].stretch, 0, 0.001);
  free(p.tiles);
}

static void a_muscle_stretches_where_it_pulls(void **state) {
  (void)state;
  pair p = tiles();
  stretch_of(&p, pulled);
  size_t beside = 7 * TILES_ACROSS + 8, far = TILES_ACROSS + 1;
  print_message("stretch beside the middle %.3f, far away %.3f\n", p.tiles[beside].stretch,
                p.tiles[far].stretch);
  assert_true(p.tiles[beside].stretch > 0.05);
  assert_true(p.tiles[far].stretch < 0.02);
  free(p.tiles);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_camera_elsewhere_stretches_nothing),
      cmocka_unit_test(a_muscle_stretches_where_it_pulls),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
