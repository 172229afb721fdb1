/* Lists keep what they hold while they grow, and say when they cannot. */
#include "check.h"

#include "base/list.h"

static void items_stay_while_the_list_grows(void **state) {
  (void)state;
  int *v = NULL;
  size_t room = 0, count = 0;
  for (int k = 0; k < 10000; k++) {
    assert_true(sd_list_grow(&v, &room, count, sizeof *v));
    assert_true(room > count);
    v[count++] = 3 * k;
  }
  for (int k = 0; k < 10000; k++)
    assert_int_equal(v[k], 3 * k);
  assert_true(room < 4 * count);
  free(v);
}

static void room_that_is_there_is_kept(void **state) {
  (void)state;
  double *v = NULL;
  size_t room = 0;
  assert_true(sd_list_grow(&v, &room, 0, sizeof *v));
  double *first = v;
  size_t had = room;
  assert_true(sd_list_grow(&v, &room, room - 1, sizeof *v));
  assert_ptr_equal(v, first);
  assert_int_equal(room, had);
  free(v);
}

/* A list that cannot grow is as it was. */
static void what_cannot_grow_stays(void **state) {
  (void)state;
  char *v = malloc(4);
  assert_non_null(v);
  char *first = v;
  size_t room = SIZE_MAX / 2 + 1;
  assert_false(sd_list_grow(&v, &room, room, 1));
  room = SIZE_MAX / 8;
  assert_false(sd_list_grow(&v, &room, room, 16));
  assert_ptr_equal(v, first);
  assert_int_equal(room, SIZE_MAX / 8);
  free(v);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(items_stay_while_the_list_grows),
      cmocka_unit_test(room_that_is_there_is_kept),
      cmocka_unit_test(what_cannot_grow_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
