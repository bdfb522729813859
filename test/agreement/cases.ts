/** The cases, by subject. Each group has a namespace of its own and runs in order. */
import type { Group, Step } from './case.ts';
import { customCases } from './custom-cases.ts';
import { kindCases } from './kind-cases.ts';

const cm = '/api/v1/namespaces/{ns}/configmaps';
const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';
const partialList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

export const configMap = (name: string, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: '1' },
  ...more,
});
export const deployment = (name: string, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } },
    ...spec,
  },
});

/** What a deployment controller, where one runs, writes in between. */
const controlled = ['metadata.annotations', 'metadata.managedFields', 'metadata.generation', 'status'];

const post = (name: string, path: string, body: unknown, more: Partial<Step> = {}): Step => ({ name, method: 'POST', path, body, ...more });
const get = (name: string, path: string, more: Partial<Step> = {}): Step => ({ name, method: 'GET', path, ...more });

const crud: Group = {
  name: 'create, read, update, delete',
  steps: [
    post('creates', cm, configMap('one'), { capture: { uid: 'metadata.uid', rv: 'metadata.resourceVersion' } }),
    post('refuses a second of the same name', cm, configMap('one')),
    get('reads', `${cm}/one`),
    get('says what is missing', `${cm}/two`),
    post('refuses a bad name', cm, configMap('Bad_Name')),
    post('refuses no name', cm, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
    post('refuses another namespace', cm, configMap('x', { metadata: { name: 'x', namespace: 'other' } })),
    post('refuses another kind', cm, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }),
    post('refuses another version', cm, { apiVersion: 'apps/v1', kind: 'ConfigMap', metadata: { name: 'x' } }, { statusOnly: true }),
    post('refuses a resourceVersion', cm, configMap('x', { metadata: { name: 'x', resourceVersion: '5' } })),
    post('refuses what is no JSON', cm, '{', { statusOnly: true }),
    post('refuses an unknown content type', cm, 'x', { type: 'text/plain', statusOnly: true }),
    post('makes up a name', cm, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'gen-' } }, { ignore: ['metadata.name'] }),
    post('creates in a missing namespace', '/api/v1/namespaces/absent-x/configmaps', configMap('one')),
    post('tries out', `${cm}?dryRun=All`, configMap('dry')),
    get('has not kept what was tried out', `${cm}/dry`),
    post('refuses an unknown dryRun', `${cm}?dryRun=Some`, configMap('dry')),
    { name: 'replaces', method: 'PUT', path: `${cm}/one`, body: configMap('one', { data: { a: '2', b: '3' } }) },
    {
      name: 'refuses a stale write',
      method: 'PUT',
      path: `${cm}/one`,
      body: configMap('one', { metadata: { name: 'one', resourceVersion: '{{rv}}' } }),
    },
    {
      name: 'refuses another uid',
      method: 'PUT',
      path: `${cm}/one`,
      body: configMap('one', { metadata: { name: 'one', uid: '00000000-0000-4000-8000-000000000000' } }),
      ignore: ['message'],
    },
    { name: 'refuses another name', method: 'PUT', path: `${cm}/one`, body: configMap('two') },
    { name: 'replaces nothing', method: 'PUT', path: `${cm}/two`, body: configMap('two') },
    { name: 'merges', method: 'PATCH', type: 'merge', path: `${cm}/one`, body: { data: { b: null, c: '4' } } },
    {
      name: 'merges with a stale revision',
      method: 'PATCH',
      type: 'merge',
      path: `${cm}/one`,
      body: { metadata: { resourceVersion: '{{rv}}' }, data: { c: '5' } },
    },
    { name: 'patches', method: 'PATCH', type: 'patch', path: `${cm}/one`, body: [{ op: 'add', path: '/data/d', value: 'x' }] },
    {
      name: 'refuses a patch whose test fails',
      method: 'PATCH',
      type: 'patch',
      path: `${cm}/one`,
      body: [{ op: 'test', path: '/data/d', value: 'y' }],
    },
    {
      name: 'refuses a patch to nowhere',
      method: 'PATCH',
      type: 'patch',
      path: `${cm}/one`,
      body: [{ op: 'replace', path: '/nope/x', value: 'y' }],
    },
    { name: 'refuses a rename', method: 'PATCH', type: 'merge', path: `${cm}/one`, body: { metadata: { name: 'three' } } },
    {
      name: 'refuses another namespace in a patch',
      method: 'PATCH',
      type: 'merge',
      path: `${cm}/one`,
      body: { metadata: { namespace: 'three' } },
    },
    {
      name: 'refuses another uid in a patch',
      method: 'PATCH',
      type: 'merge',
      path: `${cm}/one`,
      body: { metadata: { uid: '00000000-0000-4000-8000-000000000000' } },
    },
    { name: 'patches nothing', method: 'PATCH', type: 'merge', path: `${cm}/two`, body: {} },
    { name: 'refuses an unknown patch type', method: 'PATCH', type: 'application/x-patch', path: `${cm}/one`, body: {} },
    {
      name: 'refuses a wrong uid at delete',
      method: 'DELETE',
      path: `${cm}/one`,
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: '00000000-0000-4000-8000-000000000000' } },
    },
    {
      name: 'refuses a wrong revision at delete',
      method: 'DELETE',
      path: `${cm}/one`,
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { resourceVersion: '{{rv}}' } },
      ignore: ['message'],
    },
    { name: 'tries a delete', method: 'DELETE', path: `${cm}/one?dryRun=All` },
    { name: 'deletes', method: 'DELETE', path: `${cm}/one` },
    { name: 'deletes only once', method: 'DELETE', path: `${cm}/one` },
    { name: 'refuses to write a collection', method: 'PUT', path: cm, body: {} },
    get('knows no other resources', '/api/v1/namespaces/{ns}/foos'),
    get('knows no other groups', '/apis/nowhere.example.com/v1/foos'),
    post('immutable config maps', cm, configMap('frozen', { immutable: true })),
    { name: 'stay as they are', method: 'PATCH', type: 'merge', path: `${cm}/frozen`, body: { data: { a: '9' } } },
  ],
};

