// Command oracle answers with Kubernetes' own libraries what a text means.
//
//	oracle quantity|duration|timestamp|base64|yaml <questions >answers
//
// One question a line, one answer a line. Both are escaped: a backslash before n, r, t, x and two
// hexadecimal digits, or another backslash. An answer begins with "=" and the meaning, or is "!" and
// the library's complaint. A quantity whose canonical form has another amount than itself has "~" for
// "=": the library lost its suffix.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	machinery "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// Set when linking.
var version = "unknown"

func main() {
	answers := map[string]func(string) string{
		"quantity": quantity, "duration": duration, "timestamp": timestamp, "base64": decoded, "yaml": documents,
	}
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Printf("Kubernetes %s, %s\n", version, runtime.Version())
		return
	}
	if len(os.Args) != 2 || answers[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: oracle version|quantity|duration|timestamp|base64|yaml <questions >answers")
		os.Exit(2)
	}
	answerLines(func(line string) string { return answers[os.Args[1]](unescape(line)) })
}

func quantity(text string) string {
	value, err := resource.ParseQuantity(text)
	if err != nil {
		return "!" + err.Error()
	}
	canonical := value.String()
	if again, err := resource.ParseQuantity(canonical); err != nil || again.Cmp(value) != 0 {
		return "~" + canonical
	}
	return "=" + canonical
}

func duration(text string) string {
	value, err := time.ParseDuration(text)
	if err != nil {
		return "!" + err.Error()
	}
	return "=" + strconv.FormatInt(int64(value), 10) + " " + value.String()
}

func timestamp(text string) string {
	value, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "!" + err.Error()
	}
	return "=" + value.UTC().Format("2006-01-02T15:04:05.000000Z07:00")
}

func decoded(text string) string {
	value, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "!" + err.Error()
	}
	return "=" + string(value)
}

// The documents that kubectl takes from a file, as a JSON array.
func documents(text string) string {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	var all [][]byte
	for {
		var document machinery.RawExtension
		err := decoder.Decode(&document)
		if err == io.EOF {
			return "=[" + string(bytes.Join(all, []byte(","))) + "]"
		}
		if err != nil {
			return "!" + err.Error()
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) > 0 && !bytes.Equal(raw, []byte("null")) {
			all = append(all, raw)
		}
	}
}
