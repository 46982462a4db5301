#define _GNU_SOURCE
#include "model/column.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

/* From this size on, large pages save more time than they waste memory. */
enum { HUGE = 32 << 20 };

static unspin_status fail_errno(unspin_error *err, const char *path, const char *doing) {
  int e = errno;
  return us_fail(err, UNSPIN_ERR_IO, "%s: cannot %s: %s", path, doing, strerror(e));
}

unspin_status us_scratch_file(const char *dir, int *fd, unspin_error *err) {
  *fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (*fd >= 0) return UNSPIN_OK;
  /* not every file system knows files without a name: make one and take the name away */
  us_buf name = {0};
  us_buf_printf(&name, "%s/unspin-XXXXXX", dir);
  if (name.failed) {
    us_buf_free(&name);
    return us_nomem(err);
  }
  *fd = mkostemp(name.p, O_CLOEXEC);
  unspin_status status = UNSPIN_OK;
  if (*fd < 0) status = fail_errno(err, dir, "create a temporary file in it");
  else if (unlink(name.p) != 0) {
    status = fail_errno(err, name.p, "remove the name of the temporary file");
    close(*fd);
    *fd = -1;
  }
  us_buf_free(&name);
  return status;
}

unspin_status us_column_reserve(us_column *column, const us_scratch *scratch, size_t bytes, unspin_error *err) {
  if (bytes <= column->cap) return UNSPIN_OK;
  size_t cap = column->cap + column->cap / 2;
  if (cap < bytes) cap = bytes;
  cap = (cap + 65535) / 65536 * 65536;
  if (!column->p) {
    column->on_disk = scratch->on_disk;
    if (column->on_disk) US_TRY(us_scratch_file(scratch->dir, &column->fd, err));
  }
  /* blocks are taken now: a full disk must be an error here and not a SIGBUS later */
  int full = column->on_disk ? posix_fallocate(column->fd, 0, (off_t)cap) : 0;
  if (full) {
    if (!column->p) close(column->fd);
    return us_fail(err, UNSPIN_ERR_IO, "%s: no room for %zu bytes of scratch: %s", scratch->dir, cap, strerror(full));
  }
  void *p;
  if (column->p) p = mremap(column->p, column->cap, cap, MREMAP_MAYMOVE);
  else if (column->on_disk) p = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_SHARED, column->fd, 0);
  else p = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) {
    if (!column->p && column->on_disk) close(column->fd);
    return us_fail(err, UNSPIN_ERR_NOMEM, "out of memory for %zu bytes of scratch", cap);
  }
  if (!column->on_disk && cap >= HUGE) (void)madvise(p, cap, MADV_HUGEPAGE);
  column->p = p;
  column->cap = cap;
  us_column_rest(column); /* what was written before is seldom read soon */
  return UNSPIN_OK;
}

void us_column_rest(us_column *column) {
  if (column->p && column->on_disk) (void)madvise(column->p, column->cap, MADV_DONTNEED);
}

void us_column_free(us_column *column) {
  if (column->p) {
    munmap(column->p, column->cap);
    if (column->on_disk) close(column->fd);
  }
  *column = (us_column){0};
}

static char *directory_of(const char *path) {
  char *copy = strdup(path);
  if (!copy) return NULL;
  char *slash = strrchr(copy, '/');
  if (!slash) {
    free(copy);
    return strdup(".");
  }
  slash[slash == copy ? 1 : 0] = 0;
  return copy;
}

/* A name beside PATH that nobody uses; the caller frees it. */
static char *name_beside(const char *path, int *fd) {
  us_buf name = {0};
  us_buf_printf(&name, "%s.unspin-XXXXXX", path);
  if (name.failed) {
    us_buf_free(&name);
    return NULL;
  }
  *fd = mkostemp(name.p, O_CLOEXEC);
  return name.p;
}

unspin_status us_outfile_open(us_outfile *file, const char *path, size_t n, unspin_error *err) {
  *file = (us_outfile){.n = n, .fd = -1};
  unspin_status status = UNSPIN_OK;
  char *resolved = realpath(path, NULL); /* a symbolic link stays one: the file that it names is replaced */
  file->path = resolved ? resolved : strdup(path);
  char *dir = file->path ? directory_of(file->path) : NULL;
  if (!dir) {
    status = us_nomem(err);
    goto out;
  }
  status = us_file_may_replace(file->path, err);
  if (status) goto out;
  file->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  if (file->fd < 0) {
    file->temporary = name_beside(file->path, &file->fd);
    if (!file->temporary) status = us_nomem(err);
    else if (file->fd < 0) {
      free(file->temporary);
      file->temporary = NULL;
      status = fail_errno(err, path, "create a temporary file beside it");
    }
    if (status) goto out;
  }
  int full = posix_fallocate(file->fd, 0, (off_t)n);
  if (full) {
    status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot reserve %zu bytes: %s", path, n, strerror(full));
    goto out;
  }
  void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0);
  if (p == MAP_FAILED) {
    status = us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory for %zu bytes", path, n);
    goto out;
  }
  file->p = p;
out:
  free(dir);
  if (status) us_outfile_discard(file);
  return status;
}

unspin_status us_outfile_commit(us_outfile *file, unspin_error *err) {
  unspin_status status = UNSPIN_OK;
  if (fsync(file->fd) != 0) status = fail_errno(err, file->path, "write");
  if (!status && !file->temporary) {
    /* linkat will not replace a file, so the nameless one gets a passing name first */
    int unused = -1;
    file->temporary = name_beside(file->path, &unused);
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", file->fd);
    if (!file->temporary) status = us_nomem(err);
    else if (unused < 0) status = fail_errno(err, file->path, "create a file beside it");
    else {
      close(unused);
      unlink(file->temporary);
      if (linkat(AT_FDCWD, self, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW) != 0)
        status = fail_errno(err, file->path, "link the new file");
    }
  }
  if (!status) {
    mode_t mask = umask(0);
    umask(mask);
    struct stat old;
    mode_t mode = stat(file->path, &old) == 0 ? old.st_mode & 07777 : 0666 & ~mask;
    if (fchmod(file->fd, mode) != 0) status = fail_errno(err, file->path, "set permissions");
  }
  if (!status && rename(file->temporary, file->path) != 0)
    status = fail_errno(err, file->path, "rename the new file over it");
  if (!status) {
    free(file->temporary);
    file->temporary = NULL;
  }
  us_outfile_discard(file);
  return status;
}

void us_outfile_discard(us_outfile *file) {
  if (file->p) munmap(file->p, file->n);
  if (file->temporary) unlink(file->temporary);
  if (file->path && file->fd >= 0) close(file->fd);
  free(file->temporary);
  free(file->path);
  *file = (us_outfile){.fd = -1};
}
