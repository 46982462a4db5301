/* cmd_model.h - what the parts of `unspin model` share. */
#ifndef US_CLI_CMD_MODEL_H
#define US_CLI_CMD_MODEL_H

#include "cli/cli.h"

extern const cli_command cli_model;

/* One subcommand each; ARGV[0] is its name. Return an exit status. */
int cmd_model_train(int argc, char **argv);
int cmd_model_tune(int argc, char **argv);
int cmd_model_eval(int argc, char **argv);
int cmd_model_score(int argc, char **argv);
int cmd_model_info(int argc, char **argv);
int cmd_model_near(int argc, char **argv);
int cmd_model_import(int argc, char **argv);
int cmd_model_export(int argc, char **argv);

extern const char model_help[];

/* "4G", "40M", "512k" or bytes (powers of 1024); false if it is none of these. */
bool model_parse_size(const char *text, uint64_t *bytes);
/* A message about a bad argument; returns CLI_ERROR. */
int model_complain(const char *what, const char *argument);
/* Prints ERR and returns CLI_ERROR, or CLI_OK if STATUS is. */
int model_status(unspin_status status, const unspin_error *err);

#endif
