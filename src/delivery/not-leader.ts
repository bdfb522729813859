/** The one refusal of every writer once the Lease is lost or the process stops: another replica goes on (F23, F24). */
import type { Problem } from '../base/errors.ts';

export const notLeader: Problem = { kind: 'Transient', code: 'NotLeader', message: 'this replica no longer holds the lease' };
