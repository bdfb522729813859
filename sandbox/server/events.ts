/** Events live for an hour, as in the real server: what is asked for later is gone. */
import type { Engine } from './engine.ts';

const lifeMs = 3_600_000;
const sweepMs = 300_000;

export function expireEvents(engine: Engine): () => void {
  let sweeping = false;
  const sweep = (): void => {
    const limit = engine.clock.now() - lifeMs;
    for (const { object } of engine.store.list('/events')) {
      const written = Date.parse(object.metadata.managedFields?.at(-1)?.time ?? object.metadata.creationTimestamp ?? '');
      if (written <= limit) engine.store.remove('/events', object.metadata.namespace, object.metadata.name);
    }
    sweeping = engine.store.list('/events').length > 0;
    if (sweeping) engine.clock.after(sweepMs, sweep);
  };
  return engine.store.subscribe('/events', (change) => {
    if (sweeping || change.type === 'DELETED') return;
    sweeping = true;
    engine.clock.after(sweepMs, sweep);
  });
}
