/* People of the portraits (all 51 with tests/run --all), neutral and smiling a minute later: each
 * pair is aligned, and nearly no pair is said to have changed. */
#include "face/photos.h"

#include "scardelta/archive.h"

#include <dirent.h>
#include <jansson.h>

enum { PEOPLE_MAX = 200, CODE = 8 };
/* Of pairs in which nothing happened, as many are told as a level of 5 % lets pass. */
static const double TOLD_SHARE_MAX = 0.05;
/* A broad laugh hides some of the skin: 47 of the 51 pairs are aligned whole, of every second one
 * 22 of 25. */
static const double WHOLE_SHARE_MIN = 0.9, WHOLE_SHARE_MIN_THINNED = 0.85;

typedef struct person {
  char code[CODE];
  sd_status status;
  char aligned[16];
  int rows, told;
} person;

static int by_code(const void *a, const void *b) {
  return strcmp(((const person *)a)->code, ((const person *)b)->code);
}

/* Who has both photos: NNN_03.jpg is neutral, NNN_08.jpg smiles. */
static int find_people(person people[PEOPLE_MAX]) {
  int count = 0;
  DIR *all = opendir(SD_PHOTOS "/london");
  assert_non_null(all);
  for (struct dirent *entry = readdir(all); entry != NULL && count < PEOPLE_MAX;
       entry = readdir(all)) {
    char other[300];
    const char *tail = strstr(entry->d_name, "_03.jpg");
    if (tail == NULL || tail - entry->d_name >= CODE)
      continue;
    person one = {.status = SD_OK};
    memcpy(one.code, entry->d_name, (size_t)(tail - entry->d_name));
    snprintf(other, sizeof other, "%s/london/%s_08.jpg", SD_PHOTOS, one.code);
    if (at_hand(other))
      people[count++] = one;
  }
  closedir(all);
  qsort(people, (size_t)count, sizeof *people, by_code);
  return count;
}

static bool is_told(const char *verdict) {
  return strcmp(verdict, "improved") == 0 || strcmp(verdict, "worsened") == 0 ||
         strcmp(verdict, "changed") == 0;
}

static void read_result(person *p, const sd_text *json) {
  json_t *result = json_loadb(json->v, json->length, 0, NULL), *row;
  size_t k;
  snprintf(p->aligned, sizeof p->aligned, "%s",
           json_string_value(json_object_get(json_object_get(result, "alignment"), "status")));
  json_array_foreach(json_object_get(result, "metrics"), k, row) {
    const char *verdict = json_string_value(json_object_get(row, "verdict"));
    p->rows += strcmp(verdict, "not_measurable") != 0;
    p->told += is_told(verdict);
  }
  json_decref(result);
}

static void compare(person *p) {
  char before[300], after[300];
  sd_text json = {0};
  sd_diag diag = {{0}};
  snprintf(before, sizeof before, "%s/london/%s_03.jpg", SD_PHOTOS, p->code);
  snprintf(after, sizeof after, "%s/london/%s_08.jpg", SD_PHOTOS, p->code);
  sd_job_options options = {.models_path = SD_MODEL_DIR "/" SD_MODELS_FILE};
  p->status = sd_compare(before, after, NULL, &options, &json, NULL, &diag);
  if (p->status == SD_OK)
    read_result(p, &json);
  sd_text_clear(&json);
}

static void nothing_happened_to_nobody(void **state) {
  static person people[PEOPLE_MAX];
  int told = 0, rows = 0, whole = 0;
  (void)state;
  need_photos();
  int count = find_people(people);
  assert_true(count >= 50);
  int stride = SANITIZED ? every(25) : thinned(2);
  count /= stride;
  for (int k = 0; k < count; k++)
    people[k] = people[stride * k];
#pragma omp parallel for schedule(dynamic) num_threads(2)
  for (int k = 0; k < count; k++)
    compare(&people[k]);
  for (int k = 0; k < count; k++) {
    const person *p = &people[k];
    if (p->status != SD_OK || strcmp(p->aligned, "failed") == 0)
      fail_msg("%s: status %d, aligned %s", p->code, (int)p->status, p->aligned);
    whole += strcmp(p->aligned, "ok") == 0;
    if (p->told > 0)
      print_message("%s: %d rows told\n", p->code, p->told);
    told += p->told > 0;
    rows += p->rows;
  }
  print_message("%d people, %d aligned whole, %d measured values, %d pairs with a verdict\n", count,
                whole, rows, told);
  if (!SANITIZED) /* a few say nothing of a share */
    assert_true(whole >= (stride == 1 ? WHOLE_SHARE_MIN : WHOLE_SHARE_MIN_THINNED) * count);
  assert_true(rows > 50 * count);
  assert_true(told <= TOLD_SHARE_MAX * count);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_happened_to_nobody)};
  return cmocka_run_group_tests(tests, load_models, free_models);
}
