export default function ({ data, parentElement, setTriggerValue }) {
    const image = parentElement.querySelector("img"), mark = parentElement.querySelector("#mark");
    if (image.src !== data.url) image.src = data.url;
    image.alt = data.alt;
    image.style.imageRendering = data.pixelated ? "pixelated" : "auto";
    image.parentElement.style.maxWidth = data.small ? `calc(24rem * ${data.width / data.height})` : "100%";
    mark.hidden = data.place === null;
    if (data.place) {
        mark.style.left = `${100 * (data.place[0] + 0.5) / data.width}%`;
        mark.style.top = `${100 * (data.place[1] + 0.5) / data.height}%`;
    }
    image.onclick = (event) => {
        const box = image.getBoundingClientRect();
        const within = (share, n) => Math.max(0, Math.min(n - 1, Math.floor(share * n)));
        setTriggerValue("place", [
            within((event.clientX - box.left) / box.width, data.width),
            within((event.clientY - box.top) / box.height, data.height),
        ]);
    };
}
