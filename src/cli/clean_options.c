#define _GNU_SOURCE /* getopt_long */
#include "cli/clean_options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clean_values.h"
#include "report/sarif.h"

/* Natural-log odds by which --aggressive and --cautious shift every decision: about a factor of three. */
#define LEAN 1.0

enum {
  OPT_CHECK = 256,
  OPT_DIFF,
  OPT_WORD_DIFF,
  OPT_EXPLAIN,
  OPT_JSON,
  OPT_HTML,
  OPT_SARIF,
  OPT_UNDO,
  OPT_PROTECT,
  OPT_PROTECT_FILE,
  OPT_QUOTES,
  OPT_SPARE_QUOTES,
  OPT_MIN_CONFIDENCE,
  OPT_DIALECT,
  OPT_LIKE,
  OPT_SIBLINGS,
  OPT_SUGGEST,
  OPT_ASSUME_SPUN,
  OPT_IF_SPUN,
  OPT_FAST,
  OPT_AGGRESSIVE,
  OPT_CAUTIOUS,
  OPT_TABLE,
  OPT_FORCE,
  OPT_COLOR,
  OPT_DATA,
  OPT_FORMAT,
  OPT_FIELD,
  OPT_REJECTS,
  OPT_ENCODING,
  OPT_INCLUDE,
  OPT_EXCLUDE,
  OPT_HIDDEN,
  OPT_FOLLOW,
  OPT_NO_IGNORE,
  OPT_FORCE_EXCLUDE,
  OPT_FILES_FROM,
  OPT_REPORT,
  OPT_STATS,
  OPT_CONFIG,
  OPT_NO_CONFIG,
  OPT_DUMP_CONFIG,
  OPT_SANDBOX,
  OPT_RESUME, /* from here on: of batch only */
  OPT_RESTART,
  OPT_JOURNAL,
  OPT_SHARD,
  OPT_MERGE
};

#define SHORT_OPTIONS ":o:i::hj:q0"
static const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                             {"in-place", optional_argument, NULL, 'i'},
                                             {"check", no_argument, NULL, OPT_CHECK},
                                             {"diff", no_argument, NULL, OPT_DIFF},
                                             {"word-diff", no_argument, NULL, OPT_WORD_DIFF},
                                             {"explain", no_argument, NULL, OPT_EXPLAIN},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"html", required_argument, NULL, OPT_HTML},
                                             {"sarif", no_argument, NULL, OPT_SARIF},
                                             {"undo", required_argument, NULL, OPT_UNDO},
                                             {"protect", required_argument, NULL, OPT_PROTECT},
                                             {"protect-file", required_argument, NULL, OPT_PROTECT_FILE},
                                             {"quotes", no_argument, NULL, OPT_QUOTES},
                                             {"spare-quotes", no_argument, NULL, OPT_SPARE_QUOTES},
                                             {"min-confidence", required_argument, NULL, OPT_MIN_CONFIDENCE},
                                             {"dialect", required_argument, NULL, OPT_DIALECT},
                                             {"like", required_argument, NULL, OPT_LIKE},
                                             {"siblings", required_argument, NULL, OPT_SIBLINGS},
                                             {"suggest", required_argument, NULL, OPT_SUGGEST},
                                             {"assume-spun", no_argument, NULL, OPT_ASSUME_SPUN},
                                             {"if-spun", optional_argument, NULL, OPT_IF_SPUN},
                                             {"fast", no_argument, NULL, OPT_FAST},
                                             {"aggressive", no_argument, NULL, OPT_AGGRESSIVE},
                                             {"cautious", no_argument, NULL, OPT_CAUTIOUS},
                                             {"table", required_argument, NULL, OPT_TABLE},
                                             {"force", no_argument, NULL, OPT_FORCE},
                                             {"color", optional_argument, NULL, OPT_COLOR},
                                             {"colour", optional_argument, NULL, OPT_COLOR},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"format", required_argument, NULL, OPT_FORMAT},
                                             {"field", required_argument, NULL, OPT_FIELD},
                                             {"column", required_argument, NULL, OPT_FIELD},
                                             {"rejects", required_argument, NULL, OPT_REJECTS},
                                             {"encoding", required_argument, NULL, OPT_ENCODING},
                                             {"include", required_argument, NULL, OPT_INCLUDE},
                                             {"exclude", required_argument, NULL, OPT_EXCLUDE},
                                             {"hidden", no_argument, NULL, OPT_HIDDEN},
                                             {"follow", no_argument, NULL, OPT_FOLLOW},
                                             {"no-ignore", no_argument, NULL, OPT_NO_IGNORE},
                                             {"force-exclude", no_argument, NULL, OPT_FORCE_EXCLUDE},
                                             {"files-from", required_argument, NULL, OPT_FILES_FROM},
                                             {"null", no_argument, NULL, '0'},
                                             {"jobs", required_argument, NULL, 'j'},
                                             {"report", required_argument, NULL, OPT_REPORT},
                                             {"stats", optional_argument, NULL, OPT_STATS},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"config", required_argument, NULL, OPT_CONFIG},
                                             {"no-config", no_argument, NULL, OPT_NO_CONFIG},
                                             {"dump-config", no_argument, NULL, OPT_DUMP_CONFIG},
                                             {"sandbox", required_argument, NULL, OPT_SANDBOX},
                                             {"resume", no_argument, NULL, OPT_RESUME},
                                             {"restart", no_argument, NULL, OPT_RESTART},
                                             {"journal", required_argument, NULL, OPT_JOURNAL},
                                             {"shard", required_argument, NULL, OPT_SHARD},
                                             {"merge", no_argument, NULL, OPT_MERGE},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

