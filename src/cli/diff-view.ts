/** The text of `lateen diff`. Pure. */
import { describeRef } from '../api/object.ts';
import type { FieldChange } from './field-diff.ts';
import type { Paint, Tone } from './paint.ts';
import { isEmpty, type ObjectChange, type Preview, type Verb } from './preview.ts';

const shown: Readonly<Record<Verb, { sign: string; tone: Tone; word: string }>> = {
  create: { sign: '+', tone: 'added', word: 'create' },
  restore: { sign: '+', tone: 'added', word: 'create again' },
  change: { sign: '~', tone: 'changed', word: 'change' },
  repair: { sign: '~', tone: 'changed', word: 'repair' },
  adopt: { sign: '~', tone: 'changed', word: 'adopt' },
  delete: { sign: '-', tone: 'removed', word: 'delete' },
  'let-go': { sign: '-', tone: 'removed', word: 'let go' },
  refuse: { sign: '!', tone: 'bad', word: 'refused' },
  wait: { sign: '…', tone: 'waiting', word: 'wait' },
};

export function diffText(preview: Preview, paint: Paint): string {
  const { namespace, name, isNew, revision, spec, objects, notes } = preview;
  const title = paint('strong', `Application ${namespace}/${name}`);
  const about = isNew ? 'is new' : revision ? `becomes revision ${revision}` : isEmpty(preview) ? 'would not change' : 'keeps its revision';
  const lines = [`${title} ${about}`, ...fieldLines(spec, paint)];
  for (const object of objects) lines.push(...objectLines(object, paint));
  lines.push(...notes.map((note) => paint('quiet', `# ${note}`)));
  if (!isEmpty(preview)) lines.push('', summary(objects));
  return lines.join('\n');
}

function objectLines({ verb, ref, reason, fields }: ObjectChange, paint: Paint): string[] {
  const { sign, tone, word } = shown[verb];
  return [`${paint(tone, `${sign} ${word}`)} ${describeRef(ref)}  ${paint('quiet', `(${reason})`)}`, ...fieldLines(fields, paint)];
}

function fieldLines(fields: readonly FieldChange[], paint: Paint): string[] {
  return fields.map(({ path, before, after }) => {
    if (before === undefined) return `    ${paint('added', `+ ${path}: ${text(after)}`)}`;
    if (after === undefined) return `    ${paint('removed', `- ${path}: ${text(before)}`)}`;
    return `    ${paint('changed', '~')} ${path}: ${paint('removed', text(before))} → ${paint('added', text(after))}`;
  });
}

/** Longest value in a line. */
const valueLength = 200;

function text(value: unknown): string {
  const json =
    typeof value === 'string' && /^[^\s"'{}[\],:]+$/.test(value) && !/^(true|false|null|[\d.]+)$/.test(value)
      ? value
      : JSON.stringify(value);
  return json.length > valueLength ? `${json.slice(0, valueLength)}…` : json;
}

function summary(objects: readonly ObjectChange[]): string {
  const count = (...verbs: Verb[]): number => objects.filter(({ verb }) => verbs.includes(verb)).length;
  const parts = [
    [count('create', 'restore'), 'to create'],
    [count('change', 'repair', 'adopt'), 'to change'],
    [count('delete', 'let-go'), 'to delete'],
    [count('refuse'), 'refused'],
    [count('wait'), 'waiting'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return told.length > 0 ? told.join(', ') : 'no object changes';
}
