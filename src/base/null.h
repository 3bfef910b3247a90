/*
 * Whether a pointer may be NULL, said by its type.
 *
 * A look-up that can fail returns OR_NULL: what it gives must be tested before it is used, which the style
 * check `nulls` follows through the program. A look-up that cannot fail takes an id of an enum, an index
 * below the count, or is NEVER_NULL. Other pointers say nothing. Both words are for the analyser alone and
 * cost nothing.
 */
#ifndef BASE_NULL_H
#define BASE_NULL_H

#ifdef __clang_analyzer__
#define OR_NULL    _Nullable
#define NEVER_NULL _Nonnull
#else
#define OR_NULL
#define NEVER_NULL
#endif

#endif
