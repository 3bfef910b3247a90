/* Boxes in columns: whatever the arrows, nothing lies on anything, and what can run to the right does. */
#include "report/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { GAP = 10 };

static struct layout new_layout(struct arena *arena)
{
    return (struct layout){.arena = arena, .column_gap = 50, .row_gap = GAP};
}

static bool overlap(const struct layout_box *a, const struct layout_box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static void expect_sound(const struct layout *layout)
{
    for (size_t i = 0; i < layout->boxes.count; i++) {
        const struct layout_box *box = &layout->boxes.items[i];
        assert_true(box->x >= 0 && box->y >= 0);
        assert_true(box->x + box->width <= layout->width && box->y + box->height <= layout->height);
        for (size_t other = 0; other < i; other++)
            assert_false(overlap(box, &layout->boxes.items[other]));
    }
    vec_each(const struct layout_arrow *, arrow, &layout->arrows) {
        const struct layout_box *from = &layout->boxes.items[arrow->from],
                                *to = &layout->boxes.items[arrow->to];
        assert_true(arrow->is_backward || to->column > from->column);
        if (!arrow->is_backward)
            assert_int_equal(arrow->ways.count, to->column - from->column - 1);
    }
}

static void test_chain(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct layout layout = new_layout(&arena);
    for (int i = 0; i < 3; i++)
        layout_box(&layout, 100, 40);
    layout_arrow(&layout, 0, 20, 1, 10);
    layout_arrow(&layout, 1, 20, 2, 10);
    layout_arrow(&layout, 0, 30, 2, 10);
    layout_place(&layout);
    expect_sound(&layout);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(layout.boxes.items[i].column, i);
    assert_int_equal(layout.arrows.items[2].ways.count, 1);
    assert_int_equal(layout.width, 400);
    arena_free(&arena);
}

static void test_odd_shapes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct layout none = new_layout(&arena), alone = new_layout(&arena), circle = new_layout(&arena);
    layout_place(&none);
    assert_int_equal(none.width + none.height, 0);
    for (int i = 0; i < 30; i++)
        layout_box(&alone, 100 + i, 40);
    layout_arrow(&alone, 3, 0, 3, 0); /* to itself: no arrow */
    layout_place(&alone);
    expect_sound(&alone);
    for (size_t i = 0; i < 4; i++)
        layout_box(&circle, 100, 40);
    for (size_t i = 0; i < 4; i++)
        layout_arrow(&circle, i, 0, (i + 1) % 4, 0);
    layout_place(&circle);
    expect_sound(&circle);
    size_t backward = 0;
    vec_each(const struct layout_arrow *, arrow, &circle.arrows)
        backward += arrow->is_backward;
    assert_int_equal(backward, 1);
    arena_free(&arena);
}

/* A generator of its own: the same graphs in every run. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void test_any_graph(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 200; seed++) {
        struct arena arena = {0};
        struct layout layout = new_layout(&arena);
        uint32_t random = seed;
        size_t boxes = 1 + next(&random) % 24, arrows = next(&random) % 60;
        for (size_t i = 0; i < boxes; i++)
            layout_box(&layout, 80 + (int)(next(&random) % 120), 20 + (int)(next(&random) % 150));
        for (size_t i = 0; i < arrows; i++) {
            size_t from = next(&random) % boxes, to = next(&random) % boxes;
            layout_arrow(&layout, from, 10, to, 10);
        }
        layout_place(&layout);
        expect_sound(&layout);
        arena_free(&arena);
    }
}

/* Long chains end: no walk goes down by calls, and ways are not made without end. */
static void test_large(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct layout layout = new_layout(&arena);
    for (int i = 0; i < 1000; i++)
        layout_box(&layout, 100, 40);
    for (size_t i = 0; i + 1 < 1000; i++) {
        layout_arrow(&layout, i, 20, i + 1, 10);
        layout_arrow(&layout, 0, 20, i + 1, 10);
    }
    layout_place(&layout);
    assert_int_equal(layout.boxes.items[999].column, 999);
    assert_int_equal(layout.boxes.count, 1000);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_odd_shapes),
        cmocka_unit_test(test_any_graph),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
