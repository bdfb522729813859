/**
 * Plays volume provisioning and binding: two storage classes, a PersistentVolume for each claim that may have one,
 * and the protection finalizers that the API server puts on claims and volumes.
 */
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, type Decision, nothingToDo, source, splitKey, type Write } from './actor.ts';
import { isFinished } from './conditions.ts';
import {
  claims,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  pods,
  type StorageClass,
  storageClasses,
  volumes,
  type WorldObject,
} from './kinds.ts';
import { selectedNodeAnnotation } from './pod.ts';
import type { Stage } from './stage.ts';

const provisioner = 'sandbox.lateen.dev/volumes';
const bindCompleted = 'pv.kubernetes.io/bind-completed';
const boundByController = 'pv.kubernetes.io/bound-by-controller';
const claimProtection = 'kubernetes.io/pvc-protection';
const volumeProtection = 'kubernetes.io/pv-protection';

/** The classes of this world: the default binds at once, the other one waits for the first pod. */
const classes = [
  { name: 'standard', mode: 'Immediate', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  { name: 'standard-waiting', mode: 'WaitForFirstConsumer', annotations: undefined },
] as const;

export interface ClaimObserved {
  claim: PersistentVolumeClaim;
  storageClass?: StorageClass;
  /** The volume the claim names, or the one provisioned for it. */
  volume?: PersistentVolume;
  /** Unfinished pods that use the claim. */
  users: Pod[];
  waitedMs: number;
  volumeMs: number;
}

/** Name of the volume provisioned for a claim. */
export const volumeNameFor = (claim: PersistentVolumeClaim): string => `pvc-${claim.metadata.uid}`;

function withoutFinalizer<T extends WorldObject>(object: T, finalizer: string): T {
  const finalizers = object.metadata.finalizers?.filter((each) => each !== finalizer);
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** From what is seen of a claim to its volume, its binding and its end. */
export function decideClaim({ claim, storageClass, volume, users, waitedMs, volumeMs }: ClaimObserved): Decision {
  const { metadata, spec } = claim;
  if (metadata.deletionTimestamp !== undefined) {
    if (!metadata.finalizers?.includes(claimProtection) || users.length > 0) return nothingToDo;
    return { writes: [{ verb: 'update', resource: claims, object: withoutFinalizer(claim, claimProtection) }] };
  }
  const writes: Write[] = [];
  if (!volume) {
    if (spec.volumeName !== undefined || storageClass?.provisioner !== provisioner) {
      if (claim.status?.phase !== undefined) return nothingToDo;
      return {
        writes: [{ verb: 'status', resource: claims, object: { ...claim, status: { phase: 'Pending' } } as PersistentVolumeClaim }],
      };
    }
    const waits = storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !metadata.annotations?.[selectedNodeAnnotation];
    if (waits) return nothingToDo;
    if (waitedMs < volumeMs) return { writes: [], againInMs: volumeMs - waitedMs };
    return { writes: [{ verb: 'create', resource: volumes, object: volumeFor(claim, storageClass) }] };
  }
  if (volume.metadata.deletionTimestamp !== undefined || volume.spec.claimRef?.uid !== metadata.uid) return nothingToDo;
  if (spec.volumeName !== volume.metadata.name || metadata.annotations?.[bindCompleted] !== 'yes') {
    const annotations = {
      ...metadata.annotations,
      [bindCompleted]: 'yes',
      [boundByController]: 'yes',
      'volume.kubernetes.io/storage-provisioner': provisioner,
      'volume.beta.kubernetes.io/storage-provisioner': provisioner,
    };
    const object = { ...claim, metadata: { ...metadata, annotations }, spec: { ...spec, volumeName: volume.metadata.name } };
    writes.push({ verb: 'update', resource: claims, object });
  }
  const status = { ...claim.status, phase: 'Bound', accessModes: volume.spec.accessModes, capacity: volume.spec.capacity };
  if (!jsonEqual(status, claim.status))
    writes.push({
      verb: 'status',
      resource: claims,
      object: { ...claim, spec: { ...spec, volumeName: volume.metadata.name }, status } as PersistentVolumeClaim,
    });
  return { writes };
}

function volumeFor(claim: PersistentVolumeClaim, storageClass: StorageClass) {
  const { name, namespace, uid } = claim.metadata;
  return {
    metadata: { name: volumeNameFor(claim), annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '1Gi' },
      accessModes: claim.spec.accessModes,
      volumeMode: claim.spec.volumeMode,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      hostPath: { path: `/sandbox/volumes/${uid}` },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
    },
  };
}

/** A volume follows its claim: bound while it is there; released or deleted once it is gone. */
export function decideVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): Decision {
  if (volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] !== provisioner) return nothingToDo;
  const isHeld = claim !== undefined && claim.metadata.uid === volume.spec.claimRef?.uid;
  if (volume.metadata.deletionTimestamp !== undefined) {
    if (isHeld || !volume.metadata.finalizers?.includes(volumeProtection)) return nothingToDo;
    return { writes: [{ verb: 'update', resource: volumes, object: withoutFinalizer(volume, volumeProtection) }] };
  }
  if (!isHeld && volume.spec.persistentVolumeReclaimPolicy === 'Delete')
    return { writes: [{ verb: 'delete', resource: volumes, object: volume }] };
  const phase = isHeld ? 'Bound' : 'Released';
  if (volume.status?.phase === phase) return nothingToDo;
  return {
    writes: [{ verb: 'status', resource: volumes, object: { ...volume, status: { ...volume.status, phase } } as PersistentVolume }],
  };
}

