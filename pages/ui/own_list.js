// Gives this browser a cookie of its own, unless it has one, and tells the page its value; "none" where cookies are refused.
export default function ({ setStateValue }) {
  const name = "earprint_list=";
  const read = () => document.cookie.split("; ").find((one) => one.startsWith(name))?.slice(name.length) ?? "";
  let own = read();
  if (!/^[0-9a-f]{32}$/.test(own)) {
    own = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
  }
  const safe = location.protocol === "https:" ? "; secure" : "";
  document.cookie = name + own + "; path=/; max-age=34560000; samesite=lax" + safe;
  setStateValue("own", read() || "none");
}
