/* A ROC curve: a press on it, or the arrow keys, move the threshold.
   data: words, sets (the input's name), x and y (axis titles), curve: [{x, y, value}] with x and y from 0 to 100,
   value: the present threshold, at: what it gives, {x, y}. */
export default function scene(root, send) {
    const LARGEST = 400, LEFT = 56, BOTTOM = 48, EDGE = 12;
    const svg = make("svg", {});
    root.append(svg);
    let data = null, place = 0, side = 0;

    function make(name, attributes, words) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        if (words !== undefined) element.textContent = words;
        return element;
    }
    const across = (x) => LEFT + (side * x) / 100;
    const down = (y) => EDGE + side * (1 - y / 100);
    const nearest = (distance) => data.curve.reduce((best, point, k) => (distance(point) < distance(data.curve[best]) ? k : best), 0);
    const path = (points) => points.map(({ x, y }, k) => `${k ? "L" : "M"}${across(x).toFixed(2)} ${down(y).toFixed(2)}`).join("");

    const mark = make("circle", { r: 9, class: "mark", tabindex: 0, role: "slider" });
    const said = make("text", { class: "said" });

    function show(k) {
        place = k;
        const { x, y, value } = data.curve[k];
        mark.setAttribute("cx", across(x));
        mark.setAttribute("cy", down(y));
        mark.setAttribute("aria-label", data.name);
        mark.setAttribute("aria-valuenow", value);
        mark.setAttribute("aria-valuetext", `${value}: ${x.toFixed(1)} ${data.x}, ${y.toFixed(1)} ${data.y}`);
        said.textContent = `${data.name} ${value}: ${x.toFixed(1)}, ${y.toFixed(1)}`;
        said.setAttribute("x", across(100) - 8);
        said.setAttribute("y", down(4));
    }
    const choose = (k) => {
        show(k);
        send({ [data.sets]: data.curve[k].value });
    };
    const under = (event) => {
        const box = svg.getBoundingClientRect(), scale = (LEFT + side + EDGE) / box.width;
        const px = (event.clientX - box.left) * scale, py = (event.clientY - box.top) * scale;
        return nearest(({ x, y }) => (across(x) - px) ** 2 + (down(y) - py) ** 2);
    };
    svg.addEventListener("pointerdown", (event) => {
        svg.setPointerCapture(event.pointerId);
        show(under(event));
    });
    svg.addEventListener("pointermove", (event) => event.buttons && show(under(event)));
    svg.addEventListener("pointerup", (event) => choose(under(event)));
    mark.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        choose(Math.max(0, Math.min(data.curve.length - 1, place + step)));
    });

    /* A unit of the drawing is a pixel of a narrow page, so that its letters keep their size there. */
    const room = () => Math.max(180, Math.min(LARGEST, svg.clientWidth - LEFT - EDGE));
    function draw() {
        side = room();
        svg.setAttribute("viewBox", `0 0 ${LEFT + side + EDGE} ${EDGE + side + BOTTOM}`);
        const focused = root.getRootNode().activeElement === mark;
        svg.replaceChildren();
        for (const tick of [0, 20, 40, 60, 80, 100]) {
            svg.append(make("path", { class: "grid", d: `M${across(tick)} ${down(0)}V${down(100)}M${across(0)} ${down(tick)}H${across(100)}` }));
            svg.append(make("text", { x: across(tick), y: down(0) + 18, "text-anchor": "middle" }, tick));
            svg.append(make("text", { x: across(0) - 6, y: down(tick) + 5, "text-anchor": "end" }, tick));
        }
        svg.append(make("text", { x: across(50), y: down(0) + 40, "text-anchor": "middle" }, data.x));
        svg.append(make("text", { transform: `translate(14 ${down(50)}) rotate(-90)`, "text-anchor": "middle" }, data.y));
        svg.append(make("path", { class: "guess", d: path([{ x: 0, y: 0 }, { x: 100, y: 100 }]) }));
        svg.append(make("path", { class: "curve", d: path(data.curve) }), said, mark);
        show(nearest(({ value }) => Math.abs(value - data.value)));
        if (focused) mark.focus();
    }
    new ResizeObserver(() => data && room() !== side && draw()).observe(svg);

    return (fresh) => {
        data = fresh;
        draw();
    };
}
