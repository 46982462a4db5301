/* cmd_score.h - what the parts of `unspin score` share: cmd_score.c reads the options, cmd_score_files.c finds which
 * files belong together, cmd_score_texts.c reads and restores, cmd_score_original*.c and cmd_score_against*.c measure
 * and print. */
#ifndef US_CLI_CMD_SCORE_H
#define US_CLI_CMD_SCORE_H

#include "base/error.h"
#include "base/vec.h"
#include "cli/cli.h"

extern const cli_command cli_score;

/* One article: a reference (the original, or clean text on the topic), the text before and the text after. */
typedef struct score_item {
  char *name;                       /* in tables: the file's name without its role; owned */
  char *reference, *before, *after; /* paths, owned; after is NULL where the program restores the text itself */
  us_buf reference_text, before_text, after_text; /* filled by score_item_load */
} score_item;

typedef US_VEC(score_item) score_item_vec;

typedef struct score_run {
  /* options */
  const char *original, *against; /* one of the two */
  bool restore;                   /* --restore: all arguments are texts before */
  bool json;
  const char *html; /* --html: also a page there, or NULL */
  bool force;       /* --force: measure although the reference is too short to say much */
  bool like;        /* --like: restore with the half of the clean text that does not judge */
  bool both_halves; /* --both-halves: nothing of the clean text was used to restore, so all of it may judge */
  bool assume_spun; /* --assume-spun */
  const char *data; /* --data, may be NULL: for cli_data_dir */
  uint64_t seed;    /* --seed */
  size_t rounds;    /* --rounds, of the bootstrap; 0: no intervals */
  cli_color color;
  /* the articles, by name */
  score_item_vec items;
  /* opened when first needed, closed by cmd_score.c */
  unspin_knowledge *knowledge;
  unspin_session *session;
} score_run;

/* cmd_score_files.c: fills run->items from the arguments, which are files or directories. Says every file that lacks
 * its partner; false if there was any such, or another error. */
bool score_find_items(score_run *run, char *const *arguments, size_t count);
void score_free_items(score_run *run);

/* cmd_score_texts.c: reads the texts of ITEM, and restores the one before if no path says what came after. A text
 * without any words and a binary file are errors that name the file. */
unspin_status score_item_load(score_run *run, score_item *item, unspin_error *err);
/* Drops the texts, keeps the paths. */
void score_item_unload(score_item *item);
/* Opens run->knowledge and run->session; may be called any number of times. */
unspin_status score_open_knowledge(score_run *run, unspin_error *err);
void score_close_knowledge(score_run *run);

/* The halves: measure every item, print, return an exit status. Errors are said by cli_message. */
int score_original(score_run *run);
int score_against(score_run *run);

#endif
