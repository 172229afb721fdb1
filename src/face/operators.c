/* The float32 operators, NHWC, batch 1. A convolution takes four output pixels at a time and eight
 * output channels in two SSE2-sized vectors: each weight loaded serves four pixels and stays in
 * registers. Sums run over the inputs in one fixed order, so results are the same on every run. */
#include "face/network.h"

#include "base/lanes.h"

#include <stdlib.h>
#include <string.h>

enum { PIXELS = 4, CHANNELS = 2 * SD_LANES };

/* Eight channels of four pixels: sums[pixel][channel] = sum over inputs of patch * weight. Names
 * instead of arrays, so that the sums stay in registers. */
static void multiply_block(float sums[PIXELS][CHANNELS], const float *const patch[PIXELS],
                           const float *weights, size_t inputs) {
  sd_lanes a0 = {0}, a1 = {0}, b0 = {0}, b1 = {0}, c0 = {0}, c1 = {0}, d0 = {0}, d1 = {0};
  sd_lanes a, b, c, d, w0, w1;
  size_t i = 0;
  for (; i + SD_LANES <= inputs; i += SD_LANES) {
    sd_lanes_load(&a, patch[0] + i);
    sd_lanes_load(&b, patch[1] + i);
    sd_lanes_load(&c, patch[2] + i);
    sd_lanes_load(&d, patch[3] + i);
#pragma GCC unroll 4
    for (int lane = 0; lane < SD_LANES; lane++) {
      sd_lanes_load(&w0, weights);
      sd_lanes_load(&w1, weights + SD_LANES);
      a0 += a[lane] * w0;
      a1 += a[lane] * w1;
      b0 += b[lane] * w0;
      b1 += b[lane] * w1;
      c0 += c[lane] * w0;
      c1 += c[lane] * w1;
      d0 += d[lane] * w0;
      d1 += d[lane] * w1;
      weights += CHANNELS;
    }
  }
  for (; i < inputs; i++) {
    sd_lanes_load(&w0, weights);
    sd_lanes_load(&w1, weights + SD_LANES);
    a0 += patch[0][i] * w0;
    a1 += patch[0][i] * w1;
    b0 += patch[1][i] * w0;
    b1 += patch[1][i] * w1;
    c0 += patch[2][i] * w0;
    c1 += patch[2][i] * w1;
    d0 += patch[3][i] * w0;
    d1 += patch[3][i] * w1;
    weights += CHANNELS;
  }
  sd_lanes all[PIXELS][2] = {{a0, a1}, {b0, b1}, {c0, c1}, {d0, d1}};
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

/* All output channels of up to four neighbouring output pixels. */
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

static void add_products(float *restrict out, const float *restrict a, const float *restrict b,
                         size_t count) {
  size_t i = 0;
  for (; i + SD_LANES <= count; i += SD_LANES) {
    sd_lanes sum, one, two;
    sd_lanes_load(&sum, out + i);
    sd_lanes_load(&one, a + i);
    sd_lanes_load(&two, b + i);
    sum += one * two;
    sd_lanes_store(out + i, &sum);
  }
  for (; i < count; i++)
    out[i] += a[i] * b[i];
}

static void convolve_depthwise(float *out, const float *in, const sd_node *node,
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

static void prelu(float *restrict out, const float *restrict in, const float *restrict slope,
                  size_t pixels, size_t channels) {
  for (size_t p = 0; p < pixels; p++, out += channels, in += channels)
    for (size_t c = 0; c < channels; c++)
      out[c] = in[c] >= 0 ? in[c] : in[c] * slope[c];
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
