#define _GNU_SOURCE
#include "batch/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/file.h"
#include "base/hash.h"
#include "batch/confine.h"

static unspin_status fail_errno(unspin_error *err, const char *path, const char *doing) {
  return us_fail(err, UNSPIN_ERR_IO, "%s: cannot %s: %s", path, doing, strerror(errno));
}

/* Two files in a folder must not have one: it is made of the whole name, but where that is so long that the file system
 * might not take it. */
static char *temporary_name(const char *target, bool steady) {
  enum { LONG = 120 };
  const char *slash = strrchr(target, '/');
  size_t folder = slash ? (size_t)(slash + 1 - target) : 0;
  us_slice own = us_slice_of(target + folder);
  us_buf name = {0};
  us_buf_append(&name, (us_slice){target, folder});
  char hex[17];
  us_hash_hex(us_hash(own), hex);
  us_buf_puts(&name, ".unspin-");
  if (steady && own.n <= LONG) us_buf_append(&name, own);
  else us_buf_puts(&name, hex);
  us_buf_puts(&name, steady ? ".tmp" : "-XXXXXX");
  if (name.failed) us_buf_free(&name);
  return name.p;
}

unspin_status us_place_make_folders(const char *path, unspin_error *err) {
  char *copy = strdup(path);
  if (!copy) return us_nomem(err);
  unspin_status status = UNSPIN_OK;
  for (char *slash = strchr(copy + 1, '/'); slash && !status; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    int why = mkdir(copy, 0777) != 0 ? errno : 0;
    if (why && why != EEXIST && access(copy, F_OK) != 0) {
      errno = why;
      status = fail_errno(err, copy, "make the folder");
    }
    *slash = '/';
  }
  free(copy);
  return status;
}

/* A steady name may be taken: by what a run that was killed left, or by what is not our own. The name goes, and never
 * is anything written into what lies there, which may have another name as well. */
static int open_temporary(us_place *p, bool steady) {
  if (!steady) return mkostemp(p->temporary, O_CLOEXEC);
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  int fd = open(p->temporary, flags, 0600);
  if (fd < 0 && errno == EEXIST && unlink(p->temporary) == 0) fd = open(p->temporary, flags, 0600);
  return fd;
}

static unspin_status set_rights(us_place *p, const struct stat *old, mode_t mask, unspin_error *err) {
  if (old && (old->st_uid != geteuid() || old->st_gid != getegid()) && fchown(p->fd, old->st_uid, old->st_gid) != 0)
    errno = 0; /* only root may give files away: the permissions still hold */
  if (fchmod(p->fd, old ? old->st_mode & 07777 : 0666 & ~mask) == 0) return UNSPIN_OK;
  return fail_errno(err, p->target, "set permissions");
}

unspin_status us_place_begin(const char *path, const us_place_style *style, us_place *out, unspin_error *err) {
  *out = (us_place){.fd = -1};
  if (style->inside) US_TRY(us_confine(style->inside, path, err));
  char *real = realpath(path, NULL);
  if (!real && (errno == ENOMEM || errno == EIO)) return fail_errno(err, path, "find");
  out->target = real ? real : strdup(path);
  out->path = strdup(path);
  char *temporary = out->target && out->path ? temporary_name(out->target, style->steady) : NULL;
  if (!temporary) return us_nomem(err);
  struct stat st;
  bool exists = stat(out->target, &st) == 0;
  unspin_status status = UNSPIN_OK;
  if (exists && S_ISDIR(st.st_mode)) status = us_fail(err, UNSPIN_ERR_INVALID, "%s: is a directory", path);
  else if (exists && !S_ISREG(st.st_mode) && style->devices) {
    free(temporary); /* renaming over a device would put a plain file in its place */
    out->fd = open(out->target, O_WRONLY | O_CLOEXEC);
    return out->fd >= 0 ? UNSPIN_OK : fail_errno(err, path, "open");
  } else if (exists && !S_ISREG(st.st_mode)) status = us_fail(err, UNSPIN_ERR_INVALID, "%s: is no regular file", path);
  if (!status && !exists && style->folders) status = us_place_make_folders(out->target, err);
  if (status) {
    free(temporary);
    return status;
  }
  if (style->steady && !(out->hashed = XXH3_createState())) {
    free(temporary);
    return us_nomem(err);
  }
  if (out->hashed) XXH3_64bits_reset(out->hashed);
  out->temporary = temporary;
  out->fd = open_temporary(out, style->steady);
  if (out->fd >= 0) return set_rights(out, exists ? &st : NULL, style->mask, err);
  status = fail_errno(err, path, "write a temporary file beside it");
  free(out->temporary); /* not ours */
  out->temporary = NULL;
  return status;
}

