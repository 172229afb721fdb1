/* A wrong mesh is worse than none: what must be found is found, what must not is not. */
#include "face/face_help.h"

static sd_face find_in(const char *name) {
  sd_models *models = help_models();
  sd_photo photo = help_photo(name);
  sd_face face = help_find(models, &photo);
  sd_photo_clear(&photo);
  sd_models_free(models);
  return face;
}

static void every_face_is_found(void **state) {
  (void)state;
  static const char *const others[] = {"lisa/lisa1.jpg", "lisa/lisa2.jpg", "lisa/lisa3.jpg",
                                       "lisa/lisa4.jpg", "zoom/15cm.jpg",  "zoom/30cm.jpg",
                                       "zoom/45cm.jpg",  "zoom/60cm.jpg",  "astronaut.png"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (!find_in(others[i]).found)
      fail_msg("%s: no face", others[i]);
}

static void both_photos_of_every_person_are_found(void **state) {
  (void)state;
  count_without_sanitizers();
  char line[512], name[64];
  int found = 0, photos = 0, id;
  float spread[64];
  size_t pairs = 0;
  sd_models *models = help_models();
  FILE *file = fopen(SD_PHOTOS "/london/people.csv", "r");
  if (file == NULL) {
    print_message("skipped: " SD_PHOTOS "/london is absent\n");
    skip();
  }
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "%d,", &id) != 1)
      continue;
    sd_face face[2];
    for (int k = 0; k < 2; k++) {
      snprintf(name, sizeof name, "london/%03d_0%d.jpg", id, k == 0 ? 3 : 8);
      sd_photo photo = help_photo(name);
      face[k] = help_find(models, &photo);
      photos++;
      found += face[k].found;
      sd_photo_clear(&photo);
    }
    /* The camera did not move much, so the scale of both photos is nearly one. */
    if (face[0].scale.mm_per_px > 0 && face[1].scale.mm_per_px > 0)
      spread[pairs++] = (float)fabs(log(face[0].scale.mm_per_px * face[0].eye_distance_px /
                                        (face[1].scale.mm_per_px * face[1].eye_distance_px)));
  }
  fclose(file);
  double median = sd_median(spread, pairs);
  print_message("%d of %d found; iris per eye distance differs by %.1f %% (median of %zu pairs)\n",
                found, photos, 100 * median, pairs);
  assert_int_equal(photos, 102);
  assert_int_equal(found, 102);
  assert_true(pairs >= 48 && median < 0.03);
  sd_models_free(models);
}

/* ---- turned photos ------------------------------------------------------------------------- */

static sd_photo turned(const sd_photo *in, int quarters) {
  bool swap = quarters % 2 != 0;
  sd_photo out = help_blank(swap ? in->height : in->width, swap ? in->width : in->height);
  for (int y = 0; y < in->height; y++)
    for (int x = 0; x < in->width; x++) {
      int u = x, v = y;
      if (quarters == 1)
        u = in->height - 1 - y, v = x;
      else if (quarters == 2)
        u = in->width - 1 - x, v = in->height - 1 - y;
      else if (quarters == 3)
        u = y, v = in->width - 1 - x;
      memcpy(help_pixel(&out, u, v), help_pixel(in, x, y), 3);
    }
  return out;
}

static void four_orientations_agree(void **state) {
  (void)state;
  sd_models *models = help_models();
  sd_photo photo = help_photo("astronaut.png");
  sd_face upright = help_find(models, &photo);
  for (int quarters = 1; quarters < 4; quarters++) {
    sd_photo other = turned(&photo, quarters);
    sd_face face = help_find(models, &other);
    assert_true(face.found);
    double side = photo.width - 1;
    sd_point eye = upright.eyes[0], expected = {side - eye.y, eye.x};
    if (quarters == 2)
      expected = (sd_point){side - eye.x, side - eye.y};
    if (quarters == 3)
      expected = (sd_point){eye.y, side - eye.x};
    double off = hypot(face.eyes[0].x - expected.x, face.eyes[0].y - expected.y);
    assert_true(off < 0.02 * upright.eye_distance_px);
    assert_float_equal(face.yaw_deg, upright.yaw_deg, 2);
    assert_float_equal(face.pitch_deg, upright.pitch_deg, 2);
    sd_photo_clear(&other);
  }
  sd_photo_clear(&photo);
  sd_models_free(models);
}

