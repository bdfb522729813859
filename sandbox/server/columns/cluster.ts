/** Tables of nodes, namespaces, storage, configuration, access, autoscaling and events. */
import type { Json, KubeObject } from '../object.ts';
import { age, at, columns, count, items, keys, orNone, since, type TableForm, text } from './cells.ts';

function nodeStatus(node: KubeObject): string {
  const ready = items(node, 'status', 'conditions').find((condition) => text(condition, 'type') === 'Ready');
  const state = ready === undefined ? 'Unknown' : text(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec', 'unschedulable') === true ? `${state},SchedulingDisabled` : state;
}

function nodeRoles(node: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(prefix)) return key.length > prefix.length ? [key.slice(prefix.length)] : [];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return orNone(roles.sort().join(','));
}

const nodeAddress = (node: KubeObject, type: string): string =>
  orNone(
    text(
      items(node, 'status', 'addresses').find((address) => text(address, 'type') === type),
      'address',
    ),
  );

const nodes: TableForm = {
  columns: columns(
    'Name',
    'Status',
    'Roles',
    'Age',
    'Version',
    'Internal-IP*',
    'External-IP*',
    'OS-Image*',
    'Kernel-Version*',
    'Container-Runtime*',
  ),
  row: (node, now) => [
    node.metadata.name,
    nodeStatus(node),
    nodeRoles(node),
    age(node, now),
    text(node, 'status', 'nodeInfo', 'kubeletVersion'),
    nodeAddress(node, 'InternalIP'),
    nodeAddress(node, 'ExternalIP'),
    text(node, 'status', 'nodeInfo', 'osImage') || '<unknown>',
    text(node, 'status', 'nodeInfo', 'kernelVersion') || '<unknown>',
    text(node, 'status', 'nodeInfo', 'containerRuntimeVersion') || '<unknown>',
  ],
};

const shortModes: Record<string, string> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };
const accessModes = (modes: Json[]): string =>
  Object.keys(shortModes)
    .filter((mode) => modes.includes(mode))
    .map((mode) => shortModes[mode])
    .join(',');

const volumes: TableForm = {
  columns: columns(
    'Name',
    'Capacity',
    'Access Modes',
    'Reclaim Policy',
    'Status',
    'Claim',
    'StorageClass',
    'VolumeAttributesClass',
    'Reason',
    'Age',
    'VolumeMode*',
  ),
  row: (volume, now) => {
    const claim = at(volume, 'spec', 'claimRef');
    const phase = text(volume, 'status', 'phase');
    return [
      volume.metadata.name,
      text(volume, 'spec', 'capacity', 'storage'),
      accessModes(items(volume, 'spec', 'accessModes')),
      text(volume, 'spec', 'persistentVolumeReclaimPolicy'),
      volume.metadata.deletionTimestamp ? 'Terminating' : phase,
      claim ? `${text(claim, 'namespace')}/${text(claim, 'name')}` : '',
      text(volume, 'spec', 'storageClassName'),
      text(volume, 'spec', 'volumeAttributesClassName') || '<unset>',
      text(volume, 'status', 'reason'),
      age(volume, now),
      text(volume, 'spec', 'volumeMode') || '<unset>',
    ];
  },
};

const claims: TableForm = {
  columns: columns('Name', 'Status', 'Volume', 'Capacity', 'Access Modes', 'StorageClass', 'VolumeAttributesClass', 'Age', 'VolumeMode*'),
  row: (claim, now) => {
    const bound = text(claim, 'spec', 'volumeName') !== '';
    return [
      claim.metadata.name,
      claim.metadata.deletionTimestamp ? 'Terminating' : text(claim, 'status', 'phase'),
      text(claim, 'spec', 'volumeName'),
      bound ? text(claim, 'status', 'capacity', 'storage') : '',
      bound ? accessModes(items(claim, 'status', 'accessModes')) : '',
      text(claim, 'spec', 'storageClassName'),
      text(claim, 'spec', 'volumeAttributesClassName') || '<unset>',
      age(claim, now),
      text(claim, 'spec', 'volumeMode') || '<unset>',
    ];
  },
};

