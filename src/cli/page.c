#include "cli/page.h"

#include <math.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/output.h"

bool cli_page_write(const char *path, us_slice template, const us_web_part *parts, size_t n, const void *cookie) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  bool ok = out && us_web_fill(out, template, parts, n, cookie);
  ok = ok && !ferror(out);
  if (out) ok &= fclose(out) == 0;
  unspin_error err;
  if (!ok) cli_message("%s: out of memory", path);
  else if (cli_output_write(path, (us_slice){text, size}, &err)) {
    cli_message("%s", err.message);
    ok = false;
  }
  free(text);
  return ok;
}

void cli_page_number(FILE *out, double value, int decimals, bool sign) {
  fputs("<td class=\"n\">", out);
  if (!isfinite(value)) fputs("–", out);
  else fprintf(out, sign ? "%+.*f" : "%.*f", decimals, value);
  fputs("</td>", out);
}

void cli_page_count(FILE *out, size_t n) {
  fputs("<td class=\"n\">", out);
  us_web_count(out, n);
  fputs("</td>", out);
}

void cli_page_words(FILE *out, us_slice text) {
  fputs("<td>", out);
  us_web_text(out, text);
  fputs("</td>", out);
}
