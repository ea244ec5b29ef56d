// Unpacks the charts' library and draws every chart. Without it the sentences and tables stand as they are.
(async () => {
  const read = (id) => document.getElementById(id).textContent;
  const packed = Uint8Array.from(atob(read("library")), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const script = document.createElement("script");
  script.textContent = await new Response(unpacked).text();
  document.head.append(script);
  await Promise.all(["14px 'Source Sans'", "600 14px 'Source Sans'"].map((font) => document.fonts.load(font)));
  for (const place of document.querySelectorAll(".plot")) {
    const { data, layout, config } = JSON.parse(read(`${place.id}-data`));
    const title = layout.xaxis.title;
    if (place.clientWidth < 480 && title.text.length > 24) {
      // beside long names a phone has no room for it on one line: two, parted at the space next to the middle
      const spaces = [...title.text.matchAll(/ /g)].map((found) => found.index);
      const off = (at) => Math.abs(at - title.text.length / 2);
      const at = spaces.sort((one, other) => off(one) - off(other))[0];
      if (at) title.text = `${title.text.slice(0, at)}<br>${title.text.slice(at + 1)}`;
    }
    await Plotly.newPlot(place, data, layout, config);
    place.parentElement.classList.add("drawn");
  }
})();
