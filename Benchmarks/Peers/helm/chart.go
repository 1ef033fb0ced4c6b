package main

import (
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

type metadata struct {
	Name        string   `json:"name"`
	Home        string   `json:"home"`
	Version     string   `json:"version"`
	Description string   `json:"description"`
	Keywords    []string `json:"keywords"`
	APIVersion  string   `json:"apiVersion"`
	AppVersion  string   `json:"appVersion"`
	KubeVersion string   `json:"kubeVersion"`
	Type        string   `json:"type"`
}

type chart struct {
	metadata metadata
	values   map[string]interface{}
	// By their names.
	templates map[string]string
}

// What templates see as .Chart.
type chartScope struct {
	metadata
	IsRoot bool
}

type kubeVersion struct {
	Version, Major, Minor string
}

func (version kubeVersion) String() string { return version.Version }

type apiVersions []string

func (versions apiVersions) Has(wanted string) bool {
	for _, version := range versions {
		if version == wanted {
			return true
		}
	}
	return false
}

type capabilities struct {
	KubeVersion kubeVersion
	APIVersions apiVersions
	HelmVersion map[string]interface{}
}

func load(folder string) (*chart, error) {
	loaded := &chart{templates: map[string]string{}}
	text, err := os.ReadFile(filepath.Join(folder, "Chart.yaml"))
	if err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(text, &loaded.metadata); err != nil {
		return nil, err
	}
	if loaded.values, err = valuesFile(filepath.Join(folder, "values.yaml")); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(filepath.Join(folder, "templates"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, "templates", file.Name()))
		if err != nil {
			return nil, err
		}
		loaded.templates[loaded.metadata.Name+"/templates/"+file.Name()] = string(text)
	}
	return loaded, nil
}

func valuesFile(path string) (map[string]interface{}, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values := map[string]interface{}{}
	return values, yaml.Unmarshal(text, &values)
}

// All that templates see, with the chart's values under the given ones.
func renderValues(chart *chart, given map[string]interface{}, tenant string) map[string]interface{} {
	values := copied(given).(map[string]interface{})
	coalesce(values, chart.values)
	return map[string]interface{}{
		"Chart": chartScope{chart.metadata, true},
		"Capabilities": capabilities{
			kubeVersion{"v1.34.0", "1", "34"}, apiVersions{"v1", "apps/v1", "autoscaling/v2"}, nil,
		},
		"Release": map[string]interface{}{
			"Name": tenant, "Namespace": "team-" + tenant, "IsUpgrade": false, "IsInstall": true, "Revision": 1,
			"Service": "Helm",
		},
		"Values":    values,
		"Files":     map[string][]byte{},
		"Subcharts": map[string]interface{}{},
	}
}

func copied(value interface{}) interface{} {
	switch value := value.(type) {
	case map[string]interface{}:
		result := make(map[string]interface{}, len(value))
		for key, member := range value {
			result[key] = copied(member)
		}
		return result
	case []interface{}:
		result := make([]interface{}, len(value))
		for index, element := range value {
			result[index] = copied(element)
		}
		return result
	}
	return value
}

func coalesce(values, defaults map[string]interface{}) {
	for key, standard := range defaults {
		given, isGiven := values[key]
		if !isGiven {
			if standard != nil {
				values[key] = copied(standard)
			}
			continue
		}
		if given == nil {
			delete(values, key)
			continue
		}
		if table, isTable := given.(map[string]interface{}); isTable {
			if below, isTable := standard.(map[string]interface{}); isTable {
				coalesce(table, below)
			}
		}
	}
}

func isPartial(name string) bool { return strings.HasPrefix(filepath.Base(name), "_") }
