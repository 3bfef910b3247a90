/*
 * The form of StackExchange.Redis: servers and options with commas between, cache:6379,password=…,ssl=true.
 */
#ifndef DSN_ENDPOINTS_H
#define DSN_ENDPOINTS_H

#include "base/str.h"

bool endpoints_know(str option);
/* A server first, and one of the options being one that is known. */
bool endpoints_recognise(str text);

#endif
