#include "cli/cmd_phrases.h"

#include <string.h>

static const char help[] =
    "Usage: unspin phrases PART [OPTION]... [ARGUMENT]...\n"
    "\n"
    "Looks into the phrase tables and changes them. A row says which plain phrase stood\n"
    "where a spinner put another one.\n"
    "\n"
    "Parts ('unspin phrases PART --help' says more):\n"
    "  list [TEXT]        rows, one a line\n"
    "  show ROW|PHRASE    all that is known of a row\n"
    "  find TEXT          every row that could fire in a text, and which did\n"
    "  explain PHRASE     which row of which table won for a phrase\n"
    "  add SPUN PLAIN     a row of one's own\n"
    "  edit ROW           another plain side, strength, condition, ...\n"
    "  remove ROW         take out a row of one's own\n"
    "  disable ROW, enable ROW  switch a row off and on, whichever table it is in\n"
    "  import FILE        a list, a thesaurus, other people's rows\n"
    "  forget SOURCE      take out all that was imported under a name\n"
    "  export             a table's rows, in this or that format\n"
    "  stats              how many rows, from which sources, under which licences\n"
    "  test               the rows' own sentences against the engine\n"
    "  lint               look for faults in the rows\n"
    "  learn              rows from pairs of spun and plain texts\n"
    "  coverage PAIRS     whether the original is among the candidates at all\n"
    "\n"
    "Tables lie one upon the other, lowest first:\n"
    "  shipped   phrases.db in the data folder; never written to\n"
    "  system    unspin/phrases.db in a folder of $XDG_CONFIG_DIRS (/etc/xdg)\n"
    "  user      $XDG_DATA_HOME/unspin/phrases.db (~/.local/share/unspin/phrases.db)\n"
    "  project   .unspin/phrases.db in the working folder or above it\n"
    "  FILE      of each --table FILE, in their order\n"
    "A row of a higher table takes the place of a lower one's with the same id, and a\n"
    "higher table can switch off rows of a lower one. Rows that were learned add what\n"
    "was counted to a lower one, and leave it on.\n"
    "\n"
    "For every part (find, explain and coverage look at the whole stack, without --in):\n"
    "      --in WHERE        this table alone: shipped, system, user, project, or a file;\n"
    "                        what is written goes there (user), made if it is not there\n"
    "      --table FILE      one more upon the stack (may be repeated)\n"
    "      --data DIR        where the compiled data lies (or $UNSPIN_DATA)\n"
    "  -h, --help            more about the part\n"
    "\n"
    "Exit status: 0 done; 1 test or lint found a fault, or list, find or explain found\n"
    "no row; 2 an error, said on standard error: then no table has changed.\n";

static const char list_help[] =
    "Usage: unspin phrases list [--source NAME] [--all] [--json] [TEXT]\n"
    "\n"
    "Rows whose spun or plain phrase holds TEXT, one a line: id, spun, plain, part of\n"
    "speech, strength, conditions, source, table, state, parted by tabs.\n"
    "\n"
    "      --source NAME     of this source only\n"
    "      --all             also rows that are overridden or switched off\n"
    "      --json            an object a line\n"
    "\n"
    "  unspin phrases list --in user\n"
    "  unspin phrases list 'lend a hand'\n";

static const char show_help[] =
    "Usage: unspin phrases show [--json] ROW|PHRASE...\n"
    "\n"
    "All that is known of the rows with this id or this spun phrase, in every table:\n"
    "conditions, sentences, source, counts, and whether a higher table overrides it.\n";

static const char find_help[] =
    "Usage: unspin phrases find [--all|--json] TEXT\n"
    "       unspin phrases find [--all|--json] - < FILE\n"
    "\n"
    "Every row that could fire in TEXT, which is taken as spun: place in bytes, row,\n"
    "score (natural log odds), confidence, what it would do. * marks those that did;\n"
    "the last line is the restored text. What only thesauri and learned pairs offer\n"
    "stands there from half a percent on.\n"
    "\n"
    "      --all             whatever they offer\n"
    "      --json            an object a line, with the reasons for each score\n"
    "\n"
    "  unspin phrases find 'The firms will lend a hand at all times.'\n";

static const char explain_help[] =
    "Usage: unspin phrases explain [--json] PHRASE\n"
    "\n"
    "Every row of every table that concerns PHRASE: which one won, which lost and with\n"
    "which score, which are overridden or switched off, where and why.\n"
    "\n"
    "  unspin phrases explain 'lend a hand'\n";

