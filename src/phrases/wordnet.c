#include "phrases/wordnet.h"

#include "base/file.h"

unspin_status us_wordnet_read(const char *dir, const char *kind, const char *name, us_buf *out, unspin_error *err) {
  us_buf path = {0};
  us_buf_printf(&path, "%s/%s.%s", dir, kind, name);
  unspin_status status = path.failed ? us_nomem(err) : us_file_read(path.p, out, err);
  us_buf_free(&path);
  return status;
}

uint32_t us_wordnet_number(us_slice s, unsigned base) {
  uint32_t v = 0;
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    unsigned digit = c >= 'a' ? c - 'a' + 10u : c - (unsigned)'0';
    v = v * base + (digit < base ? digit : 0);
  }
  return v;
}

/* "offset file type count word id ... pointers symbol offset pos source/target ... | gloss"; the licence at the top is
 * set in by blanks. */
bool us_wordnet_next(us_slice *rest, us_wordnet_synset *out) {
  us_slice line, field;
  while (us_slice_cut(rest, '\n', &line)) {
    if (!line.n || line.p[0] == ' ' || !us_slice_cut(&line, ' ', &field)) continue;
    *out = (us_wordnet_synset){.offset = us_wordnet_number(field, 10)};
    if (!us_slice_cut(&line, ' ', &field) || !us_slice_cut(&line, ' ', &field) || !us_slice_cut(&line, ' ', &field))
      continue;
    out->count = us_wordnet_number(field, 16);
    out->members = line;
    for (unsigned k = 0; k < 2 * out->count && us_slice_cut(&line, ' ', &field); k++) {
    }
    out->members.n -= line.n;
    out->pointers = line;
    return true;
  }
  return false;
}

bool us_wordnet_member(us_slice *members, us_slice *word) {
  us_slice id;
  if (!us_slice_cut(members, ' ', word) || !word->n || !us_slice_cut(members, ' ', &id)) return false;
  const char *marker = memchr(word->p, '(', word->n);
  if (marker) word->n = (size_t)(marker - word->p);
  return true;
}

us_slice us_wordnet_spaced(us_slice word, us_buf *out) {
  us_buf_clear(out);
  for (size_t i = 0; i < word.n; i++) us_buf_putc(out, word.p[i] == '_' ? ' ' : word.p[i]);
  return us_buf_slice(out);
}
