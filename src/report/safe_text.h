/* Text of unknown origin made safe to print: file names and EXIF fields may hold anything. */
#ifndef SCARDELTA_REPORT_SAFE_TEXT_H
#define SCARDELTA_REPORT_SAFE_TEXT_H

#include "scardelta/base.h"

/* Appends `string` as valid UTF-8 without control characters: each byte that fits neither becomes
 * U+FFFD. NULL counts as "". */
void sd_text_add_utf8(sd_text *text, const char *string);

/* Appends `string` for an HTML text node or a quoted attribute: valid UTF-8, & < > " ' escaped. */
void sd_text_add_html(sd_text *text, const char *string);

#endif
