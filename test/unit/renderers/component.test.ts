import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { valueAt } from '../../../src/base/json.ts';
import { defineComponent, defineTrait } from '../../../src/definitions/sdk/define.ts';
import { only, refusal, render } from './render-fixture.ts';

const open = Type.Object({});
const map = (name?: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: name === undefined ? {} : { name } });

describe('a rendered component', () => {
  it('knows where each object came from', async () => {
    const { resources } = await render({
      properties: { image: 'cart:1', ports: [{ port: 80, expose: true }] },
      traits: [{ type: 'scaler' }, { type: 'pdb' }],
    });
    assert.deepEqual(
      resources.map(({ origin }) => origin),
      [
        { component: 'cart', type: 'webservice', role: 'WORKLOAD', output: '', traitIndex: -1 },
        { component: 'cart', type: 'AuxiliaryWorkload', role: 'TRAIT', output: 'webserviceExpose', traitIndex: -1 },
        { component: 'cart', type: 'pdb', role: 'TRAIT', output: 'pdb', traitIndex: 1 },
      ],
    );
  });

  it('carries whose it is, and where the application lives', async () => {
    const deployment = only(await render({ context: { replicaKey: 'blue' } }), 'Deployment');
    assert.deepEqual(deployment.metadata, {
      name: 'cart',
      namespace: 'prod',
      labels: {
        'app.oam.dev/name': 'shop',
        'app.oam.dev/namespace': 'shop-home',
        'app.oam.dev/appRevision': 'shop-v3',
        'app.oam.dev/component': 'cart',
        'app.oam.dev/resourceType': 'WORKLOAD',
        'app.oam.dev/replicaKey': 'blue',
        'workload.oam.dev/type': 'webservice',
      },
    });
  });

  it('takes labels and annotations of the application, but no mark by which another tool would delete', async () => {
    const { metadata } = only(
      await render({
        context: {
          appLabels: {
            team: 'a',
            'app.kubernetes.io/instance': 'argo',
            'kustomize.toolkit.fluxcd.io/name': 'x',
            secret: 'y',
            'app.oam.dev/name': 'forged',
          },
          appAnnotations: {
            note: 'n',
            'kubectl.kubernetes.io/last-applied-configuration': '{}',
            'argocd.argoproj.io/tracking-id': 'x',
            'filter.oam.dev/label-keys': 'secret, other',
          },
        },
      }),
      'Deployment',
    );
    assert.equal(metadata.labels?.team, 'a');
    assert.equal(metadata.labels?.['app.oam.dev/name'], 'shop');
    assert.deepEqual(
      Object.keys(metadata.labels ?? {}).filter((key) => /argo|instance|flux|secret/.test(key)),
      [],
    );
    assert.deepEqual(metadata.annotations, { note: 'n' });
  });

  it('gives no namespace to what has none, and keeps one that is given', async () => {
    const rendered = await render({
      type: 'k8s-objects',
      properties: {
        objects: [
          { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader', namespace: 'wrong' } },
          { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'other' } },
        ],
      },
    });
    assert.equal(only(rendered, 'ClusterRole').metadata.namespace, undefined);
    assert.equal(only(rendered, 'ConfigMap').metadata.namespace, 'other');
  });

  it('gives names to what has none: the same ones each time', async () => {
    const wanted = {
      traits: [
        {
          type: 'notes',
          definition: defineTrait({ name: 'notes', description: 'x', parameter: open, render: () => ({ outputs: { a: map() } }) }),
        },
      ],
    };
    const [first, second] = [only(await render(wanted), 'ConfigMap'), only(await render(wanted), 'ConfigMap')];
    assert.match(first.metadata.name, /^cart-notes-[0-9a-f]{8}$/);
    assert.equal(first.metadata.name, second.metadata.name);
  });

  it('changes its revision with its properties, and only then', async () => {
    const revision = async (image: string) =>
      valueAt(only(await render({ properties: { image, addRevisionLabel: true } }), 'Deployment'), [
        'spec',
        'template',
        'metadata',
        'labels',
        'app.oam.dev/revision',
      ]);
    assert.equal(await revision('cart:1'), await revision('cart:1'));
    assert.notEqual(await revision('cart:1'), await revision('cart:2'));
  });

  it('applies the items of a List', async () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [map('a'), map('b')] };
    const { resources } = await render({ type: 'k8s-objects', properties: { objects: [list] } });
    assert.deepEqual(
      resources.map(({ manifest, origin }) => [manifest.metadata.name, origin.role]),
      [
        ['a', 'WORKLOAD'],
        ['b', 'TRAIT'],
      ],
    );
  });

  it('may be without objects where objects are given by the user', async () => {
    assert.deepEqual((await render({ type: 'k8s-objects', properties: { objects: [] } })).resources, []);
  });

  it('is refused without a main output', async () => {
    const definition = defineComponent({
      name: 'odd',
      description: 'x',
      workload: { apiVersion: 'v1', kind: 'ConfigMap' },
      parameter: open,
      render: () => ({ outputs: { a: map('a') } }),
    });
    assert.equal(await refusal({ type: 'odd', definition }), 'component "cart": component type "odd" rendered no output');
  });

  it('is the same bytes each time', async () => {
    const wanted = {
      properties: { image: 'cart:1', env: [{ name: 'A', value: '1' }] },
      traits: [{ type: 'hpa' }, { type: 'env', properties: { env: { B: '2' } } }],
    };
    assert.equal(JSON.stringify(await render(wanted)), JSON.stringify(await render(wanted)));
  });
});

