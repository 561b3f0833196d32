import type { Locator, Page } from "playwright-core";
import type { Client } from "../../app/client.ts";
import { newVideo, type Pages } from "../use-pages.ts";

/** What the states of one file share. */
export interface Cast {
  pages: Pages;
  ada: Client;
  grace: Client;
  moderator: Client;
  /** A lively video. A state that changes its video has one of its own: `newLivelyVideo`. */
  livelyVideo: string;
}

/** A state of the element that is looked at, and checked by axe. */
export interface State {
  name: string;
  /** Brings a page to it. */
  show: (cast: Cast) => Promise<Page>;
  /** Opens what a change of the window's size closes. */
  open?: (page: Page) => Promise<void>;
}

export const dialogOf = (page: Page): Locator => page.getByRole("dialog");

/** A new video, on which several people have said things of several scripts and lengths. */
export async function newLivelyVideo(people: Pick<Cast, "ada" | "grace" | "moderator">): Promise<string> {
  const videoId = newVideo();
  await fillVideo(people, videoId);
  return videoId;
}

export async function fillVideo(
  { ada, grace, moderator }: Pick<Cast, "ada" | "grace" | "moderator">,
  videoId: string,
): Promise<void> {
  const said: [Client, string][] = [
    [ada, "First. The opening shot is lovely."],
    [grace, "The second moon is a bit fast, isn't it? https://example.com/orbits has the numbers."],
    [grace, "Or it is just my screen."],
    [moderator, "Welcome, everybody. Be kind to each other."],
    [ada, "مرحبا بالعالم، هذا جميل"],
    [grace, `Long, but worth it. ${"The planet turns, the moons follow, and nobody is in a hurry. ".repeat(9)}`],
    [ada, `@${grace.username} it is not your screen.`],
    [moderator, "In the next film two of them meet."],
  ];
  for (const [client, content] of said) await client.post(videoId, content);
}
