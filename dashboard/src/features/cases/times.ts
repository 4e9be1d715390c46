// Times as the field of a form has them: in the browser's zone, to the minute.
const MINUTE_MS = 60_000;

export function toField(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * MINUTE_MS);
  return local.toISOString().slice(0, 16);
}
