#include "cli/inputs.h"

unspin_status cli_inputs_make(const cli_inputs_options *o, cli_inputs *inputs, unspin_error *err) {
  static const char *const standard_input[] = {"-"};
  *inputs = (cli_inputs){0};
  US_TRY(us_ignore_patterns(o->include, o->include_count, &inputs->include, err));
  US_TRY(us_ignore_patterns(o->exclude, o->exclude_count, &inputs->exclude, err));
  bool none = !o->file_count && !o->list;
  inputs->plan = (us_inputs_plan){.operands = none ? standard_input : (const char *const *)o->files,
                                  .operand_count = none ? 1 : (size_t)o->file_count,
                                  .list = o->list,
                                  .zero = o->zero,
                                  .rules = {.hidden = o->hidden,
                                            .follow = o->follow,
                                            .no_ignore = o->no_ignore,
                                            .include = inputs->include,
                                            .exclude = inputs->exclude},
                                  .force_exclude = o->force_exclude};
  return UNSPIN_OK;
}

void cli_inputs_free(cli_inputs *inputs) {
  us_ignore_free(inputs->include, NULL);
  us_ignore_free(inputs->exclude, NULL);
  *inputs = (cli_inputs){0};
}
