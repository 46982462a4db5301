/* cmd_phrases_learn.c - unspin phrases learn: rows out of pairs. */
#define _GNU_SOURCE /* getopt_long */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "cli/cmd_phrases_learn.h"
#include "cli/output.h"
#include "cli/progress.h"

static const char help[] =
    "Usage: unspin phrases learn [OPTION]... PAIRS...\n"
    "       unspin phrases learn [OPTION]... --plain PLAIN SPUN\n"
    "       unspin phrases learn [OPTION]... --review DECISIONS\n"
    "       unspin phrases learn [OPTION]... --comparable SPUN CLEAN\n"
    "\n"
    "Learns what a spinner puts for what, and writes it to a phrase table as rows with\n"
    "counts and probabilities. The words of each pair are aligned by least edits, changed\n"
    "runs are cut into phrases of up to six words, and one row serves all forms of a word.\n"
    "\n"
    "PAIRS are what 'unspin check' reads: NAME.spun.txt beside NAME.plain.txt, slot markup\n"
    "(NAME.txt), .jsonl with \"spun\" and \"plain\", .tsv (spun TAB plain), folders of these;\n"
    "'-' is JSON Lines from standard input. Texts may be sentences or whole articles.\n"
    "\n"
    "Where from:\n"
    "  --plain PLAIN         two versions of a folder (or file): every file below SPUN with\n"
    "                        the one of the same name below PLAIN\n"
    "  --review DECISIONS    JSON Lines, a decision each: \"spun\" (what stood there), \"plain\"\n"
    "                        (what was proposed), \"decision\": accept, reject, edit (with\n"
    "                        \"instead\", the right phrase) or skip; \"before\" and \"after\", the\n"
    "                        text around it, help; \"row\" is the row's id, of what a row\n"
    "                        did: one that was turned down three times and never accepted\n"
    "                        is switched off\n"
    "  --comparable          SPUN and CLEAN (files or folders) are about the same things, but\n"
    "                        no versions of one text: writes proposals as a table in TSV,\n"
    "                        for a person to look through and import\n"
    "\n"
    "Where to:\n"
    "  --in WHERE            user (the default), project, system or a table's file\n"
    "  --tsv FILE            no table, but a list: spun, plain, part of speech, count, count\n"
    "                        of the spun phrase, P(plain|spun), P(spun|plain), count of the\n"
    "                        plain phrase, significance, strength, hash of the first example\n"
    "                        ('-': standard output)\n"
    "  --source NAME         what the rows name as their source (the first file's name); what\n"
    "                        was learned under it before is replaced\n"
    "  --dry-run, -n         only say what would be learned\n"
    "\n"
    "What counts:\n"
    "  --min-count N         leave out what was seen less often (1; 2 where there is much)\n"
    "  --min-p P             leave out what P(plain|spun) is below (0.005)\n"
    "  --significance G      the log-likelihood ratio to reach (10.83: one in a thousand;\n"
    "                        0 with --review: decisions are no chance)\n"
    "  --most N              with --comparable: proposals for a spun phrase (3)\n"
    "  --least SCORE         with --comparable: the score to reach, 0 to 1 (0.3)\n"
    "\n"
    "  --data DIR            where the compiled data lies\n"
    "  --table FILE          with --comparable: a table to look related words up in, too\n"
    "  --quiet, -q           no progress, no summary\n"
    "  --help, -h            this text\n"
    "\n"
    "Examples:\n"
    "  unspin phrases learn pairs.jsonl              teach your own table a spinner\n"
    "  unspin phrases learn --in project pairs/      the same for this project only\n"
    "  unspin phrases learn --plain originals spun   from two versions of a folder\n"
    "  unspin phrases learn --tsv - pairs.tsv | less\n"
    "  unspin phrases learn --comparable spun.txt topic/ > proposals.tsv\n"
    "  unspin phrases forget pairs.jsonl             takes it back\n"
    "\n"
    "Exit status: 0 done, 2 an error, said in one line on standard error.\n";

enum {
  OPT_PLAIN = 256,
  OPT_REVIEW,
  OPT_COMPARABLE,
  OPT_IN,
  OPT_TSV,
  OPT_SOURCE,
  OPT_MIN_COUNT,
  OPT_MIN_P,
  OPT_SIGNIFICANCE,
  OPT_MOST,
  OPT_LEAST,
  OPT_DATA,
  OPT_TABLE
};

