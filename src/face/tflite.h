/* A bounds-checked reader of the part of the TensorFlow Lite flatbuffer schema the two networks
 * use. It gives views into the caller's bytes and believes nothing they say. */
#ifndef SD_FACE_TFLITE_H
#define SD_FACE_TFLITE_H

#include "scardelta/base.h"

typedef struct sd_flat {
  const uint8_t *v;
  size_t length;
  bool bad; /* something pointed outside, or a number was out of range */
} sd_flat;

/* A vector inside: `count` elements that start at byte `at`, all inside the file. */
typedef struct sd_flat_vector {
  size_t at, count;
} sd_flat_vector;

enum { SD_TENSOR_F32 = 0, SD_TENSOR_F16 = 1, SD_TENSOR_I32 = 2 };

typedef struct sd_flat_tensor {
  int type, dims;
  int shape[4];
  size_t count;        /* product of shape */
  const uint8_t *data; /* NULL: computed at run time; else at least count elements of `type` */
} sd_flat_tensor;

enum { SD_OP_CUSTOM = 32, SD_OP_INPUTS_MAX = 4 };

typedef struct sd_flat_operator {
  int code;        /* builtin operator code */
  char custom[32]; /* name when code is SD_OP_CUSTOM */
  int input_count;
  int inputs[SD_OP_INPUTS_MAX];
  int output;
  size_t options; /* place of the options table, 0 when absent */
} sd_flat_operator;

/* Where the parts of the first subgraph are. */
typedef struct sd_flat_model {
  sd_flat_vector codes, buffers, tensors, operators, inputs, outputs;
} sd_flat_model;

bool sd_flat_model_open(sd_flat_model *out, sd_flat *flat);
/* Each gives false, and sets flat->bad, when the element is not sound. */
bool sd_flat_tensor_read(sd_flat_tensor *out, sd_flat *flat, const sd_flat_model *model, size_t i);
bool sd_flat_operator_read(sd_flat_operator *out, sd_flat *flat, const sd_flat_model *model,
                           size_t i);
/* Scalars of an options table; the default when absent. */
int sd_flat_option_i8(sd_flat *flat, size_t table, int id, int otherwise);
int sd_flat_option_i32(sd_flat *flat, size_t table, int id, int otherwise);
int32_t sd_flat_i32(sd_flat *flat, size_t at);
/* Value of IEEE 754 half precision. */
float sd_half_to_float(uint16_t half);

#endif
