/** The table of docs/kubevela-scenarios.md, made from the scenarios and the declarations. */
import { pendingScenarios } from '../conformance/declared-scenarios.ts';
import { declaredFor, declaredVerdict } from './judge.ts';
import { groups, readScenario, scenarioNames } from './read.ts';

/** Markdown: counts, then one table for each group. */
export function scenarioTable(): string {
  const names = scenarioNames();
  const count = (verdict: string): number => names.filter((id) => declaredVerdict(id) === verdict).length;
  const total = `${names.length} scenarios: ${count('equal')} equal, ${count('declared')} with declared differences, ${count('pending')} pending.`;
  const tables = groups.map((group) => {
    const rows = names.filter((id) => id.startsWith(`${group}/`)).map((id) => `| ${id} | ${readScenario(id).title} | ${outcomeOf(id)} |`);
    return [`### ${group}`, '', '| scenario | what happens | outcome |', '|---|---|---|', ...rows].join('\n');
  });
  return [total, ...tables].join('\n\n');
}

function outcomeOf(id: string): string {
  const pending = pendingScenarios[id];
  if (pending) return `pending: needs ${pending}`;
  const reasons = declaredFor(id).map(({ decision, reason }) => (decision ? `${reason} (${decision})` : reason.replace(/^ours: /, '')));
  return reasons.length > 0 ? `declared: ${[...new Set(reasons)].join('; ')}` : 'equal';
}
