/** One application on an idle system, through its whole life: first deploy, image change, drift, deletion. */
import type { KubeObject } from '../../src/api/object.ts';
import type { AuditCounts } from '../../test/controlplane/audit.ts';
import { application, applicationKind, deploymentKind, imagePatch, objectKinds, secondImage, serviceKind } from '../applications.ts';
import type { Recorder } from '../measure.ts';
import { exists, hasImage, isRolledOut, isRunning } from '../observer.ts';
import { must, type Stage } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const patienceMs = 60_000;
const name = 'shop';
const handImage = 'nginx:by-hand';

export const measureSingle: Scenario = async ({ stage, scale, record, log }) => {
  const operator = await stage.startOperator();
  // The first round meets views that are opened by it and code that is compiled by it: it is told apart.
  for (let round = 0; round <= scale.singleRounds; round++) {
    const namespace = await stage.openNamespace();
    await stage.quiet(1000);
    const into = round === 0 ? firstOf(record) : record;
    await deploy(stage, namespace, into);
    await changeImage(stage, namespace, into);
    await drift(stage, namespace, into, 'edit', () => editByHand(stage, namespace));
    await drift(stage, namespace, into, 'remove', () => deleteByHand(stage, namespace));
    await remove(stage, namespace, into);
    await stage.closeNamespace(namespace);
    log(`one application: round ${round} of ${scale.singleRounds}`);
  }
  await operator.stop();
};

/** Keeps of the first round only how long its objects took. */
function firstOf(record: Recorder): Recorder {
  return {
    ...record,
    add: (measure, value) => (measure === 'single.deploy.objects' ? record.add('single.first.objects', value) : undefined),
  };
}

async function deploy({ user, observer, ...stage }: Stage, namespace: string, record: Recorder): Promise<void> {
  const counted = await stage.counting();
  const begun = performance.now();
  const created = must(user.client.create(application(namespace, name)));
  const objects = Promise.all(objectKinds.map((kind) => observer.seen(kind, namespace, 1, exists, patienceMs)));
  const running = observer.seen(applicationKind, namespace, 1, isRunning, patienceMs);
  const rolledOut = observer.seen(deploymentKind, namespace, 1, isRolledOut, patienceMs);
  await created;
  record.add('single.deploy.objects', Math.max(...(await objects)) - begun);
  record.add('single.deploy.running', (await running) - begun);
  record.add('single.deploy.told', (await running) - (await rolledOut));
  await stage.quiet();
  recordRequests(record, 'single.deploy', await counted());
}

async function changeImage({ user, observer, ...stage }: Stage, namespace: string, record: Recorder): Promise<void> {
  const counted = await stage.counting();
  const begun = performance.now();
  const changed = await must(user.client.patch({ ...applicationKind, namespace, name }, imagePatch(secondImage)));
  const isCurrent = (app: KubeObject): boolean => isRunning(app) && app.metadata.generation === changed.metadata.generation;
  const objects = observer.seen(deploymentKind, namespace, 1, hasImage(secondImage), patienceMs);
  const running = observer.seen(applicationKind, namespace, 1, isCurrent, patienceMs);
  const isThere = (deployment: KubeObject): boolean => hasImage(secondImage)(deployment) && isRolledOut(deployment);
  const rolledOut = observer.seen(deploymentKind, namespace, 1, isThere, patienceMs);
  record.add('single.image.objects', (await objects) - begun);
  record.add('single.image.running', (await running) - begun);
  record.add('single.image.told', (await running) - (await rolledOut));
  await stage.quiet();
  recordRequests(record, 'single.image', await counted());
}

/** @param act makes the drift and resolves when (performance.now) it is undone. */
async function drift(stage: Stage, namespace: string, record: Recorder, what: string, act: () => Promise<number>): Promise<void> {
  const counted = await stage.counting();
  const begun = performance.now();
  record.add(`single.drift.${what}`, (await act()) - begun);
  await stage.observer.seen(applicationKind, namespace, 1, isRunning, patienceMs);
  await stage.quiet();
  recordRequests(record, `single.drift.${what}`, await counted());
}

async function editByHand({ user, observer }: Stage, namespace: string): Promise<number> {
  let isEdited = false;
  const back = new Promise<number>((resolve) => {
    const end = observer.follow(deploymentKind, (deployment) => {
      if (deployment.metadata.namespace !== namespace) return;
      if (hasImage(handImage)(deployment)) isEdited = true;
      else if (isEdited) {
        end();
        resolve(performance.now());
      }
    });
  });
  const body = { spec: { template: { spec: { containers: [{ name, image: handImage }] } } } };
  await must(user.client.patch({ ...deploymentKind, namespace, name }, { type: 'strategic', body }, { fieldManager: 'kubectl-edit' }));
  return back;
}

async function deleteByHand({ user, observer }: Stage, namespace: string): Promise<number> {
  const before = observer.get(serviceKind, namespace, name)?.metadata.uid;
  const back = new Promise<number>((resolve) => {
    const end = observer.follow(serviceKind, ({ metadata }) => {
      if (metadata.namespace !== namespace || metadata.uid === before) return;
      end();
      resolve(performance.now());
    });
  });
  await must(user.client.delete({ ...serviceKind, namespace, name }));
  return back;
}

async function remove({ user, observer, ...stage }: Stage, namespace: string, record: Recorder): Promise<void> {
  const counted = await stage.counting();
  const begun = performance.now();
  await must(user.client.delete({ ...applicationKind, namespace, name }));
  const gone = await Promise.all([applicationKind, ...objectKinds].map((kind) => observer.gone(kind, namespace, patienceMs)));
  record.add('single.delete.gone', Math.max(...gone) - begun);
  await stage.quiet(1500);
  recordRequests(record, 'single.delete', await counted());
}

function recordRequests(record: Recorder, measure: string, counts: AuditCounts): void {
  record.add(`${measure}.requests`, counts.requests);
  record.add(`${measure}.writes`, counts.writes);
  record.add(`${measure}.events`, counts.events);
  record.add(`${measure}.watches`, counts.watches);
  record.requests(measure, counts.byKind);
}