static const struct option long_options[] = {{"plain", required_argument, NULL, OPT_PLAIN},
                                             {"review", required_argument, NULL, OPT_REVIEW},
                                             {"comparable", no_argument, NULL, OPT_COMPARABLE},
                                             {"in", required_argument, NULL, OPT_IN},
                                             {"tsv", required_argument, NULL, OPT_TSV},
                                             {"source", required_argument, NULL, OPT_SOURCE},
                                             {"dry-run", no_argument, NULL, 'n'},
                                             {"min-count", required_argument, NULL, OPT_MIN_COUNT},
                                             {"min-p", required_argument, NULL, OPT_MIN_P},
                                             {"significance", required_argument, NULL, OPT_SIGNIFICANCE},
                                             {"most", required_argument, NULL, OPT_MOST},
                                             {"least", required_argument, NULL, OPT_LEAST},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"table", required_argument, NULL, OPT_TABLE},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* Turned down so often, and never accepted, a row is switched off. */
enum { ENOUGH_REJECTIONS = 3 };

typedef struct options {
  phrases_options common; /* data, in, tables, source */
  unspin_learn_options learn;
  const char *plain, *review, *tsv;
  size_t most;
  double least;
  const char *unfit; /* an option that goes with --comparable only */
  bool comparable, dry_run, quiet, help, significance_said;
  char **paths;
  int path_count;
} options;

static int complain(const char *what, const char *argument) {
  cli_message("phrases learn: %s '%s' (see 'unspin phrases learn --help')", what, argument);
  return CLI_ERROR;
}

static bool real(const char *text, double most, double *out) {
  char *end;
  *out = strtod(text, &end);
  return end != text && !*end && *out >= 0 && *out <= most;
}

static bool count(const char *text, uint32_t *out) {
  char *end;
  unsigned long long n = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || n > INT32_MAX) return false;
  *out = (uint32_t)n;
  return true;
}

static int set_option(options *o, int option) {
  uint32_t n;
  switch (option) {
    case 'n': o->dry_run = true; return CLI_OK;
    case 'q': o->quiet = true; return CLI_OK;
    case 'h': o->help = true; return CLI_OK;
    case OPT_PLAIN: o->plain = optarg; return CLI_OK;
    case OPT_REVIEW: o->review = optarg; return CLI_OK;
    case OPT_COMPARABLE: o->comparable = true; return CLI_OK;
    case OPT_IN: o->common.in = optarg; return CLI_OK;
    case OPT_TSV: o->tsv = optarg; return CLI_OK;
    case OPT_SOURCE: o->learn.source = optarg; return *optarg ? CLI_OK : complain("--source: no name:", optarg);
    case OPT_DATA: o->common.data = optarg; return CLI_OK;
    case OPT_TABLE:
      o->unfit = "--table";
      return us_vec_push(&o->common.tables, optarg) ? CLI_OK : complain("out of memory:", optarg);
    case OPT_MIN_COUNT:
      return count(optarg, &o->learn.min_count) ? CLI_OK : complain("--min-count: no number:", optarg);
    case OPT_MIN_P: return real(optarg, 1, &o->learn.min_p) ? CLI_OK : complain("--min-p: not 0 to 1:", optarg);
    case OPT_SIGNIFICANCE:
      o->significance_said = true;
      return real(optarg, 1e9, &o->learn.min_significance) ? CLI_OK : complain("--significance: no number:", optarg);
    case OPT_LEAST:
      o->unfit = "--least";
      return real(optarg, 1, &o->least) ? CLI_OK : complain("--least: not 0 to 1:", optarg);
    case OPT_MOST:
      if (!count(optarg, &n) || n == 0) return complain("--most: no number:", optarg);
      o->unfit = "--most";
      o->most = n;
      return CLI_OK;
    default: return CLI_ERROR; /* parse says it */
  }
}

static int check_options(options *o) {
  int ways = (o->plain != NULL) + (o->review != NULL) + o->comparable;
  if (ways > 1) return complain("only one of --plain, --review and", "--comparable");
  if (!o->comparable && o->unfit) return complain("only with --comparable:", o->unfit);
  if (o->comparable && o->path_count != 2) return complain("--comparable needs two texts,", "SPUN CLEAN");
  if (o->plain && o->path_count != 1) return complain("--plain needs one spun folder or file beside", o->plain);
  if (o->review && o->path_count) return complain("--review takes no pairs:", o->paths[0]);
  if (!ways && !o->path_count) return complain("what from? Give", "PAIRS");
  if (o->tsv && o->common.in) return complain("either --in or --tsv:", o->tsv);
  o->learn.decisions = o->review != NULL;
  if (o->review && !o->significance_said) o->learn.min_significance = 0;
  return CLI_OK;
}

static int parse(int argc, char **argv, options *o) {
  int option;
  optind = 0;
  while ((option = getopt_long(argc, argv, "nqh", long_options, NULL)) != -1)
    if (option == '?') return cli_unfit_option("phrases learn", argv);
    else if (set_option(o, option) != CLI_OK) return CLI_ERROR;
  o->paths = argv + optind;
  o->path_count = argc - optind;
  return o->help ? CLI_OK : check_options(o);
}

