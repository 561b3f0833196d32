import type { Client, Reply } from "../../support/app/client.ts";
import type { Random } from "../random.ts";
import type { ReportViolation } from "../violations.ts";

/** Fewer comments than a page has can come between a write and the page that is read after it. */
const PAGE = 100;

/** A comment as its author last wrote it. */
interface Written {
  author: Client;
  videoId: string;
  id?: string;
  version: number;
  isDeleted: boolean;
}

interface Read {
  comment?: { version: number };
  comments?: { id: string }[];
  seq?: number;
}

/**
 * Reads a comment right after its writer's request was acknowledged, on whichever instance: as its writer, who is signed in and names no
 * change, or as somebody signed out who names the write's.
 */
export async function checkOwnWrite(
  { author, videoId, id, version, isDeleted }: Written,
  acknowledged: Reply<unknown>,
  { random, report }: { random: Random; report: ReportViolation },
): Promise<void> {
  const seq = acknowledged.headers.get("video-seq");
  if (seq === null || id === undefined) return;
  const isNamed = random.chance(0.5);
  const reader: Client = isNamed ? author.signedOut : author;
  const headers: Record<string, string> = isNamed ? { "min-video-seq": seq } : {};
  const who = isNamed ? `a reader who names change ${seq}` : "the writer";
  const get = (path: string) => reader.call<Read>("GET", `/videos/${videoId}/comments${path}`, undefined, headers);

  const one = await get(`/${id}`);
  if (one.status === 404 && !isDeleted) report("reads", `${who} does not find comment ${id}`);
  if (one.status === 200 && isDeleted) report("reads", `${who} still finds the deleted comment ${id}`);
  const found = one.status === 200 ? one.body.comment?.version : undefined;
  if (found !== undefined && found < version) report("reads", `${who} gets version ${found} of ${id}, not ${version}`);

  const page = await get(`?limit=${PAGE}`);
  const { comments = [], seq: pageSeq = 0 } = page.body;
  if (page.status !== 200) return;
  if (pageSeq < Number(seq)) report("reads", `${who} gets a page of change ${pageSeq}`);
  const isListed = comments.some((comment) => comment.id === id);
  const isFirstVersion = version === 1 && !isDeleted;
  if (isFirstVersion && pageSeq - Number(seq) < PAGE && !isListed) report("reads", `${who} gets a page without ${id}`);
  if (isDeleted && isListed) report("reads", `${who} gets a page with the deleted comment ${id}`);
}
