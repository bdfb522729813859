/**
 * Where kubectl is run: an API server behind HTTPS with the world and the operator in it, in real time, because the
 * program on the other side of the socket has a clock of its own.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from '../../sandbox/actors/world.ts';
import { createApiServer } from '../../sandbox/server/index.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { Transport } from '../../src/base/http.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { noMetrics } from '../../src/base/metrics.ts';
import { systemRandom } from '../../src/base/random.ts';
import { installCrds, readCrds } from '../../src/cli/crds.ts';
import { startOperator } from '../../src/cli/operator.ts';
import { type Cluster, clusterInProcess, openCluster } from '../../src/kube/cluster.ts';
import { loadConfig } from '../../src/kube/config.ts';
import { realServer } from '../controlplane/launch.ts';
import { readSettings } from '../controlplane/settings.ts';
import { plainTransport } from '../harness/plain-transport.ts';

export interface Site {
  kind: 'embedded' | 'real';
  /** A kubeconfig of an administrator. */
  kubeconfig: string;
  /** An empty folder for files that commands read. */
  folder: string;
  close(): Promise<void>;
}

const common = { clock: systemClock, random: systemRandom, log: silentLogger };

/** The embedded API server on a port of loopback. */
export async function embeddedSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'lateen-kubectl-'));
  const api = createApiServer(common);
  const listening = await api.listen({ port: 0, dir: folder });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, listening.kubeconfig(), { mode: 0o600 });
  const transport = (user: string): Transport => api.transport({ user, groups: ['system:masters', 'system:authenticated'] });
  const inhabited = await inhabit(transport('world'), clusterInProcess(transport('lateen-operator'), common));
  return {
    kind: 'embedded',
    kubeconfig,
    folder,
    async close() {
      await inhabited.close();
      await listening.close();
      api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The best real API server there is, or why there is none and whether that is a failure. */
export async function realSite(env: NodeJS.ProcessEnv): Promise<Site | { reason: string; wanted: boolean }> {
  const real = await realServer({ env, log: (line) => process.stderr.write(`${line}\n`) });
  if (real.kind === 'unavailable') return real;
  if (real.world !== 'none') {
    await real.stop();
    return { reason: `${real.source}: a cluster with controllers of its own plays another world`, wanted: readSettings(env).wanted };
  }
  const folder = await mkdtemp(join(tmpdir(), 'lateen-kubectl-'));
  const config = await loadConfig({ kubeconfig: real.kubeconfigPath, clock: systemClock });
  if (!config.ok) throw new Error(config.problem.message);
  const inhabited = await inhabit(plainTransport(real.kubeconfigPath), openCluster(config.value, common));
  return {
    kind: 'real',
    kubeconfig: real.kubeconfigPath,
    folder,
    async close() {
      await inhabited.close();
      await real.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** CRDs, world and operator. */
async function inhabit(transport: Transport, cluster: Cluster): Promise<{ close(): Promise<void> }> {
  const world = startWorld({ ...common, transport });
  const installed = await installCrds({ client: cluster.client, clock: systemClock, crds: readCrds() });
  if (!installed.ok) throw new Error(`${installed.name}: ${installed.failure.message}`);
  const operator = await startOperator({
    cluster,
    version: { major: 1, minor: 33, gitVersion: 'v1.33.0' },
    log: silentLogger,
    metrics: noMetrics,
  });
  return {
    async close() {
      await operator.stop();
      await cluster.close();
      world.stop();
    },
  };
}
