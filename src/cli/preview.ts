/**
 * What the operator would do with an application as it stands in a file: the same pure code as its pass, on what is
 * live now, with dry runs where something changes. Nothing is written.
 */
import PQueue from 'p-queue';
import { sharedBy } from '../api/annotations.ts';
import type { Application } from '../api/application.ts';
import { appName } from '../api/labels.ts';
import { type KubeObject, type ObjectRef, refOf } from '../api/object.ts';
import { failure, type Problem, type Result, success } from '../base/errors.ts';
import { isObject, type JsonObject, valueAt } from '../base/json.ts';
import { fateOnUpdate } from '../controllers/application/fate.ts';
import type { ClusterFacts } from '../controllers/application/render.ts';
import { type CurrentRevision, currentRevision, readRevisions } from '../controllers/application/revisions.ts';
import { autoscalerIndex } from '../controllers/application/surroundings.ts';
import { classifyFailure } from '../delivery/classify.ts';
import { ownershipOf } from '../delivery/ownership.ts';
import type { KubeClient } from '../kube/types.ts';
import { fieldManager } from '../plan/fingerprint.ts';
import { type PlannedObject, planDelivery, type Seen } from '../plan/plan.ts';
import { decidePrune } from '../plan/prune.ts';
import { entryKey, type RecordEntry, type TrackerRecord } from '../plan/record.ts';
import { type Policies, subjectOfObject, subjectOfResource } from '../policies/index.ts';
import { appliedOver } from './applied-over.ts';
import type { FieldChange } from './field-diff.ts';
import { fieldChanges } from './field-diff.ts';
import { visibleChanges } from './object-diff.ts';
import { readRecorded } from './picture.ts';
import { renderWhole, type Whole } from './rendering.ts';
import { readWorkflowReference } from './workflow-reference.ts';

/** What would be done with one object. */
export type Verb = 'create' | 'change' | 'adopt' | 'repair' | 'restore' | 'refuse' | 'wait' | 'delete' | 'let-go';

export interface ObjectChange {
  verb: Verb;
  ref: ObjectRef;
  /** Why, as words after the object: `component web`, `component web has left the application`. */
  reason: string;
  fields: FieldChange[];
}

export interface Preview {
  namespace: string;
  name: string;
  isNew: boolean;
  /** Name of the revision that would be made; undefined when the spec is as it was. */
  revision: string | undefined;
  /** Changes of the Application itself. */
  spec: FieldChange[];
  objects: ObjectChange[];
  notes: string[];
}

export function isEmpty({ isNew, revision, objects, spec }: Preview): boolean {
  return !isNew && revision === undefined && objects.length === 0 && spec.length === 0;
}

interface Around {
  live: Application | undefined;
  record: TrackerRecord;
  revision: CurrentRevision;
  candidate: Application;
}

const concurrency = 10;

/** Errors: what the API server, or the rendering, says of the file. */
export async function previewApplication(
  client: KubeClient,
  wanted: Application,
  cluster: ClusterFacts,
  now: number,
): Promise<Result<Preview>> {
  const around = await readAround(client, wanted);
  if (!around.ok) return around;
  const { live, record, revision, candidate } = around.value;
  const notes: string[] = [];
  const accepted = await client.apply(wanted, { fieldManager: 'lateen-diff', force: true, dryRun: true });
  if (!accepted.ok) {
    const { httpStatus, reason } = accepted.failure;
    if (httpStatus !== 404 || reason !== 'NotFound') return failure(classifyFailure(accepted.failure, refOf(wanted)));
    notes.push(`namespace ${wanted.metadata.namespace} does not exist yet`);
  }
  const whole = await renderWhole({
    application: candidate,
    revision,
    cluster,
    references: { workflow: await readWorkflowReference(client, candidate) },
    variables: await readVariables(client, live),
    now,
  });
  if (!whole.ok) return whole;
  notes.push(...notesOf(whole.value));
  const objects = await previewObjects(client, around.value, whole.value);
  return success({
    namespace: candidate.metadata.namespace ?? 'default',
    name: candidate.metadata.name,
    isNew: live === undefined,
    revision: revision.isNew ? revision.name : undefined,
    spec: live ? specChanges(live, candidate) : [],
    objects: [...objects, ...(live ? prunes(candidate, record, whole.value) : [])],
    notes,
  });
}

