/* A picture to look at closely: zoom, full screen, download; regions on it as vectors.
   data: words, title, file (the server's path) or url, width and height (of the picture itself, pixels), pixelated;
   with regions: few, names: [{name, colour, ink, scores}], regions: [{of (a name's number), words, numbers, box, path?}]. */
export default function scene(root, send) {
    const SIGNS = {
        out: "M5 10h10",
        in: "M5 10h10M10 5v10",
        full: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
        shown: "M10 3v9M6 9l4 4 4-4M4 17h12",
        bare: "M3 4h14v12H3zM3 13l4-4 3 3 3-4 4 5",
    };
    const image = make("img", { draggable: "false" });
    const sheet = make("div", { class: "sheet" }, image);
    const clip = make("div", { class: "clip" }, sheet);
    const frame = make("div", { class: "frame", tabindex: 0, role: "group" }, clip);
    const title = make("span", { class: "title" });
    const below = make("div", { class: "below" });
    let data = null;

    const regions = regionsOver(frame, clip, below);
    const view = zooming(frame, moved, (event) => regions.tap(event));

    function moved(at) {
        sheet.style.transform = at.k === 1 ? "" : `translate(${at.x}px, ${at.y}px) scale(${at.k})`;
        const pixel = (at.k * frame.clientWidth) / (image.naturalWidth || 1);
        image.classList.toggle("sharp", Boolean(data?.pixelated) || (at.k > 1 && pixel >= 4));
        level.textContent = `${at.k < 10 ? Math.round(at.k * 10) / 10 : Math.round(at.k)}×`;
        level.disabled = out.disabled = at.k === 1;
        regions.place(at);
    }

    /* ---- the tools */
    const out = makeTool("Zoom out (-)", SIGNS.out, () => view.zoom(0.8));
    const level = make("button", { type: "button", class: "tool level", "aria-label": "Show the whole picture (0)", title: "The whole picture (0)" });
    level.addEventListener("click", () => view.zoom(0));
    const closer = makeTool("Zoom in (+)", SIGNS.in, () => view.zoom(1.25));
    const full = makeTool("Full screen", SIGNS.full, () => fill(!filled()));
    const shown = makeTool("Download the picture as shown", SIGNS.shown, () => saveShown(image, data, regions.painted(), typeOf()));
    const bare = makeTool("Download the bare picture", SIGNS.bare, () => offer(image.src, `${data.title}.${typeOf() === "image/png" ? "png" : "jpg"}`));
    const tools = make("div", { class: "tools", role: "group", "aria-label": "Tools for the picture" }, out, level, closer, full, shown, bare);
    root.append(make("div", { class: "head" }, title, tools), frame, below);
    const typeOf = () => (/\.png$|^data:image\/png/i.test(decodeURIComponent(image.src.slice(0, 4000))) ? "image/png" : "image/jpeg");

    /* ---- full screen; where a browser has none (a telephone's, perhaps), over the page */
    const filled = () => root.classList.contains("full") || root.getRootNode().fullscreenElement === root;
    const fill = (wanted) => {
        if (root.requestFullscreen) wanted ? root.requestFullscreen() : document.exitFullscreen();
        else root.classList.toggle("full", wanted);
    };
    root.addEventListener("keydown", (event) => event.key === "Escape" && root.classList.remove("full"));
    root.addEventListener("fullscreenchange", () => view.zoom(0));
    new ResizeObserver(() => view.place()).observe(frame);
    image.addEventListener("load", () => view.place());

    return (fresh) => {
        const other = !data || data.width !== fresh.width || data.height !== fresh.height;
        data = fresh;
        title.textContent = data.title;
        const address = data.url ?? `./gradio_api/file=${data.file.split("/").map(encodeURIComponent).join("/")}`;
        if (image.getAttribute("src") !== address) image.src = address;
        image.alt = data.words;
        frame.setAttribute("aria-label", `${data.title}. Plus and minus zoom, zero shows the whole picture.`);
        root.style.setProperty("--ratio", data.width / data.height);
        view.at.most = Math.max(8, (12 * data.width) / Math.max(1, frame.clientWidth));
        regions.show(data);
        bare.hidden = !data.regions;
        if (other) view.zoom(0);
        else view.place();
    };
}
