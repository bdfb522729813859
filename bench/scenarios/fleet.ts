/**
 * Many applications: from zero beside a bare client, an image change of all, drift while others change, rest, a
 * restart of the operator, deletion of all. `fleet` a few times, `large` once.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { KubeObject } from '../../src/api/object.ts';
import type { AuditCounts } from '../../test/controlplane/audit.ts';
import {
  application,
  applicationKind,
  deploymentKind,
  firstImage,
  imagePatch,
  names,
  objectKinds,
  secondImage,
  serviceKind,
} from '../applications.ts';
import { percentile, type Recorder } from '../measure.ts';
import { exists, hasImage, isRunning } from '../observer.ts';
import type { OperatorProcess } from '../operator-process.ts';
import { forAll, must, type Stage } from '../stage.ts';
import { takeTemplate } from '../template.ts';
import { type BareFigures, runBareClient } from './bare.ts';
import type { Scenario, ScenarioInput } from './scenario.ts';

const patienceMs = 300_000;

export const measureFleet: Scenario = (input) => measure(input, 'fleet', input.scale.fleet, input.scale.fleetRounds);
export const measureLarge: Scenario = (input) => measure(input, 'large', input.scale.large, input.scale.large > 0 ? 1 : 0);

interface Fleet {
  stage: Stage;
  namespace: string;
  count: number;
  /** Records under the fleet's name. */
  add(measure: string, value: number): void;
  requests(measure: string, byKind: Readonly<Record<string, number>>): void;
}

async function measure({ stage, scale, record, log }: ScenarioInput, key: string, count: number, rounds: number): Promise<void> {
  if (rounds === 0) return;
  const templateFile = join(stage.plane.folder, 'template.json');
  await writeTemplate(stage, templateFile);
  for (let round = 0; round < rounds; round++) {
    const bare = async (): Promise<BareFigures> => {
      const figures = await runBareClient(stage, templateFile, count);
      record.add(`${key}.bare.objects`, figures.objectsSeconds);
      record.add(`${key}.bare.written`, figures.writtenSeconds);
      record.add(`${key}.bare.cpu`, figures.cpuMsPerApplication);
      log(`${count} applications, round ${round + 1}: the bare client wrote all in ${figures.writtenSeconds.toFixed(1)} s`);
      return figures;
    };
    // Whoever goes second meets a warmer and fuller server: they take turns.
    const before = round % 2 === 0 ? await bare() : undefined;
    const deployed = await live(stage, scale.restSeconds, record, key, count, log);
    const other = before ?? (await bare());
    record.add(`${key}.deploy.ratio`, deployed.objectsSeconds / other.writtenSeconds);
    record.add(`${key}.deploy.runningRatio`, deployed.runningSeconds / other.writtenSeconds);
    record.add(`${key}.deploy.cpuRatio`, deployed.cpuMsPerApplication / other.cpuMsPerApplication);
  }
}

/** The whole life of one fleet. */
async function live(stage: Stage, restSeconds: number, record: Recorder, key: string, count: number, log: (line: string) => void) {
  let operator = await stage.startOperator();
  const fleet: Fleet = {
    stage,
    namespace: await stage.openNamespace(),
    count,
    add: (what, value) => record.add(`${key}.${what}`, value),
    requests: (what, byKind) => record.requests(`${key}.${what}`, byKind),
  };
  await stage.quiet();
  const deployed = await deployAll(fleet, operator);
  log(
    `${count} applications: objects after ${deployed.objectsSeconds.toFixed(1)} s, running after ${deployed.runningSeconds.toFixed(1)} s`,
  );
  await changeAll(fleet, operator);
  await driftUnderLoad(fleet);
  await rest(fleet, operator, restSeconds);
  await operator.stop();
  operator = await restart(fleet);
  await removeAll(fleet, operator);
  await operator.stop();
  await stage.closeNamespace(fleet.namespace);
  return deployed;
}

async function deployAll(fleet: Fleet, operator: OperatorProcess) {
  const { stage, namespace, count, add } = fleet;
  const { user, observer } = stage;
  const before = await operator.usage();
  const counted = await stage.counting();
  const begun = performance.now();
  const objects = Promise.all(objectKinds.map((kind) => observer.seen(kind, namespace, count, exists, patienceMs)));
  const running = observer.seen(applicationKind, namespace, count, isRunning, patienceMs);
  await forAll(names(count), (name) => must(user.client.create(application(namespace, name))));
  const objectsSeconds = (Math.max(...(await objects)) - begun) / 1000;
  const runningSeconds = ((await running) - begun) / 1000;
  await stage.quiet();
  const after = await operator.usage();
  add('deploy.objects', objectsSeconds);
  add('deploy.running', runningSeconds);
  const cpuMsPerApplication = (after.cpuMs - before.cpuMs) / count;
  add('deploy.cpu', cpuMsPerApplication);
  add('deploy.passes', (after.passes - before.passes) / count);
  add('deploy.memory', after.rssMiB);
  addRequests(fleet, 'deploy', await counted());
  return { objectsSeconds, runningSeconds, cpuMsPerApplication };
}

async function changeAll(fleet: Fleet, operator: OperatorProcess): Promise<void> {
  const { stage, namespace, count, add } = fleet;
  const { user, observer } = stage;
  const before = await operator.usage();
  const counted = await stage.counting();
  const begun = performance.now();
  const objects = observer.seen(deploymentKind, namespace, count, hasImage(secondImage), patienceMs);
  const isCurrent = (app: KubeObject): boolean => isRunning(app) && (app.metadata.generation ?? 0) > 1;
  const running = observer.seen(applicationKind, namespace, count, isCurrent, patienceMs);
  await forAll(names(count), (name) => must(user.client.patch({ ...applicationKind, namespace, name }, imagePatch(secondImage))));
  add('image.objects', ((await objects) - begun) / 1000);
  add('image.running', ((await running) - begun) / 1000);
  await stage.quiet();
  const after = await operator.usage();
  add('image.cpu', (after.cpuMs - before.cpuMs) / count);
  add('image.passes', (after.passes - before.passes) / count);
  addRequests(fleet, 'image', await counted());
}

