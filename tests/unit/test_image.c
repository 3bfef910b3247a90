#include "unit.h"

#include "base/buf.h"
#include "base/limit.h"
#include "check/loaders.h"
#include "host/memory.h"
#include "image/context.h"
#include "text/reads.h"

#define TEXT_MAX 100000

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* A project of one service that is built from `dockerfile`, with more files beside it. */
struct project {
    const struct workload *app;
    struct diags diags;
    bool ok;
};

static struct project load(const char *compose, const char *dockerfile, struct memory_file other)
{
    /* In the order of their paths: upper case before lower case. */
    struct memory_file files[4] = {{"/app/Dockerfile", dockerfile}, {"/app/compose.yaml", compose}};
    if (other.path)
        files[2] = other;
    if (other.path && other.path[sizeof "/app/" - 1] == '.') {
        files[2] = files[1];
        files[1] = files[0];
        files[0] = other;
    }
    struct host host = memory_host(files);
    struct sources *sources = arena_new(&arena, struct sources);
    struct project project = {.diags = {.arena = &arena, .sources = sources}};
    sources->arena = &arena;
    struct deployment_options options = {0};
    struct deployment *deployment =
        loaders_load(loaders_of(OPERAND_COMPOSE), &arena, &project.diags, sources, &host, &options);
    project.app = deployment_workload(deployment, STR("app"));
    project.ok = deployment->ok;
    return project;
}

static void put_words(struct buf *out, struct value *const *words, size_t count, bool is_known)
{
    buf_str(out, STR(" |"));
    for (size_t i = 0; i < count; i++)
        buf_printf(out, " <" STR_FMT ">", STR_ARG(words[i]->text));
    buf_str(out, is_known ? STR("") : STR(" ?"));
}

/* "A=1 B=2 | <entrypoint> | <command>", or the first fault. */
static str render(const struct project *project)
{
    struct buf out = buf_new(&arena, TEXT_MAX);
    if (project->diags.list.count)
        return project->diags.list.items[0].message;
    vec_each(const struct map_entry *, entry, &project->app->environment.map.entries) {
        const struct value *value = entry->value;
        buf_printf(&out, "%s" STR_FMT, out.len ? " " : "", STR_ARG(entry->key));
        if (value->set)
            buf_printf(&out, "=" STR_FMT, STR_ARG(value->text));
        else
            buf_str(&out, value->is_hidden ? STR("=?") : STR(" removed"));
    }
    const struct workload *app = project->app;
    put_words(&out, app->entrypoint.items, app->entrypoint.count, app->entrypoint_set);
    put_words(&out, app->command.items, app->command.count, app->command_set);
    return buf_view(&out);
}

#define BUILD    "services:\n  app:\n    build: .\n"
#define BUILD_OF "services:\n  app:\n    build:\n      context: .\n"

struct row {
    const char *compose, *dockerfile, *wanted;
};

static void try(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct project project = load(rows[i].compose, rows[i].dockerfile, (struct memory_file){0});
        assert_str(str_from_c(rows[i].dockerfile), str_from_c(rows[i].wanted), render(&project));
        assert_int_equal(project.ok, !diag_any_fatal(&project.diags));
    }
}

