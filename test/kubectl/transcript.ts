/** Runs the list with one kubectl on one server and gives what was printed, without what differs between any two runs. */
import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Kubectl } from './binaries.ts';
import { type Command, files } from './commands.ts';
import type { Site } from './site.ts';

export interface Transcript {
  command: Command;
  /** As printed. */
  raw: string;
  /** Exit code last. */
  text: string;
  tookMs: number;
}

/** Longest time one command may take, in ms. */
const patienceMs = 90_000;

/** Runs every command, one after another, in a namespace of the kubectl's own. */
export async function record(site: Site, kubectl: Kubectl, commands: readonly Command[]): Promise<Transcript[]> {
  const folder = join(site.folder, kubectl.version);
  await mkdir(join(folder, 'bin'), { recursive: true });
  await symlink(kubectl.path, join(folder, 'bin', 'kubectl'));
  await copyFile(site.kubeconfig, join(folder, 'kubeconfig'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const namespace = `day-${kubectl.version.replace('.', '-')}`;
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    HOME: folder,
    KUBECONFIG: join(folder, 'kubeconfig'),
    NAMESPACE: namespace,
    TZ: 'UTC',
    LC_ALL: 'C',
  };
  const shell = promisify(execFile);
  await shell('sh', ['-c', `kubectl create namespace ${namespace} && kubectl config set-context --current --namespace=${namespace}`], {
    env,
    cwd: folder,
  });
  const transcripts: Transcript[] = [];
  for (const command of commands) {
    const startedAt = performance.now();
    const raw = await run(command.run, folder, env);
    transcripts.push({ command, raw, text: normalise(raw, command), tookMs: performance.now() - startedAt });
  }
  // The next kubectl finds an empty world: what it meets must not depend on where this one's pods run.
  await shell('sh', ['-c', `kubectl delete namespace ${namespace}`], { env, cwd: folder });
  return transcripts;
}

/** Both streams as they came, then the exit code. */
function run(line: string, cwd: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const shell = spawn('sh', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: patienceMs });
    const pieces = { out: '', err: '' };
    shell.stdout.setEncoding('utf8').on('data', (piece: string) => {
      pieces.out += piece;
    });
    shell.stderr.setEncoding('utf8').on('data', (piece: string) => {
      pieces.err += piece;
    });
    shell.once('error', reject);
    shell.once('close', (code, signal) => {
      const parts = [pieces.out, pieces.err].map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`));
      resolve(`${parts.join('')}[${signal ?? code}]`);
    });
  });
}

/** What no two runs have in common. Order matters: times hold what looks like an age. */
const chance: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?( [+-]\d{4}( UTC)?)?/g, '<time>'],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/\b(resourceVersion\\?"?: ?\\?"?|Resource Version: +)\d+/g, '$1<version>'],
  [/127\.0\.0\.1:\d+/g, '<server>'],
  [/containerd:\/\/[0-9a-f]{64}/g, 'containerd://<container>'],
  // Addresses of pods and services; a node's is 10.0.0.n.
  [/\b10\.(?!0\.0\.)\d+\.\d+\.\d+/g, '<address>'],
  // Names that the server completes (the alphabet of k8s.io/apimachinery/pkg/util/rand).
  [/\b([a-z][a-z0-9-]*)-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '$1-<random>'],
  // Ids of workflow steps.
  [/\b(id: |Id: +|id\\?":\\?")[0-9a-z]{10}\b/g, '$1<id>'],
  [/(^|\s)\d+[smhd](\d+[smh])?(?= ago|\s|$)/gm, '$1<age>'],
  [/\b1\.\d+\.\d+\+lateen/g, '<server version>'],
];

/** Where a pod runs. */
const placement: readonly (readonly [RegExp, string])[] = [
  [/\bnode-\d\b/g, '<node>'],
  [/\b10\.0\.0\.\d+\b/g, '<address of the node>'],
];

/** The text of a transcript that must be the same on two servers. */
export function normalise(raw: string, command: Pick<Command, 'unordered' | 'passing' | 'placed'>): string {
  let text = raw;
  for (const [pattern, by] of [...chance, ...(command.placed ? placement : [])]) text = text.replace(pattern, by);
  // Columns are as wide as their widest cell, which may be an age or an address.
  let lines = text.split('\n').map((line) =>
    line
      .replace(/(\S) {2,}/g, '$1  ')
      .replace(/^ {12,}/, '            ')
      .trimEnd(),
  );
  const { passing, unordered } = command;
  if (passing) lines = lines.filter((line) => !passing.test(line));
  if (unordered) {
    const from = lines.findIndex((line) => unordered.test(line));
    if (from >= 0) lines = [...lines.slice(0, from), ...lines.slice(from).sort()];
  }
  return lines.join('\n');
}
