#include "rewrite/foreign.h"

#define PYMYSQL   STR_INIT("pymysql")
#define MYSQLDB   STR_INIT("mysqldb")
#define CONNECTOR STR_INIT("mysqlconnector")
#define CYMYSQL   STR_INIT("cymysql")
#define MARIADB   STR_INIT("mariadbconnector")
#define AIOMYSQL  STR_INIT("aiomysql")
#define ASYNCMY   STR_INIT("asyncmy")
#define PYODBC    STR_INIT("pyodbc"), STR_INIT("aioodbc")
#define MSSQL     STR_INIT("mssqlpython")
#define PYMSSQL   STR_INIT("pymssql")
#define ORACLEDB  STR_INIT("oracledb"), STR_INIT("oracledb_async")
#define CX_ORACLE STR_INIT("cx_oracle")
#define TLS_ABOUT STR_INIT("connect_args={\"ssl\": context} says it to this driver")
#define ODBC_WORD STR_INIT("a word of the ODBC driver")

static const struct foreign_parameter parameters[] = {
    /* MySQL and MariaDB. Certificates: aiomysql and asyncmy want a context, and fail on these words. */
    {STR_INIT("mysql"), STR_INIT("ssl_ca"), {PYMYSQL, MYSQLDB, CONNECTOR, CYMYSQL, MARIADB}, true, TLS_ABOUT},
    {STR_INIT("mysql"), STR_INIT("ssl_cert"), {PYMYSQL, MYSQLDB, CONNECTOR, CYMYSQL, MARIADB}, true,
        TLS_ABOUT},
    {STR_INIT("mysql"), STR_INIT("ssl_key"), {PYMYSQL, MYSQLDB, CONNECTOR, CYMYSQL, MARIADB}, true,
        TLS_ABOUT},
    {STR_INIT("mysql"), STR_INIT("ssl_capath"), {PYMYSQL, MYSQLDB, MARIADB}, true, TLS_ABOUT},
    {STR_INIT("mysql"), STR_INIT("ssl_cipher"), {PYMYSQL, MYSQLDB, MARIADB}, true, TLS_ABOUT},
    {STR_INIT("mysql"), STR_INIT("ssl_check_hostname"), {PYMYSQL}, true, TLS_ABOUT},
    {STR_INIT("mysql"), STR_INIT("ssl_verify_cert"), {PYMYSQL, MYSQLDB, CONNECTOR, MARIADB}, true, TLS_ABOUT},
    {STR_INIT("mysql"), STR_INIT("ssl_verify_identity"), {PYMYSQL, MYSQLDB, CONNECTOR}, true, TLS_ABOUT},
    {STR_INIT("mysql"), STR_INIT("ssl_disabled"), {CONNECTOR}, false,
        STR_INIT("an argument of MySQL Connector/Python")},
    {STR_INIT("mysql"), STR_INIT("read_default_file"), {PYMYSQL, MYSQLDB, AIOMYSQL, ASYNCMY, CYMYSQL}, true,
        STR_INIT("a file that may name another server")},
    {STR_INIT("mysql"), STR_INIT("read_default_group"), {PYMYSQL, MYSQLDB, AIOMYSQL, ASYNCMY, CYMYSQL}, true,
        STR_INIT("a file that may name another server")},
    {STR_INIT("mysql"), STR_INIT("auth_plugin"), {CONNECTOR}, false,
        STR_INIT("the other drivers find the method by themselves")},
    {STR_INIT("mysql"), STR_INIT("use_pure"), {CONNECTOR}, false,
        STR_INIT("an argument of MySQL Connector/Python")},
    {STR_INIT("mysql"), STR_INIT("buffered"), {CONNECTOR}, false,
        STR_INIT("an argument of MySQL Connector/Python")},
    {STR_INIT("mysql"), STR_INIT("raise_on_warnings"), {CONNECTOR}, false,
        STR_INIT("an argument of MySQL Connector/Python")},
    {STR_INIT("mysql"), STR_INIT("connection_timeout"), {CONNECTOR}, false,
        STR_INIT("connect_timeout= of the other drivers")},
    {STR_INIT("mysql"), STR_INIT("collation"), {PYMYSQL, CONNECTOR}, false, STR_INIT("charset= decides it")},
    {STR_INIT("mysql"), STR_INIT("compress"), {MYSQLDB, CONNECTOR, MARIADB}, false,
        STR_INIT("this driver cannot compress")},
    {STR_INIT("mysql"), STR_INIT("connect_timeout"), {PYMYSQL, MYSQLDB, AIOMYSQL, ASYNCMY, CYMYSQL, MARIADB},
        false, STR_INIT("connection_timeout= of MySQL Connector/Python")},
    {STR_INIT("mysql"), STR_INIT("read_timeout"), {PYMYSQL, MYSQLDB, ASYNCMY, MARIADB}, false,
        STR_INIT("this driver has no such limit")},
    {STR_INIT("mysql"), STR_INIT("write_timeout"), {PYMYSQL, MYSQLDB, ASYNCMY, MARIADB}, false,
        STR_INIT("this driver has no such limit")},
    {STR_INIT("mysql"), STR_INIT("unix_socket"),
        {PYMYSQL, MYSQLDB, CONNECTOR, AIOMYSQL, ASYNCMY, CYMYSQL, MARIADB}, true,
        STR_INIT("this driver knows no sockets")},
    {STR_INIT("mysql"), STR_INIT("driver"), {PYODBC}, false, ODBC_WORD},
    /* SQL Server */
    {STR_INIT("mssql"), STR_INIT("odbc_connect"), {PYODBC, MSSQL}, true,
        STR_INIT("a whole string of the ODBC driver; write its parts as a URL")},
    {STR_INIT("mssql"), STR_INIT("authentication"), {PYODBC, MSSQL}, true,
        STR_INIT("only Microsoft's drivers log in so")},
    {STR_INIT("mssql"), STR_INIT("trusted_connection"), {PYODBC, MSSQL}, true,
        STR_INIT("only Microsoft's drivers log in so")},
    {STR_INIT("mssql"), STR_INIT("driver"), {PYODBC}, false, ODBC_WORD},
    {STR_INIT("mssql"), STR_INIT("encrypt"), {PYODBC, MSSQL}, false,
        STR_INIT("pymssql encrypts as freetds.conf says")},
    {STR_INIT("mssql"), STR_INIT("trustservercertificate"), {PYODBC, MSSQL}, false,
        STR_INIT("pymssql encrypts as freetds.conf says")},
    {STR_INIT("mssql"), STR_INIT("multisubnetfailover"), {PYODBC, MSSQL}, false, ODBC_WORD},
    {STR_INIT("mssql"), STR_INIT("applicationintent"), {PYODBC, MSSQL}, false, ODBC_WORD},
    {STR_INIT("mssql"), STR_INIT("longasmax"), {PYODBC}, false, ODBC_WORD},
    {STR_INIT("mssql"), STR_INIT("connection timeout"), {PYODBC, MSSQL}, false,
        STR_INIT("login_timeout= of pymssql")},
    {STR_INIT("mssql"), STR_INIT("timeout"), {PYODBC, PYMSSQL}, false,
        STR_INIT("this driver takes it in connect_args only")},
    {STR_INIT("mssql"), STR_INIT("login_timeout"), {PYMSSQL}, false, STR_INIT("an argument of pymssql")},
    {STR_INIT("mssql"), STR_INIT("tds_version"), {PYMSSQL}, false, STR_INIT("an argument of pymssql")},
    {STR_INIT("mssql"), STR_INIT("appname"), {PYMSSQL}, false, STR_INIT("an argument of pymssql")},
    {STR_INIT("mssql"), STR_INIT("conn_properties"), {PYMSSQL}, false, STR_INIT("an argument of pymssql")},
    {STR_INIT("mssql"), STR_INIT("encryption"), {PYMSSQL}, false, STR_INIT("an argument of pymssql")},
    /* Oracle */
    {STR_INIT("oracle"), STR_INIT("encoding"), {CX_ORACLE}, false,
        STR_INIT("python-oracledb always speaks UTF-8")},
    {STR_INIT("oracle"), STR_INIT("nencoding"), {CX_ORACLE}, false,
        STR_INIT("python-oracledb always speaks UTF-8")},
    {STR_INIT("oracle"), STR_INIT("threaded"), {CX_ORACLE}, false, STR_INIT("python-oracledb is always so")},
    {STR_INIT("oracle"), STR_INIT("wallet_location"), {ORACLEDB}, true,
        STR_INIT("cx_Oracle finds the wallet by sqlnet.ora")},
    {STR_INIT("oracle"), STR_INIT("wallet_password"), {ORACLEDB}, true,
        STR_INIT("cx_Oracle finds the wallet by sqlnet.ora")},
    {STR_INIT("oracle"), STR_INIT("config_dir"), {ORACLEDB}, true, STR_INIT("cx_Oracle reads TNS_ADMIN")},
};

const struct foreign_parameter *foreign_parameter_find(str family, str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(parameters); i++)
        if (str_eq(parameters[i].family, family) && str_eq_fold(parameters[i].name, name))
            return &parameters[i];
    return NULL;
}

bool foreign_parameter_taken(const struct foreign_parameter *parameter, str driver)
{
    return STR_IS_IN_FOLD(driver, parameter->drivers);
}
