/**
 * The processes of a control plane: started with their output in a file each, awaited, and ended in order.
 * Real processes live in real time, so this is one of the few places of the tests that wait on the clock.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Part, Program } from './binaries.ts';

/** A started part. */
export interface PartProcess {
  part: Part;
  pid: number;
  logFile: string;
  /** Undefined while it runs. */
  exited(): string | undefined;
}

/** A process of a control plane that another process started: only its id and name are known. */
export interface KnownProcess {
  part: Part;
  pid: number;
}

/** Starts a part; its output goes to `<folder>/<part>.log`. */
export function startPart(options: {
  part: Part;
  program: Program;
  args: readonly string[];
  folder: string;
  detached: boolean;
}): PartProcess {
  const { part, program, folder, detached } = options;
  const logFile = join(folder, `${part}.log`);
  const output = openSync(logFile, 'a');
  const child = spawn(program.file, [...program.before, ...options.args], {
    cwd: folder,
    detached,
    stdio: [program.endsWithStdin ? 'pipe' : 'ignore', output, output],
  });
  closeSync(output);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = `could not be started: ${error.message}`;
  });
  child.once('exit', (code, signal) => {
    ended ??= `ended with ${signal ?? `code ${code}`}`;
  });
  letGo(child);
  return { part, pid: child.pid ?? 0, logFile, exited: () => ended };
}

/** A test run ends when its tests end, not when its API server does. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.stdin?.on('error', () => undefined);
  const pipe: unknown = child.stdin;
  if (pipe !== null && typeof pipe === 'object' && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
}

/** The last lines of a part's log, for messages. */
export function logTail(part: PartProcess, lines = 15): string {
  try {
    return readFileSync(part.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether the process is still the part that was started: ids are reused, and a pid file may be older than
 * the machine's last start. The part's name and its folder are both on its command line.
 */
export function isStill(known: KnownProcess, folder: string): boolean {
  if (known.pid <= 0 || !isAlive(known.pid)) return false;
  const listed = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(known.pid)], { encoding: 'utf8' });
  return listed.stdout.includes(known.part) && listed.stdout.includes(folder);
}

/** Ends processes one after another, last started first: SIGTERM, then SIGKILL after `graceMs`. */
export async function endAll(processes: readonly KnownProcess[], graceMs = 3000): Promise<void> {
  for (const { pid } of processes.toReversed()) {
    if (pid <= 0 || !signal(pid, 'SIGTERM')) continue;
    const deadline = performance.now() + graceMs;
    while (isRunning(pid) && performance.now() < deadline) await pause(20);
    if (isRunning(pid)) signal(pid, 'SIGKILL');
    while (isRunning(pid)) await pause(20);
  }
}

/** Ends processes at once, without waiting: for the end of this process, when nothing can be awaited. */
export function killAll(processes: readonly KnownProcess[]): void {
  for (const { pid } of processes) if (pid > 0) signal(pid, 'SIGKILL');
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Alive and not a zombie: one whose parent has not collected it yet has ended all the same. */
function isRunning(pid: number): boolean {
  if (!isAlive(pid)) return false;
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return state.status === 0 && !state.stdout.trim().startsWith('Z');
}

/**
 * Ports that are free on the loopback address: all are held at once, so they differ, and then let go.
 * Somebody else may take one before it is used; who starts servers on them must be ready to try again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const holders: Server[] = [];
  try {
    const ports: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const holder = createServer();
      holders.push(holder);
      holder.listen(0, '127.0.0.1');
      await once(holder, 'listening');
      const address = holder.address();
      if (address === null || typeof address === 'string') throw new Error('no port on 127.0.0.1');
      ports.push(address.port);
    }
    return ports;
  } finally {
    await Promise.all(holders.map((holder) => new Promise((closed) => holder.close(closed))));
  }
}