/** While three of four applications change, the Services of the others are deleted, five a second. */
async function driftUnderLoad({ stage, namespace, count, add }: Fleet): Promise<void> {
  const { user, observer } = stage;
  const all = names(count);
  const drifting = all.filter((_, index) => index % 4 === 0).slice(0, 50);
  const changing = all.filter((_, index) => index % 4 !== 0);
  const sent = new Map<string, { uid: string | undefined; at: number }>();
  const back = new Map<string, number>();
  const end = observer.follow(serviceKind, ({ metadata }) => {
    const gone = metadata.namespace === namespace ? sent.get(metadata.name) : undefined;
    if (gone && metadata.uid !== gone.uid && !back.has(metadata.name)) back.set(metadata.name, performance.now() - gone.at);
  });
  const change = forAll(changing, (name) => must(user.client.patch({ ...applicationKind, namespace, name }, imagePatch(firstImage))));
  for (const name of drifting) {
    sent.set(name, { uid: observer.get(serviceKind, namespace, name)?.metadata.uid, at: performance.now() });
    await must(user.client.delete({ ...serviceKind, namespace, name }));
    await pause(50);
  }
  await change;
  await observer.seen(serviceKind, namespace, count, exists, patienceMs);
  await observer.seen(applicationKind, namespace, count, isRunning, patienceMs);
  await stage.quiet();
  end();
  const times = [...back.values()];
  add('drift.median', percentile(times, 0.5) / 1000);
  add('drift.p99', percentile(times, 0.99) / 1000);
}

async function rest({ stage, add }: Fleet, operator: OperatorProcess, seconds: number): Promise<void> {
  const counted = await stage.counting();
  const before = await operator.usage();
  await pause(seconds * 1000);
  const after = await operator.usage();
  const counts = await counted();
  add('rest.requests', counts.requests + counts.events);
  add('rest.writes', counts.writes + counts.events);
  // Told per five minutes, as the others were measured.
  add('rest.cpu', ((after.cpuMs - before.cpuMs) / 1000) * (300 / seconds));
  add('rest.memory', after.rssMiB);
}

async function restart({ stage, add, requests }: Fleet): Promise<OperatorProcess> {
  const counted = await stage.counting();
  const operator = await stage.startOperator();
  await stage.quiet(4000);
  const counts = await counted();
  const { cpuMs, rssMiB } = await operator.usage();
  add('restart.ready', operator.readyMs / 1000);
  add('restart.requests', counts.requests + counts.events);
  add('restart.writes', counts.writes + counts.events);
  add('restart.gets', verbs(counts, 'get'));
  add('restart.lists', verbs(counts, 'list'));
  add('restart.watches', counts.watches);
  requests('restart', counts.byKind);
  add('restart.cpu', cpuMs / 1000);
  add('restart.memory', rssMiB);
  return operator;
}

async function removeAll(fleet: Fleet, operator: OperatorProcess): Promise<void> {
  const { stage, namespace, count, add } = fleet;
  const { user, observer } = stage;
  const before = await operator.usage();
  const counted = await stage.counting();
  const begun = performance.now();
  await forAll(names(count), (name) => must(user.client.delete({ ...applicationKind, namespace, name })));
  const gone = await Promise.all([applicationKind, ...objectKinds].map((kind) => observer.gone(kind, namespace, patienceMs)));
  add('delete.gone', (Math.max(...gone) - begun) / 1000);
  await stage.quiet();
  const after = await operator.usage();
  add('delete.cpu', (after.cpuMs - before.cpuMs) / count);
  addRequests(fleet, 'delete', await counted());
}

function addRequests({ add, requests, count: applications }: Fleet, what: string, counts: AuditCounts): void {
  add(`${what}.requests`, counts.requests / applications);
  add(`${what}.writes`, counts.writes / applications);
  add(`${what}.events`, counts.events / applications);
  add(`${what}.watches`, counts.watches / applications);
  add(`${what}.refused`, counts.refused);
  requests(what, counts.byKind);
}

function verbs({ byKind }: AuditCounts, verb: string): number {
  return Object.entries(byKind).reduce((sum, [kind, count]) => (kind.startsWith(`${verb} `) ? sum + count : sum), 0);
}

/** Has the operator deploy one application and keeps what it wrote, for the bare client. */
async function writeTemplate(stage: Stage, file: string): Promise<void> {
  const { user, observer } = stage;
  const operator = await stage.startOperator();
  const namespace = await stage.openNamespace();
  const name = 'shop-0000';
  const statuses: unknown[] = [];
  const end = observer.follow(applicationKind, (app) => {
    if (app.metadata.namespace === namespace && app.status !== undefined) statuses.push(app.status);
  });
  await must(user.client.create(application(namespace, name)));
  await observer.seen(applicationKind, namespace, 1, isRunning, patienceMs);
  await stage.quiet(1500);
  end();
  writeFileSync(file, JSON.stringify(await takeTemplate(stage, namespace, name, statuses)));
  await must(user.client.delete({ ...applicationKind, namespace, name }));
  await observer.gone(applicationKind, namespace, patienceMs);
  await operator.stop();
  await stage.closeNamespace(namespace);
}
