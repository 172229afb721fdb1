/* From a flatbuffer to a list of checked nodes and a plan of one arena. Weights are stored as half
 * floats behind DEQUANTIZE operators: these are folded here, so that only arithmetic is left to
 * run. Every shape is computed again from the operator and must equal what the file says; nothing
 * is checked while running. */
#include "face/network.h"

#include <stdlib.h>
#include <string.h>

/* Builtin operator codes of the TensorFlow Lite schema. */
enum {
  CODE_ADD = 0,
  CODE_CONCAT = 2,
  CODE_CONV = 3,
  CODE_DEPTHWISE = 4,
  CODE_DEQUANTIZE = 6,
  CODE_POOL = 17,
  CODE_MUL = 18,
  CODE_RELU = 19,
  CODE_RESHAPE = 22,
  CODE_PAD = 34,
  CODE_SLICE = 45,
  CODE_PRELU = 54
};
enum { KERNEL_MAX = 16, MESH_POINTS = 468, OUTPUTS_MAX = 8 };

typedef struct network_loader {
  sd_flat flat;
  sd_flat_model model;
  sd_network *network;
  int frames; /* crop frames seen: they come as lips, image-left eye, image-right eye */
} network_loader;

static sd_status damaged(sd_diag *diag, const char *what) {
  return sd_fail(diag, SD_UNREADABLE, "the face network is damaged: %s", what);
}

/* ---- tensors ------------------------------------------------------------------------------- */

