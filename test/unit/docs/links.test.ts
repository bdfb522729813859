import assert from 'node:assert/strict';
import { anchorsOf, brokenLink, linksOf, pages } from './pages.ts';

describe('links in the documentation', () => {
  for (const page of pages()) {
    it(`lead somewhere: ${page.name}`, () => {
      const broken = linksOf(page).flatMap((target) => brokenLink(page, target) ?? []);
      assert.deepEqual(broken, []);
    });
  }

  it('are found and told apart when they are broken', () => {
    const page = { name: 'README.md', text: '[a](docs/nothing.md) [b](README.md#no-such-heading) [c](https://example.com) `[d](e)`' };
    assert.deepEqual(linksOf(page), ['docs/nothing.md', 'README.md#no-such-heading']);
    for (const target of linksOf(page)) assert.notEqual(brokenLink(page, target), undefined);
  });

  it('know anchors as GitHub makes them', () => {
    assert.deepEqual(anchorsOf('# shape: volumeMounts\n## What `npm start` does'), ['shape-volumemounts', 'what-npm-start-does']);
  });
});
