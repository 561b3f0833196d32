const GAP_PX = 4;

/**
 * Puts an open popover below what it belongs to, or above where there is no room, and within the window. It closes when that changes its
 * size: it would be elsewhere.
 */
export function place(popover: HTMLElement, anchor: Element): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const isRightToLeft = getComputedStyle(popover).direction === "rtl";
  const left = isRightToLeft ? from.left : from.right - width;
  const isBelow = from.bottom + height + GAP_PX < innerHeight;
  const top = isBelow ? from.bottom + GAP_PX : from.top - height - GAP_PX;
  popover.style.left = `${Math.max(GAP_PX, Math.min(left, innerWidth - width - GAP_PX))}px`;
  popover.style.top = `${Math.max(GAP_PX, top)}px`;
  const closing = new AbortController();
  const { signal } = closing;
  addEventListener("resize", () => popover.hidePopover(), { signal });
  popover.addEventListener("toggle", ({ newState }) => newState === "closed" && closing.abort(), { signal });
}
