#include "report/pdf_sheet.h"

#include "render/canvas.h"

#include <cairo-pdf.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double A4[2] = {595.276, 841.89}, LETTER[2] = {612, 792};
static const double MARGIN = 42, FOOT = 30;
static const sd_pdf_type FOOT_TYPE = {7, 0.40, 0.43, 0.47, false};

static cairo_status_t keep(void *context, const unsigned char *data, unsigned int length) {
  sd_text *out = context;
  sd_text_add_bytes(out, data, length);
  return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static bool has_room(sd_pdf *pdf) {
  pdf->starved = pdf->starved || !sd_canvas_text_fits();
  return !pdf->starved;
}

double sd_pdf_text(sd_pdf *pdf, double x, double y, double width, const sd_pdf_type *type,
                   const char *text, bool draw) {
  int height = 0;
  if (!has_room(pdf))
    return 0;
  PangoLayout *layout = sd_text_layout(pdf->cairo, type->size, type->bold, width, text);
  pango_layout_get_size(layout, NULL, &height);
  if (draw) {
    cairo_set_source_rgb(pdf->cairo, type->red, type->green, type->blue);
    cairo_move_to(pdf->cairo, x, y);
    pango_cairo_show_layout(pdf->cairo, layout);
  }
  g_object_unref(layout);
  return (double)height / PANGO_SCALE;
}

static void draw_foot(sd_pdf *pdf) {
  char text[400];
  snprintf(text, sizeof text, "%s   %d", pdf->facts->footer, pdf->page);
  sd_pdf_text(pdf, pdf->left, pdf->height - FOOT, pdf->right - pdf->left, &FOOT_TYPE, text, true);
}

static void start_page(sd_pdf *pdf) {
  pdf->page++;
  pdf->y = MARGIN;
}

static void end_page(sd_pdf *pdf) {
  draw_foot(pdf);
  cairo_show_page(pdf->cairo);
}

sd_status sd_pdf_begin(sd_pdf *pdf, const sd_pdf_facts *facts, sd_diag *diag) {
  const double *size = facts->letter ? LETTER : A4;
  sd_status status = sd_canvas_fonts(diag);
  if (status != SD_OK)
    return status;
  *pdf = (sd_pdf){.facts = facts,
                  .width = size[0],
                  .height = size[1],
                  .left = MARGIN,
                  .right = size[0] - MARGIN};
  pdf->surface = cairo_pdf_surface_create_for_stream(keep, &pdf->bytes, size[0], size[1]);
  cairo_pdf_surface_restrict_to_version(pdf->surface, CAIRO_PDF_VERSION_1_5);
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, facts->title);
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR, "scardelta");
  /* no clock: the photo's day is the file's, so that the same photos make the same bytes */
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                 facts->date[0] != '\0' ? facts->date : "1970-01-01");
  pdf->cairo = cairo_create(pdf->surface);
  start_page(pdf);
  return SD_OK;
}

void sd_pdf_clear(sd_pdf *pdf) {
  if (pdf->cairo != NULL)
    cairo_destroy(pdf->cairo);
  if (pdf->surface != NULL)
    cairo_surface_destroy(pdf->surface);
  sd_text_clear(&pdf->bytes);
  sd_text_clear(&pdf->alts);
  *pdf = (sd_pdf){0};
}

/* ---- structure and language ---------------------------------------------------------------- */

/* The last place of `word` in the file; NULL: none. */
static const char *last_of(const sd_text *bytes, const char *word) {
  size_t length = strlen(word);
  for (size_t at = bytes->length; at-- > 0;)
    if (at + length <= bytes->length && memcmp(bytes->v + at, word, length) == 0)
      return bytes->v + at;
  return NULL;
}

/* Objects that are written once more at the file's end, as ISO 32000-1, 7.5.6 allows. */
typedef struct update {
  const sd_text *bytes;
  sd_text objects, table;
} update;

/* Starts object `number`; its text goes to `objects`. */
static void start_object(update *u, int number) {
  sd_text_addf(&u->table, "%d 1\n%010zu 00000 n \n", number, u->bytes->length + u->objects.length);
  sd_text_addf(&u->objects, "%d 0 obj\n", number);
}

/* Text of the object's dictionary after its first "<<"; NULL: it is not as expected. */
static const char *dictionary_of(const sd_text *bytes, int number, int *length) {
  char head[32];
  snprintf(head, sizeof head, "\n%d 0 obj\n<<", number);
  const char *object = last_of(bytes, head);
  const char *end = object != NULL ? strstr(object, ">>\nendobj") : NULL;
  if (end == NULL)
    return NULL;
  object += strlen(head);
  *length = (int)(end - object);
  return object;
}

