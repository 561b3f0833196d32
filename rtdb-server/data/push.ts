import { exportText, valueText } from "../tree/text.ts";
import type { Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";

/**
 * One change for everybody who listens to it: new data at a place, or (merge) at several places below it, null where data is gone.
 * Its text is made once, however many listen.
 */
export class Push {
  readonly path: Path;
  readonly data: Tree | readonly (readonly [string, Tree])[];
  #frame: string | null = null;

  constructor(path: Path, data: Push["data"]) {
    this.path = path;
    this.data = data;
  }

  get merge(): boolean {
    return Array.isArray(this.data);
  }

  /** The message of the realtime protocol; a tag names the filtered listen that it is for. */
  message(tag: number | null): string {
    this.#frame ??= `{"t":"d","d":{"a":"${this.merge ? "m" : "d"}","b":{"p":${JSON.stringify(this.path.join("/"))},"d":${this.text(exportText)}`;
    return tag === null ? `${this.#frame}}}}` : `${this.#frame},"t":${tag}}}}`;
  }

  /** The data of the event stream of REST. */
  event(base: number): { name: "put" | "patch"; data: string } {
    const path = JSON.stringify(`/${this.path.slice(base).join("/")}`);
    return { name: this.merge ? "patch" : "put", data: `{"path":${path},"data":${this.text(valueText)}}` };
  }

  private text(render: (node: Tree) => string): string {
    const { data } = this;
    if (!isMerge(data)) return render(data);
    return `{${data.map(([key, node]) => `${JSON.stringify(key)}:${render(node)}`).join(",")}}`;
  }
}

const isMerge = (data: Push["data"]): data is readonly (readonly [string, Tree])[] => Array.isArray(data);
