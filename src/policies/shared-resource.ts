/** shared-resource: several applications may name one object; the first one owns it, the others only sign `shared-by`. */
export { isSelected as isShared, readSelectors as readSharedResource } from './selected.ts';