const storageclasses: TableForm = {
  columns: columns('Name', 'Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion', 'Age'),
  row: (object, now) => {
    const isDefault = object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    return [
      `${object.metadata.name}${isDefault ? ' (default)' : ''}`,
      text(object, 'provisioner'),
      text(object, 'reclaimPolicy') || 'Delete',
      text(object, 'volumeBindingMode') || 'Immediate',
      at(object, 'allowVolumeExpansion') === true,
      age(object, now),
    ];
  },
};

function metricText(spec: Json, status: Json | undefined): string {
  const type = text(spec, 'type');
  const source = type.charAt(0).toLowerCase() + type.slice(1);
  const target = at(spec, source, 'target');
  const current = at(status, source, 'current');
  const named = type === 'Resource' || type === 'ContainerResource' ? `${text(spec, source, 'name')}: ` : '';
  const average = text(target, 'averageValue');
  if (average !== '') {
    const suffix = type === 'External' || type === 'Object' ? ' (avg)' : '';
    return `${named}${text(current, 'averageValue') || '<unknown>'}/${average}${suffix}`;
  }
  if (named !== '') {
    const now = at(current, 'averageUtilization');
    const wanted = at(target, 'averageUtilization');
    return `${named}${typeof now === 'number' ? `${now}%` : '<unknown>'}/${typeof wanted === 'number' ? `${wanted}%` : '<auto>'}`;
  }
  return `${text(current, 'value') || '<unknown>'}/${text(target, 'value')}`;
}

function metricsText(object: KubeObject): string {
  const specs = items(object, 'spec', 'metrics');
  if (specs.length === 0) return '<none>';
  const statuses = items(object, 'status', 'currentMetrics');
  const shown = specs
    .slice(0, 2)
    .map((spec, index) => metricText(spec, statuses[index]))
    .join(', ');
  return specs.length > 2 ? `${shown} + ${specs.length - 2} more...` : shown;
}

const autoscalers: TableForm = {
  columns: columns('Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'),
  row: (object, now) => [
    object.metadata.name,
    `${text(object, 'spec', 'scaleTargetRef', 'kind')}/${text(object, 'spec', 'scaleTargetRef', 'name')}`,
    metricsText(object),
    text(object, 'spec', 'minReplicas') || '<unset>',
    count(object, 'spec', 'maxReplicas'),
    count(object, 'status', 'currentReplicas'),
    age(object, now),
  ],
};

const budgets: TableForm = {
  columns: columns('Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions:integer', 'Age'),
  row: (object, now) => [
    object.metadata.name,
    text(object, 'spec', 'minAvailable') || 'N/A',
    text(object, 'spec', 'maxUnavailable') || 'N/A',
    count(object, 'status', 'disruptionsAllowed'),
    age(object, now),
  ],
};

function quotaText(object: KubeObject, limits: boolean): string {
  return keys(object, 'status', 'hard')
    .sort()
    .filter((name) => name.startsWith('limits.') === limits)
    .map((name) => `${name}: ${text(object, 'status', 'used', name) || '0'}/${text(object, 'status', 'hard', name)}`)
    .join(', ');
}

const quotas: TableForm = {
  columns: columns('Name', 'Request', 'Limit', 'Age'),
  row: (object, now) => [object.metadata.name, quotaText(object, false), quotaText(object, true), age(object, now)],
};

const events: TableForm = {
  columns: columns('Last Seen', 'Type', 'Reason', 'Object', 'Subobject*', 'Source*', 'Message', 'First Seen*', 'Count*', 'Name*'),
  row: (event, now) => {
    const first = since(at(event, 'firstTimestamp') || at(event, 'eventTime'), now);
    const lastSeen = at(event, 'lastTimestamp');
    const series = at(event, 'series');
    const last = series ? since(at(series, 'lastObservedTime'), now) : lastSeen ? since(lastSeen, now) : first;
    const kind = text(event, 'involvedObject', 'kind').toLowerCase();
    const name = text(event, 'involvedObject', 'name');
    const component = text(event, 'source', 'component') || text(event, 'reportingComponent');
    const host = text(event, 'source', 'host') || text(event, 'reportingInstance');
    return [
      last,
      text(event, 'type'),
      text(event, 'reason'),
      name ? `${kind}/${name}` : kind,
      text(event, 'involvedObject', 'fieldPath'),
      host ? `${component}, ${host}` : component,
      text(event, 'message').trim(),
      first,
      series ? count(series, 'count') : count(event, 'count') || 1,
      event.metadata.name,
    ];
  },
};