/* The catalogue with what Cairo 1.16 does not write: language, marks, and a structure whose one
 * root is the document. */
static bool add_catalogue(update *u, int root, int structure, const char *language) {
  int length = 0;
  const char *object = dictionary_of(u->bytes, root, &length);
  const char *named = object != NULL ? strstr(object, "/StructTreeRoot ") : NULL;
  if (named == NULL || named >= object + length)
    return false;
  const char *rest = strstr(named, " R");
  start_object(u, root);
  sd_text_addf(&u->objects,
               "<<%.*s/StructTreeRoot %d 0%.*s   /Lang (%s)\n   /MarkInfo << /Marked true >>\n   "
               "/ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n",
               (int)(named - object), object, structure, (int)(object + length - rest), rest,
               language);
  return true;
}

/* All elements name Cairo's root as their parent: it becomes the document's element, under a new
 * root. */
static bool add_document(update *u, int document, int structure) {
  int length = 0, parents = 0;
  const char *object = dictionary_of(u->bytes, document, &length);
  const char *tree = object != NULL ? strstr(object, "/ParentTree ") : NULL;
  const char *kids = object != NULL ? strstr(object, "/K [") : NULL;
  if (tree == NULL || kids == NULL || kids >= object + length ||
      sscanf(tree, "/ParentTree %d", &parents) != 1)
    return false;
  start_object(u, document);
  sd_text_addf(&u->objects,
               "<< /Type /StructElem\n   /S /Document\n   /P %d 0 R\n   %.*s>>\nendobj\n",
               structure, (int)(object + length - kids), kids);
  start_object(u, structure);
  sd_text_addf(&u->objects,
               "<< /Type /StructTreeRoot\n   /ParentTree %d 0 R\n   /K [ %d 0 R ]\n>>\nendobj\n",
               parents, document);
  return true;
}

/* UTF-16 in hexadecimal, which every reader takes. */
static void add_utf16(sd_text *out, const char *text) {
  glong count = 0;
  gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &count, NULL);
  sd_text_add(out, "<FEFF");
  for (glong k = 0; units != NULL && k < count; k++)
    sd_text_addf(out, "%04X", units[k]);
  sd_text_add(out, ">");
  g_free(units);
}

/* The figures' objects stand in the order in which they were drawn. */
static void add_alts(update *u, const sd_text *alts) {
  static const char FIGURE[] = " 0 obj\n<< /Type /StructElem\n   /S /Figure\n";
  const size_t length = sizeof FIGURE - 1;
  const char *v = u->bytes->v, *alt = alts->v;
  for (size_t at = 0; alt != NULL && alt < alts->v + alts->length && at + length < u->bytes->length;
       at++) {
    if (v[at] != ' ' || memcmp(v + at, FIGURE, length) != 0)
      continue;
    size_t first = at;
    while (first > 0 && g_ascii_isdigit(v[first - 1]))
      first--;
    const char *rest = v + at + length, *end = strstr(rest, ">>\nendobj");
    if (end == NULL)
      return;
    start_object(u, atoi(v + first));
    sd_text_addf(&u->objects, "<< /Type /StructElem\n   /S /Figure\n   /Alt ");
    add_utf16(&u->objects, alt);
    sd_text_addf(&u->objects, "\n%.*s>>\nendobj\n", (int)(end - rest), rest);
    alt += strlen(alt) + 1;
  }
}

