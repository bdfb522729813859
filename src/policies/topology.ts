/** topology: the places (cluster and namespace) a delivery goes to. One cluster is there for now: `local`, the operator's own. */
import { failure, invalid, type Problem, type Result, success } from '../base/errors.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { didYouMean } from '../base/spelling.ts';
import { fields, flag, type Reader, text, texts } from './reader.ts';

export interface Placement {
  cluster: string;
  namespace: string;
}

export interface Topology {
  name: string;
  clusters: readonly string[];
  /** Labels a cluster must have; absent when clusters are named or none is asked for. */
  labels?: Record<string, string>;
  allowEmpty: boolean;
  namespace?: string;
}

export function readTopology(reader: Reader, properties: JsonObject, name: string): Topology {
  const given = fields(reader, properties, '', ['clusters', 'clusterLabelSelector', 'clusterSelector', 'allowEmpty', 'namespace']);
  const clusters = texts(reader, given.clusters, 'clusters');
  const key = given.clusterLabelSelector === undefined ? 'clusterSelector' : 'clusterLabelSelector';
  const labels = readLabels(reader, given, key);
  if (clusters.length > 0 && labels !== undefined) {
    const message = `${reader.subject}: "clusters" and "${key}" cannot be used together`;
    reader.problems.push(invalid('Contradiction', message, `properties.${key}`));
  }
  const namespace = text(reader, given.namespace, 'namespace');
  return {
    name,
    clusters,
    ...(labels === undefined ? {} : { labels }),
    allowEmpty: flag(reader, given.allowEmpty, 'allowEmpty') ?? false,
    ...(namespace ? { namespace } : {}),
  };
}

function readLabels(reader: Reader, given: JsonObject, key: string): Record<string, string> | undefined {
  const value = given[key];
  if (value === undefined || value === null) return undefined;
  const known = isObject(value) ? Object.keys(value) : [];
  const map = fields(reader, value, key, known);
  const labels = known.flatMap((name) => {
    const label = text(reader, map[name], `${key}.${name}`);
    return label === undefined ? [] : [[name, label] as const];
  });
  return labels.length > 0 ? Object.fromEntries(labels) : undefined;
}

/** A cluster that may be named; labels are those of its registration. */
export interface KnownCluster {
  name: string;
  labels: Readonly<Record<string, string>>;
}

export const localCluster: KnownCluster = { name: 'local', labels: {} };

/**
 * The places of several topologies together, each once, in the order they are written; without any topology the
 * operator's cluster and the application's namespace.
 * Errors: a cluster that is not registered, labels that no cluster has (unless `allowEmpty`).
 */
export function placementsFor(
  topologies: readonly Topology[],
  appNamespace: string,
  clusters: readonly KnownCluster[] = [localCluster],
): Result<Placement[]> {
  if (topologies.length === 0) return success([{ cluster: localCluster.name, namespace: appNamespace }]);
  const placements = new Map<string, Placement>();
  for (const topology of topologies) {
    const names = clustersOf(topology, clusters);
    if (!names.ok) return names;
    for (const cluster of names.value) {
      const placement = { cluster, namespace: topology.namespace ?? appNamespace };
      placements.set(JSON.stringify([placement.cluster, placement.namespace]), placement);
    }
  }
  return success([...placements.values()]);
}

function clustersOf(topology: Topology, known: readonly KnownCluster[]): Result<string[]> {
  const { labels } = topology;
  if (labels !== undefined) {
    const found = known.filter((cluster) => Object.entries(labels).every(([key, value]) => cluster.labels[key] === value));
    if (found.length > 0 || topology.allowEmpty) return success(found.map((cluster) => cluster.name));
    const wanted = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return failure(problem(topology, `no cluster has the labels ${wanted.join(', ')}`, 'clusterLabelSelector'));
  }
  if (topology.clusters.length === 0) return success([localCluster.name]);
  const names = known.map((cluster) => cluster.name);
  for (const [index, name] of topology.clusters.entries()) {
    if (!names.includes(name)) {
      return failure(problem(topology, `cluster "${name}" is not registered${didYouMean(name, names)}`, `clusters[${index}]`));
    }
  }
  return success([...new Set(topology.clusters)]);
}

function problem(topology: Topology, message: string, path: string): Problem {
  return invalid('UnknownCluster', `policy "${topology.name}": ${message}`, `properties.${path}`);
}
