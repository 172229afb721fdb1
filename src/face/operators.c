/* The float32 operators, NHWC, batch 1. A convolution takes eight output pixels and eight output
 * channels at a time: each weight loaded serves eight pixels, and the sums stay in registers. Sums
 * run over the inputs in one fixed order, so results are the same on every run and processor. */
#include "face/network.h"

#include "base/clones.h"
#include "base/lanes.h"

#include <stdlib.h>
#include <string.h>

enum { PIXELS = 8, CHANNELS = SD_WIDE };

/* Eight channels of eight pixels: sums[pixel][channel] = sum over inputs of patch * weight. Names
 * instead of arrays, so that the sums stay in registers. */
SD_CLONES static void multiply_block(float sums[PIXELS][CHANNELS], const float *const patch[PIXELS],
                                     const float *weights, size_t inputs) {
  sd_wide a = {0}, b = {0}, c = {0}, d = {0}, e = {0}, f = {0}, g = {0}, h = {0}, w;
  const float *pa = patch[0], *pb = patch[1], *pc = patch[2], *pd = patch[3];
  const float *pe = patch[4], *pf = patch[5], *pg = patch[6], *ph = patch[7];
  for (size_t i = 0; i < inputs; i++, weights += CHANNELS) {
    sd_wide_load(&w, weights);
    a += pa[i] * w;
    b += pb[i] * w;
    c += pc[i] * w;
    d += pd[i] * w;
    e += pe[i] * w;
    f += pf[i] * w;
    g += pg[i] * w;
    h += ph[i] * w;
  }
  sd_wide all[PIXELS] = {a, b, c, d, e, f, g, h};
  memcpy(sums, all, sizeof all);
}

/* Copies the input under the kernel at output (x, y); zero where it hangs over the border. */
static void gather(float *patch, const sd_node *node, const float *in, const int *shape, int x,
                   int y) {
  size_t channels = (size_t)shape[3];
  for (int ky = 0; ky < node->kernel_h; ky++)
    for (int kx = 0; kx < node->kernel_w; kx++, patch += channels) {
      int ix = x * node->stride_x + kx - node->before_x;
      int iy = y * node->stride_y + ky - node->before_y;
      if (ix < 0 || iy < 0 || ix >= shape[2] || iy >= shape[1])
        memset(patch, 0, channels * sizeof *patch);
      else
        memcpy(patch, in + ((size_t)iy * (size_t)shape[2] + (size_t)ix) * channels,
               channels * sizeof *patch);
    }
}

static bool is_pointwise(const sd_node *node) {
  return node->kernel_w == 1 && node->kernel_h == 1 && node->stride_x == 1 && node->stride_y == 1;
}

size_t sd_node_patch_floats(const sd_node *node, const sd_tensor *tensors) {
  if (node->kind != SD_NODE_CONV)
    return 0;
  size_t inputs = (size_t)node->kernel_w * (size_t)node->kernel_h;
  return PIXELS * inputs * (size_t)tensors[node->inputs[0]].shape[3];
}