/* Lines, comments, directives, heredocs: what BuildKit's parser made of the same bytes. */
static void test_lines(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {BUILD, "FROM scratch\nENV A=1 \\\n    # why\n\n   B=2\n", "A=1 B=2 | |"},
        {BUILD, "FROM scratch\nENV A=1\\\nENV B=2\n", "A=1ENV B=2 | |"},
        {BUILD, "FROM scratch\r\nENV A=1\r\n", "A=1 | |"},
        {BUILD,
            "\xEF\xBB\xBF"
            "from scratch\nenv A=1\n",
            "A=1 | |"},
        {BUILD, "# escape=`\nFROM scratch\nENV A=C:\\x `\n B=2\n", "A=C:\\x B=2 | |"},
        {BUILD, "# a comment\n# escape=`\nFROM scratch\nENV A=a\\b\n", "A=ab | |"},
        {BUILD, "# escape=x\nFROM scratch\n", "the escape character is ` or a backslash"},
        {BUILD, "# syntax=a/b\nnothing that anybody knows\n", " | ? | ?"},
        {BUILD, "# syntax=docker/dockerfile:1.7\nFROM scratch\n", " | |"},
        {BUILD, "# syntax=docker/dockerfile:1\n# syntax=docker/dockerfile:1\nFROM scratch\n",
            "a parser directive can be used once only"},
        {BUILD, "FROM scratch\nRUN <<EOF\nENV A=1\nEOF\nENV B=2\n", "B=2 | |"},
        {BUILD, "FROM scratch\nCOPY <<-'ONE' <<TWO /\n\tENV A=1\n\tONE\nENV B=2\nTWO\nENV C=3\n", "C=3 | |"},
        {BUILD, "FROM scratch\nRUN <<EOF\nENV A=1\n", "this heredoc has no end"},
        {BUILD, "FROM scratch\nENV A=<<EOF\nENV B=2\n", "A=<<EOF B=2 | |"},
        {BUILD, "FROM scratch\nRUN << EOF\nENV A=1\nEOF\nENV B=2\n", "B=2 | |"},
        {BUILD, "FROM scratch\nRUN cat <<E\"O\"F>x\nENV A=1\nEOF>x\nENV B=2\n", "B=2 | |"},
        {BUILD, "FROM scratch\nRUN cat <<'E F' <<\\Z\nENV A=1\nE F\nENV A=1\nZ\nENV B=2\n", "B=2 | |"},
        {BUILD, "FROM scratch\nRUN echo ${X@Q} <<EOF\nENV B=2\n", "B=2 | |"},
        {BUILD, "FROM scratch\nRUN echo \"<<EOF\"\nENV B=2\n", "B=2 | |"},
        {BUILD, "FROM scratch\nRUN cat <<EOF <<<x\nEOF\nENV B=2\n", "B=2 | |"},
        {BUILD, "FROM scratch\nENV A=1\n\\\n", "there is no such instruction"},
        {BUILD, "FROM scratch\nNEV A=1\n", "there is no such instruction"},
        {BUILD, "# nothing\n", "the Dockerfile has no instructions"},
        {BUILD, "ARG A=1\n", "the Dockerfile has no FROM"},
        {BUILD, "ENV A=1\nFROM scratch\n", "there is no FROM before this instruction"},
        {BUILD, "FROM a as 1b\n", "no name for a stage: letters, digits, `-`, `_` and `.`"},
        {BUILD, "FROM a b\n", "FROM takes an image, or an image AS a name"},
        {BUILD, "FROM scratch\nENV --x=1 A=1\n", "this instruction has no such flag"},
        {BUILD, "FROM scratch\nCOPY a\n", "COPY needs a source and a destination"},
        {BUILD, "FROM scratch\nONBUILD ONBUILD RUN x\n", "ONBUILD cannot trigger this instruction"},
    };
    try(rows, ARRAY_COUNT(rows));
}

