import type { Texts } from "../texts/en-signed-in.ts";
import type { View } from "../view.ts";
import type { SignedInView } from "./view.ts";

type Added = Omit<SignedInView, keyof View>;

/** The view, with what the parts of signed-in people add to it. */
export function extendView(view: View, texts: () => Texts, added: Added): SignedInView {
  const { root, room, update, emit, openDialog, toNewest } = view;
  return {
    ...added,
    root,
    room,
    update,
    emit,
    openDialog,
    toNewest,
    get texts() {
      return texts();
    },
    get language() {
      return view.language;
    },
    get arrangement() {
      return view.arrangement;
    },
    get undoMs() {
      return view.undoMs;
    },
    get isBusy() {
      return view.isBusy;
    },
    get signedIn() {
      return view.signedIn;
    },
  };
}
