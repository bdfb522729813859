/** Built-in knowledge beyond creates: updates, what may not change, autoscaler versions, services, OpenAPI. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { KubeObject } from '../../../src/api/object.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import { valueAt } from '../../../src/base/json.ts';
import {
  builtinResources,
  convertHpa,
  defaultBuiltin,
  formatIssue,
  immutableChange,
  openapiV3Of,
  schemaFor,
  settleServiceUpdate,
  validateBuiltin,
} from '../../../src/schema/index.ts';

const object = (apiVersion: string, kind: string, rest: JsonObject): KubeObject =>
  defaultBuiltin({ apiVersion, kind, metadata: { name: 'x', namespace: 'n' }, ...rest } as KubeObject);
const workload = (kind: string, spec: JsonObject): KubeObject =>
  object('apps/v1', kind, {
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      ...spec,
    },
  });
const issues = (after: KubeObject, before: KubeObject): string[] => validateBuiltin(after, before).map(formatIssue);

describe('updates of built-in objects', () => {
  it('keep a Deployment’s selector', () => {
    const before = workload('Deployment', {});
    const labels = { a: 'b', c: 'd' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const after = workload('Deployment', { selector: { matchLabels: labels }, template });
    assert.deepEqual(issues(after, before), [
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"a":"b", "c":"d"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    ]);
    assert.deepEqual(immutableChange(after, before, after), ['spec.selector']);
    assert.deepEqual(immutableChange(after, before, workload('Deployment', { replicas: 5 })), []);
  });
  it('let a StatefulSet change what it may and nothing else', () => {
    const before = workload('StatefulSet', { serviceName: 's' });
    assert.deepEqual(issues(workload('StatefulSet', { serviceName: 's', replicas: 3 }), before), []);
    const after = workload('StatefulSet', { serviceName: 't' });
    assert.match(
      issues(after, before).join(),
      /^spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals'/,
    );
    assert.deepEqual(immutableChange(after, before, after), ['spec.serviceName']);
  });
  it('keep a Job’s template, a Secret’s type and frozen data, a claim’s class, a binding’s role', () => {
    const job = (image: string): KubeObject =>
      object('batch/v1', 'Job', { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } } } });
    assert.deepEqual(immutableChange(job('a'), job('a'), job('b')), ['spec.template']);
    assert.equal(issues(job('b'), job('a')).length, 1);
    const secret = (rest: JsonObject): KubeObject => object('v1', 'Secret', rest);
    assert.deepEqual(immutableChange(secret({}), secret({}), secret({ type: 'x/y' })), ['type']);
    const frozen = secret({ immutable: true, data: { a: 'AAAA' } });
    assert.deepEqual(issues(secret({ immutable: true, data: {} }), frozen), [
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
    const claim = (rest: JsonObject): KubeObject =>
      object('v1', 'PersistentVolumeClaim', {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...rest },
      });
    assert.deepEqual(immutableChange(claim({}), claim({ storageClassName: 'a' }), claim({ storageClassName: 'b' })), [
      'spec.storageClassName',
    ]);
    const binding = (name: string): KubeObject =>
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name } });
    assert.match(issues(binding('b'), binding('a')).join(), /roleRef: Invalid value: rbac.RoleRef\{.*\}: cannot change roleRef/);
  });
  it('keep a Service’s address, which the manifest need not repeat', () => {
    const service = (spec: JsonObject): KubeObject => object('v1', 'Service', { spec: { ports: [{ port: 80 }], ...spec } });
    const live = service({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
    assert.deepEqual(immutableChange(live, live, service({})), []);
    assert.deepEqual(immutableChange(live, live, service({ clusterIP: '10.0.0.2' })), ['spec.clusterIP']);
    const settled = settleServiceUpdate(service({}), live);
    assert.equal(valueAt(settled, ['spec', 'clusterIP']), '10.0.0.1');
    assert.deepEqual(issues(settled, live), []);
    const external = settleServiceUpdate(
      { ...live, spec: { ...(live.spec as JsonObject), type: 'ExternalName', externalName: 'a.b' } },
      live,
    );
    assert.equal(valueAt(external, ['spec', 'clusterIP']), undefined);
  });
});

describe('defaulting', () => {
  it('is idempotent and leaves its argument alone', () => {
    const given: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { ports: [{ port: 80 }] } };
    const text = JSON.stringify(given);
    const once = defaultBuiltin(given);
    assert.equal(JSON.stringify(given), text);
    assert.deepEqual(defaultBuiltin(once), once);
  });
  it('turns stringData into data', () => {
    assert.deepEqual(object('v1', 'Secret', { stringData: { a: 'b' } }).data, { a: 'Yg==' });
  });
});

describe('autoscaler versions', () => {
  const v2 = object('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { kind: 'Deployment', name: 'd' },
      metrics: [
        { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
        { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '5' } } },
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    },
  });
  it('keep in annotations what v1 cannot say, and come back whole', () => {
    const v1 = convertHpa(v2, 'autoscaling/v1');
    assert.equal(valueAt(v1, ['spec', 'targetCPUUtilizationPercentage']), 50);
    assert.match(v1.metadata.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] ?? '', /"targetAverageValue":"1Gi"/);
    const back = convertHpa(v1, 'autoscaling/v2');
    assert.deepEqual(back.spec, v2.spec);
    assert.equal(back.metadata.annotations, undefined);
  });
});

describe('the tables', () => {
  it('know every resource they list, with a schema and a document', () => {
    for (const { group, version, kind } of builtinResources()) {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      assert.ok(schemaFor(apiVersion, kind), `${apiVersion} ${kind}`);
      assert.ok(openapiV3Of(apiVersion));
    }
  });
  it('write documents in which every reference leads somewhere and kinds are described', () => {
    const document = openapiV3Of('apps/v1');
    const schemas = valueAt(document, ['components', 'schemas']) as Record<string, JsonObject>;
    const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([\w.-]+)/g)].map((match) => match[1] ?? '');
    assert.ok(names.length > 100);
    for (const name of names) assert.ok(schemas[name], name);
    assert.match(
      String(valueAt(schemas['io.k8s.api.apps.v1.DeploymentSpec'], ['properties', 'replicas', 'description'])),
      /^Number of desired pods/,
    );
    assert.deepEqual(valueAt(schemas['io.k8s.api.core.v1.PodSpec'], ['properties', 'containers', 'x-kubernetes-patch-merge-key']), 'name');
  });
});
