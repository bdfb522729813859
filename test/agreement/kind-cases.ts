/** Cases about single kinds: conversion, tables, deletion, what each keeps to itself. */
import type { Group, Step } from './case.ts';

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const ns = '/api/v1/namespaces/{ns}';

const post = (name: string, path: string, body: unknown, more: Partial<Step> = {}): Step => ({ name, method: 'POST', path, body, ...more });
const get = (name: string, path: string, more: Partial<Step> = {}): Step => ({ name, method: 'GET', path, ...more });
const merge = (name: string, path: string, body: unknown, more: Partial<Step> = {}): Step => ({
  name,
  method: 'PATCH',
  type: 'merge',
  path,
  body,
  ...more,
});
const rows = (path: string): Step =>
  get(`table of ${path.split('/').at(-1)?.split('?')[0]}`, path, { accept: table, ignore: ['metadata', 'rows.0.object', 'rows.1.object'] });

const pod = (name: string, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  // A node that is not there: nobody starts it.
  spec: { nodeName: 'nowhere', automountServiceAccountToken: false, containers: [{ name: 'c', image: 'x' }], ...more },
});

const pods: Group = {
  name: 'pods',
  steps: [
    post('creates', `${ns}/pods`, pod('p', { schedulerName: 'nobody', nodeName: undefined }), {
      ignore: [
        'spec.tolerations',
        'spec.serviceAccountName',
        'spec.serviceAccount',
        'metadata.managedFields',
        'spec.volumes',
        'spec.containers.0.volumeMounts',
        'spec.priority',
        'spec.preemptionPolicy',
        'spec.enableServiceLinks',
      ],
    }),
    post(
      'refuses two containers of a name',
      `${ns}/pods`,
      pod('p2', {
        containers: [
          { name: 'c', image: 'x' },
          { name: 'c', image: 'y' },
        ],
      }),
    ),
    post('refuses no image', `${ns}/pods`, pod('p3', { containers: [{ name: 'c' }] })),
    post(
      'refuses an unknown pull policy',
      `${ns}/pods`,
      pod('p4', { containers: [{ name: 'c', image: 'x', imagePullPolicy: 'Sometimes' }] }),
    ),
    merge(
      'refuses another container name',
      `${ns}/pods/p`,
      { spec: { containers: [{ name: 'other', image: 'x' }] } },
      { statusOnly: true },
    ),
    {
      name: 'takes a status',
      method: 'PATCH',
      type: 'strategic',
      path: `${ns}/pods/p/status`,
      body: { status: { conditions: [{ type: 'Ready', status: 'False' }] } },
      ignore: ['spec', 'metadata.managedFields'],
    },
    get('selects by phase', `${ns}/pods?fieldSelector=status.phase%3DRunning`, { ignore: ['metadata'] }),
    get('refuses an unknown field', `${ns}/pods?fieldSelector=spec.foo%3D1`, { statusOnly: true }),
    rows(`${ns}/pods`),
    {
      name: 'deletes at once what no node runs',
      method: 'DELETE',
      path: `${ns}/pods/p`,
      ignore: ['spec', 'metadata.managedFields', 'status'],
    },
    get('is gone', `${ns}/pods/p`, { until: 404 }),
  ],
};

const events: Group = {
  name: 'events',
  steps: [
    post('creates', `${ns}/events`, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: '{ns}' },
      reason: 'Why',
      message: 'what',
      type: 'Normal',
      source: { component: 'me' },
      count: 2,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
    }),
    get('shows it in the newer group', '/apis/events.k8s.io/v1/namespaces/{ns}/events/e'),
    post('creates in the newer group', '/apis/events.k8s.io/v1/namespaces/{ns}/events', {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'n' },
      regarding: { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: '{ns}' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'lateen.dev/x',
      reportingInstance: 'i',
      action: 'Act',
      reason: 'Why',
      note: 'what',
      type: 'Normal',
    }),
    get('shows it in the older group', `${ns}/events/n`),
    get('selects by object', `${ns}/events?fieldSelector=involvedObject.name%3Dp,reason%3DWhy`, { ignore: ['metadata'] }),
  ],
};

