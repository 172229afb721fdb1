#include "scardelta/base.h"

#include <stdio.h>

sd_status sd_fail(sd_diag *diag, sd_status status, const char *format, ...) {
  if (diag != NULL) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(diag->text, sizeof diag->text, format, arguments);
    va_end(arguments);
  }
  return status;
}

const char *sd_version(void) {
  return SD_VERSION;
}
