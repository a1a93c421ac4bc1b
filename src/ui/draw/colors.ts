// The style sheet's colours, for canvases: tokens.css stays the one place where a colour is chosen.

/** Reads CSS variables as they are at this element now. */
export function colorReader(element: Element): (variable: string) => string {
  const style = getComputedStyle(element);
  return (variable) => style.getPropertyValue(variable).trim();
}
