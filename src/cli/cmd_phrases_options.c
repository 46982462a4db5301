#define _GNU_SOURCE /* getopt_long */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd_phrases.h"

enum {
  OPT_DATA = 256,
  OPT_TABLE,
  OPT_IN,
  OPT_JSON,
  OPT_ALL,
  OPT_SOURCE,
  OPT_POS,
  OPT_STRENGTH,
  OPT_WHEN,
  OPT_NOTE,
  OPT_CHANGE,
  OPT_KEEP,
  OPT_SPUN,
  OPT_PLAIN,
  OPT_REASON,
  OPT_FORMAT,
  OPT_LICENCE,
  OPT_REPLACE,
  OPT_DRY_RUN,
  OPT_CONTEXT,
  OPT_RELATED,
  OPT_MISSING
};

/* Every option there is, and which parts know it. */
static const struct {
  struct option option;
  unsigned parts;
} all[] = {
    {{"help", no_argument, NULL, 'h'}, ~0u},
    {{"data", required_argument, NULL, OPT_DATA}, PHRASES_O_STACK},
    {{"table", required_argument, NULL, OPT_TABLE}, PHRASES_O_STACK},
    {{"in", required_argument, NULL, OPT_IN}, PHRASES_O_STACK},
    {{"json", no_argument, NULL, OPT_JSON}, PHRASES_O_JSON},
    {{"all", no_argument, NULL, OPT_ALL}, PHRASES_O_LIST},
    {{"source", required_argument, NULL, OPT_SOURCE},
     PHRASES_O_SOURCE | PHRASES_O_ROW | PHRASES_O_IMPORT | PHRASES_O_EXPORT},
    {{"pos", required_argument, NULL, OPT_POS}, PHRASES_O_ROW | PHRASES_O_IMPORT},
    {{"strength", required_argument, NULL, OPT_STRENGTH}, PHRASES_O_ROW | PHRASES_O_IMPORT},
    {{"when", required_argument, NULL, OPT_WHEN}, PHRASES_O_ROW},
    {{"note", required_argument, NULL, OPT_NOTE}, PHRASES_O_ROW | PHRASES_O_IMPORT},
    {{"change", required_argument, NULL, OPT_CHANGE}, PHRASES_O_ROW},
    {{"keep", required_argument, NULL, OPT_KEEP}, PHRASES_O_ROW},
    {{"spun", required_argument, NULL, OPT_SPUN}, PHRASES_O_EDIT},
    {{"plain", required_argument, NULL, OPT_PLAIN}, PHRASES_O_EDIT | PHRASES_O_IMPORT},
    {{"reason", required_argument, NULL, OPT_REASON}, PHRASES_O_REASON},
    {{"format", required_argument, NULL, OPT_FORMAT}, PHRASES_O_IMPORT | PHRASES_O_EXPORT},
    {{"output", required_argument, NULL, 'o'}, PHRASES_O_EXPORT},
    {{"licence", required_argument, NULL, OPT_LICENCE}, PHRASES_O_IMPORT},
    {{"license", required_argument, NULL, OPT_LICENCE}, PHRASES_O_IMPORT},
    {{"replace", no_argument, NULL, OPT_REPLACE}, PHRASES_O_ROW | PHRASES_O_IMPORT},
    {{"dry-run", no_argument, NULL, OPT_DRY_RUN}, PHRASES_O_IMPORT},
    {{"context", no_argument, NULL, OPT_CONTEXT}, PHRASES_O_IMPORT},
    {{"related", no_argument, NULL, OPT_RELATED}, PHRASES_O_IMPORT},
    {{"quiet", no_argument, NULL, 'q'}, PHRASES_O_IMPORT},
    {{"missing", required_argument, NULL, OPT_MISSING}, PHRASES_O_COVERAGE},
};
enum { ALL = sizeof all / sizeof *all };

static bool complain(const char *part, const char *what, const char *argument) {
  cli_message("phrases %s: %s '%s' (see 'unspin help phrases')", part, what, argument);
  return false;
}

static bool add_sentence(us_buf *out, const char *sentence) {
  if (out->n) us_buf_puts(out, " || ");
  us_buf_puts(out, sentence);
  if (!out->failed) return true;
  cli_message("out of memory");
  return false;
}

