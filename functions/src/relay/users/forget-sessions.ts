import { forgetRevoked } from "../../realtime/users.ts";
import type { UserRelayContext } from "./context.ts";

/** Removes ended sessions from the mirror. Safe once no token can name them any more, and safe to repeat. @throws RealtimeError */
export async function forgetSessions({ realtime }: Pick<UserRelayContext, "realtime">, ids: string[]): Promise<void> {
  await forgetRevoked(realtime, ids);
}
