/* How both photos were taken, in the four things that a practitioner sets. */
#ifndef SCARDELTA_REPORT_TAKING_H
#define SCARDELTA_REPORT_TAKING_H

#include "render/strings.h"
#include "scardelta/render.h"

enum { SD_TAKING_ROWS = 4 }; /* distance, light, pose, focus */

/* A row as text; `next` says what to do better, or to keep it so. */
typedef struct sd_taking {
  const char *what;
  char before[96], after[96], next[256];
  bool differs;
} sd_taking;

/* False where one side's quality is not known; `out` is {0} then. */
bool sd_taking_row(sd_taking *out, const sd_comparison *comparison, int row,
                   const sd_strings *strings);

#endif
