/**
 * The bare client: for every application whose name comes in on standard input it sends the writes that the operator
 * sends for it (design.md §5), as many applications at a time as the operator works on, and knows nothing else: no
 * views, no decisions. What the operator takes longer than this is its own time; the rest is the API server's.
 * When the input ends and all is written, it prints its own CPU time and how long it took as JSON.
 *
 *   node bench/programs/bare-client.ts KUBECONFIG TEMPLATE CONCURRENCY < names
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import PQueue from 'p-queue';
import type { KubeObject } from '../../src/api/object.ts';
import { refOf } from '../../src/api/object.ts';
import { must, openKubeconfig } from '../stage.ts';
import type { Template } from '../template.ts';

const [kubeconfig = '', templateFile = '', concurrency = '8'] = process.argv.slice(2);
const template = readFileSync(templateFile, 'utf8');
const { name: placeholder, namespace: placeholderNamespace }: Template = JSON.parse(template);
const { client } = await openKubeconfig(kubeconfig);
const fieldManager = 'lateen-bench';

/** The same writes in the same order as a first deploy: finalizer, revision, tracker, objects, status twice, revision status. */
async function write(line: string): Promise<void> {
  const [namespace = '', name = ''] = line.split('/');
  const mine: Template = JSON.parse(template.replaceAll(placeholderNamespace, namespace).replaceAll(placeholder, name));
  const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application', namespace, name };
  const held = await must(
    client.patch(application, { type: 'merge', body: { metadata: { finalizers: mine.finalizers } } }, { fieldManager }),
  );
  const owned = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: {
      ...object.metadata,
      ownerReferences: [{ apiVersion: application.apiVersion, kind: 'Application', name, uid: held.metadata.uid ?? '', controller: true }],
    },
  });
  const revision = await must(client.create(owned(mine.revision), { fieldManager }));
  await must(client.create(mine.tracker, { fieldManager }));
  await Promise.all(mine.objects.map((object) => must(client.apply(object, { fieldManager, force: true }))));
  for (const status of mine.statuses) {
    await must(client.patch(application, { type: 'merge', body: { status } }, { subresource: 'status', fieldManager }));
  }
  const body = { status: mine.revisionStatus };
  await must(client.patch(refOf(revision), { type: 'merge', body }, { subresource: 'status', fieldManager }));
}

const queue = new PQueue({ concurrency: Number(concurrency) });
// The first request pays for TLS, discovery and compiled code; the operator is warm as well when the bench begins.
await must(client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' }));
for (const { apiVersion, kind } of (JSON.parse(template) as Template).objects) await must(client.resourceFor(apiVersion, kind));
process.stdout.write('ready\n');
let begun: { at: number; cpu: NodeJS.CpuUsage } | undefined;
let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  begun ??= { at: performance.now(), cpu: process.cpuUsage() };
  count++;
  void queue
    .add(() => write(line))
    .catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    });
}
await queue.onIdle();
const cpu = process.cpuUsage(begun?.cpu);
const report = { count, seconds: (performance.now() - (begun?.at ?? 0)) / 1000, cpuMs: (cpu.user + cpu.system) / 1000 };
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
