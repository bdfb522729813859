/** Finalizers on our kinds; KubeVela's names, so that either controller can let go of the other's objects. */

/** On an Application until its objects are gone. */
export const applicationFinalizer = 'app.oam.dev/resource-tracker-finalizer';
/** Set by a user on an Application: it is deleted, its objects stay. */
export const orphanFinalizer = 'app.oam.dev/orphan-resource';
/** On a ResourceTracker until what it records is gone. */
export const trackerFinalizer = 'resourcetracker.core.oam.dev/finalizer';
