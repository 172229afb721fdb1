/* Reader, operators and custom operators against plain definitions, and damaged model files. */
#include "face/face_help.h"

static void half_floats_have_their_values(void **state) {
  (void)state;
  assert_true(sd_half_to_float(0x0000) == 0);
  assert_true(sd_half_to_float(0x3c00) == 1);
  assert_true(sd_half_to_float(0xc000) == -2);
  assert_true(sd_half_to_float(0x3555) == 0x1.554p-2f); /* the half nearest to a third */
  assert_true(sd_half_to_float(0x0001) == 0x1p-24f);    /* smallest subnormal */
  assert_true(sd_half_to_float(0x83ff) == -0x1.ff8p-15f);
  assert_true(isinf(sd_half_to_float(0x7c00)) && isnan(sd_half_to_float(0x7e00)));
}

static void fill(float *v, size_t count, sd_random *random) {
  for (size_t i = 0; i < count; i++)
    v[i] = (float)(sd_random_uniform(random) * 2 - 1);
}

/* Convolution by its definition, for one output value. */
static double convolved(const sd_node *n, const float *in, int side, int channels,
                        const float *weights, int x, int y, bool depthwise, int c) {
  double sum = 0;
  for (int ky = 0; ky < n->kernel_h; ky++)
    for (int kx = 0; kx < n->kernel_w; kx++) {
      int ix = x * n->stride_x + kx - n->before_x, iy = y * n->stride_y + ky - n->before_y;
      if (ix < 0 || iy < 0 || ix >= side || iy >= side)
        continue;
      const float *pixel = in + (iy * side + ix) * channels;
      const float *w = weights + (ky * n->kernel_w + kx) * channels;
      for (int i = 0; i < channels && !depthwise; i++)
        sum += (double)pixel[i] * (double)w[i];
      if (depthwise)
        sum += (double)pixel[c] * (double)w[c];
    }
  return sum;
}

static void check_convolution(bool depthwise, int kernel, int stride) {
  enum { SIDE = 7, IN = 5, OUT = 11 };
  sd_random random = {depthwise ? 7u : 8u};
  int out_channels = depthwise ? IN : OUT, out_side = (SIDE + stride - 1) / stride;
  size_t weight_count = (size_t)(kernel * kernel * IN * (depthwise ? 1 : OUT));
  int total = (out_side - 1) * stride + kernel - SIDE;
  sd_node node = {.kind = depthwise ? SD_NODE_DEPTHWISE : SD_NODE_CONV,
                  .input_count = 3,
                  .inputs = {0, 1, 2},
                  .output = 3,
                  .kernel_w = kernel,
                  .kernel_h = kernel,
                  .stride_x = stride,
                  .stride_y = stride,
                  .before_x = total > 0 ? total / 2 : 0,
                  .before_y = total > 0 ? total / 2 : 0};
  float in[SIDE * SIDE * IN], weights[25 * IN * OUT], bias[OUT];
  float arena[SIDE * SIDE * OUT];
  fill(in, SIDE * SIDE * IN, &random);
  fill(weights, weight_count, &random);
  fill(bias, OUT, &random);
  sd_tensor tensors[4] = {{4, {1, SIDE, SIDE, IN}, SIDE * SIDE * IN, in, 0},
                          {4, {depthwise ? 1 : OUT, kernel, kernel, IN}, weight_count, weights, 0},
                          {1, {out_channels, 0, 0, 0}, (size_t)out_channels, bias, 0},
                          {4,
                           {1, out_side, out_side, out_channels},
                           (size_t)(out_side * out_side * out_channels),
                           NULL,
                           0}};
  if (!depthwise)
    assert_int_equal(sd_node_pack(&node, tensors, NULL), SD_OK);
  float *patches = malloc((sd_node_patch_floats(&node, tensors) + 1) * sizeof *patches);
  assert_non_null(patches);
  sd_node_run(&node, tensors, arena, patches);
  free(patches);
  for (int y = 0; y < out_side; y++)
    for (int x = 0; x < out_side; x++)
      for (int c = 0; c < out_channels; c++) {
        const float *w = depthwise ? weights : weights + (size_t)c * (size_t)(kernel * kernel * IN);
        double truth = convolved(&node, in, SIDE, IN, w, x, y, depthwise, c) + (double)bias[c];
        assert_float_equal((double)arena[(y * out_side + x) * out_channels + c], truth, 1e-5);
      }
  free(node.packed);
}

static void convolutions_equal_their_definition(void **state) {
  (void)state;
  for (int stride = 1; stride <= 2; stride++) {
    check_convolution(false, 1, 1);
    check_convolution(false, 3, stride);
    check_convolution(false, 5, stride);
    check_convolution(true, 3, stride);
  }
}

