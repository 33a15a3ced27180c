package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// maxLine bounds one line of a .jsonl file in bytes.
const maxLine = 1 << 20

// readLines reads a file of JSON objects, one a line, and passes each to do. Keys that T does not have
// are ignored, empty lines too. An error names file and line.
func readLines[T any](path string, do func(T) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", path, pathCause(err))
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	number := 0
	for lines.Scan() {
		number++
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var row T
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return fmt.Errorf("%s:%d: not a JSON object of the right form: %w", path, number, err)
		}
		if err := do(row); err != nil {
			return fmt.Errorf("%s:%d: %w", path, number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", path, number+1, err)
	}
	return nil
}
