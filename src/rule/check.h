/*
 * What a check written in C looks like, and how it reports.
 *
 * A check judges one kind of fact and reports under rules that the packs describe (language/pack.h). The
 * engine calls it once per row. finding_add() knows the severity of mode and configuration, merges
 * what is at the same place, and hands out a record to fill further.
 */
#ifndef RULE_CHECK_H
#define RULE_CHECK_H

#include "facts/facts.h"
#include "language/pack.h"
#include "language/pattern.h"
#include "rule/credential.h"

struct check_run {
    struct arena *arena; /* of the run: what findings point to */
    const struct facts *facts;
    struct diags *diags;
    struct patterns *patterns;
    struct map places;    /* rule, place and variable that have a finding; see finding_add() */
    struct map owners;    /* … → the service that it was first reported for */
    struct map opened;    /* setting → the servers that are opened with it; see rule/standing.c */
    struct map standings; /* secret → where it is, for the help of credentials */
    bool standings_gathered;
    struct map verdicts; /* credentials that were judged: the same one is in many places */
    struct map halves;   /* roots of passwords that another finding says more of */
    bool halves_gathered;
    struct map own_passwords, own_password_places; /* what images take as their own; rule/own_password.h */
    bool own_passwords_gathered;
    struct known_names names; /* of users, databases, hosts, services and the project; empty: not gathered */
    struct map lost;          /* variables that nothing sets → 1 + the index of the finding that says so */
    struct map rows_of_ports; /* by service, struct row_of_ports of rule/check_network.c */
    struct map published;     /* secrets that the repository shows; see rule/published.h */
    bool published_gathered;
    struct map commented; /* names that env files have in comments; see rule/left_out.h */
    bool commented_gathered;
    struct map missing_files;           /* secrets that are not there → the place that said so first */
    bool creators_sought, has_creators; /* programs that are told to create databases */
};

struct check {
    enum fact_kind over;
    union {
        void (*environment)(struct check_run *run);
        void (*variable)(struct check_run *run, const struct variable *variable);
        void (*connection)(struct check_run *run, const struct connection *connection);
        void (*bind)(struct check_run *run, const struct bind *bind);
        void (*service)(struct check_run *run, const struct service *service);
        void (*server)(struct check_run *run, const struct server *server);
        void (*file)(struct check_run *run, const struct input_file *file);
    } judge;
    enum force_kind force; /* variables and connections: which of them; as a rule those that are in force */
};

/* The checks of each domain, ended by a row whose judge is NULL; rule/check_table.c lists the lists. */
extern const struct check credential_checks[], network_checks[], agreement_checks[], variable_checks[],
    reference_checks[], file_checks[], reader_checks[], service_checks[], mode_checks[], dsn_checks[],
    project_checks[], secret_file_checks[], command_checks[], over_checks[], budget_checks[], image_checks[],
    object_checks[], link_checks[], live_checks[], token_checks[], port_checks[], pair_checks[];

/* Where a finding is shown and what it is about. */
struct place {
    span at;
    str variable;
    const struct service *service; /* NULL: none */
};

/*
 * A finding of `rule` with the rule's own severity. NULL where the configuration switches it off, or when the
 * same rule is already at the same place: then the service is noted there as one more holder.
 */
struct diag *finding_add(struct check_run *run, enum rule_id rule, struct place place, const char *format,
    ...) __attribute__((format(printf, 4, 5)));
/* The same with another severity in production than the rule's; development lowers it as it does the rule. */
struct diag *finding_add_as(struct check_run *run, enum rule_id rule, enum severity severity,
    struct place place, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The finding that a rule has reported at a place already, or NULL; good until the next one is added. */
struct diag *finding_at(struct check_run *run, enum rule_id rule, struct place place);
/* Says the same place under a rule that knows more of it; severity stays, further lines are written anew. */
struct diag *finding_replace(
    struct check_run *run, struct diag *finding, enum rule_id rule, struct place place, str message);
/* Further lines; a NULL finding is fine. */
void finding_label(struct check_run *run, struct diag *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void finding_why(struct check_run *run, struct diag *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void finding_help(struct check_run *run, struct diag *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void finding_related(struct check_run *run, struct diag *finding, span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* "passed to service `x` here" for each service that is handed the variable elsewhere than at `place`. */
void finding_holders(struct check_run *run, struct diag *finding, const struct variable *variable);
/* The place of a whole value: the setting that wrote it. */
struct place place_of_variable(const struct variable *variable);
struct place place_of_part(const struct connection *connection, enum connection_part part);

#endif
