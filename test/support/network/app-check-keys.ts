import { type KeyObject, generateKeyPairSync } from "node:crypto";
import { Agent } from "node:https";
import { type ConnectionOptions, connect } from "node:tls";
import jwt from "jsonwebtoken";
import { type HttpsServer, startHttpsServer } from "./https-server.ts";

const HOST = "firebaseappcheck.googleapis.com";

/** How Google's key server answers. */
type Mood = "well" | "silent" | "failing" | "gone";

/** What a test changes of a token. */
interface Forgery {
  claims?: Record<string, unknown>;
  key?: KeyObject;
  /** Null: the header names no key. */
  kid?: string | null;
}

/** Google's key server for App Check, on this machine, and the tokens that its key signs. */
export class AppCheckKeys {
  mood: Mood = "well";
  /** The way to the server, under its real name and with TLS; for firebase-admin. */
  readonly agent: Agent;
  readonly #pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  readonly #project: string;
  #server: HttpsServer | undefined;

  constructor(project = "demo-test") {
    this.#project = project;
    const addressOf = () => ({ port: this.#server?.port, ca: this.#server?.ca });
    this.agent = new (class extends Agent {
      override createConnection(options: ConnectionOptions) {
        return connect({ ...options, ...addressOf(), host: "127.0.0.1", servername: HOST } as ConnectionOptions);
      }
    })({ keepAlive: false });
  }

  async start(): Promise<void> {
    const key = { ...this.#pair.publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" };
    this.#server = await startHttpsServer(HOST, (request, response) => {
      if (this.mood === "silent") return;
      if (this.mood === "gone") {
        request.socket.destroy();
        return;
      }
      response.writeHead(this.mood === "failing" ? 500 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify({ keys: [key] }));
    });
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** How often keys were fetched, or tried to. */
  get fetches(): number {
    return this.#server?.received.length ?? 0;
  }

  get publicKey(): KeyObject {
    return this.#pair.publicKey;
  }

  /** A token of a page of this project, as Google signs it, but for what is forged. Each one is another. */
  token({ claims = {}, key = this.#pair.privateKey, kid = "k1" }: Forgery = {}): string {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      sub: "1:1234567890:web:abc",
      aud: ["projects/1234567890", `projects/${this.#project}`],
      iss: `https://${HOST}/1234567890`,
      iat: now,
      exp: now + 3_600,
      jti: crypto.randomUUID(),
      ...claims,
    };
    return jwt.sign(all, key, { algorithm: "RS256", ...(kid !== null && { keyid: kid }) });
  }
}
