/* Evenly coloured parts of a picture: runs of pixels that differ little from their neighbours,
 * joined row by row (union and find over runs). The patches of a chart are parallelograms in every
 * view; so a blob must fill as much of its ellipse of inertia as a parallelogram does, 12 sqrt(det
 * of the covariance), which holds for every affine view of a square. */
#include "measure/card_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How much neighbours may differ, in codes: a floor, so much per median difference of the picture
 * (its noise and detail), and a ceiling. */
static const double STEP_FLOOR = 9, STEP_PER_MEDIAN = 2.5, STEP_MAX = 20;
/* Patches are at least 4 by 4 pixels of the reduced picture, of which the rim is blended; and of a
 * chart of 60 % of the width each takes at most a 10th of the longer side. */
static const double AREA_MIN = 8, SIDE_MAX_SHARE = 0.16;
/* Share of its ellipse's parallelogram a blob fills: 1 for a parallelogram; noise makes holes. */
static const double FILL_MIN = 0.7, FILL_MAX = 1.2;
static const double ASPECT_MAX = 3.2;
/* Patches of a chart have one size; rims, noise and perspective change what is seen of it. */
static const double AREA_RATIO_MAX = 2.4;
enum { BIN_PX = 12 };

typedef struct run {
  int start, end; /* pixels start .. end - 1 */
  int row;
  int parent;
} run;

typedef struct moments {
  double n, x, y, xx, xy, yy;
} moments;

void blobs_clear(blobs *b) {
  free(b->v);
  free(b->bin);
  *b = (blobs){0};
}

static int root_of(run *runs, int k) {
  while (runs[k].parent != k) {
    runs[k].parent = runs[runs[k].parent].parent;
    k = runs[k].parent;
  }
  return k;
}

static void join(run *runs, int a, int b) {
  int ra = root_of(runs, a), rb = root_of(runs, b);
  if (ra < rb)
    runs[rb].parent = ra;
  else
    runs[ra].parent = rb;
}

/* step[x] != 0 where pixel x of `a` differs from that of `b` in some channel by more than the
 * tolerance. */
static void mark_steps(uint8_t *step, uint8_t *scratch, const uint8_t *a, const uint8_t *b,
                       int width, int tolerance) {
  for (int k = 0; k < 3 * width; k++) {
    int d = (int)a[k] - (int)b[k];
    scratch[k] = (uint8_t)((d > tolerance) | (-d > tolerance));
  }
  for (int x = 0; x < width; x++)
    step[x] = scratch[3 * x] | scratch[3 * x + 1] | scratch[3 * x + 2];
}

/* Joins two rows of runs where any two pixels one above the other are alike. Lone pixels stay
 * alone: they are noise, or the rim of something upright. */
static void join_rows(run *runs, int above, int above_end, int below, int below_end,
                      const uint8_t *step) {
  while (above < above_end && below < below_end) {
    int from = runs[above].start > runs[below].start ? runs[above].start : runs[below].start;
    int to = runs[above].end < runs[below].end ? runs[above].end : runs[below].end;
    bool lone =
        runs[above].end - runs[above].start == 1 || runs[below].end - runs[below].start == 1;
    if (from < to && !lone && memchr(step + from, 0, (size_t)(to - from)) != NULL)
      join(runs, above, below);
    if (runs[above].end < runs[below].end)
      above++;
    else
      below++;
  }
}

/* Median of the larger channel's difference between neighbours, on some rows. */
static int tolerance_of(const sd_picture *p) {
  size_t histogram[256] = {0}, total = 0, sum = 0;
  int median = 0;
  for (int y = 0; y < p->height; y += 8) {
    const uint8_t *row = p->v + 3 * (size_t)y * (size_t)p->width;
    for (int x = 0; x + 1 < p->width; x += 3, total++) {
      int largest = 0;
      for (int c = 0; c < 3; c++) {
        int d = abs((int)row[3 * x + c] - (int)row[3 * x + 3 + c]);
        largest = d > largest ? d : largest;
      }
      histogram[largest]++;
    }
  }
  while (median < 255 && 2 * (sum += histogram[median]) < total)
    median++;
  return (int)fmin(STEP_FLOOR + STEP_PER_MEDIAN * median, STEP_MAX);
}

/* Edges that are nearly level run through a row little by little, from one colour to the other; so
 * pixels that differ from those above and from those below end runs, and so do, by themselves,
 * steps to the right. */
static void mark_ends(uint8_t *end, const uint8_t *up, const uint8_t *down, int width) {
  for (int x = 0; x + 1 < width; x++)
    end[x] |= (uint8_t)((up[x] & down[x]) | (up[x + 1] & down[x + 1]));
  end[width - 1] = 1;
}

/* All runs of the picture, joined; their number. `scratch` has 6 bytes a column. */
static int find_runs(run *runs, const sd_picture *p, uint8_t *scratch) {
  int count = 0, above = 0, tolerance = tolerance_of(p), width = p->width;
  size_t pitch = 3 * (size_t)width;
  uint8_t *end = scratch, *up = end + width, *down = up + width, *channels = down + width;
  memset(down, 0, (size_t)width);
  for (int y = 0; y < p->height; y++) {
    const uint8_t *row = p->v + (size_t)y * pitch;
    uint8_t *last = up;
    int first = count;
    up = down;
    down = last;
    if (y + 1 < p->height)
      mark_steps(down, channels, row, row + pitch, width, tolerance);
    mark_steps(end, channels, row, row + 3, width - 1, tolerance);
    mark_ends(end, up, down, width);
    for (int x = 0; x < width; x++) {
      int start = x;
      while (end[x] == 0)
        x++;
      runs[count] = (run){start, x + 1, y, count};
      count++;
    }
    if (y > 0)
      join_rows(runs, above, first, first, count, up);
    above = first;
  }
  return count;
}

