/**
 * The one table of differences from KubeVela v1.10.9 over time (scenarios/). Each names the decision behind it
 * (docs/kubevela.md lists them) or, where there is none, a reason that begins with `ours:`. A difference that is not
 * here is a defect, an entry that no longer happens too.
 */
export interface DeclaredInScenario {
  /** `drift/resync`. */
  scenario: string;
  /** Numbers of the steps after which it is seen, from 1. */
  steps: readonly number[];
  /** Facts that differ: `shop phase`, `ConfigMap/edited fields.data`, `revisions`. */
  what: readonly string[];
  decision?: number;
  reason: string;
}

/** Scenarios that need what is not built yet, and what that is. */
export const pendingScenarios: Readonly<Record<string, string>> = {
  'gc/continue-on-failure': 'a step type of a WorkflowStepDefinition in CUE (def.yaml)',
  ...Object.fromEntries(
    ['dag-branch-fails', 'group-stepbystep', 'group-substep-fails', 'if-always', 'if-expressions', 'reapply-after-failure', 'restart-after-failure'].map(
      (name) => [`workflow/${name}`, 'a step type of a WorkflowStepDefinition in CUE; test/unit/workflow plays it on the machine alone'],
    ),
  ),
  'revisions/definition-edited': 'a component type of a ComponentDefinition in CUE, edited between updates',
  'health/task-recreated': 'policy resource-update (recreateFields)',
};

const laterLabel = (scenario: string, steps: readonly number[], ...objects: string[]): DeclaredInScenario => ({
  scenario,
  steps,
  what: objects.map((object) => `${object} ownership.appRevision`),
  decision: 40,
  reason: 'an object that differs only in revision labels is not written: it keeps the revision that last changed it',
});

const wholeRecord = (scenario: string, ...steps: number[]): DeclaredInScenario => ({
  scenario,
  steps,
  what: ['shop appliedResources'],
  reason: 'ours: appliedResources names everything that is recorded, also what is kept or still to be removed; it proves what is ours',
});

const numbersGrow = (scenario: string, steps: readonly number[], ...more: string[]): DeclaredInScenario => ({
  scenario,
  steps,
  what: ['revisions', 'shop latestRevision', 'shop workflow.appRevision', ...more],
  decision: 43,
  reason: 'going back to an earlier spec makes a new revision: numbers only grow',
});

/** Drift is repaired as soon as it is seen: the recordings show it until KubeVela looks the next time. */
const repairedAtOnce = (scenario: string, edits: Readonly<Record<number, readonly string[]>>): DeclaredInScenario[] =>
  Object.entries(edits).map(([step, what]) => ({
    scenario,
    steps: [Number(step)],
    what,
    decision: 2,
    reason: 'managed objects are watched: an edit or deletion by hand is put right at once, not at the next look',
  }));

const editedByHand = 'ConfigMap/edited fields.data';
const scaledByHand = 'Deployment/web fields.spec.replicas';
const removedByHand = 'ConfigMap/removed exists';
const allByHand = {
  2: [editedByHand],
  3: [editedByHand, scaledByHand],
  4: [editedByHand, scaledByHand, removedByHand],
  5: [editedByHand, scaledByHand, removedByHand, 'Service/web exists'],
};
const storedData = (name: string): string =>
  `ApplicationRevision/${name} fields.spec.application.spec.components[0].properties.objects[0].data`;

