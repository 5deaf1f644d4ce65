/* A picture to look at closely: zoom, full screen, download; regions on it as vectors, its pixels' classes, a divider.
   data: words, title, files (the server's paths) or urls: one, or those before and after; width and height (of the picture
   itself, pixels), pixelated;
   with regions: few, names: [{name, colour, ink, scores}], regions: [{of (a name's number), words, numbers, box, path?}];
   of pixels that have classes: classes {n, rows, columns, names, best}, see picture_scenes.grid; the two files are then the
   bare picture and the painted one, mixed by the opacity;
   help: a sentence below the title, where the page itself does not say it;
   clickable: whether a press is a click on a pixel, which sends {place: [x, y]} (in Gradio a class of the block says so). */
export default function scene(root, send) {
    const SIGNS = {
        out: "M5 10h10",
        in: "M5 10h10M10 5v10",
        full: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
        shown: "M10 3v9M6 9l4 4 4-4M4 17h12",
        bare: "M3 4h14v12H3zM3 13l4-4 3 3 3-4 4 5",
    };
    const image = make("img", { draggable: "false", alt: "" }), before = make("img", { draggable: "false", alt: "", class: "before" });
    const sheet = make("div", { class: "sheet" }, image, before);
    const clip = make("div", { class: "clip" }, sheet);
    const frame = make("div", { class: "frame", tabindex: 0, role: "group" }, clip);
    const title = make("span", { class: "title" });
    const help = make("p", { class: "help", hidden: "" });
    const sides = make("div", { class: "sides" }, make("span", {}, "before"), make("span", {}, "after"));
    const below = make("div", { class: "below" });
    let data = null, addresses = [];

    const card = cardOver(frame);
    const strength = strengthOf(frame);
    const regions = regionsOver(frame, clip, below, card, strength.value);
    below.append(strength.row);
    const divider = dividing(frame, clip, before, () => view);
    const view = zooming(frame, moved, tapped, divider.go);
    const pixels = pixelsOver(frame, clip, view, card, (place) => send({ place }));

    function tapped(event) {
        regions.tap(event);
        pixels.tap(event);
        divider.go(event);
    }
    function moved(at) {
        sheet.style.transform = at.k === 1 ? "" : `translate(${at.x}px, ${at.y}px) scale(${at.k})`;
        const pixel = (at.k * frame.clientWidth) / (image.naturalWidth || 1);
        sheet.classList.toggle("sharp", Boolean(data?.pixelated) || (at.k > 1 && pixel >= 4));
        level.textContent = `${at.k < 10 ? Math.round(at.k * 10) / 10 : Math.round(at.k)}×`;
        level.disabled = out.disabled = at.k === 1;
        regions.place(at);
        pixels.place();
        divider.place();
    }

    /* ---- the tools */
    const out = makeTool("Zoom out (-)", SIGNS.out, () => view.zoom(0.8));
    const level = make("button", { type: "button", class: "tool level", "aria-label": "Show the whole picture (0)", title: "The whole picture (0)" });
    level.addEventListener("click", () => view.zoom(0));
    const closer = makeTool("Zoom in (+)", SIGNS.in, () => view.zoom(1.25));
    const full = makeTool("Full screen", SIGNS.full, () => fill(!filled()));
    const shown = makeTool("Download the picture as shown", SIGNS.shown, save);
    const bare = makeTool("Download the bare picture", SIGNS.bare, () => offer(image.src, `${data.title}.${ending()}`));
    const tools = make("div", { class: "tools", role: "group", "aria-label": "Tools for the picture" }, out, level, closer, full, shown, bare);
    root.append(make("div", { class: "head" }, title, tools), help, frame, sides, below);
    const ending = () => (/\.png$|^data:image\/png/i.test(decodeURIComponent(image.src.slice(0, 4000))) ? "png" : "jpg");

    function save() {
        if (!data.regions && addresses.length < 2) return offer(image.src, `${data.title}.${ending()}`);
        return saveShown(image, over(), data, regions.painted(), ending());
    }

    /* What lies on the picture: all of it as strongly as it is seen, or its part left of the divider. */
    const over = () => addresses.length > 1 && { picture: before, share: data.two ? divider.within() : 1, alpha: data.two ? 1 : 1 - strength.value() };

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

    const put = (img, address, words) => {
        if (img.getAttribute("src") !== address) img.src = address;
        img.alt = words;
    };
    return (fresh) => {
        const other = !data || data.width !== fresh.width || data.height !== fresh.height;
        data = { clickable: Boolean(root.closest(".clickable")), ...fresh };
        addresses = data.urls ?? data.files.map((file) => `./gradio_api/file=${file.split("/").map(encodeURIComponent).join("/")}`);
        data.two = addresses.length === 2 && !data.classes;
        title.textContent = data.title;
        help.textContent = data.help ?? "";
        help.hidden = !data.help;
        if (addresses.length === 2) put(before, addresses[0], data.two ? `${data.words}: before` : "");
        put(image, addresses.at(-1), data.two ? `${data.words}: after` : data.words);
        const keys = data.classes || data.clickable ? " Arrow keys move a cross, with Shift by one pixel." : "";
        const enter = data.clickable ? " Enter clicks there." : "";
        frame.setAttribute("aria-label", `${data.title}. Plus and minus zoom, zero shows the whole picture.${keys}${enter}`);
        root.style.setProperty("--ratio", data.width / data.height);
        root.classList.toggle("tiny", Boolean(data.tiny));
        view.at.most = Math.max(8, (12 * data.width) / Math.max(1, frame.clientWidth));
        regions.show(data);
        pixels.show(data);
        divider.show(data.two, data.title);
        frame.classList.toggle("mixed", Boolean(data.classes));
        before.hidden = addresses.length < 2;
        strength.row.hidden = !data.names?.length && !data.classes;
        bare.hidden = !data.regions;
        sides.hidden = !data.two;
        if (other) view.zoom(0);
        else view.place();
    };
}
