/* What scenes share: it stands before each of their scripts (demos/frontends/scene_files.py). */
function add(parent, name, properties = {}, words) {
    const element = Object.assign(document.createElement(name), properties);
    if (words !== undefined) element.textContent = words;
    return parent.appendChild(element);
}
