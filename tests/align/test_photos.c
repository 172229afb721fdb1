/* Real photos of one person: every pair is aligned, and hand-set pupils land where they belong. */
#include "face/photos.h"

#include "scardelta/align.h"

typedef struct shot {
  sd_photo photo;
  sd_face face;
  sd_skin skin;
  sd_point pupil[2];
  char name[64];
} shot;

/* Pupils of a .tem file: `first` and `second` are the indices of their points. */
static void read_tem(shot *s, const char *path, int first, int second) {
  FILE *file = fopen(path, "r");
  int count;
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%d", &count), 1);
  for (int k = 0; k < count; k++) {
    double x, y;
    assert_int_equal(fscanf(file, "%lf %lf", &x, &y), 2);
    if (k == first)
      s->pupil[0] = (sd_point){x, y};
    if (k == second)
      s->pupil[1] = (sd_point){x, y};
  }
  fclose(file);
}

static void take(shot *s, const char *folder, const char *name, int first, int second) {
  char path[300];
  snprintf(s->name, sizeof s->name, "%s/%s", folder, name);
  snprintf(path, sizeof path, "%s/%s.jpg", SD_PHOTOS, s->name);
  find_in(path, &s->photo, &s->face);
  assert_int_equal(sd_skin_find(&s->skin, &s->photo, &s->face, NULL, NULL), SD_OK);
  snprintf(path, sizeof path, "%s/%s.tem", SD_PHOTOS, s->name);
  if (first >= 0)
    read_tem(s, path, first, second);
}

static void put_away(shot *s) {
  sd_photo_clear(&s->photo);
  sd_skin_clear(&s->skin);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* All pairs of four photos; errors in per cent of AFTER's eye distance. Pupils set by hand are
 * right to about 1 % each, in the smallest photo (an eye distance of 80 pixels) to 2.5 %: even a
 * similarity that takes both irises exactly to both irises leaves 3 of the 12 points of lisa beyond
 * 2 % (2.03, 2.04 and 2.21), the very three that the map leaves beyond it. */
static void all_pairs(const char *folder, const char *const names[4], int first, int second,
                      int beyond_most, double median_limit, double worst_limit) {
  static shot shots[4];
  double error[24];
  int n = 0, beyond = 0;
  for (int k = 0; k < 4; k += every(2))
    take(&shots[k], folder, names[k], first, second);
  for (int a = 0; a < 4; a += every(2))
    for (int b = a + every(2); b < 4; b += every(2)) {
      sd_alignment al = {0};
      assert_int_equal(sd_align(&al, &shots[a].photo, &shots[a].face, &shots[a].skin,
                                &shots[b].photo, &shots[b].face, &shots[b].skin, NULL, NULL),
                       SD_OK);
      assert_int_not_equal(al.status, SD_ALIGNMENT_FAILED);
      double distance = hypot(shots[b].pupil[1].x - shots[b].pupil[0].x,
                              shots[b].pupil[1].y - shots[b].pupil[0].y);
      for (int e = 0; e < 2; e++) {
        sd_point to;
        sd_warp_at(&al.forward, shots[a].pupil[e].x, shots[a].pupil[e].y, &to);
        error[n++] = 100 * hypot(to.x - shots[b].pupil[e].x, to.y - shots[b].pupil[e].y) / distance;
      }
      print_message("%s -> %s: %.2f %% %.2f %% of the eye distance, coverage %.2f, likeness %.2f\n",
                    shots[a].name, shots[b].name, error[n - 2], error[n - 1], al.coverage,
                    al.likeness);
      sd_alignment_clear(&al);
    }
  for (int k = 0; k < 4; k += every(2))
    put_away(&shots[k]);
  qsort(error, (size_t)n, sizeof *error, by_value);
  print_message("%s: pupils median %.2f %%, worst %.2f %% of the eye distance\n", folder,
                error[n / 2], error[n - 1]);
  if (!SANITIZED) /* two points have no median */
    check_near(error[n / 2], 0, median_limit);
  for (int k = 0; k < n; k++)
    beyond += error[k] > 2;
  assert_true(beyond <= beyond_most);
  check_near(error[n - 1], 0, worst_limit);
}

static void other_places_and_cameras(void **state) {
  (void)state;
  need_photos();
  all_pairs("lisa", (const char *const[]){"lisa1", "lisa2", "lisa3", "lisa4"}, 0, 1, 3, 1.8, 3);
}

static void other_distances(void **state) {
  (void)state;
  need_photos();
  all_pairs("zoom", (const char *const[]){"15cm", "30cm", "45cm", "60cm"}, 63, 81, 0, 1.2, 2);
}

static sd_alignment lay(const shot *one, const shot *other) {
  sd_alignment al = {0};
  assert_int_equal(sd_align(&al, &one->photo, &one->face, &one->skin, &other->photo, &other->face,
                            &other->skin, NULL, NULL),
                   SD_OK);
  return al;
}

static void one_person(const shot *neutral, const shot *smiling, const char *who) {
  sd_alignment al = lay(neutral, smiling);
  assert_int_not_equal(al.status, SD_ALIGNMENT_FAILED);
  if (al.likeness < SD_LIKENESS_SAME_SKIN)
    fail_msg("%s: likeness %.2f of one person", who, al.likeness);
  sd_alignment_clear(&al);
}

/* Whether they were refused; what is let pass must ask. */
static bool two_people(const shot *one, const shot *other) {
  sd_alignment al = lay(one, other);
  bool refused = al.status == SD_ALIGNMENT_FAILED;
  assert_int_not_equal(al.status, SD_ALIGNMENT_OK);
  assert_false(al.same_skin);
  assert_true(refused || strstr(al.reason, "of one person?") != NULL);
  sd_alignment_clear(&al);
  return refused;
}

/* A neutral and a smiling face of the same person lie on each other; two people's never do, and
 * most are refused. */
static void same_and_other_people(void **state) {
  (void)state;
  enum { PEOPLE = 6 };
  const char *const people[PEOPLE] = {"001", "004", "012", "024", "036", "064"};
  static shot neutral[PEOPLE], smiling;
  int compared = 0, refused = 0, count = 0;
  need_photos();
  for (int k = 0; k < PEOPLE; k += every(2)) {
    char path[300], name[16];
    snprintf(path, sizeof path, "%s/london/%s_08.jpg", SD_PHOTOS, people[k]);
    if (!at_hand(path))
      continue;
    snprintf(name, sizeof name, "%s_03", people[k]);
    take(&neutral[count], "london", name, -1, -1);
    snprintf(name, sizeof name, "%s_08", people[k]);
    take(&smiling, "london", name, -1, -1);
    one_person(&neutral[count], &smiling, people[k]);
    put_away(&smiling);
    for (int other = 0; other < count; other++, compared++)
      refused += two_people(&neutral[other], &neutral[count]);
    count++;
  }
  for (int k = 0; k < count; k++)
    put_away(&neutral[k]);
  print_message("two people: %d of %d refused\n", refused, compared);
  assert_true(compared >= 2 && 2 * refused >= compared);
}

/* Alike in the build of their heads and in features; what their skin shows coarsely tells them. */
static void blotches_tell_two_people(void **state) {
  (void)state;
  static const char *const pairs[][3] = {{"london", "141_03", "094_03"},
                                         {"canada", "010f", "116m"}};
  static shot one, other;
  need_photos();
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
    take(&one, pairs[k][0], pairs[k][1], -1, -1);
    take(&other, pairs[k][0], pairs[k][2], -1, -1);
    assert_true(two_people(&one, &other));
    assert_true(two_people(&other, &one));
    put_away(&one);
    put_away(&other);
  }
}

