/**
 * What production needs, in one word: enough replicas, spread over nodes and zones, a floor during drains, and
 * rollouts that add before they take away. Lateen's own.
 */
import { type Static, Type } from 'typebox';
import { invalid, ProblemError } from '../../base/errors.ts';
import { valueAt } from '../../base/json.ts';
import { defineTrait } from '../../definitions/sdk/define.ts';
import { oneOf, optional } from '../../definitions/sdk/schema.ts';
import { scalable } from '../../definitions/sdk/workloads.ts';
import { keyedBy, replaced, retainKeys } from '../patch/markers.ts';
import { disruptionBudget, podsOrShare, selectorOf } from './pdb.ts';

const spread = (where: string) =>
  oneOf(['required', 'preferred', 'off'], {
    default: 'preferred',
    description: `Whether pods must, should or need not be spread over ${where}`,
  });

const parameter = Type.Object({
  replicas: Type.Integer({ minimum: 2, default: 3, description: 'Number of pods; at least two, or nothing is available while one moves' }),
  nodes: spread('nodes'),
  zones: spread('zones'),
  maxUnavailable: podsOrShareOr(1, 'Pods that may be away while nodes are drained'),
  rollout: optional(
    Type.Object(
      {
        maxSurge: podsOrShareOr('25%', 'Pods more than wanted during a rollout (Deployment)'),
        maxUnavailable: podsOrShareOr(0, 'Pods fewer than wanted during a rollout'),
      },
      { default: {}, description: 'Bounds of a rollout' },
    ),
  ),
});

function podsOrShareOr(value: number | string, description: string) {
  return Type.Unsafe<number | string>({ ...podsOrShare(description), default: value });
}

export const availability = defineTrait({
  name: 'availability',
  description: 'Replicas, spread, disruption budget and rollout bounds for production',
  appliesTo: scalable,
  podDisruptive: true,
  conflictsWith: ['pdb'],
  parameter,
  render: ({ parameter: given, context, objects }) => {
    if (given.maxUnavailable === 0 || given.maxUnavailable === '0%') {
      throw new ProblemError(
        invalid('InvalidParameter', 'parameter "maxUnavailable" must be at least 1, got 0: nodes could not be drained', 'maxUnavailable'),
      );
    }
    const selector = selectorOf(objects.output, context.name);
    const { major, minor } = context.clusterVersion;
    // Each revision of a Deployment is spread for itself: else a rollout is balanced against the pods it replaces.
    const perRevision = objects.output?.kind === 'Deployment' && (major > 1 || minor >= 27);
    const matchLabelKeys = perRevision ? ['pod-template-hash'] : undefined;
    const constraints = [
      constraint('kubernetes.io/hostname', given.nodes, { labelSelector: selector, matchLabelKeys }),
      constraint('topology.kubernetes.io/zone', given.zones, { labelSelector: selector, matchLabelKeys }),
    ];
    return {
      patch: {
        spec: {
          // A scaler before this trait has said how many; it stays.
          replicas: valueAt(objects.output, ['spec', 'replicas']) === undefined ? replaced(given.replicas) : undefined,
          ...rolloutBounds(objects.output?.kind, given),
          template: {
            spec: {
              topologySpreadConstraints: keyedBy(
                'topologyKey',
                constraints.filter((item) => item !== undefined),
              ),
            },
          },
        },
      },
      outputs: { pdb: disruptionBudget(context.name, { maxUnavailable: given.maxUnavailable }, selector, 'AlwaysAllow') },
    };
  },
});

function constraint(topologyKey: string, how: Static<typeof parameter>['nodes'], pods: object): object | undefined {
  if (how === 'off') return undefined;
  return {
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: how === 'required' ? 'DoNotSchedule' : 'ScheduleAnyway',
    ...pods,
  };
}

function rolloutBounds(kind: string | undefined, { rollout }: Static<typeof parameter>) {
  if (kind !== 'Deployment' || !rollout) return {};
  const { maxSurge, maxUnavailable } = rollout;
  return { strategy: retainKeys({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }) };
}
