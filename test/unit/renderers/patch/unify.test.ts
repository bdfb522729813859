import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProblemError } from '../../../../src/base/errors.ts';
import { jsonEqual } from '../../../../src/base/json.ts';
import { everyItem, keyedBy, leading, replaced, retainKeys } from '../../../../src/renderers/patch/markers.ts';
import { plain, unify } from '../../../../src/renderers/patch/unify.ts';

const refusal = (message: string) => (error: unknown) => error instanceof ProblemError && error.problem.message === message;

/** Trees of objects and scalars, with few names so that two of them meet often. */
const tree = fc.letrec((tie) => ({
  node: fc.oneof({ depthSize: 'small' }, fc.integer({ min: 0, max: 2 }), fc.constantFrom('a', 'b'), fc.boolean(), tie('object')),
  object: fc.dictionary(fc.constantFrom('x', 'y', 'z'), tie('node'), { maxKeys: 3, noNullPrototype: true }),
})).object;

const items = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), port: fc.constant(80) }), {
  selector: (item) => item.name,
});

const attempt = (base: unknown, patch: unknown) => {
  try {
    return { value: unify(base, patch) };
  } catch (error) {
    if (error instanceof ProblemError) return { refused: error.problem.message };
    throw error;
  }
};

describe('a patch without markers', () => {
  it('keeps what only one side says', () => {
    assert.deepEqual(unify({ a: 1, b: { c: 2 } }, { b: { d: 3 } }), { a: 1, b: { c: 2, d: 3 } });
  });

  it('refuses where the two differ, naming the place', () => {
    assert.throws(() => unify({ spec: { replicas: 1 } }, { spec: { replicas: 2 } }), refusal('conflicting values for spec.replicas'));
  });

  it('lets lists meet by index, and then needs at least as many items as the base', () => {
    assert.deepEqual(unify({ l: [{ a: 1 }] }, { l: [{ b: 2 }, { c: 3 }] }), { l: [{ a: 1, b: 2 }, { c: 3 }] });
    assert.throws(() => unify({ l: [1, 2] }, { l: [1] }), refusal('conflicting values for l'));
  });

  it('does nothing the second time', () => {
    fc.assert(
      fc.property(tree, tree, (base, patch) => {
        const once = attempt(base, patch);
        if ('value' in once) assert.ok(jsonEqual(unify(once.value, patch), once.value));
      }),
    );
  });

  it('gives the same in either order, or refuses in both', () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const [there, back] = [attempt(a, b), attempt(b, a)];
        assert.equal('value' in there, 'value' in back);
        if ('value' in there && 'value' in back) assert.ok(jsonEqual(there.value, back.value));
      }),
    );
  });

  it('changes neither side', () => {
    fc.assert(
      fc.property(tree, tree, (base, patch) => {
        const before = structuredClone([base, patch]);
        attempt(base, patch);
        assert.deepEqual([base, patch], before);
      }),
    );
  });
});

describe('replaced and retainKeys', () => {
  it('put the value in place of whatever is there', () => {
    assert.deepEqual(unify({ spec: { replicas: 3 } }, { spec: { replicas: replaced(1) } }), { spec: { replicas: 1 } });
    assert.deepEqual(unify({ s: { type: 'Recreate', old: 1 } }, { s: retainKeys({ type: 'RollingUpdate' }) }), {
      s: { type: 'RollingUpdate' },
    });
    assert.deepEqual(unify({ l: [1, 2, 3] }, { l: replaced([9]) }), { l: [9] });
  });

  it('win over any base', () => {
    fc.assert(fc.property(tree, tree, (base, value) => jsonEqual(unify({ at: base }, { at: replaced(value) }), { at: value })));
  });
});

describe('keyedBy', () => {
  it('merges what meets by key and appends the rest', () => {
    const base = { containers: [{ name: 'cart', image: 'cart:1' }] };
    const patch = { containers: keyedBy('name', [{ name: 'proxy' }, { name: 'cart', tty: true }]) };
    assert.deepEqual(unify(base, patch), { containers: [{ name: 'cart', image: 'cart:1', tty: true }, { name: 'proxy' }] });
  });

  it('names the item in a conflict', () => {
    const base = { spec: { template: { containers: [{ name: 'cart', env: [{ name: 'A', value: '1' }] }] } } };
    const patch = {
      spec: { template: { containers: keyedBy('name', [{ name: 'cart', env: keyedBy('name', [{ name: 'A', value: '2' }]) }]) } },
    };
    assert.throws(() => unify(base, patch), refusal('conflicting values for containers[cart].env[A].value'));
  });

  it('tries several keys, and reaches into items', () => {
    const mounts = [{ name: 'a', mountPath: '/a' }];
    assert.deepEqual(unify({ m: mounts }, { m: keyedBy('name,mountPath', [{ mountPath: '/a', readOnly: true }]) }), {
      m: [{ name: 'a', mountPath: '/a', readOnly: true }],
    });
    const refs = [{ ref: { name: 'x' }, weight: 1 }];
    assert.deepEqual(unify({ r: refs }, { r: keyedBy('ref.name', [{ ref: { name: 'x' }, port: 1 }]) }), {
      r: [{ ref: { name: 'x' }, weight: 1, port: 1 }],
    });
  });

  it('falls back to meeting by index where an item has no key', () => {
    assert.deepEqual(unify({ l: [{ name: 'a' }] }, { l: keyedBy('name', [{ tty: true }]) }), { l: [{ name: 'a', tty: true }] });
  });

  it('keeps the order of the base, then that of the patch, and each name once', () => {
    fc.assert(
      fc.property(items, items, (base, patch) => {
        const merged = unify(base, keyedBy('name', patch));
        assert.ok(Array.isArray(merged));
        const names = merged.map((item) => item.name);
        const appended = patch.map((item) => item.name).filter((name) => !base.some((item) => item.name === name));
        assert.deepEqual(names, [...base.map((item) => item.name), ...appended]);
        assert.deepEqual(unify(merged, keyedBy('name', patch)), merged);
      }),
    );
  });
});

describe('leading and everyItem', () => {
  it('patch the first items and leave the others', () => {
    assert.deepEqual(unify({ l: [{ a: 1 }, { a: 2 }] }, { l: leading([{ b: 3 }]) }), { l: [{ a: 1, b: 3 }, { a: 2 }] });
  });

  it('patch all items there are, and make none', () => {
    assert.deepEqual(unify({ l: [{ a: 1 }, { a: 2 }] }, { l: everyItem({ b: 3 }) }), {
      l: [
        { a: 1, b: 3 },
        { a: 2, b: 3 },
      ],
    });
    assert.deepEqual(unify({}, { l: everyItem({ b: 3 }) }), {});
  });
});

describe('a patch where nothing is', () => {
  it('is its own data', () => {
    const patch = { spec: { replicas: replaced(2), list: keyedBy('name', [{ name: 'a', x: undefined }]), none: everyItem({ a: 1 }) } };
    assert.deepEqual(plain(patch), { spec: { replicas: 2, list: [{ name: 'a' }] } });
    assert.deepEqual(unify({}, patch), plain(patch));
  });
});
