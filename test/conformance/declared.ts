/**
 * The one table of differences from KubeVela v1.10.9 in what is rendered. Each names the decision behind it
 * (docs/kubevela.md lists them); a difference that is not here is a defect, an entry that no longer happens too.
 */
export interface Declared {
  /** `traits/combo-scaler-hpa`. */
  case: string;
  /** `Deployment search`; `Application` where the whole application is refused (path `refused`). */
  object: string;
  /** JSON path in the manifest; empty where one side has no such object. */
  path: string;
  /** Number in the table of decisions; absent where KubeVela dispatched nothing at all, because its dry run failed. */
  decision?: number;
  reason: string;
}

export const declared: readonly Declared[] = [
  {
    case: 'traits/combo-scaler-hpa',
    object: 'Deployment search',
    path: 'spec.replicas',
    decision: 39,
    reason: 'an autoscaler owns the replicas, so they are not applied',
  },
  {
    case: 'traits/combo-expose-gateway-clash',
    object: 'Application',
    path: 'refused',
    decision: 79,
    reason: 'two traits render one Service: an error that names both',
  },
  ...['requests', 'limits'].map((field) => ({
    case: 'traits/resource-cpu-memory',
    object: 'Deployment mailer',
    path: `spec.template.spec.containers[0].resources.${field}`,
    decision: 15,
    reason: 'cpu without memory is set, not dropped',
  })),
  ...['selector', 'dataSource'].map((field) => ({
    case: 'traits/storage-pvc-selector',
    object: 'PersistentVolumeClaim archive-picked',
    path: `spec.${field}`,
    decision: 16,
    reason: 'the selector selects; KubeVela writes it into dataSource, where the API server drops it',
  })),
  ...['Namespace oracle-sandbox', 'ConfigMap sandbox-info'].map((object) => ({
    case: 'components/k8s-objects-namespace',
    object,
    path: '',
    reason: 'KubeVela dry-runs both before it writes either, and stays stuck: the namespace of the second does not exist yet',
  })),
  ...['Deployment archive', 'PersistentVolumeClaim archive-files', 'PersistentVolumeClaim archive-raw'].map((object) => ({
    case: 'traits/storage-pvc-defaults',
    object,
    path: '',
    reason: 'KubeVela renders an empty mount for a block volume, which the API server refuses; here it is a device',
  })),
];
