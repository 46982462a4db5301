/* file.h - whole files in, whole files out, mapped files; every error names the path. */
#ifndef US_BASE_FILE_H
#define US_BASE_FILE_H

#include "base/buf.h"
#include "base/error.h"

/* Appends the file's bytes to BUF. A directory is an error. */
unspin_status us_file_read(const char *path, us_buf *buf, unspin_error *err);
/* The same from an open descriptor; NAME is for messages. */
unspin_status us_fd_read(int fd, const char *name, us_buf *buf, unspin_error *err);

/* Writes DATA beside PATH under a temporary name, syncs, and renames over PATH: the old file stands until the
 * new one is whole. A symbolic link is followed: the file that it names is replaced. Where PATH exists its permissions,
 * and where allowed its owner, are kept. What is no regular file (a device, a pipe) is refused. */
unspin_status us_file_write_atomic(const char *path, us_slice data, unspin_error *err);

/* Whether PATH may be renamed over: INVALID if it is there and no regular file. */
unspin_status us_file_may_replace(const char *path, unspin_error *err);

/* Read-only mapping of a whole file. An empty file gives an empty slice. */
typedef struct us_map {
  const unsigned char *p;
  size_t n;
} us_map;
unspin_status us_map_open(const char *path, us_map *out, unspin_error *err);
void us_map_close(us_map *map);

#endif
