/** From an expression back to text: for messages, and the other half of the parser's round-trip test. */
import { type Expression, precedence } from './syntax.ts';

const strongest = 7;

/** The text of an expression, with brackets only where they are needed. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? quote(expression.value) : String(expression.value);
    case 'text':
      return `"${expression.texts.map((text, index) => escaped(text) + hole(expression.values[index])).join('')}"`;
    case 'list':
      return `[${expression.items.map(print).join(', ')}]`;
    case 'name':
      return expression.name;
    case 'select':
      return /^[A-Za-z_$][\w$]*$/.test(expression.key)
        ? `${bound(expression.of, strongest)}.${expression.key}`
        : `${bound(expression.of, strongest)}.${quote(expression.key)}`;
    case 'index':
      return `${bound(expression.of, strongest)}[${print(expression.at)}]`;
    case 'call':
      return `${bound(expression.of, strongest)}(${expression.args.map(print).join(', ')})`;
    case 'not':
      return `!${bound(expression.of, strongest - 1)}`;
    case 'negate':
      return `-${bound(expression.of, strongest - 1)}`;
    case 'binary': {
      const own = precedence[expression.operator];
      return `${bound(expression.left, own)} ${expression.operator} ${bound(expression.right, own + 1)}`;
    }
    case 'bottom':
      return '_|_';
    default:
      return expression satisfies never;
  }
}

function hole(value: Expression | undefined): string {
  return value === undefined ? '' : `\\(${print(value)})`;
}

function strength(expression: Expression): number {
  if (expression.kind === 'binary') return precedence[expression.operator];
  return expression.kind === 'not' || expression.kind === 'negate' ? strongest - 1 : strongest;
}

function bound(expression: Expression, atLeast: number): string {
  const text = print(expression);
  // A dot after a bare number would be read as its fraction.
  const number = expression.kind === 'literal' && typeof expression.value === 'number' && atLeast === strongest;
  return strength(expression) < atLeast || number ? `(${text})` : text;
}

function quote(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  // JSON's escapes are a part of CUE's.
  return JSON.stringify(text).slice(1, -1);
}
