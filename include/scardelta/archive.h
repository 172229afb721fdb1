/* archive: paths become files. The spine (compare) and the outputs on disk. */
#ifndef SCARDELTA_ARCHIVE_H
#define SCARDELTA_ARCHIVE_H

#include "scardelta/report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Called between the steps of the pipeline so that a program can show where it is. `step` counts
 * from 0 to `steps`; returning false stops with SD_INTERRUPTED. */
typedef bool (*sd_progress)(void *context, const char *what, int step, int steps);

/* Told what a stage of the pipeline found: one line without a line end, valid during the call. */
typedef void (*sd_note)(void *context, const char *text);

/* What takes memory: how many photos, and what is made of them, stand in it at once. */
typedef enum sd_memory_use {
  SD_MEMORY_COMPARE = 0,
  SD_MEMORY_ALIGN,
  SD_MEMORY_INSPECT,
  SD_MEMORY_TIMELINE
} sd_memory_use;
/* The largest photos, in megapixels each, with which so many MB are enough; at most 0 when none
 * are. Measured (src/archive/memory.c), with room to spare. */
double sd_memory_megapixels(sd_memory_use use, double megabytes);

typedef struct sd_job_options {
  const char *models_path; /* the file SD_MODELS_FILE */
  const char *decoder;     /* program that photos are decoded in, shut off from all but the file's
                              bytes: one whose main calls sd_decoder_run for the single argument
                              SD_DECODER_COMMAND; NULL: they are decoded in this process */
  const char
      *slider_path;      /* folder of img-comparison-slider; NULL or absent: a slider without it */
  const char *case_code; /* NULL: none */
  const char *language;  /* of pictures and pages: "en", "de"; NULL: "en" */
  const char *roi_path, *zone_map_path; /* masks on BEFORE; NULL: none */
  const char *points_path;              /* CSV of hand correspondences; NULL: none */
  const char *map_points_path;          /* align only: CSV of points to map; NULL: none */
  const char *transform_path;           /* alignment.json of `align` to use again; NULL: none */
  const char *control_zone;             /* NULL: none */
  const char *zones;                    /* NULL: all */
  double scale_mm_per_px, ipd_mm;       /* 0: not given */
  double max_megapixels;                /* 0: default */
  double max_memory_mb; /* photos that would take more than about this are refused before they are
                           decoded (sd_memory_megapixels of memory_use); 0: no such limit */
  sd_memory_use memory_use;
  const char *repeatability_path; /* FILE.json of sd_repeatability_make; NULL: the built-in one */
  const char *treatments_path;    /* CSV date,label of what was done; NULL: none */
  const sd_treatment *treatments; /* compare: the same as a list, beside that file; NULL: none */
  size_t treatment_count;
  const char *rating_path; /* CSV of a rater's forms; NULL: none */
  const char *sign_path;   /* private key (Ed25519, PEM) that signs the manifest; NULL: none */
  sd_asked_view view;      /* compare only: the side of the face both photos must show */
  bool mirrored[2]; /* BEFORE, AFTER is a mirror image, as many selfies are: put right at reading;
                       all coordinates are the righted photo's */
  sd_card_request card[2]; /* compare and inspect: colour reference of BEFORE and AFTER; {0}: search
                              for one; inspect uses the first for every photo */
  bool force;
  bool share;  /* compare: skin of the zones only (NULL: the cheeks), no face, name, hash or day */
  bool letter; /* compare: report.pdf on Letter instead of A4 */
  bool lossless; /* align: aligned-after.png instead of .jpg */
  sd_progress progress;
  sd_note note;           /* what each stage found, one line at a time; NULL: nobody listens */
  void *progress_context; /* of both */
} sd_job_options;

/* What a program that offers itself as sd_job_options.decoder does when it is started so, before
 * anything else: takes one photo from the process that started it, gives up every right, decodes it
 * and ends. Returns an exit code only when it was not started so. */
#define SD_DECODER_COMMAND "decode-one-photo"
int sd_decoder_run(void);

/* The spine: read, read, face, face, align, measure, measure, change, render, report.
 * Writes the outputs of design section 3 into `folder` (made when absent), each under a temporary
 * name first. A pair that is refused still gets its report: the return is SD_NOT_COMPARABLE
 * (also where nothing can be measured, forced or not) or SD_NOT_ALIGNED then. Otherwise SD_USAGE
 * (options that make no sense, before anything is decoded), SD_UNREADABLE, SD_UNSUPPORTED,
 * SD_TOO_LARGE (an input), SD_NOT_WRITTEN, SD_NO_MEMORY and SD_INTERRUPTED. points.csv keeps the
 * points that steered the alignment; a run on the same photos into the same folder uses them again.
 * `folder` NULL: nothing is drawn or written, `json` alone has the figures, which takes a third
 * less time. `json`, when not NULL, receives result.json too. `summary`, when not NULL, receives
 * what a person wants to read first, a few lines. */