static bool set_format(const char *part, phrases_options *o) {
  if (strcmp(optarg, "pps") == 0) o->format = UNSPIN_FORMAT_CSV; /* the Screener's own name for it */
  else o->format = unspin_format_named(optarg);
  return o->format < UNSPIN_FORMAT_COUNT ||
         complain(part, "--format: none of tsv, jsonl, csv, spintax, mythes, wordnet, ppdb:", optarg);
}

static bool set_plain(const char *part, unsigned known, phrases_options *o) {
  o->plain = optarg;
  if (known & PHRASES_O_EDIT) return true;
  o->plain_first = strcmp(optarg, "first") == 0;
  return o->plain_first || strcmp(optarg, "usual") == 0 || complain(part, "--plain: neither first nor usual:", optarg);
}

static bool set_missing(const char *part, phrases_options *o) {
  char *end;
  unsigned long long n = strtoull(optarg, &end, 10);
  o->missing = (size_t)n;
  return (*optarg >= '1' && *optarg <= '9' && !*end) || complain(part, "--missing: no number above 0:", optarg);
}

static bool set_option(const char *part, unsigned known, int option, phrases_options *o) {
  switch (option) {
    case 'h': o->help = true; return true;
    case 'o': o->output = optarg; return true;
    case 'q': o->quiet = true; return true;
    case OPT_DATA: o->data = optarg; return true;
    case OPT_TABLE:
      if (us_vec_push(&o->tables, optarg)) return true;
      cli_message("out of memory");
      return false;
    case OPT_IN: o->in = optarg; return *optarg || complain(part, "--in: no table:", optarg);
    case OPT_JSON: o->json = true; return true;
    case OPT_ALL: o->all = true; return true;
    case OPT_SOURCE: o->source = optarg; return *optarg || complain(part, "--source: no name:", optarg);
    case OPT_WHEN: o->when = optarg; return true;
    case OPT_NOTE: o->note = optarg; return true;
    case OPT_CHANGE: return add_sentence(&o->change, optarg);
    case OPT_KEEP: return add_sentence(&o->keep, optarg);
    case OPT_SPUN: o->spun = optarg; return true;
    case OPT_PLAIN: return set_plain(part, known, o);
    case OPT_REASON: o->reason = optarg; return true;
    case OPT_FORMAT: return set_format(part, o);
    case OPT_LICENCE: o->licence = optarg; return true;
    case OPT_REPLACE: o->replace = true; return true;
    case OPT_DRY_RUN: o->dry_run = true; return true;
    case OPT_CONTEXT: o->context = true; return true;
    case OPT_MISSING: return set_missing(part, o);
    case OPT_RELATED: o->related = true; return true;
    case OPT_POS:
      o->pos = optarg[0];
      return (strlen(optarg) == 1 && strchr("vnarx", optarg[0])) || complain(part, "--pos: none of v n a r x:", optarg);
    case OPT_STRENGTH:
      o->strength = optarg[0] - '0';
      return (strlen(optarg) == 1 && optarg[0] >= '1' && optarg[0] <= '5') ||
             complain(part, "--strength: not 1 to 5:", optarg);
    default: return false; /* getopt has said why */
  }
}

bool phrases_options_read(int argc, char **argv, unsigned known, phrases_options *o) {
  struct option options[ALL + 1] = {{0}};
  size_t n = 0;
  *o = (phrases_options){0};
  for (size_t i = 0; i < ALL; i++)
    if (all[i].parts & known) options[n++] = all[i].option;
  char shorts[8];
  snprintf(shorts, sizeof shorts, "h%s%s", known & PHRASES_O_EXPORT ? "o:" : "", known & PHRASES_O_IMPORT ? "q" : "");
  optind = 0;
  opterr = 0;
  int option;
  while ((option = getopt_long(argc, argv, shorts, options, NULL)) != -1) {
    if (option == '?') return complain(argv[0], "unknown option, or one without its argument:", argv[optind - 1]);
    if (!set_option(argv[0], known, option, o)) return false;
  }
  o->count = argc - optind;
  o->args = argv + optind;
  return true;
}

void phrases_options_free(phrases_options *o) {
  us_vec_free(&o->tables);
  us_buf_free(&o->change);
  us_buf_free(&o->keep);
}
