/** PodDisruptionBudget. That no pod may be evicted right now is its work, not its illness. */
import { conditionsAt, numberAt } from './fields.ts';
import { degraded, healthy, type Rule, wordsOf } from './rule.ts';

export const podDisruptionBudget: Rule = {
  holds: false,
  reportsGeneration: true,
  assess(object) {
    for (const condition of conditionsAt(object)) {
      if (condition.status === 'False' && condition.reason !== 'InsufficientPods') return degraded(...wordsOf(condition));
    }
    const current = numberAt(object, 'status.currentHealthy') ?? 0;
    const desired = numberAt(object, 'status.desiredHealthy') ?? 0;
    return current < desired
      ? healthy('InsufficientPods', `${current} of ${desired} pods healthy: no eviction is allowed`)
      : healthy('SufficientPods');
  },
};
