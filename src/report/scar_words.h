/* Figures of scars as text, each with its unit and interval: the same on the page and on paper. */
#ifndef SCARDELTA_REPORT_SCAR_WORDS_H
#define SCARDELTA_REPORT_SCAR_WORDS_H

#include "render/strings.h"
#include "scardelta/change.h"

enum { SD_SCAR_TEXT = 240 };

const char *sd_scar_state_words(sd_scar_state state, const sd_strings *strings);
/* "3.6 mm (3.3 mm to 7.7 mm)". */
void sd_scar_diameter_text(char out[SD_SCAR_TEXT], const sd_scar *scar, const sd_strings *strings);
/* "-78 % (-88 % to -68 %)". */
void sd_scar_change_text(char out[SD_SCAR_TEXT], const sd_scar_change *scar,
                         const sd_strings *strings);
/* The same of a change alone, in ln. */
void sd_scar_point_text(char out[SD_SCAR_TEXT], double change, double low, double high,
                        const sd_strings *strings);
/* "27 mm2 (6 mm2 to 56 mm2)". */
void sd_area_text(char out[SD_SCAR_TEXT], double mm2, double low, double high,
                  const sd_strings *strings);
/* Mean contrast, before to after, its change with the interval, and what could have been seen; or
 * why there is none. */
void sd_scar_total_text(char out[SD_SCAR_TEXT], const sd_scar_total *total,
                        const sd_strings *strings);

#endif
