/* The published test vector, and the eyes of real people against hand-placed pupils. */
#include "face/face_help.h"

typedef struct truth {
  int point;
  double x, y;
} truth;

static void expect_points(const sd_mesh *mesh, const truth *points, size_t count) {
  for (size_t i = 0; i < count; i++) {
    assert_float_equal(mesh->v[points[i].point][0], points[i].x, 0.05);
    assert_float_equal(mesh->v[points[i].point][1], points[i].y, 0.05);
  }
}

static const truth PASS_1[] = {{33, 195.45, 100.56},  {133, 213.82, 103.42}, {362, 236.98, 104.95},
                               {263, 255.43, 104.25}, {1, 223.35, 129.67},   {61, 202.29, 139.53},
                               {291, 245.30, 140.98}, {152, 221.54, 177.19}, {10, 225.47, 70.97},
                               {0, 223.18, 140.37},   {17, 222.38, 155.57},  {468, 203.72, 101.16},
                               {473, 246.67, 103.52}};
static const truth PASS_2[] = {{33, 195.21, 100.57},  {133, 213.59, 103.59}, {362, 237.41, 105.73},
                               {263, 256.13, 104.69}, {1, 223.29, 130.83},   {61, 202.21, 139.47},
                               {291, 245.49, 140.68}, {152, 221.68, 178.24}, {10, 226.62, 69.51},
                               {0, 223.41, 140.41},   {17, 222.78, 155.94},  {468, 203.49, 101.14},
                               {473, 246.68, 103.56}};

static void astronaut_gives_the_test_vector(void **state) {
  (void)state;
  sd_models *models = help_models();
  sd_photo photo = help_photo("astronaut.png");
  sd_detections *found = calloc(1, sizeof *found);
  assert_int_equal(sd_detect_whole(found, models, &photo, NULL), SD_OK);
  assert_true(found->count >= 1);
  const sd_detection *d = &found->v[0];
  assert_float_equal(d->score, 0.92283, 1e-3);
  assert_float_equal(d->x - d->width / 2, 177.99, 0.05);
  assert_float_equal(d->y + d->height / 2, 175.03, 0.05);
  assert_float_equal(d->keypoints[2].x, 221.92, 0.05);
  assert_float_equal(d->keypoints[5].y, 124.68, 0.05);
  sd_mesh mesh;
  sd_square square = sd_mesh_square_of_detection(d);
  assert_int_equal(sd_mesh_run(&mesh, models, &photo, &square, false, NULL), SD_OK);
  expect_points(&mesh, PASS_1, sizeof PASS_1 / sizeof *PASS_1);
  square = sd_mesh_square_of_mesh(&mesh);
  assert_float_equal(square.side, 159.39, 0.05);
  assert_float_equal(square.angle_rad, 0.06139, 1e-4);
  assert_int_equal(sd_mesh_run(&mesh, models, &photo, &square, false, NULL), SD_OK);
  expect_points(&mesh, PASS_2, sizeof PASS_2 / sizeof *PASS_2);
  assert_true(mesh.score > 0.999);
  free(found);
  sd_photo_clear(&photo);
  sd_models_free(models);
}

/* Nothing but the numbers tells the wrong input range from the right one: they must. */
static void other_input_range_would_be_noticed(void **state) {
  (void)state;
  sd_models *models = help_models();
  sd_photo photo = help_photo("astronaut.png");
  sd_square square = {225.06, 127.96, 141.22, 0.17092};
  float *input = malloc(3 * SD_MESH_SIDE * SD_MESH_SIDE * sizeof *input);
  float surface[2][3 * SD_CANONICAL_POINTS], lips[160], eyes[2][142], irises[2][10], flag;
  assert_non_null(input);
  for (int range = 0; range < 2; range++) {
    sd_face_view view = {0};
    sd_sampling sampling = {SD_MESH_SIDE, range == 0 ? 0.f : -1.f, 1, false, false};
    float *outputs[] = {surface[range], lips, eyes[0], eyes[1], irises[0], irises[1], &flag};
    assert_int_equal(sd_face_view_make(&view, &photo, &square, SD_MESH_SIDE, NULL), SD_OK);
    sd_face_view_sample(input, &view, &square, &sampling);
    assert_int_equal(sd_network_run(&models->mesh, input, outputs, NULL), SD_OK);
    sd_face_view_clear(&view);
  }
  sd_point tip = sd_square_point(&square, (double)surface[1][3] / 192, (double)surface[1][4] / 192);
  assert_true(hypot(tip.x - 223.35, tip.y - 129.67) > 3 * 0.05);
  free(input);
  sd_photo_clear(&photo);
  sd_models_free(models);
}

/* ---- pupils -------------------------------------------------------------------------------- */

enum { PEOPLE_MAX = 128 };
typedef struct person {
  double tone;  /* cheek ITA, for ranking only */
  double error; /* the worse eye, share of the eye distance */
} person;

static bool read_pupils(const char *folder, const char *name, sd_point pupils[2]) {
  char path[1024];
  int count = 0;
  snprintf(path, sizeof path, "%s/%s/%s.tem", SD_PHOTOS, folder, name);
  FILE *file = fopen(path, "r");
  bool good = file != NULL && fscanf(file, "%d", &count) == 1 && count >= 2;
  for (int i = 0; i < 2 && good; i++)
    good = fscanf(file, "%lf %lf", &pupils[i].x, &pupils[i].y) == 2;
  if (file != NULL)
    fclose(file);
  return good;
}

