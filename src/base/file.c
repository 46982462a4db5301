#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP 65536u

static unspin_status fail_errno(unspin_error *err, const char *path, const char *doing) {
  int e = errno;
  return us_fail(err, UNSPIN_ERR_IO, "%s: cannot %s: %s", path, doing, strerror(e));
}

unspin_status us_fd_read(int fd, const char *name, us_buf *buf, unspin_error *err) {
  for (;;) {
    if (!us_buf_reserve(buf, READ_STEP)) return us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", name);
    ssize_t got = read(fd, buf->p + buf->n, buf->cap - buf->n - 1);
    if (got < 0) {
      if (errno == EINTR) continue;
      return fail_errno(err, name, "read");
    }
    buf->n += (size_t)got;
    buf->p[buf->n] = 0;
    if (got == 0) return UNSPIN_OK;
  }
}

unspin_status us_file_read(const char *path, us_buf *buf, unspin_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(err, path, "open");
  struct stat st;
  unspin_status status = UNSPIN_OK;
  if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
    status = us_fail(err, UNSPIN_ERR_INVALID, "%s: is a directory", path);
  } else {
    if (S_ISREG(st.st_mode) && st.st_size > 0 && !us_buf_reserve(buf, (size_t)st.st_size + 1))
      status = us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", path);
    else status = us_fd_read(fd, path, buf, err);
  }
  close(fd);
  return status;
}

static unspin_status write_all(int fd, const char *path, us_slice data, unspin_error *err) {
  while (data.n) {
    ssize_t put = write(fd, data.p, data.n);
    if (put < 0) {
      if (errno == EINTR) continue;
      return fail_errno(err, path, "write");
    }
    data.p += put;
    data.n -= (size_t)put;
  }
  return UNSPIN_OK;
}

/* The directory entry must be on disk too before the write counts as done. Some file systems refuse; that is no error.
 */
static void sync_directory_of(const char *path) {
  char *copy = strdup(path);
  if (!copy) return;
  char *slash = strrchr(copy, '/');
  if (slash) slash[slash == copy ? 1 : 0] = 0;
  int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    (void)fsync(fd);
    close(fd);
  }
  free(copy);
}

static unspin_status write_temporary(const char *target, char *temporary, us_slice data, unspin_error *err) {
  struct stat old;
  bool exists = stat(target, &old) == 0;
  if (exists && !S_ISREG(old.st_mode)) return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file", target);
  int fd = mkostemp(temporary, O_CLOEXEC);
  if (fd < 0) return fail_errno(err, target, "create a temporary file beside it");
  mode_t mask = umask(0);
  umask(mask);
  unspin_status status = write_all(fd, target, data, err);
  if (!status && exists && (old.st_uid != geteuid() || old.st_gid != getegid()) &&
      fchown(fd, old.st_uid, old.st_gid) != 0)
    errno = 0; /* only root may give files away: the permissions below still hold */
  if (!status && fchmod(fd, exists ? old.st_mode & 07777 : 0666 & ~mask) != 0)
    status = fail_errno(err, target, "set permissions");
  if (!status && fsync(fd) != 0) status = fail_errno(err, target, "write");
  if (close(fd) != 0 && !status) status = fail_errno(err, target, "write");
  return status;
}

unspin_status us_file_write_atomic(const char *path, us_slice data, unspin_error *err) {
  char *resolved = realpath(path, NULL);
  if (!resolved && (errno == ENOMEM || errno == EIO)) return fail_errno(err, path, "find");
  const char *target = resolved ? resolved : path;
  us_buf temporary = {0};
  us_buf_puts(&temporary, target);
  us_buf_puts(&temporary, ".unspin-XXXXXX");
  unspin_status status = temporary.failed ? us_nomem(err) : write_temporary(target, temporary.p, data, err);
  if (!status && rename(temporary.p, target) != 0) status = fail_errno(err, target, "rename the new file over it");
  if (status && !temporary.failed) unlink(temporary.p);
  if (!status) sync_directory_of(target);
  us_buf_free(&temporary);
  free(resolved);
  return status;
}

unspin_status us_file_may_replace(const char *path, unspin_error *err) {
  struct stat old;
  if (stat(path, &old) != 0 || S_ISREG(old.st_mode)) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file", path);
}

unspin_status us_map_open(const char *path, us_map *out, unspin_error *err) {
  *out = (us_map){0};
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(err, path, "open");
  struct stat st;
  unspin_status status = UNSPIN_OK;
  if (fstat(fd, &st) != 0) status = fail_errno(err, path, "read");
  else if (!S_ISREG(st.st_mode)) status = us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file", path);
  else if (st.st_size > 0) {
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) status = fail_errno(err, path, "map");
    else *out = (us_map){p, (size_t)st.st_size};
  }
  close(fd);
  return status;
}

void us_map_close(us_map *map) {
  if (map->p) munmap((void *)(uintptr_t)map->p, map->n);
  *map = (us_map){0};
}
