/* clean_values.h - what the values of the options of `unspin clean` say. Each sets its part of OPTIONS; false, with a
 * message, if it makes no sense. */
#ifndef US_CLI_CLEAN_VALUES_H
#define US_CLI_CLEAN_VALUES_H

#include "cli/clean_options.h"

/* Says that WHAT is wrong with ARGUMENT, and where that stands. Always false. */
bool clean_complain(const clean_options *options, const char *what, const char *argument);
bool clean_set_report(clean_options *options, us_renderer *report, const char *name);
bool clean_set_html(clean_options *options, const char *place);
bool clean_set_in_place(clean_options *options, const char *suffix);
/* A number from 0 to 1; WRONG is what to say of others. */
bool clean_set_share(clean_options *options, const char *text, const char *wrong, double *out);
/* Without TEXT: spun rather than not. */
bool clean_set_if_spun(clean_options *options, const char *text);
bool clean_set_dialect(clean_options *options, const char *text);
bool clean_set_color(clean_options *options, const char *text);
bool clean_set_sandbox(clean_options *options, const char *text);
/* Says so. Always false. */
bool clean_out_of_memory(void);
bool clean_add_protected(clean_options *options, const char *word);
bool clean_read_protected(clean_options *options, const char *path);
/* At the end: words are cut out of what clean_read_protected read, and all are handed to the engine. */
bool clean_cut_protected(clean_options *options);
/* Keeps the half of the text at PATH that score does not judge by. */
bool clean_read_like(clean_options *options, const char *path);
bool clean_set_jobs(clean_options *options, const char *text);
bool clean_set_format(clean_options *options, const char *text);
bool clean_set_shard(clean_options *options, const char *text);
bool clean_set_stats(clean_options *options, const char *file);

#endif