describe('entries of a keyed list that share their key', () => {
  it('leave the last one, with a warning', async () => {
    const rendered = await render({
      properties: {
        image: 'cart:1',
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
          { name: 'A', value: '3' },
        ],
        ports: [
          { port: 80, name: 'a' },
          { port: 80, name: 'b' },
          { port: 80, name: 'c', protocol: 'UDP' },
        ],
      },
    });
    const [container] = valueAt(only(rendered, 'Deployment'), ['spec', 'template', 'spec', 'containers']) as {
      env: unknown;
      ports: { name: string }[];
    }[];
    assert.deepEqual(container?.env, [
      { name: 'B', value: '2' },
      { name: 'A', value: '3' },
    ]);
    assert.deepEqual(
      container?.ports.map((port) => port.name),
      ['b', 'c'],
    );
    assert.deepEqual(rendered.warnings, [
      'component "cart", Deployment: env has more than one entry "A": the last one counts',
      'component "cart", Deployment: ports has more than one entry 80/TCP: the last one counts',
    ]);
  });

  it('stay where a field of that name means something else', async () => {
    const objects = [
      { apiVersion: 'example.com/v1', kind: 'Gateway', metadata: { name: 'g' }, spec: { ports: [{ port: 1 }, { port: 1 }] } },
    ];
    const rendered = await render({ type: 'k8s-objects', properties: { objects } });
    assert.deepEqual(valueAt(only(rendered, 'Gateway'), ['spec', 'ports']), [{ port: 1 }, { port: 1 }]);
  });
});

describe('fields that were printed, not written', () => {
  it('are left out', async () => {
    const objects = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', creationTimestamp: null }, data: {} }];
    const { metadata } = only(await render({ type: 'k8s-objects', properties: { objects } }), 'ConfigMap');
    assert.ok(!('creationTimestamp' in metadata));
  });
});

describe('traits', () => {
  const seen: unknown[] = [];
  const looks = defineTrait({
    name: 'looks',
    description: 'x',
    parameter: open,
    render: ({ objects }) => {
      seen.push([valueAt(objects.output, ['spec', 'replicas']), Object.keys(objects.outputs)]);
      return {};
    },
  });
  const patches = (patchOutputs: Record<string, unknown>) =>
    defineTrait({ name: 'patches', description: 'x', parameter: open, render: () => ({ patchOutputs }) });

  it('see what those before them left', async () => {
    seen.length = 0;
    await render({
      traits: [
        { type: 'looks', definition: looks },
        { type: 'scaler', properties: { replicas: 4 } },
        { type: 'pdb' },
        { type: 'looks', definition: looks },
      ],
    });
    assert.deepEqual(seen, [
      [undefined, []],
      [4, ['pdb']],
    ]);
  });

  it('patch outputs that are there, and only those', async () => {
    const service = { metadata: { annotations: { a: 'b' } } };
    const properties = { image: 'cart:1', ports: [{ port: 80, expose: true }] };
    const patched = await render({ properties, traits: [{ type: 'patches', definition: patches({ webserviceExpose: service }) }] });
    assert.deepEqual(only(patched, 'Service').metadata.annotations, { a: 'b' });
    assert.equal(
      await refusal({ properties, traits: [{ type: 'patches', definition: patches({ later: service }) }] }),
      'component "cart", trait "patches": patches the output "later", which does not exist at this point (outputs: webserviceExpose)',
    );
  });

  it('that exclude each other are refused', async () => {
    assert.equal(
      await refusal({ traits: [{ type: 'pdb' }, { type: 'availability' }] }),
      'component "cart", trait "availability": cannot be used together with trait "pdb"',
    );
  });

  it('that throw by mistake are not taken for bad input', async () => {
    const broken = defineTrait({
      name: 'broken',
      description: 'x',
      parameter: open,
      render: () => {
        throw new TypeError('bug');
      },
    });
    await assert.rejects(render({ traits: [{ type: 'broken', definition: broken }] }), TypeError);
  });
});

