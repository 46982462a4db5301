#define _GNU_SOURCE
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"

static char folder[64];

static void remove_folder(void) {
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));) (void)unlinkat(dirfd(d), e->d_name, 0);
  if (d) closedir(d);
  rmdir(folder);
}

const char *fuzz_folder(void) {
  if (*folder) return folder;
  snprintf(folder, sizeof folder, "%s/unspin-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  FUZZ_CHECK(mkdtemp(folder));
  atexit(remove_folder);
  return folder;
}

const char *fuzz_file(const char *suffix, const uint8_t *data, size_t size) {
  static char path[128];
  snprintf(path, sizeof path, "%s/input%s", fuzz_folder(), suffix);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  FUZZ_CHECK(fd >= 0 && (size == 0 || write(fd, data, size) == (ssize_t)size) && close(fd) == 0);
  return path;
}

const char *fuzz_data(void) {
  const char *named = getenv("UNSPIN_DATA");
  return named && *named ? named : TINY_DATA;
}

void fuzz_mend_image(char *p, size_t n, uint32_t kind, uint32_t version) {
  if (n < 40) return;
  uint32_t head[2] = {kind, version};
  uint64_t size = n;
  memcpy(p, "UNSPIN\r\n", 8);
  memcpy(p + 8, head, 8);
  memcpy(p + 16, &size, 8);
  uint64_t hash = us_hash((us_slice){p + 32, n - 32});
  memcpy(p + 24, &hash, 8);
}