async function readAround(client: KubeClient, wanted: Application): Promise<Result<Around>> {
  const recorded = await readRecorded(client, refOf(wanted));
  if (!recorded.ok && (recorded.failure.httpStatus !== 404 || recorded.failure.reason === 'NoKind')) {
    return failure(classifyFailure(recorded.failure, refOf(wanted)));
  }
  const live = recorded.ok ? recorded.value.application : undefined;
  const record: TrackerRecord = recorded.ok ? recorded.value.record : { entries: new Map(), pages: [] };
  const candidate = appliedOver(live, wanted);
  const { apiVersion, metadata } = candidate;
  const listed = live
    ? await client.list(
        { apiVersion, kind: 'ApplicationRevision', namespace: metadata.namespace },
        { labelSelector: `${appName}=${metadata.name}` },
      )
    : undefined;
  if (listed && !listed.ok) return failure(classifyFailure(listed.failure, refOf(wanted)));
  const own = (listed?.value.items ?? []).filter((one) => one.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  return success({ live, record, candidate, revision: currentRevision(candidate, readRevisions(own)) });
}

/** Outputs of the recorded run; none when there are none, or they cannot be read. */
async function readVariables(client: KubeClient, live: Application | undefined): Promise<JsonObject> {
  const backend = live?.status?.workflow?.contextBackend;
  if (!backend?.name) return {};
  const found = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: backend.namespace, name: backend.name });
  const text = found.ok && isObject(found.value.data) ? found.value.data.vars : undefined;
  try {
    const values: unknown = JSON.parse(typeof text === 'string' ? text : '{}');
    return isObject(values) ? values : {};
  } catch {
    return {};
  }
}

function notesOf({ awaiting, unknownSteps, warnings }: Whole): string[] {
  return [
    ...warnings.map((warning) => `warning: ${warning}`),
    ...awaiting.map((name) => `component "${name}" takes a value that only the running workflow gives: its objects are not compared`),
    ...unknownSteps.map((name) => `what step "${name}" makes is only known when it runs`),
  ];
}

function specChanges(live: Application, candidate: Application): FieldChange[] {
  const visible = ({ metadata, spec }: Application) => ({ metadata: { labels: metadata.labels, annotations: metadata.annotations }, spec });
  return fieldChanges(visible(live), visible(candidate));
}

async function previewObjects(client: KubeClient, { record, candidate }: Around, { steps, resolved }: Whole): Promise<ObjectChange[]> {
  const due = steps.flatMap(({ step, resources }) => resources.map((resource) => ({ step, resource })));
  const refs = new Map<string, ObjectRef>();
  for (const { resource } of due) refs.set(entryKey(resource.cluster, refOf(resource.manifest)), refOf(resource.manifest));
  for (const [key, entry] of record.entries) refs.set(key, entry.ref);
  const queue = new PQueue({ concurrency });
  const seen = new Map<string, Seen>();
  await Promise.all([...refs].map(([key, ref]) => queue.add(async () => void seen.set(key, await look(client, ref)))));
  const { policies } = resolved;
  const autoscalers = await readAutoscalers(
    client,
    due.map(({ resource }) => resource.manifest),
  );
  const plan = planDelivery({
    due,
    record,
    autoscalersOf: (_cluster, { namespace = '', kind, name }) =>
      autoscalers.filter((one) => autoscalerIndex.target(one).includes(`${namespace}/${kind}/${name}`)).map(refOf),
    seen: (cluster, ref) => seen.get(entryKey(cluster, ref)) ?? { state: 'unknown' },
    isCleared: () => false,
    isYielded: () => false,
    isShared: (resource) => policies.isShared(subjectOfResource(resource)),
    isReadOnly: (resource) => policies.isReadOnly(subjectOfResource(resource)),
    unenforced: (resource, moment) => policies.applyOncePathsFor(subjectOfResource(resource), moment),
  });
  // Repairs of what the new spec no longer wants would only be made to be taken away.
  const wanted = plan.deliver.filter(({ step }) => step !== undefined);
  const changes = await Promise.all(wanted.map((planned) => queue.add(() => previewObject(client, planned, candidate, policies))));
  return changes.filter((change) => change !== undefined);
}

/** Autoscalers beside the workloads that are wanted: they decide about replicas. None where they may not be read. */
async function readAutoscalers(client: KubeClient, manifests: readonly KubeObject[]): Promise<KubeObject[]> {
  const workloads = manifests.filter((manifest) => valueAt(manifest, ['spec', 'template']) !== undefined);
  const namespaces = new Set(workloads.map(({ metadata }) => metadata.namespace ?? 'default'));
  const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
  const lists = await Promise.all([...namespaces].map((namespace) => client.list({ ...kind, namespace })));
  return lists.flatMap((list) => (list.ok ? list.value.items : []));
}

async function look(client: KubeClient, ref: ObjectRef): Promise<Seen> {
  const found = await client.get(ref);
  if (found.ok) return { state: 'present', object: found.value };
  return found.failure.httpStatus === 404 ? { state: 'absent' } : { state: 'unknown' };
}

