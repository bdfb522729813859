import assert from 'node:assert/strict';
import { compareAll } from './compare.ts';

const kubeconfig = process.env.TEST_KUBECONFIG;

describe('the embedded and a real API server', function () {
  this.timeout(300_000);

  it('answer alike', async function () {
    if (!kubeconfig) {
      console.error('      NOT COMPARED with a real API server: TEST_KUBECONFIG is not set');
      this.skip();
    }
    // Timers of the embedded server do not keep a process alive by themselves.
    const alive = setInterval(() => undefined, 1000);
    const { agreed, different } = await compareAll(kubeconfig ?? '');
    clearInterval(alive);
    assert.deepEqual(
      different.map(({ group, step, paths }) => `${group} / ${step}: ${paths.join('; ')}`),
      [],
    );
    assert.ok(agreed > 150);
  });
});