const finalizers: Group = {
  name: 'finalizers',
  steps: [
    post('creates with a finalizer', cm, configMap('held', { metadata: { name: 'held', finalizers: ['example.com/hold'] } })),
    { name: 'marks it as terminating', method: 'DELETE', path: `${cm}/held` },
    { name: 'marks it once', method: 'DELETE', path: `${cm}/held` },
    {
      name: 'refuses new finalizers',
      method: 'PATCH',
      type: 'merge',
      path: `${cm}/held`,
      body: { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } },
    },
    { name: 'allows other changes', method: 'PATCH', type: 'merge', path: `${cm}/held`, body: { data: { z: '1' } } },
    { name: 'lets go', method: 'PATCH', type: 'merge', path: `${cm}/held`, body: { metadata: { finalizers: null } } },
    get('is gone', `${cm}/held`),
    post('refuses a bad finalizer', cm, configMap('bad', { metadata: { name: 'bad', finalizers: ['un qualified'] } })),
    post('creates for a foreground deletion', cm, configMap('front')),
    { name: 'deletes in the foreground', method: 'DELETE', path: `${cm}/front?propagationPolicy=Foreground` },
    { name: 'is gone in the end', method: 'GET', path: `${cm}/front`, until: 404 },
    { name: 'refuses an unknown policy', method: 'DELETE', path: `${cm}/front?propagationPolicy=Sideways` },
  ],
};

