/* report.html of a course while it is being written. */
#ifndef SCARDELTA_REPORT_COURSE_PAGE_H
#define SCARDELTA_REPORT_COURSE_PAGE_H

#include "report/page.h"
#include "scardelta/course.h"

typedef struct sd_course_page {
  sd_page page; /* without input */
  const sd_course *course;
  const sd_course_strings *strings;
} sd_course_page;

/* The day of a session, or its number where the days are unknown. */
void sd_course_session_words(char out[24], const sd_course *course, size_t session);
/* One metric and zone as an SVG chart. */
void sd_course_chart(sd_course_page *page, const sd_series *series);
/* The scars through all sessions. */
void sd_course_scars(sd_course_page *page);
/* The chart's styles, and what its marks mean. */
extern const char SD_COURSE_CSS[];
void sd_course_legend(sd_course_page *page);

#endif
