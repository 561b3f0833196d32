import type { FindLiveSession } from "../batching/live-sessions.ts";
import type { SigningKey } from "../config.ts";
import type { Db } from "../database/schema.ts";
import { isContention, isDatabaseAway } from "../database/mysql-errors.ts";
import type { LiveSession } from "../tables/accounts/sessions.ts";
import { markSeen } from "../tables/accounts/user-devices.ts";
import { type AccessClaims, inSeconds, verifyAccessToken } from "./access-tokens.ts";

/** Who makes a request, and from where. Read from MySQL for each request, so a revocation or a new role takes effect at once. */
export interface Principal extends LiveSession {
  address: string | null;
}

/** A token that was verified once. The same object for the same token, as long as it is cached. */
export interface Bearer {
  readonly claims: AccessClaims;
  /** Whether the session was live when this instance last looked it up. `authenticate` sets it. */
  wasLive: boolean;
  /** How many look-ups are under way. */
  lookUps: number;
}

export interface Bearers {
  /** The bearer of a request's `Authorization` header; undefined without one, or with a token that is expired or not ours. */
  verify(authorization: string | undefined): Bearer | undefined;
  /**
   * The bearer as MySQL knows them now; undefined if the session is no longer live. Notes that the device was seen. A request that only
   * reads goes on if that cannot be written: the primary may take no writes during a failover. A write needs the note: erasing a user
   * tells by it whether posts may be under way.
   */
  authenticate(bearer: Bearer, request: { address: string | null; isRead: boolean }): Promise<Principal | undefined>;
}

interface CachedBearer extends Bearer {
  expiresAt: number;
}

/** Verifying a token took 7 % of a post's CPU time, so this many verified tokens are cached until they expire. */
const MAX_CACHED = 10_000;

export interface BearerOptions {
  keys: SigningKey[];
  db: Db;
  findLiveSession: FindLiveSession;
  clock: () => Date;
}

/** Verifies and authenticates bearers. Only the verification is cached: whether a session is live is looked up each time. */
export function createBearers({ keys, db, findLiveSession, clock }: BearerOptions): Bearers {
  const cache = new Map<string, CachedBearer>();

  function keep(token: string, bearer: CachedBearer): CachedBearer {
    const [oldest] = cache.keys();
    if (oldest !== undefined && cache.size >= MAX_CACHED) cache.delete(oldest);
    cache.set(token, bearer);
    return bearer;
  }

  return {
    verify(authorization) {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
      if (token === undefined) return undefined;
      const now = clock();
      const cached = cache.get(token);
      if (cached && cached.expiresAt > inSeconds(now)) return cached;
      const verified = verifyAccessToken(keys, token, now);
      return verified && keep(token, { ...verified, wasLive: false, lookUps: 0 });
    },
    async authenticate(bearer, { address, isRead }) {
      bearer.lookUps += 1;
      const session = await findLiveSession(bearer.claims.sessionId).finally(() => {
        bearer.lookUps -= 1;
      });
      const isLive = session?.userId === bearer.claims.userId;
      bearer.wasLive = isLive;
      if (!session || !isLive) return undefined;
      if (session.isSeenOutdated) {
        await markSeen(db, session.userDeviceId).catch((error: unknown) => {
          if (!isRead || !(isDatabaseAway(error) || isContention(error))) throw error;
        });
      }
      return { ...session, address };
    },
  };
}
