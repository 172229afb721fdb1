/* What shaped a result: names and values, for result.json, the report, the manifest and the keys of
 * a batch. Private to archive. */
#ifndef SD_ARCHIVE_SETTINGS_H
#define SD_ARCHIVE_SETTINGS_H

#include "scardelta/archive.h"

enum { SETTINGS_MAX = 20, SETTING_TEXT = 1024 };

typedef struct settings {
  sd_setting list[SETTINGS_MAX]; /* into `values`: never copy the struct */
  char values[SETTINGS_MAX][SETTING_TEXT];
  size_t count;
} settings;
/* `value` NULL: left at its default, not told. */
void settings_add(settings *settings, const char *name, const char *value);
/* All that the options say; files by their content. Fails where a file cannot be read. */
sd_status settings_collect(settings *settings, const sd_job_options *options, sd_diag *diag);
/* "name=value" lines. */
void settings_text(sd_text *out, const settings *settings);

#endif
