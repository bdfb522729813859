/** What `down` may end: a stale pid file must never cost somebody else's process its life. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAlive, isStill } from '../../controlplane/processes.ts';

describe('a process known from a file', () => {
  it('is not taken for the part it was when its id belongs to another program now', () => {
    assert.ok(isAlive(process.pid));
    assert.equal(isStill({ part: 'etcd', pid: process.pid }, '/run/of/ours'), false);
  });

  it('is known again by its part and its folder together', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'etcd', '--data-dir=/run/of/ours/etcd'], { stdio: 'pipe' });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    assert.equal(isStill({ part: 'etcd', pid }, '/run/of/ours'), true);
    assert.equal(isStill({ part: 'etcd', pid }, '/run/of/others'), false);
    assert.equal(isStill({ part: 'kube-apiserver', pid }, '/run/of/ours'), false);
    child.stdin.end();
    await once(child, 'exit');
    assert.equal(isStill({ part: 'etcd', pid }, '/run/of/ours'), false);
  });

  it('is gone when no id was ever given', () => {
    assert.equal(isStill({ part: 'etcd', pid: 0 }, '/'), false);
  });
});
