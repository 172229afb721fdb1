/* A rater's forms as CSV: the header date,rater,form,item,value, then an item a line. A form counts
 * when it is whole: a missing item would read as healthy skin. */
#include "archive/files.h"
#include "scardelta/trend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char HEADER[] = "date,rater,form,item,value";
static const size_t FILE_MAX = (size_t)1 << 20;
enum { CELLS = 5, EMPTY = -1 };
enum { DATE, RATER, FORM, ITEM, VALUE };

static bool is_photo(const char *word) {
  return strcmp(word, "before") == 0 || strcmp(word, "after") == 0;
}

static int form_named(const char *name) {
  for (int form = 0; form < SD_RATING_FORMS; form++)
    if (strcmp(sd_rating_kind_of((sd_rating_form)form)->name, name) == 0)
      return form;
  return -1;
}

static int item_named(const sd_rating_kind *kind, const char *name) {
  for (size_t k = 0; k < kind->item_count; k++)
    if (strcmp(kind->items[k].name, name) == 0)
      return (int)k;
  return -1;
}

/* A whole number and nothing after it; -1 otherwise. */
static int whole_number(const char *text) {
  size_t length = strlen(text);
  return length > 0 && length < 4 && strspn(text, "0123456789") == length ? atoi(text) : -1;
}

typedef struct reading {
  ratings *to;
  const char *path;
  size_t line;
} reading;

static sd_status find_rating(sd_rating **out, reading *r, const char *cell[CELLS], int form,
                             sd_diag *diag) {
  for (size_t k = 0; k < r->to->count; k++) {
    sd_rating *known = &r->to->v[k];
    if ((int)known->form == form && strcmp(known->date, cell[DATE]) == 0 &&
        strcmp(known->rater, cell[RATER]) == 0) {
      *out = known;
      return SD_OK;
    }
  }
  sd_rating *grown = realloc(r->to->v, (r->to->count + 1) * sizeof *grown);
  if (grown == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", r->path);
  r->to->v = grown;
  *out = &grown[r->to->count++];
  **out = (sd_rating){.form = (sd_rating_form)form, .session = -1};
  snprintf((*out)->date, sizeof(*out)->date, "%s", cell[DATE]);
  snprintf((*out)->rater, sizeof(*out)->rater, "%s", cell[RATER]);
  for (int k = 0; k < SD_RATING_ITEMS_MAX; k++)
    (*out)->value[k] = EMPTY;
  return SD_OK;
}

/* The first two cells: whose rating, of when. */
static sd_status check_head(const reading *r, const char *cell[CELLS], sd_diag *diag) {
  size_t room = sizeof((sd_rating *)0)->rater;
  bool day = strlen(cell[DATE]) == 10 && !isnan(sd_day_of(cell[DATE]));
  if (!day && !is_photo(cell[DATE]))
    return sd_fail(diag, SD_UNREADABLE,
                   "%s: line %zu: '%.40s' is no date like 2025-03-04, and neither before nor after",
                   r->path, r->line, cell[DATE]);
  if (cell[RATER][0] == '\0' || strlen(cell[RATER]) >= room)
    return sd_fail(diag, SD_UNREADABLE, "%s: line %zu: the rater needs a name of 1 to %zu bytes",
                   r->path, r->line, room - 1);
  return SD_OK;
}

static sd_status take_line(reading *r, const char *cell[CELLS], sd_diag *diag) {
  sd_rating *rating = NULL;
  int form = form_named(cell[FORM]), value = whole_number(cell[VALUE]);
  sd_status status = check_head(r, cell, diag);
  if (status != SD_OK)
    return status;
  if (form < 0)
    return sd_fail(diag, SD_UNREADABLE,
                   "%s: line %zu: there is no form '%.40s'; it is goodman_baron_grade, "
                   "goodman_baron_points or ecca",
                   r->path, r->line, cell[FORM]);
  const sd_rating_kind *kind = sd_rating_kind_of((sd_rating_form)form);
  int item = item_named(kind, cell[ITEM]);
  if (item < 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: line %zu: %s has no item '%.40s'", r->path, r->line,
                   kind->name, cell[ITEM]);
  if (value < kind->items[item].least || value > kind->items[item].most)
    return sd_fail(
        diag, SD_UNREADABLE, "%s: line %zu: %s takes a whole number from %d to %d, not '%.40s'",
        r->path, r->line, cell[ITEM], kind->items[item].least, kind->items[item].most, cell[VALUE]);
  status = find_rating(&rating, r, cell, form, diag);
  if (status == SD_OK && rating->value[item] != EMPTY)
    return sd_fail(diag, SD_UNREADABLE, "%s: line %zu: %s of %s by %.40s rates %s twice", r->path,
                   r->line, kind->name, cell[DATE], cell[RATER], cell[ITEM]);
  if (status == SD_OK)
    rating->value[item] = value;
  return status;
}

static sd_status check_whole(const ratings *all, const char *path, sd_diag *diag) {
  if (all->count == 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: holds no rating", path);
  for (size_t k = 0; k < all->count; k++) {
    const sd_rating_kind *kind = sd_rating_kind_of(all->v[k].form);
    for (size_t n = 0; n < kind->item_count; n++)
      if (all->v[k].value[n] == EMPTY)
        return sd_fail(diag, SD_UNREADABLE, "%s: %s of %s by %.40s lacks %s; 0 says there is none",
                       path, kind->name, all->v[k].date, all->v[k].rater, kind->items[n].name);
  }
  return SD_OK;
}

static sd_status read_lines(reading *r, char *at, sd_diag *diag) {
  sd_status status = SD_OK;
  while (status == SD_OK && *at != '\0') {
    const char *cell[CELLS];
    int count = 0;
    char *start = at;
    size_t lines = 1;
    at = csv_cut_record(at, cell, CELLS, &count);
    if (at == NULL)
      return sd_fail(diag, SD_UNREADABLE, "%s: line %zu opens a quote that is never closed",
                     r->path, r->line);
    for (const char *c = start; c < at && c[0] != '\0'; c++)
      lines += *c == '\n' && c + 1 < at; /* a quoted cell may hold line ends */
    if (count != 1 || cell[0][0] != '\0') {
      if (count != CELLS)
        return sd_fail(diag, SD_UNREADABLE, "%s: line %zu has %d cells and not the five of %s",
                       r->path, r->line, count, HEADER);
      status = take_line(r, cell, diag);
    }
    r->line += lines;
  }
  return status;
}

void ratings_clear(ratings *all) {
  free(all->v);
  *all = (ratings){0};
}

static int by_session(const void *a, const void *b) {
  const sd_rating *x = a, *y = b;
  int order = x->form != y->form ? (int)x->form - (int)y->form : strcmp(x->rater, y->rater);
  return order != 0 ? order : x->session - y->session;
}

sd_status ratings_read(ratings *out, const char *path, sd_diag *diag) {
  sd_text text = {0};
  ratings all = {0};
  sd_status status = SD_OK;
  SD_TRY(csv_read(&text, path, FILE_MAX, false, diag));
  char *start = text.v != NULL ? text.v : (char[]){""};
  if (strlen(start) != text.length) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: is not text: it holds a zero byte", path);
    goto done;
  }
  size_t header = strcspn(start, "\r\n");
  if (header != strlen(HEADER) || strncmp(start, HEADER, header) != 0) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: line 1 must be \"%s\"", path, HEADER);
    goto done;
  }
  start += header;
  start += *start == '\r';
  start += *start == '\n';
  reading r = {&all, path, 2};
  SD_TRY(read_lines(&r, start, diag));
  SD_TRY(check_whole(&all, path, diag));
  *out = all;
  all = (ratings){0};
