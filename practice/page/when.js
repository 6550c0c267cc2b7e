/** Dates and times in the person's own time zone, in words. */

const formats = new Map();

function parts(date, zone) {
  if (!formats.has(zone)) {
    formats.set(
      zone,
      new Intl.DateTimeFormat("en-GB", {
        timeZone: zone,
        weekday: "long",
        year: "numeric",
        month: "long",
        day: "numeric",
        hour: "numeric",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
      }),
    );
  }
  return Object.fromEntries(
    formats
      .get(zone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
}

/** "2pm", "2:05pm". */
export function timeWords(date, zone) {
  const { hour, minute } = parts(date, zone);
  const number = Number(hour);
  return `${number % 12 || 12}${minute === "00" ? "" : `:${minute}`}${number < 12 ? "am" : "pm"}`;
}

/** "Tuesday 3 March 2026". */
export function dayWords(date, zone) {
  const { weekday, day, month, year } = parts(date, zone);
  return `${weekday} ${day} ${month} ${year}`;
}

/** "Tuesday 3 March 2026, 2:05pm". */
export function fullWords(date, zone) {
  return `${dayWords(date, zone)}, ${timeWords(date, zone)}`;
}

/** "Tue 3 Mar, 2:05pm": where there is little room. */
export function shortWords(date, zone) {
  const { weekday, day, month } = parts(date, zone);
  return `${weekday.slice(0, 3)} ${day} ${month.slice(0, 3)}, ${timeWords(date, zone)}`;
}

/** A message's `ts` as a date. */
export function dateOf(ts) {
  return new Date(Number(ts) * 1000);
}

const DATE_PIECES = {
  date_num: (at, zone) => wallOf(at, zone).slice(0, 10),
  date: longDay,
  date_pretty: longDay,
  date_long: dayWords,
  date_long_pretty: dayWords,
  date_short: shortDay,
  date_short_pretty: shortDay,
  day_divider_pretty: dayWords,
  time: timeWords,
  time_secs: timeWords,
  ago: (at, zone) => `on ${longDay(at, zone)}`,
};

function longDay(date, zone) {
  const { day, month, year } = parts(date, zone);
  return `${day} ${month} ${year}`;
}

function shortDay(date, zone) {
  const { day, month, year } = parts(date, zone);
  return `${day} ${month.slice(0, 3)} ${year}`;
}

/** A date in a text, in the shape the app asks for: "{date_long} at {time}". */
export function formatted(format, seconds, zone) {
  const at = new Date(seconds * 1000);
  return format.replace(/\{(\w+)\}/g, (whole, name) => (DATE_PIECES[name] ? DATE_PIECES[name](at, zone) : whole));
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** What a clock on that wall shows at `date`, as "2026-03-03T14:05". */
export function wallOf(date, zone) {
  const { year, month, day, hour, minute } = parts(date, zone);
  const two = (text) => String(text).padStart(2, "0");
  return `${year}-${two(MONTHS.indexOf(month) + 1)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The instant at which a clock on that wall shows `wall`; in a gap, the time moved forward. */
export function instantOf(wall, zone) {
  const wanted = Date.parse(`${wall}:00Z`);
  const offset = (at) => Date.parse(`${wallOf(new Date(at), zone)}:00Z`) - at;
  const first = wanted - offset(wanted);
  const second = wanted - offset(first);
  return new Date(wallOf(new Date(first), zone) === wall ? first : second);
}
