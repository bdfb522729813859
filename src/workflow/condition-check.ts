/** What can be wrong with an `if` before it is evaluated: it does not parse, or it names what does not exist (decision 71). */
import { parse, pathsOf, unknownFunctions } from './expressions/index.ts';
import { readsKnown } from './known-names.ts';
import type { ResolvedSubStep } from './types.ts';

/** Problems of a condition, worded to follow `step "x": `. */
export function conditionProblems(condition: string, step: ResolvedSubStep, stepNames: readonly string[]): string[] {
  const parsed = parse(condition);
  if (!parsed.ok) {
    const verb = parsed.kind === 'unsupported' ? 'is not supported' : 'does not parse';
    return [`condition ${verb}: ${condition} (${parsed.message}, at character ${parsed.position + 1})`];
  }
  const [unknown] = unknownFunctions(parsed.expression);
  if (unknown !== undefined) return [`condition is not supported: ${condition} (the function ${unknown})`];
  return pathsOf(parsed.expression).flatMap((path) => readsKnown(path, step, stepNames));
}
