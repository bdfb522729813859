/**
 * Parameters that are accepted and do nothing, as in KubeVela. What was written in good faith and has no effect is
 * said, so that nobody finds out from a volume that was writable after all.
 */
import type { PodParameters } from './template.ts';

type Parameters = Pick<PodParameters, 'port' | 'ports' | 'cpu' | 'memory' | 'limit' | 'volumes' | 'volumeMounts'>;

/** Warnings for a workload component. */
export function withoutEffect({ port, ports, cpu, memory, limit, volumes, volumeMounts }: Parameters): string[] {
  const warnings: string[] = [];
  if (port !== undefined && ports) warnings.push('parameter "port" has no effect beside "ports"');
  if (volumes && volumeMounts) warnings.push('parameter "volumes" has no effect beside "volumeMounts"');
  if (limit?.cpu !== undefined && cpu === undefined) warnings.push('parameter "limit.cpu" has no effect without "cpu"');
  if (limit?.memory !== undefined && memory === undefined) warnings.push('parameter "limit.memory" has no effect without "memory"');
  return warnings;
}
