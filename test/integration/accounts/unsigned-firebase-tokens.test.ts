import { describe, expect, test } from "@jest/globals";
import type { RealtimeToken, SignedIn } from "../../../functions/src/contract/account.ts";
import { useApp } from "../../support/app/use-app.ts";
import { Client, password } from "../../support/app/client.ts";
import { until } from "../../support/until.ts";

// A process that has no key, no metadata server and no right to sign, as a deployment without the role has it.
const CANNOT_SIGN = {
  FIREBASE_AUTH_EMULATOR_HOST: "",
  GOOGLE_APPLICATION_CREDENTIALS: "",
  METADATA_SERVER_DETECTION: "none",
};

describe("where Firebase custom tokens cannot be signed", () => {
  const app = useApp({ users: { ada: "user" }, processes: 1, env: CANNOT_SIGN });
  const signIn = (client: Client) =>
    client.call<SignedIn>("POST", "/sessions", { email: app.users.ada.email, password, device: { id: "a-phone" } });

  test("a sign-in succeeds without the token, the session posts, and the person on call is told", async () => {
    const [send] = app.processes;
    const { status, body } = await signIn(new Client(send!));
    expect(status).toBe(201);
    expect(body.firebase_token).toBeNull();

    const ada = new Client(send!, body);
    expect((await ada.post(app.newVideoId(), "without presence")).status).toBe(201);
    const token = await ada.call<RealtimeToken>("POST", "/realtime/token");
    expect(token.status).toBe(200);
    expect(token.body.firebase_token).toBeNull();
    await until("the alert", async () => {
      const alerts = await app.db.selectFrom("alerts").select("name").execute();
      return alerts.some(({ name }) => name === "firebase_tokens");
    });
  });

  test("control: a process that can sign sends the token", async () => {
    const { body } = await signIn(app.anonymous);
    expect(body.firebase_token).toEqual(expect.any(String));
  });
});
