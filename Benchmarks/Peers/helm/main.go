// Command helm is what the benchmarks of charts run beside: Go's text/template with sprig, used as Helm's engine
// uses them.
//
// Its arguments are a chart's folder and a file of values. For each line on stdin ("render <tenant>", "first <tenant>",
// "engine <tenant>") it renders the chart for a release of that name, and prints the seconds that took and a checksum
// of all that was rendered. "render" takes the chart as it was loaded once, "first" loads it, "engine" leaves out the
// values. "text <tenant>" prints what was rendered.
package main

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"os"
	"sort"
	"strings"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	folder := os.Args[1]
	loaded, err := load(folder)
	must(err)
	given, err := valuesFile(os.Args[2])
	must(err)

	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		verb, tenant, _ := strings.Cut(lines.Text(), " ")
		start := time.Now()
		var texts map[string]string
		var err error
		switch verb {
		case "render", "text":
			texts, err = render(loaded, renderValues(loaded, given, tenant))
		case "engine":
			values := renderValues(loaded, given, tenant)
			start = time.Now()
			texts, err = render(loaded, values)
		case "first":
			var fresh *chart
			fresh, err = load(folder)
			must(err)
			texts, err = render(fresh, renderValues(fresh, given, tenant))
		default:
			err = fmt.Errorf("unknown verb %q", verb)
		}
		must(err)
		seconds := time.Since(start).Seconds()
		if verb == "text" {
			printed(texts)
			continue
		}
		fmt.Println(seconds, checksum(texts))
	}
}

func names(texts map[string]string) []string {
	var names []string
	for name := range texts {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func printed(texts map[string]string) {
	for _, name := range names(texts) {
		fmt.Printf("# %s\n%s\n", name, texts[name])
	}
}

func checksum(texts map[string]string) string {
	sum := fnv.New64a()
	for _, name := range names(texts) {
		sum.Write([]byte(name + "\n" + texts[name] + "\n"))
	}
	return fmt.Sprintf("%x", sum.Sum64())
}
