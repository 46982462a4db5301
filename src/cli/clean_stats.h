/* clean_stats.h - the figures of a run as JSON, and the sum of several runs'. */
#ifndef US_CLI_CLEAN_STATS_H
#define US_CLI_CLEAN_STATS_H

#include "cli/clean_tell.h"

/* With what they were made: figures of different ones are not to be added. */
typedef struct clean_stamp {
  char unspin[32], data[20], options[17];
  us_shard shard;
  bool parts; /* the shard took lines of one file */
} clean_stamp;

/* Appends one line of JSON. */
void clean_stats_format(const clean_counts *counts, const clean_stamp *stamp, us_buf *out);
/* Reads it back. False with a message that names PATH. */
bool clean_stats_read(const char *path, clean_counts *counts, clean_stamp *stamp);
void clean_counts_add(clean_counts *sum, const clean_counts *part);

#endif
