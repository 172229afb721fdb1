/* A loaded network and its run. Read-only after loading: many threads may run one network. */
#ifndef SD_FACE_NETWORK_H
#define SD_FACE_NETWORK_H

#include "face/tflite.h"

typedef struct sd_tensor {
  int dims, shape[4];
  size_t count;
  float *constant; /* owned; NULL for a tensor that is computed */
  size_t offset;   /* place in the arena of a computed tensor, in floats */
} sd_tensor;

typedef enum sd_node_kind {
  SD_NODE_ADD,
  SD_NODE_MUL,
  SD_NODE_CONCAT,
  SD_NODE_CONV,
  SD_NODE_DEPTHWISE,
  SD_NODE_POOL,
  SD_NODE_RELU,
  SD_NODE_PRELU,
  SD_NODE_PAD,
  SD_NODE_COPY,       /* reshape, and the slices here that are the identity */
  SD_NODE_CROP_FRAME, /* Landmarks2TransformMatrix */
  SD_NODE_CROP,       /* TransformTensorBilinear */
  SD_NODE_UNCROP      /* TransformLandmarks */
} sd_node_kind;

typedef struct sd_node {
  sd_node_kind kind;
  int input_count, inputs[SD_OP_INPUTS_MAX], output;
  int kernel_w, kernel_h, stride_x, stride_y, before_x, before_y;
  int subset;    /* SD_NODE_CROP_FRAME: which sd_refined list */
  float *packed; /* SD_NODE_CONV: weights in the order of the inner loop; owned */
} sd_node;

typedef struct sd_network {
  int tensor_count, node_count, output_count;
  sd_tensor *tensors;
  sd_node *nodes;
  int input, outputs[8];
  size_t arena; /* floats */
} sd_network;

/* Reads and checks everything: a network that loaded can be run on any input. */
sd_status sd_network_load(sd_network *out, const void *bytes, size_t length, sd_diag *diag);
void sd_network_clear(sd_network *network);
/* input: as many floats as the input tensor. outputs[i] receives output i (its count of floats). */
sd_status sd_network_run(const sd_network *network, const float *input, float *const *outputs,
                         sd_diag *diag);
size_t sd_network_count(const sd_network *network, int output);

/* operators.c: one node on its operands; a convolution needs room for its patches. */
void sd_node_run(const sd_node *node, const sd_tensor *tensors, float *arena, float *patches);
size_t sd_node_patch_floats(const sd_node *node, const sd_tensor *tensors);
/* Weights of a convolution [out][ky][kx][in] into [out / 8][ky][kx][in][8], short blocks zeroed. */
sd_status sd_node_pack(sd_node *node, const sd_tensor *tensors, sd_diag *diag);

/* attention.c: the three custom operators of the attention mesh. */
void sd_crop_frame(float matrix[16], const float *mesh, int subset);
void sd_crop(float *out, const float *in, const float matrix[16], int width, int height,
             int channels, int out_width, int out_height);
void sd_uncrop(float *out, const float *points, const float matrix[16], int count);

/* Points that the attention heads place again: lips, image-left eye, image-right eye. */
enum { SD_REFINED_LISTS = 3, SD_LIPS_POINTS = 80, SD_EYE_POINTS = 71 };
typedef struct sd_refined {
  const uint16_t *points;
  int count;
  int rotate_from, rotate_to; /* the pair that defines the direction of the crop */
} sd_refined;
extern const sd_refined sd_refined_lists[SD_REFINED_LISTS];

#endif
