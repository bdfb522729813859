/**
 * The operator as users run it, `lateen controller`, as a process of its own: how long it takes to be ready, and from
 * its `/metrics` what it uses.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../test/controlplane/processes.ts';

export interface Usage {
  cpuMs: number;
  rssMiB: number;
  /** Passes over applications so far. */
  passes: number;
}

export interface OperatorProcess {
  /** From the start of the process to `/readyz`, in ms. */
  readyMs: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** How the operator is started. */
export interface Launch {
  /** The command's file: bin/lateen.js, or a bundle of scripts/bundle.ts as the container image ships it. */
  program: string;
  /** Options of Node itself, such as `--cpu-prof`. */
  nodeOptions: readonly string[];
}

export const usualLaunch: Launch = { program: fileURLToPath(new URL('../bin/lateen.js', import.meta.url)), nodeOptions: [] };
const patienceMs = 60_000;

export async function startOperator(kubeconfig: string, logFile: string, { program, nodeOptions }: Launch): Promise<OperatorProcess> {
  const [metricsPort = 0, healthPort = 0] = await freePorts(2);
  const metrics = `127.0.0.1:${metricsPort}`;
  const health = `127.0.0.1:${healthPort}`;
  const begun = performance.now();
  const output = openSync(logFile, 'a');
  const flags = ['--kubeconfig', kubeconfig, '--no-leader-elect', '--metrics-address', metrics, '--health-address', health];
  const child = spawn(process.execPath, [...nodeOptions, program, 'controller', ...flags], { stdio: ['ignore', output, output] });
  closeSync(output);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  await untilReady(child, `http://${health}/readyz`, logFile);
  return {
    readyMs: performance.now() - begun,
    usage: async () => readUsage(await (await fetch(`http://${metrics}/metrics`)).text()),
    async stop() {
      process.off('exit', kill);
      if (child.exitCode !== null) throw new Error(`the operator ended by itself with ${child.exitCode}; see ${logFile}`);
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function untilReady(child: ChildProcess, url: string, logFile: string): Promise<void> {
  for (const deadline = performance.now() + patienceMs; ; ) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (child.exitCode !== null) throw new Error(`the operator ended with ${child.exitCode}; see ${logFile}`);
    if (performance.now() > deadline) throw new Error(`the operator was not ready after ${patienceMs / 1000} s; see ${logFile}`);
    await pause(10);
  }
}

/** Sums each metric over its labels. */
function readUsage(text: string): Usage {
  const sum = (name: string): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  return {
    cpuMs: sum('process_cpu_seconds_total') * 1000,
    rssMiB: sum('process_resident_memory_bytes') / 2 ** 20,
    passes: sum('lateen_reconcile_seconds_count'),
  };
}
