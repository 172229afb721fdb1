/* JSON values that hold the contract's rules: NaN is null, text is valid UTF-8, order is kept.
 * A failed allocation turns the object or array into NULL, and every later addition keeps it NULL,
 * so one check at the end is enough. */
#ifndef SCARDELTA_REPORT_JSON_VALUE_H
#define SCARDELTA_REPORT_JSON_VALUE_H

#include "scardelta/base.h"

#include <jansson.h>

/* Takes over `value`. */
void sd_json_put(json_t **object, const char *key, json_t *value);
void sd_json_put_number(json_t **object, const char *key, double value); /* not finite: null */
void sd_json_put_integer(json_t **object, const char *key, int64_t value);
/* NULL and "" are null. */
void sd_json_put_text(json_t **object, const char *key, const char *value);
void sd_json_append(json_t **array, json_t *value);
json_t *sd_json_number(double value);
json_t *sd_json_text(const char *value);

/* Appends `*root` with a final newline and releases it. */
sd_status sd_json_write(sd_text *out, json_t **root, sd_diag *diag);
/* The same with one more member at the end, on a line of its own: long lists of numbers. Releases
 * both. */
sd_status sd_json_write_with_lists(sd_text *out, json_t **root, const char *key, json_t **lists,
                                   sd_diag *diag);

#endif
