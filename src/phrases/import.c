/* import.c - one import: set up, given to the reader of its format, and each pair made into a row. */
#include "phrases/import.h"

#include <math.h>
#include <stdio.h>

static const char *const names[UNSPIN_FORMAT_COUNT] = {"auto",    "tsv",    "jsonl",   "csv",
                                                       "spintax", "mythes", "wordnet", "ppdb"};

const char *unspin_format_name(unspin_format format) { return format < UNSPIN_FORMAT_COUNT ? names[format] : NULL; }

unspin_format unspin_format_named(const char *name) {
  unspin_format f = UNSPIN_FORMAT_AUTO;
  while (f < UNSPIN_FORMAT_COUNT && strcmp(name, names[f]) != 0) f++;
  return f;
}

void unspin_import_options_init(unspin_import_options *options) {
  *options = (unspin_import_options){.size = sizeof *options};
}

us_pair us_pair_of(us_slice spun, us_slice plain, char pos, int strength, int line) {
  us_pair pair = {.spun = spun, .plain = plain};
  unspin_row_init(&pair.row);
  pair.row.pos = pos;
  pair.row.strength = strength;
  pair.row.line = line;
  return pair;
}

/* Without REASON it is counted, no more. */
static void tell_skipped(us_import *im, int line, const char *reason) {
  im->report->skipped++;
  if (im->options->skipped && reason) im->options->skipped(im->options->cookie, line, reason);
}

/* An entry that is looked at; false when the watcher says stop. */
static bool count_entry(us_import *im) {
  im->report->entries++;
  return im->report->entries % 4096 || !im->options->watch ||
         im->options->watch(im->options->cookie, im->report->entries);
}

void us_import_skip(us_import *im, int line, const char *reason) {
  im->report->entries++;
  tell_skipped(im, line, reason);
}

static bool has_notation(us_slice phrase) {
  for (size_t i = 0; i < phrase.n; i++)
    if (memchr("(*#", phrase.p[i], 3)) return true;
  return false;
}

/* Occurrences per million words; -1 if it is not known: a phrase in our notation is more than one phrase. */
static double rate_of(const us_import *im, us_slice phrase) {
  const unspin_import_options *o = im->options;
  if (!o->usual || has_notation(phrase)) return -1;
  return 1e6 * pow(10, o->usual(o->cookie, phrase.p, phrase.n));
}

unspin_status us_import_add(us_import *im, us_pair *pair, unspin_error *err) {
  unspin_row *row = &pair->row;
  unspin_error why;
  unspin_added what;
  if (!count_entry(im)) return us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
  us_import_tidy(pair->spun, &im->spun);
  us_import_tidy(pair->plain, &im->plain);
  if (im->options->pos) row->pos = im->options->pos;
  if (im->options->strength) row->strength = im->options->strength;
  us_syntax syntax = us_syntax_of(&im->table->syntax);
  if (!row->pos) row->pos = us_import_pos(im->forms, &syntax, &im->spun, &im->plain);
  if (im->spun.failed || im->plain.failed) return us_nomem(err);
  if (memchr(us_buf_slice(&im->spun).p, 0, im->spun.n) || memchr(us_buf_slice(&im->plain).p, 0, im->plain.n)) {
    tell_skipped(im, row->line, "a NUL byte");
    return UNSPIN_OK;
  }
  if (!pair->ours && (has_notation(us_buf_slice(&im->spun)) || has_notation(us_buf_slice(&im->plain)))) {
    tell_skipped(im, row->line, "a character that means something else in a row: one of ( * #");
    return UNSPIN_OK;
  }
  row->spun = us_buf_slice(&im->spun).p;
  row->plain = us_buf_slice(&im->plain).p;
  row->source = im->options->source;
  unspin_status status = unspin_table_check_row(im->table, row, &why);
  if (status == UNSPIN_ERR_NOMEM) return us_nomem(err);
  if (status) {
    bool told = im->report->format == UNSPIN_FORMAT_TSV; /* by the error that it is there */
    tell_skipped(im, row->line, told ? NULL : why.message);
    return UNSPIN_OK;
  }
  if (row->rate_spun < 0 && !(row->when && *row->when)) row->rate_spun = rate_of(im, us_buf_slice(&im->spun));
  if (row->rate_plain < 0) row->rate_plain = rate_of(im, us_buf_slice(&im->plain));
  US_TRY(unspin_table_add(im->table, row, im->options->replace, &what, NULL, err));
  if (what == UNSPIN_ADDED) im->report->added++;
  else if (what == UNSPIN_REPLACED) im->report->replaced++;
  else im->report->already_there++;
  return UNSPIN_OK;
}

