import type { LiveComments, User } from "../src/index.ts";
import { AuditTab } from "./audit/audit-tab.ts";
import type { Console } from "./console.ts";
import { Confirmation } from "./parts/confirm.ts";
import { OverviewTab } from "./overview/overview-tab.ts";
import { type Place, addressOf, placeOf } from "./router.ts";
import { sentenceOf } from "./sentences.ts";
import { UsersTab } from "./users/users-tab.ts";

/** What the console shows, and what changes it. Each change draws the page again. */
export class Store implements Console {
  readonly client: LiveComments;
  readonly overview = new OverviewTab(this);
  readonly users = new UsersTab(this);
  readonly audit = new AuditTab(this);
  readonly confirmation = new Confirmation(() => this.draw());
  readonly #draw: () => void;
  /** What the API says of the session's user. The session itself learns of a new role only when it is renewed. */
  #asked: { of: User; user: User } | undefined;
  /** Goes up each time that the API is asked. An answer to an earlier time is dropped. */
  #asks = 0;
  #shownFor: string | undefined;
  place: Place = placeOf(location);
  /** What went wrong last, in words, until something else is done. */
  problem = "";
  /** What was done last. */
  notice = "";
  signInProblem = "";
  isSigningIn = false;

  constructor(client: LiveComments, draw: () => void) {
    this.client = client;
    this.#draw = draw;
  }

  get user(): User | undefined {
    const { user } = this.client.session;
    return this.#asked?.of === user ? this.#asked?.user : user;
  }

  get isAdmin(): boolean {
    return this.user?.role === "admin";
  }

  start(): void {
    addEventListener("popstate", () => this.#enter(placeOf(location)));
    // Whoever was told how to become an admin comes back from there.
    addEventListener("focus", () => this.#askForRole());
    this.client.session.subscribe(() => this.#follow());
  }

  draw(): void {
    this.#draw();
  }

  go(place: Place): void {
    history.pushState(null, "", addressOf(place));
    this.#enter(place);
  }

  async run(work: () => Promise<string | void>): Promise<void> {
    this.problem = "";
    this.notice = "";
    this.draw();
    try {
      this.notice = (await work()) ?? "";
    } catch (error) {
      this.problem = sentenceOf(error);
    }
    this.draw();
  }

  async signIn(email: string, password: string): Promise<void> {
    this.isSigningIn = true;
    this.signInProblem = "";
    this.draw();
    try {
      await this.client.session.signIn({ email, password });
    } catch (error) {
      this.signInProblem = sentenceOf(error);
    }
    this.isSigningIn = false;
    this.draw();
  }

  #follow(): void {
    this.draw();
    const shownFor = this.user && `${this.user.id} ${this.user.role}`;
    if (shownFor === this.#shownFor) return;
    this.#shownFor = shownFor;
    this.#enter(this.place);
  }

  /** Somebody who is no admin may have become one since they signed in. */
  #askForRole(): void {
    const of = this.client.session.user;
    if (!of || this.isAdmin) return;
    const ask = (this.#asks += 1);
    void this.run(async () => {
      const { user } = await this.client.api.getCurrentUser(undefined, { as: of.id });
      if (ask !== this.#asks) return;
      this.#asked = { of, user };
      this.#follow();
    });
  }

  #enter(place: Place): void {
    this.place = place;
    this.problem = "";
    this.notice = "";
    document.title = `${titleOf(place)} · Console · live-comments`;
    this.overview.setShown(this.isAdmin && place.tab === "overview");
    if (this.isAdmin && place.tab === "users") void this.run(() => this.users.load());
    if (this.isAdmin && place.tab === "audit") void this.run(() => this.audit.load());
    this.#askForRole();
    this.draw();
  }
}

export const titleOf = ({ tab }: Place): string => tab.slice(0, 1).toUpperCase() + tab.slice(1);
