/**
 * What rendering costs: an application of two components with the traits of an ordinary web shop, from properties to
 * stamped objects. Budget (design.md §5): at most 1 ms median. The first render compiles the schemas of the types used
 * and is shown apart.
 */
import { pathToFileURL } from 'node:url';
import { builtinSource } from '../src/definitions/builtin.ts';
import type { RenderContext } from '../src/definitions/definition.ts';
import { renderComponent } from '../src/renderers/component.ts';

const application = [
  {
    name: 'storefront',
    type: 'webservice',
    properties: {
      image: 'registry.example.com/shop/storefront:4.12.0',
      ports: [{ port: 80, containerPort: 3000, name: 'http', expose: true }],
      env: [{ name: 'CART_URL', value: 'http://cart:7070' }],
      cpu: '100m',
      memory: '128Mi',
      readinessProbe: { httpGet: { path: '/ready', port: 3000 } },
    },
    traits: [
      { type: 'hpa', properties: { min: 2, max: 6 } },
      { type: 'gateway', properties: { domain: 'shop.example.com', http: { '/': 80 }, existingServiceName: 'storefront' } },
      { type: 'labels', properties: { tier: 'web' } },
    ],
  },
  {
    name: 'mailer',
    type: 'worker',
    properties: { image: 'registry.example.com/shop/mailer:1.2.0', cmd: ['mailer'], env: [{ name: 'SMTP_HOST', value: 'smtp' }] },
    traits: [
      { type: 'scaler', properties: { replicas: 2 } },
      { type: 'sidecar', properties: { name: 'proxy', image: 'envoy:1.31' } },
    ],
  },
];

export interface RenderFigures {
  firstMs: number;
  medianMs: number;
  p99Ms: number;
  rounds: number;
}

/** Renders the application `rounds` times, after as many warm-up rounds as a tenth of that. */
export async function measureRender(rounds = 3000): Promise<RenderFigures> {
  const times: number[] = [];
  const firstMs = await timed();
  for (let round = 0; round < rounds / 10; round++) await timed();
  for (let round = 0; round < rounds; round++) times.push(await timed());
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { firstMs, medianMs: at(0.5), p99Ms: at(0.99), rounds };
}

async function timed(): Promise<number> {
  const start = performance.now();
  for (const component of application) await renderOne(component);
  return performance.now() - start;
}

async function renderOne({ name, type, properties, traits }: (typeof application)[number]): Promise<void> {
  const definition = required(builtinSource.component('shop', type));
  const context: RenderContext = {
    name,
    appName: 'shop',
    namespace: 'shop',
    appRevision: 'shop-v1',
    appRevisionNum: 1,
    appLabels: { team: 'web' },
    appAnnotations: {},
    componentType: type,
    cluster: 'local',
    clusterVersion: { major: 1, minor: 33, gitVersion: 'v1.33.0' },
  };
  required(
    await renderComponent({
      component: { name, type, properties },
      definition,
      traits: traits.map((trait) => ({ ...trait, definition: required(builtinSource.trait('shop', trait.type)) })),
      context,
      appNamespace: 'shop',
      isNamespaced: () => true,
    }),
  );
}

function required<T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T {
  if (result.ok) return result.value;
  throw new Error(result.problem.message);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { firstMs, medianMs, p99Ms, rounds } = await measureRender();
  console.log(`render of a two-component application: median ${medianMs.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms (${rounds} rounds)`);
  console.log(`first render, schemas compiled: ${firstMs.toFixed(1)} ms`);
}
