/* Any bytes as a file: packed or not, in any encoding. What opens gives its own bytes back, and a filter's output does
 * not depend on the pieces in which its input came. */
#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "unspin.h"

enum { MOST = 1 << 18 };

static unspin_session *session;

static void open_once(void) {
  static unspin_knowledge *knowledge;
  unspin_error err;
  if (session) return;
  bool ok = !unspin_knowledge_open(fuzz_data(), &knowledge, &err) && !unspin_session_new(knowledge, &session, &err);
  if (!ok) fprintf(stderr, "%s\n", err.message);
  FUZZ_CHECK(ok);
}

/* Opens BYTES, checks that they come back, and gives a copy of the text. */
static bool check_file(us_slice bytes, us_buf *text) {
  unspin_file_options o;
  unspin_file *file = NULL;
  unspin_file_options_init(&o);
  o.binary = true;
  o.max_bytes = MOST;
  o.max_ratio = 50;
  if (unspin_file_open(bytes.p, bytes.n, &o, &file, NULL)) return false;
  unspin_text t = unspin_file_text(file), back;
  FUZZ_CHECK(unspin_file_encoding(file));
  us_buf_clear(text);
  us_buf_append(text, (us_slice){t.text, t.len});
  FUZZ_CHECK(unspin_file_encode(file, t.text, t.len, UNSPIN_PACKING_NONE, &back, NULL) == UNSPIN_OK);
  if (unspin_file_packing(file) == UNSPIN_PACKING_NONE) FUZZ_CHECK(us_slice_eq((us_slice){back.text, back.len}, bytes));
  unspin_file_close(file);
  return true;
}

typedef struct stream {
  us_slice rest;
  size_t step;
  us_buf out;
} stream;

static unspin_status feed(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err) {
  stream *s = cookie;
  (void)err;
  *got = s->rest.n < room ? s->rest.n : room;
  if (s->step && *got > s->step) *got = s->step;
  if (*got) memcpy(bytes, s->rest.p, *got);
  s->rest = us_slice_sub(s->rest, *got, s->rest.n);
  return UNSPIN_OK;
}

static unspin_status keep(void *cookie, const char *bytes, size_t len, unspin_error *err) {
  stream *s = cookie;
  (void)err;
  us_buf_append(&s->out, (us_slice){bytes, len});
  return UNSPIN_OK;
}

static unspin_status filter(us_slice bytes, size_t step, stream *s) {
  unspin_filter_options o;
  *s = (stream){.rest = bytes, .step = step};
  unspin_filter_options_init(&o);
  o.source.max_bytes = MOST;
  o.source.max_ratio = 50;
  o.read = feed;
  o.write = keep;
  o.cookie = s;
  return unspin_filter(session, &o, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 1 << 16) return 0;
  open_once();
  us_slice bytes = fuzz_slice(data, size);
  us_buf text = {0};
  if (check_file(bytes, &text) && size < 4096) {
    stream whole, pieces;
    unspin_status one = filter(bytes, 0, &whole), other = filter(bytes, 1 + size % 7, &pieces);
    FUZZ_CHECK(one == other);
    if (!one) FUZZ_CHECK(us_slice_eq(us_buf_slice(&whole.out), us_buf_slice(&pieces.out)));
    us_buf_free(&whole.out);
    us_buf_free(&pieces.out);
  }
  us_buf_free(&text);
  return 0;
}
