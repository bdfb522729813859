/** Which real API server the tests use: the decision, without starting any. */
import assert from 'node:assert/strict';
import { type Found, rungs } from '../../controlplane/ladder.ts';
import { realServer } from '../../controlplane/launch.ts';
import { readSettings } from '../../controlplane/settings.ts';

const nothing: Found = { built: false, go: false };
const kinds = (env: Record<string, string>, found: Found): string[] => rungs(readSettings(env), found).map(({ kind }) => kind);

describe('the ladder to a real API server', () => {
  it('takes the cluster that is named, and no other', () => {
    const env = { TEST_KUBECONFIG: '/home/me/cluster.yaml', KUBEBUILDER_ASSETS: '/assets', CI: 'true' };
    assert.deepEqual(rungs(readSettings(env), { built: true, go: true }), [{ kind: 'given', kubeconfig: '/home/me/cluster.yaml' }]);
  });

  it('takes release binaries where their folder is named', () => {
    const env = { KUBEBUILDER_ASSETS: '/assets', LATEEN_REAL: '1' };
    assert.deepEqual(rungs(readSettings(env), { built: true, go: true }), [{ kind: 'assets', folder: '/assets' }]);
  });

  it('builds only where somebody asked for a real server', () => {
    const buildable = { built: false, go: true };
    assert.deepEqual(kinds({}, buildable), ['k3s']);
    assert.deepEqual(kinds({ CI: 'true' }, buildable), ['built', 'k3s']);
    assert.deepEqual(kinds({ LATEEN_REAL: '1' }, buildable), ['built', 'k3s']);
  });

  it('uses what is built already without being asked', () => {
    assert.deepEqual(kinds({}, { built: true, go: false }), ['built', 'k3s']);
  });

  it('comes to k3s where there is no Go', () => {
    assert.deepEqual(kinds({ CI: '1' }, nothing), ['k3s']);
  });

  it('takes an empty variable for unset, and 0 and false for no', () => {
    assert.deepEqual(readSettings({ TEST_KUBECONFIG: '', KUBEBUILDER_ASSETS: '', CI: 'false', LATEEN_REAL: '0' }), { wanted: false });
    assert.deepEqual(readSettings({ CI: 'true' }), { wanted: true });
  });
});

describe('a rung that does not hold', () => {
  it('gives its reason, and says whether a server was asked for', async () => {
    const log = (): void => undefined;
    const unasked = await realServer({ env: { TEST_KUBECONFIG: '/does/not/exist' }, log });
    assert.deepEqual(unasked, {
      kind: 'unavailable',
      reason: 'given: TEST_KUBECONFIG names /does/not/exist, which does not exist',
      wanted: false,
    });
    const asked = await realServer({ env: { KUBEBUILDER_ASSETS: '/does/not/exist', CI: 'true' }, log });
    assert.equal(asked.kind, 'unavailable');
    assert.match(asked.kind === 'unavailable' ? asked.reason : '', /holds no etcd and kube-apiserver/);
    assert.equal(asked.kind === 'unavailable' && asked.wanted, true);
  });
});