static bool set_batch_option(clean_options *o, int option, char *argument) {
  switch (option) {
    case OPT_RESUME: return o->resume = true;
    case OPT_RESTART: return o->restart = true;
    case OPT_JOURNAL: o->journal = argument; return true;
    case OPT_SHARD: return clean_set_shard(o, argument);
    case OPT_MERGE: return o->merge = true;
    default: return false;
  }
}

/* What files are and which of them are done. */
static bool set_file_option(clean_options *o, int option, char *argument) {
  switch (option) {
    case '0': return o->zero = true;
    case 'j': return clean_set_jobs(o, argument);
    case 'q': return o->quiet = true;
    case OPT_FORMAT: return clean_set_format(o, argument);
    case OPT_FIELD: return us_vec_push(&o->fields, argument) || clean_out_of_memory();
    case OPT_REJECTS: o->rejects = argument; return true;
    case OPT_ENCODING: o->encoding = argument; return true;
    case OPT_INCLUDE: return us_vec_push(&o->include, argument) || clean_out_of_memory();
    case OPT_EXCLUDE: return us_vec_push(&o->exclude, argument) || clean_out_of_memory();
    case OPT_HIDDEN: return o->hidden = true;
    case OPT_FOLLOW: o->follow_said |= !o->origin; return o->follow = true;
    case OPT_NO_IGNORE: return o->no_ignore = true;
    case OPT_FORCE_EXCLUDE: return o->force_exclude = true;
    case OPT_FILES_FROM: o->files_from = argument; return true;
    case OPT_REPORT: o->rows = argument; return true;
    case OPT_STATS: return clean_set_stats(o, argument);
    case OPT_CONFIG: o->config_file = argument; return true;
    case OPT_NO_CONFIG: return o->no_config = true;
    case OPT_DUMP_CONFIG: return o->dump_config = true;
    default: return set_batch_option(o, option, argument);
  }
}

