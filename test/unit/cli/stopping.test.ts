import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { listenForStop } from '../../../src/cli/stopping.ts';

describe('being told to stop', () => {
  function stage() {
    const source = new EventEmitter();
    const state = { now: 0, atOnce: 0 };
    const stopping = listenForStop(
      () => state.atOnce++,
      source,
      () => state.now,
    );
    return { source, state, stopping };
  }

  it('takes signals that come together for one key press', async () => {
    const { source, state, stopping } = stage();
    source.emit('SIGINT', 'SIGINT');
    state.now = 50;
    source.emit('SIGINT', 'SIGINT');
    assert.equal(await stopping.asked, 'SIGINT');
    assert.equal(state.atOnce, 0);
  });

  it('takes a later one for impatience', () => {
    const { source, state } = stage();
    source.emit('SIGTERM', 'SIGTERM');
    state.now = 2000;
    source.emit('SIGINT', 'SIGINT');
    assert.equal(state.atOnce, 1);
  });

  it('leaves no listener behind', () => {
    const { source, stopping } = stage();
    stopping.release();
    assert.equal(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM') + source.listenerCount('SIGHUP'), 0);
  });
});
