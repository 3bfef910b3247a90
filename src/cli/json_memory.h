/*
 * Memory for JSON values: where there is none left the run ends, so that no document loses a part unnoticed.
 *
 * jansson keeps the two functions for the whole process; `owner` must live as long.
 */
#ifndef CLI_JSON_MEMORY_H
#define CLI_JSON_MEMORY_H

/* `end` is called where memory is out; it must not return. */
void json_memory_use(void (*end)(void *owner), void *owner);

#endif
