/** The guard stops product code that reads time or chance by itself, and nobody else. */
import assert from 'node:assert/strict';
import { isTypesOnly } from '../../scripts/test/coverage.ts';
import { describeError } from '../../scripts/test/reporter.ts';
import { guarded, isGuarded } from './guard.ts';

const at = (file: string): string => new URL(`../../${file}`, import.meta.url).href;

/** Calls `callee` from a module that claims to be `file`. */
async function callFrom(file: string, callee: () => unknown): Promise<unknown> {
  const { Script } = await import('node:vm');
  const call: unknown = new Script('(callee) => callee()', { filename: file }).runInThisContext();
  return typeof call === 'function' ? call(callee) : undefined;
}

describe('the guard of time and chance', () => {
  it('is for the product, apart from src/base and the command line', () => {
    const files = [
      'src/plan/plan.ts',
      'sandbox/actors/pod.ts',
      'src/base/clock.ts',
      'src/cli/main.ts',
      'test/unit/a.test.ts',
      'node_modules/undici/index.js',
    ];
    assert.deepEqual(
      files.filter((file) => isGuarded(at(file))),
      ['src/plan/plan.ts', 'sandbox/actors/pod.ts'],
    );
  });

  it('throws for a call from a guarded file and lets others through', async () => {
    const now = guarded('Date.now', () => 42);
    await assert.rejects(callFrom(at('src/plan/plan.ts'), now), /src\/plan\/plan\.ts calls Date\.now: take it as an argument/);
    assert.equal(await callFrom(at('src/base/clock.ts'), now), 42);
  });

  it('is in force in this process', async () => {
    await assert.rejects(callFrom(at('src/plan/plan.ts'), Math.random), /calls Math\.random/);
    assert.ok(Math.random() < 1);
  });
});

describe('what npm test tells', () => {
  it('shows the message, the frames of our own code and the cause of an error', () => {
    const told = describeError(new Error('outer', { cause: new TypeError('inner') }));
    assert.match(told, /^Error: outer\n[\s\S]*guard\.test\.ts[\s\S]*\ncaused by TypeError: inner\n/);
    assert.doesNotMatch(told, /node_modules\/mocha/);
  });

  it('leaves files of types alone out of the coverage, and no others', () => {
    assert.ok(isTypesOnly(`/** Why. */\nimport type { A } from './a.ts';\nexport interface B { a: A }\nexport type { A };\n`));
    assert.ok(!isTypesOnly(`export interface B { a: string }\nexport const b: B = { a: '' };\n`));
  });
});
