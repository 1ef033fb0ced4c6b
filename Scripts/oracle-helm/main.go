// Command oracle-helm answers with the libraries that Helm is made of.
//
//	oracle-helm version|toyaml|tojson|prettyjson|rawjson|regexp|replace|split|template <questions >answers
//
// Questions and answers are lines as those of the other oracle. Parts of a question are divided by a zero byte:
// a pattern and a text; a pattern, a text and what replaces its matches; a template and its values as JSON.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

func main() {
	answers := map[string]func([]string) (string, error){
		"toyaml": toYAML, "tojson": toJSON, "prettyjson": prettyJSON, "rawjson": rawJSON,
		"regexp": submatches, "replace": replaced, "split": split, "template": rendered,
	}
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Printf("sprig 3.2.3, sigs.k8s.io/yaml 1.3.0, %s\n", runtime.Version())
		return
	}
	if len(os.Args) != 2 || answers[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: oracle-helm version|KIND <questions >answers")
		os.Exit(2)
	}
	answerLines(func(line string) string {
		answer, err := answered(answers[os.Args[1]], strings.Split(unescape(line), "\x00"))
		if err != nil {
			return "!" + err.Error()
		}
		return "=" + answer
	})
}

func answered(answer func([]string) (string, error), parts []string) (result string, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	return answer(parts)
}

func value(text string) (interface{}, error) {
	var result interface{}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(&result)
	return numbers(result), err
}

// Keeps integers exact, as Helm's values are where they come from Go code, and makes the others float64.
func numbers(value interface{}) interface{} {
	switch value := value.(type) {
	case json.Number:
		if integer, err := strconv.ParseInt(string(value), 10, 64); err == nil {
			return integer
		}
		if integer, err := strconv.ParseUint(string(value), 10, 64); err == nil {
			return integer
		}
		float, _ := value.Float64()
		return float
	case map[string]interface{}:
		for key, member := range value {
			value[key] = numbers(member)
		}
	case []interface{}:
		for index, element := range value {
			value[index] = numbers(element)
		}
	}
	return value
}

func toYAML(parts []string) (string, error) {
	object, err := value(parts[0])
	if err != nil {
		return "", err
	}
	text, err := yaml.Marshal(object)
	return string(text), err
}

func toJSON(parts []string) (string, error) {
	object, err := value(parts[0])
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(object)
	return string(text), err
}

func prettyJSON(parts []string) (string, error) {
	object, err := value(parts[0])
	if err != nil {
		return "", err
	}
	text, err := json.MarshalIndent(object, "", "  ")
	return string(text), err
}

func rawJSON(parts []string) (string, error) {
	object, err := value(parts[0])
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(object)
	return strings.TrimSuffix(text.String(), "\n"), err
}

func submatches(parts []string) (string, error) {
	expression, err := regexp.Compile(parts[0])
	if err != nil {
		return "", err
	}
	return fmt.Sprint(expression.FindAllStringSubmatchIndex(parts[1], -1)), nil
}

func replaced(parts []string) (string, error) {
	expression, err := regexp.Compile(parts[0])
	if err != nil {
		return "", err
	}
	return expression.ReplaceAllString(parts[1], parts[2]), nil
}

func split(parts []string) (string, error) {
	expression, err := regexp.Compile(parts[0])
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%q", expression.Split(parts[1], -1)), nil
}

func rendered(parts []string) (string, error) {
	var values map[string]interface{}
	if err := json.Unmarshal([]byte(parts[1]), &values); err != nil {
		return "", err
	}
	parsed, err := template.New("t").Option("missingkey=zero").Funcs(functions()).Parse(parts[0])
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	err = parsed.Execute(&text, map[string]interface{}{"Values": values})
	return strings.ReplaceAll(text.String(), "<no value>", ""), err
}

// Sprig's functions with those that Helm adds or replaces.
func functions() template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	all["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	all["fromYaml"] = func(text string) map[string]interface{} {
		members := map[string]interface{}{}
		if err := yaml.Unmarshal([]byte(text), &members); err != nil {
			members["Error"] = err.Error()
		}
		return members
	}
	all["fromYamlArray"] = func(text string) []interface{} {
		elements := []interface{}{}
		if err := yaml.Unmarshal([]byte(text), &elements); err != nil {
			return []interface{}{err.Error()}
		}
		return elements
	}
	all["toJson"] = func(value interface{}) string {
		text, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(text)
	}
	all["fromJson"] = func(text string) map[string]interface{} {
		members := map[string]interface{}{}
		if err := json.Unmarshal([]byte(text), &members); err != nil {
			members["Error"] = err.Error()
		}
		return members
	}
	all["fromJsonArray"] = func(text string) []interface{} {
		elements := []interface{}{}
		if err := json.Unmarshal([]byte(text), &elements); err != nil {
			return []interface{}{err.Error()}
		}
		return elements
	}
	all["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(message)
		}
		return value, nil
	}
	return all
}
