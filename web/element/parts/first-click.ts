/** A listener that ignores the second click of a double click: if the button goes when it is pressed, that click meets what has moved there. */
export function onFirstClick(work: () => void): (event: MouseEvent) => void {
  return ({ detail }) => {
    if (detail < 2) work();
  };
}
