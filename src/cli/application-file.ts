/** Applications from a file or standard input, with messages that say which document is wrong and how. */
import { readFileSync } from 'node:fs';
import { loadAll, YAMLException } from 'js-yaml';
import type { Application } from '../api/application.ts';
import { isObject } from '../base/json.ts';
import { didYouMean } from '../base/spelling.ts';
import { CommandError } from './command-error.ts';

const applicationVersion = 'core.oam.dev/v1beta1';

export interface ReadApplications {
  applications: Application[];
  /** `Kind name` of documents that are no Applications. */
  others: string[];
}

/** @param path of a YAML or JSON file, or `-`. */
export function readApplications(path: string, fallbackNamespace: string, wantedNamespace?: string): ReadApplications {
  return parseApplications(readText(path), path === '-' ? 'standard input' : path, fallbackNamespace, wantedNamespace);
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    switch (code) {
      case 'ENOENT':
        throw new CommandError(`there is no file ${path}`);
      case 'EISDIR':
        throw new CommandError(`${path} is a folder: name one file`);
      case 'EACCES':
        throw new CommandError(`${path} may not be read`);
      default:
        throw new CommandError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/**
 * The Applications among the documents of `text`.
 * @param wantedNamespace what `-n` says; a document that names another one is refused.
 */
export function parseApplications(text: string, source: string, fallbackNamespace: string, wantedNamespace?: string): ReadApplications {
  const documents = parse(text, source).filter((document) => document !== null && document !== undefined);
  if (documents.length === 0) throw new CommandError(`${source} holds no document`);
  const read: ReadApplications = { applications: [], others: [] };
  for (const [index, document] of documents.entries()) {
    const where = documents.length > 1 ? `${source}, document ${index + 1}` : source;
    if (!isObject(document)) throw new CommandError(`${where}: expected an object with apiVersion and kind, got ${describe(document)}`);
    const { kind, apiVersion } = document;
    if (typeof kind !== 'string' || typeof apiVersion !== 'string') throw new CommandError(`${where}: apiVersion and kind are required`);
    if (kind !== 'Application' || !apiVersion.startsWith('core.oam.dev/')) {
      read.others.push(`${kind} ${isObject(document.metadata) ? String(document.metadata.name ?? '') : ''}`.trim());
      continue;
    }
    read.applications.push(asApplication(document, where, fallbackNamespace, wantedNamespace));
  }
  if (read.applications.length === 0) throw new CommandError(`${source} holds no Application (it holds ${read.others.join(', ')})`);
  return read;
}

function parse(text: string, source: string): unknown[] {
  try {
    return loadAll(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const mark = error.mark;
    const place = mark ? `, line ${mark.line + 1}, column ${mark.column + 1}` : '';
    const snippet = mark?.snippet ? `\n${mark.snippet}` : '';
    throw new CommandError(`${source}${place}: this is no YAML: ${error.reason ?? error.message}${snippet}`);
  }
}

function asApplication(document: Record<string, unknown>, where: string, fallback: string, wanted?: string): Application {
  const problem = problemIn(document, wanted);
  if (problem !== undefined) throw new CommandError(`${where}: ${problem}`);
  // The shape is checked above as far as we read it; the API server checks the rest.
  const application = document as unknown as Application;
  const { metadata } = application;
  return { ...application, metadata: { ...metadata, namespace: metadata.namespace ?? wanted ?? fallback } };
}

const specFields = ['components', 'policies', 'workflow'];

/** What would make us stumble, as a sentence. */
function problemIn({ apiVersion, metadata, spec }: Record<string, unknown>, wantedNamespace?: string): string | undefined {
  if (apiVersion !== applicationVersion) return `apiVersion must be ${applicationVersion} (got ${String(apiVersion)})`;
  if (!isObject(metadata) || typeof metadata.name !== 'string' || metadata.name === '') return 'metadata.name is required';
  const { namespace } = metadata;
  if (wantedNamespace !== undefined && namespace !== undefined && namespace !== wantedNamespace)
    return `its namespace is ${String(namespace)}, and -n says ${wantedNamespace}`;
  if (!isObject(spec)) return 'spec is required';
  const unknown = Object.keys(spec).find((field) => !specFields.includes(field));
  if (unknown !== undefined) return `spec.${unknown} is no field of an Application${didYouMean(unknown, specFields)}`;
  const { components, policies } = spec;
  return (
    problemInList(components, 'spec.components', problemInComponent) ??
    (policies === undefined || policies === null ? undefined : problemInList(policies, 'spec.policies', problemInTyped))
  );
}

type Check = (item: Record<string, unknown>, path: string) => string | undefined;

function problemInList(items: unknown, path: string, check: Check): string | undefined {
  if (!Array.isArray(items)) return `${path} must be a list (got ${describe(items)})`;
  for (const [index, item] of items.entries()) {
    const at = `${path}[${index}]`;
    const problem = isObject(item) ? check(item, at) : `${at} must be an object (got ${describe(item)})`;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemInComponent(component: Record<string, unknown>, path: string): string | undefined {
  if (typeof component.name !== 'string') return `${path}.name is required`;
  const { traits } = component;
  const inTraits = traits === undefined || traits === null ? undefined : problemInList(traits, `${path}.traits`, problemInTyped);
  return problemInTyped(component, path) ?? inTraits;
}

function problemInTyped({ type }: Record<string, unknown>, path: string): string | undefined {
  return typeof type === 'string' ? undefined : `${path}.type is required`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value);
}
