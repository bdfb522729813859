/**
 * What only shows when the resources of several components lie side by side: an object rendered twice, and replicas
 * that an autoscaler of another component owns.
 */
import { failure, type Result } from '../base/errors.ts';
import type { Resource } from '../definitions/resource.ts';
import { yieldToAutoscalers } from './autoscaler.ts';
import { findDouble } from './doubles.ts';

/** Resources of one delivery as they can be planned, with warnings; Invalid where two of them contradict. */
export function settle(resources: readonly Resource[]): Result<{ resources: Resource[]; warnings: string[] }> {
  const double = findDouble(resources);
  return double ? failure(double) : yieldToAutoscalers(resources);
}
