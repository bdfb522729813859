/** Two outputs, components or policies that render one object: the last would win in silence (decisions.md 79). */
import { identityOf, refOf } from '../api/object.ts';
import { invalid, type Problem } from '../base/errors.ts';
import type { Resource } from '../definitions/resource.ts';
import { describeOrigin } from './autoscaler.ts';

/** A problem naming both origins of the first object that is rendered twice. */
export function findDouble(resources: readonly Resource[]): Problem | undefined {
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    const key = `${resource.cluster}/${identityOf(refOf(resource.manifest))}`;
    const other = seen.get(key);
    if (other) {
      const { kind, metadata } = resource.manifest;
      return invalid(
        'ObjectRenderedTwice',
        `${kind} "${metadata.name}" is rendered twice: by ${describeOrigin(other)} and by ${describeOrigin(resource)}`,
      );
    }
    seen.set(key, resource);
  }
  return undefined;
}
