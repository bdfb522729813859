/** The policies of an application as one value that answers what the other parts ask. */
import type { Application, ApplicationComponent, ApplicationPolicy } from '../api/application.ts';
import { failure, invalid, type Problem, type Result, success } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import { didYouMean } from '../base/spelling.ts';
import type { DefinitionSource } from '../definitions/definition.ts';
import { type ApplyOnce, type Moment, readApplyOnce, unenforcedPaths } from './apply-once.ts';
import { type CollectDecision, collectDecision, type GarbageCollect, joinGarbageCollect, readGarbageCollect } from './garbage-collect.ts';
import { type Override, overrideComponents, readOverride } from './override.ts';
import { isReadOnly, readReadOnly } from './read-only.ts';
import { type Reader, readerOf } from './reader.ts';
import type { PolicySubject, RuleSelector } from './selector.ts';
import { isShared, readSharedResource } from './shared-resource.ts';
import { mayTakeOver, readTakeOver } from './take-over.ts';
import { type Placement, placementsFor, readTopology, type Topology } from './topology.ts';

export interface Policies {
  /** Places of the topologies among the named policies, each once; without one the application's own namespace. */
  placements(policyNames: readonly string[]): Result<Placement[]>;
  /** Components after the overrides among the named policies, in the order of the names. */
  overridden(components: readonly ApplicationComponent[], policyNames: readonly string[]): Result<ApplicationComponent[]>;
  gcStrategyFor(subject: PolicySubject): CollectDecision;
  /** keepLegacyResource, continueOnFailure and order for the application as a whole. */
  readonly garbageCollect: GarbageCollect;
  isReadOnly(subject: PolicySubject): boolean;
  mayTakeOver(subject: PolicySubject): boolean;
  isShared(subject: PolicySubject): boolean;
  /** Paths that are left as they are live; `['*']` is the whole object. */
  applyOncePathsFor(subject: PolicySubject, moment: Moment): string[];
  /** How many revisions the application keeps; undefined: the operator's own limit. */
  readonly revisionLimit: number | undefined;
}

/** What has been read, by policy type. */
interface Read {
  topologies: Topology[];
  overrides: Override[];
  collect: GarbageCollect[];
  applyOnce: ApplyOnce[];
  takeOver: RuleSelector[];
  readOnly: RuleSelector[];
  shared: RuleSelector[];
}

const interpreted = ['topology', 'override', 'garbage-collect', 'apply-once', 'take-over', 'read-only', 'shared-resource'];

/** Reads and checks the policies of an application; the first problem is told. */
export function readPolicies(
  application: Application,
  definitions?: Pick<DefinitionSource, 'policy'>,
  externalPolicies: readonly ApplicationPolicy[] = [],
): Result<Policies> {
  const problems = policyProblems(application, definitions, externalPolicies);
  const [first] = problems.problems;
  return first === undefined ? success(policiesOf(application, problems.read)) : failure(first);
}

/** Everything that is wrong with the policies of an application, each Invalid with the path in the Application. */
export function policyProblems(
  application: Application,
  definitions?: Pick<DefinitionSource, 'policy'>,
  externalPolicies: readonly ApplicationPolicy[] = [],
): { problems: Problem[]; read: Read } {
  const own = application.spec.policies ?? [];
  const read: Read = { topologies: [], overrides: [], collect: [], applyOnce: [], takeOver: [], readOnly: [], shared: [] };
  const problems: Problem[] = duplicateNames(own);
  // A Policy object of the namespace acts when a step names it, as far as the application has none of that name.
  const external = externalPolicies.filter((policy) => !own.some((one) => one.name === policy.name));
  for (const [index, policy] of [...own, ...external].entries()) {
    const path = index < own.length ? `spec.policies[${index}]` : '';
    problems.push(...readPolicy(application, policy, index, read, definitions).map((one) => below(one, path)));
  }
  return { problems, read };
}

