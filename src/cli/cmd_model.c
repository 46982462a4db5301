#include "cli/cmd_model.h"

#include <stdlib.h>
#include <string.h>

const char model_help[] =
    "Usage: unspin model train -o FILE [OPTION]... [--weight W] TEXT...\n"
    "       unspin model tune [OPTION]... PAIRS... [--clean TEXT...] -o WEIGHTS\n"
    "       unspin model eval [--per-line] MODEL [TEXT]\n"
    "       unspin model score MODEL [TEXT]\n"
    "       unspin model info [--verify] MODEL\n"
    "       unspin model near VECTORS WORD...\n"
    "       unspin model import -o FILE [--bits N] ARPA\n"
    "       unspin model export [-o ARPA] MODEL\n"
    "\n"
    "Trains, measures and looks into language models; learns the weights of the engine.\n"
    "Where TEXT is - or missing, standard input is read.\n"
    "\n"
    "train: counts n-grams of the TEXTs and writes a model\n"
    "  -o, --output FILE     where to; it appears only once it is whole\n"
    "      --order N         longest n-gram, 1 to 6 (5)\n"
    "      --weight W        what a word of the TEXTs that follow counts for (1)\n"
    "      --tokenized       a sentence a line, words separated by blanks, as they are\n"
    "      --vocab N         keep the N most frequent words; all others are unknown\n"
    "      --min-count N     keep words met N times or more\n"
    "      --drop-below A,B..  drop n-grams of orders 2, 3, ... met less often than this;\n"
    "                        the last number holds for higher orders\n"
    "      --prune X         drop n-grams whose loss costs less than X (relative\n"
    "                        entropy, such as 1e-8)\n"
    "      --max-size SIZE   drop as many as it takes for the file to fit (40M)\n"
    "      --bits N          for each value, 1 to 16, or 32 for exact ones (8)\n"
    "      --abbreviations FILE  words, one a line, after which a dot ends no sentence\n"
    "      --memory SIZE     for counting (4G); beyond it, sorted pieces go to disk\n"
    "      --temp DIR        for those (beside FILE)\n"
    "      --threads N       (2)\n"
    "      --vectors         word vectors instead of n-grams; of the above, only -o, --vocab\n"
    "                        (50000) and --tokenized count\n"
    "      --epochs N        how often they go through the text (2)\n"
    "  -q, --quiet           no progress, no report\n"
    "\n"
    "tune: learns the weights by which candidates are judged from texts of which the\n"
    "  original is known; 'unspin model tune --help' says more\n"
    "eval: perplexity with and without unknown words, how long the n-grams found are\n"
    "      --per-line        first a line for every sentence: log10, words, unknown words\n"
    "      --class           count unknown words as one word of the vocabulary\n"
    "score: a line for every word: log10 probability, length of the n-gram found, word\n"
    "info: orders, n-grams, sizes, how it was trained\n"
    "      --verify          also checks every n-gram\n"
    "near: the words whose vectors are most like those of WORD\n"
    "import, export: from and to ARPA, the exchange format of language model tools;\n"
    "  import also reads it compressed by gzip\n"
    "\n"
    "  -h, --help            this text\n";

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} parts[] = {{"train", cmd_model_train},   {"tune", cmd_model_tune},    {"eval", cmd_model_eval},
             {"score", cmd_model_score},   {"info", cmd_model_info},    {"near", cmd_model_near},
             {"import", cmd_model_import}, {"export", cmd_model_export}};

static int run(int argc, char **argv) {
  if (argc < 2) {
    cli_message("model: train, tune, eval, score, info, near, import or export? (see 'unspin help model')");
    return CLI_ERROR;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return cli_print(model_help);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (strcmp(argv[1], parts[i].name) == 0) return parts[i].run(argc - 1, argv + 1);
  return model_complain("no such part:", argv[1]);
}

const cli_command cli_model = {
    .name = "model", .summary = "train, measure and query language models", .help = model_help, .run = run};

bool model_parse_size(const char *text, uint64_t *bytes) {
  char *end;
  double n = strtod(text, &end);
  unsigned shift = 0;
  switch (*end) {
    case 'k':
    case 'K': shift = 10; break;
    case 'm':
    case 'M': shift = 20; break;
    case 'g':
    case 'G': shift = 30; break;
    default: break;
  }
  if (shift) end++;
  if (end == text || *end || !(n >= 0 && n < 1e15 / (double)(1ull << shift))) return false;
  *bytes = (uint64_t)(n * (double)(1ull << shift));
  return true;
}

int model_complain(const char *what, const char *argument) {
  cli_message("model: %s '%s' (see 'unspin help model')", what, argument);
  return CLI_ERROR;
}

int model_status(unspin_status status, const unspin_error *err) {
  if (!status) return CLI_OK;
  cli_message("%s", err->message);
  return CLI_ERROR;
}
