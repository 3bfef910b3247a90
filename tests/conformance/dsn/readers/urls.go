// urls CLIENT: connection strings on standard input, a NUL behind each; for each a line of JSON: what net/url,
// pgconn or amqp091-go makes of it, or null.
package main

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/jackc/pgconn"
	amqp "github.com/rabbitmq/amqp091-go"
)

type place [2]string

type outcome struct {
	User     string  `json:"user"`
	Password string  `json:"password"`
	Database *string `json:"database,omitempty"`
	Hosts    []place `json:"hosts"`
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
	return &outcome{uri.Username, uri.Password, &uri.Vhost, []place{{uri.Host, strconv.Itoa(uri.Port)}}}
}

var clients = map[string]func(string) *outcome{"pgx": readPostgres, "go-url": readURL, "amqp": readBroker}

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