const lists: Group = {
  name: 'lists',
  steps: [
    post('one', cm, configMap('l1', { metadata: { name: 'l1', labels: { app: 'a', tier: 'x' } } })),
    post('two', cm, configMap('l2', { metadata: { name: 'l2', labels: { app: 'b' } } })),
    post('three', cm, configMap('l3', { metadata: { name: 'l3', labels: { app: 'c' } } })),
    ...['app=a', 'app!=a', 'app in (a,b)', 'app notin (a,b)', 'tier', '!tier', 'app=a,tier=x', 'app==b'].map((selector) =>
      get(`selects ${selector}`, `${cm}?labelSelector=${encodeURIComponent(`${selector},app`)}`, { accept: partialList }),
    ),
    get('refuses a broken selector', `${cm}?labelSelector=${encodeURIComponent('app in (')}`, { statusOnly: true }),
    get('selects a name', `${cm}?fieldSelector=metadata.name%3Dl2`, { accept: partialList }),
    get('selects all but a name', `${cm}?labelSelector=app&fieldSelector=metadata.name!%3Dl2`, { accept: partialList }),
    get('refuses an unknown field', `${cm}?fieldSelector=data.a%3D1`),
    get('gives a first page', `${cm}?limit=1&labelSelector=app`, { accept: partialList, capture: { next: 'metadata.continue' } }),
    get('gives the next page', `${cm}?limit=1&labelSelector=app&continue={{next}}`, { accept: partialList }),
    get('refuses a broken token', `${cm}?limit=1&continue=abc`, { statusOnly: true }),
    get('refuses an odd match', `${cm}?resourceVersionMatch=Exact`),
    get('refuses an odd revision', `${cm}?resourceVersion=abc`),
    get('gives a table', `${cm}?labelSelector=app`, { accept: table }),
    get('gives a table without objects', `${cm}?labelSelector=app&includeObject=None`, { accept: table }),
    get('gives one as a table', `${cm}/l1`, { accept: table }),
    get('gives metadata', `${cm}/l1`, { accept: partial }),
    get('refuses an unknown form', `${cm}/l1`, { accept: 'text/html', statusOnly: true }),
    { name: 'deletes a selection', method: 'DELETE', path: `${cm}?labelSelector=app%3Da`, ignore: ['metadata.resourceVersion'] },
    get('keeps the others', `${cm}?labelSelector=app`, { accept: partialList }),
  ],
};

