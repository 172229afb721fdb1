/* What compare and timeline share: a registered pair becomes a change, and the settings that shaped
 * it. Private to archive. */
#ifndef SD_ARCHIVE_SPINE_H
#define SD_ARCHIVE_SPINE_H

#include "archive/session.h"
#include "scardelta/repeatability.h"

enum { SETTINGS_MAX = 24, SETTING_TEXT = 1024 };

typedef struct settings {
  sd_setting v[SETTINGS_MAX]; /* their values lie below: the struct stays where it is */
  char values[SETTINGS_MAX][SETTING_TEXT];
  size_t count;
} settings;
/* `value` NULL: nothing is added. */
void setting_add(settings *settings, const char *name, const char *value);
/* Nothing is added for 0 and below. */
void setting_add_number(settings *settings, const char *name, double value);
/* How a photo's colour reference was asked for, where it was. */
void setting_add_card(settings *settings, const char *name, const sd_card_request *card);
/* A file, by its content: file names are no settings, their bytes are. `path` NULL: nothing. */
sd_status setting_add_file(settings *settings, const char *name, const char *path, sd_diag *diag);
/* All that the options of a comparison say. Fails where a file cannot be read. */
sd_status settings_collect(settings *settings, const sd_job_options *options, sd_diag *diag);
/* SHA-256 of name=value lines of all settings by name, those not asked for with what holds then. */
sd_status settings_hash(const settings *settings, char hash[65], sd_diag *diag);

/* Two photos laid on each other, with the skin that both show. */
typedef struct spine_pair {
  session *before, *after; /* their measures are replaced */
  const sd_alignment *alignment;
  const sd_repeatability *repeatability; /* the clinic's own; NULL: the built-in one */
  bool before_leads; /* zones and grid are BEFORE's; else the pair's own order holds
                        (sd_align_leads), so that an exchange flips every sign and changes nothing
                        else */
  int at, steps;     /* where progress stands when measuring begins; steps 0: it is not told */
} spine_pair;

/* FILE.json of `scardelta repeatability`. SD_UNREADABLE with what is wrong. */
sd_status repeatability_read(sd_repeatability *out, const char *path, sd_diag *diag);

/* mm per pixel of a session; NaN without a scale. */
double session_mm(const session *session);
/* Measures both alike and finds the change. The photos' colour is brought to the coarser one's. */
sd_status spine_change(sd_change *out, const spine_pair *pair, const sd_job_options *options,
                       sd_diag *diag);

#endif
