/* Any bytes as an ARPA file: reading them and building layers must end in a model or in an error. */
#include "model/arpa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  us_arpa arpa;
  us_layers layers = {0};
  if (us_arpa_parse_bytes((us_slice){(const char *)data, size}, "bytes", &arpa, NULL) == UNSPIN_OK)
    (void)us_arpa_layers(&arpa, "bytes", &layers, NULL);
  us_layers_free(&layers);
  us_arpa_free(&arpa);
  return 0;
}
