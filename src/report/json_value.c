/* JSON by jansson. */
#include "report/json_value.h"

#include "report/safe_text.h"

#include <math.h>
#include <string.h>

/* Beyond 9 digits a float carries nothing, and last-bit differences of libm would show. */
enum { SIGNIFICANT_DIGITS = 9 };

static void drop(json_t **value) {
  json_decref(*value);
  *value = NULL;
}

void sd_json_put(json_t **object, const char *key, json_t *value) {
  if (json_object_set_new(*object, key, value) != 0)
    drop(object);
}

void sd_json_append(json_t **array, json_t *value) {
  if (json_array_append_new(*array, value) != 0)
    drop(array);
}

json_t *sd_json_number(double value) {
  /* adding 0 turns -0 into 0: a zero change has no sign */
  return isfinite(value) ? json_real(value + 0.0) : json_null();
}

json_t *sd_json_text(const char *value) {
  if (value == NULL || *value == '\0')
    return json_null();
  sd_text clean = {0};
  sd_text_add_utf8(&clean, value);
  json_t *text = clean.failed ? NULL : json_stringn(clean.v, clean.length);
  sd_text_clear(&clean);
  return text;
}

void sd_json_put_number(json_t **object, const char *key, double value) {
  sd_json_put(object, key, sd_json_number(value));
}

void sd_json_put_integer(json_t **object, const char *key, int64_t value) {
  sd_json_put(object, key, json_integer(value));
}

void sd_json_put_text(json_t **object, const char *key, const char *value) {
  sd_json_put(object, key, sd_json_text(value));
}

static int add_to_text(const char *bytes, size_t length, void *text) {
  sd_text_add_bytes(text, bytes, length);
  return ((sd_text *)text)->failed ? -1 : 0;
}

sd_status sd_json_write(sd_text *out, json_t **root, sd_diag *diag) {
  size_t flags = JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(SIGNIFICANT_DIGITS);
  int failed = *root == NULL || json_dump_callback(*root, add_to_text, out, flags) != 0;
  sd_text_add(out, "\n");
  json_decref(*root);
  *root = NULL;
  if (failed || out->failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the JSON result");
  return SD_OK;
}

sd_status sd_json_write_with_lists(sd_text *out, json_t **root, const char *key, json_t **lists,
                                   sd_diag *diag) {
  static const char END[] = "\n}\n";
  size_t flags = JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(SIGNIFICANT_DIGITS);
  sd_status status = sd_json_write(out, root, diag);
  if (status == SD_OK) {
    out->length -= strlen(END);
    sd_text_addf(out, ",\n  \"%s\": ", key);
    if (*lists == NULL || json_dump_callback(*lists, add_to_text, out, flags) != 0)
      status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the JSON result");
    sd_text_add(out, END);
  }
  json_decref(*lists);
  *lists = NULL;
  if (status == SD_OK && out->failed)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the JSON result");
  return status;
}
