/** Keeps enough pods through drains and upgrades: a PodDisruptionBudget of the component's name. Lateen's own. */
import { Type } from 'typebox';
import { invalid, ProblemError } from '../../base/errors.ts';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { oneOf, optional } from '../../definitions/sdk/schema.ts';
import { scalable } from '../../definitions/sdk/workloads.ts';

/** A number of pods or a share of them. */
export const podsOrShare = (description: string) =>
  Type.Unsafe<number | string>({
    type: ['integer', 'string'],
    pattern: '^(100|[1-9]?[0-9])%$',
    minimum: 0,
    description,
    'x-expects': 'a number of pods or a share such as 50%',
  });

export const pdb = defineTrait({
  name: 'pdb',
  description: 'Pods that must stay while nodes are drained',
  appliesTo: scalable,
  parameter: Type.Object({
    minAvailable: optional(podsOrShare('Pods that must be available')),
    maxUnavailable: optional(podsOrShare('Pods that may be away; 1 when neither is given')),
    unhealthyPodEvictionPolicy: oneOf(['IfHealthyBudget', 'AlwaysAllow'], {
      default: 'AlwaysAllow',
      description: 'AlwaysAllow lets a drain remove pods that are not ready anyway, so that a broken release cannot hold up a node',
    }),
  }),
  render: ({ parameter, context, objects }) => {
    const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy } = parameter;
    if (minAvailable !== undefined && maxUnavailable !== undefined) {
      throw new ProblemError(
        invalid('InvalidParameter', 'parameters "minAvailable" and "maxUnavailable" exclude each other', 'minAvailable'),
      );
    }
    const warnings =
      minAvailable === '100%' || maxUnavailable === 0 || maxUnavailable === '0%'
        ? ['no pod may ever be away: nodes cannot be drained']
        : [];
    const budget = minAvailable !== undefined ? { minAvailable } : { maxUnavailable: maxUnavailable ?? 1 };
    return {
      outputs: { pdb: disruptionBudget(context.name, budget, selectorOf(objects.output, context.name), unhealthyPodEvictionPolicy) },
      warnings,
    };
  },
});

/** The workload's own selector, so that it fits objects that were not made by our components. */
export function selectorOf(workload: Record<string, unknown> | undefined, component: string): object {
  const spec = workload?.spec;
  if (typeof spec === 'object' && spec !== null && 'selector' in spec && typeof spec.selector === 'object' && spec.selector !== null) {
    return spec.selector;
  }
  return { matchLabels: { 'app.oam.dev/component': component } };
}

export function disruptionBudget(name: string, budget: object, selector: object, unhealthyPodEvictionPolicy: string) {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { ...budget, selector, unhealthyPodEvictionPolicy },
  };
}
