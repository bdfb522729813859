/** Random manifests and patches from a seed: fragments of the kinds users write, in every combination. */
import type { JsonObject } from '../../../src/base/json.ts';
import type { Random } from '../../../src/base/random.ts';

export interface Choice {
  pick<T>(items: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
  some<T>(items: readonly T[], probability?: number): T[];
}

export function choices(random: Random): Choice {
  const chance = (probability: number): boolean => random.fraction() < probability;
  return {
    chance,
    pick: (items) => items[Math.floor(random.fraction() * items.length)] ?? items[0],
    some: (items, probability = 0.5) =>
      items
        .filter(() => chance(probability))
        .map((item) => ({ item, order: chance(0.7) ? 0 : random.fraction() }))
        .sort((a, b) => a.order - b.order)
        .map(({ item }) => item),
  };
}

type Field = [string, () => unknown];
/** An object of some of the fields. */
function part(choice: Choice, fields: readonly Field[], probability = 0.4): JsonObject {
  return Object.fromEntries(choice.some(fields, probability).map(([name, make]) => [name, make()])) as JsonObject;
}

const strings = (choice: Choice, names: readonly string[], probability = 0.4): JsonObject =>
  Object.fromEntries(choice.some(names, probability).map((name) => [name, choice.pick(['1', '2', 'x'])]));

function container(choice: Choice, name: string): JsonObject {
  return {
    name,
    image: choice.pick(['nginx:1', 'nginx:2', 'nginx', 'example.com/a@sha256:0123']),
    ...part(choice, [
      ['args', () => choice.some(['-a', '-b', '-c'])],
      ['command', () => ['run']],
      ['env', () => choice.some(['A', 'B', 'C']).map((key) => ({ name: key, value: choice.pick(['1', '2']) }))],
      [
        'ports',
        () =>
          choice
            .some([
              { containerPort: 80 },
              { containerPort: 81, name: 'web' },
              { containerPort: 82, protocol: 'UDP' },
              { containerPort: 80, protocol: 'UDP' },
            ])
            .map((port) => ({ ...port })),
      ],
      [
        'resources',
        () =>
          part(choice, [
            ['limits', () => ({ cpu: choice.pick(['1', '1000m', '500m']) })],
            ['requests', () => ({ memory: choice.pick(['64Mi', '1024Ki']) })],
          ]),
      ],
      [
        'livenessProbe',
        () => ({ [choice.pick(['httpGet', 'tcpSocket'])]: { port: choice.pick([80, 81]) }, ...part(choice, [['periodSeconds', () => 3]]) }),
      ],
      ['imagePullPolicy', () => choice.pick(['Always', 'IfNotPresent'])],
      [
        'securityContext',
        () =>
          part(choice, [
            ['runAsUser', () => 1],
            ['capabilities', () => ({ drop: ['ALL'] })],
          ]),
      ],
      ['volumeMounts', () => [{ name: 'data', mountPath: choice.pick(['/data', '/var']) }]],
    ]),
  };
}

function volume(choice: Choice, name: string): JsonObject {
  return { name, ...choice.pick<JsonObject>([{ emptyDir: {} }, { configMap: { name: 'c' } }, { secret: { secretName: 's' } }, {}]) };
}

export function deployment(choice: Choice, name: string): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      ...part(choice, [
        ['labels', () => strings(choice, ['a', 'b', 'c'])],
        ['annotations', () => strings(choice, ['n', 'o'])],
        ['finalizers', () => choice.some(['example.com/a', 'example.com/b'], 0.3)],
      ]),
    },
    spec: {
      paused: true,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: {
          labels: { app: 'web', ...strings(choice, ['a', 'b']) },
          ...part(choice, [['annotations', () => strings(choice, ['n', 'o'])]]),
        },
        spec: {
          containers: [container(choice, 'main'), ...choice.some(['b', 'c'], 0.3).map((each) => container(choice, each))],
          volumes: [{ name: 'data', emptyDir: {} }, ...choice.some(['v', 'w'], 0.3).map((each) => volume(choice, each))],
          ...part(choice, [
            ['nodeSelector', () => strings(choice, ['disk', 'zone'])],
            ['tolerations', () => [{ key: choice.pick(['k', 'l']), operator: 'Exists' }]],
            ['serviceAccountName', () => choice.pick(['x', 'y'])],
            ['terminationGracePeriodSeconds', () => choice.pick([0, 10])],
            ['imagePullSecrets', () => choice.some(['p', 'q']).map((each) => ({ name: each }))],
            [
              'securityContext',
              () =>
                part(choice, [
                  ['fsGroup', () => 1],
                  ['runAsNonRoot', () => true],
                ]),
            ],
          ]),
        },
      },
      ...part(choice, [
        ['replicas', () => choice.pick([0, 1, 2])],
        [
          'strategy',
          () =>
            choice.pick<JsonObject>([
              { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
              { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
            ]),
        ],
        ['minReadySeconds', () => choice.pick([0, 5])],
        ['revisionHistoryLimit', () => 3],
      ]),
    },
  };
}

export function service(choice: Choice, name: string): JsonObject {
  const ports = choice.some<JsonObject>(
    [
      { name: 'http', port: 80 },
      { name: 'https', port: 443, targetPort: 'tls' },
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53 },
    ],
    0.5,
  );
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...part(choice, [
        ['labels', () => strings(choice, ['a', 'b', 'c'])],
        ['annotations', () => strings(choice, ['n', 'o'])],
      ]),
    },
    spec: {
      ports: ports.length > 0 ? ports : [{ name: 'http', port: 80 }],
      ...part(choice, [
        ['selector', () => strings(choice, ['app', 'tier'])],
        ['sessionAffinity', () => choice.pick(['None', 'ClientIP'])],
        ['publishNotReadyAddresses', () => choice.chance(0.5)],
        ['externalIPs', () => ['10.9.9.9']],
      ]),
    },
  };
}

export function configMap(choice: Choice, name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      ...part(choice, [
        ['labels', () => strings(choice, ['a', 'b', 'c'])],
        ['annotations', () => strings(choice, ['n', 'o', 'p/q'])],
      ]),
    },
    ...part(
      choice,
      [
        ['data', () => strings(choice, ['k1', 'k2', 'k3', 'k<4>'.replace(/[<>]/g, '')])],
        ['binaryData', () => ({ bin: 'AAAA' })],
      ],
      0.7,
    ),
  };
}

/** A merge patch of an object: some of its fields taken from another one, some removed. */
export function mergePatch(choice: Choice, from: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(from)) {
    if (key === 'apiVersion' || key === 'kind' || key === 'name' || key === 'selector') continue;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const inner = mergePatch(choice, value);
      if (Object.keys(inner).length > 0) out[key] = inner;
    } else if (choice.chance(0.3))
      out[key] = choice.chance(0.2) && !['containers', 'paused', 'ports', 'app', 'image'].includes(key) ? null : value;
  }
  return out;
}
