/* json_read.c - jansson's reader does not look whether the buffer of the string that it is in could grow: it goes on
 * without the byte. What comes of that is a wrong text, an assertion that fails, or a loop behind the buffer where the
 * byte was the closing quote. So a reserve stands ready: the first allocation that fails is met from it, the text ends
 * there, and what was read is dropped. */
#include "base/json_read.h"

#include <stdint.h>
#include <stdlib.h>

/* What may still be allocated after the first failure: the buffer, grown by doubling, and a string and its copy, each
 * at most as long as the text; the values in what jansson has fetched already, at most FETCHED bytes, a value of which
 * takes 112 ("[" does); and a little. */
enum { TIMES_TEXT = 8, FETCHED = 1024, TIMES_FETCHED = 128, LITTLE = 4096, ALIGNMENT = 16 };

typedef struct reserve {
  char *p;
  size_t n, used;
  bool touched;
} reserve;

typedef struct reading {
  us_slice rest;
  const reserve *reserve;
} reading;

static _Thread_local reserve *active;

static void *take(size_t n) {
  void *p = malloc(n);
  if (p || !active) return p;
  active->touched = true;
  size_t room = active->n - active->used, padding = (ALIGNMENT - n % ALIGNMENT) % ALIGNMENT;
  if (room < padding || n > room - padding) return NULL;
  p = active->p + active->used;
  active->used += n + padding;
  return p;
}

static void give_back(void *p) {
  if (!active || (uintptr_t)p - (uintptr_t)active->p >= active->n) free(p);
}

void us_json_guard(void) { json_set_alloc_funcs(take, give_back); }

static size_t fetch(void *out, size_t room, void *cookie) {
  reading *r = cookie;
  if (r->reserve->touched) return 0;
  size_t n = r->rest.n < room ? r->rest.n : room;
  if (n) memcpy(out, r->rest.p, n);
  r->rest = us_slice_sub(r->rest, n, r->rest.n);
  return n;
}

json_t *us_json_load(us_slice text, size_t flags, json_error_t *wrong) {
  reserve whole = {.n = LITTLE + TIMES_FETCHED * (text.n < FETCHED ? text.n : FETCHED)};
  *wrong = (json_error_t){0};
  if (text.n > (SIZE_MAX - whole.n) / TIMES_TEXT) return NULL;
  whole.n += TIMES_TEXT * text.n;
  whole.p = malloc(whole.n);
  if (!whole.p) return NULL;
  reading r = {text, &whole};
  active = &whole;
  json_t *value = json_load_callback(fetch, &r, flags | JSON_REJECT_DUPLICATES, wrong);
  if (whole.touched) {
    json_decref(value);
    value = NULL;
    wrong->text[0] = '\0';
  }
  active = NULL;
  free(whole.p);
  return value;
}