/* Words, quotes and variables: shell/lex.go. */
static void test_words(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {BUILD, "FROM scratch\nENV A='a $X' B=\"b c\" C=d\\ e D=a\"b c\"d\n",
            "A=a $X B=b c C=d e D=ab cd | |"},
        {BUILD, "FROM scratch\nENV A 1 # two = three\n", "A=1 # two = three | |"},
        {BUILD, "FROM scratch\nENV A = 1\n", "A== 1 | |"},
        {BUILD, "FROM scratch\nENV A\n", "a name without a value: expected NAME=value"},
        {BUILD, "FROM scratch\nENV A=1 # note\n",
            "a word without `=`: every word must be NAME=value, and a comment cannot follow"},
        {BUILD, "FROM scratch\nENV #x=2\n", "#x=2 | |"},
        {BUILD, "FROM scratch\nENV a=hello\nENV a=bye b=$a\nENV c=$a\n", "a=bye b=hello c=bye | |"},
        {BUILD, "FROM scratch\nENV A=p@$$w0rd B=a$ C=\\$x D=\"\\$x\" E=$1x\n",
            "A=p@w0rd B=a$ C=$x D=$x E=x | |"},
        {BUILD, "FROM scratch\nENV A=${N/*/x} B=${N///y} C=${N#*}\n", "A=x B=y C= | |"},
        {BUILD, "FROM scratch\nENV S=aXbX\nENV A=${S///-} B=${S//X/$} C=${S/X/$} D=${S//?/.}\n",
            "S=aXbX A=-a-X-b-X- B=? C=a$bX D=.... | |"},
        {BUILD, "FROM scratch\nENV S=\303\251a\303\251\nENV A=${S#?} B=${S%?} C=${S/?/e} D=${S%a?}\n",
            "S=\303\251a\303\251 A=a\303\251 B=\303\251a C=ea\303\251 D=\303\251 | |"},
        {BUILD, "FROM scratch\nENV A=${N:#x}\n", "there is no such form of ${\342\200\246}"},
        {BUILD, "FROM scratch\nENV A=${N#\\a}\n",
            "a pattern of ${\342\200\246} has a backslash before a letter"},
        {BUILD, "FROM scratch\nENV S=set E=\nENV A=${S:-x} B=${N:-x} C=${E:-x} D=${E-x} F=${S:+y} G=${N+y}\n",
            "S=set E= A=set B=x C=x D= F=y G= | |"},
        {BUILD, "FROM scratch\nENV N=\"${X:-${Y:-deep}}\"\n", "N=deep | |"},
        {BUILD, "FROM scratch\nENV A=${X:?needed}\n", "a variable that is required here is not set"},
        {BUILD,
            "FROM scratch\nENV P=a.b.c\nENV A=${P#*.} B=${P##*.} C=${P%.*} D=${P%%.*} E=${P/./-} "
            "F=${P//./-}\n",
            "P=a.b.c A=b.c B=c C=a.b D=a E=a-b.c F=a-b-c | |"},
        {BUILD, "FROM scratch\nENV A=${X!y}\n", "there is no such form of ${…}"},
        {BUILD, "FROM scratch\nENV A=${}\n", "this is no ${NAME}"},
        {BUILD, "FROM scratch\nENV A=\"open\n", "a double quote is not closed"},
        {BUILD, "FROM scratch\nENV N=KEY\nENV $N=1\n", "N=KEY KEY=1 | |"},
        {BUILD, "FROM scratch\nENV P=$HOME/bin:$PATH Q=$HOME\n", "P=? Q= | |"},
    };
    try(rows, ARRAY_COUNT(rows));
}

/* Who sees which ARG: the table of convert.go, observed. */
static void test_arguments(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {BUILD, "ARG A=1\nFROM scratch\nENV B=$A\n", "B= | |"},
        {BUILD, "ARG A=1\nFROM scratch\nARG A\nENV B=$A\n", "B=1 | |"},
        {BUILD, "ARG A=1\nFROM scratch\nARG A=2\nENV B=$A\n", "B=2 | |"},
        {BUILD_OF "      args: {A: 3}\n", "ARG A=1\nFROM scratch\nARG A=2\nENV B=$A\n", "B=3 | |"},
        {BUILD_OF "      args: [A=]\n", "FROM scratch\nARG A=2\nENV B=${A:-x}\n", "B=x | |"},
        {BUILD_OF "      args: [A]\n", "FROM scratch\nARG A=2\nENV B=$A\n", "B=2 | |"},
        {BUILD_OF "      args: {A: 3}\n", "FROM scratch\nENV B=$A\n", "B= | |"},
        {BUILD, "FROM scratch AS a\nARG X=1\nFROM a\nENV B=$X\nFROM scratch\nENV B=$X\n", "B= | |"},
        {BUILD_OF "      target: B\n", "FROM scratch AS a\nARG X=1\nFROM a AS b\nENV B=$X\nFROM scratch\n",
            "B=1 | |"},
        {BUILD, "FROM scratch\nENV A=env\nARG A=arg\nENV B=$A\n", "A=env B=arg | |"},
        {BUILD, "FROM scratch\nARG TARGETARCH\nENV B=$TARGETARCH\n", "B=? | |"},
        {BUILD_OF "      target: nobody\n", "FROM scratch\n", "the Dockerfile has no stage `nobody`"},
        {BUILD_OF "      target: '0'\n", "FROM scratch AS a\n", "the Dockerfile has no stage `0`"},
        {BUILD, "ARG V\nFROM python:$V-slim\nENV A=1\nCMD [\"x\"]\n", "A=1 | ? | <x>"},
        {BUILD, "ARG V=3\nFROM python:$V-slim\nENV A=1\n", "A=1 | | <python3>"},
    };
    try(rows, ARRAY_COUNT(rows));
}

