/**
 * The operator as a process that kills itself: right after its DIE_AFTER-th write was answered, with SIGKILL, so that
 * nothing of it gets to say goodbye. Only crash tests start it. Arguments: the kubeconfig.
 */
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { noMetrics } from '../../src/base/metrics.ts';
import { systemRandom } from '../../src/base/random.ts';
import { createApplicationController } from '../../src/controllers/application/controller.ts';
import { builtinSource } from '../../src/definitions/builtin.ts';
import { openCluster } from '../../src/kube/cluster.ts';
import { loadConfig } from '../../src/kube/config.ts';

const dieAfter = Number(process.env.DIE_AFTER ?? Number.POSITIVE_INFINITY);
const [kubeconfig = ''] = process.argv.slice(2);
let writes = 0;

const config = await loadConfig({ kubeconfig, clock: systemClock });
if (!config.ok) throw new Error(config.problem.message);
const cluster = openCluster(config.value, {
  clock: systemClock,
  random: systemRandom,
  log: silentLogger,
  onRequest({ method, path, status }) {
    if (method === 'GET' || method === 'WATCH' || status === 0 || /\/events(\?|$)/.test(path)) return;
    if (++writes >= dieAfter) process.kill(process.pid, 'SIGKILL');
  },
});
const controller = createApplicationController({
  clock: systemClock,
  random: systemRandom,
  log: silentLogger,
  metrics: noMetrics,
  kube: cluster.client,
  informers: cluster.informers,
  definitions: builtinSource,
  clusterVersion: { major: 1, minor: 33, gitVersion: 'v1.33.0' },
  // One at a time, so that deaths fall between any two of them.
  settings: { applyConcurrency: 1 },
});
await controller.start();
