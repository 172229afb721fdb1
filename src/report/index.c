/* index.html of a batch: who improved, at a glance. */
#include "report/page.h"

#include <inttypes.h>
#include <string.h>

static const char HEAD[] =
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n";

static const char CSS[] =
    "\n#all{width:100%;table-layout:auto;border-collapse:collapse;font-size:.94rem;background:var(-"
    "-card)}\n"
    "#all th,#all td{width:auto;padding:.45rem .6rem;border-bottom:1px solid "
    "var(--line);text-align:left;"
    "vertical-align:top;overflow-wrap:break-word}#all th{white-space:nowrap}\n"
    "#all td.n,#all th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    "#all th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;"
    "cursor:pointer;text-align:inherit}#all th[aria-sort] button::after{content:\" \\2191\"}\n"
    "#all th[aria-sort=descending] button::after{content:\" \\2193\"}\n"
    "#all .improved{color:var(--good);font-weight:600}#all .worsened{color:var(--bad);"
    "font-weight:600}#all .failed,#all .not_comparable{color:var(--bad)}\n"
    "#all .compare_with_care{color:var(--care)}#find{font:inherit;padding:.4rem .7rem;width:100%;"
    "max-width:24rem;margin:0 0 1rem;border:1px solid var(--line);border-radius:8px;"
    "background:var(--card);color:inherit}\n"
    "#frame{overflow-x:auto}@media print{#find,label{display:none}}\n";

/* Numbers sort as numbers, the rest as text; the first press sorts upwards. */
static const char SCRIPT[] =
    "<script>\n(()=>{const t=document.getElementById('all'),b=t.tBodies[0],"
    "f=document.getElementById('find');f.hidden=false;f.labels[0].hidden=false;\n"
    "f.oninput=()=>{const w=f.value.toLowerCase();for(const r of b.rows)"
    "r.hidden=!r.textContent.toLowerCase().includes(w)};\n"
    "[...t.tHead.rows[0].cells].forEach((h,i)=>{const p=document.createElement('button');"
    "p.textContent=h.textContent;p.type='button';h.textContent='';h.append(p);p.onclick=()=>{"
    "const down=h.getAttribute('aria-sort')==='ascending';for(const o of t.tHead.rows[0].cells)"
    "o.removeAttribute('aria-sort');h.setAttribute('aria-sort',down?'descending':'ascending');"
    "const k=r=>r.cells[i].textContent,n=h.classList.contains('n');"
    "b.append(...[...b.rows].sort((x,y)=>(n?k(x)-k(y):k(x).localeCompare(k(y)))*(down?-1:1)))}})"
    "})()\n</script>\n";

static sd_status ended(const sd_text *out, sd_diag *diag) {
  return out->failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for index.html") : SD_OK;
}

static void add_element(sd_text *out, const char *tag, const char *text) {
  sd_text_addf(out, "<%s>", tag);
  sd_text_add_html(out, text);
  sd_text_addf(out, "</%s>\n", tag);
}

/* The columns of counts stand at the right and sort as numbers. */
enum { COLUMNS = 11, FIRST_COUNT = 5, LAST_COUNT = 9 };

sd_status sd_report_index_begin(sd_text *out, const char *language, sd_diag *diag) {
  const sd_strings *strings = sd_strings_of(language);
  const sd_index_strings *s = &strings->index;
  sd_text_addf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n", strings->language);
  sd_text_add(out, HEAD);
  add_element(out, "title", s->title);
  sd_text_add(out, "<style>\n");
  sd_text_add(out, SD_REPORT_CSS);
  sd_text_add(out, CSS);
  sd_text_add(out, "</style>\n</head>\n<body>\n<main>\n");
  add_element(out, "h1", s->title);
  sd_text_add(out, "<p class=\"hint\">");
  sd_text_add_html(out, s->hint);
  sd_text_add(out, "</p>\n<label for=\"find\" hidden>");
  sd_text_add_html(out, s->search);
  sd_text_add(out, "</label> <input id=\"find\" type=\"search\" hidden>\n<div id=\"frame\">\n"
                   "<table id=\"all\">\n<thead><tr>");
  for (int k = 0; k < COLUMNS; k++) {
    bool count = k >= FIRST_COUNT && k <= LAST_COUNT;
    sd_text_add(out, count ? "<th class=\"n\">" : "<th>");
    sd_text_add_html(out, s->columns[k]);
    sd_text_add(out, "</th>");
  }
  sd_text_add(out, "</tr></thead>\n<tbody>\n");
  return ended(out, diag);
}

static void add_cell(sd_text *out, const char *text) {
  sd_text_add(out, "<td>");
  sd_text_add_html(out, text);
  sd_text_add(out, "</td>");
}

static void add_count(sd_text *out, const char *class_name, int64_t count) {
  sd_text_addf(out, "<td class=\"n%s\">%" PRId64 "</td>", count > 0 ? class_name : "", count);
}

/* Names in a link are bytes of a path: whatever a browser would read otherwise is escaped. */
static void add_link(sd_text *out, const char *folder, const char *word) {
  sd_text_add(out, "<a href=\"");
  for (const char *at = folder; *at != '\0'; at++) {
    bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                 (*at >= '0' && *at <= '9') || strchr("/._-~", *at) != NULL;
    sd_text_addf(out, plain ? "%c" : "%%%02X", (unsigned char)*at);
  }
  sd_text_add(out, "/report.html\">");
  sd_text_add_html(out, word);
  sd_text_add(out, "</a>");
}

static const char *words_for(const sd_index_line *line, const sd_index_strings *s) {
  if (strcmp(line->status, "failed") == 0)
    return s->failed;
  if (strcmp(line->status, "nothing") == 0)
    return s->nothing;
  if (strcmp(line->status, "not_aligned") == 0)
    return s->not_aligned;
  if (strcmp(line->comparability, "not_comparable") == 0)
    return s->no;
  return strcmp(line->comparability, "comparable") == 0 ? s->yes : s->with_care;
}

sd_status sd_report_index_line(sd_text *out, const sd_index_line *line, const char *language,
                               sd_diag *diag) {
  const sd_index_strings *s = &sd_strings_of(language)->index;
  bool failed = strcmp(line->status, "failed") == 0;
  sd_text_add(out, "<tr>");
  add_cell(out, line->subject);
  add_cell(out, line->view);
  add_cell(out, line->session_before);
  add_cell(out, line->session_after);
  sd_text_addf(out, "<td class=\"%s\">", failed ? "failed" : line->comparability);
  sd_text_add_html(out, words_for(line, s));
  sd_text_add(out, "</td>");
  add_count(out, " improved", line->improved);
  add_count(out, " worsened", line->worsened);
  add_count(out, "", line->changed);
  add_count(out, "", line->none);
  add_count(out, "", line->not_measurable);
  sd_text_add(out, "<td>");
  if (line->folder[0] != '\0')
    add_link(out, line->folder, s->report);
  if (line->reason[0] != '\0') {
    sd_text_add(out,
                line->folder[0] != '\0' ? " <span class=\"quiet\">" : "<span class=\"quiet\">");
    sd_text_add_html(out, line->reason);
    sd_text_add(out, "</span>");
  }
  sd_text_add(out, "</td></tr>\n");
  return ended(out, diag);
}

sd_status sd_report_index_end(sd_text *out, sd_diag *diag) {
  sd_text_add(out, "</tbody>\n</table>\n</div>\n");
  sd_text_add(out, SCRIPT);
  sd_text_add(out, "</main>\n</body>\n</html>\n");
  return ended(out, diag);
}
