/** API servers that processes of their own can reach: the embedded one on a port, and a real one. Both in real time. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from '../../sandbox/actors/world.ts';
import { createApiServer } from '../../sandbox/server/index.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { systemRandom } from '../../src/base/random.ts';
import { installCrds, readCrds } from '../../src/cli/crds.ts';
import { type Cluster, openCluster } from '../../src/kube/cluster.ts';
import { loadConfig } from '../../src/kube/config.ts';
import { realServer } from '../controlplane/launch.ts';
import { plainTransport } from '../harness/plain-transport.ts';

export interface ReachableServer {
  kubeconfig: string;
  user: Cluster;
  close(): Promise<void>;
}

const setting = { clock: systemClock, random: systemRandom, log: silentLogger };

async function userOf(kubeconfig: string): Promise<Cluster> {
  const config = await loadConfig({ kubeconfig, clock: systemClock });
  if (!config.ok) throw new Error(config.problem.message);
  const user = openCluster(config.value, setting);
  const installed = await installCrds({ client: user.client, clock: systemClock, crds: readCrds() });
  if (!installed.ok) throw new Error(installed.failure.message);
  return user;
}

export async function embeddedOnPort(): Promise<ReachableServer> {
  const dir = mkdtempSync(join(tmpdir(), 'lateen-crash-'));
  const api = createApiServer(setting);
  const listening = await api.listen({ port: 0, dir });
  const world = startWorld({ ...setting, transport: api.transport({ user: 'world', groups: ['system:masters'] }) });
  const kubeconfig = join(dir, 'kubeconfig');
  writeFileSync(kubeconfig, listening.kubeconfig(), { mode: 0o600 });
  const user = await userOf(kubeconfig);
  return {
    kubeconfig,
    user,
    async close() {
      await user.close();
      world.stop();
      await listening.close();
      api.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function realOnPort(): Promise<ReachableServer | { reason: string; wanted: boolean }> {
  const real = await realServer({ env: process.env, log: (line) => process.stderr.write(`${line}\n`) });
  if (real.kind === 'unavailable') return real;
  const world = startWorld({ ...setting, transport: plainTransport(real.kubeconfigPath) });
  const user = await userOf(real.kubeconfigPath);
  return {
    kubeconfig: real.kubeconfigPath,
    user,
    async close() {
      await user.close();
      world.stop();
      await real.stop();
    },
  };
}