/* CMD and ENTRYPOINT, alone and under Compose's own: convert.go, and moby's merge(). */
static void test_commands(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {BUILD, "FROM scratch\nCMD [\"a\", \"$B\"]\n", " | | <a> <$B>"},
        {BUILD, "FROM scratch\nCMD a $B\n", " | | </bin/sh> <-c> <a $B>"},
        {BUILD, "FROM scratch\nSHELL [\"/bin/bash\", \"-ec\"]\nCMD a\nSHELL [\"x\"]\n",
            " | | </bin/bash> <-ec> <a>"},
        {BUILD, "FROM scratch\nCMD ['a']\n", " | | </bin/sh> <-c> <['a']>"},
        {BUILD, "FROM scratch\nCMD [\"a\",]\n", " | | </bin/sh> <-c> <[\"a\",]>"},
        {BUILD, "FROM scratch\nCMD [\"a\", 4]\n", "an exec form may hold strings only"},
        {BUILD, "FROM scratch\nCMD [\"\\u00e9\\ud83d\\ude00\\n\"]\n", " | | <\xC3\xA9\xF0\x9F\x98\x80\n>"},
        {BUILD, "FROM scratch\nCMD []\n", " | |"},
        {BUILD, "FROM scratch\nCMD\n", " | | </bin/sh> <-c> <>"},
        {BUILD, "FROM python:3\n", " | | <python3>"},
        {BUILD, "FROM registry.example.org/library/node:22\nUSER node\n",
            " | <docker-entrypoint.sh> | <node>"},
        {BUILD, "FROM example.org/node:22\nCMD [\"x\"]\n", " | ? | <x>"},
        {BUILD, "FROM python:3\nENTRYPOINT [\"e\"]\n", " | <e> |"},
        {BUILD, "FROM python:3\nCMD [\"c\"]\nENTRYPOINT [\"e\"]\n", " | <e> | <c>"},
        {BUILD, "FROM scratch AS a\nCMD [\"c\"]\nFROM a\nENTRYPOINT [\"e\"]\n", " | <e> |"},
        {BUILD, "FROM scratch AS a\nENTRYPOINT [\"e\"]\nFROM a\nCMD [\"c\"]\n", " | <e> | <c>"},
        {BUILD, "FROM node:22\nENTRYPOINT []\n", " | |"},
        {BUILD "    command: [d]\n", "FROM scratch\nENTRYPOINT [\"e\"]\nCMD [\"c\"]\n", " | <e> | <d>"},
        {BUILD "    command: []\n", "FROM scratch\nENTRYPOINT [\"e\"]\nCMD [\"c\"]\n", " | <e> | <c>"},
        {BUILD "    entrypoint: [f]\n", "FROM scratch\nENTRYPOINT [\"e\"]\nCMD [\"c\"]\n", " | <f> |"},
        {BUILD "    entrypoint: []\n", "FROM scratch\nENTRYPOINT [\"e\"]\nCMD [\"c\"]\n", " | | <c>"},
    };
    try(rows, ARRAY_COUNT(rows));
}

