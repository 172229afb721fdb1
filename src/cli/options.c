/* One table holds every option: parsing and help both read it. */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum option_id {
  OPT_OUTPUT = 'o',
  OPT_JOBS = 'j',
  OPT_QUIET = 'q',
  OPT_VERBOSE = 'v',
  OPT_HELP = 'h',
  OPT_VERSION = 'V',
  OPT_DRY_RUN = 'n',
  OPT_FIRST_LONG = 256,
  OPT_JSON = OPT_FIRST_LONG,
  OPT_PROGRESS,
  OPT_TIMINGS,
  OPT_NO_COLOR,
  OPT_MAX_MEGAPIXELS,
  OPT_IPD,
  OPT_SCALE,
  OPT_ROI,
  OPT_ZONES,
  OPT_ZONE_MAP,
  OPT_CONTROL_ZONE,
  OPT_POINTS,
  OPT_MAP_POINTS,
  OPT_TRANSFORM,
  OPT_MIRRORED,
  OPT_FORMAT,
  OPT_CASE,
  OPT_TREATMENTS,
  OPT_RATING,
  OPT_VIEW,
  OPT_CARD,
  OPT_GREY_CARD,
  OPT_FORCE,
  OPT_PAPER,
  OPT_LANGUAGE,
  OPT_SHARE,
  OPT_REPEATABILITY,
  OPT_NO_SANDBOX,
  OPT_SIGN,
  OPT_KEY,
  OPT_MAX_MEMORY,
  OPT_SHARD,
  OPT_TIME_LIMIT,
  OPT_MEMORY_LIMIT
} option_id;

typedef struct option_row {
  option_id id;
  const char *name;     /* long name */
  const char *argument; /* NULL: none */
  bool common;          /* every command takes it */
  const char *help;
} option_row;

