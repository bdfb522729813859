/** Conditions and outputs as text in, value out. */
import type { JsonObject } from '../../base/json.ts';
import { evaluate } from './evaluator.ts';
import { parse } from './parser.ts';
import { print } from './printer.ts';
import type { Evaluated, Expression } from './syntax.ts';

/** Parses and evaluates a text over a scope. Problems carry `syntax`, `unsupported` or `value`. */
export function evaluateText(text: string, scope: JsonObject): Evaluated {
  const parsed = parse(text);
  if (!parsed.ok) return { ok: false, kind: parsed.kind, message: `${parsed.message} (at character ${parsed.position + 1})` };
  return evaluate(parsed.expression, scope);
}

/**
 * The paths an expression reads, each from its root name as far as keys are written out:
 * `status["a"].failed` gives `['status', 'a', 'failed']`.
 */
export function pathsOf(expression: Expression): string[][] {
  const path = pathOf(expression);
  if (path !== undefined) return [path, ...indexPaths(expression)];
  return children(expression).flatMap(pathsOf);
}

/** Names of the functions an expression calls that we do not have: CUE's packages come with CUE itself. */
export function unknownFunctions(expression: Expression): string[] {
  const own = expression.kind === 'call' && print(expression.of) !== 'len' ? [print(expression.of)] : [];
  return [...own, ...children(expression).flatMap(unknownFunctions)];
}

function pathOf(expression: Expression): string[] | undefined {
  if (expression.kind === 'name') return [expression.name];
  if (expression.kind === 'select') {
    const of = pathOf(expression.of);
    return of === undefined ? undefined : [...of, expression.key];
  }
  if (expression.kind !== 'index') return undefined;
  const of = pathOf(expression.of);
  if (of === undefined) return undefined;
  const { at } = expression;
  return at.kind === 'literal' ? [...of, String(at.value)] : of;
}

/** Paths inside computed indices. */
function indexPaths(expression: Expression): string[][] {
  if (expression.kind === 'select') return indexPaths(expression.of);
  return expression.kind === 'index' ? [...pathsOf(expression.at), ...indexPaths(expression.of)] : [];
}

function children(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'text':
      return expression.values;
    case 'list':
      return expression.items;
    case 'select':
    case 'not':
    case 'negate':
      return [expression.of];
    case 'index':
      return [expression.of, expression.at];
    case 'call':
      // The name of a function is no value that is read.
      return expression.args;
    case 'binary':
      return [expression.left, expression.right];
    default:
      return [];
  }
}

export { evaluate } from './evaluator.ts';
export { parse } from './parser.ts';
export { print } from './printer.ts';
export type { Evaluated, Expression, Parsed } from './syntax.ts';