static sd_status constant_make(sd_tensor *tensor, const sd_flat_tensor *source, sd_diag *diag) {
  tensor->constant = malloc((source->count > 0 ? source->count : 1) * sizeof(float));
  if (tensor->constant == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the face networks");
  for (size_t i = 0; i < source->count; i++)
    if (source->type == SD_TENSOR_F16) {
      uint16_t half = (uint16_t)(source->data[2 * i] | source->data[2 * i + 1] << 8);
      tensor->constant[i] = sd_half_to_float(half);
    } else {
      memcpy(&tensor->constant[i], source->data + 4 * i, sizeof(float));
    }
  return SD_OK;
}

static sd_status load_tensors(network_loader *loader, sd_diag *diag) {
  sd_network *network = loader->network;
  size_t count = loader->model.tensors.count;
  network->tensors = calloc(count > 0 ? count : 1, sizeof *network->tensors);
  if (network->tensors == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the face networks");
  network->tensor_count = (int)count;
  for (size_t i = 0; i < count; i++) {
    sd_flat_tensor source;
    sd_tensor *tensor = &network->tensors[i];
    if (!sd_flat_tensor_read(&source, &loader->flat, &loader->model, i))
      return damaged(diag, "a tensor is not sound");
    tensor->dims = source.dims;
    tensor->count = source.count;
    memcpy(tensor->shape, source.shape, sizeof tensor->shape);
    if (source.data == NULL || source.type == SD_TENSOR_I32)
      continue;
    sd_status status = constant_make(tensor, &source, diag);
    if (status != SD_OK)
      return status;
  }
  return SD_OK;
}

/* ---- shapes -------------------------------------------------------------------------------- */

static const sd_tensor *input_of(const network_loader *loader, const sd_node *node, int i) {
  return &loader->network->tensors[node->inputs[i]];
}

static const sd_tensor *output_of(const network_loader *loader, const sd_node *node) {
  return &loader->network->tensors[node->output];
}

static bool is_picture(const sd_tensor *tensor) {
  return tensor->dims == 4 && tensor->shape[0] == 1;
}

/* Output side and what the kernel overhangs before the first pixel, for padding SAME or VALID. */
static int window_side(int side, int kernel, int stride, bool same, int *before) {
  *before = 0;
  if (!same)
    return side < kernel ? 0 : (side - kernel) / stride + 1;
  int out = (side + stride - 1) / stride;
  int total = (out - 1) * stride + kernel - side;
  *before = total > 0 ? total / 2 : 0;
  return out;
}

/* Reads padding and strides (fields 0 to 2 in convolutions and pools alike) and checks the sides.
 */
static bool window_sound(network_loader *loader, sd_node *node, size_t options) {
  const sd_tensor *in = input_of(loader, node, 0), *out = output_of(loader, node);
  bool same = sd_flat_option_i8(&loader->flat, options, 0, 0) == 0;
  node->stride_x = sd_flat_option_i32(&loader->flat, options, 1, 0);
  node->stride_y = sd_flat_option_i32(&loader->flat, options, 2, 0);
  if (!is_picture(in) || !is_picture(out) || node->stride_x < 1 || node->stride_y < 1 ||
      node->stride_x > KERNEL_MAX || node->stride_y > KERNEL_MAX || node->kernel_w < 1 ||
      node->kernel_h < 1 || node->kernel_w > KERNEL_MAX || node->kernel_h > KERNEL_MAX)
    return false;
  int width = window_side(in->shape[2], node->kernel_w, node->stride_x, same, &node->before_x);
  int height = window_side(in->shape[1], node->kernel_h, node->stride_y, same, &node->before_y);
  return width == out->shape[2] && height == out->shape[1];
}

static bool convolution_sound(network_loader *loader, sd_node *node, size_t options,
                              bool depthwise) {
  if (node->input_count != 3)
    return false;
  const sd_tensor *in = input_of(loader, node, 0), *weights = input_of(loader, node, 1);
  const sd_tensor *bias = input_of(loader, node, 2), *out = output_of(loader, node);
  if (weights->constant == NULL || bias->constant == NULL || weights->dims != 4)
    return false;
  node->kernel_h = weights->shape[1];
  node->kernel_w = weights->shape[2];
  if (!window_sound(loader, node, options) || (int)bias->count != out->shape[3])
    return false;
  if (depthwise)
    return weights->shape[0] == 1 && weights->shape[3] == in->shape[3] &&
           out->shape[3] == in->shape[3];
  return weights->shape[0] == out->shape[3] && weights->shape[3] == in->shape[3];
}

static bool pool_sound(network_loader *loader, sd_node *node, size_t options) {
  node->kernel_w = sd_flat_option_i32(&loader->flat, options, 3, 0);
  node->kernel_h = sd_flat_option_i32(&loader->flat, options, 4, 0);
  return node->input_count == 1 && window_sound(loader, node, options) &&
         input_of(loader, node, 0)->shape[3] == output_of(loader, node)->shape[3];
}

static bool elementwise_sound(network_loader *loader, sd_node *node) {
  const sd_tensor *in = input_of(loader, node, 0), *out = output_of(loader, node);
  if (in->count != out->count || in->dims < 1)
    return false;
  if (node->kind == SD_NODE_RELU || node->kind == SD_NODE_COPY)
    return true;
  if (node->input_count != 2)
    return false;
  const sd_tensor *other = input_of(loader, node, 1);
  if (node->kind == SD_NODE_PRELU)
    return other->constant != NULL && (int)other->count == in->shape[in->dims - 1];
  return other->count == in->count || (node->kind == SD_NODE_MUL && other->count == 1);
}

/* With a batch of one, joining along axis 1 is appending. */
static bool concat_sound(network_loader *loader, sd_node *node, size_t options) {
  size_t total = 0;
  for (int i = 0; i < node->input_count; i++) {
    const sd_tensor *in = input_of(loader, node, i);
    if (in->dims < 2 || in->shape[0] != 1)
      return false;
    total += in->count;
  }
  return sd_flat_option_i32(&loader->flat, options, 0, 0) == 1 &&
         total == output_of(loader, node)->count;
}

/* Only padding behind the channels occurs; the sides tell the amounts. */
static bool pad_sound(network_loader *loader, sd_node *node) {
  const sd_tensor *in = input_of(loader, node, 0), *out = output_of(loader, node);
  return is_picture(in) && is_picture(out) && in->shape[1] == out->shape[1] &&
         in->shape[2] == out->shape[2] && out->shape[3] >= in->shape[3];
}

static bool custom_sound(network_loader *loader, sd_node *node, const char *name) {
  const sd_tensor *in = input_of(loader, node, 0), *out = output_of(loader, node);
  if (strcmp(name, "Landmarks2TransformMatrix") == 0) {
    node->kind = SD_NODE_CROP_FRAME;
    node->subset = loader->frames++;
    return node->subset < SD_REFINED_LISTS && in->count == 3 * MESH_POINTS && out->count == 16;
  }
  if (node->input_count != 2 || input_of(loader, node, 1)->count != 16)
    return false;
  if (strcmp(name, "TransformTensorBilinear") == 0) {
    node->kind = SD_NODE_CROP;
    return is_picture(in) && is_picture(out) && in->shape[3] == out->shape[3];
  }
  node->kind = SD_NODE_UNCROP;
  return strcmp(name, "TransformLandmarks") == 0 && in->dims == 3 && in->shape[0] == 1 &&
         in->shape[2] == 2 && out->count == in->count;
}

/* ---- nodes --------------------------------------------------------------------------------- */

static bool node_sound(network_loader *loader, sd_node *node, const sd_flat_operator *source) {
  switch (source->code) {
  case CODE_ADD:
    node->kind = SD_NODE_ADD;
    return elementwise_sound(loader, node);
  case CODE_MUL:
    node->kind = SD_NODE_MUL;
    return elementwise_sound(loader, node);
  case CODE_RELU:
    node->kind = SD_NODE_RELU;
    return elementwise_sound(loader, node);
  case CODE_PRELU:
    node->kind = SD_NODE_PRELU;
    return elementwise_sound(loader, node);
  case CODE_RESHAPE:
  case CODE_SLICE:
    node->kind = SD_NODE_COPY;
    return elementwise_sound(loader, node);
  case CODE_CONCAT:
    node->kind = SD_NODE_CONCAT;
    return concat_sound(loader, node, source->options);
  case CODE_CONV:
    node->kind = SD_NODE_CONV;
    return convolution_sound(loader, node, source->options, false);
  case CODE_DEPTHWISE:
    node->kind = SD_NODE_DEPTHWISE;
    return convolution_sound(loader, node, source->options, true);
  case CODE_POOL:
    node->kind = SD_NODE_POOL;
    return pool_sound(loader, node, source->options);
  case CODE_PAD:
    node->kind = SD_NODE_PAD;
    return pad_sound(loader, node);
  case SD_OP_CUSTOM:
    return custom_sound(loader, node, source->custom);
  default:
    return false;
  }
}

/* DEQUANTIZE of stored weights: hand the values over instead of computing them in every run. */
static bool fold(sd_network *network, const sd_flat_operator *source) {
  sd_tensor *from = &network->tensors[source->inputs[0]], *to = &network->tensors[source->output];
  if (from->constant == NULL || to->constant != NULL || from->count != to->count)
    return false;
  to->constant = from->constant;
  from->constant = NULL;
  return true;
}

static sd_status load_node(network_loader *loader, const sd_flat_operator *source, sd_diag *diag) {
  sd_network *network = loader->network;
  sd_node *node = &network->nodes[network->node_count];
  node->input_count = source->input_count;
  memcpy(node->inputs, source->inputs, sizeof node->inputs);
  node->output = source->output;
  if (network->tensors[node->output].constant != NULL || !node_sound(loader, node, source))
    return damaged(diag, "an operator does not fit its tensors");
  network->node_count++;
  return node->kind == SD_NODE_CONV ? sd_node_pack(node, network->tensors, diag) : SD_OK;
}

static sd_status load_nodes(network_loader *loader, sd_diag *diag) {
  sd_network *network = loader->network;
  size_t count = loader->model.operators.count;
  network->nodes = calloc(count > 0 ? count : 1, sizeof *network->nodes);
  if (network->nodes == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the face networks");
  for (size_t i = 0; i < count; i++) {
    sd_flat_operator source;
    if (!sd_flat_operator_read(&source, &loader->flat, &loader->model, i))
      return damaged(diag, "an operator is not sound");
    sd_status status = SD_OK;
    if (source.code != CODE_DEQUANTIZE)
      status = load_node(loader, &source, diag);
    else if (!fold(network, &source))
      status = damaged(diag, "weights are missing");
    if (status != SD_OK)
      return status;
  }
  return SD_OK;
}

static sd_status load_ends(network_loader *loader, sd_diag *diag) {
  sd_network *network = loader->network;
  const sd_flat_model *model = &loader->model;
  if (model->outputs.count > OUTPUTS_MAX)
    return damaged(diag, "too many outputs");
  network->input = sd_flat_i32(&loader->flat, model->inputs.at);
  network->output_count = (int)model->outputs.count;
  for (int i = 0; i < network->output_count; i++) {
    network->outputs[i] = sd_flat_i32(&loader->flat, model->outputs.at + 4 * (size_t)i);
    if (network->outputs[i] < 0 || network->outputs[i] >= network->tensor_count)
      return damaged(diag, "an output does not exist");
  }
  if (network->input < 0 || network->input >= network->tensor_count)
    return damaged(diag, "the input does not exist");
  return SD_OK;
}

/* ---- the arena ----------------------------------------------------------------------------- */

typedef struct life {
  int first, last; /* nodes between which a tensor's values are needed; -1 = before any node */
  bool used;
} life;

/* Every value must be made before it is read, once: then a run never sees stale memory. */
static bool find_lives(life *lives, const sd_network *network) {
  lives[network->input] = (life){-1, -1, true};
  for (int n = 0; n < network->node_count; n++) {
    const sd_node *node = &network->nodes[n];
    for (int i = 0; i < node->input_count; i++) {
      if (network->tensors[node->inputs[i]].constant != NULL)
        continue;
      bool optional = i > 0 && (node->kind == SD_NODE_COPY || node->kind == SD_NODE_PAD);
      if (!lives[node->inputs[i]].used && !optional)
        return false;
      lives[node->inputs[i]].last = n;
    }
    if (lives[node->output].used)
      return false;
    lives[node->output] = (life){n, n, true};
  }
  for (int i = 0; i < network->output_count; i++) {
    if (!lives[network->outputs[i]].used)
      return false;
    lives[network->outputs[i]].last = network->node_count;
  }
  return network->tensors[network->input].constant == NULL;
}

/* The first gap that no tensor of an overlapping life occupies; neighbours are pushed over until
 * nothing overlaps. A few hundred tensors: the quadratic search takes a millisecond. */
static size_t place(const sd_network *network, const life *lives, int which, const int *placed,
                    int count) {
  const sd_tensor *tensor = &network->tensors[which];
  size_t offset = 0;
  bool moved = true;
  while (moved) {
    moved = false;
    for (int i = 0; i < count; i++) {
      const sd_tensor *other = &network->tensors[placed[i]];
      if (lives[placed[i]].last < lives[which].first || lives[placed[i]].first > lives[which].last)
        continue;
      if (offset < other->offset + other->count && other->offset < offset + tensor->count) {
        offset = (other->offset + other->count + 3) / 4 * 4;
        moved = true;
      }
    }
  }
  return offset;
}

static sd_status plan_arena(sd_network *network, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t count = (size_t)network->tensor_count;
  life *lives = calloc(count, sizeof *lives);
  int *placed = calloc(count, sizeof *placed), placed_count = 0;
  if (lives == NULL || placed == NULL)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the face networks");
  else if (!find_lives(lives, network))
    status = damaged(diag, "values are used before they are computed");
  for (int n = -1; status == SD_OK && n < network->node_count; n++) {
    int which = n < 0 ? network->input : network->nodes[n].output;
    sd_tensor *tensor = &network->tensors[which];
    tensor->offset = place(network, lives, which, placed, placed_count);
    placed[placed_count++] = which;
    if (tensor->offset + tensor->count > network->arena)
      network->arena = tensor->offset + tensor->count;
  }
  free(lives);
  free(placed);
  return status;
}

/* ---- load and run -------------------------------------------------------------------------- */

sd_status sd_network_load(sd_network *out, const void *bytes, size_t length, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_network network = {0};
  network_loader loader = {.flat = {bytes, length, false}, .network = &network};
  if (!sd_flat_model_open(&loader.model, &loader.flat))
    return damaged(diag, "it is no network");
  SD_TRY(load_tensors(&loader, diag));
  SD_TRY(load_nodes(&loader, diag));
  SD_TRY(load_ends(&loader, diag));
  SD_TRY(plan_arena(&network, diag));
  if (loader.flat.bad) {
    status = damaged(diag, "something points outside the file");
    goto done;
  }
  *out = network;
  network = (sd_network){0};
done:
  sd_network_clear(&network);
  return status;
}

void sd_network_clear(sd_network *network) {
  for (int i = 0; i < network->tensor_count; i++)
    free(network->tensors[i].constant);
  for (int i = 0; i < network->node_count; i++)
    free(network->nodes[i].packed);
  free(network->tensors);
  free(network->nodes);
  *network = (sd_network){0};
}

size_t sd_network_count(const sd_network *network, int output) {
  return network->tensors[network->outputs[output]].count;
}

static size_t patch_floats(const sd_network *network) {
  size_t most = 1;
  for (int n = 0; n < network->node_count; n++) {
    size_t count = sd_node_patch_floats(&network->nodes[n], network->tensors);
    most = count > most ? count : most;
  }
  return most;
}

sd_status sd_network_run(const sd_network *network, const float *input, float *const *outputs,
                         sd_diag *diag) {
  const sd_tensor *tensors = network->tensors, *in = &tensors[network->input];
  float *arena = malloc((network->arena + patch_floats(network)) * sizeof *arena);
  if (arena == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to run the face networks");
  memcpy(arena + in->offset, input, in->count * sizeof *arena);
  for (int n = 0; n < network->node_count; n++)
    sd_node_run(&network->nodes[n], tensors, arena, arena + network->arena);
  for (int i = 0; i < network->output_count; i++) {
    const sd_tensor *tensor = &tensors[network->outputs[i]];
    memcpy(outputs[i], arena + tensor->offset, tensor->count * sizeof *arena);
  }
  free(arena);
  return SD_OK;
}