static const option_row ROWS[] = {
    {OPT_OUTPUT, "output", "DIR", true, "folder for the results; made when it is not there"},
    {OPT_JSON, "json", NULL, true, "print the result as JSON on standard output"},
    {OPT_ROI, "roi", "MASK.png", false, "measure only where this mask of BEFORE is white"},
    {OPT_ZONES, "zones", "LIST", false, "report only these zones, e.g. left_cheek,chin"},
    {OPT_ZONE_MAP, "zone-map", "LABELS.png", false,
     "pixels of grey value k of BEFORE form the zone zK, instead of the face's zones"},
    {OPT_CONTROL_ZONE, "control-zone", "ZONE", false,
     "untreated skin: the reference of the relative values"},
    {OPT_POINTS, "points", "FILE.csv", false,
     "corresponding points by hand: x_before,y_before,x_after,y_after"},
    {OPT_MAP_POINTS, "map-points", "IN.csv", false,
     "also write where these points (x_before,y_before) are in AFTER"},
    {OPT_TRANSFORM, "transform", "FILE.json", false,
     "use the registration of an earlier 'align' again, for another light mode"},
    {OPT_MIRRORED, "mirrored", "before|after", false,
     "this photo is a mirror image, as many selfies are: put it right"},
    {OPT_FORMAT, "format", "jpg|png", false, "file type of the laid-over photo (default jpg)"},
    {OPT_SCALE, "scale-mm-per-px", "X", false, "size of a pixel of BEFORE on the skin, in mm"},
    {OPT_IPD, "ipd-mm", "X", false, "distance of the subject's pupils in mm"},
    {OPT_CARD, "card", "auto|none|CORNERS", false,
     "ColorChecker: find it (default), use none, or X1,Y1,...,X4,Y4; twice: each photo's own"},
    {OPT_GREY_CARD, "grey-card", "X,Y,W,H", false,
     "even part of a grey card: white balance and exposure; twice: each photo's own"},
    {OPT_TREATMENTS, "treatments", "FILE.csv", false,
     "what was done between the photos: date,label; shown in the report"},
    {OPT_RATING, "rating", "FILE.csv", false,
     "a rater's Goodman and Baron or ECCA forms: date,rater,form,item,value"},
    {OPT_VIEW, "view", "front|left|right|auto", false,
     "side of the face both photos must show (default auto: what is there)"},
    {OPT_CASE, "case", "CODE", false, "code to print in the report instead of a name"},
    {OPT_REPEATABILITY, "repeatability", "FILE.json", false,
     "how much this clinic's photos differ, from 'scardelta repeatability'"},
    {OPT_SHARE, "share", NULL, false,
     "show only skin, of --zones or the cheeks; no face, file name, hash, camera or day"},
    {OPT_PAPER, "paper", "a4|letter", false, "size of report.pdf's pages (default a4)"},
    {OPT_LANGUAGE, "language", "en|de", false, "language of pictures and pages (default en)"},
    {OPT_FORCE, "force", NULL, false, "give figures even for photos that are not comparable"},
    {OPT_SIGN, "sign", "KEY.pem", false, "sign the manifest by this private key (Ed25519)"},
    {OPT_KEY, "key", "PUBLIC.pem", false, "the signature must hold by this public key (Ed25519)"},
    {OPT_MAX_MEMORY, "max-memory", "SIZE", false,
     "refuse photos that would take more memory than this, e.g. 900M or 2G"},
    {OPT_NO_SANDBOX, "no-sandbox", NULL, false,
     "decode photos in the program itself instead of in a process shut off from everything"},
    {OPT_SHARD, "shard", "K/N|slurm", false,
     "only the K-th of N parts of the subjects; slurm: as the array task says"},
    {OPT_TIME_LIMIT, "time-limit", "S", false,
     "seconds that a comparison may take before its subject fails (default 600)"},
    {OPT_MEMORY_LIMIT, "memory-limit", "MB", false,
     "memory that a worker may take before its subject fails (default 8000)"},
    {OPT_DRY_RUN, "dry-run", NULL, false,
     "check everything, say what would be written, write nothing"},
    {OPT_MAX_MEGAPIXELS, "max-megapixels", "N", true, "refuse larger photos (default 120)"},
    {OPT_JOBS, "jobs", "N", true,
     "threads, or a batch's workers (default: all cores); the result is the same"},
    {OPT_PROGRESS, "progress", "auto|always|never", true, "progress line (default: on a terminal)"},
    {OPT_TIMINGS, "timings", NULL, false,
     "say what time each stage took, by the clock and of CPUs"},
    {OPT_NO_COLOR, "no-color", NULL, true, "no colours on the terminal"},
    {OPT_QUIET, "quiet", NULL, true, "say nothing but errors"},
    {OPT_VERBOSE, "verbose", NULL, true, "say what each stage found and how long it took"},
    {OPT_HELP, "help", NULL, true, "this text"},
    {OPT_VERSION, "version", NULL, true, "the version"},
};
enum { ROW_COUNT = sizeof ROWS / sizeof ROWS[0] };

static bool in_list(const char *list, const char *name) {
  size_t length = strlen(name);
  for (const char *at = list; (at = strstr(at, name)) != NULL; at += length)
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
      return true;
  return false;
}

static bool takes(const command *c, const option_row *row) {
  return row->common || in_list(c->options, row->name);
}

void print_command_help(const command *c) {
  printf("Usage: %s\n\n%s.\n\nOptions:\n", c->usage, c->summary);
  for (int k = 0; k < ROW_COUNT; k++) {
    if (!takes(c, &ROWS[k]))
      continue;
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", ROWS[k].name, ROWS[k].argument != NULL ? " " : "",
             ROWS[k].argument != NULL ? ROWS[k].argument : "");
    if (ROWS[k].id < OPT_FIRST_LONG)
      printf("  -%c, %-30s %s\n", ROWS[k].id, left, ROWS[k].help);
    else
      printf("      %-30s %s\n", left, ROWS[k].help);
  }
  printf("\nExamples:\n%s", c->examples);
}

static int usage(const command *c, const char *format, const char *value) SD_PRINTF(2, 0);
static int usage(const command *c, const char *format, const char *value) {
  fprintf(stderr, "scardelta %s: ", c->name);
  fprintf(stderr, format, value);
  fprintf(stderr, "; try 'scardelta %s --help'\n", c->name);
  return 2;
}

