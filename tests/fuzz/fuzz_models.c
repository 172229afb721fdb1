/* The readers behind the hash check of the models: any bytes as network or as canonical face. The
 * first byte chooses; a network that loads and is small is also run. */
#include "face/models.h"

#include <stdlib.h>
#include <string.h>

/* Larger inputs only slow the search for faults down. */
enum { RUN_FLOATS_MAX = 1 << 18 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const sd_network *network) {
  float *outputs[8] = {0}, *input;
  size_t count = network->tensors[network->input].count;
  if (network->arena > RUN_FLOATS_MAX || network->node_count > 64)
    return;
  input = calloc(count > 0 ? count : 1, sizeof *input);
  for (int i = 0; i < network->output_count; i++)
    outputs[i] = calloc(sd_network_count(network, i) + 1, sizeof **outputs);
  (void)sd_network_run(network, input, outputs, NULL);
  for (int i = 0; i < network->output_count; i++)
    free(outputs[i]);
  free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1)
    return 0;
  sd_network network = {0};
  sd_geometry geometry = {0};
  if (data[0] % 2 == 0) {
    if (sd_network_load(&network, data + 1, size - 1, NULL) == SD_OK)
      run(&network);
    sd_network_clear(&network);
  } else if (sd_geometry_load(&geometry, data + 1, size - 1, NULL) == SD_OK) {
    sd_geometry_clear(&geometry);
  }
  return 0;
}
