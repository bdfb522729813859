/**
 * Finds what can never start because it waits for itself: dependsOn, the written order of StepByStep and the walls of
 * step-groups together. Each step has a start and an end; a circle among those is a workflow that hangs.
 */
import { modeOf } from './resolve.ts';
import type { ResolvedSubStep, ResolvedWorkflow } from './types.ts';

/** The components of a circle in the order they depend on each other, or undefined. */
export function circleOfComponents(components: readonly { name: string; dependsOn?: readonly string[] }[]): string[] | undefined {
  return findCircle(new Map(components.map((component) => [component.name, component.dependsOn ?? []])));
}

/** The steps of a circle, or undefined. */
export function circleOfSteps(workflow: ResolvedWorkflow): string[] | undefined {
  const edges = new Map<string, string[]>();
  const add = (steps: readonly ResolvedSubStep[], mode: 'DAG' | 'StepByStep', parent?: string): void => {
    for (const [index, step] of steps.entries()) {
      const before = mode === 'StepByStep' ? steps[index - 1] : undefined;
      edges.set(`start ${step.name}`, [
        ...(step.dependsOn ?? []).map((name) => `end ${name}`),
        ...(before === undefined ? [] : [`end ${before.name}`]),
        ...(parent === undefined ? [] : [`start ${parent}`]),
      ]);
      edges.set(`end ${step.name}`, [`start ${step.name}`]);
    }
  };
  add(workflow.steps, workflow.mode.steps);
  for (const step of workflow.steps) {
    if (step.subSteps === undefined) continue;
    add(step.subSteps, modeOf(step.mode, workflow.mode.subSteps), step.name);
    edges.set(`end ${step.name}`, [`start ${step.name}`, ...step.subSteps.map((sub) => `end ${sub.name}`)]);
  }
  const circle = findCircle(edges);
  return circle === undefined ? undefined : [...new Set(circle.map((node) => node.slice(node.indexOf(' ') + 1)))];
}

/** Depth-first search; iterative, because a chain may be as long as the user likes. */
function findCircle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  for (const root of edges.keys()) {
    const trail: { node: string; next: number }[] = [{ node: root, next: 0 }];
    const onTrail = new Set([root]);
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const target = done.has(top.node) ? undefined : edges.get(top.node)?.[top.next++];
      if (target === undefined) {
        done.add(top.node);
        onTrail.delete(top.node);
        trail.pop();
      } else if (onTrail.has(target)) {
        const nodes = trail.map((one) => one.node);
        return nodes.slice(nodes.indexOf(target));
      } else if (!done.has(target)) {
        trail.push({ node: target, next: 0 });
        onTrail.add(target);
      }
    }
  }
  return undefined;
}
