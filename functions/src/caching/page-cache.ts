import { LRUCache } from "lru-cache";

/**
 * Page cache: most readers ask for the newest comments of a few videos. An instance keeps these pages, already written as JSON.
 *
 * Why it is safe: a page is served only with the tag that the video has now, which the caller has just read from MySQL. Every change of a
 * video gives it another tag. So the cache saves reading and writing a page, never the question whether it is current. A replica may be
 * behind, but under one tag all servers have the same page: the cache is as good as the server that the caller has asked for the tag. An
 * author's new name or role gets its tag a little later (decision 119).
 *
 * How it stays small: the pages together take `maxBytes`; those not read for longest make room. Callers that lack the same page share one
 * look-up and one load, so a video that everybody reads costs one load for a change.
 */
export interface PageCache {
  /**
   * The page that has this tag, or a newer one. `load` reads it where neither the cache nor the shared store has it.
   * @throws what `load` throws; nothing of that is kept
   */
  read(key: PageKey, load: () => Promise<VideoPage>): Promise<VideoPage>;
}

/** A page of a video's comments, as it is sent. */
export interface VideoPage {
  /** The page shows the video as of this change. */
  seq: number;
  tag: string;
  json: string;
}

export interface PageKey {
  videoId: string;
  limit: number;
  /** What the video's tag is now, on the server that the reader reads on. */
  tag: string;
  /** That server. Readers share only the loads of their own: a replica that fails must not fail those of the primary. */
  server: string;
}

/** Pages that all instances share. */
export interface PageStore {
  /** The page of this place under exactly this tag. Never rejects; undefined also if the store is away. */
  find(place: string, tag: string): Promise<VideoPage | undefined>;
  /** Keeps the page for a while, instead of the one that is at this place. Nobody waits for it. */
  keep(place: string, page: VideoPage): void;
}

/** Where a page was: in this instance's memory, in the shared store, in neither. */
export type LookUpOutcome = "hit" | "shared" | "miss";

export interface PageCacheOptions {
  maxBytes: number;
  /** Is asked for what is not in memory. */
  shared?: PageStore | undefined;
  /** Is told of each look-up where the page was. */
  onLookUp?: (outcome: LookUpOutcome) => void;
}

/** What a page takes besides its text, about. */
const OVERHEAD_BYTES = 500;

export function createPageCache({ maxBytes, shared, onLookUp }: PageCacheOptions): PageCache {
  const pages = new LRUCache<string, VideoPage>({
    maxSize: maxBytes,
    // At most two bytes for a UTF-16 unit.
    sizeCalculation: ({ json }) => 2 * json.length + OVERHEAD_BYTES,
  });
  /** As many as requests are under way. */
  const loads = new Map<string, Promise<{ page: VideoPage; wasShared: boolean }>>();

  async function loadOnce(place: string, tag: string, load: () => Promise<VideoPage>) {
    const sharedPage = await shared?.find(place, tag);
    const page = sharedPage ?? (await load());
    // Anybody can ask for a video that nobody has written to.
    if (page.seq > 0) {
      pages.set(place, page);
      if (!sharedPage) shared?.keep(place, page);
    }
    return { page, wasShared: sharedPage !== undefined };
  }

  return {
    async read({ videoId, limit, tag, server }, load) {
      const place = `${limit} ${videoId}`;
      const kept = pages.get(place);
      if (kept?.tag === tag) {
        onLookUp?.("hit");
        return kept;
      }
      // A load under another tag may have begun before the change that gave the video this one.
      const id = `${server} ${tag} ${place}`;
      const loading = loads.get(id) ?? loadOnce(place, tag, load).finally(() => loads.delete(id));
      loads.set(id, loading);
      let outcome: LookUpOutcome = "miss";
      try {
        const { page, wasShared } = await loading;
        if (wasShared) outcome = "shared";
        return page;
      } finally {
        onLookUp?.(outcome);
      }
    },
  };
}