/* Sums of k and of k * k for k = start .. end - 1, shifted to the run's middle for exactness. */
static void add_run(moments *m, const run *r) {
  double n = r->end - r->start, middle = 0.5 * (r->start + r->end - 1), y = r->row;
  m->n += n;
  m->x += n * middle;
  m->y += n * y;
  m->xx += n * middle * middle + n * (n * n - 1) / 12;
  m->xy += n * middle * y;
  m->yy += n * y * y;
}

static bool blob_of(blob *out, const moments *m) {
  double x = m->x / m->n, y = m->y / m->n;
  /* a pixel is a square: its own twelfth belongs to the figure's inertia */
  double xx = m->xx / m->n - x * x + 1.0 / 12, yy = m->yy / m->n - y * y + 1.0 / 12;
  double xy = m->xy / m->n - x * y, det = xx * yy - xy * xy;
  double half = 0.5 * (xx + yy), root = sqrt(fmax(half * half - det, 0));
  double fill = m->n / (12 * sqrt(det));
  if (!(det > 0) || fill < FILL_MIN || fill > FILL_MAX ||
      half + root > ASPECT_MAX * ASPECT_MAX * (half - root))
    return false;
  *out = (blob){.x = x, .y = y, .inverse = {yy / det, -xy / det, xx / det}, .area = m->n};
  return true;
}

/* Sums over the runs of every component of a fitting size; `slot` has one entry a run. */
static size_t sum_components(moments *sums, int *slot, run *runs, int count, double area_max) {
  size_t kept = 0;
  for (int k = 0; k < count; k++)
    slot[k] = 0;
  for (int k = 0; k < count; k++)
    slot[root_of(runs, k)] += runs[k].end - runs[k].start;
  for (int k = 0; k < count; k++)
    if (runs[k].parent == k)
      slot[k] = slot[k] >= AREA_MIN && slot[k] <= area_max ? (int)kept++ : -1;
  memset(sums, 0, kept * sizeof *sums);
  for (int k = 0; k < count; k++) {
    int at = slot[root_of(runs, k)];
    if (at >= 0)
      add_run(&sums[at], &runs[k]);
  }
  return kept;
}

static sd_status fill_bins(blobs *b, const sd_picture *p, sd_diag *diag) {
  b->bin_px = BIN_PX;
  b->columns = p->width / BIN_PX + 1;
  b->rows = p->height / BIN_PX + 1;
  size_t count = (size_t)b->columns * (size_t)b->rows;
  b->bin = malloc(count * sizeof *b->bin);
  if (b->bin == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a colour card");
  for (size_t k = 0; k < count; k++)
    b->bin[k] = -1;
  for (size_t k = b->count; k-- > 0;) {
    int *first =
        &b->bin[(size_t)(b->v[k].y / BIN_PX) * (size_t)b->columns + (size_t)(b->v[k].x / BIN_PX)];
    b->v[k].next = *first;
    *first = (int)k;
  }
  return SD_OK;
}

sd_status blobs_find(blobs *out, const sd_picture *picture, sd_diag *diag) {
  sd_status status = SD_OK;
  blobs b = {0};
  size_t pixels = (size_t)picture->width * (size_t)picture->height, kept = 0;
  size_t largest = pixels / (size_t)AREA_MIN + 1;
  double side = SIDE_MAX_SHARE * fmax(picture->width, picture->height);
  run *runs = malloc(pixels * sizeof *runs);
  int *slot = malloc(pixels * sizeof *slot);
  moments *sums = malloc(largest * sizeof *sums);
  uint8_t *scratch = malloc(6 * (size_t)picture->width);
  if (runs == NULL || slot == NULL || sums == NULL || scratch == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a colour card");
    goto done;
  }
  int count = find_runs(runs, picture, scratch);
  kept = sum_components(sums, slot, runs, count, side * side);
  b.v = malloc((kept + 1) * sizeof *b.v);
  if (b.v == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a colour card");
    goto done;
  }
  for (size_t k = 0; k < kept; k++)
    b.count += blob_of(&b.v[b.count], &sums[k]);
  SD_TRY(fill_bins(&b, picture, diag));
  blobs_clear(out);
  *out = b;
  b = (blobs){0};
done:
  free(runs);
  free(slot);
  free(sums);
  free(scratch);
  blobs_clear(&b);
  return status;
}

double blob_length2(const blob *b, double dx, double dy) {
  return b->inverse[0] * dx * dx + 2 * b->inverse[1] * dx * dy + b->inverse[2] * dy * dy;
}

bool blobs_alike(const blob *a, const blob *b) {
  return a->area < AREA_RATIO_MAX * b->area && b->area < AREA_RATIO_MAX * a->area;
}

int blobs_nearest(const blobs *b, const blob *like, double x, double y, double within_px) {
  int best = -1;
  double least = within_px * within_px;
  int left = (int)fmax((x - within_px) / b->bin_px, 0);
  int right = (int)fmin((x + within_px) / b->bin_px, b->columns - 1);
  int top = (int)fmax((y - within_px) / b->bin_px, 0);
  int bottom = (int)fmin((y + within_px) / b->bin_px, b->rows - 1);
  for (int row = top; row <= bottom; row++)
    for (int column = left; column <= right; column++)
      for (int k = b->bin[(size_t)row * (size_t)b->columns + (size_t)column]; k >= 0;
           k = b->v[k].next) {
        double dx = b->v[k].x - x, dy = b->v[k].y - y, d = dx * dx + dy * dy;
        if (d < least && blobs_alike(like, &b->v[k])) {
          least = d;
          best = k;
        }
      }
  return best;
}
