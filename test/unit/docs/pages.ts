/** The pages of the documentation and what stands in them, for the tests that hold them against the project. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesBelow, read, repository } from '../api/validation.ts';

export interface Page {
  /** Path from the root of the repository. */
  name: string;
  text: string;
}

/** README, CONTRIBUTING, CHANGELOG and everything below docs/. */
export function pages(): Page[] {
  const files = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((file) => join(repository, file));
  return [...files, ...filesBelow(join(repository, 'docs'), '.md')].map((path) => ({ name: relative(repository, path), text: read(path) }));
}

/** Fenced blocks of a language, with the line each begins at; `''` for blocks without one. */
export function blocksOf(text: string, language: string): { line: number; text: string }[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)]
    .filter((match) => match[2] === language)
    .map((match) => ({ line: text.slice(0, match.index).split('\n').length, text: match[3] ?? '' }));
}

/** Targets of links that stay inside the repository. */
export function linksOf({ text }: Page): string[] {
  const prose = text.replace(/^( *)```[\s\S]*?^\1```$/gm, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** Why a link of a page leads nowhere; undefined when it does not. */
export function brokenLink(page: Page, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page.name : join(dirname(page.name), path);
  if (!existsSync(join(repository, file))) return `${target}: there is no ${file}`;
  if (anchor === undefined || !file.endsWith('.md')) return undefined;
  return anchorsOf(read(join(repository, file))).includes(anchor) ? undefined : `${target}: ${file} has no heading for #${anchor}`;
}

/** Anchors of headings, as GitHub makes them. */
export function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Commands of a program that a text names, in code spans and code blocks: the words behind its name, up to an option. */
export function commandsOf(text: string, program: RegExp): string[][] {
  const code = [...text.matchAll(/`([^`\n]+)`/g), ...text.matchAll(/^ *(?:\$ )?((?:npx |npm |lateen )[^\n#]*)/gm)].map(
    (match) => match[1] ?? '',
  );
  return code.flatMap((line) => {
    const found = program.exec(line);
    if (!found || found.index > 0) return [];
    const words = line.slice(found[0].length).trim().split(/\s+/);
    return [words.filter((word) => word !== '')];
  });
}
