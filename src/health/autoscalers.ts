/** HorizontalPodAutoscaler and VerticalPodAutoscaler. They never hold: a cluster without a metrics API must still run applications. */
import type { Condition, KubeObject } from '../api/object.ts';
import { conditionIn, conditionsAt } from './fields.ts';
import { degraded, healthy, progressing, type Rule, suspended, wordsOf } from './rule.ts';

/** Where autoscaling/v1 keeps the conditions it has no field for. */
const v1Conditions = 'autoscaling.alpha.kubernetes.io/conditions';

export const horizontalPodAutoscaler: Rule = {
  holds: false,
  assess(object) {
    const conditions = autoscalerConditions(object);
    const find = (type: string): Condition | undefined => conditions.find((condition) => condition.type === type);
    const active = find('ScalingActive');
    if (active?.status === 'False' && active.reason === 'ScalingDisabled') {
      return suspended('ScalingDisabled', 'the workload has 0 replicas: it is not scaled until somebody gives it more');
    }
    for (const condition of [find('AbleToScale'), active]) {
      if (condition?.status === 'False' && /^(Failed|Invalid)/.test(condition.reason ?? '')) return degraded(...wordsOf(condition));
    }
    if (find('AbleToScale')?.status === 'True' || find('ScalingLimited')?.status === 'True') return healthy('AbleToScale');
    return progressing('NotYetScaling', 'waits for the autoscaler to look at it');
  },
};

function autoscalerConditions(object: KubeObject): Condition[] {
  const conditions = conditionsAt(object);
  const annotation = object.metadata.annotations?.[v1Conditions];
  if (conditions.length > 0 || annotation === undefined) return conditions;
  try {
    return conditionsAt({ list: JSON.parse(annotation) as unknown }, 'list');
  } catch {
    return [];
  }
}

export const verticalPodAutoscaler: Rule = {
  holds: false,
  assess(object) {
    for (const type of ['ConfigUnsupported', 'NoPodsMatched']) {
      const condition = conditionIn(object, type);
      if (condition?.status === 'True') return degraded(condition.reason ?? type, condition.message ?? type);
    }
    return conditionIn(object, 'RecommendationProvided')?.status === 'True'
      ? healthy('RecommendationProvided')
      : progressing('NoRecommendation', 'no recommendation yet');
  },
};
