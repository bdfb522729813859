/**
 * The part of CUE's expressions that conditions (`if`) and outputs (`valueFrom`) are made of: literals, selectors,
 * indices, comparison, logic, arithmetic and interpolation. What lies outside is named `unsupported`, never guessed.
 */
import type { Json } from '../../base/json.ts';

export type Expression =
  | { kind: 'literal'; value: null | boolean | number | string }
  /** `"a\(x)b"`: texts and expressions in turn, beginning and ending with a text. */
  | { kind: 'text'; texts: string[]; values: Expression[] }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'name'; name: string }
  | { kind: 'select'; of: Expression; key: string }
  | { kind: 'index'; of: Expression; at: Expression }
  | { kind: 'not' | 'negate'; of: Expression }
  | { kind: 'binary'; operator: Operator; left: Expression; right: Expression }
  /** `_|_`: compared with a path it asks whether the path exists. */
  | { kind: 'bottom' }
  | { kind: 'call'; of: Expression; args: Expression[] };

/** Binary operators by how strongly they bind, as in CUE. */
export const precedence = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
} as const;
export type Operator = keyof typeof precedence;

export function isOperator(text: string): text is Operator {
  return Object.hasOwn(precedence, text);
}

/** Why a text is no expression we know. `position` counts UTF-16 units from 0. */
export interface SyntaxProblem {
  ok: false;
  kind: 'syntax' | 'unsupported';
  message: string;
  position: number;
}

export type Parsed = { ok: true; expression: Expression } | SyntaxProblem;

export type Evaluated =
  | { ok: true; value: Json }
  /** `missing` is the shortest path that is not there, when that is why. */
  | { ok: false; kind: 'syntax' | 'unsupported' | 'value'; message: string; missing?: string };
