/*
 * Units of systemd as workloads: programs that run on this machine, in no container.
 *
 * Each file that is named is one unit; those that are named together are one deployment. What a program gets
 * is what systemd 252 would hand it: Environment=, over it the files of EnvironmentFile=. All of it lives in
 * the arena; faults are told as unit-syntax and env-syntax.
 */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

#include "deploy/loader.h"

extern const struct deployment_loader unit_loader;

#endif
