// gomysql: connection strings on standard input, a NUL behind each; for each a line of JSON: what the driver
// would dial and log in with, or null.
package main

import (
	"bufio"
	"encoding/json"
	"net"
	"os"
	"unicode/utf8"

	"github.com/go-sql-driver/mysql"
)

type outcome struct {
	User     string `json:"user"`
	Password string `json:"password"`
	Database string `json:"database"`
	Host     string `json:"host"`
	Port     string `json:"port"`
	Network  string `json:"network"`
}

func read(text string) *outcome {
	config, err := mysql.ParseDSN(text)
	if err != nil || !utf8.ValidString(text) {
		return nil
	}
	result := &outcome{User: config.User, Password: config.Passwd, Database: config.DBName, Host: config.Addr, Network: config.Net}
	if config.Net == "tcp" || config.Net == "tcp4" || config.Net == "tcp6" {
		if host, port, err := net.SplitHostPort(config.Addr); err == nil {
			result.Host, result.Port = host, port
		} else {
			return nil // refused when it is dialled
		}
	}
	return result
}

func main() {
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
