/** Names made from contents: the pod-template-hash, ControllerRevisions, and the alphabet Kubernetes uses for both. */
import { hashJson } from '../../src/base/hash.ts';
import { jsonEqual } from '../../src/base/json.ts';
import type { Write } from './actor.ts';
import { type ControllerRevision, controllerRevisions, type PodTemplate, type Resource, type WorldObject } from './kinds.ts';
import { controlledBy } from './ownership.ts';

/** Letters that form no words and cannot be misread (apimachinery's rand.SafeEncodeString). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for a value; `collisions` makes another one after the first was found taken. */
export function contentHash(value: unknown, collisions = 0): string {
  const hex = hashJson([value, collisions], 20);
  let text = '';
  for (let i = 0; i < hex.length; i += 2) text += alphabet[Number.parseInt(hex.slice(i, i + 2), 16) % alphabet.length];
  return text;
}

export const templateHashLabel = 'pod-template-hash';

/** Equality of pod templates apart from the hash label. */
export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return jsonEqual(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplate): unknown {
  const { [templateHashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  // The server writes `creationTimestamp: null` into templates, or not, by version.
  return { spec: template.spec, labels, annotations: template.metadata?.annotations ?? {} };
}

/** The revisions of a StatefulSet or DaemonSet as they should be. */
export interface Revisions {
  current: ControllerRevisionDraft;
  /** Writes that record the template, or make an old record of it the newest again. */
  writes: Write[];
  known: ControllerRevision[];
}

export interface ControllerRevisionDraft {
  name: string;
  template: PodTemplate;
}

export function templateOf(revision: ControllerRevision): PodTemplate | undefined {
  const data = revision.data;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const spec = data.spec;
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return undefined;
  const template: unknown = spec.template;
  return template as PodTemplate;
}

/** Finds or records the revision of `template`; `known` are the owner's ControllerRevisions. */
export function trackRevision(options: {
  owner: WorldObject;
  ownerResource: Resource<WorldObject>;
  template: PodTemplate;
  labels: Record<string, string> | undefined;
  annotations?: Record<string, string>;
  /** The label that carries the hash: the two controllers differ. */
  hashLabel: string;
  known: ControllerRevision[];
}): Revisions {
  const { owner, ownerResource, template, labels } = options;
  const known = [...options.known].sort((a, b) => a.revision - b.revision);
  const newest = known.at(-1);
  const same = known.findLast((revision) => {
    const recorded = templateOf(revision);
    return recorded !== undefined && sameTemplate(recorded, template);
  });
  if (same) {
    const writes: Write[] =
      newest && same.revision < newest.revision
        ? [{ verb: 'update', resource: controllerRevisions, object: { ...same, revision: newest.revision + 1 } as WorldObject }]
        : [];
    return { current: { name: same.metadata.name, template }, writes, known };
  }
  const hash = contentHash(template, known.length);
  const name = `${owner.metadata.name}-${hash}`;
  return {
    current: { name, template },
    known,
    writes: [
      {
        verb: 'create',
        resource: controllerRevisions,
        object: {
          metadata: {
            name,
            namespace: owner.metadata.namespace,
            labels: { ...labels, [options.hashLabel]: hash },
            annotations: options.annotations,
            ownerReferences: [controlledBy(owner, ownerResource)],
          },
          data: { spec: { template: { ...template, $patch: 'replace' } } },
          revision: (newest?.revision ?? 0) + 1,
        },
      },
    ],
  };
}

/** Deletes what the history limit does not allow; revisions in `live` are in use. */
export function trimRevisions(known: ControllerRevision[], live: Set<string>, limit: number): Write[] {
  const idle = known.filter(({ metadata }) => !live.has(metadata.name));
  return idle
    .slice(0, Math.max(0, idle.length - limit))
    .map((object) => ({ verb: 'delete', resource: controllerRevisions, object, propagation: 'Background' }));
}