const workloads: Group = {
  name: 'workloads',
  steps: [
    post('defaults a deployment', deployments, deployment('web')),
    post('warns of unknown fields', deployments, { ...deployment('w2'), spec: { ...(deployment('w2') as { spec: object }).spec, foo: 1 } }),
    post('refuses unknown fields', `${deployments}?fieldValidation=Strict`, {
      ...deployment('w3'),
      spec: { ...(deployment('w3') as { spec: object }).spec, foo: 1 },
    }),
    post('ignores unknown fields', `${deployments}?fieldValidation=Ignore`, {
      ...deployment('w4'),
      spec: { ...(deployment('w4') as { spec: object }).spec, foo: 1 },
    }),
    post('refuses wrong types', deployments, deployment('w5', { replicas: 'three' })),
    post('refuses a missing selector', deployments, deployment('w6', { selector: undefined })),
    post('refuses a selector that does not match', deployments, deployment('w7', { selector: { matchLabels: { app: 'other' } } })),
    post('refuses a negative count', deployments, deployment('w8', { replicas: -1 })),
    post('refuses no containers', deployments, deployment('w9', { template: { metadata: { labels: { app: 'w9' } }, spec: {} } })),
    {
      name: 'counts a change',
      method: 'PATCH',
      type: 'strategic',
      path: `${deployments}/web`,
      body: { spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:2' }] } } } },
      ignore: controlled.filter((path) => path !== 'metadata.generation'),
    },
    {
      name: 'adds a container by its name',
      method: 'PATCH',
      type: 'strategic',
      path: `${deployments}/web`,
      body: { spec: { template: { spec: { containers: [{ name: 'side', image: 's:1' }] } } } },
      ignore: controlled,
    },
    {
      name: 'deletes a container by its name',
      method: 'PATCH',
      type: 'strategic',
      path: `${deployments}/web`,
      body: { spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } } },
      ignore: controlled,
    },
    {
      name: 'refuses another selector',
      method: 'PATCH',
      type: 'merge',
      path: `${deployments}/web`,
      body: { spec: { selector: { matchLabels: { app: 'z' } } } },
    },
    {
      name: 'leaves a wish alone at status',
      method: 'PATCH',
      type: 'merge',
      path: `${deployments}/web/status`,
      body: { spec: { replicas: 7 }, status: { replicas: 0, observedGeneration: 1 } },
      ignore: controlled,
    },
    {
      name: 'leaves the status alone at the object',
      method: 'PATCH',
      type: 'merge',
      path: `${deployments}/web`,
      body: { status: { replicas: 9 } },
      ignore: ['status', 'metadata.managedFields', 'metadata.annotations'],
    },
    get('has a scale', `${deployments}/web/scale`),
    { name: 'scales', method: 'PATCH', type: 'merge', path: `${deployments}/web/scale`, body: { spec: { replicas: 0 } } },
    {
      name: 'refuses a scale below zero',
      method: 'PATCH',
      type: 'merge',
      path: `${deployments}/web/scale`,
      body: { spec: { replicas: -2 } },
    },
    { name: 'has no such subresource', method: 'GET', path: `${deployments}/web/nope` },
    get('gives a table', `${deployments}?fieldSelector=metadata.name%3Dweb`, { accept: table, ignore: ['rows'] }),
    post('defaults a service', '/api/v1/namespaces/{ns}/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    }),
    post('refuses a service without ports', '/api/v1/namespaces/{ns}/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's2' },
      spec: { selector: { app: 'web' } },
    }),
    post('refuses a service name that begins with a digit', '/api/v1/namespaces/{ns}/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: '1s' },
      spec: { ports: [{ port: 80 }] },
    }),
    post('defaults an ingress', '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'i' },
      spec: {
        rules: [
          {
            host: 'a.example.com',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] },
          },
        ],
      },
    }),
    post(
      'defaults an autoscaler',
      '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers',
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h' },
        spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nothing' } },
      },
      { ignore: ['status'] },
    ),
    post(
      'takes a disruption budget',
      '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets',
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'p' },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'nobody' } } },
      },
      { ignore: ['status'] },
    ),
    post(
      'defaults a job',
      '/apis/batch/v1/namespaces/{ns}/jobs',
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'j' },
        spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } } },
      },
      { ignore: ['status'] },
    ),
    {
      name: 'refuses another job template',
      method: 'PATCH',
      type: 'merge',
      path: '/apis/batch/v1/namespaces/{ns}/jobs/j',
      body: { spec: { completions: 5 } },
    },
    post('defaults a cron job', '/apis/batch/v1/namespaces/{ns}/cronjobs', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'cj' },
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'x' }] } } } },
      },
    }),
    post('refuses a wrong schedule', '/apis/batch/v1/namespaces/{ns}/cronjobs', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'cj2' },
      spec: {
        schedule: 'often',
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'x' }] } } } },
      },
    }),
    post('takes a secret', '/api/v1/namespaces/{ns}/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { a: 'b' },
    }),
    post('takes a service account', '/api/v1/namespaces/{ns}/serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'sa' },
    }),
    { name: 'answers a deleted service account with it', method: 'DELETE', path: '/api/v1/namespaces/{ns}/serviceaccounts/sa' },
    post(
      'takes a claim',
      '/api/v1/namespaces/{ns}/persistentvolumeclaims',
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'pvc' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
      { ignore: ['spec.storageClassName', 'metadata.managedFields'] },
    ),
    post(
      'defaults a stateful set',
      '/apis/apps/v1/namespaces/{ns}/statefulsets',
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'ss' },
        spec: {
          replicas: 0,
          serviceName: 's',
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
        },
      },
      { ignore: ['status'] },
    ),
    post('takes a lease', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { holderIdentity: 'me', leaseDurationSeconds: 15 },
    }),
    {
      name: 'refuses a lease update without a revision',
      method: 'PUT',
      path: '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases/l',
      body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec: { holderIdentity: 'you' } },
    },
  ],
};

const apply = (name: string, path: string, body: unknown, manager: string, more: Partial<Step> & { query?: string } = {}): Step => {
  const { query = '', ...rest } = more;
  return { name, method: 'PATCH', type: 'apply', path: `${path}?fieldManager=${manager}${query}`, body, ...rest };
};

