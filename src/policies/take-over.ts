/** take-over: objects of nobody are adopted instead of refused. The plan shows what they hold beside (decision 48). */
export { isSelected as mayTakeOver, readSelectors as readTakeOver } from './selected.ts';
