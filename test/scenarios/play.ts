/** Plays a scenario step by step on the embedded server, in virtual time, and looks where the recording looked. */
import { load, loadAll } from 'js-yaml';
import type { Application, WorkflowStepStatus } from '../../src/api/application.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { embeddedServer } from '../harness/servers.ts';
import { clientSideApply } from './client-side-apply.ts';
import { type OurLook, refTo, trackersOf, watcher } from './look.ts';
import { type Look, readText, type Scenario, type Step, type Until } from './read.ts';

const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application' } as const;
const quota = { apiVersion: 'v1', kind: 'ResourceQuota', name: 'no-pods' };

/** Our looks, one per step; undefined where the scenario does not look. The nodes are as many as in the recordings. */
export async function playScenario(scenario: Scenario, recording: readonly Look[]): Promise<(OurLook | undefined)[]> {
  const server = await embeddedServer(1, 5);
  const scene = await openScene(server);
  try {
    // KWOK has no load balancers and no ingress controller.
    server.actors.withholdLoadBalancers(true);
    server.actors.withholdIngresses(true);
    // The nodes and the controllers of the world are there before the first step.
    await server.pass(1000);
    const look = watcher(scene, scenario, fieldsShown(recording));
    const looks: (OurLook | undefined)[] = [];
    for (const step of scenario.steps) {
      await act(scene, scenario, step);
      if (step.until === 'skip') {
        looks.push(undefined);
        continue;
      }
      await settle(scene, scenario, step);
      looks.push(await look());
    }
    return looks;
  } finally {
    await scene.close();
    await server.close();
  }
}

/** Which paths of which object the recording ever shows. */
function fieldsShown(recording: readonly Look[]): Map<string, string[]> {
  const shown = new Map<string, string[]>();
  for (const { objects = {} } of recording) {
    for (const [key, { fields = {} }] of Object.entries(objects)) {
      shown.set(key, [...new Set([...(shown.get(key) ?? []), ...Object.keys(fields)])]);
    }
  }
  return shown;
}

async function act(scene: Scene, scenario: Scenario, step: Step): Promise<void> {
  const firstApp = scenario.app ?? scenario.apps?.[0] ?? '';
  const name = step.name ?? step.app ?? firstApp;
  const app = { ...application, name };
  switch (step.do) {
    case 'apply':
      for (const object of documents(scene, scenario, step)) await clientSideApply(scene, object);
      return;
    case 'create':
      for (const object of documents(scene, scenario, step)) await must(scene, scene.user.client.create(object));
      return;
    case 'patch':
      await scene.patch(app, inNamespace(scene, step.patch));
      return;
    case 'edit-object':
      await scene.patch(refTo({ kind: step.kind ?? '', name }), inNamespace(scene, step.patch), step.subresource as 'status' | undefined);
      return;
    case 'annotate':
      await scene.patch(step.kind ? refTo({ kind: step.kind, name }) : app, {
        metadata: { ...(step.annotations ? { annotations: step.annotations } : {}), ...(step.labels ? { labels: step.labels } : {}) },
      });
      return;
    case 'delete':
      await scene.remove(app);
      return;
    case 'delete-object':
      if (step.kind === 'ResourceTracker') await removeTrackers(scene, firstApp);
      else await scene.remove(refTo({ kind: step.kind ?? '', name }));
      return;
    case 'status-patch':
      await scene.patch(app, { status: { workflow: steered(await scene.app(name), step) } }, 'status');
      return;
    case 'make-unhealthy':
      await must(scene, scene.user.client.create(quotaOf(scene)));
      for (const pod of await podsOf(scene, step.component)) await scene.remove({ ...pod, name: pod.metadata.name });
      return;
    case 'make-healthy':
      await scene.remove(quota);
      scene.server.actors.setDelays({});
      return;
    case 'fail-pods':
      for (const pod of await podsOf(scene, step.component)) {
        const phase = (pod.status as { phase?: string } | undefined)?.phase;
        if (phase === 'Running' || phase === 'Pending')
          await scene.patch({ ...pod, name: pod.metadata.name }, { status: { phase: 'Failed' } }, 'status');
      }
      return;
    case 'wait':
      await scene.server.pass((step.seconds ?? 0) * 1000);
      return;
    case 'wait-phase':
    case 'check':
      return;
    default:
      throw new Error(`a scenario's verb that nobody plays: ${step.do}`);
  }
}

const quotaOf = (scene: Scene): KubeObject => ({
  ...{ apiVersion: quota.apiVersion, kind: quota.kind },
  metadata: { name: quota.name, namespace: scene.namespace },
  spec: { hard: { pods: '0' } },
});

function documents(scene: Scene, scenario: Scenario, step: Step): KubeObject[] {
  const text = inText(scene, readText(scenario.id, step.file ?? ''));
  return (loadAll(text) as KubeObject[]).map((object) => ({
    ...object,
    metadata: { namespace: scene.namespace, ...object.metadata },
  }));
}