/* A positive, finite decimal number and nothing after it. */
static bool positive(const char *text, double *out) {
  char *end;
  errno = 0;
  double value = strtod(text, &end);
  if (text[strspn(text, "+0123456789.eE-")] != '\0') /* strtod takes 0x10 too */
    return false;
  if (end == text || *end != '\0' || errno != 0 || !isfinite(value) || !(value > 0))
    return false;
  *out = value;
  return true;
}

/* Skin in photos lies between 0.5 um (a dermatoscope) and 20 mm (a face of 10 pixels) a pixel, and
 * pupils of children and adults 35 to 85 mm apart: anything else is a wrong unit or a slip. */
static const double SCALE_MIN_MM = 0.0005, SCALE_MAX_MM = 20, IPD_MIN_MM = 30, IPD_MAX_MM = 100;

static int set_mm(const command *c, const char *option, const char *text, double low, double high,
                  double *out) {
  char said[128];
  if (positive(text, out) && *out >= low && *out <= high)
    return 0;
  snprintf(said, sizeof said, "--%s needs a number of mm from %g to %g, not '%.40s'", option, low,
           high, text);
  return usage(c, "%s", said);
}

static int set_number(const command *c, const char *option, const char *text, double *out) {
  char said[96];
  if (positive(text, out))
    return 0;
  snprintf(said, sizeof said, "--%s needs a number above 0, not '%.40s'", option, text);
  return usage(c, "%s", said);
}

enum { THREADS_MAX = 1024, SHARDS_MAX = 100000 };

static int set_threads(arguments *a, const command *c, const char *text) {
  bool digits = *text != '\0' && text[strspn(text, "0123456789")] == '\0';
  long value = digits ? strtol(text, NULL, 10) : 0;
  if (value < 1 || value > THREADS_MAX)
    return usage(c, "--jobs needs a whole number from 1 to 1024, not '%.40s'", text);
  a->threads = (int)value;
  return 0;
}

/* A number of MB, or one with K, M or G behind it. */
static int set_memory(arguments *a, const command *c, const char *text) {
  static const char UNITS[] = "KMG";
  static const double MEGABYTES[] = {1.0 / 1024, 1, 1024};
  char number[64];
  size_t length = strlen(text);
  const char *unit = length > 1 && length < sizeof number ? strchr(UNITS, text[length - 1]) : NULL;
  snprintf(number, sizeof number, "%.*s", (int)(unit != NULL ? length - 1 : length), text);
  if (!positive(number, &a->job.max_memory_mb))
    return usage(c, "--max-memory needs a size such as 900M or 2G, not '%.40s'", text);
  if (unit != NULL)
    a->job.max_memory_mb *= MEGABYTES[unit - UNITS];
  a->job.memory_use = c->memory;
  return 0;
}

/* Index of the word in the list, or -1. */
static int word_index(const char *const *words, int count, const char *text) {
  for (int k = 0; k < count; k++)
    if (strcmp(text, words[k]) == 0)
      return k;
  return -1;
}

static int set_progress(arguments *a, const command *c, const char *text) {
  static const char *const WORDS[] = {"auto", "always", "never"};
  int at = word_index(WORDS, 3, text);
  if (at < 0)
    return usage(c, "--progress takes auto, always or never, not '%.40s'", text);
  a->progress = at;
  return 0;
}

static int set_view(arguments *a, const command *c, const char *text) {
  static const char *const WORDS[] = {"auto", "front", "left", "right"};
  int at = word_index(WORDS, 4, text);
  if (at < 0)
    return usage(c, "--view takes front, left, right or auto, not '%.40s'", text);
  a->job.view = (sd_asked_view)at;
  return 0;
}

static int set_mirrored(arguments *a, const command *c, const char *text) {
  static const char *const WORDS[] = {"before", "after"};
  int at = word_index(WORDS, 2, text);
  if (at < 0)
    return usage(c, "--mirrored takes before or after, not '%.40s'", text);
  a->job.mirrored[at] = true;
  return 0;
}

static int set_format(arguments *a, const command *c, const char *text) {
  static const char *const WORDS[] = {"jpg", "jpeg", "png"};
  int at = word_index(WORDS, 3, text);
  if (at < 0)
    return usage(c, "--format takes jpg or png, not '%.40s'", text);
  a->job.lossless = at == 2;
  return 0;
}