/* Stages, ONBUILD and the environment of Compose over that of the image. */
static void test_stages(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {BUILD, "FROM scratch AS a\nENV A=1 B=1\nFROM a\nENV B=2\n", "A=1 B=2 | |"},
        {BUILD, "FROM scratch AS a\nENV A=1\nFROM scratch\nCOPY --from=a /x /\n", " | |"},
        {BUILD, "FROM scratch AS a\nONBUILD ENV A=1\nFROM a AS b\nFROM b\nENV B=$A\n", "A=1 B=1 | |"},
        {BUILD, "FROM scratch\nONBUILD ENV A=1\n", " | |"},
        {BUILD "    environment: {A: own}\n", "FROM scratch\nENV A=1 B=2\n", "A=own B=2 | |"},
        {BUILD "    environment: [A]\n", "FROM scratch\nENV A=1\n", "A removed | |"},
        {"services:\n  app:\n    build:\n      context: .\n      additional_contexts: "
         "[base=docker-image://redis:7]\n",
            "FROM base\n", " | <docker-entrypoint.sh> | <redis-server>"},
        {"services:\n  app:\n    build:\n      context: .\n      dockerfile_inline: |\n        FROM scratch\n"
         "        ENV A=$$B C=1\n",
            "", "A= C=1 | |"},
        {"services:\n  app:\n    build: https://example.org/a.git\n", "", " | ? | ?"},
        {"services:\n  app:\n    build: ./elsewhere\n", "", " | ? | ?"},
        {"services:\n  app:\n    profiles: [off]\n    build: .\n", "this is none\n", " | ? | ?"},
    };
    try(rows, ARRAY_COUNT(rows));
}

static void test_base_and_ports(void **state)
{
    (void)state;
    struct project project = load(BUILD,
        "ARG V=16\nFROM postgres:$V AS a\nEXPOSE 80 443/tcp\nFROM a\nUSER app\n", (struct memory_file){0});
    assert_str(STR("base"), STR("postgres:16"), project.app->built->base);
    assert_str(STR("user"), STR("app"), project.app->user);
    assert_int_equal(project.app->expose.count, 2);
    assert_str(STR("port"), STR("443/tcp"), project.app->expose.items[1]);
}

/* The script at /run.sh, and what it finally runs. */
static void test_scripts(void **state)
{
    (void)state;
    static const struct {
        const char *script, *wanted;
    } rows[] = {
        {"#!/bin/sh\nset -e\nexec \"$@\"\n", "one 'two three'"},
        {"#!/bin/sh\nif [ -n \"$X\" ]; then\n  migrate\nfi\nexec gunicorn -w 4 app \"$@\"\n",
            "gunicorn -w 4 app one 'two three'"},
        {"migrate\nuvicorn app:app --workers $N\n", "uvicorn app:app --workers $N"},
        {"N=${N:-3}\nexec serve $N ${M:-4}\n", "serve 3 ${M:-4}"},
        {": \"${N:=5}\"\nexec serve \"$N\"\n", "serve \"5\""},
        {"export N=6\nexec serve ${N}\n", "N=6 serve 6"},
        {"N=6\nexport N M\nexec serve ${N:-2} ${M:-4}\n", "N=6 serve 6 ${M:-4}"},
        {"if true; then N=1; fi\nexec serve $N\n", "serve $(:)"},
        {"if true; then N=1; fi\nM=a$N\nexec serve $M\n", "serve $(:)"},
        {"N=$(nproc)\nexec serve -w \"$N\" -t $((N * 2))\n", "serve -w \"$(:)\" -t $(:)"},
        {"exec serve \"$2\" ${1} ${3:-4}\n", "serve \"two three\" one $(:)"},
        {"queue & serve\n", "queue & serve"},
        {"queue -c 2 &\nexec serve\n", "queue -c 2 & serve"},
        {"set -- serve -w 3\nexec \"$@\"\n", "serve -w 3"},
        {"A=xx\nA=$A$A\nexec serve $A\n", "serve xxxx"},
        {"set -- serve \"$@\"\nexec \"$@\"\n", "serve one 'two three'"},
        {"if true; then exec a; else exec b; fi\n", ""},
        {"case $1 in\n  a) exec x;;\nesac\nexec y\n", "y"},
        {"run() {\n  exec z\n}\nexec y # at last\n", "y"},
        {"exec 2>&1\nexec y\n", "y"},
        {"test -f x && exec a\nserve\n", ""},
        {"cat <<EOF\nexec no\nEOF\nserve \\\n  --all\n", "serve     --all"},
        {"exec $(which serve)\n", ""},
        {"exec `which serve`\n", ""},
        {"#!/usr/bin/env python3\nexec('no')\n", NULL},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct memory_file script = {.path = "/app/run.sh", .text = rows[i].script};
        struct project project = load(BUILD,
            "FROM scratch\nCOPY . /x\nCOPY run.sh /\nRUN chmod +x /run.sh\nENTRYPOINT [\"/run.sh\"]\n"
            "CMD [\"one\", \"two three\"]\n",
            script);
        const struct value *runs = project.app->runs;
        assert_str(str_from_c(rows[i].script), str_from_c(rows[i].wanted ? rows[i].wanted : ""),
            runs ? runs->text : STR(""));
        assert_int_equal(project.app->runs_script, rows[i].wanted && !rows[i].wanted[0]);
    }
}

