/** What a scenario comes to: equal, declared, pending, or different in a way that nobody declared. */
import { type DeclaredInScenario, declaredInScenarios, pendingScenarios } from '../conformance/declared-scenarios.ts';
import { type Difference, differencesOf } from './compare.ts';
import { playScenario } from './play.ts';
import { readRecording, readScenario } from './read.ts';

export interface Judgement {
  verdict: 'equal' | 'declared' | 'pending' | 'different';
  /** Why it is pending. */
  reason?: string;
  /** Differences nobody declared, as text. */
  undeclared: string[];
  /** Declared facts that did not differ, as text. */
  idle: string[];
}

export async function judgeScenario(id: string): Promise<Judgement> {
  const reason = pendingScenarios[id];
  if (reason) return { verdict: 'pending', reason, undeclared: [], idle: [] };
  const recording = readRecording(id);
  const differences = differencesOf(await playScenario(readScenario(id), recording), recording);
  return against(declaredFor(id), differences);
}

export function declaredFor(id: string): DeclaredInScenario[] {
  return declaredInScenarios.filter(({ scenario }) => scenario === id);
}

/** Without playing: what the tables say the verdict is. */
export function declaredVerdict(id: string): 'equal' | 'declared' | 'pending' {
  if (pendingScenarios[id]) return 'pending';
  return declaredFor(id).length > 0 ? 'declared' : 'equal';
}

function against(declared: readonly DeclaredInScenario[], differences: readonly Difference[]): Judgement {
  const happened = new Map(differences.map((difference) => [`step ${difference.step}: ${difference.what}`, difference]));
  const allowed = new Set(declared.flatMap(({ steps, what }) => steps.flatMap((step) => what.map((fact) => `step ${step}: ${fact}`))));
  const undeclared = [...happened]
    .filter(([key]) => !allowed.has(key))
    .map(([key, { ours, theirs }]) => `${key}: ours ${JSON.stringify(ours)}, KubeVela's ${JSON.stringify(theirs)}`);
  const idle = [...allowed].filter((key) => !happened.has(key));
  if (undeclared.length > 0 || idle.length > 0) return { verdict: 'different', undeclared, idle };
  return { verdict: differences.length > 0 ? 'declared' : 'equal', undeclared, idle };
}
