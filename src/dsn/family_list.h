/*
 * The families of servers by id and name: the one vocabulary for connection strings, images and budgets.
 *
 * X(ID, name) makes the ids of dsn/family.h, the names of dsn/family.c and the words that the pack compiler
 * takes; a name that is not listed here fails the build. Lists for people keep this order.
 */
#ifndef DSN_FAMILY_LIST_H
#define DSN_FAMILY_LIST_H

#define FAMILY_LIST(X)                                                                                       \
    X(NONE, "")                                                                                              \
    X(POSTGRESQL, "postgresql")                                                                              \
    X(MYSQL, "mysql")                                                                                        \
    X(SQLITE, "sqlite")                                                                                      \
    X(MSSQL, "mssql")                                                                                        \
    X(ORACLE, "oracle")                                                                                      \
    X(CLICKHOUSE, "clickhouse")                                                                              \
    X(SQL, "sql")                                                                                            \
    X(MONGODB, "mongodb")                                                                                    \
    X(REDIS, "redis")                                                                                        \
    X(AMQP, "amqp")                                                                                          \
    X(KAFKA, "kafka")                                                                                        \
    X(HTTP, "http")                                                                                          \
    X(SMTP, "smtp")                                                                                          \
    X(S3, "s3")                                                                                              \
    X(AZURE, "azure")                                                                                        \
    X(MEMCACHED, "memcached")                                                                                \
    X(ELASTICSEARCH, "elasticsearch")                                                                        \
    X(COUCHDB, "couchdb")                                                                                    \
    X(ARANGODB, "arangodb")                                                                                  \
    X(INFLUXDB, "influxdb")                                                                                  \
    X(NEO4J, "neo4j")                                                                                        \
    X(CASSANDRA, "cassandra")                                                                                \
    X(NATS, "nats")                                                                                          \
    X(MQTT, "mqtt")                                                                                          \
    X(HOSTS, "hosts")                                                                                        \
    X(URL, "url")

#endif
