#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cmd_model.h"

enum { SHOWN = 15 };

typedef struct neighbour {
  float similarity;
  uint32_t id;
} neighbour;

static void show(const unspin_vectors *v, const char *word) {
  uint32_t id = unspin_vectors_word(v, word, strlen(word));
  if (!id) {
    cli_put(word, strlen(word));
    printf(": has no vectors\n");
    return;
  }
  neighbour best[SHOWN] = {{0}};
  for (uint32_t other = 3; other < unspin_vectors_word_count(v); other++) {
    neighbour n = {unspin_vectors_similarity(v, id, other), other};
    for (int i = 0; i < SHOWN && other != id; i++)
      if (n.similarity > best[i].similarity) {
        neighbour moved = best[i];
        best[i] = n;
        n = moved;
      }
  }
  cli_put(word, strlen(word));
  printf(":");
  for (int i = 0; i < SHOWN && best[i].id; i++) {
    char text[200];
    unspin_vectors_text(v, best[i].id, text, sizeof text);
    printf(" ");
    cli_put(text, strlen(text));
    printf(" %.2f", (double)best[i].similarity);
  }
  printf("\n");
}

int cmd_model_near(int argc, char **argv) {
  if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) return cli_print(model_help);
  if (argc < 3) return model_complain("wants VECTORS and at least one WORD:", argv[0]);
  unspin_vectors *v;
  unspin_error err;
  int result = model_status(unspin_vectors_open(argv[1], &v, &err), &err);
  if (result != CLI_OK) return result;
  errno = 0;
  for (int i = 2; i < argc; i++) show(v, argv[i]);
  unspin_vectors_close(v);
  return cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}