static const char add_help[] =
    "Usage: unspin phrases add [OPTION]... SPUN PLAIN\n"
    "       unspin phrases edit [OPTION]... ROW\n"
    "\n"
    "Adds a row to the user's table (--in: to another), or changes one; prints its id.\n"
    "A row of a lower table is edited by a row in this one that takes its place. How\n"
    "phrases are written stands in data/README.md: (to) optional, one's, #, head*.\n"
    "\n"
    "      --pos P           v verb, n noun, a adjective, r adverb, x fixed (found out)\n"
    "      --strength N      5 practically always, 4 usually (4), 3 half the time,\n"
    "                        2 sometimes, 1 seldom\n"
    "      --when CONDITIONS on the surroundings: 'prev:the next:@noun near:money,bank'\n"
    "      --note TEXT       a remark\n"
    "      --change SENTENCE it must change, the place marked {spun|plain} (repeatable)\n"
    "      --keep SENTENCE   it must leave alone (repeatable)\n"
    "      --source NAME     who says so (by hand)\n"
    "      --replace         add: write over a row with the same sides and conditions\n"
    "      --spun PHRASE, --plain PHRASE   edit: another side; the row gets a new id\n"
    "\n"
    "  unspin phrases add 'lend a hand (to)' help --pos v\n"
    "  unspin phrases edit 3k5m2p9a --strength 2 --keep 'She saw a green light.'\n";

static const char remove_help[] =
    "Usage: unspin phrases remove ROW...\n"
    "       unspin phrases disable --reason TEXT ROW...\n"
    "       unspin phrases enable ROW...\n"
    "\n"
    "remove takes rows out of the user's table (--in: another). disable switches rows\n"
    "off there, in whichever table below they are; enable takes that back. All of them\n"
    "or none.\n";

static const char import_help[] =
    "Usage: unspin phrases import [OPTION]... FILE...\n"
    "       unspin phrases forget SOURCE...\n"
    "\n"
    "Adds the rows of every FILE to the user's table (--in: another), or of none. A row\n"
    "that is there already stays as it is. Files may be packed (gzip, Zstandard, xz); -\n"
    "is standard input. What no row can express is left out and counted. forget takes out\n"
    "all that came from a source.\n"
    "\n"
    "      --format NAME     by the file's name and first lines, if not given:\n"
    "          tsv           ours; any fault is an error\n"
    "          jsonl         objects with spun and plain, and what export writes\n"
    "          csv, pps      spun, plain, count: any separator; also the Problematic\n"
    "                        Paper Screener's lists of tortured phrases\n"
    "          spintax       {help|assist|lend a hand}\n"
    "          mythes        th_*.dat of office suites\n"
    "          wordnet       a folder with index.* and data.*, or one of them\n"
    "          ppdb          [NN] ||| phrase ||| paraphrase ||| ...\n"
    "      --source NAME     under which forget finds the rows (the file's name)\n"
    "      --licence TEXT    what the list is under\n"
    "      --note TEXT       a remark about the source\n"
    "      --pos P, --strength N   for every row (as the format says)\n"
    "      --replace         write over rows that are there already\n"
    "      --dry-run         only say what would happen\n"
    "      --plain WHICH     spintax: which of a list is plain: usual (the likeliest in\n"
    "                        the language model) or first\n"
    "      --context         csv: what a search joins by AND must stand in the text\n"
    "      --related         wordnet: also wider and similar words\n"
    "  -q, --quiet           no report, no progress\n"
    "\n"
    "  unspin phrases import --dry-run tortured.csv\n"
    "  unspin phrases import --licence 'CC BY 4.0' --source screener tortured.csv\n"
    "  unspin phrases forget screener\n";

static const char export_help[] =
    "Usage: unspin phrases export [--format NAME] [-o FILE] [--source NAME]\n"
    "\n"
    "Writes the rows of the user's table (--in: another) to standard output or FILE.\n"
    "\n"
    "      --format NAME     tsv (all but counts), jsonl (everything), csv, spintax,\n"
    "                        ppdb, mythes (with -o NAME.dat also NAME.idx); the last\n"
    "                        four know no conditions and no sentences\n"
    "  -o, --output FILE     replaced only once it is whole\n"
    "      --source NAME     of this source only\n";

static const char stats_help[] =
    "Usage: unspin phrases stats [--json]\n"
    "\n"
    "For every table and source: rows by part of speech and strength (s1 to s5), sentences,\n"
    "rows that were learned, licence.\n";

