/** Annotations the product reads and writes: KubeVela's keys (compat/behaviour.md §5.2) and ours below lateen.dev. */

/** Pins the application to the revision of this name; the workflow runs again only when the value changes. */
export const publishVersion = 'app.oam.dev/publishVersion';
/** `true`: changes of definitions reach the application by themselves. Not together with publishVersion. */
export const autoUpdate = 'app.oam.dev/autoUpdate';
/** `true`, a time or a duration: the workflow runs again. */
export const restartWorkflow = 'app.oam.dev/restart-workflow';
export const reconcileInterval = 'app.oam.dev/reconcile-interval';
export const workflowName = 'app.oam.dev/workflowName';
export const deployVersion = 'app.oam.dev/deployVersion';
export const appAlias = 'app.oam.dev/appAlias';
export const serviceAccountName = 'app.oam.dev/service-account-name';
/** Identity of the last writer; set by admission only. */
export const username = 'app.oam.dev/username';
/** Groups of the last writer; set by admission only. */
export const group = 'app.oam.dev/group';
export const controllerVersionRequire = 'app.oam.dev/controller-version-require';
export const forceParamMutations = 'app.oam.dev/force-param-mutations';
/** On a workload, with whatever value, as in KubeVela: it counts as healthy. */
export const disableHealthCheck = 'app.oam.dev/disable-health-check';
/** Applications that share an object, on the object: `namespace/name,…`. */
export const sharedBy = 'app.oam.dev/shared-by';
export const lastAppliedConfiguration = 'app.oam.dev/last-applied-configuration';
export const lastAppliedTime = 'app.oam.dev/last-applied-time';
export const resourceUrl = 'app.oam.dev/resource-url';
export const inplaceUpgrade = 'app.oam.dev/inplace-upgrade';
export const kubevelaVersion = 'oam.dev/kubevela-version';

/** Labels of the Application that are not copied to its objects, comma-separated. */
export const filterLabelKeys = 'filter.oam.dev/label-keys';
/** The same for annotations. */
export const filterAnnotationKeys = 'filter.oam.dev/annotation-keys';

export const kubectlLastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export const definitionDescription = 'definition.oam.dev/description';
export const definitionAlias = 'definition.oam.dev/alias';
export const definitionExampleUrl = 'definition.oam.dev/example-url';
export const definitionIcon = 'definition.oam.dev/icon';
export const definitionAppliedWorkloads = 'definition.oam.dev/appliedWorkloads';
/** Gives the next revision of a definition this name instead of a number. */
export const definitionRevisionName = 'definitionrevision.oam.dev/name';

/** `namespace/name` of the application that left an object behind and may adopt it again. Ours. */
export const orphanedFrom = 'lateen.dev/orphaned-from';
/** Seconds without progress after which the condition Stalled is True, on an Application; 600 where absent. Ours. */
export const progressDeadline = 'lateen.dev/progress-deadline-seconds';

/**
 * Marks of other tools that are never copied from an Application to its objects, as prefixes: those tools prune
 * what carries their mark and is not in their source (decisions.md 4).
 */
export const foreignMarks: readonly string[] = [
  'argocd.argoproj.io/',
  'app.kubernetes.io/instance',
  'kustomize.toolkit.fluxcd.io/',
  'helm.toolkit.fluxcd.io/',
  'meta.helm.sh/',
  'applyset.kubernetes.io/',
  'kapp.k14s.io/',
  'objectset.rio.cattle.io/',
  'kubectl.kubernetes.io/',
];
