/**
 * A waiting line in which groups take turns, and inside each group its subgroups: whoever has many items in line delays the others by one
 * item a turn.
 */
export class Rotation<Item> {
  #size = 0;
  readonly #items: Item[] = [];
  /** In the order of their turns. */
  readonly #groups = new Map<string, Rotation<Item>>();

  get size(): number {
    return this.#size;
  }

  /** @param path the item's group, its subgroup and so on */
  add(item: Item, [group, ...subgroups]: string[]): void {
    this.#size += 1;
    if (group === undefined) {
      this.#items.push(item);
      return;
    }
    const rotation = this.#groups.get(group) ?? new Rotation<Item>();
    this.#groups.set(group, rotation);
    rotation.add(item, subgroups);
  }

  /** Takes the next item out; undefined if there is none. */
  take(): Item | undefined {
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    const [next] = this.#groups;
    if (!next) return this.#items.shift();
    const [group, rotation] = next;
    const item = rotation.take();
    // To the end, if it has more.
    this.#groups.delete(group);
    if (rotation.size > 0) this.#groups.set(group, rotation);
    return item;
  }
}
