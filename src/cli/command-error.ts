/** How a command ends when it cannot do what was asked: a sentence for the user and an exit code, never a stack trace. */
import type { Problem } from '../base/errors.ts';
import type { ApiFailure } from '../kube/types.ts';

/** Exit codes of all commands (docs/cli.md). */
export const exitCodes = { ok: 0, notWell: 1, refused: 2 } as const;

export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = exitCodes.refused) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** A Problem as the end of a command. */
export function problemError(problem: Problem, where = ''): CommandError {
  return new CommandError(`${where}${problem.message}${'path' in problem && problem.path ? ` (at ${problem.path})` : ''}`);
}

/** What an API server (or its absence) answered, in plain words. */
export function failureError(failure: ApiFailure, server: string, doing: string): CommandError {
  return new CommandError(`cannot ${doing}: ${failureText(failure, server)}`);
}

export function failureText(failure: ApiFailure, server: string): string {
  switch (failure.httpStatus) {
    case 0:
      return `the API server ${server} cannot be reached (${failure.message.replace(`cannot connect to ${server}: `, '')}). Is it running, and is this the right kubeconfig?`;
    case 401:
      return `the API server ${server} does not know these credentials. Is the kubeconfig of another server in use?`;
    default:
      return failure.message;
  }
}
