/* Elements, named and put together in one call. */
const SVG = "http://www.w3.org/2000/svg";

function make(name, attributes = {}, ...inside) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
}

function makeSvg(name, attributes = {}, ...inside) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
}

/* A button with a sign drawn in a square of 20. */
function makeTool(label, sign, pressed) {
    const button = make("button", { type: "button", class: "tool", "aria-label": label, title: label });
    button.append(makeSvg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, makeSvg("path", { d: sign })));
    button.addEventListener("click", pressed);
    return button;
}