/* ---- progress ---- */

static bool watch(void *cookie, const unspin_learn_progress *p) {
  cli_progress_show(cookie, p->stage, 11, p->share, p->pairs, "pairs");
  return !cli_interrupted();
}

/* ---- rows ---- */

typedef struct job {
  const options *o;
  const char *source;
  unspin_table *table; /* opened with the first row, so that nobody waits for it while texts are aligned */
  us_buf list;         /* of --tsv */
  size_t added, replaced, known, refused, switched_off;
} job;

/* What was learned under the same source before is replaced: its rows go, and what its decisions switched off is on. */
static unspin_status begin(job *j, unspin_error *err) {
  if (j->table) return UNSPIN_OK;
  j->table = phrases_begin(&j->o->common);
  if (!j->table) return us_fail(err, UNSPIN_ERR_IO, "%s", ""); /* it has said why */
  US_TRY(phrases_switch_on(j->table, j->source, NULL, err));
  US_TRY(unspin_table_forget(j->table, j->source, NULL, err));
  return unspin_table_set_source(j->table, j->source, NULL, "learned from pairs", err);
}

static const char list_head[] =
    "## spun\tplain\tpos\tcount\tspun_count\tp_plain\tp_spun\tplain_count\tsignificance\tstrength\tfirst\n";

static bool note_count(void *cookie, const unspin_row *row) {
  *(uint64_t *)cookie = row->count;
  return false;
}

/* A row that stands there already under another source gives way only if it was learned from less. */
static unspin_status add_row(job *j, const unspin_row *row, unspin_error *err) {
  unspin_added what;
  unspin_error why;
  char id[9];
  if (unspin_table_check_row(j->table, row, &why)) {
    j->refused++;
    return UNSPIN_OK;
  }
  US_TRY(unspin_table_add(j->table, row, false, &what, id, err));
  if (what == UNSPIN_ALREADY_THERE) {
    uint64_t learned = 0;
    unspin_row_filter filter = {.id = id};
    US_TRY(unspin_table_rows(j->table, &filter, note_count, &learned, err));
    if (learned == 0 || learned >= row->count) {
      j->known++;
      return UNSPIN_OK;
    }
    US_TRY(unspin_table_add(j->table, row, true, &what, id, err));
    j->replaced++;
    return UNSPIN_OK;
  }
  j->added++;
  return UNSPIN_OK;
}

static unspin_status take(void *cookie, const unspin_learned *l, unspin_error *err) {
  job *j = cookie;
  if (j->o->tsv) {
    const unspin_row *r = l->row;
    char hash[17];
    us_hash_hex(r->first_hash, hash);
    us_buf_printf(&j->list, "%s\t%s\t%c\t%" PRIu64 "\t%" PRIu64 "\t%.6g\t%.6g\t%" PRIu64 "\t%.5g\t%d\t%s\n", r->spun,
                  r->plain, r->pos, r->count, l->spun_count, r->p_plain, r->p_spun, l->plain_count, l->significance,
                  r->strength, hash);
    return j->list.failed ? us_nomem(err) : UNSPIN_OK;
  }
  if (j->o->dry_run) return UNSPIN_OK;
  US_TRY(begin(j, err));
  return add_row(j, l->row, err);
}

static unspin_status switch_off(job *j, const learn_verdicts *v, unspin_error *err) {
  for (size_t i = 0; i < v->rows.n; i++) {
    const learn_verdict *d = &v->rows.p[i];
    if (d->accepted || d->rejected < ENOUGH_REJECTIONS || j->o->tsv) continue;
    j->switched_off++;
    if (j->o->dry_run) continue;
    us_buf reason = {0};
    us_buf_printf(&reason, "turned down %" PRIu32 " times%s%s", d->rejected, PHRASES_OFF_BY, j->source);
    unspin_status status = reason.failed ? us_fail(err, UNSPIN_ERR_NOMEM, "out of memory") : begin(j, err);
    if (!status) status = unspin_table_disable(j->table, d->row, reason.p, err);
    us_buf_free(&reason);
    US_TRY(status);
  }
  return UNSPIN_OK;
}

