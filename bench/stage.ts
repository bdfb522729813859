/**
 * The stage all scenarios play on: a real control plane, the world in a process of its own, a user who creates and
 * observes, and the operator as its own process, whose requests the API server itself counts (audit log).
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import { systemClock } from '../src/base/clock.ts';
import { silentLogger } from '../src/base/logger.ts';
import { systemRandom } from '../src/base/random.ts';
import { installCrds, readCrds } from '../src/cli/crds.ts';
import { type Cluster, openCluster } from '../src/kube/cluster.ts';
import { loadConfig } from '../src/kube/config.ts';
import type { ApiResult } from '../src/kube/types.ts';
import { type AuditCounts, auditMark, countSince } from '../test/controlplane/audit.ts';
import { startControlPlane } from '../test/controlplane/launch.ts';
import type { ControlPlane } from '../test/controlplane/start.ts';
import { applicationKind } from './applications.ts';
import { type Observer, openObserver } from './observer.ts';
import { type Launch, type OperatorProcess, startOperator } from './operator-process.ts';

export interface Stage {
  plane: ControlPlane;
  user: Cluster;
  observer: Observer;
  serverVersion: string;
  startOperator(): Promise<OperatorProcess>;
  /** Makes an empty namespace. */
  openNamespace(): Promise<string>;
  /** Removes it with all it holds; applications without an operator lose their finalizers first. */
  closeNamespace(namespace: string): Promise<void>;
  /** Counts the operator's requests from now on. */
  counting(): Promise<() => Promise<AuditCounts>>;
  /** Waits until the operator has sent nothing for so long. */
  quiet(ms?: number): Promise<void>;
  close(): Promise<void>;
}

/** How many requests of the user are under way at the same time. */
export const userConcurrency = 16;
const worldProgram = fileURLToPath(new URL('./programs/world.ts', import.meta.url));

export async function openStage(log: (line: string) => void, launch: Launch): Promise<Stage> {
  const plane = await startControlPlane({ world: 'none', log });
  // It ends when its standard input closes, so it cannot outlive the bench.
  const world = spawn(process.execPath, [worldProgram, plane.kubeconfigPath], { stdio: ['pipe', 'inherit', 'inherit'] });
  const user = await openKubeconfig(plane.kubeconfigPath);
  const installed = await installCrds({ client: user.client, clock: systemClock, crds: readCrds() });
  if (!installed.ok) throw new Error(`${installed.name}: ${installed.failure.message}`);
  const version: { gitVersion?: unknown } = JSON.parse((await user.client.raw({ method: 'GET', path: '/version' })).body);
  const observer = await openObserver(user.informers);
  let namespaces = 0;
  const stage: Stage = {
    plane,
    user,
    observer,
    serverVersion: String(version.gitVersion),
    startOperator: () => startOperator(plane.operatorKubeconfigPath, join(plane.folder, 'operator.log'), launch),
    async openNamespace() {
      const name = `bench-${++namespaces}`;
      await must(user.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
      return name;
    },
    closeNamespace: (namespace) => closeNamespace(user, namespace),
    async counting() {
      const mark = await auditMark(plane.auditLogPath);
      return () => countSince(plane.auditLogPath, mark);
    },
    async quiet(ms = 2500) {
      for (let size = -1, since = performance.now(); performance.now() - since < ms; await pause(50)) {
        const now = await auditMark(plane.auditLogPath);
        if (now !== size) since = performance.now();
        size = now;
      }
    },
    async close() {
      world.stdin.end();
      await user.close();
      await plane.stop();
    },
  };
  return stage;
}

/** A cluster as the administrator or operator of a kubeconfig. */
export async function openKubeconfig(kubeconfig: string): Promise<Cluster> {
  const config = await loadConfig({ kubeconfig, clock: systemClock });
  if (!config.ok) throw new Error(config.problem.message);
  return openCluster(config.value, { clock: systemClock, random: systemRandom, log: silentLogger });
}

export async function must<T>(answer: Promise<ApiResult<T>>): Promise<T> {
  const result = await answer;
  if (!result.ok) throw new Error(`${result.failure.reason}: ${result.failure.message}`);
  return result.value;
}

/** Does the same for many, as a busy user would. */
export async function forAll<T>(all: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
  const queue = new PQueue({ concurrency: userConcurrency });
  await Promise.all(all.map((one) => queue.add(() => act(one))));
}

async function closeNamespace({ client }: Cluster, namespace: string): Promise<void> {
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  await must(client.delete(ref));
  const { items } = await must(client.list({ ...applicationKind, namespace }));
  await forAll(items, async ({ metadata: { name } }) => {
    const answer = await client.patch({ ...applicationKind, namespace, name }, { type: 'merge', body: { metadata: { finalizers: null } } });
    if (!answer.ok && answer.failure.httpStatus !== 404) throw new Error(answer.failure.message);
  });
  const tracker = { apiVersion: applicationKind.apiVersion, kind: 'ResourceTracker' };
  const trackers = await must(client.list(tracker, { labelSelector: `app.oam.dev/namespace=${namespace}` }));
  await forAll(trackers.items, async ({ metadata: { name } }) => {
    await client.patch({ ...tracker, name }, { type: 'merge', body: { metadata: { finalizers: null } } });
    await client.delete({ ...tracker, name });
  });
  for (const deadline = performance.now() + 300_000; ; await pause(250)) {
    const answer = await client.get(ref);
    if (!answer.ok && answer.failure.httpStatus === 404) return;
    if (performance.now() > deadline) throw new Error(`namespace ${namespace} did not go within 300 s`);
  }
}
