/** Tables of the workload kinds. */
import type { KubeObject } from '../object.ts';
import {
  age,
  at,
  columns,
  containerCells,
  count,
  hasCondition,
  humanDuration,
  items,
  orNone,
  selectorText,
  since,
  type TableForm,
  text,
} from './cells.ts';
import { podTable } from './pods.ts';

const wideCells = (object: KubeObject): string[] => [
  ...containerCells(at(object, 'spec', 'template', 'spec')),
  selectorText(at(object, 'spec', 'selector')),
];

const deployments: TableForm = {
  columns: columns('Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers*', 'Images*', 'Selector*'),
  row: (object, now) => [
    object.metadata.name,
    `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`,
    count(object, 'status', 'updatedReplicas'),
    count(object, 'status', 'availableReplicas'),
    age(object, now),
    ...wideCells(object),
  ],
};

const replicasets: TableForm = {
  columns: columns('Name', 'Desired:integer', 'Current:integer', 'Ready:integer', 'Age', 'Containers*', 'Images*', 'Selector*'),
  row: (object, now) => [
    object.metadata.name,
    count(object, 'spec', 'replicas'),
    count(object, 'status', 'replicas'),
    count(object, 'status', 'readyReplicas'),
    age(object, now),
    ...wideCells(object),
  ],
};

const statefulsets: TableForm = {
  columns: columns('Name', 'Ready', 'Age', 'Containers*', 'Images*'),
  row: (object, now) => [
    object.metadata.name,
    `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`,
    age(object, now),
    ...containerCells(at(object, 'spec', 'template', 'spec')),
  ],
};

const daemonsets: TableForm = {
  columns: columns(
    'Name',
    'Desired:integer',
    'Current:integer',
    'Ready:integer',
    'Up-to-date:integer',
    'Available:integer',
    'Node Selector',
    'Age',
    'Containers*',
    'Images*',
    'Selector*',
  ),
  row: (object, now) => [
    object.metadata.name,
    count(object, 'status', 'desiredNumberScheduled'),
    count(object, 'status', 'currentNumberScheduled'),
    count(object, 'status', 'numberReady'),
    count(object, 'status', 'updatedNumberScheduled'),
    count(object, 'status', 'numberAvailable'),
    selectorText({ matchLabels: at(object, 'spec', 'template', 'spec', 'nodeSelector') ?? {} }),
    age(object, now),
    ...wideCells(object),
  ],
};

function jobCompletions(object: KubeObject): string {
  const succeeded = count(object, 'status', 'succeeded');
  const wanted = at(object, 'spec', 'completions');
  if (typeof wanted === 'number') return `${succeeded}/${wanted}`;
  const parallelism = count(object, 'spec', 'parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobStatus(object: KubeObject): string {
  if (hasCondition(object, 'Complete')) return 'Complete';
  if (hasCondition(object, 'Failed')) return 'Failed';
  if (object.metadata.deletionTimestamp) return 'Terminating';
  if (hasCondition(object, 'Suspended')) return 'Suspended';
  return hasCondition(object, 'FailureTarget') ? 'FailureTarget' : 'Running';
}

function jobDuration(object: KubeObject, now: number): string {
  const start = text(object, 'status', 'startTime');
  const end = text(object, 'status', 'completionTime');
  if (start === '') return '';
  return humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
}

const jobs: TableForm = {
  columns: columns('Name', 'Status', 'Completions', 'Duration', 'Age', 'Containers*', 'Images*', 'Selector*'),
  row: (object, now) => [
    object.metadata.name,
    jobStatus(object),
    jobCompletions(object),
    jobDuration(object, now),
    age(object, now),
    ...wideCells(object),
  ],
};

const cronjobs: TableForm = {
  columns: columns(
    'Name',
    'Schedule',
    'Timezone',
    'Suspend:boolean',
    'Active:integer',
    'Last Schedule',
    'Age',
    'Containers*',
    'Images*',
    'Selector*',
  ),
  row: (object, now) => {
    const last = text(object, 'status', 'lastScheduleTime');
    return [
      object.metadata.name,
      text(object, 'spec', 'schedule'),
      orNone(text(object, 'spec', 'timeZone')),
      at(object, 'spec', 'suspend') === true ? 'True' : 'False',
      items(object, 'status', 'active').length,
      last === '' ? '<none>' : since(last, now),
      age(object, now),
      ...containerCells(at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')),
      selectorText(at(object, 'spec', 'jobTemplate', 'spec', 'selector')),
    ];
  },
};

const controllerrevisions: TableForm = {
  columns: columns('Name', 'Controller', 'Revision', 'Age'),
  row: (object, now) => {
    const owner = object.metadata.ownerReferences?.find((reference) => reference.controller);
    return [
      object.metadata.name,
      owner ? `${owner.kind.toLowerCase()}.${owner.apiVersion.split('/')[0] ?? ''}/${owner.name}` : '<none>',
      count(object, 'revision'),
      age(object, now),
    ];
  },
};

/** The scale subresource of any kind. */
export const scaleTable: TableForm = {
  columns: columns('Name', 'Desired:integer', 'Available:integer', 'Age'),
  row: (scale, now) => [scale.metadata.name, count(scale, 'spec', 'replicas'), count(scale, 'status', 'replicas'), age(scale, now)],
};

export const workloadTables: Record<string, TableForm> = {
  '/pods': podTable,
  'apps/deployments': deployments,
  'apps/replicasets': replicasets,
  'apps/statefulsets': statefulsets,
  'apps/daemonsets': daemonsets,
  'apps/controllerrevisions': controllerrevisions,
  'batch/jobs': jobs,
  'batch/cronjobs': cronjobs,
};
