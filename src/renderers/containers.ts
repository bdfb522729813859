/** How traits reach the containers of a workload: by name, with the component's name as the main container's. */
import type { Manifest } from '../api/object.ts';
import { invalid, ProblemError } from '../base/errors.ts';
import { isObject, type JsonObject, valueAt } from '../base/json.ts';

/** Containers of the pod template. */
export function containersOf(workload: Manifest | undefined): JsonObject[] {
  const list = valueAt(workload, ['spec', 'template', 'spec', 'containers']);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** The container a trait names. @throws ProblemError with every one that is missing named. */
export function findContainers(workload: Manifest | undefined, names: readonly string[]): JsonObject[] {
  const containers = containersOf(workload);
  const missing = names.filter((name) => !containers.some((container) => container.name === name));
  if (missing.length > 0) {
    const known = containers.map((container) => container.name).join(', ') || 'none';
    throw new ProblemError(
      invalid(
        'ContainerNotFound',
        missing.map((name) => `container "${name}" not found (containers: ${known})`).join('; '),
        'containerName',
      ),
    );
  }
  return names.map((name) => containers.find((container) => container.name === name) ?? {});
}
