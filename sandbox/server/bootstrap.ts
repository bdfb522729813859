/** What every cluster has from its first second: the system's namespaces and priority classes, and the service of the API itself. */
import { type Engine, nowOf } from './engine.ts';
import { priorityClassStorage, systemPriorityClasses } from './pod-admission.ts';

export function bootstrap(engine: Engine): void {
  const metadata = (name: string): { name: string; uid: string; creationTimestamp: string; labels: Record<string, string> } => ({
    name,
    uid: engine.random.uuid(),
    creationTimestamp: nowOf(engine),
    labels: { 'kubernetes.io/metadata.name': name },
  });
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
    engine.store.put('/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: metadata(name),
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  for (const { name, value, description } of systemPriorityClasses) {
    engine.store.put(priorityClassStorage, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name, uid: engine.random.uuid(), creationTimestamp: nowOf(engine), generation: 1 },
      value,
      description,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  }
  engine.store.put('/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...metadata('kubernetes'),
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
    status: { loadBalancer: {} },
  });
}
