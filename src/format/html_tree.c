#include "format/html_tree.h"

#include <setjmp.h>
#include <stdlib.h>

/* What a page may ask for: one of a few bytes can be built to need gigabytes, or hours. */
enum { MEMORY_BASE = 1 << 26, MEMORY_BY_BYTE = 400 };
/* For every byte the parser may look through all open elements, for every attribute through all that it may equal. */
enum { DEEPEST = 1000, COMPARED_BASE = 100000000, COMPARED_BY_BYTE = 100 };
#define DEEPEST_BASE ((size_t)1 << 31)

/* A node, and what is known of it once it has its place. */
typedef struct slot {
  GumboNode node;
  size_t depth;      /* 0: not known yet; or the document */
  size_t attributes; /* of the formatting elements down to it, and its own */
} slot;

/* Each twice as large as the one before. */
enum { SHELVES = 26, FIRST_SHELF = 64 };

typedef enum refusal { NO_MEMORY, TOO_LARGE, TOO_DEEP, TOO_MANY_ATTRIBUTES } refusal;

/* The parser tells nobody how it goes, but asks for memory: what it asks for is counted. */
typedef struct watch {
  us_arena *arena;
  size_t memory, deepest, compared; /* limits; COMPARED counts down */
  slot *shelves[SHELVES];
  size_t shelf_count, used;        /* USED: in the last one */
  size_t attributes;               /* since the last node: of one tag, or of more */
  const GumboElement *html, *body; /* their attributes are collected from all tags of their name */
  jmp_buf refused;
  refusal why;
} watch;

static _Noreturn void refuse(watch *w, refusal why) {
  w->why = why;
  longjmp(w->refused, 1);
}

static size_t shelf_size(size_t i) { return (size_t)FIRST_SHELF << i; }

/* The slot of NODE, NULL if that is none: what is asked about may be something else of the same size. */
static slot *find_slot(const watch *w, const GumboNode *node) {
  uintptr_t at = (uintptr_t)node;
  for (size_t i = w->shelf_count; i-- > 0;) {
    uintptr_t begin = (uintptr_t)w->shelves[i];
    size_t n = i + 1 == w->shelf_count ? w->used : shelf_size(i);
    if (at < begin || at >= begin + n * sizeof(slot)) continue;
    return (at - begin) % sizeof(slot) == 0 ? &w->shelves[i][(at - begin) / sizeof(slot)] : NULL;
  }
  return NULL;
}

/* ---- how deep, how many attributes ---- */

static const GumboElement *element_of(const slot *s) {
  bool is_element = s->node.type == GUMBO_NODE_ELEMENT || s->node.type == GUMBO_NODE_TEMPLATE;
  return is_element && s->node.v.element.tag_namespace == GUMBO_NAMESPACE_HTML ? &s->node.v.element : NULL;
}

/* Attributes of an element that the parser compares with those of its like around. */
static size_t formatting_attributes(const slot *s) {
  static const GumboTag tags[] = {GUMBO_TAG_A,    GUMBO_TAG_B,      GUMBO_TAG_BIG,    GUMBO_TAG_CODE, GUMBO_TAG_EM,
                                  GUMBO_TAG_FONT, GUMBO_TAG_I,      GUMBO_TAG_NOBR,   GUMBO_TAG_S,    GUMBO_TAG_SMALL,
                                  GUMBO_TAG_TT,   GUMBO_TAG_STRIKE, GUMBO_TAG_STRONG, GUMBO_TAG_U};
  const GumboElement *e = element_of(s);
  for (size_t i = 0; e && i < sizeof tags / sizeof *tags; i++)
    if (tags[i] == e->tag) return e->attributes.length;
  return 0;
}

static void compare(watch *w, size_t n) {
  if (n > w->compared) refuse(w, TOO_MANY_ATTRIBUTES);
  w->compared -= n;
}

/* Elements that were moved about get their place later than others, and so do those within them. */
static void measure(watch *w, slot *s) {
  size_t steps = 0;
  slot *top = s;
  for (slot *up; !top->depth && (up = find_slot(w, top->node.parent)) != NULL; top = up)
    if (++steps > w->deepest) refuse(w, TOO_DEEP);
  size_t depth = top->depth + steps, attributes = top->attributes;
  if (depth > w->deepest) refuse(w, TOO_DEEP);
  for (slot *at = s; at != top; at = find_slot(w, at->node.parent)) attributes += formatting_attributes(at);
  for (slot *at = s; at != top; at = find_slot(w, at->node.parent)) {
    at->depth = depth--;
    at->attributes = attributes;
    attributes -= formatting_attributes(at);
  }
}

