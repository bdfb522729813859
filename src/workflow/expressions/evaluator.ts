/** The value of an expression over a scope. Types are as strict as CUE's: nothing is converted, nothing is guessed. */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { print } from './printer.ts';
import type { Evaluated, Expression, Operator } from './syntax.ts';

const value = (result: Json): Evaluated => ({ ok: true, value: result });
const wrong = (message: string): Evaluated => ({ ok: false, kind: 'value', message });
const missing = (path: string): Evaluated => ({ ok: false, kind: 'value', message: `${path} does not exist`, missing: path });
const unsupported = (what: string): Evaluated => ({ ok: false, kind: 'unsupported', message: `${what} is not supported here` });

/** Evaluates; names are looked up in `scope`. */
export function evaluate(expression: Expression, scope: JsonObject): Evaluated {
  switch (expression.kind) {
    case 'literal':
      return value(expression.value);
    case 'text':
      return interpolate(expression.texts, expression.values, scope);
    case 'list':
      return list(expression.items, scope);
    case 'name':
      return Object.hasOwn(scope, expression.name) ? value(scope[expression.name] ?? null) : missing(expression.name);
    case 'select':
      return member(expression, expression.of, expression.key, scope);
    case 'index': {
      const at = evaluate(expression.at, scope);
      if (!at.ok) return at;
      if (typeof at.value === 'string' || typeof at.value === 'number') return member(expression, expression.of, at.value, scope);
      return wrong(`${print(expression.at)} is neither a name nor a number`);
    }
    case 'not': {
      const of = evaluate(expression.of, scope);
      if (!of.ok) return of;
      return typeof of.value === 'boolean' ? value(!of.value) : wrong(`${print(expression.of)} is no boolean`);
    }
    case 'negate': {
      const of = evaluate(expression.of, scope);
      if (!of.ok) return of;
      return typeof of.value === 'number' ? value(-of.value) : wrong(`${print(expression.of)} is no number`);
    }
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, scope);
    case 'bottom':
      return wrong('_|_ stands for an error');
    case 'call':
      return call(expression.of, expression.args, scope);
    default:
      return expression satisfies never;
  }
}

function interpolate(texts: readonly string[], values: readonly Expression[], scope: JsonObject): Evaluated {
  let text = texts[0] ?? '';
  for (const [index, part] of values.entries()) {
    const result = evaluate(part, scope);
    if (!result.ok) return result;
    if (result.value === null || typeof result.value === 'object') return wrong(`${print(part)} is no text, number or boolean`);
    text += String(result.value) + (texts[index + 1] ?? '');
  }
  return value(text);
}

function list(items: readonly Expression[], scope: JsonObject): Evaluated {
  const found: Json[] = [];
  for (const item of items) {
    const result = evaluate(item, scope);
    if (!result.ok) return result;
    found.push(result.value);
  }
  return value(found);
}

function member(whole: Expression, of: Expression, key: string | number, scope: JsonObject): Evaluated {
  const owner = evaluate(of, scope);
  if (!owner.ok) return owner;
  if (Array.isArray(owner.value)) {
    const item = typeof key === 'number' && Number.isInteger(key) && key >= 0 ? owner.value[key] : undefined;
    return item === undefined ? missing(print(whole)) : value(item);
  }
  if (isObject(owner.value)) {
    return typeof key === 'string' && Object.hasOwn(owner.value, key) ? value(owner.value[key] ?? null) : missing(print(whole));
  }
  return missing(print(whole));
}

function call(of: Expression, args: readonly Expression[], scope: JsonObject): Evaluated {
  const [only] = args;
  if (of.kind !== 'name' || of.name !== 'len' || only === undefined || args.length !== 1) return unsupported(`${print(of)}()`);
  const result = evaluate(only, scope);
  if (!result.ok) return result;
  // CUE counts the bytes of a text.
  if (typeof result.value === 'string') return value(Buffer.byteLength(result.value));
  if (Array.isArray(result.value)) return value(result.value.length);
  return isObject(result.value) ? value(Object.keys(result.value).length) : wrong(`${print(only)} has no length`);
}

function binary(operator: Operator, left: Expression, right: Expression, scope: JsonObject): Evaluated {
  if (left.kind === 'bottom' || right.kind === 'bottom') return existence(operator, left.kind === 'bottom' ? right : left, scope);
  const a = evaluate(left, scope);
  if (!a.ok) return a;
  if (operator === '&&' || operator === '||') {
    if (typeof a.value !== 'boolean') return wrong(`${print(left)} is no boolean`);
    if (a.value === (operator === '||')) return a;
    const b = evaluate(right, scope);
    if (!b.ok) return b;
    return typeof b.value === 'boolean' ? b : wrong(`${print(right)} is no boolean`);
  }
  const b = evaluate(right, scope);
  if (!b.ok) return b;
  return operate(operator, a.value, b.value, `${print(left)} ${operator} ${print(right)}`);
}

/** `x != _|_` asks whether x is there; any error of x counts as not there, but not that we cannot read it. */
function existence(operator: Operator, of: Expression, scope: JsonObject): Evaluated {
  if (operator !== '==' && operator !== '!=') return wrong('_|_ can only be compared with == and !=');
  const result = of.kind === 'bottom' ? wrong('') : evaluate(of, scope);
  if (!result.ok && result.kind !== 'value') return result;
  return value(result.ok === (operator === '!='));
}

type Scalar = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'mapping';

function typeOf(json: Json): Scalar {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'list';
  const type = typeof json;
  return type === 'object' ? 'mapping' : (type as Scalar);
}

function operate(operator: Exclude<Operator, '&&' | '||'>, a: Json, b: Json, text: string): Evaluated {
  const mismatch = wrong(`${text} takes a ${typeOf(a)} and a ${typeOf(b)}`);
  if (operator === '==' || operator === '!=') {
    if (a === null || b === null) return value((a === b) === (operator === '=='));
    if (typeOf(a) !== typeOf(b)) return mismatch;
    if (typeof a === 'object') return unsupported(`comparing ${typeOf(a)}s`);
    return value((a === b) === (operator === '=='));
  }
  if (typeof a === 'string' && typeof b === 'string') return operator === '+' ? value(a + b) : order(operator, a, b, mismatch);
  if (typeof a !== 'number' || typeof b !== 'number') return mismatch;
  const result = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : undefined;
  if (result === undefined) return order(operator, a, b, mismatch);
  return Number.isFinite(result) ? value(result) : wrong(`${text} is no number`);
}

function order<T extends string | number>(operator: Operator, a: T, b: T, mismatch: Evaluated): Evaluated {
  switch (operator) {
    case '<':
      return value(a < b);
    case '<=':
      return value(a <= b);
    case '>':
      return value(a > b);
    case '>=':
      return value(a >= b);
    default:
      return mismatch;
  }
}
