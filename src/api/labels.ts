/** Labels the product reads and writes: KubeVela's keys (compat/behaviour.md §5.2) and ours below lateen.dev. */

export const appName = 'app.oam.dev/name';
export const appNamespace = 'app.oam.dev/namespace';
export const appUid = 'app.oam.dev/uid';
export const appRevision = 'app.oam.dev/appRevision';
export const appRevisionHash = 'app.oam.dev/app-revision-hash';
export const appComponent = 'app.oam.dev/component';
export const appCluster = 'app.oam.dev/cluster';
/** WORKLOAD or TRAIT. */
export const resourceType = 'app.oam.dev/resourceType';
/** Revision of the component. */
export const componentRevision = 'app.oam.dev/revision';
/** Key of a replica made by a replication policy. */
export const replicaKey = 'app.oam.dev/replicaKey';
/** Hash of the rendered manifest. */
export const renderHash = 'oam.dev/render-hash';

/** Type of the component, on workloads. */
export const workloadType = 'workload.oam.dev/type';
/** Type of the trait, or AuxiliaryWorkload, on the objects of traits. */
export const traitType = 'trait.oam.dev/type';
/** Key under `outputs` of a trait's object. */
export const traitResource = 'trait.oam.dev/resource';
export const traitManageWorkload = 'trait.oam.dev/manage-workload';

/** `true` on an Application: it is not reconciled. */
export const pause = 'controller.core.oam.dev/pause';
export const skipResume = 'controller.core.oam.dev/skip-resume';
export const shardId = 'controller.core.oam.dev/shard-id';
export const scheduledShardId = 'controller.core.oam.dev/scheduled-shard-id';

export const definitionDeprecated = 'custom.definition.oam.dev/deprecated';
export const definitionHidden = 'custom.definition.oam.dev/ui-hidden';
/** Name of the definition, on its revisions and its schema ConfigMap. */
export const definitionName = 'definition.oam.dev/name';

/** Number of a tracker's page, from 2; absent on the first. Ours. */
export const trackerPage = 'lateen.dev/page';
/** On what other tools call the manager of an object. */
export const managedBy = 'app.kubernetes.io/managed-by';

/** Labels that change with every revision; alone they are no reason to write an object (decisions.md 40). */
export const revisionLabels: readonly string[] = [appRevision, appRevisionHash, componentRevision, renderHash];
