/**
 * A simple model of a Realtime Database's data, written from the documentation. It shares no code with the server, so that a mistake
 * in the server is not in the model too.
 */
type Primitive = string | number | boolean;

interface ModelNode {
  readonly value: Primitive | null;
  readonly priority: string | number | null;
  readonly children: ReadonlyMap<string, ModelNode>;
}
export type Model = ModelNode | null;

interface ModelBound {
  readonly value: Primitive | null;
  readonly isInclusive: boolean;
}

export interface ModelQuery {
  /** ".key", ".value", ".priority" or the path of a child. */
  readonly orderBy: string;
  readonly start?: ModelBound;
  readonly end?: ModelBound;
  readonly limitToFirst?: number;
  readonly limitToLast?: number;
}

const isObject = (json: unknown): json is Record<string, unknown> => typeof json === "object" && json !== null;

/** @param json in export form */
export function fromJson(json: unknown): Model {
  if (json === null || json === undefined) return null;
  if (!isObject(json)) return { value: json as Primitive, priority: null, children: new Map() };
  const priority = (json[".priority"] ?? null) as string | number | null;
  if (".value" in json) return { value: json[".value"] as Primitive, priority, children: new Map() };
  const children = Object.entries(json).filter(([key]) => key !== ".priority");
  return modelOf(
    children.map(([key, child]) => [key, fromJson(child)]),
    priority,
  );
}

function modelOf(pairs: [string, Model][], priority: string | number | null): Model {
  const children = new Map(pairs.filter((pair): pair is [string, ModelNode] => pair[1] !== null));
  return children.size === 0 ? null : { value: null, priority, children };
}

/** In export form. The order of children means nothing. */
export function toJson(model: Model): unknown {
  if (model === null) return null;
  const { value, priority, children } = model;
  if (value !== null) return priority === null ? value : { ".value": value, ".priority": priority };
  const pairs = [...children].map(([key, child]) => [key, toJson(child)]);
  return Object.fromEntries(priority === null ? pairs : [...pairs, [".priority", priority]]);
}

export function setAt(model: Model, path: readonly string[], json: unknown): Model {
  const [key, ...rest] = path;
  if (key === undefined) return fromJson(json);
  if (key === ".priority") return model === null ? null : { ...model, priority: json as string | number | null };
  const child = setAt(model?.children.get(key) ?? null, rest, json);
  if (child === null && (model === null || !model.children.has(key))) return model; // a delete below a leaf leaves the leaf
  const siblings = [...(model?.children ?? [])].filter(([other]) => other !== key);
  return modelOf([...siblings, [key, child]], model?.priority ?? null);
}

export function at(model: Model, path: readonly string[]): Model {
  return path.reduce<Model>((node, key) => node?.children.get(key) ?? null, model);
}

const INTEGER = /^-?0*\d{1,10}$/;
const isInteger = (key: string): boolean => INTEGER.test(key) && Number(key) >= -(2 ** 31) && Number(key) < 2 ** 31;

function compareKeys(a: string, b: string): number {
  if (isInteger(a) !== isInteger(b)) return isInteger(a) ? -1 : 1;
  if (isInteger(a) && Number(a) !== Number(b)) return Number(a) - Number(b);
  if (isInteger(a) && a.length !== b.length) return a.length - b.length;
  return comparePrimitives(a, b);
}

function comparePrimitives(a: Primitive, b: Primitive): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** The position of a value's type in the order, and what orders values of the type. */
function sortKeyOf(model: Model): [typeOrder: number, value: Primitive] {
  if (model === null) return [0, 0];
  if (model.value === null) return [4, 0];
  if (typeof model.value === "boolean") return [1, Number(model.value)];
  return [typeof model.value === "number" ? 2 : 3, model.value];
}

function compareValues(a: Model, b: Model): number {
  const [typeA, valueA] = sortKeyOf(a);
  const [typeB, valueB] = sortKeyOf(b);
  return typeA - typeB || comparePrimitives(valueA, valueB);
}

/** The value by which the query orders a child. */
function orderValue(child: ModelNode, orderBy: string): Model {
  switch (orderBy) {
    case ".key":
      return null;
    case ".value":
      return child;
    case ".priority":
      return fromJson(child.priority);
    default:
      return at(child, orderBy.split("/"));
  }
}

/** The keys that a query selects, in its order: sorts everything, drops what is out of range, and takes from one end. */
export function selectedKeys(model: Model, query: ModelQuery): string[] {
  const { orderBy, start, end, limitToFirst, limitToLast } = query;
  const compareToBound = ([key, child]: [string, ModelNode], bound: ModelBound): number =>
    orderBy === ".key"
      ? compareKeys(key, String(bound.value))
      : compareValues(orderValue(child, orderBy), fromJson(bound.value));

  const keys = [...(model?.children ?? [])]
    .sort(([keyA, a], [keyB, b]) => {
      return compareValues(orderValue(a, orderBy), orderValue(b, orderBy)) || compareKeys(keyA, keyB);
    })
    .filter((child) => start === undefined || compareToBound(child, start) >= (start.isInclusive ? 0 : 1))
    .filter((child) => end === undefined || compareToBound(child, end) <= (end.isInclusive ? 0 : -1))
    .map(([key]) => key);
  if (limitToFirst !== undefined) return keys.slice(0, limitToFirst);
  return limitToLast === undefined ? keys : keys.slice(-limitToLast);
}

/** The children that a query selects, as one object. */
export function windowOf(model: Model, query: ModelQuery): Model {
  return modelOf(
    selectedKeys(model, query).map((key) => [key, at(model, [key])]),
    null,
  );
}
