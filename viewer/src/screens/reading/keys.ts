// The names of keys: as a pressed key is looked up in the table of commands, and as it is shown.

/** The name of a pressed key as the table writes it. */
export function keyName(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const { key } = event;
  const letter = /^[a-z]$/i.test(key);
  const named = key.length > 1 || key === " ";
  const parts = [
    event.ctrlKey || event.metaKey ? "Ctrl+" : "",
    event.altKey ? "Alt+" : "",
    event.shiftKey && (letter || named) ? "Shift+" : "",
  ];
  return parts.join("") + (letter ? (event.shiftKey ? key.toUpperCase() : key.toLowerCase()) : key);
}

/** A key as it is shown. */
export function keyLabel(key: string): string {
  return key
    .replace("Arrow", "")
    .replace(/(^|\+)([a-z])$/, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/(^|\+) $/, "$1Space")
    .replace("Shift+Shift+", "Shift+");
}
