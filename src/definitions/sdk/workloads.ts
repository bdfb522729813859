/** Names of the workload kinds for `appliesTo`, in the `resource.group` form KubeVela's definitions use. */
export const deployments = 'deployments.apps';
export const statefulSets = 'statefulsets.apps';
export const daemonSets = 'daemonsets.apps';
export const jobs = 'jobs.batch';
export const cronJobs = 'cronjobs.batch';

/** Kinds with a replica count. */
export const scalable = [deployments, statefulSets] as const;
/** Kinds with a pod template at spec.template. */
export const podTemplates = [deployments, statefulSets, daemonSets, jobs] as const;
