package main

import (
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

// A Secret is a token or key. However it is printed, logged or encoded, it shows as <secret>.
type Secret struct{ value string }

const masked = "<secret>"

// Reveal returns the secret itself, for the one place that sends it.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.value == "" }

// UnmarshalText takes the secret from a file of settings.
func (s *Secret) UnmarshalText(text []byte) error {
	s.value = string(text)
	return nil
}

// MarshalText masks the secret in every text encoding, JSON and TOML among them.
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// Format masks the secret under every verb of package fmt.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, masked) }

// LogValue masks the secret in logs.
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// maxSecretFile bounds a secret's file in bytes; tokens have less than 100.
const maxSecretFile = 4096

// A secretSource is the places where one secret may be set: the config itself, a file that the config
// names, or the environment. The error of resolve never holds the value.
type secretSource struct {
	value Secret // in the config
	file  string // path of a file that holds nothing else
	env   string // name of a variable
}

// resolve returns the secret from the one place that has it, or none.
func (s secretSource) resolve(getenv func(string) string) (Secret, error) {
	fromEnv := strings.TrimSpace(getenv(s.env))
	switch {
	case !s.value.IsZero() && s.file != "":
		return Secret{}, fmt.Errorf("set here and in the file %s; keep one of the two", s.file)
	case !s.value.IsZero():
		return Secret{strings.TrimSpace(s.value.value)}, nil
	case s.file != "":
		return readSecret(s.file)
	}
	return Secret{fromEnv}, nil
}

func readSecret(path string) (Secret, error) {
	f, err := os.Open(path)
	if err != nil {
		return Secret{}, fmt.Errorf("secret file %s cannot be read: %w", path, pathCause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return Secret{}, fmt.Errorf("secret file %s cannot be read: %w", path, pathCause(err))
	}
	value := strings.TrimSpace(string(data))
	switch {
	case value == "":
		return Secret{}, fmt.Errorf("secret file %s is empty", path)
	case len(data) > maxSecretFile || strings.ContainsAny(value, "\r\n"):
		return Secret{}, fmt.Errorf("secret file %s holds more than one line", path)
	}
	return Secret{value}, nil
}

// pathCause drops the path that the error of package os repeats.
func pathCause(err error) error {
	if pathErr, ok := err.(*fs.PathError); ok {
		return pathErr.Err
	}
	return err
}
