/** read-only: the selected objects must exist and are never written, only looked at. */
export { isSelected as isReadOnly, readSelectors as readReadOnly } from './selected.ts';
