import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { builtinSource } from '../../../src/definitions/builtin.ts';

const object = (kind: string, rest: object): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...rest });

async function component(type: string, output: KubeObject) {
  const definition = builtinSource.component('x', type);
  assert.ok(definition.ok);
  return definition.value.message?.({ output, outputs: {} }, {});
}

async function trait(type: string, properties: object, outputs: Record<string, KubeObject>) {
  const definition = builtinSource.trait('x', type);
  assert.ok(definition.ok);
  const parsed = definition.value.parse(properties);
  assert.ok(parsed.ok);
  return definition.value.message?.({ outputs }, parsed.value.parameter);
}

describe('messages of components', () => {
  it('count pods as KubeVela words it', async () => {
    const deployment = object('Deployment', { spec: { replicas: 3 }, status: { readyReplicas: 1 } });
    assert.equal(await component('webservice', deployment), 'Ready:1/3');
    assert.equal(await component('worker', object('Deployment', {})), 'Ready:0/1');
    assert.equal(await component('statefulset', object('StatefulSet', { spec: { replicas: 0 } })), 'Ready:0/0');
    assert.equal(await component('daemon', object('DaemonSet', { status: { numberReady: 4, desiredNumberScheduled: 5 } })), 'Ready:4/5');
    assert.equal(await component('task', object('Job', { status: { succeeded: 1, failed: 2 } })), 'Active/Failed/Succeeded:0/2/1');
  });

  it('are absent where there is nothing to say', async () => {
    assert.equal(await component('cron-task', object('CronJob', {})), undefined);
    assert.equal(await component('k8s-objects', object('ConfigMap', {})), undefined);
  });
});

describe('messages of traits', () => {
  const balanced = (entry: object) => ({ status: { loadBalancer: { ingress: [entry] } } });

  it('expose: the address, by IP or by name', async () => {
    assert.equal(await trait('expose', {}, { service: object('Service', { spec: { clusterIP: '10.0.0.1' } }) }), 'ClusterIP: 10.0.0.1');
    const external = (rest: object) => trait('expose', { type: 'LoadBalancer' }, { service: object('Service', rest) });
    assert.equal(await external({}), 'ExternalIP: Pending');
    assert.equal(await external(balanced({ ip: '1.2.3.4' })), 'ExternalIP: 1.2.3.4');
    assert.equal(await external(balanced({ hostname: 'lb.example.com' })), 'ExternalIP: lb.example.com');
    assert.equal(await trait('expose', { type: 'NodePort' }, { service: object('Service', {}) }), undefined);
  });

  it('gateway: where to go', async () => {
    const http = { '/': 80 };
    const ingress = object('Ingress', {});
    assert.equal(await trait('gateway', { http, domain: 'a.example' }, { ingress }), 'Visiting URL: a.example\n');
    assert.equal(
      await trait(
        'gateway',
        { http, domain: 'a.example', name: 'public' },
        { 'ingress-public': object('Ingress', balanced({ ip: '1.2.3.4' })) },
      ),
      'Visiting URL: a.example, IP: 1.2.3.4\n',
    );
    assert.equal(
      await trait('gateway', { http }, { ingress }),
      'Host not specified, visit the cluster or load balancer in front of the cluster\n',
    );
    assert.equal(await trait('gateway', { http }, {}), 'No ingress found\n');
  });
});
