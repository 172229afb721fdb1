/* The English table. */
#include "report/strings.h"

#include <stddef.h>

const sd_strings SD_STRINGS_ENGLISH = {
    .language = "en",
    .title = "Before and after",
    .title_case_format = "Before and after: %s",
    .before = "Before",
    .after = "After",
    .treatment = "Treatment",
    .date_unknown = "date not recorded",
    .refused = "These two photos cannot be compared honestly.",
    .forced = "These two photos are not comparable. The figures below were asked for all the same; "
              "they may show the photos and not the skin.",
    .not_aligned = "The two photos could not be laid on each other.",
    .nothing_detected = "No change could be detected.",
    .nothing_measured = "Nothing could be measured on this pair.",
    .less_format = "%s less",
    .more_format = "%s more",
    .finding_format = "%s (%s): %s",
    .sure = "Each of these is larger than chance, alignment and repeated photos explain (95 %).",
    .care = "Read with care: the two photos were not taken in quite the same way (see below).",
    .good = "The two photos were taken alike enough for this comparison.",
    .unseen_format = "This does not prove that nothing changed: depending on the place, changes "
                     "below %.0f to %.0f %% would not have been seen.",
    .other_format =
        "More certain changes in the table: %d. Figures without a detectable change: %d.",
    .interval_format = "%s to %s",
    .headline_interval_format = "95 %% interval %s to %s",
    .match_heading = "Were the photos taken alike?",
    .match_comparable = "Comparable",
    .match_care = "Compare with care",
    .match_refused = "Not comparable",
    .family_colour = "Colour",
    .family_texture = "Texture",
    .family_geometry = "Geometry",
    .advice_heading = "Next time:",
    .no_reasons = "Sharpness, light, exposure and position match.",
    .values_format = "before %s, after %s, limit %s",
    .slider_heading = "The same skin, before and after",
    .slider_hint =
        "Move the divider. AFTER is laid on BEFORE; its colours and light are untouched.",
    .slider_label = "Divider between before and after",
    .maps_heading = "Where it changed",
    .maps_hint = "Strong colour: a change that stands out of the noise. Faint: could be chance.",
    .alt_before = "The skin before treatment",
    .alt_after = "The same skin after, aligned to the photo before",
    .alt_side = "Both photos side by side",
    .alt_zones = "The measured zones with their names; hatched pixels were left out",
    .alt_registration_format = "The grid of the photo after laid on the photo before, and the "
                               "alignment error: half of the skin is within %s",
    .alt_map_format = "Map of the change of %s. %s",
    .map_nothing = "No certain change in any zone.",
    .what_melanin = "brown pigment",
    .what_haemoglobin = "redness",
    .what_relief = "apparent relief",
    .scars_heading = "What looks like scars",
    .scars_hint =
        "Outlined is apparent relief that looks like a scar, and brown or red marks, found on both "
        "dates taken together; the line says whether they became less or more visible. Coarse "
        "pores "
        "and small folds can be among them; raised and sunken look alike in one photo. Marks that "
        "are small, sharp, far darker than the skin around and stay are taken for naevi: they "
        "serve "
        "as landmarks, and nothing is said of them. The numbers are those of scars.csv; those that "
        "changed come first.",
    .alt_scars_before = "Photo before, with places that look like scars outlined.",
    .alt_scars_after = "Photo after, with the same outlines.",
    .closeups_heading = "From near: those that changed most",
    .alt_closeups = "Close-ups of the scars that changed most and of those that became more "
                    "visible: before, after, and the map of change.",
    .scar_table_caption = "Scars that changed",
    .scar_counts_format =
        "Of %zu places %zu became less visible (%zu of them until they no longer "
        "stand out) and %zu more visible (%zu of them new); %zu show no detectable "
        "change, %zu could not be compared.",
    .scar_reduced = "less visible",
    .scar_resolved = "no longer stands out",
    .scar_unchanged = "no detectable change",
    .scar_enlarged = "more visible",
    .scar_new = "new",
    .scar_unmatched = "not comparable",
    .column_number = "No.",
    .column_kind = "Looks like",
    .column_diameter = "Diameter (95 % interval)",
    .too_large_format = "Left out of this file for its size: images/%s",
    .figures_heading = "The figures",
    .figures_hint =
        "The dot is the change, the line its 95 % interval, the grey band what cannot be "
        "told from no change (MDC). A change counts when it leaves the band and its "
        "interval leaves zero, and when it still stands out among all the values that were looked "
        "at "
        "(Holm's correction): of many, some look changed by chance. OD is optical density: with "
        "0.01 OD more of a pigment the "
        "skin gives back roughly 1 % less of the light that this pigment takes away. ln is the "
        "natural logarithm of light.",
    .column_what = "What",
    .column_change = "Change",
    .column_interval = "95 % interval",
    .column_verdict = "Verdict",
    .column_chart = "Picture",
    .chart_format = "Change %s, 95 %% interval %s to %s, smallest detectable %s",
    .mdc_format = "detectable from %s",
    .no_figures = "No change figures are given for this pair.",
    .improved = "improved",
    .worsened = "worsened",
    .changed = "changed",
    .no_change = "no detectable change",
    .not_measurable = "not measurable",
    .unmeasured_format = "Not measurable (%d)",
    .pdf_unmeasured_format = "%d values could not be measured on these photos; report.html and "
                             "metrics.csv say why for each.",
    .column_reason = "Why",
    .column_zone = "Zone",
    .registration_heading = "How the photos were laid on each other",
    .registration_format =
        "%.0f %% of the measured skin has a trusted counterpart; half of it lies "
        "within %.2g px",
    .registration_mm_format = " (%.2g mm)",
    .limits_heading = "What was not measured",
    .excluded_heading = "Left out inside the zones:",
    .excluded_none = "nothing",
    .limits =
        {"One photo from the front cannot tell how deep a scar is, nor its volume. Relief here is "
         "apparent relief: light and shadow on the skin.",
         "A change of the whole face at once, such as a tan, cannot be told from light and white "
         "balance without a colour reference in the photo.",
         "Make-up, creams, temperature, sleep and expression change skin in photos too.",
         "The comparison says what differs between two photos, not what caused it.",
         "It is no diagnosis, and no grade of a clinical scale.", NULL},
    .method_heading = "Method, settings and files",
    .method_text = "Both photos are turned upright and converted to linear light by their colour "
                   "profile. AFTER is laid on BEFORE by a smooth map. Texture is measured on each "
                   "photo's own pixels, after the sharper one is matched to the softer. Intervals "
                   "hold sampling over skin tiles, alignment and repeatability; verdicts are "
                   "corrected for the number of figures (Holm).",
    .version = "scardelta",
    .settings = "Settings",
    .file = "File",
    .hash = "SHA-256",
    .size = "Pixels",
    .camera = "Camera",
    .profile = "Colour profile",
    .profile_assumed = "assumed, the file names none",
    .taken = "Taken",
    .scale = "Scale",
    .scale_unknown = "unknown: nothing is said in mm",
    .reference = "Colour reference",
    .reference_none = "none: absolute colour is not measured",
    .reference_grey = "grey card: white balance and exposure",
    .reference_chart_format = "ColorChecker, off by CIEDE2000 %.1f in the mean",
    .reference_unusable_format = "not usable: %s",
    .licence = "Licence of the before/after slider",
    .totals_caption = "Scars and marks of each zone, summed up",
    .column_count = "Number that stands out, before and after",
    .column_area = "Area (95 % interval)",
    .column_contrast = "Mean contrast, before and after",
    .count_format = "%zu, %zu (of %zu)",
    .contrast_format = "%.3f, %.3f",
    .ratings_heading = "Sizes of the scars, and what raters found",
    .ratings_hint =
        "Counted are places that look like scars and stand out of the skin around them; a photo "
        "has no depth, so that no clinical grade follows from them. Ratings are those of the file "
        "that was given, made by people on the patient; their sum is the form's own.",
    .ratings_none = "No rating was given (--rating).",
    .sizes_caption = "Counted in the photos, by diameter",
    .ratings_caption = "As rated",
    .column_size = "Diameter",
    .column_number_before = "Number before",
    .column_number_after = "Number after",
    .column_area_before = "Area before",
    .column_area_after = "Area after",
    .column_form = "Form",
    .column_rater = "Rater",
    .column_difference = "Difference",
    .size_under_format = "under %.0f\xc2\xa0mm",
    .size_between_format = "%.0f to %.0f\xc2\xa0mm",
    .size_over_format = "over %.0f\xc2\xa0mm",
    .pdf_rating_format = "%s, %s: before %s, after %s",
};
