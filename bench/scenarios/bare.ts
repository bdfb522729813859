/** The bare client's turn: the same applications, created the same way, written by a program that only writes. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { application, names, objectKinds } from '../applications.ts';
import { exists } from '../observer.ts';
import { forAll, must, type Stage } from '../stage.ts';

export interface BareFigures {
  /** From the first application to the last object, as the observer saw it, in seconds. */
  objectsSeconds: number;
  /** From the first application to the last answer, in seconds. */
  writtenSeconds: number;
  cpuMsPerApplication: number;
}

const program = fileURLToPath(new URL('../programs/bare-client.ts', import.meta.url));
const patienceMs = 300_000;
/** As many applications at a time as `lateen controller` works on. */
const concurrency = '8';

export async function runBareClient(stage: Stage, templateFile: string, count: number): Promise<BareFigures> {
  const { user, observer } = stage;
  const namespace = await stage.openNamespace();
  const child = spawn(process.execPath, [program, stage.plane.kubeconfigPath, templateFile, concurrency], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done) throw new Error('the bare client ended early');
    return next.value;
  };
  await line();
  const begun = performance.now();
  const objects = Promise.all(objectKinds.map((kind) => observer.seen(kind, namespace, count, exists, patienceMs)));
  await forAll(names(count), async (name) => {
    await must(user.client.create(application(namespace, name)));
    child.stdin.write(`${namespace}/${name}\n`);
  });
  child.stdin.end();
  const report: { cpuMs: number } = JSON.parse(await line());
  const written = performance.now();
  const seen = Math.max(...(await objects));
  await stage.closeNamespace(namespace);
  return {
    objectsSeconds: (seen - begun) / 1000,
    writtenSeconds: (written - begun) / 1000,
    cpuMsPerApplication: report.cpuMs / count,
  };
}