static const char test_help[] =
    "Usage: unspin phrases test [--source NAME] [ROW]...\n"
    "\n"
    "Runs the sentences of the rows (of these ROWs only) through the engine with the whole\n"
    "stack. A sentence to change must be proposed with the right words, and changed where\n"
    "the strength is 4 or 5; a sentence to keep must not be changed by the row.\n";

static const char lint_help[] =
    "Usage: unspin phrases lint [--json]\n"
    "\n"
    "Looks for faults in the active rows: kind, row, table, spun, plain, what is wrong,\n"
    "parted by tabs. Kinds:\n"
    "  duplicate      another row says the same\n"
    "  cycle          another row leads back, and both are likely (strength 3 and more)\n"
    "  shadowed       another row says it surer and without conditions\n"
    "  contradiction  two rows are practically sure of different things\n"
    "  unknown-word   no dictionary has a word of the plain side\n"
    "  no-form        the plain side's head lacks a form that the spun side has\n"
    "  no-base-form   the spun side's head is no base form: the row never fires\n"
    "  notation       the row cannot be read\n"
    "  stale          a row is switched off that no table has\n"
    "  no-reason      a row is switched off without a reason\n";

static const char coverage_help[] =
    "Usage: unspin phrases coverage [--missing N] [--json] PAIRS...\n"
    "\n"
    "What spun texts with known originals (as 'unspin check' reads them) could come back to\n"
    "at best: their words are aligned, and each substitution is looked up among the\n"
    "candidates that the engine weighs, alone or side by side. For each document and in\n"
    "all:\n"
    "  words          of the spun text\n"
    "  subst.         substitutions: what differs, in single words or phrases\n"
    "  all            share of them whose original is offered, by whomever\n"
    "  rows, ...      the same by one source alone: rows of the phrase tables, WordNet,\n"
    "                 MyThes, learned from simulated and from real spinners; composed: fixed\n"
    "                 expressions, put together word by word\n"
    "  edits          share of the words to change that all sources together reach:\n"
    "                 'undone' cannot become higher\n"
    "  mean, p99      candidates for a word: mean, 99th percentile\n"
    "\n"
    "      --missing N       the N commonest pairs that nobody offers: count, part of\n"
    "                        speech, spun, plain; what to teach\n"
    "      --json            one object\n"
    "\n"
    "  unspin phrases coverage --missing 40 pairs.jsonl\n";

static const struct {
  const char *name, *help;
  int (*run)(int argc, char **argv);
} parts[] = {{"list", list_help, cli_phrases_list},
             {"show", show_help, cli_phrases_show},
             {"find", find_help, cli_phrases_find},
             {"explain", explain_help, cli_phrases_explain},
             {"add", add_help, cli_phrases_add},
             {"edit", add_help, cli_phrases_edit},
             {"remove", remove_help, cli_phrases_remove},
             {"disable", remove_help, cli_phrases_disable},
             {"enable", remove_help, cli_phrases_enable},
             {"import", import_help, cli_phrases_import},
             {"forget", import_help, cli_phrases_forget},
             {"export", export_help, cli_phrases_export},
             {"stats", stats_help, cli_phrases_stats},
             {"test", test_help, cli_phrases_test},
             {"lint", lint_help, cli_phrases_lint},
             {"learn", NULL, cli_phrases_learn},
             {"coverage", coverage_help, cli_phrases_coverage}};
enum { PARTS = sizeof parts / sizeof *parts };

int phrases_print_help(const char *part) {
  for (size_t i = 0; i < PARTS; i++)
    if (strcmp(part, parts[i].name) == 0 && parts[i].help) return cli_print(parts[i].help);
  return cli_print(help);
}

static int run(int argc, char **argv) {
  if (argc < 2) {
    cli_message("phrases: list, show, find, add, import, ...? (see 'unspin help phrases')");
    return CLI_ERROR;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return cli_print(help);
  for (size_t i = 0; i < PARTS; i++)
    if (strcmp(argv[1], parts[i].name) == 0) return parts[i].run(argc - 1, argv + 1);
  cli_message("phrases: no part '%s' (see 'unspin help phrases')", argv[1]);
  return CLI_ERROR;
}

const cli_command cli_phrases = {.name = "phrases",
                                 .summary = "look into the phrase tables, add to them, import and export",
                                 .help = help,
                                 .run = run};