static void summarise(const job *j, const unspin_learn_totals *t, size_t left_out, bool taken) {
  fprintf(stderr,
          "%" PRIu64 " pairs, %" PRIu64 " words, %" PRIu64 " of them changed; %" PRIu64 " substitutions, %" PRIu64
          " different ones, %" PRIu64 " rows\n",
          t->pairs, t->spun_words, t->changed_words, t->substitutions, t->distinct, t->rows);
  if (t->rows < t->distinct)
    fprintf(stderr,
            "left out: %" PRIu64
            " different ones as too rare to tell from chance (--significance, --min-count, --min-p), or as slips\n",
            t->distinct - t->rows);
  if (left_out) fprintf(stderr, "left out: %zu files without a partner or that are no text\n", left_out);
  if (t->skipped_runs) fprintf(stderr, "left out: %" PRIu64 " changed stretches that are too long\n", t->skipped_runs);
  if (taken)
    fprintf(stderr, "%zu new, %zu in place of rarer ones, %zu there already, %zu that no row can say; source '%s'\n",
            j->added, j->replaced, j->known, j->refused, j->source);
  if (j->switched_off) fprintf(stderr, "%zu rows switched off\n", j->switched_off);
}

/* ---- the whole ---- */

static unspin_status read_texts(const options *o, unspin_learner *l, learn_verdicts *verdicts, size_t *left_out,
                                unspin_error *err) {
  if (o->plain) return learn_versions(l, o->paths[0], o->plain, left_out, err);
  if (o->review) return learn_review(l, o->review, verdicts, err);
  return learn_pairs(l, (const char *const *)o->paths, (size_t)o->path_count, err);
}

static int run(const options *o, unspin_learner *l, job *j, cli_progress *b) {
  unspin_error err = {0};
  learn_verdicts verdicts = {0};
  size_t left_out = 0;
  unspin_status status = read_texts(o, l, &verdicts, &left_out, &err);
  if (!status) status = unspin_learner_finish(l, take, j, &err);
  if (!status) status = switch_off(j, &verdicts, &err);
  if (!status && !o->tsv && !o->dry_run) status = begin(j, &err); /* nothing learned takes the place of something too */
  if (!status && o->tsv && !o->dry_run) status = cli_output_write(o->tsv, us_buf_slice(&j->list), &err);
  cli_progress_clear(b);
  learn_verdicts_free(&verdicts);
  if (status && *err.message) cli_message("%s", err.message);
  int result = status ? CLI_ERROR : CLI_OK;
  const bool taken = j->table != NULL;
  if (taken) result = phrases_end(j->table, NULL, result);
  if (result == CLI_OK && !o->quiet) {
    unspin_learn_totals totals;
    unspin_learner_totals(l, &totals);
    summarise(j, &totals, left_out, taken);
  }
  return result;
}

/* The name of the first thing that is learned from, without its folders. */
static char *source_name(const options *o) {
  if (o->learn.source) return strdup(o->learn.source);
  const char *path = o->review ? o->review : o->paths[0];
  if (strcmp(path, "-") == 0) return strdup("standard input");
  char *name = strdup(path);
  if (!name) return NULL;
  for (size_t n = strlen(name); n > 1 && name[n - 1] == '/'; n--) name[n - 1] = 0;
  const char *slash = strrchr(name, '/');
  if (slash && slash[1]) memmove(name, slash + 1, strlen(slash));
  return name;
}

static int learn(options *o) {
  us_buf dir = {0};
  char *source = source_name(o);
  if (!source || !cli_data_dir(o->common.data, &dir)) {
    cli_message("out of memory");
    free(source);
    return CLI_ERROR;
  }
  cli_progress b = cli_progress_start(o->quiet);
  job j = {.o = o, .source = source};
  const char *scratch = getenv("TMPDIR");
  o->learn.scratch_dir = scratch && *scratch ? scratch : NULL;
  o->learn.source = source;
  o->learn.watch = watch;
  o->learn.cookie = &b;
  unspin_error err;
  unspin_learner *l = NULL;
  int result = phrases_status(unspin_learner_new(dir.p, &o->learn, &l, &err), &err);
  us_buf_puts(&j.list, list_head);
  errno = 0;
  if (result == CLI_OK) result = run(o, l, &j, &b);
  if (o->tsv && !cli_flush_stdout()) result = CLI_ERROR;
  us_buf_free(&j.list);
  unspin_learner_free(l);
  us_buf_free(&dir);
  free(source);
  return result;
}

int cli_phrases_learn(int argc, char **argv) {
  options o = {.most = 3, .least = 0.3};
  unspin_learn_options_init(&o.learn);
  int result = parse(argc, argv, &o);
  if (result == CLI_OK && o.help) {
    result = cli_print(help);
  } else if (result == CLI_OK) {
    cli_catch_signals();
    result =
        o.comparable ? learn_comparable(&o.common, o.paths[0], o.paths[1], o.tsv, o.most, o.least, o.quiet) : learn(&o);
  }
  us_vec_free(&o.common.tables);
  return result;
}
