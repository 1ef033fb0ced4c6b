// Command json is what the JSON benchmarks run beside: Go's encoding/json on the same text.
//
// It reads the file named by its first argument; for each line on stdin ("decode", "encode", "scan")
// it does that once and prints the seconds it took. "number <text>" and "string <text>" print how
// encoding/json writes a number or a string, for comparisons of the output.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

type objectMeta struct {
	Name              string            `json:"name"`
	Namespace         string            `json:"namespace"`
	UID               string            `json:"uid"`
	ResourceVersion   string            `json:"resourceVersion"`
	Generation        int64             `json:"generation"`
	CreationTimestamp string            `json:"creationTimestamp"`
	DeletionTimestamp *string           `json:"deletionTimestamp"`
	Labels            map[string]string `json:"labels"`
	Annotations       map[string]string `json:"annotations"`
	Finalizers        []string          `json:"finalizers"`
	OwnerReferences   []ownerReference  `json:"ownerReferences"`
}

type ownerReference struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
	Controller *bool  `json:"controller"`
}

type partialList struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   map[string]string `json:"metadata"`
	Items      []struct {
		Metadata objectMeta `json:"metadata"`
	} `json:"items"`
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var value any
	must(json.Unmarshal(text, &value))

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		verb, argument, _ := strings.Cut(lines.Text(), " ")
		start := time.Now()
		switch verb {
		case "decode":
			var decoded any
			must(json.Unmarshal(text, &decoded))
		case "encode":
			_, err := json.Marshal(value)
			must(err)
		case "scan":
			var list partialList
			must(json.Unmarshal(text, &list))
			if len(list.Items) == 0 || list.Items[0].Metadata.Name == "" {
				must(fmt.Errorf("no items in %s", os.Args[1]))
			}
		case "number", "string":
			var decoded any
			must(json.Unmarshal([]byte(argument), &decoded))
			encoded, err := json.Marshal(decoded)
			must(err)
			fmt.Println(string(encoded))
			continue
		default:
			must(fmt.Errorf("unknown verb %q", verb))
		}
		fmt.Println(time.Since(start).Seconds())
	}
}