/* The last node, which is in the tree by now. */
static void look_at(watch *w, slot *s) {
  if ((unsigned)s->node.type > GUMBO_NODE_TEMPLATE) return; /* a text, or a list */
  measure(w, s);
  const GumboElement *e = element_of(s);
  if (!e) return;
  if (e->tag == GUMBO_TAG_HTML && !w->html) w->html = e;
  if (e->tag == GUMBO_TAG_BODY && !w->body) w->body = e;
  size_t own = formatting_attributes(s);
  bool is_copy =
      s->node.parse_flags & (GUMBO_INSERTION_RECONSTRUCTED_FORMATTING_ELEMENT | GUMBO_INSERTION_ADOPTION_AGENCY_CLONED);
  if (!is_copy && s->attributes > own) compare(w, own * (s->attributes - own));
}

/* ---- memory ---- */

static void *take(watch *w, size_t size) {
  if (w->arena->total > w->memory || size > w->memory) refuse(w, TOO_LARGE);
  void *p = us_arena_alloc(w->arena, size);
  if (!p) refuse(w, NO_MEMORY);
  return p;
}

static void *take_node(watch *w) {
  if (w->used) look_at(w, &w->shelves[w->shelf_count - 1][w->used - 1]);
  w->attributes = 0;
  if (!w->shelf_count || w->used == shelf_size(w->shelf_count - 1)) {
    if (w->shelf_count == SHELVES) refuse(w, TOO_LARGE);
    w->shelves[w->shelf_count] = take(w, shelf_size(w->shelf_count) * sizeof(slot));
    w->shelf_count++;
    w->used = 0;
  }
  slot *s = &w->shelves[w->shelf_count - 1][w->used++];
  memset(s, 0, sizeof *s);
  return &s->node;
}

static void *allocate(void *cookie, size_t size) {
  watch *w = cookie;
  if (size == sizeof(GumboNode)) return take_node(w);
  if (size == sizeof(GumboAttribute)) {
    size_t collected = (w->html ? w->html->attributes.length : 0) + (w->body ? w->body->attributes.length : 0);
    compare(w, w->attributes++ + collected);
  }
  return take(w, size);
}

static void release(void *cookie, void *p) {
  (void)cookie;
  (void)p;
}

static unspin_status explain(const watch *w, us_slice source, unspin_error *err) {
  switch (w->why) {
    case NO_MEMORY: break;
    case TOO_LARGE:
      return us_fail(err, UNSPIN_ERR_LIMIT, "a page of %zu bytes whose tags need more than %zu MiB", source.n,
                     w->memory >> 20);
    case TOO_DEEP:
      return us_fail(err, UNSPIN_ERR_LIMIT, "a page of %zu bytes with more than %zu open tags within each other",
                     source.n, w->deepest);
    case TOO_MANY_ATTRIBUTES:
      return us_fail(err, UNSPIN_ERR_LIMIT, "a page of %zu bytes whose tags have too many attributes", source.n);
  }
  return us_nomem(err);
}

unspin_status us_html_tree_read(us_html_tree *tree, us_slice source, unspin_error *err) {
  us_html_tree_free(tree);
  watch *w = calloc(1, sizeof *w);
  if (!w) return us_nomem(err);
  w->arena = &tree->arena;
  w->memory = MEMORY_BASE + source.n * MEMORY_BY_BYTE;
  w->deepest = DEEPEST + DEEPEST_BASE / (source.n + 1);
  w->compared = COMPARED_BASE + source.n * COMPARED_BY_BYTE;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate;
  options.deallocator = release;
  options.userdata = w;
  options.max_errors = 0;
  unspin_status status = UNSPIN_OK;
  if (setjmp(w->refused) != 0) status = explain(w, source, err);
  else tree->document = gumbo_parse_with_options(&options, source.p, source.n)->document;
  free(w);
  return status;
}

void us_html_tree_free(us_html_tree *tree) {
  us_arena_free(&tree->arena);
  tree->document = NULL;
}
