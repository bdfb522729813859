/** `npm run bench`: plays the scenarios on a real control plane and writes bench/results.json and bench/RESULTS.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import type { Recorder } from './measure.ts';
import { type Launch, usualLaunch } from './operator-process.ts';
import { type Results, report } from './report.ts';
import { measureClients } from './scenarios/clients.ts';
import { measureFleet, measureLarge } from './scenarios/fleet.ts';
import { measureRendering } from './scenarios/render.ts';
import { quick, type Scale, type Scenario, usual } from './scenarios/scenario.ts';
import { measureSingle } from './scenarios/single.ts';
import { measureStart } from './scenarios/start.ts';
import { openStage } from './stage.ts';

const scenarios: Record<string, Scenario> = {
  render: measureRendering,
  start: measureStart,
  single: measureSingle,
  fleet: measureFleet,
  clients: measureClients,
  large: measureLarge,
};

const usage = `Measures the operator on a real control plane (built from controlplane/ the first time, which takes minutes).

  npm run bench                         all scenarios, up to 20 minutes
  npm run bench -- --quick              the same, smaller (50 applications) and without \`large\`, up to 4 minutes
  npm run bench -- --only single,fleet  some of: ${Object.keys(scenarios).join(', ')}
  npm run bench -- --report             no measuring: RESULTS.md anew from results.json

  --fleet N      applications of the fleet (${usual.fleet})     --rounds N  how often it is deployed (${usual.fleetRounds})
  --large N      applications of the large one (${usual.large}) --rest N    seconds at rest (${usual.restSeconds})
  --out FOLDER   where the results go (bench)
  --program FILE what runs as operator (bin/lateen.js): a bundle made by \`npm run bundle\`, for instance
  --node OPTIONS for the operator's Node, such as --node="--cpu-prof --cpu-prof-dir=FOLDER"

With --only, what was measured before stays and keeps its date. Results of --quick go to .cache/bench unless --out is given:
what the repository shows is from a whole run.
`;

/** The large fleet takes some minutes; on a slow machine it is not begun so late. */
const largeUntilMs = 13 * 60_000;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    quick: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    only: { type: 'string' },
    fleet: { type: 'string' },
    rounds: { type: 'string' },
    large: { type: 'string' },
    rest: { type: 'string' },
    out: { type: 'string' },
    node: { type: 'string' },
    program: { type: 'string' },
  },
});

if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const folder = resolve(options.out ?? (options.quick ? '.cache/bench' : 'bench'));
const launch: Launch = {
  program: options.program === undefined ? usualLaunch.program : resolve(options.program),
  nodeOptions: options.node?.split(' ') ?? [],
};
const resultsFile = join(folder, 'results.json');
const reportFile = join(folder, 'RESULTS.md');
const before: Results | undefined = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : undefined;

if (options.report) {
  if (before === undefined) fail(`there is no ${resultsFile}: measure first`);
  else writeFileSync(reportFile, report(before));
} else {
  await run(chosenScenarios(), chosenScale());
}
process.exit();

async function run(chosen: string[], scale: Scale): Promise<void> {
  const begun = performance.now();
  const log = (line: string): void =>
    void process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);
  const stage = await openStage(log, launch);
  const results: Results = {
    at: new Date().toISOString(),
    machine: describeMachine(),
    server: stage.serverVersion,
    scale,
    busyBefore: options.only ? { ...before?.busyBefore } : {},
    series: options.only ? { ...before?.series } : {},
    requests: options.only ? { ...before?.requests } : {},
    launch: { nodeOptions: launch.nodeOptions, ...(options.program ? { program: basename(options.program) } : {}) },
    notes: [],
  };
  try {
    for (const name of chosen) {
      if (name === 'large' && !options.only && performance.now() - begun > largeUntilMs) {
        results.notes.push('The large fleet was left out: the machine was so busy that the run would have taken more than 20 minutes.');
        save(results);
        continue;
      }
      results.busyBefore[name] = await busyShare(2000);
      log(`${name} (cores busy before it: ${Math.round(results.busyBefore[name] * 100)} %)`);
      const record = recorder(results);
      await scenarios[name]?.({ stage, scale, record, log });
      // After each, so that an interrupted run keeps what it has.
      save(results);
    }
  } finally {
    await stage.close();
  }
  log(`written: ${reportFile}`);
}

function recorder(results: Results): Recorder {
  const fresh = new Set<string>();
  return {
    add(measure, value) {
      if (!fresh.has(measure)) results.series[measure] = { at: results.at, values: [] };
      fresh.add(measure);
      results.series[measure]?.values.push(Number(value.toPrecision(6)));
    },
    requests: (measure, byKind) => {
      results.requests[measure] = byKind;
    },
    note: (text) => void (results.notes.includes(text) || results.notes.push(text)),
  };
}

function save(results: Results): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync(reportFile, report(results));
}

/** How busy all cores are while the bench itself does nothing: what is not ours. */
async function busyShare(ms: number): Promise<number> {
  const times = () =>
    cpus().reduce((sum, { times }) => ({ idle: sum.idle + times.idle, all: sum.all + Object.values(times).reduce((a, b) => a + b, 0) }), {
      idle: 0,
      all: 0,
    });
  const earlier = times();
  await pause(ms);
  const later = times();
  return 1 - (later.idle - earlier.idle) / (later.all - earlier.all);
}

function chosenScenarios(): string[] {
  const known = Object.keys(scenarios);
  if (options.only === undefined) return known;
  const chosen = options.only.split(',');
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length > 0) fail(`there is no scenario ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return chosen;
}

function chosenScale(): Scale {
  const scale = { ...(options.quick ? quick : usual) };
  const set = (key: keyof Scale, text: string | undefined): void => {
    if (text === undefined) return;
    if (!/^\d+$/.test(text)) fail(`expected a whole number, got ${text}`);
    scale[key] = Number(text);
  };
  set('fleet', options.fleet);
  set('fleetRounds', options.rounds);
  set('large', options.large);
  set('restSeconds', options.rest);
  return scale;
}

function fail(message: string): never {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}