const serverSideApply: Group = {
  name: 'server-side apply',
  steps: [
    apply('creates', `${cm}/a`, configMap('a'), 'one', { capture: { uid: 'metadata.uid', rv: 'metadata.resourceVersion' } }),
    apply('changes nothing the second time', `${cm}/a`, configMap('a'), 'one', { capture: { rv2: 'metadata.resourceVersion' } }),
    apply('refuses to take a field', `${cm}/a`, configMap('a', { data: { a: '2' } }), 'two'),
    apply('takes a field by force', `${cm}/a`, configMap('a', { data: { a: '2' } }), 'two', { query: '&force=true' }),
    apply('shares a field', `${cm}/a`, configMap('a', { data: { a: '2' } }), 'three'),
    apply('gives up a field', `${cm}/a`, configMap('a', { data: {} }), 'two'),
    apply('needs a manager', `${cm}/a`, configMap('a'), ''),
    apply('creates only: absent', `${cm}/b`, configMap('b', { metadata: { name: 'b', resourceVersion: '1' } }), 'one'),
    apply('creates only: there', `${cm}/b`, configMap('b', { metadata: { name: 'b', resourceVersion: '1' } }), 'one'),
    apply(
      'refuses a foreign uid',
      `${cm}/a`,
      configMap('a', { metadata: { name: 'a', uid: '00000000-0000-4000-8000-000000000000' } }),
      'one',
      { query: '&force=true' },
    ),
    apply('accepts the right uid', `${cm}/a`, configMap('a', { metadata: { name: 'a', uid: '{{uid}}' } }), 'one', { query: '&force=true' }),
    apply(
      'refuses a uid of what is gone',
      `${cm}/c`,
      configMap('c', { metadata: { name: 'c', uid: '00000000-0000-4000-8000-000000000000' } }),
      'one',
    ),
    apply('refuses another name', `${cm}/a`, configMap('z'), 'one'),
    apply('refuses managed fields', `${cm}/a`, configMap('a', { metadata: { name: 'a', managedFields: [{ manager: 'x' }] } }), 'one'),
    apply('refuses unknown fields', `${cm}/a`, configMap('a', { foo: 1 }), 'one'),
    apply('tries out', `${cm}/d`, configMap('d'), 'one', { query: '&dryRun=All' }),
    apply('applies a deployment', `${deployments}/web`, deployment('web'), 'one', { ignore: ['status'] }),
    apply(
      'leaves replicas to another',
      `${deployments}/web`,
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 0 } },
      'scaler',
      { ignore: ['status', 'metadata.managedFields', 'metadata.generation', 'metadata.annotations'] },
    ),
    apply(
      'conflicts over an image',
      `${deployments}/web`,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { template: { spec: { containers: [{ name: 'web', image: 'other' }] } } },
      },
      'two',
    ),
    apply(
      'applies a service',
      '/api/v1/namespaces/{ns}/services/s',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80, name: 'http' }] },
      },
      'one',
    ),
    apply('to a missing namespace', '/api/v1/namespaces/absent-x/configmaps/a', configMap('a'), 'one'),
    { name: 'update after apply', method: 'PATCH', type: 'merge', path: `${cm}/b?fieldManager=editor`, body: { data: { a: '5', n: '6' } } },
    apply('conflicts with an editor', `${cm}/b`, configMap('b'), 'one'),
  ],
};

const cluster: Group = {
  name: 'the cluster',
  steps: [
    get('discovers a version', '/apis/apps/v1', { ignore: ['resources'] }),
    get('is healthy', '/healthz'),
    get('is ready', '/readyz'),
    post(
      'reviews access',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: '{ns}' } },
      },
      { ignore: ['status.reason', 'metadata'] },
    ),
    get('is not to be read', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'),
    post('refuses a bad namespace', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'Not.Good' } }),
    get('reads a namespace', '/api/v1/namespaces/{ns}'),
    get('has no table for nothing', '/api/v1/namespaces/{ns}/configmaps/absent', { accept: table }),
    get('knows all paths of unknown versions', '/apis/apps/v9'),
  ],
};

const watches: Group = {
  name: 'watches that end',
  steps: [
    post('one', cm, configMap('w1', { metadata: { name: 'w1', labels: { w: 'a' } } })),
    post('two', cm, configMap('w2', { metadata: { name: 'w2', labels: { w: 'b' } } })),
    get('sends the state first', `${cm}?watch=1&timeoutSeconds=1&labelSelector=w`, {}),
    get('refuses an old revision', `${cm}?watch=1&timeoutSeconds=1&resourceVersion=abc`),
    get('refuses initial events without a match', `${cm}?watch=1&timeoutSeconds=1&sendInitialEvents=true`, { statusOnly: true }),
    get('refuses a match without initial events', `${cm}?watch=1&timeoutSeconds=1&resourceVersionMatch=NotOlderThan&resourceVersion=1`),
    get('watches one', `${cm}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dw1`, {}),
  ],
};

export const groups: Group[] = [crud, finalizers, lists, workloads, serverSideApply, cluster, watches, ...kindCases, ...customCases];
