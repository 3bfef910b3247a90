/*
 * Any bytes as a pattern (the first line) and as the text that it is held against: matching ends at its
 * limits, and compiling finds the same fault as matching.
 */
#include "input.h"

#include "language/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct patterns patterns = {.arena = &arena}, again = {.arena = &arena};
    struct str_cut cut = str_cut_byte((str){(const char *)data, size}, '\n');
    struct eval_match_result compiled = pattern_compile(&patterns, cut.head);
    struct eval_match_result matched = pattern_match(&patterns, cut.head, cut.tail);
    struct eval_match_result anew = pattern_match(&again, cut.head, cut.tail);
    fuzz_require(matched.outcome == anew.outcome, "the same pattern, the same answer");
    fuzz_require(compiled.outcome != EVAL_MATCH_BAD_PATTERN || matched.outcome == EVAL_MATCH_BAD_PATTERN,
        "what does not compile does not match");
    fuzz_require(compiled.outcome != EVAL_MATCH_BAD_PATTERN || compiled.offset <= cut.head.len,
        "a fault lies in the pattern");
    arena_free(&arena);
    return 0;
}
