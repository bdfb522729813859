/** Volumes for the main container, with the claims, ConfigMaps and Secrets they come from. */
import { type Static, Type } from 'typebox';
import type { Manifest } from '../../api/object.ts';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { anyObject, listOf, mapOf, oneOf, optional, size, text } from '../../definitions/sdk/schema.ts';
import { podTemplates } from '../../definitions/sdk/workloads.ts';
import { keyedBy, leading } from '../patch/markers.ts';
import { itemsSchema, medium } from '../pod/volumes.ts';

const mountOnly = Type.Boolean({ default: false, description: 'Whether the object exists already and is only mounted' });
const subPath = optional(text('Part of the volume to mount'));
const defaultMode = Type.Integer({ default: 420, description: 'Mode of the files' });
const readOnly = Type.Boolean({ default: false, description: 'Accepted; without effect, as in KubeVela' });
const mountPath = text('Path in the container');

const dataSource = optional(
  Type.Object({ name: text('Name'), kind: text('Kind'), apiGroup: text('API group') }, { description: 'Object the claim is filled from' }),
);

const claim = Type.Object({
  name: text('Name of the claim'),
  mountOnly,
  mountPath,
  subPath,
  volumeMode: Type.String({ default: 'Filesystem', description: 'Filesystem, or Block for a raw device at mountPath' }),
  volumeName: optional(text('PersistentVolume to bind to')),
  accessModes: listOf(Type.String(), { default: ['ReadWriteOnce'], description: 'How nodes may mount it' }),
  storageClassName: optional(text('Class that makes the volume')),
  resources: optional(
    Type.Object(
      {
        requests: Type.Object({ storage: size({ description: 'Size' }) }, { description: 'What is asked for' }),
        limits: optional(Type.Object({ storage: size({ description: 'Largest size' }) }, { description: 'What is allowed' })),
      },
      { description: 'Size of the volume, 8Gi by default' },
    ),
  ),
  dataSourceRef: dataSource,
  dataSource,
  selector: optional(
    Type.Object(
      {
        matchLabels: optional(mapOf(Type.String(), { description: 'Labels the volume has' })),
        matchExpressions: optional(
          listOf(
            Type.Object({
              key: text('Label'),
              values: listOf(Type.String(), { description: 'Values' }),
              operator: text('In, NotIn, Exists or DoesNotExist'),
            }),
            { description: 'Conditions on labels of the volume' },
          ),
        ),
      },
      { description: 'Which volumes may be bound' },
    ),
  ),
});

const configMapEnv = Type.Object(
  { envName: text('Name of the variable'), configMapKey: text('Key in the ConfigMap') },
  { description: 'A key as a variable' },
);
const secretEnv = Type.Object(
  { envName: text('Name of the variable'), secretKey: text('Key in the Secret') },
  { description: 'A key as a variable' },
);

const parameter = Type.Object({
  pvc: optional(listOf(claim, { description: 'Claims' })),
  configMap: optional(
    listOf(
      Type.Object({
        name: text('Name of the ConfigMap'),
        mountOnly,
        mountToEnv: optional(configMapEnv),
        mountToEnvs: optional(listOf(configMapEnv, { description: 'Keys as variables' })),
        mountPath: optional(mountPath),
        subPath,
        defaultMode,
        readOnly,
        data: optional(anyObject({ description: 'What the ConfigMap holds' })),
        items: optional(itemsSchema),
      }),
      { description: 'ConfigMaps as files or variables' },
    ),
  ),
  secret: optional(
    listOf(
      Type.Object({
        name: text('Name of the Secret'),
        mountOnly,
        mountToEnv: optional(secretEnv),
        mountToEnvs: optional(listOf(secretEnv, { description: 'Keys as variables' })),
        mountPath,
        subPath,
        defaultMode,
        readOnly,
        stringData: optional(anyObject({ description: 'What the Secret holds, as text' })),
        data: optional(anyObject({ description: 'What the Secret holds, in base64' })),
        items: optional(itemsSchema),
      }),
      { description: 'Secrets as files or variables' },
    ),
  ),
  emptyDir: optional(
    listOf(Type.Object({ name: text('Name of the volume'), mountPath, subPath, medium }), { description: 'Scratch space of the pod' }),
  ),
  hostPath: optional(
    listOf(
      Type.Object({
        name: text('Name of the volume'),
        path: text('Path on the node'),
        mountPath,
        type: oneOf(['Directory', 'DirectoryOrCreate', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'], {
          default: 'Directory',
          description: 'What must be there',
        }),
      }),
      { description: 'Paths of the node' },
    ),
  ),
});
type Parameter = Static<typeof parameter>;

