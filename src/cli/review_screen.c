/* review_screen.c - one edit after another on a terminal, a key each. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cmd_review.h"
#include "report/safe.h"

/* Bytes of the line that are shown on either side. */
enum { AROUND = 300, MOST_TYPED = 400 };
enum { KEY_END = -1 }; /* nobody is there any more */

static const char keys[] =
    "y accept   n reject   e type another text   1-9 take another reading\n"
    "A accept, R reject all of this row   u undo   s later   w write now   q quit, go on another time\n";

/* A signal may only say that it is time to go. */
static volatile sig_atomic_t ended;
static void on_signal(int number) { ended = number; }

/* ---- keys ---- */

static int read_byte(void) {
  unsigned char c;
  while (!ended) {
    ssize_t n = read(STDIN_FILENO, &c, 1);
    if (n == 1) return c;
    if (n == 0 || errno != EINTR) break;
  }
  return KEY_END;
}

/* Arrows and the like send several bytes, which must not be taken for answers. */
static int read_key(void) {
  int c = read_byte();
  if (c != 27) return c;
  c = read_byte();
  if (c == '[' || c == 'O') do
      c = read_byte();
    while (c != KEY_END && (c < '@' || c > '~'));
  return c == KEY_END ? KEY_END : 0;
}

static bool set_raw(struct termios *before) {
  if (tcgetattr(STDIN_FILENO, before) != 0) return false;
  struct termios raw = *before;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

static void put(const char *text) { fputs(text, stdout); }

typedef enum typed { TYPED_NOTHING, TYPED_LINE, TYPED_TOO_MUCH } typed;

/* A line with the terminal's own editing. */
static typed read_line(char *out, size_t room) {
  struct termios raw, line;
  if (tcgetattr(STDIN_FILENO, &raw) != 0) return TYPED_NOTHING;
  line = raw;
  line.c_lflag |= ICANON | ECHO;
  tcsetattr(STDIN_FILENO, TCSANOW, &line);
  size_t n = 0;
  bool fits = true;
  int c;
  while ((c = read_byte()) != KEY_END && c != '\n' && c != 4)
    if (n + 1 < room) out[n++] = (char)c;
    else fits = false;
  out[n] = 0;
  tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  us_slice text = us_slice_trim((us_slice){out, n});
  memmove(out, text.p, text.n);
  out[text.n] = 0;
  if (c != '\n' || text.n == 0) return TYPED_NOTHING;
  return fits ? TYPED_LINE : TYPED_TOO_MUCH;
}

/* ---- one edit ---- */

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/* The line that ITEM stands in, or as much of it as helps. */
static us_slice surroundings(us_slice text, size_t begin, size_t end) {
  size_t from = begin, to = end;
  while (from > 0 && text.p[from - 1] != '\n' && begin - from < AROUND) from--;
  while (to < text.n && text.p[to] != '\n' && to - end < AROUND) to++;
  while (from > 0 && from < begin && text.p[from - 1] != '\n' && !is_blank(text.p[from - 1])) from++;
  while (to < text.n && to > end && text.p[to] != '\n' && !is_blank(text.p[to])) to--;
  return us_slice_sub(text, from, to);
}

static unspin_status draw_text(const review_screen *s, const review_item *item, unspin_error *err) {
  const review_list *l = s->list;
  size_t n = item->last - item->first;
  unspin_edit *edits = calloc(n, sizeof *edits);
  const unspin_edit **pointers = calloc(n, sizeof *pointers);
  us_report report = {.name = s->name, .edits = pointers, .edit_count = n};
  const unspin_edit *first = unspin_result_edit(l->result, item->first);
  report.input = report.output =
      surroundings(l->text, first->begin, unspin_result_edit(l->result, item->last - 1)->end);
  size_t begin = (size_t)(report.input.p - l->text.p);
  for (size_t i = 0; edits && pointers && i < n; i++) {
    edits[i] = *unspin_result_edit(l->result, item->first + i);
    edits[i].begin -= begin;
    edits[i].end -= begin;
    pointers[i] = &edits[i];
  }
  unspin_status status = edits && pointers ? us_render_word_diff(stdout, &report, &s->style, err)
                                           : us_fail(err, UNSPIN_ERR_NOMEM, "out of memory");
  free(edits);
  free(pointers);
  return status;
}

static void put_others(const unspin_edit *e) {
  for (size_t i = 0; i < e->alternative_count && i < 9; i++) {
    printf("%s%zu ", i ? "   " : "others: ", i + 1);
    us_safe_write(stdout, (us_slice){e->alternatives[i].after.text, e->alternatives[i].after.len}, false);
  }
  if (e->alternative_count) put("\n");
}

static bool draw(const review_screen *s, size_t at) {
  const unspin_edit *e = review_main(s->list, at);
  const char *dim = s->style.color ? "\x1b[2m" : "", *off = s->style.color ? "\x1b[0m" : "";
  printf("\n%s%zu of %zu  ", dim, at + 1, s->list->items.n);
  us_safe_write(stdout, s->name, false);
  printf(":%zu:%zu  confidence %.2f, row ", e->line, e->column, e->confidence);
  us_safe_write(stdout, us_slice_of(e->row), false);
  put(" from ");
  us_safe_write(stdout, us_slice_of(e->source), false);
  printf(", model %+.1f%s\n", e->model_gain, off);
  unspin_error err;
  if (draw_text(s, &s->list->items.p[at], &err)) {
    cli_message("%s", err.message);
    return false;
  }
  put_others(e);
  put("y/n/e/1-9/A/R/u/s/w/q/? ");
  return true;
}

/* ---- answers ---- */

/* What cannot simply be put into markup or a record. */
static const char *forbidden(unspin_text_format format) {
  switch (format) {
    case UNSPIN_TEXT_HTML:
    case UNSPIN_TEXT_MARKDOWN: return "<>&";
    case UNSPIN_TEXT_JSONL: return "\"\\";
    case UNSPIN_TEXT_CSV: return "\",";
    case UNSPIN_TEXT_TSV: return "\"\t";
    case UNSPIN_TEXT_PLAIN:
    case UNSPIN_TEXT_COUNT: break;
  }
  return "";
}

static bool can_stand(const review_screen *s, const char *text) {
  us_slice all = us_slice_of(text);
  us_glyph glyph;
  for (size_t at = 0; at < all.n;) {
    at += us_glyph_next(all, at, &glyph);
    if (glyph.changed && glyph.text[1] == 'x') return false; /* a control character, or no UTF-8, which JSON must be */
  }
  return !strpbrk(text, forbidden(s->format));
}

typedef enum answer { ANSWER_NEXT, ANSWER_AGAIN, ANSWER_LATER, ANSWER_END, ANSWER_NOMEM } answer;

static answer decide(review_screen *s, size_t at, review_decision decision, bool all, const char *instead) {
  static const char *const said[] = {"", "accepted", "rejected", "put in your own"};
  printf("%s\n", said[decision]);
  return review_decide(s->list, at, decision, all, instead) ? ANSWER_NEXT : ANSWER_NOMEM;
}

static answer take_typed(review_screen *s, size_t at) {
  char line[MOST_TYPED];
  put("instead: ");
  fflush(stdout);
  typed what = read_line(line, sizeof line);
  if (what == TYPED_TOO_MUCH) printf("that is too long: %d bytes are the most\n", MOST_TYPED - 1);
  if (what != TYPED_LINE) return ANSWER_AGAIN;
  if (can_stand(s, line)) return decide(s, at, REVIEW_EDIT, false, line);
  put("that is no UTF-8, or would break the file's format\n");
  return ANSWER_AGAIN;
}

static answer take_other(review_screen *s, size_t at, size_t which) {
  const unspin_edit *e = review_main(s->list, at);
  if (which >= e->alternative_count) {
    put("there is no such reading\n");
    return ANSWER_AGAIN;
  }
  unspin_text text = e->alternatives[which].after;
  char *copy = strndup(text.text, text.len);
  if (!copy) return ANSWER_NOMEM;
  answer a = ANSWER_AGAIN;
  if (can_stand(s, copy)) a = decide(s, at, REVIEW_EDIT, false, copy);
  else put("that is no UTF-8, or would break the file's format\n");
  free(copy);
  return a;
}

static answer take_key(review_screen *s, size_t *at, int key) {
  switch (key) {
    case 'y': return decide(s, *at, REVIEW_ACCEPT, false, NULL);
    case 'n': return decide(s, *at, REVIEW_REJECT, false, NULL);
    case 'A': return decide(s, *at, REVIEW_ACCEPT, true, NULL);
    case 'R': return decide(s, *at, REVIEW_REJECT, true, NULL);
    case 'e': return take_typed(s, *at);
    case 's': put("later\n"); return ANSWER_LATER;
    case '?': printf("\n%s", keys); return ANSWER_AGAIN;
    default: break;
  }
  if (key >= '1' && key <= '9') return take_other(s, *at, (size_t)(key - '1'));
  if (key != 'u') return ANSWER_AGAIN;
  size_t undone = review_undo(s->list);
  put(undone < s->list->items.n ? "undone\n" : "there is nothing to undo\n");
  if (undone < s->list->items.n) *at = undone;
  return ANSWER_AGAIN;
}

static bool save(const review_screen *s) {
  unspin_error err;
  if (review_save(s->list, s->state, &err) == UNSPIN_OK) return true;
  cli_message("%s", err.message);
  return false;
}

static bool is_end(int key) { return key == KEY_END || key == 'q' || key == 3 || key == 4; }

/* Goes on until everything is decided (WRITE) or somebody wants to stop. */
static review_end step_through(review_screen *s) {
  size_t n = s->list->items.n, at = review_next_open(s->list, 0);
  while (at < n) {
    if (!draw(s, at)) return REVIEW_FAILED;
    fflush(stdout);
    int key = read_key();
    if (is_end(key)) return REVIEW_QUIT;
    if (key == 'w') return REVIEW_WRITE;
    answer a = take_key(s, &at, key);
    if (a == ANSWER_NOMEM) cli_message("out of memory");
    if (a == ANSWER_NOMEM || !save(s)) return REVIEW_FAILED;
    if (a != ANSWER_AGAIN) at = review_next_open(s->list, at + 1 < n ? at + 1 : 0);
  }
  return REVIEW_WRITE;
}

/* WRITE, WRITE_LEARN, QUIT; anything else: back to the edits. */
static review_end ask(const review_screen *s, bool *back) {
  const review_list *l = s->list;
  printf("\n%zu accepted, %zu rejected, %zu your own, %zu left as they stand\n", review_count(l, REVIEW_ACCEPT),
         review_count(l, REVIEW_REJECT), review_count(l, REVIEW_EDIT), review_count(l, REVIEW_OPEN));
  for (;;) {
    put("write? y yes   l yes, and learn from it   u undo, go on   q quit ");
    fflush(stdout);
    int key = read_key();
    put("\n");
    if (key == 'y') return REVIEW_WRITE;
    if (key == 'l') return REVIEW_WRITE_LEARN;
    if (is_end(key)) return REVIEW_QUIT;
    *back = key == 'u';
    if (*back) return REVIEW_QUIT;
  }
}

static review_end converse(review_screen *s) {
  for (bool back = true;;) {
    review_end end = step_through(s);
    if (end != REVIEW_WRITE) return end;
    back = false;
    end = ask(s, &back);
    if (!back) return end;
    if (review_next_open(s->list, 0) == s->list->items.n) review_undo(s->list);
    if (!save(s)) return REVIEW_FAILED;
  }
}

review_end review_run(review_screen *s) {
  struct termios before;
  struct sigaction act = {.sa_handler = on_signal};
  sigaction(SIGINT, &act, NULL);
  sigaction(SIGTERM, &act, NULL);
  sigaction(SIGHUP, &act, NULL);
  if (!set_raw(&before)) {
    cli_message("review: the terminal does not give single keys");
    return REVIEW_FAILED;
  }
  put(keys);
  review_end end = converse(s);
  tcsetattr(STDIN_FILENO, TCSANOW, &before);
  put("\n");
  return end;
}