static bool set_option(clean_options *o, int option, char *argument) {
  switch (option) {
    case 'o': o->output = argument; return true;
    case 'i': return clean_set_in_place(o, argument);
    case 'h': return o->help = true;
    case OPT_CHECK: return o->check = true;
    case OPT_DIFF: return clean_set_report(o, us_render_diff, "--diff");
    case OPT_WORD_DIFF: return clean_set_report(o, us_render_word_diff, "--word-diff");
    case OPT_EXPLAIN: return clean_set_report(o, us_render_explain, "--explain");
    case OPT_JSON: return clean_set_report(o, us_render_json, "--json");
    case OPT_SARIF: return clean_set_report(o, us_render_sarif, "--sarif");
    case OPT_HTML: return clean_set_html(o, argument);
    case OPT_UNDO: o->undo = argument; return true;
    case OPT_PROTECT:
      return *argument ? clean_add_protected(o, argument) : clean_complain(o, "--protect: no word", argument);
    case OPT_PROTECT_FILE: return clean_read_protected(o, argument);
    case OPT_QUOTES: o->engine.quotes = UNSPIN_QUOTES_ALWAYS; return true;
    case OPT_SPARE_QUOTES: o->engine.quotes = UNSPIN_QUOTES_NEVER; return true;
    case OPT_MIN_CONFIDENCE:
      return clean_set_share(o, argument, "--min-confidence: not a number from 0 to 1:", &o->engine.min_confidence);
    case OPT_DIALECT: return clean_set_dialect(o, argument);
    case OPT_LIKE: return clean_read_like(o, argument);
    case OPT_SUGGEST:
      return clean_set_share(o, argument, "--suggest: not a number from 0 to 1:", &o->engine.suggest_from);
    case OPT_SIBLINGS: return clean_sibling_add(o, argument);
    case OPT_ASSUME_SPUN: return o->engine.assume_spun = true;
    case OPT_IF_SPUN: return clean_set_if_spun(o, argument);
    case OPT_FAST: return o->engine.fast = true;
    case OPT_AGGRESSIVE: o->engine.lean = LEAN; return true;
    case OPT_CAUTIOUS: o->engine.lean = -LEAN; return true;
    case OPT_TABLE: return us_vec_push(&o->tables, argument) || clean_out_of_memory();
    case OPT_FORCE: return o->force = true;
    case OPT_COLOR: return clean_set_color(o, argument);
    case OPT_DATA: o->data = argument; return true;
    case OPT_SANDBOX: return clean_set_sandbox(o, argument);
    default: return set_file_option(o, option, argument);
  }
}

/* Options that a configuration file may hold: what is done to a text and which texts are meant, not where the results
 * go. PATH: relative to the folder of the file. LIST: may be repeated. */
typedef struct allowed {
  const char *name;
  bool path, list;
} allowed;
static const allowed in_config[] = {{.name = "protect", .list = true},
                                    {.name = "protect-file", .path = true, .list = true},
                                    {.name = "quotes"},
                                    {.name = "spare-quotes"},
                                    {.name = "min-confidence"},
                                    {.name = "dialect"},
                                    {.name = "assume-spun"},
                                    {.name = "if-spun"},
                                    {.name = "fast"},
                                    {.name = "aggressive"},
                                    {.name = "cautious"},
                                    {.name = "table", .path = true, .list = true},
                                    {.name = "format"},
                                    {.name = "field", .list = true},
                                    {.name = "column", .list = true},
                                    {.name = "encoding"},
                                    {.name = "force"},
                                    {.name = "include", .list = true},
                                    {.name = "exclude", .list = true},
                                    {.name = "hidden"},
                                    {.name = "follow"},
                                    {.name = "no-ignore"},
                                    {.name = "force-exclude"},
                                    {.name = "jobs"}};

static const allowed *find_allowed(const char *name) {
  for (size_t i = 0; i < sizeof in_config / sizeof *in_config; i++)
    if (strcmp(in_config[i].name, name) == 0) return &in_config[i];
  return NULL;
}

/* Keeps what --dump-config prints, in the order in which it was last said: a later setting ends an earlier one that
 * cannot be repeated. */
static bool remember(clean_options *o, const char *name, const char *value) {
  const allowed *kind = find_allowed(name);
  if (!kind) return true;
  char *copy = strdup(value ? value : "true");
  if (!copy) return clean_out_of_memory();
  for (size_t i = 0; i < o->settings.n && !kind->list; i++) {
    clean_setting old = o->settings.p[i];
    if (strcmp(old.name, name) != 0) continue;
    free(old.value);
    memmove(&o->settings.p[i], &o->settings.p[i + 1], (o->settings.n - i - 1) * sizeof old);
    o->settings.p[o->settings.n - 1] = (clean_setting){old.name, copy};
    return true;
  }
  char *key = strdup(name);
  if (key && us_vec_push(&o->settings, (clean_setting){key, copy})) return true;
  free(key);
  free(copy);
  return clean_out_of_memory();
}

