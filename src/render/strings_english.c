/* The English table, and what all tables share. */
#include "render/strings.h"

#include "scardelta/render.h"

#include <string.h>

static const sd_headline_words HEADLINE[] = {
    {"scar_relief", "scars stand out %s less %s", "scars stand out %s more %s"},
    {"rough_mid", "medium texture is %s smoother %s", "medium texture is %s rougher %s"},
    {"rough_coarse", "coarse texture is %s smoother %s", "coarse texture is %s rougher %s"},
    {"melanin_rel", "brown pigment against the rest of the skin is %s less %s",
     "brown pigment against the rest of the skin is %s more %s"},
    {"hb_rel", "redness against the rest of the skin is %s less %s",
     "redness against the rest of the skin is %s more %s"},
    {"brown_load", "brown marks amount to %s less %s", "brown marks amount to %s more %s"},
    {"red_load", "red areas amount to %s less %s", "red areas amount to %s more %s"},
    {NULL, NULL, NULL}};

static const sd_place_words PLACES[] = {{"forehead", "on the forehead"},
                                        {"glabella", "between the brows"},
                                        {"nose", "on the nose"},
                                        {"left_cheek", "on the left cheek"},
                                        {"right_cheek", "on the right cheek"},
                                        {"left_periorbital", "around the left eye"},
                                        {"right_periorbital", "around the right eye"},
                                        {"perioral", "around the mouth"},
                                        {"chin", "on the chin"},
                                        {"all_skin", "on the skin as a whole"},
                                        {"roi", "in the region measured"},
                                        {NULL, NULL}};

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
    .others_detected = "Some figures of the table have changed.",
    .nothing_detected = "No change could be detected.",
    .nothing_measured = "Nothing could be measured on this pair.",
    .less_format = "%s less",
    .more_format = "%s more",
    .finding_format = "%s (%s): %s",
    .headline = HEADLINE,
    .places = PLACES,
    .headline_again_format = "%s %s",
    .place_format = "in the zone %s",
    .scars_changed_format = "of %zu compared places that look like scars %zu became less and %zu "
                            "more visible (by chance alone: %s)",
    .sure = "Each of these is larger than chance, alignment and repeated photos explain (95 %).",
    .care = "Read with care: the two photos were not taken in quite the same way (see below).",
    .good = "The two photos were taken alike enough for this comparison.",
    .unseen_format = "This does not prove that nothing changed. The least that these photos could "
                     "have shown is %s; elsewhere it takes more.",
    .unseen_row_format = "%s less (%s, %s)",
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
    .taking_caption = "How they were taken",
    .taking_distance = "Distance",
    .taking_light = "Light",
    .taking_pose = "Pose",
    .taking_focus = "Focus",
    .taking_alike = "alike: keep it so",
    .taking_differs = "differs",
    .taking_light_format = "exposure %s stops, from %.0f\xc2\xb0",
    .taking_even_format = "exposure %s stops, even",
    .taking_exposure_format = "exposure %s stops",
    .taking_pose_format = "turned %s\xc2\xb0, nodded %s\xc2\xb0",
    .taking_focus_format = "edges %.1f pixels wide",
    .column_next_time = "Next time",
    .slider_heading = "The same skin, before and after",
    .slider_hint =
        "AFTER is laid on BEFORE; its colours and light are untouched. Move the divider by "
        "mouse, finger or arrow keys.",
    .slider_label = "Divider between before and after",
    .maps_heading = "Where it changed",
    .maps_hint =
        "Strong colour: a change that stands out of the noise. Faint: could be chance. The "
        "same colour means the same change in every report. On the map of relief, scars "
        "that changed carry the colour of their own change, as in the table.",
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
    .face_map_heading = "Zone by zone",
    .face_map_hint =
        "The certain change of each zone, in the colours of the maps. = : no detectable "
        "change. Hatched: not measurable. The intervals are in the figures.",
    .face_map_alt_format = "%s: %s.",
    .face_map_row_format = "%s %s",
    .face_map_none = "no detectable change",
    .face_map_unmeasured = "not measurable",
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
    .column_change = "Change (95 % interval)",
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
    .formulas = {"Optical density: D = -ln(R, G, B) of linear light. Melanin m and haemoglobin h "
                 "solve D = m vm + "
                 "h vh + s (1, 1, 1)/sqrt 3, the axes by published spectra (Jacques 1998; Prahl) "
                 "for the tone of "
                 "the skin.",
                 "Texture: ln ratio of the RMS of shading in the bands 0.25-0.8, 0.8-3 and 3-8 mm, "
                 "noise taken out "
                 "(after Immerkaer 1996).",
                 "Marks and areas: ln ratio of the excess of pigment inside outlines found on the "
                 "mean of both "
                 "photos; contrast of marks in CIEDE2000 (Sharma et al. 2005).",
                 "Scars: each place by its own pattern; bounds of the ratio after Fieller (1954).",
                 "Alignment: normalised least squares on the pixels (Lucas and Kanade 1981; Baker "
                 "and Matthews "
                 "2004), checked by going there and back.",
                 "Interval: block bootstrap over tiles of skin (Kunsch 1989) joined with the "
                 "photos' taking and "
                 "alignment, Student's t with Satterthwaite's degrees of freedom (1946).",
                 "MDC: the change that would just leave the interval of no change. Verdicts: Holm "
                 "(1979) over all "
                 "values, level 5 %.",
                 NULL},
    .method_heading = "Method, settings and files",
    .method_text = "Both photos are turned upright and converted to linear light by their colour "
                   "profile. AFTER is laid on BEFORE by a smooth map. Texture is measured on each "
                   "photo's own pixels, after the sharper one is matched to the softer. Intervals "
                   "hold sampling over skin tiles, alignment and repeatability; verdicts are "
                   "corrected for the number of figures (Holm).",
    .version = "scardelta",
    .settings = "Settings",
    .settings_default = "all at their defaults",
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
    .column_contrast = "Mean contrast, and its change (95 % interval)",
    .count_format = "%zu, %zu (of %zu)",
    .contrast_format = "from %.3f\xc2\xa0%s to %.3f\xc2\xa0%s: %s, %s",
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
    .column_area_before = "Area before (95 % interval)",
    .column_area_after = "Area after (95 % interval)",
    .column_form = "Form",
    .column_rater = "Rater",
    .column_difference = "Difference",
    .size_under_format = "under %.0f\xc2\xa0mm",
    .size_between_format = "%.0f to %.0f\xc2\xa0mm",
    .size_over_format = "over %.0f\xc2\xa0mm",
    .pdf_rating_format = "%s, %s: before %s, after %s",
    .hash_left_out = "left out",
    .decimal = '.',
    .picture =
        {
            .before = "BEFORE",
            .after = "AFTER",
            .after_not_aligned = "AFTER (not aligned)",
            .change = "CHANGE",
            .map_titles = {"Change of brown pigment (melanin)", "Change of redness (haemoglobin)",
                           "Change of apparent relief"},
            .map_less = {"lighter", "less red", "smoother"},
            .map_more = {"darker", "more red", "rougher"},
            .no_change = "no change",
            .not_measured = "not measured",
            .faint = "faint: could be chance",
            .faint_format = "faint within %s: could be chance",
            .faint_all = "faint: all of it could be chance",
            .scale_unknown = "no bar in mm: the scale is not known",
            .zones_note = "not measured (hair, glare, shadow, ...)",
            .error_title = "Registration error (95 % bound)",
            .exact = "exact",
            .uncertain = "uncertain",
            .no_counterpart = "no counterpart",
            .grid_title = "AFTER's grid laid on BEFORE",
            .grid_note = "Where the squares bend, the face moved or was seen from another side.",
        },
    .viewer =
        {
            .hint = "Zoom: Ctrl and wheel, two fingers or + and \xe2\x88\x92; move: drag, or Shift "
                    "and an arrow "
                    "key. Both photos move together.",
            .tools = "Tools of the picture",
            .blink = "Blink",
            .stop = "Stop",
            .zoom_in = "Zoom in",
            .zoom_out = "Zoom out",
            .fit = "Whole",
            .native = "1:1",
            .layer = "Overlay",
            .no_layer = "none",
            .layer_scars = "Scars",
            .layer_zones = "Zones",
            .zones_key = "Outlined: the measured zones, each named in its middle. Hair, glare and "
                         "shadow in them are left out.",
            .layer_error = "Registration error",
            .levels = {"Melanin of each photo, against its median",
                       "Haemoglobin of each photo, against its median",
                       "Relief of each photo, 0.8 to 3 mm"},
            .level_low = {"less", "less", "shadow"},
            .level_high = {"more", "more", "light"},
            .share_format = "{} % before, the rest after",
            .native_format = "At 1:1 one pixel of the screen is %d pixels of the photo.",
        },
    .index =
        {
            .title = "All subjects",
            .hint =
                "One line for each comparison of a first session with a later one. The numbers "
                "count values that improved, worsened, changed without a better or worse, showed "
                "no detectable change, or could not be measured. All figures are in summary.csv.",
            .search = "Search",
            .columns = {"Subject", "View", "Before", "After", "Comparable?", "Improved", "Worsened",
                        "Changed", "No change", "Not measurable", "Report"},
            .failed = "failed",
            .nothing = "nothing to compare",
            .not_aligned = "not alignable",
            .no = "no",
            .yes = "yes",
            .with_care = "with care",
            .report = "report",
        },
    .inspect =
        {
            .not_measured = "not measured",
            .not_recorded = "not recorded",
            .none_found = "none found",
            .unknown = "unknown",
            .yes_format = "yes (score %.2f)",
            .no = "no",
            .assumed = " (assumed)",
            .shot = "Shot",
            .flash = "Flash",
            .fired = "fired",
            .no_flash = "no",
            .balance = "White balance",
            .automatic = "automatic",
            .manual = "manual",
            .taken = "Taken",
            .camera = "Camera",
            .lens = "Lens",
            .software = "Software",
            .pixels = "Pixels",
            .profile = "Profile",
            .face = "Face",
            .turned = "Turned",
            .turned_format = "%+.1f\xc2\xb0 (yaw)",
            .nod = "Nod",
            .nod_format = "%+.1f\xc2\xb0 (pitch)",
            .tilt = "Tilt",
            .tilt_format = "%+.1f\xc2\xb0 (roll)",
            .scale = "Scale",
            .scale_format = "%.3g mm/px (%.3g to %.3g, %s)",
            .light = "Light",
            .light_even = "even, no direction",
            .light_format = "from %.0f\xc2\xb0, %.0f %% side light",
            .sharpness = "Sharpness",
            .sharpness_format = "edges rise in %.1f px",
            .noise = "Noise",
            .noise_format = "%.1f of 255",
            .exposure = "Exposure",
            .exposure_format = "%+.1f stops",
            .clipped = "Clipped",
            .dark = "Too dark",
            .share_format = "%.1f %% of the skin",
            .cast = "Colour cast",
            .cast_format = "ln R/G %+.2f, ln B/G %+.2f",
            .jpeg = "JPEG",
            .jpeg_format = "quality %d",
            .left_out = "Left out of the zones",
            .row_photo = "photo",
            .row_taken = "taken",
            .row_camera = "camera",
            .row_lens = "lens",
            .row_focal = "focal length",
            .row_shot = "shot",
            .row_flash = "flash, white balance",
            .row_software = "software",
            .row_pixels = "pixels",
            .row_profile = "colour profile",
            .row_face = "face",
            .row_pose = "yaw pitch roll",
            .row_scale = "scale mm/px",
            .row_edge = "edge spread",
            .row_noise = "noise",
            .row_exposure = "exposure",
            .row_clipped = "clipped",
            .row_dark = "too dark",
            .row_cast = "ln R/G, B/G",
            .row_light = "light",
            .row_jpeg = "JPEG quality",
            .equivalent_format = "%.3g mm (%.0f mm equiv.)",
            .cell_flash = {"-", "no flash", "flash"},
            .cell_balance = {"-", "auto", "manual"},
            .cell_light_format = "from %.0f deg, %.0f %%",
            .cell_even = "even",
            .traced_format = "%d, saved again since",
            .cell_noise_format = "%.2f of 255",
            .shares = "share of the skin",
            .shares_left_out = "left out of the zones",
            .card_unusable_format = "the colour card cannot be used: %s\n",
            .card_grey = "grey card: white balance and exposure are known\n",
            .card_format = "ColorChecker%s: %d patches, off by CIEDE2000 %.2f in the mean, %.2f at "
                           "most, light uneven by %.0f %%\n",
            .card_found = " found",
        },
    .course =
        {
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
            .more_zones_format =
                "No detectable change in the other zones: %s. Their charts are on the page itself.",
            .unmeasured_format = "%d figures could not be measured at any session.",
            .month_format = "%s a month",
            .camera_offset_format = "Camera %d against the first: %s (%s to %s)",
            .limits_heading = "What this cannot tell",
            .limits =
                {"A trend says how skin changed over time, not what changed it.",
                 "One photo from the front cannot tell how deep a scar is: relief here is apparent "
                 "relief.",
                 "A change of the whole face, such as a tan, is told only where photos show a "
                 "colour "
                 "card.",
                 "Skin need not change evenly: a straight line through few sessions is a summary.",
                 "It is no diagnosis, and no grade of a clinical scale.", NULL},
            .method_heading = "Method",
            .method_text =
                "One photo, the template, is registered to all others, and every photo is compared "
                "with "
                "the "
                "first session through it, in the same zones and on the skin that all show. "
                "Several photos "
                "of a day are averaged. The trend is the median of the slopes between all pairs of "
                "sessions "
                "(Theil 1950, Sen 1968); its interval comes from the sessions' own errors, widened "
                "where "
                "they scatter more than those allow. Verdicts are corrected for the number of "
                "figures "
                "(Holm).",
            .template_format = "Template: %s.",
            .undated =
                "Not every photo has a date: the order is as given, and there are no trends.",
            .ratings_heading = "Sizes of the scars, and what raters found",
            .ratings_hint = "Ratings are those of the file that was given, made by people on the "
                            "patient; their sum is "
                            "the form's own. Counted are places that look like scars, found in "
                            "each session's photo "
                            "together with the first one: how many stand out in the first session, "
                            "then in this one. "
                            "No "
                            "clinical grade follows from them.",
            .ratings_caption = "As rated",
            .column_rater = "Form and rater",
            .sizes_caption = "Counted in the photos, by diameter",
            .size_counts_format = "%zu, %zu",
            .scars_hint =
                "Counted as the latest session that compares them shows them. Every place was "
                "looked for in each session's photo together with the first one; where a session "
                "does not compare it, its curve has a gap. With so many places one in twenty would "
                "seem to change by chance: a change is told only where it is surer than 99 in 100. "
                "A ring: where it is in the first "
                "session; blue less visible, orange more visible, yellow no change.",
            .scars_map_alt =
                "The first session with a numbered ring around each place of the table",
            .column_curve = "Change against the first session",
            .scar_curve_alt_format =
                "Place %zu: its change at every session; the figures stand beside it",
            .more_scars_format = "%zu further places are in scars.csv.",
        },
    .repeats =
        {
            .title = "How much photos of one visit differ",
            .used_format = "%zu of %zu pairs could be compared.",
            .hint = "Each point is a pair of photos of one visit: the difference of its two photos "
                    "over their mean. Full line: the mean difference; dashed: the limits of "
                    "agreement, between which 95 % of differences lie; grey: their 95 % intervals "
                    "(Bland and Altman 1986, 1999). Every figure is followed by its 95 % interval.",
            .all_zones = "all zones together",
            .column_pairs = "Pairs",
            .column_bias = "Mean difference",
            .column_low = "Lower limit of agreement",
            .column_high = "Upper limit of agreement",
            .column_mdc = "Smallest detectable change",
            .column_within = "SD within a subject",
            .plot_alt_format = "%s, %s: differences of %zu pairs over their means; the figures are "
                               "in the table above",
        },
};

const char *sd_language_setting(const char *language) {
  const sd_strings *strings = sd_strings_of(language);
  return strings == &SD_STRINGS_ENGLISH ? NULL : strings->language;
}

const sd_strings *sd_strings_of(const char *language) {
  return language != NULL && strcmp(language, SD_STRINGS_GERMAN.language) == 0
             ? &SD_STRINGS_GERMAN
             : &SD_STRINGS_ENGLISH;
}
