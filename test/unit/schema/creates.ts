/** Objects to create, right and wrong ones: every rule that users meet has at least one. */
import type { JsonObject } from '../../../src/base/json.ts';

type Part = Record<string, unknown>;
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown>;
  [field: string]: unknown;
}

const pod = (extra: Part = {}, c: Part = {}) => ({ containers: [{ name: 'c', image: 'nginx', ...c }], ...extra });
const tpl = (spec: Part = pod(), labels: Part = { app: 'w' }) => ({ metadata: { labels }, spec });
const dep = (spec: Part = {}, meta: Part = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', ...meta },
  spec: { selector: { matchLabels: { app: 'w' } }, template: tpl(), ...spec },
});
const sts = (spec: Part = {}) => ({ ...dep(spec), kind: 'StatefulSet' });
const ds = (spec: Part = {}) => ({ ...dep(spec), kind: 'DaemonSet' });
const rs = (spec: Part = {}) => ({ ...dep(spec), kind: 'ReplicaSet' });
const job = (spec: Part = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j' },
  spec: { template: { spec: pod({ restartPolicy: 'Never' }) }, ...spec },
});
const cron = (spec: Part = {}, name = 'c') => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name },
  spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: pod({ restartPolicy: 'Never' }) } } }, ...spec },
});
const svc = (spec: Part = {}, name = 's') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
});
const ing = (spec: Part = {}) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i' }, spec });
const path = (p: Part) => ({ rules: [{ host: 'a.b', http: { paths: [p] } }] });
const be = { service: { name: 'x', port: { number: 80 } } };
const hpa = (v: string, spec: Part = {}) => ({
  apiVersion: `autoscaling/${v}`,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'h' },
  spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, ...spec },
});
const pdb = (spec: Part = {}) => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'p' }, spec });
const pvc = (spec: Part = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'p' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const cm = (x: Part = {}, name = 'c') => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...x });
const sec = (x: Part = {}) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...x });
export const creates: Manifest[] = [
  dep(),
  dep({ replicas: -1 }),
  dep({ template: tpl(pod(), { app: 'other' }) }),
  dep({ selector: undefined }),
  dep({ selector: {} }),
  dep({ selector: { matchLabels: { 'a b': 'x y' } } }),
  dep({ selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['w'] }] } }),
  dep({ selector: { matchExpressions: [{ key: 'app', operator: 'Foo' }] } }),
  dep({ template: tpl({ containers: [] }) }),
  dep({ template: tpl(pod({}, { image: '' })) }),
  dep({ template: tpl(pod({}, { name: '' })) }),
  dep({ template: tpl(pod({}, { name: 'A_b' })) }),
  dep({ template: tpl(pod({}, { name: 'a.b' })) }),
  dep({
    template: tpl({
      containers: [
        { name: 'c', image: 'a' },
        { name: 'c', image: 'b' },
      ],
    }),
  }),
  dep({ template: tpl(pod({}, { ports: [{ containerPort: 70000 }] })) }),
  dep({ template: tpl(pod({}, { ports: [{ containerPort: 0 }] })) }),
  dep({
    template: tpl(
      pod(
        {},
        {
          ports: [
            { containerPort: 1, name: 'Too_Long-port-name-' },
            { containerPort: 2, protocol: 'X' },
          ],
        },
      ),
    ),
  }),
  dep({ template: tpl(pod({ restartPolicy: 'Never' })) }),
  dep({ template: tpl(pod({ restartPolicy: 'Foo' })) }),
  dep({ strategy: { type: 'Recreate' } }),
  dep({ strategy: { type: 'Recreate', rollingUpdate: {} } }),
  dep({ strategy: { type: 'X' } }),
  dep({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
  dep({ strategy: { rollingUpdate: { maxSurge: 'x', maxUnavailable: '110%' } } }),
  dep({ template: tpl(pod({}, { livenessProbe: {} })) }),
  dep({ template: tpl(pod({}, { livenessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 1 } } })) }),
  dep({ template: tpl(pod({}, { livenessProbe: { successThreshold: 2, httpGet: { port: 'x y' } } })) }),
  dep({ template: tpl(pod({}, { readinessProbe: { httpGet: { port: 0, scheme: 'FTP' }, periodSeconds: -1 } })) }),
  dep({
    template: tpl(
      pod(
        {},
        {
          env: [
            { name: '' },
            { name: 'a=b' },
            { name: 'X', value: 'v', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'Y', valueFrom: {} },
          ],
        },
      ),
    ),
  }),
  dep({
    template: tpl(
      pod(
        {},
        {
          volumeMounts: [
            { name: 'nope', mountPath: '/x' },
            { name: 'nope', mountPath: '/x' },
          ],
        },
      ),
    ),
  }),
  dep({
    template: tpl(
      pod({
        volumes: [
          { name: 'a' },
          { name: 'a' },
          { name: 'B' },
          { name: 'c', secret: {} },
          { name: 'd', configMap: {} },
          { name: 'e', persistentVolumeClaim: {} },
        ],
      }),
    ),
  }),
  dep({ template: tpl(pod({}, { resources: { limits: { cpu: '1', foo: '1' }, requests: { cpu: '2' } } })) }),
  dep({ template: tpl(pod({}, { resources: { limits: { cpu: '-1' } } })) }),
  dep({ template: tpl(pod({}, { resources: { limits: { cpu: 'abc' } } })) }),
  dep({ template: tpl(pod({}, { imagePullPolicy: 'X', terminationMessagePolicy: 'Y' })) }),
  dep({ template: tpl(pod({ dnsPolicy: 'X', serviceAccountName: 'A', nodeSelector: { 'a b': 'c' } })) }),
  dep({
    template: tpl(
      pod({
        initContainers: [
          { name: 'c', image: 'x' },
          { name: 'i', image: 'x', livenessProbe: { tcpSocket: { port: 1 } } },
        ],
      }),
    ),
  }),
  dep({ template: tpl(pod(), { app: 'w', 'x/y/z': '1', k: 'not valid' }) }),
  dep({ progressDeadlineSeconds: 5, minReadySeconds: 10 }),
  dep({}, { name: 'Bad_Name' }),
  dep({}, { labels: { 'bad label!': 'x' }, annotations: { 'bad annotation!': 'x' } }),
  dep({}, { name: 'x'.repeat(254) }),
  dep({ replicas: 'x' }),
  dep({ replicas: 1.5 }),
  dep({ template: 'x' }),
  dep({ paused: 'x' }),
  dep({ template: tpl(pod({}, { args: [1] })) }),
  dep({ template: tpl(pod({}, { args: 'a' })) }),
  dep({ template: tpl(pod({}, { env: { a: 'b' } })) }),
  dep({}, { labels: { a: 1 } }),
  dep({}, { labels: ['a'] }),
  dep({ foo: 1, template: tpl(pod({ bar: 1 }, { baz: 1 })) }),
  sts(),
  sts({ podManagementPolicy: 'X', serviceName: 'A b' }),
  sts({
    volumeClaimTemplates: [
      { metadata: { name: 'v' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    ],
    serviceName: 's',
  }),
  sts({ updateStrategy: { type: 'OnDelete' }, minReadySeconds: 3 }),
  ds(),
  ds({ updateStrategy: { type: 'OnDelete' } }),
  ds({ selector: { matchLabels: { app: 'x' } } }),
  rs(),
  rs({ replicas: -1 }),
  job(),
  job({ template: { spec: pod() } }),
  job({ template: { spec: pod({ restartPolicy: 'X' }) } }),
  job({ completionMode: 'Indexed' }),
  job({ completions: -1, backoffLimit: -1 }),
  job({ parallelism: 3 }),
  job({ template: { metadata: { labels: { a: 'b' } }, spec: pod({ restartPolicy: 'OnFailure' }) } }),
  cron(),
  cron({ schedule: 'bad' }),
  cron({ schedule: '61 * * * *' }),
  cron({ schedule: '@daily' }),
  cron({ schedule: '@never' }),
  cron({ schedule: '*/5 1-3,7 * JAN MON-FRI' }),
  cron({ schedule: '5-1 * * * *' }),
  cron({ schedule: 'a * * * *' }),
  cron({ schedule: '*/0 * * * *' }),
  cron({ schedule: 'TZ=UTC * * * * *' }),
  cron({ schedule: '' }),
  cron({ concurrencyPolicy: 'X' }),
  cron({}, 'x'.repeat(53)),
  cron({ jobTemplate: { spec: { template: { spec: pod() } } } }),
  cron({ schedule: '@every 5m' }),
  cron({ schedule: '@every x' }),
  cron({ schedule: '60-70 * * * *' }),
  cron({ schedule: '* * 0 * *' }),
  svc(),
  svc({ ports: [] }),
  svc({ ports: [{ port: 80 }, { port: 81 }] }),
  svc({
    ports: [
      { port: 80, name: 'a' },
      { port: 80, name: 'b' },
    ],
  }),
  svc({
    ports: [
      { port: 80, name: 'a' },
      { port: 81, name: 'a' },
    ],
  }),
  svc({ ports: [{ port: 0 }] }),
  svc({ ports: [{ port: 80, targetPort: 'UPPER' }] }),
  svc({ ports: [{ port: 80, protocol: 'X' }] }),
  svc({ type: 'X' }),
  svc({ type: 'ExternalName', ports: undefined }),
  svc({ type: 'ExternalName', externalName: 'a.b', ports: undefined }),
  svc({ clusterIP: 'None' }),
  svc({ clusterIP: 'None', ports: [] }),
  svc({ type: 'NodePort' }),
  svc({ type: 'LoadBalancer' }),
  svc({ sessionAffinity: 'ClientIP' }),
  svc({ sessionAffinity: 'X' }),
  svc({ ports: [{ port: 80, nodePort: 30000 }] }),
  svc({}, '1abc'),
  svc({}, 'a.b'),
  svc({ selector: { 'a b': 'c' } }),
  svc({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
  ing(),
  ing(path({ path: '/', pathType: 'Prefix', backend: be })),
  ing(path({ path: '/', backend: be })),
  ing(path({ path: 'x', pathType: 'Prefix', backend: be })),
  ing(path({ path: '/a//b', pathType: 'Exact', backend: be })),
  ing(path({ path: '/', pathType: 'X', backend: be })),
  ing(path({ path: '/', pathType: 'Prefix', backend: {} })),
  ing(path({ path: '/', pathType: 'Prefix', backend: { service: { name: 'x' } } })),
  ing(path({ path: '/', pathType: 'Prefix', backend: { service: { name: 'X', port: { name: 'y', number: 2 } } } })),
  ing({ defaultBackend: be }),
  ing({ rules: [{ host: '1.2.3.4' }, { host: '*.a.b' }, { host: 'a*.b' }, { host: 'A' }] }),
  ing({ rules: [{ http: { paths: [] } }] }),
  ing({ ingressClassName: 'nginx', tls: [{ hosts: ['a.b'], secretName: 's' }], defaultBackend: be }),
  hpa('v1'),
  hpa('v2'),
  hpa('v1', { minReplicas: 5 }),
  hpa('v2', { minReplicas: 5, maxReplicas: 2 }),
  hpa('v2', { maxReplicas: 0 }),
  hpa('v2', { minReplicas: 0 }),
  hpa('v2', { scaleTargetRef: { kind: '', name: '' } }),
  hpa('v2', { metrics: [{ type: 'Resource' }] }),
  hpa('v2', { metrics: [{ type: 'X' }] }),
  hpa('v2', { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }] }),
  hpa('v2', { metrics: [{ type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1000m' } } }] }),
  hpa('v2', { behavior: { scaleUp: { stabilizationWindowSeconds: 3 } } }),
  hpa('v1', { targetCPUUtilizationPercentage: 50 }),
  pdb(),
  pdb({ minAvailable: 1, maxUnavailable: 1 }),
  pdb({ minAvailable: 'x' }),
  pdb({ minAvailable: '150%' }),
  pdb({ minAvailable: 1, selector: { matchLabels: { a: 'b' } } }),
  pvc(),
  pvc({ accessModes: [] }),
  pvc({ accessModes: ['X'] }),
  pvc({ resources: {} }),
  pvc({ resources: { requests: { storage: '0' } } }),
  pvc({ volumeMode: 'X' }),
  pvc({ resources: { requests: { storage: '1.5Gi' } } }),
  cm(),
  cm({ data: { 'a b': 'x' } }),
  cm({ data: { a: 'x' }, binaryData: { a: 'AAAA' } }),
  cm({ data: { a: 1 } }),
  cm({}, 'A'),
  cm({ immutable: true, data: { '..': 'x' } }),
  sec(),
  sec({ stringData: { a: 'b' } }),
  sec({ type: 'kubernetes.io/tls' }),
  sec({ data: { a: '!!' } }),
  sec({ type: 'kubernetes.io/basic-auth' }),
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'x' } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: pod({}, { resources: { limits: { cpu: '1' } } }) },
  { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'x' }, spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } },
  { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'x' }, spec: { hard: { pods: '1' } } },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'x' },
    spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
  },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'x' } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'x' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'x' },
    roleRef: { kind: 'Role', name: 'x' },
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'ServiceAccount', name: 'u' },
    ],
  },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'x' }, spec: {} },
  { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'x' }, subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 80 }] }] },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: { name: 'x' },
    endpoints: [{ addresses: ['10.1.1.1'] }],
    ports: [{ port: 80 }],
  },
];

/** As it is sent: JSON knows no undefined. */
export const sent = (manifest: Manifest): JsonObject => JSON.parse(JSON.stringify(manifest)) as JsonObject;
