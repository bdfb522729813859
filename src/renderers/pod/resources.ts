/** cpu and memory of the main container: one figure for request and limit, limits apart where given. */

export interface ResourceParameters {
  cpu?: string;
  memory?: string;
  limit?: { cpu?: string; memory?: string };
}

/** The container's `resources`, or undefined when nothing is asked for. A lone `limit` without cpu and memory does nothing, as in KubeVela. */
export function resourcesOf({ cpu, memory, limit }: ResourceParameters) {
  if (cpu === undefined && memory === undefined) return undefined;
  return {
    requests: { cpu, memory },
    limits: { cpu: cpu && (limit?.cpu ?? cpu), memory: memory && (limit?.memory ?? memory) },
  };
}
