// Command kube is the Kubernetes control plane in one binary: the real
// kube-apiserver, kube-controller-manager and kube-scheduler, and the real
// etcd, started by the name given as the first argument. It exists so that the
// tests can run against the true API server wherever Go modules can be had,
// with no container engine and no downloaded release.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// kubernetesCommands are the parts that are cobra commands of Kubernetes; etcd
// reads its own arguments and is dispatched apart.
var kubernetesCommands = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
}

const usage = "usage: kube [--while-stdin-open] etcd|kube-apiserver|kube-controller-manager|kube-scheduler [flags]"

// endWithStdin ends this process when its standard input closes. A test run
// that is killed closes the pipe it held, so no control plane outlives it.
func endWithStdin() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--while-stdin-open" {
		os.Args = append(os.Args[:1], os.Args[2:]...)
		go endWithStdin()
	}
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	part := os.Args[1]
	// Each part must see its own name first, as if it were a program of its own.
	os.Args = os.Args[1:]
	if part == "etcd" {
		etcdmain.Main(os.Args)
		return
	}
	command, known := kubernetesCommands[part]
	if !known {
		fmt.Fprintf(os.Stderr, "kube: there is no part %q\n%s\n", part, usage)
		os.Exit(2)
	}
	os.Exit(cli.Run(command()))
}
