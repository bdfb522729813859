/**
 * The hash of what an application wants of one object. Labels that change with every revision are left out:
 * an object that differs only in them is not written (decisions.md 40).
 */
import { revisionLabels } from '../api/labels.ts';
import type { KubeObject } from '../api/object.ts';
import { hashJson } from '../base/hash.ts';

/** Manifests are never changed once they are made, and a pass asks for the same hash several times. */
const known = new WeakMap<KubeObject, string>();

/** 16 hex digits over everything in `manifest` but the revision labels of its own metadata. */
export function contentHash(manifest: KubeObject): string {
  const before = known.get(manifest);
  if (before !== undefined) return before;
  const hash = hashContent(manifest);
  known.set(manifest, hash);
  return hash;
}

function hashContent(manifest: KubeObject): string {
  const labels = manifest.metadata.labels;
  if (!labels) return hashJson(manifest);
  const kept = Object.fromEntries(Object.entries(labels).filter(([key]) => !revisionLabels.includes(key)));
  return hashJson({ ...manifest, metadata: { ...manifest.metadata, labels: kept } });
}
