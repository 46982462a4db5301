/* import.h - what the readers of foreign formats share: each finds pairs and hands them to us_import_pair_add. */
#ifndef US_PHRASES_IMPORT_H
#define US_PHRASES_IMPORT_H

#include "forms/forms.h"
#include "phrases/lines.h"
#include "phrases/table.h"

typedef struct us_import {
  unspin_table *table;
  const char *path;
  const unspin_import_options *options;
  unspin_import_report *report;
  us_forms *forms;
  us_buf spun, plain, note; /* tidied texts of the pair at hand */
} us_import;

/* A pair as it was found. ROW holds all that the format says; SPUN and PLAIN come here, as they stand in the file. */
typedef struct us_pair {
  us_slice spun, plain;
  unspin_row row; /* pos 0: not known */
  bool ours;      /* ( * # mean what they mean in our rows; elsewhere they are characters, which no row can hold */
} us_pair;

/* A pair with nothing known but its sides. */
us_pair us_pair_of(us_slice spun, us_slice plain, char pos, int strength, int line);

/* Tidies the pair, finds out its part of speech if that is not known, and adds it. What no row can express is skipped,
 * which is no error. */
unspin_status us_import_add(us_import *im, us_pair *pair, unspin_error *err);
/* Counts an entry that gave no pair. */
void us_import_skip(us_import *im, int line, const char *reason);

/* Replaces what OUT holds by TEXT as rows are written: single blanks, straight apostrophes. */
void us_import_tidy(us_slice text, us_buf *out);
/* Takes out (what stands in brackets) and [square ones], then tidies. */
void us_import_strip_brackets(us_slice text, us_buf *out);
/* Lower-cases words that have a capital for the sake of a list only: Mutual Information, but not Markov. */
void us_import_lower(const us_forms *forms, us_buf *phrase);
/* The part of speech in which both sides inflect alike; x if there is none. Plural nouns on both sides are put into the
 * singular. */
char us_import_pos(const us_forms *forms, const us_syntax *syntax, us_buf *spun, us_buf *plain);

/* One reader a format. Errors as unspin_table_import says. */
unspin_status us_import_tsv(us_import *im, unspin_error *err);
unspin_status us_import_jsonl(us_import *im, unspin_error *err);
unspin_status us_import_csv(us_import *im, unspin_error *err);
unspin_status us_import_spintax(us_import *im, unspin_error *err);
unspin_status us_import_mythes(us_import *im, unspin_error *err);
unspin_status us_import_wordnet(us_import *im, unspin_error *err);
unspin_status us_import_ppdb(us_import *im, unspin_error *err);

/* The format of the file at PATH by its name and beginning. Errors: IO, INVALID (it cannot be told). */
unspin_status us_import_detect(const char *path, unspin_format *out, unspin_error *err);

#endif