/* Where the file does not look as expected it stays as it is. */
static void add_structure(sd_text *bytes, const char *language, const sd_text *alts) {
  const char *trailer = last_of(bytes, "trailer\n"), *start = last_of(bytes, "startxref\n");
  const char *at[3] = {NULL, NULL, NULL};
  static const char *const NAMES[3] = {"/Size %d", "/Root %d 0 R", "/Info %d 0 R"};
  int numbers[3], document = 0; /* size, root, info */
  long xref = 0;
  const char *tree = last_of(bytes, " 0 obj\n<< /Type /StructTreeRoot");
  if (trailer == NULL || start == NULL || tree == NULL ||
      sscanf(start, "startxref %ld", &xref) != 1)
    return;
  for (int k = 0; k < 3; k++) {
    char word[8];
    snprintf(word, sizeof word, "%.6s", NAMES[k]);
    at[k] = strstr(trailer, word);
    if (at[k] == NULL || sscanf(at[k], NAMES[k], &numbers[k]) != 1)
      return;
  }
  while (tree > bytes->v && g_ascii_isdigit(tree[-1]))
    tree--;
  document = atoi(tree);
  update u = {.bytes = bytes};
  int structure = numbers[0];
  if (add_document(&u, document, structure) && add_catalogue(&u, numbers[1], structure, language)) {
    add_alts(&u, alts);
    sd_text_addf(
        &u.objects,
        "xref\n%strailer\n<< /Size %d\n   /Root %d 0 R\n   /Info %d 0 R\n   /Prev %ld\n>>\n"
        "startxref\n%zu\n%%%%EOF\n",
        u.table.failed ? "" : u.table.v, structure + 1, numbers[1], numbers[2], xref,
        bytes->length + u.objects.length);
    if (!u.objects.failed && !u.table.failed)
      sd_text_add_bytes(bytes, u.objects.v, u.objects.length);
  }
  sd_text_clear(&u.objects);
  sd_text_clear(&u.table);
}

sd_status sd_pdf_end(sd_text *out, sd_pdf *pdf, sd_diag *diag) {
  end_page(pdf);
  cairo_surface_finish(pdf->surface);
  bool bad = pdf->starved || pdf->bytes.failed || pdf->alts.failed ||
             cairo_status(pdf->cairo) != CAIRO_STATUS_SUCCESS ||
             cairo_surface_status(pdf->surface) != CAIRO_STATUS_SUCCESS;
  if (bad)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for report.pdf");
  add_structure(&pdf->bytes, pdf->facts->language, &pdf->alts);
  sd_text_add_bytes(out, pdf->bytes.v, pdf->bytes.length);
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for report.pdf") : SD_OK;
}

/* ---- flow --------------------------------------------------------------------------------- */

double sd_pdf_room(const sd_pdf *pdf) {
  return pdf->height - FOOT - 10 - pdf->y;
}

void sd_pdf_need(sd_pdf *pdf, double height) {
  if (height <= sd_pdf_room(pdf))
    return;
  /* an element ends with its page */
  if (pdf->table)
    sd_pdf_end_element(pdf, "Table");
  end_page(pdf);
  start_page(pdf);
  if (pdf->table)
    sd_pdf_begin_element(pdf, "Table");
}

void sd_pdf_gap(sd_pdf *pdf, double height) {
  pdf->y += height;
}

void sd_pdf_paragraph(sd_pdf *pdf, const char *tag, double indent, const sd_pdf_type *type,
                      const char *text) {
  double x = pdf->left + indent, width = pdf->right - x;
  double height = sd_pdf_text(pdf, x, 0, width, type, text, false);
  sd_pdf_need(pdf, height);
  cairo_tag_begin(pdf->cairo, tag, NULL);
  sd_pdf_text(pdf, x, pdf->y, width, type, text, true);
  cairo_tag_end(pdf->cairo, tag);
  pdf->y += height;
}

void sd_pdf_begin_element(sd_pdf *pdf, const char *tag) {
  cairo_tag_begin(pdf->cairo, tag, NULL);
}

void sd_pdf_begin_figure(sd_pdf *pdf, const char *alt) {
  sd_text_add_bytes(&pdf->alts, alt, strlen(alt) + 1);
  cairo_tag_begin(pdf->cairo, "Figure", NULL);
}

void sd_pdf_end_element(sd_pdf *pdf, const char *tag) {
  cairo_tag_end(pdf->cairo, tag);
}

void sd_pdf_begin_table(sd_pdf *pdf) {
  pdf->table = true;
  sd_pdf_begin_element(pdf, "Table");
}

void sd_pdf_end_table(sd_pdf *pdf) {
  pdf->table = false;
  sd_pdf_end_element(pdf, "Table");
}

void sd_pdf_begin_row(sd_pdf *pdf, double height) {
  sd_pdf_need(pdf, height);
  sd_pdf_begin_element(pdf, "TR");
}

void sd_pdf_end_row(sd_pdf *pdf) {
  sd_pdf_end_element(pdf, "TR");
}

void sd_pdf_cell(sd_pdf *pdf, bool head, double x, double y, double width, const sd_pdf_type *type,
                 const char *text) {
  const char *tag = head ? "TH" : "TD";
  sd_pdf_begin_element(pdf, tag);
  sd_pdf_text(pdf, x, y, width, type, text, true);
  sd_pdf_end_element(pdf, tag);
}