/* ---- a turned head ------------------------------------------------------------------------- */

/* A head turned about its upright axis: depth a bell over the face, seen from ten eye distances. */
typedef struct turn {
  sd_point middle;
  double eye_distance_px, c, s;
} turn;

static turn turn_of(const sd_face *face, double degrees) {
  double radians = degrees * 3.14159265358979 / 180;
  return (turn){{(face->eyes[0].x + face->eyes[1].x) / 2,
                 (face->eyes[0].y + face->eyes[1].y) / 2 + 0.5 * face->eye_distance_px},
                face->eye_distance_px,
                cos(radians),
                sin(radians)};
}

static sd_point turned_to(const turn *t, sd_point p) {
  const double camera = 10, half_width = 1.25, half_height = 1.6, depth = 1.5;
  double x = (p.x - t->middle.x) / t->eye_distance_px;
  double y = (p.y - t->middle.y) / t->eye_distance_px;
  double r2 = x * x / (half_width * half_width) + y * y / (half_height * half_height);
  double z = depth * exp(-0.5 * r2), nearer = t->c * z - t->s * x;
  double scale = camera / (camera + depth - nearer) * t->eye_distance_px;
  return (sd_point){t->middle.x + scale * (t->c * x + t->s * (z - depth)), t->middle.y + scale * y};
}

/* By fixed point: the map's slopes stay well below 2. */
static sd_point turned_from(const turn *t, sd_point q) {
  sd_point p = q;
  for (int k = 0; k < 40; k++) {
    sd_point to = turned_to(t, p);
    p = (sd_point){p.x + q.x - to.x, p.y + q.y - to.y};
  }
  return p;
}

