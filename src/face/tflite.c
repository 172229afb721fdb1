/* FlatBuffers: a table starts with a signed offset back to its vtable, which holds for each field
 * id the place of the field in the table, or 0. Every read goes through the four functions at the
 * top, which check it against the length; a bad read gives 0 and is remembered. */
#include "face/tflite.h"

#include <string.h>

/* No network here has more than 1,100 tensors; a larger count is a damaged file. */
enum { ELEMENTS_MAX = 8192, SIDE_MAX = 4096, TENSOR_VALUES_MAX = 1 << 22 };

static bool inside(sd_flat *flat, size_t at, size_t bytes) {
  if (at <= flat->length && bytes <= flat->length - at)
    return true;
  flat->bad = true;
  return false;
}

static uint32_t read_u16(sd_flat *flat, size_t at) {
  if (!inside(flat, at, 2))
    return 0;
  return (uint32_t)flat->v[at] | (uint32_t)flat->v[at + 1] << 8;
}

static uint32_t read_u32(sd_flat *flat, size_t at) {
  if (!inside(flat, at, 4))
    return 0;
  return read_u16(flat, at) | read_u16(flat, at + 2) << 16;
}

int32_t sd_flat_i32(sd_flat *flat, size_t at) {
  uint32_t bits = read_u32(flat, at);
  int32_t value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Place of field `id` of a table, 0 when absent. */
static size_t field(sd_flat *flat, size_t table, int id) {
  int64_t vtable = (int64_t)table - sd_flat_i32(flat, table);
  if (vtable < 0 || !inside(flat, (size_t)vtable, 4))
    return 0;
  size_t entry = 4 + 2 * (size_t)id;
  if (entry + 2 > read_u16(flat, (size_t)vtable))
    return 0;
  uint32_t offset = read_u16(flat, (size_t)vtable + entry);
  return offset == 0 ? 0 : table + offset;
}

/* What the offset stored at `at` points to; 0 when at is 0 or leads outside. */
static size_t follow(sd_flat *flat, size_t at) {
  if (at == 0)
    return 0;
  size_t target = at + read_u32(flat, at);
  return inside(flat, target, 4) ? target : 0;
}

static sd_flat_vector vector_of(sd_flat *flat, size_t table, int id, size_t element_bytes) {
  sd_flat_vector out = {0};
  size_t at = follow(flat, field(flat, table, id));
  if (at == 0)
    return out;
  size_t count = read_u32(flat, at);
  if (count > flat->length || !inside(flat, at + 4, count * element_bytes))
    return out;
  out.at = at + 4;
  out.count = count;
  return out;
}

static size_t table_of(sd_flat *flat, const sd_flat_vector *vector, size_t i) {
  if (i >= vector->count) {
    flat->bad = true;
    return 0;
  }
  size_t at = follow(flat, vector->at + 4 * i);
  if (at == 0)
    flat->bad = true;
  return at;
}

int sd_flat_option_i8(sd_flat *flat, size_t table, int id, int otherwise) {
  size_t at = table == 0 ? 0 : field(flat, table, id);
  if (at == 0 || !inside(flat, at, 1))
    return otherwise;
  return (int8_t)flat->v[at];
}

int sd_flat_option_i32(sd_flat *flat, size_t table, int id, int otherwise) {
  size_t at = table == 0 ? 0 : field(flat, table, id);
  return at == 0 ? otherwise : sd_flat_i32(flat, at);
}

bool sd_flat_model_open(sd_flat_model *out, sd_flat *flat) {
  if (flat->length < 8 || memcmp(flat->v + 4, "TFL3", 4) != 0)
    return false;
  size_t root = read_u32(flat, 0);
  if (!inside(flat, root, 4))
    return false;
  sd_flat_vector graphs = vector_of(flat, root, 2, 4);
  size_t graph = table_of(flat, &graphs, 0);
  if (flat->bad)
    return false;
  out->codes = vector_of(flat, root, 1, 4);
  out->buffers = vector_of(flat, root, 4, 4);
  out->tensors = vector_of(flat, graph, 0, 4);
  out->inputs = vector_of(flat, graph, 1, 4);
  out->outputs = vector_of(flat, graph, 2, 4);
  out->operators = vector_of(flat, graph, 3, 4);
  return !flat->bad && out->tensors.count <= ELEMENTS_MAX && out->operators.count <= ELEMENTS_MAX &&
         out->inputs.count == 1 && out->outputs.count >= 1;
}

static bool read_shape(sd_flat_tensor *out, sd_flat *flat, size_t table) {
  sd_flat_vector shape = vector_of(flat, table, 0, 4);
  if (shape.count > 4)
    return false;
  out->dims = (int)shape.count;
  out->count = 1;
  for (size_t d = 0; d < shape.count; d++) {
    int32_t side = sd_flat_i32(flat, shape.at + 4 * d);
    if (side < 1 || side > SIDE_MAX)
      return false;
    out->shape[d] = side;
    out->count *= (size_t)side;
    if (out->count > TENSOR_VALUES_MAX)
      return false;
  }
  return true;
}

bool sd_flat_tensor_read(sd_flat_tensor *out, sd_flat *flat, const sd_flat_model *model, size_t i) {
  *out = (sd_flat_tensor){0};
  size_t table = table_of(flat, &model->tensors, i);
  if (table == 0 || !read_shape(out, flat, table))
    return false;
  out->type = sd_flat_option_i8(flat, table, 1, 0);
  size_t element = out->type == SD_TENSOR_F16 ? 2 : 4;
  if (out->type < SD_TENSOR_F32 || out->type > SD_TENSOR_I32)
    return false;
  int buffer = sd_flat_option_i32(flat, table, 2, 0);
  if (buffer < 0)
    return false;
  size_t holder = table_of(flat, &model->buffers, (size_t)buffer);
  sd_flat_vector data = vector_of(flat, holder, 0, 1);
  if (flat->bad)
    return false;
  if (data.count == 0)
    return true;
  out->data = flat->v + data.at;
  return data.count >= out->count * element;
}

static bool read_code(sd_flat_operator *out, sd_flat *flat, const sd_flat_model *model,
                      size_t table) {
  int index = sd_flat_option_i32(flat, table, 0, 0);
  if (index < 0)
    return false;
  size_t code = table_of(flat, &model->codes, (size_t)index);
  if (code == 0)
    return false;
  int old = sd_flat_option_i8(flat, code, 0, 0);
  int wide = sd_flat_option_i32(flat, code, 3, 0);
  out->code = old > wide ? old : wide;
  sd_flat_vector name = vector_of(flat, code, 1, 1);
  size_t length = name.count < sizeof out->custom - 1 ? name.count : sizeof out->custom - 1;
  if (length > 0)
    memcpy(out->custom, flat->v + name.at, length);
  return !flat->bad;
}

bool sd_flat_operator_read(sd_flat_operator *out, sd_flat *flat, const sd_flat_model *model,
                           size_t i) {
  *out = (sd_flat_operator){0};
  size_t table = table_of(flat, &model->operators, i);
  if (table == 0 || !read_code(out, flat, model, table))
    return false;
  sd_flat_vector inputs = vector_of(flat, table, 1, 4);
  sd_flat_vector outputs = vector_of(flat, table, 2, 4);
  if (flat->bad || outputs.count != 1 || inputs.count < 1 || inputs.count > SD_OP_INPUTS_MAX)
    return false;
  out->input_count = (int)inputs.count;
  for (size_t k = 0; k < inputs.count; k++)
    out->inputs[k] = sd_flat_i32(flat, inputs.at + 4 * k);
  out->output = sd_flat_i32(flat, outputs.at);
  out->options = follow(flat, field(flat, table, 4));
  int tensors = (int)model->tensors.count;
  for (int k = 0; k < out->input_count; k++)
    if (out->inputs[k] < 0 || out->inputs[k] >= tensors)
      return false;
  return !flat->bad && out->output >= 0 && out->output < tensors;
}

float sd_half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  uint32_t exponent = half >> 10 & 31, mantissa = half & 1023, bits;
  float value;
  if (exponent == 0) { /* zero or subnormal: mantissa * 2^-24 */
    value = (float)mantissa * 0x1p-24f;
    return sign ? -value : value;
  }
  bits = sign | (exponent == 31 ? 0x7f800000u : (exponent + 112) << 23) | mantissa << 13;
  memcpy(&value, &bits, sizeof value);
  return value;
}
