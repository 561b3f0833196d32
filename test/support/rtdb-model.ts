/** A naive model of a Realtime Database's data, written from its documentation and sharing nothing with the server. */
export type Primitive = string | number | boolean;
export interface ModelNode {
  readonly value: Primitive | null;
  readonly priority: string | number | null;
  readonly children: ReadonlyMap<string, ModelNode>;
}
export type Model = ModelNode | null;

export interface ModelQuery {
  /** ".key", ".value", ".priority" or the path of a child. */
  readonly orderBy: string;
  readonly start?: { value: Primitive | null; key?: string; inclusive: boolean };
  readonly end?: { value: Primitive | null; key?: string; inclusive: boolean };
  readonly first?: number;
  readonly last?: number;
}

const isObject = (json: unknown): json is Record<string, unknown> => typeof json === "object" && json !== null;

export function fromJson(json: unknown): Model {
  if (json === null || json === undefined) return null;
  if (!isObject(json)) return { value: json as Primitive, priority: null, children: new Map() };
  const priority = (json[".priority"] ?? null) as string | number | null;
  if (".value" in json) return { value: json[".value"] as Primitive, priority, children: new Map() };
  return branchOf(
    Object.entries(json).flatMap(([key, child]) => (key === ".priority" ? [] : [[key, fromJson(child)]])),
    priority,
  );
}

function branchOf(pairs: [string, Model][], priority: string | number | null): Model {
  const children = new Map(pairs.filter((pair): pair is [string, ModelNode] => pair[1] !== null));
  return children.size === 0 ? null : { value: null, priority, children };
}

/** In export form; children in no order. */
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
  return branchOf(
    [...[...(model?.children ?? [])].filter(([other]) => other !== key), [key, child]],
    model?.priority ?? null,
  );
}

export function at(model: Model, path: readonly string[]): Model {
  return path.reduce<Model>((node, key) => node?.children.get(key) ?? null, model);
}

const INTEGER = /^-?0*\d{1,10}$/;
const isInteger = (key: string): boolean => INTEGER.test(key) && Number(key) >= -(2 ** 31) && Number(key) < 2 ** 31;

export function byKey(a: string, b: string): number {
  if (isInteger(a) !== isInteger(b)) return isInteger(a) ? -1 : 1;
  if (isInteger(a) && Number(a) !== Number(b)) return Number(a) - Number(b);
  if (isInteger(a) && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

function rank(model: Model): [number, Primitive] {
  if (model === null) return [0, 0];
  if (model.value === null) return [4, 0];
  if (typeof model.value === "boolean") return [1, Number(model.value)];
  return [typeof model.value === "number" ? 2 : 3, model.value];
}

export function byValue(a: Model, b: Model): number {
  const [x, y] = [rank(a), rank(b)];
  if (x[0] !== y[0]) return x[0] - y[0];
  return x[1] < y[1] ? -1 : x[1] > y[1] ? 1 : 0;
}

function childOf(model: Model, key: string): ModelNode {
  const child = model?.children.get(key);
  if (child === undefined) throw new Error(`no child ${key}`);
  return child;
}

/** The keys that a query selects, in its order: sort everything, drop what is out of range, take from one end. */
export function selected(model: Model, { orderBy, start, end, first, last }: ModelQuery): string[] {
  const sortValue = (child: ModelNode): Model => {
    if (orderBy === ".value") return child;
    if (orderBy === ".priority") return fromJson(child.priority);
    return orderBy === ".key" ? null : at(child, orderBy.split("/"));
  };
  const compareTo = (key: string, bound: NonNullable<ModelQuery["start"]>, missingKey: number): number => {
    const child = childOf(model, key);
    if (orderBy === ".key") return byKey(key, String(bound.value));
    return (
      byValue(sortValue(child), fromJson(bound.value)) || (bound.key === undefined ? missingKey : byKey(key, bound.key))
    );
  };
  let keys = [...(model?.children.keys() ?? [])].sort((a, b) => {
    const [x, y] = [childOf(model, a), childOf(model, b)];
    return byValue(sortValue(x), sortValue(y)) || byKey(a, b);
  });
  if (start !== undefined)
    keys = keys.filter((key) => compareTo(key, start, start.inclusive ? 1 : -1) >= (start.inclusive ? 0 : 1));
  if (end !== undefined)
    keys = keys.filter((key) => compareTo(key, end, end.inclusive ? -1 : 1) <= (end.inclusive ? 0 : -1));
  if (first !== undefined) return keys.slice(0, first);
  return last === undefined ? keys : keys.slice(-last);
}

/** The children that a query selects, as one object. */
export function windowOf(model: Model, query: ModelQuery): Model {
  return branchOf(
    selected(model, query).map((key) => [key, model?.children.get(key) ?? null]),
    null,
  );
}
