/* values.c - arguments that several commands take, and what came of them. */
#include <string.h>

#include "cli/cli.h"

bool cli_read_color(const char *text, cli_color *out) {
  if (!text || strcmp(text, "always") == 0) *out = CLI_COLOR_ALWAYS;
  else if (strcmp(text, "never") == 0) *out = CLI_COLOR_NEVER;
  else if (strcmp(text, "auto") == 0) *out = CLI_COLOR_AUTO;
  else return false;
  return true;
}

bool cli_read_dialect(const char *text, unspin_dialect *out) {
  if (strcmp(text, "gb") == 0) *out = UNSPIN_DIALECT_GB;
  else if (strcmp(text, "us") == 0) *out = UNSPIN_DIALECT_US;
  else if (strcmp(text, "auto") == 0) *out = UNSPIN_DIALECT_AUTO;
  else return false;
  return true;
}

bool cli_read_format(const char *text, unspin_text_format *format, bool *guess) {
  unspin_text_format named = unspin_text_format_named(text);
  *guess = strcmp(text, "auto") == 0;
  if (!*guess && named == UNSPIN_TEXT_COUNT) return false;
  *format = *guess ? UNSPIN_TEXT_PLAIN : named;
  return true;
}

const char *cli_field_missing(const unspin_options *options, const unspin_record_totals *records, size_t *at) {
  size_t count = options->field_count ? options->field_count : 1;
  while (records->records && *at < count && *at < 64) {
    size_t i = (*at)++;
    if (records->found >> i & 1) continue;
    return options->field_count ? options->fields[i] : "text";
  }
  return NULL;
}