/** `NS` stands for the scenario's namespace in files and patches. */
const inText = (scene: Scene, text: string): string => text.replaceAll(/\bNS\b/g, scene.namespace);
const inNamespace = (scene: Scene, value: unknown): unknown => load(inText(scene, JSON.stringify(value)));

async function must<T>(scene: Scene, answer: Promise<{ ok: true; value: T } | { ok: false; failure: { message: string } }>): Promise<T> {
  const result = await scene.settled(answer);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

async function podsOf(scene: Scene, component?: string): Promise<KubeObject[]> {
  const { items } = await scene.list({ apiVersion: 'v1', kind: 'Pod' });
  const pods = items.map((pod) => ({ ...pod, apiVersion: 'v1', kind: 'Pod' }));
  return component ? pods.filter(({ metadata }) => metadata.labels?.['app.oam.dev/component'] === component) : pods;
}

/** Trackers have other names here, so the one of the application is meant. */
async function removeTrackers(scene: Scene, app: string): Promise<void> {
  for (const { metadata } of await trackersOf(scene, app)) {
    await must(scene, scene.user.client.delete({ apiVersion: 'core.oam.dev/v1beta1', kind: 'ResourceTracker', name: metadata.name }));
  }
}

/** What `vela workflow …` writes into the status (test/conformance/scenarios/README.md). */
function steered(app: Application | undefined, { op, step: only }: Step): unknown {
  const workflow = app?.status?.workflow;
  if (op === 'restart') return null;
  const turn = (from: readonly string[], to: object): unknown[] =>
    (workflow?.steps ?? []).map((step: WorkflowStepStatus) => {
      const isMeant = (name: string | undefined, phase: string | undefined) => (!only || only === name) && from.includes(phase ?? '');
      const subSteps = step.subSteps?.map((sub) => (isMeant(sub.name, sub.phase) ? { ...sub, ...to } : sub));
      return { ...step, ...(isMeant(step.name, step.phase) ? to : {}), ...(subSteps ? { subSteps } : {}) };
    });
  if (op === 'resume') return { suspend: false, steps: turn(['suspending'], { phase: 'running' }) };
  if (op === 'suspend') return { suspend: true, steps: turn(['running'], { phase: 'suspending' }) };
  return { terminated: true, suspend: false, steps: turn(['running', 'suspending'], { phase: 'failed', reason: 'Terminate' }) };
}

/** Waits as the scenario says; a limit that passes is no error: the look then shows what did not come. */
async function settle(scene: Scene, scenario: Scenario, step: Step): Promise<void> {
  const name =
    step.app ?? (step.do === 'delete' || step.do === 'annotate' ? step.name : undefined) ?? scenario.app ?? scenario.apps?.[0] ?? '';
  if (step.do === 'wait') return;
  const until: Until = (step.until === 'skip' ? undefined : step.until) ?? {};
  const limitMs = (until.limit ?? step.limit ?? 120) * 1000;
  if (until.seconds !== undefined) return scene.server.pass(until.seconds * 1000);
  if (until.gone) {
    await within(scene, limitMs, async () => (await scene.app(name)) === undefined);
    return quiet(scene, until.quiet ?? 4, limitMs);
  }
  const phases = [until.phase ?? step.phase ?? []].flat();
  if (phases.length > 0) {
    await within(scene, limitMs, async () => {
      const app = await scene.app(name);
      return phases.includes(app?.status?.status ?? '') && app?.status?.observedGeneration === app?.metadata.generation;
    });
    return quiet(scene, until.quiet ?? 4, limitMs);
  }
  return quiet(scene, until.quiet ?? 12, limitMs);
}

async function within(scene: Scene, limitMs: number, isSo: () => Promise<boolean>): Promise<void> {
  for (let passed = 0; passed < limitMs && !(await isSo()); passed += 250) await scene.server.pass(250);
}

/** Until nothing in the namespace changed for so many seconds. */
async function quiet(scene: Scene, seconds: number, limitMs: number): Promise<void> {
  const kinds = ['Application', 'ApplicationRevision'].map((kind) => ({ apiVersion: application.apiVersion, kind }));
  const all = [...kinds, { apiVersion: 'v1', kind: 'ConfigMap' }, { apiVersion: 'v1', kind: 'Service' }, { apiVersion: 'v1', kind: 'Pod' }];
  const versions = async (): Promise<string> => {
    const lists = [];
    for (const kind of all) lists.push(await scene.list(kind));
    return JSON.stringify(lists.map(({ items }) => items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)));
  };
  let last = await versions();
  let calm = 0;
  for (let passed = 0; calm < seconds * 1000 && passed < limitMs; passed += 1000) {
    await scene.server.pass(1000);
    const now = await versions();
    calm = now === last ? calm + 1000 : 0;
    last = now;
  }
}