/* The 8-bit photo as it looks with the head turned, and a tenth darker. */
static sd_photo turned_photo(const sd_photo *photo, const turn *t) {
  sd_photo out = *photo;
  const uint8_t *in = photo->samples;
  size_t stride = 3 * (size_t)photo->width, bytes = stride * (size_t)photo->height;
  uint8_t *v = malloc(bytes);
  assert_non_null(v);
  assert_int_equal(photo->sample_bytes, 1);
  out.samples = v;
  out.opaque = (sd_mask){0};
  out.file_sha256[0] = photo->file_sha256[0] == 'f' ? '0' : 'f'; /* another file */
  for (int c = 0; c < 3; c++) {
    out.curve[c] = malloc(256 * sizeof(float));
    memcpy(out.curve[c], photo->curve[c], 256 * sizeof(float));
  }
  for (int y = 0; y < photo->height; y++)
    for (int x = 0; x < photo->width; x++) {
      sd_point p = turned_from(t, (sd_point){x, y});
      double u = fmin(fmax(p.x, 0), photo->width - 1.001);
      double w = fmin(fmax(p.y, 0), photo->height - 1.001);
      double a = u - floor(u), b = w - floor(w);
      const uint8_t *at = in + (size_t)w * stride + 3 * (size_t)u;
      for (int c = 0; c < 3; c++)
        *v++ = (uint8_t)(0.9 *
                         ((1 - b) * ((1 - a) * at[c] + a * at[c + 3]) +
                          b * ((1 - a) * at[stride + (size_t)c] + a * at[stride + 3 + (size_t)c])));
    }
  return out;
}

/* Fifteen degrees and more, from light to dark skin: the skin is laid on itself, and the stated
 * error holds. */
static void a_turned_head(void **state) {
  static const struct {
    const char *name;
    double degrees;
  } TURNS[] = {{"001_03", 15}, {"024_03", -15}, {"137_03", 20}};
  enum { ERRORS_MAX = 20000 };
  static double error[ERRORS_MAX];
  static shot plain;
  (void)state;
  need_photos();
  for (int n = 0; n < 3; n += every(3)) {
    sd_face face = {0};
    sd_skin skin = {0};
    sd_alignment al = {0};
    size_t count = 0, held = 0;
    take(&plain, "london", TURNS[n].name, -1, -1);
    turn t = turn_of(&plain.face, TURNS[n].degrees);
    sd_photo after = turned_photo(&plain.photo, &t);
    assert_int_equal(sd_face_find(&face, models, &after, NULL, NULL), SD_OK);
    assert_true(face.found);
    assert_int_equal(sd_skin_find(&skin, &after, &face, NULL, NULL), SD_OK);
    assert_int_equal(
        sd_align(&al, &plain.photo, &plain.face, &plain.skin, &after, &face, &skin, NULL, NULL),
        SD_OK);
    for (int y = 0; y < plain.skin.crop.height; y += 3)
      for (int x = 0; x < plain.skin.crop.width && count < ERRORS_MAX; x += 3) {
        sd_point at = {plain.skin.crop.x + x, plain.skin.crop.y + y}, found;
        double bound = sd_alignment_error_at(&al, at.x, at.y);
        size_t k = (size_t)y * (size_t)plain.skin.crop.width + (size_t)x;
        if (plain.skin.excluded.v[k] != SD_MEASURED || !isfinite(bound) ||
            !sd_warp_at(&al.forward, at.x, at.y, &found))
          continue;
        sd_point truth = turned_to(&t, at);
        error[count] = hypot(found.x - truth.x, found.y - truth.y);
        held += error[count++] <= bound;
      }
    assert_true(count > 1000);
    qsort(error, count, sizeof *error, by_value);
    double median = 100 * error[count / 2] / plain.face.eye_distance_px;
    double high = 100 * error[count * 95 / 100] / plain.face.eye_distance_px;
    print_message("%s turned by %g degrees: %s, yaw %.0f to %.0f, coverage %.2f, median %.2f %%, "
                  "95 %% below %.2f %% of the eye distance, %.0f %% within the bound\n",
                  TURNS[n].name, TURNS[n].degrees, sd_alignment_status_name(al.status),
                  plain.face.yaw_deg, face.yaw_deg, al.coverage, median, high,
                  100 * (double)held / (double)count);
    assert_int_equal(al.status, SD_ALIGNMENT_OK);
    assert_true(al.same_skin);
    check_near(median, 0, 0.2);
    check_near(high, 0, 0.6);
    assert_true((double)held >= 0.85 * (double)count);
    sd_alignment_clear(&al);
    sd_skin_clear(&skin);
    sd_photo_clear(&after);
    put_away(&plain);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(other_places_and_cameras),
      cmocka_unit_test(other_distances),
      cmocka_unit_test(same_and_other_people),
      cmocka_unit_test(blotches_tell_two_people),
      cmocka_unit_test(a_turned_head),
  };
  return cmocka_run_group_tests(tests, load_models, free_models);
}
