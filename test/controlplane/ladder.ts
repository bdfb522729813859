/**
 * Which real API server to use, as a pure decision: from what the environment says and what is on this
 * machine to the rungs to try, in order. launch.ts climbs them.
 */
import type { Settings } from './settings.ts';

/** One way to a real API server. */
export type Rung =
  /** A cluster that somebody else runs. */
  | { kind: 'given'; kubeconfig: string }
  /** etcd and kube-apiserver (and kube-controller-manager, where present) from a folder of release binaries. */
  | { kind: 'assets'; folder: string }
  /** The control plane built from the Go module in controlplane/. */
  | { kind: 'built' }
  /** k3s in a container. */
  | { kind: 'k3s' };

/** What is on this machine. */
export interface Found {
  /** The control plane of the present Go sources has been built before. */
  built: boolean;
  /** A Go toolchain is there, so it could be built. */
  go: boolean;
}

/**
 * The rungs to try. Who names a cluster or a folder means that one: there is no falling back to another
 * server behind their back. A build takes minutes, so it is done only where somebody asked for a real
 * server (CI, `npm test -- --real`); what is already built is used always.
 */
export function rungs(settings: Settings, found: Found): readonly Rung[] {
  if (settings.testKubeconfig !== undefined) return [{ kind: 'given', kubeconfig: settings.testKubeconfig }];
  if (settings.assetsFolder !== undefined) return [{ kind: 'assets', folder: settings.assetsFolder }];
  const buildable = settings.wanted && found.go;
  return found.built || buildable ? [{ kind: 'built' }, { kind: 'k3s' }] : [{ kind: 'k3s' }];
}
