/* Points picked by eye in photos of every skin tone, both sexes and many kinds of hair, in some of
 * which no mesh can be trusted: the mask measures the skin and leaves out beard, stubble, hair,
 * cloth, brows and the rims of the lips. */
#include "face/face_help.h"

/* Of all points, and wrong ones in a photo: stubble that one cannot see in the light of its
 * photo, and a reflection beside a fringe, are the known ones. */
static const double RIGHT_MIN = 0.97;
enum { WRONG_MAX = 2, LINE_MAX = 512, NAME_MAX_LENGTH = 200 };

typedef struct subject {
  char name[NAME_MAX_LENGTH];
  sd_photo photo;
  sd_skin *skin;
  int points, wrong;
} subject;

typedef struct tally {
  bool meshless; /* the photos that follow have no mesh that can be trusted */
  int names, photos, points, wrong, worst;
} tally;

static sd_photo read_photo(const char *name) {
  static const char samples[] = "samples/";
  if (strncmp(name, samples, sizeof samples - 1) != 0)
    return help_photo(name);
  char path[1024];
  sd_photo photo = {0};
  snprintf(path, sizeof path, "%s/%s", SD_SAMPLES, name + sizeof samples - 1);
  assert_int_equal(sd_photo_read(&photo, path, NULL, NULL), SD_OK);
  return photo;
}

static void open_subject(subject *s, const char *name, bool has_mesh, const sd_models *models) {
  *s = (subject){.photo = read_photo(name), .skin = calloc(1, sizeof *s->skin)};
  snprintf(s->name, sizeof s->name, "%s", name);
  sd_face face = help_find(models, &s->photo);
  assert_int_equal(face.found, has_mesh);
  assert_non_null(s->skin);
  assert_int_equal(sd_skin_find(s->skin, &s->photo, &face, NULL, NULL), SD_OK);
}

static void close_subject(subject *s, tally *all) {
  if (s->skin == NULL)
    return;
  all->photos++;
  all->points += s->points;
  all->wrong += s->wrong;
  all->worst = s->wrong > all->worst ? s->wrong : all->worst;
  sd_skin_clear(s->skin);
  free(s->skin);
  sd_photo_clear(&s->photo);
  *s = (subject){0};
}

/* What lies outside the face's outline is not measured either. */
static sd_excluded reason_at(const sd_skin *skin, int x, int y) {
  int i = x - skin->crop.x, j = y - skin->crop.y;
  if (i < 0 || j < 0 || i >= skin->crop.width || j >= skin->crop.height)
    return SD_EXCLUDED_OUTSIDE;
  return (sd_excluded)skin->excluded.v[(size_t)j * (size_t)skin->crop.width + (size_t)i];
}

static void check_point(subject *s, const char *what, int x, int y) {
  sd_excluded reason = reason_at(s->skin, x, y);
  bool measured = reason == SD_MEASURED, is_skin = strcmp(what, "skin") == 0;
  if (is_skin && reason == SD_EXCLUDED_OUTSIDE &&
      s->skin->from_landmarks) /* bare, but at the side of the face: too oblique */
    return;
  s->points++;
  if (measured == is_skin)
    return;
  s->wrong++;
  print_message("%s (%d, %d) is %s, the mask says %s\n", s->name, x, y, what,
                sd_excluded_name(reason));
}

static void check_line(subject *s, tally *all, const sd_models *models, const char *line) {
  char name[NAME_MAX_LENGTH], what[16];
  int used = 0, step = 0, x, y;
  assert_int_equal(sscanf(line, "%199s %15s%n", name, what, &used), 2);
  if (strcmp(name, s->name) != 0) {
    close_subject(s, all);
    snprintf(s->name, sizeof s->name, "%s", name);
    if (all->names++ % every(4) == 0)
      open_subject(s, name, !all->meshless, models);
  }
  if (s->skin == NULL)
    return;
  for (const char *at = line + used; sscanf(at, "%d %d%n", &x, &y, &step) == 2; at += step)
    check_point(s, what, x, y);
}

static void points_picked_by_eye_are_what_they_are(void **state) {
  (void)state;
  sd_photo present = help_photo("london/001_03.jpg");
  sd_photo_clear(&present);
  sd_models *models = help_models();
  FILE *file = fopen(SD_TEST_DIR "/face/skin_points.txt", "r");
  char line[LINE_MAX];
  subject s = {0};
  tally all = {0};
  assert_non_null(file);
  while (fgets(line, sizeof line, file) != NULL) {
    all.meshless = all.meshless || strcmp(line, "[without a mesh]\n") == 0;
    if (line[0] != '#' && line[0] != '[')
      check_line(&s, &all, models, line);
  }
  close_subject(&s, &all);
  assert_int_equal(fclose(file), 0);
  sd_models_free(models);
  print_message("%d of %d points in %d photos are right\n", all.points - all.wrong, all.points,
                all.photos);
  assert_true(all.photos * every(4) >= 25);
  assert_true(all.points - all.wrong >= RIGHT_MIN * all.points);
  assert_true(all.worst <= WRONG_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(points_picked_by_eye_are_what_they_are)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