export const storage = defineTrait({
  name: 'storage',
  description: 'Volumes with what fills them',
  appliesTo: podTemplates,
  podDisruptive: true,
  parameter,
  render: ({ parameter: given }) => {
    // Empty lists are written too, as KubeVela writes them: the objects then agree byte for byte.
    const container = {
      env: keyedBy('name', variables(given)),
      volumeDevices: keyedBy('name', devices(given)),
      volumeMounts: keyedBy('mountPath', mounts(given)),
    };
    return {
      patch: { spec: { template: { spec: { volumes: keyedBy('name', volumes(given)), containers: leading([container]) } } } },
      outputs: objects(given),
      warnings: writable(given),
    };
  },
});

const writable = ({ configMap = [], secret = [] }: Parameter): string[] =>
  [...configMap, ...secret].filter((item) => item.readOnly).map(({ name }) => `readOnly of "${name}" has no effect`);

const isBlock = ({ volumeMode }: { volumeMode: string }) => volumeMode === 'Block';
const unique = <T extends { name: string }>(items: T[]): T[] => [...new Map(items.map((item) => [item.name, item])).values()];

function volumes({ pvc = [], configMap = [], secret = [], emptyDir = [], hostPath = [] }: Parameter): object[] {
  return unique([
    ...pvc.map(({ name }) => ({ name: `pvc-${name}`, persistentVolumeClaim: { claimName: name } })),
    ...configMap
      .filter((item) => item.mountPath !== undefined)
      .map(({ name, defaultMode: mode, items }) => ({ name: `configmap-${name}`, configMap: { name, defaultMode: mode, items } })),
    ...secret.map(({ name, defaultMode: mode, items }) => ({
      name: `secret-${name}`,
      secret: { secretName: name, defaultMode: mode, items },
    })),
    ...emptyDir.map((item) => ({ name: `emptydir-${item.name}`, emptyDir: { medium: item.medium } })),
    ...hostPath.map(({ name, path, type }) => ({ name: `hostpath-${name}`, hostPath: { path, type } })),
  ]);
}

function mounts({ pvc = [], configMap = [], secret = [], emptyDir = [], hostPath = [] }: Parameter): object[] {
  const mount = (prefix: string) => (item: { name: string; mountPath?: string; subPath?: string }) => ({
    name: `${prefix}-${item.name}`,
    mountPath: item.mountPath,
    subPath: item.subPath,
  });
  return [
    ...pvc.filter((item) => !isBlock(item)).map(mount('pvc')),
    ...configMap.filter((item) => item.mountPath !== undefined).map(mount('configmap')),
    ...secret.map(mount('secret')),
    ...emptyDir.map(mount('emptydir')),
    ...hostPath.map(mount('hostpath')),
  ];
}

const devices = ({ pvc = [] }: Parameter): object[] =>
  pvc.filter(isBlock).map(({ name, mountPath: devicePath }) => ({ name: `pvc-${name}`, devicePath }));

function variables({ configMap = [], secret = [] }: Parameter): object[] {
  return [
    ...configMap.flatMap(({ name, mountToEnv, mountToEnvs = [] }) =>
      [...(mountToEnv ? [mountToEnv] : []), ...mountToEnvs].map(({ envName, configMapKey }) => ({
        name: envName,
        valueFrom: { configMapKeyRef: { name, key: configMapKey } },
      })),
    ),
    ...secret.flatMap(({ name, mountToEnv, mountToEnvs = [] }) =>
      [...(mountToEnv ? [mountToEnv] : []), ...mountToEnvs].map(({ envName, secretKey }) => ({
        name: envName,
        valueFrom: { secretKeyRef: { name, key: secretKey } },
      })),
    ),
  ];
}

function objects({ pvc = [], configMap = [], secret = [] }: Parameter): Record<string, Manifest> {
  const made: [string, Manifest][] = [
    ...pvc.filter((item) => !item.mountOnly).map((item): [string, Manifest] => [`pvc-${item.name}`, claimFor(item)]),
    ...configMap
      .filter((item) => !item.mountOnly && item.data !== undefined)
      .map(({ name, data }): [string, Manifest] => [
        `configmap-${name}`,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data },
      ]),
    ...secret
      .filter((item) => !item.mountOnly && (item.data ?? item.stringData) !== undefined)
      .map(({ name, data, stringData }): [string, Manifest] => [
        `secret-${name}`,
        { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data, stringData },
      ]),
  ];
  return Object.fromEntries(made);
}

function claimFor({ name, mountOnly: _only, mountPath: _path, subPath: _part, resources, ...spec }: Static<typeof claim>): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    // KubeVela writes the selector into dataSource, where the API drops it; here it selects (decisions.md 16).
    spec: { ...spec, resources: { requests: { storage: resources?.requests.storage ?? '8Gi' }, limits: resources?.limits } },
  };
}
