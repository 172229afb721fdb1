/* scardelta verify: are the outputs the ones that were written? */
#include "cli/cli.h"
#include "report/json_value.h"

#include <stdio.h>
#include <string.h>

enum { NOT_AS_WRITTEN = 1, NAME_ROOM = 4096 };

/* Told each name of a list with a line each. */
static void each_name(const sd_text *names, void (*tell)(void *context, const char *name),
                      void *context) {
  for (const char *line = names->v; line != NULL && *line != '\0';) {
    char name[NAME_ROOM];
    size_t length = strcspn(line, "\n");
    snprintf(name, sizeof name, "%.*s", (int)length, line);
    tell(context, name);
    line += length + (line[length] == '\n');
  }
}

static void add_json(void *context, const char *name) {
  sd_json_append(context, sd_json_text(name));
}

static sd_status as_json(sd_text *out, const sd_verified *verified, sd_diag *diag) {
  json_t *root = json_object();
  sd_json_put_integer(&root, "intact", (int64_t)verified->count[SD_OUTPUT_INTACT]);
  for (int state = SD_OUTPUT_CHANGED; state < SD_OUTPUT_STATES; state++) {
    json_t *names = json_array();
    each_name(&verified->names[state], add_json, &names);
    sd_json_put(&root, sd_output_state_name((sd_output_state)state), names);
  }
  return sd_json_write(out, &root, diag);
}

typedef struct said_lines {
  sd_text *out;
  const char *word;
} said_lines;

/* "changed result.json" */
static void add_line(void *context, const char *name) {
  const said_lines *said = context;
  sd_text_addf(said->out, "%s %s\n", said->word, name);
}

static void as_lines(sd_text *out, const sd_verified *verified) {
  for (int state = SD_OUTPUT_CHANGED; state < SD_OUTPUT_STATES; state++) {
    said_lines said = {out, sd_output_state_name((sd_output_state)state)};
    each_name(&verified->names[state], add_line, &said);
  }
}

static void say_counts(const size_t count[SD_OUTPUT_STATES], size_t wrong) {
  if (wrong == 0)
    fprintf(stderr, "All %zu outputs are as they were written.\n", count[SD_OUTPUT_INTACT]);
  else
    fprintf(stderr, "Not as written: %zu changed, %zu missing, %zu extra; %zu are intact.\n",
            count[SD_OUTPUT_CHANGED], count[SD_OUTPUT_MISSING], count[SD_OUTPUT_EXTRA],
            count[SD_OUTPUT_INTACT]);
}

static int print_verified(const arguments *a, const sd_verified *verified) {
  sd_text text = {0};
  sd_diag diag = {{0}};
  const size_t *count = verified->count;
  size_t wrong = count[SD_OUTPUT_CHANGED] + count[SD_OUTPUT_MISSING] + count[SD_OUTPUT_EXTRA];
  sd_status status = SD_OK;
  if (a->json)
    status = as_json(&text, verified, &diag);
  else
    as_lines(&text, verified);
  bool printed = status == SD_OK && print_data(&text);
  sd_text_clear(&text);
  if (status != SD_OK)
    return say_failure(status, &diag);
  if (!a->quiet)
    say_counts(count, wrong);
  return !printed ? 6 : wrong > 0 ? NOT_AS_WRITTEN : 0;
}

static int run_verify(arguments *a) {
  sd_verified verified = {0};
  sd_diag diag = {{0}};
  if (a->input_count != 1 || a->output != NULL) {
    fprintf(stderr,
            "scardelta verify: needs one folder of results%s; try 'scardelta verify --help'\n",
            a->output != NULL ? " and writes nothing" : "");
    return 2;
  }
  sd_status status = a->key != NULL ? sd_verify_signed(&verified, a->inputs[0], a->key, &diag)
                                    : sd_verify(&verified, a->inputs[0], &diag);
  int code = status == SD_OK ? print_verified(a, &verified) : say_failure(status, &diag);
  sd_verified_clear(&verified);
  return code;
}

const command COMMAND_VERIFY = {
    "verify",
    "Tell whether the files of a result are still those that were written",
    "scardelta verify DIR [options]",
    "key",
    "  scardelta verify result\n"
    "      names every output that was changed, is missing or was added; exit code 1 then\n"
    "  scardelta verify result --key public.pem\n"
    "      the manifest, signed by 'compare --sign', must also be the key owner's\n"
    "  scardelta verify result --json\n",
    run_verify,
    SD_MEMORY_COMPARE,
    false};