static const struct option *find_long(const char *name) {
  for (const struct option *l = long_options; l->name; l++)
    if (strcmp(l->name, name) == 0) return l;
  return NULL;
}

/* VALUE below the folder that the configuration file lies in; kept in o->owned. */
static char *below_config(clean_options *o, const char *value) {
  us_slice file = us_buf_slice(&o->config);
  while (file.n && file.p[file.n - 1] != '/') file.n--;
  if (file.n > 8 && memcmp(file.p + file.n - 9, "/.unspin/", 9) == 0) file.n -= 8; /* the project's folder */
  us_buf path = {0};
  if (value[0] != '/') us_buf_append(&path, file);
  us_buf_puts(&path, value);
  if (!path.failed && us_vec_push(&o->owned, path.p)) return path.p;
  us_buf_free(&path);
  clean_out_of_memory();
  return NULL;
}

bool clean_option_set(clean_options *o, const char *name, char *value) {
  const allowed *kind = find_allowed(name);
  const struct option *option = find_long(name);
  if (!kind || !option) return clean_complain(o, option ? "cannot be set here:" : "no such setting:", name);
  if (kind->path) value = below_config(o, value);
  if (!value) return false;
  if (option->has_arg == no_argument) {
    if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
      return clean_complain(o, "neither true nor false:", value);
    return remember(o, name, value); /* another file may still turn it off: settle */
  }
  return set_option(o, option->val, value) && remember(o, name, value);
}

/* Once all files are read: what is to be on in the end. It still is a file that says so, not the user here and now. */
static bool settle(clean_options *o) {
  o->origin = o->config.n ? o->config.p : o->user_config.p;
  bool ok = true;
  for (size_t i = 0; ok && i < o->settings.n; i++) {
    const struct option *option = find_long(o->settings.p[i].name);
    if (!option || option->has_arg != no_argument || strcmp(o->settings.p[i].value, "true") != 0) continue;
    ok = set_option(o, option->val, o->settings.p[i].value);
  }
  o->origin = NULL;
  return ok;
}

bool clean_options_write(const clean_options *o) {
  bool output = o->output && strcmp(o->output, "-") != 0;
  return o->batch || o->in_place || output || o->html || o->rows || o->stats_file;
}

/* Options that are each right and together wrong. */
static bool check_together(const clean_options *o) {
  const char *wrong = NULL;
  bool standard = !o->file_count && !o->files_from && !o->merge;
  for (int i = 0; i < o->file_count; i++) standard |= strcmp(o->files[i], "-") == 0;
  if (o->in_place && o->output) wrong = "-i and -o name two places for one text: choose one";
  else if (o->check && (o->in_place || o->output)) wrong = "--check writes nothing, so it cannot go with -i or -o";
  else if (o->undo && (o->report == us_render_json || o->report == us_render_explain || o->report == us_render_sarif))
    wrong = "--undo knows no reasons, so it cannot go with --json, --explain or --sarif";
  else if (o->undo && o->html) wrong = "--undo knows no reasons, so it cannot go with --html";
  else if (o->sandbox == CLI_SANDBOX_ON && clean_options_write(o))
    wrong = "--sandbox on is for runs that write to standard output only";
  else if (o->html && strcmp(o->html, "-") == 0 && (o->report || (o->output && strcmp(o->output, "-") == 0)))
    wrong = "--html - wants standard output for itself";
  else if (o->in_place && o->follow && !o->follow_said)
    wrong = "-i does not follow links because a configuration file says so: say --follow, or --no-config";
  else if (o->shard.count && o->html) wrong = "--html shows whole runs, so it cannot go with --shard";
  else if (o->merge && o->html) wrong = "--merge sees no documents, so it cannot go with --html";
  else if (o->in_place && standard) wrong = "-i needs files: standard input has no place of its own";
  else if (standard && o->files_from && strcmp(o->files_from, "-") == 0)
    wrong = "standard input cannot be both a text and the list of files";
  else if (o->batch && (o->check || o->undo)) wrong = "--check and --undo belong to 'unspin clean'";
  else if (o->batch && !o->output && !o->in_place) wrong = "needs -o FOLDER, or -i";
  else if (o->resume && o->restart) wrong = "--resume goes on and --restart begins anew: choose one";
  else if (o->merge && (!o->output || o->file_count || o->files_from)) wrong = "--merge takes -o FOLDER and no files";
  else if (o->batch && !o->merge && !o->file_count && !o->files_from) wrong = "which files?";
  else if (o->shard.count && o->in_place && !o->journal) wrong = "-i in shards needs --journal FILE, one for each";
  if (wrong) cli_message("%s: %s", o->command, wrong);
  return !wrong;
}

