package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

const deepestInclude = 1000

// Parses all templates and executes those that are no partials: once for every release, as Helm does.
func render(chart *chart, scope map[string]interface{}) (map[string]string, error) {
	set := template.New("gotpl").Option("missingkey=zero")
	include := map[string]int{}
	set.Funcs(functions(set, include))

	names := make([]string, 0, len(chart.templates))
	for name := range chart.templates {
		names = append(names, name)
	}
	// Those that stand deeper first, and among them the last.
	sort.Slice(names, func(i, j int) bool {
		left, right := strings.Count(names[i], "/"), strings.Count(names[j], "/")
		return left > right || left == right && names[i] > names[j]
	})
	for _, name := range names {
		if _, err := set.New(name).Parse(chart.templates[name]); err != nil {
			return nil, err
		}
	}

	texts := map[string]string{}
	for _, name := range names {
		if isPartial(name) {
			continue
		}
		scope["Template"] = map[string]interface{}{
			"Name": name, "BasePath": chart.metadata.Name + "/templates",
		}
		var text strings.Builder
		if err := set.ExecuteTemplate(&text, name, scope); err != nil {
			return nil, err
		}
		texts[name] = strings.ReplaceAll(text.String(), "<no value>", "")
	}
	return texts, nil
}

// Functions that are the same for every set of templates.
var common = func() template.FuncMap {
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
	all["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(message)
		}
		return value, nil
	}
	all["lookup"] = func(string, string, string, string) (map[string]interface{}, error) {
		return map[string]interface{}{}, nil
	}
	return all
}()

// All functions, for one set of templates.
func functions(set *template.Template, included map[string]int) template.FuncMap {
	all := bound(set, included)
	for name, function := range common {
		all[name] = function
	}
	return all
}

// The functions that render templates of a set.
func bound(set *template.Template, included map[string]int) template.FuncMap {
	all := template.FuncMap{}
	all["include"] = func(name string, scope interface{}) (string, error) {
		if included[name] > deepestInclude {
			return "", fmt.Errorf("%s includes itself without end", name)
		}
		included[name]++
		var text strings.Builder
		err := set.ExecuteTemplate(&text, name, scope)
		included[name]--
		return text.String(), err
	}
	all["tpl"] = func(text string, scope interface{}) (string, error) {
		// What the text defines is not known outside of it.
		clone, err := set.Clone()
		if err != nil {
			return "", err
		}
		clone.Option("missingkey=zero")
		// Only those that look into the set differ.
		clone.Funcs(bound(clone, included))
		parsed, err := clone.New(set.Name()).Parse(text)
		if err != nil {
			return "", err
		}
		var output bytes.Buffer
		if err := parsed.Execute(&output, scope); err != nil {
			return "", err
		}
		return strings.ReplaceAll(output.String(), "<no value>", ""), nil
	}
	return all
}
