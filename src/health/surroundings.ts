/** What a verdict may take into account beside the object itself. All of it is optional: less of it gives a coarser cause, never a wrong state. */
import type { KubeObject } from '../api/object.ts';

export interface Surroundings {
  /** Pods of the workload (see point-watches.ts); those of others do no harm where they have another owner. */
  pods?: readonly KubeObject[];
  /** ReplicaSets of a Deployment: tell which pods are of the newest template. */
  replicaSets?: readonly KubeObject[];
  /** ResourceQuotas of the namespace: explain pods that are never created. */
  quotas?: readonly KubeObject[];
  /** True when an autoscaler owns the replica count: `spec.replicas` says nothing then. */
  autoscaled?: boolean;
  /** Whether a pod uses the PersistentVolumeClaim; absent when nobody looked. */
  hasConsumer?: boolean;
  /** Ready endpoints behind a Service; absent when nobody looked. */
  readyEndpoints?: number;
}