static void a_small_face_is_found_in_tiles(void **state) {
  (void)state;
  sd_models *models = help_models();
  sd_photo photo = help_photo("astronaut.png");
  sd_photo canvas = help_blank(3200, 2400);
  for (int y = 0; y < 300; y++)
    memcpy(help_pixel(&canvas, 2500, 1700 + y), help_pixel(&photo, 60, y), 3 * 360);
  sd_detections *whole = calloc(1, sizeof *whole);
  assert_int_equal(sd_detect_whole(whole, models, &canvas, NULL), SD_OK);
  assert_int_equal(whole->count, 0); /* else this shows nothing about tiles */
  sd_face face = help_find(models, &canvas), alone = help_find(models, &photo);
  assert_true(face.found);
  assert_float_equal(face.eyes[1].x, alone.eyes[1].x - 60 + 2500, 1.5);
  assert_float_equal(face.eyes[1].y, alone.eyes[1].y + 1700, 1.5);
  free(whole);
  sd_photo_clear(&photo);
  sd_photo_clear(&canvas);
  sd_models_free(models);
}

/* ---- what must not be found ---------------------------------------------------------------- */

typedef enum cover { COVER_BAR, COVER_BLUR, COVER_MOSAIC } cover;

static sd_rect eye_band(const sd_face *face, const sd_photo *photo) {
  double d = face->eye_distance_px;
  double x = fmin(face->eyes[0].x, face->eyes[1].x), y = fmin(face->eyes[0].y, face->eyes[1].y);
  return sd_rect_clip(
      (sd_rect){(int)(x - 0.5 * d), (int)(y - 0.25 * d), (int)(2 * d), (int)(0.5 * d)},
      photo->width, photo->height);
}

static void blur_band(sd_photo *photo, sd_rect r, double sigma) {
  sd_map map = {0};
  assert_int_equal(sd_map_make(&map, r.width, r.height, NULL), SD_OK);
  for (int k = 0; k < 3; k++) {
    for (int i = 0; i < r.width * r.height; i++)
      map.v[i] = help_pixel(photo, r.x + i % r.width, r.y + i / r.width)[k];
    assert_int_equal(sd_map_blur(&map, &map, sigma, NULL), SD_OK);
    for (int i = 0; i < r.width * r.height; i++)
      help_pixel(photo, r.x + i % r.width, r.y + i / r.width)[k] = (uint8_t)lroundf(map.v[i]);
  }
  sd_map_clear(&map);
}

static void cover_eyes(sd_photo *photo, const sd_face *face, cover how) {
  sd_rect r = eye_band(face, photo);
  int block = (int)(0.12 * face->eye_distance_px);
  if (how == COVER_BLUR)
    blur_band(photo, r, 0.12 * face->eye_distance_px);
  for (int y = r.y; y < r.y + r.height && how != COVER_BLUR; y++)
    for (int x = r.x; x < r.x + r.width; x++) {
      int bx = r.x + (x - r.x) / block * block, by = r.y + (y - r.y) / block * block;
      if (how == COVER_BAR)
        memset(help_pixel(photo, x, y), 12, 3);
      else
        memcpy(help_pixel(photo, x, y), help_pixel(photo, bx, by), 3);
    }
}

static void covered_eyes_are_not_admitted(void **state) {
  (void)state;
  static const char *const names[] = {"london/001_03.jpg", "london/137_03.jpg", "london/024_03.jpg",
                                      "canada/044f.jpg"};
  sd_models *models = help_models();
  for (size_t i = 0; i < sizeof names / sizeof *names; i += (size_t)every(8))
    for (int how = COVER_BAR; how <= COVER_MOSAIC; how++) {
      sd_photo photo = help_photo(names[i]);
      sd_face face = help_find(models, &photo);
      assert_true(face.found);
      cover_eyes(&photo, &face, (cover)how);
      face = help_find(models, &photo);
      assert_false(face.found);
      assert_true(face.reason[0] != '\0');
      assert_int_equal(face.scale.source, SD_SCALE_NONE);
      sd_photo_clear(&photo);
    }
  sd_models_free(models);
}

static void no_face_is_no_face(void **state) {
  (void)state;
  sd_models *models = help_models();
  sd_photo blank = help_blank(700, 500);
  assert_false(help_find(models, &blank).found);
  sd_random random = {3};
  for (int i = 0; i < 3 * 700 * 500; i++)
    ((uint8_t *)blank.samples)[i] = (uint8_t)sd_random_next(&random);
  sd_face face = help_find(models, &blank);
  assert_false(face.found);
  assert_true(face.reason[0] != '\0');
  sd_photo_clear(&blank);
  sd_photo tiny = help_blank(1, 1);
  assert_false(help_find(models, &tiny).found);
  sd_photo_clear(&tiny);
  sd_models_free(models);
}

