import { signAccessToken } from "../../../functions/src/security/access-tokens.ts";
import { randomUUID } from "node:crypto";
import type { Context } from "../../../functions/src/context.ts";
import { signRefreshToken } from "../../../functions/src/security/refresh-tokens.ts";
import { insertSession } from "../../../functions/src/tables/accounts/sessions.ts";
import { upsertDevice } from "../../../functions/src/tables/accounts/user-devices.ts";
import { takeMirrorSeq } from "../../../functions/src/tables/sync/user-mirrors.ts";

export interface TestSession {
  id: string;
  accessToken: string;
  refreshToken: string;
}

/** A session as sign-in makes it, without the 50 ms of hashing a password: a race needs hundreds of them. */
export async function createSession(context: Context, userId: string): Promise<TestSession> {
  const id = randomUUID();
  const device = { id: randomUUID(), user_id: userId, device_id: "race", device_info: {} };
  const userDeviceId = await upsertDevice(context.db, device);
  const lifetime = { idle: 3_600, absolute: 7_200 };
  await insertSession(context.db, { id, user_id: userId, user_device_id: userDeviceId }, lifetime);
  await takeMirrorSeq(context.db, userId);
  const { refreshTokenKeys } = context.config;
  return {
    id,
    accessToken: signAccessToken(context.config.accessTokenKeys, { userId, sessionId: id, userDeviceId }, new Date()),
    refreshToken: signRefreshToken(refreshTokenKeys, { sessionId: id, generation: 1 }),
  };
}
