/** The key code of a key that an input method takes; some browsers end the composition before this event. */
const TAKEN_BY_INPUT_METHOD = 229;

/** Whether a key posts: Enter, but not on a touch keyboard, with Shift, or while an input method composes. */
export function submitsOn(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return false;
  // oxlint-disable-next-line typescript/no-deprecated -- nothing else tells it
  if (event.keyCode === TAKEN_BY_INPUT_METHOD) return false;
  return !matchMedia("(hover: none) and (pointer: coarse)").matches;
}
