/** The form in which two spellings of one name or address are equal; ours, since collations differ between servers. */
export function canonical(text: string): string {
  return text.trim().normalize("NFKC").toLowerCase();
}
