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
    await Plotly.newPlot(place, data, layout, config);
    place.parentElement.classList.add("drawn");
  }
})();
