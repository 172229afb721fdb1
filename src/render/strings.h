/* Every word for people of pictures and reports, in one table: another language is another file
 * beside strings_english.c. Fields that end in _format are printf formats; their arguments are
 * named beside them. What the floors below say (metrics, zones, reasons) is English there and is
 * put into other languages by sd_say. */
#ifndef SCARDELTA_RENDER_STRINGS_H
#define SCARDELTA_RENDER_STRINGS_H

#include "scardelta/base.h"

/* A sentence of the floors below and its other language; `{}` stands for what is filled in, in the
 * order of the English sentence. */
typedef struct sd_saying {
  const char *english, *other;
} sd_saying;

/* The headline's words for a metric. */
typedef struct sd_headline_words {
  const char *metric, *less_format, *more_format; /* amount with unit, place */
} sd_headline_words;
typedef struct sd_place_words {
  const char *zone, *words; /* "left_cheek", "on the left cheek" */
} sd_place_words;

/* The report of a course. */
typedef struct sd_course_strings {
  const char *title, *title_case_format; /* case code */
  const char *span_format;               /* sessions, photos, first day, last day */
  const char *span_undated_format;       /* sessions, photos */
  const char *no_trend, *nothing_detected_format /* count */,
      *too_few_format;        /* sessions, needed */
  const char *changed_format; /* title, zone, amount, date or number of a session */
  const char *nothing_changed;
  const char *finding_format;  /* title, zone, amount, a month */
  const char *interval_format; /* low, high */
  const char *others_format;   /* count */
  const char *pictures_heading, *pictures_hint, *strip_alt_format /* sessions */;
  const char *animation, *animation_alt;
  const char *sessions_heading, *column_session, *column_date, *column_photos, *column_camera;
  const char *column_notes;
  const char *date_unknown, *date_from_name, *date_from_folder, *camera_unknown;
  const char *is_reference, *is_template, *healing_format /* days */, *outlying, *other_camera;
  const char *darker, *lighter, *treatment;
  const char *charts_heading, *charts_hint, *legend_point, *legend_left_out, *legend_outlying;
  const char *legend_camera, *legend_band, *legend_line, *legend_treatment;
  const char *trend_format;         /* amount a month, low, high */
  const char *last_format;          /* amount, low, high */
  const char *point_format;         /* date or number, amount, low, high */
  const char *chart_alt_format;     /* title, zone, sessions, what was found */
  const char *more_zones_format;    /* names */
  const char *unmeasured_format;    /* count */
  const char *month_format;         /* amount */
  const char *camera_offset_format; /* number, amount, low, high */
  const char *limits_heading;
  const char *limits[6];                                      /* NULL-terminated */
  const char *method_heading, *method_text, *template_format; /* reason */
  const char *undated;
  const char *ratings_heading, *ratings_hint, *ratings_caption, *column_rater;
  const char *sizes_caption, *size_counts_format; /* in the first session, in this one */
  const char *scars_hint, *scars_map_alt, *column_curve;
  const char *scar_curve_alt_format; /* number */
  const char *more_scars_format;     /* count */
} sd_course_strings;

/* The page of a clinic's own repeats. */
typedef struct sd_repeats_strings {
  const char *title, *used_format /* used, all */, *hint, *all_zones;
  const char *column_pairs, *column_bias, *column_low, *column_high, *column_mdc, *column_within;
  const char *plot_alt_format; /* title, zone, pairs */
} sd_repeats_strings;

/* `inspect`: the drawing and the table on the terminal. Names of rows are at most 21 characters
 * long, cells 25. */
