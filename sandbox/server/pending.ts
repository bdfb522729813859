/** Stand-ins for parts of src/schema. */
import type { FieldIssue } from '../../src/schema/index.ts';
import type { JsonObject, KubeObject } from './object.ts';
export const validateBuiltin = (_object: KubeObject, _old?: KubeObject): FieldIssue[] => [];
export const openapiV3Of = (_groupVersion: string): JsonObject | undefined => undefined;
export const convertHpa = (object: KubeObject, apiVersion: string): KubeObject => ({ ...object, apiVersion });
