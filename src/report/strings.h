/* Every word of the report for people, in one table: another language is another table. Fields
 * that end in _format are printf formats; their arguments are named beside them. */
#ifndef SCARDELTA_REPORT_STRINGS_H
#define SCARDELTA_REPORT_STRINGS_H

typedef struct sd_strings {
  const char *language;                  /* of the html element */
  const char *title, *title_case_format; /* case code */
  const char *before, *after, *date_unknown, *treatment;
  /* headline */
  const char *refused, *forced, *not_aligned, *nothing_detected, *nothing_measured;
  const char *less_format, *more_format; /* amount with unit */
  const char *finding_format;            /* title, zone, amount */
  const char *sure, *care, *good, *unseen_format /* least, largest per cent */, *other_format;
  const char *interval_format, *headline_interval_format; /* low, high */
  /* capture match */
  const char *match_heading, *match_comparable, *match_care, *match_refused;
  const char *family_colour, *family_texture, *family_geometry;
  const char *advice_heading, *no_reasons, *values_format; /* before, after, limit */
  /* pictures */
  const char *slider_heading, *slider_hint, *slider_label, *maps_heading, *maps_hint;
  const char *alt_before, *alt_after, *alt_side, *alt_zones, *alt_registration_format;
  const char *alt_map_format /* what, finding */, *map_nothing;
  const char *what_melanin, *what_haemoglobin, *what_relief;
  const char *scars_heading, *scars_hint, *alt_scars_before, *alt_scars_after;
  const char *closeups_heading, *alt_closeups, *scar_table_caption;
  const char *scar_counts_format; /* all, less, of them gone, more, of them new, same, unmatched */
  const char *scar_reduced, *scar_resolved, *scar_unchanged, *scar_enlarged, *scar_new;
  const char *scar_unmatched, *column_number, *column_kind, *column_diameter;
  const char *too_large_format; /* file name */
  /* figures */
  const char *figures_heading, *figures_hint, *column_what, *column_change, *column_interval;
  const char *column_verdict, *column_chart, *chart_format; /* change, low, high, mdc */
  const char *mdc_format;                                   /* amount */
  const char *no_figures, *improved, *worsened, *changed, *no_change, *not_measurable;
  const char *unmeasured_format;     /* count */
  const char *pdf_unmeasured_format; /* count */
  const char *column_reason, *column_zone;
  /* registration and zones */
  const char *registration_heading, *registration_format /* per cent, px */,
      *registration_mm_format;
  /* limits */
  const char *limits_heading, *excluded_heading, *excluded_none;
  const char *limits[6];
  /* method */
  const char *method_heading, *method_text, *version, *settings, *file, *hash, *size, *camera;
  const char *profile, *profile_assumed, *taken, *scale, *scale_unknown, *licence;
  const char *reference, *reference_none, *reference_grey, *reference_chart_format /* CIEDE2000 */;
  const char *reference_unusable_format; /* reason */
  /* scars summed up, and what a rater found */
  const char *totals_caption, *column_count, *column_area, *column_contrast;
  const char *count_format;    /* before, after, all */
  const char *contrast_format; /* before, after */
  const char *ratings_heading, *ratings_hint, *ratings_none, *sizes_caption, *ratings_caption;
  const char *column_size, *column_number_before, *column_number_after, *column_area_before;
  const char *column_area_after, *column_form, *column_rater, *column_difference;
  const char *size_under_format, *size_between_format, *size_over_format; /* mm; from, to; mm */
  const char *pdf_rating_format; /* form, rater, before, after */
} sd_strings;

extern const sd_strings SD_STRINGS_ENGLISH;

#endif
