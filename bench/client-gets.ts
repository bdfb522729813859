/**
 * GETs per second of our client beside a Go client (controlplane/getbench), at 64 in flight against the same API
 * server, in turns within the same minutes: the machine's mood hits both. Prints JSON.
 *
 *   node bench/client-gets.ts --kubeconfig FILE --go controlplane/getbench binary [--rounds 5] [--seconds 3]
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/clock.ts';
import { silentLogger } from '../src/base/logger.ts';
import { systemRandom } from '../src/base/random.ts';
import { openCluster } from '../src/kube/cluster.ts';
import { loadConfig } from '../src/kube/config.ts';

interface Measured {
  getsPerSecond: number;
  /** CPU time of the client per GET, in microseconds. */
  cpuMicros: number;
}

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    go: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    'in-flight': { type: 'string', default: '64' },
  },
});
const inFlight = Number(values['in-flight']);
const seconds = Number(values.seconds);

async function measureOurs(kubeconfig: string | undefined): Promise<() => Promise<Measured>> {
  const config = await loadConfig({ kubeconfig, clock: systemClock });
  if (!config.ok) throw new Error(config.problem.message);
  const { client } = openCluster(config.value, { clock: systemClock, random: systemRandom, log: silentLogger, inFlight });
  const run = async (lengthMs: number): Promise<Measured> => {
    const begun = performance.now();
    const cpu = process.cpuUsage();
    let gets = 0;
    const worker = async (): Promise<void> => {
      while (performance.now() - begun < lengthMs) {
        const answer = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' });
        if (!answer.ok) throw new Error(answer.failure.message);
        gets++;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    const used = process.cpuUsage(cpu);
    return { getsPerSecond: (gets * 1000) / (performance.now() - begun), cpuMicros: (used.user + used.system) / gets };
  };
  return async () => {
    await run(1000);
    return run(seconds * 1000);
  };
}

function measureGo(binary: string, kubeconfig: string): number {
  const args = ['-kubeconfig', kubeconfig, '-in-flight', `${inFlight}`, '-seconds', `${seconds}`, '-warmup', '1'];
  const report: unknown = JSON.parse(execFileSync(binary, args, { encoding: 'utf8' }));
  if (typeof report !== 'object' || report === null || !('getsPerSecond' in report)) throw new Error('getbench printed no report');
  return Number(report.getsPerSecond);
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const ours = await measureOurs(values.kubeconfig);
const rounds: { ours: number; cpuMicros: number; go: number | undefined }[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  // Whoever goes second meets a warmer server: they take turns.
  const goFirst = round % 2 === 1 && values.go && values.kubeconfig ? measureGo(values.go, values.kubeconfig) : undefined;
  const measured = await ours();
  const go = goFirst ?? (values.go && values.kubeconfig ? measureGo(values.go, values.kubeconfig) : undefined);
  rounds.push({ ours: Math.round(measured.getsPerSecond), cpuMicros: Math.round(measured.cpuMicros), go: go && Math.round(go) });
}
const goRates = rounds.flatMap(({ go }) => (go === undefined ? [] : [go]));
const result = {
  inFlight,
  ours: median(rounds.map((round) => round.ours)),
  cpuMicrosPerGet: median(rounds.map((round) => round.cpuMicros)),
  go: goRates.length > 0 ? median(goRates) : null,
  ratio: goRates.length > 0 ? Number(median(rounds.map((round) => round.ours / (round.go ?? Number.NaN))).toFixed(2)) : null,
  rounds,
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
};
console.log(JSON.stringify(result, null, 2));
process.exit(0);
