/** What an agreement case is: requests that must be answered alike by the embedded and by a real API server. */

export interface Step {
  /** What is agreed upon, as a sentence. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{ns}` is the group's namespace, `{{x}}` a captured value. */
  path: string;
  /** Content type of the body: json (default), merge, strategic, patch, apply; or written out. */
  type?: 'json' | 'merge' | 'strategic' | 'patch' | 'apply' | string;
  accept?: string;
  body?: unknown;
  /** Values kept for later steps: name → path into the answer. */
  capture?: Record<string, string>;
  /** Only the status code is compared: the text depends on the machine or on Go's decoder. */
  statusOnly?: boolean;
  /** Paths of the answer that are not compared. */
  ignore?: string[];
  /** Repeat until the answer has this status (things that happen on their own). */
  until?: number;
}

export interface Group {
  name: string;
  steps: Step[];
}