static void a_crop_and_its_inverse_meet(void **state) {
  (void)state;
  /* A mesh whose lips lie in a turned box: the crop frame must map the crop's middle to the box's.
   */
  float mesh[3 * SD_CANONICAL_POINTS] = {0}, matrix[16], point[2] = {8, 8}, back[2];
  const sd_refined *lips = &sd_refined_lists[0];
  for (int i = 0; i < lips->count; i++) {
    float along = (float)(i % 20) - 9.5f, across = (float)(i / 20) - 1.5f;
    mesh[3 * lips->points[i]] = 30 + 0.8f * along - 0.6f * across;
    mesh[3 * lips->points[i] + 1] = 20 + 0.6f * along + 0.8f * across;
  }
  mesh[3 * lips->rotate_from] = 30 - 0.8f * 9.5f;
  mesh[3 * lips->rotate_from + 1] = 20 - 0.6f * 9.5f;
  mesh[3 * lips->rotate_to] = 30 + 0.8f * 9.5f;
  mesh[3 * lips->rotate_to + 1] = 20 + 0.6f * 9.5f;
  sd_crop_frame(matrix, mesh, 0);
  sd_uncrop(back, point, matrix, 1);
  assert_float_equal((double)back[0], 30, 0.2);
  assert_float_equal((double)back[1], 20, 0.2);
  assert_float_equal((double)(matrix[4] / matrix[0]), 0.75, 0.01); /* tan of the turn */
}

static void models_load_and_are_whole(void **state) {
  (void)state;
  sd_models *models = help_models();
  const float *points = sd_models_canonical(models);
  size_t triangles = 0;
  const uint16_t *corners = sd_models_triangles(models, &triangles);
  assert_int_equal(triangles, 898);
  for (size_t i = 0; i < 3 * triangles; i++)
    assert_true(corners[i] < SD_CANONICAL_POINTS);
  assert_float_equal((double)points[3 * 10 + 1], 8.2618, 1e-4); /* top of the forehead, cm up */
  for (int i = 0; i < SD_CANONICAL_POINTS; i++) {
    int other = models->geometry.mirror[i];
    assert_int_equal(models->geometry.mirror[other], i);
    assert_float_equal((double)points[3 * i], -(double)points[3 * other], 0.02);
  }
  sd_models_free(models);
}

static void changed_models_are_refused(void **state) {
  (void)state;
  size_t length = 0;
  uint8_t *bytes = help_read_models(&length);
  sd_models *models = NULL;
  sd_diag diag = {{0}};
  if (bytes == NULL) {
    print_message("skipped: " SD_MODEL_DIR "/" SD_MODELS_FILE " is absent\n");
    skip();
  }
  static const size_t places[] = {100, 2000000, 3740000, 3800000};
  for (size_t i = 0; i < 4; i++) {
    bytes[places[i]] ^= 1;
    assert_int_equal(sd_models_load(&models, bytes, length, &diag), SD_UNREADABLE);
    assert_null(models);
    bytes[places[i]] ^= 1;
  }
  assert_int_equal(sd_models_load(&models, bytes, length - 1, &diag), SD_UNREADABLE);
  assert_int_equal(sd_models_load(&models, bytes, 0, &diag), SD_UNREADABLE);
  free(bytes);
}

/* Behind the hash check the readers must stand on their own: cut and changed files never crash. */
static void readers_survive_damage(void **state) {
  (void)state;
  size_t length = 0;
  uint8_t *bytes = help_read_models(&length);
  if (bytes == NULL) {
    print_message("skipped: " SD_MODEL_DIR "/" SD_MODELS_FILE " is absent\n");
    skip();
  }
  size_t first = 3757224, size = 229032, geometry_first = 3737848, geometry_size = 19376;
  sd_random random = {1};
  uint8_t *copy = malloc(size);
  assert_non_null(copy);
  for (int round = 0; round < 600; round++) {
    memcpy(copy, bytes + first, size);
    size_t cut = round % 3 == 0 ? sd_random_next(&random) % size : size;
    for (int k = 0; k < 4 && round % 3 != 0; k++)
      copy[size - 1 - sd_random_next(&random) % 30000] = (uint8_t)sd_random_next(&random);
    sd_network network = {0};
    if (sd_network_load(&network, copy, cut, NULL) == SD_OK)
      sd_network_clear(&network);
    memcpy(copy, bytes + geometry_first, geometry_size);
    copy[sd_random_next(&random) % geometry_size] ^= (uint8_t)(1 << round % 8);
    sd_geometry geometry = {0};
    size_t part = round % 2 ? geometry_size : sd_random_next(&random) % geometry_size;
    if (sd_geometry_load(&geometry, copy, part, NULL) == SD_OK)
      sd_geometry_clear(&geometry);
  }
  sd_geometry geometry = {0};
  assert_int_equal(sd_geometry_load(&geometry, bytes + geometry_first, geometry_size - 1, NULL),
                   SD_UNREADABLE);
  free(copy);
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(half_floats_have_their_values),
      cmocka_unit_test(convolutions_equal_their_definition),
      cmocka_unit_test(a_crop_and_its_inverse_meet),
      cmocka_unit_test(models_load_and_are_whole),
      cmocka_unit_test(changed_models_are_refused),
      cmocka_unit_test(readers_survive_damage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
