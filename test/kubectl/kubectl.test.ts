/**
 * A day with kubectl, an old one and a new one, on the embedded API server and on a real one: everything that is
 * printed must be the same. Both servers are asked at the same time, each kubectl after the other.
 */
import assert from 'node:assert/strict';
import { type Kubectl, kubectlObstacle, kubectls } from './binaries.ts';
import { type Command, commands } from './commands.ts';
import { isNeeded, undeclared } from './comparison.ts';
import { differences } from './differences.ts';
import { embeddedSite, realSite, type Site } from './site.ts';
import { record, type Transcript } from './transcript.ts';

/** Both kubectls on both servers on two busy cores take about three minutes; building a control plane before that, more. */
const patienceMs = 15 * 60_000;

type Days = Map<string, Transcript[]>;

/** Plays the list with each kubectl, one after the other, so that they do not meet each other's load. */
async function play(site: Site, programs: readonly Kubectl[]): Promise<Days> {
  const days: Days = new Map();
  try {
    for (const kubectl of programs) days.set(kubectl.version, await record(site, kubectl, commands));
  } finally {
    await site.close();
  }
  return days;
}

describe('kubectl', () => {
  let programs: Kubectl[] = [];
  let embedded: Promise<Days>;
  let real: Promise<Days | { reason: string; wanted: boolean }>;

  before(async function () {
    this.timeout(patienceMs);
    const obstacle = kubectlObstacle();
    if (obstacle) {
      console.log(`  ! SKIPPED: ${obstacle}`);
      this.skip();
    }
    programs = await kubectls();
    // The real one first: where it must be built, the embedded one would meet the load of that.
    const found = await realSite(process.env);
    real = 'kind' in found ? play(found, programs) : Promise.resolve(found);
    embedded = embeddedSite().then((site) => play(site, programs));
    const [, there] = await Promise.all([embedded, real]);
    if (!(there instanceof Map)) console.log(`  ! SKIPPED: transcripts are not compared with a real server: ${there.reason}`);
  });

  it('plays at least 40 commands, each of its own title', () => {
    assert.ok(commands.length >= 40);
    assert.equal(new Set(commands.map(({ title }) => title)).size, commands.length);
  });

  it('declares differences of commands there are', () => {
    const titles = new Set(commands.map(({ title }) => title));
    assert.deepEqual(
      differences.map(({ command }) => command).filter((command) => !titles.has(command)),
      [],
    );
  });

  for (const [index, version] of ['1.27', '1.35'].entries()) {
    describe(`${version} (embedded API server)`, () => {
      for (const [place, { title, fails, run }] of commands.entries()) {
        it(title, async () => {
          const transcript = (await embedded).get(programs[index]?.version ?? '')?.[place];
          assert.ok(transcript);
          assert.ok(transcript.raw.endsWith(fails ? '[1]' : '[0]'), `${fails ? 'was to fail' : 'failed'}: ${run}\n${transcript.raw}`);
        });
      }
    });

    it(`${version} prints the same on the embedded API server (real kube-apiserver)`, async function () {
      const found = await real;
      if (!(found instanceof Map)) {
        if (found.wanted) throw new Error(`a real kube-apiserver was asked for: ${found.reason}`);
        return this.skip();
      }
      const mine = (await embedded).get(version) ?? [];
      const theirs = found.get(version) ?? [];
      assert.equal(mine.length, commands.length);
      const wrong = commands.flatMap((command, place) => differencesOf(command, mine[place]?.text, theirs[place]?.text));
      if (wrong.length > 0)
        throw new Error(`${wrong.length} of ${commands.length} commands (- embedded, + real):\n\n${wrong.join('\n\n')}`);
    });
  }
});

/** What a reader is told of one command: nothing where both servers made kubectl print the same, or what is declared. */
function differencesOf({ title, run }: Command, embedded = '', real = ''): string[] {
  const declared = differences.find(({ command }) => command === title);
  const sides = { embedded, real };
  const wrong = undeclared(sides, declared);
  if (wrong !== undefined) return [`${title}\n$ ${run}\n${wrong}`];
  if (declared && !isNeeded(sides, declared))
    return [`${title}: this difference is no more, take it out of differences.ts: ${declared.reason}`];
  return [];
}