/* Each of these lines copies the arguments that are there: so many are not known. */
static void test_many_arguments(void **state)
{
    (void)state;
    static const char line[] = "set -- a \"$@\"\n", last[] = "exec \"$@\"\n";
    enum { LINES = 3000, LINE = sizeof line - 1 };
    static char text[LINES * LINE + sizeof last];
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + i * LINE, line, LINE);
    memcpy(text + (size_t)LINES * LINE, last, sizeof last);
    struct memory_file script = {.path = "/app/run.sh", .text = text};
    struct project project =
        load(BUILD, "FROM scratch\nCOPY run.sh /\nENTRYPOINT [\"/run.sh\"]\nCMD [\"one\"]\n", script);
    assert_null(project.app->runs);
    assert_true(project.app->runs_script);
}

/* Where a script comes from. */
static void test_copies(void **state)
{
    (void)state;
    static const struct {
        const char *dockerfile;
        bool is_found;
    } rows[] = {
        {"FROM scratch\nCOPY run.sh /usr/local/bin/\nCMD [\"run.sh\"]\n", true},
        {"FROM scratch\nWORKDIR /srv\nCOPY . .\nCMD [\"sh\", \"run.sh\"]\n", true},
        {"FROM scratch\nWORKDIR /srv\nCOPY . .\nCMD [\"./run.sh\"]\n", true},
        {"FROM scratch\nCOPY run.sh /a\nENTRYPOINT [\"tini\", \"--\", \"/a\"]\n", true},
        {"FROM scratch\nCOPY *.sh /a/\nCMD [\"/a/run.sh\"]\n", true},
        {"FROM scratch AS b\nCOPY . /b\nFROM scratch\nCOPY --from=b /b/run.sh /a\nCMD [\"/a\"]\n", true},
        {"FROM scratch AS b\nCOPY . /b\nFROM scratch\nCOPY --from=0 /b /c\nCMD [\"/c/run.sh\"]\n", true},
        {"FROM scratch\nCOPY <<EOF /a\nexec serve\nEOF\nCMD [\"/a\"]\n", true},
        {"FROM scratch\nCOPY --from=other /run.sh /a\nCMD [\"/a\"]\n", false},
        {"FROM scratch\nCOPY run.sh /a\nRUN sed -i s/x/y/ /a\nCMD [\"/a\"]\n", false},
        {"FROM scratch\nCOPY run.sh /a\nRUN sed -i 's/\\r$//' /a && chmod +x /a\nCMD [\"/a\"]\n", true},
        {"FROM scratch\nCOPY run.sh /b\nCMD [\"/a\"]\n", false},
        {"FROM scratch\nCOPY run.sh /a\nCOPY compose.yaml /a\nCMD [\"/a\"]\n", true},
    };
    struct memory_file script = {.path = "/app/run.sh", .text = "exec serve\n"};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct project project = load(BUILD, rows[i].dockerfile, script);
        assert_str(str_from_c(rows[i].dockerfile), rows[i].is_found ? STR("found") : STR("not found"),
            project.app->runs ? STR("found") : STR("not found"));
    }
}