void sd_pdf_picture(sd_pdf *pdf, const sd_picture_file *file, bool small, double x, double y,
                    double width, double height, const char *alt) {
  bool page = small && file->page.length > 0;
  const sd_text *jpeg = page ? &file->page : &file->bytes;
  int across = page ? file->page_width : file->width,
      down = page ? file->page_height : file->height;
  double scale = width / across < height / down ? width / across : height / down;
  unsigned char *bytes = malloc(jpeg->length);
  /* its pixels are never looked at: the JPEG itself goes into the file */
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, across, down);
  if (bytes == NULL || cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
    pdf->starved = true;
    free(bytes);
    cairo_surface_destroy(surface);
    return;
  }
  memcpy(bytes, jpeg->v, jpeg->length);
  cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, bytes, jpeg->length, free, bytes);
  sd_pdf_begin_figure(pdf, alt);
  cairo_save(pdf->cairo);
  cairo_translate(pdf->cairo, x + (width - scale * across) / 2, y + (height - scale * down) / 2);
  cairo_scale(pdf->cairo, scale, scale);
  cairo_set_source_surface(pdf->cairo, surface, 0, 0);
  cairo_rectangle(pdf->cairo, 0, 0, across, down);
  cairo_fill(pdf->cairo);
  cairo_restore(pdf->cairo);
  sd_pdf_end_element(pdf, "Figure");
  cairo_surface_destroy(surface);
}

void sd_pdf_box(sd_pdf *pdf, double x, double y, double width, double height, const double rgb[3]) {
  cairo_set_source_rgb(pdf->cairo, rgb[0], rgb[1], rgb[2]);
  cairo_rectangle(pdf->cairo, x, y, width, height);
  cairo_fill(pdf->cairo);
}

void sd_pdf_line(sd_pdf *pdf, double x1, double y1, double x2, double y2, double line,
                 const double rgb[3]) {
  cairo_set_source_rgb(pdf->cairo, rgb[0], rgb[1], rgb[2]);
  cairo_set_line_width(pdf->cairo, line);
  cairo_move_to(pdf->cairo, x1, y1);
  cairo_line_to(pdf->cairo, x2, y2);
  cairo_stroke(pdf->cairo);
}

void sd_pdf_dot(sd_pdf *pdf, double x, double y, double radius, const double rgb[3]) {
  cairo_set_source_rgb(pdf->cairo, rgb[0], rgb[1], rgb[2]);
  cairo_new_sub_path(pdf->cairo);
  cairo_arc(pdf->cairo, x, y, radius, 0, 2 * G_PI);
  cairo_fill(pdf->cairo);
}

static void hatch_clip(cairo_t *cairo) {
  double left, top, right, low;
  const double pitch = 4;
  cairo_clip_extents(cairo, &left, &top, &right, &low);
  cairo_set_source_rgb(cairo, 0.62, 0.65, 0.68);
  cairo_set_line_width(cairo, 0.7);
  for (double at = left - (low - top); at < right; at += pitch) {
    cairo_move_to(cairo, at, low);
    cairo_line_to(cairo, at + (low - top), top);
  }
  cairo_stroke(cairo);
}

static void trace_zone(cairo_t *cairo, const sd_zone_shape *shape, double x, double y,
                       double scale) {
  size_t at = 0;
  cairo_new_path(cairo);
  for (size_t ring = 0; ring < shape->ring_count; ring++) {
    cairo_new_sub_path(cairo); /* before each: an empty one at the end empties a clip */
    for (; at < shape->ring_ends[ring]; at++)
      cairo_line_to(cairo, x + scale * shape->points[at].x, y + scale * shape->points[at].y);
    cairo_close_path(cairo);
  }
}

void sd_pdf_zone(sd_pdf *pdf, const sd_zone_shape *shape, double x, double y, double scale,
                 const double *rgb) {
  cairo_t *cairo = pdf->cairo;
  cairo_save(cairo);
  cairo_set_fill_rule(cairo, CAIRO_FILL_RULE_EVEN_ODD);
  trace_zone(cairo, shape, x, y, scale);
  if (rgb != NULL) {
    cairo_set_source_rgb(cairo, rgb[0], rgb[1], rgb[2]);
    cairo_fill(cairo);
  } else {
    cairo_clip(cairo);
    hatch_clip(cairo);
    cairo_reset_clip(cairo);
  }
  trace_zone(cairo, shape, x, y, scale);
  cairo_set_source_rgb(cairo, 0.36, 0.40, 0.45);
  cairo_set_line_width(cairo, 0.6);
  cairo_stroke(cairo);
  cairo_restore(cairo);
}
