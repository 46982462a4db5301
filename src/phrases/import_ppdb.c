/* import_ppdb.c - the Paraphrase Database: [TAG] ||| phrase ||| paraphrase ||| features ||| alignment ||| entailment.
 * The paraphrase is what a spinner would put for the phrase. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>

#include "phrases/import.h"

enum { FIELDS = 6 };

/* "[NN]" and the like: only base forms inflect; all others are taken as they stand. */
static char pos_of(us_slice tag) {
  static const struct {
    const char *tag;
    char pos;
  } tags[] = {{"[NN]", 'n'}, {"[VB]", 'v'}, {"[JJ]", 'a'}, {"[RB]", 'r'}};
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
    if (us_slice_eq(tag, us_slice_of(tags[i].tag))) return tags[i].pos;
  return 'x';
}

static size_t cut_fields(us_slice line, us_slice *out) {
  size_t n = 0;
  for (const char *bar = line.p; bar && n < FIELDS; n++) {
    bar = line.n ? memmem(line.p, line.n, "|||", 3) : NULL;
    out[n] = us_slice_trim((us_slice){line.p, bar ? (size_t)(bar - line.p) : line.n});
    if (bar) line = us_slice_sub(line, out[n].p ? (size_t)(bar - line.p) + 3 : 0, line.n);
  }
  return n;
}

/* The value of NAME in "a=1 b=2"; NONE if it is not there. */
static double feature(us_slice features, const char *name, double none) {
  us_slice word, key;
  while (us_slice_cut(&features, ' ', &word)) {
    us_slice_cut(&word, '=', &key);
    if (word.p && us_slice_eq(key, us_slice_of(name))) {
      char number[32] = {0};
      memcpy(number, word.p, word.n < sizeof number ? word.n : sizeof number - 1);
      return strtod(number, NULL);
    }
  }
  return none;
}

/* Version 2's score goes from about 1 to 6; version 1 has none. */
static int strength_of(us_slice features, us_slice entailment) {
  double score = feature(features, "PPDB2.0Score", 0);
  if (us_slice_eq(entailment, US_LIT("OtherRelated"))) return 1;
  return score >= 4.5 ? 3 : score >= 3 ? 2 : 1;
}

/* From -ln p; 0 if it is not known. */
static double probability(us_slice features, const char *name) {
  double cost = feature(features, name, -1);
  return cost >= 0 ? exp(-cost) : 0;
}

static unspin_status add(us_import *im, us_slice line, int number, unspin_error *err) {
  us_slice f[FIELDS] = {{0}};
  size_t n = cut_fields(line, f);
  if (n < 3) return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: fewer than three fields parted by |||", im->path, number);
  if (us_slice_eq(f[5], US_LIT("Exclusion")) || us_slice_eq(f[5], US_LIT("Independent"))) {
    us_import_skip(im, number, "the two are marked as not meaning the same");
    return UNSPIN_OK;
  }
  us_slice features = n > 3 ? f[3] : US_LIT("");
  us_pair pair = us_pair_of(f[2], f[1], pos_of(f[0]), strength_of(features, f[5]), number);
  pair.row.p_spun = probability(features, "p(e|f)");
  pair.row.p_plain = probability(features, "p(f|e)");
  return us_import_add(im, &pair, err);
}

unspin_status us_import_ppdb(us_import *im, unspin_error *err) {
  us_lines lines;
  us_slice line;
  bool more = true;
  US_TRY(us_lines_open(im->path, &lines, err));
  unspin_status status = UNSPIN_OK;
  while (!status) {
    status = us_lines_next(&lines, &line, &more, err);
    if (status || !more) break;
    if (us_slice_trim(line).n) status = add(im, line, lines.number, err);
  }
  us_lines_close(&lines);
  return status;
}