typedef struct sd_inspect_strings {
  const char *not_measured, *not_recorded, *none_found, *unknown, *yes_format /* score */, *no;
  const char *assumed;
  /* the drawing */
  const char *shot, *flash, *fired, *no_flash, *balance, *automatic, *manual, *taken, *camera,
      *lens;
  const char *software, *pixels, *profile, *face, *turned, *turned_format, *nod, *nod_format;
  const char *tilt, *tilt_format /* degrees */, *scale, *scale_format /* mm, low, high, source */;
  const char *light, *light_even, *light_format /* degrees, per cent */;
  const char *sharpness, *sharpness_format /* px */, *noise, *noise_format /* of 255 */;
  const char *exposure, *exposure_format /* stops */, *clipped, *dark, *share_format /* per cent */;
  const char *cast, *cast_format /* ln R/G, ln B/G */, *jpeg, *jpeg_format /* quality */;
  const char *left_out;
  /* the table */
  const char *row_photo, *row_taken, *row_camera, *row_lens, *row_focal, *row_shot, *row_flash;
  const char *row_software, *row_pixels, *row_profile, *row_face, *row_pose, *row_scale;
  const char *row_edge, *row_noise, *row_exposure, *row_clipped, *row_dark, *row_cast, *row_light;
  const char *row_jpeg, *equivalent_format /* mm, mm */, *cell_flash[3] /* -, no, yes */;
  const char *cell_balance[3] /* -, auto, manual */, *cell_light_format /* degrees, per cent */;
  const char *cell_even, *traced_format /* quality */, *cell_noise_format, *shares,
      *shares_left_out;
  const char *card_unusable_format /* reason */, *card_grey;
  const char *card_format; /* " found" or "", patches, mean, most, per cent */
  const char *card_found;
} sd_inspect_strings;

/* The page of a batch. */
typedef struct sd_index_strings {
  const char *title, *hint, *search;
  const char *columns[11]; /* subject, view, before, after, comparable, the counts, report */
  const char *failed, *nothing, *not_aligned, *no, *yes, *with_care, *report;
} sd_index_strings;

/* What is drawn into pictures. */
typedef struct sd_picture_strings {
  const char *before, *after, *after_not_aligned, *change; /* in capitals */
  const char *map_titles[3], *map_less[3], *map_more[3];   /* melanin, haemoglobin, relief */
  const char *no_change, *not_measured, *faint;
  const char *faint_format; /* amount: what lies within it is drawn faint */
  const char *faint_all;    /* nothing on the bar is certain */
  const char *scale_unknown;
  const char *zones_note, *error_title, *exact, *uncertain, *no_counterpart;
  const char *grid_title, *grid_note;
} sd_picture_strings;

/* The viewer of report.html. */
typedef struct sd_viewer_strings {
  const char *hint, *tools, *blink, *stop, *zoom_in, *zoom_out, *fit, *native, *layer, *no_layer;
  const char *layer_scars, *layer_zones, *layer_error, *zones_key;
  const char *levels[3], *level_low[3], *level_high[3]; /* melanin, haemoglobin, relief */
  const char
      *share_format; /* {}: per cent of the picture that shows BEFORE; filled in by the page */
  const char *native_format; /* pixels of the photo for one of the picture */
} sd_viewer_strings;

