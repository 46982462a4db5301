/* Runs a fuzz target without libFuzzer: each FILE, or file of a folder, as it is, and then ROUNDS times with a few
 * bytes changed, cut out or doubled (the same ones every time). Keeps the targets compiling and gives the plain test
 * run a look at them. usage: TARGET [-r ROUNDS] FILE|FOLDER... */
#define _GNU_SOURCE /* asprintf */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t seed = 1;
static size_t below(size_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return n ? (size_t)(seed >> 33) % n : 0;
}

static size_t change(uint8_t *p, size_t n) {
  for (size_t edits = 1 + below(4); edits-- && n;) {
    size_t at = below(n), span = 1 + below(8);
    if (span > n - at) span = n - at;
    switch (below(4)) {
      case 0: p[at] ^= (uint8_t)(1u << below(8)); break;
      case 1: p[at] = (uint8_t)below(256); break;
      case 2:
        memmove(p + at, p + at + span, n - at - span);
        n -= span;
        break;
      default: /* the buffer has room for 64 bytes more */
        memmove(p + at + span, p + at, n - at);
        n += span;
        break;
    }
  }
  return n;
}

static int run_file(const char *path, long rounds) {
  FILE *f = fopen(path, "rb");
  if (!f || fseek(f, 0, SEEK_END) != 0) {
    fprintf(stderr, "%s: cannot read\n", path);
    if (f) fclose(f);
    return 1;
  }
  long size = ftell(f);
  rewind(f);
  size_t n = size > 0 ? (size_t)size : 0;
  uint8_t *bytes = malloc(n + 1), *copy = malloc(n + 64);
  if (bytes && copy && fread(bytes, 1, n, f) == n) {
    LLVMFuzzerTestOneInput(bytes, n);
    for (long i = 0; i < rounds; i++) {
      memcpy(copy, bytes, n);
      size_t changed = change(copy, n);
      uint8_t *exact = malloc(changed + 1); /* so that a sanitizer sees a step outside */
      if (!exact) break;
      memcpy(exact, copy, changed);
      LLVMFuzzerTestOneInput(exact, changed);
      free(exact);
    }
  }
  free(bytes);
  free(copy);
  fclose(f);
  return 0;
}

static int run_path(const char *path, long rounds) {
  struct dirent **names;
  int failed = 0, n = scandir(path, &names, NULL, alphasort);
  if (n < 0) return run_file(path, rounds);
  if (n <= 2) {
    fprintf(stderr, "%s: an empty folder\n", path);
    failed = 1;
  }
  for (int i = 0; i < n; i++) {
    char *file = NULL;
    if (names[i]->d_name[0] != '.')
      failed |= asprintf(&file, "%s/%s", path, names[i]->d_name) < 0 || run_file(file, rounds);
    free(file);
    free(names[i]);
  }
  free(names);
  return failed;
}

int main(int argc, char **argv) {
  long rounds = 0;
  int first = 1, failed = 0;
  if (argc > 2 && strcmp(argv[1], "-r") == 0) {
    rounds = strtol(argv[2], NULL, 10);
    first = 3;
  }
  for (int i = first; i < argc; i++) failed |= run_path(argv[i], rounds);
  return failed;
}
