import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { RulesCase } from "./rule-checks.ts";
import { FUTURE, eve, no, own, place, relay, yes } from "./rule-people.ts";

/** The user has given a sign just now. In the future, so that it stays recent however long the tests take. */
export const here = { [place("last_seen")]: FUTURE };
const offline = { [own]: { online: false, last_seen: FUTURE } };

export const GONE_CASES: readonly RulesCase[] = [
  yes("whoever gave no sign for long, removed", { [own]: null }, { auth: relay }),
  yes("whoever never gave a sign, removed", { [own]: null }, { auth: relay, given: { [place("last_seen")]: null } }),
  no(
    "whoever gave a sign in the last two minutes, removed",
    { [own]: null },
    { auth: relay, given: { [place("last_seen")]: FUTURE - 3_600_000 } },
  ),
  yes("whoever is offline without a connection, removed", { [own]: null }, { auth: relay, given: offline }),
  yes(
    "whoever has no connection and no flag, removed",
    { [own]: null },
    { auth: relay, given: { [own]: { last_seen: FUTURE } } },
  ),
  no(
    "whoever is online without a connection, removed",
    { [own]: null },
    {
      auth: relay,
      given: { [own]: { online: true, last_seen: FUTURE } },
    },
  ),
  no(
    "whoever is offline with a connection, removed",
    { [own]: null },
    { auth: relay, given: { ...here, [place("online")]: false } },
  ),
  no("whoever gave no sign for long, removed by somebody else", { [own]: null }, { auth: eve }),
  no("whoever gave no sign for long, changed by the relay", { [own]: { online: true } }, { auth: relay }),
  no("whoever gave no sign for long, removed with all others", { [paths.presence("v")]: null }, { auth: relay }),
];