const subjects = (object: KubeObject, kind: string): string =>
  items(object, 'subjects')
    .filter((subject) => text(subject, 'kind') === kind)
    .map((subject) => (kind === 'ServiceAccount' ? `${text(subject, 'namespace')}/${text(subject, 'name')}` : text(subject, 'name')))
    .join(', ');

const bindings: TableForm = {
  columns: columns('Name', 'Role', 'Age', 'Users*', 'Groups*', 'ServiceAccounts*'),
  row: (object, now) => [
    object.metadata.name,
    `${text(object, 'roleRef', 'kind')}/${text(object, 'roleRef', 'name')}`,
    age(object, now),
    subjects(object, 'User'),
    subjects(object, 'Group'),
    subjects(object, 'ServiceAccount'),
  ],
};

/** Kinds without a table of their own. */
export const plainTable: TableForm = {
  columns: columns('Name', 'Created At:date'),
  row: (object) => [object.metadata.name, object.metadata.creationTimestamp ?? ''],
};

const phased: TableForm = {
  columns: columns('Name', 'Status', 'Age'),
  row: (object, now) => [object.metadata.name, text(object, 'status', 'phase'), age(object, now)],
};

export const clusterTables: Record<string, TableForm> = {
  '/nodes': nodes,
  '/namespaces': phased,
  '/persistentvolumes': volumes,
  '/persistentvolumeclaims': claims,
  'storage.k8s.io/storageclasses': storageclasses,
  '/configmaps': {
    columns: columns('Name', 'Data', 'Age'),
    row: (object, now) => [object.metadata.name, keys(object, 'data').length + keys(object, 'binaryData').length, age(object, now)],
  },
  '/secrets': {
    columns: columns('Name', 'Type', 'Data', 'Age'),
    row: (object, now) => [object.metadata.name, text(object, 'type'), keys(object, 'data').length, age(object, now)],
  },
  '/serviceaccounts': {
    columns: columns('Name', 'Secrets', 'Age'),
    row: (object, now) => [object.metadata.name, items(object, 'secrets').length, age(object, now)],
  },
  '/podtemplates': {
    columns: columns('Name', 'Containers', 'Images', 'Pod Labels'),
    row: (object) => [
      object.metadata.name,
      items(object, 'template', 'spec', 'containers')
        .map((c) => text(c, 'name'))
        .join(','),
      items(object, 'template', 'spec', 'containers')
        .map((c) => text(c, 'image'))
        .join(','),
      keys(object, 'template', 'metadata', 'labels')
        .sort()
        .map((key) => `${key}=${text(object, 'template', 'metadata', 'labels', key)}`)
        .join(',') || '<none>',
    ],
  },
  '/resourcequotas': quotas,
  '/events': events,
  'autoscaling/horizontalpodautoscalers': autoscalers,
  'policy/poddisruptionbudgets': budgets,
  'coordination.k8s.io/leases': {
    columns: columns('Name', 'Holder', 'Age'),
    row: (object, now) => [object.metadata.name, text(object, 'spec', 'holderIdentity'), age(object, now)],
  },
  'scheduling.k8s.io/priorityclasses': {
    columns: columns('Name', 'Value:integer', 'Global-Default:boolean', 'Age', 'PreemptionPolicy'),
    row: (object, now) => [
      object.metadata.name,
      count(object, 'value'),
      at(object, 'globalDefault') === true,
      age(object, now),
      text(object, 'preemptionPolicy'),
    ],
  },
  'rbac.authorization.k8s.io/rolebindings': bindings,
  'rbac.authorization.k8s.io/clusterrolebindings': bindings,
};
