export default function ({ parentElement }) {
    const paste = (event) => {
        const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
        const places = [...document.querySelectorAll("[data-testid=stFileUploader] input[type=file]")];
        const place = places.find((input) => input.closest("[data-testid=stFileUploader]").matches(":focus-within"))
            ?? places[0];
        if (!pictures.length || !place) return;
        const files = new DataTransfer();
        pictures.slice(0, place.multiple ? pictures.length : 1).forEach((file) => files.items.add(file));
        place.files = files.files;
        place.dispatchEvent(new Event("change", { bubbles: true }));
    };
    document.addEventListener("paste", paste);
    parentElement.host.dataset.listens = "paste";
    return () => document.removeEventListener("paste", paste);
}