unspin_status us_place_append(us_place *place, us_slice bytes, unspin_error *err) {
  if (place->hashed && bytes.n) XXH3_64bits_update(place->hashed, bytes.p, bytes.n);
  while (bytes.n) {
    ssize_t n = write(place->fd, bytes.p, bytes.n);
    if (n >= 0) bytes = us_slice_sub(bytes, (size_t)n, bytes.n);
    else if (errno != EINTR) return fail_errno(err, place->target, "write");
  }
  return UNSPIN_OK;
}

uint64_t us_place_mtime(const struct stat *st) {
  return (uint64_t)st->st_mtim.tv_sec * 1000000000u + (uint64_t)st->st_mtim.tv_nsec;
}

unspin_status us_place_seal(us_place *place, unspin_error *err) {
  struct stat st = {0};
  bool whole = (!place->temporary || fsync(place->fd) == 0) && fstat(place->fd, &st) == 0;
  unspin_status status = whole ? UNSPIN_OK : fail_errno(err, place->target, "write");
  if (close(place->fd) != 0 && !status) status = fail_errno(err, place->target, "write");
  place->fd = -1;
  if (status) return status;
  place->size = (uint64_t)st.st_size;
  place->mtime = us_place_mtime(&st);
  place->inode = st.st_ino;
  if (place->hashed) place->hash = XXH3_64bits_digest(place->hashed);
  return UNSPIN_OK;
}

/* Long names can be chosen so that one temporary name is made of both: then none gets the other's text. What cannot be
 * looked at counts as ours, which is for the caller to ask of errno. */
static bool is_ours(const us_place *p) {
  struct stat st;
  errno = 0;
  if (lstat(p->temporary, &st) != 0) return errno != ENOENT;
  return st.st_ino == p->inode && (uint64_t)st.st_size == p->size && us_place_mtime(&st) == p->mtime;
}

/* A second name for the old file keeps everything of it: owner, times, permissions. Where links cannot be made, a copy.
 */
static unspin_status keep_old(const char *path, const char *backup, unspin_error *err) {
  struct stat st, there;
  if (stat(path, &st) != 0) return errno == ENOENT ? UNSPIN_OK : fail_errno(err, path, "open");
  if (stat(backup, &there) == 0 &&
      (!S_ISREG(there.st_mode) || (there.st_dev == st.st_dev && there.st_ino == st.st_ino))) {
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: cannot be the backup of %s", backup, path);
  }
  if (unlink(backup) != 0 && errno != ENOENT) return fail_errno(err, backup, "remove the old backup");
  if (link(path, backup) == 0) return UNSPIN_OK;
  us_buf old = {0};
  unspin_status status = us_file_read(path, &old, err);
  if (!status) status = us_file_write_atomic(backup, us_buf_slice(&old), err);
  if (!status && chmod(backup, st.st_mode & 07777) != 0) status = fail_errno(err, backup, "set permissions");
  us_buf_free(&old);
  return status;
}

unspin_status us_place_commit(us_place *place, const char *suffix, unspin_error *err) {
  if (!place->temporary) return UNSPIN_OK; /* a device */
  if (!is_ours(place)) {
    free(place->temporary); /* so that it is not removed */
    place->temporary = NULL;
    return us_fail(err, UNSPIN_ERR_IO, "%s: not written: somebody else took its temporary file away", place->path);
  }
  if (errno) return fail_errno(err, place->target, "look at the new file");
  if (suffix) {
    us_buf backup = {0};
    us_buf_puts(&backup, place->path);
    us_buf_puts(&backup, suffix);
    unspin_status status = backup.failed ? us_nomem(err) : keep_old(place->target, backup.p, err);
    us_buf_free(&backup);
    if (status) return status;
  }
  if (rename(place->temporary, place->target) != 0)
    return fail_errno(err, place->target, "rename the new file over it");
  free(place->temporary);
  place->temporary = NULL;
  return UNSPIN_OK;
}

void us_place_drop(us_place *place) {
  if (place->fd > STDERR_FILENO) close(place->fd);
  if (place->temporary) unlink(place->temporary);
  XXH3_freeState(place->hashed);
  free(place->temporary);
  free(place->path);
  free(place->target);
  *place = (us_place){.fd = -1};
}

unspin_status us_place_write(const char *path, const us_place_style *style, us_slice text, us_place *out,
                             unspin_error *err) {
  US_TRY(us_place_begin(path, style, out, err));
  US_TRY(us_place_append(out, text, err));
  return us_place_seal(out, err);
}

void us_place_sweep(const char *path) {
  char *real = realpath(path, NULL);
  char *temporary = temporary_name(real ? real : path, true);
  if (temporary) unlink(temporary);
  free(temporary);
  free(real);
}

void us_place_sync_folder(const char *path) {
  char *copy = strdup(path);
  if (!copy) return;
  char *slash = strrchr(copy, '/');
  if (slash) slash[slash == copy ? 1 : 0] = 0;
  int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) (void)fsync(fd);
  if (fd >= 0) close(fd);
  free(copy);
}
