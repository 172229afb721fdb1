/* The report of a course in English. */
#include "report/course_strings.h"

#include <stddef.h>

const sd_course_strings SD_COURSE_STRINGS_ENGLISH = {
    .title = "Skin over time",
    .title_case_format = "Skin over time \xc2\xb7 %s",
    .span_format = "%zu sessions with %zu photos, %s to %s",
    .span_undated_format = "%zu sessions with %zu photos, in the order given",
    .no_trend = "No trend can be told.",
    .nothing_detected_format = "No detectable trend in %d figures.",
    .too_few_format =
        "%zu sessions answer: a trend needs %d with a date. What differs from the first "
        "session is shown below.",
    .changed_format = "%s, %s: %s by %s",
    .nothing_changed = "No detectable change from the first session to the latest.",
    .finding_format = "%s, %s: %s a month",
    .interval_format = "95 %% interval %s to %s",
    .others_format = "and %d more; every figure is below",
    .pictures_heading = "The same skin at every session",
    .pictures_hint =
        "Every photo is laid on the first session's frame: the same place is at the same "
        "spot. Light and colour are as photographed.",
    .strip_alt_format = "%zu sessions side by side, laid on each other",
    .animation = "Show one after the other",
    .animation_alt = "The sessions one after the other in one frame",
    .sessions_heading = "Sessions",
    .column_session = "No.",
    .column_date = "Date",
    .column_photos = "Photos",
    .column_camera = "Camera",
    .column_notes = "Notes",
    .date_unknown = "unknown",
    .date_from_name = "from the file's name",
    .date_from_folder = "from the folder's name",
    .camera_unknown = "not said",
    .is_reference = "all others are compared with it",
    .is_template = "all others are laid on it",
    .healing_format =
        "%.0f days after a treatment: still healing, its redness is shown and kept out "
        "of trends",
    .outlying = "far from the trend in many figures: look at how it was taken",
    .other_camera = "another camera: trends give it an offset of its own",
    .darker = "untreated skin as a whole is darker: a tan",
    .lighter = "untreated skin as a whole is lighter: less tan",
    .treatment = "Treatment",
    .charts_heading = "Change against the first session",
    .charts_hint =
        "Bars are 95 % intervals. What lies inside the grey band could not be told from no "
        "change. Sessions that could not be measured are gaps.",
    .legend_point = "session",
    .legend_left_out = "healing: not in the trend",
    .legend_outlying = "far from the trend",
    .legend_camera = "another camera",
    .legend_band = "no detectable change",
    .legend_line = "trend",
    .legend_treatment = "treatment",
    .trend_format = "%s a month (%s to %s)",
    .last_format = "Latest: %s (%s to %s)",
    .point_format = "%s: %s (%s to %s)",
    .chart_alt_format = "%s, %s, %d sessions. %s",
    .more_zones = "Other zones",
    .unmeasured_format = "%d figures could not be measured at any session.",
    .month_format = "%s a month",
    .camera_offset_format = "Camera %d against the first: %s (%s to %s)",
    .limits_heading = "What this cannot tell",
    .limits = {"A trend says how skin changed over time, not what changed it.",
               "One photo from the front cannot tell how deep a scar is: relief here is apparent "
               "relief.",
               "A change of the whole face, such as a tan, is told only where photos show a colour "
               "card.",
               "Skin need not change evenly: a straight line through few sessions is a summary.",
               "It is no diagnosis, and no grade of a clinical scale.", NULL},
    .method_heading = "Method",
    .method_text =
        "One photo, the template, is registered to all others, and every photo is compared with "
        "the "
        "first session through it, in the same zones and on the skin that all show. Several photos "
        "of a day are averaged. The trend is the median of the slopes between all pairs of "
        "sessions "
        "(Theil 1950, Sen 1968); its interval comes from the sessions' own errors, widened where "
        "they scatter more than those allow. Verdicts are corrected for the number of figures "
        "(Holm).",
    .template_format = "Template: %s.",
    .undated = "Not every photo has a date: the order is as given, and there are no trends.",
    .ratings_heading = "Sizes of the scars, and what raters found",
    .ratings_hint =
        "Ratings are those of the file that was given, made by people on the patient; their sum is "
        "the form's own. Counted are places that look like scars, found in each session's photo "
        "together with the first one: how many stand out in the first session, then in this one. "
        "No "
        "clinical grade follows from them.",
    .ratings_caption = "As rated",
    .column_rater = "Form and rater",
    .sizes_caption = "Counted in the photos, by diameter",
    .size_counts_format = "%zu, %zu",
};
