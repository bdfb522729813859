/**
 * What the world must do on any API server, said once: the unit tests play it on the embedded server in virtual time,
 * the behaviour tests on a real kube-apiserver without controllers of its own. Both must end in the same states.
 */
import assert from 'node:assert/strict';
import { startWorld, type World } from '../../sandbox/actors/world.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { HttpResponse, Transport } from '../../src/base/http.ts';
import { type Json, type JsonObject, valueAt } from '../../src/base/json.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { type Random, seededRandom } from '../../src/base/random.ts';

export interface Ground {
  transport: Transport;
  clock: Clock;
  random?: Random;
  /** Lets so much time pass and everything that is due in it happen. */
  pass(ms: number): Promise<void>;
  /** The namespace of this run. */
  namespace: string;
}

const json = { 'content-type': 'application/json' };
const apps = (namespace: string, plural: string): string => `/apis/apps/v1/namespaces/${namespace}/${plural}`;

/** Requests with the answers as JSON; anything but success throws. */
export function requester(transport: Transport) {
  const read = (answer: HttpResponse, what: string): JsonObject => {
    assert.ok(answer.status < 300, `${what} answered ${answer.status}: ${answer.body}`);
    return JSON.parse(answer.body);
  };
  return {
    get: async (path: string) => read(await transport.request({ method: 'GET', path }), path),
    create: async (path: string, body: JsonObject) =>
      read(await transport.request({ method: 'POST', path, headers: json, body: JSON.stringify(body) }), `create in ${path}`),
    patch: async (path: string, body: JsonObject) =>
      read(
        await transport.request({
          method: 'PATCH',
          path,
          headers: { 'content-type': 'application/merge-patch+json' },
          body: JSON.stringify(body),
        }),
        `patch of ${path}`,
      ),
    remove: async (path: string) => read(await transport.request({ method: 'DELETE', path, headers: json }), `delete of ${path}`),
    isGone: async (path: string) => (await transport.request({ method: 'GET', path })).status === 404,
  };
}

export const podSpec = (image: string, more: JsonObject = {}): JsonObject => ({
  containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 80 }] }],
  ...more,
});
const labelled = (app: string, image: string, more?: JsonObject): JsonObject => ({
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec: podSpec(image, more) },
});

/** `Type=Status/Reason` of each condition of an object, sorted. */
export function conditionsOf(object: JsonObject): string[] {
  const conditions = valueAt(object, ['status', 'conditions']);
  return (Array.isArray(conditions) ? conditions : [])
    .map((each) => `${valueAt(each, ['type'])}=${valueAt(each, ['status'])}/${valueAt(each, ['reason'])}`)
    .sort();
}

export function countsOf(object: JsonObject, ...names: string[]): Json[] {
  return names.map((name) => (valueAt(object, ['status', name]) ?? 0) as Json);
}

/** Starts a world on a ground and names the namespace's objects. */
export function scene(ground: Ground, options: Partial<Parameters<typeof startWorld>[0]> = {}) {
  const { transport, clock, namespace } = ground;
  const world: World = startWorld({ transport, clock, random: ground.random ?? seededRandom(1), log: silentLogger, ...options });
  return { world, api: requester(transport), namespace };
}

