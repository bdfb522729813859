import assert from 'node:assert/strict';
import { paint } from '../../../src/cli/paint.ts';
import { heightOf } from '../../../src/cli/screen.ts';
import { age, table } from '../../../src/cli/table.ts';
import { drawTree } from '../../../src/cli/tree.ts';

describe('tables', () => {
  it('aligns columns and leaves no space at the end of a line', () => {
    assert.equal(
      table(['NAME', 'AGE'], [['shop', '5s'], ['a-long-name']], paint(false)),
      'NAME          AGE\nshop          5s\na-long-name',
    );
  });

  it('does not count colours as width', () => {
    const coloured = table(
      ['A', 'B'],
      [
        ['\u001b[32mgood\u001b[0m', 'x'],
        ['bad', 'y'],
      ],
      paint(false),
    );
    assert.deepEqual(
      coloured.split('\n').map((line) =>
        line
          .replace('\u001b[32m', '')
          .replace('\u001b[0m', '')
          .search(/[xyB]$/),
      ),
      [7, 7, 7],
    );
  });

  it('keeps a message of several lines in its row', () => {
    assert.equal(table(['M'], [['one\n  two']], paint(false)), 'M\none two');
  });

  for (const [seconds, text] of [
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [125, '2m5s'],
    [3600, '60m'],
    [4 * 3600, '4h'],
    [49 * 3600, '2d'],
  ] as const) {
    it(`tells ${seconds} s as ${text}`, () => {
      assert.equal(age('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:00Z') + seconds * 1000), text);
    });
  }
});

describe('trees', () => {
  it('draws lines to every child and indents further lines of a text', () => {
    const leaf = (text: string) => ({ text, children: [] });
    const drawn = drawTree({ text: 'app\n  why', children: [{ text: 'web', children: [leaf('pod')] }, leaf('db\nlost')] });
    assert.equal(drawn, 'app\n  why\n├─ web\n│  └─ pod\n└─ db\n   lost');
  });
});

describe('the height of a redrawn block', () => {
  it('counts lines that wrap, by what is seen', () => {
    assert.equal(heightOf('123456\n\n\u001b[31m123\u001b[0m', 3), 4);
    assert.equal(heightOf('123456\n1', undefined), 2);
  });
});
