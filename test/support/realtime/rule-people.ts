import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { RulesCase } from "./rule-checks.ts";

export const FUTURE = Date.now() + 3_600_000;
export const ADA = "00000000-0000-4000-8000-00000000000a";
export const EVE = "00000000-0000-4000-8000-00000000000e";
export const PHONE = "00000000-0000-4000-9000-000000000001";
export const LAPTOP = "00000000-0000-4000-9000-000000000002";
export const LOST = "00000000-0000-4000-9000-000000000003";
const EVES = "00000000-0000-4000-9000-00000000000e";

export const at = { at: 1, state: "active" };
export const key = (n: number | string, session = PHONE) => `${session}_${n}`;

/** Ada watches `v` on three devices, of which one is lost and revoked. Eve is deactivated. The relay is at their change 5. */
export const DATA_BEFORE = {
  online: { [ADA]: { online: true, last_seen: 1, seq: 5 }, [EVE]: { online: true, last_seen: 1, seq: 5 } },
  revoked: { sessions: { [LOST]: FUTURE }, users: { [EVE]: true } },
  watching: { [ADA]: { v: { [PHONE]: true, [LAPTOP]: true, [LOST]: true } }, [EVE]: { v: { [EVES]: true } } },
  presence: {
    v: {
      [ADA]: { online: true, last_seen: 1, connections: { [key(0)]: at, [key(0, LAPTOP)]: at, [key(0, LOST)]: at } },
      [EVE]: { online: true, last_seen: 1 },
    },
  },
};

export const token = (uid: string, claims: object) => ({ uid, token: { role: "user", ends: FUTURE, ...claims } });
export const phone = token(ADA, { sid: PHONE });
export const lost = token(ADA, { sid: LOST });
export const eve = token(EVE, { sid: EVES });
export const relay = { uid: "relay", token: {} };

export const own = paths.userPresence("v", ADA);
export const place = (...keys: string[]) => [own, ...keys].join("/");

export type Parts = Record<string, unknown>;
type More = Partial<RulesCase>;
export const yes = (what: string, parts: Parts, more: More = {}): RulesCase => ({
  what,
  allowed: true,
  auth: phone,
  parts,
  ...more,
});
export const no = (what: string, parts: Parts, more: More = {}): RulesCase => ({
  ...yes(what, parts, more),
  allowed: false,
});

export const online = (seq: number, userId = ADA) => ({
  [paths.online(userId)]: { online: false, last_seen: { ".sv": "timestamp" }, seq },
});
