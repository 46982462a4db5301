#include "phrases/when.h"

us_class us_class_named(us_slice name) {
  static const char *const names[US_CLASS_COUNT] = {"@verb",   "@ing", "@past", "@base", "@noun",
                                                    "@plural", "@adj", "@adv",  "@num",  "@det",
                                                    "@pron",   "@aux", "@prep", "@name", "@punct"};
  us_class c = US_CLASS_VERB;
  while (c < US_CLASS_COUNT && !us_slice_eq(name, us_slice_of(names[c]))) c++;
  return c;
}

static unspin_status check_items(us_condition c, us_slice text, const char *where, unspin_error *err) {
  us_slice rest = c.items, item;
  while (us_slice_cut(&rest, ',', &item)) {
    if (!item.n)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: an empty word in the condition '%.*s'", where, (int)text.n, text.p);
    bool is_class = item.p[0] == '@';
    if (is_class && (c.kind == US_WHEN_NEAR || us_class_named(item) == US_CLASS_COUNT))
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: '%.*s' is no class that '%.*s' may name", where, (int)item.n, item.p,
                     (int)text.n, text.p);
  }
  return UNSPIN_OK;
}

unspin_status us_when_next(us_slice *when, const char *where, us_condition *out, bool *more, unspin_error *err) {
  us_slice text;
  *more = when->n && us_slice_cut(when, ' ', &text);
  if (!*more) return UNSPIN_OK;
  us_slice rest = text, name;
  *out = (us_condition){.negated = rest.n && rest.p[0] == '!'};
  if (out->negated) rest = us_slice_sub(rest, 1, rest.n);
  if (us_slice_eq(rest, US_LIT("start"))) {
    out->kind = US_WHEN_START;
    return UNSPIN_OK;
  }
  us_slice_cut(&rest, ':', &name);
  out->items = rest;
  if (us_slice_eq(name, US_LIT("prev"))) out->kind = US_WHEN_PREV;
  else if (us_slice_eq(name, US_LIT("next"))) out->kind = US_WHEN_NEXT;
  else if (us_slice_eq(name, US_LIT("near")) && !out->negated) out->kind = US_WHEN_NEAR;
  else return us_fail(err, UNSPIN_ERR_FORMAT, "%s: unknown condition '%.*s'", where, (int)text.n, text.p);
  if (!rest.p || !rest.n)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: the condition '%.*s' names no word", where, (int)text.n, text.p);
  return check_items(*out, text, where, err);
}
