// Command template answers with Go's own text/template what a template prints.
//
//	template <questions >answers
//
// One question a line, one answer a line. A question has four fields, divided by tabs: what a missing key
// means (default, zero or error), the template's name, its text, and the data as JSON. All are escaped: a
// backslash before n, r, t, x and two hexadecimal digits, or another backslash. An answer begins with "=" and
// the output, or is "!" and the complaint.
//
// In the data, an object with one member whose name begins with "$" is a value that JSON has not: see typed.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/template"
	"time"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(runtime.Version())
		return
	}
	answerLines(func(line string) string {
		fields := strings.Split(line, "\t")
		for i := range fields {
			fields[i] = unescape(fields[i])
		}
		return answer(fields)
	})
}

func answer(fields []string) string {
	if len(fields) != 4 {
		return "?four fields are wanted"
	}
	var raw any
	if err := json.Unmarshal([]byte(fields[3]), &raw); err != nil {
		return "?" + err.Error()
	}
	root := template.New("set").Option("missingkey=" + fields[0])
	root.Funcs(functions(root))
	if _, err := root.New(fields[1]).Parse(fields[2]); err != nil {
		return "!" + err.Error()
	}
	var output limited
	if err := root.ExecuteTemplate(&output, fields[1], typed(raw)); err != nil {
		return "!" + err.Error()
	}
	return "=" + output.String()
}

// limited stops a template that prints without end.
type limited struct{ strings.Builder }

func (l *limited) Write(bytes []byte) (int, error) {
	if l.Len() > 1<<20 {
		return 0, errors.New("too much output")
	}
	return l.Builder.Write(bytes)
}

// functions are the same as those of the test that asks.
func functions(root *template.Template) template.FuncMap {
	return template.FuncMap{
		"text":    func(s string) string { return "<" + s + ">" },
		"number":  func(n int) int { return n + 1 },
		"wide":    func(n int64) int64 { return n * 2 },
		"small":   func(n uint8) uint8 { return n },
		"float":   func(f float64) float64 { return f / 2 },
		"flag":    func(b bool) bool { return !b },
		"same":    func(v any) any { return v },
		"none":    func() any { return nil },
		"empty":   func() string { return "" },
		"list":    func(v ...any) []any { return v },
		"words":   func(s string) []string { return strings.Fields(s) },
		"joined":  func(sep string, v ...string) string { return strings.Join(v, sep) },
		"sum":     func(v ...int) int { n := 0; for _, i := range v { n += i }; return n },
		"size":    func(m map[string]any) int { return len(m) },
		"length":  func(l []any) int { return len(l) },
		"fail":    func(s string) (string, error) { return "", errors.New(s) },
		"set":     func(m map[string]any, k string, v any) map[string]any { m[k] = v; return m },
		"unset":   func(m map[string]any, k string) map[string]any { delete(m, k); return m },
		"adder":   func(n int) func(int) int { return func(m int) int { return n + m } },
		"binary":  func(s string) []byte { return []byte(s) },
		"seconds": func(n int) time.Duration { return time.Duration(n) * time.Second },
		"include": func(name string, data any) (string, error) {
			var output limited
			err := root.ExecuteTemplate(&output, name, data)
			return output.String(), err
		},
	}
}

// typed makes values of other types of objects with one member.
func typed(value any) any {
	switch value := value.(type) {
	case []any:
		result := make([]any, len(value))
		for i := range value {
			result[i] = typed(value[i])
		}
		return result
	case map[string]any:
		for name, content := range value {
			if len(value) == 1 && strings.HasPrefix(name, "$") {
				return special(name, content)
			}
		}
		result := make(map[string]any, len(value))
		for name, content := range value {
			result[name] = typed(content)
		}
		return result
	}
	return value
}

func special(name string, content any) any {
	number, _ := content.(float64)
	text, _ := content.(string)
	switch name {
	case "$int":
		return int(number)
	case "$int64":
		return int64(number)
	case "$uint64":
		return uint64(number)
	case "$uint8":
		return uint8(number)
	case "$float32":
		return float32(number)
	case "$bytes":
		return []byte(text)
	case "$raw":
		raw, _ := strconv.Unquote(`"` + text + `"`)
		return raw
	case "$strings":
		result := make([]string, 0)
		for _, s := range content.([]any) {
			result = append(result, s.(string))
		}
		return result[:len(result):len(result)]
	case "$texts":
		result := make(map[string]string)
		for k, s := range content.(map[string]any) {
			result[k] = s.(string)
		}
		return result
	case "$nilmap":
		return map[string]any(nil)
	case "$nillist":
		return []any(nil)
	}
	return nil
}
