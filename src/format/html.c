#include "format/html.h"

#include <stdlib.h>
#include <strings.h>

#include "format/entity.h"
#include "format/html_text.h"
#include "format/html_tree.h"
#include "text/switch.h"

/* ---- elements ---- */

/* Part of a line of text, as far as its prose is concerned; everything else ends the paragraph. */
static bool is_inline(GumboTag tag) {
  static const GumboTag tags[] = {GUMBO_TAG_A,     GUMBO_TAG_ABBR, GUMBO_TAG_ACRONYM, GUMBO_TAG_B,      GUMBO_TAG_BDI,
                                  GUMBO_TAG_BDO,   GUMBO_TAG_BIG,  GUMBO_TAG_CITE,    GUMBO_TAG_DATA,   GUMBO_TAG_DEL,
                                  GUMBO_TAG_DFN,   GUMBO_TAG_EM,   GUMBO_TAG_FONT,    GUMBO_TAG_I,      GUMBO_TAG_INS,
                                  GUMBO_TAG_LABEL, GUMBO_TAG_MARK, GUMBO_TAG_NOBR,    GUMBO_TAG_RUBY,   GUMBO_TAG_S,
                                  GUMBO_TAG_SMALL, GUMBO_TAG_SPAN, GUMBO_TAG_STRIKE,  GUMBO_TAG_STRONG, GUMBO_TAG_TIME,
                                  GUMBO_TAG_U,     GUMBO_TAG_WBR,  GUMBO_TAG_UNKNOWN};
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
    if (tags[i] == tag) return true;
  return false;
}

/* No prose, and seen as something in the line. */
static bool is_object(GumboTag tag) {
  static const GumboTag tags[] = {
      GUMBO_TAG_CODE,   GUMBO_TAG_KBD,   GUMBO_TAG_SAMP,     GUMBO_TAG_VAR,     GUMBO_TAG_TT,     GUMBO_TAG_SUB,
      GUMBO_TAG_SUP,    GUMBO_TAG_IMG,   GUMBO_TAG_INPUT,    GUMBO_TAG_SELECT,  GUMBO_TAG_SVG,    GUMBO_TAG_MATH,
      GUMBO_TAG_OBJECT, GUMBO_TAG_EMBED, GUMBO_TAG_AUDIO,    GUMBO_TAG_VIDEO,   GUMBO_TAG_CANVAS, GUMBO_TAG_IFRAME,
      GUMBO_TAG_OUTPUT, GUMBO_TAG_METER, GUMBO_TAG_PROGRESS, GUMBO_TAG_TEXTAREA};
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
    if (tags[i] == tag) return true;
  return false;
}

/* No prose, and nothing in the line: a block of its own, or not to be seen. */
static bool is_silent(GumboTag tag) {
  static const GumboTag tags[] = {GUMBO_TAG_SCRIPT,   GUMBO_TAG_STYLE,    GUMBO_TAG_PRE,       GUMBO_TAG_TEMPLATE,
                                  GUMBO_TAG_XMP,      GUMBO_TAG_LISTING,  GUMBO_TAG_PLAINTEXT, GUMBO_TAG_NOEMBED,
                                  GUMBO_TAG_NOFRAMES, GUMBO_TAG_DATALIST, GUMBO_TAG_APPLET};
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
    if (tags[i] == tag) return true;
  return false;
}

bool us_html_spares(us_slice name) {
  char text[16];
  if (name.n >= sizeof text) return false;
  memcpy(text, name.p, name.n);
  text[name.n] = 0;
  GumboTag tag = gumbo_tag_enum(text);
  return is_object(tag) || is_silent(tag);
}

static const char *attribute(const GumboElement *e, const char *name) {
  const GumboAttribute *a = gumbo_get_attribute(&e->attributes, name);
  return a ? a->value : "";
}

/* Marked by its author as not for us. */
static bool is_foreign(const GumboElement *e) {
  if (strcasecmp(attribute(e, "translate"), "no") == 0) return true;
  const char *lang = attribute(e, "lang");
  return e->tag != GUMBO_TAG_HTML && *lang && strncasecmp(lang, "en", 2) != 0;
}

void us_html_switch(us_slice comment, bool *off) {
  for (size_t at = 0; at < comment.n; at++) (void)us_switch_at(comment, at, off);
}

/* ---- the tree, flattened into what stands where ---- */

typedef enum event_kind { EVENT_TEXT, EVENT_SPARED, EVENT_OBJECT, EVENT_LINE, EVENT_BLOCK, EVENT_COMMENT } event_kind;

typedef struct event {
  size_t at, end, order;
  event_kind kind;
  const GumboNode *block; /* the nearest element around it that is no part of a line */
} event;

typedef struct reader {
  us_slice source;
  bool quotes;
  us_prose *prose;
  us_html_tree tree;
  US_VEC(event) events;
} reader;

static bool add_event(reader *r, event_kind kind, GumboStringPiece piece, const GumboNode *block) {
  if (!piece.data || piece.data < r->source.p || piece.data > r->source.p + r->source.n) return true;
  size_t at = (size_t)(piece.data - r->source.p);
  size_t end = piece.length > r->source.n - at ? r->source.n : at + piece.length;
  return us_vec_push(&r->events, (event){at, end, r->events.n, kind, block});
}

/* What is known on the way down to a node. */
typedef struct place {
  const GumboNode *block;  /* see event */
  const GumboNode *spared; /* the outermost element around it that is spared, or NULL */
} place;