sd_status sd_compare(const char *before, const char *after, const char *folder,
                     const sd_job_options *options, sd_text *json, sd_text *summary, sd_diag *diag);

/* Registration alone: alignment.json (with the map, for transform_path), aligned-after.jpg or .png,
 * mapped-points.csv when asked for, points.csv when points steered it. Fails as sd_compare;
 * SD_NOT_ALIGNED leaves alignment.json with the reason and no picture. `json` receives
 * alignment.json without the map. */
sd_status sd_align_files(const char *before, const char *after, const char *folder,
                         const sd_job_options *options, sd_text *json, sd_text *summary,
                         sd_diag *diag);

/* A course: `inputs` are photos of one subject and view from several days, or folders of them. Each
 * is registered to one template chosen from them, compared with the first session through it on the
 * skin that all show, and the trends are found. Writes report.html, timeline.json, sessions.csv,
 * trend.csv, scars.csv, images/ and manifest.sha256 into `folder`, as sd_compare does; `json`
 * receives timeline.json, `summary` a few lines. A photo that cannot be compared is a gap with its
 * reason; when none can, the report is written and the return is SD_NOT_ALIGNED or
 * SD_NOT_COMPARABLE. Masks and points of the options are of the first photo, which leads then;
 * points are a list photo,x_before,y_before,x_after,y_after. SD_USAGE also when all photos are of
 * one day. At most three photos are in memory at a time. */
sd_status sd_timeline(const char *const *inputs, size_t input_count, const char *folder,
                      const sd_job_options *options, sd_text *json, sd_text *summary,
                      sd_diag *diag);
/* Its dry run: options, treatments, the face model and the folder; all photos are read and dated.
 * `plan`, when not NULL, receives a line a photo: date, session, path. */
sd_status sd_timeline_check(const char *const *inputs, size_t input_count, const char *folder,
                            const sd_job_options *options, sd_text *plan, sd_diag *diag);

/* The dry run of sd_compare and of sd_align_files: options, masks, points, treatments and the face
 * model are read, both photos decoded, the folder tried; nothing is written or measured. They fail
 * as the run would. */
sd_status sd_compare_check(const char *before, const char *after, const char *folder,
                           const sd_job_options *options, sd_diag *diag);
sd_status sd_align_check(const char *before, const char *after, const char *folder,
                         const sd_job_options *options, sd_diag *diag);
/* The same of one photo; with `masked` the masks of the options must have its size. */
sd_status sd_photo_check(const char *path, const sd_job_options *options, bool masked,
                         sd_diag *diag);

/* One photo: everything `inspect` says. Clear with sd_inspected_clear. */
typedef struct sd_inspected {
  sd_photo photo;
  sd_face face;
  sd_skin skin;
  sd_quality quality;
  sd_colour_reference reference;
} sd_inspected;
/* Reads and looks at one photo; masks, scale and limits of `options` apply to it. Fails as
 * sd_photo_read, and with SD_USAGE when a mask has another size; `out` is left as it was then. */
sd_status sd_inspect(sd_inspected *out, const char *path, const sd_models *models,
                     const sd_job_options *options, sd_diag *diag);
/* Frees what it owns; {0} afterwards. */
void sd_inspected_clear(sd_inspected *inspected);

/* Loads the networks from the file SD_MODELS_FILE at `path`; free with sd_models_free.
 * SD_UNREADABLE when it is absent or another file, with what to do about it. */
sd_status sd_models_read(sd_models **out, const char *path, sd_diag *diag);

typedef struct sd_batch_options {
  sd_job_options job;     /* of every comparison; progress and note are not called */
  int workers;            /* processes at once; 0: one for each core */
  double time_limit_s;    /* of one comparison; 0: 600 */
  double memory_limit_mb; /* address space of a worker; 0: 8000 */
  int shard, shards;      /* only the shard-th (from 1) of so many parts of the subjects; 0: all */
  /* Told what is being done: subjects so far and in all; false stops with SD_INTERRUPTED. */
  bool (*progress)(void *context, const char *what, int64_t done, int64_t all);
  /* Told one line for each subject, and with sd_batch_plan for each pair and photo left out. */
  sd_note tell;
  void *context; /* of both */
} sd_batch_options;

