/* stream.h - a large file of records, or standard input, as blocks of whole records: memory follows the block, not the
 * file. What is packed is unpacked on the way. */
#ifndef US_BATCH_STREAM_H
#define US_BATCH_STREAM_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "batch/shard.h"

typedef struct us_stream us_stream;

typedef struct us_stream_options {
  const unspin_options *engine; /* fields and, unless it is to be guessed, the format */
  bool guess_format;
  bool whole;           /* never in blocks */
  const char *encoding; /* that was asked for; NULL: found out */
  us_shard lines;       /* only the lines of this shard */
} us_stream_options;
/* Begins to read PATH ("-": standard input; NAME is what messages call it). What OPTIONS points to is borrowed. Errors:
 * IO, INVALID, NOMEM. */
unspin_status us_stream_open(const char *path, const char *name, const us_stream_options *options, us_stream **out,
                             unspin_error *err);
/* The options with which its blocks are restored, valid once the first was read. */
const unspin_options *us_stream_engine(const us_stream *stream);
/* False: it is no file of records, or not UTF-8, and has to be taken whole. us_stream_rest appends its bytes, packed as
 * they are. */
bool us_stream_in_blocks(const us_stream *stream);
unspin_status us_stream_rest(us_stream *stream, us_buf *out, unspin_error *err);

typedef struct us_block {
  uint64_t first_line; /* of the file */
  uint64_t line_step;  /* from one line of the block to the next */
  bool header;         /* no prose */
  bool last;
} us_block;
/* Replaces what BYTES holds by the next records; none may be left when BLOCK->last is set. Errors: IO, LIMIT, NOMEM,
 * INVALID. */
unspin_status us_stream_next(us_stream *stream, us_buf *bytes, us_block *block, unspin_error *err);

/* Of all bytes read so far, packed as they are: their number and XXH3. */
uint64_t us_stream_bytes(const us_stream *stream);
uint64_t us_stream_hash(const us_stream *stream);
/* Of a stream in blocks. */
unspin_packing us_stream_packing(const us_stream *stream);
/* Hands the bytes of a file that was read to its end on once more, packed as they are. Errors: IO (among them: it is no
 * longer what it was), those of WRITE. */
unspin_status us_stream_again(us_stream *stream, unspin_write_bytes *write, void *cookie, unspin_error *err);
void us_stream_close(us_stream *stream);

#endif
