/** What rendering an application of two components costs (bench/render.ts). */
import { measureRender } from '../render.ts';
import type { Scenario } from './scenario.ts';

const runs = 5;

export const measureRendering: Scenario = async ({ record }) => {
  for (let run = 0; run < runs; run++) {
    const { medianMs, firstMs } = await measureRender(1000);
    record.add('render.median', medianMs);
    if (run === 0) record.add('render.first', firstMs);
  }
};