static unspin_status open_forms(const unspin_table *t, us_forms **out, unspin_error *err) {
  us_buf path = {0};
  us_buf_printf(&path, "%s/forms.bin", t->data_dir);
  unspin_status status = path.failed ? us_nomem(err) : us_forms_open(path.p, out, err);
  us_buf_free(&path);
  return status;
}

unspin_status unspin_table_guess_pos(unspin_table *t, const char *spun, const char *plain, char *pos,
                                     unspin_error *err) {
  us_forms *forms = NULL;
  us_buf s = {0}, p = {0};
  *pos = 'x';
  if (!t->data_dir) return us_fail(err, UNSPIN_ERR_INVALID, "%s: opened to read", t->path);
  US_TRY(open_forms(t, &forms, err));
  us_buf_puts(&s, spun);
  us_buf_puts(&p, plain);
  us_syntax syntax = us_syntax_of(&t->syntax);
  if (!s.failed && !p.failed) *pos = us_import_pos(forms, &syntax, &s, &p);
  bool same = us_slice_eq(us_buf_slice(&s), us_slice_of(spun)); /* a plural that had to be made singular */
  if (!same) *pos = 'x';
  us_buf_free(&s);
  us_buf_free(&p);
  us_forms_close(forms);
  return UNSPIN_OK;
}

static unspin_status read_format(us_import *im, unspin_error *err) {
  switch (im->report->format) {
    case UNSPIN_FORMAT_TSV: return us_import_tsv(im, err);
    case UNSPIN_FORMAT_JSONL: return us_import_jsonl(im, err);
    case UNSPIN_FORMAT_CSV: return us_import_csv(im, err);
    case UNSPIN_FORMAT_SPINTAX: return us_import_spintax(im, err);
    case UNSPIN_FORMAT_MYTHES: return us_import_mythes(im, err);
    case UNSPIN_FORMAT_WORDNET: return us_import_wordnet(im, err);
    case UNSPIN_FORMAT_PPDB: return us_import_ppdb(im, err);
    case UNSPIN_FORMAT_AUTO:
    case UNSPIN_FORMAT_COUNT: break;
  }
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: no such format", im->path);
}

static unspin_status check_options(const unspin_import_options *o, unspin_error *err) {
  if (o->size != sizeof *o)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_import_options_init");
  if (!o->source) return us_fail(err, UNSPIN_ERR_INVALID, "an import needs a source");
  if (o->strength < 0 || o->strength > US_STRENGTH_MAX)
    return us_fail(err, UNSPIN_ERR_INVALID, "the strength %d is not 1 to 5", o->strength);
  if (o->pos && !strchr("vnarx", o->pos))
    return us_fail(err, UNSPIN_ERR_INVALID, "the part of speech is none of v n a r x");
  return UNSPIN_OK;
}

unspin_status unspin_table_import(unspin_table *t, const char *path, const unspin_import_options *options,
                                  unspin_import_report *report, unspin_error *err) {
  unspin_import_report unread;
  us_import im = {.table = t, .path = path, .options = options, .report = report ? report : &unread};
  *im.report = (unspin_import_report){.format = options->format};
  US_TRY(us_table_may_write(t, err));
  US_TRY(check_options(options, err));
  if (options->format == UNSPIN_FORMAT_AUTO) US_TRY(us_import_detect(path, &im.report->format, err));
  US_TRY(unspin_table_set_source(t, options->source, options->licence, options->note, err));
  unspin_status status = open_forms(t, &im.forms, err);
  if (!status) status = read_format(&im, err);
  us_forms_close(im.forms);
  us_buf_free(&im.spun);
  us_buf_free(&im.plain);
  us_buf_free(&im.note);
  return status;
}
