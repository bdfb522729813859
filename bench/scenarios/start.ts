/** Starting the operator on a cluster without applications: time to ready, memory, CPU. */
import type { Scenario } from './scenario.ts';

export const measureStart: Scenario = async ({ stage, scale, record }) => {
  for (let round = 0; round < scale.startRounds; round++) {
    const operator = await stage.startOperator();
    await stage.quiet(1500);
    const { cpuMs, rssMiB } = await operator.usage();
    record.add('start.ready', operator.readyMs);
    record.add('start.memory', rssMiB);
    record.add('start.cpu', cpuMs);
    await operator.stop();
  }
};
