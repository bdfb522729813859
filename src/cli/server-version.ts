/** The version of an API server, which some definitions render by. */
import { isObject } from '../base/json.ts';
import type { ClusterFacts } from '../controllers/application/render.ts';
import { answerOf } from '../kube/answers.ts';
import type { ApiResult, KubeClient } from '../kube/types.ts';

/** Asks `/version`. Providers write `27+` as minor: the digits count. */
export async function readServerVersion(client: KubeClient): Promise<ApiResult<ClusterFacts['version']>> {
  try {
    const answer = answerOf(
      await client.raw({ method: 'GET', path: '/version', headers: { accept: 'application/json' }, timeoutMs: 10_000 }),
    );
    if (!answer.ok) return answer;
    const { major, minor, gitVersion } = isObject(answer.value) ? answer.value : {};
    return { ok: true, value: { major: digits(major), minor: digits(minor), gitVersion: String(gitVersion ?? '') } };
  } catch (error) {
    return {
      ok: false,
      failure: { httpStatus: 0, reason: 'Unreachable', message: error instanceof Error ? error.message : String(error) },
    };
  }
}

function digits(text: unknown): number {
  return Number.parseInt(String(text ?? '0'), 10) || 0;
}
