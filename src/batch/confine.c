#define _GNU_SOURCE
#include "batch/confine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_below(const char *real, const char *root) {
  size_t n = strlen(root);
  while (n > 1 && root[n - 1] == '/') n--;
  if (n == 1 && root[0] == '/') return true;
  return strncmp(real, root, n) == 0 && (real[n] == '/' || real[n] == 0);
}

/* False at the first beginning of PATH that is not there: nothing behind it is either. */
static bool look(const char *beginning, const char *root, const char *shown, unspin_status *status, unspin_error *err) {
  char *real = realpath(beginning, NULL);
  if (real && !is_below(real, root))
    *status = us_fail(err, UNSPIN_ERR_INVALID, "%s: a symbolic link leads out of the folder for the results", shown);
  else if (!real && errno != ENOENT && errno != ENOTDIR)
    *status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", shown, strerror(errno));
  bool there = real != NULL;
  free(real);
  return there && !*status;
}

unspin_status us_confine(const char *root, const char *path, unspin_error *err) {
  char *real_root = realpath(root, NULL);
  if (!real_root) return errno == ENOMEM ? us_nomem(err) : UNSPIN_OK; /* not there yet, or an error of the next step */
  char *copy = strdup(path);
  unspin_status status = copy ? UNSPIN_OK : us_nomem(err);
  bool there = copy != NULL;
  for (char *slash = copy ? copy + strlen(root) : NULL; there && slash && *slash;) {
    slash += strspn(slash, "/");
    slash += strcspn(slash, "/");
    char kept = *slash;
    *slash = 0;
    there = look(copy, real_root, path, &status, err);
    *slash = kept;
  }
  free(copy);
  free(real_root);
  return status;
}
