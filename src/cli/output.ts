/** `-o json|yaml|text`: data for machines as data, for people as a view. */
import { type Command, Option } from 'commander';
import { dump } from 'js-yaml';

export const outputs = ['text', 'json', 'yaml'] as const;
export type Output = (typeof outputs)[number];

/** Adds -o to a command. */
export function outputOption(command: Command, choices: readonly Output[] = outputs, standard: Output = 'text'): Command {
  return command.addOption(new Option('-o, --output <format>', 'form of the result').choices(choices).default(standard));
}

/** One document of JSON or YAML. */
export function encode(value: unknown, output: Exclude<Output, 'text'>): string {
  if (output === 'json') return JSON.stringify(value, undefined, 2);
  return toYaml(value);
}

/** YAML without anchors and without folded lines, as kubectl writes it. */
export function toYaml(value: unknown): string {
  // Through JSON, so that absent fields (undefined) are left out and nothing but data comes in.
  return dump(JSON.parse(JSON.stringify(value)), { noRefs: true, lineWidth: -1 });
}
