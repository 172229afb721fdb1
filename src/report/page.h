/* report.html while it is being written: one function a section, in reading order. */
#ifndef SCARDELTA_REPORT_PAGE_H
#define SCARDELTA_REPORT_PAGE_H

#include "report/findings.h"
#include "report/safe_text.h"
#include "render/strings.h"

typedef struct sd_page {
  sd_text *out;
  const sd_report_input *input;
  const sd_strings *strings;
  size_t picture_bytes; /* embedded so far, as base64 */
} sd_page;

extern const char SD_REPORT_CSS[];
extern const char SD_VIEWER_SCRIPT[];

void sd_page_headline(sd_page *page);
void sd_page_match(sd_page *page);
void sd_page_slider(sd_page *page);
/* The photos to look at closely; only with pictures that have a viewer. */
void sd_page_viewer(sd_page *page);
void sd_page_face_map(sd_page *page);
void sd_page_maps(sd_page *page);
void sd_page_scars(sd_page *page);
void sd_page_figures(sd_page *page);

void sd_page_registration(sd_page *page);
void sd_page_limits(sd_page *page);
void sd_page_method(sd_page *page);

/* Everything before the first section; `title` is the page's. */
void sd_page_head(sd_page *page, const char *title);
/* `<tag class=class>text</tag>`, escaped; class NULL: none. */
void sd_page_element(sd_page *page, const char *tag, const char *class_name, const char *text);
/* The same for a sentence of the floors below, in the page's language; tag NULL: the text alone. */
void sd_page_said(sd_page *page, const char *tag, const char *class_name, const char *english);
/* Base64 of RFC 4648. */
void sd_page_base64(sd_text *out, const sd_text *bytes);
/* `<img>` of a picture, or a hint to the file where the page would grow too long. */
void sd_page_picture(sd_page *page, const sd_picture_file *file, const char *attributes,
                     const char *alt);
/* "M1 2L3 4Z": the outlines of a zone as an SVG path. */
void sd_page_zone_path(sd_text *out, const sd_zone_shape *shape);
/* Opens a section with its heading; close it with `</section>`. */
void sd_page_section(sd_page *page, const char *id, const char *heading);
/* The pair's overall verdict lets figures be believed? False also after --force. */
bool sd_page_refused(const sd_page *page);

/* ---- shared with report.pdf: words ---------------------------------------------------------- */

enum { SD_REGISTRATION_TEXT = 400 };
/* How well the photos lie on each other, and the same as the alt text of its picture. */
void sd_registration_text(char out[SD_REGISTRATION_TEXT], const sd_alignment *alignment,
                          const sd_strings *strings);
void sd_registration_alt(char out[SD_REGISTRATION_TEXT], const sd_alignment *alignment,
                         const sd_strings *strings);
/* The alt text of a map of change: what it found. */
void sd_map_alt(sd_text *out, const sd_change *change, sd_panel panel, const sd_strings *strings);
/* Shares of the zones that were left out, by reason: "eye 3.0 %, ..."; "" without skin. */
void sd_excluded_text(sd_text *out, const sd_skin *skin, const sd_strings *strings);

/* "reason: metric (zones); ...": all values that share the reason of row `at` for not being
 * measured. False: the row was measured, or an earlier one has told it. */
bool sd_unmeasured_line(sd_text *out, const sd_change *change, size_t at,
                        const sd_strings *strings);

/* A fact of a photo: when and how it was taken, its scale, its hash. */
typedef struct sd_fact {
  const char *name;
  char value[320]; /* "" not known */
} sd_fact;
enum { SD_PHOTO_FACTS = 7 };
void sd_photo_facts(sd_fact out[SD_PHOTO_FACTS], const sd_side *side, const sd_strings *strings);

/* ---- the small maps of zones, shared with report.pdf --------------------------------------- */

enum { SD_FACE_MAPS = 4 };
extern const char *const SD_FACE_MAP_METRICS[SD_FACE_MAPS];
/* The metric's row of a zone; NULL: there is none. */
const sd_metric *sd_face_map_metric(const sd_change *change, const char *name, const char *zone);
/* Was the metric measured in any zone that is drawn? The input must have pictures. */
bool sd_face_map_answers(const sd_report_input *input, const char *name);
/* "−36 %" where certain, "=" where no change is detectable, "" where not measured. */
void sd_face_map_words(char out[SD_AMOUNT_TEXT], const sd_metric *m, const sd_strings *strings);
void sd_face_map_colour(uint8_t rgb[3], const sd_metric *m);
/* The metric's title, and every zone's finding for those who do not see the map. */
void sd_face_map_title(char out[96], const sd_change *change, const char *name,
                       const sd_strings *strings);
void sd_face_map_alt(sd_text *out, const sd_report_input *input, const char *name,
                     const sd_strings *strings);

#endif