typedef struct sd_strings {
  const char *language;                  /* of the html element */
  const char *title, *title_case_format; /* case code */
  const char *before, *after, *date_unknown, *treatment;
  /* headline */
  const char *refused, *forced, *not_aligned, *others_detected, *nothing_detected,
      *nothing_measured;
  const char *less_format, *more_format; /* amount with unit */
  const char *finding_format;            /* title, zone, amount */
  const sd_headline_words *headline;     /* ended by {NULL} */
  const sd_place_words *places;          /* ended by {NULL} */
  const char *headline_again_format /* amount, place */, *place_format /* zone */;
  const char *scars_changed_format; /* compared, less, more, by chance */
  const char *sure, *care, *good, *unseen_format /* list */,
      *unseen_row_format; /* amount, title, zone */
  const char *other_format;
  const char *interval_format, *headline_interval_format; /* low, high */
  /* capture match */
  const char *match_heading, *match_comparable, *match_care, *match_refused;
  const char *family_colour, *family_texture, *family_geometry;
  const char *advice_heading, *no_reasons;
  const char *taking_caption, *taking_distance, *taking_light, *taking_pose, *taking_focus;
  const char *taking_alike, *taking_differs, *taking_light_format /* stops, degrees */;
  const char *taking_even_format /* stops */, *taking_exposure_format /* stops */;
  const char *taking_pose_format /* degrees, degrees */;
  const char *taking_focus_format /* pixels */, *column_next_time;
  /* pictures */
  const char *slider_heading, *slider_hint, *slider_label, *maps_heading, *maps_hint;
  const char *alt_before, *alt_after, *alt_side, *alt_zones, *alt_registration_format;
  const char *alt_map_format /* what, finding */, *map_nothing;
  const char *what_melanin, *what_haemoglobin, *what_relief;
  const char *face_map_heading, *face_map_hint, *face_map_alt_format /* title, list */;
  const char *face_map_row_format /* zone, words */, *face_map_none, *face_map_unmeasured;
  const char *scars_heading, *scars_hint, *alt_scars_before, *alt_scars_after;
  const char *closeups_heading, *alt_closeups, *scar_table_caption;
  const char *scar_counts_format; /* all, less, of them gone, more, of them new, same, unmatched */
  const char *scar_reduced, *scar_resolved, *scar_unchanged, *scar_enlarged, *scar_new;
  const char *scar_unmatched, *column_number, *column_kind, *column_diameter;
  const char *too_large_format; /* file name */
  /* figures */
  const char *figures_heading, *figures_hint, *column_what, *column_change;
  const char *column_verdict, *column_chart, *chart_format; /* change, low, high, mdc */
  const char *mdc_format;                                   /* amount */
  const char *no_figures, *improved, *worsened, *changed, *no_change, *not_measurable;
  const char *unmeasured_format; /* count */
  const char *column_reason, *column_zone;
  /* registration and zones */
  const char *registration_heading, *registration_format /* per cent, px */,
      *registration_mm_format;
  /* limits */
  const char *limits_heading, *excluded_heading, *excluded_none;
  const char *limits[6];
  /* method */
  const char *formulas[9]; /* how values are made, with sources; NULL-terminated */
  const char *method_heading, *method_text, *version, *settings, *settings_default, *hash, *size,
      *camera;
  const char *profile, *profile_assumed, *taken, *scale, *scale_unknown, *licence;
  const char *reference, *reference_none, *reference_grey, *reference_chart_format /* CIEDE2000 */;
  const char *reference_unusable_format; /* reason */
  const char *hash_left_out;
  /* scars summed up, and what a rater found */
  const char *totals_caption, *column_count, *column_area, *column_contrast;
  const char *count_format;    /* before, after, all */
  const char *contrast_format; /* before, unit, after, unit, change, what could be seen */
  const char *ratings_heading, *ratings_hint, *ratings_none, *sizes_caption, *ratings_caption;
  const char *column_size, *column_number_before, *column_number_after, *column_area_before;
  const char *column_area_after, *column_form, *column_rater, *column_difference;
  const char *size_under_format, *size_between_format, *size_over_format; /* mm; from, to; mm */
  const char *pdf_rating_format; /* form, rater, before, after */
  char decimal;                  /* point or comma */
  const sd_saying *sayings;      /* what the floors below say; NULL: as they say it */
  size_t saying_count;
  sd_picture_strings picture;
  sd_viewer_strings viewer;
  sd_index_strings index;
  sd_inspect_strings inspect;
  sd_course_strings course;
  sd_repeats_strings repeats;
} sd_strings;

extern const sd_strings SD_STRINGS_ENGLISH, SD_STRINGS_GERMAN;

/* The table of a language ("en", "de"); NULL and unknown ones give English. */
const sd_strings *sd_strings_of(const char *language);

/* A sentence, title or name of the floors below in the table's language; as it is where the table
 * has none for it. `out` holds `size` bytes. */
void sd_say(char *out, size_t size, const sd_strings *strings, const char *english);
/* "left_cheek", "ice_pick": a name of result.json as words of the table's language. */
void sd_say_name(char *out, size_t size, const sd_strings *strings, const char *name);
/* A figure as whole per cent with its sign, the minus as people write it: "−53", "+8", "0". */
void sd_percent_signed(char out[24], double percent);
/* Turns the decimal points between digits of a formatted text into the table's own. */
void sd_localise(char *text, const sd_strings *strings);

#endif