static void test_ignored(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path;
        bool matches;
    } rows[] = {
        {"*.env", "a.env", true},
        {"*.env", "b/a.env", false},
        {"**/.env*", ".env", true},
        {"**/.env*", "a/b/.env.local", true},
        {"a/**/c", "a/c", true},
        {"a/**/c", "a/b/b/c", true},
        {"a/**", "a/b/c", true},
        {"[a-c]?", "bx", true},
        {"[^a-c]", "b", false},
        {"\\*", "*", true},
        {"\\*", "a", false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_str(str_from_c(rows[i].pattern), rows[i].matches ? STR("matches") : STR("does not"),
            context_match(&arena, str_from_c(rows[i].pattern), str_from_c(rows[i].path)) ? STR("matches")
                                                                                         : STR("does not"));
    static const struct {
        const char *text;
        bool is_sent;
    } files[] = {
        {"", true},
        {".env", false},
        {"# .env\n", true},
        {"/.env\n", false},
        {"*\n", false},
        {"*\n!.env\n", true},
        {"!.env\n*\n", false},
        {" .env*  \n", false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        struct memory_file ignore[] = {{"/app/.dockerignore", files[i].text}, {0}};
        struct host host = memory_host(ignore);
        struct sources sources = {.arena = &arena};
        reads_begin(&sources, STR("/app"));
        struct build_context context =
            context_open(&arena, &sources, &host, STR("/app"), STR("/app/Dockerfile"));
        assert_str(str_from_c(files[i].text), files[i].is_sent ? STR("sent") : STR("kept"),
            context_sends(&context, STR(".env")) ? STR("sent") : STR("kept"));
    }
}

/* Whatever a Dockerfile says ends within a limit, which is named. */
static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *begin, *repeated;
        size_t times;
        enum limit_id limit;
    } rows[] = {
        {"FROM scratch\n", "ENV A=1\n", 10001, LIMIT_DOCKERFILE_INSTRUCTIONS},
        {"FROM scratch\nRUN a", "b\\\n", 5002, LIMIT_DOCKERFILE_LINES},
        {"FROM scratch\nENV A=1", " B=1", 10001, LIMIT_DOCKERFILE_WORDS},
        {"FROM scratch\nENV A=aaaaaaaa\n", "ENV A=$A$A\n", 40, LIMIT_DOCKERFILE_EXPANSION},
        {"FROM scratch\nENV A=", "${A:-", 100, LIMIT_TEMPLATE_DEPTH},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf text = buf_new(&arena, 1 << 22);
        buf_str(&text, str_from_c(rows[i].begin));
        for (size_t k = 0; k < rows[i].times; k++)
            buf_str(&text, str_from_c(rows[i].repeated));
        struct project project =
            load(BUILD, arena_c_string(&arena, buf_view(&text)), (struct memory_file){0});
        assert_str(str_from_c(rows[i].repeated), STR("refused"), project.ok ? STR("ok") : STR("refused"));
        assert_true(project.diags.list.count > 0);
        assert_str(str_from_c(rows[i].repeated), limit_row(rows[i].limit)->about,
            str_contains(project.diags.list.items[0].message, limit_row(rows[i].limit)->about)
                ? limit_row(rows[i].limit)->about
                : project.diags.list.items[0].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_stages),
        cmocka_unit_test(test_base_and_ports),
        cmocka_unit_test(test_scripts),
        cmocka_unit_test(test_many_arguments),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_ignored),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