function below(problem: Problem, path: string): Problem {
  return problem.kind === 'Invalid' && path !== '' ? { ...problem, path: `${path}.${problem.path ?? 'properties'}` } : problem;
}

function duplicateNames(policies: readonly ApplicationPolicy[]): Problem[] {
  const names = policies.map((policy) => policy.name ?? '');
  return names.flatMap((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    if (name === '' || before !== 1) return [];
    const message = `policy name "${name}" is used twice; names must be unique within the application`;
    return [invalid('DuplicateName', message, `spec.policies[${index}].name`)];
  });
}

function readPolicy(
  application: Application,
  policy: ApplicationPolicy,
  index: number,
  read: Read,
  definitions: Pick<DefinitionSource, 'policy'> | undefined,
): Problem[] {
  const reader = readerOf(policy, index);
  if (!interpreted.includes(policy.type)) return [unknownType(application, policy, reader, definitions)];
  if (!isObject(policy.properties)) return [invalid('MissingProperties', `${reader.subject}: properties are required`, 'properties')];
  const { properties, name = '' } = policy;
  switch (policy.type) {
    case 'topology':
      read.topologies.push(readTopology(reader, properties, name));
      break;
    case 'override':
      read.overrides.push(readOverride(reader, properties, name));
      break;
    case 'garbage-collect':
      read.collect.push(readGarbageCollect(reader, properties));
      break;
    case 'apply-once':
      read.applyOnce.push(readApplyOnce(reader, properties));
      break;
    case 'take-over':
      read.takeOver.push(...readTakeOver(reader, properties));
      break;
    case 'read-only':
      read.readOnly.push(...readReadOnly(reader, properties));
      break;
    default:
      read.shared.push(...readSharedResource(reader, properties));
  }
  return reader.problems;
}

function unknownType(
  application: Application,
  policy: ApplicationPolicy,
  reader: Reader,
  definitions: Pick<DefinitionSource, 'policy'> | undefined,
): Problem {
  if (policy.type === 'replication' && isObject(policy.properties) && policy.properties.selector === undefined) {
    return invalid('MissingField', `${reader.subject}: selector is required`, 'properties.selector');
  }
  const known = ['replication', 'resource-update', 'env-binding', 'envbinding', 'health'];
  const found = known.includes(policy.type) || definitions?.policy(application.metadata.namespace ?? 'default', policy.type).ok === true;
  if (found) return invalid('PolicyTypeCannotRun', `${reader.subject}: policies of type "${policy.type}" cannot be used yet`, 'type');
  const hint = didYouMean(policy.type, [...interpreted, ...known]);
  return invalid('UnknownType', `${reader.subject}: there is no policy definition "${policy.type}"${hint}`, 'type');
}

function policiesOf(application: Application, read: Read): Policies {
  const garbageCollect = joinGarbageCollect(read.collect);
  const inOrder = <T extends { name: string }>(all: readonly T[], names: readonly string[]): T[] =>
    names.flatMap((name) => all.find((one) => one.name === name) ?? []);
  return {
    placements: (names) => placementsFor(inOrder(read.topologies, names), application.metadata.namespace ?? 'default'),
    overridden: (components, names) => success(overrideComponents(components, inOrder(read.overrides, names))),
    gcStrategyFor: (subject) => collectDecision(garbageCollect, subject),
    garbageCollect,
    isReadOnly: (subject) => isReadOnly(read.readOnly, subject),
    mayTakeOver: (subject) => mayTakeOver(read.takeOver, subject),
    isShared: (subject) => isShared(read.shared, subject),
    applyOncePathsFor: (subject, moment) => unenforcedPaths(read.applyOnce, subject, moment),
    revisionLimit: garbageCollect.applicationRevisionLimit,
  };
}

export type { Moment } from './apply-once.ts';
export type { CollectDecision, GarbageCollect } from './garbage-collect.ts';
export { type PolicySubject, subjectOfObject, subjectOfResource } from './selector.ts';
export type { Placement } from './topology.ts';
