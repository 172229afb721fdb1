/* The forms that raters fill in: their items, what each takes, and the sum that the form itself
 * makes of them (Goodman and Baron 2006a, 2006b; ECCA: Dreno et al. 2007). Nothing here is found in
 * a photo. */
#include "scardelta/report.h"

#include <string.h>

static const sd_rating_item GRADE[] = {{"grade", 1, 1, 4}};
static const sd_rating_item POINTS[] = {{"macular", 1, 0, 3},
                                        {"mild_atrophic", 1, 0, 3},
                                        {"moderate_atrophic", 2, 0, 3},
                                        {"punched_out_shallow", 2, 0, 3},
                                        {"broad_shallow", 2, 0, 3},
                                        {"punched_out_deep_normal", 3, 0, 3},
                                        {"punched_out_deep_abnormal", 3, 0, 3},
                                        {"linear", 3, 0, 3},
                                        {"broad_deep", 3, 0, 3},
                                        {"papular", 2, 0, 3},
                                        {"keloidal", 6, 0, 3}};
static const sd_rating_item ECCA[] = {{"v_shaped", 15, 0, 3},
                                      {"u_shaped", 20, 0, 3},
                                      {"m_shaped", 25, 0, 3},
                                      {"elastolysis", 30, 0, 3},
                                      {"hypertrophic_inflammatory", 40, 0, 3},
                                      {"hypertrophic_keloid", 50, 0, 3}};

static const sd_rating_kind KINDS[SD_RATING_FORMS] = {
    {"goodman_baron_grade", "Goodman and Baron, grade 1 to 4", GRADE, sizeof GRADE / sizeof *GRADE},
    {"goodman_baron_points", "Goodman and Baron, points 0 to 84", POINTS,
     sizeof POINTS / sizeof *POINTS},
    {"ecca", "ECCA, 0 to 540", ECCA, sizeof ECCA / sizeof *ECCA}};

const sd_rating_kind *sd_rating_kind_of(sd_rating_form form) {
  return &KINDS[form];
}

int sd_rating_sum(const sd_rating *rating) {
  const sd_rating_kind *kind = sd_rating_kind_of(rating->form);
  int sum = 0;
  for (size_t k = 0; k < kind->item_count; k++)
    sum += kind->items[k].weight * rating->value[k];
  return sum;
}
