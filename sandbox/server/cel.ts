/**
 * CEL rules of CRDs by an evaluator in JavaScript. A rule it cannot compile refuses the CRD; a rule that
 * fails while it runs refuses the object, as the real server does. Kubernetes' own functions are added here.
 */
import { Environment } from '@marcbachmann/cel-js';
import { isObject } from '../../src/base/json.ts';
import { type CelEvaluator, type CelProgram, parseQuantity, type StructuralSchema } from '../../src/schema/index.ts';

/** CEL's integers are 64 bits wide: JSON integers of integer fields become bigints on the way in. */
function toCel(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (typeof value === 'number') return schema?.type === 'number' || !Number.isInteger(value) ? value : BigInt(value);
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema?.items));
  if (isObject(value)) {
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const field = schema?.fields !== undefined && Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
      copy[field ? escapeName(key) : key] = toCel(item, field ?? schema?.values);
    }
    return copy;
  }
  return value;
}

const reserved = new Set([
  'true',
  'false',
  'null',
  'in',
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
]);

/** Property names as they are written in rules (KEP-2876): `a-b` is `a__dash__b`. Keys of maps stay as they are. */
function escapeName(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__');
}

function patternOf(pattern: string): RegExp {
  // RE2's syntax and JavaScript's are close; what JavaScript does not know throws and is an error of the rule.
  return new RegExp(pattern, 'u');
}

function environment(usesOldSelf: boolean): Environment {
  const env = new Environment({ unlistedVariablesAreDyn: false, enableOptionalTypes: true, homogeneousAggregateLiterals: false });
  env.registerVariable('self', 'dyn');
  if (usesOldSelf) env.registerVariable('oldSelf', 'dyn');
  const add = (signature: string, handler: (...values: never[]) => unknown): void => {
    try {
      env.registerFunction(signature, handler as never);
    } catch {
      // The library knows this function already.
    }
  };
  add('string.find(string): string', (text: string, pattern: string) => patternOf(pattern).exec(text)?.[0] ?? '');
  add('string.findAll(string): list', (text: string, pattern: string) =>
    [...text.matchAll(new RegExp(pattern, 'gu'))].map((found) => found[0]),
  );
  add('isURL(string): bool', (text: string) => URL.canParse(text));
  add('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined);
  add('list.isSorted(): bool', (values: (string | number | bigint)[]) =>
    values.every((value, index) => index === 0 || (values[index - 1] ?? value) <= value),
  );
  add('list.sum(): dyn', (values: (number | bigint)[]) =>
    values.reduce<number | bigint>(
      (sum, value) => (typeof sum === 'bigint' && typeof value === 'bigint' ? sum + value : Number(sum) + Number(value)),
      0n,
    ),
  );
  add('list.indexOf(dyn): int', (values: unknown[], value: unknown) => BigInt(values.indexOf(value)));
  return env;
}

/** The evaluator of the sandbox. */
export const celEvaluator: CelEvaluator = {
  compile(rule, schema, { usesOldSelf }): CelProgram | { error: string } {
    let run: (context: Record<string, unknown>) => unknown;
    try {
      const parsed = environment(usesOldSelf).parse(rule);
      const checked = parsed.check();
      if (!checked.valid) return { error: firstLine(checked.error) };
      run = parsed;
    } catch (error) {
      return { error: firstLine(error) };
    }
    return (self, oldSelf) => {
      try {
        const context: Record<string, unknown> = { self: toCel(self, schema) };
        if (usesOldSelf) context.oldSelf = toCel(oldSelf, schema);
        return { value: run(context) };
      } catch (error) {
        return { error: firstLine(error) };
      }
    };
  },
};

const firstLine = (error: unknown): string => (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