typedef struct sd_batch_counts {
  int64_t subjects, failed;  /* subjects of this shard, and those with a failure */
  int64_t pairs, made, kept; /* in the plan; compared now; as an earlier run left them */
  int64_t left_out;          /* files */
} sd_batch_counts;

/* Compares the first session with each later one, for every subject and view of a folder (a folder
 * each) or manifest. A worker process does each subject: one that crashes, takes too long or too
 * much memory fails its subject and nothing else. OUT gets subjects/.../report.html, index.html,
 * summary.csv and scardelta.sqlite; what is finished is kept, so that the same call goes on where
 * it stopped and redoes only what changed. SD_NOT_WRITTEN when OUT cannot be written or another
 * batch is at work there, SD_USAGE when OUT was made with other settings, SD_INTERRUPTED. */
sd_status sd_batch(const char *input, const char *folder, const sd_batch_options *options,
                   sd_batch_counts *counts, sd_diag *diag);
/* What sd_batch would do, told line by line; looks at photos whose names say too little. `folder`,
 * when not NULL, is where results are: those of photos that are there no more are told too, and are
 * never removed. */
sd_status sd_batch_plan(const char *input, const char *folder, const sd_batch_options *options,
                        sd_batch_counts *counts, sd_diag *diag);
/* Joins the outputs of shards into `folder`. SD_USAGE when they were made by different versions or
 * with different settings. Doing it again changes nothing; memory does not grow with their number.
 */
sd_status sd_merge(const char *const *shards, size_t count, const char *folder,
                   const char *language, sd_diag *diag);

typedef struct sd_repeatability_counts {
  size_t pairs, used, refused,
      failed; /* refused: not comparable or not alignable; failed: unread */
} sd_repeatability_counts;
/* Compares the pairs of repeat photos of a list (CSV: before,after or subject,before,after; paths
 * from its folder) and writes to `file` (JSON) how much this clinic's photos differ when nothing
 * happened; FILE.html beside FILE.json shows it with plots. Refused and unreadable pairs are left
 * out and told by `options->note`. SD_USAGE with fewer than 10 that can be used. */
sd_status sd_repeatability_make(const char *list, const char *file, const sd_job_options *options,
                                sd_repeatability_counts *counts, sd_diag *diag);

/* What became of an output since it was written. */
typedef enum sd_output_state {
  SD_OUTPUT_INTACT = 0,
  SD_OUTPUT_CHANGED,
  SD_OUTPUT_MISSING,
  SD_OUTPUT_EXTRA, /* no output of this program: it came later */
  SD_OUTPUT_STATES
} sd_output_state;
const char *sd_output_state_name(sd_output_state state); /* "intact", "changed", ...; static */

typedef struct sd_verified {
  size_t manifests;                /* the folder's own and those of folders below */
  size_t count[SD_OUTPUT_STATES];  /* files */
  sd_text names[SD_OUTPUT_STATES]; /* a line each, but for the intact; U+FFFD stands for what is no
                                      text */
} sd_verified;
/* Holds the files of a folder of results against its manifest.sha256, and those of every folder
 * below that has one against that. SD_UNREADABLE when the folder has no manifest or a damaged one,
 * or cannot be read; `out` is left as it was then. Clear with sd_verified_clear. */
sd_status sd_verify(sd_verified *out, const char *folder, sd_diag *diag);
/* The same, and every manifest must have a signature (manifest.sig, beside it) by the owner of this
 * public key (Ed25519, PEM file): one that is absent is missing, one that does not hold is changed.
 */
sd_status sd_verify_signed(sd_verified *out, const char *folder, const char *key_path,
                           sd_diag *diag);
void sd_verified_clear(sd_verified *verified);

/* SD_NOT_WRITTEN when `folder` can be known beforehand not to take results: minutes of work are
 * not lost then. Makes an empty folder there for a moment to know. A folder that is absent is fine
 * where it can be made; that is done when something is written. */
sd_status sd_output_check(const char *folder, sd_diag *diag);

/* SD_NOT_WRITTEN when folder/name is one of the files `inputs` (NULLs are skipped), by whatever
 * path, or a folder: no input is ever written over. */
sd_status sd_output_protect(const char *folder, const char *name, const char *const *inputs,
                            size_t input_count, sd_diag *diag);

/* Writes bytes to folder/name: temporary name, flush, rename. Makes the folder. SD_NOT_WRITTEN with
 * the system's reason; nothing under the final name then. */
sd_status sd_output_write(const char *folder, const char *name, const void *bytes, size_t length,
                          sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