static int set_paper(arguments *a, const command *c, const char *text) {
  static const char *const WORDS[] = {"a4", "letter"};
  int at = word_index(WORDS, 2, text);
  if (at < 0)
    return usage(c, "--paper takes a4 or letter, not '%.40s'", text);
  a->job.letter = at == 1;
  return 0;
}

static int set_language(arguments *a, const command *c, const char *text) {
  static const char *const WORDS[] = {"en", "de"};
  int at = word_index(WORDS, 2, text);
  if (at < 0)
    return usage(c, "--language takes en or de, not '%.40s'", text);
  a->job.language = WORDS[at];
  return 0;
}

/* `count` decimal numbers with commas between them and nothing else. */
static bool number_list(const char *text, double *out, int count) {
  for (int k = 0; k < count; k++) {
    char *end;
    if (text[strspn(text, "+0123456789.,eE-")] != '\0')
      return false;
    out[k] = strtod(text, &end);
    if (end == text || !isfinite(out[k]) || *end != (k + 1 < count ? ',' : '\0'))
      return false;
    text = end + 1;
  }
  return true;
}

/* The first one is for both photos, until a second one is AFTER's. */
static int add_card(arguments *a, const command *c, const sd_card_request *card) {
  enum { PHOTOS = 2 };
  if (a->card_count == PHOTOS)
    return usage(c, "there are two photos: --card and --grey-card are taken twice at most%s", "");
  a->job.card[a->card_count++] = *card;
  if (a->card_count == 1)
    a->job.card[1] = *card;
  return 0;
}

static int set_card(arguments *a, const command *c, const char *text) {
  sd_card_request card = {.source = SD_CARD_CORNERS};
  double v[8];
  if (strcmp(text, "auto") == 0)
    card.source = SD_CARD_AUTO;
  else if (strcmp(text, "none") == 0)
    card.source = SD_CARD_NONE;
  else if (!number_list(text, v, 8))
    return usage(c, "--card takes auto, none or the corners X1,Y1,...,X4,Y4 in pixels, not '%.60s'",
                 text);
  for (int k = 0; k < 4 && card.source == SD_CARD_CORNERS; k++)
    card.corner[k] = (sd_point){v[2 * k], v[2 * k + 1]};
  return add_card(a, c, &card);
}

static int set_grey_card(arguments *a, const command *c, const char *text) {
  const double pixels_max = 65535;
  double v[4];
  bool fits = number_list(text, v, 4);
  for (int k = 0; k < 4 && fits; k++)
    fits = v[k] >= (k < 2 ? 0 : 1) && v[k] <= pixels_max && v[k] == floor(v[k]);
  if (!fits)
    return usage(c, "--grey-card takes a rectangle X,Y,W,H in whole pixels, not '%.60s'", text);
  sd_card_request card = {.source = SD_CARD_GREY,
                          .grey = {(int)v[0], (int)v[1], (int)v[2], (int)v[3]}};
  return add_card(a, c, &card);
}

