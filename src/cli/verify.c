/* scardelta verify: are the outputs the ones that were written? */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

enum { NOT_AS_WRITTEN = 1 };

static void add_json_text(sd_text *out, const char *from, size_t length) {
  for (size_t k = 0; k < length; k++) {
    unsigned char c = (unsigned char)from[k];
    if (c == '"' || c == '\\')
      sd_text_addf(out, "\\%c", c);
    else
      sd_text_addf(out, "%c", c);
  }
}

/* {"intact": 16, "changed": ["result.json"], "missing": [], "extra": []} */
static void as_json(sd_text *out, const sd_verified *verified) {
  sd_text_addf(out, "{\"intact\": %zu", verified->count[SD_OUTPUT_INTACT]);
  for (int state = SD_OUTPUT_CHANGED; state < SD_OUTPUT_STATES; state++) {
    const char *word = sd_output_state_name((sd_output_state)state);
    int told = 0;
    sd_text_addf(out, ", \"%s\": [", word);
    for (const char *line = verified->lines.v; line != NULL && *line != '\0';) {
      size_t length = strcspn(line, "\n"), head = strlen(word) + 1;
      if (strncmp(line, word, head - 1) == 0 && line[head - 1] == ' ') {
        sd_text_add(out, told++ > 0 ? ", \"" : "\"");
        add_json_text(out, line + head, length - head);
        sd_text_add(out, "\"");
      }
      line += length + (line[length] == '\n');
    }
    sd_text_add(out, "]");
  }
  sd_text_add(out, "}\n");
}

static int print_verified(const arguments *a, sd_verified *verified) {
  sd_text json = {0};
  const size_t *count = verified->count;
  size_t wrong = count[SD_OUTPUT_CHANGED] + count[SD_OUTPUT_MISSING] + count[SD_OUTPUT_EXTRA];
  if (a->json)
    as_json(&json, verified);
  bool printed = print_data(a->json ? &json : &verified->lines);
  sd_text_clear(&json);
  if (!a->quiet && wrong == 0)
    fprintf(stderr, "All %zu outputs are as they were written.\n", count[SD_OUTPUT_INTACT]);
  else if (!a->quiet)
    fprintf(stderr, "Not as written: %zu changed, %zu missing, %zu extra; %zu are intact.\n",
            count[SD_OUTPUT_CHANGED], count[SD_OUTPUT_MISSING], count[SD_OUTPUT_EXTRA],
            count[SD_OUTPUT_INTACT]);
  return !printed ? 6 : wrong > 0 ? NOT_AS_WRITTEN : 0;
}

static int run_verify(arguments *a) {
  sd_verified verified = {0};
  sd_diag diag = {{0}};
  if (a->input_count != 1 || a->output != NULL) {
    fprintf(stderr,
            "scardelta verify: needs one folder of results%s; try 'scardelta verify "
            "--help'\n",
            a->output != NULL ? " and writes nothing" : "");
    return 2;
  }
  sd_status status = sd_verify(&verified, a->inputs[0], &diag);
  int code = status == SD_OK ? print_verified(a, &verified) : say_failure(status, &diag);
  sd_verified_clear(&verified);
  return code;
}

const command COMMAND_VERIFY = {
    "verify",
    "Tell whether the files of a result are still those that were written",
    "scardelta verify DIR [options]",
    "",
    "  scardelta verify result\n"
    "      names every output that was changed, is missing or was added; exit code 1 then\n"
    "  scardelta verify result --json\n",
    run_verify,
    false};
