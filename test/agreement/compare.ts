/**
 * Compares the embedded API server with a real one:
 *   node test/agreement/compare.ts KUBECONFIG [part of a group's name]
 * Prints what differs and exits with 1.
 */

import { createApiServer } from '../../sandbox/server/index.ts';
import { systemClock } from '../../src/base/clock.ts';
import { canonicalJson, isObject } from '../../src/base/json.ts';
import { systemRandom } from '../../src/base/random.ts';
import { groups } from './cases.ts';
import { realTransport } from './real.ts';
import { type Outcome, runGroup } from './runner.ts';

export interface Difference {
  group: string;
  step: string;
  paths: string[];
}

/** Where two values differ, with both sides. */
export function differences(real: unknown, embedded: unknown, path = ''): string[] {
  if (canonicalJson(real) === canonicalJson(embedded)) return [];
  if (isObject(real) && isObject(embedded)) {
    return [...new Set([...Object.keys(real), ...Object.keys(embedded)])].flatMap((key) =>
      differences(real[key], embedded[key], `${path}.${key}`),
    );
  }
  if (Array.isArray(real) && Array.isArray(embedded) && real.length === embedded.length) {
    return real.flatMap((item, index) => differences(item, embedded[index], `${path}[${index}]`));
  }
  return [`${path}: real ${canonicalJson(real)} embedded ${canonicalJson(embedded)}`];
}

export async function compareAll(kubeconfig: string, part = ''): Promise<{ agreed: number; different: Difference[] }> {
  const real = realTransport(kubeconfig);
  const server = createApiServer({ clock: systemClock, random: systemRandom });
  const embedded = server.transport({ user: 'kubernetes-admin', groups: ['system:masters'] });
  const namespace = `agree-${Math.floor(systemRandom.fraction() * 1e6)}`;
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
  const different: Difference[] = [];
  let agreed = 0;
  const json = { 'content-type': 'application/json' };
  for (const [index, group] of groups.filter(({ name }) => name.includes(part)).entries()) {
    const ns = `${namespace}-${index}`;
    const outcomes: Outcome[][] = [];
    for (const transport of [real, embedded]) {
      await transport.request({
        method: 'POST',
        path: '/api/v1/namespaces',
        headers: json,
        body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } }),
      });
      outcomes.push(await runGroup(transport, group, ns, wait));
      await transport.request({ method: 'DELETE', path: `/api/v1/namespaces/${ns}` });
    }
    for (const [at, expected] of (outcomes[0] ?? []).entries()) {
      const paths = differences({ ...expected }, { ...outcomes[1]?.[at] });
      if (paths.length === 0) agreed++;
      else different.push({ group: group.name, step: expected.step, paths });
    }
  }
  await real.close();
  server.close();
  return { agreed, different };
}

const [kubeconfig, part] = process.argv.slice(2);
if (import.meta.main && kubeconfig) {
  // Timers of the embedded server do not keep a process alive by themselves.
  const alive = setInterval(() => undefined, 1000);
  const { agreed, different } = await compareAll(kubeconfig, part);
  clearInterval(alive);
  for (const { group, step, paths } of different) console.log(`${group} / ${step}\n  ${paths.join('\n  ')}`);
  console.log(`${agreed} agreed, ${different.length} differ`);
  process.exit(different.length > 0 ? 1 : 0);
}
