const SECOND = 1_000;
const MINUTE = 60;
const HOUR = 60;

/** `02:13`, or `1:02:13` from an hour on. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / SECOND);
  const minutes = Math.floor(seconds / MINUTE);
  const hours = Math.floor(minutes / HOUR);
  const parts = [minutes % HOUR, seconds % MINUTE].map((part) => String(part).padStart(2, "0"));
  return [...(hours > 0 ? [String(hours)] : []), ...parts].join(":");
}

/** `12 min`, or `7 h 28 min`; what is left of a minute counts for nothing. */
export function span(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / SECOND / MINUTE);
  return minutes < HOUR ? `${minutes} min` : `${Math.floor(minutes / HOUR)} h ${minutes % HOUR} min`;
}

/** `in 12 min`, or `12 min ago`. */
export function awayFrom(now: Date, moment: string): string {
  const away = Date.parse(moment) - now.getTime();
  return away < 0 ? `${span(-away)} ago` : `in ${span(away)}`;
}

/** `2026-11-28 22:14:05`, in UTC. */
export function moment(iso: string): string {
  return new Date(iso).toISOString().slice(0, 19).replace("T", " ");
}
