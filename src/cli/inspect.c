/* scardelta inspect: what single photos are fit for, as a table, as JSON and as drawings. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct inspection_set {
  sd_inspected *photos;
  sd_inspection *views;
  size_t count;
  sd_status worst; /* of the photos that could not be read */
} inspection_set;

enum { DRAWING_NAME = 320, SHOWN_BYTES = 200 };

static const char *name_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static bool is_taken(char (*taken)[DRAWING_NAME], int count, const char *name) {
  for (int k = 0; k < count; k++)
    if (strcmp(taken[k], name) == 0)
      return true;
  return false;
}

/* Line ends and other controls of a photo's name would make a name that terminals and scripts trip
 * over. */
static void make_plain(char *name) {
  for (unsigned char *c = (unsigned char *)name; *c != '\0'; c++)
    if (*c < 0x20 || *c == 0x7f)
      *c = '_';
}

/* NAME-inspect.png, or NAME-2-inspect.png where another photo came by that drawing first. Long
 * names lose their end, so that what is compared are the names of the drawings. */
static void name_drawing(char (*names)[DRAWING_NAME], int at, const arguments *a) {
  const char *base = name_of(a->inputs[at]);
  int number = 1;
  for (int k = 0; k < at; k++)
    number += strncmp(name_of(a->inputs[k]), base, SHOWN_BYTES) == 0;
  do {
    char again[16] = "";
    if (number > 1)
      snprintf(again, sizeof again, "-%d", number);
    snprintf(names[at], DRAWING_NAME, "%.*s%s-inspect.png", SHOWN_BYTES, base, again);
    make_plain(names[at]);
    number++;
  } while (is_taken(names, at, names[at]));
}

/* The names of all drawings; the caller frees. NULL: no memory. */
static char (*name_drawings(const arguments *a))[DRAWING_NAME] {
  char(*names)[DRAWING_NAME] = calloc((size_t)a->input_count, sizeof *names);
  for (int k = 0; names != NULL && k < a->input_count; k++)
    name_drawing(names, k, a);
  return names;
}

/* No drawing may take the place of a photo that is still to be read, nor of a mask. */
static sd_status protect_inputs(const arguments *a, char (*names)[DRAWING_NAME], sd_diag *diag) {
  const char *masks[] = {a->job.roi_path, a->job.zone_map_path, a->job.models_path};
  sd_status status = sd_output_check(a->output, diag);
  for (int k = 0; status == SD_OK && k < a->input_count; k++) {
    status = sd_output_protect(a->output, names[k], a->inputs, (size_t)a->input_count, diag);
    if (status == SD_OK)
      status = sd_output_protect(a->output, names[k], masks, 3, diag);
  }
  return status;
}

static sd_status draw_photo(const arguments *a, const sd_inspection *view, const char *name,
                            sd_diag *diag) {
  sd_text png = {0};
  sd_status status = sd_render_inspection(&png, view->photo, view->face, view->skin, view->quality,
                                          name_of(view->file), a->job.language, diag);
  if (status == SD_OK)
    status = sd_output_write(a->output, name, png.v, png.length, diag);
  sd_text_clear(&png);
  return status;
}

/* The pixels are not needed once a photo is measured and drawn. */
static void drop_pixels(sd_inspected *photo) {
  free(photo->photo.samples);
  photo->photo.samples = NULL;
  sd_mask_clear(&photo->skin.label);
  sd_mask_clear(&photo->skin.excluded);
}

static int inspect_all(arguments *a, const sd_models *models, char (*names)[DRAWING_NAME],
                       inspection_set *set) {
  for (int k = 0; k < a->input_count; k++) {
    sd_diag diag = {{0}};
    if (!a->job.progress(a->job.progress_context, name_of(a->inputs[k]), k, a->input_count))
      return 130;
    sd_inspected *photo = &set->photos[set->count];
    sd_status status = sd_inspect(photo, a->inputs[k], models, &a->job, &diag);
    if (status == SD_OK) {
      set->views[set->count] =
          (sd_inspection){a->inputs[k],    &photo->photo,     &photo->face,           &photo->skin,
                          &photo->quality, &photo->reference, a->job.roi_path != NULL};
      if (a->output != NULL)
        status = draw_photo(a, &set->views[set->count], names[k], &diag);
      drop_pixels(photo);
      set->count++;
    }
    if (status != SD_OK) {
      progress_end();
      say_failure(status, &diag);
      set->worst = set->worst == SD_OK ? status : set->worst;
    }
  }
  return 0;
}

