import { html, nothing, type TemplateResult } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import type { Device } from "../../src/index.ts";
import { onFirstClick } from "../parts/first-click.ts";
import { Times } from "../stream/times.ts";
import type { SignedInView } from "../signed-in/view.ts";
import { passwordField, usernameField } from "./account.ts";
import { DialogForm } from "./form.ts";

/** One's own account: name, password, devices, muted people. */
export class ProfileDialog {
  readonly #view: SignedInView;
  readonly #nameForm: DialogForm;
  readonly #passwordForm: DialogForm;
  #devices: readonly Device[] | undefined;

  constructor(view: SignedInView) {
    this.#view = view;
    this.#nameForm = new DialogForm(view);
    this.#passwordForm = new DialogForm(view);
    void this.#readDevices();
  }

  get title(): string {
    return this.#view.room.user?.username ?? "";
  }

  render(): TemplateResult {
    const { texts, room } = this.#view;
    const { session } = room.client;
    const signOut = () => {
      this.#view.closeDialog();
      void this.#view.attempt(() => this.#view.removals.flush().then(() => session.signOut()));
    };
    return html`<button type="button" class="wide quiet" @click=${signOut}>${texts.signOut}</button>
      <form
        class="form"
        @submit=${this.#nameForm.onSubmit(async ({ username = "" }) => {
          await session.changeUsername(username);
          return texts.saved;
        })}
      >
        <h3>${texts.changeUsername}</h3>
        ${usernameField(texts.username)} ${this.#nameForm.message()} ${this.#nameForm.submit(texts.save)}
      </form>
      <form
        class="form"
        @submit=${this.#passwordForm.onSubmit(async ({ current = "", next = "" }) => {
          await session.changePassword({ current_password: current, new_password: next });
          void this.#readDevices();
          return texts.passwordChanged;
        })}
      >
        <h3>${texts.changePassword}</h3>
        ${passwordField("current", texts.currentPassword, "current-password")}
        ${passwordField("next", texts.newPassword, "new-password")} ${this.#passwordForm.message()}
        ${this.#passwordForm.submit(texts.save)}
      </form>
      ${this.#renderDevices()} ${this.#renderMuted()}`;
  }

  #renderDevices(): TemplateResult {
    const { texts, language, room } = this.#view;
    const times = new Times(language);
    const elsewhere = () => this.#change(() => room.client.session.signOutEverywhereElse(), texts.signedOutElsewhere);
    const others = this.#devices?.some(({ is_current }) => !is_current);
    return html`<section aria-label=${texts.devices}>
      <h3>${texts.devices}</h3>
      <ul class="rows">
        ${repeat(
          this.#devices ?? [],
          ({ id }) => id,
          (device) =>
            html`<li>
              <span
                >${nameOf(device) ?? texts.unknownDevice}
                <small class="muted"
                  >${
                    device.is_current
                      ? texts.thisDevice
                      : texts.lastSeen(times.relative(device.last_seen_at, Date.now(), texts))
                  }</small
                ></span
              >
              ${
                device.is_current
                  ? nothing
                  : html`<button
                      type="button"
                      class="link"
                      @click=${onFirstClick(() => void this.#change(() => room.client.api.revokeDevice({ device_id: device.id })))}
                    >
                      ${texts.signOut}
                    </button>`
              }
            </li>`,
        )}
      </ul>
      ${
        others
          ? html`<button type="button" class="wide quiet" @click=${elsewhere}>${texts.signOutElsewhere}</button>`
          : nothing
      }
    </section>`;
  }

  #renderMuted(): TemplateResult | typeof nothing {
    const { texts, room } = this.#view;
    if (room.muted.people.length === 0) return nothing;
    return html`<section aria-label=${texts.mutedPeople}>
      <h3>${texts.mutedPeople}</h3>
      <ul class="rows">
        ${repeat(
          room.muted.people,
          ({ id }) => id,
          ({ id, username }) =>
            html`<li>
              <bdi>${username}</bdi>
              <button type="button" class="link" @click=${onFirstClick(() => room.unmute(id))}>${texts.unmute}</button>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  async #change(work: () => Promise<unknown>, text?: string): Promise<void> {
    const isDone = await this.#view.attempt(work);
    if (isDone && text !== undefined) this.#view.toast({ text });
    await this.#readDevices();
  }

  async #readDevices(): Promise<void> {
    await this.#view.attempt(async () => {
      this.#devices = (await this.#view.room.client.api.listDevices()).devices;
    });
    this.#view.update();
  }
}

/** "Firefox, Linux" from what the device told of itself. */
function nameOf({ name, info }: Device): string | undefined {
  const agent = info["user_agent"] ?? "";
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent)?.[1];
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
  const known = [browser?.replace("Edg", "Edge").replace("OPR", "Opera"), system].filter(Boolean).join(", ");
  return known || name || undefined;
}
