/* Sentences of tests/cases/repairs.txt: which candidates there are, and what they ask for around them. They are taken
 * as given, so that no weight has a say. Adding one needs no C; see tests/cases/README.md. */
#include "restore/pass.h"
#include "support_engine.h"

enum { MOST_SLOTS = 8 };

/* Bytes of the spun text, and what is put there. */
typedef struct slot {
  size_t begin, end;
  us_slice plain;
  size_t found; /* candidates: 0 or 1 */
} slot;

typedef struct repair_case {
  us_buf spun, wanted;
  slot slots[MOST_SLOTS];
  size_t n;
  us_arena arena; /* of the edits' texts */
  us_edit_vec edits;
} repair_case;

/* {spun|plain} becomes a slot, [spun|plain] what is to follow from these. */
static void read_case(us_slice line, repair_case *c) {
  us_buf_clear(&c->spun);
  us_buf_clear(&c->wanted);
  c->n = c->edits.n = 0;
  bool open = false, plain = false;
  for (size_t i = 0; i < line.n; i++) {
    char byte = line.p[i];
    if (byte == '{' || byte == '[') {
      ck_assert_uint_lt(c->n, MOST_SLOTS);
      c->slots[c->n] = (slot){.begin = c->spun.n};
      open = true;
    } else if (byte == '|') {
      slot *s = &c->slots[c->n]; /* of what follows it is not counted */
      s->end = c->spun.n;
      s->plain = (us_slice){line.p + i + 1, strcspn(line.p + i + 1, "}]")};
      plain = true;
    } else if (byte == '}' || byte == ']') {
      c->n += byte == '}';
      open = plain = false;
    } else {
      if (byte == '\\' && line.p[i + 1] == 'n') byte = '\n', i++;
      if (!plain) us_buf_putc(&c->spun, byte);
      if (plain || !open) us_buf_putc(&c->wanted, byte);
    }
  }
}

/* The page's candidates that the case names. */
static int choose(repair_case *c, const us_page *p, uint32_t *chosen) {
  int n = 0;
  for (size_t k = 0; k < c->n; k++) {
    slot *want = &c->slots[k];
    for (uint32_t i = 0; i < p->arcs.n && !want->found; i++) {
      const us_arc *a = &p->arcs.p[i];
      if (p->offset + p->tokens.p[a->first].begin != want->begin) continue;
      if (p->offset + p->tokens.p[a->last - 1].end != want->end || !us_slice_eq(a->after, want->plain)) continue;
      want->found = 1;
      chosen[n++] = i;
    }
  }
  return n;
}

static bool repair_page(unspin_session *s, void *context) {
  repair_case *c = context;
  const us_page *p = &s->page;
  us_change_vec changes = {0};
  uint32_t chosen[MOST_SLOTS];
  ck_assert(us_suggest(s) && us_repair(s, chosen, choose(c, p, chosen), &changes));
  for (size_t i = 0; i < changes.n; i++) {
    const us_change *change = &changes.p[i];
    bool keeps;
    ck_assert(us_keeps_meaning(s, change, &keeps));
    if (!keeps) continue;
    unspin_edit e = {.begin = p->offset + p->tokens.p[change->first].begin,
                     .end = p->offset + p->tokens.p[change->last - 1].end,
                     .after = {us_arena_copy(&c->arena, change->after), change->after.n}};
    ck_assert(us_vec_push(&c->edits, e));
  }
  us_vec_free(&changes);
  return true;
}

static bool passes(repair_case *c, const char *file, int number) {
  us_slice spun = us_buf_slice(&c->spun), wanted = us_buf_slice(&c->wanted);
  us_buf got = {0};
  ck_assert(us_look(session, spun) && us_each_page(session, spun, repair_page, c));
  us_edits_apply(spun, &c->edits, &got);
  bool right = us_slice_eq(us_buf_slice(&got), wanted);
  if (!right) printf("%s:%d:\n  want %s\n  got  %s\n", file, number, wanted.p, us_buf_slice(&got).p);
  for (size_t k = 0; k < c->n; k++) {
    if (c->slots[k].found) continue;
    printf("%s:%d: no candidate %.*s\n", file, number, (int)c->slots[k].plain.n, c->slots[k].plain.p);
    right = false;
  }
  us_buf_free(&got);
  us_arena_reset(&c->arena);
  return right;
}

START_TEST(given_changes_are_mended_around) {
  static const char file[] = "cases/repairs.txt";
  us_buf all = test_read(file);
  us_slice rest = us_buf_slice(&all), line;
  repair_case c = {0};
  int wrong = 0, cases = 0;
  unspin_options options;
  unspin_options_init(&options);
  session->options = &options;
  for (int number = 1; us_slice_cut(&rest, '\n', &line); number++) {
    if (!line.n || line.p[0] == '#') continue;
    read_case(line, &c);
    wrong += !passes(&c, file, number);
    cases++;
  }
  session->options = NULL;
  fflush(stdout);
  ck_assert_int_eq(wrong, 0);
  ck_assert_int_ge(cases, 4);
  us_buf_free(&all);
  us_buf_free(&c.spun);
  us_buf_free(&c.wanted);
  us_vec_free(&c.edits);
  us_arena_free(&c.arena);
}
END_TEST

int main(void) {
  Suite *s = suite_create("repairs");
  TCase *c = tcase_create("repairs");
  tcase_set_timeout(c, 180);
  tcase_add_unchecked_fixture(c, engine_open, engine_close);
  tcase_add_test(c, given_changes_are_mended_around);
  suite_add_tcase(s, c);
  return test_run(s);
}
