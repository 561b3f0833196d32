export interface Film {
  id: string;
  title: string;
  facts: string;
  description: string;
}

/** The films of the site. All show the same clip: it is the comments that matter here. */
export const FILMS: readonly Film[] = [
  {
    id: "welcome",
    title: "Orbit",
    facts: "2026 · 8 s · a loop",
    description: "Three moons around a quiet planet. Open this page in a second window, and answer yourself.",
  },
  {
    id: "tides",
    title: "Tides",
    facts: "2026 · 8 s · a loop",
    description: "The same sky, an evening later. Nobody has said anything yet.",
  },
  {
    id: "eclipse",
    title: "Eclipse",
    facts: "2026 · 8 s · a loop",
    description: "What happens when two of the moons meet.",
  },
];

/** A film that is not in the list is a video like any other: its comments are under its id. */
export function filmOf(id: string): Film {
  return FILMS.find((film) => film.id === id) ?? { id, title: id, facts: "", description: "" };
}
