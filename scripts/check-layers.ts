/**
 * `npm run layers`: holds the imports of the whole project against the contract of .dependency-cruiser.cjs. It stands
 * between us and the command of dependency-cruiser because that one passes with "0 modules" when it finds no parser
 * for TypeScript (it cannot use TypeScript 7; @swc/core beside it can be used): a check that saw nothing must fail.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';

export interface Contract {
  forbidden: IFlattenedRuleSet['forbidden'];
  options: ICruiseOptions;
}

/** What was found: the size of what was looked at, and one line for each broken rule. */
export interface LayerReport {
  modules: number;
  imports: number;
  /** `rule: file → import`, sorted; a cycle names all its files. */
  violations: string[];
}

/** The folders whose imports are checked, and the least that is known to be there: fewer means that nothing was read. */
export const checked = ['src', 'sandbox', 'bin', 'scripts', 'bench', 'test'];
const fewestModules = 100;

export function readContract(): Contract {
  return createRequire(import.meta.url)('../.dependency-cruiser.cjs');
}

/** Cruises `folders` below `root`. @throws when dependency-cruiser itself fails (a broken contract, an unreadable folder). */
export async function checkLayers(contract: Contract, folders: readonly string[], root = process.cwd()): Promise<LayerReport> {
  const { forbidden, options } = contract;
  const answer = await cruise([...folders], { ...options, baseDir: root, ruleSet: { forbidden }, validate: true });
  if (typeof answer.output === 'string') throw new Error('dependency-cruiser answered with text instead of a result');
  return summarise(answer.output);
}

function summarise({ modules, summary }: ICruiseResult): LayerReport {
  const ours = modules.filter(({ source }) => !source.includes('node_modules/'));
  const read = ours.filter(({ source, coreModule }) => !coreModule && /\.(ts|js|cjs)$/.test(source));
  return {
    modules: read.length,
    imports: summary.totalDependenciesCruised ?? 0,
    violations: summary.violations
      .map(({ rule, from, to, cycle }) => {
        const path = cycle && cycle.length > 0 ? [from, ...cycle.map((step) => (typeof step === 'string' ? step : step.name))] : [from, to];
        return `${rule.name}: ${path.join(' → ')}`;
      })
      .sort(),
  };
}

async function main(): Promise<void> {
  const contract = readContract();
  const { modules, imports, violations } = await checkLayers(contract, checked);
  if (modules < fewestModules || imports < fewestModules) {
    console.error(`layers: only ${modules} modules with ${imports} imports were read. Is @swc/core installed beside dependency-cruiser?`);
    process.exitCode = 1;
    return;
  }
  for (const line of violations) console.error(`  ${line}`);
  const broken = new Set(violations.map((line) => line.split(':')[0]));
  for (const { name, comment } of contract.forbidden ?? []) if (name && broken.has(name)) console.error(`\n${name}\n  ${comment}`);
  console.log(`layers: ${modules} modules, ${imports} imports, ${violations.length} violations`);
  if (violations.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
