import { FILMS, filmOf } from "./films.ts";

// What a site does besides the two lines of the element: its own title, list and layout.
const film = filmOf(new URLSearchParams(location.search).get("video") ?? "welcome");

document.title = `${film.title} · Orbit Films`;
setText("title", film.title);
setText("facts", film.facts);
setText("description", film.description);
document.getElementById("comments")?.setAttribute("video", film.id);

document.getElementById("films")?.append(
  ...FILMS.map(({ id, title }) => {
    const link = document.createElement("a");
    link.href = `/?video=${id}`;
    link.textContent = title;
    if (id === film.id) link.setAttribute("aria-current", "page");
    const item = document.createElement("li");
    item.append(link);
    return item;
  }),
);

// The composer stays above a phone's keyboard, also where the browser only moves the page under it.
const { visualViewport } = window;
const fit = () => {
  document.documentElement.style.setProperty("--height", `${visualViewport?.height ?? innerHeight}px`);
};
visualViewport?.addEventListener("resize", fit);
fit();

function setText(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
}