static int print_inspections(const arguments *a, const inspection_set *set) {
  sd_diag diag = {{0}};
  sd_text text = {0};
  sd_status status = SD_OK;
  if (a->json)
    status = sd_report_inspect_json(&text, set->views, set->count, &diag);
  else if (set->count > 0 && !a->quiet)
    status = sd_report_inspect_table(&text, set->views, set->count, a->job.language, &diag);
  int code = status != SD_OK ? say_failure(status, &diag) : print_data(&text) ? 0 : 6;
  sd_text_clear(&text);
  return code;
}

/* Reads every photo and says what would be drawn; writes nothing. */
static int dry_run(const arguments *a, char (*names)[DRAWING_NAME]) {
  sd_status worst = SD_OK;
  for (int k = 0; k < a->input_count; k++) {
    sd_diag diag = {{0}};
    sd_status status = sd_photo_check(a->inputs[k], &a->job, true, &diag);
    if (status != SD_OK)
      say_failure(status, &diag);
    worst = worst == SD_OK ? status : worst;
    if (status == SD_OK && a->output != NULL)
      printf("%s/%s\n", a->output, names[k]);
  }
  int code = print_data(&(sd_text){0}) ? exit_code(worst) : 6;
  if (code == 0 && !a->quiet)
    fputs("Everything can be read; nothing was written (--dry-run).\n", stderr);
  return code;
}

static int inspect_and_print(arguments *a, const sd_models *models, char (*names)[DRAWING_NAME]) {
  inspection_set set = {calloc((size_t)a->input_count, sizeof *set.photos),
                        calloc((size_t)a->input_count, sizeof *set.views), 0, SD_OK};
  sd_diag diag = {{0}};
  int code;
  if (set.photos != NULL && set.views != NULL) {
    code = inspect_all(a, models, names, &set);
    progress_end();
    if (code == 0)
      code = print_inspections(a, &set);
    if (code == 0 && set.worst != SD_OK)
      code = exit_code(set.worst);
  } else {
    code = say_failure(sd_fail(&diag, SD_NO_MEMORY, "too little memory is free"), &diag);
  }
  for (size_t k = 0; set.photos != NULL && k < set.count; k++)
    sd_inspected_clear(&set.photos[k]);
  free(set.photos);
  free(set.views);
  return code;
}

static int run_inspect(arguments *a) {
  sd_diag diag = {{0}};
  sd_models *models = NULL;
  if (a->input_count == 0) {
    fprintf(stderr,
            "scardelta inspect: needs at least one photo; try 'scardelta inspect --help'\n");
    return 2;
  }
  char(*names)[DRAWING_NAME] = name_drawings(a);
  sd_status status =
      names != NULL ? SD_OK : sd_fail(&diag, SD_NO_MEMORY, "too little memory is free");
  if (status == SD_OK && a->output != NULL)
    status = protect_inputs(a, names, &diag);
  if (status == SD_OK)
    status = sd_models_read(&models, a->job.models_path, &diag);
  int code = status != SD_OK ? say_failure(status, &diag)
             : a->dry_run    ? dry_run(a, names)
                             : inspect_and_print(a, models, names);
  sd_models_free(models);
  free(names);
  return code;
}

const command COMMAND_INSPECT = {
    "inspect",
    "Tell what single photos are fit for: sharpness, light, pose, zones, scale",
    "scardelta inspect PHOTO... [-o DIR] [options]",
    "roi zone-map scale-mm-per-px ipd-mm card grey-card language max-memory no-sandbox dry-run",
    "  scardelta inspect photo.jpg\n"
    "      a table for people\n"
    "  scardelta inspect session1/*.jpg -o looked-at\n"
    "      a drawing of zones, landmarks and what is left out for each photo\n"
    "  scardelta inspect --json photo.jpg > photo.json\n",
    run_inspect,
    SD_MEMORY_INSPECT,
    false};