static double error_of(const sd_models *models, const char *folder, const char *name) {
  char path[256];
  sd_point pupils[2];
  snprintf(path, sizeof path, "%s/%s.jpg", folder, name);
  sd_photo photo = help_photo(path);
  sd_face face = help_find(models, &photo);
  assert_true(face.found);
  assert_true(read_pupils(folder, name, pupils));
  sd_photo_clear(&photo);
  double distance = hypot(pupils[1].x - pupils[0].x, pupils[1].y - pupils[0].y);
  assert_float_equal(face.eye_distance_px / distance, 1, 0.04);
  return fmax(hypot(face.eyes[0].x - pupils[0].x, face.eyes[0].y - pupils[0].y),
              hypot(face.eyes[1].x - pupils[1].x, face.eyes[1].y - pupils[1].y)) /
         distance;
}

static int compare_tone(const void *a, const void *b) {
  double x = ((const person *)a)->tone, y = ((const person *)b)->tone;
  return x < y ? -1 : x > y;
}

static double report(const char *what, const person *people, int count, double share) {
  float errors[PEOPLE_MAX];
  for (int i = 0; i < count; i++)
    errors[i] = (float)people[i].error;
  double median = sd_quantile(errors, (size_t)count, 0.5);
  double high = sd_quantile(errors, (size_t)count, 0.95);
  print_message("%-22s n %3d  median %.2f %%  95 %% within %.2f %% of the eye distance\n", what,
                count, 100 * median, 100 * high);
  return share == 0.5 ? median : high;
}

static int london(const sd_models *models, person *people) {
  char line[512], name[32];
  int count = 0;
  FILE *file = fopen(SD_PHOTOS "/london/people.csv", "r");
  if (file == NULL) {
    print_message("skipped: " SD_PHOTOS "/london is absent\n");
    skip();
  }
  assert_non_null(fgets(line, sizeof line, file)); /* the header */
  while (fgets(line, sizeof line, file) != NULL && count < PEOPLE_MAX) {
    const char *tone = strrchr(line, ',');
    if (sscanf(line, "%*[^,],%31[^.].jpg", name) != 1 || tone == NULL)
      continue;
    people[count].tone = atof(tone + 1);
    people[count++].error = error_of(models, "london", name);
  }
  fclose(file);
  return count;
}

static void pupils_are_found_on_every_tone(void **state) {
  (void)state;
  count_without_sanitizers();
  static const char *const canada[] = {"003f", "010f", "020f", "024f", "026f", "044f", "048f",
                                       "053f", "056f", "065f", "095m", "100m", "110m", "114m",
                                       "116m", "119m", "123m", "147m", "149m", "152m"};
  person people[PEOPLE_MAX];
  sd_models *models = help_models();
  int count = london(models, people);
  assert_int_equal(count, 51);
  qsort(people, (size_t)count, sizeof *people, compare_tone);
  double dark = report("darkest third", people, count / 3, 0.95);
  double medium = report("middle third", people + count / 3, count / 3, 0.95);
  double light = report("lightest third", people + 2 * (count / 3), count / 3, 0.95);
  for (size_t i = 0; i < sizeof canada / sizeof *canada; i++)
    people[count++].error = error_of(models, "canada", canada[i]);
  assert_true(report("all", people, count, 0.5) <= 0.012);
  assert_true(report("all", people, count, 0.95) <= 0.025);
  assert_true(dark <= 0.025 && medium <= 0.025 && light <= 0.025);
  sd_models_free(models);
}

static sd_photo sample_photo(void) {
  sd_photo photo = {0};
  assert_int_equal(sd_photo_read(&photo, SD_SAMPLES "/before.jpg", NULL, NULL), SD_OK);
  return photo;
}

/* `photo` with room beside it, where it stands once more at half the size. */
static sd_photo beside_itself(const sd_photo *photo, bool second) {
  sd_photo both = sample_photo();
  int width = photo->width + photo->width / 2;
  const uint8_t *from = photo->samples;
  uint8_t *to = calloc((size_t)width * (size_t)photo->height, 3);
  assert_non_null(to);
  assert_int_equal(photo->sample_bytes, 1);
  for (int y = 0; y < photo->height; y++)
    for (int x = 0; x < width; x++) {
      bool left = x < photo->width;
      int u = left ? x : 2 * (x - photo->width), v = left ? y : 2 * y;
      if (left || (second && v < photo->height && u < photo->width))
        memcpy(to + 3 * (y * width + x), from + 3 * (v * photo->width + u), 3);
    }
  free(both.samples);
  both.samples = to;
  both.width = width;
  return both;
}

/* Of two faces the larger is taken, and it is told; one face beside nothing is not two. */
static void several_faces_are_told(void **state) {
  (void)state;
  sd_models *models = help_models();
  sd_photo photo = sample_photo();
  for (int second = 0; second < 2; second++) {
    sd_photo both = beside_itself(&photo, second == 1);
    sd_face *face = calloc(1, sizeof *face);
    assert_non_null(face);
    assert_int_equal(sd_face_find(face, models, &both, NULL, NULL), SD_OK);
    assert_true(face->found);
    assert_true(face->eyes[0].x < photo.width && face->eyes[1].x < photo.width);
    assert_string_equal(face->reason,
                        second ? "2 faces are in this photo; the largest was taken" : "");
    free(face);
    sd_photo_clear(&both);
  }
  sd_photo_clear(&photo);
  sd_models_free(models);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(astronaut_gives_the_test_vector),
      cmocka_unit_test(other_input_range_would_be_noticed),
      cmocka_unit_test(several_faces_are_told),
      cmocka_unit_test(pupils_are_found_on_every_tone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
