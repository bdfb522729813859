/** An Application as it would be after `kubectl apply` of a file: what others have put on the live one stays. Pure. */
import { kubectlLastApplied } from '../api/annotations.ts';
import type { Application } from '../api/application.ts';
import { isObject, valueAt } from '../base/json.ts';

/** @param live undefined when there is none yet. */
export function appliedOver(live: Application | undefined, wanted: Application): Application {
  if (!live) return wanted;
  const last = lastApplied(live);
  const labels = merged(live.metadata.labels, wanted.metadata.labels, valueAt(last, ['metadata', 'labels']));
  const annotations = merged(live.metadata.annotations, wanted.metadata.annotations, valueAt(last, ['metadata', 'annotations']));
  return {
    ...live,
    spec: wanted.spec,
    metadata: { ...live.metadata, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
  };
}

function lastApplied({ metadata }: Application): unknown {
  try {
    return JSON.parse(metadata.annotations?.[kubectlLastApplied] ?? '{}');
  } catch {
    return {};
  }
}

/** A key goes when the file had it before and has it no longer. */
function merged(live: Record<string, string> | undefined, wanted: Record<string, string> | undefined, before: unknown) {
  if (!live && !wanted) return undefined;
  const gone = isObject(before) ? Object.keys(before).filter((key) => wanted?.[key] === undefined) : [];
  return { ...Object.fromEntries(Object.entries(live ?? {}).filter(([key]) => !gone.includes(key))), ...wanted };
}
