/**
 * The form in which two spellings of one name or address are equal. Uniqueness is checked on it, because collations differ between
 * database servers.
 */
export function canonicalize(text: string): string {
  return text.trim().normalize("NFKC").toLowerCase();
}
