/**
 * One HTTP exchange as data. The client, the embedded API server, its actors and the simulator meet here:
 * production puts undici behind `Transport`, tests the API server of the same process.
 */

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with its query string, beginning with `/`. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  /** How long to wait for the answer's head (and, for `request`, its body). */
  timeoutMs?: number;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** An answer whose body comes piece by piece (a watch, a log). */
export interface HttpStream {
  status: number;
  headers: Record<string, string>;
  /** Ends when the server closes; throws TransportError when the connection breaks. */
  body: AsyncIterable<string>;
  close(): void;
}

export interface Transport {
  request(request: HttpRequest): Promise<HttpResponse>;
  stream(request: HttpRequest): Promise<HttpStream>;
  close(): Promise<void>;
}

/** No answer came, or it broke off: whether the server acted is unknown (F10). */
export class TransportError extends Error {
  readonly code: 'unreachable' | 'timeout' | 'aborted' | 'broken';
  constructor(code: 'unreachable' | 'timeout' | 'aborted' | 'broken', message: string) {
    super(message);
    this.name = 'TransportError';
    this.code = code;
  }
}