static event_kind kind_of(const reader *r, const GumboElement *e, bool *spared) {
  bool html = e->tag_namespace == GUMBO_NAMESPACE_HTML;
  bool quote = !r->quotes && (e->tag == GUMBO_TAG_Q || e->tag == GUMBO_TAG_BLOCKQUOTE);
  *spared = !html || quote || is_object(e->tag) || is_silent(e->tag) || is_foreign(e);
  if (e->tag == GUMBO_TAG_BR) return EVENT_LINE;
  if (!html || is_object(e->tag) || e->tag == GUMBO_TAG_Q) return EVENT_OBJECT;
  if (is_inline(e->tag)) return *spared ? EVENT_OBJECT : EVENT_SPARED;
  /* scripts stand in the middle of lines without being seen */
  return e->tag == GUMBO_TAG_SCRIPT || e->tag == GUMBO_TAG_STYLE || e->tag == GUMBO_TAG_TEMPLATE ? EVENT_SPARED
                                                                                                 : EVENT_BLOCK;
}

static bool enter(reader *r, const GumboNode *node, place *p) {
  switch (node->type) {
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_WHITESPACE:
    case GUMBO_NODE_CDATA:
      return add_event(r, p->spared ? EVENT_SPARED : EVENT_TEXT, node->v.text.original_text, p->block);
    case GUMBO_NODE_COMMENT: return add_event(r, EVENT_COMMENT, node->v.text.original_text, NULL);
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE: {
      bool spared;
      event_kind kind = kind_of(r, &node->v.element, &spared);
      if (!p->spared && !add_event(r, kind, node->v.element.original_tag, p->block)) return false;
      if (kind == EVENT_BLOCK) p->block = node;
      if (spared && !p->spared) p->spared = node;
      return true;
    }
    case GUMBO_NODE_DOCUMENT: break;
  }
  return true;
}

static const GumboVector *children_of(const GumboNode *node) {
  static const GumboVector none = {0};
  if (node->type == GUMBO_NODE_DOCUMENT) return &node->v.document.children;
  return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE ? &node->v.element.children : &none;
}

/* Without recursion: pages can be nested deeper than a stack. */
static bool flatten(reader *r, const GumboNode *root) {
  US_VEC(place) places = {0};
  US_VEC(const GumboNode *) nodes = {0};
  bool ok = us_vec_push(&nodes, root) && us_vec_push(&places, (place){root, NULL});
  while (ok && nodes.n) {
    const GumboNode *node = nodes.p[--nodes.n];
    place here = places.p[--places.n];
    ok = enter(r, node, &here);
    const GumboVector *children = children_of(node);
    for (unsigned i = children->length; ok && i-- > 0;)
      ok = us_vec_push(&nodes, (const GumboNode *)children->data[i]) && us_vec_push(&places, here);
  }
  us_vec_free(&nodes);
  us_vec_free(&places);
  return ok;
}

static int by_place(const void *a, const void *b) {
  const event *x = a, *y = b;
  if (x->at != y->at) return x->at < y->at ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

/* ---- from events to prose ---- */

static void write_prose(reader *r) {
  const GumboNode *block = NULL;
  bool off = false;
  for (size_t i = 0; i < r->events.n; i++) {
    const event *e = &r->events.p[i];
    /* the parser counts tags that it ignored, and what follows them, to a text */
    size_t end = i + 1 < r->events.n && e[1].at < e->end ? e[1].at : e->end;
    bool in_line = e->kind == EVENT_TEXT || e->kind == EVENT_OBJECT || e->kind == EVENT_LINE;
    if (in_line && e->block != block) us_prose_end_paragraph(r->prose);
    if (in_line) block = e->block;
    if (e->kind == EVENT_COMMENT) us_html_switch(us_slice_sub(r->source, e->at, end), &off);
    else if (e->kind == EVENT_BLOCK) us_prose_end_paragraph(r->prose);
    else if (e->kind == EVENT_LINE) us_prose_end_line(r->prose);
    else if (e->kind == EVENT_OBJECT || (e->kind == EVENT_TEXT && off)) us_prose_add_object(r->prose);
    else if (e->kind == EVENT_TEXT) us_html_text(r->prose, r->source, e->at, end);
  }
}

/* Puts into R->events what stands where. */
static unspin_status read_events(reader *r, unspin_error *err) {
  size_t mark = r->source.n >= 3 && memcmp(r->source.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  US_TRY(us_html_tree_read(&r->tree, us_slice_sub(r->source, mark, r->source.n), err));
  return flatten(r, r->tree.document) ? UNSPIN_OK : us_nomem(err);
}

unspin_status us_html_read(us_slice source, bool quotes, us_prose *prose, unspin_error *err) {
  us_prose_clear(prose);
  prose->write = us_entity_write;
  if (!source.n) return UNSPIN_OK;
  if (source.n >= UINT32_MAX)
    return us_fail(err, UNSPIN_ERR_LIMIT, "a page of %zu bytes: 4 GiB is the limit", source.n);
  reader r = {.source = source, .quotes = quotes, .prose = prose};
  unspin_status status = read_events(&r, err);
  if (!status) {
    if (r.events.n) qsort(r.events.p, r.events.n, sizeof *r.events.p, by_place);
    write_prose(&r);
    if (prose->failed) status = us_nomem(err);
  }
  us_vec_free(&r.events);
  us_html_tree_free(&r.tree);
  return status;
}
