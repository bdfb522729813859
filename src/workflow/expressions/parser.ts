/** From text to an expression, by precedence climbing. It never throws: what it cannot read is a problem with its place. */
import { scan, type Token } from './scanner.ts';
import { type Expression, isOperator, type Parsed, precedence, type SyntaxProblem } from './syntax.ts';

/** Deeper nesting is refused, so that no text of a user can exhaust the stack. */
const deepest = 64;
const longest = 4096;

class Stop extends Error {
  readonly problem: SyntaxProblem;
  constructor(problem: SyntaxProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Parses one expression. */
export function parse(text: string): Parsed {
  return parseAt(text, 0, 0);
}

function parseAt(text: string, offset: number, depth: number): Parsed {
  if (text.length > longest) return { ok: false, kind: 'unsupported', message: `longer than ${longest} characters`, position: offset };
  const scanned = scan(text);
  if (!scanned.ok) return { ...scanned, position: scanned.position + offset };
  const tokens = scanned.tokens;
  let index = 0;

  const peek = (): Token => tokens[index] ?? { kind: 'end', at: text.length };
  const isSymbol = (symbol: string): boolean => {
    const token = peek();
    return token.kind === 'symbol' && token.text === symbol;
  };
  const stop = (kind: 'syntax' | 'unsupported', message: string): never => {
    throw new Stop({ ok: false, kind, message, position: peek().at + offset });
  };
  const unexpected = (): never => {
    const token = peek();
    if (token.kind === 'end') return stop('syntax', 'something is missing at the end');
    const word = token.kind === 'symbol' || token.kind === 'name' ? token.text : text.slice(token.at, token.at + 10);
    const kind = ['=~', '!~', '&', '|', '*', ':'].includes(word) ? 'unsupported' : 'syntax';
    return stop(kind, word === '=' ? '"=" is no comparison: write "=="' : `"${word}" is not expected here`);
  };
  const take = (symbol: string): void => {
    if (!isSymbol(symbol)) unexpected();
    index++;
  };

  const expression = (weakest: number, level: number): Expression => {
    if (level > deepest) return stop('unsupported', 'nested too deeply');
    let left = unary(level);
    for (let token = peek(); token.kind === 'symbol' && isOperator(token.text) && precedence[token.text] >= weakest; token = peek()) {
      index++;
      left = { kind: 'binary', operator: token.text, left, right: expression(precedence[token.text] + 1, level + 1) };
    }
    return left;
  };

  const unary = (level: number): Expression => {
    if (level > deepest) return stop('unsupported', 'nested too deeply');
    if (isSymbol('!') || isSymbol('-')) {
      const kind = isSymbol('!') ? 'not' : 'negate';
      index++;
      return { kind, of: unary(level + 1) };
    }
    if (isSymbol('+')) {
      index++;
      return unary(level + 1);
    }
    return postfix(primary(level + 1), level + 1);
  };

  const postfix = (start: Expression, level: number): Expression => {
    let of = start;
    for (;;) {
      if (isSymbol('.')) {
        index++;
        of = { kind: 'select', of, key: key() };
      } else if (isSymbol('[')) {
        index++;
        const at = expression(1, level + 1);
        if (isSymbol(':')) stop('unsupported', 'slices are not supported');
        take(']');
        of = { kind: 'index', of, at };
      } else if (isSymbol('(')) {
        index++;
        of = { kind: 'call', of, args: items(')', level) };
      } else {
        return of;
      }
    }
  };

  const key = (): string => {
    const token = peek();
    if (token.kind === 'name' || (token.kind === 'string' && token.sources.length === 0)) {
      index++;
      return token.kind === 'name' ? token.text : token.texts.join('');
    }
    return unexpected();
  };

  const items = (close: string, level: number): Expression[] => {
    const found: Expression[] = [];
    while (!isSymbol(close)) {
      found.push(expression(1, level + 1));
      if (!isSymbol(close)) take(',');
    }
    take(close);
    return found;
  };

  const primary = (level: number): Expression => {
    const token = peek();
    switch (token.kind) {
      case 'number':
        index++;
        return { kind: 'literal', value: token.value };
      case 'string':
        index++;
        if (token.sources.length === 0) return { kind: 'literal', value: token.texts.join('') };
        return { kind: 'text', texts: token.texts, values: token.sources.map((source) => inner(source, level)) };
      case 'name':
        index++;
        return word(token.text);
      case 'symbol':
        return bracket(level);
      default:
        return unexpected();
    }
  };

  const inner = (source: { text: string; at: number }, level: number): Expression => {
    const parsed = parseAt(source.text, source.at + offset, level + depth);
    if (!parsed.ok) throw new Stop(parsed);
    return parsed.expression;
  };

  const bracket = (level: number): Expression => {
    if (isSymbol('_|_')) {
      index++;
      return { kind: 'bottom' };
    }
    if (isSymbol('(')) {
      index++;
      const inside = expression(1, level + 1);
      take(')');
      return inside;
    }
    if (isSymbol('[')) {
      index++;
      return { kind: 'list', items: items(']', level) };
    }
    return unexpected();
  };

  try {
    const whole = expression(1, depth);
    return peek().kind === 'end' ? { ok: true, expression: whole } : unexpected();
  } catch (error) {
    if (error instanceof Stop) return error.problem;
    throw error;
  }
}

function word(text: string): Expression {
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
  return text === 'null' ? { kind: 'literal', value: null } : { kind: 'name', name: text };
}
