/* Any bytes as the command line of clean or batch, an argument a line, or as a configuration file: it is taken or
 * refused in one line. Input: a byte that says which, then the text. Slashes become underlines, so that only what lies
 * in an empty folder can be named. */
#define _GNU_SOURCE /* strsep */
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "cli/clean_options.h"
#include "fuzz/fuzz.h"

enum { MOST = 40 };

static void open_once(void) {
  static bool done;
  if (done) return;
  done = true;
  FUZZ_CHECK(chdir(fuzz_folder()) == 0 && setenv("XDG_CONFIG_HOME", "/dev/null/none", 1) == 0);
  FUZZ_CHECK(freopen("/dev/null", "r", stdin));
}

/* Messages go into a buffer: one line for each refusal. */
static void read_options(int argc, char **argv) {
  char said[4096] = "";
  clean_options o;
  FILE *before = stderr, *buffer = fmemopen(said, sizeof said - 1, "w");
  FUZZ_CHECK(buffer);
  stderr = buffer;
  optind = 0; /* forget where the last command line was left */
  (void)getopt(1, argv, "");
  bool ok = clean_options_read(argc, argv, &o);
  stderr = before;
  fclose(buffer);
  size_t lines = 0;
  for (const char *c = said; (c = strchr(c, '\n')); c++) lines++;
  for (const char *c = said; *c; c++) FUZZ_CHECK((unsigned char)*c >= 0x20 || *c == '\n');
  FUZZ_CHECK(ok ? lines == 0 : lines == 1);
  if (ok) (void)clean_options_hash(&o);
  clean_options_free(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > 4096) return 0;
  open_once();
  char *text = malloc(size), *argv[MOST + 2] = {NULL}, clean[] = "clean", batch[] = "batch", config[] = "--config";
  FUZZ_CHECK(text);
  memcpy(text, data + 1, size - 1);
  text[size - 1] = 0;
  for (size_t i = 0; i + 1 < size; i++)
    if (text[i] == '/') text[i] = '_';
  int argc = 1;
  argv[0] = data[0] & 1 ? batch : clean;
  if (data[0] & 2) {
    argv[argc++] = config;
    argv[argc++] = (char *)(uintptr_t)fuzz_file(".unspin", (const uint8_t *)text, size - 1);
  } else
    for (char *rest = text; rest && argc < MOST;) argv[argc++] = strsep(&rest, "\n");
  argv[argc] = NULL;
  read_options(argc, argv);
  free(text);
  return 0;
}
