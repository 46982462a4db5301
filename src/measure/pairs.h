/* pairs.h - before/after pairs from files, one after another: a million of them need the memory of one.
 *
 *   NAME.spun.txt + NAME.plain.txt   a document each, which agree line by line
 *   NAME.txt                         a document in slot markup (markup.h); without slots it must not change
 *   NAME.jsonl                       {"id", "spun", "plain": text or [text, ...], "expect", "doc"}; "original" is
 * another name for "plain" NAME.tsv                         spun TAB plain [TAB another plain text that is accepted]...
 *   a directory                      all of these in it and below, by name; what starts with a dot and other kinds of
 *                                    file are passed over
 *
 * Files in markup may begin with lines "# key: value", and a blank line after them: "id" names the pair, "expect" says
 * what is expected of it, other keys are for people. Text is UTF-8. Every error names file and line. */
#ifndef US_MEASURE_PAIRS_H
#define US_MEASURE_PAIRS_H

#include "base/error.h"
#include "base/slice.h"

typedef enum us_expect {
  US_EXPECT_NONE,       /* the file does not say */
  US_EXPECT_CHANGE,     /* must-change: the spun text becomes the plain one */
  US_EXPECT_NO_CHANGE,  /* must-not-change: it comes back byte for byte */
  US_EXPECT_KNOWN_FAIL, /* known-failing: right, but not reached yet */
} us_expect;

/* Borrowed from the reader until the next call. */
typedef struct us_pair {
  us_slice id;           /* "id" of the file, or its name without ending, or "line N" */
  us_slice spun;         /* the whole text, without headers */
  const us_slice *plain; /* one or several accepted texts; of a markup file one, with the first phrase in each slot */
  size_t plain_count;    /* at least 1 */
  us_slice doc;          /* the document that this is a piece of (.jsonl's "doc"); p is NULL if it does not say */
  us_slice gold;         /* the text in slot markup; p is NULL if there is none */
  const char *path;      /* the file (the spun one of two) */
  size_t line;           /* where spun begins, from 1 */
  const char *suite;     /* what it is counted with: the directory of a text, the file of .jsonl and .tsv */
  us_expect expect;
  bool by_line; /* each line is a text of its own: spun and plain (or gold) have as many lines */
} us_pair;

typedef struct us_pairs us_pairs;

/* Looks for the files, but reads none yet. PATHS is borrowed for the call. Errors: IO, INVALID (a file of no known
 * kind, one without its partner, a directory without pairs), NOMEM. */
unspin_status us_pairs_open(const char *const *paths, size_t count, us_pairs **out, unspin_error *err);
void us_pairs_close(us_pairs *pairs);

/* The next pair, or NULL in *PAIR after the last. Errors: IO, FORMAT (with file and line), NOMEM. After an error of a
 * pair the next call goes on behind it, so that one run can tell all errors. */
unspin_status us_pairs_next(us_pairs *pairs, const us_pair **pair, unspin_error *err);

/* "must-change" and the like; "none". */
const char *us_expect_name(us_expect expect);
/* The other way; false if there is no such name. */
bool us_expect_read(us_slice name, us_expect *out);

#endif
