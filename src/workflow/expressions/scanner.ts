/** Cuts an expression into tokens. Strings keep their interpolations as source text with its place. */
import type { SyntaxProblem } from './syntax.ts';

export type Token =
  | { kind: 'name'; text: string; at: number }
  | { kind: 'number'; value: number; at: number }
  /** Texts between interpolations; `sources` are the texts inside `\( )`. */
  | { kind: 'string'; texts: string[]; sources: { text: string; at: number }[]; at: number }
  | { kind: 'symbol'; text: string; at: number }
  | { kind: 'end'; at: number };

const symbols = [
  '_|_',
  '||',
  '&&',
  '==',
  '!=',
  '<=',
  '>=',
  '=~',
  '!~',
  '(',
  ')',
  '[',
  ']',
  '.',
  ',',
  ':',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '!',
  '&',
  '|',
  '=',
];
const namePattern = /[A-Za-z_$][\w$]*/y;
const numberPattern = /(?:0x[\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)/y;

export type Scanned = { ok: true; tokens: Token[] } | SyntaxProblem;

const problem = (kind: 'syntax' | 'unsupported', message: string, position: number): SyntaxProblem => ({
  ok: false,
  kind,
  message,
  position,
});

/** All tokens of a text, the last one being `end`. */
export function scan(text: string): Scanned {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (/\s/.test(letter)) {
      at++;
      continue;
    }
    const next = letter === '"' ? scanString(text, at) : (scanSymbol(text, at) ?? scanWord(text, at));
    if ('ok' in next) return next;
    tokens.push(next.token);
    at = next.end;
  }
  tokens.push({ kind: 'end', at: text.length });
  return { ok: true, tokens };
}

interface Step {
  token: Token;
  end: number;
}

function scanSymbol(text: string, at: number): Step | undefined {
  if (/^\.\d/.test(text.slice(at, at + 2))) return undefined;
  const symbol = symbols.find((one) => text.startsWith(one, at));
  return symbol === undefined ? undefined : { token: { kind: 'symbol', text: symbol, at }, end: at + symbol.length };
}

function scanWord(text: string, at: number): Step | SyntaxProblem {
  namePattern.lastIndex = at;
  const name = namePattern.exec(text)?.[0];
  if (name !== undefined) return { token: { kind: 'name', text: name, at }, end: at + name.length };
  numberPattern.lastIndex = at;
  const number = numberPattern.exec(text)?.[0];
  if (number === undefined) {
    const letter = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const known = letter === "'" || letter === '#' || letter === '{' || letter === '}' || letter === '?';
    return problem(known ? 'unsupported' : 'syntax', `${JSON.stringify(letter)} is not expected here`, at);
  }
  const end = at + number.length;
  if (/[\w$]/.test(text.charAt(end))) return problem('unsupported', `number "${number}${text.charAt(end)}…" is not supported`, at);
  return { token: { kind: 'number', value: Number(number.replaceAll('_', '')), at }, end };
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07', '"': '"', '\\': '\\', '/': '/' };

function scanString(text: string, start: number): Step | SyntaxProblem {
  if (text.startsWith('"""', start)) return problem('unsupported', 'texts of several lines are not supported', start);
  const texts: string[] = [];
  const sources: { text: string; at: number }[] = [];
  let current = '';
  let at = start + 1;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (letter === '"') return { token: { kind: 'string', texts: [...texts, current], sources, at: start }, end: at + 1 };
    if (letter === '\n') break;
    if (letter !== '\\') {
      current += letter;
      at++;
      continue;
    }
    const mark = text.charAt(at + 1);
    if (mark === '(') {
      const end = closing(text, at + 2);
      if (end === undefined) return problem('syntax', 'an interpolation is not closed', at);
      sources.push({ text: text.slice(at + 2, end), at: at + 2 });
      texts.push(current);
      current = '';
      at = end + 1;
      continue;
    }
    const unicode = /^u([\da-fA-F]{4})/.exec(text.slice(at + 1, at + 6));
    const plain = escapes[mark];
    if (unicode !== null) current += String.fromCharCode(Number.parseInt(unicode[1] ?? '0', 16));
    else if (plain !== undefined) current += plain;
    else return problem('syntax', `unknown escape \\${mark}`, at);
    at += unicode === null ? 2 : 6;
  }
  return problem('syntax', 'a text is not closed', start);
}

/** The place of the bracket that closes an interpolation; strings inside it may hold brackets and interpolations of their own. */
function closing(text: string, start: number): number | undefined {
  const open: ('(' | '"')[] = ['('];
  for (let at = start; at < text.length; at++) {
    const letter = text.charAt(at);
    if (open.at(-1) === '"') {
      if (letter === '"') open.pop();
      else if (letter === '\\' && text.charAt(++at) === '(') open.push('(');
    } else if (letter === '(' || letter === '"') open.push(letter);
    else if (letter === ')') {
      open.pop();
      if (open.length === 0) return at;
    }
  }
  return undefined;
}