sd_status sd_node_pack(sd_node *node, const sd_tensor *tensors, sd_diag *diag) {
  const sd_tensor *weights = &tensors[node->inputs[1]];
  size_t outputs = (size_t)weights->shape[0], inputs = weights->count / outputs;
  size_t blocks = (outputs + CHANNELS - 1) / CHANNELS;
  node->packed = calloc(blocks * inputs * CHANNELS, sizeof *node->packed);
  if (node->packed == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the face networks");
  for (size_t o = 0; o < outputs; o++)
    for (size_t i = 0; i < inputs; i++)
      node->packed[(o / CHANNELS * inputs + i) * CHANNELS + o % CHANNELS] =
          weights->constant[o * inputs + i];
  return SD_OK;
}

/* All output channels of up to PIXELS neighbouring output pixels. */
static void convolve_pixels(float *out, int pixels, const float *const patch[PIXELS],
                            const sd_node *node, const float *bias, size_t inputs,
                            size_t channels) {
  float sums[PIXELS][CHANNELS];
  for (size_t first = 0; first < channels; first += CHANNELS) {
    multiply_block(sums, patch, node->packed + first * inputs, inputs);
    size_t count = channels - first < CHANNELS ? channels - first : CHANNELS;
    for (int p = 0; p < pixels; p++)
      for (size_t c = 0; c < count; c++)
        out[(size_t)p * channels + first + c] = sums[p][c] + bias[first + c];
  }
}

static void convolve(float *out, const float *in, const sd_node *node, const sd_tensor *tensors,
                     float *patches) {
  const int *shape = tensors[node->inputs[0]].shape;
  const sd_tensor *result = &tensors[node->output];
  const float *bias = tensors[node->inputs[2]].constant;
  size_t channels = (size_t)result->shape[3];
  size_t inputs = (size_t)node->kernel_w * (size_t)node->kernel_h * (size_t)shape[3];
  int width = result->shape[2], total = result->shape[1] * width;
  for (int first = 0; first < total; first += PIXELS) {
    const float *patch[PIXELS];
    int pixels = total - first < PIXELS ? total - first : PIXELS;
    for (int p = 0; p < PIXELS; p++) {
      int pixel = first + (p < pixels ? p : 0);
      patch[p] = in + (size_t)pixel * inputs;
      if (is_pointwise(node))
        continue;
      float *room = patches + (size_t)p * inputs;
      gather(room, node, in, shape, pixel % width, pixel / width);
      patch[p] = room;
    }
    convolve_pixels(out + (size_t)first * channels, pixels, patch, node, bias, inputs, channels);
  }
}

static SD_CLONED void add_products(float *restrict out, const float *restrict a,
                                   const float *restrict b, size_t count) {
  size_t i = 0;
  for (; i + SD_WIDE <= count; i += SD_WIDE) {
    sd_wide sum, one, two;
    sd_wide_load(&sum, out + i);
    sd_wide_load(&one, a + i);
    sd_wide_load(&two, b + i);
    sum += one * two;
    sd_wide_store(out + i, &sum);
  }
  for (; i < count; i++)
    out[i] += a[i] * b[i];
}

SD_CLONES static void convolve_depthwise(float *out, const float *in, const sd_node *node,
                                         const sd_tensor *tensors) {
  const int *shape = tensors[node->inputs[0]].shape, *result = tensors[node->output].shape;
  const float *weights = tensors[node->inputs[1]].constant;
  const float *bias = tensors[node->inputs[2]].constant;
  size_t channels = (size_t)shape[3];
  for (int y = 0; y < result[1]; y++)
    for (int x = 0; x < result[2]; x++, out += channels) {
      memcpy(out, bias, channels * sizeof *out);
      for (int ky = 0; ky < node->kernel_h; ky++)
        for (int kx = 0; kx < node->kernel_w; kx++) {
          int ix = x * node->stride_x + kx - node->before_x;
          int iy = y * node->stride_y + ky - node->before_y;
          if (ix < 0 || iy < 0 || ix >= shape[2] || iy >= shape[1])
            continue;
          add_products(out, in + ((size_t)iy * (size_t)shape[2] + (size_t)ix) * channels,
                       weights + (size_t)(ky * node->kernel_w + kx) * channels, channels);
        }
    }
}

static void pool(float *out, const float *in, const sd_node *node, const sd_tensor *tensors) {
  const int *shape = tensors[node->inputs[0]].shape, *result = tensors[node->output].shape;
  size_t channels = (size_t)shape[3];
  for (int y = 0; y < result[1]; y++)
    for (int x = 0; x < result[2]; x++, out += channels) {
      bool first = true;
      for (int ky = 0; ky < node->kernel_h; ky++)
        for (int kx = 0; kx < node->kernel_w; kx++) {
          int ix = x * node->stride_x + kx - node->before_x;
          int iy = y * node->stride_y + ky - node->before_y;
          if (ix < 0 || iy < 0 || ix >= shape[2] || iy >= shape[1])
            continue;
          const float *v = in + ((size_t)iy * (size_t)shape[2] + (size_t)ix) * channels;
          for (size_t c = 0; c < channels; c++)
            out[c] = first || v[c] > out[c] ? v[c] : out[c];
          first = false;
        }
    }
}

static void pad_channels(float *out, const float *in, size_t pixels, size_t from, size_t to) {
  for (size_t p = 0; p < pixels; p++) {
    memcpy(out + p * to, in + p * from, from * sizeof *out);
    memset(out + p * to + from, 0, (to - from) * sizeof *out);
  }
}

/* As a sum of both parts, of which one is zero: no branch. */
SD_CLONES static void prelu(float *restrict out, const float *restrict in,
                            const float *restrict slope, size_t pixels, size_t channels) {
  for (size_t p = 0; p < pixels; p++, out += channels, in += channels)
    for (size_t c = 0; c < channels; c++)
      out[c] = (in[c] > 0 ? in[c] : 0) + (in[c] < 0 ? in[c] : 0) * slope[c];
}

static const float *operand(const sd_node *node, const sd_tensor *tensors, const float *arena,
                            int i) {
  const sd_tensor *tensor = &tensors[node->inputs[i]];
  return tensor->constant != NULL ? tensor->constant : arena + tensor->offset;
}

static void run_elementwise(const sd_node *node, const sd_tensor *tensors, float *arena,
                            float *restrict out) {
  const sd_tensor *first = &tensors[node->inputs[0]];
  const float *a = operand(node, tensors, arena, 0);
  const float *b = node->input_count > 1 ? operand(node, tensors, arena, 1) : NULL;
  size_t count = first->count, channels = (size_t)first->shape[first->dims - 1];
  bool single = node->input_count > 1 && tensors[node->inputs[1]].count == 1;
  if (node->kind == SD_NODE_ADD)
    for (size_t i = 0; i < count; i++)
      out[i] = a[i] + b[i];
  else if (node->kind == SD_NODE_MUL)
    for (size_t i = 0; i < count; i++)
      out[i] = a[i] * (single ? b[0] : b[i]);
  else if (node->kind == SD_NODE_RELU)
    for (size_t i = 0; i < count; i++)
      out[i] = a[i] > 0 ? a[i] : 0;
  else if (node->kind == SD_NODE_PRELU)
    prelu(out, a, b, count / channels, channels);
  else
    memcpy(out, a, count * sizeof *out);
}

static void run_custom(const sd_node *node, const sd_tensor *tensors, float *arena, float *out) {
  const int *in = tensors[node->inputs[0]].shape, *result = tensors[node->output].shape;
  const float *a = operand(node, tensors, arena, 0);
  if (node->kind == SD_NODE_CROP_FRAME)
    sd_crop_frame(out, a, node->subset);
  else if (node->kind == SD_NODE_CROP)
    sd_crop(out, a, operand(node, tensors, arena, 1), in[2], in[1], in[3], result[2], result[1]);
  else
    sd_uncrop(out, a, operand(node, tensors, arena, 1), in[1]);
}

static void concatenate(const sd_node *node, const sd_tensor *tensors, float *arena, float *out) {
  for (int i = 0; i < node->input_count; i++) {
    size_t count = tensors[node->inputs[i]].count;
    memcpy(out, operand(node, tensors, arena, i), count * sizeof *out);
    out += count;
  }
}

void sd_node_run(const sd_node *node, const sd_tensor *tensors, float *arena, float *patches) {
  const sd_tensor *in = &tensors[node->inputs[0]], *result = &tensors[node->output];
  float *out = arena + result->offset;
  const float *a = operand(node, tensors, arena, 0);
  switch (node->kind) {
  case SD_NODE_CONV:
    convolve(out, a, node, tensors, patches);
    break;
  case SD_NODE_DEPTHWISE:
    convolve_depthwise(out, a, node, tensors);
    break;
  case SD_NODE_POOL:
    pool(out, a, node, tensors);
    break;
  case SD_NODE_PAD:
    pad_channels(out, a, in->count / (size_t)in->shape[3], (size_t)in->shape[3],
                 (size_t)result->shape[3]);
    break;
  case SD_NODE_CONCAT:
    concatenate(node, tensors, arena, out);
    break;
  case SD_NODE_CROP_FRAME:
  case SD_NODE_CROP:
  case SD_NODE_UNCROP:
    run_custom(node, tensors, arena, out);
    break;
  default:
    run_elementwise(node, tensors, arena, out);
  }
}
