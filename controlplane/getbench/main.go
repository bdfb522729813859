// Command getbench measures how many GETs per second a Go client gets from an
// API server: the yardstick for Lateen's own client, run on the same machine
// against the same server in the same minute. One line of JSON on stdout.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// report is the output: times in milliseconds, rate in GETs per second.
type report struct {
	Gets          int     `json:"gets"`
	Errors        int     `json:"errors"`
	FirstError    string  `json:"firstError,omitempty"`
	Seconds       float64 `json:"seconds"`
	GetsPerSecond float64 `json:"getsPerSecond"`
	P50Ms         float64 `json:"p50Ms"`
	P99Ms         float64 `json:"p99Ms"`
	InFlight      int     `json:"inFlight"`
	Decoded       bool    `json:"decoded"`
}

// tally is what one worker saw; workers share nothing while the clock runs.
type tally struct {
	took       []time.Duration
	errors     int
	firstError error
}

func newClient(kubeconfig string) (*rest.RESTClient, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	// The default limit of 5 requests per second would be all that is measured.
	config.QPS = -1
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	config.ContentType = "application/json"
	return rest.UnversionedRESTClientFor(config)
}

func get(ctx context.Context, client *rest.RESTClient, path string, decode bool) error {
	body, err := client.Get().RequestURI(path).DoRaw(ctx)
	if err != nil || !decode {
		return err
	}
	return (&unstructured.Unstructured{}).UnmarshalJSON(body)
}

func work(client *rest.RESTClient, path string, decode bool, until time.Time) tally {
	var seen tally
	ctx := context.Background()
	for {
		begun := time.Now()
		if !begun.Before(until) {
			return seen
		}
		if err := get(ctx, client, path, decode); err != nil {
			seen.errors++
			if seen.firstError == nil {
				seen.firstError = err
			}
			continue
		}
		seen.took = append(seen.took, time.Since(begun))
	}
}

func measure(client *rest.RESTClient, path string, decode bool, inFlight int, length time.Duration) report {
	begun := time.Now()
	tallies := make([]tally, inFlight)
	var workers sync.WaitGroup
	for worker := range tallies {
		workers.Add(1)
		go func() {
			defer workers.Done()
			tallies[worker] = work(client, path, decode, begun.Add(length))
		}()
	}
	workers.Wait()
	result := report{Seconds: time.Since(begun).Seconds(), InFlight: inFlight, Decoded: decode}
	var took []time.Duration
	for _, one := range tallies {
		took = append(took, one.took...)
		result.Errors += one.errors
		if result.FirstError == "" && one.firstError != nil {
			result.FirstError = one.firstError.Error()
		}
	}
	slices.Sort(took)
	result.Gets = len(took)
	result.GetsPerSecond = float64(len(took)) / result.Seconds
	if len(took) > 0 {
		result.P50Ms = float64(took[len(took)/2].Microseconds()) / 1000
		result.P99Ms = float64(took[len(took)*99/100].Microseconds()) / 1000
	}
	return result
}

func main() {
	kubeconfig := flag.String("kubeconfig", os.Getenv("KUBECONFIG"), "kubeconfig file")
	path := flag.String("path", "/api/v1/namespaces/default", "path to GET")
	inFlight := flag.Int("in-flight", 64, "requests in flight")
	seconds := flag.Float64("seconds", 5, "how long to measure, in seconds")
	warmup := flag.Float64("warmup", 0.5, "how long to run unmeasured first, in seconds")
	decode := flag.Bool("decode", true, "decode each answer into an object, as a controller does")
	flag.Parse()
	if flag.NArg() > 0 || *inFlight < 1 || *seconds <= 0 {
		fmt.Fprintln(os.Stderr, "getbench: expected only flags, in-flight >= 1 and seconds > 0")
		os.Exit(2)
	}
	client, err := newClient(*kubeconfig)
	if err != nil {
		fmt.Fprintln(os.Stderr, "getbench:", err)
		os.Exit(1)
	}
	span := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	measure(client, *path, *decode, *inFlight, span(*warmup))
	result := measure(client, *path, *decode, *inFlight, span(*seconds))
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, "getbench:", err)
		os.Exit(1)
	}
	if result.Gets == 0 {
		os.Exit(1)
	}
}
