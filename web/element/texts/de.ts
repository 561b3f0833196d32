import type { ReadingTexts } from "./en.ts";
import { plural } from "./plural.ts";

export const de: ReadingTexts = {
  title: "Kommentare",
  now: "jetzt",
  you: "du",
  roles: { moderator: "Moderation", admin: "Admin" },
  retry: "Noch einmal",

  live: "Live",
  connecting: "Verbinde …",
  polling: "Alle paar Sekunden",
  offline: "Offline",
  offlineBanner: "Du bist offline. Was du schreibst, wird gesendet, wenn du wieder da bist.",
  awayBanner: "Die Kommentare sind nicht erreichbar. Es wird von selbst wieder versucht.",
  watching: (count) => `${count} sehen zu`,

  loading: "Kommentare werden geladen …",
  empty: "Noch keine Kommentare.",
  emptyHint: "Schreibe den ersten.",
  noVideo: "Ein Video mit diesem Namen gibt es nicht.",
  noVideoHint: "Prüfe den Namen in der Adresse der Seite.",
  loadingOlder: "Ältere Kommentare werden geladen …",
  olderFailed: "Ältere Kommentare lassen sich nicht laden.",
  newComments: (count) => plural(count, "neuer Kommentar", "neue Kommentare"),
  toNewest: "Zum neuesten",
  showMore: "Mehr anzeigen",
  showLess: "Weniger anzeigen",
  edited: "bearbeitet",

  sessionEnded: "Deine Sitzung ist beendet. Melde dich wieder an; dein Text bleibt erhalten.",
  signInToComment: "Zum Kommentieren anmelden",
  closed: "Die Kommentare sind geschlossen.",
  closedHint: "Lesen geht weiterhin.",

  signIn: "Anmelden",

  unreachable: "Der Server ist nicht erreichbar. Prüfe deine Verbindung und versuche es noch einmal.",
  reload: "Neu laden",
};
