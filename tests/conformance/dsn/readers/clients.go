// clients CLIENT: connection strings on standard input, a NUL behind each; for each a line of JSON: what that
// library would dial and log in with, or null where it refuses.
package main

import (
	"bufio"
	"encoding/json"
	"net"
	"net/url"
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgconn"
	amqp "github.com/rabbitmq/amqp091-go"
)

type place [2]string

type outcome struct {
	User     string  `json:"user"`
	Password string  `json:"password"`
	Database *string `json:"database,omitempty"`
	Hosts    []place `json:"hosts"`
	Network  string  `json:"network,omitempty"`
}

// What pgconn takes for granted where a string says nothing: the same on every machine.
const nobody, socket = "nobody said", "/var/run/postgresql"

func readPostgres(text string) *outcome {
	config, err := pgconn.ParseConfig(text)
	if err != nil {
		return nil
	}
	result := &outcome{User: config.User, Password: config.Password, Database: &config.Database}
	if result.User == nobody {
		result.User = ""
	}
	result.Hosts = []place{{config.Host, strconv.Itoa(int(config.Port))}}
	for _, each := range config.Fallbacks { // every place twice: with and without TLS
		next := place{each.Host, strconv.Itoa(int(each.Port))}
		if next != result.Hosts[len(result.Hosts)-1] {
			result.Hosts = append(result.Hosts, next)
		}
	}
	return result
}

func readURL(text string) *outcome {
	parsed, err := url.Parse(text)
	if err != nil {
		return nil
	}
	result := &outcome{Hosts: []place{{parsed.Hostname(), parsed.Port()}}}
	if parsed.User != nil {
		result.User = parsed.User.Username()
		result.Password, _ = parsed.User.Password()
	}
	return result
}

func readBroker(text string) *outcome {
	uri, err := amqp.ParseURI(text)
	if err != nil {
		return nil
	}
	hosts := []place{{uri.Host, strconv.Itoa(uri.Port)}}
	return &outcome{User: uri.Username, Password: uri.Password, Database: &uri.Vhost, Hosts: hosts}
}

func readMysql(text string) *outcome {
	config, err := mysql.ParseDSN(text)
	if err != nil {
		return nil
	}
	result := &outcome{User: config.User, Password: config.Passwd, Database: &config.DBName, Network: config.Net}
	result.Hosts = []place{{config.Addr, ""}}
	if config.Net == "tcp" || config.Net == "tcp4" || config.Net == "tcp6" {
		host, port, err := net.SplitHostPort(config.Addr)
		if err != nil {
			return nil // refused when it is dialled
		}
		result.Hosts = []place{{host, port}}
	}
	return result
}

var clients = map[string]func(string) *outcome{
	"amqp":          readBroker,
	"go-sql-driver": readMysql,
	"go-url":        readURL,
	"pgx":           readPostgres,
}

func read(text string) (result *outcome) {
	defer func() {
		if recover() != nil { // pgconn panics at a quote that a backslash leaves open
			result = nil
		}
	}()
	if !utf8.ValidString(text) {
		return nil
	}
	return clients[os.Args[1]](text)
}

func main() {
	os.Clearenv()
	os.Setenv("PGUSER", nobody)
	os.Setenv("PGHOST", socket)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	encoder := json.NewEncoder(os.Stdout)
	for {
		text, err := in.ReadString(0)
		if err != nil {
			return
		}
		encoder.Encode(read(text[:len(text)-1]))
	}
}
