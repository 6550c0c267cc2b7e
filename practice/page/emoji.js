/** The emoji a practice bot is likely to use; any other keeps its name between colons. */

const EMOJI = {
  wave: "👋", smile: "😄", slightly_smiling_face: "🙂", blush: "😊", grinning: "😀", relaxed: "☺️", thinking_face: "🤔", hugging_face: "🤗",
  heart: "❤️", yellow_heart: "💛", green_heart: "💚", blue_heart: "💙", sparkles: "✨", star: "⭐", sunny: "☀️", seedling: "🌱", herb: "🌿", leaves: "🍃",
  tada: "🎉", raised_hands: "🙌", clap: "👏", pray: "🙏", "+1": "👍", thumbsup: "👍", "-1": "👎", ok_hand: "👌", muscle: "💪", point_right: "👉",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", question: "❓", information_source: "ℹ️", bulb: "💡", bell: "🔔", no_bell: "🔕",
  calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", clock3: "🕒", hourglass: "⌛", alarm_clock: "⏰", memo: "📝", pencil: "📝", pencil2: "✏️", notebook: "📓",
  books: "📚", clipboard: "📋", page_facing_up: "📄", paperclip: "📎", file_folder: "📁", bar_chart: "📊", mag: "🔍", gear: "⚙️", lock: "🔒", unlock: "🔓", key: "🔑",
  house: "🏠", coffee: "☕", tea: "🍵", speech_balloon: "💬", busts_in_silhouette: "👥", bust_in_silhouette: "👤", handshake: "🤝", telephone_receiver: "📞", phone: "☎️",
  email: "📧", envelope: "✉️", link: "🔗", arrow_right: "➡️", arrow_left: "⬅️", repeat: "🔁", rocket: "🚀", zap: "⚡", umbrella: "☔", rainbow: "🌈", moon: "🌙", zzz: "💤",
};

/** The character of an emoji token, else `:name:`. Slack gives `unicode` as code points: "1f44b-1f3fd". */
export function emojiOf({ name, unicode }) {
  if (unicode && /^[0-9a-f]+(-[0-9a-f]+)*$/i.test(unicode)) return String.fromCodePoint(...unicode.split("-").map((code) => parseInt(code, 16)));
  return EMOJI[name.split("::")[0]] ?? `:${name}:`;
}

/** Words in which the names of known emoji stand as characters. */
export function withEmoji(words) {
  return words.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}