const autoscalers: Group = {
  name: 'autoscalers in two versions',
  steps: [
    post(
      'creates in v1',
      '/apis/autoscaling/v1/namespaces/{ns}/horizontalpodautoscalers',
      {
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h' },
        spec: {
          maxReplicas: 4,
          minReplicas: 2,
          targetCPUUtilizationPercentage: 70,
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' },
        },
      },
      { ignore: ['status'] },
    ),
    get('shows v2', '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers/h', {
      ignore: ['status', 'metadata.managedFields', 'metadata.annotations'],
    }),
    rows('/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers'),
    post('refuses a least above the most', '/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'h2' },
      spec: { minReplicas: 5, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } },
    }),
  ],
};

const network: Group = {
  name: 'services and ingresses',
  steps: [
    post(
      'a node port',
      `${ns}/services`,
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'np' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } },
      { ignore: ['metadata.managedFields'] },
    ),
    post('a headless one', `${ns}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'hl' },
      spec: { clusterIP: 'None', selector: { a: 'b' }, ports: [{ port: 80 }] },
    }),
    post('a name outside', `${ns}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ex' },
      spec: { type: 'ExternalName', externalName: 'a.example.com' },
    }),
    post('two ports need names', `${ns}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'tp' },
      spec: { ports: [{ port: 80 }, { port: 81 }] },
    }),
    merge('keeps its address', `${ns}/services/np`, { spec: { clusterIP: '10.0.0.99' } }, { statusOnly: true }),
    merge('changes a port', `${ns}/services/np`, { spec: { ports: [{ port: 81 }] } }, { ignore: ['metadata.managedFields'] }),
    { name: 'answers a deleted service with it', method: 'DELETE', path: `${ns}/services/hl`, ignore: ['metadata.managedFields'] },
    post('an ingress', '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'i' },
      spec: {
        ingressClassName: 'x',
        tls: [{ hosts: ['a.example.com'] }],
        defaultBackend: { service: { name: 's', port: { number: 80 } } },
      },
    }),
    rows('/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses'),
    post('refuses a path without slash', '/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'i2' },
      spec: {
        rules: [{ http: { paths: [{ path: 'x', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] } }],
      },
    }),
    post('a policy', '/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'n' },
      spec: { podSelector: { matchLabels: { a: 'b' } }, policyTypes: ['Ingress'] },
    }),
    rows('/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies'),
  ],
};

const access: Group = {
  name: 'access and budgets',
  steps: [
    post('a role', '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'Has:Colon' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    }),
    post('a binding', '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'b' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'Has:Colon' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: '{ns}' }],
    }),
    rows('/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings'),
    post(
      'a budget with both bounds',
      '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets',
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'p2' },
        spec: { minAvailable: 1, maxUnavailable: 1, selector: { matchLabels: { a: 'b' } } },
      },
      { statusOnly: true },
    ),
    {
      name: 'creates a lease by update',
      method: 'PUT',
      path: '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases/put',
      body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'put' }, spec: { holderIdentity: 'x' } },
    },
    rows('/apis/coordination.k8s.io/v1/namespaces/{ns}/leases'),
    post(
      'refuses a quota that is no quantity',
      `${ns}/resourcequotas`,
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { pods: 'many' } } },
      { statusOnly: true },
    ),
    post('a quota', `${ns}/resourcequotas`, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q' },
      spec: { hard: { 'count/secrets': '0', pods: '1' } },
    }),
    { name: 'is counted', method: 'GET', path: `${ns}/resourcequotas/q`, until: 200, statusOnly: true },
    post(
      'secret of an opaque type',
      `${ns}/secrets`,
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late' }, data: { a: 'bm8=' } },
      { until: 403 },
    ),
    post(
      'refuses what is no base64',
      `${ns}/secrets`,
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bad' }, data: { a: '***' } },
      { statusOnly: true },
    ),
    {
      name: 'marks a namespace as terminating',
      method: 'DELETE',
      path: '/api/v1/namespaces/{ns}',
      ignore: ['metadata.managedFields', 'status.conditions'],
    },
    { name: 'deletes a namespace', method: 'GET', path: '/api/v1/namespaces/{ns}', until: 404 },
  ],
};

export const kindCases: Group[] = [pods, events, autoscalers, network, access];
