/** Colours by meaning, so that every view of a state looks the same. */

export type Tone = 'good' | 'bad' | 'waiting' | 'quiet' | 'strong' | 'added' | 'removed' | 'changed' | 'plain';

export type Paint = (tone: Tone, text: string) => string;

const codes: Record<Exclude<Tone, 'plain'>, number> = {
  good: 32,
  bad: 31,
  waiting: 33,
  quiet: 2,
  strong: 1,
  added: 32,
  removed: 31,
  changed: 33,
};

/** @param isOn without it, text stays as it is. */
export function paint(isOn: boolean): Paint {
  if (!isOn) return (_tone, text) => text;
  return (tone, text) => (tone === 'plain' || text === '' ? text : `\u001b[${codes[tone]}m${text}\u001b[0m`);
}

/** Characters that are seen: colour codes take no place in a column. */
export function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour code.
  return [...text.replace(/\u001b\[\d+m/g, '')].length;
}
