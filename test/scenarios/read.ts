/** The recorded scenarios as data: what is done, what is looked at, and what KubeVela v1.10.9 then showed (test/conformance/scenarios/README.md). */
import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';

const folder = new URL('../conformance/scenarios/', import.meta.url);

/** The groups, in the order of the page. */
export const groups = ['update', 'gc', 'drift', 'revisions', 'workflow', 'health'] as const;

export interface Until {
  phase?: string | string[];
  gone?: boolean;
  quiet?: number;
  seconds?: number;
  limit?: number;
}

export interface Step {
  do: string;
  file?: string;
  app?: string;
  name?: string;
  kind?: string;
  component?: string;
  patch?: unknown;
  subresource?: 'status' | 'scale';
  annotations?: Record<string, string | null>;
  labels?: Record<string, string | null>;
  op?: string;
  step?: string;
  seconds?: number;
  phase?: string;
  limit?: number;
  until?: Until | 'skip';
}

export interface Watched {
  kind: string;
  name: string;
  namespace?: string;
}

export interface Scenario {
  /** `update/image-change`. */
  id: string;
  title: string;
  app?: string;
  apps?: string[];
  watch: Watched[];
  steps: Step[];
}

/** One look at an object. */
export interface SeenObject {
  exists: boolean;
  deleting?: boolean;
  sameUid?: boolean;
  ownership?: Record<string, string>;
  fields?: Record<string, unknown>;
}

export interface SeenStep {
  name: string;
  phase: string;
  reason?: string;
  subSteps?: SeenStep[];
}

export interface SeenService {
  name: string;
  namespace?: string;
  healthy: boolean;
  message?: string;
  traits?: { type: string; healthy: boolean; message?: string }[];
}

/** One look at an Application. */
export interface SeenApp {
  exists: boolean;
  phase?: string;
  statusIsForCurrentSpec?: boolean;
  deleting?: boolean;
  finalizers?: string[];
  services?: SeenService[];
  workflow?: {
    appRevision?: string;
    mode?: string;
    status?: string;
    suspend?: boolean;
    terminated?: boolean;
    finished?: boolean;
    steps?: SeenStep[];
  };
  latestRevision?: { name: string; revision: number };
  appliedResources?: { apiVersion: string; kind: string; namespace?: string; name: string }[];
}

/** What is seen after a step; the fields are absent where nobody looked (`until: skip`). */
export interface Look {
  apps?: Record<string, SeenApp>;
  revisions?: string[];
  objects?: Record<string, SeenObject>;
}

/** Names of all scenarios of the played groups. */
export function scenarioNames(): string[] {
  return groups.flatMap((group) =>
    readdirSync(new URL(`${group}/`, folder))
      .sort()
      .map((name) => `${group}/${name}`),
  );
}

export function readScenario(id: string): Scenario {
  return { ...(load(readText(id, 'scenario.yaml')) as Scenario), id };
}

export function readRecording(id: string): Look[] {
  return (JSON.parse(readText(id, 'recording.json')) as { steps: Look[] }).steps;
}

/** The text of a scenario's file, the token NS as it stands. */
export function readText(id: string, file: string): string {
  return readFileSync(new URL(`${id}/${file}`, folder), 'utf8');
}
