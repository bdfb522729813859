/** GETs per second of our client and of a Go client, in turns (bench/client-gets.ts). */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, hasGo, isBuilt } from '../../test/controlplane/binaries.ts';
import type { Scenario } from './scenario.ts';

const program = fileURLToPath(new URL('../client-gets.ts', import.meta.url));

interface Report {
  cpuMicrosPerGet: number;
  rounds: { ours: number; go?: number }[];
}

export const measureClients: Scenario = async ({ stage, scale, record, log }) => {
  const canBuild = isBuilt('getbench') || (await hasGo());
  if (!canBuild) record.note('There is no Go here to build controlplane/getbench with: the clients were not compared.');
  const go = canBuild ? ['--go', await build('getbench', log)] : [];
  const args = [
    '--kubeconfig',
    stage.plane.kubeconfigPath,
    '--rounds',
    `${scale.clientRounds}`,
    '--seconds',
    `${scale.clientSeconds}`,
    ...go,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]);
  const report: Report = JSON.parse(stdout);
  for (const round of report.rounds) {
    record.add('clients.ours', round.ours);
    if (round.go === undefined) continue;
    record.add('clients.go', round.go);
    record.add('clients.ratio', round.ours / round.go);
  }
};
