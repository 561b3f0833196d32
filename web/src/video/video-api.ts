import type { Api } from "../api/api.ts";
import type { ChangePage, CommentPage, VideoSettings } from "../wire.ts";

export interface Fetched<T> {
  page: T;
  /** Of the video's numbers; undefined if the response does not tell. */
  epoch: number | undefined;
}

/** A video over HTTP. Nothing is retried here: who asks knows when to ask again. */
export interface VideoApi {
  /** A page of comments, newest first; from the newest on without a cursor. Not older than change `minSeq`. */
  list: (options: { cursor?: string; minSeq?: number }, signal: AbortSignal) => Promise<Fetched<CommentPage>>;
  /** The changes after a number, not whole if they are many. */
  changes: (after: number, signal: AbortSignal) => Promise<Fetched<ChangePage>>;
  settings: (signal: AbortSignal) => Promise<VideoSettings>;
}

const PAGE_SIZE = 50;
const CHANGES_SIZE = 100;

export function createVideoApi(api: Api, videoId: string): VideoApi {
  return {
    list: async ({ cursor, minSeq }, signal) => {
      const options = {
        ...(cursor === undefined ? {} : { cursor }),
        ...(minSeq === undefined ? {} : { min_video_seq: minSeq }),
      };
      const request = { video_id: videoId, limit: PAGE_SIZE, ...options };
      const { body, headers } = await api.send("listComments", request, { signal, attempts: 1 });
      return { page: body, epoch: epochOf(headers) };
    },
    changes: async (after, signal) => {
      const request = { video_id: videoId, after, limit: CHANGES_SIZE };
      const { body, headers } = await api.send("listChanges", request, { signal, attempts: 1 });
      return { page: body, epoch: epochOf(headers) };
    },
    settings: async (signal) => (await api.call("getVideo", { video_id: videoId }, { signal, attempts: 1 })).video,
  };
}

/** The `ETag` of a list begins with the epoch: `"1-42-0"`. */
function epochOf(headers: Headers): number | undefined {
  const [, epoch] = /^"(\d+)-/.exec(headers.get("etag") ?? "") ?? [];
  return epoch === undefined ? undefined : Number(epoch);
}
