/**
 * A day with kubectl, an old one and a new one, on the embedded API server and on a real one: everything that is
 * printed must be the same. Both servers are asked at the same time, each kubectl after the other.
 */
import assert from 'node:assert/strict';
import { type Kubectl, kubectlObstacle, kubectls } from './binaries.ts';
import { commands } from './commands.ts';
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
    await Promise.all([embedded, real]);
  });

  it('has at least 40 commands, each of its own title', () => {
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

    describe(`${version} (real kube-apiserver)`, () => {
      before(async function () {
        const found = await real;
        if (found instanceof Map) return;
        if (found.wanted) throw new Error(`a real kube-apiserver was asked for: ${found.reason}`);
        this.skip();
      });

      for (const [place, { title, run }] of commands.entries()) {
        it(`${title}: the same`, async () => {
          const found = await real;
          const mine = (await embedded).get(version)?.[place];
          const theirs = found instanceof Map ? found.get(version)?.[place] : undefined;
          assert.ok(mine && theirs);
          const declared = differences.find(({ command }) => command === title);
          const sides = { embedded: mine.text, real: theirs.text };
          const wrong = undeclared(sides, declared);
          if (wrong !== undefined) throw new Error(`$ ${run}\n(- embedded, + real)\n${wrong}`);
          if (declared)
            assert.ok(isNeeded(sides, declared), `this difference is no more, take it out of differences.ts: ${declared.reason}`);
        });
      }
    });
  }
});
