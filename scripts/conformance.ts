/** Prints how the built-in definitions render the recorded cases: one line per case that is not equal, one line per group. */
import { casesOf, type Group, runCase } from '../test/conformance/compare.ts';

const groups: Group[] = ['components', 'traits'];
let failed = false;

for (const group of groups) {
  const outcomes = await Promise.all(casesOf(group).map((name) => runCase(group, name)));
  const count = (verdict: string) => outcomes.filter((outcome) => outcome.verdict === verdict).length;
  for (const outcome of outcomes) {
    if (outcome.verdict === 'equal') continue;
    const why = outcome.unknownTypes.length > 0 ? ` (no definition yet: ${outcome.unknownTypes.join(', ')})` : '';
    console.log(`${outcome.verdict.padEnd(9)} ${group}/${outcome.case}${why}`);
    if (outcome.problem !== undefined && outcome.verdict === 'different') console.log(`          refused: ${outcome.problem}`);
    for (const { object, path, ours, theirs } of outcome.differences) {
      console.log(`          ${object}: ${path || '(object)'}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`);
    }
    for (const entry of outcome.idle) console.log(`          declared but equal: ${entry}`);
  }
  failed ||= count('different') > 0;
  if (count('pending') > 0) console.log(`${group}: ${count('pending')} pending, their types have no definition yet`);
  console.log(`conformance ${group}: ${count('equal')} equal, ${count('declared')} declared, ${count('different')} different`);
}
process.exitCode = failed ? 1 : 0;
