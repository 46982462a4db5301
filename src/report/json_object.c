#include "report/json_object.h"

#include <stdbool.h>

json_t *us_json_object_of(const us_json_member *members, size_t n) {
  json_t *object = json_object();
  bool ok = object != NULL;
  for (size_t i = 0; i < n; i++) ok = json_object_set_new(object, members[i].key, members[i].value) == 0 && ok;
  if (ok) return object;
  json_decref(object);
  return NULL;
}
