/** A listener for a button that may go when it is pressed: the second click of a double click would meet what has moved there. */
export function once(work: () => void): (event: MouseEvent) => void {
  return ({ detail }) => {
    if (detail < 2) work();
  };
}
