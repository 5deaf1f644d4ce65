/* To keep the chart above: its picture (PNG, SVG) and its numbers (CSV), made here, without a server.
   data: words, name (of the files), chart (the words by which the page's chart is known), csv. */
export default function scene(root) {
    const LARGER = 2; // pixels of the PNG for one of the page
    let data = null;

    const make = (name, attributes, ...inside) => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.append(...inside);
        return element;
    };
    const offer = (content, type, ending) => {
        const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
        make("a", { href: address, download: `${data.name}.${ending}` }).click();
        setTimeout(() => URL.revokeObjectURL(address), 60_000);
    };

    /* The nearest chart before this place that says the same words. */
    const chart = () => {
        let place = root;
        while (place.getRootNode().host) place = place.getRootNode().host;
        const before = (svg) => svg.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING;
        return [...document.querySelectorAll(".vega-embed svg")].filter((svg) => before(svg) && said(svg) === data.chart).at(-1);
    };
    const said = (svg) => svg.closest("[aria-label]")?.getAttribute("aria-label");

    /* What lies behind the chart: the first ground that can be seen. */
    const ground = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor;
            if (colour && colour !== "transparent" && !/,\s*0\)$/.test(colour)) return colour;
        }
        return "#ffffff";
    };
    /* The chart as a file of its own: with the page's colours for its letters and its ground. */
    const drawn = () => {
        const svg = chart();
        if (!svg) return null;
        const { width, height } = svg.getBoundingClientRect(), copy = svg.cloneNode(true);
        copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
        copy.setAttribute("width", width);
        copy.setAttribute("height", height);
        copy.setAttribute("style", `color: ${getComputedStyle(svg).color}; background: ${ground(svg)}`);
        return { width, height, text: new XMLSerializer().serializeToString(copy), ground: ground(svg) };
    };
    const keepPng = async () => {
        const file = drawn();
        if (!file) return;
        const image = new Image();
        image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(file.text)}`;
        await image.decode();
        const canvas = make("canvas", { width: Math.round(LARGER * file.width), height: Math.round(LARGER * file.height) });
        const pen = canvas.getContext("2d");
        pen.fillStyle = file.ground;
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => offer(blob, "image/png", "png"));
    };
    const keepSvg = () => {
        const file = drawn();
        if (file) offer(file.text, "image/svg+xml", "svg");
    };

    const tool = (words, more, pressed) => {
        const button = make("button", { type: "button", title: more }, words);
        button.addEventListener("click", pressed);
        return button;
    };
    root.append(
        make("span", { "aria-hidden": "true" }, "Save"),
        tool("PNG", "The chart as a picture", keepPng),
        tool("SVG", "The chart as a drawing, sharp at any size", keepSvg),
        tool("CSV", "The chart's numbers, for a spreadsheet", () => offer(data.csv, "text/csv", "csv")),
    );
    return (fresh) => (data = fresh);
}
