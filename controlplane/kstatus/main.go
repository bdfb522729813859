// Command kstatus reads Kubernetes objects as JSON lines and prints, line for
// line, how the real kstatus library judges them. It exists to prove that the
// status Lateen writes is read rightly by the tools that wait on it (Flux, Argo
// CD, kubectl plugins): they all use this library.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// verdict is one output line. A line that cannot be read or judged has Error
// and no Status, so that output line n answers the n-th input line that is not
// empty.
type verdict struct {
	Status     string      `json:"status,omitempty"`
	Message    string      `json:"message,omitempty"`
	Conditions []condition `json:"conditions,omitempty"`
	Error      string      `json:"error,omitempty"`
}

// condition is a standard condition (Reconciling or Stalled) that the library
// would have a controller write for this object.
type condition struct {
	Type    string `json:"type"`
	Status  string `json:"status"`
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
}

func judge(line []byte) verdict {
	var object unstructured.Unstructured
	if err := object.UnmarshalJSON(line); err != nil {
		return verdict{Error: err.Error()}
	}
	result, err := status.Compute(&object)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	judged := verdict{Status: result.Status.String(), Message: result.Message}
	for _, c := range result.Conditions {
		judged.Conditions = append(judged.Conditions, condition{
			Type: c.Type.String(), Status: string(c.Status), Reason: c.Reason, Message: c.Message,
		})
	}
	return judged
}

func run(in io.Reader, out io.Writer) error {
	// A reader, not a scanner: an object may be longer than any line limit.
	lines := bufio.NewReader(in)
	verdicts := json.NewEncoder(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 || (errors.Is(err, io.EOF) && len(line) > 0) {
			if failed := verdicts.Encode(judge(line)); failed != nil {
				return failed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func main() {
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "usage: kstatus < objects.jsonl > verdicts.jsonl")
		os.Exit(2)
	}
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kstatus:", err)
		os.Exit(1)
	}
}
