/*
 * Rules as ValidatingAdmissionPolicies: what the API server of a cluster can hold by itself.
 *
 * Only rules that one object's text decides are here, and each policy says what it cannot see. The lists in
 * them come from the tables that the checks judge with. Printed at once; nothing is kept.
 */
#ifndef CLI_ADMISSION_H
#define CLI_ADMISSION_H

#include "report/out.h"

/* All policies and their bindings, as a stream of YAML documents. */
void admission_print(struct out *out);

#endif