async function previewObject(
  client: KubeClient,
  planned: PlannedObject,
  application: Application,
  policies: Policies,
): Promise<ObjectChange | undefined> {
  const { action, manifest, afterwards, live } = planned;
  const ref = refOf(manifest);
  const change = (verb: Verb, reason: string, fields: FieldChange[] = []): ObjectChange => ({ verb, ref, reason, fields });
  switch (action) {
    case 'none':
      return undefined;
    case 'look':
      return live ? undefined : change('wait', 'it is read-only and does not exist');
    case 'await-deletion':
      return change('wait', `it is being deleted and is created again when it is gone`);
    case 'restore':
      return create(client, afterwards ?? manifest, change, 'restore', `${makerOf(planned)}; recorded, but gone`);
    case 'create': {
      if (!live) return create(client, manifest, change, 'create', makerOf(planned));
      const refusal = refusalOf(live, manifest, application, policies);
      return refusal === undefined ? compare(client, live, manifest, change, 'adopt', makerOf(planned)) : change('refuse', refusal);
    }
    case 'update':
      return live && compare(client, live, manifest, change, 'change', makerOf(planned));
    case 'share': {
      const sharer = `${application.metadata.namespace}/${application.metadata.name}`;
      const isListed = live?.metadata.annotations?.[sharedBy]?.split(',').includes(sharer) === true;
      return isListed ? undefined : change('change', `${makerOf(planned)}; shared: it is listed beside the owner`);
    }
    case 'repair':
      return live && compare(client, live, manifest, change, 'repair', `${makerOf(planned)}; changed by somebody else`);
    default:
      return action satisfies never;
  }
}

type Change = (verb: Verb, reason: string, fields?: FieldChange[]) => ObjectChange;

/** A dry run tells what a quota, a webhook or a rule would refuse. */
async function create(client: KubeClient, manifest: KubeObject, change: Change, verb: Verb, reason: string): Promise<ObjectChange> {
  const body = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: '1' } };
  const answer = await client.apply(body, { fieldManager, force: true, dryRun: true });
  if (answer.ok) return change(verb, reason);
  const problem = classifyFailure(answer.failure, refOf(manifest));
  return refused(problem, change, reason, verb);
}

async function compare(
  client: KubeClient,
  live: KubeObject,
  manifest: KubeObject,
  change: Change,
  verb: Verb,
  reason: string,
): Promise<ObjectChange | undefined> {
  const body = { ...manifest, metadata: { ...manifest.metadata, uid: live.metadata.uid } };
  const answer = await client.apply(body, { fieldManager, force: true, dryRun: true });
  if (!answer.ok) return refused(classifyFailure(answer.failure, refOf(manifest)), change, reason, verb);
  const fields = visibleChanges(live, answer.value);
  return fields.length === 0 && verb !== 'adopt' ? undefined : change(verb, reason, fields);
}

/** What passes once something else is there is waited for; a namespace that is missing is no reason not to show the plan. */
function refused(problem: Problem, change: Change, reason: string, verb: Verb): ObjectChange {
  if (problem.kind === 'Waiting') return change(verb, `${reason}; waits: ${problem.message}`);
  return change('refuse', problem.message);
}

function refusalOf(live: KubeObject, manifest: KubeObject, { metadata }: Application, policies: Policies): string | undefined {
  const { name, namespace = 'default' } = metadata;
  const ownership = ownershipOf(live, { name, namespace });
  const subject = subjectOfObject(manifest);
  switch (ownership.state) {
    case 'ours':
    case 'orphaned':
      return undefined;
    case 'other-application':
      return policies.isShared(subject) ? undefined : `it is managed by application ${ownership.namespace}/${ownership.name}`;
    case 'unmanaged':
      return policies.mayTakeOver(subject) ? undefined : `it exists and belongs to no application (written by ${ownership.manager})`;
    default:
      return ownership satisfies never;
  }
}

function makerOf({ entry, step }: Pick<PlannedObject, 'entry' | 'step'>): string {
  const { component, role, type } = entry.origin;
  if (!component) return `step ${entry.step ?? step ?? ''}`;
  return role === 'TRAIT' && type !== 'AuxiliaryWorkload' ? `component ${component}, trait ${type}` : `component ${component}`;
}

function prunes(application: Application, record: TrackerRecord, { steps, resolved, unknownSteps, awaiting }: Whole): ObjectChange[] {
  const all = resolved.workflow.steps.flatMap((step) => [step.name, ...(step.subSteps ?? []).map(({ name }) => name)]);
  const components = new Set(application.spec.components.map(({ name }) => name));
  const { prune } = decidePrune({
    entries: record.entries,
    wanted: new Set(steps.flatMap(({ resources }) => resources.map(({ cluster, manifest }) => entryKey(cluster, refOf(manifest))))),
    components,
    rendered: new Set(steps.flatMap((step) => step.components).filter((name) => !awaiting.includes(name))),
    steps: new Set(all),
    ranSteps: new Set(all.filter((name) => !unknownSteps.includes(name))),
  });
  return prune.flatMap(({ entry }): ObjectChange[] => {
    const fate = fateOnUpdate(entry, resolved.policies);
    if (fate === 'keep') return [];
    return [{ verb: fate === 'delete' ? 'delete' : 'let-go', ref: entry.ref, reason: pruneReason(entry, components), fields: [] }];
  });
}

function pruneReason(entry: RecordEntry, components: ReadonlySet<string>): string {
  const { component } = entry.origin;
  if (!component) return `step ${entry.step ?? ''} no longer makes it`;
  return components.has(component) ? `${makerOf({ entry })} no longer wants it` : `component ${component} has left the application`;
}