/** The steps, each a test of its own; `scene` makes the world, `pass` moves time. */
export const steps: Record<string, (ground: Ground, there: ReturnType<typeof scene>) => Promise<void>> = {
  async 'a Deployment becomes available, rolls to a new image, scales and goes'({ pass }, { api, namespace }) {
    const path = `${apps(namespace, 'deployments')}/web`;
    await api.create(apps(namespace, 'deployments'), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 3, ...labelled('web', 'web:1') },
    });
    await pass(3_000);
    const settled = ['Available=True/MinimumReplicasAvailable', 'Progressing=True/NewReplicaSetAvailable'];
    let now = await api.get(path);
    assert.deepEqual(conditionsOf(now), settled);
    assert.deepEqual(
      countsOf(now, 'replicas', 'readyReplicas', 'availableReplicas', 'updatedReplicas', 'unavailableReplicas'),
      [3, 3, 3, 3, 0],
    );
    assert.equal(valueAt(now, ['metadata', 'annotations', 'deployment.kubernetes.io/revision']), '1');
    await api.patch(path, { spec: { template: { spec: podSpec('web:2') } } });
    await pass(6_000);
    now = await api.get(path);
    assert.deepEqual(conditionsOf(now), settled);
    assert.deepEqual(countsOf(now, 'replicas', 'updatedReplicas', 'observedGeneration'), [
      3,
      3,
      Number(valueAt(now, ['metadata', 'generation'])),
    ]);
    assert.equal(valueAt(now, ['metadata', 'annotations', 'deployment.kubernetes.io/revision']), '2');
    await api.patch(`${path}/scale`, { spec: { replicas: 5 } });
    await pass(3_000);
    assert.deepEqual(countsOf(await api.get(path), 'replicas', 'availableReplicas'), [5, 5]);
    await api.remove(path);
    await pass(4_000);
    assert.ok(await api.isGone(path));
    const left = await api.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dweb`);
    assert.deepEqual(left.items, []);
  },

  async 'a crashing image shows CrashLoopBackOff, a missing one ImagePullBackOff, and the deadline passes'({ pass }, { api, namespace }) {
    for (const [name, image] of [
      ['crash', 'app:crashloop'],
      ['nopull', 'app:does-not-exist'],
    ] as const) {
      const spec = { replicas: 1, progressDeadlineSeconds: 5, ...labelled(name, image) };
      await api.create(apps(namespace, 'deployments'), { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec });
    }
    await pass(13_000);
    const waiting = async (app: string): Promise<unknown> => {
      const { items } = await api.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`);
      return valueAt(items, [0, 'status', 'containerStatuses', 0, 'state', 'waiting', 'reason']);
    };
    assert.deepEqual([await waiting('crash'), await waiting('nopull')], ['CrashLoopBackOff', 'ImagePullBackOff']);
    assert.deepEqual(conditionsOf(await api.get(`${apps(namespace, 'deployments')}/nopull`)), [
      'Available=False/MinimumReplicasUnavailable',
      'Progressing=False/ProgressDeadlineExceeded',
    ]);
    for (const name of ['crash', 'nopull']) await api.remove(`${apps(namespace, 'deployments')}/${name}`);
    await pass(2_000);
  },

  async 'a Job completes, another one fails'({ pass }, { api, namespace }) {
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const job = (name: string, image: string, spec: JsonObject): JsonObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: { ...spec, template: { spec: podSpec(image, { restartPolicy: 'Never' }) } },
    });
    await api.create(path, job('good', 'task:1', { completions: 3, parallelism: 2 }));
    await api.create(path, job('bad', 'task:fail', { backoffLimit: 0 }));
    await pass(4_000);
    const good = await api.get(`${path}/good`);
    assert.deepEqual(conditionsOf(good), ['Complete=True/CompletionsReached', 'SuccessCriteriaMet=True/CompletionsReached']);
    assert.deepEqual(countsOf(good, 'succeeded', 'active', 'ready'), [3, 0, 0]);
    const bad = await api.get(`${path}/bad`);
    assert.deepEqual(conditionsOf(bad), ['Failed=True/BackoffLimitExceeded', 'FailureTarget=True/BackoffLimitExceeded']);
    assert.deepEqual(countsOf(bad, 'failed', 'succeeded'), [1, 0]);
  },

  async 'a StatefulSet starts in order with its claims and rolls from the end'({ pass }, { api, namespace }) {
    const path = `${apps(namespace, 'statefulsets')}/db`;
    const volumeClaimTemplates = [
      { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    ];
    await api.create(apps(namespace, 'statefulsets'), {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: { replicas: 3, serviceName: 'db', volumeClaimTemplates, ...labelled('db', 'db:1') },
    });
    await pass(6_000);
    let now = await api.get(path);
    assert.deepEqual(
      countsOf(now, 'replicas', 'readyReplicas', 'availableReplicas', 'currentReplicas', 'updatedReplicas'),
      [3, 3, 3, 3, 3],
    );
    assert.equal(valueAt(await api.get(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-db-2`), ['status', 'phase']), 'Bound');
    await api.patch(path, { spec: { template: { spec: podSpec('db:2') } } });
    await pass(10_000);
    now = await api.get(path);
    assert.equal(valueAt(now, ['status', 'currentRevision']), valueAt(now, ['status', 'updateRevision']));
    assert.equal(valueAt(await api.get(`/api/v1/namespaces/${namespace}/pods/db-0`), ['spec', 'containers', 0, 'image']), 'db:2');
    await api.remove(path);
    await pass(3_000);
  },

  async 'a DaemonSet has a pod on each node and replaces them one by one'({ pass }, { api, namespace }) {
    const path = `${apps(namespace, 'daemonsets')}/agent`;
    await api.create(apps(namespace, 'daemonsets'), {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: labelled('agent', 'agent:1'),
    });
    await pass(3_000);
    const all = [
      'desiredNumberScheduled',
      'currentNumberScheduled',
      'numberReady',
      'numberAvailable',
      'updatedNumberScheduled',
      'numberMisscheduled',
    ];
    assert.deepEqual(countsOf(await api.get(path), ...all), [3, 3, 3, 3, 3, 0]);
    await api.patch(path, { spec: { template: { spec: podSpec('agent:2') } } });
    await pass(6_000);
    assert.deepEqual(countsOf(await api.get(path), ...all), [3, 3, 3, 3, 3, 0]);
    await api.remove(path);
    await pass(2_000);
  },

  async 'Service, Ingress, autoscaler and disruption budget say how they are'({ pass }, { api, namespace, world }) {
    const core = `/api/v1/namespaces/${namespace}`;
    await api.create(apps(namespace, 'deployments'), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: { replicas: 3, ...labelled('shop', 'shop:1') },
    });
    await api.create(`${core}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop' },
      spec: { type: 'LoadBalancer', selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 'http' }] },
    });
    const backend = { service: { name: 'shop', port: { number: 80 } } };
    await api.create(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'shop' },
      spec: { defaultBackend: backend },
    });
    const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
    const autoscaler = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
    await api.create(autoscaler, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'shop' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' }, minReplicas: 2, maxReplicas: 6, metrics },
    });
    const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    await api.create(budgets, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'shop' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'shop' } } },
    });
    await pass(4_000);
    assert.match(String(valueAt(await api.get(`${core}/services/shop`), ['status', 'loadBalancer', 'ingress', 0, 'ip'])), /^192\./);
    assert.match(
      String(
        valueAt(await api.get(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/shop`), [
          'status',
          'loadBalancer',
          'ingress',
          0,
          'ip',
        ]),
      ),
      /^198\./,
    );
    const slices = await api.get(
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dshop`,
    );
    const endpoints = valueAt(slices.items, [0, 'endpoints']);
    assert.deepEqual(Array.isArray(endpoints) && endpoints.map((each) => valueAt(each, ['conditions', 'ready'])), [true, true, true]);
    assert.deepEqual(conditionsOf(await api.get(`${autoscaler}/shop`)), [
      'AbleToScale=True/SucceededGetScale',
      'ScalingActive=False/FailedGetResourceMetric',
    ]);
    const budget = await api.get(`${budgets}/shop`);
    assert.deepEqual(countsOf(budget, 'expectedPods', 'currentHealthy', 'desiredHealthy', 'disruptionsAllowed'), [3, 3, 2, 1]);
    assert.deepEqual(conditionsOf(budget), ['DisruptionAllowed=True/SufficientPods']);
    world.setMetric(`${namespace}/shop`, 160);
    await pass(3_000);
    assert.equal(valueAt(await api.get(`${apps(namespace, 'deployments')}/shop`), ['spec', 'replicas']), 6);
    world.setMetric(`${namespace}/shop`, undefined);
    await pass(2_000);
  },
};
