import { type HttpServer, startHttpServer } from "./http-server.ts";

/** The account of the machine that the metadata server describes. */
export const COMPUTE_ACCOUNT = "1234567890-compute@developer.gserviceaccount.com";

const PATH = "/computeMetadata/v1";
const ANSWERS: Record<string, string> = {
  "/instance": "ok",
  "/instance/service-accounts/default/email": COMPUTE_ACCOUNT,
  "/instance/service-accounts/default/token": JSON.stringify({
    access_token: "token-of-the-compute-account",
    expires_in: 3_600,
    token_type: "Bearer",
  }),
  "/project/project-id": "demo-test",
  "/universe/universe-domain": "googleapis.com",
};

/**
 * The metadata server of Google's machines, for a process with GCE_METADATA_HOST set to its host.
 * @see https://cloud.google.com/compute/docs/metadata/overview
 */
export function startMetadataServer(): Promise<HttpServer> {
  return startHttpServer(({ path }) => {
    const [place = ""] = path.split("?");
    const answer = ANSWERS[place.slice(PATH.length).replace(/\/$/, "")];
    const headers = {
      "metadata-flavor": "Google",
      "content-type": answer?.startsWith("{") ? "application/json" : "text/plain",
    };
    return answer === undefined
      ? new Response("not found", { status: 404, headers })
      : new Response(answer, { headers });
  });
}
