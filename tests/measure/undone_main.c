/* Scores restored texts that lie in a file: how test_undone.py gets at the scorer without an engine.
 *
 *   undone_main GOLD RESTORED    GOLD: .jsonl or a markup .txt; RESTORED: as many lines {"restored": text}, or the text
 *
 * Prints what the developers' scorer prints, and the sentences. */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/file.h"
#include "measure/undone.h"

static int fail(const char *message) {
  fprintf(stderr, "%s\n", message);
  return 2;
}

static void print(const us_tally *t) {
  printf(
      "texts %zu  words %zu  slots %zu  right %zu  kept %zu  wrong %zu  false %zu  undone %.3f  precision %.3f  "
      "recall %.3f  F0.5 %.3f  false/1k %.2f  whole %.3f\n",
      t->texts, t->words, t->slots - t->free, t->right, t->kept, t->wrong, t->false_words, us_tally_undone(t),
      us_tally_precision(t), us_tally_recall(t), us_tally_f05(t), us_tally_false_per_1000(t), us_tally_whole(t));
  printf("before %zu  after %zu  sentences %zu  exact %zu\n", t->before, t->after, t->sentences, t->exact);
}

int main(int argc, char **argv) {
  unspin_error err = {0};
  us_pairs *pairs = NULL;
  us_scorer *undone = us_scorer_new();
  us_buf restored = {0};
  const us_pair *pair;
  us_tally sum = {0}, one;
  if (argc != 3 || !undone) return fail("usage: undone_main GOLD RESTORED");
  const char *gold = argv[1];
  if (us_pairs_open(&gold, 1, &pairs, &err) || us_file_read(argv[2], &restored, &err)) return fail(err.message);
  us_slice rest = us_buf_slice(&restored), line;
  us_slot_vec slots = {0};
  while (!us_pairs_next(pairs, &pair, &err) && pair) {
    json_t *object = NULL;
    us_slice text = us_buf_slice(&restored);
    if (!pair->gold.p) {
      if (!us_slice_cut(&rest, '\n', &line)) return fail("too few lines restored");
      object = json_loadb(line.p, line.n, 0, NULL);
      const json_t *string = json_object_get(object, "restored");
      if (!json_is_string(string)) return fail("no restored text");
      text = (us_slice){json_string_value(string), json_string_length(string)};
    }
    if (us_scorer_score(undone, pair, text, &one, &slots, &err)) return fail(err.message);
    us_tally_add(&sum, &one);
    json_decref(object);
  }
  if (err.status) return fail(err.message);
  print(&sum);
  us_vec_free(&slots);
  us_pairs_close(pairs);
  us_scorer_free(undone);
  us_buf_free(&restored);
  return 0;
}
