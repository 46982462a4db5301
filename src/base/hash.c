#include "base/hash.h"

#include <xxhash.h>

#include "unspin.h"

/* Whole files, which are hashed when they are opened, go through the widest registers that there are; most else is a
 * word. The hash is the same. */
enum { LARGE = 1 << 16 };

static uint64_t hash_small(us_slice bytes) { return XXH3_64bits(bytes.p, bytes.n); }

#ifdef US_XXH_DISPATCH
#include <xxh_x86dispatch.h>
static uint64_t hash_large(us_slice bytes) { return XXH3_64bits_dispatch(bytes.p, bytes.n); }
#else
static uint64_t hash_large(us_slice bytes) { return hash_small(bytes); }
#endif

uint64_t us_hash(us_slice bytes) { return bytes.n < LARGE ? hash_small(bytes) : hash_large(bytes); }
uint64_t us_hash_seed(us_slice bytes, uint64_t seed) { return XXH3_64bits_withSeed(bytes.p, bytes.n, seed); }

void us_hash_hex(uint64_t hash, char out[17]) {
  for (int i = 15; i >= 0; i--, hash >>= 4) out[i] = "0123456789abcdef"[hash & 15];
  out[16] = 0;
}

uint64_t unspin_hash(const void *bytes, size_t len) { return us_hash((us_slice){bytes, len}); }
