/* A picture in which presses select: the left button adds, the right one or a long press takes away; a lens under the
   pointer shows the picture undarkened, with a plus or a minus. Arrow keys move it, Enter adds, Delete takes away.
   data: words, width and height (pixels of the picture itself), picture and shade (addresses; shade "" for none),
   clicks: [[x, y, belongs]], adds and takes: the values of the input "meaning". */
export default function scene(root, send) {
    const LENS = 44, LONG = 500, TREMBLE = 8, STEP = 0.02;
    const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    let data = null, at = null, press = null, kind = "mouse", minus = false;

    function add(name, attributes, parent) {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        parent.append(element);
        return element;
    }
    function draw(name, attributes, parent) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        parent.append(element);
        return element;
    }
    const frame = add("div", { class: "select frame", tabindex: 0, role: "application" }, root);
    const [photo, shade, lens] = ["photo", "shade", "lens"].map((name) => add("img", { class: name, alt: "", draggable: "false" }, frame));
    const svg = draw("svg", { "aria-hidden": "true" }, frame), about = add("p", { class: "about", role: "status" }, root);

    /* A place on the screen, relative to the picture -> whole pixels of the picture itself. */
    const pixel = ({ x, y }) => [
        Math.max(0, Math.min(data.width - 1, Math.floor((x / frame.clientWidth) * data.width))),
        Math.max(0, Math.min(data.height - 1, Math.floor((y / frame.clientHeight) * data.height))),
    ];
    const within = (event) => {
        const box = frame.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const choose = (place, belongs) => send({ place: pixel(place), meaning: belongs ? data.adds : data.takes });

    function mark(x, y, belongs, size, kind) {
        draw("circle", { cx: x, cy: y, r: size, class: `${kind} ${belongs ? "adds" : "takes"}` }, svg);
        const arm = size * (kind === "ring" ? 0.25 : 0.55);
        draw("path", { class: "sign", d: `M${x - arm} ${y}h${2 * arm}${belongs ? `M${x} ${y - arm}v${2 * arm}` : ""}` }, svg);
    }
    function show() {
        const { clientWidth: width, clientHeight: height } = frame;
        svg.setAttribute("viewBox", `0 0 ${width || 1} ${height || 1}`);
        svg.replaceChildren();
        for (const [x, y, belongs] of data.clicks) mark(((x + 0.5) * width) / data.width, ((y + 0.5) * height) / data.height, belongs, 9, "spot");
        lens.style.clipPath = at ? `circle(${LENS}px at ${at.x}px ${at.y}px)` : "circle(0)";
        if (at) mark(at.x, at.y, !minus, LENS, "ring");
    }
    function move(place, takes = false) {
        at = place;
        minus = takes;
        show();
    }
    function say() {
        const [x, y] = pixel(at);
        about.textContent = `At ${x}, ${y} of ${data.width} × ${data.height}: Enter adds, Delete takes away.`;
    }

    const takeAway = (place) => {
        move(place, true);
        choose(place, false);
    };
    const long = () => {
        if (!press || press.done) return;
        press.done = true;
        takeAway(press);
    };
    frame.addEventListener("pointerdown", (event) => {
        kind = event.pointerType;
        press = { ...within(event), done: event.button !== 0 };
        move(within(event), event.button === 2);
        if (kind !== "mouse") press.timer = setTimeout(long, LONG);
    });
    frame.addEventListener("pointermove", (event) => {
        const now = within(event);
        if (press && Math.hypot(now.x - press.x, now.y - press.y) > TREMBLE) stop();
        move(now, minus && event.buttons > 0);
    });
    const stop = () => {
        clearTimeout(press?.timer);
        press = null;
    };
    frame.addEventListener("pointerup", (event) => {
        const done = !press || press.done;
        stop();
        if (!done) choose(within(event), true);
    });
    frame.addEventListener("pointercancel", stop);
    frame.addEventListener("pointerleave", () => {
        stop();
        move(null);
    });
    frame.addEventListener("contextmenu", (event) => {
        event.preventDefault();
        if (kind !== "mouse") return long();
        takeAway(within(event));
        stop();
    });
    frame.addEventListener("keydown", (event) => {
        const way = WAYS[event.key], takes = event.key === "Delete" || event.key === "Backspace";
        if (!way && !takes && event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        const { clientWidth: width, clientHeight: height } = frame, from = at ?? { x: width / 2, y: height / 2 };
        const step = STEP * Math.max(width, height), inside = (value, most) => Math.max(0, Math.min(most - 1, value));
        move(way ? { x: inside(from.x + step * way[0], width), y: inside(from.y + step * way[1], height) } : from, takes);
        if (way) say();
        else choose(from, !takes);
    });
    frame.addEventListener("focus", () => frame.matches(":focus-visible") && !at && move({ x: frame.clientWidth / 2, y: frame.clientHeight / 2 }));
    frame.addEventListener("blur", () => move(null));
    new ResizeObserver(() => data && show()).observe(frame);

    return (fresh) => {
        data = fresh;
        for (const image of [photo, lens]) if (image.getAttribute("src") !== data.picture) image.src = data.picture;
        shade.hidden = !data.shade;
        if (data.shade) shade.src = data.shade;
        frame.setAttribute("aria-label", `${data.words} Arrow keys move, Enter adds, Delete takes away.`);
        frame.style.aspectRatio = `${data.width} / ${data.height}`;
        frame.style.setProperty("--ratio", data.width / data.height);
        about.textContent = "";
        show();
    };
}
