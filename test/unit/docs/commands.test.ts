import assert from 'node:assert/strict';
import { join } from 'node:path';
import { commands } from '../../../src/cli/commands.ts';
import { createProgram } from '../../../src/cli/main.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { read, repository } from '../api/validation.ts';
import { blocksOf, commandsOf, pages } from './pages.ts';

const scripts = Object.keys((JSON.parse(read(join(repository, 'package.json'))) as { scripts: Record<string, string> }).scripts);
const silent = { out: () => undefined, note: () => undefined } as unknown as Terminal;

/** Long options of a command, those of its subcommand included. */
async function optionsOf(words: readonly string[]): Promise<string[] | undefined> {
  const program = await createProgram([words[0] ?? ''], silent);
  let command = program.commands.find((one) => one.name() === words[0]);
  const sub = command?.commands.find((one) => one.name() === words[1]);
  if (command?.commands.length && words[1] && /^[a-z]/.test(words[1]) && !sub) return undefined;
  command = sub ?? command;
  return command && ['--help', ...command.options.flatMap((option) => [option.long, option.short].flatMap((name) => name ?? []))];
}

describe('commands in the documentation', () => {
  for (const page of pages()) {
    it(`exist: ${page.name}`, async () => {
      for (const words of commandsOf(page.text, /^(npx )?lateen(?= )/)) {
        const [name] = words;
        if (name === undefined || /^[<…]|^-/.test(name)) continue;
        assert.ok(
          commands.some((command) => command.name === name),
          `\`lateen ${words.join(' ')}\`: there is no command ${name}`,
        );
        const known = await optionsOf(words);
        assert.ok(known, `\`lateen ${words.join(' ')}\`: there is no ${words[1]}`);
        for (const option of words.filter((word) => /^-{1,2}[a-z]/.test(word))) {
          assert.ok(known.includes(option.split('=')[0] ?? ''), `\`lateen ${words.join(' ')}\`: there is no ${option}`);
        }
      }
      for (const words of commandsOf(page.text, /^npm run( -s| --silent)?(?= )/)) {
        assert.ok(scripts.includes(words[0] ?? ''), `\`npm run ${words.join(' ')}\`: package.json has no such script`);
      }
    });
  }

  it('name every option of the controller that there is, and no other', async () => {
    const options = (await optionsOf(['controller'])) ?? [];
    const page = pages().find(({ name }) => name === 'docs/install.md')?.text ?? '';
    const rows = [...page.matchAll(/^\| (`--[^|]+) \|/gm)].flatMap((row) => [...(row[1] ?? '').matchAll(/`(--[a-z-]+)`/g)]);
    assert.deepEqual(rows.map((match) => match[1]).sort(), options.filter((option) => /^--(?!help)/.test(option)).sort());
  });

  it('of README are the two it promises', () => {
    const readme = pages()[0]?.text ?? '';
    const [first] = blocksOf(readme, '');
    assert.deepEqual(
      [...(first?.text ?? '').matchAll(/^npm (\w+)/gm)].map((match) => match[1]),
      ['start', 'test'],
    );
  });
});
