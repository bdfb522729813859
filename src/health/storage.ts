/** PersistentVolumeClaim, PersistentVolume and VolumeSnapshot. */
import { booleanAt, objectAt, textAt } from './fields.ts';
import { degraded, healthy, progressing, type Rule } from './rule.ts';

/**
 * Only a claim that a pod uses is waited for: with volumeBindingMode WaitForFirstConsumer a claim without one
 * stays Pending for ever, and rightly so.
 */
export const persistentVolumeClaim: Rule = {
  holds: false,
  assess(object, { hasConsumer }) {
    const phase = textAt(object, 'status.phase');
    const holds = hasConsumer === true;
    if (phase === 'Bound') return { ...healthy('Bound'), holds };
    if (phase === 'Lost') return { ...degraded('Lost', 'its volume is gone'), holds };
    if (hasConsumer === false) return healthy('NoConsumer', 'not bound: no pod uses it yet');
    return { ...progressing('NotBound', 'waits for a volume'), holds };
  },
};

export const persistentVolume: Rule = {
  holds: false,
  assess(object) {
    const phase = textAt(object, 'status.phase');
    if (phase === 'Failed') return degraded('ReclaimFailed', textAt(object, 'status.message') ?? 'the volume could not be reclaimed');
    return phase === 'Available' || phase === 'Bound' || phase === 'Released'
      ? healthy(phase)
      : progressing('VolumePending', 'not yet available');
  },
};

export const volumeSnapshot: Rule = {
  holds: false,
  assess(object) {
    if (objectAt(object, 'status.error') !== undefined) {
      return degraded('SnapshotFailed', textAt(object, 'status.error.message') ?? 'the snapshot failed');
    }
    return booleanAt(object, 'status.readyToUse') === true
      ? healthy('ReadyToUse')
      : progressing('SnapshotPending', 'the snapshot is not ready');
  },
};