static void a_cheek_is_no_face(void **state) {
  (void)state;
  sd_models *models = help_models();
  sd_photo photo = help_photo("london/001_03.jpg");
  sd_face face = help_find(models, &photo);
  assert_true(face.found);
  static const int places[][2] = {{50, 280}, {280, 425}, {205, 187}, {10, 152}};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    sd_landmark a = face.landmarks[places[i][0]], b = face.landmarks[places[i][1]];
    int side = (int)(0.8 * face.eye_distance_px);
    int x0 = (int)(i < 1 ? a.x : (a.x + b.x) / 2) - side / 2, y0 = (int)a.y - side / 2;
    sd_photo crop = help_blank(side, side);
    for (int y = 0; y < side; y++)
      memcpy(help_pixel(&crop, 0, y), help_pixel(&photo, x0, y0 + y), 3 * (size_t)side);
    assert_false(help_find(models, &crop).found);
    sd_photo_clear(&crop);
  }
  sd_photo_clear(&photo);
  sd_models_free(models);
}

/* ---- profiles: the mesh of a frontal face, turned in space and drawn with its own skin ---------
 */

typedef struct turned_point {
  double x, y, z;
} turned_point;

static void draw_triangle(sd_photo *out, float *depth, const sd_photo *in, const turned_point *to,
                          const sd_landmark *from, const uint16_t *t) {
  const turned_point *a = &to[t[0]], *b = &to[t[1]], *c = &to[t[2]];
  double area = (b->x - a->x) * (c->y - a->y) - (c->x - a->x) * (b->y - a->y);
  int x0 = (int)fmax(fmin(a->x, fmin(b->x, c->x)), 0);
  int x1 = (int)fmin(fmax(a->x, fmax(b->x, c->x)) + 1, out->width - 1);
  int y0 = (int)fmax(fmin(a->y, fmin(b->y, c->y)), 0);
  int y1 = (int)fmin(fmax(a->y, fmax(b->y, c->y)) + 1, out->height - 1);
  for (int y = y0; y <= y1 && fabs(area) > 1e-9; y++)
    for (int x = x0; x <= x1; x++) {
      double u = ((x - a->x) * (c->y - a->y) - (c->x - a->x) * (y - a->y)) / area;
      double v = ((b->x - a->x) * (y - a->y) - (x - a->x) * (b->y - a->y)) / area;
      double w = 1 - u - v;
      float z = (float)(w * a->z + u * b->z + v * c->z);
      size_t i = (size_t)y * (size_t)out->width + (size_t)x;
      if (u < 0 || v < 0 || w < 0 || z >= depth[i])
        continue;
      double sx = w * (double)from[t[0]].x + u * (double)from[t[1]].x + v * (double)from[t[2]].x;
      double sy = w * (double)from[t[0]].y + u * (double)from[t[1]].y + v * (double)from[t[2]].y;
      depth[i] = z;
      memcpy(help_pixel(out, x, y), help_pixel(in, (int)sx, (int)sy), 3);
    }
}

typedef struct turned_head {
  turned_point landmarks[SD_CANONICAL_POINTS]; /* where they are */
  sd_photo photo;
} turned_head;

static turned_head turn_head(const sd_models *models, const sd_photo *photo, const sd_face *face,
                             double yaw_deg) {
  turned_head out = {.photo = help_blank(photo->width, photo->height)};
  size_t pixels = (size_t)photo->width * (size_t)photo->height, count = 0;
  float *depth = malloc(pixels * sizeof *depth);
  assert_non_null(depth);
  for (size_t i = 0; i < pixels; i++)
    depth[i] = INFINITY;
  double c = cos(yaw_deg / 57.29578), s = sin(yaw_deg / 57.29578);
  double x0 = (double)face->landmarks[1].x;
  for (int i = 0; i < SD_CANONICAL_POINTS; i++) {
    double x = (double)face->landmarks[i].x - x0, z = (double)face->landmarks[i].z;
    out.landmarks[i] =
        (turned_point){x0 + c * x - s * z, (double)face->landmarks[i].y, s * x + c * z};
  }
  const uint16_t *triangles = sd_models_triangles(models, &count);
  for (size_t t = 0; t < count; t++)
    draw_triangle(&out.photo, depth, photo, out.landmarks, face->landmarks, triangles + 3 * t);
  free(depth);
  return out;
}

/* Median distance of the landmarks found from where they are, as a share of the eye distance. */
static double landmark_error(const sd_face *found, const turned_head *head, double eye_distance) {
  float off[SD_CANONICAL_POINTS];
  for (int i = 0; i < SD_CANONICAL_POINTS; i++)
    off[i] = (float)(hypot((double)found->landmarks[i].x - head->landmarks[i].x,
                           (double)found->landmarks[i].y - head->landmarks[i].y) /
                     eye_distance);
  return sd_median(off, SD_CANONICAL_POINTS);
}

/* Found up to 15 degrees, refused from 60 on; in between either, but never a mesh that lies wrong
 * (of 210 heads between 20 and 50 degrees none that was found was off by more than 4.3 %). */
