/** docs/errors.md is the table of codes people look up: it must hold every code of the source, and no other. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { filesBelow, read, repository } from '../api/validation.ts';

const page = read(join(repository, 'docs/errors.md'));

/** Codes of problems that a source text makes: `code: 'X'` (also in a choice of two) and `invalid('X', …)`. */
function codesOf(source: string): string[] {
  const written = [...source.matchAll(/\bcode: ([^,}\n]*)/g)].map((match) => match[1] ?? '');
  const quoted = written.flatMap((expression) => [...expression.matchAll(/'([A-Z][A-Za-z]+)'/g)].map((match) => match[1] ?? ''));
  const invalid = [...source.matchAll(/\binvalid\(\s*'([A-Z][A-Za-z]+)'/g)].map((match) => match[1] ?? '');
  return [...quoted, ...invalid];
}

/** First column of the tables below a heading. */
function documented(...headings: string[]): string[] {
  const sections = page.split(/^## /m).filter((section) => headings.includes(section.split('\n')[0] ?? ''));
  assert.equal(sections.length, headings.length);
  return sections.flatMap((section) =>
    [...section.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap((row) => [...(row[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')),
  );
}

const sources = filesBelow(join(repository, 'src'), '.ts').map(read);

describe('docs/errors.md', () => {
  const codes = documented('Transient', 'Waiting', 'Invalid', 'Denied', 'Conflict');

  it('holds every code of the source', () => {
    const made = new Set(sources.flatMap(codesOf));
    assert.ok(made.size > 50, `found only ${made.size} codes`);
    assert.deepEqual([...made].filter((code) => !codes.includes(code)).sort(), []);
  });

  it('holds no code that nothing makes any more, and none twice', () => {
    const text = sources.join('\n');
    assert.deepEqual(
      codes.filter((code) => !text.includes(`'${code}'`)),
      [],
    );
    assert.deepEqual(
      codes.filter((code, index) => codes.indexOf(code) !== index),
      [],
    );
  });

  it('explains every reason that a condition gets beside those codes', () => {
    const files = ['status.ts', 'retire.ts', 'leave-alone.ts'].map((file) => read(join(repository, 'src/controllers/application', file)));
    const reasons = files.flatMap((text) => [...text.matchAll(/\breason: '([A-Z][A-Za-z]+)'/g)].map((match) => match[1] ?? ''));
    assert.ok(reasons.length >= 8);
    const explained = documented('Reasons that are no errors');
    assert.deepEqual([...new Set(reasons)].filter((reason) => !explained.includes(reason)).sort(), []);
  });
});
