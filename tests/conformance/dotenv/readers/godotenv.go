// godotenv: a line of base64 in is a file, a line of JSON out its outcome.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/joho/godotenv"
)

// text writes bytes that are no UTF-8 as <0xE9>.
func text(value string) string {
	var out strings.Builder
	for len(value) > 0 {
		char, size := utf8.DecodeRuneInString(value)
		if char == utf8.RuneError && size == 1 {
			fmt.Fprintf(&out, "<0x%02X>", value[0])
		} else {
			out.WriteString(value[:size])
		}
		value = value[size:]
	}
	return out.String()
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	encoder := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		data, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		values, err := godotenv.Unmarshal(string(data))
		if err != nil {
			encoder.Encode(nil)
			continue
		}
		outcome := map[string]string{}
		for name, value := range values {
			outcome[text(name)] = text(value)
		}
		encoder.Encode(outcome)
	}
}
