/**
 * Where the programs of the control plane come from: built from the Go modules in controlplane/, once per
 * state of their sources, or taken from a folder of release binaries.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive } from './processes.ts';

/** Receives one line of progress. */
export type Log = (line: string) => void;

/** A program and the arguments that come before its own. */
export interface Program {
  file: string;
  before: readonly string[];
  /** It ends when its standard input closes, so it cannot outlive whoever started it. */
  endsWithStdin: boolean;
}

export type Part = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** The parts that can be started; the last two are not in every folder of release binaries. */
export type Programs = { etcd: Program; 'kube-apiserver': Program } & Partial<Record<Part, Program>>;

/** The Go modules: the control plane and two small tools that tests and benches use. */
export const goModules = {
  kube: '.',
  kstatus: 'kstatus',
  getbench: 'getbench',
} as const;
export type GoModule = keyof typeof goModules;

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const cacheFolder = join(repository, '.cache', 'controlplane');
const sourceFolder = join(repository, 'controlplane');

/** What clients see as the server's version; go.mod requires the same one. */
const kubernetes = { version: 'v1.33.13', major: '1', minor: '33' } as const;

/** The arguments of `go` that build a module into `output`; they are part of the cache's key. */
function buildArguments(output: string): string[] {
  const variable = 'k8s.io/component-base/version';
  const values = {
    gitVersion: kubernetes.version,
    gitMajor: kubernetes.major,
    gitMinor: kubernetes.minor,
    gitCommit: 'unknown',
    gitTreeState: 'clean',
  };
  const linker = Object.entries(values).map(([name, value]) => `-X ${variable}.${name}=${value}`);
  return ['build', '-v', '-trimpath', '-buildvcs=false', '-ldflags', `-s -w ${linker.join(' ')}`, '-o', output, '.'];
}

/** The file a module is built to: its name holds a hash of its sources, the build flags and the platform. */
export function builtFile(module: GoModule): string {
  const folder = join(sourceFolder, goModules[module]);
  const hash = createHash('sha256').update(JSON.stringify([platform(), arch(), buildArguments('')]));
  const sources = readdirSync(folder).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name));
  for (const name of sources.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
  return join(cacheFolder, `${module}-${hash.digest('hex').slice(0, 16)}`);
}

/** Whether a module's present sources have been built before. */
export function isBuilt(module: GoModule): boolean {
  return existsSync(builtFile(module));
}

/** Whether `go` can be started. */
export function hasGo(): Promise<boolean> {
  return new Promise((resolve) => {
    const go = spawn('go', ['version'], { stdio: 'ignore' });
    go.once('error', () => resolve(false));
    go.once('close', (code) => resolve(code === 0));
  });
}

/**
 * Builds a module unless it is built already; gives the binary's path. Two processes that want the same
 * build wait for one another. Throws where `go` is missing or the build fails, with its last lines.
 */
export async function build(module: GoModule, log: Log): Promise<string> {
  const file = builtFile(module);
  if (existsSync(file)) return file;
  await mkdir(cacheFolder, { recursive: true });
  const release = await lock(`${file}.lock`, log);
  try {
    if (existsSync(file)) return file;
    const folder = join(sourceFolder, goModules[module]);
    const size =
      module === 'kube' ? 'This takes about five minutes on two cores the first time' : 'This takes about a minute the first time';
    log(`building ${module} from ${relative(repository, folder)} with Go. ${size}; after that it comes from .cache/controlplane.`);
    const partial = `${file}.${process.pid}.partial`;
    await runGo(buildArguments(partial), folder, log);
    // Renamed only when whole: a build that was interrupted must not look like a built file.
    await rename(partial, file);
    await removeOlder(module, file);
    return file;
  } finally {
    await release();
  }
}

/** Builds of earlier sources: a hundred megabytes each, and made again in seconds from Go's own cache. */
async function removeOlder(module: GoModule, newest: string): Promise<void> {
  const older = (await readdir(cacheFolder)).filter((name) => /^[a-z]+-[0-9a-f]{16}$/.test(name) && name.startsWith(`${module}-`));
  for (const name of older) if (name !== basename(newest)) await rm(join(cacheFolder, name), { force: true });
}

/** Runs `go` and logs how far it is every ten seconds, and at its end. */
function runGo(args: readonly string[], folder: string, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const counts = { fetched: 0, compiled: 0 };
    const last: string[] = [];
    const go = spawn('go', args, { cwd: folder, env: { ...process.env, CGO_ENABLED: '0' }, stdio: ['ignore', 'ignore', 'pipe'] });
    const progress = (): void => log(`  ${seconds(begun)} s: ${counts.fetched} modules fetched, ${counts.compiled} packages compiled`);
    const ticking = setInterval(progress, 10_000);
    createInterface({ input: go.stderr }).on('line', (line) => {
      if (line.startsWith('go: downloading ')) counts.fetched += 1;
      else if (/^\S+$/.test(line)) counts.compiled += 1;
      last.push(line);
      if (last.length > 20) last.shift();
    });
    go.once('error', (error) => {
      clearInterval(ticking);
      reject(new Error(`Go is needed to build the control plane and could not be started: ${error.message}`));
    });
    go.once('close', (code) => {
      clearInterval(ticking);
      if (code === 0) {
        log(`  built in ${seconds(begun)} s`);
        resolve();
      } else reject(new Error(`go build failed with code ${code} in ${folder}:\n${last.join('\n')}`));
    });
  });
}

const seconds = (begun: number): string => ((performance.now() - begun) / 1000).toFixed(0);

/** Takes a lock file that holds the owner's process id; a lock whose owner is gone is taken over. */
async function lock(file: string, log: Log): Promise<() => Promise<void>> {
  for (let waited = 0; ; waited += 1) {
    try {
      const handle = await open(file, 'wx');
      await handle.write(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    // The owner writes its id just after creating the file: an empty lock is stale only when it is old.
    const age = await stat(file).then(
      (seen) => Date.now() - seen.mtimeMs,
      () => 0,
    );
    if (owner > 0 ? !isAlive(owner) : age > 5000) await rm(file, { force: true });
    else if (waited === 0) log('another process is building it; waiting');
    await pause(500);
  }
}

/** The parts out of the built binary; `detached` ones go on when their starter ends. */
export function builtPrograms(file: string, detached: boolean): Programs {
  const program = (part: Part): Program => ({
    file,
    before: detached ? [part] : ['--while-stdin-open', part],
    endsWithStdin: !detached,
  });
  return {
    etcd: program('etcd'),
    'kube-apiserver': program('kube-apiserver'),
    'kube-controller-manager': program('kube-controller-manager'),
    'kube-scheduler': program('kube-scheduler'),
  };
}

/** The parts in a folder of release binaries, or the reason why they cannot be used. */
export function assetPrograms(folder: string): Programs | { missing: string } {
  const find = (part: Part): Program | undefined =>
    existsSync(join(folder, part)) ? { file: join(folder, part), before: [], endsWithStdin: false } : undefined;
  const etcd = find('etcd');
  const apiServer = find('kube-apiserver');
  if (etcd === undefined || apiServer === undefined) return { missing: `${folder} holds no etcd and kube-apiserver` };
  const controllerManager = find('kube-controller-manager');
  const scheduler = find('kube-scheduler');
  return {
    etcd,
    'kube-apiserver': apiServer,
    ...(controllerManager ? { 'kube-controller-manager': controllerManager } : {}),
    ...(scheduler ? { 'kube-scheduler': scheduler } : {}),
  };
}