static bool read_arguments(int argc, char **argv, clean_options *o) {
  opterr = 0;
  optind = 0;
  for (int option, at = -1; (option = getopt_long(argc, argv, SHORT_OPTIONS, long_options, &at)) != -1; at = -1) {
    if (option == ':') return clean_complain(o, "a value is missing after", argv[optind - 1]);
    if (option == '?') {
      char letter[3];
      return clean_complain(o, "unknown or unfit option", cli_unfit(argv, "oihjq0", letter));
    }
    const char *name = at >= 0 ? long_options[at].name : option == 'j' ? "jobs" : "";
    if (!o->batch && option >= OPT_RESUME) return clean_complain(o, "belongs to 'unspin batch':", name);
    if (!set_option(o, option, optarg) || !remember(o, name, optarg)) return false;
  }
  o->files = argv + optind;
  o->file_count = argc - optind;
  return true;
}

/* The configuration file first: the command line has the last word. Which file, only the command line can say. */
static bool find_config(int argc, char **argv, clean_options *o) {
  char **scanned = calloc((size_t)argc + 1, sizeof *scanned); /* getopt_long moves operands to the end */
  if (!scanned) return clean_out_of_memory();
  memcpy(scanned, argv, (size_t)argc * sizeof *scanned);
  opterr = 0;
  optind = 0; /* the scan begins anew, whatever was scanned before */
  int option;
  while ((option = getopt_long(argc, scanned, SHORT_OPTIONS, long_options, NULL)) != -1 && option != 'h') {
    if (option == OPT_NO_CONFIG) o->no_config = true;
    else if (option == OPT_CONFIG) o->config_file = optarg;
  }
  free(scanned);
  if (option == 'h') return true;
  return o->no_config || (clean_config_read(o) && settle(o));
}

bool clean_options_read(int argc, char **argv, clean_options *options) {
  clean_options *o = options;
  *o = (clean_options){.command = argv[0], .batch = strcmp(argv[0], "batch") == 0, .guess_format = true};
  unspin_options_init(&o->engine);
  if (!find_config(argc, argv, o) || !read_arguments(argc, argv, o)) return false;
  o->engine.suggest = o->report == us_render_json;
  o->engine.siblings = o->siblings.p;
  o->engine.sibling_count = o->siblings.n;
  o->engine.fields = o->fields.p;
  o->engine.field_count = o->fields.n;
  if (o->report != us_render_json && o->report != us_render_explain && !o->html)
    o->engine.max_reasons = o->engine.max_alternatives = 0; /* nobody reads them */
  return o->help || (clean_cut_protected(o) && (o->dump_config || check_together(o)));
}

void clean_options_free(clean_options *options) {
  us_vec_free(&options->protect);
  us_vec_free(&options->fields);
  us_vec_free(&options->tables);
  us_vec_free(&options->include);
  us_vec_free(&options->exclude);
  for (size_t i = 0; i < options->owned.n; i++) free(options->owned.p[i]);
  us_vec_free(&options->owned);
  for (size_t i = 0; i < options->settings.n; i++) {
    free(options->settings.p[i].name);
    free(options->settings.p[i].value);
  }
  us_vec_free(&options->settings);
  us_buf_free(&options->protect_text);
  us_buf_free(&options->like);
  clean_siblings_free(options);
  us_buf_free(&options->user_config);
  us_buf_free(&options->config);
}