/* SLURM's array task, counted from its first one. */
static int set_shard_by_slurm(arguments *a, const command *c) {
  const char *names[] = {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN"};
  long value[3] = {0, 0, 1};
  for (int k = 0; k < 3; k++) {
    const char *text = getenv(names[k]);
    bool digits = text != NULL && *text != '\0' && text[strspn(text, "0123456789")] == '\0';
    if (!digits && k < 2)
      return usage(c, "--shard slurm: %s is not set; it is inside an array job only", names[k]);
    if (digits)
      value[k] = strtol(text, NULL, 10);
  }
  long shard = value[0] - value[2] + 1;
  if (shard < 1 || shard > value[1] || value[1] > SHARDS_MAX)
    return usage(c, "--shard slurm: the array must count by one, as in --array=1-%s", "4");
  a->batch.shard = (int)shard;
  a->batch.shards = (int)value[1];
  return 0;
}

static int set_shard(arguments *a, const command *c, const char *text) {
  int shard = 0, shards = 0, used = 0;
  if (strcmp(text, "slurm") == 0)
    return set_shard_by_slurm(a, c);
  bool plain = text[strspn(text, "0123456789/")] == '\0' && strlen(text) < 16;
  if (!plain || sscanf(text, "%d/%d%n", &shard, &shards, &used) != 2 || text[used] != '\0' ||
      shard < 1 || shard > shards || shards > SHARDS_MAX)
    return usage(c, "--shard takes K/N with K from 1 to N, or slurm, not '%.40s'", text);
  a->batch.shard = shard;
  a->batch.shards = shards;
  return 0;
}

/* Where an option without an argument is kept; NULL: not such an option. */
static bool *flag_of(arguments *a, int id) {
  switch (id) {
  case OPT_TIMINGS:
    return &a->timings;
  case OPT_JSON:
    return &a->json;
  case OPT_QUIET:
    return &a->quiet;
  case OPT_HELP:
    return &a->help;
  case OPT_VERSION:
    return &a->version;
  case OPT_DRY_RUN:
    return &a->dry_run;
  case OPT_NO_COLOR:
    return &a->no_colour;
  case OPT_NO_SANDBOX:
    return &a->no_sandbox;
  case OPT_FORCE:
    return &a->job.force;
  case OPT_SHARE:
    return &a->job.share;
  default:
    return NULL;
  }
}

/* Where an option that is kept as it was said goes; NULL: not such an option. */
static const char **text_of(arguments *a, int id) {
  switch (id) {
  case OPT_OUTPUT:
    return &a->output;
  case OPT_ROI:
    return &a->job.roi_path;
  case OPT_ZONES:
    return &a->job.zones;
  case OPT_ZONE_MAP:
    return &a->job.zone_map_path;
  case OPT_CONTROL_ZONE:
    return &a->job.control_zone;
  case OPT_POINTS:
    return &a->job.points_path;
  case OPT_MAP_POINTS:
    return &a->job.map_points_path;
  case OPT_TRANSFORM:
    return &a->job.transform_path;
  case OPT_TREATMENTS:
    return &a->job.treatments_path;
  case OPT_CASE:
    return &a->job.case_code;
  case OPT_RATING:
    return &a->job.rating_path;
  case OPT_REPEATABILITY:
    return &a->job.repeatability_path;
  case OPT_SIGN:
    return &a->job.sign_path;
  case OPT_KEY:
    return &a->key;
  default:
    return NULL;
  }
}

static const char *name_of_option(int id) {
  for (int k = 0; k < ROW_COUNT; k++)
    if ((int)ROWS[k].id == id)
      return ROWS[k].name;
  return "";
}

static int set_text(const command *c, int id, const char **out, const char *value) {
  *out = value;
  return *value != '\0' ? 0 : usage(c, "--%s needs a value that is not empty", name_of_option(id));
}

static int set_option(arguments *a, const command *c, int id, const char *value) {
  bool *flag = flag_of(a, id);
  const char **text = text_of(a, id);
  if (flag != NULL)
    *flag = true;
  if (text != NULL)
    return set_text(c, id, text, value);
  switch (id) {
  case OPT_VERBOSE:
    a->verbose++;
    return 0;
  case OPT_SCALE:
    return set_mm(c, "scale-mm-per-px", value, SCALE_MIN_MM, SCALE_MAX_MM, &a->job.scale_mm_per_px);
  case OPT_IPD:
    return set_mm(c, "ipd-mm", value, IPD_MIN_MM, IPD_MAX_MM, &a->job.ipd_mm);
  case OPT_MAX_MEGAPIXELS:
    return set_number(c, "max-megapixels", value, &a->job.max_megapixels);
  case OPT_MAX_MEMORY:
    return set_memory(a, c, value);
  case OPT_JOBS:
    return set_threads(a, c, value);
  case OPT_PROGRESS:
    return set_progress(a, c, value);
  case OPT_VIEW:
    return set_view(a, c, value);
  case OPT_MIRRORED:
    return set_mirrored(a, c, value);
  case OPT_FORMAT:
    return set_format(a, c, value);
  case OPT_CARD:
    return set_card(a, c, value);
  case OPT_GREY_CARD:
    return set_grey_card(a, c, value);
  case OPT_PAPER:
    return set_paper(a, c, value);
  case OPT_LANGUAGE:
    return set_language(a, c, value);
  case OPT_SHARD:
    return set_shard(a, c, value);
  case OPT_TIME_LIMIT:
    return set_number(c, "time-limit", value, &a->batch.time_limit_s);
  case OPT_MEMORY_LIMIT:
    return set_number(c, "memory-limit", value, &a->batch.memory_limit_mb);
  default:
    return flag != NULL ? 0 : 2;
  }
}

/* getopt's view of the rows this command takes. */
static void getopt_rows(struct option *longs, char *shorts, const command *c) {
  int n = 0;
  *shorts++ = ':';
  for (int k = 0; k < ROW_COUNT; k++) {
    if (!takes(c, &ROWS[k]))
      continue;
    longs[n++] =
        (struct option){ROWS[k].name, ROWS[k].argument != NULL ? required_argument : no_argument,
                        NULL, (int)ROWS[k].id};
    if (ROWS[k].id < OPT_FIRST_LONG) {
      *shorts++ = (char)ROWS[k].id;
      if (ROWS[k].argument != NULL)
        *shorts++ = ':';
    }
  }
  longs[n] = (struct option){0};
  *shorts = '\0';
}

/* Getopt takes any clear beginning of a name; of an unclear one this says what it could be. */
static int unknown_option(const command *c, const char *said) {
  char could_be[256] = "";
  size_t length = strcspn(said, "="), used = 0;
  int found = 0;
  for (int k = 0; k < ROW_COUNT; k++) {
    if (length < 3 || !takes(c, &ROWS[k]) || strncmp(ROWS[k].name, said + 2, length - 2) != 0 ||
        used > sizeof could_be - 40)
      continue;
    used += (size_t)snprintf(could_be + used, sizeof could_be - used, "%s--%s",
                             found++ > 0 ? " or " : "", ROWS[k].name);
  }
  char text[400];
  snprintf(text, sizeof text,
           found > 1 ? "'%.60s' could be %s" : "there is no option '%.60s' here%s", said,
           found > 1 ? could_be : "");
  return usage(c, "%s", text);
}

/* A pixel's size that is given leaves nothing to learn from the pupils' distance. */
static int check_together(const arguments *a, const command *c) {
  if (a->card_count > 1 && !in_list(c->options, "mirrored") && !c->forks)
    return usage(c, "one photo, one colour card: --card and --grey-card are taken once here%s", "");
  if (a->job.scale_mm_per_px > 0 && a->job.ipd_mm > 0)
    return usage(c, "--scale-mm-per-px and --ipd-mm both say how large a pixel is; give one%s", "");
  return 0;
}

/* Whether a long option that takes no value, or the beginning of its name, was given one, as in
 * --quiet=1. */
static bool gave_value(const char *said, const struct option *longs) {
  size_t length = strcspn(said, "=");
  bool flag = false;
  if (length < 3 || said[length] != '=')
    return false;
  for (; longs->name != NULL; longs++)
    if (strncmp(longs->name, said + 2, length - 2) == 0) {
      if (longs->has_arg != no_argument)
        return false;
      flag = true;
    }
  return flag;
}

int arguments_parse(arguments *out, const command *c, int argc, char **argv) {
  struct option longs[ROW_COUNT + 1];
  char shorts[2 * ROW_COUNT + 2];
  int id;
  getopt_rows(longs, shorts, c);
  optind = 1;
  opterr = 0;
  while ((id = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
    if (id == '?' && gave_value(argv[optind - 1], longs))
      return usage(c, "'%.60s': this option takes no value", argv[optind - 1]);
    if (id == '?' && optopt > 0 && optopt < OPT_FIRST_LONG)
      return usage(c, "there is no option '-%s' here (a file of such a name goes after '--')",
                   (char[]){(char)optopt, '\0'});
    if (id == '?')
      return unknown_option(c, argv[optind - 1]);
    if (id == ':')
      return usage(c, "'%.60s' needs a value after it", argv[optind - 1]);
    int failed = set_option(out, c, id, optarg);
    if (failed != 0)
      return failed;
  }
  if (argc - optind > INPUTS_MAX)
    return usage(c, "more than 4096 photos at once%s", "");
  for (int k = optind; k < argc; k++) {
    if (argv[k][0] == '\0')
      return usage(c, "'%s': the name of an input is empty", argv[k]);
    out->inputs[out->input_count++] = argv[k];
  }
  return check_together(out, c);
}
