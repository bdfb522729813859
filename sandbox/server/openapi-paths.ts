/** Answers below `/openapi`. */
import { type Answer, jsonAnswer } from './answer.ts';
import { parseAccept } from './media.ts';
import type { OpenApiDocuments } from './openapi.ts';
import { encodeV2, openapiV2 } from './openapi-v2.ts';
import { methodNotAllowed, notAcceptable } from './refusal.ts';
import type { IncomingRequest } from './request.ts';
import type { ResourceRegistry } from './resources.ts';

const protobufV2 = /^application\/com\.github\.proto-openapi\.spec\.v2(@|\.)v1\.0\+protobuf$/;

/** Makes the answerer of one server; it keeps the encoded v2 document until a CRD changes it. */
export function openApiAnswerer(documents: OpenApiDocuments, registry: ResourceRegistry): (request: IncomingRequest) => Answer | undefined {
  let encoded: { generation: number; bytes: Uint8Array } | undefined;
  const v2 = (accept: string | undefined): Answer => {
    const types = parseAccept(accept).map(({ type }) => type);
    if (types.some((type) => protobufV2.test(type))) {
      if (encoded?.generation !== registry.generation) {
        encoded = { generation: registry.generation, bytes: encodeV2(openapiV2(documents, registry)) };
      }
      return {
        status: 200,
        headers: { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' },
        body: '',
        bytes: encoded.bytes,
      };
    }
    if (!acceptsJson(accept)) throw notAcceptable(['application/json', 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']);
    return jsonAnswer(200, openapiV2(documents, registry));
  };
  return (request) => {
    const path = (request.path.split('?')[0] ?? '').replace(/\/+$/, '');
    if (path !== '/openapi/v2' && path !== '/openapi/v3' && !path.startsWith('/openapi/v3/')) return undefined;
    if (request.method !== 'GET') throw methodNotAllowed();
    if (path === '/openapi/v2') return v2(request.headers.accept);
    if (!acceptsJson(request.headers.accept)) throw notAcceptable(['application/json']);
    if (path === '/openapi/v3') return jsonAnswer(200, documents.index());
    const document = documents.document(path.slice('/openapi/v3/'.length));
    return document && jsonAnswer(200, document);
  };
}

const acceptsJson = (accept: string | undefined): boolean =>
  parseAccept(accept).some(({ type }) => type === 'application/json' || type === '*/*' || type === 'application/*');