export const declaredInScenarios: readonly DeclaredInScenario[] = [
  {
    scenario: 'update/bad-property-then-fixed',
    steps: [2],
    what: ['shop phase', 'shop services', 'shop workflow.appRevision', 'shop workflow.status', 'shop workflow.finished', 'shop workflow.steps'],
    decision: 83,
    reason: 'a spec that does not render is found before the workflow starts: phase rendering, Render False, nothing is changed',
  },
  laterLabel('update/component-added', [2], 'Deployment/web'),
  laterLabel('update/component-removed', [2], 'Deployment/web'),
  laterLabel('update/order-changed', [2], 'Deployment/web', 'ConfigMap/one', 'ConfigMap/two'),
  wholeRecord('update/removed-stays-until-success', 3),
  numbersGrow('update/scaler-added-removed', [4], 'Deployment/web ownership.appRevision'),
  laterLabel('update/trait-added-removed', [2], 'Deployment/web'),
  numbersGrow('update/trait-added-removed', [3]),
  wholeRecord('update/while-workflow-runs', 3),
  wholeRecord('gc/foreign-finalizer', 3),
  laterLabel('gc/foreign-finalizer', [3, 4], 'ConfigMap/keep'),
  wholeRecord('gc/keep-legacy-resource', 2, 3),
  {
    scenario: 'gc/read-only',
    steps: [1],
    what: ['shop workflow.steps'],
    reason: 'ours: a step that waits for an object to appear is running, not failed, and is woken by the object',
  },
  {
    scenario: 'gc/read-only',
    steps: [2],
    what: ['shop appliedResources', 'shop services'],
    reason: 'ours: an object that is only read is not recorded, so neither it nor the health of its component is told',
  },
  {
    scenario: 'gc/recreate-same-name',
    steps: [2],
    what: ['revisions'],
    reason: 'ours: revisions go by owner reference, which takes the garbage collector a moment; this look is the only immediate one',
  },
  wholeRecord('gc/rules', 1, 2),
  laterLabel('gc/rules', [2], 'ConfigMap/keep'),
  {
    scenario: 'gc/shared-resource',
    steps: [3],
    what: ['ConfigMap/common fields.data', 'ConfigMap/common ownership.appRevision'],
    decision: 2,
    reason: 'the object is watched: the next owner writes its content at once',
  },
  {
    scenario: 'gc/take-over',
    steps: [3],
    what: ['ConfigMap/settings fields.data', 'ConfigMap/settings fields.metadata.labels["made-by"]'],
    decision: 48,
    reason: 'taking over an object keeps the fields of others',
  },
  {
    scenario: 'gc/tracker-deleted',
    steps: [2, 3],
    what: ['ConfigMap/settings exists', 'Deployment/web exists'],
    decision: 47,
    reason: 'the objects of a live application stay when its tracker is deleted',
  },
  {
    scenario: 'drift/apply-once',
    steps: [3, 4],
    what: ['shop services.web.message'],
    decision: 2,
    reason: 'health is current: it shows the replicas that were set by hand',
  },
  {
    scenario: 'drift/apply-once',
    steps: [5],
    what: ['shop phase', 'shop services.removed.healthy', 'shop services.removed.message'],
    reason: 'ours: apply-once leaves a deleted object away, but a component without its object is not called healthy',
  },
  {
    scenario: 'drift/health-resync',
    steps: [2],
    what: ['shop phase', 'shop services.web.healthy', 'shop services.web.message'],
    decision: 2,
    reason: 'health is told at once, not after up to five minutes',
  },
  ...[2, 3].map(
    (step): DeclaredInScenario => ({
      scenario: 'drift/owner-labels-removed',
      steps: [step],
      what: ['name', 'namespace', 'appRevision', 'component'].map((label) => `ConfigMap/edited ownership.${label}`),
      decision: 52,
      reason: 'the recorded uid proves the object ours, the labels come back',
    }),
  ),
  {
    scenario: 'drift/owner-labels-removed',
    steps: [4],
    what: [
      'shop phase',
      'shop appliedResources',
      'shop workflow.status',
      'shop workflow.finished',
      'shop workflow.steps',
      'shop services',
      'ConfigMap/edited ownership.name',
      'ConfigMap/edited ownership.namespace',
      'ConfigMap/edited ownership.appRevision',
      'ConfigMap/edited ownership.component',
      'ConfigMap/edited fields.data',
    ],
    decision: 52,
    reason: 'the next update is not stuck on an object whose labels were taken off',
  },
  ...repairedAtOnce('drift/resync', allByHand),
  ...repairedAtOnce('drift/touched', allByHand),
  {
    scenario: 'drift/scaler-less-replicas',
    steps: [2],
    what: ['shop services.web.message'],
    decision: 2,
    reason: 'health is current: it shows the replicas that were set by hand',
  },
  ...repairedAtOnce('drift/suspended', { 2: [editedByHand], 3: [editedByHand, removedByHand] }),
  {
    scenario: 'drift/suspended-update',
    steps: [2, 3, 4, 5],
    what: ['shop appliedResources', 'shop services'],
    decision: 51,
    reason: 'what the earlier revision delivered is still the application: it is recorded, kept and looked at while the update waits',
  },
  {
    scenario: 'drift/suspended-update',
    steps: [2, 3, 4, 5, 6],
    what: ['ConfigMap/first fields.data'],
    reason: 'ours: a field that the new spec no longer names is removed; KubeVela leaves it here',
  },
  {
    scenario: 'drift/suspended-update',
    steps: [3, 4, 5],
    what: [editedByHand],
    decision: 51,
    reason: 'objects of the earlier revision are kept while the update is suspended',
  },
  {
    scenario: 'drift/suspended-update',
    steps: [4, 5],
    what: [removedByHand],
    decision: 51,
    reason: 'objects of the earlier revision are kept while the update is suspended',
  },
  numbersGrow('revisions/back-to-earlier', [3], 'ConfigMap/settings ownership.appRevision', 'ApplicationRevision/shop-v3 exists'),
  numbersGrow(
    'revisions/back-to-earlier',
    [4],
    'ConfigMap/settings ownership.appRevision',
    'ApplicationRevision/shop-v3 exists',
    storedData('shop-v2'),
  ),
  numbersGrow('revisions/back-to-earlier', [5], 'ConfigMap/settings ownership.appRevision', storedData('shop-v2'), storedData('shop-v3')),
  laterLabel('revisions/policy-and-workflow-count', [2, 3], 'ConfigMap/settings'),
  {
    scenario: 'workflow/apply-object-no-namespace',
    steps: [1],
    what: ['ConfigMap/default/stray-object exists', 'ConfigMap/stray-object exists'],
    decision: 50,
    reason: 'an object without a namespace goes to the one of the application',
  },
  laterLabel('workflow/changed-while-suspended', [2], 'ConfigMap/one'),
  {
    scenario: 'workflow/component-dropped-from-steps',
    steps: [2],
    what: ['shop appliedResources', 'shop services', 'ConfigMap/two exists'],
    decision: 49,
    reason: 'a component in the spec that no step names any more keeps its objects',
  },
  laterLabel('workflow/component-dropped-from-steps', [2], 'ConfigMap/one'),
  {
    scenario: 'workflow/deploy-auto-false',
    steps: [1],
    what: ['shop appliedResources', 'shop services', 'ConfigMap/one exists'],
    decision: 46,
    reason: 'nothing is deployed before the approval',
  },
  {
    scenario: 'workflow/deploy-auto-false',
    steps: [3],
    what: ['ConfigMap/one fields.data', 'ConfigMap/one ownership.appRevision'],
    decision: 46,
    reason: 'nothing is deployed before the approval',
  },
  {
    scenario: 'workflow/healthy-then-unhealthy',
    steps: [2, 4],
    what: ['shop phase', 'shop services.web.healthy', 'shop services.web.message'],
    decision: 2,
    reason: 'health is told at once, not when the application is next looked at',
  },
  {
    scenario: 'workflow/inputs-outputs',
    steps: [1, 2],
    what: ['ConfigMap/source ownership.appRevision', 'ConfigMap/copy ownership.appRevision'],
    reason: 'ours: objects that steps make carry the revision like all others',
  },
  {
    scenario: 'workflow/restart-after-success',
    steps: [3],
    what: ['shop appliedResources', 'shop services'],
    decision: 51,
    reason: 'what an earlier run delivered is still the application: it is recorded, kept and looked at while the run waits',
  },
  {
    scenario: 'workflow/retries-exhausted',
    steps: [1],
    what: ['shop phase', 'shop workflow.status', 'shop workflow.terminated', 'shop workflow.finished', 'shop workflow.steps'],
    decision: 56,
    reason: 'an object that can never be accepted fails its step at once; only what may pass is tried again',
  },
  {
    scenario: 'workflow/retries-exhausted',
    steps: [2],
    what: ['shop workflow.steps'],
    decision: 56,
    reason: 'the reason is that of the failure, as nothing was tried again',
  },
  ...(
    [
      ['suspend-by-hand', 4],
      ['terminate', 4],
      ['timeout', 3],
    ] as const
  ).map(
    ([name, step]): DeclaredInScenario => ({
      scenario: `workflow/${name}`,
      steps: [step],
      what: ['shop services.web.healthy', 'shop services.web.message'],
      decision: 2,
      reason: 'health stays current when the workflow waits or has ended',
    }),
  ),
  ...(
    [
      ['suspend-substep', [1]],
      ['suspend-two-resume-one', [1, 2]],
    ] as const
  ).map(
    ([name, steps]): DeclaredInScenario => ({
      scenario: `workflow/${name}`,
      steps,
      what: ['shop workflow.steps'],
      reason: 'ours: sub-steps that wait for others are listed as pending, as steps are',
    }),
  ),
  {
    scenario: 'workflow/terminate-suspended',
    steps: [3],
    what: ['ConfigMap/one fields.data'],
    reason: 'ours: a field that the new spec no longer names is removed; KubeVela leaves it here',
  },
  {
    scenario: 'health/disable-health-check',
    steps: [3],
    what: ['shop phase', 'shop workflow.status', 'shop workflow.finished', 'shop workflow.steps', 'shop services.worker.healthy'],
    decision: 19,
    reason: 'the annotation holds for every workload',
  },
  laterLabel('health/disable-health-check', [3], 'Deployment/web'),
  {
    scenario: 'health/task-fails',
    steps: [2, 3],
    what: ['shop phase', 'shop workflow.status', 'shop workflow.terminated', 'shop workflow.finished', 'shop workflow.steps'],
    decision: 55,
    reason: 'a Job that failed for good fails its step',
  },
  {
    scenario: 'health/task-updated',
    steps: [2],
    what: ['shop workflow.steps'],
    reason: 'ours: what an immutable field holds up waits and says for what; it is not failed',
  },
  {
    scenario: 'health/task-updated',
    steps: [3],
    what: ['shop phase', 'shop workflow.status', 'shop workflow.terminated', 'shop workflow.finished', 'shop workflow.steps'],
    reason: 'ours: what an immutable field holds up waits and says for what: deleting the Job lets it go on, no restart is needed',
  },
  {
    scenario: 'health/trait-unhealthy',
    steps: [1],
    what: [
      'shop phase',
      'shop appliedResources',
      'shop workflow.status',
      'shop workflow.finished',
      'shop workflow.steps',
      'shop services',
      'ConfigMap/two exists',
    ],
    decision: 13,
    reason: 'a Service without an address is told as not healthy on its trait, but holds no workflow up (docs/health.md)',
  },
];