export function storageActor({ views, clock, settings }: Stage): Actor {
  const ofClaims = views(claims);
  const ofVolumes = views(volumes);
  const ofClasses = views(storageClasses);
  const ofPods = views(pods);
  const since = new Map<string, { stage: string; at: number }>();
  const claimKey = (namespace: string | undefined, name: string | undefined): string => `claim ${namespace}/${name}`;
  const usesOf = (pod: Pod): string[] =>
    (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

  const decideOnClaim = (key: string, namespace: string, name: string): Decision => {
    const claim = ofClaims.get(namespace, name);
    if (!claim) {
      since.delete(key);
      return nothingToDo;
    }
    const stage = claim.metadata.annotations?.[selectedNodeAnnotation] ?? '';
    let seen = since.get(key);
    if (seen?.stage !== stage) {
      seen = { stage, at: clock.monotonic() };
      since.set(key, seen);
    }
    return decideClaim({
      claim,
      storageClass: ofClasses.get('', claim.spec.storageClassName ?? classes[0].name),
      volume: ofVolumes.get('', claim.spec.volumeName ?? volumeNameFor(claim)),
      users: ofPods.list(namespace).filter((pod) => !isFinished(pod) && usesOf(pod).includes(name)),
      waitedMs: clock.monotonic() - seen.at,
      volumeMs: settings.delays.volumeMs,
    });
  };
  return {
    name: 'storage',
    fieldManager: 'kube-controller-manager',
    sources: [
      source(ofClaims, ({ metadata, spec }) => [
        claimKey(metadata.namespace, metadata.name),
        ...(spec.volumeName ? [`volume /${spec.volumeName}`] : []),
      ]),
      source(ofVolumes, (volume) => [
        `volume /${volume.metadata.name}`,
        claimKey(volume.spec.claimRef?.namespace, volume.spec.claimRef?.name),
      ]),
      source(ofPods, (pod) => usesOf(pod).map((name) => claimKey(pod.metadata.namespace, name))),
      source(ofClasses, () => ofClaims.list().map(({ metadata }) => claimKey(metadata.namespace, metadata.name))),
    ],
    seeds: () => classes.map(({ name }) => `class /${name}`),
    decide(key) {
      const space = key.indexOf(' ');
      const { namespace, name } = splitKey(key.slice(space + 1));
      switch (key.slice(0, space)) {
        case 'class':
          return decideClass(name, ofClasses.get('', name));
        case 'volume': {
          const volume = ofVolumes.get('', name);
          const held = volume?.spec.claimRef;
          return volume ? decideVolume(volume, ofClaims.get(held?.namespace ?? '', held?.name ?? '')) : nothingToDo;
        }
        default:
          return decideOnClaim(key, namespace, name);
      }
    },
  };
}

/** The classes are created once; what somebody did with them afterwards stays. */
export function decideClass(name: string, known: StorageClass | undefined): Decision {
  const plan = classes.find((each) => each.name === name);
  if (!plan || known) return nothingToDo;
  const object = { metadata: { name, annotations: plan.annotations }, provisioner, reclaimPolicy: 'Delete', volumeBindingMode: plan.mode };
  return { writes: [{ verb: 'create', resource: storageClasses, object }] };
}
