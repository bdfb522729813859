/**
 * The labels and annotations every delivered object carries (compat/behaviour.md §5.2), and which of the
 * Application's own are copied (decisions.md 4): all but the marks of tools that prune by them, and what the two
 * filter annotations hold back.
 */
import { filterAnnotationKeys, filterLabelKeys, foreignMarks, inplaceUpgrade } from '../api/annotations.ts';
import type { KubeObject, Manifest } from '../api/object.ts';
import type { RenderContext } from '../definitions/definition.ts';
import type { Origin } from '../definitions/resource.ts';

/** Never copied: the marks of tools that prune by them, and what steers this very copying. Prefixes end in a slash. */
const neverCopied = [...foreignMarks, inplaceUpgrade, filterLabelKeys, filterAnnotationKeys];

/** What of the Application's labels and annotations goes to its objects. */
export function copiedMetadata(context: Pick<RenderContext, 'appLabels' | 'appAnnotations'>) {
  const held = (annotation: string) => (context.appAnnotations[annotation] ?? '').split(',').map((key) => key.trim());
  return {
    labels: copied(context.appLabels, held(filterLabelKeys)),
    annotations: copied(context.appAnnotations, held(filterAnnotationKeys)),
  };
}

function copied(entries: Record<string, string>, heldBack: string[]): Record<string, string> {
  const kept = ([key]: [string, string]) =>
    !heldBack.includes(key) && !neverCopied.some((mark) => (mark.endsWith('/') ? key.startsWith(mark) : key === mark));
  return Object.fromEntries(Object.entries(entries).filter(kept));
}

/** The object as it is delivered. The Application's entries win over the template's, ours over both. */
export function stamped(
  manifest: Manifest & { metadata: { name: string } },
  origin: Origin,
  context: RenderContext,
  appNamespace: string,
): KubeObject {
  const app = copiedMetadata(context);
  const { labels: ownLabels, annotations: ownAnnotations, ...metadata } = manifest.metadata;
  const annotations = { ...ownAnnotations, ...app.annotations };
  return {
    ...manifest,
    metadata: {
      ...metadata,
      labels: { ...ownLabels, ...app.labels, ...identityLabels(origin, context, appNamespace) },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
  };
}

function identityLabels(origin: Origin, context: RenderContext, appNamespace: string): Record<string, string> {
  const kind: Record<string, string> =
    origin.role === 'WORKLOAD'
      ? { 'workload.oam.dev/type': labelled(origin.type) }
      : { 'trait.oam.dev/type': labelled(origin.type), 'trait.oam.dev/resource': origin.output };
  return {
    'app.oam.dev/name': context.appName,
    'app.oam.dev/namespace': appNamespace,
    'app.oam.dev/appRevision': context.appRevision,
    'app.oam.dev/component': origin.component,
    'app.oam.dev/resourceType': origin.role,
    ...(context.replicaKey === undefined ? {} : { 'app.oam.dev/replicaKey': context.replicaKey }),
    ...kind,
  };
}

/** A label value cannot hold the `@` of a pinned type: `webservice@v1` is `webservice-v1`, as in KubeVela. */
const labelled = (type: string): string => type.replace('@', '-');
