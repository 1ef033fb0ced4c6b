// The lines in which every oracle is asked and answers.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// answerLines writes one answer, escaped, for each line of standard input.
func answerLines(answer func(line string) string) {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 64<<20)
	output := bufio.NewWriter(os.Stdout)
	for input.Scan() {
		fmt.Fprintln(output, escape(answer(input.Text())))
	}
	if err := input.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	output.Flush()
}

func escape(text string) string {
	var result strings.Builder
	for _, b := range []byte(text) {
		switch {
		case b == '\n':
			result.WriteString(`\n`)
		case b == '\r':
			result.WriteString(`\r`)
		case b == '\t':
			result.WriteString(`\t`)
		case b == '\\':
			result.WriteString(`\\`)
		case b >= 0x20 && b < 0x7f:
			result.WriteByte(b)
		default:
			fmt.Fprintf(&result, `\x%02x`, b)
		}
	}
	return result.String()
}

func unescape(line string) string {
	var result strings.Builder
	for i := 0; i < len(line); i++ {
		if line[i] != '\\' || i+1 == len(line) {
			result.WriteByte(line[i])
			continue
		}
		i++
		switch line[i] {
		case 'n':
			result.WriteByte('\n')
		case 'r':
			result.WriteByte('\r')
		case 't':
			result.WriteByte('\t')
		case 'x':
			if i+2 < len(line) {
				if value, err := strconv.ParseUint(line[i+1:i+3], 16, 8); err == nil {
					result.WriteByte(byte(value))
					i += 2
				}
			}
		default:
			result.WriteByte(line[i])
		}
	}
	return result.String()
}
