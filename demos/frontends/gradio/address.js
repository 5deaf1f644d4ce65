/* The browser's address says what the page's inputs hold, so that a reload, Back and a link lead to the same place; and what
   the address says of the page itself: ?lesson=1 without controls, ?hide=network,count without some, ?big=1 for a projector. */
(() => {
  const KEPT = ["lesson", "hide", "big"];
  const STOP = "stop"; /* where a lecturer's lesson visits this page for the second time, say */
  const root = document.documentElement;
  const hiding = document.head.appendChild(document.createElement("style"));
  const write = (query) => {
    const words = query.toString().replaceAll("%2C", ",");
    history.replaceState(history.state, "", location.pathname + (words ? `?${words}` : "") + location.hash);
  };

  const query = new URLSearchParams(location.search);
  if (query.has("fresh")) {
    query.delete("fresh");
    /* after the page has told the server what it was opened with */
    window.addEventListener("load", () => setTimeout(() => write(query), 2000));
  }
  for (const name of ["lesson", "big"]) root.classList.toggle(`${name}-mode`, query.get(name) === "1");
  const hidden = (query.get("hide") || "").split(",").filter((name) => /^\w+$/.test(name));
  const stop = `.at-stop-${/^\d{1,2}$/.test(query.get(STOP)) ? query.get(STOP) : 0}`;
  hiding.textContent = [
    ...hidden.map((name) => `.input-${name} { display: none !important; }`),
    `.prose:has(${stop}) .at-stop:not(${stop}) { display: none !important; }`,
    `.at-stop${stop} { display: block !important; }`,
  ].join("\n");

  let told = null;
  const follow = () => {
    const said = document.querySelector(".address [data-query]");
    if (!said || said.dataset.query === told) return;
    told = said.dataset.query;
    const next = new URLSearchParams(told);
    for (const name of [...KEPT, STOP]) if (query.has(name)) next.set(name, query.get(name));
    write(next);
  };
  new MutationObserver(follow).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-query"] });

  /* what the address says of the page goes along to the next one */
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="./"]');
    if (!link) return;
    const aim = new URL(link.href);
    for (const name of KEPT) if (query.has(name) && !aim.searchParams.has(name)) aim.searchParams.set(name, query.get(name));
    link.href = aim.href;
  }, true);

  const reach = /^(localhost|127\.|\[::1\])/.test(location.host)
    ? "It works on this machine alone, unless the lab was started with GRADIO_SERVER_NAME=0.0.0.0 and is opened by its address."
    : "A telephone in this network can read the code.";
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest(".share button");
    if (!button) return;
    const place = button.closest(".share");
    const code = place.querySelector("img");
    place.querySelector("input").value = location.href;
    code.src = `./qr?of=${encodeURIComponent(location.href)}`;
    place.querySelector("div").hidden = false;
    try {
      await navigator.clipboard.writeText(location.href);
      place.querySelector("p").textContent = `The link is copied. ${reach}`;
    } catch {
      place.querySelector("input").select();
      place.querySelector("p").textContent = `Copy the link from here. ${reach}`;
    }
  });
})();