static void turned_heads_are_measured_or_refused(void **state) {
  (void)state;
  sd_models *models = help_models();
  sd_photo photo = help_photo("london/001_03.jpg");
  sd_face front = help_find(models, &photo);
  for (int yaw = -90; yaw <= 90; yaw += 15 * every(3)) {
    turned_head head = turn_head(models, &photo, &front, yaw);
    sd_face face = help_find(models, &head.photo);
    double off = face.found ? landmark_error(&face, &head, front.eye_distance_px) : 0;
    print_message("turned %3d: %s yaw %.1f off by %.1f %% %s\n", yaw,
                  face.found ? "found" : "refused", face.yaw_deg, 100 * off, face.reason);
    assert_true(off < 0.05);
    if (abs(yaw) <= 15) {
      assert_true(face.found);
      assert_float_equal(face.yaw_deg - front.yaw_deg, yaw, 8);
    }
    if (abs(yaw) >= 60)
      assert_false(face.found);
    sd_photo_clear(&head.photo);
  }
  sd_photo_clear(&photo);
  sd_models_free(models);
}

/* ---- pose and scale ------------------------------------------------------------------------ */

static void pose_of_a_turned_canonical_face(void **state) {
  (void)state;
  sd_models *models = help_models();
  const double yaw = 20 / 57.2957795, pitch = -10 / 57.2957795;
  sd_mesh mesh = {0};
  for (int i = 0; i < SD_CANONICAL_POINTS; i++) {
    const float *p = sd_models_canonical(models) + 3 * i;
    double x = (double)p[0], y = (double)p[1], z = (double)p[2];
    /* Chin up first (about x), then to the side (about y): forward becomes what the angles say. */
    double y1 = y * cos(pitch) + z * sin(pitch), z1 = z * cos(pitch) - y * sin(pitch);
    mesh.v[i][0] = 500 + 30 * (x * cos(yaw) + z1 * sin(yaw));
    mesh.v[i][1] = 400 - 30 * y1;
    mesh.v[i][2] = -30 * (z1 * cos(yaw) - x * sin(yaw));
  }
  mesh.v[473][0] = 190;
  sd_pose pose;
  sd_pose_fit(&pose, &models->geometry, &mesh);
  assert_float_equal(pose.yaw_deg, 20, 1e-3);
  assert_float_equal(pose.pitch_deg, -10, 1e-3);
  assert_float_equal(pose.scale_px_per_cm, 30, 1e-3);
  assert_true(pose.residual < 1e-5);
  sd_models_free(models);
}

static void scale_comes_from_what_is_known(void **state) {
  (void)state;
  sd_face face = {.found = true, .eye_distance_px = 630, .eyes_open = {true, true}};
  sd_eyes eyes = {.iris_px = {117, 117}};
  sd_scale scale;
  sd_scale_find(&scale, &face, &eyes, NULL);
  assert_int_equal(scale.source, SD_SCALE_IRIS);
  assert_float_equal(scale.mm_per_px, 0.1, 1e-9);
  assert_true(scale.ci_low < 0.0925 && scale.ci_low > 0.085 && scale.ci_high > 0.108);
  sd_face_options options = {.ipd_mm = 63};
  sd_scale_find(&scale, &face, &eyes, &options);
  assert_int_equal(scale.source, SD_SCALE_IPD);
  assert_float_equal(scale.mm_per_px, 0.1, 1e-9);
  face.yaw_deg = 60; /* the line of the eyes looks half as long */
  face.eye_distance_px = 315;
  sd_scale_find(&scale, &face, &eyes, &options);
  assert_float_equal(scale.mm_per_px, 0.1, 1e-9);
  options.scale_mm_per_px = 0.07;
  sd_scale_find(&scale, &face, &eyes, &options);
  assert_int_equal(scale.source, SD_SCALE_GIVEN);
  assert_float_equal(scale.mm_per_px, 0.07, 1e-12);
  face.eyes_open[0] = face.eyes_open[1] = false;
  sd_scale_find(&scale, &face, &eyes, NULL);
  assert_int_equal(scale.source, SD_SCALE_NONE);
  assert_true(scale.mm_per_px == 0 && scale.ci_low == 0 && scale.ci_high == 0);
  assert_string_equal(sd_scale_source_name(SD_SCALE_IPD), "ipd");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_face_is_found),
      cmocka_unit_test(both_photos_of_every_person_are_found),
      cmocka_unit_test(four_orientations_agree),
      cmocka_unit_test(a_small_face_is_found_in_tiles),
      cmocka_unit_test(covered_eyes_are_not_admitted),
      cmocka_unit_test(no_face_is_no_face),
      cmocka_unit_test(a_cheek_is_no_face),
      cmocka_unit_test(turned_heads_are_measured_or_refused),
      cmocka_unit_test(pose_of_a_turned_canonical_face),
      cmocka_unit_test(scale_comes_from_what_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