done:
  ratings_clear(&all);
  sd_text_clear(&text);
  return status;
}

/* ---- which day's photos ------------------------------------------------------------------- */

static size_t keep_matched(ratings *all) {
  size_t kept = 0;
  for (size_t k = 0; k < all->count; k++)
    if (all->v[k].session >= 0)
      all->v[kept++] = all->v[k];
  size_t left_out = all->count - kept;
  all->count = kept;
  if (kept > 1)
    qsort(all->v, kept, sizeof *all->v, by_session);
  return left_out;
}

static const char *or_unknown(const char *day) {
  return day[0] != '\0' ? day : "unknown";
}

sd_status ratings_of_pair(ratings *all, const char *before, const char *after, const char *path,
                          size_t *left_out, sd_diag *diag) {
  for (size_t k = 0; k < all->count; k++) {
    sd_rating *r = &all->v[k];
    bool both = strcmp(r->date, before) == 0 && strcmp(r->date, after) == 0;
    if (both)
      return sd_fail(diag, SD_USAGE,
                     "%s: both photos are of %s; write before or after instead of the date", path,
                     before);
    if (strcmp(r->date, "before") == 0 || strcmp(r->date, before) == 0)
      r->session = 0;
    if (strcmp(r->date, "after") == 0 || strcmp(r->date, after) == 0)
      r->session = 1;
  }
  for (size_t k = 0; k < all->count; k++)
    for (size_t n = k + 1; n < all->count; n++)
      if (all->v[k].session >= 0 && by_session(&all->v[k], &all->v[n]) == 0)
        return sd_fail(diag, SD_USAGE, "%s: %s by %.40s is there twice for one photo", path,
                       sd_rating_kind_of(all->v[k].form)->name, all->v[k].rater);
  *left_out = keep_matched(all);
  if (all->count == 0)
    return sd_fail(diag, SD_USAGE,
                   "%s: holds no rating of the day of either photo (before: %s, after: %s)", path,
                   or_unknown(before), or_unknown(after));
  return SD_OK;
}

sd_status ratings_of_course(ratings *all, const rating_day *days, size_t count, const char *path,
                            size_t *left_out, sd_diag *diag) {
  for (size_t k = 0; k < all->count; k++) {
    if (is_photo(all->v[k].date))
      return sd_fail(diag, SD_USAGE,
                     "%s: before and after are for compare; a course needs the date of the rating",
                     path);
    for (size_t n = 0; n < count; n++)
      if (strcmp(all->v[k].date, days[n].date) == 0)
        all->v[k].session = days[n].session;
  }
  *left_out = keep_matched(all);
  if (all->count == 0)
    return sd_fail(diag, SD_USAGE, "%s: holds no rating of the day of any session", path);
  return SD_OK;
}
