import { type Listeners, type OnHeard, listenToOurs, listenToPlain } from "./listeners.ts";
import type { Fleet } from "../../../test/faults/system/fleet.ts";
import { type Poster, createPoster } from "../poster.ts";
import { type BenchSystem, startBench } from "../system.ts";
import { startEmptyApi } from "./empty-api.ts";
import { startPlainServer } from "./plain-server.ts";
import { insertComments, LISTED_VIDEO } from "./comments.ts";

/** A server with the routes of our API. */
export interface Contender extends Poster {
  listen(videoId: string, count: number, onHeard: OnHeard): Promise<Listeners>;
}

/** What is measured side by side. Ours has a process for the API and one for the relay, the plain server has one. */
export interface Contenders {
  ours: Contender;
  plain: Contender;
  /** Answers a list with nothing. */
  empty: Poster;
  system: BenchSystem;
  close(): Promise<void>;
}

/** Starts them. `LISTED_VIDEO` has 10,000 comments on ours and on the plain server. */
export async function startContenders(): Promise<Contenders> {
  await using started = new AsyncDisposableStack();
  const system = await startBench({ runsTasks: true });
  started.defer(() => system.close());
  const { url } = await system.fleet.start("api");
  await system.fleet.start("relayVideos");
  const plain = await startPlainServer(system.mysqlUrl);
  started.defer(() => plain.close());
  const empty: Fleet = await startEmptyApi(system.folder);
  started.defer(() => empty.close());
  await insertComments(system);

  const poster = (serverUrl: string) => {
    const made = createPoster(serverUrl, system.tokens);
    started.defer(() => made.close());
    return made;
  };
  const contenders = {
    ours: { ...poster(url), listen: listenToOurs.bind(undefined, system.rtdbHost) },
    plain: { ...poster(plain.url), listen: listenToPlain.bind(undefined, plain.url) },
    empty: poster(empty.of("api")[0]?.url ?? ""),
    system,
  };
  for (const contender of [contenders.ours, contenders.plain, contenders.empty]) await contender.list(LISTED_VIDEO);
  const ending = started.move();
  return { ...contenders, close: () => ending.disposeAsync() };
}