describe('one object twice', () => {
  it('is an error that names both', async () => {
    assert.equal(
      await refusal({
        traits: [
          { type: 'expose', properties: { port: [80] } },
          { type: 'gateway', properties: { http: { '/': 80 } } },
        ],
      }),
      'Service "cart" is rendered twice: by component "cart", trait "expose" and by component "cart", trait "gateway"',
    );
  });
});

describe('replicas', () => {
  it('are left to an autoscaler, with a warning', async () => {
    for (const type of ['hpa', 'cpuscaler']) {
      const rendered = await render({ traits: [{ type: 'scaler', properties: { replicas: 4 } }, { type }] });
      assert.equal(valueAt(only(rendered, 'Deployment'), ['spec', 'replicas']), undefined);
      assert.deepEqual(rendered.warnings, ['component "cart": replicas are left to HorizontalPodAutoscaler "cart"']);
    }
  });

  it('stay where the autoscaler steers another workload', async () => {
    const rendered = await render({ traits: [{ type: 'scaler' }, { type: 'hpa', properties: { targetKind: 'StatefulSet' } }] });
    assert.equal(valueAt(only(rendered, 'Deployment'), ['spec', 'replicas']), 1);
  });

  it('are not fought over by two autoscalers', async () => {
    const keda = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'k' },
      spec: { scaleTargetRef: { name: 'cart' } },
    };
    const scaled = defineTrait({ name: 'scaled', description: 'x', parameter: open, render: () => ({ outputs: { keda } }) });
    assert.equal(
      await refusal({ traits: [{ type: 'hpa' }, { type: 'scaled', definition: scaled }] }),
      'Deployment "cart" has two autoscalers: component "cart", trait "hpa" and component "cart", trait "scaled"',
    );
  });
});

describe('parameters that do nothing', () => {
  const warningsOf = async (type: string, properties: object) =>
    (await render({ type, properties: { image: 'a', ...properties } })).warnings;

  it('are named', async () => {
    assert.deepEqual(await warningsOf('webservice', { port: 80, ports: [], limit: { cpu: '1' }, volumes: [], volumeMounts: {} }), [
      'component "cart": parameter "port" has no effect beside "ports"',
      'component "cart": parameter "volumes" has no effect beside "volumeMounts"',
      'component "cart": parameter "limit.cpu" has no effect without "cpu"',
    ]);
    const hostPath = [{ name: 'log', mountPath: '/log', path: '/var/log', readOnly: true, mountPropagation: 'None' }];
    assert.deepEqual(await warningsOf('daemon', { ports: [{ port: 53, protocol: 'UDP', expose: true }], volumeMounts: { hostPath } }), [
      'component "cart": readOnly of the host path "log" has no effect: the container can write there',
      'component "cart": mountPropagation of the host path "log" has no effect',
      'component "cart": the Service offers port 53 as TCP, not UDP',
    ]);
    assert.deepEqual(await warningsOf('cron-task', { schedule: '@daily', readinessProbe: {} }), [
      'component "cart": parameter "readinessProbe" has no effect on work that runs to its end',
    ]);
  });

  it('are not suspected where all is well', async () => {
    for (const type of ['webservice', 'worker', 'statefulset', 'daemon', 'task']) assert.deepEqual(await warningsOf(type, {}), [], type);
  });
});
