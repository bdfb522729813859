/** Writes bench/RESULTS.md from bench/results.json, so that wording and budgets change without measuring again. */
import type { Machine } from './machine.ts';
import { type Series, summarise } from './measure.ts';
import { type Row, type Section, sections } from './rows.ts';
import type { Scale } from './scenarios/scenario.ts';

export interface Results {
  /** Of the newest run, ISO. */
  at: string;
  machine: Machine;
  server: string;
  scale: Scale;
  /** Share of all cores that was busy with other things before each scenario, 0 to 1. */
  busyBefore: Record<string, number>;
  series: Record<string, Series>;
  /** Requests by verb and resource, for those who ask why. */
  requests: Record<string, Readonly<Record<string, number>>>;
  /** What was not as usual with the operator: another program, options for Node. */
  launch?: { nodeOptions: readonly string[]; program?: string };
  notes: string[];
}

export function report(results: Results): string {
  const { machine, at, server, scale, busyBefore, notes } = results;
  const tables = sections(scale).flatMap((section) => table(section, results));
  const busy = Object.entries(busyBefore).map(([name, busyShare]) => `${name} ${Math.round(busyShare * 100)} %`);
  return `${[
    '# Results of the bench',
    '',
    'Written by `npm run bench`; do not edit. What is measured and how stands in the first lines of each file of `bench/scenarios/`.',
    '',
    `- ${at.slice(0, 10)}, Kubernetes ${server}, Node ${machine.node}, ${machine.os}`,
    `- ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB; etcd, API server, world, user, observer and operator share them`,
    `- the cores were busy with other things just before each scenario: ${busy.join(', ')}`,
    '',
    'Each figure is the median over the runs, with least and most. Requests are those of the operator in the audit log of the',
    'API server, without Lease traffic, Events and watches; CPU and memory are those of the `lateen controller` process.',
    'The bare client sends the same writes for the same applications, eight applications at a time as the operator does, and',
    'does nothing else. KubeVela v1.10.9 and kro v0.9.3 were measured earlier on the same kind of machine and control plane,',
    'with their client limits at 400/600 and 4 workers.',
    ...unusual(results),
    ...notes.flatMap((note) => ['', note]),
    ...tables,
  ].join('\n')}\n`;
}

function unusual({ launch }: Results): string[] {
  const words = ['node', ...(launch?.nodeOptions ?? []), launch?.program ?? 'bin/lateen.js'];
  return launch && (launch.program || launch.nodeOptions.length > 0) ? ['', `The operator ran as \`${words.join(' ')}\`.`] : [];
}

function table({ title, rows }: Section, results: Results): string[] {
  const lines = rows.flatMap((row) => {
    const series = results.series[row.measure];
    return series === undefined ? [] : [line(row, series, results.at)];
  });
  if (lines.length === 0) return [];
  return ['', `## ${title}`, '', '| what | budget | KubeVela | kro | Lateen | verdict |', '|---|---|---|---|---|---|', ...lines];
}

function line(row: Row, { values, at }: Series, newest: string): string {
  const { median, min, max, runs } = summarise(values);
  const text = (value: number): string =>
    value.toLocaleString('en', { maximumFractionDigits: row.digits, minimumFractionDigits: row.digits });
  const unit = row.unit === '' ? '' : ` ${row.unit}`;
  const spread = runs > 1 && text(min) !== text(max) ? ` (${text(min)}–${text(max)})` : '';
  const older = at === newest ? '' : `, of ${at.slice(0, 10)}`;
  const budget = row.budget ?? (row.limit === undefined ? '' : `${row.least ? '≥' : '≤'} ${row.limit.toLocaleString('en')}${unit}`);
  const other = (figure: string | undefined): string => (figure === undefined ? '' : `${figure}${/[a-z]$/.test(figure) ? '' : unit}`);
  return `| ${row.what} | ${budget} | ${other(row.kubevela)} | ${other(row.kro)} | **${text(median)}${unit}**${spread}, ${runs} runs${older} | ${verdict(row, median)} |`;
}

function verdict({ limit, least, digits }: Row, median: number): string {
  if (limit === undefined) return '';
  // Compared as printed: a figure that reads like the budget is within it.
  const printed = Number(median.toFixed(digits));
  return (least ? printed >= limit : printed <= limit) ? 'within' : '**missed**';
}
