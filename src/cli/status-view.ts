/** The text of `lateen status`: a summary with what is not well, or the whole tree. Pure. */
import type { HealthState } from '../health/verdict.ts';
import type { Paint, Tone } from './paint.ts';
import type { ComponentModel, ObjectModel, StatusModel, StepModel } from './status-model.ts';
import { age, table } from './table.ts';
import { drawTree, type TreeNode } from './tree.ts';

const toneOf: Record<HealthState | 'waiting', Tone> = {
  healthy: 'good',
  progressing: 'waiting',
  suspended: 'waiting',
  degraded: 'bad',
  'not-assessed': 'quiet',
  waiting: 'quiet',
};

const stepTone: Readonly<Record<string, Tone>> = { succeeded: 'good', failed: 'bad', running: 'waiting', suspending: 'waiting' };

/** @param nowMs wall time, for ages. */
export function statusText(model: StatusModel, paint: Paint, nowMs: number): string {
  const parts = [headline(model, paint, nowMs), components(model, paint)];
  if (model.workflow && showsWorkflow(model)) parts.push(workflow(model.workflow.steps, paint));
  const causes = causesText(model, paint);
  if (causes) parts.push(causes);
  const conditions = telling(model);
  if (conditions) parts.push(conditions);
  return parts.join('\n\n');
}

export function statusTree(model: StatusModel, paint: Paint, nowMs: number): string {
  const root: TreeNode = {
    text: headline(model, paint, nowMs),
    children: [
      ...model.components.map((component) => componentNode(component, paint)),
      ...model.others.map((object) => objectNode(object, paint)),
    ],
  };
  return drawTree(root);
}

function phaseTone(model: StatusModel): Tone {
  if (model.isWell) return 'good';
  return model.kstatus === 'Failed' || model.phase === 'unhealthy' ? 'bad' : 'waiting';
}

function headline(model: StatusModel, paint: Paint, nowMs: number): string {
  const facts = [model.revision, model.publishVersion && `version ${model.publishVersion}`, `age ${age(model.createdAt, nowMs)}`];
  const state = paint(phaseTone(model), model.phase);
  const first = `${paint('strong', `${model.namespace}/${model.name}`)}   ${state}   ${paint('quiet', facts.filter(Boolean).join(', '))}`;
  return model.message ? `${first}\n  ${model.message}` : first;
}

function components(model: StatusModel, paint: Paint): string {
  const rows = model.components.flatMap(({ name, type, places, state }) =>
    places.length === 0
      ? [[name, type, '', paint('quiet', state === 'waiting' ? 'not delivered yet' : state), '']]
      : places.map(({ cluster, namespace, healthy, message }) => [
          name,
          type,
          cluster && cluster !== 'local' ? `${cluster}/${namespace}` : namespace,
          paint(
            healthy ? 'good' : toneOf[state === 'healthy' ? 'progressing' : state],
            healthy ? 'healthy' : state === 'healthy' ? 'unhealthy' : state,
          ),
          message,
        ]),
  );
  return table(['COMPONENT', 'TYPE', 'NAMESPACE', 'STATE', 'MESSAGE'], rows, paint);
}

/** A generated workflow that is through says nothing that the components do not say. */
function showsWorkflow({ workflow, components: all }: StatusModel): boolean {
  if (!workflow) return false;
  const isGenerated = workflow.steps.every((step) => all.some(({ name }) => name === step.name)) && workflow.steps.length === all.length;
  return !isGenerated || workflow.status !== 'succeeded';
}

function workflow(steps: readonly StepModel[], paint: Paint): string {
  const rows = steps.flatMap((step) => [stepRow(step, '', paint), ...step.subSteps.map((sub) => stepRow(sub, '  ', paint))]);
  return table(['STEP', 'TYPE', 'PHASE', 'MESSAGE'], rows, paint);
}

function stepRow({ name, type, phase, message }: StepModel, indent: string, paint: Paint): string[] {
  return [indent + name, type, paint(stepTone[phase] ?? 'quiet', phase), phase === 'succeeded' ? '' : message];
}

function isUnwell({ state }: { state: HealthState }): boolean {
  return state === 'degraded' || state === 'progressing';
}

function causesText(model: StatusModel, paint: Paint): string {
  const unwell = [...model.components.flatMap((component) => component.objects), ...model.others].filter(isUnwell);
  const section = (title: string, objects: readonly ObjectModel[]): string[] =>
    objects.length === 0 ? [] : [[title, ...objects.map((object) => causeLine(object, paint))].join('\n')];
  const holding = unwell.filter(({ holds }) => holds);
  const others = unwell.filter(({ holds }) => !holds);
  return [...section('Not well:', holding), ...section('To be noted (nothing waits for it):', others)].join('\n\n');
}

function causeLine({ kind, namespace, name, state, reason, message }: ObjectModel, paint: Paint): string {
  return `  ${kind} ${namespace ? `${namespace}/` : ''}${name}: ${paint(toneOf[state], reason)}${message ? `: ${message}` : ''}`;
}

/** Conditions that say something is wrong and are not the message already. */
function telling({ conditions, message }: StatusModel): string {
  const bad = conditions.filter(({ type, status, message: text }) => {
    const isBad = ['Stalled', 'FieldFight'].includes(type)
      ? status === 'True'
      : !['Ready', 'Reconciling'].includes(type) && status === 'False';
    return isBad && type !== 'Stalled' && text !== message;
  });
  return bad.map(({ type, status, reason, message: text }) => `${type}=${status} (${reason ?? ''})${text ? `: ${text}` : ''}`).join('\n');
}

function componentNode({ name, type, state, objects, places }: ComponentModel, paint: Paint): TreeNode {
  const message = places.find((place) => !place.healthy)?.message ?? '';
  const text = [
    `${paint('strong', name)} ${paint('quiet', `(${type})`)}`,
    paint(toneOf[state], state === 'waiting' ? 'not delivered yet' : state),
  ];
  // The objects below say it in full.
  if (message && !objects.some(isUnwell)) text.push(message);
  return { text: text.join('  '), children: objects.map((object) => objectNode(object, paint)) };
}

function objectNode(object: ObjectModel, paint: Paint): TreeNode {
  const { kind, namespace, name, state, reason, message, madeBy, pods, cluster } = object;
  const place = [cluster === 'local' ? '' : cluster, namespace ?? ''].filter(Boolean).join('/');
  const text = [`${kind} ${name}`];
  if (madeBy) text.push(paint('quiet', `[${madeBy}]`));
  text.push(stateText({ state, reason, message }, paint));
  if (place) text.push(paint('quiet', place));
  return {
    text: text.join('  '),
    children: pods.map((pod) => ({
      text: [`Pod ${pod.name}`, stateText(pod, paint), ...(pod.node ? [paint('quiet', `on ${pod.node}`)] : [])].join('  '),
      children: [],
    })),
  };
}

function stateText({ state, reason, message }: { state: HealthState; reason: string; message: string }, paint: Paint): string {
  const word = paint(toneOf[state], state);
  if (!isUnwell({ state })) return word;
  return `${word}  ${reason}${message ? `: ${message}` : ''}`;
}
