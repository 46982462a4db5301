/* fuzz.h - what the fuzz targets share. Where a promise is broken a target calls FUZZ_CHECK's trap: libFuzzer keeps the
 * input, the plain main dies. */
#ifndef US_TESTS_FUZZ_H
#define US_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(holds)                                                         \
  do {                                                                            \
    if (!(holds)) {                                                               \
      fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #holds); \
      abort();                                                                    \
    }                                                                             \
  } while (0)

static inline us_slice fuzz_slice(const uint8_t *data, size_t size) { return (us_slice){(const char *)data, size}; }

/* A file of this process's own in memory where there is such a folder, which ends in SUFFIX and holds DATA; written
 * anew at each call. The path is borrowed. */
const char *fuzz_file(const char *suffix, const uint8_t *data, size_t size);
/* The folder that it lies in, empty but for such files. */
const char *fuzz_folder(void);

/* What the tiny data set was made to, or what UNSPIN_DATA names. */
const char *fuzz_data(void);

/* The container of an image (base/image.h) with the fixed fields and the checksum put right, so that what lies behind
 * them is reached. */
void fuzz_mend_image(char *bytes, size_t size, uint32_t kind, uint32_t version);

#endif
