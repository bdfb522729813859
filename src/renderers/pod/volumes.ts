/**
 * Volumes of the component's pods: `volumeMounts` by kind, and the older flat `volumes` list, which counts only
 * where `volumeMounts` is absent. One volume name mounted twice (by subPath) is one volume with two mounts.
 */
import { type TProperties, Type } from 'typebox';
import { listOf, oneOf, optional, text } from '../../definitions/sdk/schema.ts';

const mountPath = text('Path in the container');
const volumeName = text('Name of the volume in the pod');
const mode = (description: string) => Type.Integer({ default: 420, description });

export const itemsSchema = listOf(
  Type.Object({
    key: text('Key to project'),
    path: text('File it becomes'),
    mode: Type.Integer({ default: 511, description: 'Mode of the file' }),
  }),
  { description: 'Keys to project, all by default' },
);
export const medium = oneOf(['', 'Memory'], { default: '', description: 'Memory for a file system in memory' });

const fromConfigMap = { defaultMode: mode('Mode of the files'), cmName: text('Name of the ConfigMap'), items: optional(itemsSchema) };
const fromSecret = { defaultMode: mode('Mode of the files'), secretName: text('Name of the Secret'), items: optional(itemsSchema) };
const mount = { name: volumeName, mountPath };

/** `volumeMounts`, by kind of volume; what a mount and a host path say differs between components. */
function mountsSchema<M extends TProperties, H extends TProperties>(each: M, hostPath: H) {
  return Type.Object(
    {
      pvc: optional(listOf(Type.Object({ ...each, claimName: text('Name of the claim') }), { description: 'Claims that exist' })),
      configMap: optional(listOf(Type.Object({ ...each, ...fromConfigMap }), { description: 'ConfigMaps as files' })),
      secret: optional(listOf(Type.Object({ ...each, ...fromSecret }), { description: 'Secrets as files' })),
      emptyDir: optional(listOf(Type.Object({ ...each, medium }), { description: 'Scratch space of the pod' })),
      hostPath: optional(
        listOf(Type.Object({ ...each, path: text('Path on the node'), ...hostPath }), { description: 'Paths of the node' }),
      ),
    },
    { description: 'Volumes and where they are mounted' },
  );
}

/** Of components that mount whole volumes (worker). */
export const plainVolumeMountsSchema = mountsSchema(mount, {});

/** Of components that can mount a part of a volume. */
export const volumeMountsSchema = mountsSchema({ ...mount, subPath: optional(text('Part of the volume to mount')) }, {});

/** Of daemon, whose host paths take more. */
export const nodeVolumeMountsSchema = mountsSchema(mount, {
  mountPropagation: optional(
    oneOf(['None', 'HostToContainer', 'Bidirectional'], { description: 'Accepted; without effect, as in KubeVela' }),
  ),
  readOnly: optional(Type.Boolean({ description: 'Accepted; without effect, as in KubeVela' })),
});

const legacyMount = { name: volumeName, mountPath };
const legacyTypes = { description: 'Kind of the volume', expects: 'one of emptyDir, pvc, configMap, secret' };

/** The older `volumes` list: each entry names its kind in `type`. */
export const legacyVolumesSchema = listOf(
  Type.Union([
    Type.Object({ ...legacyMount, type: oneOf(['emptyDir'], { default: 'emptyDir', ...legacyTypes }), medium }),
    Type.Object({ ...legacyMount, type: oneOf(['pvc'], legacyTypes), claimName: text('Name of the claim') }),
    Type.Object({ ...legacyMount, type: oneOf(['configMap'], legacyTypes), ...fromConfigMap }),
    Type.Object({ ...legacyMount, type: oneOf(['secret'], legacyTypes), ...fromSecret }),
  ]),
  { description: 'Older form of volumeMounts, ignored where that is given', expects: 'a list of {name, mountPath, type}' },
);

interface Mount {
  name: string;
  mountPath: string;
  subPath?: string;
}
type Item = { key: string; path: string; mode: number };
type ConfigMapVolume = { defaultMode: number; cmName: string; items?: Item[] };
type SecretVolume = { defaultMode: number; secretName: string; items?: Item[] };

export interface VolumeParameters {
  volumeMounts?: {
    pvc?: (Mount & { claimName: string })[];
    configMap?: (Mount & ConfigMapVolume)[];
    secret?: (Mount & SecretVolume)[];
    emptyDir?: (Mount & { medium: string })[];
    hostPath?: (Mount & { path: string })[];
  };
  volumes?: (Mount &
    (
      | { type: 'emptyDir'; medium: string }
      | { type: 'pvc'; claimName: string }
      | ({ type: 'configMap' } & ConfigMapVolume)
      | ({ type: 'secret' } & SecretVolume)
    ))[];
}

interface Volume {
  name: string;
  [source: string]: unknown;
}

/** Source of each kind of volume as the pod spec has it. */
const source = {
  pvc: ({ claimName }: { claimName: string }) => ({ persistentVolumeClaim: { claimName } }),
  configMap: ({ cmName, defaultMode, items }: ConfigMapVolume) => ({ configMap: { name: cmName, defaultMode, items } }),
  secret: ({ secretName, defaultMode, items }: SecretVolume) => ({ secret: { secretName, defaultMode, items } }),
  emptyDir: (volume: { medium: string }) => ({ emptyDir: { medium: volume.medium } }),
  hostPath: ({ path }: { path: string }) => ({ hostPath: { path } }),
};

/** Volumes of the pod and mounts of its main container; both undefined where there are none. */
export function volumesOf(parameter: VolumeParameters): { volumes?: Volume[]; volumeMounts?: Mount[] } {
  const mounted = parameter.volumeMounts ? byKind(parameter.volumeMounts) : (parameter.volumes ?? []).map(legacyVolume);
  if (mounted.length === 0) return {};
  const volumes = new Map<string, Volume>();
  for (const { volume } of mounted) if (!volumes.has(volume.name)) volumes.set(volume.name, volume);
  return { volumes: [...volumes.values()], volumeMounts: mounted.map((item) => item.mount) };
}

interface Mounted {
  mount: Mount;
  volume: Volume;
}

function mounted({ name, mountPath, subPath }: Mount, volumeSource: object): Mounted {
  return { mount: { name, mountPath, subPath }, volume: { name, ...volumeSource } };
}

function byKind({
  pvc = [],
  configMap = [],
  secret = [],
  emptyDir = [],
  hostPath = [],
}: NonNullable<VolumeParameters['volumeMounts']>): Mounted[] {
  return [
    ...pvc.map((item) => mounted(item, source.pvc(item))),
    ...configMap.map((item) => mounted(item, source.configMap(item))),
    ...secret.map((item) => mounted(item, source.secret(item))),
    ...emptyDir.map((item) => mounted(item, source.emptyDir(item))),
    ...hostPath.map((item) => mounted(item, source.hostPath(item))),
  ];
}

function legacyVolume(item: NonNullable<VolumeParameters['volumes']>[number]): Mounted {
  const plain = { name: item.name, mountPath: item.mountPath };
  switch (item.type) {
    case 'pvc':
      return mounted(plain, source.pvc(item));
    case 'configMap':
      return mounted(plain, source.configMap(item));
    case 'secret':
      return mounted(plain, source.secret(item));
    case 'emptyDir':
      return mounted(plain, source.emptyDir(item));
  }
}
